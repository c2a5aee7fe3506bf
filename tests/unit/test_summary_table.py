"""The table of `python -m eval.summaries`."""

from eval.summaries import as_table
from eval.summhay import MEASURES


def row(system, coverage, error=None):
    sums = {"insights": 4, "coverage": coverage, "covered": 1, "precision": 1.0, "recall": 0.5, "f1": 0.667, "joint": 0.5}
    return {"system": system, "error": error, **sums}


def test_each_system_has_a_line_with_its_summaries_and_figures():
    header, ours, other = as_table([row("ours", 2.0), row("first sentences", 1.0), row("ours", 2.0)], MEASURES).splitlines()
    assert header.split() == ["n", "coverage", "citation_precision", "citation_recall", "citation_f1", "joint"]
    assert ours.split()[:5] == ["ours", "2", "0.500", "[0.500,", "0.500]"]
    assert other.startswith("first sentences    1    0.250 [0.250, 0.250]")


def test_what_failed_is_told_and_a_measure_that_applies_to_nothing_is_a_dash():
    empty = row("ours", 0.0, error="no article matches") | {"covered": 0, "precision": 0.0, "recall": 0.0, "f1": 0.0, "joint": 0.0}
    _, ours, last = as_table([empty], MEASURES).splitlines()
    assert ours.split() == ["ours", "1", "0.000", "[0.000,", "0.000]", "-", "-", "-", "0.000", "[0.000,", "0.000]"]
    assert last == "1 failed, and count as empty"
