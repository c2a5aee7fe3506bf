"""`python -m eval.lists --rows FILE … --out FILE`: what the search finds for questions with known answers, for the reader to learn from.

The contexts of the rows become a collection, with those of `--among FILE …` beside them. For each question a line is written as
`rag/reader/lists.py` describes it; with `--follow-ups`, for each that can be asked after another one about the same text, as it is then.
With `--clusters FILE` the questions of clusters (eval/clusters.py) are asked of their articles instead; nothing but what is marked answers.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from eval.clusters import unpack
from eval.gold import Question
from eval.metrics import holds_answer
from eval.squad import write_article
from rag.candidates import FEATURES, as_read, find_candidates
from rag.clean import article_id, normalise
from rag.errors import explained
from rag.pipeline import PASSAGES_READ, Pipeline
from rag.reader.examples import title_of
from rag.reader.follow_ups import as_follow_up
from rag.reader.lists import KNOWN
from rag.reader.rows import Row, read_rows
from rag.records import NO_FILTERS, Filters, Hit, Query, Sought
from rag.rewrite import rewrite
from rag.search import search
from rag.settings import Settings
from rag.words import find_whole

# Features are kept to so many digits: vectors are stored with three.
DIGITS = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the places that answer it: by article id, the [start, end] of the answer's words, empty where only a start is known.

    What holds one of `words` elsewhere may answer, too.
    """

    source: str
    query: Query
    answers: Mapping[str, Sequence[tuple[int, int]]]
    words: tuple[str, ...] = ()


def main() -> None:
    """Read the command line, index, ask and write."""
    parser = argparse.ArgumentParser(prog="python -m eval.lists", description=__doc__)
    parser.add_argument("--rows", nargs="*", type=Path, default=[], metavar="FILE", help="rows as for rag.reader.train")
    parser.add_argument("--among", nargs="*", type=Path, default=[], metavar="FILE", help="other texts to find: title and text in a line")
    parser.add_argument("--limit", nargs="*", type=_limit, default=[], metavar="SOURCE=N", help="take so many questions of a source")
    parser.add_argument("--follow-ups", action="store_true", help="ask the questions as follow-ups, and leave out those that cannot be")
    parser.add_argument("--clusters", type=Path, metavar="FILE", help="clusters of articles with questions, instead of rows")
    parser.add_argument("--home", type=Path, default=Path("eval/out/home-lists"), help="where the collection is indexed")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the .jsonl.gz file to write")
    options = parser.parse_args()
    if bool(options.rows) == bool(options.clusters):
        parser.error("give either --rows or --clusters")
    pipeline = Pipeline(Settings(home=options.home, llm="quotes"))
    folder = options.home / "articles"
    asked = of_clusters(options.clusters, pipeline, folder) if options.clusters else _of_rows(options, pipeline, folder)
    with gzip.open(options.out, "wt", encoding="utf-8") as out:
        for each in tqdm(asked, unit="question", file=sys.stderr):
            out.write(json.dumps(listed(each, pipeline), ensure_ascii=False) + "\n")


def _of_rows(options: argparse.Namespace, pipeline: Pipeline, folder: Path) -> list[Asked]:
    known = read_rows(options.rows)
    rows = chosen(known, dict(options.limit))
    others = [{"title": row["title"], "context": row["text"]} for row in read_rows(options.among, ("title", "text"))]
    index([*rows, *others], pipeline, folder)
    queries = follow_ups(rows, known) if options.follow_ups else [(row, Query(row["question"])) for row in rows]
    return [of_row(row, query) for row, query in queries]


def of_clusters(file: Path, pipeline: Pipeline, folder: Path) -> list[Asked]:
    """Unpack clusters into a folder, index it, and take their questions."""
    questions = unpack(file, folder)
    pipeline.library.sync([folder])
    articles = {Path(info.path).name: (info.id, pipeline.store.article(info.id).text) for info in pipeline.store.select(NO_FILTERS)}
    return [of_question(each, articles) for each in questions]


def chosen(rows: Sequence[Row], limits: dict[str, int]) -> list[Row]:
    """Give all rows, at random `limits` of the sources that have one."""
    shuffled = random.Random(1).sample(list(rows), len(rows))
    place: dict[str, int] = {}
    kept = []
    for row in shuffled:
        source = str(row.get("source", ""))
        place[source] = place.get(source, 0) + 1
        if place[source] <= limits.get(source, len(rows)):
            kept.append(row)
    return kept


def index(rows: Sequence[Row], pipeline: Pipeline, folder: Path) -> None:
    """Write the rows' contexts as articles into a folder, and index it."""
    folder.mkdir(parents=True, exist_ok=True)
    for text, row in {normalise(row["context"]): row for row in rows}.items():
        write_article(folder / f"{article_id(text)}.md", {"title": title_of(row) or "untitled"}, text)
    pipeline.library.sync([folder])


