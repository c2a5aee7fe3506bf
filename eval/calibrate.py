"""`python -m eval.calibrate --lists FILE …`: fit the two linear models of `rag/read.py` on questions with known answers.

The lists are as `python -m eval.lists` writes them, of rows and clusters that the reader did not learn from. Each question is asked of
what the search found for it and, where that answers, once more of the passages that do not: the event is there, the fact is not. What is
fitted on one half is measured on the other; the weights that are printed are fitted on all.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from rag.candidates import FEATURES, UNREAD
from rag.errors import InputError, explained
from rag.pipeline import PASSAGES_READ
from rag.reader.lists import LIST_FIELDS
from rag.reader.model import WEIGHTS, Marked, Reader
from rag.reader.rows import Row, read_rows
from rag.records import Span
from rag.words import stems

# A little of it keeps weights of features that hardly vary near zero.
RIDGE = 0.01
THRESHOLDS = (0.2, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7)
READ = {"reader", "sentence", "new"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question found: the (n, features) of its candidate sentences, and which of the n hold the answer."""

    source: str
    features: npt.NDArray[np.float64]
    right: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A ranking of sentences, weights and bias, and what tells whether the first of them answers, over some of the features."""

    columns: Sequence[int]
    rank: npt.NDArray[np.float64]
    rank_bias: float
    answerable: LogisticRegression

    def best(self, asked: Asked) -> int:
        """Give the place of the sentence that ranks first."""
        return int(np.argmax(asked.features[:, self.columns] @ self.rank))

    def chances(self, asked: Sequence[Asked]) -> npt.NDArray[np.float64]:
        """Give the chance that the first sentence answers, for each of the questions."""
        firsts = np.array([each.features[self.best(each)][self.columns] for each in asked])
        return np.asarray(self.answerable.predict_proba(firsts)[:, 1])


def main() -> None:
    """Read the command line, let the reader read, fit and print."""
    parser = argparse.ArgumentParser(prog="python -m eval.calibrate", description=__doc__)
    parser.add_argument("--lists", nargs="+", type=Path, required=True, metavar="FILE", help="what `python -m eval.lists` wrote")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, metavar="FILE", help="another reader than the released one")
    options = parser.parse_args()
    reader = Reader(options.weights)
    rows = read_rows(options.lists, LIST_FIELDS)
    asked = [each for each in (ask(row, reader) for row in tqdm(rows, unit="question", file=sys.stderr)) if each]
    random.Random(1).shuffle(asked)
    halves = asked[::2], asked[1::2]
    if any(len({bool(group[0].right.any()) for group in half}) < 2 for half in halves):
        raise InputError(f"{len(rows)} questions: too few, or all of them answered, or none; give lists of clusters too (eval/lists.py)")
    for name, columns in (
        ("without reader", [n for n, name in enumerate(FEATURES) if name not in READ]),
        ("with reader", list(range(len(FEATURES)))),
    ):
        print(f"\n{name}: {len(asked)} questions")
        for train, test in (halves, halves[::-1]):
            report(fit(train, columns), test)
        show(fit(asked, columns))


def ask(row: Row, reader: Reader) -> list[Asked]:
    """Ask a list's question of its first passages and, where one of them answers, of the first of those that do not."""
    answering = [any(passage["right"]) for passage in row["passages"]]
    kept = [list(range(len(answering)))]
    if any(1 in passage["right"] for passage in row["passages"][:PASSAGES_READ]):
        kept.append([number for number in kept[0] if not answering[number]])
    chosen = [numbers[:PASSAGES_READ] for numbers in kept if numbers]
    used = sorted({number for numbers in chosen for number in numbers})
    texts = [row["passages"][number]["text"] for number in used]
    places = [
        [Span(start, end, text[start:end]) for start, end in row["passages"][n]["sentences"]] for n, text in zip(used, texts, strict=True)
    ]
    marks = dict(zip(used, reader.mark(row["question"], texts, places), strict=True))
    return [_asked(row, numbers, marks) for numbers in chosen]


def _asked(row: Row, numbers: Sequence[int], marks: Mapping[int, Sequence[Marked | None]]) -> Asked:
    """Gather the sentences of passages; one that stands in several has the better reading and the better hit, as in use."""
    about = stems(row["question"])
    hit, reader = FEATURES.index("passage"), FEATURES.index("reader")
    found: dict[str, tuple[list[float], bool]] = {}
    for number in numbers:
        passage = row["passages"][number]
        parts = zip(passage["sentences"], passage["features"], passage["right"], marks[number], strict=True)
        for (start, end), known, right, mark in parts:
            read = (mark.score, mark.sentence) if mark else UNREAD
            says_nothing = mark and stems(passage["text"][mark.start : mark.end]) <= about
            features = [*known, *read, float(not says_nothing)]
            other, answers = found.get(passage["text"][start:end], (features, False))
            better = max(features, other, key=lambda each: each[reader])
            better[hit] = max(features[hit], other[hit])
            found[passage["text"][start:end]] = better, answers or right == 1
    return Asked(
        str(row.get("source", "")),
        np.array([features for features, _ in found.values()]),
        np.array([answers for _, answers in found.values()]),
    )


