import numpy as np

from eval.calibrate import Asked, ask, fit, fit_rank, report
from rag.candidates import FEATURES
from rag.reader.model import Marked


def test_the_ranking_finds_the_feature_that_tells_and_its_probabilities_are_calibrated():
    rng = np.random.default_rng(0)
    asked = []
    for _ in range(200):
        features = rng.normal(size=(10, 3))
        # Another level in every question, which a comparison within the question must see through.
        features[:, 0] += rng.normal() * 3
        right = np.zeros(10, dtype=bool)
        right[np.argmax(features[:, 1] + 0.3 * rng.normal(size=10))] = True
        asked.append(Asked("squad", features, right))
    weights, bias = fit_rank(asked, [0, 1, 2])
    assert abs(weights[1]) > 10 * max(abs(weights[0]), abs(weights[2]))
    first = [each.right[np.argmax(each.features @ weights)] for each in asked]
    assert np.mean(first) > 0.7
    chance = 1 / (1 + np.exp(-(np.vstack([each.features for each in asked]) @ weights + bias)))
    assert abs(chance.mean() - 0.1) < 0.02


def test_questions_that_found_nothing_right_do_not_disturb_the_ranking():
    rng = np.random.default_rng(1)
    features = rng.normal(size=(5, 2))
    useful = [Asked("squad", features, features[:, 0] == features[:, 0].max())]
    nothing = [Asked("squad", rng.normal(size=(5, 2)), np.zeros(5, dtype=bool))]
    alone, _ = fit_rank(useful, [0, 1])
    together, _ = fit_rank(useful + nothing, [0, 1])
    assert np.allclose(alone / np.linalg.norm(alone), together / np.linalg.norm(together))


class Marking:
    """Stands for the reader: it marks the first word of each sentence, the surer the longer the sentence is."""

    def mark(self, question, passages, sentences):
        return [[Marked(float(len(each.text)), each.start, each.start + each.text.index(" "), 1.0) for each in own] for own in sentences]


def passage(right, *texts, hit=0.5):
    text = " ".join(texts)
    places = [(text.index(each), text.index(each) + len(each)) for each in texts]
    return {"text": text, "sentences": places, "features": [[0.1, 0.2, 0.3, 0.4, hit, 1.0]] * len(texts), "right": right, "answer": None}


def test_a_question_is_asked_again_of_what_does_not_answer_it():
    answering, holding, other = passage([0, 1], "Rain fell.", "Nine died."), passage([-1], "Nine came."), passage([0], "Traders waited.")
    row = {"source": "own", "question": "How many died?", "passages": [answering, holding, other]}
    whole, rest = ask(row, Marking())
    assert whole.right.tolist() == [False, True, False, False]
    assert rest.right.tolist() == [False]
    assert rest.features.tolist() == [[0.1, 0.2, 0.3, 0.4, 0.5, 1.0, 15.0, 1.0, 1.0]]
    (alone,) = ask(row | {"passages": [holding, other]}, Marking())
    assert alone.right.tolist() == [False, False]


def test_a_sentence_of_two_passages_counts_once_with_the_better_hit_and_answers_if_either_does():
    row = {"question": "Nine?", "passages": [passage([1], "Nine died.", hit=0.5), passage([0], "Nine died.", hit=0.7)]}
    (whole, *_) = ask(row, Marking())
    assert (whole.right.tolist(), whole.features[:, FEATURES.index("passage")].tolist()) == ([True], [0.7])
    # What is marked only says again what the question does.
    assert whole.features[0, FEATURES.index("new")] == 0.0


def test_what_is_fitted_on_one_half_tells_answers_from_none_on_the_other(capsys):
    rng = np.random.default_rng(2)

    def group(answered):
        features = rng.normal(size=(6, len(FEATURES)))
        right = np.zeros(6, dtype=bool)
        if answered:
            right[0], features[0, FEATURES.index("reader")] = True, 8.0
        return [Asked("own", features, right)]

    groups = [group(answered) for answered in [True, False] * 60]
    report(fit(groups[:60], range(len(FEATURES))), groups[60:])
    told = capsys.readouterr().out
    assert "own: 30 of 60 answered, sentence@1 1.000, AUROC 1.000" in told
    assert "0.3: 0.000 / 0.000" in told
