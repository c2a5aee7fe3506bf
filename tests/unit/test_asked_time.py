"""The days and months that a question asks about, and which sentences may tell of them."""

from dataclasses import replace
from datetime import date

import pytest
from builders import article_info, make_sentences

from rag.asked_time import may_tell_of, news_of, other_times, with_times
from rag.records import Evidence, Query

# A question, the times that it asks about, and what it is read for without its days.
QUESTIONS = {
    "a day": ("How many people had died in Derna on 13 September 2023?", ["2023-09-13"], "How many people had died in Derna?"),
    "a day that opens the question": ("On January 3, 2024, what hit the plane at Haneda?", ["2024-01-03"], "what hit the plane at Haneda?"),
    "its evening": ("Who spoke on the evening of Tuesday, 26 March 2024 in Baltimore?", ["2024-03-26"], None),
    "two days": (
        "How many people died on 11 and 12 September 2023 in Derna?",
        ["2023-09-11", "2023-09-12"],
        "How many people died in Derna?",
    ),
    "two days behind their month, the year behind both": (
        "Whom did Iran hit on January 16 and 18, 2024?",
        ["2024-01-16", "2024-01-18"],
        None,
    ),
    "two days without a year": (
        "On Sept. 11 and 12, how many people died in Derna?",
        ["--09-11", "--09-12"],
        "how many people died in Derna?",
    ),
    "a day in the year of another": (
        "Of those buried by 14 September 2023, how many did the minister count on 17 September?",
        ["2023-09-17"],
        "Of those buried by 14 September 2023, how many did the minister count?",
    ),
    "a leap day": ("What did the Kremlin say on 29 February about Luna-25?", ["--02-29"], "What did the Kremlin say about Luna-25?"),
    "a month": ("Which senator spoke of hearings about Boeing in January 2024?", ["2024-01"], None),
    "late in a month": ("How did the probe come to have power in late January 2024?", ["2024-01"], None),
    "a day that is left with too little to read for": ("What happened on 11 September 2023?", ["2023-09-11"], None),
    "a day of something else": ("Who condemned the attack of 18 January 2024?", [], None),
    "a limit": ("How many had been buried by 14 September 2023?", [], None),
    "a year": ("Who won the Nobel Prize in Literature in 2023?", [], None),
    "a day that there is not": ("What was the toll of the Lahaina fire on 31 February 2024?", [], None),
    "no time": ("Who endorsed restoring ties?", [], None),
}


@pytest.mark.parametrize(("question", "times", "bare"), QUESTIONS.values(), ids=QUESTIONS)
def test_the_times_of_a_question_are_found_and_it_is_read_for_without_its_days(question, times, bare):
    query = with_times(Query(question))
    assert list(query.times) == times
    assert query.bare == bare
    assert (query.own, query.terms, query.full) == (bare or question, bare or question, question)


BEFORE = "How many people were missing after the Noto earthquake on 8 January 2024?"
FOLLOW_UPS = {
    "days before": ("And what had the mayor said three days earlier?", BEFORE, ["2024-01-05"]),
    "a day of its own": ("And where were they on 14 January 2024?", BEFORE, ["2024-01-14"]),
    "a day of its own in the year before it": ("And where were they on 14 January?", BEFORE, ["2024-01-14"]),
    "no time of its own": ("And how many of them were children?", BEFORE, []),
    "counted from nothing": ("And how many the next day?", "How many people were missing?", []),
    "counted from a day in any year": ("And how many the next day?", "How many were missing on 8 January?", []),
}


@pytest.mark.parametrize(("question", "before", "times"), FOLLOW_UPS.values(), ids=FOLLOW_UPS)
def test_the_day_of_a_follow_up_is_counted_from_that_of_the_question_before_it(question, before, times):
    query = with_times(Query(question, before))
    assert list(query.times) == times
    assert query.leaning


@pytest.mark.parametrize(
    ("question", "times"),
    [
        ("And on 14 January?", ["2024-01-14"]),
        ("And how many the next day?", ["2024-01-09"]),
        ("And the day before?", ["2024-01-07"]),
        ("What about the same day?", ["2024-01-08"]),
    ],
)
def test_a_follow_up_that_says_nothing_but_a_time_asks_what_the_question_before_it_does(question, times):
    query = with_times(Query(question, f"Where did the earth shake? {BEFORE}"))
    assert (list(query.times), query.leaning) == (times, False)
    assert query.own == query.filled == "How many people were missing after the Noto earthquake?"


def test_of_two_questions_in_one_every_day_counts():
    query = with_times(Query("How many were buried by 14 September 2023, and how many did he count on 17 September?"))
    assert query.times == ("2023-09-14", "2023-09-17")


@pytest.mark.parametrize(
    ("times", "days"),
    [
        (["2024-01-18"], (date(2024, 1, 18), date(2024, 1, 19))),
        (["2023-12-30", "2023-12-31"], (date(2023, 12, 30), date(2024, 1, 1))),
        (["2024-02"], (date(2024, 2, 1), date(2024, 3, 3))),
        (["--01-18"], None),
        ([], None),
    ],
)
def test_what_happens_on_a_day_is_news_until_the_day_after(times, days):
    assert news_of(times) == days


