"""A question and the evidence for it in, what the question takes for granted though the evidence says otherwise.

Three things can be pointed at: a number ("the five people killed", where nine are told of), a side ("Why did X reject …?", where
X endorsed it), and a name that nothing found holds. What the evidence does not speak of is no false premise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from rag.figures import Figure, figures
from rag.records import Evidence, Query, Speech, Stance
from rag.said import is_speaker
from rag.short_answer import asked_for
from rag.speech import VERB, stance_of
from rag.words import stem, stems, tokens

# How much of a question's other words a sentence and its title must hold to be about the same.
SAME_SUBJECT = 0.5
# Only the best of the evidence contradicts; all of it may confirm.
CONTRADICTING = 5
WORDS_BEHIND = 3
_DEAD = stems("dead death died killed victims lives")
_APPROXIMATE = re.compile(r"(?:about|almost|around|at least|less than|more than|nearly|over|some|under|up to)\s+$", re.IGNORECASE)
_DID = re.compile(r"\b(?:did|do|does|has|have|had)\s+(?P<subject>.+?)\s*$", re.IGNORECASE)
_NOT = re.compile(r"\b(?:not|never|no longer)\b|n['’]t\b")


def false_premise(query: Query, evidence: Sequence[Evidence]) -> str | None:
    """Say what the question takes for granted and the evidence contradicts, with the sentence that does; None when nothing is."""
    found = _number(query.text, evidence) or _side(query.text, evidence)
    if found is None:
        return None
    told, item = found
    article = item.sentence.article
    source = ", ".join(part for part in (article.outlet, article.published) if part)
    return f"{told}: “{item.sentence.span.text}”{f' ({source})' if source else ''}"


def _number(question: str, evidence: Sequence[Evidence]) -> tuple[str, Evidence] | None:
    """Find a count that the question takes for granted, where the evidence counts the same and has another."""
    if asked_for(question) == "number":
        return None
    for figure, counted in _counts(question):
        if _APPROXIMATE.search(question[: figure.start]):
            continue
        held = {other.value for item in evidence for other in figures(f"{item.sentence.span.text} {item.sentence.article.title}")}
        if figure.value in held:
            return None
        words = stems(question) - stems(figure.text)
        for item in evidence[:CONTRADICTING]:
            if not _about(words, item):
                continue
            for other, also in _counts(item.sentence.span.text):
                if counted & also:
                    return f"the question takes “{figure.text}” for granted, the articles say “{other.text}”", item
    return None


def _counts(text: str) -> Iterator[tuple[Figure, set[str]]]:
    """Give the numbers of a text with the stems of what they count; all words for the dead are one."""
    for figure in figures(text):
        behind = stems(" ".join(islice(tokens(text[figure.end :]), WORDS_BEHIND)))
        if behind and figure.text[0] not in "$€£₹":
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
        topic = stems(question[verb.end() :])
        for item in evidence[:CONTRADICTING]:
            sentence = item.sentence.span.text
            for speech in item.speeches:
                if _contradicts(speech, side, denied=denied) and is_speaker(speech, sentence, head["subject"]) and _about(topic, item):
                    return f"the question takes “{head['subject']} {verb[0]}” for granted, the articles say “{speech.verb}”", item
    return None


def _contradicts(speech: Speech, side: Stance, *, denied: bool) -> bool:
    if speech.stance == "neutral":
        # "did not endorse" stands against "endorsed".
        match = VERB.search(speech.verb)
        return not denied and bool(match and match[side] and _NOT.search(speech.verb))
    return (speech.stance == side) is denied


def _about(words: set[str], item: Evidence) -> bool:
    """Tell whether a sentence, with its title, holds enough of some words."""
    held = stems(f"{item.sentence.span.text} {item.sentence.article.title}")
    return bool(words) and len(words & held) >= SAME_SUBJECT * len(words)


def unknown_name(question: str, evidence: Sequence[Evidence]) -> str | None:
    """Name the first name of the question that stands in no sentence, title or outlet of the evidence."""
    held = stems(" ".join(f"{i.sentence.span.text} {i.sentence.article.title} {i.sentence.article.outlet or ''}" for i in evidence))
    for token in tokens(question)[1:]:
        if token[0].isupper() and stem(token) not in held:
            return token
    return None
