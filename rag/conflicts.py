"""Sentences of many articles in, the numbers out that they give differently for one thing: the dead, the missing, a price."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from rag.figures import MONTHS, WEEKDAYS, figures, find_dates
from rag.given import measured
from rag.records import Evidence
from rag.words import STOP_WORDS, stems, tokens
from rag.words import stem as stem_of

# What is counted in many words is one thing. The words are looked for around the number, as "killed seven" and "nine deaths".
KINDS = {
    "dead": "dead died deaths killed toll bodies lives fatalities victims casualties perished buried",
    "injured": "injured wounded hurt injuries",
    "missing": "missing unaccounted disappeared",
    "displaced": "displaced homeless evacuated",
}
_CALENDAR = {stem_of(word) for word in (*MONTHS, *WEEKDAYS)}
_KIND = {stem_of(word): kind for kind, words in KINDS.items() for word in words.split()}
AROUND_CHARS = 90
# Who is counted; a number of anything else ("two houses") does not count the dead, whatever stands near.
PEOPLE = stems(
    "people persons others men women children boys girls civilians residents workers labourers laborers soldiers officers fighters "
    "militants migrants passengers pilots members crew citizens villagers students families names inhabitants more"
)
# Two sentences count the same thing when they are this near (cosine) and share as many words beside their speakers and the count.
SAME_TOPIC_COSINE = 0.6
SHARED_WORDS = 2
# What is counted in words of its own ("three bolts") or measured ("$60 million") is one thing only when so many words are shared.
SHARED_OF_OTHERS = 5
MAX_VALUES = 8
ABOUT_WORDS = 3
_NOUN = re.compile(r"[\s-]+(?P<noun>[a-z]+)\b")


@dataclass(frozen=True)
class Count:
    """A number in a sentence: its unit or what it counts, its value, and how it is written."""

    evidence: Evidence
    kind: str
    value: float
    text: str

    @cached_property
    def words(self) -> set[str]:
        """The stems of what the sentence is about, without its speaker and the words of counting."""
        sentence = self.evidence.sentence
        others = stems(self.evidence.speaker or "") | stems(self.text) | _KIND.keys() | _CALENDAR
        return stems(sentence.span.text) - others


@dataclass(frozen=True, slots=True)
class Conflict:
    """Different numbers for one thing, each with the sentence that gives it, by the order of the sentences."""

    about: str
    counts: tuple[Count, ...]


def conflicts(evidence: Sequence[Evidence]) -> list[Conflict]:
    """Find what sentences of different origins count differently; those told of in most sentences first, the values by date."""
    by_kind: dict[str, list[Count]] = defaultdict(list)
    for item in evidence:
        for count in counts_of(item):
            by_kind[count.kind].append(count)
    found: list[tuple[int, Conflict]] = []
    for kind, counts in by_kind.items():
        left = counts
        while left:
            group, left = _group(left)
            values: dict[float, Count] = {}
            for count in sorted(group, key=lambda each: each.evidence.sentence.article.published or ""):
                values.setdefault(count.value, count)
            if len(values) > 1:
                found.append((len(group), Conflict(_about(kind, group), tuple(values.values())[-MAX_VALUES:])))
    return [conflict for _, conflict in sorted(found, key=lambda each: -each[0])]


def _group(counts: Sequence[Count]) -> tuple[list[Count], list[Count]]:
    """Take the first count and all that are alike to it, or to one taken, out of the others; give them and what is left."""
    group, left = [counts[0]], list(counts[1:])
    # The group grows while it is gone through.
    for member in group:
        alike = [other for other in left if _alike(member, other)]
        left = [other for other in left if other not in alike]
        group += alike
    return group, left


def _alike(first: Count, other: Count) -> bool:
    mine, theirs = first.evidence.sentence, other.evidence.sentence
    return (
        mine.origin != theirs.origin
        and len(first.words & other.words) >= (SHARED_WORDS if first.kind in KINDS else SHARED_OF_OTHERS)
        and float(mine.vector @ theirs.vector) >= SAME_TOPIC_COSINE
    )


def counts_of(item: Evidence) -> list[Count]:
    """List the numbers of a sentence that count or measure something, one of a kind.

    Parts of a sum ("two men and a child") are left out, and so is what a sentence tells of another year.
    """
    text = item.sentence.span.text
    year = (item.sentence.article.published or "")[:4]
    if any(mention.year and str(mention.year) != year for mention in find_dates(text)):
        return []
    found: dict[str, list[Count]] = defaultdict(list)
    for figure in figures(text):
        quantity = measured(figure.text, figure.value, text[figure.end :])
        if quantity is None:
            continue
        noun = _NOUN.match(text[figure.end :])
        word = noun["noun"] if noun and noun["noun"] not in STOP_WORDS else ""
        people = not word or stem_of(word) in PEOPLE | _KIND.keys()
        if kind := quantity[0] or (people and _kind(text, figure.start, figure.end)) or stem_of(word):
            found[kind].append(Count(item, kind, figure.value, f"{figure.text} {word}".strip()))
    return [counts[0] for counts in found.values() if sum(" " in count.text for count in counts) < 2]


def _kind(text: str, start: int, end: int) -> str | None:
    """Name what is counted by the word of KINDS that stands nearest to a number, None when none is near."""
    low, high = max(0, start - AROUND_CHARS), end + AROUND_CHARS
    near = [
        (abs(match.start() - end) if match.start() >= end else start - match.end(), _KIND[stem_of(match[0])])
        for match in re.finditer(r"[a-z]+", text[:high].casefold())
        if match.start() >= low and stem_of(match[0]) in _KIND
    ]
    return min(near)[1] if near else None


def _about(kind: str, group: Sequence[Count]) -> str:
    """Say what is counted: the kind, and the words that most of the sentences hold, names first, as they stand in one of them."""
    held = Counter(word for count in group for word in count.words)
    words = {word: token for count in group for token in tokens(count.evidence.sentence.span.text) if (word := stem_of(token)) in held}
    speakers = set().union(*(stems(count.evidence.speaker or "") for count in group))
    shared = [word for word, times in held.items() if times > 1 and word[0].isalpha() and word not in speakers]
    shared.sort(key=lambda word: (words[word].islower(), -held[word]))
    common = [words[word] for word in shared[:ABOUT_WORDS]]
    return f"{kind} ({', '.join(common)})" if kind in KINDS else ", ".join(common)
