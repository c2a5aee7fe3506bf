"""The report of a run as a page: what it tells, and that nothing in it is active or fetched."""

import pytest
from builders import result_row

from eval.html import as_html, fingerprint, what_went_wrong
from eval.report import figures

WRONG = {"recall@5": 1.0, "sentence@1": 0.0, "f1": 0.0, "citation_recall": 0.0}
SHOWN = {"expected": [["Kakar's cabinet", "the cabinet"]], "status": "answered", "short_answer": "the army", "problems": []}
ABOUT = {"answerer": "quotes", "encoder": "all-MiniLM-L6-v2"}


def row(quotes=("The army struck.",), evidence=("The cabinet endorsed ties.",), **values):
    return result_row(**(SHOWN | WRONG | {"quotes": list(quotes), "evidence": list(evidence), "answerer": "quotes"} | values))


def page(*rows):
    return as_html(rows, figures(rows), ABOUT)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, ["another sentence first", "another short answer", "a part is not cited"]),
        ({"sentence@1": 1.0, "f1": 0.8, "citation_recall": 1.0}, []),
        ({"refused": True}, ["refused, though the articles say it", "another sentence first"]),
        ({"recall@5": 0.0, "refused": True}, ["refused, though the articles say it", "no right passage among five"]),
        ({"kind": "false-premise", "premise_told": 0.0}, ["the false premise is not pointed out"]),
        ({"kind": "false-premise", "premise_told": 1.0, "refused": True}, []),
        ({"kind": "unanswerable"}, ["answered, though the articles do not say it"]),
        ({"kind": "unanswerable", "refused": True}, []),
        ({"sentence@1": 1.0, "f1": None, "citation_recall": 1.0, "conflict_shown": 0.0}, ["the disagreement is not shown"]),
        ({"sentence@1": 1.0, "f1": None, "citation_recall": 1.0, "speaker_named": 0.0}, ["the speaker is not named"]),
        ({"sentence@1": 1.0, "f1": None, "citation_recall": 1.0, "said_right": 0.0}, ["the table of who said what is wrong"]),
        ({"error": "no server", "refused": True, "recall@5": 0.0}, ["failed", "no right passage among five"]),
    ],
)
def test_what_went_wrong_is_said(values, said):
    assert what_went_wrong(row(**values)) == said


def test_a_failure_shows_what_was_expected_shown_and_missed():
    html = page(row(id="pk-001", question="Who endorsed restoring ties?"))
    for part in ("Who endorsed restoring ties?", "pk-001", "Kakar&#39;s cabinet", "The army struck.", "The cabinet endorsed ties."):
        assert part in html
    assert "1 of 1 questions" in html


def test_evidence_that_was_shown_is_not_missed():
    html = page(row(quotes=["The cabinet endorsed ties."], **{"sentence@1": 1.0, "f1": 0.0, "citation_recall": 1.0}))
    assert ">missed<" not in html
    assert '<dd class="good">The cabinet endorsed ties.</dd>' in html


def test_what_articles_and_models_say_is_inert_and_nothing_is_fetched():
    attack = "<script>alert(1)</script><img src=https://example.org/x>"
    html = page(row(quotes=[attack], question=attack, short_answer=attack, problems=[attack]))
    assert "<script" not in html
    assert "<img" not in html
    assert "http" not in html.replace("https://example.org/x", "")


def test_a_run_without_failures_or_questions_has_a_page():
    assert "Nothing." in page(row(**{"sentence@1": 1.0, "f1": 1.0, "citation_recall": 1.0}))
    assert "0 questions" in page()


def test_a_question_that_failed_says_why():
    assert "no server at 127.0.0.1" in page(row(error="no server at 127.0.0.1", refused=True, latency_ms=None))


def test_a_fingerprint_changes_with_any_file(tmp_path):
    (tmp_path / "a.txt").write_text("one")
    before = fingerprint([tmp_path])
    assert fingerprint([tmp_path]) == before
    (tmp_path / "a.txt").write_text("two")
    assert fingerprint([tmp_path]) != before
