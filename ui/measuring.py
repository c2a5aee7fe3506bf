"""One run of the evaluation (`python -m eval`) in a process of its own, and what the last two runs gave.

The files are in the home's folder `evaluation`: results.jsonl, figures.json and report.html of the last run, and previous.jsonl of
the one before. A run is whole when its figures are there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import ClippingsError, InputError
from rag.progress import Progress
from ui.work import Task

PROJECT = Path(__file__).parent.parent
LOOK_S = 0.5
END_S = 10.0
RESULTS, FIGURES, PREVIOUS, LOG = "results.jsonl", "figures.json", "previous.jsonl", "run.log"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The rows of the last whole run, its figures, and the rows of the one before (none when it was the first)."""

    rows: tuple[dict[str, Any], ...]
    figures: dict[str, Any]
    previous: tuple[dict[str, Any], ...]


def measuring(home: Path, answerer: str, questions: int) -> Task:
    """Give the task of asking that many gold questions, spread evenly over the set."""

    def run(progress: Progress) -> int:
        folder = home.resolve() / "evaluation"
        folder.mkdir(parents=True, exist_ok=True)
        _keep_last(folder)
        command = [sys.executable, "-m", "eval", "--out", str(folder), "--llm", answerer, "--limit", str(questions)]
        with (folder / LOG).open("w", encoding="utf-8") as log:
            environment = {**os.environ, "RAG_HOME": str(home.resolve())}
            child = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=log, stderr=log)  # noqa: S603  (our own command)
        try:
            while child.poll() is None:
                progress(_asked(folder), questions)
                time.sleep(LOOK_S)
        finally:
            child.terminate()
            child.wait(END_S)
        if child.returncode:
            said = (folder / LOG).read_text(encoding="utf-8").strip().splitlines()
            raise ClippingsError(
                f"the evaluation ended with {child.returncode} ({said[-1] if said else 'nothing was said'}): see {folder / LOG}"
            )
        return _asked(folder)

    return run


def outcome(home: Path) -> Outcome | None:
    """Read what the last whole run gave; None when there was none.

    Raises:
        InputError: one of its files is damaged.
    """
    from eval.compare import read_results  # loaded only when it is used

    folder = home / "evaluation"
    if not (folder / FIGURES).exists():
        return None
    try:
        figures = json.loads((folder / FIGURES).read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"{folder / FIGURES} cannot be read ({error}): delete it, and run the evaluation again") from error
    previous = read_results(folder / PREVIOUS) if (folder / PREVIOUS).exists() else []
    return Outcome(tuple(read_results(folder / RESULTS)), figures, tuple(previous))


def _keep_last(folder: Path) -> None:
    """Let the last run become the one before, if it was whole; what a run left that was stopped goes."""
    if (folder / FIGURES).exists():
        (folder / RESULTS).replace(folder / PREVIOUS)
        (folder / FIGURES).unlink()
    (folder / RESULTS).unlink(missing_ok=True)


def _asked(folder: Path) -> int:
    file = folder / RESULTS
    return file.read_bytes().count(b"\n") if file.exists() else 0
