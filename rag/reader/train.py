"""`python -m rag.reader.train --data FILE …`: fine-tune the packaged encoder into the reader, and export it.

Three logits are read off every token: the answer's start and end (Devlin et al. 2019; a passage that does not answer points
both at its first token, as for SQuAD 2.0, Rajpurkar et al. 2018), and whether the token belongs to the sentence that answers.
The first token also tells whether the text entails what stands before it, learnt from pairs of a claim and its evidence.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import time
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from transformers import AutoModel

from rag.embed import packaged_model
from rag.errors import explained
from rag.reader.claims import Pair, make_pairs
from rag.reader.examples import Example, make_examples
from rag.reader.model import MAX_TOKENS, WEIGHTS
from rag.reader.rows import CLAIM_FIELDS, QUESTION_FIELDS, Row, read_rows
from rag.reader.weights import average, export, released_weights

CHECKPOINT_SECONDS = 300
REPORT_STEPS = 50
# What the sentence's tokens weigh in the loss beside start and end.
SENTENCE_LOSS = 0.5
# An epoch is made in this many pieces, so that training begins when the first is ready.
PIECES = 8
Tokens = npt.NDArray[np.uint16]


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


class SpanModel(torch.nn.Module):  # type: ignore[misc]  # torch is not followed by mypy
    """The encoder with a linear layer that gives each token three logits, and one that gives a text one."""

    def __init__(self, encoder: torch.nn.Module, dim: int) -> None:
        """Put the layers on an encoder whose token vectors have `dim` numbers."""
        super().__init__()
        self.encoder = encoder
        self.head = torch.nn.Linear(dim, 3)
        self.entailment = torch.nn.Linear(dim, 1)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor | None, token_type_ids: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Give (batch, tokens, 3) logits of start, end and the answering sentence, and (batch,) logits of entailment.

        Without a mask every token counts.
        """
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids).last_hidden_state
        return self.head(hidden), self.entailment(hidden[:, 0])[:, 0]


def encoder() -> torch.nn.Module:
    """Load the packaged encoder as it is trained."""
    folder = str(packaged_model())
    return AutoModel.from_pretrained(folder, attn_implementation="sdpa", dtype=torch.float32, add_pooling_layer=False)


def encode(tokenizer: Tokenizer, examples: Sequence[Example]) -> list[Encoded]:
    """Turn questions and passages into tokens; leave out those whose answer lies beyond MAX_TOKENS."""
    rows = []
    for example, tokens in zip(examples, tokenizer.encode_batch([(each.question, each.passage) for each in examples]), strict=True):
        types = np.array(tokens.type_ids, dtype=np.uint16)
        places = np.where(types[:, np.newaxis] == 1, np.array(tokens.offsets), -1)
        span, sentence = _covered(places, example.answer), _covered(places, example.sentence)
        if span and sentence:
            rows.append(Encoded(np.array(tokens.ids, dtype=np.uint16), types, span, sentence))
    return rows


def encode_pairs(tokenizer: Tokenizer, pairs: Sequence[Pair]) -> list[Encoded]:
    """Turn claims and their evidence into tokens."""
    encoded = zip(pairs, tokenizer.encode_batch([(pair.claim, pair.evidence) for pair in pairs]), strict=True)
    return [
        Encoded(np.array(tokens.ids, dtype=np.uint16), np.array(tokens.type_ids, dtype=np.uint16), entailed=pair.entailed)
        for pair, tokens in encoded
    ]


def _covered(places: npt.NDArray[np.int64], span: tuple[int, int] | None) -> tuple[int, int] | None:
    """Give the first and last of the tokens at `places` (tokens, 2) that a span of characters touches; (0, 0) for no span."""
    if span is None:
        return 0, 0
    inside = np.flatnonzero((places[:, 0] < span[1]) & (places[:, 1] > span[0]) & (places[:, 1] > places[:, 0]))
    return (int(inside[0]), int(inside[-1])) if len(inside) else None


