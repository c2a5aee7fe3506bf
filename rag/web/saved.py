"""How a page of the web is kept as a file: its name, its first line, and the page that is made of what came without one.

The first line is the one that browsers write when they save a page, so that its address is never lost.
"""

from __future__ import annotations

import hashlib
import os
import re
from html import escape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from rag.errors import InputError
from rag.records import Stated

MAX_HOST_CHARS, MAX_SLUG_CHARS = 60, 40
_ENDING = re.compile(r"\.[A-Za-z]{2,5}\Z")
_NO_WORD = re.compile(r"[\W_]+")
# What a feed carries is not cleaned of scripts: nothing of a page made here may run or be loaded when its file is opened in a browser.
_INERT = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
_MADE_HERE = '<meta name="generator" content="Clippings">'


def file_name(url: str, ending: str) -> str:
    """Make a name that says where a page is from, the same for the same URL and another for another."""
    parts = urlsplit(url)
    host = (parts.hostname or "page").removeprefix("www.").replace(":", "-")[:MAX_HOST_CHARS]
    last = parts.path.rstrip("/").rsplit("/", 1)[-1]
    slug = _NO_WORD.sub("-", _ENDING.sub("", unquote(last)).casefold()).strip("-")[:MAX_SLUG_CHARS].rstrip("-")
    return "-".join(part for part in (host, slug, hashlib.sha256(url.encode()).hexdigest()[:10]) if part) + ending


def marked(url: str, page: str) -> bytes:
    """Give a page as it is saved: in UTF-8, with its address as a comment in the first line ("--" would end the comment)."""
    address = url.replace("--", "%2D%2D")
    return f"<!-- saved from url=({len(address):04}){address} -->\n{page}".encode()


def save(file: Path, data: bytes) -> None:
    """Put data into a file, whole or not at all; a file that holds just that is left as it is.

    Raises:
        InputError: the folder cannot be written to.
    """
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        if file.is_file() and file.read_bytes() == data:
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.write_bytes(data)
            os.replace(part, file)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"{file}: cannot be written ({error.strerror}); check the folder and the space on its disk") from error


def story_page(stated: Stated, body: str) -> str:
    """Make a small page of a story; `body` is HTML, everything else is plain text."""
    facts = {
        "og:title": stated.title,
        "og:site_name": stated.outlet,
        "article:published_time": stated.published,
        "article:modified_time": stated.updated,
    }
    lines = [
        f'<!doctype html>\n<html lang="{escape(stated.language or "")}">\n<head>\n<meta charset="utf-8">',
        _MADE_HERE,
        _INERT,
        f"<title>{escape(stated.title or '')}</title>",
        *(f'<meta property="{name}" content="{escape(fact)}">' for name, fact in facts.items() if fact),
        *(f'<meta name="author" content="{escape(author)}">' for author in stated.authors),
        *([f'<link rel="canonical" href="{escape(stated.url)}">'] if stated.url else []),
        "</head>\n<body>\n<article>",
        body,
        "</article>\n</body>\n</html>\n",
    ]
    return "\n".join(lines)


def is_made_here(file: Path) -> bool:
    """Tell whether a saved page is one that `story_page` made."""
    return _MADE_HERE in file.read_text(encoding="utf-8", errors="replace")


def paragraphs(text: str) -> str:
    """Make HTML of plain text: its blocks, or its lines where no line is blank, are paragraphs."""
    lines = "\n".join(line.strip() for line in text.splitlines()).strip()
    blocks = lines.split("\n\n" if "\n\n" in lines else "\n")
    return "\n".join(f"<p>{escape(block)}</p>" for block in blocks if block.strip())
