"""The curve of nugget recall over the length of a summary, worked out by hand."""

import pytest
from builders import HashingEncoder, article_info, make_sentences

from eval.baselines import lead
from eval.curve import Point, point
from eval.gold import Quotation
from eval.key_facts import Nugget
from eval.matching import match

TEXTS = ("The bridge fell on Tuesday.", "Six workers died in the river.", "The ship was refloated in May.")
FILE = "a.md"


@pytest.mark.parametrize(("count", "vital", "every"), [(0, 0, 0), (1, 0.5, 1 / 3), (2, 1, 2 / 3), (3, 1, 1)])
def test_each_sentence_more_says_what_rests_on_it(count, vital, every):
    sentences = make_sentences(*TEXTS, info=article_info())
    nuggets = [
        Nugget(str(n), FILE, None, "okay" if n == 2 else "vital", f"fact{n} of{n} matter{n}", (Quotation(FILE, text),))
        for n, text in enumerate(TEXTS)
    ]
    compare = lambda facts, shown: match(facts, shown, HashingEncoder())  # noqa: E731
    measured = point([(sentences, nuggets)], lead, count, texts={FILE: " ".join(TEXTS)}, compare=compare)
    share = sum(map(len, TEXTS[:count])) / sum(map(len, TEXTS))
    assert measured == Point(pytest.approx(vital), pytest.approx(every), pytest.approx(share))
