"""What limits a question, as it is typed and as it is said."""

from datetime import date

import pytest

from rag.errors import InputError
from rag.records import NO_FILTERS, Filters
from ui.limits import filters_of, limits_html, said

SCRIPT = '"><script>alert(1)</script>'


@pytest.mark.parametrize("nothing", ["", "  ", None])
def test_nothing_typed_is_no_limit(nothing):
    assert filters_of(nothing, nothing, nothing and nothing.strip()) == NO_FILTERS
    assert limits_html(said(NO_FILTERS)) == ""


def test_days_an_outlet_and_articles_become_filters():
    filters = filters_of(" 2024-01-18 ", "2024-06-30", "Harbour Wire", ["a1"])
    assert filters == Filters(date(2024, 1, 18), date(2024, 6, 30), "Harbour Wire", ("a1",))


@pytest.mark.parametrize(
    ("since", "until", "message"),
    [
        ("yesterday", "", "since is 'yesterday': give a day such as"),
        ("", "2024-02-30", "until is '2024-02-30': give a day such as"),
        ("2024-02-02", "2024-02-01", "no day is since 2024-02-02 and until 2024-02-01"),
    ],
)
def test_what_is_no_day_is_refused(since, until, message):
    with pytest.raises(InputError, match=message):
        filters_of(since, until, "")


def test_every_limit_is_said_beside_a_button_that_takes_them_away():
    html = limits_html(said(Filters(date(2024, 1, 18), outlet="Harbour Wire")))
    assert "published since 2024-01-18" in html
    assert "by Harbour Wire" in html
    assert "until" not in html
    assert html.count("<button") == 1


def test_what_is_said_is_shown_as_text():
    assert SCRIPT not in limits_html(said(Filters(outlet=SCRIPT)))
