"""A question in, passages out: dense neighbours and BM25 matches, fused by a weighted sum of normalised scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.records import NO_FILTERS, Filters, Hit, Sought, Vectors
from rag.store import Store
from rag.variants import variants
from rag.words import tokens

if TYPE_CHECKING:
    from rag.index import Index

CANDIDATES = 30
# Of so many nearest passages those are taken that pass the filters, when they are enough.
SIFTED = 600
# Share of the cosine in the fused score; the rest is BM25's. Chosen on held-out questions (eval/LOG.md).
DENSE_WEIGHT = 0.7
# Share of common words (Jaccard) from which a passage repeats another of the same origin.
SAME_WORDS = 0.6


def search(sought: Sought, store: Store, index: Index, filters: Filters, limit: int, *, candidates: int = CANDIDATES) -> list[Hit]:
    """Give the `limit` best passages for what is sought, best first, of as many `candidates` by vectors and by words.

    A weighted sum (convex combination, Bruch et al. 2023) of the cosine and of BM25 divided by the best BM25. A passage
    that only BM25 found gets the lowest cosine of the dense candidates, one that only they hold a BM25 of 0.
    """
    dense = dict(_nearest(sought.vector, store, index, filters, candidates))
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


def _nearest(vector: Vectors, store: Store, index: Index, filters: Filters, count: int) -> list[tuple[int, float]]:
    """Give the `count` nearest passages that pass the filters, as `Index.nearest` does.

    The index lists all vectors that pass before it searches, so it is asked only for filters that few of the nearest pass.
    """
    if filters != NO_FILTERS and not filters.article_ids:
        found = index.nearest(vector, SIFTED, NO_FILTERS)
        passing = store.passing([passage for passage, _ in found], filters)
        if len(passing) >= count:
            return [each for each in found if each[0] in passing][:count]
    return index.nearest(vector, count, filters)


def _folded(passages: list[int], store: Store, limit: int) -> list[int]:
    """Give the first `limit` passages that repeat no earlier one: the same story told in much the same words, with the same numbers."""
    texts = store.passage_texts(passages)
    kept: list[int] = []
    seen: list[tuple[str | None, str]] = []
    for passage in passages:
        origin, text = texts[passage]
        if not any(origin == other and _same(text, theirs) for other, theirs in seen):
            kept.append(passage)
            seen.append((origin, text))
        if len(kept) == limit:
            break
    return kept


def _same(first: str, second: str) -> bool:
    words, others = (set(tokens(text.casefold())) for text in (first, second))
    numbers = {word for word in words ^ others if any(char.isdigit() for char in word)}
    # A copy in which a name stands for another is what must not be hidden.
    return not numbers and len(words & others) >= SAME_WORDS * len(words | others) and not variants(first, second)
