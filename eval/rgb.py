"""RGB (Chen et al. 2024): does the answer survive passages that are beside the point, say nothing, or say something else?

Rows of *.jsonl or *.jsonl.gz hold "id", "query", "answer", "fakeanswer", "positive", "positive_wrong" (the answer replaced by another)
and "negative" passages. Every passage is an article; a question is asked of five of them at a time:
noise 0.0 to 0.8   that share of them is beside the point. Accuracy: the answer's words are shown (noise robustness)
noise only         none answers. Rejection: "not found" (negative rejection)
altered            all that answer are altered. Accuracy, and error detection: disagreement is shown (counterfactual robustness)
altered and true   two in five are true. Error correction: of what was detected, where the true answer is shown
"altered, no source" counts answers in which the altered words stand and no quotation beside them holds them: there must be none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from eval.gold import spread
from eval.metrics import bootstrap_interval, holds_answer
from eval.record import Row, Task, row_of
from eval.run import model_failure, shown
from eval.squad import write_article
from rag.clean import article_id, normalise
from rag.errors import ClippingsError, InputError, ModelError
from rag.pipeline import Pipeline
from rag.reader.rows import read_rows
from rag.records import NO_FILTERS, Answer

PASSAGES = 5
TRUE_SHARE = 0.4
# The columns of the table, and how wide they are.
COLUMNS = {"failed": 8, "accuracy": 24, "rejected": 24, "detected": 10, "corrected": 11, "altered, no source": 20}
FIELDS = ("id", "query", "answer", "fakeanswer", "positive", "positive_wrong", "negative")


@dataclass(frozen=True, slots=True)
class Trial:
    """A question asked of the articles with these ids."""

    id: str
    condition: str
    question: str
    answers: tuple[str, ...]
    altered: tuple[str, ...]
    articles: tuple[str, ...]


def noisy(row: Row, noise: float) -> list[str]:
    """Choose five passages, of which the share `noise` is beside the point; where there are too few of a sort, more of the other."""
    wanted = math.ceil(PASSAGES * noise)
    if noise < 1:
        wanted = min(max(wanted, PASSAGES - len(row["positive"])), len(row["negative"]))
    answering = 0 if noise == 1 else PASSAGES - wanted
    return [*row["positive"][:answering], *row["negative"][:wanted]]


def altered(row: Row, true_share: float) -> list[str]:
    """Choose up to five passages that answer, altered but for the share `true_share` (of five), which are as they were."""
    true = math.ceil(PASSAGES * true_share)
    wrong = row["positive_wrong"][: PASSAGES - true]
    return [*wrong, *row["positive"][len(wrong) : len(wrong) + true]]


CONDITIONS: Mapping[str, Callable[[Row], list[str]]] = {
    **{f"noise {noise}": partial(noisy, noise=noise) for noise in (0.0, 0.2, 0.4, 0.6, 0.8)},
    "noise only": partial(noisy, noise=1),
    "altered": partial(altered, true_share=0),
    "altered and true": partial(altered, true_share=TRUE_SHARE),
}


def unpack(source: Path, folder: Path, limit: int | None = None) -> list[Trial]:
    """Write the passages of at most `limit` questions as article files into `folder`; give the questions, under each condition.

    Raises:
        InputError: there are no such files, or one is not of the form above.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = sorted([*source.glob("*.jsonl"), *source.glob("*.jsonl.gz")])
    if not files:
        raise InputError(f"{source}: there are no .jsonl or .jsonl.gz files; give a folder of RGB")
    try:
        return [
            Trial(
                f"{row['id']} {condition}", condition, row["query"], _variants(row["answer"]), _variants(row["fakeanswer"]),
                tuple(_write(passage, folder) for passage in choose(row)),
            )
            for row in spread(read_rows(files, FIELDS), limit)
            for condition, choose in CONDITIONS.items()
        ]  # fmt: skip
    except (AttributeError, TypeError, ValueError) as error:
        raise InputError(f"{source}: not of RGB's form ({type(error).__name__}: {error}); see the top of eval/rgb.py") from error


