"""A parsed web page in, what it states about its article out: from its metadata first, then its address, then its text.

JSON-LD (schema.org) and meta elements are read here; htmldate reads dates that are written otherwise, and looks for one in the text.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from htmldate import find_date
from lxml.html import HtmlElement, builder

from rag.formats.webpage_cut import without_scripts
from rag.records import DateSource, Stated

# Newspapers are hardly older.
FIRST_YEAR = 1600
MAX_NAME_CHARS = 100
# The most telling first: of two dates that differ, the first is taken.
_PUBLISHED = """
    article:published_time datepublished og:published_time og:article:published_time article:published parsely-pub-date sailthru.date
    publishdate publish-date publish_date publication_date published_time pubdate originalpublicationdate date.release
    dc.date.issued dcterms.issued dc.date.created dcterms.created citation_publication_date citation_date dc.date dcterms.date date
""".split()
_UPDATED = """
    article:modified_time og:updated_time datemodified article:modified dcterms.modified dc.date.modified
    modified_time last-modified lastmod
""".split()
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S{1,2000})\s*-->")
_ISO_DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?!\d)")
# A day in an address is a folder of its own (/2024/01/19/, /2024/jan/19/) or the edge of a name (/2024-01-19-bridge).
_MONTHS = {name: place for place, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_FOLDERS_DAY = re.compile(r"/((?:19|20)\d\d)/(\d\d?|[a-z]{3})/(\d\d?)(?:/|$)", re.IGNORECASE)
_NAMED_DAY = re.compile(r"/(?:[^/]*[-_])?((?:19|20)\d\d)([-_]?)(\d\d)\2(\d\d)(?:[/.]|$)|/((?:19|20)\d\d)([-_]?)(\d\d)\6(\d\d)[-_]")
_LANGUAGE = re.compile(r"([a-z]{2})(?:[-_]|$)", re.IGNORECASE)
_UNSTORABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BY = re.compile(r"^(?:by|par)\s+", re.IGNORECASE)
_SEPARATORS = " |-–—·•:«»/<>"
_ONE_DAY = timedelta(days=1)
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class _Page:
    """A page's tree, and its metadata by name."""

    tree: HtmlElement

    @cached_property
    def meta(self) -> dict[str, str]:
        """What its meta elements say, by name in lower case; the first of a name counts."""
        found: dict[str, str] = {}
        for element in self.tree.iter("meta"):
            name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv") or ""
            if content := _plain(element.get("content") or ""):
                found.setdefault(name.strip().lower(), content)
        return found

    @cached_property
    def nodes(self) -> list[dict[str, Any]]:
        """Its JSON-LD objects that are articles or pages, articles first."""
        nodes = [node for script in self.tree.iter("script") if "ld+json" in script.get("type", "") for node in _objects(script.text or "")]
        articles = [node for node in nodes if re.search("article|posting|report", _type(node), re.IGNORECASE)]
        return articles + [node for node in nodes if _type(node).lower() == "webpage"]

    def stated(self, key: str) -> Iterator[str]:
        """Give the texts that JSON-LD has for a property."""
        return (value for node in self.nodes if isinstance(value := node.get(key), str))

    def marked(self, key: str) -> Iterator[str]:
        """Give the values that microdata has for a property."""
        for element in self.tree.xpath(".//*[@itemprop=$key]", key=key):
            yield element.get("datetime") or element.get("content") or element.text_content()[:100]


def page_facts(tree: HtmlElement, html: str, guess: Stated) -> Stated:
    """Give what a page states; `guess` holds the title, outlet and authors where its metadata have none."""
    page = _Page(tree)
    url = _url(page, html)
    published, published_from = _published(page, url)
    updated = _first_day([*page.stated("dateModified"), *_of(page, _UPDATED), *page.marked("dateModified")])
    outlet = next(
        (name for name in (page.meta.get("og:site_name"), *_names(page.nodes, "publisher"), guess.outlet) if _is_name(name)), None
    )
    return Stated(
        title=_title(page, outlet, guess.title),
        outlet=_plain(outlet).removeprefix("@").removeprefix("www.") if outlet else None,
        authors=tuple(dict.fromkeys(_BY.sub("", name) for name in _names(page.nodes, "author"))) or tuple(map(_plain, guess.authors)),
        published=published.isoformat() if published else None,
        published_from=published_from,
        updated=updated.isoformat() if published and updated and updated > published else None,
        url=url,
        language=_language(page),
    )


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Give every object of a JSON text, the outer before the inner; none if it is damaged."""
    try:
        waiting = deque([json.loads(text, strict=False)])
    except (ValueError, RecursionError):
        return
    while waiting:
        value = waiting.popleft()
        if isinstance(value, dict):
            yield value
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _type(node: dict[str, Any]) -> str:
    kind = node.get("@type")
    return " ".join(map(str, kind)) if isinstance(kind, list) else str(kind)


def _names(nodes: Iterable[dict[str, Any]], key: str) -> Iterator[str]:
    for node in nodes:
        values = node.get(key)
        for value in values if isinstance(values, list) else [values]:
            name = value.get("name") if isinstance(value, dict) else value
            if isinstance(name, str) and _is_name(name):
                yield _plain(name)


def _plain(text: str) -> str:
    """Put text on one line; JSON's escapes may hold what can neither be shown nor stored."""
    return " ".join(_UNSTORABLE.sub(" ", text).split())


