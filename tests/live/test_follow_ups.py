"""Follow-up questions with a model at work: reworded by it where that can be used, and by the rules where it cannot."""

import time
from dataclasses import replace

import pytest
from chat_server import chat_server, reply
from homes import quotes_settings

from rag.contract import answer_json
from rag.pipeline import Pipeline

NAME = "openai:model"
FIRST = "How many people were killed in a village near Saravan?"
HISTORY = [(FIRST, "Nine people.")]
QUESTION = "And how many of them were children?"
GOOD = "How many of the people who were killed in a village near Saravan were children?"


def is_rewriting(call) -> bool:
    return "<conversation>" in call.asked["messages"][-1]["content"]


@pytest.fixture
def follow_up_answer(home):
    """Ask QUESTION after FIRST of a model that rewords by a behaviour, and quotes a sentence about children as its answer."""
    pipelines = []

    def ask_it(behave, timeout_s=20.0):
        def both(call):
            if is_rewriting(call):
                behave(call)
            else:
                reply(next(sentence for sentence in call.evidence() if "children" in sentence))(call)

        with chat_server(both) as server:
            pipelines.append(Pipeline(replace(quotes_settings(home), llm=NAME, llm_url=server.url, llm_timeout_s=timeout_s)))
            return pipelines[-1].ask(QUESTION, history=HISTORY)

    yield ask_it
    for pipeline in pipelines:
        pipeline.close()


def test_a_good_rewording_is_searched_for_and_shown(follow_up_answer):
    answer = follow_up_answer(reply("How many of the people who were ", "killed in a village near Saravan were children?"))
    assert (answer.question, answer.searched_for) == (QUESTION, GOOD)
    assert answer_json(answer)["searched_for"] == GOOD
    assert answer.answerer == NAME
    assert any("children" in citation.quote for citation in answer.citations)
    assert not any("reworded" in problem for problem in answer.problems)


def fails(call):
    call.send_error_object(500, "internal error")


def is_silent(call):
    call.begin()
    call.end()


def rambles(call):
    call.begin()
    while True:
        call.say("and of the people there ")


@pytest.mark.parametrize(
    ("behave", "said"),
    [
        (reply("How many of the dead in Norway were children?"), "Norway stands neither in the conversation nor in the question"),
        (is_silent, "the reply is empty"),
        (fails, NAME),
        (rambles, "the reply is longer than"),
        (reply("Nine were killed.\nFour were children."), "more than one line"),
    ],
    ids=["invented-name", "silence", "error", "ramble", "answers-instead"],
)
def test_where_the_rewording_cannot_be_used_the_rules_search_and_it_is_said(follow_up_answer, behave, said):
    answer = follow_up_answer(behave)
    assert answer.searched_for == f"{QUESTION} {FIRST}"
    assert said in answer.problems[0]
    assert "the question before it was searched for too" in answer.problems[0]
    assert answer.answerer == NAME
    assert any("children" in citation.quote for citation in answer.citations)


def test_a_model_that_does_not_answer_in_time_is_not_waited_for(follow_up_answer):
    answer = follow_up_answer(lambda call: time.sleep(6), timeout_s=3.0)
    assert answer.searched_for == f"{QUESTION} {FIRST}"
    assert "no reply in time" in answer.problems[0]


def test_a_question_that_stands_alone_is_not_sent_to_be_reworded(home):
    calls = []
    with chat_server(lambda call: (calls.append(is_rewriting(call)), reply(f"{call.evidence()[0]} [1]")(call))) as server:
        pipeline = Pipeline(replace(quotes_settings(home), llm=NAME, llm_url=server.url))
        answer = pipeline.ask(FIRST, history=[("How wide is the federal channel below Fort McHenry?", "700 feet.")])
        pipeline.close()
    assert calls == [False]
    assert answer.searched_for is None
