"""Text into sentences, sentences into passages, all by exact character offsets.

pysbd finds the boundaries (measured best of three on news); a few repairs for what it gets wrong stand here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import pysbd

from rag.records import Passage, Span

PASSAGE_CHARS = 800
OVERLAP_SENTENCES = 1
# Part of the index's stamp: another way of splitting means other passages, hence a rebuild.
SPLIT_STAMP = f"pysbd-2:{PASSAGE_CHARS}:{OVERLAP_SENTENCES}"

_PARAGRAPH = re.compile(r"[^\n]+(?:\n[^\n]+)*")
_CLOSING = re.compile(r"[”’\"')\]]+(?=\s)")
_TIME_OF_DAY = re.compile(r"\b[ap]\.m\.$")
_WEEKDAY_FIRST = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")
# "R-Ky. | , the ranking Republican", "Lithium Nevada Corp. | 's mine"
_GOES_ON = re.compile(r"[,;]|['’]s\b")
# "It sold 1 oz. | gold bars"; but "It rose in July. | iPad prices fell", and what is written without capitals stays cut.
_SHORT_WORD = re.compile(r"[^a-z].*\b[A-Za-z]{1,4}\.", re.DOTALL)
_SMALL_LETTER = re.compile(r"[a-z](?![A-Z])")
# "PORTLAND, Ore. | - People living west of the city"
_DATELINE = re.compile(r"[A-Z]{2}[A-Za-z .,’']{,40}\.")
_DASH = re.compile(r"[-–—]\s")


@dataclass(frozen=True, slots=True)
class Split:
    """A text in sentences, and these in passages."""

    sentences: list[Span]
    passages: list[Passage]


def split(text: str) -> Split:
    """Split a text into sentences and passages."""
    sentences = split_sentences(text)
    return Split(sentences, split_passages(text, sentences))


def split_sentences(text: str) -> list[Span]:
    """Split text into sentences, in order, without overlaps; only white space lies between them."""
    spans: list[Span] = []
    for paragraph in _PARAGRAPH.finditer(text):
        spans += _paragraph_sentences(text, paragraph.start(), paragraph[0])
    return spans


def split_passages(text: str, sentences: list[Span]) -> list[Passage]:
    """Group sentences into passages of at most PASSAGE_CHARS characters that share OVERLAP_SENTENCES sentences.

    A sentence that is longer than that is a passage of its own. Every sentence is in at least one passage.
    """
    passages: list[Passage] = []
    first = 0
    while first < len(sentences):
        last = first
        while last + 1 < len(sentences) and sentences[last + 1].end - sentences[first].start <= PASSAGE_CHARS:
            last += 1
        start, end = sentences[first].start, sentences[last].end
        passages.append(Passage(Span(start, end, text[start:end]), first, last))
        if last + 1 == len(sentences):
            break
        overlapping = max(first + 1, last + 1 - OVERLAP_SENTENCES)
        fits = sentences[last + 1].end - sentences[overlapping].start <= PASSAGE_CHARS
        first = overlapping if fits else last + 1
    return passages


@lru_cache(maxsize=1)
def _segmenter() -> pysbd.Segmenter:
    return pysbd.Segmenter(language="en", clean=False)


def _paragraph_sentences(text: str, offset: int, paragraph: str) -> list[Span]:
    bounds = [_after_closing_mark(text, offset + start) for start in _starts(paragraph)[1:]]
    edges = [offset, *sorted({bound for bound in bounds if offset < bound < offset + len(paragraph)}), offset + len(paragraph)]
    spans: list[Span] = []
    for start, end in pairwise(edges):
        span = _stripped(text, start, end)
        if not span.text:
            continue
        if spans and _belongs_together(spans[-1].text, span.text):
            spans[-1] = Span(spans[-1].start, span.end, text[spans[-1].start : span.end])
        else:
            spans.append(span)
    return spans


def _starts(paragraph: str) -> list[int]:
    """Give where the pieces begin that pysbd cuts a paragraph into.

    Its own search for them compiles a regular expression for each: two fifths of the time of all.
    """
    starts: list[int] = []
    at = 0
    for piece in _segmenter().processor(paragraph).process():
        # A piece in which pysbd has changed something is not found; it goes on with the one before.
        if (start := paragraph.find(piece, at)) >= 0:
            starts.append(start)
            at = start + len(piece)
    return starts


def _after_closing_mark(text: str, bound: int) -> int:
    """Move a boundary that stands before a closing quotation mark behind it."""
    closing = _CLOSING.match(text, bound)
    return closing.end() if closing else bound


def _stripped(text: str, start: int, end: int) -> Span:
    inner = text[start:end].strip()
    start += len(text[start:end]) - len(text[start:end].lstrip())
    return Span(start, start + len(inner), inner)


def _belongs_together(before: str, after: str) -> bool:
    """Tell whether a boundary is wrong: after an abbreviation, as in "at 5 p.m. | Tuesday", or a piece with no letter or digit in it."""
    if not any(char.isalnum() for char in before) or not any(char.isalnum() for char in after):
        return True
    if before.endswith(".") and _GOES_ON.match(after):
        return True
    if _SHORT_WORD.fullmatch(before) and _SMALL_LETTER.match(after):
        return True
    if _DATELINE.fullmatch(before) and _DASH.match(after):
        return True
    return bool(_TIME_OF_DAY.search(before) and _WEEKDAY_FIRST.match(after))
