"""A model that fails is told from one whose words did not hold, and a question that ended in an error scores 0."""

from dataclasses import replace
from datetime import date

import pytest

from eval.gold import Question
from eval.measures import MEASURES
from eval.run import ask, model_failure
from rag.errors import ModelError
from rag.pipeline import INSTEAD, NOTHING_HELD
from rag.records import Answer

MODEL = "openai:model"
ANSWER = Answer("?", "answered", "", None, (), (), (), (), "quotes", None, None, {})
DIED = f"the server at 127.0.0.1 does not answer; {INSTEAD}"


@pytest.mark.parametrize(
    ("llm", "problems", "failure"),
    [
        (MODEL, (DIED,), DIED),
        (MODEL, ("no article since May answers, so all were searched", DIED), DIED),
        (MODEL, (f"{NOTHING_HELD.format(MODEL)}; {INSTEAD}",), None),
        (MODEL, ("[9] points nowhere",), None),
        (MODEL, (), None),
        ("quotes", (DIED,), None),
    ],
)
def test_quotations_that_stand_in_for_a_dead_model_are_its_failure(llm, problems, failure):
    assert model_failure(replace(ANSWER, problems=problems), llm) == failure


class DeadModel:
    """A pipeline whose model cannot be reached."""

    def find(self, question, filters, history, llm, asked):
        self.asked = asked
        raise ModelError("the server at 127.0.0.1 does not answer")


@pytest.mark.parametrize("kind", ["fact", "who-said", "conflict", "unanswerable"])
def test_a_question_that_failed_scores_nothing_wherever_a_measure_applies(kind):
    row = ask(Question("q", kind, "Who?", () if kind == "unanswerable" else (("Kakar",),), ()), DeadModel(), MODEL, {})
    assert "127.0.0.1" in row["error"]
    assert row["latency_ms"] is None
    scored = {each.name: each.part(row) / each.whole(row) for each in MEASURES if each.whole(row)}
    bad = {each.name: float(each.good < 0) for each in MEASURES}
    assert scored == {name: bad[name] for name in scored}
    assert ("wrongly_answered" if kind == "unanswerable" else "sentence@1") in scored


def test_a_question_is_asked_as_on_its_day():
    pipeline = DeadModel()
    ask(Question("q", "fact", "Who resigned this week?", (("Kakar",),), (), asked=date(2024, 1, 24)), pipeline, MODEL, {})
    assert pipeline.asked == date(2024, 1, 24)
