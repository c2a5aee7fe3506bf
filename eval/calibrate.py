"""`python -m eval.calibrate --rows FILE …`: fit the two logistic regressions of `rag/read.py` on questions with known answers.

The contexts of the rows become a collection; each question is asked twice, once of all of it and once without the passages
of its own context, which makes it unanswerable while everything like it is still there (a near miss).
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from eval.squad import as_markdown
from rag.clean import article_id, normalise
from rag.pipeline import PASSAGES_READ, Pipeline
from rag.read import FEATURES, find_candidates
from rag.reader.examples import Row, read_rows
from rag.records import NO_FILTERS, Query
from rag.search import search
from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Asked:
    """The (n, features) of a question's candidate sentences, and which of the n hold the answer."""

    features: np.ndarray
    right: np.ndarray


def main() -> None:
    """Read the command line, ask, fit and print."""
    parser = argparse.ArgumentParser(prog="python -m eval.calibrate", description=__doc__)
    parser.add_argument("--rows", nargs="+", type=Path, required=True, metavar="FILE", help="rows as for rag.reader.train")
    parser.add_argument("--source", nargs="*", default=["squad", "squadshifts_wiki", "newsqa"], help="which rows, by their source")
    parser.add_argument("--limit", type=int, default=1200, metavar="N", help="questions to ask")
    parser.add_argument("--home", type=Path, default=Path("eval/out/home-calibrate"))
    options = parser.parse_args()
    rows = [row for row in read_rows(options.rows) if row.get("source") in options.source and row["answer"]]
    random.Random(1).shuffle(rows)
    pipeline = Pipeline(Settings(home=options.home, llm="quotes"))
    _index(rows, pipeline, options.home / "articles")
    asked = [_ask(row, pipeline) for row in tqdm(rows[: options.limit], unit="question", file=sys.stderr)]
    half = len(asked) // 2
    for name, columns in (("without reader", range(len(FEATURES) - 1)), ("with reader", range(len(FEATURES)))):
        _fit(name, asked[:half], asked[half:], list(columns))


def _index(rows: Sequence[Row], pipeline: Pipeline, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for text in {normalise(row["context"]) for row in rows}:
        header = yaml.safe_dump({"title": " ".join(text.split()[:6])}, allow_unicode=True)
        (folder / f"{article_id(text)}.md").write_text(f"---\n{header}---\n{as_markdown(text)}\n", encoding="utf-8")
    pipeline.library.sync([folder])


def _ask(row: Row, pipeline: Pipeline) -> tuple[Asked, Asked]:
    """Ask with and without the passages of the row's own context."""
    own = article_id(normalise(row["context"]))
    query = Query(row["question"])
    vector = pipeline.encoder.encode([query.text])[0]
    hits = search(query.text, vector, pipeline.store, pipeline.index, NO_FILTERS, 3 * PASSAGES_READ)
    found = []
    for chosen in (hits[:PASSAGES_READ], [hit for hit in hits if hit.article_id != own][:PASSAGES_READ]):
        candidates = find_candidates(query, vector, chosen, pipeline.store, pipeline.reader)
        right = [
            candidate.sentence.article.id == own and row["answer"].casefold() in candidate.sentence.span.text.casefold()
            for candidate in candidates
        ]
        found.append(Asked(np.array([candidate.features for candidate in candidates]), np.array(right)))
    return found[0], found[1]


def _fit(name: str, train: Sequence[tuple[Asked, Asked]], test: Sequence[tuple[Asked, Asked]], columns: list[int]) -> None:
    """Fit on one half, report on the other."""
    rank = LogisticRegression(C=10.0, max_iter=1000)
    rank.fit(np.vstack([full.features[:, columns] for full, _ in train]), np.concatenate([full.right for full, _ in train]))

    def best(asked: Asked) -> int:
        return int(np.argmax(rank.decision_function(asked.features[:, columns])))

    def tops(pairs: Sequence[tuple[Asked, Asked]]) -> tuple[np.ndarray, np.ndarray]:
        both = [asked for pair in pairs for asked in pair]
        return np.array([asked.features[best(asked)][columns] for asked in both]), np.array([asked.right.any() for asked in both])

    answerable = LogisticRegression(C=10.0, max_iter=1000)
    answerable.fit(*tops(train))
    features, truth = tops(test)
    chance = answerable.predict_proba(features)[:, 1]
    print(f"\n{name}: {len(test)} questions held out")
    print(f"  sentence@1 {np.mean([full.right[best(full)] for full, _ in test]):.3f}, AUROC {roc_auc_score(truth, chance):.3f}")
    for threshold in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        refused = chance < threshold
        print(f"  threshold {threshold}: wrongly answered {np.mean(~refused[~truth]):.3f}, false refusals {np.mean(refused[truth]):.3f}")
    for title, model in (("rank", rank), ("answerable", answerable)):
        print(f"  {title}: {tuple(model.coef_[0].round(2).tolist())}, bias {model.intercept_[0]:.2f}")


if __name__ == "__main__":
    main()
