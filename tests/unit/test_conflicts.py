"""Numbers that articles give differently for one thing, and those that only look like it."""

from dataclasses import replace

import pytest
from builders import article_info, make_evidence

from rag.conflicts import conflicts


def told(*articles):
    """Make evidence of (article id, sentence) pairs, a day apart."""
    return [
        item
        for day, (id, text) in enumerate(articles, 10)
        for item in make_evidence(text, info=replace(article_info(id, published=f"2024-01-{day}"), origin=id))
    ]


SEVEN = "Seven people were killed in the village near Saravan, an official said."
NINE = "Officials said that the number of people killed in the village near Saravan has risen to nine."


def test_two_tolls_of_one_event_differ():
    (found,) = conflicts(told(("a", SEVEN), ("b", NINE)))
    assert [(count.text, count.value) for count in found.counts] == [("Seven people", 7.0), ("nine", 9.0)]
    assert found.about.startswith("dead (Saravan, ")


def test_what_is_counted_is_named_without_whoever_says_so():
    (found,) = conflicts(
        told(
            ("a", "Othman Abduljaleel said that 3,000 people were buried in Derna after the flood."),
            ("b", "The health minister, Othman Abduljaleel, put the people buried in Derna after the flood at 3,283, up from 3,000."),
        )
    )
    assert found.about.startswith("dead (Derna")
    assert not {"Othman", "Abduljaleel", "3,000"} & set(found.about.replace(",", " ").split())


@pytest.mark.parametrize(
    "other",
    [
        SEVEN,
        "Seven villagers died near Saravan, an official said of the village.",
        "Nine houses were hit in the village near Saravan, and people were killed, an official said.",
        "Nine people were killed in a train crash in Norway, an official said.",
        "Nine people were injured in the village near Saravan, an official said.",
        "Two men and seven children were killed in the village near Saravan, an official said.",
        "Nine people were killed in the village near Saravan in 2019, an official said.",
        "It was 9 p.m. when people were killed in the village near Saravan, an official said.",
    ],
    ids=["same", "same in other words", "another thing", "another event", "another kind", "parts of a sum", "another year", "a time"],
)
def test_what_is_not_another_number_for_the_same_does_not_differ(other):
    assert conflicts(told(("a", SEVEN), ("b", other))) == []


def test_an_article_and_its_copy_do_not_disagree():
    first, second = told(("a", SEVEN), ("a", NINE))
    assert conflicts([first, second]) == []


def test_without_numbers_nothing_differs():
    assert conflicts(told(("a", "Nobody knows how many people were killed there."))) == []
