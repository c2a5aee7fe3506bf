"""Vectors like those of a real collection, as many as are wanted: what a collection of a million passages would be searched among."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rag.records import Vectors

# Vectors come in blocks of so many, each drawn from the seed and its own number, so that a million are never held at once.
BLOCK = 10_000


@dataclass(frozen=True, slots=True)
class Collection:
    """The first `size` of the vectors that `block` gives by the number of a block; `name` says what they are."""

    name: str
    block: Callable[[int], Vectors]
    size: int

    def parts(self, start: int = 0) -> Iterator[tuple[int, Vectors]]:
        """Give the vectors from place `start` on, as (place of the first, vectors), at most a block at a time."""
        while start < self.size:
            skipped = start // BLOCK * BLOCK
            part = self.block(start // BLOCK)[start - skipped : self.size - skipped]
            yield start, part
            start += len(part)


def block_of(vectors: Vectors, number: int) -> Vectors:
    """Give a block of vectors that are there."""
    return vectors[number * BLOCK : (number + 1) * BLOCK]


class Synthetic:
    """Draws around real vectors: a real one, moved about as far as its nearest neighbour is, in the directions in which neighbours differ.

    The noise has the covariance of the differences between nearest neighbours. For each real vector it is as long as its own such
    difference over the square root of 2, since two draws around one vector differ by the noise of both: so crowded places stay crowded
    and empty ones empty, which uniform noise would level. `spread` of the two in a collection is compared by `python -m eval.vectors`.
    """

    def __init__(self, real: Vectors, seed: int = 0) -> None:
        """Learn from (n, dim) unit vectors of a real collection."""
        self._real, self._seed = real, seed
        neighbour = nearest(real, real, 2)[0][:, 1]
        differences = real[neighbour] - real
        self._reach = np.linalg.norm(differences, axis=1) / np.sqrt(2)
        values, directions = np.linalg.eigh(np.cov(differences, rowvar=False))
        self._shape = (directions * np.sqrt(np.maximum(values, 0) / values.sum())).T.astype(np.float32)

    def block(self, number: int) -> Vectors:
        """Give the BLOCK vectors (BLOCK, dim) of unit length of this number, always the same."""
        draw = np.random.default_rng((self._seed, number))
        around = draw.integers(len(self._real), size=BLOCK)
        noise = draw.standard_normal((BLOCK, self._real.shape[1]), dtype=np.float32) @ self._shape
        vectors = self._real[around] + self._reach[around, np.newaxis] * noise
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def nearest(queries: Vectors, vectors: Vectors, limit: int) -> tuple[npt.NDArray[np.int64], Vectors]:
    """Give the places and cosines (m, limit) of the `limit` nearest of (n, dim) unit vectors to each of m, best first, by brute force."""
    places, cosines = [], []
    for start in range(0, len(queries), 1000):
        near = queries[start : start + 1000] @ vectors.T
        best = np.argpartition(-near, limit - 1, axis=1)[:, :limit]
        values = np.take_along_axis(near, best, axis=1)
        order = np.argsort(-values, axis=1, kind="stable")
        places.append(np.take_along_axis(best, order, axis=1))
        cosines.append(np.take_along_axis(values, order, axis=1))
    return np.concatenate(places), np.concatenate(cosines)


def spread(vectors: Vectors, limit: int = 10) -> dict[str, float]:
    """Say how crowded (n, dim) unit vectors are: quantiles over all of them of the cosine to the first and to the `limit`th neighbour."""
    cosines = nearest(vectors, vectors, limit + 1)[1]
    return {
        f"cosine to neighbour {place}, {share} %": float(np.percentile(cosines[:, place], share))
        for place in (1, limit)
        for share in (10, 50, 90)
    }
