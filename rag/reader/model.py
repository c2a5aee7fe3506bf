"""The trained reader at work: a question and passages in, the best answer span of each sentence out.

int8 ONNX on onnxruntime; torch is needed for training only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from rag.embed import packaged_model
from rag.errors import EncoderError
from rag.records import Span

if TYPE_CHECKING:
    from tokenizers import Encoding

WEIGHTS = Path(__file__).parent / "reader.onnx"
# The SHA-256 of the weights that the figures in README.md were measured with.
WEIGHTS_SHA256 = "08085f6a9171a534cf8ed1c7ca6447b2160002c62b1316838420935b9429f8de"
MAX_TOKENS = 320
# A question is cut here; what is left of MAX_TOKENS is for the passage.
MAX_QUESTION_TOKENS = 128
MAX_ANSWER_TOKENS = 30
BATCH = 4


@dataclass(frozen=True, slots=True)
class Marked:
    """The best answer span inside one sentence: `score` = its start and end logits minus those of "no answer".

    Above 0 the model takes the span over no answer. `start` and `end` are offsets into the passage, end exclusive.
    `sentence` is the logit that the sentence answers, the mean of its tokens' logits.
    """

    score: float
    start: int
    end: int
    sentence: float


class Reader:
    """The loaded model."""

    def __init__(self, weights: Path = WEIGHTS) -> None:
        """Load it.

        Raises:
            EncoderError: the file is missing or is not the one that was released.
        """
        import onnxruntime
        from tokenizers import Tokenizer

        if not weights.exists():
            raise EncoderError(f"{weights} is missing: restore it from the repository, or train it (rag/reader/README.md)")
        data = weights.read_bytes()
        if weights == WEIGHTS and hashlib.sha256(data).hexdigest() != WEIGHTS_SHA256:
            raise EncoderError(f"{weights} is damaged (its SHA-256 is not {WEIGHTS_SHA256[:12]}…): restore it from the repository")
        options = onnxruntime.SessionOptions()
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(packaged_model() / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS, strategy="only_second")
        self._tokenizer.enable_padding(pad_id=0)
        self._question_tokenizer = Tokenizer.from_file(str(packaged_model() / "tokenizer.json"))
        self._question_tokenizer.enable_truncation(MAX_QUESTION_TOKENS)
        self._question_tokenizer.no_padding()

    def mark(self, question: str, passages: Sequence[str], sentences: Sequence[Sequence[Span]]) -> list[list[Marked | None]]:
        """Mark the best span of every sentence of every passage.

        `sentences` are offsets into each passage. A sentence beyond MAX_TOKENS gets None.
        """
        marked: list[list[Marked | None]] = [[] for _ in passages]
        question = self._cut(question)
        order = sorted(range(len(passages)), key=lambda n: len(passages[n]))
        for start in range(0, len(order), BATCH):
            part = order[start : start + BATCH]
            tokens = self._tokenizer.encode_batch([(question, passages[n]) for n in part])
            (logits,) = self._session.run(["logits"], _feed(tokens))
            for n, each, row in zip(part, tokens, logits, strict=True):
                offsets = [span if kind == 1 else (-1, -1) for kind, span in zip(each.sequence_ids, each.offsets, strict=True)]
                places = np.array(offsets, dtype=np.int64)
                marked[n] = [_best_span(row, places, sentence) for sentence in sentences[n]]
        return marked

    def entailment(self, claim: str, source: str) -> float:
        """Give the logit that a source, with its title before it, says what the claim does. Texts beyond MAX_TOKENS are cut."""
        tokens = self._tokenizer.encode_batch([(self._cut(claim), source)])
        (logits,) = self._session.run(["entailment"], _feed(tokens))
        return float(logits[0])

    def _cut(self, question: str) -> str:
        kept = self._question_tokenizer.encode(question, add_special_tokens=False).offsets
        return question[: kept[-1][1]] if kept else ""


def _feed(tokens: Sequence[Encoding]) -> dict[str, npt.NDArray[np.int64]]:
    return {
        "input_ids": np.array([each.ids for each in tokens], dtype=np.int64),
        "attention_mask": np.array([each.attention_mask for each in tokens], dtype=np.int64),
        "token_type_ids": np.array([each.type_ids for each in tokens], dtype=np.int64),
    }


def with_title(title: str, passage: str) -> tuple[str, int]:
    """Put a title before a passage, as the reader reads it; give the text and where the passage begins in it."""
    return (f"{title}. {passage}", len(title) + 2) if title else (passage, 0)


def _best_span(logits: npt.NDArray[np.float32], places: npt.NDArray[np.int64], sentence: Span) -> Marked | None:
    """Find the span with the highest start plus end logit inside a sentence, of at most MAX_ANSWER_TOKENS tokens."""
    inside = np.flatnonzero((places[:, 0] >= sentence.start) & (places[:, 1] <= sentence.end) & (places[:, 1] > places[:, 0]))
    if not len(inside):
        return None
    total = logits[inside, 0][:, np.newaxis] + logits[inside, 1][np.newaxis, :]
    length = np.arange(len(inside))[np.newaxis, :] - np.arange(len(inside))[:, np.newaxis]
    total = np.where((length >= 0) & (length < MAX_ANSWER_TOKENS), total, -np.inf)
    first, last = np.unravel_index(int(np.argmax(total)), total.shape)
    score = float(total[first, last] - logits[0, :2].sum())
    return Marked(score, int(places[inside[first], 0]), int(places[inside[last], 1]), float(logits[inside, 2].mean()))
