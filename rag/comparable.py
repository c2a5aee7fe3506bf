"""A question and two sentences that answer it with different values in, whether both tell of one thing out.

"Nine died" and "two died" disagree if they count the same people, and "who won this year's prize?" has another answer each year.
"""

from __future__ import annotations

import re
from datetime import date

from rag.conflicts import KINDS, PEOPLE
from rag.given import Given, same_name
from rag.records import Evidence, Query
from rag.scope import PERIOD
from rag.words import before_stop_word, stems, tokens

Told = tuple[Evidence, Given]
# What answers a follow-up in its own words ("And how many were children?") may tell of another event than the best sentence does, if its
# vector is less like that one's: 0.98 of 174 pairs of sentences that disagree on one event are more alike, 0.01 of those about two.
ONE_EVENT = 0.42
# What is asked of the present has another answer at another time: articles that far apart do not disagree on it.
SAME_TIME_DAYS = 31
_PRESENT = re.compile(
    r"\b(?:now|currently|latest|still|so far|how old (?:is|are)|(?:this|last|next)\s+(?:season|spring|summer|autumn|fall|winter))\b",
    re.IGNORECASE,
)
_TWICE = re.compile(r"\w\W+and(?:\s+(?:for|in|on|at|by|to|of))?\s+(?:how|when|what|which|who|where|why)\b", re.IGNORECASE)
_COUNTED = re.compile(
    r"\bhow many\s+(?:(?:of|the|them|those|these|were|was|are|is|more|other|such|its|his|her|their)\s+)*(?P<what>[^?,;.]+)", re.IGNORECASE
)
_SPEAKER = re.compile(
    r"\b(?:did|do|does|has|have|had)\s+(?P<speaker>[^?,;]+?)\s+(?:(?:at first|first|later|initially|originally)\s+)?"
    r"(?:say|said|report|reported|announced?|claim|claimed|estimated?|count|counted|confirm|confirmed|think|thought|believed?|put|gave|give)\b"
    r"|\baccording to\s+(?P<source>[^?,;]+)",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\b[A-Z]")
_COUNTING = stems(" ".join(KINDS.values()))
_ANYBODY = stems("people persons others inhabitants residents names more")


def comparable(query: Query, one: Told, other: Told) -> bool:
    """Tell whether two sentences answer the question about one thing, so that they disagree where their values do."""
    (first, given), (second, theirs) = one, other
    if given.sort != theirs.sort or not _of_one_event(query, first, second):
        return False
    # Of two things that are asked for it is not known which a sentence tells.
    return asks_twice(query.own) or (
        _of_one_time(query, first, second) and _by_the_one_asked(query, first, second) and _of_one_count(query, given, theirs)
    )


def asks_twice(question: str) -> bool:
    """Tell whether a question asks for two things: "When did it open, and when did it close?"."""
    return bool(_TWICE.search(question))


def _of_one_event(query: Query, one: Evidence, other: Evidence) -> bool:
    """A whole question says which event it is about; for a follow-up the vectors tell, which know the passages."""
    return not query.leaning or float(one.sentence.vector @ other.sentence.vector) >= ONE_EVENT


def _of_one_time(query: Query, one: Evidence, other: Evidence) -> bool:
    if not (one.timely and other.timely):
        return False
    days = [item.sentence.article.published for item in (one, other)]
    if not (PERIOD.search(query.own) or _PRESENT.search(query.own)) or None in days:
        return True
    first, second = (date.fromisoformat(day) for day in days if day)
    return abs((first - second).days) <= SAME_TIME_DAYS


def _by_the_one_asked(query: Query, one: Evidence, other: Evidence) -> bool:
    """What others say is no other answer to "How many did Iran report?"; mere "officials" may be anybody's."""
    found = _SPEAKER.search(query.own)
    speaker = (found["speaker"] or found["source"]) if found else ""
    return not _NAMED.search(speaker) or all(_tells_of(item, stems(speaker)) for item in (one, other))


def _tells_of(item: Evidence, words: set[str]) -> bool:
    told = stems(f"{item.speaker or ''} {item.sentence.article.outlet or ''} {item.sentence.span.text}")
    return any(same_name(word, other) for word in words for other in told)


def _of_one_count(query: Query, one: Given, other: Given) -> bool:
    """Compare what two numbers count with what is asked for, and with each other; what is not said may be that."""
    asked = _counted_in(query.own)
    if not asked or (_counts(asked, one.counted) and _counts(asked, other.counted)):
        return True
    return bool(one.counted & other.counted)


def _counted_in(question: str) -> set[str]:
    """Give the stems of what a question asks the number of: "Iranian workers"; none where it is not said."""
    found = _COUNTED.search(question)
    return stems(before_stop_word(tokens(found["what"]))) if found else set()


def _counts(asked: set[str], counted: frozenset[str]) -> bool:
    """Tell whether what a number counts may be what is asked for: the same, or any sort of people where no sort is named."""
    anybody = asked & (_ANYBODY | _COUNTING) and not asked & (PEOPLE - _ANYBODY)
    return not counted or bool(counted & asked) or bool(anybody and counted & (PEOPLE | _COUNTING))
