"""A query and its hits in, a reading out: evidence sentences in order, short answers in them, and whether one answers.

No model is asked. The weights were fitted on questions over encyclopaedia text (eval/LOG.md), not on the gold set.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.records import Evidence, Hit, Query, Reading, Sentence, Vectors
from rag.short_answer import asked_for, find_short_answer, holds_what_is_asked
from rag.speaker import speaker_of
from rag.store import Store
from rag.words import content_words, stem, stems

EVIDENCE_LIMIT = 12
NEAREST_LIMIT = 3
# Order of the features: cosine of sentence and question; idf-weighted share of the question's words in the sentence;
# the same with its neighbours and the title; score of its passage; 1 when it holds the kind of thing that is asked for.
RANK_WEIGHTS = np.array([1.0, 0.57, 0.49, 1.06, 0.44])
# Logistic regression on the best sentence's first four features: does the collection answer the question?
ANSWERABLE_WEIGHTS = np.array([3.2, 2.8, 1.84, 11.95])
ANSWERABLE_BIAS = -11.18
ANSWERABLE_THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked: the idf of each content stem (they sum to 1), the vector, and the kind of answer."""

    idf: dict[str, float]
    vector: Vectors
    kind: str


def read(query: Query, vector: Vectors, hits: Sequence[Hit], store: Store, limit: int = EVIDENCE_LIMIT) -> Reading:
    """Rank the sentences of the hits as evidence for a query with its (dim,) unit vector.

    Gives the best `limit` sentences, and the probability that the first of them answers the question.
    """
    sentences = store.sentences((hit.article_id, hit.first, hit.last) for hit in hits)
    nearest = tuple(store.infos(hit.article_id for hit in hits).values())[:NEAREST_LIMIT]
    if not sentences:
        return Reading(evidence=(), answerability=0.0, answerable=False, nearest=nearest)
    asked = _Asked(_idf(query.full, store), vector, asked_for(query.text))
    features = _features(asked, query.full, sentences, hits)
    scores = features @ RANK_WEIGHTS / RANK_WEIGHTS.sum()
    order = np.argsort(-scores, kind="stable")
    answerability = _logistic(float(features[order[0], :4] @ ANSWERABLE_WEIGHTS + ANSWERABLE_BIAS))
    texts = {sentence.key: sentence.span.text for sentence in sentences}
    return Reading(
        evidence=tuple(_evidence(sentences[i], float(scores[i]), query, texts) for i in order[:limit]),
        answerability=answerability,
        answerable=answerability >= ANSWERABLE_THRESHOLD,
        nearest=nearest,
    )


def _evidence(sentence: Sentence, score: float, query: Query, texts: dict[tuple[str, int], str]) -> Evidence:
    article, place = sentence.key
    before = [texts[article, n] for n in range(place - 3, place) if (article, n) in texts]
    speaker = speaker_of(sentence.span.text, before)
    return Evidence(sentence, score, speaker, find_short_answer(query, sentence.span.text, speaker))


def _features(asked: _Asked, question: str, sentences: Sequence[Sentence], hits: Sequence[Hit]) -> Vectors:
    """Give the (n, 5) features of n sentences, in the order of RANK_WEIGHTS, each 0 to 1 (cosine -1 to 1)."""
    words = {sentence.key: stems(sentence.span.text) for sentence in sentences}
    titles = {sentence.article.id: stems(sentence.article.title) for sentence in sentences}
    passage_score: dict[tuple[str, int], float] = {}
    for hit in hits:
        for place in range(hit.first, hit.last + 1):
            key = hit.article_id, place
            passage_score[key] = max(passage_score.get(key, 0.0), hit.score)
    rows = []
    for sentence in sentences:
        article, place = sentence.key
        around = words[sentence.key].union(titles[article], words.get((article, place - 1), ()), words.get((article, place + 1), ()))
        rows.append(
            (
                float(sentence.vector @ asked.vector),
                _coverage(asked.idf, words[sentence.key]),
                _coverage(asked.idf, around),
                passage_score[sentence.key],
                holds_what_is_asked(asked.kind, question, sentence.span.text),
            )
        )
    return np.array(rows, dtype=np.float32)


def _idf(question: str, store: Store) -> dict[str, float]:
    """Weigh the question's stems by inverse document frequency (BM25's form), summing to 1."""
    words = content_words(question)
    total, found = store.passage_count(), store.document_frequency(words)
    weights = {stem(word): math.log(1 + (total - found[word] + 0.5) / (found[word] + 0.5)) for word in words}
    return {word: weight / sum(weights.values()) for word, weight in weights.items()}


def _coverage(idf: dict[str, float], words: set[str]) -> float:
    return sum(weight for word, weight in idf.items() if word in words)


def _logistic(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-value))
