"""`python -m eval.vectors`: what the vector search finds and what it takes, over its settings and the number of vectors.

The vectors are drawn around those of an indexed home (eval/synthetic.py), and brute force says which are the nearest. A graph is filled
from one size to the next. What stands in --out is not measured again, so that a long run may be broken off and repeated, or gone on with at
larger sizes.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import asdict, replace
from datetime import date, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from eval.gold import FOLDER
from eval.plot import Curves, draw
from eval.synthetic import BLOCK, Collection, Synthetic, block_of, spread
from rag.database import BUSY_S
from rag.errors import ClippingsError, InputError
from rag.index import Graph, Index
from rag.pipeline import Pipeline
from rag.reader.rows import read_rows
from rag.records import NO_FILTERS, ArticleInfo, Vectors
from rag.search import CANDIDATES
from rag.settings import Settings

SIZES = (10_000, 100_000, 1_000_000)
GRAPHS = ("16:100", "32:200")
EF_SEARCH = (50, 100, 200, 400, 800)
QUESTIONS = 200
RECALLED = 10
# Each question is asked so many times and its fastest time counts, as other work on the machine only ever adds to it.
ROUNDS = 3
# What rounding may take from a cosine.
TOLERANCE = 1e-5
PASSAGES_PER_ARTICLE = 16
Row = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is not in --out yet, print it, and draw all there is at the largest size; give the exit status."""
    parser = argparse.ArgumentParser(prog="python -m eval.vectors", description=__doc__)
    parser.add_argument("--home", type=Path, metavar="DIR", help="the indexed home whose vectors are the model (default: RAG_HOME)")
    parser.add_argument("--news", type=Path, nargs="*", default=[], metavar="FOLDER", help="ask its questions too (RealTime QA)")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), metavar="N", help="numbers of vectors")
    parser.add_argument("--graphs", nargs="+", default=list(GRAPHS), metavar="M:C", help="max_neighbors and ef_construction of each graph")
    parser.add_argument("--ef", type=int, nargs="+", default=list(EF_SEARCH), metavar="N", help="values of ef_search")
    parser.add_argument("--work", type=Path, required=True, metavar="DIR", help="where the graphs are kept (4 GB for a million vectors)")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="where the figures go as JSON")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="where the curves at the largest size go (.svg or .png)")
    options = parser.parse_args(arguments)
    try:
        asked = _measured(options)
    except ClippingsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if options.plot:
        draw(curves(asked), options.plot, x="neighbours missed (1 - recall@10)", y="time of a search, p95 (ms)")
    return 0


def _measured(options: argparse.Namespace) -> list[Row]:
    """Measure each graph at each size; give all rows of --out, old and new."""
    found: dict[str, Any] = {"built": [], "asked": []}
    if options.out.exists():
        found = json.loads(options.out.read_text(encoding="utf-8"))
    settings = Settings.from_env(os.environ)
    real, questions = _model(replace(settings, home=options.home or settings.home), options.news)
    synthetic = Synthetic(real)
    sample = real[:BLOCK]
    found["spread"] = {"real": spread(sample), "synthetic": spread(synthetic.block(0)[: len(sample)])}
    collections = [Collection("real", partial(block_of, real), len(real))]
    collections += [Collection("synthetic", synthetic.block, size) for size in sorted({len(real), *options.sizes})]
    for collection in collections:
        tenth: Vectors | None = None
        for graph in map(_graph, options.graphs):
            about = {"vectors": collection.name, "size": collection.size, **asdict(graph)}
            wanted = [about | {"ef_search": ef} for ef in options.ef]
            missing = [each for each in wanted if not any(each.items() <= row.items() for row in found["asked"])]
            if not missing:
                continue
            folder = options.work / f"{collection.name}-{graph.max_neighbors}-{graph.ef_construction}"
            built = _apart(fill, folder, graph, collection)
            if built["from"] > collection.size:
                sys.stderr.write(f"{folder} holds {built['from']} vectors already: {collection.size} are left out\n")
                continue
            found["built"] += [about | built] if built["from"] < collection.size else []
            tenth = tenth_cosines(collection, questions) if tenth is None else tenth
            for each in missing:
                set_ef_search(folder, each["ef_search"])
                found["asked"].append(each | _apart(ask, folder, questions, tenth))
                options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
                sys.stdout.write(f"{found['asked'][-1]}\n")
    return list(found["asked"])


