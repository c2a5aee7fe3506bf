"""Result rows in, figures out: every measure with its interval, over all questions, and some per kind, level and turn of a dialogue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from eval.confidence import confidence_figures
from eval.difficulty import LEVELS
from eval.gold import KINDS
from eval.measures import COSTS, MEASURES, draw, interval, resampled, value
from eval.record import Row

PER_GROUP = ("recall@5", "sentence@1", "f1", "citation_precision", "citation_recall", "answered")
# What questions are grouped by: the name in the figures, the column of a row, and its values in order; None: whichever there are.
GROUPS = (("kinds", "kind", KINDS), ("levels", "level", LEVELS), ("turns", "turn", None))
Figures = dict[str, Any]


def figures(rows: Sequence[Row]) -> Figures:
    """Work out every figure of a run: each measure with its interval and the number of questions it applies to, cost and latency."""
    result: Figures = {"questions": len(rows), "failed": sum("error" in row for row in rows)}
    draws = draw(len(rows)) if rows else np.zeros((0, 0))
    for measure in (*MEASURES, *COSTS):
        result[measure.name] = value(measure, rows)
        result[f"{measure.name}_interval"] = interval(resampled(measure, rows, draws)) if rows else None
        result[f"{measure.name}_n"] = sum(bool(measure.whole(row)) for row in rows)
    result |= confidence_figures(rows)
    result["support"] = _supports(rows)
    latencies = [row["latency_ms"] for row in rows if row["latency_ms"] is not None]
    result["latency_ms_p50"], result["latency_ms_p95"] = np.percentile(latencies, [50, 95]).tolist() if latencies else (None, None)
    for name, column, values in GROUPS:
        result[name] = {str(label): _group(own) for label, own in grouped(rows, column, values).items()}
    return result


def grouped(rows: Sequence[Row], column: str, values: Sequence[object] | None) -> dict[object, list[Row]]:
    """Group rows by a column, in the order of `values`, or of the column's own without any; empty groups are left out."""
    there = {row[column] for row in rows} - {None}
    return {label: [row for row in rows if row[column] == label] for label in values or sorted(there) if label in there}


def _group(rows: Sequence[Row]) -> Figures:
    found = {measure.name: value(measure, rows) for measure in MEASURES if measure.name in PER_GROUP}
    return {"n": len(rows), **found, "answered": sum(not row["refused"] for row in rows) / len(rows)}


def _supports(rows: Iterable[Row]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in rows:
        for claim in row["claims"]:
            counts[claim["support"]] = counts.get(claim["support"], 0) + 1
    return counts


def as_text(result: Figures) -> str:
    """Write the figures as the table that the command prints."""
    lines = [f"{result['questions']} questions, {result['failed']} failed", ""]
    for name in (*(measure.name for measure in MEASURES), "aurc", "ece", "auroc", *(cost.name for cost in COSTS)):
        between = result[f"{name}_interval"]
        shown = f"  [{between[0]:.3f}, {between[1]:.3f}]  n={result[f'{name}_n']}" if between else ""
        lines.append(f"{name:22}{_number(result[name])}{shown}")
    lines += [f"{name:22}{_number(result[name])}" for name in ("latency_ms_p50", "latency_ms_p95")]
    lines += ["", "claims by support: " + (", ".join(f"{count} {name}" for name, count in sorted(result["support"].items())) or "none"), ""]
    for name, column, _ in GROUPS:
        if result[name]:
            lines.append(f"{column:14}{'n':>4}" + "".join(f"{each:>20}" for each in PER_GROUP))
            for label, row in result[name].items():
                lines.append(f"{label:14}{row['n']:>4}" + "".join(f"{_number(row.get(each)):>20}" for each in PER_GROUP))
            lines.append("")
    return "\n".join(lines).rstrip()


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
