import pytest

from rag.contradict import contradiction

# claim, source, a part of what is said about it
CONTRADICTED = {
    "another day": ("The wall fell on Wednesday.", "On Friday the wall fell, the office said.", "on Friday there, not on Wednesday"),
    "a number of something else": (
        "He was charged with 50 counts of murder.",
        "He was charged with one count of murder after a shooting that killed 50 people.",
        "the figure 50 stands there, but for something else",
    ),
    "further for closer": ("The clock was moved further from midnight.", "The clock was moved closer to midnight.", "closer"),
    "rose for fell, in another form": ("Prices were rising in May.", "Prices fell in May.", "fell"),
    "an irregular form": ("The firm bought the quay.", "The firm has sold the quay.", "sold"),
    "opposed for endorsed": ("The cabinet opposed the treaty.", "The cabinet endorsed the treaty.", "endors"),
}
NOT_CONTRADICTED = {
    "the same day among others": ("The wall fell on Friday.", "It cracked on Wednesday and fell on Friday."),
    "no day in the source": ("The wall fell on Friday.", "The wall fell in the night."),
    "the same count": ("He faces 50 counts of murder.", "He faces 50 counts of murder and one count of terrorism."),
    "a number that is missing": ("He faces 12 counts.", "He faces one count for the death of 50 people."),
    "a number that counts nothing": ("Of 142 patients three died.", "There are 142 in hospital; three patients died."),
    "both sides of an election": ("Berg won the vote.", "Berg beat Dahl, who lost the vote."),
    "word and opposite in the source": ("Prices fell in May.", "Prices rose in April and fell in May."),
    "nothing in common": ("Rain fell.", "The minister spoke."),
    "empty": ("", ""),
}


@pytest.mark.parametrize(("claim", "source", "said"), CONTRADICTED.values(), ids=CONTRADICTED)
def test_what_contradicts_a_claim_is_named(claim, source, said):
    assert said in (contradiction(claim, source) or "")


@pytest.mark.parametrize(("claim", "source"), NOT_CONTRADICTED.values(), ids=NOT_CONTRADICTED)
def test_what_is_only_different_contradicts_nothing(claim, source):
    assert contradiction(claim, source) is None