def _model(settings: Settings, news: Sequence[Path]) -> tuple[Vectors, Vectors]:
    """Give the vectors of a home's passages, as `vectors_of` does, and those (m, dim) of QUESTIONS questions."""
    pipeline = Pipeline(settings)
    real = vectors_of(pipeline)
    files = [*sorted(FOLDER.glob("*.jsonl")), *(folder / "questions.jsonl.gz" for folder in news)]
    texts = [str(row["question"]) for row in read_rows(files, ("question",))]
    questions = pipeline.encoder.encode(texts[:: max(1, len(texts) // QUESTIONS)][:QUESTIONS])
    pipeline.close()
    return real, questions


def vectors_of(pipeline: Pipeline) -> Vectors:
    """Give the (n, dim) vectors of a home's passages, in the order of their ids.

    Raises:
        InputError: there are too few to draw others from.
    """
    ids = sorted(pipeline.index.ids())
    if len(ids) <= RECALLED:
        home = pipeline.settings.home
        raise InputError(f"{home} holds {len(ids)} passages, too few to draw from: sync some articles, or give another --home")
    return pipeline.index.vectors(ids)


def _graph(text: str) -> Graph:
    try:
        neighbours, construction = map(int, text.split(":"))
    except ValueError as error:
        raise InputError(f"--graphs {text}: give max_neighbors and ef_construction, such as 16:100") from error
    return Graph(neighbours, construction)


def _apart(run: Callable[..., Any], *values: Any) -> Any:
    """Run in a new process, whose memory is not that of what ran before."""
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(run, *values).result()


def tenth_cosines(collection: Collection, questions: Vectors) -> Vectors:
    """Give for each question (m, dim) the cosine (m,) of its RECALLEDth nearest vector, by brute force."""
    best = np.full((len(questions), RECALLED), -1.0, dtype=np.float32)
    for _, vectors in collection.parts():
        near = np.concatenate([best, questions @ vectors.T], axis=1)
        best = -np.partition(-near, RECALLED - 1, axis=1)[:, :RECALLED]
    return np.asarray(best.min(axis=1))


def recall(found: Sequence[float], tenth: float) -> float:
    """Give the share of the RECALLED nearest that a search found, by the cosines that it gives, best first.

    What is as near as the last of them is one of them (Aumüller et al. 2020): of two that are equally near, either will do.
    """
    return sum(cosine >= tenth - TOLERANCE for cosine in found[:RECALLED]) / RECALLED


def fill(folder: Path, graph: Graph, collection: Collection) -> Row:
    """Add what a graph lacks of a collection; say how many vectors it held before, and how fast the others came in."""
    index = Index(folder, None, collection.name, graph)
    before, begun = index.count(), time.perf_counter()
    for first, vectors in collection.parts(before):
        places = range(first, first + len(vectors))
        index.add(places, [_article(place) for place in places], vectors)
    rate = (collection.size - before) / (time.perf_counter() - begun)
    index.close()
    return {"vectors/s": rate, "from": before, "load": os.getloadavg()[0]}


def _article(place: int) -> ArticleInfo:
    """Make up the article of a passage: one of 40 outlets, on one of 1,000 days."""
    number = place // PASSAGES_PER_ARTICLE
    day = date(2022, 1, 1) + timedelta(number % 1000)
    return ArticleInfo(f"{number:016}", "", f"Outlet {number % 40}", (), day.isoformat(), None, "", None)


def set_ef_search(folder: Path, value: int) -> None:
    """Let a closed graph be searched with another ef_search, where Chroma keeps it; to change it by Chroma fails at times."""
    with closing(sqlite3.connect(folder / "chroma.sqlite3", timeout=BUSY_S)) as database, database:
        place = '$.keys."#embedding".float_list.vector_index.config.hnsw.ef_search'
        database.execute("UPDATE collections SET schema_str = json_replace(schema_str, ?, ?)", (place, value))


def ask(folder: Path, questions: Vectors, tenth: Vectors) -> Row:
    """Search a graph for each of the questions (m, dim) as the product does, one after another."""
    before = held_mb()
    index = Index(folder, None, "")
    spent = np.full((ROUNDS, len(questions)), np.inf)
    recalls: list[float] = []
    for number in range(ROUNDS):
        for place, question in enumerate(questions):
            begun = time.perf_counter()
            found = index.nearest(question, CANDIDATES, NO_FILTERS)
            spent[number, place] = 1000 * (time.perf_counter() - begun)
            if number == 0:
                recalls.append(recall([cosine for _, cosine in found], float(tenth[place])))
    p50, p95 = np.percentile(spent.min(axis=0), [50, 95])
    held = held_mb() - before
    index.close()
    disk = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
    return {
        "recall@10": float(np.mean(recalls)),
        "p50 (ms)": float(p50),
        "p95 (ms)": float(p95),
        "memory (MB)": held,
        "disk (MB)": disk,
        "load": os.getloadavg()[0],
    }


def held_mb() -> float:
    """Give the memory that this process holds (MB)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def curves(asked: Sequence[Row]) -> Curves:
    """Give the time of a search over the neighbours missed, for each graph of the largest collection.

    Where none was missed, one in all that were asked for counts as missed, as 0 has no place on a logarithmic axis.
    """
    largest = max(row["size"] for row in asked)
    found: dict[str, list[tuple[float, float]]] = {}
    for row in sorted(asked, key=lambda row: int(row["ef_search"])):
        if (row["vectors"], row["size"]) == ("synthetic", largest):
            missed = max(1 - row["recall@10"], 1 / (QUESTIONS * RECALLED))
            name = f"{row['max_neighbors']} neighbours, {row['ef_construction']} in construction"
            found.setdefault(name, []).append((missed, row["p95 (ms)"]))
    return found


if __name__ == "__main__":
    sys.exit(main())
