"""How indexing, asking, memory and disk grow with the library: one home that is filled step by step, and measured at each."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import numpy as np

from eval.plot import Curves
from rag.embed import load_encoder, packaged_model
from rag.index import Index
from rag.indexing import passage_text
from rag.pipeline import Pipeline
from rag.progress import bar
from rag.reader.rows import read_rows
from rag.records import NO_FILTERS, Filters
from rag.split import split

PROJECT = Path(__file__).parent.parent
SIZES = (300, 3_000, 15_000)
QUESTIONS = 120
ASKERS = 20
Figures = dict[str, float]
# The service's own process without its socket: what it holds once it has answered, and after all questions.
SERVICE = """
import json, os, resource, sys
from app import build
from rag.pipeline import Pipeline
from rag.settings import Settings
from ui.work import Work

def held():
    return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize() / 1e6

pipeline = Pipeline(Settings.from_env(os.environ))
build(pipeline, Work(), measuring=Work(), local=True)
first, *others = json.load(sys.stdin)
pipeline.ask(first)
idle = held()
for question in others:
    pipeline.ask(question)
print(idle, held())
"""


def measure(pipeline: Pipeline, folders: Sequence[Path], sizes: Sequence[int], work: Path) -> list[Figures]:
    """Fill an empty home with the first articles of RealTime QA folders (eval/realtimeqa.py), and measure at each of the sizes.

    `work` is a folder for what is needed besides. Questions are asked with the trained reader and without it.
    """
    questions = [str(row["question"]) for folder in folders for row in read_rows([folder / "questions.jsonl.gz"], ("question",))]
    asked = questions[:: max(1, len(questions) // QUESTIONS)][:QUESTIONS]
    reader = pipeline.reader
    found: list[Figures] = []
    plain = 0.0
    for size in sizes:
        figures = _fill(pipeline, folders, size, work / "articles.jsonl")
        plain = plain or plain_rate(pipeline, work / "plain")
        figures["indexing, rate / plain recipe's"] = figures["indexing (passages/s)"] / plain
        for way, used in (("with the reader", reader), ("without it", None)):
            pipeline.reader = used
            figures |= {f"{name}, {way}": value for name, value in _at_once(pipeline, asked).items()}
        found.append(figures | _hold(pipeline.settings.home, asked))
    return found


def plain_rate(pipeline: Pipeline, folder: Path) -> float:
    """Give the rate (passages/s) of the usual recipe with the articles of a home, in the same passages.

    That is sentence-transformers as it comes, in torch, and Chroma; nothing else is cleaned, stored or indexed.
    """
    articles = [pipeline.store.article(info.id) for info in pipeline.store.select(NO_FILTERS)]
    import torch

    reference = load_encoder(str(packaged_model()), folder)
    # What was indexed before has left torch at a core for each batch (rag/bulk.py), in threads to come as well.
    torch.set_num_threads(os.cpu_count() or 1)
    reference.encode(["It is loaded, and has run once."])
    index = Index(folder, None, "plain")
    begun = time.perf_counter()
    owned = [(each.info, passage.span.text) for each in articles for passage in split(each.text).passages]
    texts = [passage_text(info, text) for info, text in owned]
    index.add(range(len(texts)), [info for info, _ in owned], reference.encode(texts))
    taken = time.perf_counter() - begun
    index.close()
    return len(texts) / taken


def _fill(pipeline: Pipeline, folders: Sequence[Path], size: int, export: Path) -> Figures:
    """Bring the home to the first `size` articles, one folder after another."""
    with export.open("w", encoding="utf-8") as file:
        file.writelines(islice(_lines(folders), size))
    with bar("articles") as progress:
        report = pipeline.library.sync([export], progress)
    return {
        "articles": pipeline.store.count(),
        "passages": pipeline.index.count(),
        "indexing (articles/s)": len(report.added) / report.seconds,
        "indexing (passages/s)": report.passages / report.seconds,
        "indexing (share inside the encoder)": report.encode_s / report.seconds,
    }


def _lines(folders: Iterable[Path]) -> Iterator[str]:
    for folder in folders:
        with gzip.open(folder / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
            yield from lines


def asking(pipeline: Pipeline, questions: Sequence[str], filters: Filters = NO_FILTERS) -> Figures:
    """Ask one after another; say how long each stage takes."""
    timings = [pipeline.ask(question, filters).timings_ms for question in questions]
    figures: Figures = {}
    for name, stage in (("ask", "total"), ("  search", "search"), ("  read", "read"), ("  answer", "answer")):
        p50, p95 = np.percentile([each[stage] for each in timings], [50, 95])
        figures |= {f"{name}, p50 (ms)": float(p50), f"{name}, p95 (ms)": float(p95)}
    return figures


def _at_once(pipeline: Pipeline, questions: Sequence[str]) -> Figures:
    """Ask one after another, and ASKERS at a time, all of them warm."""
    pipeline.ask(questions[0])
    begun = time.perf_counter()
    figures = asking(pipeline, questions)
    alone = len(questions) / (time.perf_counter() - begun)
    with ThreadPoolExecutor(ASKERS) as askers:
        begun = time.perf_counter()
        list(askers.map(pipeline.ask, questions))
        together = len(questions) / (time.perf_counter() - begun)
    return figures | {f"{ASKERS} askers at once / one": together / alone}


def _hold(home: Path, questions: Sequence[str]) -> Figures:
    """Say what the service holds in memory, and the home on disk."""
    done = subprocess.run(
        [sys.executable, "-c", SERVICE],
        cwd=PROJECT,
        env=os.environ | {"RAG_HOME": str(home), "RAG_LLM": "quotes"},
        input=json.dumps(questions),
        capture_output=True,
        text=True,
        check=True,
    )
    idle, busy = map(float, done.stdout.split())
    disk = sum(file.stat().st_size for file in home.rglob("*") if file.is_file()) / 1e6
    return {"service after one question (MB)": idle, f"service after {len(questions)} (MB)": busy, "disk (MB)": disk}


def curves(found: Sequence[Figures]) -> Curves:
    """Give the time to ask over the number of articles."""
    return {
        f"{share} {way}": [(each["articles"], each[f"ask, {share} (ms), {way}"]) for each in found]
        for way in ("with the reader", "without it")
        for share in ("p50", "p95")
    }
