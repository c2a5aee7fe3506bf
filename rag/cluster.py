"""Sentences of many articles in, clusters of those that tell the same out. Memory grows with the sentences."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rag.choose import Worth
from rag.records import Sentence
from rag.words import stems

# Cosine of the vectors plus cosine of the words (by TF-IDF) from which two sentences tell the same. Chosen on 64 labelled pairs: of
# vectors alone, those of one passage are alike whatever they say.
SAME = 1.0
# Clusters are made around the sentences of most worth, as many as this.
MAX_CLUSTERS = 300


@dataclass(frozen=True, slots=True)
class Cluster:
    """Sentences that tell the same, each of another article; the one of most worth is first."""

    sentences: tuple[Sentence, ...]
    worth: float

    @property
    def origins(self) -> int:
        """Count the independent origins; an article and its copies are one."""
        return len({sentence.origin for sentence in self.sentences})


def clusters(sentences: Sequence[Sentence], worth: Worth, same: float = SAME) -> list[Cluster]:
    """Join sentences that tell the same; give the clusters by the worth (n,) of their best sentence.

    The leader algorithm (Hartigan 1975): the sentence of most worth gathers all that are near it, then the best of those left does.
    `same` is the likeness from which two tell the same (-1 to 2).
    """
    if not sentences:
        return []
    vectors = np.stack([sentence.vector for sentence in sentences])
    words = _Words(sentences)
    free = np.ones(len(sentences), dtype=bool)
    order = np.argsort(-worth, kind="stable")
    found: list[Cluster] = []
    for leader in map(int, order):
        if len(found) == MAX_CLUSTERS:
            break
        if not free[leader]:
            continue
        near = free & (vectors @ vectors[leader] + words.cosines(leader) >= same)
        near[leader] = True
        free &= ~near
        best: dict[str, Sentence] = {}
        for member in (int(place) for place in order if near[place]):
            best.setdefault(sentences[member].article.id, sentences[member])
        found.append(Cluster(tuple(best.values()), float(worth[leader])))
    return found


class _Words:
    """The content words of sentences, as an inverted file."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        self._stems = [stems(sentence.span.text) for sentence in sentences]
        frequency = Counter(word for words in self._stems for word in words)
        self._weight = {word: math.log(1 + len(sentences) / count) ** 2 for word, count in frequency.items()}
        holders: dict[str, list[int]] = defaultdict(list)
        for place, words in enumerate(self._stems):
            for word in words:
                holders[word].append(place)
        self._holders = {word: np.array(places) for word, places in holders.items()}
        self._length = np.array([math.sqrt(sum(self._weight[word] for word in words)) or 1.0 for words in self._stems])

    def cosines(self, place: int) -> npt.NDArray[np.float64]:
        """Give the TF-IDF cosine of the sentence at a place to each, (n,)."""
        shared = np.zeros(len(self._stems))
        for word in self._stems[place]:
            shared[self._holders[word]] += self._weight[word]
        return np.asarray(shared / (self._length * self._length[place]))
