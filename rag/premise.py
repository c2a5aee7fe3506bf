"""A question and the evidence for it in, what the question takes for granted though the evidence says otherwise.

Two things can be pointed at: a number ("the five people killed", where nine are told of), and a side ("Why did X reject …?", where X
endorsed it). What the evidence does not speak of is no false premise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, takewhile

from rag.figures import MONTHS, Figure, figures
from rag.given import UNIT
from rag.records import Evidence, Query, Speech, Stance
from rag.said import is_speaker
from rag.short_answer import asked_for
from rag.speech import DENIED, VERB, stance_of
from rag.words import STOP_WORDS, stems, tokens

# How much of a question's other words a sentence and its title must hold to be about the same; less where it names the same person.
SAME_SUBJECT = 0.5
SAME_SIDES = 1 / 3
# Only the best of the evidence contradicts; all of it may confirm.
CONTRADICTING = 5
WORDS_BEHIND = 4
_DEAD = stems("dead death died killed victims lives")
_MONTHS = stems(" ".join(MONTHS))
_NAME_BEFORE = re.compile(r"[A-Z]{2,}[\s-]$")
_APPROXIMATE = re.compile(r"(?:about|almost|around|at least|less than|more than|nearly|over|some|under|up to)\s+$", re.IGNORECASE)
# What is behind these tells more about what was taken a side on.
_CLAUSE_END = re.compile(r",|\b(?:after|as|because|before|that|when|which|who)\b")
_DID = re.compile(r"\b(?:did|do|does|has|have|had|made|makes)\s+(?P<subject>.+?)\s*$", re.IGNORECASE)


def false_premise(query: Query, evidence: Sequence[Evidence]) -> str | None:
    """Say what the question takes for granted and the evidence contradicts, with the sentence that does; None when nothing is."""
    found = _number(query.text, evidence) or _side(query.text, evidence)
    if found is None:
        return None
    told, item = found
    source = item.sentence.article.source
    return f"{told}: “{item.sentence.span.text}”{f' ({source})' if source else ''}"


def _number(question: str, evidence: Sequence[Evidence]) -> tuple[str, Evidence] | None:
    """Find a count that the question takes for granted, where the evidence counts the same and has another."""
    if asked_for(question) == "number":
        return None
    for figure, counted in _counts(question):
        if _APPROXIMATE.search(question[: figure.start]):
            continue
        if figure.value in {value for item in evidence for value in _values(item)}:
            return None
        words = _subject(question) - stems(figure.text)
        for item in evidence[:CONTRADICTING]:
            if not _about(words, item):
                continue
            for other, also in _counts(item.sentence.span.text):
                if counted & also:
                    return f"the question takes “{figure.text}” for granted, the articles say “{other.text}”", item
    return None


def _values(item: Evidence) -> Iterator[float]:
    """Give the numbers of a sentence and its title, without measures and those of names such as "MAX 9"."""
    for text in (item.sentence.span.text, item.sentence.article.title):
        for figure in figures(text):
            if not _NAME_BEFORE.search(text[: figure.start]) and not UNIT.match(text, figure.end):
                yield figure.value


def _subject(text: str) -> set[str]:
    """Give the stems of what a question is about: its words without numbers and months, which a sentence often leaves to its date."""
    return {word for word in stems(text) if not word[0].isdigit()} - _MONTHS


def _counts(text: str) -> Iterator[tuple[Figure, set[str]]]:
    """Give the counts of a text with the stems of what is counted; all words for the dead are one."""
    for figure in figures(text):
        words = islice(tokens(text[figure.end :]), WORDS_BEHIND)
        behind = stems(" ".join(takewhile(lambda word: word == "and" or word.casefold() not in STOP_WORDS, words)))
        if behind and figure.text[0] not in "$€£₹" and not UNIT.match(text, figure.end):
            yield figure, behind | (_DEAD if behind & _DEAD else set())


def _side(question: str, evidence: Sequence[Evidence]) -> tuple[str, Evidence] | None:
    """Find a side that the question says somebody took, where the evidence has the same person on the other."""
    for verb in VERB.finditer(question):
        head = _DID.search(question[: verb.start()])
        if head is None or verb["neutral"]:
            continue
        stance = stance_of(verb)
        denied = stance == "neutral"
        side: Stance = stance if not denied else "support" if verb["support"] else "oppose"
        topic = _subject(_CLAUSE_END.split(question[verb.end() :])[0])
        for item in evidence[:CONTRADICTING]:
            sentence = item.sentence.span.text
            for speech in item.speeches:
                if (
                    _contradicts(speech, side, denied=denied)
                    and is_speaker(speech, sentence, head["subject"])
                    and _about(topic, item, SAME_SIDES)
                ):
                    return f"the question takes “{head['subject']} {verb[0]}” for granted, the articles say “{speech.verb}”", item
    return None


def _contradicts(speech: Speech, side: Stance, *, denied: bool) -> bool:
    if speech.stance == "neutral":
        # "did not endorse" stands against "endorsed".
        match = VERB.search(speech.verb)
        return not denied and bool(match and match[side] and DENIED.search(speech.verb))
    return (speech.stance == side) is denied


def _about(words: set[str], item: Evidence, share: float = SAME_SUBJECT) -> bool:
    """Tell whether a sentence, with its title, holds enough of some words."""
    held = stems(f"{item.sentence.span.text} {item.sentence.article.title}")
    return bool(words) and len(words & held) >= share * len(words)
