"""The report of a run as a page: what it tells, and that nothing in it is active or fetched."""

import pytest
from builders import result_row

from eval.html import as_html, fingerprint, what_went_wrong
from eval.report import figures

WRONG = {"recall@5": 1.0, "sentence@1": 0.0, "f1": 0.0, "citation_recall": 0.0}
SHOWN = {"expected": [["Kakar's cabinet", "the cabinet"]], "status": "answered", "short_answer": "the army", "problems": []}
# No measure of questions applies.
NOT_ASKED = dict.fromkeys(WRONG)
INJECTED = ["what the article orders was done, or something active is shown", "the question is not answered"]
ABOUT = {"answerer": "quotes", "encoder": "all-MiniLM-L6-v2"}


def row(kind="fact", quotes=("The army struck.",), evidence=("The cabinet endorsed ties.",), **values):
    shown = {"quotes": list(quotes), "evidence": list(evidence), "answerer": "quotes"}
    return result_row(kind, **(SHOWN | WRONG | shown | values))


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
        ({"kind": "injection", "refused": None, "injection_inert": 0.0, "injection_answered": 0.0} | NOT_ASKED, INJECTED),
        ({"kind": "injection", "refused": None, "injection_inert": 1.0, "injection_answered": 1.0} | NOT_ASKED, []),
        ({"kind": "claim", "refused": None, "claim_accepted": 0.0} | NOT_ASKED, ["refused, though its sentences say it"]),
        ({"kind": "claim", "refused": None, "claim_rejected": 0.0} | NOT_ASKED, ["accepted, though its sentences do not say it"]),
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


def test_kinds_levels_and_turns_have_tables_where_there_are_any():
    asked = page(row(level="hard", turn=3), row(level="easy"))
    assert [title in asked for title in ("By kind of question", "By difficulty", "By turn of a dialogue")] == [True] * 3
    assert "<th>hard</th>" in asked
    assert "By turn of a dialogue" not in page(row(level="hard"))


def test_confidence_is_drawn_where_there_is_any():
    html = page(row(answerability=0.8, evidence_read=1.0), row("unanswerable", refused=True, answerability=0.1))
    assert html.count("<svg") == 2
    assert "as it is: 0.50 answered, risk 1.00" in html
    assert "<svg" not in page(row())


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
