"""Printed lines in, paragraphs out: what the layout broke is joined, what repeats on every page is left out.

All that counts is where lines stand and how large they are; no library comes in here.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

# Beyond so many times the usual distance between lines, a new paragraph begins; type that differs in size by more is a heading's.
PARAGRAPH_GAP, SIZE_STEP = 1.18, 0.12
# Lines of a paragraph are no farther apart than this many heights of their type, when few lines tell how far they are.
MAX_LEADING = 1.8
# A first line is set in by this much of the height of its type, at least.
INDENT = 0.5
# How many lines at the top and bottom of a page may be headers and footers, and on what share of the pages they must stand.
EDGE_LINES, REPEATED_SHARE = 3, 0.4
MARGIN_STEP = 4.0
# Room for a word needs room for a space, and for what line breaking is not exact by.
ROOM = 0.4
TELLING_LINES = 3
MAX_BARE_CHARS = 12
_PRINTED_BY_BROWSER = re.compile(r"(https?|file)://\S+ \d+/\d+")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is printed; measures in points from the lower left corner. `word` is how wide its first word is."""

    page: int
    text: str
    left: float
    right: float
    bottom: float
    height: float
    word: float


def page_address(lines: Iterable[Line]) -> str | None:
    """Give the address that a browser printed below a page; None if there is none."""
    return next((line.text.rsplit(" ", 1)[0] for line in lines if _PRINTED_BY_BROWSER.fullmatch(line.text)), None)


def without_margins(lines: Iterable[Line], title: str | None) -> list[Line]:
    """Leave out page numbers, and what stands at the top or bottom of many pages with nothing but its numbers changed."""
    pages: dict[int, list[Line]] = {}
    for line in lines:
        pages.setdefault(line.page, []).append(line)
    edges = {page: _edges(there) for page, there in pages.items()}
    on_pages = Counter(key for there in edges.values() for key in {_alike(line) for line in there})
    often = max(2, REPEATED_SHARE * len(pages))
    printed = any(_PRINTED_BY_BROWSER.fullmatch(line.text) for there in edges.values() for line in there)
    kept = []
    for page, there in pages.items():
        for line in there:
            margin = line in edges[page] and (
                on_pages[_alike(line)] >= often
                or (len(line.text) <= MAX_BARE_CHARS and not any(map(str.isalpha, line.text)))
                or (printed and _is_of_browser(line.text, title))
            )
            if not margin:
                kept.append(line)
    return kept or list(pages[min(pages)])


def _edges(lines: list[Line]) -> set[Line]:
    by_height = sorted(lines, key=lambda line: line.bottom)
    return {*by_height[:EDGE_LINES], *by_height[-EDGE_LINES:]}


def _alike(line: Line) -> tuple[str, int]:
    """Give what a header has in common on all pages: its text but for the numbers, and its height on the page."""
    return _DIGITS.sub("#", line.text.casefold()), round(line.bottom / MARGIN_STEP)


def _is_of_browser(text: str, title: str | None) -> bool:
    """Say whether a browser printed it above or below the page: the time with the title, or the address."""
    return bool(_PRINTED_BY_BROWSER.fullmatch(text) or (title and text != title and text[:1].isdigit() and text.endswith(title)))


def paragraphs(lines: list[Line]) -> list[str]:
    """Join lines into paragraphs, and the two halves of a word that a line end parted."""
    rights, leading = _right_edges(lines), _leading(lines)
    words = {_bare(word) for line in lines for word in line.text.split()}
    found: list[list[str]] = []
    for number, line in enumerate(lines):
        if not number or not _goes_on(lines[number - 1], line, rights[number - 1], leading):
            found.append([line.text])
        elif _parts_word(found[-1][-1], line.text):
            found[-1][-1] = _first_half(found[-1][-1], line.text, words)
            found[-1].append(line.text)
        else:
            found[-1] += [" ", line.text]
    return ["".join(pieces) for pieces in found]


def _goes_on(before: Line, line: Line, right: float, leading: dict[int, float]) -> bool:
    """Say whether a line goes on with the paragraph of the line before it."""
    if abs(line.height - before.height) > SIZE_STEP * before.height:
        return False
    if _parts_word(before.text, line.text):
        return True
    # A line that had room for the next word was ended on purpose.
    ended = before.right + line.word + ROOM * before.height < right and not line.text[0].islower()
    if ended or not _is_below(before, line):
        return not ended
    gap = (before.bottom - line.bottom) > PARAGRAPH_GAP * leading[round(line.height)]
    return not gap and line.left <= before.left + INDENT * line.height


def _is_below(before: Line, line: Line) -> bool:
    return line.page == before.page and line.bottom < before.bottom and line.left < before.right and line.right > before.left


def _right_edges(lines: list[Line]) -> list[float]:
    """Give for each line how far to the right its column goes: as far as the longest line of those set with it.

    A few lines do not tell; the last of them then has room for any word, so that what follows in another column is held apart.
    """
    edges: list[float] = []
    run: list[Line] = []
    for line in [*lines, None]:
        if run and not (line and _is_below(run[-1], line) and abs(line.height - run[-1].height) <= SIZE_STEP * line.height):
            edges += [max(other.right for other in run)] * len(run)
            edges[-1] = edges[-1] if len(run) >= TELLING_LINES else math.inf
            run = []
        if line:
            run.append(line)
    return edges


def _leading(lines: list[Line]) -> dict[int, float]:
    """Give the distance from line to line within paragraphs, for each height of type: the distances are mostly the smallest ones."""
    gaps: dict[int, list[float]] = {round(line.height): [] for line in lines}
    for before, line in pairwise(lines):
        if _is_below(before, line) and round(before.height) == round(line.height):
            gaps[round(line.height)].append(before.bottom - line.bottom)
    return {height: min([*sorted(found)[len(found) // 5 :][:1], MAX_LEADING * height]) for height, found in gaps.items()}


def _parts_word(before: str, after: str) -> bool:
    return before.endswith("-") and before[-2:-1].isalnum() and after[:1].islower()


def _first_half(before: str, after: str, words: set[str]) -> str:
    """Take off the hyphen between two halves of a word, unless the text has that word with it elsewhere."""
    first, second = before.rsplit(maxsplit=1)[-1], after.split(maxsplit=1)[0]
    is_compound = first[-2:-1].isdigit() or (_bare(first + second) in words and _bare(first[:-1] + second) not in words)
    return before if is_compound else before[:-1]


def _bare(word: str) -> str:
    return word.casefold().strip(".,;:!?()\"'“”")
