"""What training minimizes: over questions with a passage, over claims with their evidence, and over lists of passages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

from rag.read import WITH_READER
from rag.reader.model import MAX_ANSWER_TOKENS
from rag.reader.tokens import Batch, Encoded, EncodedList, collate

if TYPE_CHECKING:
    from rag.reader.train import SpanModel

# What the sentence's tokens weigh in the loss beside start and end.
SENTENCE_LOSS = 0.5
# What marking the answer in each passage, and telling whether the best sentence answers, weigh beside the order of a list's sentences.
MARKING_LOSS = 0.5
ANSWERABLE_LOSS = 0.5
# What being unlike the teacher weighs: in the order of the sentences, in the chance that the best one answers, in each one's score.
TEACHER_LOSS = (1.0, 0.5, 0.5)
# What a passage that does not answer weighs in marking, beside one that does.
NO_ANSWER = 0.5
# A logit that nothing reaches.
NEVER = -1e4


def loss_of(model: SpanModel, batch: Batch, device: str) -> torch.Tensor:
    """Give the mean loss of a batch, whose rows are of one kind."""
    rows = [row for row in batch if isinstance(row, Encoded)]
    if not rows:
        return _of_lists(model, [each for each in batch if not isinstance(each, Encoded)], device)
    return _of_claims(model, rows, device) if rows[0].entailed is not None else _of_questions(model, rows, device)


def _of_claims(model: SpanModel, rows: Sequence[Encoded], device: str) -> torch.Tensor:
    """Binary cross-entropy of entailment."""
    _, entailment = model(**collate(rows, device))
    truth = torch.tensor([bool(row.entailed) for row in rows], dtype=torch.float32, device=device)
    return functional.binary_cross_entropy_with_logits(entailment.float(), truth)


def _of_questions(model: SpanModel, rows: Sequence[Encoded], device: str) -> torch.Tensor:
    """Cross-entropy of start and end over the passage's tokens and the first, and binary cross-entropy of the sentence's tokens."""
    feed = collate(rows, device)
    logits, _ = model(**feed)
    spans = torch.tensor([row.span for row in rows], device=device)
    sentences = torch.tensor([row.sentence for row in rows], device=device)
    passage = (feed["attention_mask"] * feed["token_type_ids"]).bool()
    place = torch.arange(logits.shape[1], device=device)
    answers = (place >= sentences[:, :1]) & (place <= sentences[:, 1:]) & passage
    by_token = functional.binary_cross_entropy_with_logits(logits[..., 2].float(), answers.float(), reduction="none")
    of_sentence = (by_token * passage).sum() / passage.sum()
    return _of_spans(logits, feed, spans).mean() + SENTENCE_LOSS * of_sentence


def _of_spans(logits: torch.Tensor, feed: dict[str, torch.Tensor], spans: torch.Tensor) -> torch.Tensor:
    """Cross-entropy (batch,) of the first and last tokens `spans` (batch, 2), over the passage's tokens and the first."""
    allowed = (feed["attention_mask"] * feed["token_type_ids"]).bool()
    allowed[:, 0] = True
    ends = logits[..., :2].float().masked_fill(~allowed.unsqueeze(-1), NEVER)
    return sum(functional.cross_entropy(ends[..., end], spans[:, end], reduction="none") for end in (0, 1)) / 2


def _of_lists(model: SpanModel, lists: Sequence[EncodedList], device: str) -> torch.Tensor:
    """Softmax over all sentences of a list's passages (shared normalisation, Clark and Gardner 2018), scored as in use.

    The sentences that answer count together; those that may answer are left out. Added to it: marking the answer in each passage of
    which it is known, the cross-entropy of whether the best sentence answers, and being unlike a teacher where one read the list.
    """
    passages = [passage for each in lists for passage in each]
    feed = collate(passages, device)
    logits = model(**feed)[0].float()
    weights = [0.0 if each.span is None else NO_ANSWER if each.span == (0, 0) else 1.0 for each in passages]
    known = torch.tensor(weights, device=device)
    spans = torch.tensor([each.span or (0, 0) for each in passages], device=device)
    marking = (known * _of_spans(logits, feed, spans)).sum() / known.sum().clamp(min=1.0)
    read = torch.stack(sentence_scores(logits, [each.sentences for each in passages]), dim=1)
    features, right, taught = (
        torch.from_numpy(np.concatenate([getattr(each, name) for each in passages])).to(device) for name in ("features", "right", "taught")
    )
    total = MARKING_LOSS * len(lists) * marking
    sizes = [sum(len(passage.sentences) for passage in each) for each in lists]
    for given, own, truth, theirs in zip(*(part.split(sizes) for part in (features, read, right, taught)), strict=True):
        total = total + _by_labels(given, own, truth)
        there = ~theirs[:, 0].isnan()
        if there.any():
            total = total + _by_teacher(given[there], own[there], theirs[there])
    return total / len(lists)


