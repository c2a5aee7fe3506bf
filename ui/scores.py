"""What the Evaluation tab shows of a run, as HTML: every measure, what changed since the run before, and every question that went wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from eval.compare import Difference, differences, flips
from eval.html import what_went_wrong
from eval.measures import MEASURES
from ui.measuring import Outcome

Row = Mapping[str, Any]


def outcome_html(outcome: Outcome) -> str:
    """Give the figures of a run, the comparison with the one before, and its failures."""
    rows, before = list(outcome.rows), list(outcome.previous)
    changes = {each.name: each for each in differences(before, rows)}
    figures = outcome.figures
    about = f"{figures['questions']} questions, {figures['failed']} failed, by {figures['answerer']}; {_pace(figures)}"
    both = len({row["id"] for row in rows} & {row["id"] for row in before})
    compared = (
        f"“Before” is the run before this one, on the {both} questions that both were asked." if both else "There is no run before it."
    )
    return (
        f'<section class="page"><h2>Figures</h2><p class="by">{escape(about)}. {compared}</p>{_table(figures, changes)}'
        f"{_flipped(flips(before, rows))}{_failures(rows)}</section>"
    )


def _pace(figures: Mapping[str, Any]) -> str:
    half = figures["latency_ms_p50"]
    return f"half of them answered within {half / 1000:.2f} s" if half is not None else "none was answered"


def _table(figures: Mapping[str, Any], changes: Mapping[str, Difference]) -> str:
    """Give a row a measure; with what it was before, where there is a run to compare with."""
    names = ["Measure", "Now", "95 % interval", "n", *(("Before", "Change") if changes else ())]
    heads = "".join(f'<th scope="col">{name}</th>' for name in names)
    rows = []
    for measure in MEASURES:
        if figures.get(measure.name) is None:
            continue
        interval, change = figures[f"{measure.name}_interval"], changes.get(measure.name)
        cells = [
            f"{figures[measure.name]:.3f}",
            f"{interval[0]:.3f} to {interval[1]:.3f}" if interval else "",
            str(figures[f"{measure.name}_n"]),
            *((f"{change.before:.3f}", change.verdict) if change else ("", "") if changes else ()),
        ]
        label = f"{measure.name.replace('_', ' ')}{' (lower is better)' if measure.good < 0 else ''}"
        kind = change.verdict.replace(" ", "-") if change else ""
        rows.append(f'<tr class="{kind}"><th scope="row">{label}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in cells)}</tr>')
    return f'<div class="wide"><table class="scores"><thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def _flipped(lines: Sequence[str]) -> str:
    if not lines:
        return ""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<details><summary>{len(lines)} questions came out otherwise than before</summary><ul>{items}</ul></details>"


def _failures(rows: Sequence[Row]) -> str:
    wrong = [(row, faults) for row in rows if (faults := what_went_wrong(dict(row)))]
    if not wrong:
        return "<h2>Nothing went wrong</h2>"
    return f"<h2>What went wrong: {len(wrong)} of {len(rows)} questions</h2>{''.join(_failure(*each) for each in wrong)}"


def _failure(row: Row, faults: Sequence[str]) -> str:
    expected = "; ".join(part[0] for part in row["expected"]) or "nothing: the articles do not say it"
    shown = [("shown", quote) for quote in row["quotes"]] or [("shown", "nothing")]
    wanted = [("evidence", quote) for quote in row["evidence"]]
    answered = ": ".join(filter(None, (row["status"].replace("_", " "), row["short_answer"])))
    facts = [("expected", expected), ("answered", answered), *shown, *wanted, *(("said", problem) for problem in row["problems"])]
    items = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in facts)
    about = f'<span class="by">{escape(row["kind"])}:</span> <span class="problem">{escape(", ".join(faults))}</span>'
    return f'<details class="failure"><summary><b>{escape(row["question"])}</b> {about}</summary><dl>{items}</dl></details>'
