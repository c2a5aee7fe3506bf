"""What training minimizes, with a stand-in for the model that gives the logits of the test."""

import random
from dataclasses import replace

import pytest
import torch

from rag.read import WITH_READER
from rag.reader.claims import Pair
from rag.reader.examples import Example
from rag.reader.lists import Listed, Passage
from rag.reader.loss import loss_of, sentence_scores
from rag.reader.model import _best_span, places_of
from rag.reader.tokens import batches, encode, encode_lists, encode_pairs, training_tokenizer
from rag.records import Span

FIRST, SECOND = "The cabinet endorsed restoring ties.", "Rain fell on the hills."
WORDS = FIRST + " " + SECOND
SENTENCES = ((0, len(FIRST)), (len(FIRST) + 1, len(WORDS)))


@pytest.fixture(scope="module")
def tokenizer():
    return training_tokenizer()


class Fixed(torch.nn.Module):
    """Gives the logits that it was made with, for as many tokens as are asked for."""

    def __init__(self, logits, entailment=0.0):
        super().__init__()
        self.logits, self.entailment = logits, entailment

    def forward(self, input_ids, attention_mask, token_type_ids):
        count, tokens = input_ids.shape
        return self.logits[:count, :tokens], torch.full((count,), self.entailment)


@pytest.fixture(autouse=True)
def weights(monkeypatch):
    """Let the order and the chance be read off the sentences' own logits alone: how much they count in use is fitted anew at times."""
    by_its_own_logit = replace(WITH_READER, rank=(0.0,) * 7 + (0.5, 0.0), answerable=(0.0,) * 7 + (1.0, 0.0), answerable_bias=0.0)
    monkeypatch.setattr("rag.reader.loss.WITH_READER", by_its_own_logit)


def known(text=WORDS, right=(1, 0), answer=(4, 11), taught=()):
    return Passage(text, SENTENCES, ((0.0,) * 6,) * 2, right, answer, taught)


def some_lists(tokenizer, *passages):
    return encode_lists(tokenizer, [Listed("Who endorsed restoring ties?", passages)])


def test_a_sentence_scores_in_training_what_it_scores_in_use(tokenizer):
    ((passage,),) = some_lists(tokenizer, known())
    logits = torch.randn(1, 40, 3, generator=torch.Generator().manual_seed(3))
    best, answering = sentence_scores(logits, [passage.sentences])
    tokens = tokenizer.encode("Who endorsed restoring ties?", WORDS)
    read = logits[0, : len(tokens)].numpy()
    for n, (start, end) in enumerate(SENTENCES):
        marked = _best_span(read, places_of(tokens), Span(start, end, WORDS[start:end]))
        assert float(best[n]) == pytest.approx(marked.score, abs=1e-5)
        assert float(answering[n]) == pytest.approx(marked.sentence, abs=1e-5)


def test_answers_and_sentences_are_found_among_the_tokens(tokenizer):
    ((passage, other, unknown),) = some_lists(tokenizer, known(), known(right=(0, 0), answer=None), known(right=(-1, 0), answer=None))
    first, last = passage.span
    assert tokenizer.decode(passage.ids[first : last + 1].tolist()) == "cabinet"
    (start, end), _ = passage.sentences
    assert tokenizer.decode(passage.ids[start : end + 1].tolist()) == FIRST.lower()
    assert (other.span, unknown.span) == ((0, 0), None)


def test_a_passage_that_may_answer_a_follow_up_in_its_own_words_is_not_taken_for_one_that_does_not(tokenizer):
    question = "When did they endorse it?"
    ((right, other),) = encode_lists(tokenizer, [Listed(question, (known(), known(right=(0, 0), answer=None)), leaning=True)])
    assert (right.span is None, other.span) == (False, None)


def loss_with(tokenizer, first, second, passages):
    """Give the loss where the tokens of the two sentences of every passage have these logits that they answer."""
    lists = some_lists(tokenizer, *passages)
    logits = torch.zeros(len(passages), 64, 3)
    for n, passage in enumerate(lists[0]):
        for value, (start, end) in zip((first, second), passage.sentences, strict=True):
            logits[n, start : end + 1, 2] = value
    return float(loss_of(Fixed(logits), lists, "cpu"))


