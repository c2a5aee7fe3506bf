"""Every measure against values worked out by hand."""

import math
import random

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, R, Success, nDCG
from sklearn.metrics import cohen_kappa_score

from eval.metrics import (
    bootstrap_interval,
    cohen_kappa,
    exact_match,
    f1,
    holds_answer,
    kappa_interval,
    ndcg_at,
    normalise_answer,
    precision_recall_f1,
    recall_at,
    reciprocal_rank,
    share_found,
)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("The Cabinet", "cabinet"),
        ("  a   cat, and an owl! ", "cat and owl"),
        ("“Kakar’s” cabinet", "kakars cabinet"),
        ("theatre", "theatre"),
        ("The", ""),
        ("1,200", "1200"),
        ("", ""),
    ],
)
def test_answers_are_compared_without_case_punctuation_and_articles(text, normal):
    assert normalise_answer(text) == normal


@pytest.mark.parametrize(
    ("predicted", "accepted", "expected"),
    [
        ("The cabinet.", ["cabinet"], 1.0),
        ("Kakar", ["the cabinet", "kakar"], 1.0),
        ("the caretaker cabinet", ["the cabinet"], 0.0),
        ("", ["the cabinet"], 0.0),
        ("the cabinet", [], 0.0),
    ],
    ids=["punctuation", "second-variant", "one-word-more", "nothing-said", "nothing-accepted"],
)
def test_exact_match(predicted, accepted, expected):
    assert exact_match(predicted, accepted) == expected


@pytest.mark.parametrize(
    ("predicted", "accepted", "expected"),
    [
        ("the caretaker cabinet", ["the cabinet"], 2 / 3),  # precision 1/2, recall 1
        ("nine people", ["nine people dead"], 4 / 5),  # precision 1, recall 2/3
        ("nine people", ["seven", "nine"], 2 / 3),  # the better of 0 and 2/3
        ("very very good", ["very good very bad"], 6 / 7),  # precision 3/3, recall 3/4
        ("seven", ["nine"], 0.0),
        ("", ["nine"], 0.0),
        ("the", ["a"], 1.0),  # nothing is left of either
        ("nine", [], 0.0),
    ],
    ids=["word-more", "word-less", "best-variant", "repeated-words", "other", "nothing-said", "both-empty", "nothing-accepted"],
)
def test_f1(predicted, accepted, expected):
    assert f1(predicted, accepted) == pytest.approx(expected)


@given(said=st.text(max_size=40), accepted=st.lists(st.text(max_size=40), max_size=3))
def test_f1_is_between_exact_match_and_one(said, accepted):
    assert exact_match(said, accepted) <= f1(said, accepted) <= 1.0


@pytest.mark.parametrize(
    ("ranks", "k", "expected"),
    [([1], 1, 1.0), ([2, 5], 1, 0.0), ([2, 5], 3, 1.0), ([5], 5, 1.0), ([6], 5, 0.0), ([], 5, 0.0)],
)
def test_recall_at(ranks, k, expected):
    assert recall_at(ranks, k) == expected


@pytest.mark.parametrize(("ranks", "expected"), [([1, 4], 1.0), ([4, 2], 0.5), ([3], 1 / 3), ([], 0.0)])
def test_reciprocal_rank(ranks, expected):
    assert reciprocal_rank(ranks) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "accepted", "holds"),
    [
        ("Nine people, four of them children.", ["four"], True),
        ("Fourteen people.", ["four"], False),
        ("The Cabinet decided.", ["a cabinet"], True),
        ("They cost $1,200 each.", ["1200"], True),
        ("Nine people.", ["seven", "nine people"], True),
        ("Nine people.", ["the", ""], False),
        ("", ["nine"], False),
        ("Nine people.", [], False),
    ],
    ids=["word", "part-of-a-word", "article", "number", "second-variant", "empty-variants", "empty-text", "nothing-accepted"],
)
def test_holds_answer(text, accepted, holds):
    assert holds_answer(text, accepted) is holds


@pytest.mark.parametrize(
    ("predicted", "actual", "expected"),
    [
        ([True, True, False, False], [True, False, True, True], (1 / 2, 1 / 3, 2 / 5)),
        ([True, False], [True, False], (1.0, 1.0, 1.0)),
        ([True, True], [False, False], (0.0, 0.0, 0.0)),
        ([False, False], [True, False], (0.0, 0.0, 0.0)),
        ([False], [False], (0.0, 0.0, 0.0)),
        ([], [], (0.0, 0.0, 0.0)),
    ],
    ids=["mixed", "perfect", "all-wrong", "never-predicted", "never-there", "empty"],
)
def test_precision_recall_f1(predicted, actual, expected):
    assert precision_recall_f1(predicted, actual) == pytest.approx(expected)


