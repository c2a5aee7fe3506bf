"""Key figures with what they count, and people with who they are."""

import pytest

from rag.details import key_figures, people


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("It cost $60 million in all.", [("$60 million", None)]),
        ("At least 53 people died.", [("53", "people died")]),
        ("It ran past 271 structures of wood, they said.", [("271", "structures of wood")]),
        ("At 5:47 p.m. two men left.", []),
        ("In 2018 one man left the town.", []),
        ("About 80% of Lahaina burned.", [("80%", "of Lahaina burned")]),
    ],
)
def test_figures_say_what_they_count(sentence, expected):
    assert [(figure.text, figure.about) for figure in key_figures([sentence])] == expected


def test_a_figure_is_listed_once_where_it_stands_first():
    (figure,) = key_figures(["Nobody knows.", "There are 53 people.", "The 53 people left."])
    assert figure.place == 1


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Rasoul Mousavi, a senior Iranian diplomat, wrote on X.", [("Rasoul Mousavi", "a senior Iranian diplomat")]),
        ("Foreign Minister Hakan Fidan said so.", [("Hakan Fidan", "Foreign Minister")]),
        ("In August Yuri Borisov, the head of the agency, resigned.", [("Yuri Borisov", "the head of the agency")]),
        ("Gov. Josh Green, who toured the town, spoke.", [("Josh Green", "Gov.")]),
        ("The National Transportation Safety Board, which investigates, said so.", []),
        ("Jaish al-Adl claimed an assault.", []),
        ("Nobody was named.", []),
    ],
)
def test_people_are_known_by_a_title_or_a_description(sentence, expected):
    assert [(person.text, person.about) for person in people([sentence])] == expected


def test_a_person_is_listed_once():
    (person,) = people(["Mayor Richard Bissen spoke.", "Richard Bissen, a judge before, spoke again."])
    assert (person.text, person.about, person.place) == ("Richard Bissen", "Mayor", 0)
