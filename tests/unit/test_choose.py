"""Which sentences can stand alone, and which are about a topic."""

import numpy as np
import pytest
from builders import make_sentences

from rag.choose import about, stands_alone


@pytest.mark.parametrize(
    "text",
    [
        "Iran launched missiles at two villages in Balochistan on Tuesday evening.",
        "All 379 people on the airliner got out alive, the carrier said.",
        "Two people were pulled from the water, Fire Chief James Wallace told reporters.",
        "“For two days everybody asked whether we are at war,” said Bahram Nouri.",
        "Most of the town burned within a day, Maui County said.",
    ],
)
def test_what_names_its_subject_stands_alone(text):
    assert stands_alone(text)


@pytest.mark.parametrize(
    "text",
    [
        "He said that the embassy would give the families full support.",
        "None of the victims held Iranian citizenship, they said.",
        "“Now they can stop,” she said, “because each can claim the last word.”",
        "One of them was not hurt and declined treatment.",
        "The two had agreed on the telephone to calm the border down.",
        "In it the secretary general urges the members to reject any text.",
        "Each can now claim the last word.” Nobody in the room spoke up.",
        "What happened to the people who lived in the valley below?",
        "All of them, according to Iran, were foreigners from the border.",
        "On the same day Lt. Tariq al-Kharraz spoke of 3,840 deaths in Derna.",
        "The same document asks for emissions to fall by 43 per cent by 2030.",
    ],
)
def test_what_leans_on_the_sentence_before_it_does_not(text):
    assert not stands_alone(text)


def test_sentences_that_are_not_near_the_topic_are_left_out():
    near, far = make_sentences("The bridge fell into the river.", "Schools opened again on Monday.")
    assert about([near, far], near.vector) == [near]
    assert about([], np.zeros(64, dtype=np.float32)) == []
