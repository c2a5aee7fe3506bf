"""Which articles are about a topic: those that hold one of its names."""

import pytest
from builders import article_info, put_article

from rag.selection import holds_a_name


@pytest.mark.parametrize(
    ("topic", "held"),
    [
        ("the collision at Haneda airport", False),
        ("the collision in Baltimore", True),
        ("the Patapsco and the Haneda collision", True),
        ("the DALI's voyage", True),
        ("a collision with a bridge", True),
        ("Collisions", True),
        ("", True),
    ],
)
def test_an_article_holds_a_name_of_a_topic_or_the_topic_has_none(store, topic, held):
    bridge = put_article(store, "The Dali hit a bridge over the Patapsco.", info=article_info(title="A collision in Baltimore"))
    assert holds_a_name(bridge, topic, store) is held
