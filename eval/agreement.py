"""`python -m eval.agreement DIR`: how far the matcher (matching.py) agrees with a person, and with the judge of Summary of a Haystack.

DIR holds topics of that data. eval/gold/summaries/labels.jsonl names sentences of its documents by offsets, labelled by hand with how
far each says an insight: 1 all of it, 0.5 a part, 0 nothing. The data's own judge is a language model that graded the bullets of many
systems' summaries.
"""

from __future__ import annotations

import argparse
import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.metrics import cohen_kappa_score

from eval.gold import FOLDER
from eval.matching import degree, match
from eval.metrics import bootstrap_interval
from eval.summhay import reading, topic_files
from rag.clean import normalise
from rag.embed import Encoder, load_encoder
from rag.errors import explained
from rag.settings import Settings

LABELS = FOLDER / "summaries" / "labels.jsonl"
JUDGED = {"FULL_COVERAGE": 1.0, "PARTIAL_COVERAGE": 0.5}
# A bullet's marks, "[3]" and "[1, 2]", and what a list puts before it.
_MARKS = re.compile(r"\[[\d, ]+\]|^[\s*\-\d.]+|\*\*")


class Graded(NamedTuple):
    """A grade (0, 0.5 or 1) by the reference and by the matcher; `system` is whose summary it is of ("" when it is a single sentence)."""

    reference: float
    ours: float
    system: str = ""


def main() -> None:
    """Grade the labelled pairs and the judged summaries, and print how often the grades are the same."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.agreement", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="Summary of a Haystack topics (news*.json.gz)")
    options = parser.parse_args()
    settings = Settings.from_env(os.environ)
    encoder = load_encoder(settings.embedding_model, settings.home)
    labels = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    by_hand: list[Graded] = []
    judged: list[Graded] = []
    for file in topic_files(options.folder):
        with reading(file) as topic:
            by_hand += labelled([row for row in labels if row["topic"] == file.name.split(".")[0]], topic, encoder)
            judged += [grade for subtopic in topic["subtopics"] for grade in judged_by_model(subtopic, encoder)]
    print(f"labelled by hand: {told(by_hand)}")
    print(f"the benchmark's judge: {told(judged)}")
    systems = [[grade for grade in judged if grade.system == name] for name in sorted({grade.system for grade in judged})]
    means = np.array([[np.mean([grade.reference for grade in own]), np.mean([grade.ours for grade in own])] for own in systems])
    (theirs, ours), pearson = means.mean(axis=0), np.corrcoef(means.T)[0, 1]
    print(f"coverage of {len(systems)} systems: correlation {pearson:.3f} (Pearson), mean {ours:.3f}, the judge's {theirs:.3f}")


def labelled(rows: Sequence[Mapping[str, Any]], topic: Mapping[str, Any], encoder: Encoder) -> list[Graded]:
    """Grade the labelled pairs of a topic."""
    insights = {each["insight_id"]: each["insight"] for subtopic in topic["subtopics"] for each in subtopic["insights"]}
    texts = {each["document_id"]: normalise(each["document_text"]) for each in topic["documents"]}
    pairs = [(row["label"], insights[row["insight"]], texts[row["document"]][row["start"] : row["end"]]) for row in rows]
    return [Graded(label, degree(match([insight], [sentence], encoder)[0, 0])) for label, insight, sentence in pairs]


def judged_by_model(subtopic: Mapping[str, Any], encoder: Encoder) -> list[Graded]:
    """Grade the insights of a subtopic by each system's summary, as the benchmark's judge did."""
    insights = {each["insight_id"]: each["insight"] for each in subtopic["insights"]}
    bullets = {system: [_MARKS.sub("", line) for line in lines] for system, lines in subtopic["summaries"].items()}
    every = sorted({bullet for lines in bullets.values() for bullet in lines})
    place = {bullet: n for n, bullet in enumerate(every)}
    scores = dict(zip(insights, match(list(insights.values()), every, encoder), strict=True))
    grades: list[Graded] = []
    for system, judged in subtopic["eval_summaries"].items():
        own = [place[bullet] for bullet in bullets[system]]
        grades += [Graded(JUDGED.get(row["coverage"], 0.0), degree(scores[row["insight_id"]][own].max()), system) for row in judged]
    return grades


def told(grades: Sequence[Graded]) -> str:
    """Say how often both grades are the same, whether both say covered or not, and Cohen's kappa with linear weights (Cohen 1968)."""
    same = [float(grade.reference == grade.ours) for grade in grades]
    covered = [float((grade.reference > 0) == (grade.ours > 0)) for grade in grades]
    twice = [[round(2 * grade.reference) for grade in grades], [round(2 * grade.ours) for grade in grades]]
    kappa = cohen_kappa_score(*twice, labels=[0, 1, 2], weights="linear")
    low, high = bootstrap_interval(same)
    shares = f"same grade {np.mean(same):.3f} [{low:.3f}, {high:.3f}], same on covered or not {np.mean(covered):.3f}"
    return f"n={len(grades)}, {shares}, kappa {kappa:.3f}"


if __name__ == "__main__":
    with explained():
        main()
