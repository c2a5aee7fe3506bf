"""An exported file in, what became of each of its quotations out: does it still stand, word for word, where it stood?"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from rag.errors import InputError
from rag.export import FORMATS, hash_of
from rag.records import QuoteCheck, Standing
from rag.store import Store
from rag.support import plain

MAX_BYTES = 50_000_000
_MARKDOWN_HEAD = re.compile(r"^\*Clippings export \d+: \w+, [\d-]+\*$", re.MULTILINE)
_FOOTNOTE = re.compile(
    r"^\[\^(?P<number>\d{1,6})\]: (?P<about>.*?) \(`(?P<article>\w+)` (?P<start>\d{1,12})-(?P<end>\d{1,12}), "
    r"SHA-256 `(?P<sha256>[0-9a-f]{64})`\): “(?P<quote>.*)”$"
)
_SAID = re.compile(r"^- (?:\*\*.*?\*\* )?“(?P<text>.*)”(?P<marks>(?:\[\^\d+\])*)")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]<>#|~!&])")


@dataclass(frozen=True, slots=True)
class Quoted:
    """A source of an exported file: a quotation and where it is said to stand."""

    number: int
    article_id: str
    start: int
    end: int
    quote: str
    sha256: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A statement of an exported file that is shown as word for word that of a source, and the numbers it cites."""

    text: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Exported:
    """What an exported file quotes."""

    sources: tuple[Quoted, ...]
    shown: tuple[Shown, ...]


def verify(file: Path, store: Store) -> list[QuoteCheck]:
    """Check every quotation of an exported file: its sources against the store, its statements against the sources.

    Gives a result for each source, and one more for each statement that its sources do not hold.

    Raises:
        InputError: the file cannot be read, is no export, or is damaged.
    """
    exported = read_export(file)
    checks = [_check(source, store) for source in exported.sources]
    by_number = {source.number: source for source in exported.sources}
    for shown in exported.shown:
        cited = [by_number[number] for number in shown.numbers if number in by_number]
        if not any(plain(shown.text).rstrip(".") in plain(source.quote) for source in cited):
            number, article, title = (cited[0].number, cited[0].article_id, cited[0].title) if cited else (0, "", "")
            checks.append(QuoteCheck(number, article, title, shown.text, "edited", None, None))
    return checks


def read_export(file: Path) -> Exported:
    """Read what an exported file quotes, in the format that its suffix names; raises what `verify` raises."""
    readers = {".md": _markdown, ".html": _html, ".json": _json}
    if file.suffix.lower() not in readers:
        raise InputError(f"{file} is no export: one ends with {', '.join(FORMATS)}")
    try:
        if file.stat().st_size > MAX_BYTES:
            raise InputError(f"{file} has more than {MAX_BYTES // 1_000_000} MB, and is no export of ours")
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{file} cannot be read ({error.strerror}): check its name") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file} is not UTF-8 text (byte {error.start}): it is no export, or it is damaged") from error
    try:
        return readers[file.suffix.lower()](text)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"{file} is no export, or it is damaged ({error}): export it again") from error


def _check(quoted: Quoted, store: Store) -> QuoteCheck:
    def result(standing: Standing, title: str, place: tuple[int, int] | tuple[None, None] = (None, None)) -> QuoteCheck:
        return QuoteCheck(quoted.number, quoted.article_id, title, quoted.quote, standing, *place)

    try:
        article = store.article(quoted.article_id)
    except InputError:
        return result("gone", quoted.title)
    words, title = " ".join(quoted.quote.split()), article.info.title
    if hash_of(words) != quoted.sha256:
        return result("edited", title)
    if " ".join(article.text[quoted.start : quoted.end].split()) == words:
        return result("stands", title, (quoted.start, quoted.end))
    place = _find(words, article.text)
    return result("moved", title, place) if place else result("changed", title)


def _find(words: str, text: str) -> tuple[int, int] | None:
    """Find words in a text whatever the white space between them; give their place, None when they do not stand there."""
    places = [place for place, char in enumerate(text) if not char.isspace()]
    packed = "".join(text[place] for place in places)
    wanted = "".join(words.split())
    at = packed.find(wanted) if wanted else -1
    return (places[at], places[at + len(wanted) - 1] + 1) if at >= 0 else None


