"""Curves in, one SVG or PNG file out; both axes are logarithmic, as times and sizes span powers of ten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

# (x, y) of each point, by the name of the curve.
Curves = Mapping[str, Sequence[tuple[float, float]]]


def draw(curves: Curves, out: Path, *, x: str, y: str) -> None:
    """Draw the curves over axes named `x` and `y`."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.subplots()
    for name, points in curves.items():
        axes.plot(*zip(*points, strict=True), marker="o", label=name)
    axes.set(xscale="log", yscale="log", xlabel=x, ylabel=y)
    axes.grid(visible=True, which="both", alpha=0.3)
    axes.legend()
    figure.savefig(out)
