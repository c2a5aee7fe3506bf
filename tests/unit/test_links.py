"""An address that asks again: what is put into it, and what is read out of one that anybody may have made up."""

from datetime import date

import pytest
from payloads import PAYLOADS
from safe_html import safe

from rag.errors import InputError
from rag.records import NO_FILTERS, Filters
from ui.limits import filters_of
from ui.links import MAX_FIELDS, MAX_QUESTIONS, link_html, read_link


def known(name: str) -> str | None:
    return {"harbour wire": "Harbour Wire"}.get(name.casefold())


def address_of(*questions: str, filters: Filters = NO_FILTERS) -> str:
    (address,) = safe(link_html(questions, filters)).values("href")
    return address


def test_a_link_gives_back_its_questions_and_limits():
    filters = Filters(date(2024, 1, 18), date(2024, 6, 30), "Harbour Wire", ("a1", "b2"))
    questions = ("Who said “100 % & more” — and why? #1", "And when?")
    link = read_link(address_of(*questions, filters=filters), known)
    assert link.questions == questions
    assert filters_of(*link.limits) == filters


def test_without_limits_a_link_holds_the_question_alone():
    assert address_of("Who?") == "?ask=Who%3F"
    assert filters_of(*read_link("?ask=Who%3F", known).limits) == NO_FILTERS


def test_a_long_chain_of_follow_ups_keeps_its_last_questions():
    questions = [f"And {number}?" for number in range(MAX_QUESTIONS + 3)]
    assert list(read_link(address_of(*questions), known).questions) == questions[3:]


def test_an_outlet_is_read_in_any_case_and_an_unknown_one_is_refused():
    assert read_link("?ask=Who&outlet=HARBOUR+wire", known).limits[2] == "Harbour Wire"
    with pytest.raises(InputError, match="no article is by 'Nobody'"):
        read_link("?ask=Who&outlet=Nobody", known)


def test_an_address_cannot_ask_without_end():
    assert len(read_link("&".join(["ask=Who"] * MAX_FIELDS), known).questions) == MAX_QUESTIONS
    with pytest.raises(InputError, match=f"more than {MAX_FIELDS} values"):
        read_link("&".join(["ask=Who"] * (MAX_FIELDS + 1)), known)


def test_an_empty_question_is_read_so_that_it_can_be_refused():
    assert read_link("?ask=", known).questions == ("",)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_in_a_question_or_a_limit_leaves_the_address(payload):
    address = address_of(payload, filters=Filters(outlet="Harbour Wire", article_ids=(payload,)))
    link = read_link(address, known)
    assert (link.questions, link.limits[3]) == ((payload,), (payload,))
