"""The limits that a question's own words set, seen from a Wednesday."""

from datetime import date

import pytest

from rag.records import Answer, Scope
from rag.scope import limits, scope_of, tell_scope

TODAY = date(2024, 1, 24)
OUTLETS = {"the margalla courier": "The Margalla Courier", "dawn": "Dawn"}


def scope(question):
    return scope_of(question, TODAY, lambda name: OUTLETS.get(name.casefold()))


SINCE = {
    "What has Iran said since 19 January 2024?": date(2024, 1, 19),
    "What has Iran said since January 19?": date(2024, 1, 19),
    "What has Iran said since 26 December?": date(2023, 12, 26),
    "What happened after 2022?": date(2022, 1, 1),
    "What happened since May 2023?": date(2023, 5, 1),
    "What happened since May?": date(2023, 5, 1),
    "What happened since January?": date(2024, 1, 1),
    "What happened since Monday?": date(2024, 1, 22),
    "What happened since Wednesday?": date(2024, 1, 17),
    "Since yesterday, what is new?": date(2024, 1, 23),
    "What happened last week?": date(2024, 1, 17),
    "What happened this week?": date(2024, 1, 22),
    "What happened in the past 3 days?": date(2024, 1, 21),
    "What happened over the last two-week period, and last month?": date(2023, 12, 1),
    "What happened last 2 months?": date(2023, 11, 1),
    "What happened this month?": date(2024, 1, 1),
    "What happened last year?": date(2023, 1, 1),
    "Who resigned today?": TODAY,
    "Who resigned yesterday?": date(2024, 1, 23),
    "WHO RESIGNED SINCE MONDAY?": date(2024, 1, 22),
    "Who resigned last Saturday?": date(2024, 1, 20),
    "Who resigned this past Wednesday?": date(2024, 1, 17),
    "Which game was played last weekend?": date(2024, 1, 20),
    "Who recently resigned?": date(2023, 12, 24),
    "What did the most recent count say?": date(2023, 12, 24),
}


@pytest.mark.parametrize(("question", "since"), SINCE.items())
def test_the_earliest_day_is_seen_from_today(question, since):
    found = scope(question)
    assert (found.since, found.outlet, found.today) == (since, None, TODAY)
    assert all(words in question for words in found.words)


@pytest.mark.parametrize(
    ("question", "outlet"),
    [
        ("According to Dawn, who resigned?", "Dawn"),
        ("Who resigned according to The Margalla Courier?", "The Margalla Courier"),
        ("Who resigned according to Margalla Courier?", "The Margalla Courier"),
        ("Who resigned, as reported in the Dawn?", "Dawn"),
    ],
)
def test_an_outlet_of_the_articles_is_a_limit(question, outlet):
    assert scope(question).outlet == outlet


@pytest.mark.parametrize(
    "question",
    [
        "",
        "Who endorsed restoring ties?",
        "According to the NTSB, which fault set off the collapse?",
        "Since when had he held that post?",
        "What did the toll drop to after DNA work in September 2023?",
        "What was said before 19 January 2024?",
        "What was opened in May 2023?",
        "What happened since 31 February 2024?",
        "What did he do in his last week?",
        "What was agreed on the last day of the conference?",
        "What happened in the last week of the war?",
    ],
)
def test_other_questions_set_no_limit(question):
    assert scope(question) is None


def test_both_limits_may_be_set():
    found = scope("According to Dawn, what happened since May?")
    assert found == Scope(date(2023, 5, 1), "Dawn", ("since May", "According to Dawn"), TODAY)
    assert limits(found) == "published since 2023-05-01 by Dawn (“since May”, “According to Dawn”, seen from 2024-01-24)"


def test_an_answer_says_what_limited_it_or_that_the_limit_was_given_up():
    answer = Answer("?", "answered", "", None, (), (), (), ("late",), "quotes", None, None, {})
    found = scope("What happened since May?")
    assert tell_scope(answer, None, beyond=False) == answer
    assert tell_scope(answer, found, beyond=False).scope == found
    beyond = tell_scope(answer, found, beyond=True)
    assert beyond.scope is None
    assert beyond.problems == (
        "no article published since 2023-05-01 (“since May”, seen from 2024-01-24) answers, so all were searched",
        "late",
    )
