"""`python -m eval.curve`: how much of the gold nuggets an article's summary says at which length, beside what is easily done.

The length of a medium summary (rag/summarize.py) was chosen by this. TextRank and LexRank need sumy (requirements-summaries.txt).
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from eval.baselines import Baseline, lead, with_sumy
from eval.collection import indexed
from eval.data import PROJECT
from eval.key_facts import Nugget, load_nuggets
from eval.matching import match
from eval.recall import Match, summary_row
from eval.shown import of_sentences
from eval.summaries import LEAD, OURS, OUT, grouped
from rag.choose import choose
from rag.errors import explained
from rag.records import NO_FILTERS, Sentence
from rag.settings import Settings

COUNTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15)


@dataclass(frozen=True, slots=True)
class Point:
    """What summaries of so many sentences say: the share of the vital nuggets, of all, and of the articles' characters that they are."""

    vital: float
    all: float
    share: float


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table a system."""
    parser = argparse.ArgumentParser(prog="python -m eval.curve", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", nargs="+", type=int, default=COUNTS, metavar="N", help="lengths to measure, in sentences")
    options = parser.parse_args(arguments)
    OUT.mkdir(parents=True, exist_ok=True)
    pipeline = indexed(Settings.from_env(os.environ), OUT / "home", PROJECT / "corpus")
    ids = {Path(info.path).name: info.id for info in pipeline.store.select(NO_FILTERS)}
    texts = {name: pipeline.store.article(id).text for name, id in ids.items()}
    nuggets = grouped((nugget for nugget in load_nuggets(texts) if nugget.article), lambda nugget: nugget.subject)
    articles = [(pipeline.store.whole(ids[name]), own) for name, own in nuggets.items()]
    print(f"{len(articles)} articles; recall of vital nuggets / of all / share of the text")
    measure = partial(point, articles, texts=texts, compare=partial(match, encoder=pipeline.encoder))
    for name, system in {OURS: choose, LEAD: lead, **with_sumy()}.items():
        points = [(count, measure(system, count)) for count in options.sentences]
        print(f"{name:16}" + "  ".join(f"{count}: {each.vital:.2f}/{each.all:.2f}/{each.share:.2f}" for count, each in points))
    pipeline.close()


def point(
    articles: Iterable[tuple[Sequence[Sentence], Sequence[Nugget]]],
    system: Baseline,
    count: int,
    *,
    texts: Mapping[str, str],
    compare: Match,
) -> Point:
    """Measure summaries of `count` sentences over all articles, each with its nuggets."""
    vital, vital_said, every, said, shown, there = 0, 0, 0, 0, 0, 0
    for sentences, nuggets in articles:
        chosen = system(sentences, count)
        row = summary_row(nuggets, of_sentences(chosen), texts=texts, match=compare)
        vital, vital_said = vital + row["vital"], vital_said + row["vital_recalled"]
        every, said = every + row["nuggets"], said + row["recalled"]
        shown += sum(len(each.span.text) for each in chosen)
        there += sum(len(each.span.text) for each in sentences)
    return Point(vital_said / max(1, vital), said / max(1, every), shown / max(1, there))


if __name__ == "__main__":
    with explained():
        main()
