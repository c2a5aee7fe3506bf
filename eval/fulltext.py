"""`python -m eval.fulltext`: what BM25 finds and what it takes, as a library grows to a million passages.

The articles of RealTime QA folders are repeated, each time with other names in the place of their names: so the words are as frequent as
they are in news, and an article's repeats tell of others.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

import numpy as np

from eval.metrics import holds_answer
from eval.realtimeqa import ARTICLE_FIELDS, QUESTION_FIELDS
from rag.clean import normalise
from rag.reader.rows import Row, read_rows
from rag.records import NO_FILTERS, Article, ArticleInfo, Passage, Span
from rag.search import CANDIDATES
from rag.sources import Source
from rag.split import split_passages
from rag.store import Store
from rag.words import content_words

DEPTHS = (1, 5, 10, 30)
# Boundaries are found by rule, which is a hundred times as fast as pysbd and near enough for passages of the usual length.
_SENTENCE = re.compile(r"\S.*?(?:[.!?][”’\"']?(?=\s)|$)", re.MULTILINE)
_NAME = re.compile(r"(?<=[a-z,] )[A-Z]\w+")
_CAPITALISED = re.compile(r"\b[A-Z]\w+")


def main() -> None:
    """Fill a store to each of the sizes, and print the time (ms, of one thread) and the answers found at each."""
    parser = argparse.ArgumentParser(prog="python -m eval.fulltext", description=__doc__)
    parser.add_argument("--news", type=Path, nargs="+", required=True, metavar="FOLDER", help="articles and questions (RealTime QA)")
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000], metavar="N", help="numbers of passages")
    parser.add_argument("--work", type=Path, required=True, metavar="DIR", help="an empty folder for the store (4 GB for a million)")
    options = parser.parse_args()
    rows = read_rows([folder / "articles.jsonl.gz" for folder in options.news], ARTICLE_FIELDS)
    asked = read_rows([folder / "questions.jsonl.gz" for folder in options.news], QUESTION_FIELDS)
    questions = [row for row in asked if row["answer_in_articles"]][::4]
    store = Store(options.work / "clippings.db")
    articles = repeated(rows)
    for size in options.sizes:
        while store.words.passage_count() < size:
            put(store, *next(articles))
        for name, value in measure(store, questions).items():
            sys.stdout.write(f"{name:28}{value:12.3f}\n")
    store.close()


def repeated(rows: Sequence[Row]) -> Iterator[tuple[int, Row, str]]:
    """Give articles without an end, as (number, row, text). In round n the name of rank r in frequency is that of rank r xor n."""
    texts = [normalise(row["text"]) for row in rows]
    names = [name for name, _ in Counter(name for text in texts for name in _NAME.findall(text)).most_common()]
    number = 0
    for turn in count():
        other = {name: names[rank ^ turn] for rank, name in enumerate(names) if rank ^ turn < len(names)}
        for row, text in zip(rows, texts, strict=True):
            yield number, row, _CAPITALISED.sub(lambda found: other.get(found[0], found[0]), text)  # noqa: B023  (used at once)
            number += 1


def cut(number: int, row: Row, text: str) -> tuple[Article, list[Span], list[Passage]]:
    """Make an article of a repeated one, and cut it into sentences and passages."""
    info = ArticleInfo(f"{number:016}", row["title"] or "untitled", row.get("outlet"), (), row["published"], row["url"], f"{number}", "en")
    sentences = [Span(found.start(), found.end(), found[0]) for found in _SENTENCE.finditer(text)]
    return Article(info, text), sentences, split_passages(text, sentences)


def put(store: Store, number: int, row: Row, text: str) -> None:
    """Store an article as done, with its passages and without sentences, as no vector is searched."""
    article, _, passages = cut(number, row, text)
    store.put(article, Source(article.info.path, "", "", article.info.id))
    store.put_split(article.info, [], passages, np.empty((0, 0), dtype=np.float32))
    store.set_state([article.info.id], "done")


def measure(store: Store, questions: Sequence[Row]) -> dict[str, float]:
    """Search for each question by its words as the product does; say how long it takes, and where a passage first holds an answer."""
    spent, ranks = [], []
    for row in questions:
        begun = time.thread_time()
        words = store.words.document_frequency(content_words(row["question"]))
        found = [passage for passage, _ in store.words.matching(words, NO_FILTERS, CANDIDATES)]
        spent.append(1000 * (time.thread_time() - begun))
        answers = tuple(str(answer).strip(" .“”\"'") for answer in row["answers"])
        texts = store.passage_texts(found)
        ranks.append(next((rank for rank, passage in enumerate(found) if holds_answer(texts[passage][1], answers)), CANDIDATES))
    p50, p95 = np.percentile(spent, [50, 95])
    at = {f"answer among the first {depth}": float(np.mean(np.array(ranks) < depth)) for depth in DEPTHS}
    return {"passages": store.words.passage_count(), "questions": len(questions), "p50 (ms)": float(p50), "p95 (ms)": float(p95), **at}


if __name__ == "__main__":
    main()
