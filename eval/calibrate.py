"""`python -m eval.calibrate --rows FILE …`: fit the two linear models of `rag/read.py` on questions with known answers.

The contexts of the rows become a collection. Each question is asked of all of it, then without the passages that hold its
answer (the event is there, the fact is not), then without its own article. Rows found by distant supervision, whose answers
may stand elsewhere too, are asked once, and for ranking only. Rows without an answer are asked once, too.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from eval.lists import index
from eval.metrics import holds_answer
from rag.candidates import FEATURES, find_candidates
from rag.clean import article_id, normalise
from rag.errors import explained
from rag.pipeline import PASSAGES_READ, Pipeline
from rag.reader.rows import Row, read_rows
from rag.records import NO_FILTERS, Hit, Query
from rag.search import search
from rag.settings import Settings

DISTANT = "realtimeqa"
# A little of it keeps weights of features that hardly vary near zero.
RIDGE = 0.01


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question found: the (n, features) of its candidate sentences, and which of the n hold the answer."""

    source: str
    features: np.ndarray
    right: np.ndarray


def main() -> None:
    """Read the command line, ask, fit and print."""
    parser = argparse.ArgumentParser(prog="python -m eval.calibrate", description=__doc__)
    parser.add_argument("--rows", nargs="+", type=Path, required=True, metavar="FILE", help="rows as for rag.reader.train")
    parser.add_argument("--source", nargs="*", default=["squad", "squadshifts_wiki", "newsqa", DISTANT], help="which rows, by their source")
    parser.add_argument("--limit", type=int, default=250, metavar="N", help="questions to ask of each source")
    parser.add_argument("--home", type=Path, default=Path("eval/out/home-calibrate"))
    options = parser.parse_args()
    rows = [row for row in read_rows(options.rows) if row.get("source") in options.source]
    random.Random(1).shuffle(rows)
    rows = [row for source in options.source for row in [row for row in rows if row["source"] == source][: options.limit]]
    pipeline = Pipeline(Settings(home=options.home, llm="quotes"))
    index(rows, pipeline, options.home / "articles")
    asked = [ask(row, pipeline) for row in tqdm(rows, unit="question", file=sys.stderr)]
    for name, columns in (
        ("without reader", [n for n, name in enumerate(FEATURES) if name not in {"reader", "sentence", "new"}]),
        ("with reader", None),
    ):
        report(name, asked[::2], asked[1::2], columns or list(range(len(FEATURES))))


def ask(row: Row, pipeline: Pipeline) -> list[Asked]:
    """Ask a row's question of the whole collection and, unless the row was found by distant supervision, of the rest of it."""
    own = article_id(normalise(row["context"]))
    query = Query(row["question"])
    sought = pipeline.sought(query)
    hits = search(sought, pipeline.store, pipeline.index, NO_FILTERS, 4 * PASSAGES_READ)
    stretches = {hit: pipeline.store.sentences([(own, hit.first, hit.last)]) for hit in hits if hit.article_id == own}

    def answers(hit: Hit) -> bool:
        found = stretches.get(hit, [])
        return any(holds_answer(sentence.span.text, [row["answer"] or ""]) for sentence in found)

    kept: list[Callable[[Hit], bool]] = [lambda hit: True]
    if row["source"] != DISTANT and row["answer"]:
        kept += [lambda hit: not answers(hit), lambda hit: hit.article_id != own]
    found = []
    for keep in kept:
        chosen = [hit for hit in hits if keep(hit)][:PASSAGES_READ]
        candidates = find_candidates(sought, chosen, pipeline.store, pipeline.reader)
        right = [
            (row["source"] == DISTANT or each.sentence.article.id == own) and holds_answer(each.sentence.span.text, [row["answer"] or ""])
            for each in candidates
        ]
        found.append(Asked(row["source"], np.array([each.features for each in candidates]), np.array(right, dtype=bool)))
    return found


def fit_rank(questions: Sequence[Asked], columns: Sequence[int]) -> tuple[np.ndarray, float]:
    """Fit a linear ranking by softmax over each question's candidates (listwise, Cao et al. 2007), scaled to be a logit.

    Gives weights (len(columns),) and bias: logistic(features @ weights + bias) is the chance that a sentence answers.
    """
    lists = [(each.features[:, columns], each.right) for each in questions if each.right.any() and not each.right.all()]
    spread = np.vstack([features for features, _ in lists]).std(axis=0) + 1e-9

    def loss(weights: np.ndarray) -> float:
        total = 0.0
        for features, right in lists:
            scores = features / spread @ weights
            total += logsumexp(scores) - logsumexp(scores[right])
        return total / len(lists) + RIDGE * float(weights @ weights)

    weights = minimize(loss, np.zeros(len(columns)), method="L-BFGS-B").x / spread
    scores = np.concatenate([each.features[:, columns] @ weights for each in questions])
    scale = LogisticRegression(C=1e6).fit(scores[:, np.newaxis], np.concatenate([each.right for each in questions]))
    return weights * scale.coef_[0, 0], float(scale.intercept_[0])


def report(name: str, train: Sequence[list[Asked]], test: Sequence[list[Asked]], columns: Sequence[int]) -> None:
    """Fit on one half, and print how it does on the other."""
    rank, rank_bias = fit_rank([asked[0] for asked in train], columns)

    def best(asked: Asked) -> int:
        return int(np.argmax(asked.features[:, columns] @ rank))

    def tops(groups: Sequence[list[Asked]]) -> tuple[np.ndarray, np.ndarray]:
        each = [asked for group in groups for asked in group if group[0].source != DISTANT and len(asked.features)]
        return np.array([asked.features[best(asked)][columns] for asked in each]), np.array([asked.right.any() for asked in each])

    answerable = LogisticRegression(C=10.0, max_iter=1000).fit(*tops(train))
    print(f"\n{name}: {len(test)} questions held out")
    by_source: Mapping[str, list[list[Asked]]] = {group[0].source: [] for group in test}
    for group in test:
        by_source[group[0].source].append(group)
    for source, groups in by_source.items():
        answerable_groups = [group for group in groups if len(group) > 1 or source == DISTANT]
        first = np.mean([bool(len(group[0].right)) and bool(group[0].right[best(group[0])]) for group in answerable_groups])
        there = np.mean([group[0].right.any() for group in answerable_groups])
        features, truth = tops(groups)
        auroc = roc_auc_score(truth, answerable.decision_function(features)) if len(truth) else float("nan")
        print(f"  {source}: n {len(groups)}, sentence@1 {first:.3f} (among the candidates in {there:.3f}), AUROC {auroc:.3f}")
    features, truth = tops(test)
    chance = answerable.predict_proba(features)[:, 1]
    for threshold in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        refused = chance < threshold
        print(f"  threshold {threshold}: wrongly answered {np.mean(~refused[~truth]):.3f}, false refusals {np.mean(refused[truth]):.3f}")
    for title, weights, bias in (("rank", rank, rank_bias), ("answerable", answerable.coef_[0], answerable.intercept_[0])):
        named = dict(zip([FEATURES[n] for n in columns], weights.round(2).tolist(), strict=True))
        print(f"  {title}: {named}, bias {bias:.2f}")


if __name__ == "__main__":
    with explained():
        main()
