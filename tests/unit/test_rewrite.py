"""A question that leans on the conversation is searched for together with what it leans on."""

import pytest

from rag.records import Query
from rag.rewrite import rewrite

DERNA = "How many people died in Derna?"
HISTORY = [(DERNA, "At least 3,958.")]


@pytest.mark.parametrize(
    "question",
    [
        "How many of them were children?",
        "And how many of the victims were children?",
        "Why?",
        "And Sousa?",
        "What about the children in hospital?",
        "What did the mayor say about it yesterday evening?",
        "Who reported that number to the press?",
        "Were their houses rebuilt by the government?",
    ],
)
def test_a_question_that_leans_takes_the_one_before_along(question: str) -> None:
    query = rewrite(question, HISTORY)
    assert (query.text, query.context) == (question, DERNA)
    assert query.full == f"{question} {DERNA}"


@pytest.mark.parametrize(
    "question",
    [
        "What did Boeing pay Alaska Airlines?",
        "When did Iran strike bases in Pakistan?",
        "How many passengers survived the Haneda collision?",
        "Who runs the port of Baltimore now?",
    ],
)
def test_a_question_that_stands_on_its_own_is_left_alone(question: str) -> None:
    query = rewrite(question, HISTORY)
    assert (query.text, query.context, query.full) == (question, "", question)


def test_without_a_conversation_nothing_is_added() -> None:
    assert rewrite("And how many of them were children?", []).full == "And how many of them were children?"


def test_a_chain_of_leaning_questions_goes_back_to_the_one_that_stands() -> None:
    history = [("Who runs the port of Baltimore now?", "x"), (DERNA, "y"), ("And how many of them were children?", "z")]
    assert rewrite("Why?", history).context == f"{DERNA} And how many of them were children?"


def test_answers_are_not_searched_for() -> None:
    assert "3,958" not in rewrite("Why?", HISTORY).full


TIES = "Who endorsed restoring ties?"


@pytest.mark.parametrize(
    ("question", "before", "read_for"),
    [
        ("When did they decide that?", TIES, "When endorsed restoring ties?"),
        ("And when was that?", TIES, "When endorsed restoring ties?"),
        ("Why?", "Which company paid Alaska Airlines?", "Why paid Alaska Airlines?"),
        ("Where did it happen?", "How many people died in Derna?", "Where people died in Derna?"),
        ("Who said so?", "Why was Luna-25 lost?", "Who said that was Luna-25 lost?"),
    ],
)
def test_a_question_that_says_nothing_itself_is_read_for_in_the_words_of_the_one_before(question, before, read_for):
    query = rewrite(question, [(before, "x")])
    assert (query.own, query.text, query.full) == (read_for, question, f"{question} {before}")


@pytest.mark.parametrize(
    "question",
    [
        "Where was it taken after that?",
        "And later?",
        "Who?",
        "Which province were they from?",
        "What had it been before that?",
        "When did they sign it?",
    ],
)
def test_a_question_that_says_something_or_asks_the_same_is_read_for_in_its_own_words(question):
    assert rewrite(question, [(TIES, "x")]).own == question


def test_an_empty_question_looks_past_an_empty_one_before_it():
    assert rewrite("Where?", [(TIES, "x"), ("When was that?", "y")]).own == "Where endorsed restoring ties?"


def test_what_a_model_reworded_is_read_for_first():
    assert (
        Query("When?", "Who endorsed ties?", reworded="When were ties endorsed?", filled="When endorsed ties?").own
        == "When were ties endorsed?"
    )