def _is_name(text: str | None) -> bool:
    """Tell a name from an address or a sentence, which some pages give in its place."""
    return bool(text and text.strip() and len(text) <= MAX_NAME_CHARS and not text.startswith("http"))


def _of(page: _Page, names: Iterable[str]) -> list[str]:
    return [page.meta[name] for name in names if name in page.meta]


def _title(page: _Page, outlet: str | None, guess: str | None) -> str | None:
    """Give the headline: the page's title, without the site's name behind it."""
    title = next(filter(None, [page.meta.get("og:title"), *page.stated("headline"), guess]), None)
    if not title:
        return None
    title = _plain(unescape(title))
    headings = (" ".join(heading.text_content().split()) for heading in page.tree.iter("h1"))
    for shorter in headings:
        if shorter and title.startswith(shorter) and title[len(shorter) :].strip()[:1] in _SEPARATORS:
            return shorter
    if outlet and title.casefold().endswith(outlet.casefold()):
        start = title[: -len(outlet)].rstrip()
        if start and start[-1] in _SEPARATORS:
            return start.rstrip(_SEPARATORS)
    return title


def _published(page: _Page, url: str | None) -> tuple[date | None, DateSource | None]:
    stated = _first_day([*page.stated("datePublished"), *_of(page, _PUBLISHED), *page.marked("datePublished")])
    in_url = _url_day(url)
    # Metadata give the day in UTC, the address gives it where the story came out.
    if in_url and (not stated or (stated != in_url and abs(stated - in_url) <= _ONE_DAY)):
        return in_url, "url"
    if stated:
        return stated, "metadata"
    times = {element.get("datetime", "")[:10] for element in page.tree.iter("time")} - {""}
    if len(times) == 1 and (marked := _day(times.pop())):
        return marked, "metadata"
    visible = without_scripts(page.tree)
    written = find_date(visible, url="", original_date=True)
    # A year of two digits is as often part of another number as of a date.
    if written and written[:4] in visible.text_content():
        return date.fromisoformat(written), "text"
    return None, None


def _first_day(values: Iterable[str]) -> date | None:
    return next(filter(None, map(_day, values)), None)


def _day(value: str) -> date | None:
    """Read a date as metadata write it, mostly ISO; what is written otherwise is left to htmldate."""
    value = _plain(value)
    iso = _ISO_DAY.match(value)
    if iso:
        return _date(*map(int, iso.groups()))
    head = builder.HTML(builder.HEAD(builder.META(name="date", content=value)), builder.BODY())
    found = find_date(head, url="", original_date=True, extensive_search=False)
    return date.fromisoformat(found) if found else None


def _date(year: int, month: int, day: int) -> date | None:
    """Give a day that exists and that an article can be of: programs write year 1 or the epoch's first day for none."""
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if year >= FIRST_YEAR and found != _EPOCH else None


def _url_day(url: str | None) -> date | None:
    path = urlsplit(url).path if url else ""
    if found := _FOLDERS_DAY.search(path):
        month = _MONTHS.get(found[2].lower(), 0) if found[2].isalpha() else int(found[2])
        return _date(int(found[1]), month, int(found[3]))
    if found := _NAMED_DAY.search(path):
        year, _, month_text, day = [group for group in found.groups() if group is not None]
        return _date(int(year), int(month_text), int(day))
    return None


def _url(page: _Page, html: str) -> str | None:
    saved = _SAVED_FROM.search(html, 0, 2000)
    urls: list[str | None] = [link.get("href") for link in page.tree.iter("link") if "canonical" in link.get("rel", "").lower().split()]
    for url in (*urls, page.meta.get("og:url"), saved[1] if saved else None):
        if url and _is_web_address(url.strip()):
            return url.strip()
    return None


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and url.isprintable() and " " not in url


def _language(page: _Page) -> str | None:
    values: list[str | None] = [
        page.tree.get("lang"),
        page.meta.get("content-language"),
        page.meta.get("og:locale"),
        *page.stated("inLanguage"),
    ]
    return next((found[1].lower() for value in values if value and (found := _LANGUAGE.match(value.strip()))), None)
