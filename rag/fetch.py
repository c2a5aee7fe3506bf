"""Addresses of pages and feeds in, files in a folder out, which the library then reads like any page that was saved by hand.

A page keeps its file: one that has not changed is left alone, one that has replaces what was there. What cannot be fetched is skipped,
with the reason, and leaves what was fetched before as it is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from rag.errors import InputError
from rag.formats.decode import decode
from rag.formats.feeds import Entry, is_feed, parse_feed
from rag.records import Stated
from rag.web.address import Allow, Resolve, is_public, resolve
from rag.web.connect import Doorkeeper
from rag.web.request import FetchLimits, Reply, Web, normal
from rag.web.saved import file_name, is_made_here, marked, paragraphs, save, story_page
from rag.web.visit import Visitor

__all__ = ["FetchLimits", "FetchReport", "Progress", "fetch"]

Progress = Callable[[int, int], None]

_XML = {"application/xml", "text/xml", "application/rss+xml", "application/atom+xml", "application/rdf+xml"}
_PLAIN, _PDF = "text/plain", "application/pdf"
_MEDIA = {"text/html", "application/xhtml+xml", *_XML, _PLAIN, _PDF}
_DEFAULTS = FetchLimits()
# How far into a page what makes it one is looked for.
_HEAD_CHARS = 4096


@dataclass(frozen=True, slots=True)
class FetchReport:
    """What a fetch did. `files` are where the pages are now; `skipped` pairs an address with the reason why it was not fetched."""

    files: tuple[Path, ...]
    skipped: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Task:
    """An address to fetch. `entry` is what the feed that led to it holds of it, None when none did; it may give no page to fetch."""

    url: str
    entry: Entry | None = None
    has_page: bool = True


@dataclass(frozen=True, slots=True)
class _Kept:
    """What to save, under a name that comes of `url` and ends with `ending`."""

    url: str
    ending: str
    data: bytes


def _silent(done: int, total: int) -> None:
    """Report no progress."""


def fetch(
    urls: Sequence[str],
    folder: Path,
    *,
    progress: Progress = _silent,
    limits: FetchLimits = _DEFAULTS,
    allow: Allow = is_public,
    resolve: Resolve = resolve,
) -> FetchReport:
    """Save the pages at `urls`, and those that feeds among them list, in `folder`.

    An entry of a feed whose page cannot be fetched is saved as the feed holds it, if it holds all of it. `progress` is told how many
    addresses of how many are done; feeds add to them. `allow` decides which addresses may be connected to, `resolve` finds a host's.

    Raises:
        InputError: the folder cannot be written to.
    """
    visitor = Visitor(Web(limits, Doorkeeper(allow, resolve)), limits)
    tasks = deque(_Task(url) for url in dict.fromkeys(urls))
    known = {task.url for task in tasks}
    files: dict[Path, None] = {}
    skipped: list[tuple[str, str]] = []
    done = 0
    while tasks:
        task = tasks.popleft()
        listed: list[_Task] = []
        kept: _Kept | None = None
        try:
            listed, kept = _read(task, visitor, limits.max_entries)
        except InputError as error:
            kept = _own_copy(task, folder)
            if kept is None:
                skipped.append((task.url, str(error)))
        if kept:
            file = folder / file_name(kept.url, kept.ending)
            save(file, kept.data)
            files[file] = None
        tasks += [new for new in listed if new.url not in known]
        known.update(new.url for new in listed)
        done += 1
        progress(done, done + len(tasks))
    return FetchReport(files=tuple(files), skipped=tuple(skipped))


def _read(task: _Task, visitor: Visitor, max_entries: int) -> tuple[list[_Task], _Kept | None]:
    """Get what an address leads to: the entries of a feed, or a page to save.

    Raises:
        InputError: it cannot be fetched, or is of no use.
    """
    if not task.has_page:
        raise InputError(f"{task.url}: the feed gives this entry no address that can be fetched; save the article as a file")
    reply = visitor.page(task.url, _MEDIA)
    name = normal(task.url)
    if reply.body.startswith(b"%PDF-"):
        return [], _Kept(name, ".pdf", reply.body)
    text = decode(task.url, reply.body, "html", reply.charset or None)
    if reply.media == _PDF:
        raise InputError(f"{task.url}: the answer calls itself a PDF, and is not; open it in a browser to see what it is")
    if is_feed(text) and task.entry is None:
        return _listed(text, reply, max_entries), None
    if reply.media == _PLAIN:
        text = story_page(Stated(url=reply.url), paragraphs(text))
    elif reply.media in _XML and "<html" not in text[:_HEAD_CHARS].lower():
        raise InputError(f"{task.url}: the answer is XML, but neither a feed nor a page; give the address of a page or a feed")
    return [], _Kept(name, ".html", marked(reply.url, text))


def _listed(text: str, reply: Reply, max_entries: int) -> list[_Task]:
    """List what the first entries of a feed lead to; one without an address gets one inside the feed."""
    tasks = []
    for entry in parse_feed(text, reply.url)[:max_entries]:
        try:
            page = normal(entry.stated.url) if entry.stated.url else ""
        except InputError:
            page = ""
        tasks.append(_Task(page or f"{reply.url}#{quote(entry.key, safe='')}", entry, has_page=bool(page)))
    return tasks


def _own_copy(task: _Task, folder: Path) -> _Kept | None:
    """Give what a feed holds of an entry; None when that is not all of it, or when its page was fetched on an earlier day."""
    if task.entry is None or not task.entry.whole:
        return None
    kept = _Kept(task.url, ".html", marked(task.url, task.entry.page))
    file = folder / file_name(kept.url, kept.ending)
    return None if file.exists() and not is_made_here(file) else kept
