"""A query and its hits in, candidate sentences out: each with the features that tell whether it answers."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.figures import CALENDAR
from rag.reader.model import Reader, with_title
from rag.records import Frequencies, Hit, Query, Sentence, Sought, Span
from rag.short_answer import asked_for, holds_what_is_asked
from rag.store import Store
from rag.words import STOP_WORDS, stem, stems, tokens

FEATURES = ("cosine", "coverage", "coverage_around", "names_around", "passage", "kind", "reader", "sentence", "new")
# What the reader's scores count as for a sentence in which it sees no token.
UNREAD = (-15.0, -8.0)
_YEAR = re.compile(r"(?:19|20)\d\d")
Key = tuple[str, int]
# A sentence's best span and its own logit, and the text marked in it.
Marking = tuple[tuple[float, float], str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence with its features, in the order of FEATURES, and the span that the reader marked in it.

    cosine         of the sentence to the question (-1 to 1)
    coverage       share of the question's words in the sentence, by inverse document frequency
    coverage_around, names_around  share of its words, and of its names and numbers, in the sentence, its neighbours and the title
    passage        the best score of a hit that holds the sentence (0 to 1)
    kind           does it hold a thing of the kind that is asked for (short_answer.py)
    reader         the reader's best span in it against no answer (a logit; 0 above and below means that it cannot tell)
    sentence       the reader's logit that the sentence answers, whatever the span
    new            does that span hold a word that the question does not (0 or 1)
    """

    sentence: Sentence
    features: tuple[float, ...]
    answer: str | None


def find_candidates(sought: Sought, hits: Sequence[Hit], store: Store, reader: Reader | None) -> list[Candidate]:
    """Give every sentence of the hits with its features, for what is sought."""
    query = sought.query
    sentences = store.sentences((hit.article_id, hit.first, hit.last) for hit in hits)
    stemmed = {sentence.key: stems(sentence.span.text) for sentence in sentences}
    titles = {sentence.article.id: stems(sentence.article.title) for sentence in sentences}
    passage_score: dict[Key, float] = {}
    for hit in hits:
        for place in range(hit.first, hit.last + 1):
            key = hit.article_id, place
            passage_score[key] = max(passage_score.get(key, 0.0), hit.score)
    idf = _idf(sought.words, store.words.passage_count())
    asked, names = stems(query.own), _names(query.own)
    kind = asked_for(query.own)
    marked = _marked(query, hits, sentences, reader) if reader else {}
    candidates = []
    for sentence in sentences:
        article, place = sentence.key
        around = stemmed[sentence.key].union(titles[article], stemmed.get((article, place - 1), ()), stemmed.get((article, place + 1), ()))
        scores, answer = marked.get(sentence.key, (UNREAD if reader else (0.0, 0.0), None))
        features = (
            float(sentence.vector @ sought.vector),
            _coverage(idf, stemmed[sentence.key]),
            _coverage(idf, around),
            len(names & around) / len(names) if names else 1.0,
            passage_score[sentence.key],
            holds_what_is_asked(kind, query.own, sentence.span.text),
            *scores,
            float(not (answer and stems(answer) <= asked)),
        )
        candidates.append(Candidate(sentence, features, answer))
    return candidates


def _marked(query: Query, hits: Sequence[Hit], sentences: Sequence[Sentence], reader: Reader) -> dict[Key, Marking]:
    """Let the reader mark the hits' passages, each under its title; give each sentence's best scores and the text marked in it."""
    by_key = {sentence.key: sentence for sentence in sentences}
    passages: list[str] = []
    inside: list[list[Span]] = []
    keys: list[list[Key]] = []
    for hit in hits:
        own = [(hit.article_id, place) for place in range(hit.first, hit.last + 1)]
        passage, spans = as_read([by_key[key] for key in own])
        passages.append(passage)
        inside.append(spans)
        keys.append(own)
    best: dict[Key, Marking] = {}
    for text, own, found in zip(passages, keys, reader.mark(query.own, passages, inside), strict=True):
        for key, mark in zip(own, found, strict=True):
            if mark and (key not in best or mark.score > best[key][0][0]):
                best[key] = (mark.score, mark.sentence), text[mark.start : mark.end]
    return best


def as_read(sentences: Sequence[Sentence]) -> tuple[str, list[Span]]:
    """Put the sentences of a passage together under its title, as the reader reads it; give the text, and their places in it."""
    texts = [sentence.span.text for sentence in sentences]
    passage, at = with_title(sentences[0].article.title, " ".join(texts))
    spans = []
    for text in texts:
        spans.append(Span(at, at + len(text), text))
        at += len(text) + 1
    return passage, spans


def _names(question: str) -> set[str]:
    """Give the stems of the names and numbers of a question; dates stand in the articles' dates as often as in their text."""
    words = [token for token in tokens(question)[1:] if token[0].isupper() or token[0].isdigit()]
    return {stem(word) for word in words if not (_YEAR.fullmatch(word) or CALENDAR.fullmatch(word)) and word.casefold() not in STOP_WORDS}


def _idf(words: Frequencies, total: int) -> dict[str, float]:
    """Weigh words, by their stems, by inverse document frequency (BM25's form) among `total` passages, summing to 1."""
    weights = {stem(word): math.log(1 + (total - found + 0.5) / (found + 0.5)) for word, found in words.items()}
    return {word: weight / sum(weights.values()) for word, weight in weights.items()}


def _coverage(idf: Mapping[str, float], words: set[str]) -> float:
    return sum(weight for word, weight in idf.items() if word in words)
