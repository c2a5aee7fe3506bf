"""Summary of a Haystack (Laban et al. 2024, arXiv 2407.01370): news topics, queries, and the insights that a cited summary should hold.

A topic is a file news*.json.gz: "documents" with the insights that each holds, and "subtopics", each with a query and its reference
insights. The benchmark lets a language model judge whether a bullet of a summary covers an insight; here eval/matching.py does.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eval.matching import Scores, degree
from eval.measures import Measure
from eval.record import Row
from eval.squad import write_article
from rag.clean import normalise
from rag.errors import InputError


@dataclass(frozen=True, slots=True)
class Insight:
    """What a summary should say; `documents` are the names of the files that hold it."""

    id: str
    text: str
    documents: frozenset[str]


@dataclass(frozen=True, slots=True)
class Subtopic:
    """A part of a topic that is asked for. `query` is what the benchmark searches by: the question and the subtopic's description."""

    id: str
    query: str
    insights: tuple[Insight, ...]


# Coverage: mean over the insights of 1 (full), 0.5 (partial) or 0. Citations: precision, recall and F1 of the documents that the
# sentence which covers an insight cites, against those that hold it; mean over the insights that are covered. Joint: mean over all
# insights of coverage times citation F1.
MEASURES = (
    Measure("coverage", lambda row: row["coverage"], lambda row: row["insights"]),
    Measure("citation_precision", lambda row: row["precision"], lambda row: row["covered"]),
    Measure("citation_recall", lambda row: row["recall"], lambda row: row["covered"]),
    Measure("citation_f1", lambda row: row["f1"], lambda row: row["covered"]),
    Measure("joint", lambda row: row["joint"], lambda row: row["insights"]),
)


def topic_files(folder: Path) -> list[Path]:
    """List the topics of a folder; raises InputError when there is none."""
    files = sorted(folder.glob("news*.json.gz"))
    if not files:
        raise InputError(f"{folder} holds no news*.json.gz: name a folder of Summary of a Haystack topics")
    return files


def unpack(file: Path, folder: Path) -> list[Subtopic]:
    """Write each document of a topic as an article file, named by its id, into `folder`; give the subtopics.

    Raises:
        InputError: the file cannot be read, or is not of the form above.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with reading(file) as topic:
        for row in topic["documents"]:
            write_article(folder / f"{row['document_id']}.md", {"title": topic["topic"]}, normalise(row["document_text"]))
        return [_subtopic(row, topic["documents"]) for row in topic["subtopics"]]


@contextmanager
def reading(file: Path) -> Iterator[dict[str, Any]]:
    """Give the content of a topic; what is missing in it is an InputError that names the file."""
    try:
        yield json.loads(gzip.decompress(file.read_bytes()))
    except (OSError, EOFError, KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{file}: not a Summary of a Haystack topic ({type(error).__name__}: {error}); it needs topic, documents and subtopics"
        ) from error


def _subtopic(row: dict[str, Any], documents: Sequence[dict[str, Any]]) -> Subtopic:
    insights = (
        Insight(
            each["insight_id"],
            each["insight"],
            frozenset(f"{document['document_id']}.md" for document in documents if each["insight_id"] in document["insights_included"]),
        )
        for each in row["insights"]
    )
    return Subtopic(row["subtopic_id"], f"{row['query']} {row['subtopic']}", tuple(insights))


def score(insights: Sequence[Insight], scores: Scores, *, cited: Sequence[frozenset[str]]) -> Row:
    """Score a summary of one subtopic, as sums over its insights, by the benchmark's definitions.

    `scores` are the matcher's, (insights, sentences); `cited` holds the files that each sentence cites. An insight is covered by
    the sentence that matches it best. One sentence that fully covers an insight of four documents and cites one of them and another:
    precision 1/2, recall 1/4, F1 and joint 1/3.
    """
    row = dict.fromkeys(("coverage", "covered", "precision", "recall", "f1", "joint"), 0.0) | {"insights": len(insights)}
    for insight, fits in zip(insights, scores, strict=True):
        coverage = degree(float(fits.max())) if len(fits) else 0.0
        if not coverage:
            continue
        shown = cited[int(np.argmax(fits))]
        right = len(shown & insight.documents)
        precision = right / len(shown) if shown else 0.0
        recall = right / len(insight.documents) if insight.documents else 0.0
        f1 = 2 * precision * recall / (precision + recall) if right else 0.0
        for name, value in (("coverage", coverage), ("covered", 1), ("precision", precision), ("recall", recall), ("f1", f1)):
            row[name] += value
        row["joint"] += coverage * f1
    return row
