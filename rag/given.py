"""A question and a sentence in, the value that the sentence answers with out: a number, a day, or a name where there can be but one.

"Who won?" has one answer, "Who was hurt?" may have many: two names are compared only where the question is of the first sort.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.figures import DateMention, figures, find_dates
from rag.records import Evidence, Query
from rag.short_answer import asked_for
from rag.words import before_stop_word, stem, stems

# What a number counts, when that is said by a word behind it. Only like is compared with like: never feet with weeks.
UNIT = re.compile(
    r"[\s-]*(?P<unit>seconds?|minutes?|hours?|days?|weeks?|months?|years?|feet|foot|metres?|meters?|kilomet(?:re|er)s?|miles?|"
    r"tons?|tonnes?|kilograms?|kg|grams?|pounds?|dollars?|rupees?|euros?|acres?|degrees?|mph|km)\b",
    re.IGNORECASE,
)
_TIME_OF_DAY = re.compile(r"(?::\d\d|\s*[ap]\.?m\b|\s*o['’]clock\b)", re.IGNORECASE)
# What one person, company or country does or is.
_ONE_ONLY = re.compile(
    r"\b(?:who|which\s+\w+)\s+(?:(?:has|have|had|is|was|were)\s+)?"
    r"(?:won|wins|win|acquired|bought|buys|purchased|founded|directed|invented|discovered|designed|succeeded|replaced|succeeds|replaces|"
    r"elected|appointed|awarded|crowned|hosted|hosts|"
    r"the\s+(?:[\w’'-]+\s+){0,4}?(?:winner|director|author|founder|inventor|owner|champion|president|chairman|captain|mayor|governor))\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
# What a number counts is said in so many words behind it at most, as "border" and "guards"; a comma or a function word ends it.
COUNTED_WORDS = 4
_WORD = re.compile(r"[\w’']+")
_BEHIND = re.compile(rf"(?:[\s-]+{_WORD.pattern}){{1,{COUNTED_WORDS}}}")
# "Iran" and "Iranian" name one.
NAME_CHARS = 4
# Share of the question's words that each of two sentences holds when both tell of what is asked for.
SAME_EVENT = 0.5
# A number with its unit ("" for a count): ("$", 1.7e9), ("second", 127.0).
Quantity = tuple[str, float]


@dataclass(frozen=True, slots=True)
class Given:
    """What a sentence answers with: a number, a day, or a name as the stems of its words.

    `sort` is what it may be compared with: a number's unit ("" for a count), "day" or "name". `counted` holds the stems of what
    stands behind a number.
    """

    sort: str
    value: float | DateMention | frozenset[str]
    counted: frozenset[str] = frozenset()

    @property
    def number(self) -> float | None:
        """The value of a number; None for a day or a name."""
        return self.value if isinstance(self.value, float) else None

    def agrees(self, other: Given) -> bool:
        """Tell whether both may be right: "2017" and "21 July 2017", "Biden" and "Joe Biden", "Iran" and "Iranians"."""
        mine, theirs = self.value, other.value
        if isinstance(mine, DateMention) and isinstance(theirs, DateMention):
            parts = ((mine.year, theirs.year), (mine.month, theirs.month), (mine.day, theirs.day))
            return all(one == another or None in (one, another) for one, another in parts)
        if isinstance(mine, frozenset) and isinstance(theirs, frozenset):
            return any(same_name(one, another) for one in mine for another in theirs)
        return mine == theirs


def given_by(query: Query, item: Evidence) -> Given | None:
    """Give what a sentence answers with; None when the question asks for no such thing or none is there."""
    sentence, answer = item.sentence.span.text, item.answer or ""
    at = sentence.casefold().find(answer.casefold()) if answer else -1
    kind = asked_for(query.own)
    if at < 0:
        return None
    if kind == "number":
        number = next((figure for figure in figures(sentence) if at <= figure.start < at + len(answer)), None)
        quantity = measured(number.text, number.value, sentence[number.end :]) if number else None
        return Given(*quantity, _counted(sentence[number.end :])) if number and quantity else None
    if kind == "date":
        days = find_dates(sentence)
        # Of several days the reader may have marked one of something else.
        inside = len(days) == 1 and days[0].start < at + len(answer) and at < days[0].end
        return Given("day", days[0]) if inside and _tells_of_it(query, sentence) else None
    name = frozenset(stems(answer)) if _ONE_ONLY.search(query.text) and answer[0].isupper() else None
    return Given("name", name) if name and _tells_of_it(query, sentence) else None


def same_name(one: str, other: str) -> bool:
    """Tell whether two stems are those of one name, at most their last letters apart."""
    shared = max(NAME_CHARS, min(len(one), len(other)) - 1)
    return one[:shared] == other[:shared]


def _counted(behind: str) -> frozenset[str]:
    """Give the stems of what a number counts, by the text `behind` it: "Iranian border guards"; none where no such words follow."""
    run = _BEHIND.match(behind)
    return frozenset(stems(before_stop_word(_WORD.findall(run[0])))) if run else frozenset()


def _tells_of_it(query: Query, sentence: str) -> bool:
    """Tell whether a sentence holds as many of the question's words as it takes, and no year that differs from all of the question's."""
    asked = stems(query.full)
    years, others = (set(_YEAR.findall(text)) for text in (query.full, sentence))
    return len(asked & stems(sentence)) >= SAME_EVENT * len(asked) and not (years and others and not years & others)


def measured(text: str, value: float, behind: str) -> Quantity | None:
    """Give a number with its unit, which stands in its own text or `behind` it; None for a time of day."""
    if _TIME_OF_DAY.match(behind):
        return None
    if text[0] in "$€£₹":
        return text[0], value
    if text.endswith(("%", "percent", "per cent")):
        return "%", value
    unit = UNIT.match(behind)
    return (stem(unit["unit"]) if unit else ""), value
