"""Result rows in, figures out: means with n and interval, over all questions and per kind, beside a baseline's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from eval.gold import KINDS
from eval.metrics import bootstrap_interval, precision_recall_f1
from eval.run import Row

# Measures that are a mean over the questions they apply to.
MEANS = ("recall@1", "recall@3", "recall@5", "mrr", "sentence@1", "exact_match", "f1", "citation_recall", "speaker_named", "conflict_shown")
PER_KIND = ("recall@5", "sentence@1", "f1", "citation_precision", "citation_recall", "answered")
Figures = dict[str, Any]


def figures(rows: Sequence[Row]) -> Figures:
    """Work out every figure of a run.

    citation_precision: citations shown that quote gold evidence, of all that were shown, over all questions; a citation
    of an answer to an unanswerable question is always wrong. citation_recall: share of the parts of the answer that stand
    in what is cited, 0 where an answerable question was refused. Abstention is the class "not found".
    """
    result: Figures = {"questions": len(rows), "failed": sum("error" in row for row in rows)}
    for name in MEANS:
        values = [row[name] for row in rows if row[name] is not None]
        result[name] = _mean(values)
        result[f"{name}_interval"] = bootstrap_interval(values)
        result[f"{name}_n"] = len(values)
    result["citation_precision"] = _citation_precision(rows)
    unanswerable = [row["kind"] == "unanswerable" for row in rows]
    refused = [bool(row["refused"]) for row in rows]
    result |= dict(
        zip(("abstention_precision", "abstention_recall", "abstention_f1"), precision_recall_f1(refused, unanswerable), strict=True)
    )
    result["wrongly_answered"] = _mean([float(not row["refused"]) for row in rows if row["kind"] == "unanswerable"])
    result["false_refusals"] = _mean([float(row["refused"]) for row in rows if row["kind"] != "unanswerable"])
    result["support"] = _supports(rows)
    latencies = [row["latency_ms"] for row in rows if row["latency_ms"] is not None]
    result["latency_ms_p50"], result["latency_ms_p95"] = np.percentile(latencies, [50, 95]).tolist() if latencies else (None, None)
    result["kinds"] = {
        kind: _kind([row for row in rows if row["kind"] == kind]) for kind in KINDS if any(row["kind"] == kind for row in rows)
    }
    return result


def _kind(rows: Sequence[Row]) -> Figures:
    means = {name: _mean([row[name] for row in rows if row.get(name) is not None]) for name in PER_KIND if name in rows[0]}
    answered = _mean([float(not row["refused"]) for row in rows])
    return {"n": len(rows), **means, "citation_precision": _citation_precision(rows), "answered": answered}


def _citation_precision(rows: Iterable[Row]) -> float | None:
    shown = right = 0
    for row in rows:
        shown += row["citations_shown"]
        right += row["citations_right"]
    return right / shown if shown else None


def _supports(rows: Iterable[Row]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in rows:
        for claim in row["claims"]:
            counts[claim["support"]] = counts.get(claim["support"], 0) + 1
    return counts


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None


def as_text(result: Figures, baseline: Mapping[str, Any] | None) -> str:
    """Write the figures as the table that the command prints; with a baseline, each with its difference."""
    lines = [f"{result['questions']} questions, {result['failed']} failed", ""]
    names = [
        *("recall@1", "recall@3", "recall@5", "mrr", "sentence@1", "exact_match", "f1", "citation_precision", "citation_recall"),
        *("abstention_precision", "abstention_recall", "abstention_f1", "wrongly_answered", "false_refusals"),
        *("speaker_named", "conflict_shown", "latency_ms_p50", "latency_ms_p95"),
    ]
    for name in names:
        value = result[name]
        low, high = result.get(f"{name}_interval", (None, None))
        interval = f"  [{low:.3f}, {high:.3f}]  n={result[f'{name}_n']}" if value is not None and low is not None else ""
        before = baseline.get(name) if baseline else None
        change = f"  {value - before:+.3f} against the baseline's {before:.3f}" if value is not None and before is not None else ""
        lines.append(f"{name:22}{_number(value)}{interval}{change}")
    lines += ["", "claims by support: " + (", ".join(f"{count} {name}" for name, count in sorted(result["support"].items())) or "none"), ""]
    lines.append(f"{'kind':14}{'n':>4}" + "".join(f"{name:>20}" for name in PER_KIND))
    for kind, row in result["kinds"].items():
        lines.append(f"{kind:14}{row['n']:>4}" + "".join(f"{_number(row.get(name)):>20}" for name in PER_KIND))
    return "\n".join(lines)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
