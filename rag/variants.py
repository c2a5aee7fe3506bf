"""Two texts in, the value in which they differ out: a report and its copy, or a claim and its source, with another number or name."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from rag.figures import CALENDAR, figures, find_dates
from rag.names import missing_name
from rag.records import Span
from rag.words import STOP_WORDS, stem, stems

# At least so many words, and this share of the longer text, must stand in both in the same order.
MIN_WORDS_ALIKE = 5
SHARE_ALIKE = 0.7
MAX_VALUE_WORDS = 5
# Longer texts are neither sentences nor passages, and what repeats a few words for ever would take long to align.
MAX_WORDS = 300
# Of a claim, so much must stand in its source in the same order for a value to stand in another's place.
CLAIM_ALIKE = 0.6
_CLAUSE_END = re.compile(r"[,;:.](?:\s|$)|[—–(]")
_DAY = re.compile(rf"\b(?:{CALENDAR.pattern})\b")
_WORD = re.compile(r"[$€£₹]?\w+(?:[.,’'-]\w+)*%?")


def variants(first: str, other: str) -> tuple[Span, Span] | None:
    """Give the value that stands in each of two texts where all their other words are the same; None where they differ otherwise.

    The same value may be exchanged in several places, of which the first is given.
    """
    mine, theirs = list(_WORD.finditer(first)), list(_WORD.finditer(other))
    if max(len(mine), len(theirs)) > MAX_WORDS:
        return None
    words, other_words = ([match[0].casefold() for match in each] for each in (mine, theirs))
    steps = [step for step in SequenceMatcher(None, words, other_words, autojunk=False).get_opcodes() if step[0] != "equal"]
    alike = len(words) - sum(step[2] - step[1] for step in steps)
    if not steps or alike < max(MIN_WORDS_ALIKE, SHARE_ALIKE * max(len(words), len(other_words))):
        return None
    pairs = []
    for kind, start, end, other_start, other_end in steps:
        if kind != "replace" or max(end - start, other_end - other_start) > MAX_VALUE_WORDS:
            return None
        pairs.append((_span(first, mine[start:end]), _span(other, theirs[other_start:other_end])))
    if len({(one.text.casefold(), another.text.casefold()) for one, another in pairs}) > 1:
        return None
    return pairs[0] if _other_value(*(span.text for span in pairs[0])) else None


def exchanged(claim: str, source: str) -> tuple[str, str] | None:
    """Give a number or name of a claim and the other one that stands in its place in the source; None where there is none.

    The source may say more. How a claim opens is left out: it is often turned, "Pakistan's cabinet" for "On Friday the cabinet".
    """
    for said, there in gaps(claim, source):
        other = " ".join(_CLAUSE_END.split(there)[0].split()[:MAX_VALUE_WORDS])
        # A number that stands nowhere in the source is missing, and is told as that.
        if said and other and _numbers(said) <= _numbers(source) and _in_place(said, other) and not stems(other) & stems(claim):
            return said, other
    return None


def gaps(claim: str, source: str) -> list[tuple[str, str]]:
    """Give what stands in a claim and in its source between the same words before and behind; () unless most of the claim stands there.

    Either may be "". What stands before the first common word is left out.
    """
    mine, theirs = list(_WORD.finditer(claim)), list(_WORD.finditer(source))
    if max(len(mine), len(theirs)) > MAX_WORDS:
        return []
    words, other_words = ([stem(match[0]) for match in each] for each in (mine, theirs))
    steps = SequenceMatcher(None, words, other_words, autojunk=False).get_opcodes()
    if sum(end - start for kind, start, end, *_ in steps if kind == "equal") < CLAIM_ALIKE * len(words):
        return []
    return [
        (_text(claim, mine[start:end]), _text(source, theirs[other_start:other_end]))
        for kind, start, end, other_start, other_end in steps
        if kind != "equal" and start and end - start <= MAX_VALUE_WORDS
    ]


def _text(text: str, words: list[re.Match[str]]) -> str:
    return _span(text, words).text if words else ""


def _in_place(said: str, there: str) -> bool:
    """Tell whether one stands in the place of the other; days and months are compared elsewhere."""
    numbers, others = _numbers(said), _numbers(there)
    if _DAY.search(said) or _DAY.search(there) or len(numbers) != len(others) or not _other_value(said, there):
        return False
    plain = not set(said.casefold().split()) & STOP_WORDS and not set(there.casefold().split()) & STOP_WORDS
    return bool(numbers) or (plain and bool(missing_name(f"the {said}", there)))


def _span(text: str, words: list[re.Match[str]]) -> Span:
    start, end = words[0].start(), words[-1].end()
    return Span(start, end, text[start:end])


def _other_value(first: str, other: str) -> bool:
    """Tell whether two stretches are values of one sort, and not the same one: "nine" and "9" are, "Biden" and "Joe Biden" too."""
    numbers = [_numbers(text) for text in (first, other)]
    if any(numbers):
        return all(numbers) and numbers[0] != numbers[1]
    names = [_name(text) for text in (first, other)]
    return all(names) and not names[0] <= names[1] and not names[1] <= names[0]


def _numbers(text: str) -> set[object]:
    """Give the days and the numbers of a text."""
    return {(day.year, day.month, day.day) for day in find_dates(text)} | {figure.value for figure in figures(text)}


def _name(text: str) -> set[str]:
    """Give the stems of the capitalised words, if the others are function words; none else."""
    words = [word for word in re.findall(r"\w+", text) if word.casefold() not in STOP_WORDS]
    return set(map(stem, words)) if all(word[0].isupper() for word in words) else set()
