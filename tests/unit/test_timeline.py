"""Sentences become dated events; what is relative is counted from the day of publication."""

import numpy as np
import pytest

from rag.records import ArticleInfo, Sentence, Span
from rag.timeline import MAX_CITATIONS, Dated, build_timeline, dated
from rag.when import date_of

FRIDAY = "2024-01-19"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The strike came on 18 January 2024.", ("2024-01-18", "day")),
        ("It collapsed on March 26, 2024, the board said.", ("2024-03-26", "day")),
        ("Talks opened in June 2024.", ("2024-06", "month")),
        ("The phase-out is due by 2030.", ("2030", "year")),
        ("Nobody knows when.", None),
        ("It happened on 30 February 2024.", None),
    ],
)
@pytest.mark.parametrize("published", [FRIDAY, None])
def test_what_is_stated_in_full_needs_no_publication_date(sentence: str, expected: tuple[str, str] | None, published: str | None) -> None:
    assert date_of(sentence, published) == expected


@pytest.mark.parametrize(
    ("sentence", "published", "expected"),
    [
        ("It was fired on Thursday.", FRIDAY, "2024-01-18"),
        ("It was fired on thursday.", FRIDAY, "2024-01-18"),
        ("It was fired on Friday.", FRIDAY, FRIDAY),
        ("It was fired on Saturday.", FRIDAY, "2024-01-13"),
        ("It was fired last Thursday.", FRIDAY, "2024-01-18"),
        ("It was fired on Sunday.", "2024-01-01", "2023-12-31"),
        ("It was fired on Tuesday.", "2024-01-01", "2023-12-26"),
        ("It was fired on Thursday.", "2024-03-01", "2024-02-29"),
        ("It was fired on Tuesday.", "2023-03-01", "2023-02-28"),
        ("It was fired yesterday.", FRIDAY, "2024-01-18"),
        ("It was fired yesterday.", "2024-01-01", "2023-12-31"),
        ("It was fired yesterday.", "2024-03-01", "2024-02-29"),
        ("It was fired today.", "2024-01-01", "2024-01-01"),
    ],
)
def test_a_relative_day_is_counted_from_publication(sentence: str, published: str, expected: str) -> None:
    assert date_of(sentence, published) == (expected, "day")


@pytest.mark.parametrize("sentence", ["It was fired on Thursday.", "It was fired yesterday.", "It was fired on 18 January."])
def test_without_a_publication_date_what_is_relative_is_left_out(sentence: str) -> None:
    assert date_of(sentence, None) is None


MONDAY = "2024-01-01"


@pytest.mark.parametrize(
    ("sentence", "published", "expected"),
    [
        ("Talks resume next Thursday.", FRIDAY, ("2024-01-25", "day")),
        ("Talks resume next Monday.", "2023-12-29", (MONDAY, "day")),
        ("Talks resume next Friday.", FRIDAY, ("2024-01-26", "day")),
        ("The court will sit on Tuesday.", FRIDAY, ("2024-01-23", "day")),
        ("The court is due to sit on Wednesday.", "2024-02-27", ("2024-02-28", "day")),
        ("The court will sit, the judge said on Tuesday.", FRIDAY, ("2024-01-16", "day")),
        ("On Tuesday the court will sit.", FRIDAY, ("2024-01-23", "day")),
        ("On Tuesday the court said that it would sit.", FRIDAY, ("2024-01-16", "day")),
        ("It ran past its scheduled end on Tuesday.", FRIDAY, ("2024-01-16", "day")),
        ("The court will sit on March 26.", "2024-01-05", ("2024-03-26", "day")),
        ("The summit is to be held from Nov. 11 to 22.", FRIDAY, ("2024-11-11", "day")),
        ("The summit will be held on 29 February.", "2025-03-01", ("2028-02-29", "day")),
        ("A vote follows on 8 February.", FRIDAY, ("2024-02-08", "day")),
        ("A vote follows on 5 January.", "2023-12-29", ("2024-01-05", "day")),
        ("The envoy is still expected on Monday.", "2024-01-28", ("2024-01-29", "day")),
        ("Talks resume tomorrow.", "2023-12-31", (MONDAY, "day")),
        ("Talks resume tomorrow.", "2024-02-28", ("2024-02-29", "day")),
        ("The bridge will open in March.", FRIDAY, ("2024-03", "month")),
        ("The bridge will open in January.", "2023-11-02", ("2024-01", "month")),
        ("The bridge opens next month.", "2023-12-31", ("2024-01", "month")),
        ("The bridge opens next year.", "2023-12-31", ("2024", "year")),
    ],
)
def test_what_is_to_come_is_dated_ahead(sentence: str, published: str, expected: tuple[str, str]) -> None:
    assert date_of(sentence, published) == expected


