"""`python -m eval.summaries`: how good summaries and timelines are, beside what is easily done.

Without an option: gold nuggets and gold events about corpus/ (eval/gold/summaries, eval/gold/timelines), with summaries at each length
beside the articles' first sentences. With --summhay DIR: Summary of a Haystack (Laban et al. 2024), beside first sentences, TextRank and
LexRank. The baselines get the articles or passages that the search finds for a topic, and as many sentences as ours has.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar, get_args

from tqdm import tqdm

from eval import summhay
from eval.baselines import lead, with_sumy
from eval.collection import indexed
from eval.data import PROJECT
from eval.key_facts import load_events, load_nuggets
from eval.matching import match
from eval.measures import Measure, Values, draw, interval, resampled, value
from eval.recall import SUMMARY_MEASURES, TIMELINE_MEASURES, WRITING_MEASURES, Match, summary_row, timeline_row
from eval.record import Row
from eval.shown import Shown, cited, of_sentences, of_summary
from rag.errors import ClippingsError, explained
from rag.pipeline import Pipeline
from rag.records import NO_FILTERS, Query, Sentence, Timeline
from rag.search import search
from rag.settings import Settings
from rag.summarize import Length

OUT = Path(__file__).parent / "out" / "summaries"
OURS, LEAD = "ours", "first sentences"
# How many passages of a topic the baselines are given.
PASSAGES_FOUND = 30
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Written:
    """What a summary shows; and about it, what failed (None: nothing), its sentences that stand in for a model's, and seconds taken."""

    shown: list[Shown]
    about: Row


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print a table a set, and write a row a summary; raises ClippingsError for what cannot be done."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.summaries", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--summhay", type=Path, metavar="DIR", help="a folder of Summary of a Haystack news topics instead of corpus/")
    parser.add_argument("--length", nargs="+", choices=get_args(Length), default=get_args(Length), help="lengths to measure (default: all)")
    parser.add_argument("--llm", metavar="NAME", default="quotes", help="who writes: quotes (default) or a model such as ollama:qwen3:4b")
    parser.add_argument("--out", type=Path, default=OUT, metavar="DIR", help="where homes and rows go (default: eval/out/summaries)")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    (on_haystacks if options.summhay else on_corpus)(options, Settings.from_env(os.environ))


def on_corpus(options: argparse.Namespace, settings: Settings) -> None:
    """Measure nugget recall, support and repeats of summaries, and dates and events of timelines."""
    pipeline = indexed(settings, options.out / "home", PROJECT / "corpus")
    ids = {Path(info.path).name: info.id for info in pipeline.store.select(NO_FILTERS)}
    texts = {name: pipeline.store.article(id).text for name, id in ids.items()}
    compare: Match = partial(match, encoder=pipeline.encoder)
    nuggets = grouped(load_nuggets(texts), lambda nugget: nugget.subject)
    for length in options.length:
        rows: list[Row] = []
        for subject, own in tqdm(nuggets.items(), desc=f"{length} summaries", file=sys.stderr, disable=None):
            one = [ids[subject]] if subject in ids else []
            written = summary_of(pipeline, subject, ids=one, length=length, llm=options.llm)
            sentences = pipeline.store.whole(one[0]) if one else found(pipeline, subject)[0]
            for system, each in ((OURS, written.shown), (LEAD, of_sentences(lead(sentences, len(written.shown))))):
                about = {"system": system, "length": length, "subject": subject} | written.about
                said = [{"text": one.text, "quotes": [quote.text for quote in one.quotes]} for one in each]
                rows.append(about | summary_row(own, each, texts=texts, match=compare) | {"said": said})
        write(rows, options.out / f"corpus-{length}.jsonl")
        for kind, single in (("articles", True), ("topics", False)):
            chosen = [row for row in rows if (row["subject"] in ids) is single]
            print(f"\n{length} summaries of {kind}\n{as_table(chosen, SUMMARY_MEASURES)}")
            print(as_table([row for row in chosen if row["system"] == OURS], WRITING_MEASURES))
    rows = timelines(pipeline, texts, compare)
    write(rows, options.out / "timelines.jsonl")
    print(f"\ntimelines\n{as_table(rows, TIMELINE_MEASURES)}")
    pipeline.close()


