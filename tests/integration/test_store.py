"""The store on a real SQLite file: what goes in comes out, and only what is done is shown."""

import sqlite3
import threading
import time
from datetime import date

import numpy as np
import pytest
from builders import HashingEncoder, article_info, matching, put_article
from hypothesis import given, settings
from hypothesis import strategies as st

from rag import fulltext
from rag.clean import normalise
from rag.database import BUSY_S
from rag.errors import InputError
from rag.past_briefs import PastBrief
from rag.records import NO_FILTERS, Article, Filters, Passage, Span
from rag.sources import Source
from rag.split import split_passages, split_sentences
from rag.store import Store

STRIKE = "Seven people were killed in a village near Saravan."
CABINET = "The cabinet endorsed the restoration of relations."
BRIDGE = "The Dali was refloated at high tide."


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "home" / "clippings.db")
    yield store
    store.close()


def source(path: str, article_id: str | None) -> Source:
    return Source(path, "", "sum", article_id)


@pytest.fixture
def three(store):
    """Three articles of other days and outlets; the last has neither."""
    put_article(store, STRIKE, info=article_info("strike", "Strike", "Harbour Wire", "2024-01-18"))
    put_article(store, CABINET, info=article_info("cabinet", "Cabinet", "The Margalla Courier", "2024-01-19"))
    put_article(store, BRIDGE, info=article_info("bridge", "Bridge", None, None))
    return store


def succeed(store: Store, old: str, new: str) -> None:
    """Let a file that held one article hold another."""
    store.point(source("/x/story.md", old))
    assert store.point(source("/x/story.md", new))
    assert store.in_state("retiring") == [old]
    store.retire(old)


def test_an_article_comes_back_as_it_went_in(store):
    info = article_info("a", "Überschrift “A”")
    put_article(store, STRIKE, CABINET, info=info)
    assert store.article("a") == Article(info, f"{STRIKE} {CABINET}")
    assert store.select(NO_FILTERS) == [info]
    assert store.infos(["a", "unknown"]) == {"a": info}


# One file for all examples: opening one each would cost far more than what is tested.
@pytest.fixture(scope="module")
def shared_store(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("store") / "clippings.db")
    yield store
    store.close()


@settings(max_examples=60)
@given(raw=st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=300) | st.text(alphabet="Aß. 漢🚀\n“”!", max_size=200))
def test_every_sentence_comes_back_at_its_offsets(shared_store, raw):
    text = normalise(raw)
    info = article_info("random")
    sentences = split_sentences(text)
    shared_store.put(Article(info, text), source("/x/random.md", info.id))
    shared_store.put_split(info, sentences, split_passages(text, sentences), np.ones((len(sentences), 4), dtype=np.float32))
    shared_store.set_state(["random"], "done")
    try:
        found = shared_store.sentences([("random", 0, 10**9)])
        assert [sentence.span for sentence in found] == sentences
        assert all(text[each.span.start : each.span.end] == each.span.text for each in found)
    finally:
        shared_store.delete("random")


def test_sentence_vectors_keep_their_direction(store):
    put_article(store, STRIKE, CABINET, info=article_info("a"))
    before = HashingEncoder().encode([STRIKE, CABINET])
    after = np.stack([sentence.vector for sentence in store.sentences([("a", 0, 9)])])
    assert after.dtype == np.float32
    np.testing.assert_allclose((before * after).sum(axis=1), 1.0, atol=1e-3)


def test_overlapping_stretches_give_each_sentence_once_and_in_order(store):
    put_article(store, STRIKE, CABINET, BRIDGE, info=article_info("a"))
    found = store.sentences([("a", 1, 2), ("a", 0, 1)])
    assert [sentence.span.text for sentence in found] == [STRIKE, CABINET, BRIDGE]


