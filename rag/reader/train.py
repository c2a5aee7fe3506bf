"""`python -m rag.reader.train --data FILE …`: fine-tune the packaged encoder into the reader, and export it.

Start and end of the answer are read off every token (Devlin et al. 2019); a passage that does not answer points both
at its first token, as for SQuAD 2.0 (Rajpurkar et al. 2018).
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import AutoModel

from rag.embed import packaged_model
from rag.reader.examples import Example, make_examples, read_rows
from rag.reader.model import MAX_TOKENS, WEIGHTS

CHECKPOINT_STEPS = 200
REPORT_STEPS = 50


class SpanModel(torch.nn.Module):  # type: ignore[misc]  # torch is not followed by mypy
    """The encoder with one linear layer that gives each token a start and an end logit."""

    def __init__(self, encoder: torch.nn.Module, dim: int) -> None:
        """Put the layer on an encoder whose token vectors have `dim` numbers."""
        super().__init__()
        self.encoder = encoder
        self.head = torch.nn.Linear(dim, 2)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor) -> torch.Tensor:
        """Give (batch, tokens, 2) logits of start and end."""
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids).last_hidden_state
        return self.head(hidden)


def encode(tokenizer: Tokenizer, examples: Sequence[Example]) -> list[dict[str, Any]]:
    """Turn examples into token ids with the tokens of the answer's start and end; 0, the first token, means no answer."""
    rows = []
    for example, tokens in zip(examples, tokenizer.encode_batch([(each.question, each.passage) for each in examples]), strict=True):
        start = end = 0
        if example.start is not None and example.end is not None:
            inside = [
                n
                for n, (part, (low, high)) in enumerate(zip(tokens.sequence_ids, tokens.offsets, strict=True))
                if part == 1 and low < example.end and example.start < high
            ]
            if not inside:
                continue
            start, end = inside[0], inside[-1]
        rows.append({"ids": tokens.ids, "types": tokens.type_ids, "start": start, "end": end})
    return rows


def collate(rows: Sequence[dict[str, Any]]) -> tuple[torch.Tensor, ...]:
    """Pad rows to one length: ids, mask, types (batch, tokens) and start, end (batch,)."""
    length = max(len(row["ids"]) for row in rows)
    ids, mask, types = (torch.zeros((len(rows), length), dtype=torch.long) for _ in range(3))
    for n, row in enumerate(rows):
        ids[n, : len(row["ids"])] = torch.tensor(row["ids"])
        types[n, : len(row["ids"])] = torch.tensor(row["types"])
        mask[n, : len(row["ids"])] = 1
    return ids, mask, types, torch.tensor([row["start"] for row in rows]), torch.tensor([row["end"] for row in rows])


