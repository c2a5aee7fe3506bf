"""The evaluation in a process of its own: it ends when it is stopped, and says why it failed."""

import time

import pytest

from rag.errors import ClippingsError
from ui.measuring import RESULTS, measuring
from ui.work import Stopped


def test_a_run_that_fails_says_why(tmp_path, monkeypatch):
    monkeypatch.setenv("RAG_TODAY", "soon")
    with pytest.raises(ClippingsError, match=r"RAG_TODAY is 'soon'"):
        measuring(tmp_path, "quotes", 2)(lambda done, total: None)


def test_a_run_that_is_stopped_leaves_no_process(tmp_path):
    def stop(done, total):
        raise Stopped

    begun = time.monotonic()
    with pytest.raises(Stopped):
        measuring(tmp_path, "quotes", 2)(stop)
    assert time.monotonic() - begun < 10
    assert not (tmp_path / "evaluation" / RESULTS).exists()
