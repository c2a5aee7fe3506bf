"""Measures as ratios of sums, worked out by hand, and their resampling."""

import numpy as np
import pytest
from builders import result_row as row

from eval.measures import MEASURES, draw, interval, resampled, value
from eval.metrics import precision_recall_f1
from eval.run import says_who
from rag.records import Said, Speech

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


def test_a_row_from_before_a_measure_was_there_does_not_count():
    old = {name: each for name, each in row().items() if name != "said_right"}
    assert value(BY_NAME["said_right"], [row("who-said", said_right=1.0), row("who-said", said_right=0.0), old]) == 0.5
    assert value(BY_NAME["said_right"], [old]) is None


def test_a_false_premise_counts_as_told_and_in_no_measure_of_abstention():
    rows = [row("false-premise", premise_told=1.0, refused=True), row("false-premise", premise_told=0.0), row("unanswerable", refused=True)]
    rows += [row(premise_told=1.0), row(premise_told=0.0, refused=True), row(premise_told=0.0)]
    expected = {
        "premise_told": 1 / 2,
        "premise_alarms": 1 / 3,
        "false_refusals": 1 / 3,
        "abstention_precision": 1 / 2,
        "abstention_recall": 1.0,
    }
    expected |= {"abstention_f1": 2 / 3, "wrongly_answered": 0.0}
    assert {name: value(BY_NAME[name], rows) for name in expected} == pytest.approx(expected)


def test_a_disagreement_is_an_alarm_where_there_is_one_right_answer():
    rows = [row("conflict", conflict_shown=1.0), row("conflict", conflict_shown=0.0)]
    rows += [row(conflict_alarms=1.0), row(conflict_alarms=0.0), row(conflict_alarms=0.0), row("several")]
    assert (value(BY_NAME["conflict_shown"], rows), value(BY_NAME["conflict_alarms"], rows)) == (1 / 2, 1 / 3)
    assert BY_NAME["conflict_alarms"].good == -1


TABLE = [
    Said(Speech("The cabinet led by Mr. Kakar", "endorsed", "support", direct=False), 1, asked=True),
    Said(Speech("Norway", "opposed", "oppose", direct=False), 2, asked=False),
]


@pytest.mark.parametrize(
    ("accepted", "stance", "right"),
    [
        (["Kakar's cabinet", "the cabinet"], "support", 1.0),
        (["the cabinet"], "oppose", 0.0),
        # Norway stands there, but not as what was asked for.
        (["Norway"], "oppose", 0.0),
        (["the army"], "support", 0.0),
    ],
)
def test_the_table_is_right_when_an_accepted_speaker_takes_the_stance_that_was_asked_for(accepted, stance, right):
    assert says_who(TABLE, accepted, stance) == right
    assert says_who([], accepted, stance) == 0.0


def test_a_sample_without_any_question_it_applies_to_has_no_value():
    rows = [row(**{"f1": 1.0}), row()]
    found = resampled(BY_NAME["f1"], rows, np.array([[0.0, 2.0], [2.0, 0.0]]))
    assert np.isnan(found[0])
    assert found[1] == 1.0
    assert interval(found[:1]) is None
