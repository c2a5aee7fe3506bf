"""Synthetic vectors, the truth that brute force gives, and the curve of the vector search on a small graph."""

from __future__ import annotations

import numpy as np
import pytest

from eval.synthetic import BLOCK, Collection, Synthetic, block_of, nearest, spread
from eval.vectors import curves, recall, tenth_cosines


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def real() -> np.ndarray:
    """Pairs of neighbours, close ones and distant ones, that differ in 8 of 32 directions."""
    draw = np.random.default_rng(1)
    centres = draw.normal(size=(300, 32))
    apart = np.zeros((300, 32))
    apart[:, :8] = draw.normal(size=(300, 8)) * np.where(np.arange(300) < 150, 0.05, 0.8)[:, np.newaxis]
    return unit(np.concatenate([centres, centres + apart]))


def test_a_block_is_the_same_each_time_and_unlike_the_next(real):
    synthetic = Synthetic(real)
    block = synthetic.block(3)
    assert block.shape == (BLOCK, 32)
    assert block.dtype == np.float32
    assert np.linalg.norm(block, axis=1) == pytest.approx(1, abs=1e-5)
    assert (block == Synthetic(real).block(3)).all()
    assert not (block == synthetic.block(4)).any(axis=1).any()
    assert not (block == Synthetic(real, seed=1).block(3)).any(axis=1).any()


def test_draws_keep_crowded_places_crowded_and_differ_as_neighbours_do(real):
    block = Synthetic(real).block(0)
    around, cosines = nearest(block, real, 1)
    close = np.isin(around[:, 0] % 300, np.arange(150))
    assert np.median(cosines[close]) > 0.999 > 0.98 > np.median(cosines[~close])
    moved = block[close] - real[around[close, 0]]
    assert np.linalg.norm(moved[:, :8]) > 3 * np.linalg.norm(moved[:, 8:])


def test_brute_force_gives_the_nearest_in_order():
    vectors = unit(np.array([[1, 0], [1, 1], [0, 1], [-1, 0]]))
    places, cosines = nearest(unit(np.array([[1, 0.1]])), vectors, 3)
    assert places.tolist() == [[0, 1, 2]]
    assert cosines[0] == pytest.approx([0.995, 0.774, 0.0995], abs=1e-3)


def test_spread_leaves_a_vector_itself_out():
    vectors = unit(np.array([[1, 0], [1, 0.01], [0, 1], [0.01, 1]]))
    assert spread(vectors, 2)["cosine to neighbour 1, 50 %"] == pytest.approx(1, abs=1e-3)
    assert spread(vectors, 2)["cosine to neighbour 2, 50 %"] == pytest.approx(0.015, abs=1e-3)


def test_the_parts_of_a_collection_begin_where_they_are_told_to_and_end_at_its_size():
    vectors = np.arange(2 * BLOCK + 50, dtype=np.float32)[:, np.newaxis]
    collection = Collection("numbers", lambda number: block_of(vectors, number), 2 * BLOCK + 10)
    parts = list(collection.parts(BLOCK - 5))
    assert [(first, len(part)) for first, part in parts] == [(BLOCK - 5, 5), (BLOCK, BLOCK), (2 * BLOCK, 10)]
    assert np.concatenate([part for _, part in parts])[:, 0].tolist() == list(range(BLOCK - 5, 2 * BLOCK + 10))
    assert list(collection.parts(2 * BLOCK + 10)) == []


def test_the_tenth_cosine_is_that_over_all_parts():
    vectors = unit(np.random.default_rng(2).normal(size=(BLOCK + 500, 8)))
    collection = Collection("any", lambda number: block_of(vectors, number), len(vectors))
    questions = unit(np.random.default_rng(3).normal(size=(20, 8)))
    assert tenth_cosines(collection, questions) == pytest.approx(nearest(questions, vectors, 10)[1][:, -1], abs=1e-6)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([0.9] * 10, 1.0),
        ([0.9] * 30, 1.0),
        ([0.9] * 9 + [0.5], 0.9),
        ([0.9] * 9 + [0.7 - 1e-7], 1.0),
        ([0.6] * 30, 0.0),
        ([0.9] * 4, 0.4),
        ([], 0.0),
    ],
    ids=["all", "more-than-ten", "one-missed", "equally-near", "none", "too-few", "nothing"],
)
def test_recall_counts_what_is_as_near_as_the_tenth(found, expected):
    assert recall(found, 0.7) == pytest.approx(expected)


def test_the_curve_is_that_of_the_largest_collection_by_graph():
    def row(size, neighbours, ef, recalled, p95):
        about = {"vectors": "synthetic", "size": size, "max_neighbors": neighbours, "ef_construction": 100, "ef_search": ef}
        return about | {"recall@10": recalled, "p95 (ms)": p95}

    rows = [row(100, 16, 50, 0.9, 1.0), row(1000, 16, 200, 1.0, 5.0), row(1000, 16, 50, 0.75, 2.0), row(1000, 32, 50, 0.875, 3.0)]
    assert curves(rows) == {
        "16 neighbours, 100 in construction": [(0.25, 2.0), (1 / 2000, 5.0)],
        "32 neighbours, 100 in construction": [(0.125, 3.0)],
    }