def test_the_right_sentence_is_to_come_first(tokenizer):
    assert loss_with(tokenizer, 4.0, 0.0, [known()]) < loss_with(tokenizer, 0.0, 4.0, [known()]) - 1


def test_sentences_of_other_passages_are_compared_too(tokenizer):
    other = known(right=(0, 0), answer=None)
    alone, beside = (loss_with(tokenizer, 0.0, 0.0, passages) for passages in ([known()], [known(), other]))
    assert beside > alone + 0.3


def test_what_may_answer_is_left_out_of_the_comparison(tokenizer):
    scores = {right: [loss_with(tokenizer, 4.0, value, [known(right=right)]) for value in (0.0, 4.0)] for right in ((1, 0), (1, -1))}
    assert scores[1, 0][1] > scores[1, 0][0] + 0.1
    assert scores[1, -1][1] == pytest.approx(scores[1, -1][0])


def test_a_list_without_an_answer_is_to_be_refused(tokenizer):
    nothing = [known(right=(0, 0), answer=None)]
    assert loss_with(tokenizer, -9.0, -9.0, nothing) < loss_with(tokenizer, 9.0, -9.0, nothing) - 1


def test_the_teacher_is_to_be_followed_where_nothing_is_known(tokenizer):
    passages = [known(right=(-1, -1), answer=None, taught=((0.0, 0.0), (0.0, 6.0)))]
    losses = {scores: loss_with(tokenizer, *scores, passages) for scores in ((0.0, 6.0), (6.0, 0.0), (3.0, 9.0))}
    # In another order it costs more than in the same one with both too likely.
    assert losses[0.0, 6.0] < losses[3.0, 9.0] - 0.5 < losses[6.0, 0.0] - 2
    assert loss_with(tokenizer, 6.0, 0.0, [known(right=(-1, -1), answer=None)]) == pytest.approx(
        loss_with(tokenizer, 0.0, 6.0, [known(right=(-1, -1), answer=None)])
    )


def test_a_sentence_that_the_teacher_did_not_read_is_compared_by_its_label_alone(tokenizer):
    labels = [loss_with(tokenizer, 0.0, value, [known()]) for value in (0.0, 4.0)]
    half = [loss_with(tokenizer, 0.0, value, [known(taught=((0.0, 0.0), None))]) for value in (0.0, 4.0)]
    assert half[1] - half[0] == pytest.approx(labels[1] - labels[0], abs=1e-5)


def test_a_claim_is_to_be_judged_as_it_is_labelled(tokenizer):
    pairs = encode_pairs(tokenizer, [Pair("Ties were endorsed.", WORDS, entailed=True)])
    losses = [float(loss_of(Fixed(torch.zeros(1, 64, 3), value), pairs, "cpu")) for value in (-2.0, 2.0)]
    assert losses[1] < losses[0]


def test_a_question_is_to_be_answered_where_the_answer_stands(tokenizer):
    (row,) = encode(tokenizer, [Example("Who endorsed restoring ties?", WORDS, 4, 11)])
    right, wrong = torch.zeros(1, 64, 3), torch.zeros(1, 64, 3)
    right[0, row.span[0], :2], wrong[0, row.span[1] + 3, :2] = 5.0, 5.0
    assert float(loss_of(Fixed(right), [row], "cpu")) < float(loss_of(Fixed(wrong), [row], "cpu")) - 1


def test_batches_hold_one_kind_and_about_as_many_texts_as_asked_for(tokenizer):
    rows = encode(tokenizer, [Example("Who?", WORDS, 4, 11)] * 9) + encode_pairs(tokenizer, [Pair("Ties.", WORDS, entailed=True)] * 9)
    made = batches(rows, some_lists(tokenizer, known(), known()) * 9, 4, random.Random(1))
    kinds = [{type(each).__name__ + str(getattr(each, "entailed", "")) for each in batch} for batch in made]
    assert all(len(kind) == 1 for kind in kinds)
    assert sorted(len(batch) for batch in made) == [1] * 3 + [2] * 4 + [4] * 4
