"""Evidence in, the values that it gives for one thing out: who says which, and which were replaced by a later one.

Compared are numbers, days, names where there can be but one, and the value in which two sentences differ that are otherwise the same.
Other answers, such as two reasons, may both be right.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.comparable import Told, asks_twice, comparable
from rag.figures import figures, find_dates
from rag.given import Given, given_by
from rag.records import Evidence, Query, Value
from rag.said import asked_of
from rag.short_answer import asked_for
from rag.variants import variants
from rag.words import stems

# The shares of the best one's chance to answer from which a sentence with another value is quoted: readers must see that the articles
# disagree. One that repeats another sentence with the value exchanged need not be likely.
OTHER_VALUE = 0.4
EXCHANGED = 0.0
# Of so many cited sentences, no other is added for its value.
MAX_TOLD = 3


def share_needed(query: Query, item: Evidence, others: Sequence[Evidence]) -> float | None:
    """Say from which share of the best sentence's chance one is worth quoting, because it gives another value than the others.

    None when it gives none, or one of them gives the same.
    """
    if given := given_by(query, item):
        told = [(other, theirs) for other in others if (theirs := given_by(query, other))]
        compared = [each for each in told if comparable(query, (item, given), each)]
        if compared:
            return OTHER_VALUE if all(_differ((item, given), each) for each in compared) else None
    values = [pair[1] for other in others if (pair := _exchanged(query, other, item))]
    return EXCHANGED if values and not any(values[0].casefold() in other.sentence.span.text.casefold() for other in others) else None


def bears_out(query: Query, item: Evidence, others: Sequence[Evidence]) -> bool:
    """Tell whether a sentence gives a number, day or place that another one answers with; true where the question asks for other things."""
    return asks_twice(query.own) or any(_gives_again(query, item, other) for other in others)


def _gives_again(query: Query, item: Evidence, other: Evidence) -> bool:
    text = item.sentence.span.text
    given = given_by(query, other)
    if given and given.number is not None:
        return given.number in {figure.value for figure in figures(text)}
    if given and given.sort == "day":
        return _holds(item, given)
    return asked_for(query.own) != "where" or not other.answer or bool(stems(other.answer) & stems(text))


def otherwise(query: Query, evidence: Sequence[Evidence], cited: Sequence[Evidence]) -> list[int]:
    """Give the places of evidence that is worth quoting beside what is cited, because it gives another value; () while nothing is."""
    found: list[int] = []
    told = list(cited)
    for place, item in enumerate(evidence):
        needed = share_needed(query, item, told)
        if needed is not None and item.score > needed * max(each.score for each in cited) and len(told) < MAX_TOLD:
            found.append(place)
            told.append(item)
    return found


def compare(query: Query, cited: Sequence[Evidence]) -> tuple[Value, ...]:
    """List the different values in the cited evidence, each where it stands first; () when there are not two of them for one thing.

    `cited` is in the order of the citation numbers; what cannot be compared with the first value (feet with weeks) is left out. A
    value is replaced when a later article gives another one by the same speaker, or names the old one beside its own: that is news,
    not a contradiction.
    """
    if asks_twice(query.own):
        return ()
    first = _given_values(query, cited) or _exchanged_values(query, cited)
    values = []
    for text, number, value in first:
        item = cited[number - 1]
        others = [cited[other - 1] for _, other, _ in first if other != number]
        replaced = any(replaces(other, item, value) for other in others)
        values.append(Value(text, item.speaker, number, replaced))
    return tuple(values)


def replaces(later: Evidence, earlier: Evidence, value: float | None) -> bool:
    """Tell whether a later article gives another value in the stead of `value`, which is None where that is no number."""
    new, old = later.sentence.article.published, earlier.sentence.article.published
    if not new or not old or new < old or later.sentence.article.id == earlier.sentence.article.id:
        return False
    names_it = value in {figure.value for figure in figures(later.sentence.span.text)}
    same_speaker = bool(later.speaker and earlier.speaker and stems(later.speaker) & stems(earlier.speaker))
    return names_it or (same_speaker and new > old)


def _given_values(query: Query, cited: Sequence[Evidence]) -> list[tuple[str, int, float | None]]:
    """List what the evidence answers with: text, citation number, and value if it is a number; nothing where all agree."""
    told = [((item, given), number) for number, item in enumerate(cited, 1) if (given := given_by(query, item))]
    first = told[:1]
    for other, number in told[1:]:
        if comparable(query, other, first[0][0]) and all(_differ(other, each) for each, _ in first):
            first.append((other, number))
    return [(item.answer or "", number, given.number) for (item, given), number in first] if len(first) > 1 else []


def _differ(one: Told, other: Told) -> bool:
    """Tell whether two sentences answer with values that cannot both be right.

    One that holds the other's day or name too ("it was put off", "she beat him") does not say otherwise.
    """
    (item, given), (second, theirs) = one, other
    return not given.agrees(theirs) and not _holds(second, given) and not _holds(item, theirs)


def _holds(item: Evidence, given: Given) -> bool:
    text = item.sentence.span.text
    if given.sort == "day":
        return any(given.agrees(Given("day", day)) for day in find_dates(text))
    return isinstance(given.value, frozenset) and given.value <= stems(text)


def _exchanged_values(query: Query, cited: Sequence[Evidence]) -> list[tuple[str, int, float | None]]:
    """List what stands in the place of the first citation's answer where others repeat its sentence with another value."""
    told: dict[str, int] = {}
    for number, item in enumerate(cited[1:], 2):
        if pair := _exchanged(query, cited[0], item):
            told |= {pair[0]: 1} | {pair[1]: told.get(pair[1], number)}
    return [(text, number, None) for text, number in told.items()]


def _exchanged(query: Query, first: Evidence, other: Evidence) -> tuple[str, str] | None:
    """Give the answer of the first sentence and what stands in its place in another article that is otherwise the same; else None.

    Two speakers may well have said the same, unless one report is a copy of the other.
    """
    mine, theirs = first.sentence, other.sentence
    if mine.article.id == theirs.article.id or not first.answer or (mine.origin != theirs.origin and asked_of(query.own)):
        return None
    text = mine.span.text
    found = variants(text, theirs.span.text)
    at = text.casefold().find(first.answer.casefold())
    if not found or not (found[0].start < at + len(first.answer) and at < found[0].end):
        return None
    return found[0].text, found[1].text
