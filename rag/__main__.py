"""The command line: `python -m rag COMMAND`. With --json standard output holds one object; the rest goes to standard error."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from rag.arguments import parse
from rag.errors import ClippingsError
from rag.progress import bar, stop_on_interrupt

if TYPE_CHECKING:
    from rag.pipeline import Pipeline
    from rag.progress import Stop
    from rag.records import Filters, SyncReport
    from rag.sheet import Product

T = TypeVar("T")
STOPPING = "stopping with what there is by now; Ctrl+C again interrupts"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; give the exit status: 0 done, 1 an error that is explained on standard error, 2 wrong usage."""
    options = parse(arguments)
    # What loads libraries comes after the command line is understood, so that --help is quick.
    from rag.pipeline import Pipeline
    from rag.settings import Settings

    pipeline: Pipeline | None = None
    try:
        pipeline = Pipeline(Settings.from_env(os.environ))
        return COMMANDS[options.command](pipeline, options) or 0
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


def _limits(options: argparse.Namespace) -> Filters:
    from rag.records import Filters

    return Filters(options.since, options.until, options.outlet)


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
    from rag.terminal import as_text

    if options.export and options.question == "-":
        raise ClippingsError("--export writes one answer: give the question instead of -")
    for question in _questions(options.question):
        try:
            answer = pipeline.ask(question, replace(_limits(options), article_ids=tuple(options.article)), llm=options.llm)
        except ClippingsError as error:
            if options.question != "-":
                raise
            # One bad line must not cost the others their answers.
            _print(options, {"question": question, "error": str(error)}, str(error))
            continue
        _print(options, answer_json(answer), as_text(answer))
        if not options.json:
            for each in answer.nearest:
                print(f"  nearest: {each.article.title} ({each.article.published or 'no date'}, {each.article.id}): “{each.span.text}”")
            _notes(answer.problems)
        _export(pipeline, options, answer, question)


def _questions(given: str) -> Iterator[str]:
    if given != "-":
        yield given
        return
    for line in sys.stdin:
        if line.strip():
            yield line.strip()


def _summarize(pipeline: Pipeline, options: argparse.Namespace) -> None:
    from rag.contract import summary_json
    from rag.terminal import as_text

    summary = _last(
        lambda stop: pipeline.summarize(options.article, options.topic, _limits(options), options.length, options.llm, stop=stop)
    )
    _print(options, summary_json(summary), as_text(summary))
    _export(pipeline, options, summary, f"Summary: {options.topic or f'{summary.articles} articles'}")
    _notes(summary.problems)


def _brief(pipeline: Pipeline, options: argparse.Namespace) -> None:
    from rag.contract import brief_json
    from rag.terminal import as_text

    brief = _last(lambda stop: pipeline.brief(options.topic, options.since, llm=options.llm, stop=stop))
    _print(options, brief_json(brief), as_text(brief))
    _export(pipeline, options, brief, f"Brief: {brief.topic}")
    _notes(brief.summary.problems)


def _timeline(pipeline: Pipeline, options: argparse.Namespace) -> None:
    from rag.contract import timeline_json
    from rag.terminal import as_text

    timeline = _last(lambda stop: pipeline.timeline(options.topic, _limits(options), stop=stop))
    _print(options, timeline_json(timeline), as_text(timeline))
    _export(pipeline, options, timeline, f"Timeline: {timeline.topic or 'what the articles date'}")


def _verify(pipeline: Pipeline, options: argparse.Namespace) -> int:
    from rag.contract import checks_json
    from rag.terminal import checks_text
    from rag.verify import verify

    checks = verify(options.file, pipeline.store)
    _print(options, checks_json(str(options.file), checks), checks_text(checks))
    return int(any(check.standing != "stands" for check in checks))


def _last(work: Callable[[Stop], Iterable[tuple[int, int, T | None]]]) -> T:
    """Show how far long work is until its result comes, which is the last of its steps; at Ctrl+C it is what there is by then."""
    result: T | None = None
    with bar("articles") as progress, stop_on_interrupt(lambda: _say(STOPPING)) as stop:
        for done, total, step in work(stop):
            progress(done, total)
            result = step
    if result is None:
        raise ClippingsError("the work ended without a result: try again")
    return result


def _export(pipeline: Pipeline, options: argparse.Namespace, product: Product, title: str) -> None:
    from rag.export import export

    if options.export:
        export(product, title, pipeline.today, options.export)
        _say(f"written to {options.export}")


def _notes(problems: Iterable[str]) -> None:
    for problem in problems:
        _say(f"note: {problem}")


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


COMMANDS: dict[str, Callable[[Pipeline, argparse.Namespace], int | None]] = {
    "sync": _sync,
    "ask": _ask,
    "summarize": _summarize,
    "brief": _brief,
    "timeline": _timeline,
    "verify": _verify,
    "articles": _articles,
    "rebuild": _rebuild,
    "doctor": _doctor,
}


if __name__ == "__main__":
    sys.exit(main())
