"""Result rows in, figures out: every measure with its interval, over all questions and per kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from eval.confidence import confidence_figures
from eval.gold import KINDS
from eval.measures import MEASURES, draw, interval, resampled, value
from eval.record import Row

PER_KIND = ("recall@5", "sentence@1", "f1", "citation_precision", "citation_recall", "answered")
Figures = dict[str, Any]


def figures(rows: Sequence[Row]) -> Figures:
    """Work out every figure of a run: each measure with its interval and the number of questions it applies to, and latency."""
    result: Figures = {"questions": len(rows), "failed": sum("error" in row for row in rows)}
    draws = draw(len(rows)) if rows else np.zeros((0, 0))
    for measure in MEASURES:
        result[measure.name] = value(measure, rows)
        result[f"{measure.name}_interval"] = interval(resampled(measure, rows, draws)) if rows else None
        result[f"{measure.name}_n"] = sum(bool(measure.whole(row)) for row in rows)
    result |= confidence_figures(rows)
    result["support"] = _supports(rows)
    latencies = [row["latency_ms"] for row in rows if row["latency_ms"] is not None]
    result["latency_ms_p50"], result["latency_ms_p95"] = np.percentile(latencies, [50, 95]).tolist() if latencies else (None, None)
    result["kinds"] = {
        kind: _kind([row for row in rows if row["kind"] == kind]) for kind in KINDS if any(row["kind"] == kind for row in rows)
    }
    return result


def _kind(rows: Sequence[Row]) -> Figures:
    found = {measure.name: value(measure, rows) for measure in MEASURES if measure.name in PER_KIND}
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
    for name in (*(measure.name for measure in MEASURES), "aurc", "ece", "auroc"):
        between = result[f"{name}_interval"]
        shown = f"  [{between[0]:.3f}, {between[1]:.3f}]  n={result[f'{name}_n']}" if between else ""
        lines.append(f"{name:22}{_number(result[name])}{shown}")
    lines += [f"{name:22}{_number(result[name])}" for name in ("latency_ms_p50", "latency_ms_p95")]
    lines += ["", "claims by support: " + (", ".join(f"{count} {name}" for name, count in sorted(result["support"].items())) or "none"), ""]
    lines.append(f"{'kind':14}{'n':>4}" + "".join(f"{name:>20}" for name in PER_KIND))
    for kind, row in result["kinds"].items():
        lines.append(f"{kind:14}{row['n']:>4}" + "".join(f"{_number(row.get(name)):>20}" for name in PER_KIND))
    return "\n".join(lines)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
