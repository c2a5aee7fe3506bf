"""`python -m eval`: index the collection, ask every question, print the figures, write them down, compare them."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from eval import check, compare, realtimeqa, squad
from eval.collection import indexed
from eval.gold import FOLDER, Question, load_gold
from eval.html import PROJECT, as_html, fingerprint
from eval.report import as_text, figures
from eval.run import Row, run
from rag.errors import ClippingsError
from rag.pipeline import Pipeline
from rag.records import NO_FILTERS
from rag.settings import Settings

CORPUS = PROJECT / "corpus"
OUT = Path(__file__).parent / "out"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the evaluation; give the exit status (0 done, 1 an error that is explained, 2 wrong usage)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(
        prog="python -m eval",
        description="Score answers on questions with known answers. `python -m eval compare BEFORE AFTER` compares two runs, "
        "`python -m eval check` the gold questions with their articles.",
    )
    parser.add_argument("--gold", nargs="+", type=Path, metavar="FILE", help="gold files about corpus/ (default: all of eval/gold)")
    parser.add_argument("--squad", type=Path, metavar="FILE", help="a SQuAD v1.1 or v2.0 file instead; its paragraphs are the collection")
    parser.add_argument("--realtimeqa", type=Path, metavar="DIR", help="a RealTime QA folder instead; its articles are the collection")
    parser.add_argument("--llm", metavar="NAME", default="quotes", help="the answerer: quotes (default) or a model such as ollama:qwen3:4b")
    parser.add_argument(
        "--out", type=Path, default=OUT, metavar="DIR", help="where results.jsonl, figures.json and report.html go (default: eval/out)"
    )
    parser.add_argument("--baseline", type=Path, metavar="FILE", help="rows of another run (results.jsonl) to compare with")
    parser.add_argument("--gate", action="store_true", help="exit with 1 when a measure is worse than the baseline's by more than noise")
    parser.add_argument("--save-baseline", type=Path, metavar="FILE", help="write this run as a baseline for later ones")
    parser.add_argument("--limit", type=int, metavar="N", help="ask only N questions, spread evenly over the set")
    parser.add_argument("--resume", action="store_true", help="keep the answers that an interrupted run left in --out")
    try:
        if given[:1] == ["compare"]:
            return compare.main(given[1:])
        if given[:1] == ["check"]:
            return check.main(given[1:], CORPUS)
        options = parser.parse_args(given)
        if options.gate and not options.baseline:
            parser.error("--gate needs a --baseline to compare with")
        return evaluate(options)
    except ClippingsError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"interrupted; what was answered is in {options.out}: go on with --resume", file=sys.stderr)
        return 1


def evaluate(options: argparse.Namespace) -> int:
    """Do what the options say; raises ClippingsError for what cannot be done."""
    settings = Settings.from_env(os.environ)
    options.out.mkdir(parents=True, exist_ok=True)
    baseline = compare.read_results(options.baseline) if options.baseline else None
    if other := options.squad or options.realtimeqa:
        home = options.out / f"home-{hashlib.sha256(str(other.resolve()).encode()).hexdigest()[:8]}"
        folder = home / "articles"
        questions = squad.unpack(other, folder) if options.squad else realtimeqa.unpack(other, folder, options.limit)
        pipeline = indexed(settings, home, folder)
    else:
        folder = CORPUS
        pipeline = indexed(settings, options.out / "home", folder)
        texts = {Path(info.path).name: pipeline.store.article(info.id).text for info in pipeline.store.select(NO_FILTERS)}
        questions = load_gold(options.gold or sorted(FOLDER.glob("*.jsonl")), texts)
    if options.limit:
        questions = questions[:: max(1, len(questions) // options.limit)][: options.limit]
    rows = _answered(questions, pipeline, options)
    about = {
        "answerer": options.llm,
        "encoder": pipeline.encoder.name,
        "code": fingerprint([PROJECT / "rag"]),
        "prompts": fingerprint([PROJECT / "prompts"]),
        "articles": fingerprint([folder]),
    }
    result = {**about, **figures(rows)}
    (options.out / "figures.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    (options.out / "report.html").write_text(as_html(rows, result, about), encoding="utf-8")
    print(as_text(result))
    print(f"\nevery question that went wrong: {options.out / 'report.html'}")
    pipeline.close()
    if options.save_baseline:
        compare.write_baseline(rows, options.save_baseline)
    if baseline is None:
        return 0
    print(f"\n{options.baseline} against this run:\n")
    return compare.tell(baseline, rows, gate=options.gate)


def _answered(questions: Sequence[Question], pipeline: Pipeline, options: argparse.Namespace) -> list[Row]:
    """Answer the questions, writing each row as soon as it is there."""
    file = options.out / "results.jsonl"
    kept = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if options.resume and file.exists() else []
    rows: dict[str, Row] = {row["id"]: row for row in kept}
    waiting = [question for question in questions if question.id not in rows]
    with file.open("a" if options.resume else "w", encoding="utf-8") as out:
        for row in tqdm(
            run(waiting, pipeline, options.llm), total=len(waiting), desc="asking", unit="question", file=sys.stderr, disable=None
        ):
            rows[row["id"]] = row
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            out.flush()
    return [rows[question.id] for question in questions]


if __name__ == "__main__":
    sys.exit(main())
