"""Different values for one thing: who says which, and which were replaced later."""

from dataclasses import replace

import numpy as np
import pytest
from builders import article_info, make_sentences

from rag.disagree import bears_out, compare, otherwise, share_needed
from rag.records import Evidence, Query, Value

HOW_MANY = Query("How many people died near Saravan?")


def said(text, answer, speaker=None, *, id="a", published="2024-01-18", event=0):
    """Make evidence about an event; what is about different ones is not alike."""
    (sentence,) = make_sentences(text, info=article_info(id, published=published))
    return Evidence(replace(sentence, vector=np.eye(2, dtype=np.float32)[event]), 0.5, speaker, answer)


ONE_VALUE = {
    "the same number, written otherwise": (HOW_MANY, ["nine", "9", "nine people"]),
    "one number": (HOW_MANY, ["nine"]),
    "a sentence without a number": (HOW_MANY, ["nine", None]),
    "no numbers": (HOW_MANY, [None, "several"]),
    "scaled numbers": (Query("How much was paid?"), ["$1.5 million", "1,500,000"]),
    "other units": (Query("How long is it?"), ["984 feet", "eight weeks", "5:47 p.m.", "300 metres", "20%"]),
    "a count and a sum of money": (Query("How much was paid?"), ["$60 million", "six"]),
    "not asked for a number": (Query("What did the cabinet do?"), ["nine", "10"]),
    "asked who": (Query("Who reported ten deaths?"), ["Iran", "Pakistan"]),
    "nothing cited": (HOW_MANY, []),
}


@pytest.mark.parametrize(("query", "answers"), ONE_VALUE.values(), ids=ONE_VALUE)
def test_what_is_not_two_numbers_for_one_question_is_no_disagreement(query, answers):
    assert compare(query, [said(f"It was {answer} in all.", answer) for answer in answers]) == ()


def test_the_answers_to_two_questions_in_one_are_no_disagreement_but_both_are_worth_quoting():
    query = Query("How many had died by Monday, and how many by Friday?")
    monday, friday = said("Seven had died.", "Seven"), said("Nine had died.", "Nine", id="b")
    assert compare(query, [monday, friday]) == ()
    assert share_needed(query, friday, [monday]) is not None


def test_the_unit_may_stand_behind_the_words_that_were_marked():
    cited = [
        said("It burned for 127 seconds.", "127"),
        said("It was 43 seconds more than planned.", "43"),
        said("It weighed 170 grams.", "170"),
    ]
    values = compare(Query("How many seconds did it burn?"), cited)
    assert [value.text for value in values] == ["127", "43"]


def test_each_value_stands_once_with_who_gives_it_and_where():
    cited = [
        said("Iran reported nine deaths.", "nine", "Iran"),
        said("Nine died, Iran said.", "Nine", "Iran"),
        said("Two children died.", "Two children", None, id="b"),
    ]
    assert compare(HOW_MANY, cited) == (Value("nine", "Iran", 1, False), Value("Two children", None, 3, False))


def test_where_a_follow_up_does_not_say_which_values_of_another_event_are_no_disagreement():
    query = Query("How many of them were children?", "How many people died near Saravan?")
    here, there = (said("Four were children.", "Four", id=id, event=event) for event, id in enumerate("ab"))
    other = said("Two of them were children.", "Two", id="b", event=1)
    assert compare(query, [here, other]) == ()
    assert share_needed(query, other, [here]) is None
    assert share_needed(query, other, [there]) is not None
    assert [value.text for value in compare(query, [there, other])] == ["Four", "Two"]
    whole = Query("How many of the dead near Saravan were children?")
    assert [value.text for value in compare(whole, [here, other])] == ["Four", "Two"]


@pytest.mark.parametrize(
    ("query", "leaning"),
    [
        (Query("How many died?"), False),
        (Query("How many died?", "Who endorsed full ties?"), True),
        (Query("How many died?", "Who endorsed full ties?", "How many died in Saravan?"), False),
        (Query("Why?", "How many died?", filled="Why: how many died?"), False),
    ],
    ids=["whole question", "follow-up", "reworded", "filled in"],
)
def test_only_a_follow_up_in_its_own_words_leans(query, leaning):
    assert query.leaning is leaning


