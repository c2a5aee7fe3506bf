"""Risk, coverage and calibration, worked out by hand, and how they are drawn."""

import numpy as np
import pytest
from builders import result_row as row

from eval.confidence import Bin, aurc, confidence_figures, ece, reliability, risk_coverage
from eval.plots import confidence_plots


def test_risk_grows_with_coverage_as_wrong_answers_come_in():
    coverage, risk = risk_coverage([0.2, 0.9, 0.6, 0.4], [True, False, False, True])
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert risk.tolist() == pytest.approx([0, 0, 1 / 3, 1 / 2])
    assert aurc([0.2, 0.9, 0.6, 0.4], [True, False, False, True]) == pytest.approx(5 / 24)


def test_equal_confidences_share_their_errors_in_any_order():
    expected = pytest.approx([0, 0.25, 1 / 3])
    assert risk_coverage([0.9, 0.8, 0.8], [False, True, False])[1].tolist() == expected
    assert risk_coverage([0.8, 0.8, 0.9], [False, True, False])[1].tolist() == expected


def test_the_area_is_least_in_the_best_order_and_most_in_the_worst():
    wrong = [False] * 6 + [True] * 4
    falling, rising = list(np.linspace(1, 0, 10)), list(np.linspace(0, 1, 10))
    assert aurc([0.5] * 10, wrong) == pytest.approx(0.4)
    assert aurc(falling, wrong) < 0.4 < aurc(rising, wrong)


def test_bins_hold_their_ends_and_empty_ones_are_left_out():
    assert reliability([0.0, 0.05, 0.95, 1.0], [False, True, True, True]) == [
        Bin(2, pytest.approx(0.025), 0.5),
        Bin(2, pytest.approx(0.975), 1.0),
    ]


@pytest.mark.parametrize(
    ("probability", "true", "expected"),
    [
        ([0.9, 0.9], [True, False], 0.4),
        ([0.9, 0.9, 0.1], [True, True, False], 0.1),
        ([1.0, 0.0], [True, False], 0.0),
        ([1.0, 0.0], [False, True], 1.0),
        ([0.2, 0.25, 0.7, 0.75], [False, False, True, True], (2 * 0.225 + 2 * 0.275) / 4),
        ([], [], 0.0),
    ],
)
def test_the_calibration_error_is_the_mean_distance_of_probability_and_rate(probability, true, expected):
    assert ece(probability, true) == pytest.approx(expected)


ROWS = [
    row(answerability=0.9, evidence_read=1.0, **{"sentence@1": 1.0}),
    row(answerability=0.7, evidence_read=1.0, **{"sentence@1": 0.0}),
    row("unanswerable", refused=True, answerability=0.2),
    row("injection", refused=None),
]


def test_an_unanswerable_question_is_always_wrong_and_what_has_no_probability_takes_no_part():
    found = confidence_figures(ROWS)
    assert (found["aurc"], found["aurc_n"]) == (pytest.approx((0 + 1 / 2 + 2 / 3) / 3), 3)
    assert found["ece"] == pytest.approx((0.1 + 0.3 + 0.2) / 3)
    low, high = found["aurc_interval"]
    assert low <= found["aurc"] <= high
    assert (found["auroc"], found["auroc_n"]) == (1.0, 3)
    none = confidence_figures(ROWS[3:])
    assert [none[f"{name}{part}"] for name in ("aurc", "ece", "auroc") for part in ("", "_interval", "_n")] == [None, None, 0] * 3


def test_the_area_under_the_curve_is_the_share_of_pairs_in_the_right_order():
    unanswerable = [row("unanswerable", answerability=value) for value in (0.8, 0.5)]
    false_premise = row("false-premise", answerability=0.1, evidence_read=1.0, **{"sentence@1": 1.0})
    found = confidence_figures([*ROWS[:2], *unanswerable, false_premise])
    assert (found["auroc"], found["auroc_n"]) == (0.75, 4)
    assert confidence_figures(ROWS[:2])["auroc"] is None


def test_plots_put_the_values_where_they_belong():
    risk, calibration = confidence_plots(ROWS)
    assert risk.line == "120.0,250.0 200.0,130.0 280.0,90.0"
    (dot,) = risk.dots
    assert (dot.x, dot.y, dot.tells) == (200.0, 130.0, "as it is: 0.67 answered, risk 0.50")
    assert [(each.x, each.y) for each in calibration.dots] == [(88.0, 250.0), (208.0, 10.0), (256.0, 10.0)]
    assert confidence_plots(ROWS[3:]) == []


def test_where_everything_is_refused_there_is_no_point_in_use():
    assert confidence_plots([each | {"refused": True} for each in ROWS[:2]])[0].dots == ()
