"""`python -m eval compare BEFORE AFTER`: what a change made better or worse, on which questions, and whether that is noise.

Both are results.jsonl files, or a baseline. The same questions are resampled in both runs at once (paired bootstrap, Efron and
Tibshirani 1993; Koehn 2004), so what is hard for both cancels out.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.measures import MEASURES, Measure, draw, interval, resampled, value
from eval.run import Row
from rag.reader.rows import read_rows

# What a baseline keeps of a row: what the measures are worked out from, and what names a question.
KEPT = (
    *("id", "kind", "question", "refused", "recall@1", "recall@3", "recall@5", "mrr", "sentence@1", "exact_match", "f1"),
    *("citations_shown", "citations_right", "citation_recall", "speaker_named", "conflict_shown", "latency_ms"),
)
# Measured since some baselines were written: kept where a row has it.
KEPT_IF_THERE = ("said_right", "premise_told")
# Whether a question went over to another outcome is told by these.
FLIPS = ("sentence@1", "exact_match", "refused", "citation_recall")
FLIPS_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Difference:
    """How a measure changed. `low` and `high` are the 95 % interval of after minus before; None where there is none."""

    name: str
    before: float
    after: float
    low: float
    high: float
    verdict: str


def main(arguments: Sequence[str]) -> int:
    """Compare two files; give 1 when --gate is set and something is worse."""
    parser = argparse.ArgumentParser(prog="python -m eval compare", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("before", type=Path, metavar="BEFORE")
    parser.add_argument("after", type=Path, metavar="AFTER")
    parser.add_argument("--gate", action="store_true", help="exit with 1 when a measure is worse than noise explains")
    options = parser.parse_args(arguments)
    return tell(read_results(options.before), read_results(options.after), gate=options.gate)


def tell(before: Sequence[Row], after: Sequence[Row], *, gate: bool) -> int:
    """Print a comparison; give the exit status, 1 when something is worse and `gate` is set."""
    found = differences(before, after)
    print(as_markdown(before, after, found))
    return int(gate and bool(worse(found)))


def read_results(file: Path) -> list[Row]:
    """Read the rows of a run; raises InputError, naming file and line, for what are no rows of results."""
    return read_rows([file], KEPT)


def write_baseline(rows: Sequence[Row], file: Path) -> None:
    """Write what a later run needs to be compared with this one."""
    kept = [{name: row[name] for name in (*KEPT, *KEPT_IF_THERE) if name in row} for row in rows]
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in kept), encoding="utf-8")


def differences(before: Sequence[Row], after: Sequence[Row]) -> list[Difference]:
    """Compare two runs on the questions that both were asked, by every measure that applies to both."""
    old, new = _paired(before, after)
    if not old:
        return []
    draws = draw(len(old))
    found = []
    for measure in MEASURES:
        was, is_now = value(measure, old), value(measure, new)
        between = interval(resampled(measure, new, draws) - resampled(measure, old, draws))
        if was is not None and is_now is not None and between is not None:
            found.append(Difference(measure.name, was, is_now, *between, _verdict(measure, old, new, between)))
    return found


def _verdict(measure: Measure, old: Sequence[Row], new: Sequence[Row], between: tuple[float, float]) -> str:
    if all((measure.part(a), measure.whole(a)) == (measure.part(b), measure.whole(b)) for a, b in zip(old, new, strict=True)):
        return "the same"
    low, high = between
    if low <= 0 <= high:
        return "within noise"
    return "better" if (low > 0) == (measure.good > 0) else "worse"


def worse(found: Sequence[Difference]) -> list[str]:
    """Name the measures that fell by more than noise explains."""
    return [each.name for each in found if each.verdict == "worse"]


def flips(before: Sequence[Row], after: Sequence[Row]) -> list[str]:
    """Name each question whose outcome changed, with what changed."""
    lines = []
    for old, new in zip(*_paired(before, after), strict=True):
        changed = [f"{name} {_plain(old[name])} → {_plain(new[name])}" for name in FLIPS if old[name] != new[name]]
        if changed:
            lines.append(f"{new['id']} ({new['kind']}): {', '.join(changed)}: {new['question']}")
    return lines


def _paired(before: Sequence[Row], after: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    old = {row["id"]: row for row in before}
    new = [row for row in after if row["id"] in old]
    return [old[row["id"]] for row in new], new


def _plain(found: object) -> str:
    return "-" if found is None else f"{found:g}" if isinstance(found, float) else str(found).lower()


def as_markdown(before: Sequence[Row], after: Sequence[Row], found: Sequence[Difference]) -> str:
    """Write a comparison as Markdown: the table of differences, and the questions that flipped."""
    changed = flips(before, after)
    asked = len(_paired(before, after)[0])
    lines = [f"{asked} questions in both runs; {len(before) - asked} only before, {len(after) - asked} only after", ""]
    lines += ["| measure | before | after | difference | 95 % interval | |", "|---|---|---|---|---|---|"]
    for each in found:
        difference = f"{each.after - each.before:+.3f} | [{each.low:+.3f}, {each.high:+.3f}]"
        verdict = f"**{each.verdict}**" if each.verdict in {"better", "worse"} else each.verdict
        lines.append(f"| {each.name} | {each.before:.3f} | {each.after:.3f} | {difference} | {verdict} |")
    lines += ["", f"{len(changed)} questions flipped" + (":" if changed else "."), ""]
    lines += [f"- {line}" for line in changed[:FLIPS_SHOWN]]
    lines += [f"- and {len(changed) - FLIPS_SHOWN} more"] if len(changed) > FLIPS_SHOWN else []
    return "\n".join(lines).rstrip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
