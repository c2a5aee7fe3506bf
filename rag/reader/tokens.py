"""Examples, claims and lists as tokens, and batches of them."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer, processors

from rag.embed import packaged_model
from rag.reader.claims import Pair
from rag.reader.examples import Example
from rag.reader.lists import Listed
from rag.reader.model import MAX_TOKENS, places_of, tokens_inside

Tokens = npt.NDArray[np.int32]
# What a teacher says of a sentence that it did not read.
UNTAUGHT = (math.nan, math.nan)


@dataclass(frozen=True, slots=True)
class Text:
    """Two texts in tokens. `types` is 1 in the second, `places` (tokens, 2) are its tokens' offsets in it, -1 elsewhere."""

    ids: Tokens
    types: Tokens
    places: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Encoded:
    """An example in tokens. `types` is 1 in the passage; span and sentence are first and last token, (0, 0) without an answer.

    `entailed` is set for a claim with its evidence, and None for a question with its passage.
    """

    ids: Tokens
    types: Tokens
    span: tuple[int, int] = (0, 0)
    sentence: tuple[int, int] = (0, 0)
    entailed: bool | None = None


@dataclass(frozen=True, slots=True)
class EncodedPassage:
    """A passage of a list in tokens. `sentences` are the first and last token of each of its n sentences that has one.

    `features` (n, features) are what is known of them without the reader, `right` (n,) and `taught` (n, 2) as in `lists.Passage`,
    NaN where no teacher read the sentence. `span` is the answer's first and last token, (0, 0) where the passage does not answer, None
    where that is not known.
    """

    ids: Tokens
    types: Tokens
    span: tuple[int, int] | None
    sentences: tuple[tuple[int, int], ...]
    features: npt.NDArray[np.float32]
    right: npt.NDArray[np.int8]
    taught: npt.NDArray[np.float32]


EncodedList = tuple[EncodedPassage, ...]
Batch = Sequence[Encoded] | Sequence[EncodedList]


def training_tokenizer(language_model: str | None = None) -> Tokenizer:
    """Give the encoder's tokenizer, or a language model's in the same frame, as examples are cut by it."""
    tokenizer = _framed(language_model) if language_model else Tokenizer.from_file(str(packaged_model() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS, strategy="only_second")
    return tokenizer


def _framed(language_model: str) -> Tokenizer:
    """Let a language model's tokenizer put a first token before two texts and a last one after each, as the encoder's does."""
    from transformers import AutoTokenizer

    whole = AutoTokenizer.from_pretrained(language_model)
    last = whole.eos_token_id
    ends = [("<first>", last if whole.bos_token_id is None else whole.bos_token_id), ("<last>", last)]
    tokenizer: Tokenizer = whole.backend_tokenizer
    pair = "<first> $A <last> $B:1 <last>:1"
    frame = processors.TemplateProcessing(
        single="<first> $A <last>", pair=pair, special_tokens=[{"id": name, "ids": [number], "tokens": [name]} for name, number in ends]
    )
    tokenizer.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=True), frame])
    return tokenizer


def encode_texts(tokenizer: Tokenizer, texts: Sequence[tuple[str, str]]) -> list[Text]:
    """Turn questions and passages into tokens, of which one knows where they stand."""
    return [
        Text(np.array(tokens.ids, dtype=np.int32), np.array(tokens.type_ids, dtype=np.int32), places_of(tokens))
        for tokens in tokenizer.encode_batch(texts)
    ]


def encode(tokenizer: Tokenizer, examples: Sequence[Example]) -> list[Encoded]:
    """Turn questions and passages into tokens; leave out those whose answer lies beyond MAX_TOKENS."""
    rows = []
    for example, text in zip(examples, encode_texts(tokenizer, [(each.question, each.passage) for each in examples]), strict=True):
        span, sentence = _covered(text.places, example.answer), _covered(text.places, example.sentence)
        if span and sentence:
            rows.append(Encoded(text.ids, text.types, span, sentence))
    return rows