def batches(rows: Sequence[Encoded], size: int, rng: random.Random) -> list[list[Encoded]]:
    """Shuffle rows into batches of one kind and of similar length."""
    order = sorted(rows, key=lambda row: (row.entailed is None, len(row.ids) // 16, rng.random()))
    kinds = [[row for row in order if (row.entailed is None) is kind] for kind in (False, True)]
    made = [kind[n : n + size] for kind in kinds for n in range(0, len(kind), size)]
    rng.shuffle(made)
    return made


def collate(rows: Sequence[Encoded], device: str) -> dict[str, torch.Tensor]:
    """Pad rows to one length, which is a multiple of 8: input_ids, attention_mask, token_type_ids (batch, tokens)."""
    length = -(-max(len(row.ids) for row in rows) // 8) * 8
    feed = {name: np.zeros((len(rows), length), dtype=np.int64) for name in ("input_ids", "attention_mask", "token_type_ids")}
    for n, row in enumerate(rows):
        feed["input_ids"][n, : len(row.ids)] = row.ids
        feed["token_type_ids"][n, : len(row.ids)] = row.types
        feed["attention_mask"][n, : len(row.ids)] = 1
    return {name: torch.from_numpy(values).to(device, non_blocking=True) for name, values in feed.items()}


def loss_of(model: SpanModel, rows: Sequence[Encoded], device: str) -> torch.Tensor:
    """Mean loss of a batch: cross-entropy of start and end over the passage's tokens and the first, and of the sentence's tokens.

    For claims, the binary cross-entropy of entailment.
    """
    feed = collate(rows, device)
    logits, entailment = model(**feed)
    functions = torch.nn.functional
    if rows[0].entailed is not None:
        truth = torch.tensor([bool(row.entailed) for row in rows], dtype=torch.float32, device=device)
        return functions.binary_cross_entropy_with_logits(entailment.float(), truth)
    spans = torch.tensor([row.span for row in rows], device=device)
    sentences = torch.tensor([row.sentence for row in rows], device=device)
    passage = (feed["attention_mask"] * feed["token_type_ids"]).bool()
    place = torch.arange(logits.shape[1], device=device)
    answers = (place >= sentences[:, :1]) & (place <= sentences[:, 1:]) & passage
    by_token = functions.binary_cross_entropy_with_logits(logits[..., 2].float(), answers.float(), reduction="none")
    of_sentence = (by_token * passage).sum() / passage.sum()
    allowed = passage | (place == 0)
    ends = logits[..., :2].float().masked_fill(~allowed.unsqueeze(-1), -1e4)
    of_span = functions.cross_entropy(ends[..., 0], spans[:, 0]) + functions.cross_entropy(ends[..., 1], spans[:, 1])
    return of_span / 2 + SENTENCE_LOSS * of_sentence


def prepare(options: argparse.Namespace, number: int) -> list[list[Encoded]]:
    """Give the batches of one of the PIECES of an epoch: other windows, near misses and shares of rows in each epoch.

    Rows of one article stay together.
    """
    epoch, piece = divmod(number, PIECES)
    rng = random.Random(options.seed * 1_000_000 + number)
    tokenizer = Tokenizer.from_file(str(packaged_model() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS, strategy="only_second")
    shares = dict(options.share)

    def drawn(files: Sequence[Path], fields: Sequence[str], key: str) -> list[Row]:
        rows = [row for row in read_rows(files, fields) if _piece(f"{epoch} {row.get('article', row[key])}") == piece]
        return [row for row in rows for _ in range(_times(shares.get(row.get("source"), 1.0), rng))]

    data = encode(tokenizer, make_examples(drawn(options.data, QUESTION_FIELDS, "context"), options.negatives, rng))
    data += encode_pairs(tokenizer, make_pairs(drawn(options.support, CLAIM_FIELDS, "claim")))
    return batches(data, options.batch, rng)


def _piece(key: str) -> int:
    return zlib.crc32(key.encode()) % PIECES


def pieces(options: argparse.Namespace) -> Iterator[list[list[Encoded]]]:
    """Give the batches piece by piece; the next ones are made in other processes while one is used."""
    waiting: deque[Future[list[list[Encoded]]]] = deque()
    pool = ProcessPoolExecutor(options.workers, mp_context=get_context("spawn"))
    try:
        for number in range(options.epochs * PIECES):
            waiting.append(pool.submit(prepare, options, number))
            if len(waiting) > 2 * options.workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def steps(options: argparse.Namespace) -> Iterator[tuple[float, list[Encoded]]]:
    """Give each batch with the part (0 to 1) of the training that is done before it, by epochs or by the clock."""
    begun = time.monotonic()
    for piece, plan in enumerate(pieces(options)):
        for n, batch in enumerate(plan):
            part = max((piece + n / len(plan)) / (options.epochs * PIECES), (time.monotonic() - begun) / 60 / options.minutes)
            if part >= 1:
                return
            yield part, batch


def train(options: argparse.Namespace) -> None:
    """Train, with checkpoints, and export."""
    torch.manual_seed(options.seed)
    model = SpanModel(encoder(), 384)
    if options.start:
        model.load_state_dict(average([released_weights(file) for file in options.start]))
    model.encoder.embeddings.word_embeddings.weight.requires_grad_(False)
    model.to(options.device).train()
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=options.lr, weight_decay=0.01, fused=True)
    parts = {"model": model, "optimizer": optimizer}
    checkpoint = options.out.with_suffix(".checkpoint")
    done = _resume(parts, checkpoint)
    half = options.device != "cpu" or _has_bfloat16()
    losses: list[torch.Tensor] = []
    first: float | None = None
    begun = saved = time.monotonic()
    for step, (part, batch) in enumerate(steps(options), 1):
        if step <= done:
            continue
        first = part if first is None else first
        for group in optimizer.param_groups:
            group["lr"] = options.lr * min(part / options.warm, (1 - part) / (1 - options.warm))
        with torch.autocast(options.device, dtype=torch.bfloat16, enabled=half):
            loss = loss_of(model, batch, options.device)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        losses.append(loss.detach())
        if step % REPORT_STEPS == 0:
            mean = float(torch.stack(losses[-REPORT_STEPS:]).mean())
            seconds = time.monotonic() - begun
            left = seconds * (1 - part) / (part - first + 1e-9) / 60
            rate = (step - done) * options.batch / seconds
            sys.stderr.write(f"{part:.1%} step {step} loss {mean:.3f} {rate:.1f} rows/s, {left:.0f} min left\n")
        if time.monotonic() - saved > CHECKPOINT_SECONDS:
            saved = time.monotonic()
            torch.save({name: each.state_dict() for name, each in parts.items()} | {"step": step}, checkpoint.with_suffix(".part"))
            checkpoint.with_suffix(".part").replace(checkpoint)
    export(model.cpu().float().eval(), options.out)


def _times(share: float, rng: random.Random) -> int:
    """Draw how often a row is used, `share` times on average."""
    return int(share) + (rng.random() < share % 1)


def _resume(parts: dict[str, Any], checkpoint: Path) -> int:
    """Go on from a checkpoint when there is one; give its step."""
    if not checkpoint.exists():
        return 0
    saved = torch.load(checkpoint, weights_only=True)
    for name, part in parts.items():
        part.load_state_dict(saved[name])
    return int(saved["step"])


def _has_bfloat16() -> bool:
    """Tell whether the processor multiplies bfloat16 itself; emulated it is 30 times slower than float32."""
    about = Path("/proc/cpuinfo")
    return about.exists() and "avx512_bf16" in about.read_text(encoding="utf-8")


def _share(text: str) -> tuple[str, float]:
    source, _, share = text.partition("=")
    return source, float(share)


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(prog="python -m rag.reader.train", description=__doc__)
    parser.add_argument("--data", nargs="+", type=Path, required=True, metavar="FILE", help="rows as .jsonl or .jsonl.gz")
    parser.add_argument("--support", nargs="*", type=Path, default=[], metavar="FILE", help="claims with evidence and label, likewise")
    parser.add_argument("--out", type=Path, default=WEIGHTS, metavar="FILE", help="the ONNX file to write")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument(
        "--minutes", type=float, default=math.inf, metavar="X", help="stop after X minutes, the learning rate falling by them"
    )
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--lr", type=float, default=1.5e-4)
    parser.add_argument("--warm", type=float, default=0.05, metavar="X", help="share of the steps in which the learning rate rises")
    parser.add_argument(
        "--negatives", type=float, default=0.4, help="share of the questions that are also asked of a passage without the answer"
    )
    parser.add_argument("--seed", type=int, default=1, help="another one for other windows, near misses and shares of rows")
    parser.add_argument("--workers", type=int, default=1, help="processes that make the examples of the coming epochs")
    parser.add_argument(
        "--start", nargs="*", type=Path, metavar="FILE", help="go on from the average of these ONNX files' weights instead of the encoder's"
    )
    parser.add_argument(
        "--share",
        nargs="*",
        type=_share,
        default=[],
        metavar="SOURCE=X",
        help="use the rows of a source X times: 0.5 is half of them, 2 all twice",
    )
    train(parser.parse_args())


if __name__ == "__main__":
    with explained():
        main()
