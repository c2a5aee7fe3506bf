"""A claim and its source in, the first number or date of the claim out that the source does not hold, however they are written."""

from __future__ import annotations

import re

from rag.figures import DateMention, Figure, figures, find_dates
from rag.records import ArticleInfo
from rag.words import STOP_WORDS

_NEXT_WORD = re.compile(r"\s+([a-z]+)")
_BEFORE_PRONOUN = re.compile(r"\b(?:no|every|any|each|the|this|that|which|last|other|some)\s+$", re.IGNORECASE)
# What says that a number is rounded, and to which side; how far off it may be.
_ROUNDED = re.compile(
    r"\b(?:(?P<any>about|around|roughly|some|approximately)|(?P<below>nearly|almost|close to|just under)|(?P<above>more than|over))\s+$",
    re.IGNORECASE,
)
ROUNDING = 0.05


def missing_figure(claim: str, source: str, article: ArticleInfo | None = None) -> str | None:
    """Name the first number or date of the claim that the source does not hold; the article's own date counts as held."""
    there = {figure.value for figure in figures(source)}
    for figure in figures(claim):
        if figure.value not in there and not _is_pronoun(claim, figure) and not _rounds(claim[: figure.start], figure.value, there):
            return figure.text
    dates = find_dates(source) + (find_dates(_spelled(article.published)) if article and article.published else [])
    for mention in find_dates(claim):
        if not any(dates_agree(mention, other) for other in dates):
            return mention.text
    return None


def _is_pronoun(claim: str, figure: Figure) -> bool:
    """Tell whether a "one" counts nothing: "no one", "the one in Lahaina", "one of them", "one day"; "one person" counts."""
    if figure.text.casefold() != "one":
        return False
    behind = _NEXT_WORD.match(claim, figure.end)
    counts = behind and behind[1] not in STOP_WORDS | {"another", "day"}
    return not counts or bool(_BEFORE_PRONOUN.search(claim[: figure.start]))


def _rounds(before: str, value: float, there: set[float]) -> bool:
    """Tell whether a figure that is said to be rounded is that of a number in the source: "nearly $900 billion" is $898 billion."""
    about = _ROUNDED.search(before)
    if not about:
        return False
    low, high = (-ROUNDING if about["any"] or about["above"] else 0, ROUNDING if about["any"] or about["below"] else 0)
    return any(low * other <= value - other <= high * other for other in there)


def _spelled(iso: str) -> str:
    """Spell an ISO date so that it is found: 2024-01-19 is "19 Jan 2024"."""
    year, month, day = iso.split("-")
    months = """
    Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec
    """.split()
    return f"{int(day)} {months[int(month) - 1]} {year}"


def dates_agree(said: DateMention, there: DateMention) -> bool:
    """Tell whether a date is the same as far as both state it; a source may leave out the year, not the month or day."""
    same_year = said.year is None or there.year is None or said.year == there.year
    return same_year and (said.month is None or said.month == there.month) and (said.day is None or said.day == there.day)