def test_a_question_that_a_model_reworded_is_read_for_without_its_day_and_leans_on_nothing():
    query = with_times(Query("And the next day?", BEFORE, reworded="How many people were missing in Wajima on 9 January 2024?"))
    assert (query.times, query.own, query.leaning) == (("2024-01-09",), "How many people were missing in Wajima?", False)
    assert query.terms == "How many people were missing in Wajima?"


ON_WEDNESDAY = "How many people had died there on 13 September 2023?"
IN_SEPTEMBER = "How many people had died there in September 2023?"
# A question, a sentence, what stands before it, when it was published, and whether it may tell of what is asked about.
SENTENCES = {
    "a weekday": (ON_WEDNESDAY, "On Wednesday 5,300 had been counted.", "", "2023-09-15", True),
    "another weekday": (ON_WEDNESDAY, "On Monday 2,000 had been counted.", "", "2023-09-15", False),
    "the day": (ON_WEDNESDAY, "On Sept. 13 there were 5,300.", "", "2024-07-29", True),
    "its month": (ON_WEDNESDAY, "In September 2023 there were 5,300.", "", "2024-07-29", True),
    "another month": (ON_WEDNESDAY, "In October 2023 there were 4,000.", "", "2024-07-29", False),
    "counted from the sentence before": (
        ON_WEDNESDAY,
        "The same day another one spoke of 3,840.",
        "On Wednesday he spoke.",
        "2023-09-15",
        True,
    ),
    "no day, in the news of the day": (ON_WEDNESDAY, "There were 5,300.", "", "2023-09-13", True),
    "no day, in the news of the day after": (ON_WEDNESDAY, "There were 5,300.", "", "2023-09-14", True),
    "no day, in later news": (ON_WEDNESDAY, "There were 3,958.", "", "2023-09-18", False),
    "no day, in earlier news": (ON_WEDNESDAY, "There were 2,000.", "", "2023-09-12", False),
    "no day, and published who knows when": (ON_WEDNESDAY, "There were 2,000.", "", None, True),
    "a year": (ON_WEDNESDAY, "It was the worst flood since 1927.", "", "2023-09-13", True),
    "told of another day in the news of the day": (ON_WEDNESDAY, "On Monday 2,000 died.", "", "2023-09-13", False),
    "reported in the news of the day": ("What toll did they report on 13 September 2023?", "On Monday 2,000 died.", "", "2023-09-13", True),
    "reported in the news of the day, as said on another": (
        "What toll did they report on 13 September 2023?",
        "He said on Monday that 2,000 had died.",
        "",
        "2023-09-13",
        False,
    ),
    "reported the day after, of what happened on the day": (
        "What toll did they report on 13 September 2023?",
        "The toll of Wednesday's flood has risen to 2,300.",
        "",
        "2023-09-14",
        False,
    ),
    "what happened on the day": (ON_WEDNESDAY, "The toll of Wednesday's flood has risen to 2,300.", "", "2023-09-14", True),
    "reported in later news": ("What toll did they report on 13 September 2023?", "On Monday 2,000 died.", "", "2023-09-19", False),
    "a day in any year": ("How many people had died there on 13 September?", "On Wednesday there were 5,300.", "", "2023-09-15", True),
    "another day in any year": ("How many people had died there on 17 August?", "There were 115.", "", "2023-09-16", False),
    "of a month: a day in it": (IN_SEPTEMBER, "On Wednesday there were 5,300.", "", "2023-09-15", True),
    "of a month: another month": (IN_SEPTEMBER, "In December 11 officers died.", "", "2024-01-16", False),
    "of a month: no day, in later news": (IN_SEPTEMBER, "There were 3,958.", "", "2024-07-29", True),
    "of a month: no day, in earlier news": (IN_SEPTEMBER, "There were 3,958.", "", "2023-08-31", False),
    "of a month: reported in it": ("What did they report in September 2023?", "In May 12 had died.", "", "2023-09-15", True),
    "asked about no time": ("How many people had died there?", "On Monday 2,000 had been counted.", "", "2023-09-15", True),
}


@pytest.mark.parametrize(("question", "text", "before", "published", "timely"), SENTENCES.values(), ids=SENTENCES)
def test_a_sentence_may_tell_of_its_own_dates_and_without_any_of_the_days_of_its_article(question, text, before, published, timely):
    (sentence,) = make_sentences(text, info=article_info("a", published=published))
    assert may_tell_of(with_times(Query(question)), sentence, [before] if before else []) is timely


def test_it_is_said_when_nothing_that_is_quoted_tells_of_the_time():
    (sentence,) = make_sentences("There were 3,958.")
    late = Evidence(sentence, 0.5, timely=False)
    query = with_times(Query("How many people died there on 3 or 12 September and in May 2023?"))
    told = "no sentence was found that tells of May 2023 or 3 September 2023 or 12 September 2023: what is quoted may tell of another time"
    assert other_times(query, [late]) == told
    assert other_times(query, [late, replace(late, timely=True)]) is None
    assert other_times(query, []) is None
    assert "tells of 8 April: " in (other_times(with_times(Query("What is planned on 8 April?")), [late]) or "")