@pytest.mark.parametrize("state", ["pending", "removing"])
def test_an_article_that_is_not_done_is_nowhere_to_be_seen(three, state):
    passages = three.passage_ids("cabinet")
    three.set_state(["cabinet"], state)
    assert three.in_state(state) == ["cabinet"]
    assert three.count() == 2
    assert "cabinet" not in {info.id for info in three.select(NO_FILTERS)}
    assert "cabinet" not in {row.info.id for row in three.listing()}
    assert matching(three, ["cabinet", "endorsed"], NO_FILTERS, 9) == []
    assert three.sentences([("cabinet", 0, 9)]) == []
    assert three.places(passages) == {}
    assert not three.all_passage_ids() & set(passages)
    with pytest.raises(InputError, match="'cabinet'"):
        three.article("cabinet")
    assert three.article("cabinet", finished=False).text == CABINET


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (NO_FILTERS, {"strike", "cabinet", "bridge"}),
        (Filters(since=date(2024, 1, 19)), {"cabinet"}),
        (Filters(until=date(2024, 1, 18)), {"strike"}),
        (Filters(since=date(2024, 1, 18), until=date(2024, 1, 19)), {"strike", "cabinet"}),
        (Filters(outlet="the margalla COURIER"), {"cabinet"}),
        (Filters(article_ids=("bridge", "strike")), {"bridge", "strike"}),
        (Filters(outlet="Harbour Wire", article_ids=("bridge",)), set()),
    ],
    ids=["none", "since", "until", "both-inclusive", "outlet-any-case", "articles", "all-must-hold"],
)
def test_filters_choose_articles(three, filters, expected):
    assert {info.id for info in three.select(filters)} == expected
    by_passage = {row: place[0] for row, place in three.places(list(three.all_passage_ids())).items()}
    matches = matching(three, ["killed", "endorsed", "refloated"], filters, 9)
    assert {by_passage[row] for row, _ in matches} == expected


def test_the_passage_with_more_of_the_words_matches_best(three):
    best, *others = matching(three, ["people", "killed", "village", "cabinet"], NO_FILTERS, 9)
    assert three.places([best[0]])[best[0]][0] == "strike"
    assert all(best[1] > score for _, score in others)


@pytest.fixture
def twelve(store):
    """One-sentence articles of different lengths: each about one of three places, five with one to three bridges."""
    for number in range(12):
        place = ("Gwadar", "Dover", "Savannah")[number % 3]
        bridges = " A bridge closed." * (number % 4 if number < 7 else 0)
        put_article(
            store, f"Rain fell on {place}{' again' * (number % 5)}.{bridges}", info=article_info(f"article{number}", title="Weather")
        )
    return store


def test_the_commonest_words_rank_what_the_others_find_just_as_bm25_does(twelve, monkeypatch):
    words = ["gwadar", "dover", "bridges", "savannah"]
    assert twelve.words.document_frequency(words) == {"gwadar": 4, "dover": 4, "savannah": 4, "bridges": 5}
    exact = dict(matching(twelve, words, NO_FILTERS, 20))
    monkeypatch.setattr(fulltext, "MAX_ROWS", 12)
    bounded = dict(matching(twelve, words, NO_FILTERS, 20))
    assert bounded == {passage: pytest.approx(score, rel=1e-6) for passage, score in exact.items()}
    assert [*bounded] == [*exact]


def test_passages_that_hold_the_commonest_words_alone_are_left_out_where_too_many_match(twelve, monkeypatch):
    words = ["gwadar", "bridge"]
    everything = matching(twelve, words, NO_FILTERS, 20)
    monkeypatch.setattr(fulltext, "MAX_ROWS", 4)
    bounded = matching(twelve, words, NO_FILTERS, 20)
    assert len(bounded) == 4 < len(everything)
    assert len(matching(twelve, ["bridge"], NO_FILTERS, 20)) == 5


@pytest.mark.parametrize("word", ["endorse", "ENDORSING", "Cabinets", "relation"])
def test_words_match_in_any_inflection(three, word):
    assert len(matching(three, [word], NO_FILTERS, 9)) == 1
    assert three.words.document_frequency([word]) == {word: 1}


