"""`python -m eval.bench`: how fast indexing, asking and starting up are, side by side in one run.

Ratios to the time inside the encoder are what to compare between machines; the absolute times are information.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from eval import grown, scale
from eval.gold import FOLDER, Question, load_gold
from eval.plot import draw
from eval.scale import Figures, plain_rate
from rag.pipeline import Pipeline
from rag.records import NO_FILTERS
from rag.settings import Settings

PROJECT = Path(__file__).parent.parent
OUT = Path(__file__).parent / "out" / "bench"
PLOT = "scaling.svg"
SIZES = (1_000, 10_000, 100_000)
REPEATS = 3
START_LIMIT_S = 120
# Who asks the page at once, and how often each of them.
USERS = 20
ROUNDS = 5


def main() -> None:
    """Measure, print the figures, and write them with their curves."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench", description=__doc__)
    parser.add_argument(
        "--out", type=Path, default=OUT, metavar="DIR", help=f"where figures.json, {PLOT} and report.html go (default: eval/out/bench)"
    )
    parser.add_argument(
        "--news", type=Path, nargs="+", metavar="FOLDER", help="grow with these articles, and ask their questions (RealTime QA)"
    )
    parser.add_argument(
        "--sizes", type=int, nargs="+", metavar="N", help="measure at so many passages of corpus/, repeated, or so many articles of --news"
    )
    options = parser.parse_args()
    once: Figures = {}
    with tempfile.TemporaryDirectory() as folder:
        home, other = Path(folder) / "home", Path(folder) / "grown"
        if options.news:
            with closing(_pipeline(home)) as pipeline:
                found = scale.measure(pipeline, options.news, options.sizes or scale.SIZES, Path(folder))
        else:
            once = {**_indexing(home), **_asking(home), **_starting(home), **_crowd(home)}
            with closing(_pipeline(home)) as model, closing(_pipeline(other)) as pipeline:
                found = grown.measure(model, pipeline, options.sizes or SIZES, grown.questions_of(()))
    write(options.out, once, found)


def write(out: Path, once: Figures, found: Sequence[Figures]) -> None:
    """Print and write what was measured once, and at each size, and draw the time to ask over the size."""
    rows = {name: [each[name] for each in found] for name in found[0]}
    for name, values in [*((name, [value]) for name, value in once.items()), *rows.items()]:
        sys.stdout.write(f"{name:46}{''.join(f'{value:12.2f}' for value in values)}\n")
    out.mkdir(parents=True, exist_ok=True)
    (out / "figures.json").write_text(json.dumps({"once": once, "by size": found}, indent=1) + "\n", encoding="utf-8")
    draw(scale.curves(found), out / PLOT, x="articles in the library", y="time to an answer by quotation (ms)")
    template = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)
    page = template.get_template("bench.html.j2").render(once=once, rows=rows, plot=PLOT)
    (out / "report.html").write_text(page, encoding="utf-8")


def _pipeline(home: Path) -> Pipeline:
    return Pipeline(replace(Settings.from_env(os.environ), home=home, llm="quotes"))


def _indexing(home: Path) -> Figures:
    pipeline = _pipeline(home)
    export = _seconds(lambda: pipeline.encoder)
    first = pipeline.library.sync([PROJECT / "corpus"])
    second = pipeline.library.sync([PROJECT / "corpus"])
    plain = plain_rate(pipeline, home / "plain")
    pipeline.close()
    return {
        "encoder export, once (s)": export,
        "index corpus/ (articles/s)": len(first.added) / first.seconds,
        "index corpus/ (passages/s)": first.passages / first.seconds,
        "index corpus/ (share inside the encoder)": first.encode_s / first.seconds,
        "index corpus/, rate / plain recipe's": first.passages / first.seconds / plain,
        "sync again / first sync": second.seconds / first.seconds,
    }