def _by_labels(features: torch.Tensor, read: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    """Loss of a list by what is known to answer: the order of its n sentences, and whether the best of them answers."""
    rank, chance = _as_in_use(features, read)
    comparable = rank.masked_fill(truth < 0, NEVER)
    total = rank.new_zeros(())
    if (truth > 0).any():
        total = total + torch.logsumexp(comparable, 0) - torch.logsumexp(rank.masked_fill(truth <= 0, NEVER), 0)
    if (truth >= 0).any():
        answered = (truth > 0).any().float()
        total = total + ANSWERABLE_LOSS * functional.binary_cross_entropy_with_logits(chance[comparable.argmax()], answered)
    return total


def _by_teacher(features: torch.Tensor, own: torch.Tensor, theirs: torch.Tensor) -> torch.Tensor:
    """Loss of a list by what a teacher says of its n sentences (Hinton et al. 2015): their order, the best one's chance, each score."""
    (rank, chance), (their_rank, their_chance) = (_as_in_use(features, read) for read in (own, theirs))
    order = functional.kl_div(rank.log_softmax(0), their_rank.log_softmax(0), reduction="sum", log_target=True)
    best = rank.argmax()
    answers = functional.binary_cross_entropy_with_logits(chance[best], their_chance[best].sigmoid())
    parts = (order, answers, functional.smooth_l1_loss(rank, their_rank))
    return sum((weight * part for weight, part in zip(TEACHER_LOSS, parts, strict=True)), rank.new_zeros(()))


def _as_in_use(features: torch.Tensor, read: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Give what ranks n sentences, and the logit that each, were it the best, answers: (n,) each.

    `features` (n, KNOWN) are known without the reader, `read` (n, 2) are its two logits. Whether the span holds a word that the
    question does not (the last feature) is taken as given.
    """
    rank, answerable = (torch.tensor(each, device=read.device) for each in (WITH_READER.rank, WITH_READER.answerable))
    whole = torch.cat([features, read, torch.ones_like(read[:, :1])], dim=1)
    return whole @ rank, whole @ answerable + WITH_READER.answerable_bias


def sentence_scores(logits: torch.Tensor, sentences: Sequence[Sequence[tuple[int, int]]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Give the score of each sentence's best span, and its own logit, as `model.Marked` has them: (n,) each, n sentences in all.

    `logits` is (batch, tokens, 3), `sentences` the first and last tokens of each text's sentences.
    """
    count, tokens, _ = logits.shape
    number = np.full((count, tokens), -1, dtype=np.int64)
    total = 0
    for n, own in enumerate(sentences):
        for first, last in own:
            number[n, first : last + 1] = total
            total += 1
    place = torch.from_numpy(number).to(logits.device)
    more = (0, MAX_ANSWER_TOKENS - 1)
    ends = functional.pad(logits[..., 1], more, value=NEVER).unfold(1, MAX_ANSWER_TOKENS, 1)
    same = functional.pad(place, more, value=-2).unfold(1, MAX_ANSWER_TOKENS, 1) == place.unsqueeze(-1)
    spans = logits[..., 0] + ends.masked_fill(~same, NEVER).amax(dim=2)
    inside = place >= 0
    nothing = logits[:, :1, :2].sum(dim=2).expand(count, tokens)
    start = torch.full((total,), NEVER, device=logits.device)
    best, none, answering = (
        start.scatter_reduce(0, place[inside], values[inside], how, include_self=False)
        for values, how in ((spans, "amax"), (nothing, "mean"), (logits[..., 2], "mean"))
    )
    return best - none, answering
