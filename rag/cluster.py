"""Sentences of many articles in, clusters of those that tell the same out. Memory grows with the sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rag.choose import Worth
from rag.likeness import Likeness
from rag.records import Sentence

# The likeness from which sentences are joined. Higher than that from which one would repeat another (SAME): what is joined is shown by
# one sentence alone, and counts as told by all.
JOINED = 1.2
# Clusters are made around the sentences of most worth, as many as this.
MAX_CLUSTERS = 300
# How far a sentence is told again is asked of so many other origins, those that tell most of it: not every article goes back to it.
RETOLD_BY = 3


@dataclass(frozen=True, slots=True)
class Cluster:
    """Sentences that tell the same, each of another article; the one of most worth is first.

    `retold` is how far other origins tell of it too: the likeness (-1 to 2) of the sentence of each that is most like it, the mean of the
    RETOLD_BY greatest; 0 when there is no other.
    """

    sentences: tuple[Sentence, ...]
    worth: float
    retold: float = 0.0

    @property
    def origins(self) -> int:
        """Count the independent origins; an article and its copies are one."""
        return len({sentence.origin for sentence in self.sentences})


def clusters(sentences: Sequence[Sentence], worth: Worth, same: float = JOINED) -> list[Cluster]:
    """Join sentences that tell the same; give the clusters by the worth (n,) of their best sentence.

    The leader algorithm (Hartigan 1975): the sentence of most worth gathers all that are near it, then the best of those left does.
    `same` is the likeness from which two tell the same (-1 to 2).
    """
    if not sentences:
        return []
    likeness = Likeness(sentences)
    _, origins = np.unique([sentence.origin for sentence in sentences], return_inverse=True)
    free = np.ones(len(sentences), dtype=bool)
    order = np.argsort(-worth, kind="stable")
    found: list[Cluster] = []
    for leader in map(int, order):
        if len(found) == MAX_CLUSTERS:
            break
        if not free[leader]:
            continue
        alike = likeness.to(leader)
        near = free & (alike >= same)
        near[leader] = True
        free &= ~near
        best: dict[str, Sentence] = {}
        for member in (int(place) for place in order if near[place]):
            best.setdefault(sentences[member].article.id, sentences[member])
        found.append(Cluster(tuple(best.values()), float(worth[leader]), _retold(alike, origins, int(origins[leader]))))
    return found


def _retold(alike: npt.NDArray[np.float64], origins: npt.NDArray[np.int64], own: int) -> float:
    """Give how far a sentence of origin `own` is told again, from the likeness of n sentences to it and their origins, both (n,)."""
    most = np.full(origins.max() + 1, -np.inf)
    np.maximum.at(most, origins, alike)
    others = np.delete(most, own)
    return float(np.sort(others)[-RETOLD_BY:].mean()) if len(others) else 0.0