def timelines(pipeline: Pipeline, texts: Mapping[str, str], compare: Match) -> list[Row]:
    """Score the timeline of each topic of the gold events; one that fails is empty."""
    rows: list[Row] = []
    for topic, gold in grouped(load_events(texts), lambda event: event.topic).items():
        timeline, error = Timeline((), ()), None
        try:
            *_, (_, _, drawn) = pipeline.timeline(topic)
            timeline = drawn or timeline
        except ClippingsError as failure:
            error = str(failure)
        dated = [(event.date, Shown(event.text, cited(event.citations, timeline.citations))) for event in timeline.events]
        rows.append({"system": OURS, "subject": topic, "error": error} | timeline_row(gold, dated, texts=texts, match=compare))
    return rows


def on_haystacks(options: argparse.Namespace, settings: Settings) -> None:
    """Measure coverage of insights and citations on the topics of Summary of a Haystack."""
    rows: list[Row] = []
    ranked = with_sumy()
    if not ranked:
        print("TextRank and LexRank are left out: sumy is not installed (pip install -r requirements-summaries.txt)", file=sys.stderr)
    for file in summhay.topic_files(options.summhay):
        home = options.out / f"home-{file.name.split('.')[0]}"
        subtopics = summhay.unpack(file, home / "articles")
        pipeline = indexed(settings, home, home / "articles")
        for subtopic in tqdm(subtopics, desc=file.name, unit="query", file=sys.stderr, disable=None):
            whole, passages = found(pipeline, subtopic.query)
            facts = [insight.text for insight in subtopic.insights]
            for length in options.length:
                written = summary_of(pipeline, subtopic.query, ids=(), length=length, llm=options.llm)
                count = len(written.shown)
                systems = {OURS: written.shown, LEAD: of_sentences(lead(whole, count))}
                systems |= {name: of_sentences(choose(passages, count)) for name, choose in ranked.items()}
                for system, each in systems.items():
                    scores = match(facts, [one.text for one in each], pipeline.encoder)
                    about = {"system": system, "length": length, "subject": subtopic.id, "sentences": len(each)} | written.about
                    rows.append(about | summhay.score(subtopic.insights, scores, cited=[one.articles for one in each]))
        pipeline.close()
    write(rows, options.out / "summhay.jsonl")
    for length in options.length:
        print(f"\n{length} summaries\n{as_table([row for row in rows if row['length'] == length], summhay.MEASURES)}")


def summary_of(pipeline: Pipeline, subject: str, *, ids: Sequence[str], length: Length, llm: str) -> Written:
    """Summarize articles, or the subject as a topic when there are no ids; what fails shows nothing."""
    begun = time.perf_counter()
    summary, error = None, None
    try:
        *_, (_, _, summary) = pipeline.summarize(ids, topic=None if ids else subject, length=length, llm=llm)
    except ClippingsError as failure:
        error = str(failure)
    about = {"error": error, "replaced": summary.replaced if summary else 0, "seconds": time.perf_counter() - begun}
    return Written(of_summary(summary) if summary else [], about)


def found(pipeline: Pipeline, topic: str) -> tuple[list[Sentence], list[Sentence]]:
    """Give the sentences of the articles that a search finds, best article first, and those of the passages that it finds."""
    hits = search(pipeline.sought(Query(topic)), pipeline.store, pipeline.index, NO_FILTERS, PASSAGES_FOUND)
    articles = dict.fromkeys(hit.article_id for hit in hits)
    whole = [sentence for id in articles for sentence in pipeline.store.whole(id)]
    return whole, pipeline.store.sentences((hit.article_id, hit.first, hit.last) for hit in hits)


def grouped(items: Iterable[T], key: Callable[[T], str]) -> dict[str, list[T]]:
    """Put items with the same key together, in order."""
    groups: dict[str, list[T]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


def write(rows: Iterable[Row], file: Path) -> None:
    """Write a row a line."""
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def as_table(rows: Sequence[Row], measures: Sequence[Measure]) -> str:
    """Write the measures of each system with their 95 % intervals; what is drawn again for these are whole summaries."""
    lines = [f"{'':16}{'n':>4}" + "".join(f"{measure.name:>24}" for measure in measures)]
    for system, own in grouped(rows, lambda row: str(row["system"])).items():
        draws = draw(len(own))
        lines.append(f"{system:16}{len(own):4}" + "".join(f"{_cell(measure, own, draws):>24}" for measure in measures))
    failed = sum(row["error"] is not None for row in rows if row["system"] == OURS)
    return "\n".join(lines) + (f"\n{failed} failed, and count as empty" if failed else "")


def _cell(measure: Measure, rows: Sequence[Row], draws: Values) -> str:
    figure, between = value(measure, rows), interval(resampled(measure, rows, draws))
    return f"{figure:.3f} [{between[0]:.3f}, {between[1]:.3f}]" if figure is not None and between else "-"


if __name__ == "__main__":
    with explained():
        main()
