"""The gate: whatever an answerer wrote, only what its cited sentences say comes out as fact.

parse       a sentence with marks [n] → Statement; the only place where marks become places in the evidence
Gate.check  Statement → Claim: cite (the marks, or the sentence that fits best), check, repair, number
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.entailment import weigh
from rag.records import Citation, Claim, Evidence, Sentence, Statement, Support
from rag.speaker import is_attributed, speaker_of
from rag.speech import speeches_in
from rag.support import RANK, Verdict, support_of
from rag.words import stems

if TYPE_CHECKING:
    from rag.reader.model import Reader

# One mark: [1], [1, 2], [1-3], [[1]], and the full-width forms and additions ([^1], 【1†source】) that some models write.
_MARK = re.compile(r"\s*[\[【［]+\s*\^?(-?\d+(?:\s*[-–,;，、]\s*\d+)*)\s*(?:†[^\]】］]*)?[\]】］]+")
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")
_ASKS = re.compile(r"\b(?:who(?:m|se)?|what|which|when|where|why|how)\b", re.IGNORECASE)
_WHO = re.compile(r"\bwho(?:m|se)?\b|\bwhich \w+ (?:said|says)\b", re.IGNORECASE)
_EITHER = re.compile(r"\b(?:or|whether)\b", re.IGNORECASE)
MAX_CITATIONS = 3
# The share of the best one's chance to answer from which what a model says of a sentence is shown: with less it is beside the point, or an
# order that stands in an article. Of SmolLM2's citations 2 of 23 that are evidence are lost, and 22 of 35 others.
BEARING = 0.08
# Added to a claim whose sentence says "he said", where it cannot be told who that is.
UNNAMED = "as somebody is quoted there"


def parse(sentence: str, count: int) -> Statement:
    """Take the marks out of a sentence; keep those from 1 to `count`, as 0-based places, and report the others.

    A mark inside quotation marks belongs to what is quoted and cites nothing. "[2-4]" cites 2, 3 and 4; of "[1-999999]"
    only what is in range is ever looked at.
    """
    quoted = [match.span() for match in _QUOTED.finditer(sentence)]
    marks: dict[int, None] = {}
    problems: list[str] = []
    kept: list[str] = []
    at = 0
    for match in _MARK.finditer(sentence):
        kept.append(sentence[at : match.start()])
        at = match.end()
        if any(start < match.start() and match.end() < end for start, end in quoted):
            continue
        for low, high in _ranges(match[1]):
            marks.update(dict.fromkeys(range(max(low, 1) - 1, min(high, count))))
            if low < 1 or high > count:
                problems.append(f"the model cited [{match[1][:40]}], but the sentences given to it are numbered 1 to {count}")
    kept.append(sentence[at:])
    return Statement(text=" ".join("".join(kept).split()), marks=tuple(marks), raw=sentence, problems=tuple(problems))


def _ranges(inside: str) -> list[tuple[int, int]]:
    """Read "1, 3-5" as [(1, 1), (3, 5)]; "5-3" is (3, 5) too, and "-1" is minus one."""
    found = []
    for part in re.split(r"[,;，、]", inside):
        # Nine digits are out of range already, and Python refuses to read thousands of them.
        ends = sorted(int(number[:9]) for number in re.findall(r"^\s*-?\d+|\d+", part))
        found.append((ends[0], ends[-1]))
    return found


def without_source(text: str, sources: Set[str]) -> str:
    """Take off the source that evidence is shown under, "Harbour Wire, 2024-01-18: Seven people died.", which small models repeat."""
    source, colon, said = text.partition(": ")
    return said if colon and said and source in sources else text


def repeats(text: str, question: str) -> bool:
    """Tell whether all that a text says is in the question, which asks for more than yes or no, or one of two."""
    return bool(_ASKS.search(question)) and not _EITHER.search(question) and stems(text) <= stems(question)


class Gate:
    """Checks the statements of one answer against its evidence, and numbers the citations in order of appearance."""

    def __init__(
        self, evidence: Sequence[Evidence], least: Support = "partial", reader: Reader | None = None, *, question: str = ""
    ) -> None:
        """Begin an answer over `evidence`, the sentences that the answerer was given, in that order.

        A statement with less support than `least` comes out unverified and cites nothing. So does what a model says beside the
        `question`, or only repeats of it. With a reader, what a sentence means counts beside the words that stand in it.
        """
        self._evidence = evidence
        self._sources = {item.sentence.article.source for item in evidence}
        self._least = least
        self._reader = reader
        self._question = question
        self._numbers: dict[tuple[str, int], int] = {}
        self._cited: list[Evidence] = []

    @property
    def cited(self) -> tuple[Evidence, ...]:
        """The evidence behind the citations so far, by number."""
        return tuple(self._cited)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations so far, by number; each quotation is rendered from the store."""
        return tuple(cite(number, item.sentence) for number, item in enumerate(self._cited, 1))

    def check(self, statement: Statement) -> Claim:
        """Make a claim of a statement.

        A statement without usable marks, or whose marked sentences do not support it, is given the sentence of the
        evidence that supports it best. A speaker that the claim leaves out is added to it. A claim that nothing supports
        keeps no citation.
        """
        statement = replace(statement, text=without_source(statement.text, self._sources))
        places = list(statement.marks[:MAX_CITATIONS])
        verdict = self._verdict(statement.text, places)
        if RANK[verdict.support] < RANK["supported"]:
            better = max(range(len(self._evidence)), key=lambda n: self._closeness(statement.text, n), default=None)
            if better is not None:
                other = self._verdict(statement.text, [better])
                if RANK[other.support] > RANK[verdict.support]:
                    verdict, places = other, [better]
        if verdict.support == "unverified" or RANK[verdict.support] < RANK[self._least]:
            return Claim(statement.text, (), "unverified", reason=verdict.reason)
        needed = [n for n in places if RANK[self._verdict(statement.text, [n]).support] >= RANK[verdict.support]] or places
        text, speaker = self._with_speaker(statement.text, verdict, needed)
        if beside := self._beside_the_point(statement, verdict, text, needed):
            return Claim(statement.text, (), "unverified", reason=beside)
        if speaker is None and verdict.support != "verbatim" and not is_attributed(text) and self._is_told(needed):
            verdict, text = Verdict("partial", "somebody said so whom the sentence does not name"), f"{text.rstrip('.')} ({UNNAMED})."
        return Claim(text, tuple(self.number(n) for n in needed), verdict.support, speaker, verdict.reason)

    def quote(self, place: int) -> Claim:
        """Make a claim of the sentence at a place in the evidence, word for word."""
        return self.check(Statement(self._evidence[place].sentence.span.text, (place,)))

    def supporters(self, text: str, places: Sequence[int], reader: Reader | None) -> list[int]:
        """Give those of the places whose sentences support a text at least in part, each of another origin than those before it."""
        found: dict[str, int] = {}
        for place in places:
            sentence = self._evidence[place].sentence
            if sentence.origin in found:
                continue
            verdict = support_of(text, [sentence])
            verdict = weigh(verdict, text, [sentence], reader) if reader else verdict
            if RANK[verdict.support] >= RANK["partial"]:
                found[sentence.origin] = place
        return list(found.values())

    def number(self, place: int) -> int:
        """Give the number by which the sentence at a place in the evidence is cited."""
        item = self._evidence[place]
        if item.sentence.key not in self._numbers:
            self._cited.append(item)
            self._numbers[item.sentence.key] = len(self._cited)
        return self._numbers[item.sentence.key]

    def _verdict(self, text: str, places: Sequence[int]) -> Verdict:
        sentences = [self._evidence[n].sentence for n in places]
        rules = support_of(text, sentences)
        return weigh(rules, text, sentences, self._reader) if self._reader else rules

    def _beside_the_point(self, statement: Statement, verdict: Verdict, text: str, needed: Sequence[int]) -> str | None:
        """Say why a statement, `text` with its speaker, does not answer the question though it is supported; None where it may."""
        if self._question and statement.raw:
            best = max(item.score for item in self._evidence)
            if max(self._evidence[n].score for n in needed) < BEARING * best:
                return "what it cites hardly bears on the question"
        # Whoever says so is the answer to "Who said that …?".
        told = text if _WHO.search(self._question) else statement.text
        if verdict.support != "verbatim" and repeats(told, self._question):
            return "it says nothing that the question does not"
        return None

    def _closeness(self, text: str, place: int) -> tuple[int, int]:
        """Order evidence for a statement without a good mark: by support, then by the words they share."""
        shared = len(stems(text) & stems(self._evidence[place].sentence.span.text))
        return RANK[self._verdict(text, [place]).support], shared

    def _is_told(self, places: Sequence[int]) -> bool:
        """Tell whether the sentences attribute their content to somebody."""
        return any(is_attributed(self._evidence[n].sentence.span.text) for n in places)

    def _with_speaker(self, text: str, verdict: Verdict, places: Sequence[int]) -> tuple[str, str | None]:
        speakers = dict.fromkeys(speaker for n in places if (speaker := self._evidence[n].speaker))
        if not speakers:
            return text, None
        speaker = " and ".join(speakers)
        # It must be named as who says so: "Iran broke the truce" names Iran, and not as its speaker.
        saying = stems(" ".join([speaker_of(text) or "", *(speech.speaker for speech in speeches_in(text))]))
        named = any(stems(name) & saying for name in speakers)
        if verdict.support == "verbatim" or named:
            return text, speaker
        inside = re.sub(r"^(?:The|An?|His|Her|Its|Their)(?= )", lambda found: found[0].casefold(), speaker)
        return f"{text.rstrip('.')} (according to {inside}).", speaker


def cite(number: int, sentence: Sentence) -> Citation:
    """Quote a sentence, word for word as it stands in its article."""
    return Citation(number, sentence.article, sentence.span.start, sentence.span.end, sentence.span.text)
