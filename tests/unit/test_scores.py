"""The page of an evaluation: figures, what changed, and every failure, as text."""

from builders import result_row

from eval.report import figures
from ui.measuring import Outcome
from ui.scores import outcome_html

SCRIPT = '"><script>alert(1)</script>'


def row(name: str, f1: float, **changes):
    about = {"evidence": ["The quay was closed."], "quotes": ["The harbour was closed."], "expected": [["the quay", "quay"]]}
    shown = {"status": "answered", "short_answer": "the harbour", "problems": ["nobody says why"]}
    return (
        result_row(f1=f1, exact_match=f1, citation_recall=f1, **{"recall@5": 1.0, "sentence@1": f1})
        | about
        | shown
        | {"id": name}
        | changes
    )


def outcome(rows, previous=()) -> Outcome:
    return Outcome(tuple(rows), figures(rows) | {"answerer": "quotes"}, tuple(previous))


def test_figures_are_shown_with_interval_and_n():
    html = outcome_html(outcome([row("a", 1.0), row("b", 0.0)]))
    assert "2 questions, 0 failed, by quotes" in html
    assert '<th scope="row">f1</th><td>0.500</td>' in html
    assert "wrongly answered" not in html
    assert "There is no run before it" in html


def test_a_change_since_the_run_before_is_told():
    before, after = [row(str(n), 0.0) for n in range(30)], [row(str(n), 1.0) for n in range(30)]
    html = outcome_html(outcome(after, before))
    assert "on the 30 questions that both were asked" in html
    assert '<tr class="better"><th scope="row">f1</th>' in html
    assert "30 questions came out otherwise than before" in html
    assert "Nothing went wrong" in html


def test_every_failure_tells_what_was_expected_and_what_was_shown():
    html = outcome_html(outcome([row("a", 1.0), row("b", 0.0, question="What was closed?")]))
    assert "What went wrong: 1 of 2 questions" in html
    for said in (
        "What was closed?",
        "the quay",
        "answered: the harbour",
        "The harbour was closed.",
        "The quay was closed.",
        "nobody says why",
    ):
        assert said in html
    assert "another sentence first" in html


def test_what_questions_and_answers_hold_is_text():
    hostile = {
        "question": SCRIPT,
        "quotes": [SCRIPT],
        "evidence": [SCRIPT],
        "expected": [[SCRIPT]],
        "short_answer": SCRIPT,
        "problems": [SCRIPT],
    }
    html = outcome_html(outcome([row("a", 0.0, **hostile)], [row("a", 1.0)]))
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 6