def _variants(answer: Any) -> tuple[str, ...]:
    """Give the accepted wordings; RGB nests them in lists where there are several."""
    return (answer,) if isinstance(answer, str) else tuple(text for part in answer for text in _variants(part))


def _write(passage: str, folder: Path) -> str:
    text = normalise(passage)
    write_article(folder / f"{article_id(text)}.md", {"title": "untitled"}, text)
    return article_id(text)


def tasks(trials: Sequence[Trial], pipeline: Pipeline, llm: str) -> list[Task]:
    """Make a task of each trial; a passage that is too short to be an article is left out of it."""
    stored = {info.id for info in pipeline.store.select(NO_FILTERS)}
    kept = [replace(trial, articles=tuple(each for each in trial.articles if each in stored)) for trial in trials]
    return [Task(trial.id, partial(measure, trial, pipeline, llm)) for trial in kept]


def measure(trial: Trial, pipeline: Pipeline, llm: str) -> Row:
    """Ask a question of its passages; give its row. One that fails is neither right nor refused."""
    row = row_of(trial.id, trial.condition, trial.question, expected=[trial.answers], right=0.0, unsourced=0.0)
    try:
        if not trial.articles:
            raise InputError("none of its passages could be read as an article")
        answer = pipeline.ask(trial.question, replace(NO_FILTERS, article_ids=trial.articles), llm=llm)
        if failure := model_failure(answer, llm):
            raise ModelError(failure)
    except ClippingsError as error:
        return row | {"status": "failed", "refused": False, "error": str(error), "problems": (str(error),)}
    said = " ".join([answer.short_answer or "", *(claim.text for claim in answer.claims)])
    return row | shown(answer) | {"right": float(holds_answer(said, trial.answers)), "unsourced": float(unsourced(answer, trial.altered))}


def unsourced(answer: Answer, altered: Sequence[str]) -> bool:
    """Tell whether the altered words are said anywhere without a quotation beside them that holds them."""
    quotes = {citation.number: citation.quote for citation in answer.citations}
    said = [(claim.text, [quotes[number] for number in claim.citations if number in quotes]) for claim in answer.claims]
    said.append((answer.short_answer or "", list(quotes.values())))
    return any(holds_answer(text, altered) and not any(holds_answer(quote, altered) for quote in beside) for text, beside in said)


def rates(rows: Sequence[Row]) -> dict[str, dict[str, Any]]:
    """Work out each condition's rates; "corrected" is None where nothing was detected."""
    found = {}
    for condition in CONDITIONS:
        own = [row for row in rows if row["kind"] == condition]
        if own:
            detected = [row for row in own if row["status"] == "conflicting"]
            found[condition] = {
                "n": len(own),
                "failed": sum("error" in row for row in own),
                "accuracy": _mean([row["right"] for row in own]),
                "accuracy_interval": bootstrap_interval([row["right"] for row in own]),
                "rejected": _mean([row["refused"] for row in own]),
                "rejected_interval": bootstrap_interval([row["refused"] for row in own]),
                "detected": len(detected) / len(own),
                "corrected": _mean([row["right"] for row in detected]) if detected else None,
                "altered, no source": sum(bool(row["unsourced"]) for row in own),
            }
    return found


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def as_text(found: Mapping[str, Mapping[str, Any]]) -> str:
    """Write the rates as the table that the command prints."""
    lines = [f"{'condition':18}{'n':>4}" + "".join(f"{name:>{width}}" for name, width in COLUMNS.items())]
    for condition, each in found.items():
        cells = {name: _number(each[name]) for name in COLUMNS}
        for name in ("accuracy", "rejected"):
            low, high = each[f"{name}_interval"]
            cells[name] += f" [{low:.3f}, {high:.3f}]"
        lines.append(f"{condition:18}{each['n']:>4}" + "".join(f"{cells[name]:>{width}}" for name, width in COLUMNS.items()))
    return "\n".join(lines)


def _number(value: float | None) -> str:
    return "-" if value is None else str(value) if isinstance(value, int) else f"{value:.3f}"
