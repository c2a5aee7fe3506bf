"""Which two answers with different values are answers to one thing, and which are not."""

from dataclasses import replace

import numpy as np
import pytest
from builders import article_info, make_sentences

from rag.comparable import asks_twice, comparable
from rag.given import given_by
from rag.records import Evidence, Query


def told(query, text, answer, speaker=None, *, published="2024-01-18"):
    """Make evidence and what it answers the query with."""
    (sentence,) = make_sentences(text, info=article_info("a", published=published))
    item = Evidence(replace(sentence, vector=np.ones(2, dtype=np.float32)), 0.5, speaker, answer)
    return item, given_by(query, item)


# A question, and two sentences with the number that was marked in each.
COUNTS = {
    "of the same": ("How many women were added?", "They added 12 women.", "They added 14 women in May.", True),
    "of another": ("How many women were added?", "They added 12 women.", "It had been 28 men before.", False),
    "of another, named as a part": ("How many of them were babies?", "Eight of them were babies.", "It carried 367 passengers.", False),
    "of what is not said": ("How many women were added?", "They added 12 women.", "It was 14 in the end.", True),
    "of people, whatever sort": ("How many people died?", "Iran reported nine people dead.", "Two children died.", True),
    "of the dead, whatever sort": ("How many deaths were there?", "Nine workers died.", "Seven died.", True),
    "of houses for people": ("How many people are missing?", "Nine are missing.", "More than 1,800 homes burned.", False),
    "both of something else": ("How many justices ruled so?", "It helps 26 million borrowers.", "He counts 40 million voters.", False),
    "both by another word": ("How many buildings burned?", "It destroyed 271 structures.", "The fire took 2,200 structures.", True),
    "of a sort, in a verb": ("How many have died?", "Nine people have died.", "Two children have died.", True),
    "of another that is asked for too": (
        "How many women were added, and how many men left?",
        "They added 12 women.",
        "It had been 28 men before.",
        True,
    ),
    "measured": ("How much did it cost?", "It cost $60 million.", "It cost $75 million.", True),
    "measured otherwise": ("How much did it cost?", "It cost $60 million.", "It took 75 weeks.", False),
}


@pytest.mark.parametrize(("question", "first", "second", "expected"), COUNTS.values(), ids=COUNTS)
def test_numbers_are_compared_when_they_count_what_is_asked_for(question, first, second, expected):
    query = Query(question)
    pair = [told(query, text, text) for text in (first, second)]
    assert comparable(query, *pair) is comparable(query, *reversed(pair)) is expected


SPEAKERS = {
    "another one": ("How many children did Pakistan say had died?", "Iran", False),
    "the one asked": ("How many children did Pakistan say had died?", "Pakistan's ministry", True),
    "the one asked, otherwise named": ("How many children did Iran at first report dead?", "Iranian officials", True),
    "by an office": ("How many children did the Baltimore fire officials count?", "the fire chief", True),
    "nobody by name": ("How many children did officials report dead?", "Iran", True),
    "the outlet asked": ("According to The Margalla Courier, how many children died?", "Iran", True),
    "the source asked": ("According to Pakistan, how many children died?", "Iran", False),
}


@pytest.mark.parametrize(("question", "speaker", "expected"), SPEAKERS.values(), ids=SPEAKERS)
def test_what_others_say_is_no_answer_to_what_one_says(question, speaker, expected):
    query = Query(question)
    first = told(query, "Pakistan, Iran and Baltimore's fire department counted two.", "two")
    second = told(query, "Four children had died.", "Four", speaker)
    assert comparable(query, first, second) is expected


TIMES = {
    "this year, a year apart": ("Who won this year's title?", "2024-07-14", "2023-07-16", False),
    "this year, a week apart": ("Who won this year's title?", "2024-07-14", "2024-07-21", True),
    "the last week of something": ("Who won the title in the last week of the year?", "2024-07-14", "2023-07-16", True),
    "an age": ("How old is the minister?", "2024-07-14", "2020-07-16", False),
    "whenever": ("Who won the 2024 title?", "2024-07-14", "2023-07-16", True),
    "without a date": ("Who won this year's title?", "2024-07-14", None, True),
}


@pytest.mark.parametrize(("question", "day", "other_day", "expected"), TIMES.values(), ids=TIMES)
def test_what_is_asked_of_the_present_has_another_answer_at_another_time(question, day, other_day, expected):
    query = Query(question)
    values = ("At 42 she won the 2024 title this year.", "42"), ("At 37 she won the title.", "37")
    if question.startswith("Who"):
        values = ("Kerber won the title this year.", "Kerber"), ("Halep won the title this year.", "Halep")
    pair = [told(query, *value, published=published) for value, published in zip(values, (day, other_day), strict=True)]
    assert comparable(query, *pair) is expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When was it launched and when did it land?", True),
        ("How many died by Monday, and how many by Friday?", True),
        ("And how many were children?", False),
        ("What did Iran and Pakistan report?", False),
    ],
)
def test_two_questions_in_one_are_told(question, expected):
    assert asks_twice(question) is expected


def test_what_tells_of_another_time_than_the_one_that_is_asked_about_does_not_disagree():
    query = Query("How many had died on 13 September 2023?", times=("2023-09-13",))
    one, other = told(query, "5,300 had died.", "5,300"), told(query, "3,958 had died.", "3,958")
    assert comparable(query, one, other)
    late = replace(other[0], timely=False), other[1]
    assert not comparable(query, one, late)
    assert not comparable(query, late, one)
