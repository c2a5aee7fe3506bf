"""A sentence and the day it was published in, the date of what it tells out: stated, or counted from that day or from a date before.

"on 18 January", "on Thursday", "yesterday", "three weeks ago", "two days earlier", "in March", "last month", "next Monday". A date has
the precision of the words: a day, a month or a year.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from rag.figures import MONTHS, WEEKDAYS, DateMention, figures, find_dates
from rag.records import Precision

# A day without its year is the last such day, unless the next one is so near.
SOON = timedelta(days=31)
# How far behind a date that opens its sentence the verb is looked for.
OPENING_CHARS = 60
DAYS = {"day": 1, "week": 7}
_NUMBER = r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,3})"
_WEEKDAY = "|".join(WEEKDAYS)
_MONTH = "|".join(MONTHS)
_RELATIVE = re.compile(
    rf"\b(?:(?P<which>last|next|this)\s+)?(?P<weekday>{_WEEKDAY})s?\b(?P<week>(?:\s+of)?\s+(?:last|next)\s+week\b)?"
    r"|\b(?P<before_yesterday>the\s+day\s+before\s+yesterday)\b"
    r"|\b(?P<near>yesterday|today|tonight|tomorrow|this\s+(?:morning|afternoon|evening)|last\s+night)\b"
    r"|\b(?P<period>last|this|next)\s+(?P<unit>month|year)\b(?!\s+of\b)"
    rf"|\b(?P<count>{_NUMBER})\s+(?P<units>day|week|month|year)s?\s+(?P<way>ago|earlier|later|before(?!\s+\w))\b"
    r"|\bthe\s+(?:(?P<beside>previous|following|next|same)\s+day\b|day\s+(?P<side>before|after)\b(?!\s+\w))"
    rf"|\b(?:(?P<edge>last|next|this)|in|during|of|by|for|since|until|through)\s+(?:early\s+|late\s+|mid-?)?(?P<month>{_MONTH})\b(?!,?\s+\d|\s+of\s+that\s+year)",
    re.IGNORECASE,
)
# What is told as to come: "will meet on Monday", "is due in March".
_TO_COME = re.compile(
    r"\b(?:will|would|shall|due|expected|(?:planned|scheduled) (?:to|for|on|in)|(?:plans|hopes|intends|(?:is|are|was|were)(?: set)?) to)\b",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b(?:said|told|was|were|had|announced|reported|has|have)\b", re.IGNORECASE)
# "said on Tuesday that …": the day of the saying, not of what is told.
SAID = re.compile(
    r"\b(?:said|told\s+\w+(?:\s+\w+)?|added|wrote|reported|says|speaking)(?:,?\s+(?:late|early))?\s*,?\s*(?:on\s+)?$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class When:
    """A date in a sentence: ISO, cut to its precision, and the place of the words (0-based, end exclusive).

    `rough`: it is a month or a year that was counted from another date.
    """

    date: str
    precision: Precision
    start: int
    end: int
    rough: bool = False

    @property
    def exactness(self) -> int:
        """Give 3 for a day, 2 for a month, 1 for a year, 0 for what is rough."""
        return 0 if self.rough else {"day": 3, "month": 2, "year": 1}[self.precision]


def date_of(sentence: str, published: str | None, anchor: str | None = None) -> tuple[str, Precision] | None:
    """Give the date of what a sentence tells, and how precise it is; None when it states none.

    The most exact date counts, of several the first that is not only when somebody said it. What is relative is resolved from the
    publication date (ISO), and left out without one; "two days earlier" from the day before it in the sentence, or from `anchor`
    (ISO), the date of what was told before. A weekday is the last such day, unless it is told as to come.
    """
    found = dates_of(sentence, published, anchor)
    return (found[0].date, found[0].precision) if found else None


def dates_of(sentence: str, published: str | None, anchor: str | None = None) -> list[When]:
    """List the dates of what a sentence tells as `date_of` resolves them, each once, the one that counts first.

    The day of a saying and what is only counted roughly ("three weeks ago") are left out beside others.
    """
    found = sorted(find_when(sentence, published, anchor), key=lambda when: (-when.exactness, when.start))
    told = [when for when in found if not SAID.search(sentence[: when.start])] or found
    sure = [when for when in told if when.exactness] or told
    return list({when.date: when for when in reversed(sure)}.values())[::-1]


def find_when(sentence: str, published: str | None, anchor: str | None = None) -> list[When]:
    """List the dates of a sentence, in order, each as far as it can be resolved."""
    reference = date.fromisoformat(published) if published else None
    mentions = find_dates(sentence)
    stated = [When(*when, mention.start, mention.end) for mention in mentions if (when := _absolute(mention, sentence, reference))]
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
            rough = resolved[1] != "day" and bool(match["count"])
            found.append(When(*resolved, match.start(), match.end(), rough))
    return sorted(found, key=lambda when: when.start)


def _absolute(mention: DateMention, sentence: str, reference: date | None) -> tuple[str, Precision] | None:
    """Resolve a calendar date. One without its year is the last such day, or the next one when that is soon or told as to come."""
    if mention.month is None:
        is_decade = sentence[mention.end : mention.end + 1] == "s"
        return (f"{mention.year:04}", "year") if mention.year and not is_decade else None
    if mention.day is None:
        return f"{mention.year:04}-{mention.month:02}", "month"
    if mention.year:
        day = _day(mention.year, mention.month, mention.day)
        return (day.isoformat(), "day") if day else None
    if reference is None:
        return None
    # 29 February comes every four years, but for some.
    days = [day for step in range(-8, 9) if (day := _day(reference.year + step, mention.month, mention.day))]
    last = max((day for day in days if day <= reference), default=None)
    following = min((day for day in days if day > reference), default=None)
    to_come = _is_to_come(sentence[: mention.start], sentence[mention.end :])
    chosen = following if following and last != reference and (to_come or following - reference <= SOON) else last
    return (chosen.isoformat(), "day") if chosen else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _relative(match: re.Match[str], sentence: str, reference: date | None, anchor: str | None) -> tuple[str, Precision] | None:
    """Resolve words such as "on Thursday"; None when what they are counted from is not known."""
    way = (match["beside"] or match["side"] or match["way"] or "ago").casefold()
    if way != "ago":
        if anchor is None:
            return None
        return _count(match, date.fromisoformat(anchor), 0 if way == "same" else -1 if way in {"previous", "earlier", "before"} else 1)
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
    if _is_to_come(sentence[: match.start()], sentence[match.end() :]):
        return reference + timedelta(days=(day - reference.weekday()) % 7)
    return reference - timedelta(days=(reference.weekday() - day) % 7)


def _is_to_come(before: str, behind: str) -> bool:
    """Tell whether a date is of what is to come, by the verb before it, or where it opens the sentence by the first behind it.

    "will meet on Monday" and "on Monday they will meet" are, "will meet, he said on Monday" is not.
    """
    to_come = [match.end() for match in _TO_COME.finditer(before)]
    past = [match.end() for match in _PAST.finditer(before)]
    if to_come or past:
        return max(to_come, default=-1) >= max(past, default=-1)
    clause = re.split(r"[:;]", behind[:OPENING_CHARS])[0] if len(before.split()) < 4 else ""
    coming, told = _TO_COME.search(clause), _PAST.search(clause)
    return coming is not None and (told is None or coming.start() <= told.start())


def _period(which: str, unit: str, reference: date) -> tuple[str, Precision]:
    """Resolve "last month" and its like."""
    step = {"last": -1, "this": 0, "next": 1}[which]
    if unit == "year":
        return f"{reference.year + step:04}", "year"
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
    to_come = edge == "next" or (not edge and _is_to_come(sentence[: match.start()], sentence[match.end() :]))
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
