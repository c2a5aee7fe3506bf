"""Whether a sentence says a fact, without a language model: likeness of meaning and the share of the fact's words that it holds.

The score is the mean of the cosine of both vectors and of the share of the fact's stems that stand in the sentence. Where it counts
as full or partial was chosen on a part of the judgements that come with Summary of a Haystack, which are about other systems'
summaries, and checked on sentences labelled by hand (`python -m eval.agreement`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rag.embed import Encoder
from rag.words import stems

# (facts, sentences), 0 to 1 (a cosine below 0 may take it a little lower); higher is better.
Scores = npt.NDArray[np.float64]
PARTIAL = 0.45
FULL = 0.64


def match(facts: Sequence[str], sentences: Sequence[str], encoder: Encoder) -> Scores:
    """Score how far each sentence says each fact, (facts, sentences).

    A sentence that holds 3 of the 4 stems of a fact and has a cosine of 0.85 to it: 0.8.
    """
    if not facts or not sentences:
        return np.zeros((len(facts), len(sentences)))
    cosine = encoder.encode(facts) @ encoder.encode(sentences).T
    wanted, there = [stems(fact) for fact in facts], [stems(sentence) for sentence in sentences]
    shared = np.array([[len(fact & sentence) / max(1, len(fact)) for sentence in there] for fact in wanted])
    scores: Scores = (cosine.astype(np.float64) + shared) / 2
    return scores


def degree(score: float) -> float:
    """Give 1 where a score means that the sentence says all of the fact, 0.5 for a part of it, 0 for nothing."""
    return 1.0 if score >= FULL else 0.5 if score >= PARTIAL else 0.0
