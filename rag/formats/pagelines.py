"""The rows of a pasted page in; its lines out, each with what it is on the page, and where the heaviest stretch of prose begins.

Relies on furniture.py and dateline.py for lines by themselves; here a line also has neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from rag.formats.dateline import is_byline, is_dateline
from rag.formats.furniture import FULL_STOPS, Role, ends_like_a_sentence, role_of

Kind = Role | Literal["date", "byline"]

MIN_PROSE_CHARS, MAX_OPEN_CHARS, SURE_PROSE_CHARS = 45, 110, 180
MAX_COUNTED_WORDS = 40  # of a paragraph, when the story is looked for
MIN_TITLE_WORDS, MIN_TITLE_CHARS, MAX_TITLE_CHARS = 3, 12, 200
MIN_HEADLINE_WORDS = 5  # a sub-heading is mostly shorter, the headline of another story is not
MIN_RUN = 3  # section names in a row are a menu; one alone may be a sub-heading
# What a line takes from the weight of the prose around it.
_COSTS: dict[Kind | None, int] = {None: 1, "date": 2, "byline": 2, "final": 40}
_FURNITURE_COST = 6
# A story above a comment form is the story, unless it is this many times lighter than what is below.
_WORTH_ABOVE_A_FORM, _MIN_ABOVE_A_FORM = 6, 15
_SMALL = frozenset(("menu", "account", "platform", "share", "count"))
_TWO_SENTENCES = re.compile(r"[a-z]{3}[.!?] [A-Z]")
_CAPTION = re.compile(
    r"(?:file )?(?:photo|image|picture|pictured|credit|courtesy|caption)\b.*|[(\[©].*|.*(?:/ ?(?:reuters|afp|ap|getty)|getty images)\b.*",
    re.IGNORECASE,
)
_NOT_KEY = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line that is not blank: the row it fills, its words alone, and what it is on a page (None: it may be story)."""

    row: int
    text: str
    key: str
    words: int
    kind: Kind | None
    prose: bool

    @property
    def is_number(self) -> bool:
        """Whether it is a figure alone: how many have shared or read a story, or a cell of a table."""
        return self.kind == "count" and not self.key.strip("0123456789 km")

    @property
    def is_unspaced(self) -> bool:
        """Whether it may be in a script that sets no spaces between words."""
        return len(self.text) >= MIN_TITLE_CHARS and not self.text.isascii()

    @property
    def could_be_title(self) -> bool:
        """Whether it is as long as a headline and not a caption or a sentence."""
        fits = len(self.text) <= MAX_TITLE_CHARS and (self.words >= MIN_TITLE_WORDS or self.is_unspaced)
        return (
            fits and self.kind is None and self.text[0] not in "*•-" and self.text[-1] not in ".:,;" and not _CAPTION.fullmatch(self.text)
        )

    @property
    def is_headline(self) -> bool:
        """Whether it is the headline of another story rather than a sub-heading, a sentence or a list's entry."""
        long_enough = self.words >= MIN_HEADLINE_WORDS and not self.prose
        return long_enough and self.kind is None and not ends_like_a_sentence(self.text)


def page_lines(rows: Sequence[str]) -> list[PageLine]:
    """Give the lines that are not blank."""
    lines = []
    for at, (row, below) in enumerate(zip(rows, [*rows[1:], ""], strict=True)):
        if row:
            kind = role_of(row) or _written(row)
            key = _NOT_KEY.sub(" ", row.casefold()).strip()
            lines.append(PageLine(at, row, key, len(row.split()), kind, kind is None and _is_prose(row, below)))
    return list(_among_neighbours(lines))


def first_prose(lines: Sequence[PageLine]) -> int | None:
    """Find the place where the story's prose begins; None when there is no prose."""
    form = next((place for place, line in enumerate(lines) if line.kind == "form"), len(lines))
    above, weight_above = _heaviest(lines[:form])
    below, weight_below = _heaviest(lines[form:])
    if below is None or (weight_above >= _MIN_ABOVE_A_FORM and weight_above * _WORTH_ABOVE_A_FORM >= weight_below):
        return above
    return form + below


def _heaviest(lines: Sequence[PageLine]) -> tuple[int | None, int]:
    """Find the stretch with the most prose: paragraphs weigh their words, all else takes from it (Kadane's maximum sum)."""
    found, best, begin, weight = None, 0, 0, 0
    for place, line in enumerate(lines):
        if weight <= 0:
            weight, begin = 0, place
        weight += min(line.words, MAX_COUNTED_WORDS) if line.prose else -_COSTS.get(line.kind, _FURNITURE_COST)
        if weight > best:
            found, best = begin, weight
    return found, best


def _written(row: str) -> Kind | None:
    return "date" if is_dateline(row) else "byline" if is_byline(row) else None


def _is_prose(row: str, below: str) -> bool:
    """Tell whether a row is running text; the rows of a paragraph that was wrapped go on in small letters."""
    if len(row) >= SURE_PROSE_CHARS:
        return True
    # Headlines may ask or exclaim, and be cut short.
    open_ended = len(row) < MAX_OPEN_CHARS and (row[-1] in "?!…" or row.endswith("..."))
    ends = not open_ended and row.rstrip("\"'”’»)]")[-1:] in tuple(FULL_STOPS)
    return len(row) >= MIN_PROSE_CHARS and (ends or below[:1].islower())


def _among_neighbours(lines: Iterable[PageLine]) -> Iterator[PageLine]:
    """A section's name by itself is no menu, a number by itself may be a table's; several networks are an invitation to share."""
    previous: PageLine | None = None
    for small, group in groupby(lines, key=lambda line: line.kind in _SMALL or line.kind == "inline"):
        run = list(group)
        kinds = [line.kind for line in run if line.kind != "inline"]
        lone_menu, many_networks = small and len(kinds) < MIN_RUN, kinds.count("platform") > 1
        lone_numbers = all(line.is_number for line in run) and (previous is None or previous.kind is None)
        previous = run[-1]
        for line in run:
            if (line.kind == "menu" and lone_menu) or lone_numbers:
                yield replace(line, kind=None)
            elif line.kind == "platform" and many_networks:
                yield replace(line, kind="share")
            else:
                yield line
