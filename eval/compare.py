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

from eval.measures import COSTS, MEASURES, Measure, draw, interval, resampled, value
from eval.record import SCORES, Row
from eval.report import GROUPS, PER_GROUP, grouped
from rag.reader.rows import read_rows

# What names a row, and what a baseline keeps of it: what the measures are worked out from.
ABOUT = ("id", "kind", "question", "refused", "citations_shown", "citations_right", "latency_ms")
KEPT = (*ABOUT, "level", "turn", "answerability", *SCORES)
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
    good: int

    @property
    def loss(self) -> float:
        """By how much it is worse; 0 when it is not."""
        return max(0.0, self.good * (self.before - self.after))


def main(arguments: Sequence[str]) -> int:
    """Compare two files; give 1 when --gate is set and something is worse."""
    parser = argparse.ArgumentParser(prog="python -m eval compare", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("before", type=Path, metavar="BEFORE")
    parser.add_argument("after", type=Path, metavar="AFTER")
    add_gate(parser)
    options = parser.parse_args(arguments)
    return tell(read_results(options.before), read_results(options.after), gate=options.gate, tolerance=options.tolerance)


def add_gate(parser: argparse.ArgumentParser) -> None:
    """Add the options of the gate to a command line."""
    parser.add_argument("--gate", action="store_true", help="exit with 1 when a measure is worse than before by more than noise")
    parser.add_argument("--tolerance", type=float, default=0.0, metavar="X", help="and by more than X besides, as on another processor")


def tell(before: Sequence[Row], after: Sequence[Row], *, gate: bool, tolerance: float = 0.0) -> int:
    """Print a comparison; give the exit status: 1 when `gate` is set and something is worse by more than noise and `tolerance`."""
    found = differences(before, after)
    print(as_markdown(before, after, found))
    lost = worse(found, tolerance)
    if gate and lost:
        print(f"\nthe gate is closed: worse in {', '.join(lost)}")
    return int(gate and bool(lost))


def read_results(file: Path) -> list[Row]:
    """Read the rows of a run, older ones without the measures that came later.

    Raises:
        InputError: they are no rows of results; names file and line.
    """
    return [dict.fromkeys(KEPT) | row for row in read_rows([file], ABOUT)]


def write_baseline(rows: Sequence[Row], file: Path) -> None:
    """Write what a later run needs to be compared with this one."""
    kept = [{name: row[name] for name in KEPT} for row in rows]
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in kept), encoding="utf-8")


def differences(before: Sequence[Row], after: Sequence[Row]) -> list[Difference]:
    """Compare two runs on the questions that both were asked, by every measure, and every cost, that applies to both."""
    old, new = _paired(before, after)
    if not old:
        return []
    draws = draw(len(old))
    found = []
    for measure in (*MEASURES, *COSTS):
        was, is_now = value(measure, old), value(measure, new)
        between = interval(resampled(measure, new, draws) - resampled(measure, old, draws))
        if was is not None and is_now is not None and between is not None:
            found.append(Difference(measure.name, was, is_now, *between, _verdict(measure, old, new, between), measure.good))
    return found


def _verdict(measure: Measure, old: Sequence[Row], new: Sequence[Row], between: tuple[float, float]) -> str:
    if all((measure.part(a), measure.whole(a)) == (measure.part(b), measure.whole(b)) for a, b in zip(old, new, strict=True)):
        return "the same"
    low, high = between
    if low <= 0 <= high:
        return "within noise"
    return "better" if (low > 0) == (measure.good > 0) else "worse"


def worse(found: Sequence[Difference], tolerance: float = 0.0) -> list[str]:
    """Name the measures that are worse by more than noise explains, and by more than `tolerance` besides; costs are none."""
    costs = {cost.name for cost in COSTS}
    return [each.name for each in found if each.verdict == "worse" and each.loss > tolerance and each.name not in costs]


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
    lines += _groups_as_markdown(*_paired(before, after))
    lines += ["", f"{len(changed)} questions flipped" + (":" if changed else "."), ""]
    lines += [f"- {line}" for line in changed[:FLIPS_SHOWN]]
    lines += [f"- and {len(changed) - FLIPS_SHOWN} more"] if len(changed) > FLIPS_SHOWN else []
    return "\n".join(lines).rstrip()


def _groups_as_markdown(old: Sequence[Row], new: Sequence[Row]) -> list[str]:
    """Write a table of before and after by kind, level and turn; a question's group is the one that it is in now."""
    shown = [measure for measure in MEASURES if measure.name in PER_GROUP]
    was = {row["id"]: row for row in old}
    lines = []
    for _, column, values in GROUPS:
        for label, rows in grouped(new, column, values).items():
            pairs = [(value(measure, [was[row["id"]] for row in rows]), value(measure, rows)) for measure in shown]
            lines.append(f"| {column} {label} | {len(rows)} | {' | '.join(map(_change, pairs))} |")
    head = ["", f"| | n | {' | '.join(measure.name for measure in shown)} |", f"|{'---|' * (len(shown) + 2)}"]
    return [*head, *lines] if lines else []


def _change(pair: tuple[float | None, float | None]) -> str:
    before, after = ("–" if each is None else f"{each:.3f}" for each in pair)
    return after if before == after else f"{before} → {after}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
