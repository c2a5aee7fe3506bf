"""A sentence and the day it was published in, the date of what it tells out: stated, or counted from that day or from a date before.

"on 18 January", "on Thursday", "yesterday", "three weeks ago", "two days earlier", "in March", "last month", "next Monday". A date has
the precision of the words: a day, a month or a year.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from rag.figures import MONTHS, DateMention, figures, find_dates
from rag.records import Precision

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# A date without its year lies at most this long after publication; otherwise it is last year's.
AHEAD = timedelta(days=180)
DAYS = {"day": 1, "week": 7}
_NUMBER = r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,3})"
_WEEKDAY = "|".join(WEEKDAYS)
_MONTH = "|".join(MONTHS)
_RELATIVE = re.compile(
    rf"\b(?:(?P<which>last|next|this)\s+)?(?P<weekday>{_WEEKDAY})s?\b(?P<week>(?:\s+of)?\s+(?:last|next)\s+week\b)?"
    r"|\b(?P<before_yesterday>the\s+day\s+before\s+yesterday)\b"
    r"|\b(?P<near>yesterday|today|tonight|tomorrow|this\s+(?:morning|afternoon|evening)|last\s+night)\b"
    r"|\b(?P<period>last|this|next)\s+(?P<unit>week|month|year)\b(?!\s+of\b)"
    rf"|\b(?P<count>{_NUMBER})\s+(?P<units>day|week|month|year)s?\s+(?P<way>ago|earlier|later|before(?!\s+\w))\b"
    r"|\bthe\s+(?P<beside>previous|following|next)\s+day\b"
    rf"|\b(?:(?P<edge>last|next|this)|in|during|of|by|for|since|until|through)\s+(?:early\s+|late\s+|mid-?)?(?P<month>{_MONTH})\b(?!,?\s+\d)",
    re.IGNORECASE,
)
# What is told as to come: "will meet on Monday", "is due in March".
_TO_COME = re.compile(
    r"\b(?:will|would|shall|due|planned|expected|scheduled|set|plans?|hopes?|intends?|is to|are to|was to|were to)\b", re.IGNORECASE
)
_PAST = re.compile(r"\b(?:said|told|was|were|had|announced|reported|has|have)\b", re.IGNORECASE)
# "said on Tuesday that …": the day of the saying, not of what is told.
_SAID = re.compile(
    r"\b(?:said|told\s+\w+(?:\s+\w+)?|added|wrote|reported|says|speaking)(?:,?\s+(?:late|early))?\s*,?\s*(?:on\s+)?$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class When:
    """A date in a sentence: ISO, cut to its precision, and the place of the words (0-based, end exclusive)."""

    date: str
    precision: Precision
    start: int
    end: int


def date_of(sentence: str, published: str | None, anchor: str | None = None) -> tuple[str, Precision] | None:
    """Give the date of what a sentence tells, and how precise it is; None when it states none.

    The most exact date counts, of several the first that is not only when somebody said it. What is relative is resolved from the
    publication date (ISO), and left out without one; "two days earlier" from the day before it in the sentence, or from `anchor`
    (ISO), the date of what was told before. A weekday is the last such day, unless it is told as to come.
    """
    found = find_when(sentence, published, anchor)
    if not found:
        return None
    best = max(found, key=lambda when: (len(when.date), not _SAID.search(sentence[: when.start]), -when.start))
    return best.date, best.precision


def find_when(sentence: str, published: str | None, anchor: str | None = None) -> list[When]:
    """List the dates of a sentence, in order, each as far as it can be resolved."""
    reference = date.fromisoformat(published) if published else None
    mentions = find_dates(sentence)
    stated = [When(*when, mention.start, mention.end) for mention in mentions if (when := _absolute(mention, reference))]
    found = list(stated)
    for match in _RELATIVE.finditer(sentence):
        # "on Friday, 19 January": the calendar date says it in full.
        in_full = any(sentence[match.end() : when.start].strip(", ") == "" and match.end() <= when.start for when in stated)
        if in_full or any(when.start < match.end() and match.start() < when.end for when in stated):
            continue
        before = max(
            (when for when in found if when.precision == "day" and when.end <= match.start()), key=lambda when: when.end, default=None
        )
        resolved = _relative(match, sentence, reference, before.date if before else anchor)
        if resolved:
            found.append(When(*resolved, match.start(), match.end()))
    return sorted(found, key=lambda when: when.start)


def _absolute(mention: DateMention, reference: date | None) -> tuple[str, Precision] | None:
    if mention.month is None:
        return (f"{mention.year:04}", "year") if mention.year else None
    year = mention.year
    if year is None:
        if reference is None:
            return None
        year = reference.year
        if mention.day and _day(year, mention.month, mention.day, reference) > reference + AHEAD:
            year -= 1
    if mention.day is None:
        return f"{year:04}-{mention.month:02}", "month"
    try:
        return date(year, mention.month, mention.day).isoformat(), "day"
    except ValueError:
        return None


def _day(year: int, month: int, day: int, fallback: date) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        return fallback


def _relative(match: re.Match[str], sentence: str, reference: date | None, anchor: str | None) -> tuple[str, Precision] | None:
    """Resolve words such as "on Thursday"; None when what they are counted from is not known."""
    if match["beside"] or (match["way"] and match["way"].casefold() != "ago"):
        if anchor is None:
            return None
        back = match["beside"] in {"previous"} or (match["way"] or "").casefold() in {"earlier", "before"}
        return _count(match, date.fromisoformat(anchor), -1 if back else 1)
    if reference is None:
        return None
    if match["weekday"]:
        return _weekday(match, sentence, reference).isoformat(), "day"
    if match["before_yesterday"]:
        return (reference - timedelta(days=2)).isoformat(), "day"
    if match["near"]:
        away = {"yesterday": -1, "last night": -1, "tomorrow": 1}.get(" ".join(match["near"].casefold().split()), 0)
        return (reference + timedelta(days=away)).isoformat(), "day"
    if match["period"]:
        return _period(match["period"].casefold(), match["unit"].casefold(), reference)
    if match["count"]:
        return _count(match, reference, -1)
    return _month(match, sentence, reference)


def _weekday(match: re.Match[str], sentence: str, reference: date) -> date:
    """Resolve a weekday to the last such day up to publication, or the next one when it is told as to come."""
    which = (match["which"] or "").casefold()
    day = [name.casefold() for name in WEEKDAYS].index(match["weekday"].casefold())
    monday = reference - timedelta(days=reference.weekday())
    if match["week"]:
        return monday + timedelta(days=day + (7 if "next" in match["week"].casefold() else -7))
    if which == "next":
        return reference + timedelta(days=(day - reference.weekday()) % 7 or 7)
    if which == "last":
        return reference - timedelta(days=(reference.weekday() - day) % 7 or 7)
    if which == "this":
        return monday + timedelta(days=day)
    if _is_to_come(sentence[: match.start()]):
        return reference + timedelta(days=(day - reference.weekday()) % 7)
    return reference - timedelta(days=(reference.weekday() - day) % 7)


def _is_to_come(before: str) -> bool:
    """Tell whether the verb before a date is of what is to come: "will meet on", and not "will meet, he said on"."""
    to_come = [match.end() for match in _TO_COME.finditer(before)]
    past = [match.end() for match in _PAST.finditer(before)]
    return bool(to_come) and max(to_come) >= max(past, default=0)


def _period(which: str, unit: str, reference: date) -> tuple[str, Precision]:
    """Resolve "last month" and its like. A week is as exact as its month."""
    step = {"last": -1, "this": 0, "next": 1}[which]
    if unit == "year":
        return f"{reference.year + step:04}", "year"
    if unit == "week":
        return f"{reference + timedelta(days=7 * step):%Y-%m}", "month"
    return _months(reference, step), "month"


def _count(match: re.Match[str], start: date, way: int) -> tuple[str, Precision]:
    """Count days, weeks, months or years from a day; "three weeks ago" is as exact as its month."""
    unit = (match["units"] or "day").casefold()
    words = match["count"] or "one"
    count = 1 if words.casefold() in {"a", "an"} else int(figures(words)[0].value)
    if unit == "year":
        return f"{start.year + way * count:04}", "year"
    if unit == "month":
        return _months(start, way * count), "month"
    day = start + timedelta(days=way * count * DAYS[unit])
    return (day.isoformat(), "day") if unit == "day" else (f"{day:%Y-%m}", "month")


def _month(match: re.Match[str], sentence: str, reference: date) -> tuple[str, Precision]:
    """Resolve a month without its year: the last that had begun, or the next one when it is told as to come."""
    month = [name.casefold() for name in MONTHS].index(match["month"].casefold()) + 1
    edge = (match["edge"] or "").casefold()
    to_come = edge == "next" or (not edge and _is_to_come(sentence[: match.start()]))
    year = reference.year
    if (to_come and month < reference.month) or (edge == "next" and month == reference.month):
        year += 1
    elif not to_come and edge != "this" and (month > reference.month or (edge == "last" and month == reference.month)):
        year -= 1
    return f"{year:04}-{month:02}", "month"


def _months(start: date, step: int) -> str:
    """Give the month that is so many months away: "2023-12" is one before January 2024."""
    months = start.year * 12 + start.month - 1 + step
    return f"{months // 12:04}-{months % 12 + 1:02}"
