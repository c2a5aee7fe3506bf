"""Sentences become dated events; what is relative is counted from the day of publication."""

import numpy as np
import pytest

from rag.records import ArticleInfo, Evidence, Sentence, Span
from rag.timeline import MAX_CITATIONS, build_timeline, date_of

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


def test_a_day_to_come_is_not_taken_for_the_last_one() -> None:
    assert date_of("Talks resume next Thursday.", FRIDAY) is None


@pytest.mark.parametrize(
    ("sentence", "published", "expected"),
    [
        ("on 18 January", FRIDAY, "2024-01-18"),
        ("on January 18", FRIDAY, "2024-01-18"),
        ("on December 28", "2024-01-05", "2023-12-28"),
        ("on March 26", "2024-01-05", "2024-03-26"),
        ("on 29 February", "2024-03-01", "2024-02-29"),
    ],
)
def test_a_date_without_a_year_has_the_year_that_fits_publication(sentence: str, published: str, expected: str) -> None:
    assert date_of(f"It was fired {sentence}.", published) == (expected, "day")


def test_a_calendar_date_counts_before_the_weekday_beside_it() -> None:
    assert date_of("On Friday, 12 January, it was fired.", FRIDAY) == ("2024-01-12", "day")


def test_the_most_exact_date_counts_and_of_several_the_first() -> None:
    assert date_of("Planned in 2019, it opened on 5 May 2020 and closed on 6 June 2021.", FRIDAY) == ("2020-05-05", "day")


def evidence(text: str, article: str = "a", published: str | None = FRIDAY, vector: tuple[float, float] = (1.0, 0.0)) -> Evidence:
    info = ArticleInfo(article, f"Title {article}", None, (), published, None, f"{article}.txt", "en")
    return Evidence(Sentence(info, 0, Span(0, len(text), text), np.array(vector, dtype=np.float32)), 1.0)


def test_events_come_in_order_of_their_dates() -> None:
    texts = ["It closed on 6 June 2021.", "It opened in 2019.", "Nobody knows when.", "It was fired on Thursday."]
    timeline = build_timeline([evidence(text, str(n), vector=(float(n % 2), float(1 - n % 2))) for n, text in enumerate(texts)])
    assert [event.date for event in timeline.events] == ["2019", "2021-06-06", "2024-01-18"]


def test_the_same_event_in_two_articles_is_one_with_two_citations() -> None:
    timeline = build_timeline([evidence("It was fired on Thursday."), evidence("On 18 January it was fired.", "b")])
    (event,) = timeline.events
    assert (event.date, event.text, event.citations) == ("2024-01-18", "It was fired on Thursday.", (1, 2))
    assert [(citation.number, citation.article.id) for citation in timeline.citations] == [(1, "a"), (2, "b")]


def test_different_events_of_one_day_stay_apart() -> None:
    timeline = build_timeline([evidence("It was fired on Thursday."), evidence("It rained on Thursday.", vector=(0.0, 1.0))])
    assert [event.citations for event in timeline.events] == [(1,), (2,)]


def test_an_event_cites_no_more_than_a_few_articles() -> None:
    timeline = build_timeline([evidence("It was fired on Thursday.", str(n)) for n in range(MAX_CITATIONS + 2)])
    assert len(timeline.citations) == MAX_CITATIONS


def test_without_evidence_there_is_no_event() -> None:
    assert build_timeline([]).events == ()
