"""The packaged encoder for large amounts of text: in bfloat16, on processors that multiply it themselves.

There torch encodes more in a second than onnxruntime does in float32, 3 to 4 times as much with matrix units (Intel AMX) and 1.6 times
with vector units (AVX-512 BF16, AMD's too), and the vectors differ by a cosine of less than 0.001 (eval/LOG.md). Torch takes
seconds to load, which is why a question never waits for it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.onnx_export import load_reference
from rag.records import Vectors

# From so many tokens on, loading another model pays.
FROM_TOKENS = 100_000
CPU_FLAGS = Path("/proc/cpuinfo")
BFLOAT16_FLAGS = {"amx_bf16", "avx512_bf16"}


@cache
def has_bfloat16() -> bool:
    """Tell whether this processor multiplies bfloat16 itself; emulated it is slow. Only Linux says so; elsewhere the answer is no."""
    try:
        return not BFLOAT16_FLAGS.isdisjoint(CPU_FLAGS.read_text(encoding="ascii", errors="replace").split())
    except OSError:
        return False


class BulkModel:
    """The model of a sentence-transformers folder, of the kind that averages its tokens; each run on the core that calls it."""

    batch_tokens = 2048
    # Texts are padded to a multiple of so many tokens: the libraries below torch prepare, and keep, something for each shape they meet.
    pad_to = 16

    def __init__(self, folder: Path) -> None:
        """Load the weights, and round them."""
        import torch

        self._torch: Any = torch
        self._transformer = load_reference(folder)[0].to(torch.bfloat16)

    def run(self, ids: npt.NDArray[np.int64], mask: npt.NDArray[np.int64]) -> tuple[Vectors, Vectors]:
        """Give for (batch, token) ids the vectors of the texts (batch, dim), of unit length, and of their tokens (batch, token, dim)."""
        # Two cores on one batch wait for each other: two batches at a time take two thirds of that. It holds for this thread, and for
        # threads that use torch for the first time later.
        self._torch.set_num_threads(1)
        given = {"input_ids": self._torch.from_numpy(ids), "attention_mask": self._torch.from_numpy(mask)}
        with self._torch.inference_mode():
            tokens: Vectors = self._transformer(given)["token_embeddings"].float().numpy()
        sums = np.einsum("btd,bt->bd", tokens, mask.astype(np.float32))
        return sums / np.linalg.norm(sums, axis=1, keepdims=True), tokens
