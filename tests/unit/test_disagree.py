"""Different values for one thing: who says which, and which were replaced later."""

import pytest
from builders import article_info, make_sentences

from rag.disagree import compare
from rag.records import Evidence, Query, Value

HOW_MANY = Query("How many people died near Saravan?")


def said(text, answer, speaker=None, *, id="a", published="2024-01-18"):
    (sentence,) = make_sentences(text, info=article_info(id, published=published))
    return Evidence(sentence, 0.5, speaker, answer)


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
