"""Rows into figures, worked out by hand, and figures into the table that is printed."""

import pytest
from builders import result_row as row

from eval.report import as_text, figures

ROWS = [
    row("fact", **{"recall@5": 1.0, "mrr": 1.0, "f1": 1.0, "exact_match": 1.0, "citation_recall": 1.0}),
    row("fact", shown=3, right=1, supports=("supported", "partial"), **{"recall@5": 1.0, "mrr": 0.25, "f1": 0.5, "exact_match": 0.0}),
    row("number", refused=True, shown=0, right=0, supports=(), **{"recall@5": 0.0, "mrr": 0.0, "f1": 0.0, "exact_match": 0.0}),
    row("unanswerable", refused=True, shown=0, right=0, supports=(), latency_ms=30.0),
    row("unanswerable", refused=False, shown=1, right=0),
]


@pytest.fixture(scope="module")
def result():
    return figures(ROWS)


def test_means_are_over_the_questions_they_apply_to(result):
    assert (result["recall@5"], result["recall@5_n"]) == (pytest.approx(2 / 3), 3)
    assert result["mrr"] == pytest.approx(1.25 / 3)
    assert result["f1"] == pytest.approx(0.5)
    assert (result["citation_recall"], result["citation_recall_n"]) == (1.0, 1)


def test_every_mean_has_an_interval_around_it(result):
    low, high = result["f1_interval"]
    assert low <= result["f1"] <= high


def test_a_measure_that_applies_nowhere_is_left_open(result):
    assert (result["speaker_named"], result["speaker_named_n"], result["speaker_named_interval"]) == (None, 0, None)


def test_citation_precision_counts_citations_and_an_unanswerable_question_has_no_right_one(result):
    assert result["citation_precision"] == pytest.approx(2 / 5)


def test_abstention_is_scored_as_a_class(result):
    assert result["abstention_precision"] == pytest.approx(1 / 2)
    assert result["abstention_recall"] == pytest.approx(1 / 2)
    assert result["abstention_f1"] == pytest.approx(1 / 2)
    assert result["wrongly_answered"] == pytest.approx(1 / 2)
    assert result["false_refusals"] == pytest.approx(1 / 3)


def test_claims_are_counted_by_support(result):
    assert result["support"] == {"verbatim": 2, "supported": 1, "partial": 1}


def test_latencies_have_median_and_tail(result):
    assert result["latency_ms_p50"] == 10.0
    assert result["latency_ms_p95"] == pytest.approx(26.0)


def test_kinds_are_told_apart_and_kinds_without_questions_left_out(result):
    assert list(result["kinds"]) == ["fact", "number", "unanswerable"]
    fact = result["kinds"]["fact"]
    assert (fact["n"], fact["f1"], fact["answered"]) == (2, pytest.approx(0.75), 1.0)
    assert fact["citation_precision"] == pytest.approx(2 / 4)
    assert result["kinds"]["number"]["citation_precision"] is None
    assert result["kinds"]["unanswerable"]["answered"] == pytest.approx(1 / 2)


def test_levels_and_turns_are_told_apart_and_left_out_where_there_are_none(result):
    assert (result["levels"], result["turns"]) == ({}, {})
    assert "turn" not in as_text(result)
    asked = [row(level="hard", turn=2, f1=0.0), row(level="easy", turn=10, f1=1.0), row(level="hard", turn=2, f1=1.0), row(level="hard")]
    grouped = figures(asked)
    assert [(level, found["n"], found["f1"]) for level, found in grouped["levels"].items()] == [("easy", 1, 1.0), ("hard", 3, 0.5)]
    assert [(turn, found["n"], found["f1"]) for turn, found in grouped["turns"].items()] == [("2", 2, 0.5), ("10", 1, 1.0)]
    titles = [line.split()[0] for line in as_text(grouped).splitlines() if "sentence@1  " in line and "n" in line.split()]
    assert titles == ["kind", "level", "turn"]


def test_a_question_that_failed_is_counted_and_scores_nothing():
    failed = row("fact", refused=True, shown=0, right=0, supports=(), latency_ms=None, error="no", **{"f1": 0.0})
    result = figures([row("fact", **{"f1": 1.0}), failed])
    assert (result["questions"], result["failed"]) == (2, 1)
    assert result["f1"] == pytest.approx(0.5)
    assert result["latency_ms_p50"] == 10.0


def test_no_questions_give_no_figures():
    result = figures([])
    assert result["questions"] == 0
    assert result["citation_precision"] is None
    assert result["latency_ms_p50"] is None
    assert "0 questions, 0 failed" in as_text(result)


def test_the_table_shows_value_interval_and_number(result):
    text = as_text(result)
    (line,) = [line for line in text.splitlines() if line.startswith("recall@5 ")]
    assert "0.667" in line
    assert "n=3" in line
    assert any(line.split() == ["speaker_named", "-"] for line in text.splitlines())
    assert "1 partial, 1 supported, 2 verbatim" in text