def follow_ups(rows: Sequence[Row], known: Sequence[Row]) -> list[tuple[Row, Query]]:
    """Ask each row's question after another known one about the same text, where it can be and would then lean on that one."""
    rng = random.Random(1)
    about: dict[str, list[str]] = {}
    for row in known:
        about.setdefault(row["context"], []).append(row["question"])
    asked = []
    for row in rows:
        others = [question for question in about[row["context"]] if question != row["question"]]
        for before in rng.sample(others, len(others)):
            follow_up = as_follow_up(row["question"], before, rng)
            if follow_up and (query := rewrite(follow_up, [(before, "")])).context:
                asked.append((row, query))
                break
    return asked


def of_row(row: Row, query: Query) -> Asked:
    """Take a row's question, asked as `query`: the marked answer answers, and its words may elsewhere."""
    text = normalise(row["context"])
    answer = normalise(row["answer"] or "")
    at = _place(row, text, answer) if answer else None
    answers = {} if at is None else {article_id(text): [(at, at + len(answer))]}
    return Asked(str(row.get("source", "")), query, answers, (answer,))


def of_question(question: Question, articles: Mapping[str, tuple[str, str]]) -> Asked:
    """Take a question about articles, (id, text) by file name: its evidence answers, by the longest accepted wording that it holds."""
    wordings = sorted((wording for part in question.answers for wording in part), key=len, reverse=True)
    answers: dict[str, list[tuple[int, int]]] = {}
    for item in question.evidence:
        article, text = articles[item.article]
        begin = text.index(item.quote)
        at, words = next(((place, each) for each in wordings if (place := find_whole(each, item.quote)) is not None), (0, ""))
        answers.setdefault(article, []).append((begin + at, begin + at + len(words)))
    return Asked("clusters", rewrite(question.text, question.history), answers)


def listed(asked: Asked, pipeline: Pipeline) -> dict[str, Any]:
    """Give a question with the passages that the search finds, and where in them it is answered."""
    sought = pipeline.sought(asked.query)
    hits = with_answers(search(sought, pipeline.store, pipeline.index, NO_FILTERS, 2 * PASSAGES_READ), asked, sought, pipeline)
    found = {each.sentence.key: each for each in find_candidates(sought, hits, pipeline.store, None)}
    passages = []
    for hit in hits:
        own = [found[hit.article_id, place] for place in range(hit.first, hit.last + 1)]
        passage, places = as_read([each.sentence for each in own])
        right, marked = [], None
        for place, span in zip(places, (each.sentence.span for each in own), strict=True):
            told = [answer for answer in asked.answers.get(hit.article_id, ()) if span.start <= answer[0] < span.end]
            right.append(1 if told else -holds_answer(span.text, asked.words))
            for start, end in told:
                if end > start:
                    marked = place.start + start - span.start, place.start + end - span.start
        sentences = [(place.start, place.end) for place in places]
        features = [[round(value, DIGITS) for value in each.features[:KNOWN]] for each in own]
        # The list may be drawn without another passage that holds the same sentence.
        for each in features:
            each[FEATURES.index("passage")] = round(hit.score, DIGITS)
        passages.append({"text": passage, "sentences": sentences, "features": features, "right": right, "answer": marked})
    return {"source": asked.source, "question": asked.query.own, "before": asked.query.context, "passages": passages}


def with_answers(hits: Sequence[Hit], asked: Asked, sought: Sought, pipeline: Pipeline) -> list[Hit]:
    """Put the passages that answer behind the hits when none of these does: whoever reads them should still know that they answer."""
    starts = {
        article: [
            each.ordinal for each in pipeline.store.whole(article) if any(each.span.start <= start < each.span.end for start, _ in answers)
        ]
        for article, answers in asked.answers.items()
    }

    def answers(hit: Hit) -> bool:
        return any(hit.first <= place <= hit.last for place in starts.get(hit.article_id, ()))

    if not starts or any(map(answers, hits)):
        return list(hits)
    lowest = hits[-1].score if hits else 0.0
    own = search(sought, pipeline.store, pipeline.index, Filters(article_ids=tuple(starts)), 2 * PASSAGES_READ)
    return [*hits, *(replace(hit, score=min(hit.score, lowest)) for hit in own if answers(hit))]


def _place(row: Row, text: str, answer: str) -> int | None:
    """Give where the marked answer stands in the normalised text: it is the same occurrence, counted from the beginning."""
    place = -len(answer)
    for _ in range(normalise(row["context"][: row["start"]]).count(answer) + 1):
        place = text.find(answer, place + len(answer))
        if place < 0:
            return None
    return place


def _limit(text: str) -> tuple[str, int]:
    source, _, limit = text.partition("=")
    return source, int(limit)


if __name__ == "__main__":
    with explained():
        main()