def batches(rows: Sequence[dict[str, Any]], size: int, rng: random.Random) -> list[list[dict[str, Any]]]:
    """Shuffle rows into batches of similar length."""
    order = sorted(rows, key=lambda row: (len(row["ids"]) // 16, rng.random()))
    made = [order[n : n + size] for n in range(0, len(order), size)]
    rng.shuffle(made)
    return made


def loss_of(logits: torch.Tensor, mask: torch.Tensor, types: torch.Tensor, starts: torch.Tensor, ends: torch.Tensor) -> torch.Tensor:
    """Mean cross-entropy of start and end over the passage's tokens and the first token."""
    allowed = (mask * types).bool()
    allowed[:, 0] = True
    logits = logits.float().masked_fill(~allowed.unsqueeze(-1), -1e4)
    cross_entropy = torch.nn.functional.cross_entropy
    return (cross_entropy(logits[..., 0], starts) + cross_entropy(logits[..., 1], ends)) / 2


def released_weights(file: Path) -> dict[str, torch.Tensor]:
    """Read the weights of a model that `export` wrote, by their names in SpanModel, back from 8 bit to float32.

    A quantized weight q with scale s and zero point z is s (q - z), per output channel.
    """
    import onnx
    from onnx.numpy_helper import to_array

    graph = onnx.load(file).graph
    values = {each.name: to_array(each) for each in graph.initializer}

    def whole(name: str) -> Any:
        low, scale = values[f"{name}_zero_point"].astype(np.float32), values[f"{name}_scale"]
        return (values[f"{name}_quantized"].astype(np.float32) - low) * scale

    weights = {name: value for name, value in values.items() if name.endswith((".weight", ".bias"))}
    weights |= {
        name.removesuffix("_quantized"): whole(name.removesuffix("_quantized")) for name in values if name.endswith("weight_quantized")
    }
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            # "/encoder/encoder/layer.0/output/dense/MatMul_quant" multiplies by the transposed weight of that layer.
            layer = node.name.strip("/").rpartition("/")[0].replace("/", ".")
            weights[f"{layer}.weight"] = whole(node.input[1].removesuffix("_quantized")).T
    return {name: torch.tensor(np.ascontiguousarray(value)) for name, value in weights.items()}


def prepare(options: argparse.Namespace, rng: random.Random) -> list[list[dict[str, Any]]]:
    """Read the rows, make examples of them, and give the batches of the whole run."""
    tokenizer = Tokenizer.from_file(str(packaged_model() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    rows, shares = read_rows(options.data), dict(options.share)
    rows = [row for row in rows for _ in range(_times(shares.get(row.get("source"), 1.0), rng))]
    data = encode(tokenizer, make_examples(rows, options.negatives, rng))
    sys.stderr.write(f"{len(data)} examples\n")
    return [batch for _ in range(options.epochs) for batch in batches(data, options.batch, rng)]


def train(options: argparse.Namespace) -> None:
    """Train, with checkpoints, and export."""
    torch.manual_seed(options.seed)
    plan = prepare(options, random.Random(options.seed))
    # Without dropout a step takes a quarter less, and in one or two rounds over the data there is nothing to overfit.
    options_of_encoder = {"attention_probs_dropout_prob": 0.0, "hidden_dropout_prob": 0.0}
    model = SpanModel(AutoModel.from_pretrained(str(packaged_model()), attn_implementation="sdpa", **options_of_encoder), 384)
    if options.start:
        model.load_state_dict(released_weights(options.start), strict=False)
    model.encoder.embeddings.word_embeddings.weight.requires_grad_(False)
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=options.lr, weight_decay=0.01)
    warm = max(1, len(plan) // 15)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, (len(plan) - step) / (len(plan) - warm + 1))
    )
    parts = {"model": model, "optimizer": optimizer, "schedule": schedule}
    checkpoint = options.out.with_suffix(".checkpoint")
    first = _resume(parts, checkpoint)
    half = _has_bfloat16()
    model.train()
    losses: list[float] = []
    begun = time.monotonic()
    for step, batch in enumerate(plan[first:], first + 1):
        ids, mask, types, starts, ends = collate(batch)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
            logits = model(ids, mask, types)
        loss = loss_of(logits, mask, types, starts, ends)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        schedule.step()
        losses.append(float(loss.detach()))
        if step % REPORT_STEPS == 0:
            rate = (step - first) / (time.monotonic() - begun)
            left = (len(plan) - step) / rate / 60
            mean = np.mean(losses[-REPORT_STEPS:])
            sys.stderr.write(f"step {step}/{len(plan)} loss {mean:.3f} {rate * options.batch:.1f} rows/s, {left:.0f} min left\n")
        if step % CHECKPOINT_STEPS == 0:
            torch.save({name: part.state_dict() for name, part in parts.items()} | {"step": step}, checkpoint.with_suffix(".part"))
            checkpoint.with_suffix(".part").replace(checkpoint)
    export(model.eval(), options.out)


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


def export(model: SpanModel, out: Path) -> None:
    """Write the model as ONNX with 8-bit weights (dynamic quantization, per channel)."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    example = torch.ones((2, 8), dtype=torch.int64)
    axes = {0: "batch", 1: "token"}
    names = ["input_ids", "attention_mask", "token_type_ids"]
    whole = out.with_suffix(".fp32.onnx")
    torch.onnx.export(
        model,
        (example, example, example),
        str(whole),
        input_names=names,
        output_names=["logits"],
        dynamic_axes=dict.fromkeys([*names, "logits"], axes),
        opset_version=17,
        dynamo=False,
    )
    quantize_dynamic(whole, out, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul", "Gemm", "Gather"])


def _share(text: str) -> tuple[str, float]:
    source, _, share = text.partition("=")
    return source, float(share)


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(prog="python -m rag.reader.train", description=__doc__)
    parser.add_argument("--data", nargs="+", type=Path, required=True, metavar="FILE", help="rows as .jsonl or .jsonl.gz")
    parser.add_argument("--out", type=Path, default=WEIGHTS, metavar="FILE", help="the ONNX file to write")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--lr", type=float, default=1.5e-4)
    parser.add_argument(
        "--negatives", type=float, default=0.4, help="share of the questions that are also asked of a passage without the answer"
    )
    parser.add_argument("--seed", type=int, default=1, help="another one for another round: other windows, near misses and shares of rows")
    parser.add_argument("--start", type=Path, metavar="FILE", help="go on from the weights of this ONNX file instead of the encoder's")
    parser.add_argument(
        "--share",
        nargs="*",
        type=_share,
        default=[],
        metavar="SOURCE=X",
        help="use the rows of a source X times: 0.5 is half of them, 2 all twice",
    )
    parser.add_argument("--limit", type=int, metavar="N", help="use only N rows")
    train(parser.parse_args())


if __name__ == "__main__":
    main()
