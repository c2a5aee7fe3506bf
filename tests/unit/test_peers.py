"""What other systems found, scored and written as a line each."""

import sys

import pytest

from eval.gold import Question, Quotation
from eval.peers import AT_EQUAL_LENGTH, COSTS, SHARES, head, line, line_at_equal_length, run, score, score_at_equal_length

QUESTION = Question("q", "fact", "How long?", (("eleven weeks", "11 weeks"),), (Quotation("ferry.md", "eleven weeks"),))
OTHER, RIGHT = ("roof", "It will cost 340,000 pounds."), ("ferry", "It was out for eleven weeks.")


def found(*passages, shown=(), search_ms=10.0, show_ms=2.0):
    return {"passages": passages, "shown": list(shown), "search_ms": search_ms, "show_ms": show_ms}


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (found(RIGHT, shown=[RIGHT[1]]), (1.0, 1.0, 1.0, 1.0)),
        (found(OTHER, RIGHT, shown=[OTHER[1]]), (1.0, 0.5, 1.0, 0.0)),
        # Five passages of one article are one article, and the answer stands behind them.
        (found(*[OTHER] * 5, RIGHT), (1.0, 0.5, 0.0, 0.0)),
        (found(("ferry", "It is back.")), (1.0, 1.0, 0.0, 0.0)),
        (found(*[(f"other-{n}", "No.") for n in range(5)], RIGHT), (0.0, 1 / 6, 0.0, 0.0)),
        (found(), (0.0, 0.0, 0.0, 0.0)),
    ],
)
def test_articles_count_for_recall_and_passages_for_the_answer(result, expected):
    assert tuple(score(QUESTION, result).values()) == pytest.approx(expected)


def test_a_line_of_the_table_has_every_column():
    one = {"indexing_s": 2.0, "peak_mb": 512.3, "results": [found(RIGHT, shown=["1234", "56"]), found(OTHER, search_ms=30.0)]}
    text = line("txtai", one, [QUESTION, QUESTION], range(10))
    cells = [cell.strip() for cell in text.strip("|").split("|")]
    assert cells[0] == "txtai"
    assert [cell.split()[0] for cell in cells[1:5]] == ["0.500", "0.500", "0.500", "0.000"]
    assert cells[5:] == ["3", "20", "2", "5.0", "512"]
    assert len(cells) == head((*SHARES, *COSTS)).splitlines()[0].count("|") - 1


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        # The answer ends at character 28, whoever shows how much more.
        (found(RIGHT, shown=[RIGHT[1], "x" * 5000]), (1.0, 1.0, 1.0, 1.0, 1.0, 1.0)),
        (found(("ferry", "x" * 300), RIGHT, shown=["x" * 180, RIGHT[1]]), (0.0, 1.0, 1.0, 0.0, 1.0, 1.0)),
        (found(("ferry", "x" * 300 + " " + "y" * 600), RIGHT), (0.0, 0.0, 0.0, 0.0, 0.0, 1.0)),
        (found(), (0.0,) * 6),
    ],
)
def test_at_equal_length_only_the_beginnings_count_in_their_order(result, expected):
    assert tuple(score_at_equal_length(QUESTION, result).values()) == expected


def test_a_line_at_equal_length_has_every_column():
    one = {"results": [found(RIGHT, shown=[RIGHT[1]]), found(OTHER)]}
    cells = [cell.strip() for cell in line_at_equal_length("txtai", one, [QUESTION, QUESTION]).strip("|").split("|")]
    assert cells[0] == "txtai"
    assert [cell.split()[0] for cell in cells[1:]] == ["0.500"] * 6
    assert len(cells) == head(AT_EQUAL_LENGTH).splitlines()[0].count("|") - 1


def test_a_system_that_is_not_there_is_a_line_that_says_so(tmp_path):
    # The project's own environment holds no peers, so this is what a missing one looks like.
    (tmp_path / "data.json").write_text('{"model": "none", "articles": [], "questions": []}')
    said = run("txtai", sys.executable, tmp_path)
    assert "No module named 'txtai'" in said
    assert line("txtai", said, [], []).startswith("| txtai | could not be run: ModuleNotFoundError")
    assert line("txtai", said, [], []).count("|") == head((*SHARES, *COSTS)).splitlines()[0].count("|")
    assert line_at_equal_length("txtai", said, []).count("|") == head(AT_EQUAL_LENGTH).splitlines()[0].count("|")
