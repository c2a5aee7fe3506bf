"""Sentences and passages carry exact offsets, and together they are the whole text."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.records import Span
from rag.split import OVERLAP_SENTENCES, PASSAGE_CHARS, split_passages, split_sentences

PIECES = """
    “ ” " ' ( ) [ ] . ? ! ... … , : ; - — • * \\ & 。 🚢 א é e\u0301 \u200b 1.5 1. a) No. Mr. U.S. p.m. Tuesday He ran said café
""".split()
SPACES = ["", " ", " ", " ", "\n", "\n\n", "\t", "\r\n", "\u2028", "\u00a0", "\u3000", "\x0c"]
news_like = st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(SPACES)), max_size=30).map(
    lambda pairs: "".join(piece + space for piece, space in pairs)
)
any_text = st.text(max_size=120) | news_like


def sentences(text: str) -> list[str]:
    return [span.text for span in split_sentences(text)]


@given(any_text)
def test_every_sentence_stands_where_its_offsets_say(text: str) -> None:
    end = 0
    for span in split_sentences(text):
        assert span.text == text[span.start : span.end]
        assert span.text and span.text == span.text.strip()
        assert not text[end : span.start].strip(), "only white space may lie between sentences"
        assert span.start >= end
        end = span.end
    assert not text[end:].strip()


@given(any_text)
def test_every_passage_is_whole_sentences(text: str) -> None:
    spans = split_sentences(text)
    passages = split_passages(text, spans)
    for passage in passages:
        assert passage.span.text == text[passage.span.start : passage.span.end]
        assert (passage.span.start, passage.span.end) == (spans[passage.first].start, spans[passage.last].end)
    assert {place for passage in passages for place in range(passage.first, passage.last + 1)} == set(range(len(spans)))


@given(st.lists(st.integers(1, PASSAGE_CHARS + 200), max_size=15))
def test_passages_go_forward_and_keep_to_their_length(lengths: list[int]) -> None:
    text = " ".join("x" * length for length in lengths)
    spans, start = [], 0
    for length in lengths:
        spans.append(Span(start, start + length, "x" * length))
        start += length + 1
    passages = split_passages(text, spans)
    for passage in passages:
        assert passage.first == passage.last or len(passage.span.text) <= PASSAGE_CHARS
    for one, following in pairwise(passages):
        assert one.first < following.first <= one.last + 1
        assert one.last <= following.last
        assert one.last + 1 - following.first <= OVERLAP_SENTENCES


def test_neighbouring_passages_share_a_sentence() -> None:
    text = " ".join(f"Sentence {n} {'is long ' * 30}." for n in range(6))
    passages = split_passages(text, split_sentences(text))
    assert len(passages) > 1
    assert all(following.first == one.last for one, following in pairwise(passages))


def test_a_sentence_that_is_too_long_is_a_passage_of_its_own() -> None:
    long = "word " * 200 + "end."
    text = f"It began. {long} It ended."
    assert long in [passage.span.text for passage in split_passages(text, split_sentences(text))]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u3000\t"])
def test_without_text_there_is_nothing(text: str) -> None:
    assert split_sentences(text) == []
    assert split_passages(text, []) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It fell. Six died.", ["It fell.", "Six died."]),
        ("A headline\n\nIt fell.", ["A headline", "It fell."]),
        (
            "The U.S. Navy said Dr. Smith of St. Louis paid $1.5 million. He did.",
            ["The U.S. Navy said Dr. Smith of St. Louis paid $1.5 million.", "He did."],
        ),
        ("Mr. J. Smith went. Gov. Wes Moore stayed.", ["Mr. J. Smith went.", "Gov. Wes Moore stayed."]),
        ("It struck at 5 p.m. Tuesday. It sank.", ["It struck at 5 p.m. Tuesday.", "It sank."]),
        (
            "PORTLAND, Ore. - People looked in their gardens. It was there.",
            ["PORTLAND, Ore. - People looked in their gardens.", "It was there."],
        ),
        ("Rep. James Comer, R-Ky., said so.", ["Rep. James Comer, R-Ky., said so."]),
        ("Lithium Nevada Corp.’s mine opened.", ["Lithium Nevada Corp.’s mine opened."]),
        ("It sold 1 oz. gold bars.", ["It sold 1 oz. gold bars."]),
        ("It rose in July. iPad prices fell.", ["It rose in July.", "iPad prices fell."]),
        ("it fell. he ran. she sat.", ["it fell.", "he ran.", "she sat."]),
        ("He knew it. - Dana Holloway", ["He knew it.", "- Dana Holloway"]),
        ('He said: "We will not go." She left.', ['He said: "We will not go."', "She left."]),
        ("“It fell.” He ran.", ["“It fell.”", "He ran."]),
        ("“Why?” she asked.", ["“Why?” she asked."]),
        ("(It fell.) He ran.", ["(It fell.)", "He ran."]),
        ("Yes. Yes. Yes.", ["Yes.", "Yes.", "Yes."]),
        ("It fell... He ran.", ["It fell...", "He ran."]),
        ("no full stop", ["no full stop"]),
    ],
)
def test_news_prose_is_cut_at_its_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_marks_alone_are_no_sentence_of_their_own() -> None:
    found = sentences("It fell. *** Then it was quiet. ***")
    assert len(found) > 1
    assert all(any(char.isalnum() for char in sentence) for sentence in found)
