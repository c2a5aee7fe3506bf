"""The measures of reading web pages against values worked out by hand, and the command on pages of our own."""

import gzip
import json

import pytest

from eval.extraction import DateRates, Overlap, date_rates, f1_interval, main, overlap, scores

STORY = """The ferry ran aground near the northern pier at dawn, and nobody on board was hurt, the harbour master said.
Divers will look at the hull on Thursday before it is towed to the yard on the other side of the bay.
The company that runs the line has hired a second boat, which takes half as many passengers and no cars at all."""


@pytest.mark.parametrize(
    ("true", "found", "expected"),
    [
        ("a b c d e", "b c d e f", (1 / 3, 1 / 3, 1 / 3)),
        ("a b c d e", "a b c d e", (1, 0, 0)),
        ("a b c d, e!", "A b; c d e", (1 / 3, 1 / 3, 1 / 3)),  # punctuation is nothing, letter case counts
        ("a b c d e", "", (0, 0, 1)),
        ("", "a b c d e", (0, 1, 0)),
        ("", "", (0, 0, 0)),
        ("a b", "a b", (1, 0, 0)),  # a text shorter than a shingle is one shingle
        ("a a a a a", "a a a a", (1 / 2, 0, 1 / 2)),  # repeats count
    ],
)
def test_texts_are_compared_by_their_shingles(true, found, expected):
    assert overlap(true, found) == pytest.approx(expected)


def test_scores_are_means_over_pages_and_f1_is_of_the_means():
    result = scores([Overlap(0.5, 0.5, 0), Overlap(0.5, 0, 0.5)])
    assert result == pytest.approx((0.75, 0.75, 0.75, 2))


def test_a_page_where_nothing_was_found_has_no_precision_but_lowers_recall():
    result = scores([Overlap(1, 0, 0), Overlap(0, 0, 1)])
    assert result == pytest.approx((1.0, 0.5, 2 / 3, 2))


def test_no_pages_score_nothing():
    assert scores([]) == (0, 0, 0, 0)


def test_the_interval_lies_around_the_value_and_is_none_wide_when_all_pages_are_alike():
    pages = [Overlap(0.5, 0.5, 0), Overlap(1, 0, 0), Overlap(0.8, 0.1, 0.1)]
    low, high = f1_interval(pages)
    assert low < scores(pages).f1 < high
    assert f1_interval([Overlap(1, 0, 0)] * 3) == (1, 1)


def test_dates_are_right_wrong_or_not_given():
    found = ["2024-01-19", "2024-01-20", None, "2024-01-22"]
    assert date_rates(["2024-01-19", "2024-01-19", "2024-01-21", "2024-01-22"], found) == DateRates(0.5, 0.25, 0.25, 4)
    assert date_rates([], []) == DateRates(0, 0, 0, 0)


@pytest.fixture
def pages(tmp_path):
    """Make one folder that is both kinds: a packed page with its text, and the page as it is with its date."""
    paragraphs = "".join(f"<p>{line}</p>" for line in STORY.splitlines())
    head = '<meta property="article:published_time" content="2024-01-19">'
    page = f"<html><head>{head}</head><body><article>{paragraphs}</article></body></html>"
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "one.html.gz").write_bytes(gzip.compress(page.encode()))
    (tmp_path / "html" / "two.html").write_text(page, encoding="utf-8")
    (tmp_path / "ground-truth.json").write_text(json.dumps({"one": {"articleBody": STORY}}), encoding="utf-8")
    (tmp_path / "gold.json").write_text(json.dumps({"https://a.example/": {"file": "two.html", "date": "2024-01-19"}}), encoding="utf-8")
    return tmp_path


def test_the_command_prints_a_line_a_setting(pages, capsys):
    assert main(["--pages", str(pages), "--dates", str(pages)]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["ours", "1.000", "1.000", "1.000", "[1.000,", "1.000]", "1"] in lines
    assert ["ours", "1.000", "0.000", "0.000", "[1.000,", "1.000]", "1"] in lines
    assert {"trafilatura", "readability", "justext", "htmldate"} <= {line[0] for line in lines}


def test_a_page_without_a_story_scores_as_nothing_found(pages, capsys):
    (pages / "html" / "one.html.gz").write_bytes(gzip.compress(b"<html><body></body></html>"))
    (pages / "html" / "two.html").write_text("<html><body></body></html>", encoding="utf-8")
    assert main(["--pages", str(pages), "--dates", str(pages)]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["ours", "0.000", "0.000", "0.000", "[0.000,", "0.000]", "1"] in lines
    assert ["ours", "0.000", "0.000", "1.000", "[0.000,", "0.000]", "1"] in lines


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ground-truth.json", "{"),
        ("ground-truth.json", "{}"),
        ("ground-truth.json", '["one"]'),
        ("ground-truth.json", '{"one": {}}'),
        ("gold.json", '{"one": {"file": "two.html", "date": null}}'),
        ("html/one.html.gz", "not packed"),
    ],
)
def test_a_folder_that_cannot_be_used_is_named(pages, capsys, name, content):
    (pages / name).write_text(content, encoding="utf-8")
    assert main(["--pages", str(pages), "--dates", str(pages)]) == 1
    assert name.removesuffix(".gz") in capsys.readouterr().err


def test_the_command_needs_a_folder():
    with pytest.raises(SystemExit) as stopped:
        main([])
    assert stopped.value.code == 2
