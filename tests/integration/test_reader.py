"""The released reader, with its real weights."""

import shutil

import numpy as np
import pytest

from eval.reader import score
from rag.errors import EncoderError
from rag.reader.model import WEIGHTS, Reader
from rag.records import Span
from rag.split import split_sentences

STORY = (
    "The container ship lost power at 1:24 a.m. The pilot called for tugs. Six road workers died when the bridge came down. "
    "The governor declared a state of emergency."
)


@pytest.fixture(scope="module")
def reader():
    return Reader()


def best(reader, question, text):
    sentences = split_sentences(text)
    (marked,) = reader.mark(question, [text], [sentences])
    place = max(range(len(marked)), key=lambda n: marked[n].score)
    return sentences[place], marked[place]


@pytest.mark.parametrize(
    ("question", "answer"),
    [("How many road workers died?", "Six"), ("Who declared a state of emergency?", "governor"), ("What did the pilot call for?", "tugs")],
)
def test_it_marks_the_answer_inside_its_sentence(reader, question, answer):
    sentence, marked = best(reader, question, STORY)
    assert answer in STORY[marked.start : marked.end]
    assert sentence.start <= marked.start < marked.end <= sentence.end


def test_a_passage_that_does_not_answer_scores_lower_than_one_that_does(reader):
    there = best(reader, "How many road workers died?", STORY)[1].score
    elsewhere = best(reader, "How many road workers died?", "The orchestra played Brahms. The hall was full.")[1].score
    assert elsewhere < 0 < there


def test_the_marks_and_their_scores_do_not_depend_on_the_other_passages(reader):
    other = "Rain fell on the hills for three days, and the river rose."
    sentences = [split_sentences(STORY), split_sentences(other)]
    together = reader.mark("How many road workers died?", [STORY, other], sentences)[0]
    (alone,) = reader.mark("How many road workers died?", [STORY], sentences[:1])
    assert together == alone


@pytest.fixture(scope="module")
def model():
    """The released weights in the model as it is trained: 32 bits, attention in parts."""
    from rag.reader.train import SpanModel, encoder
    from rag.reader.weights import released_weights

    model = SpanModel(encoder(), 384).eval()
    model.load_state_dict(released_weights(WEIGHTS))
    return model


def test_the_file_gives_what_the_model_gives(reader, model):
    import torch

    tokens = reader._tokenizer.encode("How many road workers died?", STORY)
    ids, types = torch.tensor([tokens.ids]), torch.tensor([tokens.type_ids])
    with torch.inference_mode():
        logits, entailment = model(ids, torch.ones_like(ids), types)
    assert np.corrcoef(reader._run("logits", tokens).ravel(), logits.ravel())[0, 1] > 0.99
    assert reader._run("entailment", tokens)[0] == pytest.approx(float(entailment[0]), abs=0.5)


def test_a_model_that_is_exported_again_reads_the_same(reader, model, tmp_path):
    from rag.reader.weights import export

    export(model, tmp_path / "again.onnx")
    (again,) = Reader(tmp_path / "again.onnx").mark("Who declared a state of emergency?", [STORY], [split_sentences(STORY)])
    (marked,) = reader.mark("Who declared a state of emergency?", [STORY], [split_sentences(STORY)])
    assert again == marked


def test_the_sentence_that_answers_has_the_highest_logit(reader):
    sentences = split_sentences(STORY)
    (marked,) = reader.mark("How many road workers died?", [STORY], [sentences])
    assert max(zip(marked, sentences, strict=True), key=lambda each: each[0].sentence)[1].text.startswith("Six road workers")


@pytest.mark.parametrize(
    ("claim", "other"),
    [
        ("The bridge's collapse killed six labourers.", "The bridge's collapse killed a governor."),
        ("A vessel had no power shortly before half past one.", "A vessel had full power all night."),
        ("The head of the state proclaimed an emergency.", "The governor refused to declare an emergency."),
    ],
)
def test_a_claim_that_the_text_makes_is_likelier_than_one_that_it_does_not(reader, claim, other):
    assert reader.entailment(claim, STORY) > reader.entailment(other, STORY)


def test_a_claim_and_source_of_any_length_are_judged(reader):
    assert isinstance(reader.entailment("word " * 500, "The river rose. " * 500), float)


@pytest.mark.parametrize("before", [60, 61, 62, 63, 64, 65, 200], ids="{} sentences before".format)
def test_a_passage_that_is_longer_than_the_window_is_read_to_its_end(reader, before):
    text = "The river rose. " * before + "Six road workers died. " + "The river fell. " * 80
    sentences = split_sentences(text)
    (marked,) = reader.mark("How many road workers died?", [text], [sentences])
    assert None not in marked
    best = max(marked, key=lambda each: each.score)
    assert text[best.start : best.end] == "Six"
    assert marked.index(best) == before


def test_a_sentence_that_is_longer_than_the_window_is_read_to_its_end(reader):
    text = "Rain fell on " + "the hills and the river and the valley and " * 120 + "six road workers died."
    ((marked,),) = reader.mark("How many road workers died?", [text], [split_sentences(text)])
    assert text[marked.start : marked.end] == "six"


def test_a_sentence_without_a_word_is_not_marked(reader):
    text = "\u200b\u200b Six road workers died."
    (marked,) = reader.mark("How many died?", [text], [[Span(0, 2, text[:2]), Span(3, len(text), text[3:])]])
    assert (marked[0], text[marked[1].start : marked[1].end]) == (None, "Six")


@pytest.mark.parametrize("question", ["", "¿Cuántos obreros murieron?", "橋で何人が死にましたか", "who " * 500])
def test_any_question_is_read(reader, question):
    (marked,) = reader.mark(question, [STORY], [split_sentences(STORY)])
    assert len(marked) == len(split_sentences(STORY))


def test_two_hundred_passages_are_read(reader):
    passages = [f"Report {n}. {n} people were hurt." for n in range(200)]
    marked = reader.mark("How many people were hurt?", passages, [split_sentences(text) for text in passages])
    assert [len(row) for row in marked] == [2] * 200


def test_missing_weights_are_named(tmp_path):
    with pytest.raises(EncoderError, match=r"reader\.onnx is missing"):
        Reader(tmp_path / "reader.onnx")


def test_damaged_weights_are_noticed(tmp_path, monkeypatch):
    damaged = tmp_path / "reader.onnx"
    shutil.copyfile(WEIGHTS, damaged)
    with damaged.open("r+b") as file:
        file.seek(1000)
        file.write(b"\x00" * 64)
    monkeypatch.setattr("rag.reader.model.WEIGHTS", damaged)
    with pytest.raises(EncoderError, match="is damaged"):
        Reader(damaged)


def test_reading_is_scored_against_the_marked_answer(reader):
    start = STORY.index("Six")
    row = {"question": "How many road workers died?", "context": STORY, "answer": "Six", "start": start}
    read = score(row, reader)
    assert (read["f1"], read["exact_match"], read["sentence"]) == (1.0, 1.0, 1.0)
    assert read["absent"] < read["score"]
    wrong = score(row | {"answer": "governor", "start": STORY.index("governor")}, reader)
    assert (wrong["f1"], wrong["exact_match"], wrong["sentence"]) == (0.0, 0.0, 0.0)


def test_a_text_that_is_all_answer_has_nothing_left_to_compare(reader):
    row = {"question": "How many road workers died?", "context": "Six road workers died.", "answer": "Six", "start": 0}
    assert score(row, reader)["absent"] is None