def _json(text: str) -> Exported:
    content = json.loads(text)
    if not isinstance(content, dict) or "clippings_export" not in content:
        raise ValueError('it has no "clippings_export"')
    sources = tuple(
        _quoted(each["number"], each["article_id"], each["start"], each["end"], each["quote"], each["sha256"], each.get("title"))
        for each in content["citations"]
    )
    claims = [*content.get("claims", ()), *content.get("sentences", ()), *content.get("bullets", ()), *content.get("changes", ())]
    claims += [content["headline"]] if "headline" in content else []
    verbatim = [Shown(each["text"], tuple(each["citations"])) for each in claims if each["support"] == "verbatim"]
    verbatim += [Shown(each["text"], tuple(each["citations"])) for each in content.get("events", ())]
    verbatim += [Shown(each["text"], (each["citation"],)) for each in content.get("remarks", ())]
    return Exported(sources, tuple(verbatim))


def _markdown(text: str) -> Exported:
    if not _MARKDOWN_HEAD.search(text):
        raise ValueError("the line that says it is an export is missing")
    sources, shown = [], []
    for line in text.splitlines():
        if note := _FOOTNOTE.match(line):
            title, quote = (_ESCAPED.sub(r"\1", note[part]) for part in ("about", "quote"))
            sources.append(_quoted(note["number"], note["article"], note["start"], note["end"], quote, note["sha256"], title))
        elif re.match(r"\[\^\d+\]:", line):
            raise ValueError(f"the footnote {line[:40]!r} cannot be read")
        elif said := _SAID.match(line):
            shown.append(Shown(_ESCAPED.sub(r"\1", said["text"]), _numbers(said["marks"])))
    return Exported(tuple(sources), tuple(shown))


def _html(text: str) -> Exported:
    page = _Page()
    page.feed(text)
    page.close()
    if not page.is_export:
        raise ValueError("the page does not say that it is an export")
    sources = tuple(
        _quoted(each["value"], each["data-article"], each["data-start"], each["data-end"], quote, each["data-sha256"], title)
        for each, quote, title in page.sources
    )
    return Exported(sources, tuple(Shown(text, _numbers(cited)) for cited, text in page.shown))


def _numbers(marks: str) -> tuple[int, ...]:
    return tuple(int(number[:9]) for number in re.findall(r"\d+", marks))


def _quoted(number: Any, article: Any, start: Any, end: Any, quote: Any, sha256: Any, title: Any) -> Quoted:
    """Make a quotation of what a file gives; raises ValueError or TypeError when it cannot be one."""
    if not all(isinstance(each, str) for each in (article, quote, sha256)) or isinstance(start, float) or isinstance(end, float):
        raise TypeError(f"quotation {number!r} has a field of the wrong kind")
    if int(start) < 0 or int(end) < int(start):
        raise ValueError(f"quotation {number!r} cannot stand at {start!r} to {end!r}")
    return Quoted(int(number), article, int(start), int(end), quote, sha256, str(title or ""))


class _Page(HTMLParser):
    """Finds the sources of an exported page, (attributes, quotation, what it says of the article), and (numbers, text) of what is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.is_export = False
        self.sources: list[tuple[dict[str, str | None], str, str]] = []
        self.shown: list[tuple[str, str]] = []
        self._inside: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "meta" and given.get("name") == "generator" and (given.get("content") or "").startswith("Clippings export "):
            self.is_export = True
        elif tag == "li" and "data-article" in given:
            self.sources.append((given, "", ""))
        elif tag == "q" and "data-cites" in given:
            self.shown.append((given["data-cites"] or "", ""))
            self._inside = "shown"
        elif tag in {"q", "span"} and self.sources:
            self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        if tag in {"q", "span"}:
            self._inside = None

    def handle_data(self, data: str) -> None:
        if self._inside == "shown":
            self.shown[-1] = (self.shown[-1][0], self.shown[-1][1] + data)
        elif self._inside:
            attributes, quote, about = self.sources[-1]
            self.sources[-1] = (attributes, quote + data * (self._inside == "q"), about + data * (self._inside == "span"))
