"""Numbers and dates are found in digits and in words, with their values and places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.figures import figures, find_dates


def values(text: str) -> list[float]:
    return [figure.value for figure in figures(text)]


def dates(text: str) -> list[tuple[int | None, int | None, int | None]]:
    return [(mention.year, mention.month, mention.day) for mention in find_dates(text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("nine", 9),
        ("Nine", 9),
        ("zero", 0),
        ("1,500", 1_500),
        ("414.1 millimetres", 414.1),
        ("1,234,567.5", 1_234_567.5),
        ("twenty-one", 21),
        ("twenty one", 21),
        ("ninety", 90),
        ("a dozen", 12),
        ("two dozen", 24),
        ("half a dozen", 6),
        ("a hundred", 100),
        ("two hundred and six", 206),
        ("three thousand two hundred", 3_200),
        ("one hundred thousand", 100_000),
        ("forty-five thousand", 45_000),
        ("half a million", 500_000),
        ("two million five hundred thousand", 2_500_000),
        ("1.5 million", 1_500_000),
        ("1.5-million", 1_500_000),
        ("nine million", 9_000_000),
        ("$60 million", 60_000_000),
        ("$1.5bn", 1_500_000_000),
        ("€8.5m", 8_500_000),
        ("£3", 3),
        ("12%", 12),
        ("12 percent", 12),
        ("12 per cent", 12),
        ("10-year-old", 10),
    ],
)
def test_a_number_has_its_value(text: str, value: float) -> None:
    assert values(f"He counted {text}, he said.") == [value]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3,958 dead and more than 9,000 missing", [3_958, 9_000]),
        ("1 in 5", [1, 5]),
        ("five, six or seven", [5, 6, 7]),
        ("It costs 2,000, or 20.", [2_000, 20]),
        ("hundreds of thousands", []),
        ("none of them", []),
        ("tension and often", []),
        ("", []),
    ],
)
def test_the_numbers_of_a_text_come_in_order(text: str, expected: list[float]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize("text", ["SLIM-2 landed", "the C5 motorway", "Covid-19"])
def test_digits_in_a_name_are_no_number(text: str) -> None:
    assert values(text) == []


@pytest.mark.parametrize("text", ["on 19 January 2024", "January 19, 2024", "on March 26", "in June 2024", "by 2030"])
def test_a_date_is_no_number(text: str) -> None:
    assert values(text) == []
    assert values(f"{text}, 12 died") == [12]


@given(st.integers(0, 10**9))
def test_grouped_digits_keep_their_value(number: int) -> None:
    assert values(f"about {number:,} people") == [number]


@given(st.text(alphabet="$€19, .%-$mbn aA\n") | st.text(max_size=60))
def test_a_figure_stands_where_it_says(text: str) -> None:
    for figure in figures(text):
        assert text[figure.start : figure.end].strip() == figure.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("19 January 2024", (2024, 1, 19)),
        ("January 19, 2024", (2024, 1, 19)),
        ("January 19 2024", (2024, 1, 19)),
        ("Jan. 19, 2024", (2024, 1, 19)),
        ("19 Jan. 2024", (2024, 1, 19)),
        ("12 Sept 2023", (2023, 9, 12)),
        ("Sept. 12, 2023", (2023, 9, 12)),
        ("12 Sept. 2023", (2023, 9, 12)),
        ("March 3rd, 2024", (2024, 3, 3)),
        ("the 3rd of March", (None, 3, 3)),
        ("1 May", (None, 5, 1)),
        ("March 26", (None, 3, 26)),
        ("Dec. 31", (None, 12, 31)),
        ("June 2024", (2024, 6, None)),
        ("Sept. 2023", (2023, 9, None)),
        ("2030", (2030, None, None)),
        ("1998", (1998, None, None)),
    ],
)
def test_a_date_is_read_as_far_as_it_is_stated(text: str, expected: tuple[int | None, int | None, int | None]) -> None:
    assert dates(f"It happened {text}, he said.") == [expected]


@pytest.mark.parametrize(
    "text",
    ["1,900 houses", "$2000", "20245 votes", "2024%", "32 January", "she may 5 times", "he will march 20 miles", "1850", "12.2024"],
)
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert dates(text) == []


def test_dates_come_in_order_with_their_places() -> None:
    text = "From 19 January to March 26, 2024, and again in 2025."
    found = find_dates(text)
    assert [mention.text for mention in found] == ["19 January", "March 26, 2024", "2025"]
    assert all(text[mention.start : mention.end] == mention.text for mention in found)
