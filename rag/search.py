"""A question in, passages out: dense neighbours and BM25 matches, fused by a weighted sum of normalised scores."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from rag.records import NO_FILTERS, Filters, Hit, Sought, Vectors
from rag.store import Store
from rag.variants import variants
from rag.words import tokens

if TYPE_CHECKING:
    from rag.index import Index

CANDIDATES = 30
# How many nearest passages are sifted by the filters for each that is wanted: so many at first, more when too few of them pass.
SIFTED = (20, 300)
MAX_SIFTED = 10_000
# When no more passages than this pass the filters, every one is looked at.
FEW = 3_000
# Share of the cosine in the fused score; the rest is BM25's. Chosen on held-out questions (eval/LOG.md).
DENSE_WEIGHT = 0.7
# onnxruntime and Chroma work here while SQLite counts and matches words; all let go of Python's lock meanwhile.
BESIDE = ThreadPoolExecutor(thread_name_prefix="beside")
# Words count in full from this share of what a passage with every word of the question would score. Below it the best of them is
# no match, and says little: a question in other words than the article's shares only the commonest with anything.
ENOUGH_WORDS = 0.8
# In a library of fewer passages how rare a word is says little, and the best match by words counts in full.
MANY_PASSAGES = 100
# Share of common words (Jaccard) from which a passage repeats another of the same origin.
SAME_WORDS = 0.6


def search(sought: Sought, store: Store, index: Index, filters: Filters, limit: int, *, candidates: int = CANDIDATES) -> list[Hit]:
    """Give the `limit` best passages for what is sought, best first, of as many `candidates` by vectors and by words.

    A weighted sum (convex combination, Bruch et al. 2023) of the cosine and of BM25 divided by the best BM25, or by ENOUGH_WORDS of
    what a passage with all the words would score where that is more. A passage that only BM25 found gets the lowest cosine of the
    dense candidates, one that only they hold a BM25 of 0.
    """
    nearest = BESIDE.submit(_nearest, sought.vector, store, index, filters, candidates)
    lexical = dict(store.words.matching(sought.words, filters, candidates))
    dense = dict(nearest.result())
    lowest = min(dense.values(), default=0.0)
    whole = store.words.of_all_words(sought.words) if store.words.passage_count() >= MANY_PASSAGES else 0.0
    highest = max(*lexical.values(), ENOUGH_WORDS * whole, 0.0) or 1.0
    fused = {
        passage: DENSE_WEIGHT * dense.get(passage, lowest) + (1 - DENSE_WEIGHT) * lexical.get(passage, 0.0) / highest
        for passage in dense | lexical
    }
    places = store.places(list(fused))
    best = _folded(sorted(places, key=lambda passage: (-fused[passage], passage)), store, limit)
    return [Hit(passage, *places[passage], score=fused[passage], cosine=dense.get(passage)) for passage in best]


def _nearest(vector: Vectors, store: Store, index: Index, filters: Filters, count: int) -> list[tuple[int, float]]:
    """Give the `count` nearest passages that pass the filters, as `Index.nearest` does.

    The index is asked last: among a million vectors its own filter takes 0.6 to 3 s of CPU, whether many pass or few. To sift the 600
    nearest takes 12 ms there, 9,000 0.1 s, and to look at 3,000 vectors as long.
    """
    if filters == NO_FILTERS:
        return index.nearest(vector, count, filters)
    first, then = (min(times * count, MAX_SIFTED) for times in SIFTED)
    if found := _sifted(vector, store, index, filters, count, first):
        return found
    passing = store.some_passing(filters, FEW + 1)
    if len(passing) <= FEW:
        return index.nearest_of(passing, vector, count)
    found = _sifted(vector, store, index, filters, count, then) if then > first else []
    return found or index.nearest(vector, count, filters)


def _sifted(vector: Vectors, store: Store, index: Index, filters: Filters, count: int, many: int) -> list[tuple[int, float]]:
    """Give those of the `many` nearest passages that pass the filters, the first `count`; nothing when there may be more beyond."""
    found = index.nearest(vector, many, NO_FILTERS)
    passing = store.passing([passage for passage, _ in found], filters)
    enough = len(passing) >= count or len(found) < many
    return [each for each in found if each[0] in passing][:count] if enough else []


def _folded(passages: list[int], store: Store, limit: int) -> list[int]:
    """Give the first `limit` passages that repeat no earlier one: the same story told in much the same words.

    A copy in which another number or name stands is what must not be hidden.
    """
    texts = store.passage_texts(passages)
    kept: list[int] = []
    seen = defaultdict[str | None, list[tuple[str, set[str]]]](list)
    for passage in passages:
        origin, text = texts[passage]
        words = set(tokens(text.casefold()))
        if not any(_alike(words, others) and not variants(text, other) for other, others in seen[origin]):
            kept.append(passage)
            seen[origin].append((text, words))
        if len(kept) == limit:
            break
    return kept


def _alike(first: set[str], second: set[str]) -> bool:
    if len(first & second) < SAME_WORDS * len(first | second):
        return False
    return not any(char.isdigit() for word in first ^ second for char in word)
