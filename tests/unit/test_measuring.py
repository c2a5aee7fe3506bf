"""Runs of the evaluation that the page starts: which is the last, which the one before."""

import json

import pytest
from builders import result_row

from rag.errors import InputError
from ui.measuring import FIGURES, PREVIOUS, RESULTS, _keep_last, outcome
from ui.work import Work


def write_run(home, name: str, *, whole: bool = True) -> None:
    folder = home / "evaluation"
    folder.mkdir(exist_ok=True)
    (folder / RESULTS).write_text(json.dumps(result_row() | {"id": name}) + "\n", encoding="utf-8")
    if whole:
        (folder / FIGURES).write_text(json.dumps({"questions": 1}), encoding="utf-8")


def test_without_a_run_there_is_nothing_to_show(tmp_path):
    assert outcome(tmp_path) is None
    write_run(tmp_path, "stopped", whole=False)
    assert outcome(tmp_path) is None


def test_a_run_is_kept_to_be_compared_with_the_next(tmp_path):
    write_run(tmp_path, "first")
    _keep_last(tmp_path / "evaluation")
    assert outcome(tmp_path) is None
    write_run(tmp_path, "second")
    found = outcome(tmp_path)
    assert [row["id"] for row in found.rows] == ["second"]
    assert [row["id"] for row in found.previous] == ["first"]
    assert found.figures == {"questions": 1}


def test_a_run_that_was_stopped_takes_no_place(tmp_path):
    write_run(tmp_path, "first")
    _keep_last(tmp_path / "evaluation")
    write_run(tmp_path, "stopped", whole=False)
    _keep_last(tmp_path / "evaluation")
    assert not (tmp_path / "evaluation" / RESULTS).exists()
    assert "first" in (tmp_path / "evaluation" / PREVIOUS).read_text(encoding="utf-8")


def test_a_damaged_file_is_named(tmp_path):
    write_run(tmp_path, "first")
    (tmp_path / "evaluation" / RESULTS).write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=r"results.jsonl:1: cannot be read"):
        outcome(tmp_path)
    (tmp_path / "evaluation" / FIGURES).write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=r"figures.json cannot be read"):
        outcome(tmp_path)


def test_its_state_counts_questions(tmp_path):
    work = Work()

    def wait(progress):
        progress(1, 2)
        return 2

    assert work.start("Asking", wait, units="questions").units == "questions"
    *_, last = work.follow()
    assert (last.running, last.result, last.units) == (False, 2, "questions")
