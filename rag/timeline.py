"""Sentences about a topic in, dated events out. The date of an event is what the sentence says, not when it was published."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from rag.cite import cite
from rag.figures import DateMention, find_dates
from rag.records import Citation, Event, Evidence, Precision, Timeline

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SAME_EVENT_COSINE = 0.75
MAX_CITATIONS = 3
# A date without its year lies at most this long after publication; otherwise it is last year's.
AHEAD = timedelta(days=180)
_RELATIVE = re.compile(rf"\b(?<!next )(?P<weekday>{'|'.join(WEEKDAYS)})\b|\b(?P<yesterday>yesterday)\b|\b(?P<today>today)\b", re.IGNORECASE)


def build_timeline(evidence: Sequence[Evidence]) -> Timeline:
    """Make events of the evidence sentences that say when; the same event in several articles becomes one."""
    groups: list[tuple[str, Precision, list[Evidence]]] = []
    for item in evidence:
        when = date_of(item.sentence.span.text, item.sentence.article.published)
        if when is None:
            continue
        for day, _, members in groups:
            if day == when[0] and float(members[0].sentence.vector @ item.sentence.vector) >= SAME_EVENT_COSINE:
                members.append(item)
                break
        else:
            groups.append((*when, [item]))
    groups.sort(key=lambda group: group[0])
    events: list[Event] = []
    citations: list[Citation] = []
    for day, precision, members in groups:
        numbers = []
        for item in members[:MAX_CITATIONS]:
            citations.append(cite(len(citations) + 1, item.sentence))
            numbers.append(len(citations))
        events.append(Event(day, precision, members[0].sentence.span.text, tuple(numbers)))
    return Timeline(tuple(events), tuple(citations))


def date_of(sentence: str, published: str | None) -> tuple[str, Precision] | None:
    """Give the first date that a sentence states and how precise it is; None when it states none.

    What is relative ("on Thursday", "January 18") is resolved from the publication date (ISO), and left out without one.
    A weekday is the last such day; "next Thursday" is left out.
    """
    reference = date.fromisoformat(published) if published else None
    stated = [(mention.start, _absolute(mention, reference)) for mention in find_dates(sentence)]
    if reference:
        # "on Friday, 19 January": the calendar date says it in full.
        in_full = tuple(sentence[start:] for start, when in stated if when)
        relative = [match for match in _RELATIVE.finditer(sentence) if sentence[match.end() :].lstrip(", ") not in in_full]
        stated += [(match.start(), _relative(match, reference)) for match in relative]
    known = [(start, when) for start, when in sorted(stated, key=lambda each: each[0]) if when]
    return max(known, key=lambda each: (len(each[1][0]), -each[0]))[1] if known else None


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


def _relative(match: re.Match[str], reference: date) -> tuple[str, Precision]:
    """Resolve a weekday to the last such day up to the publication date."""
    if match["today"]:
        day = reference
    elif match["yesterday"]:
        day = reference - timedelta(days=1)
    else:
        back = (reference.weekday() - WEEKDAYS.index(match["weekday"].capitalize())) % 7
        day = reference - timedelta(days=back)
    return day.isoformat(), "day"
