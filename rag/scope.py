"""A question in, the limits that its own words set out: "since May", "last week", "according to The Margalla Courier".

They are limits on when an article was published and by whom, seen from `today`, which is shown with the answer. Only the earliest
day is limited: an article that was published later may tell of what came before.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from rag.figures import MONTHS, WEEKDAYS, DateMention, find_dates
from rag.records import Answer, Scope

_MONTH = "|".join(MONTHS)
_WEEKDAY = "|".join(WEEKDAYS)
_SINCE = re.compile(rf"\b(?:since|after)\s+(?=\d|{_MONTH}|{_WEEKDAY}|yesterday)", re.IGNORECASE)
_ALONE = re.compile(rf"(?P<month>{_MONTH})\b|(?P<weekday>{_WEEKDAY})\b|(?P<yesterday>yesterday)\b", re.IGNORECASE)
# "the last day", "his last week" and "the last week of the war" are not seen from today.
PERIOD = re.compile(
    r"(?<!\bhis )(?<!\bher )(?<!\bits )(?<!\btheir )\b(?:last|past)\s+"
    r"(?:(?P<count>\d{1,3})\s+(?P<units>day|week|month|year)s?|(?P<unit>week|month|year))\b(?!\s+of\b)"
    r"|\bthis\s+(?P<current>week|month|year)\b|\b(?P<near>yesterday|today)\b"
    rf"|\b(?:last|past|this)\s+(?P<weekday>{_WEEKDAY}|weekend)\b|\b(?P<recent>recent|recently)\b",
    re.IGNORECASE,
)
_OUTLET = re.compile(r"\b(?i:according to|reported by|published by|reported in)\s+((?:[Tt]he\s+)?[A-Z][\w’'&.-]*(?:\s+[A-Z][\w’'&.-]*)*)")
DAYS = {"day": 1, "week": 7}
# What is asked of as recent is looked for in so many days.
RECENT_DAYS = 31
_WEEK = [name.casefold() for name in WEEKDAYS]


def scope_of(question: str, today: date, known_outlet: Callable[[str], str | None]) -> Scope | None:
    """Find the limits that a question sets; None when it sets none.

    `known_outlet` gives an outlet as it is stored, for a name in any case, and None for what is no outlet.
    """
    since, words = _since(question, today)
    outlet = None
    if found := _OUTLET.search(question):
        # "According to the NTSB" names a speaker: only an outlet of the articles is a limit.
        outlet = known_outlet(found[1]) or known_outlet(
            found[1].partition(" ")[2] if found[1][:4].casefold() == "the " else f"The {found[1]}"
        )
        words = (*words, found[0]) if outlet else words
    return Scope(since, outlet, words, today) if words else None


def limits(scope: Scope) -> str:
    """Write the limits as they read after "articles"; with the words that set them."""
    parts = [f"published since {scope.since}"] if scope.since else []
    parts += [f"by {scope.outlet}"] if scope.outlet else []
    return f"{' '.join(parts)} ({', '.join(f'“{words}”' for words in scope.words)}, seen from {scope.today})"


def tell_scope(answer: Answer, scope: Scope | None, *, beyond: bool) -> Answer:
    """Say in an answer how the question limited what was searched; `beyond` tells that this had to be given up."""
    if scope and beyond:
        return replace(answer, problems=(f"no article {limits(scope)} answers, so all were searched", *answer.problems))
    return replace(answer, scope=scope)


def _since(question: str, today: date) -> tuple[date | None, tuple[str, ...]]:
    """Give the earliest day that is asked for, and the words that say so."""
    for opening in _SINCE.finditer(question):
        rest = question[opening.end() :]
        stated = next((mention for mention in find_dates(rest) if mention.start == 0), None)
        alone = _ALONE.match(rest)
        if stated and (day := _first_day(stated, today)):
            return day, (opening[0] + stated.text,)
        if alone and alone["month"]:
            month = [name.casefold() for name in MONTHS].index(alone["month"].casefold()) + 1
            return date(_last_year_of(month, 1, today), month, 1), (opening[0] + alone[0],)
        if alone and alone["weekday"]:
            return _last(alone["weekday"], today), (opening[0] + alone[0],)
        if alone:
            return today - timedelta(days=1), (opening[0] + alone[0],)
    period = PERIOD.search(question)
    return (_start_of(period, today), (period[0],)) if period else (None, ())


def _start_of(period: re.Match[str], today: date) -> date:
    """Give the first day of a period: "last week" is seven days, "last month" begins on its first."""
    if period["near"]:
        return today - timedelta(days=period["near"].casefold() == "yesterday")
    if period["weekday"]:
        return _last(period["weekday"], today)
    if period["recent"]:
        return today - timedelta(days=RECENT_DAYS)
    unit = (period["current"] or period["units"] or period["unit"]).casefold()
    count = 0 if period["current"] else int(period["count"] or 1)
    if unit in DAYS:
        return today - timedelta(days=count * DAYS[unit] if count else today.weekday())
    if unit == "year":
        return date(max(1, today.year - count), 1, 1)
    months = today.year * 12 + today.month - 1 - count
    return date(max(1, months // 12), months % 12 + 1, 1)


def _last(weekday: str, today: date) -> date:
    """Give the last such day before today; a weekend begins on Saturday."""
    day = _WEEK.index("saturday" if weekday.casefold() == "weekend" else weekday.casefold())
    return today - timedelta(days=(today.weekday() - day) % 7 or 7)


def _last_year_of(month: int, day: int, today: date) -> int:
    """Give the year of the last such day that is not after today."""
    return today.year if (month, day) <= (today.month, today.day) else today.year - 1


def _first_day(stated: DateMention, today: date) -> date | None:
    """Give the first day of a date as far as it is stated; None when there is no such day."""
    month, day = stated.month or 1, stated.day or 1
    try:
        return date(stated.year or _last_year_of(month, day, today), month, day)
    except ValueError:
        return None
