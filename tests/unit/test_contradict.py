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
    "another month": ("It burned in March.", "Another fire, in April, burned for a day.", "in April there, not in March"),
    "another place in a row": ("It was her first attempt.", "She crossed at the second attempt.", "the second there, not the first"),
    "another week": ("He is to speak next week.", "He spoke last week.", "last week there, not next week"),
    "twice for once": ("He had scored 61 points once before.", "He had twice scored 61 points.", "twice there, not once"),
    "another length of time": ("She led it for a decade.", "She led it for almost two years.", "another length of time"),
    "another length of time, in figures": ("They mourned for a week.", "Goa mourned for 3 days.", "another length of time"),
    "a name in the place of another": (
        "Second and third went to Yeshaneh and Burka, both from Kenya.",
        "Second and third place went to Ababel Yeshaneh and Gelete Burka, both from Ethiopia, with times of 2:20 and 2:21.",
        "it says “Kenya” where the source says “Ethiopia”",
    ),
    "a name that begins like a month": (
        "The company was led through the strike by Martin.",
        "The company was led through the strike by Garcia, its founder.",
        "it says “Martin” where the source says “Garcia”",
    ),
    "a number in the place of another": (
        "Of 46 senators he was backed by 12 and she by 12.",
        "Of 46 senators he was backed by 12 and she by 34.",
        "it says “12” where the source says “34”",
    ),
    "all for some": ("All branches gave out masks.", "Some branches gave out masks.", "it says “All”, and the source does not"),
    "most for a share": ("Most adults want a robot.", "Thirty-eight of a hundred adults want a robot.", "“Most adults”"),
    "alone for among others": ("Agraz is the only seller.", "Agraz is a seller there.", "“only”"),
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
    "the same length of time": ("He was away for a week.", "He was away for seven days."),
    "a second term": ("She won a second term.", "She won a second term of four years."),
    "the same country by its people": ("He was born in Kenya to a Libyan.", "He was born in Kenya to a man from Libya."),
    "the same name, shortened": ("He was born in a town near US bases.", "He was born in a town near United States bases."),
    "a name for a description": ("The deal with Iran was signed by Kakar there.", "The deal with Iran was signed by its leader there."),
    "all, in another word": ("All branches gave out masks.", "Every branch gave out masks."),
    "most, as a share": ("Most adults want a robot.", "Of the adults 62 percent want a robot."),
    "alone, in other words": ("Only Agraz sold fruit.", "Nobody but Agraz sold fruit."),
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
