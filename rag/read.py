"""A query and its hits in, a reading out: evidence sentences in order, short answers in them, and whether one answers.

Two linear models over the candidates' features: one ranks them, one tells whether the first of them answers. They were
fitted by `eval/calibrate.py` on other collections than the gold set's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from rag.asked_time import may_tell_of
from rag.candidates import Candidate, Key, find_candidates
from rag.reader.model import Reader
from rag.records import Evidence, Hit, Query, Reading, Sentence, Sought
from rag.said import asked_of, theirs
from rag.short_answer import find_short_answer, of_what_is_counted
from rag.speech import LOOK_BACK, attributed_to, speeches_in
from rag.store import Store

EVIDENCE_LIMIT = 12
NEAREST_LIMIT = 3
# What somebody else says counts so much where one speaker's words are asked for and found.
OTHERS_WORDS = 0.5
# So much counts what tells of another time than the one that is asked about.
OTHER_TIME = 0.25


@dataclass(frozen=True, slots=True)
class Weights:
    """Logistic models over FEATURES: does this sentence answer (rank), does the best one (answerable)?"""

    rank: tuple[float, ...]
    rank_bias: float
    answerable: tuple[float, ...]
    answerable_bias: float
    threshold: float


WITHOUT_READER = Weights(
    rank=(1.84, 1.95, 0.68, 0.1, 5.18, 1.37, 0.0, 0.0, 0.0),
    rank_bias=-8.33,
    answerable=(3.76, 2.08, 1.08, -0.17, 11.03, 0.66, 0.0, 0.0, 0.0),
    answerable_bias=-11.01,
    threshold=0.4,
)
WITH_READER = Weights(
    rank=(4.07, -0.83, 1.59, -0.47, 3.34, -0.03, 0.19, 0.12, 0.67),
    rank_bias=-5.94,
    answerable=(0.63, 0.23, -0.36, -0.15, 4.22, -0.29, 0.12, 0.08, 0.34),
    answerable_bias=-1.67,
    threshold=0.55,
)


def read(sought: Sought, hits: Sequence[Hit], store: Store, reader: Reader | None, limit: int = EVIDENCE_LIMIT) -> Reading:
    """Rank the sentences of the hits as evidence for what is sought.

    Gives the best `limit` sentences, each with the chance that it answers, and the chance that the first of them does.
    Without a reader the other features decide.
    """
    candidates = find_candidates(sought, hits, store, reader)
    if not candidates:
        return Reading(evidence=(), answerability=0.0, answerable=False, nearest=())
    weights = WITH_READER if reader else WITHOUT_READER
    features = np.array([candidate.features for candidate in candidates])
    scores = logistic(features @ np.array(weights.rank) + weights.rank_bias)
    order = np.argsort(-scores, kind="stable")[:limit]
    before = _before([candidates[i].sentence for i in order], store)
    evidence = [_evidence(candidates[i], float(scores[i]), sought.query, before) for i in order]
    own = theirs(asked_of(sought.query.own), evidence)
    evidence = [item if mine else replace(item, score=OTHERS_WORDS * item.score) for item, mine in zip(evidence, own, strict=True)]
    ranked = sorted(range(len(evidence)), key=lambda place: -evidence[place].score)
    nearest: dict[str, Sentence] = {}
    for sentence in (evidence[place].sentence for place in ranked):
        nearest.setdefault(sentence.article.id, sentence)
    answerability = float(logistic(features[order[ranked[0]]] @ np.array(weights.answerable) + weights.answerable_bias))
    return Reading(
        evidence=tuple(evidence[place] for place in ranked),
        answerability=answerability,
        answerable=answerability >= weights.threshold,
        nearest=tuple(nearest.values())[:NEAREST_LIMIT],
    )


def logistic(value: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Give 1 / (1 + exp(-value)), elementwise."""
    return 1.0 / (1.0 + np.exp(-np.asarray(value, dtype=np.float64)))


def _before(sentences: Sequence[Sentence], store: Store) -> dict[Key, str]:
    """Give the texts of what stands before sentences, where the speakers of pronouns and quotations are named."""
    ranges = [(each.article.id, max(0, each.ordinal - LOOK_BACK), each.ordinal - 1) for each in sentences if each.ordinal]
    return {each.key: each.span.text for each in store.sentences(ranges)}


def _evidence(candidate: Candidate, score: float, query: Query, texts: Mapping[Key, str]) -> Evidence:
    sentence = candidate.sentence
    article, place = sentence.key
    before = [texts[article, n] for n in range(place - LOOK_BACK, place) if (article, n) in texts]
    speeches = speeches_in(sentence.span.text, before)
    speaker = attributed_to(sentence.span.text, speeches)
    answer = candidate.answer or find_short_answer(query, sentence.span.text, speaker)
    answer = of_what_is_counted(query, sentence.span.text, answer) if answer else None
    timely = may_tell_of(query, sentence, before)
    return Evidence(sentence, score if timely else OTHER_TIME * score, speaker, answer, speeches, timely)