REPLACED = {
    "the same speaker, later": (
        said("Seven died.", "seven", "Iranian officials"),
        said("Nine died.", "nine", "officials of Iran", id="b", published="2024-01-19"),
        True,
    ),
    "another speaker, later": (
        said("Seven died.", "seven", "Iran"),
        said("Nine died.", "nine", "the hospital", id="b", published="2024-01-19"),
        False,
    ),
    "nobody named": (said("Seven died.", "seven"), said("Nine died.", "nine", id="b", published="2024-01-19"), False),
    "the later article names the earlier value": (
        said("Seven died.", "seven"),
        said("The toll has risen from seven to nine.", "nine", id="b", published="2024-01-19"),
        True,
    ),
    "on the same day it names the other value": (said("Seven died.", "seven"), said("Nine died, not seven.", "nine", id="b"), True),
    "the same speaker, on the same day": (said("Seven died.", "seven", "Iran"), said("Nine died.", "nine", "Iran", id="b"), False),
    "within one article": (said("Seven died.", "seven", "Iran"), said("Nine died, not seven.", "nine", "Iran"), False),
    "without a date": (said("Seven died.", "seven", "Iran", published=None), said("Nine died.", "nine", "Iran", id="b"), False),
}


@pytest.mark.parametrize(("earlier", "later", "replaced"), REPLACED.values(), ids=REPLACED)
@pytest.mark.parametrize("turned", [False, True], ids=["in order", "turned"])
def test_an_update_is_told_from_a_contradiction(earlier, later, replaced, turned):
    values = compare(HOW_MANY, [later, earlier] if turned else [earlier, later])
    assert {value.text: value.replaced for value in values} == {"seven": replaced, "nine": False}


# Days and names

WHO_WON = Query("Who won the women's singles title at Wimbledon in 2019?")
WHEN = Query("When was the Tampa bridge opened?")
KERBER = said("Angelique Kerber won the women's singles title at Wimbledon in 2019.", "Angelique Kerber")
HALEP = said("Simona Halep took the 2019 Wimbledon title in the women's singles.", "Simona Halep", id="b")
IN_MAY = said("The Tampa bridge was opened on 9 May 2023.", "9 May 2023")


def test_two_names_for_what_only_one_can_be_are_a_disagreement():
    assert [value.text for value in compare(WHO_WON, [KERBER, HALEP])] == ["Angelique Kerber", "Simona Halep"]


def test_two_days_of_one_event_are_a_disagreement():
    in_june = said("They opened the Tampa bridge on June 2.", "June 2", id="b")
    assert [value.text for value in compare(WHEN, [IN_MAY, in_june])] == ["9 May 2023", "June 2"]


AGREE = {
    "a shorter name": (WHO_WON, KERBER, said("Kerber is the 2019 Wimbledon women's singles champion.", "Kerber", id="b")),
    "one name, and those of it": (
        Query("Which country won the women's title at Wimbledon in 2019?"),
        said("Romania won the women's title at Wimbledon in 2019.", "Romania"),
        said("In 2019 Romanians took the women's title at Wimbledon, and won it well.", "Romanians", id="b"),
    ),
    "one beat the other": (
        WHO_WON,
        KERBER,
        said("Simona Halep lost the 2019 Wimbledon title to Angelique Kerber.", "Simona Halep", id="b"),
    ),
    "the title of another year": (
        WHO_WON,
        KERBER,
        said("Simona Halep won the women's singles at Wimbledon in 2018.", "Simona Halep", id="b"),
    ),
    "of another event": (WHO_WON, KERBER, said("Simona Halep won in Bucharest.", "Simona Halep", id="b")),
    "many can do it": (
        Query("Who hailed the women's title at Wimbledon?"),
        KERBER,
        said("Simona Halep hailed the women's title at Wimbledon.", "Simona Halep", id="b"),
    ),
    "a day less exact": (WHEN, IN_MAY, said("The Tampa bridge was opened in May 2023.", "May 2023", id="b")),
    "the day it was put off from": (WHEN, IN_MAY, said("The Tampa bridge was opened on 9 May 2023, not on 2 May.", "2 May", id="b")),
    "a day among others": (WHEN, IN_MAY, said("Begun in May 2019, the Tampa bridge was opened on 2 May 2022.", "May 2019", id="b")),
}


@pytest.mark.parametrize(("query", "first", "other"), AGREE.values(), ids=AGREE)
def test_names_and_days_that_may_both_be_right_are_no_disagreement(query, first, other):
    assert compare(query, [first, other]) == compare(query, [other, first]) == ()


# A sentence with another value in it

WHERE = Query("Which stadium was the game played at?")
TAMPA = said("The game was played on Sunday at a stadium in Tampa before a full house.", "Tampa")


def copy_with(value, *, id="b"):
    return said(f"The game was played on Sunday at a stadium in {value} before a full house.", value, id=id)


