"""A library of repeated articles, and what BM25 finds in it."""

from itertools import islice

import pytest
from builders import article_info, matching, put_article

from eval.fulltext import measure, put, repeated
from rag.records import NO_FILTERS
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


def test_a_passage_of_mean_length_with_every_word_once_scores_what_all_words_do(tmp_path):
    store = Store(tmp_path / "clippings.db")
    for number, text in enumerate(
        ("cabinet endorsed ties", "cabinet opposed talks", "river rose slowly", "court heard appeals", "gulls stole bread")
    ):
        put_article(store, text, info=article_info(str(number), "News"))
    words = ("cabinet", "endorsed")
    best, other = matching(store, words, NO_FILTERS, 10)
    assert best[1] == pytest.approx(store.words.of_all_words(store.words.document_frequency(words)))
    assert other[1] == pytest.approx(store.words.of_all_words(store.words.document_frequency(["cabinet"])))
    # What stands in more than half of the passages tells nothing apart.
    assert store.words.of_all_words(store.words.document_frequency(["news"])) == 0
    assert store.words.of_all_words({}) == 0
    store.close()
