"""What a run is about: the project's own articles and questions, a folder and questions of one's own, or a public data set by path.

Each collection is indexed in a home of its own under the run's folder, where a later run finds it again.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval import beir, clusters, realtimeqa, rgb, run, squad
from eval.collection import indexed
from eval.gold import FOLDER, Question, load_gold, near_misses, spread
from eval.record import Task
from eval.suites import CLAIMS, suite_tasks
from eval.table import load_csv
from rag.pipeline import Pipeline
from rag.records import NO_FILTERS
from rag.settings import Settings

PROJECT = Path(__file__).parent.parent
CORPUS = PROJECT / "corpus"


@dataclass(frozen=True, slots=True)
class Data:
    """A collection that is indexed, and what is measured on it. `articles` and `questions` are the files that they came from."""

    pipeline: Pipeline
    tasks: list[Task]
    articles: Path
    questions: tuple[Path, ...]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what a run is about."""
    parser.add_argument("--articles", type=Path, metavar="PATH", help="the articles that --gold or --csv are about (default: corpus/)")
    own = parser.add_mutually_exclusive_group()
    own.add_argument("--gold", nargs="+", type=Path, metavar="FILE", help="gold files (default: all of eval/gold)")
    own.add_argument("--csv", type=Path, metavar="FILE", help="questions as a table: question, answer, and perhaps article or url")
    own.add_argument(
        "--squad",
        type=Path,
        metavar="FILE",
        help="a SQuAD v1.1 or v2.0 file, or rows (.jsonl, .jsonl.gz); its paragraphs are the collection",
    )
    own.add_argument("--realtimeqa", type=Path, metavar="DIR", help="a RealTime QA folder; its articles are the collection")
    own.add_argument("--clusters", type=Path, metavar="FILE", help="a file of eval/clusters; its articles are the collection")
    own.add_argument("--beir", type=Path, metavar="DIR", help="a BEIR folder; measures the search alone, by documents")
    own.add_argument("--rgb", type=Path, metavar="DIR", help="a folder of RGB; measures noise, rejection and altered facts")
    parser.add_argument("--limit", type=int, metavar="N", help="ask only N questions, spread evenly over the set")
    parser.add_argument("--paragraphs", type=int, metavar="N", help="only N paragraphs of --squad, spread evenly over the file")
    parser.add_argument(
        "--near-misses", action="store_true", help="ask each question again of the articles without those that hold its evidence"
    )


def open_data(options: argparse.Namespace, settings: Settings) -> Data:
    """Index the collection that the options name, and make the tasks of its questions; raises InputError for files of another form."""
    source = options.squad or options.realtimeqa or options.clusters or options.beir or options.rgb
    folder = options.articles or CORPUS
    home = options.out / ("home" if folder == CORPUS else f"home-{_digits(folder)}")
    if source:
        home = options.out / f"home-{_digits(source)}{f'-{options.paragraphs}' if options.paragraphs else ''}"
        folder = home / "articles"
        return _public(options, settings, home, folder, source)
    pipeline = indexed(settings, home, folder)
    if options.csv:
        questions = _asked(load_csv(options.csv, pipeline.store), options)
        return Data(pipeline, run.tasks(questions, pipeline, options.llm), folder, (options.csv,))
    files = tuple(options.gold or sorted(FOLDER.glob("*.jsonl")))
    texts = {Path(info.path).name: pipeline.store.article(info.id).text for info in pipeline.store.select(NO_FILTERS)}
    questions = _asked(load_gold(files, texts), options)
    return Data(pipeline, suite_tasks(options.suite, questions, pipeline, options.llm), folder, (*files, CLAIMS))


def _public(options: argparse.Namespace, settings: Settings, home: Path, folder: Path, source: Path) -> Data:
    """Unpack a public data set into article files, before anything is indexed; whatever is wrong with it is said first."""
    if options.beir:
        topics = spread(beir.unpack(source, folder), options.limit)
        pipeline = indexed(settings, home, folder)
        return Data(pipeline, beir.tasks(topics, pipeline), folder, (source,))
    if options.rgb:
        trials = rgb.unpack(source, folder, options.limit)
        pipeline = indexed(settings, home, folder)
        return Data(pipeline, rgb.tasks(trials, pipeline, options.llm), folder, (source,))
    if options.squad:
        questions = squad.unpack(source, folder, options.paragraphs)
    else:
        questions = (clusters if options.clusters else realtimeqa).unpack(source, folder, options.limit)
    pipeline = indexed(settings, home, folder)
    return Data(pipeline, run.tasks(_asked(questions, options), pipeline, options.llm), folder, (source,))


def _asked(questions: Sequence[Question], options: argparse.Namespace) -> list[Question]:
    chosen = spread(questions, options.limit)
    return chosen + (near_misses(chosen) if options.near_misses else [])


def _digits(path: Path) -> str:
    return hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:8]
