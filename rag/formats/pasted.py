"""The text of a web page as it was copied, furniture and all, into its story and what the page states of it.

Relies on lines: what each is on a page (pagelines.py), where running prose begins, and after which mark none follows. Text without
the marks of a page is given back as it came, and in doubt a line stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from rag.formats.dateline import Day, authors_of, days_in, is_bare_label
from rag.formats.furniture import ends_like_a_sentence
from rag.formats.pagelines import MIN_HEADLINE_WORDS, MIN_RUN, Kind, PageLine, first_prose, page_lines
from rag.records import NOTHING_STATED, Stated

MIN_SIGNS = 2  # different lines that only a page has; with fewer, nothing but the labels of advertisements is taken out
ENOUGH_WORDS = 35  # of prose: an invitation to comment below them ends a story, above them it may belong to the headline
MAX_STANDFIRST_WORDS, MAX_LINES_BELOW_A_STANDFIRST = 45, 20
MAX_LINES_IN_A_STORY, MAX_LINES_OF_A_BOX = 30, 6  # of furniture, between two of its paragraphs
LINES_AT_TOP = 3
TITLE_WINDOW, TITLE_CONTEXT = 60, 200  # lines above the story: where the headline may stand, and where it may be repeated
_SIGNATURE = frozenset(("date", "byline"))
_BELOW_A_STANDFIRST = _SIGNATURE | {"share", "platform", "count", "crumb", "cookie"}
_ENDS_A_STORY = frozenset(("form", "final", "related", "footer", "legal", "share", "tags", "account"))
_BOXES = frozenset(("inline", "share"))
_MAY_STAND_IN_A_STORY = frozenset((None, "inline", "related"))
_BESIDE_FURNITURE = frozenset(("platform", "account", "count", "footer"))
_AFTER_A_STORY = _BESIDE_FURNITURE | {"date", "credit"}
_OWNER = re.compile(r"(?:copyright|©|\(c\)|(?:19|20)\d\d|[\s,–-])+(?!all rights)([^\W\d_][^.,|©()\d]{1,50})", re.IGNORECASE)
_NOT_OWNER = re.compile(r" (?:all rights|inc|ltd|limited|llc|plc|group|[-–—])(?: .*)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Opening:
    """Where a story opens, as places in the lines: the headline, the last furniture above the prose (-1: none), the prose.

    `standfirst` is the first prose of all: above the furniture if the headline has a standfirst, else the same as `prose`.
    """

    title: int | None
    furniture: int
    standfirst: int
    prose: int


def read_pasted(text: str) -> tuple[str, Stated]:
    """Give the story of a pasted page, its lines as they came, and what the page states; takes text in its normal form.

    Reading a story again changes nothing.
    """
    story, stated = _read(text)
    while (again := _read(story)[0]) != story:
        story = again
    return story, stated


def _read(text: str) -> tuple[str, Stated]:
    rows = text.split("\n")
    lines = page_lines(rows)
    first = first_prose(lines)
    if first is None:
        return text, NOTHING_STATED
    opening = _opening(lines, first)
    end = _end(lines, opening.prose)
    signs = {line.key for line in lines[: opening.furniture + 1] if line.kind}
    signs |= {line.key for line in lines[end:] if line.kind and line.kind not in _SIGNATURE}
    if len(signs) < MIN_SIGNS:
        story = [line for line in lines if line.kind != "inline"]
        return (_joined(rows, story) if len(story) < len(lines) else text), _stated_at_top(lines)
    return _joined(rows, [*_head(lines, opening), *_body(lines[opening.prose : end], end < len(lines))]), _stated(lines, opening, end)


def _opening(lines: Sequence[PageLine], first: int) -> _Opening:
    prose = first
    while (following := _below_standfirst(lines, first, prose)) is not None:
        prose = following
    furniture = max((place for place in range(prose) if lines[place].kind not in _MAY_STAND_IN_A_STORY), default=-1)
    prose = next(place for place in range(furniture + 1, prose + 1) if lines[place].prose)
    return _Opening(_title(lines, first, furniture, prose), furniture, min(first, prose), prose)


def _below_standfirst(lines: Sequence[PageLine], first: int, prose: int) -> int | None:
    """Find the story below a standfirst, which has the writer, the date or buttons under it. None if `prose` is the story."""
    reach = min(prose + MAX_LINES_BELOW_A_STANDFIRST, len(lines) - 1)
    following = next((place for place in range(prose + 1, reach) if lines[place].prose), None)
    if following is None or lines[prose].words > MAX_STANDFIRST_WORDS or not lines[following + 1].prose:
        return None
    between = {line.kind for line in lines[prose + 1 : following]} - {None, "inline", "menu", "account"}
    # A story that is told by days has dates between its paragraphs, and its own date above them.
    seen = {line.kind for line in lines[max(0, first - 8) : prose]} & _SIGNATURE
    return following if between <= _BELOW_A_STANDFIRST and between - seen else None


def _title(lines: Sequence[PageLine], first: int, furniture: int, prose: int) -> int | None:
    """Choose the headline: repeated, with the writer or the date below it, as long as headlines are, near the story."""
    if furniture < 0:
        return 0 if prose > 0 and lines[0].could_be_title else None
    context = "\n".join(line.key for line in lines[max(0, prose - TITLE_CONTEXT) : prose])

    def score(place: int) -> float:
        line = lines[place]
        repeated = line.words > MIN_RUN and context.count(line.key) > 1
        signature = next((below - place for below in range(place + 1, min(place + 7, prose)) if lines[below].kind in _SIGNATURE), 9)
        signed = 2.5 * (signature < 3) or 1.5 * (signature < 7)
        length = min(line.words, 8) / 4 - max(line.words - 16, 0) / 10
        leads = place == 0 or not lines[place - 1].could_be_title
        return 2 * repeated + signed + leads / 2 - 2 * (place > first) + length - (prose - place) / 10

    places = range(max(0, prose - TITLE_WINDOW), min(prose, furniture + 7))
    return max((place for place in places if lines[place].could_be_title), key=score, default=None)


def _head(lines: Sequence[PageLine], opening: _Opening) -> Iterator[PageLine]:
    """Give what stands between the headline and the prose and is story: a standfirst, a place, a list of key points."""
    title = "" if opening.title is None else lines[opening.title].key
    after_title = opening.furniture + 1 if opening.title is None else opening.title + 1
    begun = False
    for place in range(min(after_title, opening.standfirst, opening.furniture + 1), opening.prose):
        line = lines[place]
        if line.kind or place == opening.title or (title and not line.prose and _same_headline(title, line)):
            continue
        below_title = place >= after_title
        story_like = place > opening.furniture or begun or _opens_a_story(line)
        if line.prose or line.words > MIN_HEADLINE_WORDS or (below_title and story_like):
            yield line
        begun = begun or (line.prose and below_title)


def _opens_a_story(line: PageLine) -> bool:
    """Tell whether a short line is a sentence, or the place of a report with a dash after it."""
    return line.text[-1] in "—–" or (line.words > 2 and ends_like_a_sentence(line.text))


def _same_headline(title: str, line: PageLine) -> bool:
    return title in line.key or (line.words > MIN_RUN and line.key in title)


def _end(lines: Sequence[PageLine], prose: int) -> int:
    """Find the place of the first line after the story: its end mark, with no prose of the same story below it."""
    sums = list(accumulate((line.words if line.prose else 0 for line in lines), initial=0))

    def closes(place: int) -> bool:
        before, after = sums[place] - sums[prose], sums[-1] - sums[place]
        kind = lines[place].kind
        if kind == "final":
            return before >= min(ENOUGH_WORDS, after)
        return kind == "form" or (kind == "legal" and before >= 2 * after)

    end = next((place for place in range(prose + 1, len(lines)) if closes(place)), len(lines))
    last = prose
    marks: dict[str, Kind] = {}
    for place in range(prose + 1, end):
        line = lines[place]
        if line.kind in _ENDS_A_STORY:
            marks[line.key] = line.kind
        elif line.prose and _goes_on(place - last - 1, marks, _after(lines, place, end)):
            last, marks = place, {}
    return _next_mark(lines, last, end)


def _goes_on(gap: int, marks: Mapping[str, Kind], after: PageLine | None) -> bool:
    """Tell whether a paragraph is of the same story as the last one, `gap` lines above it; a teaser stands between headlines.

    `marks` are the end marks in the gap, `after` what comes after the paragraph (None: nothing).
    """
    if not marks:
        return True
    if gap > MAX_LINES_IN_A_STORY and len(marks) >= MIN_SIGNS:
        return False
    if after is not None and (after.prose or after.is_headline):
        return after.prose
    return gap <= MAX_LINES_OF_A_BOX and not {"footer", "legal"} & set(marks.values())


def _after(lines: Sequence[PageLine], place: int, end: int) -> PageLine | None:
    return next((lines[later] for later in range(place + 1, end) if lines[later].kind != "inline"), None)


def _next_mark(lines: Sequence[PageLine], place: int, end: int) -> int:
    return next((later for later in range(place + 1, end) if _is_mark(lines[later : later + 3])), end)


def _is_mark(lines: Sequence[PageLine]) -> bool:
    """Tell whether the first of three lines ends a story, or is another story's headline with its writer and its date below."""
    signed = lines[0].is_headline and {line.kind for line in lines[1:]} == _SIGNATURE
    return signed or lines[0].kind in _ENDS_A_STORY


