"""Training pairs for the entailment head: a claim, the sentences that are said to support it, and whether they do.

A row is {"claim", "evidence": [sentence, …], "label": "supported" or another}, with "title" if the article has one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.reader.model import with_title
from rag.reader.rows import Row

SUPPORTED = "supported"


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim with its evidence; `entailed` tells whether the evidence says what the claim does."""

    claim: str
    evidence: str
    entailed: bool


def make_pairs(rows: Sequence[Row]) -> list[Pair]:
    """Make a pair of each row, the evidence under its title, as in use."""
    return [Pair(row["claim"], with_title(row.get("title", ""), " ".join(row["evidence"]))[0], row["label"] == SUPPORTED) for row in rows]
