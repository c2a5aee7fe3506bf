"""The list of articles, as a reader wants to see it: filtered, sorted, by the page; and how many there are by month and outlet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rag.records import ArticleInfo, Listing

PAGE_ROWS = 100
# More than this many outlets, or months, cannot be told apart in a plot.
MAX_OUTLETS = 8
MAX_PERIODS = 36
OTHER, NO_OUTLET = "other outlets", "no outlet"

_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-\d\d")

Key = Callable[[Listing], str | int | None]
COLUMNS: dict[str, tuple[str, Key]] = {
    "title": ("Title", lambda row: row.info.title.casefold()),
    "outlet": ("Outlet", lambda row: (row.info.outlet or "").casefold() or None),
    "published": ("Date", lambda row: row.info.published),
    "language": ("Language", lambda row: row.info.language),
    "passages": ("Passages", lambda row: row.passages),
    "copies": ("Copies", lambda row: row.copies),
}


@dataclass(frozen=True, slots=True)
class View:
    """What a page shows of the list: the rows that hold all of `words`, sorted by `column`, page `page` (0-based) of them."""

    words: str = ""
    column: str = "published"
    descending: bool = True
    page: int = 0


def select(listing: Iterable[Listing], view: View) -> list[Listing]:
    """Give the rows of a view, on all its pages. Rows without a value in the column that sorts come last, whatever the order."""
    words = view.words.casefold().split()
    rows = [row for row in listing if all(word in _words(row) for word in words)]
    key = COLUMNS[view.column][1]
    known = [row for row in rows if key(row) is not None]
    unknown = [row for row in rows if key(row) is None]
    return sorted(known, key=key, reverse=view.descending) + unknown  # type: ignore[arg-type]


def _words(row: Listing) -> str:
    info = row.info
    return " ".join(part for part in (info.title, info.outlet, info.published, info.language, *info.authors) if part).casefold()


def page_of(rows: Sequence[Listing], view: View) -> Sequence[Listing]:
    """Give the rows of the page that a view shows, or of the last one when there are fewer."""
    first = min(view.page, max(0, len(rows) - 1) // PAGE_ROWS) * PAGE_ROWS
    return rows[first : first + PAGE_ROWS]


def by_period(articles: Iterable[ArticleInfo]) -> list[tuple[str, str, int]]:
    """Count dated articles as (month "2024-01", outlet, articles), by years when there are more than MAX_PERIODS months.

    A period without an article is there with a count of 0, so that a plot shows the gap. The smaller outlets are one.
    """
    days = ((article.published or "", article.outlet or NO_OUTLET) for article in articles)
    dated = [(day, outlet) for day, outlet in days if _DAY.fullmatch(day)]
    if not dated:
        return []
    largest = {outlet for outlet, _ in Counter(outlet for _, outlet in dated).most_common(MAX_OUTLETS)}
    months = _months(min(dated)[0], max(dated)[0])
    length = len("2024") if len(months) > MAX_PERIODS else len("2024-01")
    counts = Counter((day[:length], outlet if outlet in largest else OTHER) for day, outlet in dated)
    filled = {period for period, _ in counts}
    gaps = {(month[:length], next(iter(counts))[1], 0) for month in months if month[:length] not in filled}
    return sorted([*((period, outlet, count) for (period, outlet), count in counts.items()), *gaps])


def outlets_of(counts: Iterable[tuple[str, str, int]]) -> list[tuple[str, int]]:
    """Give the outlets of such counts with all their articles, the largest first and the rest last."""
    totals = Counter[str]()
    for _, outlet, count in counts:
        totals[outlet] += count
    return sorted(totals.items(), key=lambda pair: (pair[0] == OTHER, -pair[1], pair[0]))


def _months(first: str, last: str) -> list[str]:
    """List the months from that of one day to that of another: "2023-12", "2024-01"."""
    low, high = (12 * int(day[:4]) + int(day[5:7]) - 1 for day in (first, last))
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(low, high + 1)]