def encode_pairs(tokenizer: Tokenizer, pairs: Sequence[Pair]) -> list[Encoded]:
    """Turn claims and their evidence into tokens."""
    texts = zip(pairs, encode_texts(tokenizer, [(pair.claim, pair.evidence) for pair in pairs]), strict=True)
    return [Encoded(text.ids, text.types, entailed=pair.entailed) for pair, text in texts]


def encode_lists(tokenizer: Tokenizer, lists: Sequence[Listed]) -> list[EncodedList]:
    """Turn questions and the passages of their lists into tokens."""
    texts = iter(encode_texts(tokenizer, [(each.question, passage.text) for each in lists for passage in each.passages]))
    made = []
    for each in lists:
        passages = []
        for passage in each.passages:
            text = next(texts)
            found = sentence_tokens(text.places, passage.sentences)
            there = [n for n, tokens in enumerate(found) if tokens]
            taught = [each or UNTAUGHT for each in passage.taught or [None] * len(found)]
            known = passage.answer or not (each.leaning or any(passage.right))
            span = _covered(text.places, passage.answer) if known else None
            passages.append(
                EncodedPassage(
                    text.ids,
                    text.types,
                    span,
                    tuple(tokens for tokens in found if tokens),
                    np.array(passage.features, dtype=np.float32)[there],
                    np.array(passage.right, dtype=np.int8)[there],
                    np.array(taught, dtype=np.float32)[there],
                )
            )
        made.append(tuple(passages))
    return made


def sentence_tokens(places: npt.NDArray[np.int64], sentences: Sequence[Sequence[int]]) -> list[tuple[int, int] | None]:
    """Give the first and last of the tokens at `places` (tokens, 2) in each sentence [start, end], None where it has none."""
    return [_ends(tokens_inside(places, start, end)) for start, end in sentences]


def _covered(places: npt.NDArray[np.int64], span: tuple[int, int] | None) -> tuple[int, int] | None:
    """Give the first and last of the tokens at `places` (tokens, 2) that a span of characters touches; (0, 0) for no span."""
    if span is None:
        return 0, 0
    return _ends(np.flatnonzero((places[:, 0] < span[1]) & (places[:, 1] > span[0]) & (places[:, 1] > places[:, 0])))


def _ends(chosen: npt.NDArray[np.int64]) -> tuple[int, int] | None:
    """Give the first and last of some tokens, None when there is none."""
    return (int(chosen[0]), int(chosen[-1])) if len(chosen) else None


def batches(rows: Sequence[Encoded], lists: Sequence[EncodedList], size: int, rng: random.Random) -> list[Batch]:
    """Shuffle rows and lists into batches of one kind, of rows of similar length, of about `size` texts."""
    order = sorted(rows, key=lambda row: (row.entailed is None, len(row.ids) // 16, rng.random()))
    kinds = [[row for row in order if (row.entailed is None) is kind] for kind in (False, True)]
    made: list[Batch] = [kind[n : n + size] for kind in kinds for n in range(0, len(kind), size)]
    shuffled = sorted(lists, key=lambda _: rng.random())
    many = max(1, size // max((len(each) for each in lists), default=1))
    made += [shuffled[n : n + many] for n in range(0, len(shuffled), many)]
    rng.shuffle(made)
    return made


def collate(rows: Sequence[Text | Encoded | EncodedPassage], device: str) -> dict[str, torch.Tensor]:
    """Pad rows to one length, which is a multiple of 8: input_ids, attention_mask, token_type_ids (batch, tokens)."""
    length = -(-max(len(row.ids) for row in rows) // 8) * 8
    feed = {name: np.zeros((len(rows), length), dtype=np.int64) for name in ("input_ids", "attention_mask", "token_type_ids")}
    for n, row in enumerate(rows):
        feed["input_ids"][n, : len(row.ids)] = row.ids
        feed["token_type_ids"][n, : len(row.ids)] = row.types
        feed["attention_mask"][n, : len(row.ids)] = 1
    return {name: torch.from_numpy(values).to(device, non_blocking=True) for name, values in feed.items()}
