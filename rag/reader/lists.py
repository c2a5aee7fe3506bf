"""Lists: a question with the passages that a search finds for it, by which the reader learns to tell them apart.

A row is {"question", "passages": [{"text", "sentences", "features", "right", "answer"}, …]}, the best hit first, and what answers
behind all hits when none of them does: a passage under its title, the [start, end] of its sentences in it, what is known of each
without the reader (the first six of `candidates.FEATURES`), whether each answers (1), does not (0), or holds the answer's words
elsewhere, so that it cannot be told (-1), and the [start, end] of the answer, null when it is not there. A follow-up has the question
before it as "before". `python -m eval.lists` makes them, and `python -m rag.reader.teacher` adds "taught" to the first passages: the
two logits of `model.Marked` that a teacher gives each sentence, null where it sees no token.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rag.reader.rows import Row

LIST_FIELDS = ("question", "passages")
KNOWN = 6
# Share of the lists from which what answers is taken out: the event is there, the fact is not.
UNANSWERED = 0.25
# As many of the best hits as are drawn from.
DEPTH = 14


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of a list, as in the row. `taught` is empty where no teacher read it."""

    text: str
    sentences: tuple[tuple[int, int], ...]
    features: tuple[tuple[float, ...], ...]
    right: tuple[int, ...]
    answer: tuple[int, int] | None
    taught: tuple[tuple[float, float] | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A question with some of the passages of its list; no passage answers unless a sentence of one is right.

    `leaning` tells that it is a follow-up in its own words, to which another passage may seem an answer.
    """

    question: str
    passages: tuple[Passage, ...]
    leaning: bool = False


def draw(row: Row, size: int, rng: random.Random) -> Listed | None:
    """Draw up to `size` passages of a list: one or two that answer, or none, and others, better hits the likelier.

    None where too little is found.
    """
    found = [_passage(each) for each in row["passages"]]
    passages = found[:DEPTH]
    answering = [passage for passage in found if 1 in passage.right]
    if not answering or rng.random() < UNANSWERED:
        chosen: list[Passage] = []
        others = [passage for passage in passages if not any(passage.right)]
    else:
        chosen = answering[:2] if rng.random() < 0.5 else [rng.choice(answering)]
        others = [passage for passage in passages if 1 not in passage.right]
    # Without replacement, the hit at place n with weight 1 / (n + 1) (Efraimidis and Spirakis 2006).
    keys = [rng.random() ** (n + 1) for n in range(len(others))]
    drawn = sorted(range(len(others)), key=keys.__getitem__, reverse=True)[: max(0, size - len(chosen))]
    kept = (*chosen, *(others[n] for n in drawn))
    return Listed(row["question"], kept, bool(row.get("before"))) if kept else None


def _passage(row: Mapping[str, Any]) -> Passage:
    def spans(pairs: Sequence[Sequence[int]]) -> tuple[tuple[int, int], ...]:
        return tuple((start, end) for start, end in pairs)

    features = tuple(tuple(each) for each in row["features"])
    answer = spans([row["answer"]])[0] if row["answer"] else None
    taught = tuple(each and (each[0], each[1]) for each in row.get("taught", ()))
    return Passage(row["text"], spans(row["sentences"]), features, tuple(row["right"]), answer, taught)