def test_precision_and_recall_want_as_many_predictions_as_truths():
    with pytest.raises(ValueError, match="longer"):
        precision_recall_f1([True], [True, False])


def test_the_bootstrap_interval_of_equal_values_is_that_value():
    assert bootstrap_interval([0.5] * 20) == (0.5, 0.5)


def test_the_bootstrap_interval_is_near_the_normal_one():
    # 50 of 100: the standard error of the mean is 0.05, and 1.96 of them are 0.098.
    low, high = bootstrap_interval([0.0, 1.0] * 50)
    assert low == pytest.approx(0.402, abs=0.02)
    assert high == pytest.approx(0.598, abs=0.02)


def test_the_bootstrap_interval_is_the_same_each_time():
    values = [0.0, 1.0, 1.0, 0.25]
    assert bootstrap_interval(values) == bootstrap_interval(values)


def test_without_values_there_is_no_interval():
    assert all(math.isnan(end) for end in bootstrap_interval([]))


@pytest.mark.parametrize(
    ("gains", "ideal", "k", "expected"),
    [
        ([1, 0, 0], [1], 10, 1.0),
        ([0, 1], [1], 10, 1 / math.log2(3)),
        # 2 / log2 2 + 0 + 1 / log2 4 of 2 / log2 2 + 1 / log2 3
        ([2, 0, 1], [1, 2], 10, 2.5 / (2 + 1 / math.log2(3))),
        ([0, 1], [1], 1, 0.0),
        # Eleven are relevant, ten can be found among ten.
        ([1] * 10, [1] * 11, 10, 1.0),
        ([], [1], 10, 0.0),
        ([0], [], 10, 0.0),
    ],
)
def test_ndcg_counts_grades_by_the_logarithm_of_their_rank(gains, ideal, k, expected):
    assert ndcg_at(gains, ideal, k) == pytest.approx(expected)


@pytest.mark.parametrize(("ranks", "k", "relevant", "expected"), [([1, 4], 3, 2, 0.5), ([1, 4], 5, 4, 0.5), ([], 5, 1, 0.0)])
def test_recall_of_documents_is_the_share_of_all_that_are_relevant(ranks, k, relevant, expected):
    assert share_found(ranks, k, relevant) == expected


@pytest.mark.parametrize(
    ("one", "other", "kappa"),
    [
        ([1, 1, 0, 0], [1, 0, 0, 0], 0.5),
        ([1, 1, 0, 0], [1, 1, 0, 0], 1.0),
        ([1, 1, 0, 0], [0, 0, 1, 1], -1.0),
        ([1, 1, 1, 1], [1, 1, 0, 0], 0.0),
        # A class that only one of them uses never agrees: 1 of 4 the same, 1/8 by chance.
        ([1, 1, 0, 0], [1, None, None, None], 1 / 7),
    ],
)
def test_kappa_is_agreement_beyond_chance(one, other, kappa):
    assert cohen_kappa(one, other) == pytest.approx(kappa)


def test_kappa_of_one_class_is_not_defined():
    assert math.isnan(cohen_kappa([1, 1], [1, 1]))


@given(st.lists(st.tuples(st.sampled_from([-1, 0, 1]), st.sampled_from([0, 1])), min_size=2, max_size=30))
def test_kappa_is_that_of_the_reference_implementation(pairs):
    one, other = map(list, zip(*pairs, strict=True))
    if len({*one, *other}) > 1:
        assert cohen_kappa(one, other) == pytest.approx(cohen_kappa_score(one, other))


def test_the_interval_of_kappa_is_around_it_and_the_same_each_time():
    one, other = [1, 1, 0, 0, 1] * 8, [1, 0, 0, 0, 1] * 8
    low, high = kappa_interval(one, other)
    assert low < cohen_kappa(one, other) < high
    assert (low, high) == kappa_interval(one, other)


@pytest.mark.parametrize("seed", range(20))
def test_rankings_are_measured_as_trec_eval_does(seed):
    draw = random.Random(seed)
    documents = [f"d{n}" for n in range(40)]
    grades = {document: draw.choice([0, 0, 0, 1, 2]) for document in documents}
    grades["d0"] = 1
    found = draw.sample(documents, 25)
    ranks = [rank for rank, document in enumerate(found, 1) if grades[document]]
    relevant = sum(map(bool, grades.values()))
    ours = {
        Success @ 3: recall_at(ranks, 3),
        R @ 10: share_found(ranks, 10, relevant),
        RR: reciprocal_rank(ranks),
        nDCG @ 10: ndcg_at([grades[document] for document in found], list(grades.values()), 10),
    }
    run = {document: float(-rank) for rank, document in enumerate(found)}
    assert ir_measures.calc_aggregate(list(ours), {"q": grades}, {"q": run}) == pytest.approx(ours)
