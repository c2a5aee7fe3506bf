from rag.reader.annotations import FOLDER, claim_rows, question_rows
from rag.reader.claims import Pair, make_pairs
from rag.reader.rows import read_rows

ARTICLE = {"url": "https://example.org/ties", "title": "Full ties", "text": "Traders waited.\n\nThe cabinet endorsed\nfull ties."}
ARTICLES = {ARTICLE["url"]: ARTICLE}
QUESTION = {"url": ARTICLE["url"], "question": "Who endorsed full ties?", "answer": "The cabinet", "start": 17}
CLAIM = {"url": ARTICLE["url"], "claim": "Ties were backed.", "label": "supported", "edit": None, "sentences": [[17, 48]]}


def test_a_question_is_joined_to_the_text_that_it_is_about():
    (row,) = question_rows([QUESTION, QUESTION | {"url": "https://example.org/gone"}], ARTICLES)
    assert row["context"][row["start"] :].startswith(row["answer"])
    assert row["title"] == "Full ties"


def test_a_claim_is_joined_to_its_sentences_and_read_under_its_title():
    rows = claim_rows([CLAIM, CLAIM | {"label": "not_supported", "edit": "scope"}, CLAIM | {"url": "https://example.org/gone"}], ARTICLES)
    assert [row["evidence"] for row in rows] == [["The cabinet endorsed full ties."]] * 2
    first, second = make_pairs(rows)
    assert first == Pair("Ties were backed.", "Full ties. The cabinet endorsed full ties.", True)
    assert not second.entailed


def test_what_is_shipped_has_places_and_labels():
    questions = read_rows([FOLDER / "questions.jsonl.gz"], ("url", "split", "kind", "question", "answer", "start"))
    assert len({(row["url"], row["question"]) for row in questions}) == len(questions)
    assert all((row["answer"] is None) == (row["start"] is None) == (row["kind"] == "unanswerable") for row in questions)
    claims = read_rows([FOLDER / "claims.jsonl.gz"], ("url", "split", "claim", "label", "edit", "sentences"))
    assert all(row["sentences"] and (row["edit"] is None) == (row["label"] == "supported") for row in claims)
    of_split = {row["url"]: row["split"] for row in questions}
    assert all(of_split.get(row["url"], row["split"]) == row["split"] for row in claims)
