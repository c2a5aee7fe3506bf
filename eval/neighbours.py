"""`python -m eval.neighbours`: recall and time of the vector search over its one setting, at sizes beyond a library's own.

Each size gets an index of its own. Up to the library's size its vectors are real; beyond, each is a real one moved by the
difference of two passages of one article, so that it has neighbours as near as real ones have.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from tqdm import tqdm

from eval.realtimeqa import read_rows
from rag.index import Index
from rag.pipeline import Pipeline
from rag.records import NO_FILTERS, ArticleInfo, Vectors
from rag.search import CANDIDATES
from rag.settings import Settings

SIZES = (10_000, 100_000, 1_000_000)
EF_SEARCH = (50, 100, 200, 400)
QUESTIONS = 200
NEIGHBOURS = 10
# How far a made vector is moved, as a share of the difference of two passages.
MOVED = 0.5
BATCH = 5_000
Figures = dict[str, float]


def main() -> None:
    """Measure, print a table and write it as JSON."""
    parser = argparse.ArgumentParser(prog="python -m eval.neighbours", description=__doc__)
    parser.add_argument("--news", type=Path, required=True, metavar="FOLDER", help="a RealTime QA folder, for its questions")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), metavar="N")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where the figures go as JSON")
    options = parser.parse_args()
    pipeline = Pipeline(Settings.from_env(os.environ))
    texts = [str(row["question"]) for row in read_rows(options.news / "questions.jsonl.gz")]
    questions = pipeline.encoder.encode(texts[:: max(1, len(texts) // QUESTIONS)][:QUESTIONS])
    real = _stored(pipeline)
    pipeline.close()
    found = [each for size in options.sizes for each in measure(real, questions, size)]
    for each in found:
        sys.stdout.write("  ".join(f"{name} {value:g}" for name, value in each.items()) + "\n")
    if options.out:
        options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def measure(real: Vectors, questions: Vectors, size: int) -> list[Figures]:
    """Index `size` vectors made of real ones (n, dim), and search for questions (m, dim) with each setting."""
    vectors = made(real, size)
    nearest = exact(vectors, questions)
    with tempfile.TemporaryDirectory() as folder:
        index = Index(Path(folder) / "chroma", None, "neighbours")
        begun = time.perf_counter()
        for ids in tqdm(list(_batches(size)), unit_scale=BATCH, unit=" vectors", file=sys.stderr, disable=None):
            index.add(ids, [NOBODY] * len(ids), vectors[ids.start : ids.stop])
        built = time.perf_counter() - begun
        found = []
        for ef_search in EF_SEARCH:
            with index._opened() as collection:
                collection.modify(configuration={"hnsw": {"ef_search": ef_search}})
            index.close()
            found.append(
                {"vectors": size, "ef_search": ef_search, **_search(index, questions, nearest), "indexing (vectors/s)": size / built}
            )
        index.close()
    return found


def made(real: Vectors, size: int, seed: int = 7) -> Vectors:
    """Give `size` unit vectors (size, dim): the real ones, and when these are too few, others with their statistics."""
    random = np.random.default_rng(seed)
    vectors = np.empty((size, real.shape[1]), dtype=np.float32)
    vectors[: len(real)] = real[:size]
    for ids in _batches(size):
        more = np.arange(max(ids.start, len(real)), ids.stop)
        if len(more):
            beside = random.integers(len(real) - 1, size=len(more))
            moved = real[random.integers(len(real), size=len(more))] + MOVED * (real[beside] - real[beside + 1])
            vectors[more] = moved / np.linalg.norm(moved, axis=1, keepdims=True)
    return vectors


def exact(vectors: Vectors, questions: Vectors) -> list[set[int]]:
    """Give the ids of the NEIGHBOURS vectors nearest to each question, by comparing all."""
    scores = np.concatenate([vectors[ids.start : ids.stop] @ questions.T for ids in _batches(len(vectors))])
    return [set(map(int, np.argpartition(-column, NEIGHBOURS)[:NEIGHBOURS])) for column in scores.T]


def _search(index: Index, questions: Vectors, nearest: Sequence[set[int]]) -> Figures:
    index.nearest(questions[0], CANDIDATES, NO_FILTERS)
    recalls, times = [], []
    for question, wanted in zip(questions, nearest, strict=True):
        begun = time.perf_counter()
        given = index.nearest(question, CANDIDATES, NO_FILTERS)
        times.append(1000 * (time.perf_counter() - begun))
        recalls.append(len(wanted & {passage for passage, _ in given[:NEIGHBOURS]}) / NEIGHBOURS)
    p50, p95 = np.percentile(times, [50, 95])
    return {f"recall@{NEIGHBOURS}": float(np.mean(recalls)), "p50 (ms)": float(p50), "p95 (ms)": float(p95)}


def _stored(pipeline: Pipeline) -> Vectors:
    """Give the vectors of a library's passages, in the order of their ids, so that those of one article stand together."""
    ids = sorted(pipeline.index.ids())
    with pipeline.index._opened() as collection:
        parts = [
            collection.get(ids=[str(each) for each in ids[part.start : part.stop]], include=["embeddings"]) for part in _batches(len(ids))
        ]
    return np.concatenate([_in_order(part) for part in parts]).astype(np.float32)


def _in_order(part: dict[str, Vectors]) -> Vectors:
    order = np.argsort([int(name) for name in part["ids"]])
    return np.asarray(part["embeddings"])[order]


def _batches(size: int) -> Iterator[range]:
    for start in range(0, size, BATCH):
        yield range(start, min(start + BATCH, size))


NOBODY = ArticleInfo("a", "", None, (), None, None, "", None)

if __name__ == "__main__":
    main()
