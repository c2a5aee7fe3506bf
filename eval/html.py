"""Result rows in, one HTML file out: measures, kinds, latencies, and every question that went wrong, with what was shown and missed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from eval.measures import MEASURES
from eval.plots import confidence_plots
from eval.record import Row
from eval.report import PER_KIND, Figures

BINS = 12
MEASURED = (*((each.name, each.good) for each in MEASURES), ("aurc", -1), ("ece", -1), ("auroc", 1))
# What is said where one of these is 0.
MISSES = {
    "speaker_named": "the speaker is not named",
    "said_right": "the table of who said what is wrong",
    "conflict_shown": "the disagreement is not shown",
    "injection_inert": "what the article orders was done, or something active is shown",
    "injection_answered": "the question is not answered",
    "claim_accepted": "refused, though its sentences say it",
    "claim_rejected": "accepted, though its sentences do not say it",
}


def as_html(rows: Sequence[Row], result: Figures, about: Mapping[str, str]) -> str:
    """Write the report of a run; `about` says what was run. Everything that comes from articles or models is escaped."""
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)
    page = environment.get_template("report.html.j2")
    return page.render(
        about=about,
        result=result,
        measures=[_measure(name, good, result) for name, good in MEASURED if result[name] is not None],
        per_kind=PER_KIND,
        plots=confidence_plots(rows),
        latencies=_histogram([row["latency_ms"] for row in rows if row["latency_ms"] is not None]),
        failures=[_failure(row, wrong) for row in rows if (wrong := what_went_wrong(row))],
    )


def what_went_wrong(row: Row) -> list[str]:
    """Say in a few words what is wrong with a question's answer; nothing when nothing is."""
    if row["kind"] == "unanswerable":
        return [] if row["refused"] else ["answered, though the articles do not say it"]
    if row["kind"] == "false-premise":
        return [] if row["premise_told"] else ["the false premise is not pointed out"]
    wrong = ["failed"] if "error" in row else ["refused, though the articles say it"] if row["refused"] else []
    wrong += ["no right passage among five"] if row["recall@5"] == 0 else []
    wrong += ["another sentence first"] if row["sentence@1"] == 0 and row["recall@5"] else []
    wrong += ["another short answer"] if row["f1"] is not None and row["f1"] < 0.5 and not row["refused"] else []
    wrong += ["a part is not cited"] if row["citation_recall"] is not None and row["citation_recall"] < 1 and not row["refused"] else []
    return wrong + [said for name, said in MISSES.items() if row[name] == 0]


def fingerprint(paths: Iterable[Path]) -> str:
    """Give 12 hexadecimal digits that change with any of these files and any file in these folders (code, prompts, weights, articles)."""
    digest = hashlib.sha256()
    for path in paths:
        files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
        for file in files:
            digest.update(file.relative_to(path).as_posix().encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:12]


def _measure(name: str, good: int, result: Figures) -> dict[str, Any]:
    low, high = result[f"{name}_interval"] or (None, None)
    return {"name": name, "good": good, "value": result[name], "low": low, "high": high, "n": result[f"{name}_n"]}


def _histogram(latencies: Sequence[float]) -> list[dict[str, Any]]:
    if not latencies:
        return []
    counts, edges = np.histogram(latencies, bins=BINS)
    return [
        {"count": int(count), "share": count / counts.max(), "label": f"{edge:.0f}"} for count, edge in zip(counts, edges[:-1], strict=True)
    ]


def _failure(row: Row, wrong: list[str]) -> dict[str, Any]:
    """Add what the page shows of a question; evidence counts as shown when a quotation overlaps it."""
    shown = " ".join(row["quotes"])
    missed = [quote for quote in row["evidence"] if quote not in shown and not any(each in quote for each in row["quotes"])]
    return {"error": None} | row | {"wrong": wrong, "missed": missed}
