"""Candidate sentences and their features; the reader is one that marks what it is told to."""

from dataclasses import replace

import pytest
from builders import HashingEncoder, article_info, put_article

from rag.candidates import FEATURES, UNREAD, find_candidates
from rag.read import read
from rag.reader.model import Marked
from rag.records import Hit, Query, Sought
from rag.store import Store
from rag.words import content_words

TITLE = "Cabinet of Pakistan backs full ties"
TEXTS = ("Traders in Quetta waited.", "The cabinet endorsed full ties with Iran on Friday.", "Nine people had died in Saravan.")
WHOLE = (Hit(1, "a", 0, 2, 0.7),)


class MarkingReader:
    """Marks `answer` wherever it stands with `score`, and the first word of other sentences with a score that says no."""

    def __init__(self, answer, score=3.0):
        self.answer, self.score = answer, score
        self.read = []

    def mark(self, question, passages, sentences):
        self.read += [(question, passage) for passage in passages]
        return [[self._mark(passage, span) for span in inside] for passage, inside in zip(passages, sentences, strict=True)]

    def _mark(self, passage, span):
        assert passage[span.start : span.end] == span.text
        at = passage.find(self.answer, span.start, span.end)
        if at < 0:
            return Marked(-5.0, span.start, span.start + len(span.text.split()[0]), -3.0)
        return Marked(self.score, at, at + len(self.answer), self.score / 2)


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "clippings.db")
    put_article(store, *TEXTS, info=article_info(title=TITLE))
    yield store
    store.close()


def sought(store, question):
    words = store.words.document_frequency(content_words(question))
    return Sought(Query(question), words, HashingEncoder().encode([question])[0])


def candidates(store, question, reader=None, hits=WHOLE):
    found = find_candidates(sought(store, question), hits, store, reader)
    return [dict(zip(FEATURES, each.features, strict=True)) | {"answer": each.answer} for each in found]


@pytest.mark.parametrize(
    ("query", "read_for"),
    [
        (Query("And how many died?", "Who endorsed full ties?"), "And how many died?"),
        (Query("And how many died?", "Who endorsed full ties?", "How many died in Saravan?"), "How many died in Saravan?"),
    ],
)
def test_a_follow_up_is_read_for_in_its_own_words(store, query, read_for):
    reader = MarkingReader("Nine")
    find_candidates(replace(sought(store, query.full), query=query), WHOLE, store, reader)
    assert {question for question, _ in reader.read} == {read_for}


def test_every_sentence_of_the_hits_is_a_candidate_once(store):
    hits = (Hit(1, "a", 0, 1, 0.7), Hit(2, "a", 1, 2, 0.4))
    found = candidates(store, "Who endorsed full ties?", hits=hits)
    assert [each["passage"] for each in found] == [0.7, 0.7, 0.4]


def test_coverage_is_of_the_sentence_and_of_what_stands_around_it(store):
    before, endorsed, _ = candidates(store, "Who endorsed full ties?")
    assert endorsed["coverage"] == pytest.approx(1.0)
    assert before["coverage"] == 0.0
    assert before["coverage_around"] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("question", "share"),
    [
        ("Who endorsed ties with Iran?", 1.0),
        ("Did Pakistan endorse ties with Iran?", 1.0),
        ("Who endorsed ties with Norway?", 0.0),
        ("Did Norway endorse ties with Iran?", 0.5),
        ("Who endorsed ties in January 2024?", 1.0),
        ("Which 9 people endorsed ties?", 0.0),
        ("who endorsed ties?", 1.0),
    ],
)
def test_names_are_looked_for_around_the_sentence_and_dates_are_not_names(store, question, share):
    assert candidates(store, question)[1]["names_around"] == pytest.approx(share)


def test_the_reader_reads_each_passage_under_its_title(store):
    reader = MarkingReader("The cabinet")
    _, endorsed, died = candidates(store, "Who endorsed full ties?", reader)
    assert reader.read == [("Who endorsed full ties?", f"{TITLE}. {' '.join(TEXTS)}")]
    assert (endorsed["answer"], endorsed["reader"]) == ("The cabinet", 3.0)
    assert (died["answer"], died["reader"]) == ("Nine", -5.0)


def test_an_answer_that_only_repeats_the_question_is_nothing_new(store):
    assert candidates(store, "Who did the cabinet choose?", MarkingReader("The cabinet"))[1]["new"] == 0.0
    assert candidates(store, "Who endorsed full ties?", MarkingReader("The cabinet"))[1]["new"] == 1.0


def test_without_a_reader_its_features_say_nothing(store):
    assert {(each["reader"], each["new"], each["answer"]) for each in candidates(store, "Who endorsed full ties?")} == {(0.0, 1.0, None)}


def test_a_sentence_that_the_reader_was_not_shown_counts_as_no_answer(store):
    class Blind(MarkingReader):
        def _mark(self, passage, span):
            return None

    found = candidates(store, "Who endorsed full ties?", Blind(""))
    assert {(each["reader"], each["sentence"]) for each in found} == {UNREAD}


@pytest.mark.parametrize("reader", [None, MarkingReader("The cabinet")], ids=["without a reader", "with one"])
def test_the_best_sentence_comes_first_with_its_short_answer(store, reader):
    question = "Who endorsed full ties with Iran?"
    reading = read(sought(store, question), [Hit(1, "a", 0, 2, 0.7)], store, reader)
    assert reading.evidence[0].sentence.span.text == TEXTS[1]
    assert [item.score for item in reading.evidence] == sorted((item.score for item in reading.evidence), reverse=True)
    assert 0 <= reading.answerability <= 1
    if reader:
        assert reading.evidence[0].answer == "The cabinet"


def test_without_hits_nothing_answers_and_nothing_is_near(store):
    reading = read(sought(store, "Who?"), [], store, None)
    assert (reading.evidence, reading.answerable, reading.nearest) == ((), False, ())
