"""Measures, each a pure function with its definition and source. All but kappa are between 0 and 1, and higher is better."""

from __future__ import annotations

import math
import re
import string
from collections import Counter
from collections.abc import Hashable, Sequence

import numpy as np


def normalise_answer(text: str) -> str:
    """Lower case, without punctuation, articles and extra white space (SQuAD's script, Rajpurkar et al. 2016)."""
    text = "".join(char for char in text.lower() if char not in string.punctuation + "“”‘’")
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


def exact_match(predicted: str, accepted: Sequence[str]) -> float:
    """1 when the answer is one of the accepted ones, after normalising (SQuAD)."""
    return float(any(normalise_answer(predicted) == normalise_answer(answer) for answer in accepted))


def f1(predicted: str, accepted: Sequence[str]) -> float:
    """Harmonic mean of token precision and recall against the best accepted answer (SQuAD).

    "the caretaker cabinet" against "the cabinet": precision 1/2, recall 1, F1 0.67.
    """
    return max((_f1(predicted, answer) for answer in accepted), default=0.0)


def _f1(predicted: str, answer: str) -> float:
    said, wanted = normalise_answer(predicted).split(), normalise_answer(answer).split()
    common = sum((Counter(said) & Counter(wanted)).values())
    if not common:
        return float(said == wanted)
    precision, recall = common / len(said), common / len(wanted)
    return 2 * precision * recall / (precision + recall)


def recall_at(ranks: Sequence[int], k: int) -> float:
    """1 when at least one of the first k results holds gold evidence (top-k accuracy, Karpukhin et al. 2020).

    `ranks` are the 1-based ranks of results that do.
    """
    return float(any(rank <= k for rank in ranks))


def share_found(ranks: Sequence[int], k: int, relevant: int) -> float:
    """Recall at k: of everything that is relevant, the share among the first k results (Manning et al. 2008)."""
    return sum(rank <= k for rank in ranks) / relevant


def reciprocal_rank(ranks: Sequence[int]) -> float:
    """1 / rank of the first result that holds gold evidence, 0 without one; its mean is MRR (Voorhees 1999)."""
    return 1 / min(ranks) if ranks else 0.0


def ndcg_at(gains: Sequence[float], ideal: Sequence[float], k: int) -> float:
    """Normalised discounted cumulative gain of the first k results (Järvelin and Kekäläinen 2002); 0 when nothing is relevant.

    `gains` are the grades of the results in order, `ideal` those of everything that is relevant; a result at rank r counts
    grade / log2(r + 1), as in trec_eval. Grades 0, 1 found where one is relevant: (1 / log2 3) / (1 / log2 2) = 0.63.
    """
    best = _dcg(sorted(ideal, reverse=True)[:k])
    return _dcg(gains[:k]) / best if best else 0.0


def _dcg(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def holds_answer(text: str, accepted: Sequence[str]) -> bool:
    """Tell whether an accepted answer stands in a text as whole words, after normalising; "Kakar's" holds "Kakar"."""
    words, *answers = (normalise_answer(re.sub(r"['’]s\b", "", each)) for each in (text, *accepted))
    return any(f" {answer} " in f" {words} " for answer in answers if answer)


def precision_recall_f1(predicted: Sequence[bool], actual: Sequence[bool]) -> tuple[float, float, float]:
    """Precision, recall and F1 of the positive class; 0 where there is nothing to divide by."""
    hits = sum(one and other for one, other in zip(predicted, actual, strict=True))
    precision = hits / sum(predicted) if any(predicted) else 0.0
    recall = hits / sum(actual) if any(actual) else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if hits else 0.0


def cohen_kappa(one: Sequence[Hashable], other: Sequence[Hashable]) -> float:
    """Agreement of two judges beyond chance, -1 to 1 (Cohen 1960); nan when both put everything in one and the same class.

    Half of 4 in each class by both, and 3 the same: (0.75 - 0.5) / (1 - 0.5) = 0.5.
    """
    observed = sum(a == b for a, b in zip(one, other, strict=True)) / len(one)
    first, second = Counter(one), Counter(other)
    expected = sum(first[label] * second[label] for label in first) / len(one) ** 2
    return float("nan") if expected == 1 else (observed - expected) / (1 - expected)


def kappa_interval(one: Sequence[Hashable], other: Sequence[Hashable], samples: int = 1000, seed: int = 0) -> tuple[float, float]:
    """95 % interval of Cohen's kappa by the percentile bootstrap over the pairs; samples that have none are left out."""
    pairs = list(zip(one, other, strict=True))
    drawn = np.random.default_rng(seed).integers(len(pairs), size=(samples, len(pairs)))
    kappas = [cohen_kappa(*zip(*(pairs[place] for place in places), strict=True)) for places in drawn]
    low, high = np.nanpercentile(kappas, [2.5, 97.5])
    return float(low), float(high)


def bootstrap_interval(values: Sequence[float], samples: int = 1000, seed: int = 0) -> tuple[float, float]:
    """95 % interval of the mean by the percentile bootstrap (Efron 1979); (nan, nan) without values."""
    if not values:
        return float("nan"), float("nan")
    draws = np.random.default_rng(seed).choice(np.asarray(values, dtype=float), size=(samples, len(values)))
    low, high = np.percentile(draws.mean(axis=1), [2.5, 97.5])
    return float(low), float(high)
