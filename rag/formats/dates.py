"""A date as somebody wrote it in, an ISO date out, or nothing when it is not whole or can be read in two ways.

Relies on dateutil for English forms and on dateparser, which is slower, for other languages.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

MAX_DATE_CHARS = 60
# Before the first newspapers, or far off, a date is what a program writes for "none": 0001-01-01, 9999-12-31.
FIRST_YEAR, LAST_YEAR = 1500, 2200
# All the languages that dateparser knows take it five times as long to find that a text is no date (37 ms instead of 7 ms).
LANGUAGES = "en de fr es it pt nl pl ru uk tr ar zh ja ko sv da nb fi cs el hu ro".split()
# 1990 to 2100, in seconds; a thousand times that is milliseconds.
_EPOCH_S = range(631_152_000, 4_102_444_800)
_NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?\d{4,6}Z?)?")
_DIGITS = re.compile(r"\d{10}|\d{13}")
_YEAR = re.compile(r"\d{4}")
_NUMBER = re.compile(r"\d+")
# Two defaults that have no part in common: a date that is whole comes out the same whichever is used.
_DEFAULTS = datetime(2000, 1, 1), datetime(2001, 2, 2)


@lru_cache(maxsize=4096)
def iso_date(text: str, day_first: bool | None = None) -> str | None:
    """Give the day that a text states, as its own time zone has it; None if it is no whole date, or ambiguous.

    03/04/2024 is ambiguous unless `day_first` says which it is; 25/04/2024 and 03.04.2024 (only ever day first) are not.
    """
    text = " ".join(text[: MAX_DATE_CHARS + 1].split())
    if not text or len(text) > MAX_DATE_CHARS or not any(character.isdigit() for character in text):
        return None
    try:
        found = _plain(text, day_first)
    except (ValueError, OverflowError):
        return None
    return found.isoformat() if found and FIRST_YEAR < found.year < LAST_YEAR else None


def _plain(text: str, day_first: bool | None) -> date | None:
    if _DIGITS.fullmatch(text):
        seconds = int(text) // (1000 if len(text) == 13 else 1)
        return datetime.fromtimestamp(seconds, UTC).date() if seconds in _EPOCH_S else None
    if compact := _COMPACT.fullmatch(text):
        return date(*map(int, compact.groups()))
    if numeric := _NUMERIC.match(text):
        first, mark, second, year = numeric.groups()
        return _by_numbers(int(first), int(second), int(year) + (2000 if len(year) == 2 else 0), True if mark == "." else day_first)
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return _in_words(text) if _YEAR.search(text) else None


def _by_numbers(first: int, second: int, year: int, day_first: bool | None) -> date | None:
    if first > 12 or second > 12 or first == second:
        day_first = first > 12
    if day_first is None:
        return None
    return date(year, second, first) if day_first else date(year, first, second)


def _in_words(text: str) -> date | None:
    # Imported when they are needed: most exports hold ISO dates, and these take a tenth of a second to load.
    from dateutil import parser

    try:
        one, other = (parser.parse(text, default=default, ignoretz=True).date() for default in _DEFAULTS)
        return one if one == other else None
    except (ValueError, OverflowError, TypeError, AttributeError, ArithmeticError):
        return _in_another_language(text)


def _in_another_language(text: str) -> date | None:
    # To find that a text is no date takes longest, and a column that holds none holds the same words in every row.
    example = _NUMBER.sub(lambda number: "2011" if len(number[0]) == 4 else "1" * len(number[0]), text)
    return _read(text) if _read(example) else None


@lru_cache(maxsize=1024)
def _read(text: str) -> date | None:
    try:
        found = _reader().get_date_data(text).date_obj
    except Exception:  # whatever it stumbles over, the article simply has no date
        return None
    return found.date() if found else None


@lru_cache(maxsize=1)
def _reader() -> DateDataParser:
    from dateparser.date import DateDataParser

    return DateDataParser(languages=LANGUAGES, settings={"PARSERS": ["absolute-time"], "STRICT_PARSING": True})
