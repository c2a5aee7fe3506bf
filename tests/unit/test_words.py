"""Tokens, content words and stems."""

import pytest

from rag.words import content_words, stem, stems, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nine people died.", ["Nine", "people", "died"]),
        ("1,500 people and 2.4 miles", ["1,500", "people", "and", "2.4", "miles"]),
        ("in 2024, 3 died.", ["in", "2024", "3", "died"]),
        ("Iran's and Pakistan’s", ["Iran", "and", "Pakistan"]),
        ("IRAN'S STRIKE", ["IRAN", "STRIKE"]),
        ("the sailors' hall", ["the", "sailors", "hall"]),
        ("they don't", ["they", "don't"]),
        ("Al-Bayda", ["Al", "Bayda"]),
        ("“Zürich”", ["Zürich"]),
        ("— … !", []),
    ],
)
def test_text_is_split_into_words_and_numbers(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_content_words_are_in_lower_case_in_order_and_each_once() -> None:
    assert content_words("How many children did the Strike kill, and which children?") == ["children", "strike", "kill"]


def test_a_question_of_function_words_has_no_content() -> None:
    assert content_words("Who said that, and when?") == []


@pytest.mark.parametrize(
    ("word", "expected"), [("Missiles", "missil"), ("striking", "strike"), ("relational", "relat"), ("2.4", "2.4"), ("ran", "ran")]
)
def test_stems_are_porters(word: str, expected: str) -> None:
    assert stem(word) == expected


def test_forms_of_a_word_have_one_stem() -> None:
    assert stems("The missiles struck; a missile strikes") == stems("missile struck STRIKE")
