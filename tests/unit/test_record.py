"""Rows written as they come: a run that was interrupted goes on, and never with the rows of another run."""

import json
import threading

import pytest

from eval.record import ROWS, Task, record, row_of
from rag.errors import InputError

ABOUT = {"code": "1a", "answerer": "quotes"}


def tasks(*ids, asked=None):
    def measure(id):
        if asked is not None:
            asked.append(id)
        return row_of(id, "fact", "Who?", f1=1.0)

    return [Task(id, lambda id=id: measure(id)) for id in ids]


def failing(id):
    def stop():
        raise KeyboardInterrupt

    return Task(id, stop)


def test_a_run_that_was_interrupted_goes_on_with_what_is_missing(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        record([*tasks("a", "b"), failing("c")], tmp_path, ABOUT)
    asked = []
    rows = record(tasks("a", "b", "c", asked=asked), tmp_path, ABOUT, resume=True)
    assert asked == ["c"]
    assert [row["id"] for row in rows] == ["a", "b", "c"]
    assert [json.loads(line)["id"] for line in (tmp_path / ROWS).read_text().splitlines()] == ["a", "b", "c"]


def test_a_line_that_was_not_finished_is_asked_again(tmp_path):
    record(tasks("a", "b"), tmp_path, ABOUT)
    with (tmp_path / ROWS).open("r+") as file:
        file.truncate((tmp_path / ROWS).stat().st_size - 5)
    asked = []
    assert [row["id"] for row in record(tasks("a", "b", asked=asked), tmp_path, ABOUT, resume=True)] == ["a", "b"]
    assert asked == ["b"]


def test_a_line_end_inside_a_text_ends_no_row(tmp_path):
    task = Task("a", lambda: row_of("a", "fact", "Who\u2028did\x85it?"))
    record([task], tmp_path, ABOUT)
    (row,) = record([task], tmp_path, ABOUT, resume=True)
    assert row["question"] == "Who\u2028did\x85it?"


def test_rows_of_another_run_are_not_gone_on_with(tmp_path):
    record(tasks("a"), tmp_path, ABOUT)
    before = (tmp_path / ROWS).read_text()
    with pytest.raises(InputError, match=r"code was 1a, now 2b.*without --resume"):
        record(tasks("a", "b"), tmp_path, ABOUT | {"code": "2b"}, resume=True)
    assert (tmp_path / ROWS).read_text() == before


@pytest.mark.parametrize(("file", "content"), [("results.jsonl", "{\n"), ("run.json", "no")])
def test_a_damaged_folder_is_named(tmp_path, file, content):
    record(tasks("a"), tmp_path, ABOUT)
    (tmp_path / file).write_text(content)
    with pytest.raises(InputError, match="cannot be gone on with"):
        record(tasks("a"), tmp_path, ABOUT, resume=True)


def test_without_resume_everything_is_asked_anew(tmp_path):
    record(tasks("a"), tmp_path, ABOUT)
    asked = []
    record(tasks("a", asked=asked), tmp_path, {"code": "2b"})
    assert asked == ["a"]


def test_to_resume_where_nothing_is_starts(tmp_path):
    assert [row["id"] for row in record(tasks("a"), tmp_path, ABOUT, resume=True)] == ["a"]


def test_several_at_a_time_come_in_order(tmp_path):
    together = threading.Barrier(2, timeout=20)

    def measure(id):
        together.wait()
        return row_of(id, "fact", "Who?")

    rows = record([Task(id, lambda id=id: measure(id)) for id in "abcd"], tmp_path, ABOUT, jobs=2)
    assert [row["id"] for row in rows] == list("abcd")


def test_no_measure_applies_to_a_row_but_what_is_given():
    row = row_of("a", "fact", "Who?", f1=0.5)
    assert (row["f1"], row["mrr"], row["refused"], row["citations_shown"]) == (0.5, None, None, 0)
