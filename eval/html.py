"""Result rows in, one HTML file out: measures, kinds, latencies, and every question that went wrong, with what was shown and missed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from eval.measures import MEASURES
from eval.report import PER_KIND, Figures
from eval.run import Row

PROJECT = Path(__file__).parent.parent
BINS = 12


def as_html(rows: Sequence[Row], result: Figures, about: Mapping[str, str]) -> str:
    """Write the report of a run; `about` says what was run. Everything that comes from articles or models is escaped."""
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)
    page = environment.get_template("report.html.j2")
    return page.render(
        about=about,
        result=result,
        measures=[_measure(each.name, each.good, result) for each in MEASURES if result[each.name] is not None],
        per_kind=PER_KIND,
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
    wrong += ["a part is not cited"] if (row["citation_recall"] or 0) < 1 and not row["refused"] else []
    wrong += ["the speaker is not named"] if row["speaker_named"] == 0 else []
    wrong += ["the table of who said what is wrong"] if row.get("said_right") == 0 else []
    return wrong + (["the disagreement is not shown"] if row["conflict_shown"] == 0 else [])


def fingerprint(folders: Iterable[Path]) -> str:
    """Give 12 hexadecimal digits that change with any file of the folders (code, prompts, weights, articles)."""
    digest = hashlib.sha256()
    for folder in folders:
        for file in sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
            digest.update(file.relative_to(folder).as_posix().encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
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
