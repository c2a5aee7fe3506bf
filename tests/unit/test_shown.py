"""What is shown, in one form for summaries, stored sentences and gold quotations."""

from dataclasses import replace

import pytest
from builders import article_info, make_sentences

from eval.gold import Quotation
from eval.shown import Quoted, Shown, cited, is_supported, located, of_sentences, of_summary
from rag.cite import cite
from rag.records import Claim, Summary

FELL, DIED = make_sentences("The bridge fell.", "Six workers died.", info=replace(article_info("a"), path="news/bridge.md"))
TEXTS = {"bridge.md": "The bridge fell. Six workers died."}
QUOTED = (Quoted("bridge.md", 0, 16, "The bridge fell."), Quoted("bridge.md", 17, 34, "Six workers died."))


def test_a_summary_is_shown_with_what_each_sentence_cites():
    claims = (Claim("A bridge fell and six died.", (1, 2), "supported"), Claim("Six workers died.", (2,), "verbatim"))
    summary = Summary(claims, (cite(1, FELL), cite(2, DIED)), 1, 1, 1, (), "quotes", None)
    assert of_summary(summary) == [Shown(claims[0].text, QUOTED), Shown(claims[1].text, QUOTED[1:])]
    assert of_summary(summary)[0].articles == {"bridge.md"}
    assert cited((2, 1), summary.citations) == QUOTED[::-1]


def test_what_is_cited_is_repeated_when_it_stands_in_the_text():
    assert Shown("The bridge  fell.", QUOTED).repeated == QUOTED[:1]
    assert Shown("A bridge fell and six died.", QUOTED).repeated == ()


def test_a_stored_sentence_quotes_itself():
    assert of_sentences([DIED]) == [Shown("Six workers died.", QUOTED[1:])]


def test_a_gold_quotation_is_found_at_its_offsets():
    assert located([Quotation("bridge.md", "Six workers died.")], TEXTS) == [QUOTED[1]]


@pytest.mark.parametrize(
    ("other", "shared"),
    [
        (Quoted("bridge.md", 10, 20, ""), True),
        (Quoted("bridge.md", 16, 17, ""), False),
        (Quoted("rain.md", 0, 16, ""), False),
    ],
    ids=["overlapping", "between", "another article"],
)
def test_stretches_of_one_article_overlap_when_they_share_a_character(other, shared):
    assert any(quote.overlaps(other) for quote in QUOTED) is shared


def test_a_sentence_is_supported_by_a_quotation_that_stands_and_says_it():
    assert is_supported(Shown("Six workers died.", QUOTED), TEXTS)
    assert not is_supported(Shown("Nine workers died.", QUOTED), TEXTS)
    assert not is_supported(Shown("Six workers died.", (QUOTED[0],)), TEXTS)
    assert not is_supported(Shown("Six workers died.", ()), TEXTS)
    moved = Quoted("bridge.md", 16, 33, "Six workers died.")
    assert not is_supported(Shown("Six workers died.", (moved,)), TEXTS)
