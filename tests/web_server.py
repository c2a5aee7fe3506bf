"""A small web site on loopback, whose every path behaves as a test wants; and names that lead to it."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOOPBACK = "127.0.0.1"
Behaviour = Callable[["Visit"], None]


class Visit(BaseHTTPRequestHandler):
    """One request, with what a behaviour needs to answer it."""

    protocol_version = "HTTP/1.1"
    server: Site

    def do_GET(self) -> None:
        self.close_connection = True
        self.server.asked.append(self.path)
        self.server.times.append(time.monotonic())
        self.server.headers.append(dict(self.headers))
        try:
            self.server.pages.get(self.path, missing)(self)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            self.server.hung_up.set()

    def send(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *values: object) -> None:
        pass


class Site(ThreadingHTTPServer):
    """Answers `pages` (path → behaviour), and keeps what it was asked. `hung_up` is set when a client leaves in mid-reply."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((LOOPBACK, 0), Visit)
        self.pages: dict[str, Behaviour] = {}
        self.asked: list[str] = []
        self.times: list[float] = []
        self.headers: list[dict[str, str]] = []
        self.hung_up = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def url(self, path: str, host: str = LOOPBACK) -> str:
        return f"http://{host}:{self.port}{path}"

    def handle_error(self, request: object, client_address: object) -> None:
        pass


@contextmanager
def web_site(tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    """Serve a site for as long as the block lasts."""
    with Site() as site:
        if tls:
            site.socket = tls.wrap_socket(site.socket, server_side=True)
        thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield site
        finally:
            site.shutdown()
            thread.join()


def missing(visit: Visit) -> None:
    visit.send(404, b"<h1>Not found</h1>", Content_Type="text/html")


def status(code: int, **headers: str) -> Behaviour:
    return lambda visit: visit.send(code, **headers)


def redirect(to: str, code: int = 302) -> Behaviour:
    return status(code, Location=to)


def page(body: str | bytes, media: str = "text/html; charset=utf-8", **headers: str) -> Behaviour:
    data = body.encode() if isinstance(body, str) else body
    return lambda visit: visit.send(200, data, Content_Type=media, **headers)


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """Behave in one way after another, and at last for ever in the last."""
    left = list(behaviours)
    return lambda visit: (left.pop(0) if len(left) > 1 else left[0])(visit)