@pytest.mark.parametrize(
    ("sentence", "published", "expected"),
    [
        ("It fell the day before yesterday.", MONDAY, ("2023-12-30", "day")),
        ("It fell last night.", "2024-03-01", ("2024-02-29", "day")),
        ("It fell this morning.", MONDAY, (MONDAY, "day")),
        ("It fell last Friday.", FRIDAY, ("2024-01-12", "day")),
        ("It fell on Tuesday last week.", FRIDAY, ("2024-01-09", "day")),
        ("It fell on Friday of last week.", MONDAY, ("2023-12-29", "day")),
        ("It fell two days ago.", MONDAY, ("2023-12-30", "day")),
        ("It fell 3 days ago.", "2024-03-01", ("2024-02-27", "day")),
        ("It fell a week ago.", MONDAY, ("2023-12", "month")),
        ("It fell three weeks ago.", "2024-01-10", ("2023-12", "month")),
        ("It fell two months ago.", "2024-01-31", ("2023-11", "month")),
        ("It fell 10 years ago.", FRIDAY, ("2014", "year")),
        ("On February 28 it gave 90 days to come up with a plan to fix it.", "2024-04-05", ("2024-02-28", "day")),
        ("Monday 15 January: they say that it will fall.", FRIDAY, ("2024-01-15", "day")),
        ("It fell on Sept. 25.", "2024-07-29", ("2023-09-25", "day")),
        ("It fell last week.", "2024-01-05", None),
        ("It fell in the 1990s.", FRIDAY, None),
        ("It fell in October of that year.", FRIDAY, None),
        ("It fell last month.", FRIDAY, ("2023-12", "month")),
        ("It fell this month.", FRIDAY, ("2024-01", "month")),
        ("It fell last year.", FRIDAY, ("2023", "year")),
        ("It fell in March.", FRIDAY, ("2023-03", "month")),
        ("It fell in January.", FRIDAY, ("2024-01", "month")),
        ("It fell in late December.", FRIDAY, ("2023-12", "month")),
        ("It fell last January.", FRIDAY, ("2023-01", "month")),
        ("It fell in May 2023.", FRIDAY, ("2023-05", "month")),
        ("It was the last week of the war.", FRIDAY, None),
        ("They may march in protest.", FRIDAY, None),
        ("It was hit two days after the first strike.", FRIDAY, None),
    ],
)
def test_what_is_past_is_counted_back(sentence: str, published: str, expected: tuple[str, str] | None) -> None:
    assert date_of(sentence, published) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Two days earlier it had rained.", "2024-02-28"),
        ("The same day it had rained.", "2024-03-01"),
        ("It had rained the day before.", "2024-02-29"),
        ("It rained the day after.", "2024-03-02"),
        ("A day later it rained.", "2024-03-02"),
        ("The previous day it had rained.", "2024-02-29"),
        ("The following day it rained.", "2024-03-02"),
    ],
)
def test_days_earlier_and_later_are_counted_from_the_date_before(sentence: str, expected: str) -> None:
    assert date_of(sentence, FRIDAY, anchor="2024-03-01") == (expected, "day")
    assert date_of(sentence, FRIDAY) is None


def test_of_two_days_the_one_of_the_saying_does_not_count() -> None:
    assert date_of("The minister said on Thursday that it fell on Monday.", FRIDAY) == ("2024-01-15", "day")
    assert date_of("The minister said on Thursday that it fell.", FRIDAY) == ("2024-01-18", "day")


@pytest.mark.parametrize(
    ("sentence", "published", "expected"),
    [
        ("on 18 January", FRIDAY, "2024-01-18"),
        ("on January 18", FRIDAY, "2024-01-18"),
        ("on December 28", "2024-01-05", "2023-12-28"),
        ("on March 26", "2024-01-05", "2023-03-26"),
        ("on 29 February", "2024-03-01", "2024-02-29"),
    ],
)
def test_a_date_without_a_year_has_the_year_that_fits_publication(sentence: str, published: str, expected: str) -> None:
    assert date_of(f"It was fired {sentence}.", published) == (expected, "day")


def test_a_calendar_date_counts_before_the_weekday_beside_it() -> None:
    assert date_of("On Friday, 12 January, it was fired.", FRIDAY) == ("2024-01-12", "day")


def test_the_most_exact_date_counts_and_of_several_the_first() -> None:
    assert date_of("Planned in 2019, it opened on 5 May 2020 and closed on 6 June 2021.", FRIDAY) == ("2020-05-05", "day")


