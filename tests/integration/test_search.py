"""A search with filters, on a real store and index: what it finds is what the index's own filter finds."""

from datetime import date, timedelta

import numpy as np
import pytest
from builders import HashingEncoder, article_info, put_article

from rag.index import Index
from rag.records import NO_FILTERS, Filters, Query, Sought
from rag.search import CANDIDATES, search
from rag.store import Store

ARTICLES = 1200
FIRST = date(2021, 1, 1)
WORDS = ("harbour", "bridge", "cabinet", "strike", "channel", "river", "border", "court")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """One-sentence articles, one a day, by two outlets in turns."""
    folder = tmp_path_factory.mktemp("many")
    store, index = Store(folder / "clippings.db"), Index(folder / "chroma", None, "hashing")
    draw = np.random.default_rng(0)
    infos, texts = [], []
    for number in range(ARTICLES):
        texts.append(" ".join(draw.choice(WORDS, 6)) + f" {number}.")
        outlet, day = ("Harbour Wire", "The Margalla Courier")[number % 2], FIRST + timedelta(number)
        infos.append(put_article(store, texts[-1], info=article_info(f"{number:04}", "News", outlet, day.isoformat())))
    ids = [store.passage_ids(info.id)[0] for info in infos]
    index.add(ids, infos, HashingEncoder().encode(texts))
    yield store, index
    store.close()
    index.close()


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        (Filters(since=FIRST + timedelta(ARTICLES // 4)), 900),
        (Filters(outlet="harbour wire"), 600),
        (Filters(since=FIRST + timedelta(600), outlet="HARBOUR WIRE"), 300),
        (Filters(until=FIRST + timedelta(9)), 10),
        (Filters(since=FIRST + timedelta(ARTICLES)), 0),
        (Filters(article_ids=("0003", "0700")), 2),
    ],
    ids=["most-pass", "half-pass", "both", "few-pass", "none-pass", "articles"],
)
def test_a_search_with_filters_finds_the_nearest_that_pass(home, filters, left):
    store, index = home
    assert len(store.select(filters)) == left
    sought = Sought(Query("river bridge"), {}, HashingEncoder().encode(["river bridge"])[0])
    found = search(sought, store, index, filters, CANDIDATES)
    own = index.nearest(sought.vector, CANDIDATES, filters)
    assert [hit.cosine for hit in sorted(found, key=lambda hit: -hit.score)] == pytest.approx([cosine for _, cosine in own], abs=1e-5)
    assert len(found) == min(left, CANDIDATES)
    assert sorted((hit.score for hit in found), reverse=True) == pytest.approx([0.7 * cosine for _, cosine in own], abs=1e-5)
    assert {hit.article_id for hit in found} <= {info.id for info in store.select(filters)}


def test_words_count_by_how_many_of_those_asked_for_a_passage_holds(home):
    store, index = home
    vector = HashingEncoder().encode(["river bridge"])[0]

    def of_words(*words):
        """Give what its words add to the score of the one passage with 1007 in it."""
        found = search(Sought(Query("?"), store.words.document_frequency(words), vector), store, index, NO_FILTERS, 2 * CANDIDATES)
        others = [hit for hit in found if hit.cosine is not None]
        (own,) = [hit for hit in found if hit.article_id == "1007"]
        return own.score - 0.7 * (min(hit.cosine for hit in others) if own.cosine is None else own.cosine)

    assert of_words("1007") == of_words("1007", "news") == pytest.approx(0.3)
    # One word of four that are about as rare holds 0.25 of what all would score, of which 0.8 is enough.
    assert of_words("1007", "zeppelin", "armada", "galleon") == pytest.approx(0.3 * 0.25 / 0.8, rel=0.2)


def test_in_a_small_library_the_best_match_by_words_counts_in_full(tmp_path):
    text = "The harbour ferry resumed its crossings on Monday after eleven weeks of repairs."
    store, index = Store(tmp_path / "clippings.db"), Index(tmp_path / "chroma", None, "hashing")
    vectors = HashingEncoder().encode([text])
    index.add(store.passage_ids(put_article(store, text, info=article_info()).id), [article_info()], vectors)
    words = store.words.document_frequency(["harbour", "ferry", "service"])
    (hit,) = search(Sought(Query("?"), words, vectors[0]), store, index, NO_FILTERS, CANDIDATES)
    assert hit.score == pytest.approx(1.0, abs=1e-3)
    store.close()
    index.close()


@pytest.mark.parametrize(("sifted", "few"), [((1, 40), 0), ((1, 1), 700), ((1, 1), 0)], ids=["more-sifted", "all-looked-at", "index-asked"])
def test_each_way_to_the_nearest_that_pass_finds_the_same(home, monkeypatch, sifted, few):
    store, index = home
    filters = Filters(since=FIRST + timedelta(600))
    sought = Sought(Query("river bridge"), {}, HashingEncoder().encode(["river bridge"])[0])
    expected = [hit.score for hit in search(sought, store, index, filters, CANDIDATES)]
    monkeypatch.setattr("rag.search.SIFTED", sifted)
    monkeypatch.setattr("rag.search.FEW", few)
    found = search(sought, store, index, filters, CANDIDATES)
    assert [hit.score for hit in found] == pytest.approx(expected, abs=1e-5)
    assert {hit.article_id for hit in found} <= {info.id for info in store.select(filters)}


def test_some_that_pass_are_given_up_to_a_limit(home):
    store, _ = home
    assert store.some_passing(Filters(until=FIRST + timedelta(4)), 10) == [store.passage_ids(f"000{number}")[0] for number in range(5)]
    assert len(store.some_passing(Filters(outlet="harbour wire"), 10)) == 10
    assert store.some_passing(Filters(since=FIRST + timedelta(ARTICLES)), 10) == []


def test_passing_keeps_the_passages_of_articles_that_are_done_and_pass(home):
    store, _ = home
    one, other = (store.passage_ids(article)[0] for article in ("0000", "0001"))
    assert store.passing([one, other, 10**9], NO_FILTERS) == {one, other}
    assert store.passing([one, other], Filters(outlet="Harbour Wire")) == {one}
    assert store.passing([], NO_FILTERS) == set()
