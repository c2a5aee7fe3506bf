"""Markdown in, story and facts out: the text without its marks, and the front matter above it."""

from __future__ import annotations

import re
from datetime import date, datetime

import yaml
from markdown_it import MarkdownIt

from rag.errors import InputError
from rag.records import Stated

_FRONT_MATTER = re.compile(r"\A---\r?\n(.*?)\r?\n---\r?\n(.*)\Z", re.DOTALL)
# Markdown's own reading of line ends: a paragraph that was wrapped is one line, whatever its width in the file.
_BREAKS = {"softbreak": " ", "hardbreak": "\n"}


def read_markdown(raw: str, name: str) -> tuple[str, Stated]:
    """Give the text without its marks, and what the front matter states.

    Raises:
        InputError: the front matter, or a date in it, cannot be read.
    """
    found = _FRONT_MATTER.match(raw)
    header, body = (found[1], found[2]) if found else ("", raw)
    try:
        stated = yaml.safe_load(header) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 2}" if mark else ""
        raise InputError(f"{name}:{line} the front matter is not YAML; put values that hold a colon in quotes") from error
    except ValueError as error:  # a date such as 2024-02-30, which YAML makes a date object of
        raise InputError(f"{name}: the front matter holds a date that does not exist ({error}); write it as 2024-01-19") from error
    if not isinstance(stated, dict):
        raise InputError(f"{name}: the front matter must be lines of the form 'name: value'")
    text, heading = _markdown_text(body)
    authors = stated.get("authors") or stated.get("author") or ()
    published = _iso_date(name, stated.get("published", stated.get("date")))
    return text, Stated(
        title=_word(stated.get("title")) or heading,
        outlet=_word(stated.get("outlet")),
        authors=tuple(map(str, authors)) if isinstance(authors, list | tuple) else (str(authors),),
        published=published,
        published_from="stated" if published else None,
        updated=_iso_date(name, stated.get("updated")),
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


def _word(value: object) -> str | None:
    return str(value).strip() or None if value is not None else None


def _iso_date(name: str, value: object) -> str | None:
    """Give an ISO date for what the front matter states (YAML has made most dates into date objects already)."""
    if value is None:
        return None
    if isinstance(value, date):
        return (value.date() if isinstance(value, datetime) else value).isoformat()
    try:
        return datetime.fromisoformat(str(value).strip()).date().isoformat()
    except ValueError as error:
        raise InputError(f"{name}: the date {str(value)!r} is not understood; write it as 2024-01-19") from error