def _asking(home: Path) -> Figures:
    """Time warm questions, with and without the reader, beside the time that encoding the question alone takes."""
    pipeline = _pipeline(home)
    questions = _questions(pipeline)
    encode = _median(questions, lambda question: pipeline.encoder.encode([question.text]))
    result = {"encode a question (ms)": encode}
    for name in ("with the reader", "without it"):
        if name == "without it":
            pipeline.reader = None
        total = _median(questions, lambda question: pipeline.ask(question.text, history=question.history))
        stages: dict[str, list[float]] = {}
        for question in questions:
            for stage, value in pipeline.ask(question.text, history=question.history).timings_ms.items():
                stages.setdefault(stage, []).append(value)
        result[f"ask {name}, p50 (ms)"] = total
        result[f"ask {name}, p95 (ms)"] = float(np.percentile(stages["total"], 95))
        result[f"ask {name} / (2.5 encode + 20 ms)"] = total / (2.5 * encode + 20)
        result |= {f"  {stage} {name}, p50 (ms)": float(np.median(values)) for stage, values in stages.items() if stage != "total"}
    pipeline.close()
    return result


def _questions(pipeline: Pipeline) -> list[Question]:
    texts = {Path(info.path).name: pipeline.store.article(info.id).text for info in pipeline.store.select(NO_FILTERS)}
    return load_gold(sorted(FOLDER.glob("*.jsonl")), texts)


def _median(questions: list[Question], run: Callable[[Question], Any]) -> float:
    """Give the median time (ms) over the questions, after a round that is not counted."""
    run(questions[0])
    return float(np.median([1000 * _seconds(lambda: run(question)) for question in questions]))  # noqa: B023  (run at once)


def _environment(home: Path) -> dict[str, str]:
    return os.environ | {"RAG_HOME": str(home), "RAG_LLM": "quotes"}


def _starting(home: Path) -> Figures:
    environment = _environment(home)
    python = [sys.executable, "-m", "rag"]

    def command(*words: str) -> float:
        def run() -> object:
            return subprocess.run([*python, *words], cwd=PROJECT, env=environment, check=True, capture_output=True)

        return min(_seconds(run) for _ in range(REPEATS))

    return {
        "python -m rag --help (s)": command("--help"),
        "python -m rag ask, cold (s)": command("ask", "Who endorsed restoring ties?"),
        "python app.py to a served page (s)": min(_served(home) for _ in range(REPEATS)),
    }


def _served(home: Path) -> float:
    """Start the interface; give the time until its page answers."""
    begun = time.perf_counter()
    with _page(home):
        return time.perf_counter() - begun


def _crowd(home: Path) -> Figures:
    """Let USERS ask the page at once, each in a session of their own; whatever fails ends the run.

    They speak plain HTTP: 20 of Gradio's own clients on this machine take a third of its time from the page.
    """
    pipeline = _pipeline(home)
    asked = [question.text for question in _questions(pipeline) if not question.history]
    pipeline.close()
    with (
        _page(home) as url,
        httpx.Client(base_url=f"{url}gradio_api/call/", timeout=START_LIMIT_S, trust_env=False) as client,
        ThreadPoolExecutor(USERS) as threads,
    ):

        def ask(turn: int) -> float:
            return _seconds(lambda: _post(client, f"user {turn % USERS}", asked[turn]))

        # A page that is opened begins its session.
        list(threads.map(ask, range(USERS)))
        # One round after the other: each of them is USERS questions at the same moment.
        rounds = [list(threads.map(ask, range(number * USERS, (number + 1) * USERS))) for number in range(1, ROUNDS + 1)]
    waits = np.array(rounds).ravel()
    return {f"{USERS} users at once, p{share} (s)": float(np.percentile(waits, share)) for share in (50, 95)}


def _post(client: httpx.Client, session: str, question: str) -> None:
    """Ask the page's API a question, and read its answer to the end."""
    begun = client.post("ask", json={"data": [question, "", "", "", None], "session_hash": session})
    told = client.get(f"ask/{begun.json()['event_id']}").text
    if not told.startswith("event: complete"):
        raise RuntimeError(f"the page did not answer {question!r}: {told[:200]}")


@contextmanager
def _page(home: Path) -> Iterator[str]:
    """Serve the interface for as long as the block lasts; give its address once the page answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "app.py", "--sync", "corpus", "--port", str(port)],
        cwd=PROJECT,
        env=_environment(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    begun = time.perf_counter()
    while time.perf_counter() - begun < START_LIMIT_S:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"no page within {START_LIMIT_S} s")


def _seconds(run: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
