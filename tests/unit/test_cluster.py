"""What tells the same in different articles is joined; copies are one origin."""

from dataclasses import replace

import numpy as np
from builders import article_info, make_sentences

from rag.choose import worth_of
from rag.cluster import MAX_CLUSTERS, RETOLD_BY, clusters

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


def test_what_other_articles_go_back_to_is_told_again():
    told, passing = make_sentences(ENDORSED, SCHOOLS)
    later = sentence("Since the cabinet endorsed restoring ties with Iran, trade has recovered.", "b")
    found = clusters([told, passing, later], np.array([0.3, 0.2, 0.1], dtype=np.float32))
    assert [cluster.sentences for cluster in found] == [(told,), (passing,), (later,)]
    assert found[0].retold > found[1].retold


def test_what_copies_say_is_not_told_again():
    (found,) = clusters([sentence(ENDORSED, "a", "a"), sentence(ENDORSED, "b", "a")], np.zeros(2, dtype=np.float32))
    assert found.retold == 0


def test_articles_that_do_not_go_back_to_it_take_nothing_away():
    told, again = sentence(ENDORSED, "a"), [sentence(BACKED, f"b{n}") for n in range(RETOLD_BY)]
    for others in ([], [sentence(SCHOOLS, f"c{n}") for n in range(9)]):
        found = clusters([told, *again, *others], np.array([1.0] + [0.0] * len([*again, *others]), dtype=np.float32))
        assert found[0].retold > 1


def test_there_are_no_more_clusters_than_can_be_looked_at():
    vectors = np.eye(MAX_CLUSTERS + 50, dtype=np.float32)
    many = [replace(sentence(f"Word{n} made{n} of{n} steel{n}.", str(n)), vector=vector) for n, vector in enumerate(vectors)]
    assert len(clusters(many, worth_of(many))) == MAX_CLUSTERS


def test_of_no_sentences_there_is_no_cluster():
    assert clusters([], np.zeros(0, dtype=np.float32)) == []
