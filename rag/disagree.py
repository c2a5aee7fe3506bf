"""Cited evidence in, the values that it gives for one thing out: who says which, and which were replaced by a later one.

Only questions for a number are compared: two names or two reasons may both be right.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.figures import figures
from rag.records import Evidence, Query, Value
from rag.short_answer import asked_for
from rag.words import stems


def value_of(query: Query, item: Evidence) -> float | None:
    """Give the number that a sentence answers with; None when the question does not ask for one or none is there."""
    if asked_for(query.text) != "number" or not item.answer:
        return None
    found = figures(item.answer)
    return found[0].value if found else None


def compare(query: Query, cited: Sequence[Evidence]) -> tuple[Value, ...]:
    """List the different values in the cited evidence, each where it stands first; () when there are not two of them.

    `cited` is in the order of the citation numbers. A value is replaced when a later article gives another one by the same
    speaker, or names the old one beside its own: that is news, not a contradiction.
    """
    first: dict[float, int] = {}
    for number, item in enumerate(cited, 1):
        value = value_of(query, item)
        if value is not None:
            first.setdefault(value, number)
    if len(first) < 2:
        return ()
    values = []
    for value, number in first.items():
        item = cited[number - 1]
        others = [cited[other - 1] for other in first.values() if other != number]
        replaced = any(_replaces(other, item, value) for other in others)
        values.append(Value(item.answer or "", item.speaker, number, replaced))
    return tuple(values)


def _replaces(later: Evidence, earlier: Evidence, value: float) -> bool:
    new, old = later.sentence.article.published, earlier.sentence.article.published
    if not new or not old or new < old or later.sentence.article.id == earlier.sentence.article.id:
        return False
    names_it = value in {figure.value for figure in figures(later.sentence.span.text)}
    same_speaker = bool(later.speaker and earlier.speaker and stems(later.speaker) & stems(earlier.speaker))
    return names_it or (same_speaker and new > old)
