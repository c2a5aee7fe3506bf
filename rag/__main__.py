"""The command line: `python -m rag COMMAND`. With --json standard output holds one object; the rest goes to standard error."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import ClippingsError
from rag.progress import bar

if TYPE_CHECKING:
    from rag.pipeline import Pipeline
    from rag.records import Filters, SyncReport

CORPUS = Path(__file__).resolve().parent.parent / "corpus"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; give the exit status: 0 done, 1 an error that is explained on standard error, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    # What loads libraries comes after the command line is understood, so that --help is quick.
    from rag.pipeline import Pipeline
    from rag.settings import Settings

    pipeline: Pipeline | None = None
    try:
        pipeline = Pipeline(Settings.from_env(os.environ))
        options.command(pipeline, options)
    except ClippingsError as error:
        _say(str(error))
        return 1
    except KeyboardInterrupt:
        _say("interrupted; what was done is kept, and the same command goes on from there")
        return 1
    except BrokenPipeError:
        # Whoever read the output has closed it; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    finally:
        if pipeline:
            pipeline.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rag", description="Answers and summaries over a folder of news articles, with sources."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(command=run)
        added.add_argument("--json", action="store_true", help="print one JSON object")
        return added

    sync = command("sync", _sync, "add or update the articles of files and folders")
    sync.add_argument("paths", nargs="*", metavar="PATH", default=[str(CORPUS)], help="files, folders, web addresses (default: corpus/)")
    sync.add_argument("--prune", action="store_true", help="also remove the articles of files that have gone from the folders")
    sync.add_argument("--watch", action="store_true", help="go on, and follow every change until stopped")
    ask = command("ask", _ask, "answer a question")
    ask.add_argument("question", metavar="QUESTION", help="the question, or - to read one a line from standard input")
    _add_filters(ask)
    ask.add_argument("--article", action="append", default=[], metavar="ID", help="use only this article (may be repeated)")
    ask.add_argument("--llm", metavar="NAME", help="quotes, or a model such as ollama:qwen3:4b (default: RAG_LLM)")
    summarize = command("summarize", _summarize, "summarize articles, all of them or those on a topic")
    summarize.add_argument("article", nargs="*", metavar="ID", help="articles (default: all)")
    summarize.add_argument("--topic", metavar="TEXT", help="only articles on this topic")
    summarize.add_argument("--length", choices=("short", "medium", "long"), default="medium")
    _add_filters(summarize)
    summarize.add_argument("--llm", metavar="NAME", help="quotes, or a model (default: RAG_LLM)")
    timeline = command("timeline", _timeline, "date what the articles tell about a topic")
    timeline.add_argument("--topic", required=True, metavar="TEXT")
    articles = command("articles", _articles, "list, show or remove articles")
    articles.add_argument("action", nargs="?", choices=("list", "show", "remove"), default="list")
    articles.add_argument("ids", nargs="*", metavar="ID")
    command("rebuild", _rebuild, "build the index anew from the stored articles")
    command("doctor", _doctor, "check that store and index agree")
    return parser


def _add_filters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", type=_date, metavar="DATE", help="only articles published on or after this day (2024-01-19)")
    parser.add_argument("--until", type=_date, metavar="DATE", help="only articles published on or before this day")
    parser.add_argument("--outlet", metavar="NAME", help="only articles of this outlet")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date; write it as 2024-01-19") from error


def _filters(options: argparse.Namespace) -> Filters:
    from rag.records import Filters

    return Filters(options.since, options.until, options.outlet, tuple(options.article))


def _sync(pipeline: Pipeline, options: argparse.Namespace) -> None:
    urls = [path for path in options.paths if path.lower().startswith(("http://", "https://"))]
    paths = [Path(path) for path in options.paths if path not in urls]
    if options.watch:
        _watch(pipeline, paths, urls, options)
        return
    with bar("articles") as progress:
        report = pipeline.library.sync(paths, progress, urls=urls, prune=options.prune)
    _tell(report, options)


def _watch(pipeline: Pipeline, paths: Sequence[Path], urls: Sequence[str], options: argparse.Namespace) -> None:
    from rag.watch import Watcher

    if urls or not paths:
        raise ClippingsError("--watch follows files and folders: leave web addresses to a sync of their own")

    def told(watcher: Watcher) -> None:
        if watcher.error:
            _say(watcher.error)
        elif watcher.report:
            _tell(watcher.report, options)

    watcher = Watcher(pipeline.library, paths, prune=options.prune, told=told)
    _say(f"watching {', '.join(map(str, paths))}; stop with Ctrl+C")
    watcher.start()
    try:
        watcher.wait()
    finally:
        watcher.stop()


def _tell(report: SyncReport, options: argparse.Namespace) -> None:
    from rag.contract import sync_json

    for _, reason in report.skipped:
        _say(f"skipped: {reason}")
    for name, remark in report.remarks:
        _say(f"note: {name}: {remark}")
    counts = [f"{len(report.added)} added", f"{len(report.updated)} updated", f"{report.unchanged} unchanged"]
    counts += [f"{len(report.removed)} removed"] * bool(report.removed) + [f"{len(report.skipped)} skipped"]
    _print(options, sync_json(report), f"{', '.join(counts)} in {report.seconds:.1f} s")


def _ask(pipeline: Pipeline, options: argparse.Namespace) -> None:
    from rag.contract import answer_json
    from rag.text import answer_text

    for question in _questions(options.question):
        try:
            answer = pipeline.ask(question, _filters(options), llm=options.llm)
        except ClippingsError as error:
            if options.question != "-":
                raise
            # One bad line must not cost the others their answers.
            _print(options, {"question": question, "error": str(error)}, str(error))
            continue
        _print(options, answer_json(answer), answer_text(answer))
        if not options.json:
            for article in answer.nearest:
                print(f"  nearest: {article.title} ({article.published or 'no date'}, {article.id})")
            for problem in answer.problems:
                _say(f"note: {problem}")


def _questions(given: str) -> Iterator[str]:
    if given != "-":
        yield given
        return
    for line in sys.stdin:
        if line.strip():
            yield line.strip()


def _summarize(pipeline: Pipeline, options: argparse.Namespace) -> None:
    from dataclasses import replace

    from rag.contract import summary_json
    from rag.text import source_lines

    filters = replace(_filters(options), article_ids=())
    with bar("articles") as progress:
        for done, total, step in pipeline.summarize(options.article, options.topic, filters, options.length, options.llm):
            progress(done, total)
            summary = step or None
    if summary is None:
        return
    coverage = f"{summary.read} of {summary.articles} articles read, {summary.cited} cited"
    lines = [f"{claim.text} {''.join(f'[{n}]' for n in claim.citations)}" for claim in summary.sentences]
    _print(options, summary_json(summary), "\n".join([*lines, "", *source_lines(summary.citations), "", coverage]))
    for problem in summary.problems:
        _say(f"note: {problem}")


def _timeline(pipeline: Pipeline, options: argparse.Namespace) -> None:
    from rag.contract import timeline_json
    from rag.text import source_lines

    timeline = pipeline.timeline(options.topic)
    lines = [f"{event.date:10}  {event.text} {''.join(f'[{n}]' for n in event.citations)}" for event in timeline.events]
    _print(options, timeline_json(timeline), "\n".join([*lines, "", *source_lines(timeline.citations)]))


def _articles(pipeline: Pipeline, options: argparse.Namespace) -> None:
    from rag.contract import article_json, listing_json

    listing = pipeline.store.listing()
    if options.action == "list":
        rows = [f"{each.info.id}  {each.info.published or '-':10}  {each.info.outlet or '-'}: {each.info.title}" for each in listing]
        _print(
            options,
            [listing_json(each) for each in listing],
            "\n".join(rows) or "there are no articles yet: run `python -m rag sync FOLDER`",
        )
    elif not options.ids:
        raise ClippingsError(f"articles {options.action} needs the id of an article: `python -m rag articles list` shows them")
    elif options.action == "show":
        known, store = {each.info.id: each for each in listing}, pipeline.store
        found = [store.article(article_id) for article_id in options.ids]
        shown: Any = [
            article_json(each, known.get(each.info.id), store.versions(each.info.id), store.current(each.info.id)) for each in found
        ]
        _print(options, shown[0] if len(shown) == 1 else shown, "\n\n".join(f"{each.info.title}\n\n{each.text}" for each in found))
    else:
        pipeline.library.remove(options.ids)
        _print(options, {"removed": options.ids}, f"removed {', '.join(options.ids)}")


def _rebuild(pipeline: Pipeline, options: argparse.Namespace) -> None:
    with bar("articles") as progress:
        count = pipeline.library.rebuild(progress)
    _print(options, {"articles": count}, f"{count} articles indexed anew")


def _doctor(pipeline: Pipeline, options: argparse.Namespace) -> None:
    problems = pipeline.library.check()
    _print(options, {"problems": problems, "articles": pipeline.store.count()}, "\n".join(problems) or "all is well")


def _print(options: argparse.Namespace, data: Any, text: str) -> None:
    print(json.dumps(data, ensure_ascii=False) if options.json else text, flush=True)


def _say(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
