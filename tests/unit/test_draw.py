import random
from collections import Counter

import pytest

from rag.reader.lists import DEPTH, draw


def passage(name, *right, answer=None):
    return {"text": name, "sentences": [[0, 1]] * len(right), "features": [[0.0] * 6] * len(right), "right": list(right), "answer": answer}


def row(*passages):
    return {"question": "Who endorsed restoring ties?", "passages": list(passages)}


FULL = row(
    passage("first", 0), passage("answers", 0, 1, answer=[0, 1]), passage("may answer", -1), passage("second", 0, 0), passage("third", 0)
)


@pytest.mark.parametrize("seed", range(40))
def test_a_list_is_drawn_with_what_answers_or_without_all_that_may(seed):
    drawn = draw(FULL, 3, random.Random(seed))
    names = {each.text for each in drawn.passages}
    assert len(names) == 3
    assert ("answers" in names) or names == {"first", "second", "third"}
    assert drawn.question == FULL["question"]


def test_three_quarters_of_the_lists_hold_an_answer():
    kept = [any(1 in each.right for each in draw(FULL, 3, random.Random(seed)).passages) for seed in range(2000)]
    assert sum(kept) / 2000 == pytest.approx(0.75, abs=0.04)


def test_better_hits_are_drawn_more_often():
    many = row(*(passage(str(n), 0) for n in range(DEPTH + 5)))
    drawn = Counter(each.text for seed in range(2000) for each in draw(many, 3, random.Random(seed)).passages)
    assert drawn["0"] > drawn["1"] > drawn["4"] > drawn["12"] > 0
    assert str(DEPTH) not in drawn


def test_what_answers_is_drawn_however_far_behind_it_was_found():
    far = row(*(passage(str(n), 0) for n in range(DEPTH + 5)), passage("answers", 1))
    drawn = [{each.text for each in draw(far, 3, random.Random(seed)).passages} for seed in range(400)]
    assert sum("answers" in names for names in drawn) / 400 == pytest.approx(0.75, abs=0.08)


def test_two_passages_that_answer_are_sometimes_drawn_together():
    both = row(passage("one", 1), passage("other", 1), passage("third", 0))
    counts = {sum(1 in each.right for each in draw(both, 3, random.Random(seed)).passages) for seed in range(40)}
    assert counts == {0, 1, 2}


def test_nothing_is_drawn_where_every_passage_may_answer_and_none_is_known_to():
    assert draw(row(passage("may", -1)), 3, random.Random(1)) is None
    assert draw(row(), 3, random.Random(1)) is None


def test_a_follow_up_is_drawn_as_one():
    assert not draw(FULL, 3, random.Random(1)).leaning
    assert draw(FULL | {"before": "Who met on Friday?"}, 3, random.Random(1)).leaning
