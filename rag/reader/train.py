"""`python -m rag.reader.train --data FILE …`: fine-tune the packaged encoder into the reader, and export it.

With `--lists FILE … --start rag/reader/reader.onnx`: teach a trained reader to tell apart the passages that a search finds.

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
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModel

from rag.bulk import has_bfloat16
from rag.embed import packaged_model
from rag.errors import explained
from rag.reader.claims import make_pairs
from rag.reader.examples import make_examples
from rag.reader.lists import LIST_FIELDS, draw
from rag.reader.loss import loss_of
from rag.reader.model import WEIGHTS
from rag.reader.rows import CLAIM_FIELDS, QUESTION_FIELDS, Row, read_rows
from rag.reader.tokens import Batch, batches, encode, encode_lists, encode_pairs, training_tokenizer
from rag.reader.weights import average, export, released_weights

CHECKPOINT_SECONDS = 300
REPORT_STEPS = 50
# Numbers in a token's vector.
DIM = 384
# An epoch is made in this many pieces, so that training begins when the first is ready.
PIECES = 8


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
    """Load the packaged encoder as it is trained.

    Nothing is dropped inside attention: with that, attention takes ten times as long on a processor.
    """
    options = {"attn_implementation": "sdpa", "attention_probs_dropout_prob": 0.0, "dtype": torch.float32, "add_pooling_layer": False}
    return AutoModel.from_pretrained(str(packaged_model()), **options)


def prepare(options: argparse.Namespace, number: int) -> list[Batch]:
    """Give the batches of one of the PIECES of an epoch: other windows, near misses, passages and shares of rows in each epoch.

    Rows of one article stay together.
    """
    epoch, piece = divmod(number, PIECES)
    rng = random.Random(options.seed * 1_000_000 + number)
    tokenizer = training_tokenizer(options.language_model)
    shares = dict(options.share)

    def drawn(files: Sequence[Path], fields: Sequence[str], key: str) -> list[Row]:
        rows = [row for row in read_rows(files, fields) if _piece(f"{epoch} {row.get('article', row[key])}") == piece]
        return [row for row in rows for _ in range(_times(shares.get(row.get("source"), 1.0), rng))]

    data = encode(tokenizer, make_examples(drawn(options.data, QUESTION_FIELDS, "context"), options.negatives, rng))
    data += encode_pairs(tokenizer, make_pairs(drawn(options.support, CLAIM_FIELDS, "claim")))
    lists = [draw(row, options.passages, rng) for row in drawn(options.lists, LIST_FIELDS, "question")]
    return batches(data, encode_lists(tokenizer, [each for each in lists if each]), options.batch, rng)


def _piece(key: str) -> int:
    return zlib.crc32(key.encode()) % PIECES


def pieces(options: argparse.Namespace) -> Iterator[list[Batch]]:
    """Give the batches piece by piece; the next ones are made in other processes while one is used."""
    waiting: deque[Future[list[Batch]]] = deque()
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


def steps(options: argparse.Namespace) -> Iterator[tuple[float, Batch]]:
    """Give each batch with the part (0 to 1) of the training that is done before it, by epochs or by the clock."""
    begun = time.monotonic()
    for piece, plan in enumerate(pieces(options)):
        for n, batch in enumerate(plan):
            part = max((piece + n / len(plan)) / (options.epochs * PIECES), (time.monotonic() - begun) / 60 / options.minutes)
            if part >= 1:
                return
            yield part, batch


def train(options: argparse.Namespace) -> None:
    """Train the reader, and export it."""
    torch.manual_seed(options.seed)
    model = SpanModel(encoder(), DIM)
    if options.start:
        model.load_state_dict(average([released_weights(file) for file in options.start]))
    model.encoder.embeddings.word_embeddings.weight.requires_grad_(False)
    for layer in (model.encoder.embeddings, *model.encoder.encoder.layer)[: options.frozen]:
        layer.requires_grad_(False)
    fit(model, options)
    export(model.cpu().float().eval(), options.out)


def fit(model: SpanModel, options: argparse.Namespace) -> None:
    """Fit the weights that are to be learnt, with checkpoints beside `--out`."""
    model.to(options.device).train()
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=options.lr, weight_decay=0.01, fused=True)
    parts = {"model": model, "optimizer": optimizer}
    checkpoint = options.out.with_suffix(".checkpoint")
    done = _resume(parts, checkpoint)
    losses: list[torch.Tensor] = []
    first: float | None = None
    begun = saved = time.monotonic()
    for step, (part, batch) in enumerate(steps(options), 1):
        if step <= done:
            continue
        first = part if first is None else first
        for group in optimizer.param_groups:
            group["lr"] = options.lr * min(part / options.warm, (1 - part) / (1 - options.warm))
        with half_precision(options.device):
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


def half_precision(device: str) -> torch.autocast:
    """Let a model run in bfloat16 where the device multiplies that itself."""
    return torch.autocast(device, dtype=torch.bfloat16, enabled=device != "cpu" or has_bfloat16())


def _share(text: str) -> tuple[str, float]:
    source, _, share = text.partition("=")
    return source, float(share)


def arguments(program: str, description: str | None) -> argparse.ArgumentParser:
    """Give the options of a training run."""
    parser = argparse.ArgumentParser(prog=f"python -m {program}", description=description)
    parser.set_defaults(language_model=None)
    parser.add_argument("--data", nargs="*", type=Path, default=[], metavar="FILE", help="rows as .jsonl or .jsonl.gz")
    parser.add_argument("--support", nargs="*", type=Path, default=[], metavar="FILE", help="claims with evidence and label, likewise")
    parser.add_argument("--lists", nargs="*", type=Path, default=[], metavar="FILE", help="what `python -m eval.lists` wrote, likewise")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument(
        "--minutes", type=float, default=math.inf, metavar="X", help="stop after X minutes, the learning rate falling by them"
    )
    parser.add_argument("--batch", type=int, default=32, help="texts in a batch")
    parser.add_argument("--passages", type=int, default=5, metavar="N", help="passages of a list that are compared")
    parser.add_argument("--lr", type=float, default=1.5e-4)
    parser.add_argument("--warm", type=float, default=0.05, metavar="X", help="share of the steps in which the learning rate rises")
    parser.add_argument(
        "--negatives", type=float, default=0.4, help="share of the questions that are also asked of a passage without the answer"
    )
    parser.add_argument("--seed", type=int, default=1, help="another one for other windows, near misses and shares of rows")
    parser.add_argument("--workers", type=int, default=1, help="processes that make the examples of the coming epochs")
    parser.add_argument(
        "--share",
        nargs="*",
        type=_share,
        default=[],
        metavar="SOURCE=X",
        help="use the rows of a source X times: 0.5 is half of them, 2 all twice",
    )
    return parser


def check_given(options: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    """Refuse a command line that names nothing to learn from."""
    if not (options.data or options.support or options.lists):
        parser.error("there is nothing to learn from: give --data, --support or --lists")


def main() -> None:
    """Read the command line and train."""
    parser = arguments("rag.reader.train", __doc__)
    parser.add_argument("--out", type=Path, default=WEIGHTS, metavar="FILE", help="the ONNX file to write")
    parser.add_argument("--frozen", type=int, default=0, metavar="N", help="leave the first N layers as they are; the embeddings are one")
    parser.add_argument(
        "--start", nargs="*", type=Path, metavar="FILE", help="go on from the average of these ONNX files' weights instead of the encoder's"
    )
    options = parser.parse_args()
    check_given(options, parser)
    train(options)


if __name__ == "__main__":
    with explained():
        main()
