"""`python -m eval.grown`: what a question takes in a library of any size, stage by stage, with filters and without.

A home is filled with the articles of another, repeated with other names (eval/fulltext.py), and their passages get vectors that are drawn
around its own (eval/synthetic.py): nothing is encoded, so a million passages take about an hour. What is found there means nothing; how
long it takes does. A run that was broken off goes on.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import count, islice
from pathlib import Path

import numpy as np

from eval.fulltext import cut, repeated
from eval.gold import FOLDER
from eval.scale import Figures, asking
from eval.synthetic import BLOCK, Synthetic
from eval.vectors import held_mb, vectors_of
from rag.errors import ClippingsError
from rag.pipeline import Pipeline
from rag.reader.rows import Row, read_rows
from rag.records import NO_FILTERS, Article, ArticleInfo, Filters, Vectors
from rag.settings import Settings
from rag.sources import Source

SIZES = (10_000, 100_000, 1_000_000)
QUESTIONS = 100
# Passages that are written at once.
PART = 5_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill a home to each of the sizes and ask there; print the figures, write them as JSON, and give the exit status."""
    parser = argparse.ArgumentParser(prog="python -m eval.grown", description=__doc__)
    parser.add_argument("--home", type=Path, metavar="DIR", help="the indexed home whose articles are repeated (default: RAG_HOME)")
    parser.add_argument("--work", type=Path, required=True, metavar="DIR", help="the home that is filled (10 GB for a million passages)")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), metavar="N", help="numbers of passages")
    parser.add_argument(
        "--news", type=Path, nargs="*", default=[], metavar="FOLDER", help="ask their questions (RealTime QA) and no gold ones"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="where the figures go as JSON")
    options = parser.parse_args(arguments)
    settings = replace(Settings.from_env(os.environ), llm="quotes")
    model, grown = (Pipeline(replace(settings, home=home)) for home in (options.home or settings.home, options.work))
    try:
        found = measure(model, grown, options.sizes, questions_of(options.news))
    except ClippingsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        model.close()
        grown.close()
    for name in found[0]:
        sys.stdout.write(f"{name:46}{''.join(f'{each[name]:12.2f}' for each in found)}\n")
    if options.out:
        options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0


def questions_of(news: Sequence[Path]) -> list[str]:
    """Give QUESTIONS questions, evenly taken from RealTime QA folders, or from the gold questions when there is none."""
    files = [folder / "questions.jsonl.gz" for folder in news] or sorted(FOLDER.glob("*.jsonl"))
    texts = [str(row["question"]) for row in read_rows(files, ("question",))]
    return texts[:: max(1, len(texts) // QUESTIONS)][:QUESTIONS]


def measure(model: Pipeline, grown: Pipeline, sizes: Sequence[int], questions: Sequence[str]) -> list[Figures]:
    """Fill the home of `grown` from what `model` holds to each of the sizes that it has not passed, and ask the questions there.

    When it has passed all of them they are asked once, of what it holds.

    Raises:
        InputError: `model` holds too few passages to draw from.
    """
    real, held = vectors_of(model), grown.index.count()
    rows = [_row(model.store.article(info.id)) for info in model.store.select(NO_FILTERS)]
    articles = islice(repeated(rows), grown.store.count(), None)
    vectors = _drawn(Synthetic(real), held)
    found: list[Figures] = []
    for size in sorted(size for size in sizes if size > held) or [held]:
        _fill(grown, articles, vectors, size)
        found.append(_ask(grown, questions))
    return found


def _row(article: Article) -> Row:
    info = article.info
    return {"title": info.title, "text": article.text, "published": info.published, "url": info.url, "outlet": info.outlet}


def _drawn(synthetic: Synthetic, start: int) -> Iterator[Vectors]:
    """Give vectors (dim,) from place `start` on, without an end."""
    for number in count(start // BLOCK):
        yield from synthetic.block(number)[max(0, start - number * BLOCK) :]


def _fill(pipeline: Pipeline, articles: Iterator[tuple[int, Row, str]], vectors: Iterator[Vectors], size: int) -> None:
    """Bring a home to `size` passages, or a few more, as an article is not cut short. A sentence has the vector of its passage."""
    store, index = pipeline.store, pipeline.index
    while (held := index.count()) < size:
        ids: list[int] = []
        owners: list[ArticleInfo] = []
        own: list[Vectors] = []
        while len(ids) < min(PART, size - held):
            article, sentences, passages = cut(*next(articles))
            drawn = np.stack(list(islice(vectors, len(passages))))
            passage_of = np.searchsorted([passage.last for passage in passages], range(len(sentences)))
            store.put(article, Source(article.info.path, "", "", article.info.id))
            ids += store.put_split(article.info, sentences, passages, drawn[passage_of])
            owners += [article.info] * len(passages)
            own.append(drawn)
        index.add(ids, owners, np.concatenate(own))
        added = {info.id for info in owners}
        store.set_state(added, "done")
        for article_id in added:
            # None of them is a copy: a text too short to compare is nobody's.
            store.copies.add(article_id, "")


def _ask(pipeline: Pipeline, questions: Sequence[str]) -> Figures:
    """Ask with the reader and without it, and without it once more within filters that pass half, a hundredth, and one outlet."""
    figures: Figures = {"articles": pipeline.store.count(), "passages": pipeline.index.count()}
    pipeline.ask(questions[0])
    figures |= _named(asking(pipeline, questions), "with the reader")
    reader, pipeline.reader = pipeline.reader, None
    figures |= _named(asking(pipeline, questions), "without it")
    for name, filters in _filters(pipeline.store.select(NO_FILTERS)).items():
        figures |= _named(asking(pipeline, questions, filters), name)
    pipeline.reader = reader
    return figures | {"memory (MB)": held_mb()}


def _filters(articles: Sequence[ArticleInfo]) -> dict[str, Filters]:
    """Give filters, named by the articles that pass them."""
    days = sorted(info.published for info in articles if info.published)
    found = {
        name: Filters(since=date.fromisoformat(days[-(len(days) // share) - 1]))
        for name, share in (("newest half", 2), ("newest hundredth", 100))
        if days
    }
    if outlets := Counter(info.outlet for info in articles if info.outlet):
        found["largest outlet"] = Filters(outlet=outlets.most_common(1)[0][0])
    return found


def _named(figures: Figures, way: str) -> Figures:
    return {f"{name}, {way}": value for name, value in figures.items()}


if __name__ == "__main__":
    sys.exit(main())