@pytest.mark.parametrize("word", ['"', "NEAR(people village)", "killed OR cabinet", "title:strike", "*", "cabinet NOT x", "'"])
def test_a_word_is_never_a_search_expression(three, word):
    assert matching(three, [word], NO_FILTERS, 9) == []
    assert three.words.document_frequency([word]) == {word: 0}


def test_a_common_word_is_counted_by_estimate(store):
    """It stands in every third of 36,000 passages, the first of which have gone."""
    texts = ["A river rose." if number % 3 else "The lake rose." for number in range(36_000)]
    info = article_info("floods", title="Floods")
    passages = [Passage(Span(14 * number, 14 * number + len(text), text), number, number) for number, text in enumerate(texts)]
    for _ in range(2):
        store.put_split(put_article(store, "Rain fell.", info=info), [], passages, np.empty((0, 64)))
    found = store.words.document_frequency(["lake", "river", "rose", "sea"])
    assert found == {"lake": pytest.approx(12_000, rel=0.001), "river": pytest.approx(24_000, rel=0.001), "rose": 36_000, "sea": 0}


@pytest.mark.parametrize("same", [True, False], ids=["the same connection", "another one"])
def test_a_word_is_counted_once_until_something_is_written(three, tmp_path, same):
    asked = []
    three._database._connection.set_trace_callback(asked.append)
    counts = [three.words.document_frequency(["cabinet", "bridge"]) for _ in range(2)]
    assert counts == [{"cabinet": 1, "bridge": 1}] * 2
    assert sum("MATCH" in sql for sql in asked) == 2
    writer = three if same else Store(tmp_path / "home" / "clippings.db")
    put_article(writer, "The cabinet met again.", info=article_info("again"))
    assert three.words.document_frequency(["cabinet", "bridge"]) == {"cabinet": 2, "bridge": 1}


def test_counts_are_not_remembered_without_end(three, monkeypatch):
    monkeypatch.setattr(fulltext, "REMEMBERED", 1)
    for _ in range(3):
        assert three.words.document_frequency(["cabinet", "bridge", "sea"]) == {"cabinet": 1, "bridge": 1, "sea": 0}
    assert len(three.words._counted.holding) <= 3


def test_a_word_of_the_title_counts(three):
    put_article(three, "Somebody rang.", info=article_info("call", "Telephones"))
    assert [three.places([row])[row][0] for row, _ in matching(three, ["telephone"], NO_FILTERS, 9)] == ["call"]


def test_splitting_again_replaces_what_was_there(three):
    before = three.passage_ids("strike")
    sentences = split_sentences(STRIKE)
    after = three.put_split(article_info("strike"), sentences, split_passages(STRIKE, sentences), HashingEncoder().encode([STRIKE]))
    assert not set(before) & set(after)
    assert three.passage_ids("strike") == after
    assert [row for row, _ in matching(three, ["village"], NO_FILTERS, 9)] == after


def test_a_stored_article_is_not_overwritten(three):
    three.put(Article(article_info("cabinet", "Another title"), "Another text."), source("/x/other.md", "cabinet"))
    assert three.article("cabinet").text == CABINET


def test_deleting_takes_everything_but_the_memory_of_its_files(three):
    three.point(source("/x/cabinet.md", "cabinet"))
    three.delete("cabinet")
    assert three.count() == 2
    assert three.passage_ids("cabinet") == []
    assert matching(three, ["cabinet"], NO_FILTERS, 9) == []
    assert three.sources.of_file("/x/cabinet.md") == {"": source("/x/cabinet.md", None)}
    with pytest.raises(InputError):
        three.article("cabinet", finished=False)


