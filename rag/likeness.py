"""Sentences in, how far each tells the same as another out: by what they mean and by their words together."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rag.records import Sentence
from rag.words import stems

# The likeness from which two sentences tell the same. Chosen on 64 labelled pairs.
SAME = 1.0


class Likeness:
    """The likeness (-1 to 2) of some sentences: the cosine of their vectors plus the cosine of their words, by TF-IDF.

    Vectors alone do not do: those of one passage are alike whatever its sentences say. `stems` are the content words of each.
    """

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        """Look at some sentences, one at least."""
        self._vectors = np.stack([sentence.vector for sentence in sentences])
        self.stems = [stems(sentence.span.text) for sentence in sentences]
        frequency = Counter(word for words in self.stems for word in words)
        self._weight = {word: math.log(1 + len(sentences) / count) ** 2 for word, count in frequency.items()}
        # The words as an inverted file.
        holders: dict[str, list[int]] = defaultdict(list)
        for place, words in enumerate(self.stems):
            for word in words:
                holders[word].append(place)
        self._holders = {word: np.array(places) for word, places in holders.items()}
        self._length = np.array([math.sqrt(sum(self._weight[word] for word in words)) or 1.0 for words in self.stems])

    def to(self, place: int) -> npt.NDArray[np.float64]:
        """Give the likeness of each sentence to the one at a place, (n,)."""
        shared = np.zeros(len(self.stems))
        for word in self.stems[place]:
            shared[self._holders[word]] += self._weight[word]
        cosines = shared / (self._length * self._length[place])
        return np.asarray(self._vectors @ self._vectors[place] + cosines)
