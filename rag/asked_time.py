"""The days and months that a question asks about, and which sentences may tell of them: "How many died on 13 September?".

Five days later that has another answer. The days of a follow-up may be counted from the one before it: "And the next day?"
What a sentence tells of is dated as on a timeline (when.py): "said on Wednesday" in an article of that week.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from rag.comparable import asks_twice
from rag.figures import MONTHS, DateMention, find_dates
from rag.records import Evidence, Query, Sentence
from rag.when import SAID, dates_of, find_when
from rag.words import content_words

# Another day before or behind one: "on 11 and 12 September", "on September 11 and 12".
_AND = r"\s*(?:and|or|&|,)\s*"
_ON = re.compile(
    r"\s*\b(?:on|in|during|as of)\s+(?:the\s+)?(?:(?:early|late|mid)[\s-]+)?(?:(?:morning|afternoon|evening|night)\s+of\s+)?"
    rf"(?:\w+day,?\s+)?(?:(?P<day>\d{{1,2}}){_AND})?$",
    re.IGNORECASE,
)
_ALSO = re.compile(rf"{_AND}(?P<day>\d{{1,2}})\b(?![\d:])(?:,?\s+(?:19|20)\d\d\b)?")
_ASKED = re.compile(r"\b(?:who|where|when|why|which|what(?!\s+about)|how(?!\s+about)(?:\s+(?:far|long|many|much))?)\b", re.IGNORECASE)
_LAST_QUESTION = re.compile(r"(?<=\?)\s+")
# What a day begins with whose year is not known: "--09-13" (ISO 8601:2000).
ANY_YEAR = "--"
_LEAP_YEAR = 2024
# What says less without its day is read for with it: "What happened in Derna?".
BARE_WORDS = 3
# "How many did they report on 19 January?": what an article of that day tells was reported then, whenever it happened.
_REPORTED = re.compile(
    r"\b(?:announced?|claim(?:ed)?|confirm(?:ed)?|count(?:ed)?|estimated?|given?|gave|put|report(?:ed)?|sa(?:y|id)|told|tell)\b",
    re.IGNORECASE,
)


def with_times(query: Query) -> Query:
    """Give a query with the times that it asks about; a day without its year has that of its other dates, or any.

    A follow-up that says nothing but a time, "And on 19 January?", asks what the question before it does.
    """
    years = {mention.year for mention in find_dates(query.full) if mention.year}
    year = years.pop() if len(years) == 1 else None
    times, bare = _stated(query.own, year)
    if times and asks_twice(query.own):
        times += [day for mention in find_dates(query.own) for day in _day(mention, year)]
    if not times and query.context:
        times, bare = _counted(bare, query.context, year)
    query = replace(query, times=tuple(sorted(set(times))))
    if times and query.leaning and not content_words(bare):
        earlier, asked = _LAST_QUESTION.split(query.context)[-1], _ASKED.search(bare)
        if not asked or asked[0].casefold() in earlier.casefold():
            return replace(query, filled=_stated(earlier, year)[1])
    names_it = bare != query.own and len(content_words(bare)) >= BARE_WORDS
    return replace(query, bare=bare) if names_it else query


def news_of(times: Sequence[str]) -> tuple[date, date] | None:
    """Give the first and the last day on which these times are news, which is up to the day after; None where the year is not known."""
    if not times or any(time.startswith(ANY_YEAR) for time in times):
        return None
    first, last = (date.fromisoformat(f"{time}-01" if _is_month(time) else time) for time in (min(times), max(times)))
    return first, last + timedelta(days=31 if _is_month(max(times)) else 1)


def may_tell_of(query: Query, sentence: Sentence, before: Sequence[str]) -> bool:
    """Tell whether a sentence may tell of one of the times that are asked about, if any; `before` is what stands before it.

    One with dates of its own tells of those. One without is taken to tell of the day of its article or the day before it; of a month
    it may tell at any later time.
    """
    if not query.times:
        return True
    text, published = sentence.span.text, sentence.article.published
    dates = [when for when in find_when(text, published, _anchor(before, published)) if when.precision != "year"]
    told = [when.date for when in dates]
    if not told and (published is None or any(_is_month(time) and time <= published for time in query.times)):
        return True
    if published and not told:
        told = [published, (date.fromisoformat(published) - timedelta(days=1)).isoformat()]
    elif published and _REPORTED.search(query.own) and not any(SAID.search(text[: when.start]) for when in dates):
        # "After Thursday's attack" dates what is spoken of, not when that was said.
        told = [when.date for when in dates if not text[when.end :].startswith(("'s", "’s"))] + [published]
    return any(_agree(day, time) for day in told for time in query.times)


def other_times(query: Query, cited: Sequence[Evidence]) -> str | None:
    """Say that nothing cited tells of the times that are asked about; None where something may."""
    if any(item.timely for item in cited) or not cited:
        return None
    return f"no sentence was found that tells of {' or '.join(map(_written, query.times))}: what is quoted may tell of another time"


def _agree(told: str, time: str) -> bool:
    """Tell whether two dates may be one, each as far as it is known."""
    if time.startswith(ANY_YEAR):
        told, time = told[len("2024-") :], time[len(ANY_YEAR) :]
    return told.startswith(time) or time.startswith(told)


def _anchor(before: Sequence[str], published: str | None) -> str | None:
    """Give the last day that is told of before a sentence: "two days later" is counted from it."""
    anchor = None
    for text in before:
        days = [when.date for when in dates_of(text, published, anchor) if when.precision == "day"]
        anchor = days[0] if days else anchor
    return anchor


def _stated(question: str, year: int | None) -> tuple[list[str], str]:
    """List the days and months in or on which something is asked for; give the question without these days, too.

    Articles say "on Wednesday" where the question gives a date: without it, a sentence is read for what happened.
    """
    times: list[str] = []
    bare, at = "", 0
    for mention in find_dates(question):
        on = _ON.search(question, at, mention.start)
        if not on or mention.month is None:
            continue
        if mention.day is None:
            times.append(f"{mention.year:04}-{mention.month:02}")
            continue
        also = _ALSO.match(question, mention.end)
        numbers = [mention.day, *(int(other["day"]) for other in (on, also) if other and other["day"])]
        if days := [day for number in numbers for day in _day(replace(mention, day=number), year)]:
            times += days
            bare += question[at : on.start()]
            at = also.end() if also else mention.end
    return times, (bare + question[at:]).lstrip(" ,")


def _counted(question: str, context: str, year: int | None) -> tuple[list[str], str]:
    """List the days that a follow-up counts from the last one before it, "the next day"; give it without these words, too."""
    before = [day for mention in find_dates(context) for day in _day(mention, year)]
    counted = find_when(question, None, before[-1]) if before and not before[-1].startswith(ANY_YEAR) else []
    for when in reversed(counted):
        question = question[: when.start] + question[when.end :]
    return [when.date for when in counted if when.precision == "day"], question


def _day(mention: DateMention, year: int | None) -> list[str]:
    """Write a calendar day, in `year` unless it says in which; nothing for what is no day, or none that there is."""
    if mention.month is None or mention.day is None:
        return []
    in_year = mention.year or year
    try:
        day = date(in_year or _LEAP_YEAR, mention.month, mention.day)
    except ValueError:
        return []
    return [day.isoformat() if in_year else f"{ANY_YEAR}{day:%m-%d}"]


def _is_month(time: str) -> bool:
    return len(time) == len("2024-01") and not time.startswith(ANY_YEAR)


def _written(time: str) -> str:
    """Write a time as people do: "13 September 2023"."""
    year, month, *day = time.replace(ANY_YEAR, "-").split("-")
    return " ".join([*(str(int(each)) for each in day), MONTHS[int(month) - 1], year]).strip()
