"""Result rows in, plots out, as the coordinates that report.html.j2 draws as SVG. Both axes run from 0 to 1."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eval.confidence import outcomes_of, reliability, risk_coverage, risks_of
from eval.record import Row

# The plot's area in the picture, in its own units.
LEFT, TOP, SIDE = 40, 10, 240


@dataclass(frozen=True, slots=True)
class Dot:
    """A dot at (x, y) of the picture, and what it tells when it is pointed at."""

    x: float
    y: float
    radius: float
    tells: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A line, dots and a dashed guide; lines are "x,y x,y …", "" for none."""

    title: str
    across: str
    up: str
    line: str
    guide: str
    dots: tuple[Dot, ...]
    note: str


def confidence_plots(rows: Sequence[Row]) -> list[Plot]:
    """Draw the risk–coverage curve and the reliability diagram of the answerability; nothing without questions that have one."""
    return [_risk_plot(rows), _reliability_plot(rows)] if risks_of(rows)[0] else []


def _risk_plot(rows: Sequence[Row]) -> Plot:
    coverage, risk = risk_coverage(*risks_of(rows))
    own = [row for row in rows if row["answerability"] is not None]
    answered = [row for row in own if not row["refused"]]
    dots: tuple[Dot, ...] = ()
    if answered:
        share, wrong = len(answered) / len(own), sum(not row["sentence@1"] for row in answered) / len(answered)
        dots = (_dot(share, wrong, 5, f"as it is: {share:.2f} answered, risk {wrong:.2f}"),)
    return Plot(
        title="Risk and coverage",
        across="share of the questions that is answered",
        up="share of these whose first sentence is wrong",
        line=_points(zip(coverage.tolist(), risk.tolist(), strict=True)),
        guide=_points([(0, risk[-1]), (1, risk[-1])]),
        dots=dots,
        note="Questions in the order of their answerability. The dot is the threshold in use; dashed is any order at random.",
    )


def _reliability_plot(rows: Sequence[Row]) -> Plot:
    bins = reliability(*outcomes_of(rows))
    most = max(each.count for each in bins)
    return Plot(
        title="Reliability",
        across="answerability",
        up="share whose answer was among what was read",
        line=_points((each.mean, each.rate) for each in bins),
        guide=_points([(0, 0), (1, 1)]),
        dots=tuple(
            _dot(each.mean, each.rate, 3 + 7 * (each.count / most) ** 0.5, f"{each.count} questions at {each.mean:.2f}: {each.rate:.2f}")
            for each in bins
        ),
        note="Dots are tenths of the scale, larger with more questions. On the dashed line, a probability means what it says.",
    )


def _dot(x: float, y: float, radius: float, tells: str) -> Dot:
    across, up = _place(x, y)
    return Dot(across, up, round(radius, 1), tells)


def _points(values: Iterable[tuple[float, float]]) -> str:
    return " ".join("{},{}".format(*_place(x, y)) for x, y in values)


def _place(x: float, y: float) -> tuple[float, float]:
    return round(LEFT + SIDE * x, 1), round(TOP + SIDE * (1 - y), 1)