def test_a_copy_with_another_value_for_the_answer_is_a_disagreement_whatever_is_asked():
    assert [(value.text, value.citation) for value in compare(WHERE, [TAMPA, copy_with("Glendale")])] == [("Tampa", 1), ("Glendale", 2)]


NO_COPY = {
    "of the same article": (WHERE, TAMPA, copy_with("Glendale", id="a")),
    "the value is not the answer": (WHERE, said(TAMPA.sentence.span.text, "a stadium"), copy_with("Glendale")),
    "what was asked is who said it": (
        Query("Who said that nine people died?"),
        said("Iran said that nine people had died in the strike.", "Iran"),
        said("Pakistan said that nine people had died in the strike.", "Pakistan", id="b"),
    ),
}


@pytest.mark.parametrize(("query", "first", "other"), NO_COPY.values(), ids=NO_COPY)
def test_other_likeness_is_no_disagreement(query, first, other):
    assert compare(query, [first, other]) == ()


def test_a_copy_of_a_report_with_another_speaker_is_a_disagreement():
    said_so = "{} said on Thursday that most of the casualties could have been avoided."
    first = said(said_so.format("Petteri Taalas"), "Petteri Taalas")
    (sentence,) = make_sentences(said_so.format("Farhan Haq"), info=replace(article_info("b"), origin="a"))
    values = compare(Query("Who said that most casualties could have been avoided?"), [first, Evidence(sentence, 0.5, None, "Farhan Haq")])
    assert [value.text for value in values] == ["Petteri Taalas", "Farhan Haq"]


def test_a_copy_is_worth_quoting_however_unlikely_and_another_number_less_so():
    seven = said("Seven died near Saravan.", "Seven", id="b")
    assert share_needed(WHERE, copy_with("Glendale"), [TAMPA]) == 0
    assert 0 < share_needed(HOW_MANY, seven, [said("Nine died near Saravan.", "Nine")]) < 1
    assert share_needed(HOW_MANY, seven, [said("Nine died near Saravan.", "Nine"), said("7 died.", "7")]) is None
    assert share_needed(WHERE, TAMPA, [copy_with("Glendale"), copy_with("Tampa", id="c")]) is None


def test_evidence_that_says_otherwise_than_what_a_model_cited_is_found():
    evidence = [TAMPA, said("It rained all night.", None), copy_with("Glendale")]
    assert otherwise(WHERE, evidence, [TAMPA]) == [2]
    assert otherwise(WHERE, evidence, [TAMPA, copy_with("Glendale")]) == []
    assert otherwise(WHERE, evidence, []) == []


FIRST_OF_ONE_ANSWER = {
    "a number": (
        Query("How long is it?"),
        ("It is 984 feet long.", "984 feet"),
        "The 984-foot ship was towed.",
        "It was towed for 2.5 miles.",
    ),
    "a number in words": (
        HOW_MANY,
        ("Nine died.", "Nine"),
        "It was said that 9 were dead.",
        "The dead were three women and four children.",
    ),
    "a day": (
        Query("When did the storm strike the coast?"),
        ("The storm struck the coast on Sept. 10.", "Sept. 10"),
        "It struck the coast on 10 September 2023, and the dams gave way a day later.",
        "The dams gave way on Sept. 11.",
    ),
    "a place": (
        Query("Where was the ship going?"),
        ("It was going to Colombo, Sri Lanka.", "Colombo, Sri Lanka"),
        "It set out for Sri Lanka.",
        "It had left Seagirt Marine Terminal.",
    ),
}


@pytest.mark.parametrize(("query", "first", "same", "else_"), FIRST_OF_ONE_ANSWER.values(), ids=FIRST_OF_ONE_ANSWER)
def test_where_one_thing_is_asked_for_a_further_sentence_bears_out_what_gives_it_too(query, first, same, else_):
    others = [said(*first)]
    assert bears_out(query, said(same, None, id="b"), others)
    assert not bears_out(query, said(else_, None, id="b"), others)
    assert bears_out(query, said(else_, None, id="b"), [*others, said(else_, else_.rstrip("."), id="c")])


@pytest.mark.parametrize(
    "question", ["Who was hurt?", "Why did it leave?", "Where was it going, and when did it leave?", "Which ports did it call at?"]
)
def test_where_more_than_one_answer_may_be_right_every_sentence_bears_out_the_others(question):
    first = said("It was going to Colombo, Sri Lanka.", "Colombo, Sri Lanka")
    assert bears_out(Query(question), said("It had left Seagirt Marine Terminal.", None, id="b"), [first])


def test_what_the_first_sentence_answers_with_may_not_be_known():
    assert bears_out(Query("Where was it going?"), said("It had left.", None, id="b"), [said("It was going home.", None)])
