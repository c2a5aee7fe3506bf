"""A URL in, the page it leads to out, asked for as a polite visitor does.

Redirects are followed, each checked like the first address. robots.txt is obeyed as RFC 9309 says, requests to one host keep their
distance, and a server that asks to be left alone for a while is.
"""

from __future__ import annotations

import time
from collections.abc import Container
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import groupby
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from rag.errors import InputError
from rag.web.connect import UnreachableError
from rag.web.request import AGENT, FetchLimits, Reply, Web, normal

REDIRECTS = {301, 302, 303, 307, 308}
TOO_MANY_REQUESTS = 429
BUSY = {TOO_MANY_REQUESTS, 503}
# RFC 9309 wants at least 500 kibibytes to be read.
MAX_ROBOTS_BYTES = 512_000
MAX_SHOWN_CHARS = 300
_MEANING = {
    401: "the site wants a login; open the page in a browser and save it as a file",
    402: "the site wants to be paid; open the page in a browser and save it as a file",
    403: "the site refuses; open the page in a browser and save it as a file",
    404: "there is no such page; check the address",
    410: "the page was taken down; leave its address out",
    451: "the page is withheld for legal reasons; leave its address out",
}


@dataclass(slots=True)
class _Site:
    """How a site (scheme, host and port) wants to be treated. `closed` says why nothing may be asked for there, "" that it may."""

    robots: RobotFileParser = field(default_factory=RobotFileParser)
    closed: str = ""
    delay_s: float = 0.0


class Visitor:
    """Gets pages one after another, and remembers how each site wants to be treated."""

    def __init__(self, web: Web, limits: FetchLimits) -> None:
        self._web = web
        self._limits = limits
        self._sites: dict[str, _Site] = {}
        self._next_s: dict[str, float] = {}

    def page(self, url: str, media: Container[str]) -> Reply:
        """Get the page that a URL leads to; `media` are the content types wanted.

        Raises:
            InputError: it may not be fetched, or cannot be.
        """
        try:
            reply = self._follow(normal(url), media)
            if reply.status != 200:
                raise InputError(self._reason(reply))
        except InputError as error:
            raise InputError(f"{url[:MAX_SHOWN_CHARS]}: {error}") from error
        return reply

    def _reason(self, reply: Reply) -> str:
        """Say why there is no page in a reply; who asks for fewer requests gets no more."""
        if reply.status in BUSY:
            wait = f", and asks to wait ({reply.retry_after[:40]})" if reply.retry_after else ""
            reason = f"the site has too much to do{wait}; fetch it again later"
            if reply.status == TOO_MANY_REQUESTS:
                self._site(reply.url).closed = reason
        elif reply.status >= 500:
            reason = "the site failed; fetch it again later"
        else:
            reason = _MEANING.get(reply.status, "no page came; open it in a browser and save it as a file")
        return f"{reason} (status {reply.status})"

    def _follow(self, start: str, media: Container[str] | None, *, for_robots: bool = False) -> Reply:
        url = start
        for _ in range(self._limits.max_redirects + 1):
            try:
                reply = self._ask(url, max_bytes=MAX_ROBOTS_BYTES) if for_robots else self._ask_politely(url, media)
            except InputError as error:
                if url == start:
                    raise
                raise type(error)(f"it leads to {url}: {error}") from error
            if reply.status not in REDIRECTS or not reply.location:
                return reply
            url = normal(reply.location, base=url)
        raise UnreachableError(f"it leads on more than {self._limits.max_redirects} times, at last to {url}; give the page's own address")

    def _ask_politely(self, url: str, media: Container[str] | None) -> Reply:
        """Ask for a URL where robots may; if the server then asks for a short wait, once more after it.

        Raises:
            InputError: robots may not, or the site is closed.
        """
        self._web.check(url)
        site = self._site(url)
        if site.closed:
            raise InputError(site.closed)
        if not _may_fetch(site.robots, url):
            raise InputError("the site's robots.txt asks programs not to fetch this; open it in a browser and save it as a file")
        reply = self._ask(url, media, delay_s=site.delay_s)
        wait = _seconds(reply.retry_after) if reply.status in BUSY else None
        if wait is None or wait > self._limits.max_wait_s:
            return reply
        time.sleep(wait)
        return self._ask(url, media, delay_s=site.delay_s)

    def _ask(self, url: str, media: Container[str] | None = None, *, max_bytes: int | None = None, delay_s: float = 0.0) -> Reply:
        host = urlsplit(url).hostname or ""
        time.sleep(max(0.0, self._next_s.get(host, 0.0) - time.monotonic()))
        try:
            return self._web.get(url, media=media, max_bytes=max_bytes)
        finally:
            self._next_s[host] = time.monotonic() + max(self._limits.interval_s, delay_s)

    def _site(self, url: str) -> _Site:
        root = urljoin(url, "/")
        if root not in self._sites:
            self._sites[root] = self._meet(root)
        return self._sites[root]

    def _meet(self, root: str) -> _Site:
        """Read a site's robots.txt: one that is missing allows everything, one that cannot be read nothing."""
        site = _Site()
        try:
            reply = self._follow(urljoin(root, "/robots.txt"), None, for_robots=True)
            if reply.status >= 500 or reply.status == TOO_MANY_REQUESTS:
                site.closed = f"the site's robots.txt cannot be read (status {reply.status}); fetch it again later"
            else:
                # One that is missing has no body, and so no rules.
                site.robots.parse(_rules(reply.body.decode("utf-8-sig", errors="replace")))
                site.delay_s = min(float(site.robots.crawl_delay(AGENT) or 0), self._limits.max_wait_s)
        except (UnreachableError, ValueError) as error:
            site.closed = f"the site's robots.txt cannot be read ({error})"
        return site


def _rules(text: str) -> list[str]:
    """Give the lines of a robots.txt so that the parser's way, the first rule that matches, is RFC 9309's: the longest.

    To the parser a blank line ends a group, and a "*" is a letter; the RFC ignores the one, and at the end of a path the other.
    """
    lines = [line for raw in text.splitlines() if (line := raw.partition("#")[0].strip())]
    ordered: list[str] = []
    for are_rules, run in groupby(lines, key=lambda line: line.lower().startswith(("allow", "disallow"))):
        if are_rules:
            rules = [
                (name.strip(), path.strip().rstrip("*") or "/" * ("*" in path)) for name, _, path in (line.partition(":") for line in run)
            ]
            ordered += [f"{name}: {path}" for name, path in sorted(rules, key=lambda rule: (-len(rule[1]), rule[0].lower()))]
        else:
            ordered += run
    return ordered


def _may_fetch(robots: RobotFileParser, url: str) -> bool:
    try:
        return robots.can_fetch(AGENT, url)
    except ValueError:  # a path that looks like the start of an IPv6 address
        return False


def _seconds(retry_after: str) -> float | None:
    """Read Retry-After, which is a number of seconds or a date; None when it is neither."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:9])
    try:
        when = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, (when.astimezone(UTC) - datetime.now(UTC)).total_seconds())
