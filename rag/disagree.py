"""Cited evidence in, the values that it gives for one thing out: who says which, and which were replaced by a later one.

Only questions for a number are compared: two names or two reasons may both be right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.figures import figures
from rag.records import Evidence, Query, Value
from rag.short_answer import asked_for
from rag.words import stem, stems

# What a number counts, when that is said by a word behind it. Only like is compared with like: never feet with weeks.
_UNIT = re.compile(
    r"[\s-]*(?P<unit>seconds?|minutes?|hours?|days?|weeks?|months?|years?|feet|foot|metres?|meters?|kilomet(?:re|er)s?|miles?|"
    r"tons?|tonnes?|kilograms?|kg|grams?|pounds?|dollars?|rupees?|euros?|acres?|degrees?|mph|km)\b",
    re.IGNORECASE,
)
_TIME_OF_DAY = re.compile(r"(?::\d\d|\s*[ap]\.?m\b)", re.IGNORECASE)
# A number with its unit ("" for a count): ("$", 1.7e9), ("second", 127.0).
Quantity = tuple[str, float]


def quantity_of(query: Query, item: Evidence) -> Quantity | None:
    """Give the number that a sentence answers with; None when the question does not ask for one or none is there."""
    sentence = item.sentence.span.text
    at = sentence.casefold().find(item.answer.casefold()) if item.answer else -1
    if at < 0 or asked_for(query.text) != "number":
        return None
    for figure in figures(sentence):
        if at <= figure.start < at + len(item.answer or ""):
            return measured(figure.text, figure.value, sentence[figure.end :])
    return None


def measured(text: str, value: float, behind: str) -> Quantity | None:
    """Give a number with its unit, which stands in its own text or `behind` it; None for a time of day."""
    if _TIME_OF_DAY.match(behind):
        return None
    if text[0] in "$€£₹":
        return text[0], value
    if text.endswith(("%", "percent", "per cent")):
        return "%", value
    unit = _UNIT.match(behind)
    return (stem(unit["unit"]) if unit else ""), value


def compare(query: Query, cited: Sequence[Evidence]) -> tuple[Value, ...]:
    """List the different values in the cited evidence, each where it stands first; () when there are not two of them.

    `cited` is in the order of the citation numbers; what is counted in another unit than the first is not compared. A value is
    replaced when a later article gives another one by the same speaker, or names the old one beside its own: that is news, not a
    contradiction.
    """
    found = [(quantity, number) for number, item in enumerate(cited, 1) if (quantity := quantity_of(query, item))]
    first: dict[float, int] = {}
    for (unit, value), number in found:
        if unit == found[0][0][0]:
            first.setdefault(value, number)
    if len(first) < 2:
        return ()
    values = []
    for value, number in first.items():
        item = cited[number - 1]
        others = [cited[other - 1] for other in first.values() if other != number]
        replaced = any(replaces(other, item, value) for other in others)
        values.append(Value(item.answer or "", item.speaker, number, replaced))
    return tuple(values)


def replaces(later: Evidence, earlier: Evidence, value: float) -> bool:
    """Tell whether a later article gives another value than `value` in its stead."""
    new, old = later.sentence.article.published, earlier.sentence.article.published
    if not new or not old or new < old or later.sentence.article.id == earlier.sentence.article.id:
        return False
    names_it = value in {figure.value for figure in figures(later.sentence.span.text)}
    same_speaker = bool(later.speaker and earlier.speaker and stems(later.speaker) & stems(earlier.speaker))
    return names_it or (same_speaker and new > old)