def fit(train: Sequence[Sequence[Asked]], columns: Sequence[int]) -> Fitted:
    """Fit both models: the ranking on each question as it was asked first, the chance on every time that it was.

    More of those times are without an answer than of the questions, so the chance is scaled by these (Platt 1999).
    """
    rank, bias = fit_rank([asked[0] for asked in train], columns)

    def firsts(asked: Sequence[Asked]) -> tuple[npt.NDArray[np.float64], list[bool]]:
        best = [each.features[int(np.argmax(each.features[:, columns] @ rank))][columns] for each in asked]
        return np.array(best), [bool(each.right.any()) for each in asked]

    answerable = LogisticRegression(C=10.0, max_iter=3000).fit(*firsts([asked for group in train for asked in group]))
    features, truth = firsts([group[0] for group in train])
    scale = LogisticRegression(C=1e6).fit(answerable.decision_function(features)[:, np.newaxis], truth)
    answerable.coef_ = answerable.coef_ * scale.coef_[0, 0]
    answerable.intercept_ = answerable.intercept_ * scale.coef_[0, 0] + scale.intercept_
    return Fitted(columns, rank, bias, answerable)


def fit_rank(questions: Sequence[Asked], columns: Sequence[int]) -> tuple[npt.NDArray[np.float64], float]:
    """Fit a linear ranking by softmax over each question's candidates (listwise, Cao et al. 2007), scaled to be a logit.

    Gives weights (len(columns),) and bias: logistic(features @ weights + bias) is the chance that a sentence answers.
    """
    lists = [(each.features[:, columns], each.right) for each in questions if each.right.any() and not each.right.all()]
    spread = np.vstack([features for features, _ in lists]).std(axis=0) + 1e-9

    def loss(weights: npt.NDArray[np.float64]) -> float:
        total = 0.0
        for features, right in lists:
            scores = features / spread @ weights
            total += logsumexp(scores) - logsumexp(scores[right])
        return total / len(lists) + RIDGE * float(weights @ weights)

    weights = minimize(loss, np.zeros(len(columns)), method="L-BFGS-B").x / spread
    scores = np.concatenate([each.features[:, columns] @ weights for each in questions])
    scale = LogisticRegression(C=1e6).fit(scores[:, np.newaxis], np.concatenate([each.right for each in questions]))
    return weights * scale.coef_[0, 0], float(scale.intercept_[0])


def report(fitted: Fitted, test: Sequence[Sequence[Asked]]) -> None:
    """Print how the models do on questions that they were not fitted on, by source and by threshold."""
    sources = sorted({group[0].source for group in test})
    for source in [*sources, "all"] if len(sources) > 1 else sources:
        groups = [group for group in test if source in {group[0].source, "all"}]
        answered = [group[0] for group in groups if group[0].right.any()]
        first = np.mean([each.right[fitted.best(each)] for each in answered])
        print(f"  {source}: {len(answered)} of {len(groups)} answered, sentence@1 {first:.3f}, AUROC {_auroc(fitted, groups):.3f}")
    asked = [each for group in test for each in group]
    chance, truth = fitted.chances(asked), np.array([each.right.any() for each in asked])
    shares = (f"{at}: {np.mean(chance[~truth] >= at):.3f} / {np.mean(chance[truth] < at):.3f}" for at in THRESHOLDS)
    print(f"  wrongly answered / falsely refused at {', '.join(shares)}")


def _auroc(fitted: Fitted, groups: Sequence[Sequence[Asked]]) -> float:
    asked = [each for group in groups for each in group]
    truth = [each.right.any() for each in asked]
    return float(roc_auc_score(truth, fitted.chances(asked))) if 0 < sum(truth) < len(truth) else float("nan")


def show(fitted: Fitted) -> None:
    """Print the weights as they stand in `rag/read.py`."""
    found = (("rank", fitted.rank, fitted.rank_bias), ("answerable", fitted.answerable.coef_[0], fitted.answerable.intercept_[0]))
    for title, weights, bias in found:
        named = dict(zip([FEATURES[n] for n in fitted.columns], weights.round(2).tolist(), strict=True))
        print(f"  {title}: {named}, bias {bias:.2f}")


if __name__ == "__main__":
    with explained():
        main()
