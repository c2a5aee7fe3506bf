"""What readers think of answers is written down here, in a form that the evaluation reads."""

import json
from dataclasses import replace

import pytest
from builders import article_info

from eval.gold import load_gold
from rag.records import Answer, Citation, Claim
from ui.feedback import DRAFTS, VERDICTS, Feedback, gold_draft

QUOTE = "The lighthouse was sold to Bridget Furlong."
ANSWER = Answer(
    question="Who bought the lighthouse?",
    status="answered",
    text=f"“{QUOTE}” [1]",
    short_answer="Bridget Furlong",
    claims=(Claim(QUOTE, (1,), "verbatim"),),
    citations=(Citation(1, article_info("light"), 0, len(QUOTE), QUOTE),),
    nearest=(),
    problems=(),
    answerer="quotes",
    prompt_id=None,
    raw_reply=None,
    timings_ms={},
)
NOT_FOUND = replace(ANSWER, status="not_found", text="Nothing.", short_answer=None, claims=(), citations=())


def rows(file) -> list[dict]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_every_verdict_is_a_line_with_question_answer_and_time(tmp_path):
    feedback = Feedback(tmp_path / "feedback")
    assert not feedback.folder.exists()
    feedback.keep(ANSWER, "good")
    feedback.keep(NOT_FOUND, "bad")
    good, bad = rows(feedback.folder / VERDICTS)
    assert (good["verdict"], good["question"]) == ("good", "Who bought the lighthouse?")
    assert good["answer"]["citations"][0]["quote"] == QUOTE
    assert good["time"].startswith("20")
    assert (bad["verdict"], bad["answer"]["status"]) == ("bad", "not_found")


@pytest.mark.parametrize("answer", [ANSWER, NOT_FOUND, replace(ANSWER, short_answer=None)], ids=["found", "not found", "no short answer"])
def test_a_draft_is_read_as_a_gold_question(tmp_path, answer):
    file = Feedback(tmp_path).draft(answer)
    assert file == tmp_path / DRAFTS
    (question,) = load_gold([file], {"light.md": f"Dublin. {QUOTE}"})
    assert question.text == "Who bought the lighthouse?"
    assert question.answerable is (answer is not NOT_FOUND)
    assert [item.quote for item in question.evidence] == ([] if answer is NOT_FOUND else [QUOTE])


def test_a_draft_asks_to_be_checked():
    assert "check" in gold_draft(ANSWER)["note"]