def test_other_files_with_the_same_text_are_counted_as_copies(three):
    for name in ("one", "two", "three"):
        three.point(source(f"/x/{name}.md", "cabinet"))
    copies = {row.info.id: (row.passages, row.copies) for row in three.listing()}
    assert copies == {"strike": (1, 0), "cabinet": (1, 2), "bridge": (1, 0)}
    three.sources.forget_file("/x/two.md")
    assert [held.path for held in three.sources.of_article("cabinet")] == ["/x/one.md", "/x/three.md"]


def test_an_earlier_version_is_shown_and_neither_listed_nor_searched(three):
    succeed(three, "strike", "cabinet")
    assert three.article("strike").text == STRIKE
    assert three.current("strike") == "cabinet"
    assert [info.id for info in three.versions("cabinet")] == ["strike"]
    assert matching(three, ["village"], NO_FILTERS, 9) == []
    assert {info.id for info in three.select(NO_FILTERS)} == {row.info.id for row in three.listing()} == {"cabinet", "bridge"}


def test_versions_of_a_version_belong_to_the_latest_and_go_with_it(three):
    for old, new in (("strike", "cabinet"), ("cabinet", "bridge")):
        succeed(three, old, new)
    assert {info.id for info in three.versions("bridge")} == {"strike", "cabinet"}
    three.delete("bridge")
    for gone in ("strike", "cabinet", "bridge"):
        with pytest.raises(InputError):
            three.article(gone, finished=False)


def test_an_earlier_version_comes_back_when_its_text_does(three):
    succeed(three, "strike", "cabinet")
    put_article(three, STRIKE, info=article_info("strike", "Strike"))
    assert three.current("strike") is None
    assert three.versions("cabinet") == []
    assert [row for row, _ in matching(three, ["village"], NO_FILTERS, 9)] == three.passage_ids("strike")


def test_a_source_points_to_its_next_article_only_when_it_is_told_so(three):
    three.point(source("/x/a.md", "strike"))
    three.put(Article(article_info("new"), "A new text of the story."), source("/x/a.md", "new"))
    assert three.sources.of_file("/x/a.md")[""].article_id == "strike"
    assert source("/x/a.md", "new") not in three.sources.arrived()
    three.set_state(["new"], "done")
    assert source("/x/a.md", "new") in three.sources.arrived()
    three.point(source("/x/a.md", "new"))
    assert three.sources.of_file("/x/a.md")[""].article_id == "new"
    assert source("/x/a.md", "new") not in three.sources.arrived()


def test_an_unknown_article_is_named(store):
    with pytest.raises(InputError, match=r"'nobody'.*articles list"):
        store.article("nobody")


def test_a_file_that_is_no_database_is_named(tmp_path):
    broken = tmp_path / "clippings.db"
    broken.write_bytes(b"this is not SQLite" * 100)
    with pytest.raises(InputError, match=r"clippings\.db is not a database"):
        Store(broken)


