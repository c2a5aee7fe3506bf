"""A date is read in the forms that people and programs write, and left out when it could be two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.formats.dates import iso_date


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-19",
        "2024-01-19T23:30:00-05:00",
        "2024-01-19 08:30:00 UTC",
        "Fri, 19 Jan 2024 23:30:00 -0500",
        "January 19, 2024 at 5:00 PM",
        "Jan 19, 2024 5:00 PM EST",
        "19th of January 2024",
        "01/19/2024",
        "1/19/24 8:30",
        "19/01/2024",
        "19-01-2024",
        "19.1.2024",
        "2024/1/19",
        "20240119",
        "20240119T083000Z",
        "20240119083000",
        "1705653000",
        "1705653000000",
        "19 janvier 2024",
        "19. Januar 2024 um 12:30 Uhr",
        "19 января 2024 г.",
        "2024年1月19日",
    ],
)
def test_a_whole_date_is_read_in_many_forms(text: str) -> None:
    assert iso_date(text) == "2024-01-19"


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "yesterday", "2024", "January 2024", "2024-01", "19 January", "10:30", "Vol. 3, No. 4, 2024", "issue 12345", "n/a"),
        *("2024-02-30", "31/31/2024", "0001-01-01", "9999-12-31", "03/04/2024", "3-4-24", "99999999999999", "1" * 1_000, "2024-01-19" * 9),
    ],
)
def test_what_is_no_whole_date_or_could_be_two_is_left_out(text: str) -> None:
    assert iso_date(text) is None


@pytest.mark.parametrize(("day_first", "expected"), [(True, "2024-04-03"), (False, "2024-03-04")])
def test_an_ambiguous_date_is_read_as_it_is_said_to_be(day_first: bool, expected: str) -> None:
    assert iso_date("03/04/2024", day_first) == expected


@given(st.text(max_size=70) | st.text("0123456789/-.:TZ ,JanFebMar", max_size=30))
def test_no_text_makes_it_fail(text: str) -> None:
    found = iso_date(text)
    assert found is None or len(found) == 10
