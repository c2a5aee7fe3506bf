"""A library of repeated articles, and what BM25 finds in it."""

from itertools import islice

import pytest

from eval.fulltext import measure, put, repeated
from rag.store import Store

ROWS = [
    {
        "url": "a",
        "title": "Strike",
        "text": "The leader of Iran met Raisi. It was said that Raisi agreed.",
        "published": "2024-01-18",
    },
    {"url": "b", "title": "Bridge", "text": "The bridge in Dover closed.", "published": None},
]


def test_a_round_has_other_names_and_the_same_words():
    first, _, second, _ = islice(repeated(ROWS), 4)
    assert (first[0], first[2]) == (0, ROWS[0]["text"])
    assert second[0] == 2
    assert second[2] != first[2]
    assert len(second[2].split()) == len(first[2].split())
    assert sorted(second[2].split()[:1]) == sorted(first[2].split()[:1])


def test_an_answer_counts_where_a_passage_holds_it(tmp_path):
    store = Store(tmp_path / "clippings.db")
    for article in islice(repeated(ROWS), 2):
        put(store, *article)
    asked = [{"question": "Which bridge closed?", "answers": ["Dover"]}, {"question": "Who agreed?", "answers": ["Nobody"]}]
    found = measure(store, asked)
    assert (found["passages"], found["questions"]) == (2, 2)
    assert found["answer among the first 1"] == found["answer among the first 30"] == pytest.approx(0.5)
    store.close()
