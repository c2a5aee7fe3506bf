"""The matcher: a score worked out by hand, and grades at their limits."""

import numpy as np
import pytest

from eval.matching import FULL, PARTIAL, degree, match

VECTORS = {"a fact": (1.0, 0.0), "Bridges fell, six died.": (1.0, 0.0), "Six died.": (0.8, 0.6), "It rained.": (0.0, 1.0)}


class FixedEncoder:
    def encode(self, texts):
        return np.array([VECTORS[text] for text in texts], dtype=np.float32)


def test_the_score_is_the_mean_of_the_cosine_and_of_the_share_of_the_facts_stems():
    # bridg, fell, six, die; the second sentence holds two of them, the third none.
    scores = match(["Bridges fell, six died."], ["Bridges fell, six died.", "Six died.", "It rained."], FixedEncoder())
    assert scores == pytest.approx(np.array([[1.0, (0.8 + 0.5) / 2, 0.0]]))


def test_a_longer_sentence_holds_the_whole_of_a_shorter_fact():
    assert match(["Six died."], ["Bridges fell, six died."], FixedEncoder())[0, 0] == pytest.approx((0.8 + 1) / 2)


@pytest.mark.parametrize(("facts", "sentences"), [([], ["Six died."]), (["Six died."], []), ([], [])])
def test_nothing_gives_an_empty_table(facts, sentences):
    assert match(facts, sentences, FixedEncoder()).shape == (len(facts), len(sentences))


@pytest.mark.parametrize(("score", "grade"), [(0.0, 0.0), (PARTIAL - 0.01, 0.0), (PARTIAL, 0.5), (FULL - 0.01, 0.5), (FULL, 1.0)])
def test_a_score_is_graded(score, grade):
    assert degree(score) == grade
