"""`python -m eval.peers --python PATH (--squad FILE | --realtimeqa DIR)`: other systems and this one, side by side.

Same articles, questions, encoder and machine, one process after another. PATH is the Python of an environment with
requirements-peers.txt. All figures are of the retrieval, without a language model:
recall@5            an article that holds the answer is among the first five articles (MRR: over the first twenty passages' articles)
answer in top 5     the answer's words stand in one of the first five passages
answer in evidence  they stand in what the system shows beside an answer; "shown" is how many characters that is
How much is shown differs by a factor of fifty, so a second table compares at equal length: the answer's words stand in the first 200,
500 or 1,000 characters of what is shown, or of the ranked passages. A system that cannot be run is a line that says why.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from eval import realtimeqa, squad
from eval.gold import Question
from eval.metrics import bootstrap_interval, holds_answer, recall_at, reciprocal_rank
from eval.peer_systems import SYSTEMS
from rag.clean import clean
from rag.embed import load_encoder, packaged_model
from rag.errors import explained
from rag.load import find_files, load
from rag.records import RawDocument
from rag.settings import PACKAGED_ENCODER

PROJECT = Path(__file__).parent.parent
SHARES = ("recall@5", "MRR", "answer in top 5", "answer in evidence")
# Characters at which what is shown, and the ranked passages, are cut to be compared at equal length.
LENGTHS = (200, 500, 1000)
AT_EQUAL_LENGTH = tuple(f"{what}, first {length}" for what in ("shown", "passages") for length in LENGTHS)
COSTS = ("shown (characters)", "search p50 (ms)", "show p50 (ms)", "indexing (articles/s)", "peak memory (MB)")


def main() -> None:
    """Read the command line, run every system, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m eval.peers", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--python", type=Path, required=True, metavar="PATH", help="the Python of the peers' environment")
    data = parser.add_mutually_exclusive_group(required=True)
    data.add_argument("--squad", type=Path, metavar="FILE")
    data.add_argument("--realtimeqa", type=Path, metavar="DIR")
    parser.add_argument("--questions", type=int, default=100, metavar="N", help="answerable questions, spread evenly (default: 100)")
    parser.add_argument("--articles", type=int, default=300, metavar="N", help="articles at the most: theirs first (default: 300)")
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS), metavar="NAME")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        questions, articles = collect(options, work / "unpacked")
        given = {"model": str(packaged_model()), "articles": articles, "questions": [question.text for question in questions]}
        # Its export is made once in a home, and is no part of indexing.
        load_encoder(PACKAGED_ENCODER, work / "clippings" / "home")
        (work / "data.json").write_text(json.dumps(given), encoding="utf-8")
        print(f"{len(articles)} articles, {len(questions)} questions\n", flush=True)
        print(head((*SHARES, *COSTS)), flush=True)
        found = {}
        for name in options.systems:
            found[name] = run(name, options.python, work)
            print(line(name, found[name], questions, articles), flush=True)
        print(f"\n{head(AT_EQUAL_LENGTH)}")
        for name, each in found.items():
            print(line_at_equal_length(name, each, questions))


