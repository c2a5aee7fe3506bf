"""What a question asks for, and the stretch of a sentence that is such a thing."""

import pytest

from rag.records import Query
from rag.short_answer import asked_for, find_short_answer, holds_what_is_asked, of_what_is_counted


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many people died?", "number"),
        ("How long is the bridge?", "number"),
        ("What percentage was burned?", "number"),
        ("Which magnitude was measured?", "number"),
        ("When did it fall?", "date"),
        ("In what year was it built?", "date"),
        ("Who chairs the board?", "who"),
        ("To whom was it sold?", "who"),
        ("Whose ship was it?", "who"),
        ("Where did it land?", "where"),
        ("Which country hosted the talks?", "where"),
        ("Why did it fall?", "other"),
        ("How did it fall?", "other"),
        ("", "other"),
    ],
)
def test_a_question_asks_for_a_kind_of_thing(question: str, kind: str) -> None:
    assert asked_for(question) == kind


def test_what_is_asked_first_counts() -> None:
    assert asked_for("Who died, and when?") == "who"
    assert asked_for("When did it fall, and who was there?") == "date"


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        ("How many people died?", "The strike killed nine people, Iran reported.", "nine"),
        ("How long is the bridge?", "The bridge is 1.6 miles long and cost $60 million.", "1.6 miles"),
        ("How much will the rebuilding cost?", "The bridge is 1.6 miles long; rebuilding it will cost $60 million.", "$60 million"),
        ("How old was the driver?", "The driver was a 61-year-old woman.", "61-year"),
        ("When did the bridge collapse?", "The bridge collapsed on March 26, 2024 in Baltimore.", "March 26, 2024"),
        ("Who chairs the NTSB?", "Jennifer Homendy chairs the NTSB.", "Jennifer Homendy"),
        ("Where did the ship strike the bridge?", "The ship struck the bridge in Baltimore.", "Baltimore"),
    ],
)
def test_a_short_answer_is_a_stretch_of_the_sentence(question: str, sentence: str, answer: str) -> None:
    assert find_short_answer(Query(question), sentence, None) == answer
    assert answer in sentence


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Why did nine people die?", "Nine people died because the dam burst in 2023."),
        ("How many people died?", "People died."),
        ("When did it collapse?", "It collapsed."),
        ("When did it collapse?", "It collapsed on Tuesday."),
        ("Who was told?", "However, nobody was told."),
    ],
)
def test_where_nothing_of_the_kind_stands_there_is_no_short_answer(question: str, sentence: str) -> None:
    assert find_short_answer(Query(question), sentence, None) is None


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        ("Of the 12 on board, how many were hurt?", "Of the 12 on board, three were hurt.", "three"),
        ("When, after March 26, was it opened?", "Closed on March 26, it opened on June 10.", "June 10"),
        ("Who did Boeing pay?", "Boeing paid Alaska Airlines.", "Alaska Airlines"),
    ],
)
def test_what_the_question_names_itself_is_not_the_answer(question: str, sentence: str, answer: str) -> None:
    assert find_short_answer(Query(question), sentence, None) == answer


def test_of_several_the_one_nearest_to_the_words_of_the_question_answers() -> None:
    sentence = "In Turbat two children were killed, and far away in the hills of Saravan nine labourers were shot."
    assert find_short_answer(Query("How many children were killed?"), sentence, None) == "two"
    assert find_short_answer(Query("How many labourers were shot?"), sentence, None) == "nine"


def test_who_said_something_is_answered_with_the_speaker() -> None:
    sentence = "Nine died in Saravan, Iran reported."
    assert find_short_answer(Query("Who reported nine deaths?"), sentence, "Iran") == "Iran"
    assert find_short_answer(Query("Who said that nine died?"), sentence, "Iran") == "Iran"


def test_who_did_something_is_not_answered_with_the_speaker() -> None:
    assert (
        find_short_answer(Query("Who chairs the board?"), "Jennifer Homendy chairs the board, the agency said.", "the agency")
        == "Jennifer Homendy"
    )


def test_a_follow_up_is_answered_with_its_context_in_mind() -> None:
    sentence = "Of the 12 on board, three were hurt."
    assert find_short_answer(Query("And how many were hurt?", "Were 12 on board?"), sentence, None) == "three"


@pytest.mark.parametrize(
    ("kind", "question", "sentence", "share"),
    [
        ("number", "How many died?", "Nine died.", 1.0),
        ("number", "How many of the nine died?", "All nine died.", 0.0),
        ("date", "When did it fall?", "It fell on March 26.", 1.0),
        ("date", "When did it fall?", "It fell on Tuesday.", 1.0),
        ("date", "When did it fall?", "It fell.", 0.0),
        ("who", "Who fell?", "It was Wallace.", 1.0),
        ("who", "Who fell?", "nobody did", 0.0),
        ("other", "Why did it fall?", "Nobody knows.", 0.5),
    ],
)
def test_a_sentence_holds_what_is_asked_or_not(kind: str, question: str, sentence: str, share: float) -> None:
    assert holds_what_is_asked(kind, question, sentence) == share


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("How many people were killed?", "four of them children", "nine"),
        ("How many people were killed?", "four", "nine"),
        ("How many people were killed?", "nine people", "nine people"),
        ("How many children were killed?", "four of them children", "four of them children"),
        ("Who was killed?", "four of them children", "four of them children"),
        ("How many people were killed?", "not there", "not there"),
    ],
)
def test_a_part_of_a_number_answers_only_what_names_it(question, answer, expected):
    sentence = "Iran reported that nine people, four of them children, were killed in a border village."
    assert of_what_is_counted(Query(question), sentence, answer) == expected


def test_a_part_without_a_whole_stays():
    assert of_what_is_counted(Query("How many were hurt?"), "Four of them soldiers, the hurt were flown out.", "Four") == "Four"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many of them were children?", "four"),
        ("How many women were killed?", "three"),
        ("How many women and children died?", "three women and four"),
        ("How many people died?", "three women and four"),
    ],
)
def test_of_two_numbers_the_one_that_counts_what_is_asked_for_answers(question, expected):
    assert of_what_is_counted(Query(question), "The dead were three women and four children.", "three women and four") == expected
