"""One request to the web: a URL in, a Reply of bounded size and within a bounded time out.

Proxies that the environment names are not used: which address is connected to would then be theirs to say.
"""

from __future__ import annotations

import ssl
import time
import zlib
from collections.abc import Container
from dataclasses import dataclass
from functools import cached_property

import httpcore
import httpx

from rag import __version__
from rag.errors import InputError
from rag.web.connect import CheckedBackend, Doorkeeper, UnreachableError

AGENT = "Clippings"
USER_AGENT = f"{AGENT}/{__version__} (fetches articles that its user names)"
MAX_URL_CHARS = 4000
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """How far fetching goes. `max_bytes` counts what is unpacked; `timeout_s` is for one whole answer, however it drips in.

    `interval_s` lies between two requests to one host; what a site asks for beyond it (Crawl-delay, Retry-After) is granted up to
    `max_wait_s`. `max_entries` are taken of one feed.
    """

    max_bytes: int = 20_000_000
    timeout_s: float = 30.0
    connect_s: float = 10.0
    interval_s: float = 1.0
    max_wait_s: float = 10.0
    max_redirects: int = 5
    max_entries: int = 50
    ports: frozenset[int] = frozenset({80, 443, 8080, 8443})


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered. `media` is its content type in lower case, without parameters; "" where a header is missing."""

    url: str
    status: int
    media: str
    charset: str
    location: str
    retry_after: str
    body: bytes


class Web:
    """Makes single requests, to where `door` lets them. What it raises does not name the URL; its caller knows which one was meant."""

    def __init__(self, limits: FetchLimits, door: Doorkeeper) -> None:
        self._limits = limits
        self._door = door

    def get(self, url: str, *, media: Container[str] | None = None, max_bytes: int | None = None) -> Reply:
        """Ask for a URL once. Only a success is read; `media` are the content types wanted (None: any).

        Raises:
            InputError: the URL may not be asked for, or its content type is not wanted.
            UnreachableError: nothing usable came.
        """
        target = self.check(url)
        port = target.port or DEFAULT_PORTS[target.scheme]
        backend = CheckedBackend(self._door, time.monotonic() + self._limits.timeout_s, self._limits.connect_s)
        origin = httpcore.Origin(target.raw_scheme, target.raw_host, port)
        asked = httpcore.URL(scheme=target.raw_scheme, host=target.raw_host, port=port, target=target.raw_path)
        headers: dict[bytes | str, bytes | str] = {
            "Host": target.netloc,
            "User-Agent": USER_AGENT,
            "Accept": "*/*",
            "Accept-Encoding": "gzip",
            "Connection": "close",
        }
        try:
            with (
                httpcore.HTTPConnection(origin, ssl_context=self._tls, network_backend=backend) as connection,
                connection.stream("GET", asked, headers=headers) as response,
            ):
                return _reply(url, response, media, max_bytes or self._limits.max_bytes)
        except httpcore.TimeoutException as error:
            raise UnreachableError(f"no whole answer came within {self._limits.timeout_s:g} s; try again later") from error
        except (httpcore.NetworkError, httpcore.ProtocolError, zlib.error) as error:
            reason = str(error) or type(error).__name__
            raise UnreachableError(f"the connection failed ({reason[:200]}); check the address, or try again later") from error

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return httpx.create_ssl_context()

    def check(self, url: str) -> httpx.URL:
        """Tell whether the form of a URL lets it be asked for; where its host leads to is checked when it is.

        Raises:
            InputError: it does not.
        """
        target = httpx.URL(normal(url))
        if target.scheme not in DEFAULT_PORTS:
            raise InputError("only addresses that begin with http:// or https:// are fetched; write it so, or save the page as a file")
        if target.userinfo:
            raise InputError("an address with a user name or password before the host is not fetched; take them out")
        if not target.host:
            raise InputError("there is no host in this address; write it like https://example.org/news")
        port = target.port or DEFAULT_PORTS[target.scheme]
        if port not in self._limits.ports:
            ports = ", ".join(map(str, sorted(self._limits.ports)))
            raise InputError(f"port {port} is not fetched from, only {ports}; save the page as a file instead")
        return target


def normal(url: str, base: str = "") -> str:
    """Write a URL in its one form, without the part after "#"; one that is relative is completed from `base`.

    Raises:
        InputError: it is not a URL, or longer than MAX_URL_CHARS.
    """
    try:
        parsed = httpx.URL(base).join(url.strip()) if base else httpx.URL(url.strip())
        written = str(parsed.copy_with(fragment=None))
    except (httpx.InvalidURL, ValueError) as error:
        raise InputError(f"this is not an address ({error}); write it like https://example.org/news") from error
    if len(written) > MAX_URL_CHARS:
        raise InputError(f"{len(written):,} characters are more than an address may have ({MAX_URL_CHARS:,}); shorten it")
    return written


def _reply(url: str, response: httpcore.Response, media: Container[str] | None, max_bytes: int) -> Reply:
    head = httpx.Response(response.status, headers=response.headers)
    kind = head.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = b""
    if head.is_success:
        if media is not None and kind and kind not in media:
            raise InputError(f"the answer is {kind[:60]}, not an article; give the address of a page, a feed, a text or a PDF")
        body = _body(response, head.headers.get("content-encoding", "").lower(), max_bytes)
    return Reply(
        url=url,
        status=response.status,
        media=kind,
        charset=head.charset_encoding or "",
        location=head.headers.get("location", ""),
        retry_after=head.headers.get("retry-after", ""),
        body=body,
    )


def _body(response: httpcore.Response, packed: str, max_bytes: int) -> bytes:
    """Read a body, unpacking it in pieces, so that a small one cannot become a huge one unnoticed."""
    if packed not in {"", "identity", "gzip", "x-gzip"}:
        raise UnreachableError(f"the answer is packed as {packed[:60]!r}, which was not asked for; save the page as a file instead")
    unpack = zlib.decompressobj(wbits=31) if "gzip" in packed else None
    body = bytearray()
    for piece in response.iter_stream():
        body += unpack.decompress(piece, max_bytes + 1 - len(body)) if unpack else piece
        if len(body) > max_bytes:
            raise UnreachableError(f"the answer is over the limit of {max_bytes:,} bytes; save the article itself as a file")
    if unpack and not unpack.eof:
        raise UnreachableError("the answer breaks off in the middle; try again later")
    return bytes(body)
