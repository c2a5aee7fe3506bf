import random

import pytest

from rag.reader.follow_ups import as_follow_up
from rag.rewrite import rewrite

BEFORE = "How many people did Iran report killed in the border village by the strikes?"


def follow_ups(question, before=BEFORE):
    return {as_follow_up(question, before, random.Random(seed)) for seed in range(200)}


def test_what_the_question_before_named_becomes_a_pronoun():
    asked = follow_ups("When did Iran recall its ambassador?")
    assert {"When did it recall its ambassador?", "And when did they recall its ambassador?", "When did he recall its ambassador?"} <= asked
    assert not any("Iran" in each for each in asked)


def test_a_place_becomes_there_or_a_pronoun_or_goes_without_saying():
    asked = follow_ups("How many children died in the border village?")
    assert {"How many children died there?", "How many children died in it?", "And how many children died?"} <= asked


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Who is Iran's foreign minister?", "Who is its foreign minister?"),
        ("Who condemned the strikes?", "Who condemned them?"),
    ],
)
def test_objects_and_owners_have_pronouns_of_their_own(question, asked):
    assert asked in follow_ups(question)


@pytest.mark.parametrize(
    "question",
    [
        "Who led the cabinet?",
        "Who spoke for Pakistan?",
        # The name is a part of a longer one.
        "Which Iran analyst wrote the book?",
    ],
)
def test_a_question_that_shares_no_name_with_the_one_before_makes_none(question):
    assert follow_ups(question) == {None}


def test_a_day_or_a_month_stays_as_it_is():
    assert follow_ups("Was Monday a holiday?", "What happened on Monday?") == {None}


def test_a_name_that_begins_like_a_month_is_none():
    assert "When did he resign?" in follow_ups("When did Martin resign?", "Who is Martin?")


def test_what_is_made_leans_on_the_question_before():
    for each in follow_ups("When did Iran recall its ambassador?"):
        assert rewrite(each, [(BEFORE, "Nine")]).context == BEFORE