def _body(lines: Sequence[PageLine], at_end: bool) -> list[PageLine]:
    """Leave out what pages put between a story's paragraphs, and what is left of their furniture at its end."""
    kept: list[PageLine] = []
    beside, listing = False, 0
    for line, below in zip(lines, [*lines[1:], None], strict=True):
        heads_a_list = line.kind == "related" and (line.words > 1 or (below is not None and below.is_headline))
        left_over = (beside and line.kind in _BESIDE_FURNITURE) or (listing and line.is_headline)
        if heads_a_list or left_over or line.kind in _BOXES:
            beside, listing = True, MAX_LINES_OF_A_BOX if heads_a_list else max(listing - 1, 0)
        else:
            beside, listing = False, 0
            kept.append(line)
    while at_end and kept and kept[-1].kind in _AFTER_A_STORY:
        kept.pop()
    return kept


def _joined(rows: Sequence[str], kept: Iterable[PageLine]) -> str:
    places = {line.row for line in kept}
    rest = (row for at, row in enumerate(rows) if not row or at in places)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(rest)).strip("\n")


def _stated(lines: Sequence[PageLine], opening: _Opening, end: int) -> Stated:
    head = lines[: opening.prose]
    title = None if opening.title is None else lines[opening.title]
    top = next((place for place, line in enumerate(head) if title and line.key == title.key), 0)
    signature = [line.text for line in head[top:] if line.kind in _SIGNATURE]
    # The day of the visit stands at the top of many pages: the best there is when the story itself has no date.
    days = _days(signature) or _days([line.text for line in head[:top] if line.kind == "date"])
    return replace(_signed(signature, days), title=title.text if title else None, outlet=_outlet([*lines[end:], *head]))