def told(text: str, article: str = "a", published: str | None = FRIDAY, vector: tuple[float, float] = (1.0, 0.0)) -> list[Dated]:
    info = ArticleInfo(article, f"Title {article}", None, (), published, None, f"{article}.txt", "en")
    return list(dated([Sentence(info, 0, Span(0, len(text), text), np.array(vector, dtype=np.float32))]))


def test_events_come_in_order_of_their_dates() -> None:
    texts = ["The bank closed on 6 June 2021.", "The bank opened in 2019.", "Nobody knows when.", "A rocket was fired on Thursday."]
    timeline = build_timeline([item for n, text in enumerate(texts) for item in told(text, str(n))])
    assert [event.date for event in timeline.events] == ["2019", "2021-06-06", "2024-01-18"]


ROCKET, AGAIN = "A rocket was fired at Quetta on Thursday.", "On 18 January a rocket was fired at Quetta."


def test_the_same_event_in_two_articles_is_one_with_two_citations() -> None:
    timeline = build_timeline([*told(ROCKET), *told(AGAIN, "b", "2024-01-21")], "rockets")
    (event,) = timeline.events
    assert (event.date, event.citations, event.articles, event.published) == ("2024-01-18", (1, 2), 2, FRIDAY)
    assert event.text == timeline.citations[0].quote
    assert {citation.article.id for citation in timeline.citations} == {"a", "b"}
    assert timeline.topic == "rockets"


def test_different_events_of_one_day_stay_apart() -> None:
    timeline = build_timeline([*told(ROCKET), *told("Rain fell in Lahore on Thursday.", "b", vector=(0.0, 1.0))])
    assert [event.citations for event in timeline.events] == [(1,), (2,)]


def test_an_event_cites_no_more_than_a_few_articles_and_counts_all() -> None:
    timeline = build_timeline([item for n in range(MAX_CITATIONS + 2) for item in told(ROCKET, str(n))])
    assert len(timeline.citations) == MAX_CITATIONS
    assert timeline.events[0].articles == MAX_CITATIONS + 2


def test_a_big_topic_keeps_the_events_that_most_articles_tell() -> None:
    told_twice = [*told(ROCKET), *told(AGAIN, "b")]
    told_once = [item for n in range(1, 6) for item in told(f"Shop{n} in Lahore closed on {n} May 2023.", f"c{n}", vector=(0.0, 1.0))]
    timeline = build_timeline([*told_once, *told_twice], limit=3)
    assert len(timeline.events) == 3
    assert timeline.events[-1].articles == 2
    assert timeline.left_out == 3


def test_contradictory_dates_of_one_thing_name_each_other() -> None:
    timeline = build_timeline(
        [
            *told("The ambassador of Iran left Islamabad on 17 January 2024."),
            *told("The ambassador of Iran left Islamabad on 18 January 2024.", "b"),
            *told("The envoy of France left Islamabad on 19 January 2024.", "c"),
        ]
    )
    assert [(event.date, event.other_dates) for event in timeline.events] == [
        ("2024-01-17", ("2024-01-18",)),
        ("2024-01-18", ("2024-01-17",)),
        ("2024-01-19", ()),
    ]


def test_what_leans_on_the_sentence_before_it_is_no_event_of_its_own() -> None:
    assert build_timeline(told("He left Islamabad for Tehran on Thursday.")).events == ()


def test_a_sentence_of_several_dates_tells_several_events() -> None:
    found = told("Alarms rang on 7 December, 3 January and 4 January, and in 2019.")
    assert [item.day for item in found] == ["2023-12-07", "2024-01-03", "2024-01-04", "2019"]
    timeline = build_timeline(found)
    assert [event.citations for event in timeline.events] == [(1,)] * 4
    assert len(timeline.citations) == 1


def test_days_earlier_are_counted_from_the_sentence_before() -> None:
    texts = ("Rain fell in Derna on 10 September 2023.", "Two days earlier the storm had left Greece for Libya.")
    info = ArticleInfo("a", "Title", None, (), "2023-09-12", None, "a.txt", "en")
    spans = [Span(0, len(texts[0]), texts[0]), Span(len(texts[0]) + 1, len(texts[0]) + 1 + len(texts[1]), texts[1])]
    found = list(dated([Sentence(info, n, span, np.eye(2, dtype=np.float32)[n]) for n, span in enumerate(spans)]))
    assert [item.day for item in found] == ["2023-09-10", "2023-09-08"]


def test_without_dated_sentences_there_is_no_event() -> None:
    assert build_timeline([]).events == ()
