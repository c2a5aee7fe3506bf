"""A BEIR folder (Thakur et al. 2021) as a collection that is searched: corpus.jsonl, queries.jsonl and qrels/*.tsv.

Documents are judged, not sentences, so only the search is measured: a document stands where its first passage does.
"""

from __future__ import annotations

import csv
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from eval.metrics import ndcg_at, reciprocal_rank, share_found
from eval.record import Row, Task, row_of
from eval.squad import write_article
from rag.clean import article_id, normalise
from rag.errors import InputError
from rag.pipeline import Pipeline
from rag.reader.rows import read_rows
from rag.records import NO_FILTERS, Query
from rag.search import search

KIND = "retrieval"
# Passages to fetch, so that at least ten documents are among them.
PASSAGES = 100
DOCUMENTS = 10


@dataclass(frozen=True, slots=True)
class Topic:
    """A query with the grades of the articles (by id) that are relevant to it."""

    id: str
    text: str
    grades: Mapping[str, int]


def unpack(source: Path, folder: Path) -> list[Topic]:
    """Write each document as an article file into `folder`; give the queries that have a relevant document.

    Of several files of judgements, test.tsv counts if it is there, else all of them.

    Raises:
        InputError: a file is missing or not of BEIR's form; names it, and the line.
    """
    folder.mkdir(parents=True, exist_ok=True)
    articles: dict[str, str] = {}
    for number, row in enumerate(read_rows([source / "corpus.jsonl"], ("_id", "text"))):
        text = normalise(str(row["text"])) or normalise(str(row.get("title", "")))
        if text:
            write_article(folder / f"{number:07}.md", {"title": row.get("title") or "untitled"}, text)
            articles[str(row["_id"])] = article_id(text)
    files = sorted((source / "qrels").glob("*.tsv"))
    files = [file for file in files if file.name == "test.tsv"] or files
    if not files:
        raise InputError(f"{source / 'qrels'}: there are no judgements; put test.tsv there, with query-id, corpus-id and score")
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for query, document, grade in _judgements(files):
        if document not in articles:
            raise InputError(f"{source / 'qrels'}: the document {document!r} of query {query!r} is not in corpus.jsonl")
        if grade > 0:
            grades[query][articles[document]] = grade
    queries = read_rows([source / "queries.jsonl"], ("_id", "text"))
    return [Topic(str(row["_id"]), str(row["text"]), grades[str(row["_id"])]) for row in queries if grades.get(str(row["_id"]))]


def _judgements(files: Iterable[Path]) -> list[tuple[str, str, int]]:
    """Read (query id, document id, grade) from files whose first line names the columns."""
    found = []
    for file in files:
        with file.open(encoding="utf-8", newline="") as lines:
            for number, row in enumerate(csv.reader(lines, delimiter="\t"), 1):
                if number > 1 and row:
                    try:
                        query, document, grade = row
                        found.append((query, document, int(grade)))
                    except ValueError as error:
                        raise InputError(f"{file}:{number}: not query-id, corpus-id and a whole score between tabs: {row}") from error
    return found


def tasks(topics: Sequence[Topic], pipeline: Pipeline) -> list[Task]:
    """Make a task of each query."""
    return [Task(topic.id, partial(measure, topic, pipeline)) for topic in topics]


def measure(topic: Topic, pipeline: Pipeline) -> Row:
    """Search for a query; give its row. recall@k is the share of the relevant documents among the first k."""
    begun = time.perf_counter()
    hits = search(pipeline.sought(Query(topic.text)), pipeline.store, pipeline.index, NO_FILTERS, PASSAGES)
    found = list(dict.fromkeys(hit.article_id for hit in hits))[:DOCUMENTS]
    spent = 1000 * (time.perf_counter() - begun)
    ranks = [rank for rank, document in enumerate(found, 1) if document in topic.grades]
    scores = {f"recall@{k}": share_found(ranks, k, len(topic.grades)) for k in (1, 3, 5)}
    scores["ndcg@10"] = ndcg_at([topic.grades.get(document, 0) for document in found], list(topic.grades.values()), DOCUMENTS)
    return row_of(topic.id, KIND, topic.text, mrr=reciprocal_rank(ranks), latency_ms=spent, **scores)
