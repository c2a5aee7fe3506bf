"""Numbers and dates in text, in digits or in words, with their values and places.

"1.5 million", "1,500", "nine", "twenty-one", "a dozen" and "$60 million" become values; "January 19, 2024" and
"on 19 January" become dates. What a claim's figures are checked with, and what answers "how many" and "when".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNITS = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
    nineteen
    """.split()
_TENS = """
    twenty thirty forty fifty sixty seventy eighty ninety
    """.split()
_WORDS = {word: float(n) for n, word in enumerate(_UNITS)} | {word: 20.0 + 10 * n for n, word in enumerate(_TENS)} | {"dozen": 12.0}
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "m": 1e6, "bn": 1e9}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = """
    January February March April May June July August September October November December
    """.split()

_WORD = "|".join([*_WORDS, *_SCALES])
_FIRST = "|".join([*_WORDS, "hundred", "thousand", "million"])
_FIGURE = re.compile(
    r"(?:[$€£₹]\s?)?"
    rf"(?:(?P<digits>\d(?:[\d,]*\d)?(?:\.\d+)?)|\b(?P<words>(?:(?:a|half a)\s+)?(?:{_FIRST})\b(?:[\s-]+(?:and\s+)?(?:{_WORD})\b)*))"
    r"(?:[\s-]?(?P<scale>hundred|thousand|million|billion|trillion|m|bn)\b)?(?:\s?%|\s+percent|\s+per cent)?",
    re.IGNORECASE,
)
# A day of the week or a month as a whole word: "Martin" is none, though it begins like one.
CALENDAR = re.compile(rf"(?:{'|'.join(WEEKDAYS)})s?|Sept|{'|'.join(f'{month}|{month[:3]}' for month in MONTHS)}")
_MONTH = "(?:" + "|".join(f"{month}|{month[:3]}\\.?|Sept\\.?" for month in MONTHS) + ")"
_DATE = re.compile(
    rf"\b(?:(?P<day1>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+(?P<month1>{_MONTH})\b(?:[.,]?\s+(?P<year1>\d{{4}}))?"
    rf"|(?P<month2>{_MONTH})\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d)(?:,?\s+(?P<year2>\d{{4}}))?"
    rf"|(?P<month3>{_MONTH})\s+(?P<year3>\d{{4}})|(?<![\d,.$-])(?P<year4>(?:19|20)\d\d)(?![\d,]*\d|%))"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number: its value, its place in the text (0-based, end exclusive), and the text itself."""

    value: float
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class DateMention:
    """A calendar date as far as it is stated (None = not stated), and its place in the text."""

    year: int | None
    month: int | None
    day: int | None
    start: int
    end: int
    text: str


def figures(text: str) -> list[Figure]:
    """List the numbers of a text that are not part of a date, in order. "two dozen" is 24, "1.5 million" 1500000."""
    dates = find_dates(text)
    found: list[Figure] = []
    for match in _FIGURE.finditer(text):
        inside_date = any(mention.start < match.end() and match.start() < mention.end for mention in dates)
        # "C5", "SLIM-2": the digits are part of a name.
        if inside_date or (match["digits"] and re.search(r"(?:\w|[A-Za-z]-)\Z", text[: match.start()])):
            continue
        value = float(match["digits"].replace(",", "")) if match["digits"] else _in_words(match["words"])
        value *= _SCALES[match["scale"].lower()] if match["scale"] else 1.0
        found.append(Figure(value, match.start(), match.end(), match[0].strip()))
    return found


def _in_words(text: str) -> float:
    """Give the value of a number in words: "two hundred and six" is 206, "half a million" 500000."""
    total = current = 0.0
    for word in re.split(r"[\s-]+", text.lower()):
        if word == "half":
            current = 0.5
        elif word in _WORDS and word != "dozen":
            current += _WORDS[word]
        elif word == "dozen":
            current = (current or 1.0) * 12
        elif word == "hundred":
            current = (current or 1.0) * 100
        elif word in _SCALES:
            total += (current or 1.0) * _SCALES[word]
            current = 0.0
    return total + current


def find_dates(text: str) -> list[DateMention]:
    """List the calendar dates of a text, in order: "19 January 2024", "March 26", "June 2024", "2030"."""
    found = []
    for match in _DATE.finditer(text):
        month = match["month1"] or match["month2"] or match["month3"]
        year = match["year1"] or match["year2"] or match["year3"] or match["year4"]
        day = match["day1"] or match["day2"]
        if day and not 1 <= int(day) <= 31:
            continue
        number = next(n for n, name in enumerate(MONTHS, 1) if name[:3] == month[:3]) if month else None
        found.append(DateMention(int(year) if year else None, number, int(day) if day else None, match.start(), match.end(), match[0]))
    return found
