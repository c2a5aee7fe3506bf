"""`python -m eval`: index the collection, ask every question, print the figures, write them down, compare them."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from eval import check, compare, draft, judge, rgb
from eval.data import CORPUS, PROJECT, Data, add_options, open_data
from eval.html import as_html, fingerprint
from eval.record import Row, record
from eval.report import as_text, figures
from eval.suites import SUITES
from rag.errors import ClippingsError
from rag.reader.model import WEIGHTS_SHA256
from rag.settings import Settings

OUT = Path(__file__).parent / "out"
COMMANDS: Mapping[str, Callable[[Sequence[str]], int]] = {
    "compare": compare.main,
    "check": partial(check.main, corpus=CORPUS),
    "draft": draft.main,
    "judge": judge.main,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the evaluation; give the exit status (0 done, 1 an error that is explained, 2 wrong usage)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(
        prog="python -m eval",
        description="Score answers on questions with known answers. `python -m eval compare BEFORE AFTER` compares two runs, "
        "`python -m eval check` the gold questions with their articles; `python -m eval draft PATH` drafts new ones; `python -m eval judge "
        "RESULTS --llm NAME` asks a language model what it thinks of a run.",
    )
    suites = "; ".join(f"{name}: {what}" for name, what in SUITES.items())
    parser.add_argument("suite", nargs="?", choices=SUITES, default="gold", help=f"what of the project's own to measure. {suites}")
    add_options(parser)
    parser.add_argument("--llm", metavar="NAME", default="quotes", help="the answerer: quotes (default) or a model such as ollama:qwen3:4b")
    parser.add_argument("--no-reader", action="store_true", help="rank by words and vectors alone, to see what the reader is worth")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="ask N questions at a time: for a model on a server (default: 1)")
    parser.add_argument(
        "--out", type=Path, default=OUT, metavar="DIR", help="where results.jsonl, figures.json and report.html go (default: eval/out)"
    )
    parser.add_argument("--resume", action="store_true", help="keep the answers that an interrupted run left in --out")
    parser.add_argument("--baseline", type=Path, metavar="FILE", help="rows of another run (results.jsonl) to compare with")
    compare.add_gate(parser)
    parser.add_argument("--save-baseline", type=Path, metavar="FILE", help="write this run as a baseline for later ones")
    try:
        if given and (command := COMMANDS.get(given[0])):
            return command(given[1:])
        options = parser.parse_args(given)
        if options.gate and not options.baseline:
            parser.error("--gate needs a --baseline to compare with")
        other = options.csv or options.squad or options.realtimeqa or options.clusters or options.beir or options.rgb
        if options.suite != "gold" and other:
            parser.error(f"{options.suite} is a suite of the project's own questions; leave it out for other data")
        if options.near_misses and (options.beir or options.rgb):
            parser.error("--near-misses asks questions with evidence again; leave it out for --beir and --rgb")
        if options.paragraphs and not options.squad:
            parser.error("--paragraphs is for --squad")
        if options.rgb and options.baseline:
            parser.error("--rgb has rates of its own, and cannot be compared with a --baseline")
        return evaluate(options)
    except ClippingsError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"interrupted; what was answered is in {options.out}: go on with --resume", file=sys.stderr)
        return 1


def evaluate(options: argparse.Namespace) -> int:
    """Do what the options say; raises ClippingsError for what cannot be done."""
    settings = replace(Settings.from_env(os.environ), reader=not options.no_reader)
    options.out.mkdir(parents=True, exist_ok=True)
    baseline = compare.read_results(options.baseline) if options.baseline else None
    data = open_data(options, settings)
    about = describe(data, options.llm)
    rows = record(data.tasks, options.out, about, resume=options.resume, jobs=options.jobs)
    data.pipeline.close()
    if options.rgb:
        return _tell_rgb(rows, about, options.out)
    result = {**about, **figures(rows)}
    _write(result, options.out)
    (options.out / "report.html").write_text(as_html(rows, result, about), encoding="utf-8")
    print(as_text(result))
    print(f"\nevery question that went wrong: {options.out / 'report.html'}")
    if options.save_baseline:
        compare.write_baseline(rows, options.save_baseline)
    if baseline is None:
        return 0
    print(f"\n{options.baseline} against this run:\n")
    return compare.tell(baseline, rows, gate=options.gate, tolerance=options.tolerance)


def describe(data: Data, llm: str) -> dict[str, str]:
    """Say what was run: the answerer and the encoder by name, everything else by a fingerprint of its files."""
    return {
        "answerer": llm,
        "encoder": data.pipeline.encoder.name,
        "reader": "none" if data.pipeline.reader is None else WEIGHTS_SHA256[:12],
        "code": fingerprint([PROJECT / "rag", *sorted((PROJECT / "eval").glob("*.py"))]),
        "prompts": fingerprint([PROJECT / "prompts"]),
        "articles": fingerprint([data.articles]),
        "questions": fingerprint(data.questions),
    }


def _tell_rgb(rows: Sequence[Row], about: Mapping[str, str], out: Path) -> int:
    found = rgb.rates(rows)
    _write({**about, "conditions": found}, out)
    print(rgb.as_text(found))
    return 0


def _write(result: Mapping[str, object], out: Path) -> None:
    (out / "figures.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
