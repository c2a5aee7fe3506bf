"""A small server that speaks as OpenAI's chat API does, and behaves as badly as a test wants."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Call(BaseHTTPRequestHandler):
    """One request, with what a behaviour needs to answer it. `asked` is the request's JSON."""

    protocol_version = "HTTP/1.1"
    server: ChatServer

    def do_POST(self) -> None:
        self.asked: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.calls += 1
        self.close_connection = True
        try:
            self.server.behave(self)
        except (BrokenPipeError, ConnectionResetError):
            self.server.hung_up.set()

    def do_GET(self) -> None:
        self.send(404, "text/plain", "")

    def send(self, status: int, kind: str, text: str) -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def send_error_object(self, status: int, message: str) -> None:
        self.send(status, "application/json", json.dumps({"error": {"message": message, "type": "x", "code": None}}))

    def begin(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def event(self, data: str) -> None:
        payload = f"data: {data}\n\n".encode()
        self.wfile.write(f"{len(payload):x}\r\n".encode() + payload + b"\r\n")
        self.wfile.flush()

    def say(self, text: str, finish: str | None = None) -> None:
        choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": finish}
        self.event(json.dumps({"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]}))

    def end(self) -> None:
        self.say("", "stop")
        self.event("[DONE]")
        self.wfile.write(b"0\r\n\r\n")

    def evidence(self) -> list[str]:
        """Give the sentences that the model was shown, in order, without their numbers and sources."""
        prompt = self.asked["messages"][-1]["content"]
        lines = prompt.split("<evidence>\n", 1)[1].split("\n</evidence>", 1)[0].splitlines()
        return [line.split("] ", 1)[1].split(": ", 1)[1] for line in lines]

    def log_message(self, *values: object) -> None:
        pass


class ChatServer(ThreadingHTTPServer):
    """Answers every call by `behave`; `hung_up` is set when a client leaves in mid-reply."""

    daemon_threads = True

    def __init__(self, behave: Callable[[Call], None]) -> None:
        super().__init__(("127.0.0.1", 0), Call)
        self.behave = behave
        self.calls = 0
        self.hung_up = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, request: object, client_address: object) -> None:
        pass


@contextmanager
def chat_server(behave: Callable[[Call], None]) -> Iterator[ChatServer]:
    """Serve `behave` on loopback for as long as the block lasts."""
    with ChatServer(behave) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def reply(*pieces: str) -> Callable[[Call], None]:
    """Make a behaviour that streams these pieces and ends as it should."""

    def behave(call: Call) -> None:
        call.begin()
        for piece in pieces:
            call.say(piece)
        call.end()

    return behave
