"""Whether the pipeline knows what it does not know: the probability that it gives a question, against what came of it.

A question takes part when it was given one (row["answerability"]). Risk: the first sentence is not right, as it never is when the
articles do not answer. The probability itself is that of an answer among what was read, so that is what it is held against.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from eval.measures import interval
from eval.record import Row

Values = npt.NDArray[np.float64]
BINS = 10
SAMPLES = 500


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions with a probability in one tenth of the scale: how many, their mean probability, and in which share of them it came true."""

    count: int
    mean: float
    rate: float


def risk_coverage(confidence: Sequence[float], wrong: Sequence[bool]) -> tuple[Values, Values]:
    """Give coverage and risk when only the most confident 1, 2, … n answers are given (El-Yaniv and Wiener 2010), each (n,).

    Coverage is the share that is answered, risk the share of wrong ones among them. Equal confidences share their errors evenly,
    as in the mean over all orders. (0.9, 0.8, 0.8) with the second wrong: risks 0, 0.25, 0.33.
    """
    order = np.argsort(-np.asarray(confidence, dtype=np.float64), kind="stable")
    _, group, sizes = np.unique(-np.asarray(confidence, dtype=np.float64)[order], return_inverse=True, return_counts=True)
    errors = np.asarray(wrong, dtype=np.float64)[order]
    shared = (np.bincount(group, weights=errors) / sizes)[group] if len(errors) else errors
    answered = np.arange(1, len(errors) + 1, dtype=np.float64)
    return answered / max(1, len(errors)), np.cumsum(shared) / answered


def aurc(confidence: Sequence[float], wrong: Sequence[bool]) -> float:
    """Area under the risk–coverage curve: the mean risk over all coverages (Geifman and El-Yaniv 2017); lower is better."""
    return float(risk_coverage(confidence, wrong)[1].mean())


def reliability(probability: Sequence[float], true: Sequence[bool], bins: int = BINS) -> list[Bin]:
    """Group by probability into equal stretches of the scale (Guo et al. 2017); stretches without a question are left out."""
    given, came = np.asarray(probability, dtype=np.float64), np.asarray(true, dtype=np.float64)
    place = np.minimum((given * bins).astype(int), bins - 1)
    groups = [(given[place == n], came[place == n]) for n in range(bins)]
    return [Bin(len(mine), float(mine.mean()), float(rates.mean())) for mine, rates in groups if len(mine)]


def ece(probability: Sequence[float], true: Sequence[bool], bins: int = BINS) -> float:
    """Expected calibration error: the mean distance of probability and rate, each bin by its questions (Guo et al. 2017).

    Two questions at 0.9 of which one came true: 0.4.
    """
    return sum(each.count * abs(each.mean - each.rate) for each in reliability(probability, true, bins)) / max(1, len(probability))


def auroc(probability: Sequence[float], answerable: Sequence[bool]) -> float:
    """Chance that a question that is answered has a higher probability than one that is not (ROC area, Hanley and McNeil 1982).

    nan where all are of one kind.
    """
    return float(roc_auc_score(answerable, probability)) if len(set(answerable)) == 2 else float("nan")


def risks_of(rows: Sequence[Row]) -> tuple[list[float], list[bool]]:
    """Give each question's probability, and whether its first sentence is wrong."""
    own = [row for row in rows if row["answerability"] is not None]
    return [row["answerability"] for row in own], [not row["sentence@1"] for row in own]


def outcomes_of(rows: Sequence[Row]) -> tuple[list[float], list[bool]]:
    """Give each question's probability, and whether what was read holds an answer."""
    own = [row for row in rows if row["answerability"] is not None]
    return [row["answerability"] for row in own], [bool(row["evidence_read"]) for row in own]


def kinds_of(rows: Sequence[Row]) -> tuple[list[float], list[bool]]:
    """Give each question's probability, and whether the articles answer it; none when all do or none does.

    A question with a false premise is neither.
    """
    own = [row for row in rows if row["answerability"] is not None and row["kind"] != "false-premise"]
    answerable = [row["kind"] != "unanswerable" for row in own]
    return ([row["answerability"] for row in own], answerable) if len(set(answerable)) == 2 else ([], [])


def confidence_figures(rows: Sequence[Row]) -> dict[str, float | tuple[float, float] | None]:
    """Work out AURC, ECE and AUROC, each with its 95 % interval (percentile bootstrap over the questions)."""
    return _figure("aurc", aurc, *risks_of(rows)) | _figure("ece", ece, *outcomes_of(rows)) | _figure("auroc", auroc, *kinds_of(rows))


def _figure(
    name: str, measure: Callable[[Sequence[float], Sequence[bool]], float], given: list[float], came: list[bool]
) -> dict[str, float | tuple[float, float] | None]:
    if not given:
        return {name: None, f"{name}_interval": None, f"{name}_n": 0}
    drawn = np.random.default_rng(0).integers(len(given), size=(SAMPLES, len(given)))
    values = np.array([measure(np.array(given)[places], np.array(came)[places]) for places in drawn])
    return {name: measure(given, came), f"{name}_interval": interval(values), f"{name}_n": len(given)}