VERSION_0 = """
PRAGMA journal_mode = WAL;
PRAGMA foreign_keys = ON;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS articles (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, outlet TEXT, authors TEXT NOT NULL, published TEXT, url TEXT,
    path TEXT NOT NULL, language TEXT, text TEXT NOT NULL, state TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS articles_by_date ON articles (published, id);
CREATE INDEX IF NOT EXISTS articles_by_outlet ON articles (outlet COLLATE NOCASE);
CREATE INDEX IF NOT EXISTS articles_unfinished ON articles (state) WHERE state <> 'done';
CREATE TABLE IF NOT EXISTS sentences (
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE, ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (article_id, ordinal)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    start INTEGER NOT NULL, end INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS passages_by_article ON passages (article_id);
CREATE VIRTUAL TABLE IF NOT EXISTS passage_words USING fts5 (title, text, tokenize = 'porter unicode61 remove_diacritics 2');
CREATE TABLE IF NOT EXISTS sources (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, sha256 TEXT NOT NULL, article_id TEXT);
CREATE INDEX IF NOT EXISTS sources_by_article ON sources (article_id);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


def test_a_file_of_the_first_version_is_brought_up_to_date(tmp_path):
    file = tmp_path / "clippings.db"
    old = sqlite3.connect(file)
    old.executescript(VERSION_0)
    old.execute(
        "INSERT INTO articles VALUES ('a', 'Strike', 'Harbour Wire', '[]', '2024-01-18', NULL, '/x/a.md', 'en', ?, 'done')", (STRIKE,)
    )
    old.execute("INSERT INTO sources VALUES ('/x/a.md', 10, 1, 'sum', 'a')")
    old.commit()
    old.close()
    for _ in range(2):
        store = Store(file)
        assert store.article("a").text == STRIKE
        assert store.listing()[0].copies == 0
        assert store.sources.of_file("/x/a.md") == {"": source("/x/a.md", "a")}
        assert store.sources.stamp("/x/a.md") == (10, 1)
        store.close()


def test_a_file_without_a_table_of_briefs_gets_one(tmp_path):
    file = tmp_path / "clippings.db"
    Store(file).close()
    before = sqlite3.connect(file)
    before.executescript("DROP TABLE briefs; PRAGMA user_version = 1;")
    before.close()
    for made in ("2024-01-19", "2024-01-20"):
        store = Store(file)
        store.briefs.keep("the strikes", made, ["a"])
        assert store.briefs.last("strikes") == PastBrief(made, frozenset("a"))
        store.close()


def test_a_file_of_the_second_version_gets_the_index_it_lacks(tmp_path):
    file = tmp_path / "clippings.db"
    Store(file).close()
    old = sqlite3.connect(file)
    old.executescript("DROP INDEX articles_by_filter; PRAGMA user_version = 1;")
    old.close()
    store = Store(file)
    assert store._database.all("SELECT 1 FROM sqlite_master WHERE name = 'articles_by_filter'")
    store.close()


def test_a_file_of_a_later_version_is_left_alone(tmp_path):
    file = tmp_path / "clippings.db"
    later = sqlite3.connect(file)
    later.execute("PRAGMA user_version = 99")
    later.close()
    with pytest.raises(InputError, match=r"clippings\.db was written by a later version.*99"):
        Store(file)


def test_a_second_connection_sees_what_the_first_wrote(three, tmp_path):
    other = Store(tmp_path / "home" / "clippings.db")
    three.set_fact("generation", "7")
    assert other.fact("generation") == "7"
    assert other.count() == 3
    other.close()


def test_a_reader_is_not_held_up_by_a_writer(three, tmp_path):
    writer = sqlite3.connect(tmp_path / "home" / "clippings.db")
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE articles SET title = 'not yet'")
    begun = time.monotonic()
    opened = Store(tmp_path / "home" / "clippings.db")
    assert {row.info.title for row in opened.listing()} == {row.info.title for row in three.listing()} == {"Strike", "Cabinet", "Bridge"}
    assert [row for row, _ in matching(opened, ["village"], NO_FILTERS, 9)] == opened.passage_ids("strike")
    assert time.monotonic() - begun < BUSY_S / 2
    opened.close()
    writer.close()


def test_threads_can_read_and_write_at_once(store):
    failures: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for number in range(10):
                put_article(store, STRIKE, info=article_info(f"{name}{number}"))
                store.listing()
                matching(store, ["village"], NO_FILTERS, 5)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert store.count() == 40


def test_the_file_is_closed_only_when_a_thread_has_finished_writing(tmp_path):
    store = Store(tmp_path / "home" / "clippings.db")
    writing = threading.Event()
    stopped: list[Exception] = []

    def work() -> None:
        try:
            for number in range(10_000):
                store.set_fact("number", str(number))
                writing.set()
        except sqlite3.ProgrammingError as error:
            stopped.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    writing.wait()
    store.close()
    thread.join()
    assert "closed" in str(stopped)
    again = Store(tmp_path / "home" / "clippings.db")
    assert again.fact("number") is not None
    again.close()
