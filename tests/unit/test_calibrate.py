import numpy as np

from eval.calibrate import Asked, fit_rank


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