def collect(options: argparse.Namespace, folder: Path) -> tuple[list[Question], list[dict[str, str]]]:
    """Unpack the data; give the questions, and the articles that they are about with others up to the number asked for."""
    # A question of RealTime QA comes with some ten articles: what was asked is enough.
    source, limit = options.realtimeqa, options.questions
    unpacked = squad.unpack(options.squad, folder) if options.squad else realtimeqa.unpack(source, folder, limit)
    answerable = [question for question in unpacked if question.evidence]
    questions = answerable[:: max(1, len(answerable) // options.questions)][: options.questions]
    theirs = dict.fromkeys(item.article for question in questions for item in question.evidence)
    names = [*theirs, *(file.name for file in find_files([folder]) if file.name not in theirs)][: max(options.articles, len(theirs))]
    articles = []
    for name in names:
        for raw in load(folder / name):
            if isinstance(raw, RawDocument):
                article = clean(raw)
                articles.append({"id": Path(name).stem, "title": article.info.title, "text": article.text})
    return questions, articles


def run(name: str, python: Path, work: Path) -> dict[str, Any] | str:
    """Run a system in a process of its own; give what it found, or why it could not be run."""
    (work / name).mkdir(exist_ok=True)
    done = subprocess.run(
        # Without -P, files of eval/ would stand in for modules of the standard library.
        [sys.executable if name == "clippings" else str(python), "-P", str(PROJECT / "eval" / "peer_systems.py"), name, "data.json", name],
        cwd=work,
        env=os.environ | {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False"}
        | {"HAYSTACK_TELEMETRY_ENABLED": "False"} | ({"PYTHONPATH": str(PROJECT)} if name == "clippings" else {}),
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    if done.returncode < 0:
        return f"signal {-done.returncode} ended it"
    if done.returncode:
        return (done.stderr.strip().splitlines() or [f"it ended with status {done.returncode}"])[-1]
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def score(question: Question, result: Mapping[str, Any]) -> dict[str, float]:
    """Score what a system found for a question."""
    right = {Path(item.article).stem for item in question.evidence}
    answers = question.answers[0]
    ranked = list(dict.fromkeys(article for article, _ in result["passages"]))
    ranks = [rank for rank, article in enumerate(ranked, 1) if article in right]
    return {
        "recall@5": recall_at(ranks, 5),
        "MRR": reciprocal_rank(ranks),
        "answer in top 5": float(any(holds_answer(text, answers) for _, text in result["passages"][:5])),
        "answer in evidence": float(any(holds_answer(text, answers) for text in result["shown"])),
    }


def score_at_equal_length(question: Question, result: Mapping[str, Any]) -> dict[str, float]:
    """Score the beginnings of what a system shows and of its passages in their order; one that shows less is judged by all of it."""
    texts = {"shown": " ".join(result["shown"]), "passages": " ".join(text for _, text in result["passages"])}
    return {
        f"{what}, first {length}": float(holds_answer(text[:length], question.answers[0]))
        for what, text in texts.items()
        for length in LENGTHS
    }


def head(columns: Sequence[str]) -> str:
    """Write the head of a table."""
    return f"| system | {' | '.join(columns)} |\n|{'---|' * (len(columns) + 1)}"


def line(name: str, found: dict[str, Any] | str, questions: Sequence[Question], articles: Sequence[object]) -> str:
    """Write a system's line of the table, each share with its 95 % interval."""
    if isinstance(found, str):
        return f"| {name} | could not be run: {found} |{' |' * (len(SHARES) + len(COSTS) - 1)}"
    results = found["results"]
    cells = _shares([score(question, result) for question, result in zip(questions, results, strict=True)])
    shown = np.mean([sum(map(len, result["shown"])) for result in results])
    search, show = (np.median([result[part] for result in results]) for part in ("search_ms", "show_ms"))
    cells += [f"{shown:.0f}", f"{search:.0f}", f"{show:.0f}", f"{len(articles) / found['indexing_s']:.1f}", f"{found['peak_mb']:.0f}"]
    return f"| {name} | {' | '.join(cells)} |"


def line_at_equal_length(name: str, found: dict[str, Any] | str, questions: Sequence[Question]) -> str:
    """Write a system's line of the second table."""
    if isinstance(found, str):
        return f"| {name} | could not be run |{' |' * (len(AT_EQUAL_LENGTH) - 1)}"
    scored = [score_at_equal_length(question, result) for question, result in zip(questions, found["results"], strict=True)]
    return f"| {name} | {' | '.join(_shares(scored))} |"


def _shares(scored: Sequence[Mapping[str, float]]) -> list[str]:
    """Write the mean of each score over the questions, with its 95 % interval."""
    cells = []
    for share in scored[0]:
        values = [each[share] for each in scored]
        low, high = bootstrap_interval(values)
        cells.append(f"{np.mean(values):.3f} [{low:.3f}, {high:.3f}]")
    return cells


if __name__ == "__main__":
    with explained():
        main()
