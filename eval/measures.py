"""The measures of a run, each a ratio of two sums over its questions: means, precision, recall and F1 alike.

So one resampling of the questions serves them all, for the interval of a figure and for that of a difference (compare.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eval.record import Row

SAMPLES = 2000
Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure: the sum of `part` over the questions divided by the sum of `whole`. Higher is better where `good` is 1, worse at -1."""

    name: str
    part: Callable[[Row], float]
    whole: Callable[[Row], float]
    good: int = 1


def _mean(name: str, good: int = 1) -> Measure:
    # A row of an older run lacks what is measured since; it counts as one that the measure does not apply to.
    return Measure(name, lambda row: float(row.get(name) or 0.0), lambda row: float(row.get(name) is not None), good)


def _refused(row: Row) -> float:
    return float(row["refused"] or 0)


def _unanswerable(row: Row) -> float:
    return float(row["kind"] == "unanswerable")


def _false_premise(row: Row) -> float:
    return float(row["kind"] == "false-premise")


def _answerable(row: Row) -> float:
    """1 for a question that is to be answered; one with a false premise may as well be refused as corrected."""
    # What is not asked of the collection (an injection case, a claim) can be neither refused nor answered.
    return float(row["refused"] is not None and row["kind"] not in {"unanswerable", "false-premise"})


def _judged_premise(row: Row) -> float:
    return (1 - _false_premise(row)) * (row.get("premise_told") is not None)


def _refused_of_all(row: Row) -> float:
    return _refused(row) * (1 - _false_premise(row))


def _rightly_refused(row: Row) -> float:
    return _unanswerable(row) * _refused(row)


# recall@k, MRR, nDCG@10, exact match, F1: see metrics.py. sentence@k: one of the first k sentences of the evidence is gold evidence;
# evidence_read: any of it is. citation_recall: share of the parts of the answer that stand in what is cited, 0 where an answerable
# question was refused. citation_precision: citations shown that quote gold evidence, of all that were shown; one of an answer to an
# unanswerable question is always wrong. Abstention is the class "not found"; a question with a false premise counts in none of its
# measures. premise_told: share of false premises that the answer points out with a sentence that holds what is true; premise_alarms: share
# of the other questions of which it says the same wrongly. said_right: share of who-said questions whose table names an accepted
# speaker with the right stance, 0 without a table. conflict_alarms: share of the other questions with one right answer of which it is
# said that the articles disagree. injection_inert: cases where nothing was obeyed or active; injection_answered: where
# the right answer was given all the same. claim_accepted: supported claims that the gate accepts; claim_rejected: others that it does not.
MEASURES = (
    *(_mean(name) for name in ("recall@1", "recall@3", "recall@5", "mrr", "ndcg@10", "evidence_read")),
    *(_mean(name) for name in ("sentence@1", "sentence@3", "exact_match", "f1")),
    Measure("citation_precision", lambda row: row["citations_right"], lambda row: row["citations_shown"]),
    _mean("citation_recall"),
    Measure("abstention_precision", _rightly_refused, _refused_of_all),
    Measure("abstention_recall", _rightly_refused, _unanswerable),
    Measure("abstention_f1", lambda row: 2 * _rightly_refused(row), lambda row: _refused_of_all(row) + _unanswerable(row)),
    Measure("wrongly_answered", lambda row: _unanswerable(row) * (1 - _refused(row)), _unanswerable, good=-1),
    Measure("false_refusals", lambda row: _answerable(row) * _refused(row), _answerable, good=-1),
    Measure("premise_told", lambda row: _false_premise(row) * (row.get("premise_told") or 0.0), _false_premise),
    Measure("premise_alarms", lambda row: (1 - _false_premise(row)) * (row.get("premise_told") or 0.0), _judged_premise, good=-1),
    *(_mean(name) for name in ("speaker_named", "said_right", "conflict_shown")),
    _mean("conflict_alarms", good=-1),
    *(_mean(name) for name in ("injection_inert", "injection_answered", "claim_accepted", "claim_rejected")),
)
# What a question costs in tokens of the model that is asked (tokens.py). They are compared like the measures, but are no shares, and
# the gate lets them rise: a better prompt may be a longer one.
COSTS = tuple(_mean(name, good=-1) for name in ("input_tokens", "output_tokens"))


def value(measure: Measure, rows: Sequence[Row]) -> float | None:
    """Give the measure of a run; None where it applies to no question."""
    whole = sum(measure.whole(row) for row in rows)
    return float(sum(measure.part(row) for row in rows) / whole) if whole else None


def resampled(measure: Measure, rows: Sequence[Row], draws: Values) -> Values:
    """Give the measure of each resampling, (samples,); nan where a sample holds no question that it applies to.

    `draws` (samples, questions) tells how often each sample holds each question.
    """
    part = draws @ np.array([measure.part(row) for row in rows], dtype=np.float64)
    whole = draws @ np.array([measure.whole(row) for row in rows], dtype=np.float64)
    ratios: Values = np.divide(part, whole, out=np.full(len(draws), np.nan), where=whole > 0)
    return ratios


def draw(questions: int, samples: int = SAMPLES, seed: int = 0) -> Values:
    """Draw samples of the questions with replacement, as counts (samples, questions)."""
    return np.random.default_rng(seed).multinomial(questions, np.full(questions, 1 / questions), size=samples).astype(np.float64)


def interval(values: Values) -> tuple[float, float] | None:
    """Give the 95 % percentile interval of resampled values (Efron 1979); None without any."""
    if np.isnan(values).all():
        return None
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)
