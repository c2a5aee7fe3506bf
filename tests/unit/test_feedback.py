"""What readers think of answers is written down here, in a form that the evaluation reads."""

import json
from dataclasses import replace

import pytest
from builders import article_info

from eval.gold import load_gold
from rag.errors import InputError
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


def confirmed(file, texts):
    """Read a draft as a gold question, after a person has taken out what makes it one."""
    with pytest.raises(InputError, match="is a draft; confirm it"):
        load_gold([file], texts)
    file.write_text("".join(json.dumps(row | {"status": None}) + "\n" for row in rows(file)))
    return load_gold([file], texts)


@pytest.mark.parametrize("answer", [ANSWER, NOT_FOUND, replace(ANSWER, short_answer=None)], ids=["found", "not found", "no short answer"])
def test_a_draft_is_read_as_a_gold_question_once_it_is_confirmed(tmp_path, answer):
    file = Feedback(tmp_path).draft(answer)
    assert file == tmp_path / DRAFTS
    (question,) = confirmed(file, {"light.md": f"Dublin. {QUOTE}"})
    assert question.text == "Who bought the lighthouse?"
    assert question.answerable is (answer is not NOT_FOUND)
    assert [item.quote for item in question.evidence] == ([] if answer is NOT_FOUND else [QUOTE])


def test_the_draft_of_a_follow_up_keeps_what_it_leaned_on_and_no_other_does(tmp_path):
    history = [("Is the lighthouse sold?", "“It was sold.” [1]")]
    asked = replace(ANSWER, question="Who bought it?", searched_for="Who bought it? Is the lighthouse sold?")
    (question,) = confirmed(Feedback(tmp_path).draft(asked, history), {"light.md": QUOTE})
    assert (question.kind, question.history) == ("follow-up", tuple(history))
    assert "history" not in gold_draft(ANSWER, history)


def test_a_draft_asks_to_be_checked():
    assert "check" in gold_draft(ANSWER)["note"]
