"""A query and its hits in, a reading out: evidence sentences in order, short answers in them, and whether one answers.

Each sentence gets a few features, among them what the trained reader makes of it; two logistic regressions turn them into
the chance that a sentence answers, and that any does. They were fitted by `eval/calibrate.py`, not on the gold set.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rag.reader.model import Reader
from rag.records import Evidence, Hit, Query, Reading, Sentence, Span, Vectors
from rag.short_answer import asked_for, find_short_answer, holds_what_is_asked
from rag.speaker import speaker_of
from rag.store import Store
from rag.words import content_words, stem, stems

EVIDENCE_LIMIT = 12
NEAREST_LIMIT = 3
FEATURES = ("cosine", "coverage", "coverage_around", "passage", "kind", "reader")
# What the reader's score counts as for a sentence that it was not shown.
UNREAD = -15.0


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression over FEATURES: does this sentence answer (rank), does the best one (answerable)?"""

    rank: tuple[float, ...]
    rank_bias: float
    answerable: tuple[float, ...]
    answerable_bias: float
    threshold: float


WITHOUT_READER = Weights((4.34, 3.78, 0.24, 5.31, 1.14, 0.0), -9.92, (2.08, 1.99, 2.11, 10.69, 0.7, 0.0), -9.96, 0.6)
WITH_READER = Weights((1.14, 2.42, -1.05, 4.23, 0.05, 0.26), -5.41, (1.03, 1.25, 0.08, 7.99, -0.53, 0.23), -5.7, 0.6)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence with its features, in the order of FEATURES, and the span that the reader marked in it."""

    sentence: Sentence
    features: tuple[float, ...]
    answer: str | None


def read(query: Query, vector: Vectors, hits: Sequence[Hit], store: Store, reader: Reader | None, limit: int = EVIDENCE_LIMIT) -> Reading:
    """Rank the sentences of the hits as evidence for a query with its (dim,) unit vector.

    Gives the best `limit` sentences, each with the chance that it answers, and the chance that the first of them does.
    Without a reader the other features decide.
    """
    candidates = find_candidates(query, vector, hits, store, reader)
    nearest = tuple(store.infos(hit.article_id for hit in hits).values())[:NEAREST_LIMIT]
    if not candidates:
        return Reading(evidence=(), answerability=0.0, answerable=False, nearest=nearest)
    weights = WITH_READER if reader else WITHOUT_READER
    features = np.array([candidate.features for candidate in candidates])
    scores = logistic(features @ np.array(weights.rank) + weights.rank_bias)
    order = np.argsort(-scores, kind="stable")
    answerability = float(logistic(features[order[0]] @ np.array(weights.answerable) + weights.answerable_bias))
    texts = {candidate.sentence.key: candidate.sentence.span.text for candidate in candidates}
    return Reading(
        evidence=tuple(_evidence(candidates[i], float(scores[i]), query, texts) for i in order[:limit]),
        answerability=answerability,
        answerable=answerability >= weights.threshold,
        nearest=nearest,
    )


def find_candidates(query: Query, vector: Vectors, hits: Sequence[Hit], store: Store, reader: Reader | None) -> list[Candidate]:
    """Give every sentence of the hits with its features: shares and scores from 0 to 1, the cosine from -1 to 1, and the reader's logit."""
    sentences = store.sentences((hit.article_id, hit.first, hit.last) for hit in hits)
    words = {sentence.key: stems(sentence.span.text) for sentence in sentences}
    titles = {sentence.article.id: stems(sentence.article.title) for sentence in sentences}
    passage_score: dict[tuple[str, int], float] = {}
    for hit in hits:
        for place in range(hit.first, hit.last + 1):
            key = hit.article_id, place
            passage_score[key] = max(passage_score.get(key, 0.0), hit.score)
    idf = _idf(query.full, store)
    kind = asked_for(query.text)
    marked = _marked(query, hits, sentences, reader) if reader else {}
    candidates = []
    for sentence in sentences:
        article, place = sentence.key
        around = words[sentence.key].union(titles[article], words.get((article, place - 1), ()), words.get((article, place + 1), ()))
        score, answer = marked.get(sentence.key, (UNREAD if reader else 0.0, None))
        features = (
            float(sentence.vector @ vector),
            _coverage(idf, words[sentence.key]),
            _coverage(idf, around),
            passage_score[sentence.key],
            holds_what_is_asked(kind, query.full, sentence.span.text),
            score,
        )
        candidates.append(Candidate(sentence, features, answer))
    return candidates


def logistic(value: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Give 1 / (1 + exp(-value)), elementwise."""
    return 1.0 / (1.0 + np.exp(-np.asarray(value, dtype=np.float64)))


def _marked(query: Query, hits: Sequence[Hit], sentences: Sequence[Sentence], reader: Reader) -> dict[tuple[str, int], tuple[float, str]]:
    """Let the reader mark the hits' passages; give each sentence's best score and the text it marked there."""
    by_key = {sentence.key: sentence for sentence in sentences}
    passages: list[str] = []
    inside: list[list[Span]] = []
    keys: list[list[tuple[str, int]]] = []
    for hit in hits:
        own = [(hit.article_id, place) for place in range(hit.first, hit.last + 1)]
        spans, text = [], ""
        for key in own:
            text += " " if text else ""
            said = by_key[key].span.text
            spans.append(Span(len(text), len(text) + len(said), said))
            text += said
        passages.append(text)
        inside.append(spans)
        keys.append(own)
    best: dict[tuple[str, int], tuple[float, str]] = {}
    for text, own, found in zip(passages, keys, reader.mark(query.full, passages, inside), strict=True):
        for key, mark in zip(own, found, strict=True):
            if mark and (key not in best or mark.score > best[key][0]):
                best[key] = (mark.score, text[mark.start : mark.end])
    return best


def _evidence(candidate: Candidate, score: float, query: Query, texts: dict[tuple[str, int], str]) -> Evidence:
    sentence = candidate.sentence
    article, place = sentence.key
    before = [texts[article, n] for n in range(place - 3, place) if (article, n) in texts]
    speaker = speaker_of(sentence.span.text, before)
    return Evidence(sentence, score, speaker, candidate.answer or find_short_answer(query, sentence.span.text, speaker))


def _idf(question: str, store: Store) -> dict[str, float]:
    """Weigh the question's stems by inverse document frequency (BM25's form), summing to 1."""
    words = content_words(question)
    total, found = store.passage_count(), store.document_frequency(words)
    weights = {stem(word): math.log(1 + (total - found[word] + 0.5) / (found[word] + 0.5)) for word in words}
    return {word: weight / sum(weights.values()) for word, weight in weights.items()}


def _coverage(idf: dict[str, float], words: set[str]) -> float:
    return sum(weight for word, weight in idf.items() if word in words)
