"""A raw document in, an Article out: the text without the page around it, and what is known about it.

Each kind of text has its reader in `rag/formats`; identity, language and which dates are possible are the same for all.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import fields, replace
from datetime import date, timedelta

from rag.errors import InputError
from rag.formats.markdown import read_markdown
from rag.formats.plain import read_plain
from rag.formats.webpage import read_page
from rag.language import language_of
from rag.records import Article, ArticleInfo, RawDocument, Stated

MIN_WORDS = 5
MAX_TITLE_CHARS = 200
# The first newspaper is of that year.
EARLIEST = "1605-01-01"
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad\x00-\x08\x0b-\x1f\x7f]")


def clean(raw: RawDocument) -> Article:
    """Make an Article of a raw document. What was stated beside the text counts more than what is found in it.

    The id is the start of the SHA-256 of the text, letter case and white space apart: the same text is the same article.

    Raises:
        InputError: no story is left, or the front matter or its date cannot be read.
    """
    story, stated = _read(raw)
    text = normalise(story)
    if len(text.split()) < MIN_WORDS:
        raise InputError(f"{raw.name}: no article was found in it (fewer than {MIN_WORDS} words are left)")
    stated = _merged(raw.stated, stated)
    stated, remarks = _possible(stated)
    title = " ".join(normalise(stated.title or "").split()) or _headline(text)
    info = ArticleInfo(
        id=article_id(text),
        title=title[:MAX_TITLE_CHARS],
        outlet=stated.outlet,
        authors=stated.authors,
        published=stated.published,
        url=stated.url,
        path=raw.path,
        language=stated.language or language_of(text),
        published_from=stated.published_from if stated.published else None,
        updated=stated.updated,
    )
    return Article(info=info, text=text, remarks=remarks)


def _merged(first: Stated, second: Stated) -> Stated:
    """Give what the first states, and where it is silent what the second does. A date and where it was found stay together."""
    chosen = {field.name: getattr(first, field.name) or getattr(second, field.name) for field in fields(Stated)}
    return Stated(**chosen | {"published_from": (first if first.published else second).published_from})


def _possible(stated: Stated) -> tuple[Stated, tuple[str, ...]]:
    """Leave out dates that no news article can have, with a remark for each."""
    latest = (date.today() + timedelta(days=1)).isoformat()
    odd = [day for day in (stated.published, stated.updated) if day and not EARLIEST <= day <= latest]
    remarks = [f"the date {day} is {'in the future' if day > latest else 'before there were newspapers'}; it was left out" for day in odd]
    published, updated = (None if day in odd else day for day in (stated.published, stated.updated))
    return replace(stated, published=published, updated=updated), tuple(remarks)


def article_id(text: str) -> str:
    """Give the identity of a text: 12 hexadecimal digits that letter case and white space do not change."""
    return hashlib.sha256(" ".join(text.casefold().split()).encode()).hexdigest()[:12]


def normalise(text: str) -> str:
    """Put text into the form it is stored in: NFC, one blank line between paragraphs, no invisible characters.

    Cleaning clean text changes nothing.
    """
    # Form feeds and Unicode's line separators end a line; taking them out as invisible would join two words.
    text = _INVISIBLE.sub("", "\n".join(text.splitlines()))
    lines = [" ".join(line.split()) for line in unicodedata.normalize("NFC", text).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _headline(text: str) -> str:
    return text.split("\n", 1)[0]


def _read(raw: RawDocument) -> tuple[str, Stated]:
    """Give the story in a document and what it states, as its kind has it."""
    if raw.media == "html":
        return read_page(raw.text, raw.name)
    if raw.media == "markdown":
        return read_markdown(raw.text, raw.name)
    return read_plain(normalise(raw.text), raw.stated.title)
