"""A question in, passages out: dense neighbours and BM25 matches, fused by a weighted sum of normalised scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.records import Filters, Hit, Sought
from rag.store import Store
from rag.words import tokens

if TYPE_CHECKING:
    from rag.index import Index

CANDIDATES = 30
# Share of the cosine in the fused score; the rest is BM25's. Chosen on held-out questions (eval/LOG.md).
DENSE_WEIGHT = 0.7
# Share of common words (Jaccard) from which a passage repeats another of the same origin.
SAME_WORDS = 0.6


def search(sought: Sought, store: Store, index: Index, filters: Filters, limit: int, *, candidates: int = CANDIDATES) -> list[Hit]:
    """Give the `limit` best passages for what is sought, best first, of as many `candidates` by vectors and by words.

    A weighted sum (convex combination, Bruch et al. 2023) of the cosine and of BM25 divided by the best BM25. A passage
    that only BM25 found gets the lowest cosine of the dense candidates, one that only they hold a BM25 of 0.
    """
    dense = dict(index.nearest(sought.vector, candidates, filters))
    lexical = dict(store.words.matching(sought.words, filters, candidates))
    lowest = min(dense.values(), default=0.0)
    highest = max(lexical.values(), default=1.0)
    fused = {
        passage: DENSE_WEIGHT * dense.get(passage, lowest) + (1 - DENSE_WEIGHT) * lexical.get(passage, 0.0) / highest
        for passage in dense | lexical
    }
    places = store.places(list(fused))
    best = _folded(sorted(places, key=lambda passage: (-fused[passage], passage)), store, limit)
    return [Hit(passage, *places[passage], score=fused[passage]) for passage in best]


def _folded(passages: list[int], store: Store, limit: int) -> list[int]:
    """Give the first `limit` passages that repeat no earlier one: the same story told in much the same words, with the same numbers."""
    texts = store.passage_texts(passages)
    kept: list[int] = []
    seen: list[tuple[str | None, set[str]]] = []
    for passage in passages:
        origin, text = texts[passage]
        words = set(tokens(text.casefold()))
        if not any(origin == other and _same(words, theirs) for other, theirs in seen):
            kept.append(passage)
            seen.append((origin, words))
        if len(kept) == limit:
            break
    return kept


def _same(first: set[str], second: set[str]) -> bool:
    numbers = {word for word in first ^ second if any(char.isdigit() for char in word)}
    return not numbers and len(first & second) >= SAME_WORDS * len(first | second)
