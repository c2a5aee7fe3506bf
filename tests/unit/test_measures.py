"""Measures as ratios of sums, worked out by hand, and their resampling."""

import numpy as np
import pytest
from builders import result_row as row

from eval.measures import MEASURES, draw, interval, resampled, value
from eval.metrics import precision_recall_f1

BY_NAME = {measure.name: measure for measure in MEASURES}


def test_abstention_agrees_with_the_definition_of_precision_recall_and_f1():
    rng = np.random.default_rng(0)
    for _ in range(50):
        rows = [row(("fact", "unanswerable")[rng.integers(2)], refused=bool(rng.integers(2))) for _ in range(12)]
        refused, absent = [each["refused"] for each in rows], [each["kind"] == "unanswerable" for each in rows]
        expected = precision_recall_f1(refused, absent)
        found = [value(BY_NAME[f"abstention_{name}"], rows) or 0.0 for name in ("precision", "recall", "f1")]
        assert found == pytest.approx(expected)


def test_a_draw_holds_as_many_questions_as_there_are_and_is_the_same_each_time():
    draws = draw(7, samples=100)
    assert draws.shape == (100, 7)
    assert (draws.sum(axis=1) == 7).all()
    assert (draws == draw(7, samples=100)).all()


def test_the_interval_of_a_mean_is_about_two_standard_errors_wide():
    rows = [row(**{"f1": float(n % 2)}) for n in range(400)]
    low, high = interval(resampled(BY_NAME["f1"], rows, draw(400)))
    assert (low, high) == pytest.approx((0.45, 0.55), abs=0.01)


def test_questions_that_a_measure_does_not_apply_to_change_nothing():
    rows = [row(**{"f1": 1.0}), row(**{"f1": 0.0})]
    assert value(BY_NAME["f1"], rows + [row()] * 10) == value(BY_NAME["f1"], rows) == 0.5


def test_a_sample_without_any_question_it_applies_to_has_no_value():
    rows = [row(**{"f1": 1.0}), row()]
    found = resampled(BY_NAME["f1"], rows, np.array([[0.0, 2.0], [2.0, 0.0]]))
    assert np.isnan(found[0])
    assert found[1] == 1.0
    assert interval(found[:1]) is None