def _stated_at_top(lines: Sequence[PageLine]) -> Stated:
    """Read the writer and the date off the first lines of a text that is no page; several dates may be a chronicle's."""
    signature = [line.text for line in lines[:LINES_AT_TOP] if line.kind in _SIGNATURE]
    dates = sum(line.kind == "date" for line in lines)
    return _signed(signature, _days(signature) if dates == 1 else [])


def _signed(signature: Sequence[str], days: Sequence[Day]) -> Stated:
    return Stated(
        authors=next((authors for text in signature if (authors := authors_of(text))), ()),
        published=min((day.iso for day in days), default=None),
        published_from="text" if days else None,
        updated=max((day.iso for day in days if day.update), default=None),
    )


def _days(signature: Sequence[str]) -> list[Day]:
    """Read the days off lines; a label that fills a line belongs to the next one."""
    labels = ["", *(text if is_bare_label(text) else "" for text in signature)]
    return [day for label, text in zip(labels, signature, strict=False) for day in days_in(f"{label} {text}")]


def _outlet(lines: Iterable[PageLine]) -> str | None:
    """Name the owner that a copyright line names."""
    for line in lines:
        owner = _OWNER.match(line.text) if line.kind == "legal" else None
        name = _NOT_OWNER.sub("", f"{owner[1].strip()} ").strip() if owner else ""
        if name and name[0].isupper() and len(name.split()) < 7:
            return name
    return None
