"""Near-duplicates among stored articles: agency copy and light rewrites have one origin, other stories of the same event do not."""

import numpy as np
import pytest
from builders import article_info, put_article
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.copies import MIN_SHINGLES, SAME_STORY, signature, similarity
from rag.store import Store

WIRE = (
    "The harbour authority said on Monday that the ferry Aurora had run aground on a sandbank outside the old port. "
    "All 214 passengers were taken off by lifeboats within three hours, and nobody was hurt. "
    "Divers will look at the hull on Tuesday, before tugs try to pull the ship free at high tide. "
    "The master told the coastguard that a buoy was not where the chart shows it."
)
REWRITTEN = (
    "The harbour authority said on Monday that the ferry Aurora had run aground on a sandbank off the old port. "
    "All 214 passengers were taken off by lifeboats within three hours; nobody was hurt. "
    "Divers will look at the hull on Tuesday, before tugs try to pull her free at high tide."
)
OWN_REPORT = (
    "Passengers of the Aurora spoke of a long night on deck after their ferry hit the ground outside the harbour. "
    "Many had been asleep when the ship stopped with a jolt, and the crew handed out blankets and tea. "
    "A coastguard inquiry into the missing buoy has begun, its head told our reporter at the quay on Monday evening. "
    "The company has offered those on board a refund and a night in a hotel."
)


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "clippings.db")
    yield store
    store.close()


def put(store: Store, name: str, text: str, published: str | None) -> None:
    put_article(store, text, info=article_info(name, published=published))
    store.copies.add(name, text)


def origins(store: Store) -> dict[str, str | None]:
    return {row.info.id: row.info.origin for row in store.listing()}


def test_agency_copy_has_the_earliest_article_as_its_origin(store):
    put(store, "second", REWRITTEN, "2024-03-05")
    put(store, "own", OWN_REPORT, "2024-03-05")
    put(store, "first", WIRE, "2024-03-04")
    put(store, "undated", WIRE + " The ferry is twelve years old.", None)
    assert origins(store) == {"first": "first", "second": "first", "undated": "first", "own": "own"}
    assert {row.info.id: row.copies for row in store.listing()} == {"first": 2, "second": 2, "undated": 2, "own": 0}
    assert store.copies.count(["first", "own", "first"]) == 4
    assert store.copies.count([]) == 0


def test_when_the_origin_goes_the_next_earliest_takes_its_place(store):
    put(store, "first", WIRE, "2024-03-04")
    put(store, "second", REWRITTEN, "2024-03-05")
    put(store, "third", REWRITTEN + " The ferry is twelve years old.", "2024-03-06")
    store.delete("first")
    assert origins(store) == {"second": "second", "third": "second"}
    store.retire("second")
    assert origins(store) == {"third": "third"}
    put(store, "again", WIRE, "2024-03-04")
    assert origins(store) == {"third": "again", "again": "again"}


def test_an_article_that_joins_two_groups_makes_them_one(store):
    half = WIRE.split(" Divers")[0]
    other = "Divers" + WIRE.split(" Divers")[1]
    put(store, "half", half, "2024-03-04")
    put(store, "rest", other, "2024-03-05")
    assert origins(store) == {"half": "half", "rest": "rest"}
    put(store, "whole", WIRE, "2024-03-06")
    assert origins(store) == {"half": "half", "rest": "half", "whole": "half"}


def test_what_is_too_short_to_compare_is_its_own_origin(store):
    put(store, "one", "The harbour was closed.", "2024-03-04")
    put(store, "two", "The harbour was closed.", "2024-03-05")
    assert origins(store) == {"one": "one", "two": "two"}
    assert store.copies.unsigned() == []


def test_articles_that_were_stored_before_copies_were_known_are_named(store):
    put_article(store, WIRE, info=article_info("old"))
    assert store.copies.unsigned() == [("old", WIRE)]


def test_letter_case_and_punctuation_make_no_other_text():
    assert np.array_equal(signature(WIRE), signature(WIRE.upper().replace(",", " ;")))


@settings(max_examples=25)
@given(st.lists(st.sampled_from(WIRE.split()), min_size=MIN_SHINGLES * 3), st.data())
def test_the_estimate_is_near_the_true_share_of_common_shingles(words, data):
    cut = data.draw(st.integers(0, len(words)))
    first, second = " ".join(words), " ".join(words[:cut][::-1] + words[cut:])
    one, two = signature(first), signature(second)
    if one is None or two is None:
        return
    shared, every = _shingles(first) & _shingles(second), _shingles(first) | _shingles(second)
    # 126 draws: the standard error is at most 0.045, and no example in 25 is five of them away.
    assert similarity(one, two) == pytest.approx(len(shared) / len(every), abs=0.225)
    assert 0 < SAME_STORY < 1


def _shingles(text: str) -> set[tuple[str, ...]]:
    from rag.words import tokens

    words = tokens(text.casefold())
    return set(zip(words, words[1:], words[2:], strict=False))
