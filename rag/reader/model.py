"""The trained reader at work: a question and passages in, the best answer span of each sentence out.

int8 ONNX on onnxruntime; torch is needed for training only.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
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
WEIGHTS_SHA256 = "dd159c022ae6b0048a5550f60d490362741e7219f8484107f942b617175fa2f3"
MAX_TOKENS = 320
# A question is cut here; what is left of MAX_TOKENS is for the passage.
MAX_QUESTION_TOKENS = 128
MAX_ANSWER_TOKENS = 30
# A longer passage is read in windows that share so many tokens, as in Devlin et al. 2019.
STRIDE = 96
# Which pairs of a first (row) and last (column) token make a span that can be an answer, by its length.
_SPANS = np.tri(MAX_TOKENS, dtype=bool).T & np.tri(MAX_TOKENS, k=MAX_ANSWER_TOKENS - 1, dtype=bool)


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
        # A core for each passage, and so many passages at a time: two thirds of the time that two cores for one passage take.
        options.intra_op_num_threads = 1
        # onnxruntime adds and normalises in one operation seven times as slowly as in two (1.32; a sixth of all the time).
        self._session = onnxruntime.InferenceSession(
            data, options, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"]
        )
        self._cores = ThreadPoolExecutor(os.cpu_count(), "read")
        self._tokenizer = Tokenizer.from_file(str(packaged_model() / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS, stride=STRIDE, strategy="only_second")
        self._tokenizer.no_padding()
        self._question_tokenizer = Tokenizer.from_file(str(packaged_model() / "tokenizer.json"))
        self._question_tokenizer.enable_truncation(MAX_QUESTION_TOKENS)
        self._question_tokenizer.no_padding()

    def mark(self, question: str, passages: Sequence[str], sentences: Sequence[Sequence[Span]]) -> list[list[Marked | None]]:
        """Mark the best span of every sentence of every passage.

        `sentences` are offsets into each passage. A sentence without a token gets None.
        """
        question = self._cut(question)
        encoded = self._tokenizer.encode_batch([(question, passage) for passage in passages])
        windows = [(tokens, *tokens.overflowing) for tokens in encoded]
        return list(self._cores.map(self._mark, windows, sentences))

    def _mark(self, windows: Sequence[Encoding], sentences: Sequence[Span]) -> list[Marked | None]:
        """Mark the sentences of a passage, each by the window that says most for it."""
        read = [(self._run("logits", tokens)[0], places_of(tokens)) for tokens in windows]
        found = [[span for logits, places in read if (span := _best_span(logits, places, sentence))] for sentence in sentences]
        return [max(spans, key=lambda span: span.score, default=None) for spans in found]

    def entailment(self, claim: str, source: str) -> float:
        """Give the logit that a source, with its title before it, says what the claim does. Texts beyond MAX_TOKENS are cut."""
        return float(self._run("entailment", self._tokenizer.encode(self._cut(claim), source))[0])

    def _run(self, output: str, tokens: Encoding) -> npt.NDArray[np.float32]:
        """Run the model on one text, (1, ...): without others beside it nothing is padded, and no scale of 8-bit numbers is shared."""
        feed = {"input_ids": np.array([tokens.ids], dtype=np.int64), "token_type_ids": np.array([tokens.type_ids], dtype=np.int64)}
        (found,) = self._session.run([output], feed)
        return np.asarray(found, dtype=np.float32)

    def _cut(self, question: str) -> str:
        kept = self._question_tokenizer.encode(question, add_special_tokens=False).offsets
        return question[: kept[-1][1]] if kept else ""


def places_of(tokens: Encoding) -> npt.NDArray[np.int64]:
    """Give the offsets of each token in the passage, (tokens, 2); (-1, -1) for those of the question."""
    offsets = [span if kind == 1 else (-1, -1) for kind, span in zip(tokens.sequence_ids, tokens.offsets, strict=True)]
    return np.array(offsets, dtype=np.int64)


def tokens_inside(places: npt.NDArray[np.int64], start: int, end: int) -> npt.NDArray[np.int64]:
    """Give which of the tokens at `places` (tokens, 2) lie in a stretch of the passage."""
    return np.flatnonzero((places[:, 0] >= start) & (places[:, 1] <= end) & (places[:, 1] > places[:, 0]))


def with_title(title: str, passage: str) -> tuple[str, int]:
    """Put a title before a passage, as the reader reads it; give the text and where the passage begins in it."""
    return (f"{title}. {passage}", len(title) + 2) if title else (passage, 0)


def _best_span(logits: npt.NDArray[np.float32], places: npt.NDArray[np.int64], sentence: Span) -> Marked | None:
    """Find the span with the highest start plus end logit inside a sentence, of at most MAX_ANSWER_TOKENS tokens."""
    inside = tokens_inside(places, sentence.start, sentence.end)
    if not len(inside):
        return None
    total = logits[inside, 0][:, np.newaxis] + logits[inside, 1][np.newaxis, :]
    first, last = divmod(int(np.argmax(np.where(_SPANS[: len(inside), : len(inside)], total, -np.inf))), len(inside))
    score = float(total[first, last] - logits[0, :2].sum())
    return Marked(score, int(places[inside[first], 0]), int(places[inside[last], 1]), float(logits[inside, 2].mean()))
