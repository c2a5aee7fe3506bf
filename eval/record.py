"""What a run measures, a row each, written down at once, so that a run that was interrupted goes on where it stopped.

`run.json` beside the rows says what they were measured on; rows of other code, prompts or articles are not gone on with.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from rag.errors import InputError

Row = dict[str, Any]
# What the measures are worked out from (measures.py), beside "refused" and the counts of citations.
SCORES = (
    *("recall@1", "recall@3", "recall@5", "mrr", "ndcg@10", "evidence_read", "sentence@1", "sentence@3", "exact_match", "f1"),
    *("citation_recall", "speaker_named", "said_right", "premise_told", "conflict_shown", "conflict_alarms"),
    *("injection_inert", "injection_answered", "claim_accepted", "claim_rejected"),
    *("input_tokens", "output_tokens"),
)
ROWS, RUN = "results.jsonl", "run.json"


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be measured: its id in the results, and what gives its row."""

    id: str
    measure: Callable[[], Row]


def row_of(id: str, kind: str, question: str, **found: Any) -> Row:
    """Make a row to which no measure applies but those that are given."""
    row: Row = {"id": id, "kind": kind, "question": question, "near_miss": False, "level": None, "turn": None, "history": ()}
    row |= {"expected": (), "evidence": (), "status": "", "refused": None, "answerability": None, "short_answer": None}
    row |= {"claims": (), "quotes": (), "problems": (), "citations_shown": 0, "citations_right": 0, "latency_ms": None}
    return row | dict.fromkeys(SCORES) | found


def record(tasks: Sequence[Task], out: Path, about: Mapping[str, str], *, resume: bool = False, jobs: int = 1) -> list[Row]:
    """Carry out the tasks, `jobs` at a time, and give their rows in order; with `resume`, only those that are not in `out` yet.

    Raises:
        InputError: the rows in `out` are of another run.
    """
    rows = _kept(out, about) if resume else {}
    (out / RUN).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    waiting = [task for task in tasks if task.id not in rows]
    with (out / ROWS).open("w", encoding="utf-8") as file:
        file.writelines(_line(row) for row in rows.values())
        file.flush()
        for row in tqdm(_measured(waiting, jobs), total=len(waiting), desc="asking", unit="question", file=sys.stderr, disable=None):
            rows[row["id"]] = row
            file.write(_line(row))
            file.flush()
    return [rows[task.id] for task in tasks]


def _measured(tasks: Sequence[Task], jobs: int) -> Iterator[Row]:
    if jobs == 1:
        yield from (task.measure() for task in tasks)
        return
    with ThreadPoolExecutor(jobs) as workers:
        try:
            yield from workers.map(lambda task: task.measure(), tasks)
        finally:
            workers.shutdown(cancel_futures=True)


def _kept(out: Path, about: Mapping[str, str]) -> dict[str, Row]:
    """Read what an interrupted run left; a last line that it had not finished is dropped."""
    if not (out / ROWS).exists():
        return {}
    try:
        before = json.loads((out / RUN).read_text(encoding="utf-8"))
        *whole, _unfinished = (out / ROWS).read_text(encoding="utf-8").split("\n")
        rows = [json.loads(line) for line in whole]
    except (OSError, ValueError) as error:
        raise InputError(f"{out}: what is there cannot be gone on with ({error}); start anew, without --resume") from error
    changed = [f"{name} was {before.get(name)}, now {now}" for name, now in about.items() if before.get(name) != now]
    if changed:
        raise InputError(f"{out}: its rows were measured on something else ({'; '.join(changed)}); start anew, without --resume")
    return {row["id"]: row for row in rows}


def _line(row: Row) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"
