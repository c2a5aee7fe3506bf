"""What tells the same in different articles is joined; copies are one origin."""

from dataclasses import replace

import numpy as np
from builders import article_info, make_sentences

from rag.choose import worth_of
from rag.cluster import MAX_CLUSTERS, clusters

ENDORSED = "The cabinet endorsed restoring full diplomatic ties with Iran on Friday."
BACKED = "On Friday the cabinet endorsed restoring diplomatic ties with Iran in full."
SCHOOLS = "Schools near the frontier opened again on Monday morning."


def sentence(text, id, origin=None):
    (made,) = make_sentences(text, info=replace(article_info(id), origin=origin))
    return made


def test_what_tells_the_same_is_one_cluster_with_the_best_sentence_first():
    first, second, other = sentence(ENDORSED, "a"), sentence(BACKED, "b"), sentence(SCHOOLS, "c")
    found = clusters([first, second, other], np.array([0.1, 0.5, 0.3], dtype=np.float32))
    assert [cluster.sentences for cluster in found] == [(second, first), (other,)]
    assert [cluster.origins for cluster in found] == [2, 1]


def test_an_article_gives_a_cluster_one_sentence():
    first, second = make_sentences(ENDORSED, BACKED)
    (found,) = clusters([first, second], np.array([0.5, 0.1], dtype=np.float32))
    assert found.sentences == (first,)


def test_copies_are_one_origin():
    (found,) = clusters([sentence(ENDORSED, "a", "a"), sentence(ENDORSED, "b", "a")], np.zeros(2, dtype=np.float32))
    assert (len(found.sentences), found.origins) == (2, 1)


def test_there_are_no_more_clusters_than_can_be_looked_at():
    vectors = np.eye(MAX_CLUSTERS + 50, dtype=np.float32)
    many = [replace(sentence(f"Word{n} made{n} of{n} steel{n}.", str(n)), vector=vector) for n, vector in enumerate(vectors)]
    assert len(clusters(many, worth_of(many))) == MAX_CLUSTERS


def test_of_no_sentences_there_is_no_cluster():
    assert clusters([], np.zeros(0, dtype=np.float32)) == []
