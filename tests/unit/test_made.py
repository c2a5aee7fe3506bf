import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reader.made import cloze_rows, made_claims

TEXT = (
    "The harbour board met in the old hall and closed the Brandvold quay to all ships on Monday, for the first time since 1962. "
    "Captain Hal Brandvold was not on board when the quay and its ships were closed, the harbour office said. "
    "Repairs of the wall will cost 4,200 crowns according to the board of the harbour and take until spring. "
    "The board of the harbour has never paid 4,200 crowns for repairs of a wall before, a member said. "
    "Nobody was hurt."
)
ARTICLE = {"title": "Quay closed", "text": TEXT}


def test_a_question_is_answered_where_it_says_and_its_own_sentence_is_cut_out():
    rows = cloze_rows(ARTICLE, 50, random.Random(1))
    assert {row["answer"] for row in rows} == {"Brandvold", "4,200"}
    for row in rows:
        assert row["context"][row["start"] :].startswith(row["answer"])
        assert row["answer"] not in row["question"]
        asking = row["question"].partition(" what ")[0].partition(" how ")[0].partition(" who ")[0].partition(" which ")[0]
        assert asking in TEXT
        assert asking not in row["context"]
        assert row["title"] == "Quay closed"


def test_a_name_inside_a_longer_word_does_not_answer():
    text = TEXT.replace("Captain Hal Brandvold", "Captain Hal Brandvoldsen")
    assert {row["answer"] for row in cloze_rows(ARTICLE | {"text": text}, 50, random.Random(1))} == {"4,200"}


def test_what_shares_nothing_with_the_asking_sentence_does_not_answer():
    text = (
        "The board closed the quay to every ship in Brandvold on a Monday. "
        + "Rain fell over the town of Brandvold all through that long night."
    )
    assert cloze_rows(ARTICLE | {"text": text}, 50, random.Random(1)) == []


@pytest.mark.parametrize("seed", range(8))
def test_claims_say_what_was_made_wrong(seed):
    rows = made_claims(ARTICLE, 4, random.Random(seed))
    assert len(rows) == 4
    for row in rows:
        claim, last = row["claim"], row["evidence"][-1]
        assert (row["label"] == "supported") is (row["edit"] is None)
        if row["edit"] is None:
            assert claim == last
        elif row["edit"] == "negation":
            assert claim.replace(" not", "") == last.replace(" not", "")
            assert claim != last
        elif row["edit"] == "elsewhere":
            assert claim in TEXT
            assert claim not in row["evidence"]
        else:
            assert claim != last
            assert len(set(claim.split()) - set(last.split())) <= 2


def test_every_kind_of_claim_is_made():
    edits = {row["edit"] for seed in range(30) for row in made_claims(ARTICLE, 4, random.Random(seed))}
    assert edits == {None, "name", "number", "negation", "elsewhere"}


@given(st.text(alphabet="Ab 1.,\n", max_size=200))
def test_any_text_is_taken(text):
    cloze_rows({"title": "", "text": text}, 3, random.Random(1))
    made_claims({"title": "", "text": text}, 3, random.Random(1))
