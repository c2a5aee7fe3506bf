"""A raw document in, an Article out: the text without the page around it, and what is known about it.

HTML goes through rag.formats.webpage, Markdown through markdown-it; plain text is taken as it stands.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import fields, replace
from datetime import date, datetime, timedelta

import py3langid
import yaml
from markdown_it import MarkdownIt

from rag.errors import InputError
from rag.formats.webpage import read_page
from rag.records import Article, ArticleInfo, RawDocument, Stated

MIN_WORDS = 5
MAX_TITLE_CHARS = 200
# The first newspaper is of that year.
EARLIEST = "1605-01-01"
# The widths at which mail programs and terminals break lines, with room for a long last word.
MIN_WRAPPED_CHARS, MAX_WRAPPED_CHARS = 50, 100
_FRONT_MATTER = re.compile(r"\A---\r?\n(.*?)\r?\n---\r?\n(.*)\Z", re.DOTALL)
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad\x00-\x08\x0b-\x1f\x7f]")
# Markdown's own reading of line ends: a paragraph that was wrapped is one line, whatever its width in the file.
_BREAKS = {"softbreak": " ", "hardbreak": "\n"}


def clean(raw: RawDocument) -> Article:
    """Make an Article of a raw document. What was stated beside the text counts more than what is found in it.

    The id is the start of the SHA-256 of the text, letter case and white space apart: the same text is the same article.

    Raises:
        InputError: no story is left, or the front matter or its date cannot be read.
    """
    found, stated = {"text": _plain, "markdown": _markdown, "html": _html}[raw.media](raw)
    text = normalise(found)
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
        language=stated.language or py3langid.classify(text[:2000])[0],
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


def _plain(raw: RawDocument) -> tuple[str, Stated]:
    text = "\n\n".join(_unwrapped(block) for block in normalise(raw.text).split("\n\n"))
    if raw.stated.title:
        return text, Stated()
    head, _, rest = text.partition("\n")
    # A first line that is short and does not end like a sentence is a headline, not part of the story.
    if rest and len(head) <= MAX_TITLE_CHARS and not head.endswith((".", "!", "?", '"', "”", ":", ",")):
        return rest, Stated(title=head)
    return text, Stated()


def _unwrapped(block: str) -> str:
    """Make one line of a paragraph whose lines were all broken at the same width, as mail and terminals do."""
    lines = block.split("\n")
    lengths = [len(line) for line in lines[:-1]]
    wrapped = lengths and min(lengths) >= MIN_WRAPPED_CHARS and max(lengths) <= MAX_WRAPPED_CHARS
    return " ".join(lines) if wrapped else block


def _markdown(raw: RawDocument) -> tuple[str, Stated]:
    found = _FRONT_MATTER.match(raw.text)
    header, body = (found[1], found[2]) if found else ("", raw.text)
    try:
        stated = yaml.safe_load(header) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 2}" if mark else ""
        raise InputError(f"{raw.path}:{line} the front matter is not YAML; put values that hold a colon in quotes") from error
    except ValueError as error:  # a date such as 2024-02-30, which YAML makes a date object of
        raise InputError(f"{raw.path}: the front matter holds a date that does not exist ({error}); write it as 2024-01-19") from error
    if not isinstance(stated, dict):
        raise InputError(f"{raw.path}: the front matter must be lines of the form 'name: value'")
    text, heading = _markdown_text(body)
    authors = stated.get("authors") or stated.get("author") or ()
    published = _iso_date(raw.path, stated.get("published", stated.get("date")))
    return text, Stated(
        title=_word(stated.get("title")) or heading,
        outlet=_word(stated.get("outlet")),
        authors=tuple(map(str, authors)) if isinstance(authors, list | tuple) else (str(authors),),
        published=published,
        published_from="stated" if published else None,
        updated=_iso_date(raw.path, stated.get("updated")),
        url=_word(stated.get("url")),
        language=_word(stated.get("language")),
    )


def _markdown_text(body: str) -> tuple[str, str | None]:
    """Give the text without its marks and images, a paragraph a block, and the top heading (None if there is none)."""
    blocks: list[str] = []
    heading: str | None = None
    tokens = MarkdownIt().parse(body)
    for place, token in enumerate(tokens):
        if token.type == "inline":
            text = "".join(
                _BREAKS.get(child.type, child.content) for child in token.children or () if child.type in {"text", "code_inline", *_BREAKS}
            )
            if heading is None and not blocks and tokens[place - 1].tag == "h1":
                heading = text
            else:
                blocks.append(text)
        elif token.type in {"fence", "code_block"}:
            blocks.append(token.content)
    return "\n\n".join(blocks), heading


def _html(raw: RawDocument) -> tuple[str, Stated]:
    return read_page(raw.text, raw.name)


def _word(value: object) -> str | None:
    return str(value).strip() or None if value is not None else None


def _iso_date(path: str, value: object) -> str | None:
    """Give an ISO date for what the front matter states (YAML has made most dates into date objects already)."""
    if value is None:
        return None
    if isinstance(value, date):
        return (value.date() if isinstance(value, datetime) else value).isoformat()
    try:
        return datetime.fromisoformat(str(value).strip()).date().isoformat()
    except ValueError as error:
        raise InputError(f"{path}: the date {str(value)!r} is not understood; write it as 2024-01-19") from error
