"""An RSS or Atom feed in, its entries out; nothing is fetched.

lxml makes well-formed XML of it, without entities, and within bounds; feedparser reads that, whatever the dialect.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from email.utils import parseaddr, parsedate_to_datetime
from html import escape, unescape
from html.entities import html5
from io import BytesIO
from typing import Any
from xml.parsers import expat

import feedparser
from lxml import etree

from rag.errors import InputError
from rag.formats.decode import decode
from rag.records import RawDocument, Stated
from rag.web.saved import paragraphs, story_page

# A shorter entry is a teaser, not the article.
MIN_STORY_WORDS = 50
MAX_KEY_CHARS, MAX_NAME_CHARS, MAX_DATE_CHARS = 300, 300, 100
# feedparser takes about 0.1 ms for an element, and far longer for one with thousands of attributes.
MAX_ELEMENTS, MAX_ATTRIBUTES = 100_000, 100
_ROOTS = {"rss", "feed", "RDF"}
# How far into a document its first element is looked for.
_ROOT_WITHIN = 4096
_ELEMENT = re.compile(r"<([A-Za-z][\w.:-]{0,80})")
_TAG = re.compile(r"<[^<>]*>")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,40});")
_LANGUAGE = re.compile(r"([a-z]{2})(?![a-z0-9])")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_XML_ENTITIES = {"lt", "gt", "amp", "quot", "apos"}
# How the elements that name somebody end, in any dialect.
_PEOPLE = ("author", "creator", "publisher", "editor", "webmaster")
_WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Entry:
    """One article of a feed. `key` tells it from the others of the feed; `body` is what the feed holds of its text, as HTML."""

    key: str
    stated: Stated
    body: str

    @property
    def whole(self) -> bool:
        """Whether the text is long enough to be the article, and not its teaser."""
        return len(_text(self.body).split()) >= MIN_STORY_WORDS

    @property
    def page(self) -> str:
        """The entry as a page of its own."""
        return story_page(self.stated, self.body)


def is_feed(text: str) -> bool:
    """Tell whether a document is a feed, by its first element."""
    first = _ELEMENT.search(text[:_ROOT_WITHIN])
    return first is not None and _local(first[1]) in _ROOTS


def read_feed(source: str | bytes, name: str) -> list[RawDocument]:
    """Read the articles that a feed file holds whole; `name` is the file's. Entries that are mere teasers are left out.

    Raises:
        InputError: it is not a feed, it cannot be read, or no entry holds an article.
    """
    documents = [
        RawDocument(path=name, media="html", text=entry.page, member=entry.key, stated=entry.stated)
        for entry in parse_feed(source if isinstance(source, str) else decode(name, source, "html"), name)
        if entry.whole
    ]
    if not documents:
        raise InputError(
            f"{name}: no entry of this feed holds {MIN_STORY_WORDS} words or more; fetch the feed's address, so that the pages are read"
        )
    return documents


def parse_feed(text: str, name: str) -> list[Entry]:
    """List a feed's entries in its order; `name`, its file or address, is what relative links in it start from.

    Raises:
        InputError: it is not a feed, it cannot be read, or it has no entries.
    """
    data = BytesIO(_tamed(text, name))
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": name}
    try:
        feed = feedparser.parse(data, response_headers=headers, resolve_relative_uris=False, sanitize_html=False)
    except Exception as error:  # an element where it is not expected ends in whatever error its handler meets
        raise InputError(f"{name}: this feed is damaged ({type(error).__name__}: {str(error)[:100]}); save its articles instead") from error
    outlet = _plain(feed.feed.get("title_detail"))
    language = _LANGUAGE.match(str(feed.feed.get("language", "")).lower())
    common = Stated(outlet=outlet or None, language=language[1] if language else None)
    entries: dict[str, Entry] = {}
    for place, found in enumerate(feed.entries, 1):
        key = str(found.get("id") or found.get("link") or place)[:MAX_KEY_CHARS]
        key = key if key not in entries else f"{key} ({place})"
        entries[key] = Entry(key=key, stated=_stated(found, common), body=_body(found))
    if not entries:
        raise InputError(f"{name}: this feed has no entries; fetch it again later, or check its address")
    return list(entries.values())


def _tamed(text: str, name: str) -> bytes:
    """Make well-formed XML of a feed, so that feedparser's slow way with what is not is never taken."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True, encoding="utf-8")
    try:
        root = etree.fromstring(_ENTITY.sub(_as_character, text).strip().encode(errors="replace"), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None or _local(root.tag) not in _ROOTS:
        raise InputError(f"{name}: this is not an RSS or Atom feed; save the page as .html, or the text as .txt")
    if root.getroottree().docinfo.internalDTD is not None and "<!ENTITY" in text:
        raise InputError(f"{name}: this feed declares entities, which no honest feed needs; they are not read. Save its articles instead")
    elements = sum(1 for _ in root.iter())
    if elements > MAX_ELEMENTS or any(len(element.attrib) > MAX_ATTRIBUTES for element in root.iter(etree.Element)):
        raise InputError(
            f"{name}: {elements:,} elements, or more than {MAX_ATTRIBUTES} attributes of one, are too much for a feed; split it up"
        )
    for element in list(root.iter(etree.Element)):
        if _local(element.tag).lower().endswith(_PEOPLE):
            _name_only(element)
    data: bytes = etree.tostring(root)
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(data, True)
    except expat.ExpatError as error:
        raise InputError(f"{name}: this feed is damaged ({error}); save its articles instead") from error
    return data


def _local(tag: str) -> str:
    """Give a name without its namespace ("{…}name") or prefix."""
    return tag.rsplit("}", 1)[-1].rsplit(":", 1)[-1]


def _name_only(element: Any) -> None:
    """Leave of "ann@example.org (Ann Berg)" the name: feedparser's search for the address takes minutes over a long text."""
    if len("".join(element.itertext())) > MAX_NAME_CHARS:
        del element[:]
    text = " ".join((element.text or "")[:MAX_NAME_CHARS].split())
    element.text = parseaddr(text)[0] if "@" in text else text


def _as_character(entity: re.Match[str]) -> str:
    """Write out an entity of HTML, which XML does not know; one that neither knows becomes the text that it looks like."""
    name = entity[1]
    return entity[0] if name in _XML_ENTITIES else escape(html5.get(f"{name};", entity[0]))


def _stated(found: Any, common: Stated) -> Stated:
    published, updated = (_day(found[name].strip()) if name in found else None for name in ("published", "updated"))
    link = str(found.get("link", ""))
    return replace(
        common,
        title=_plain(found.get("title_detail")) or None,
        authors=tuple(dict.fromkeys(" ".join(author["name"].split()) for author in found.get("authors", ()) if author.get("name"))),
        published=published or updated,
        published_from="stated" if published or updated else None,
        updated=updated if published != updated and published else None,
        url=link if link.lower().startswith(_WEB) else None,
    )


def _body(found: Any) -> str:
    """Give the longest text of an entry: its content, which teasers stand in for where a feed has none."""
    texts = [*found.get("content", ()), *([found["summary_detail"]] if "summary_detail" in found else [])]
    bodies = [paragraphs(text["value"]) if text.get("type") == "text/plain" else text["value"] for text in texts]
    return max(bodies, key=len, default="")


def _day(written: str) -> str | None:
    """Give the day as its publisher writes it: feedparser's own reading is the day in Greenwich, and makes 1 March of 30 February."""
    iso = _ISO_DAY.match(written)
    try:
        day = date.fromisoformat(iso[0]) if iso else parsedate_to_datetime(written[:MAX_DATE_CHARS]).date()
    except ValueError:
        return None
    return day.isoformat()


def _plain(detail: Any) -> str:
    if not detail:
        return ""
    return " ".join((detail["value"] if detail.get("type") == "text/plain" else _text(detail["value"])).split())


def _text(html: str) -> str:
    return unescape(_TAG.sub(" ", html))
