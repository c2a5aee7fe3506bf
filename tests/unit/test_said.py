"""The table of who said what: which questions ask for it, and whom it lists as what was asked for."""

import pytest
from builders import article_info, make_sentences

from rag.records import Evidence
from rag.said import Asked, adds_a_side, asked_of, missed, said_by, theirs
from rag.speech import speeches_in


def cited(*texts):
    sentences = [make_sentences(text, info=article_info(str(n)))[0] for n, text in enumerate(texts)]
    return [Evidence(each, 0.8, speeches=speeches_in(each.span.text)) for each in sentences]


def rows(question, *texts):
    return [(row.speech.speaker, row.speech.stance, row.citation, row.asked) for row in said_by(asked_of(question), cited(*texts))]


@pytest.mark.parametrize(
    ("question", "stance"),
    [
        ("Who endorsed restoring ties?", "support"),
        ("Who backed the treaty?", "support"),
        ("And who else criticised it?", "oppose"),
        ("Which ministers publicly opposed the deal?", "oppose"),
        ("When the toll was cut, who condemned the delay?", "oppose"),
        ("Who refused to endorse the treaty?", "oppose"),
        ("Who spoke out against the treaty?", "oppose"),
        ("Who denied that the dams were old?", "oppose"),
        ("Who complained that the dams were old?", None),
        ("Who said that the dams were old?", None),
        ("Which airline chief executive said that he was angry?", None),
    ],
)
def test_a_question_asks_for_a_stance(question, stance):
    assert asked_of(question).stance == stance


@pytest.mark.parametrize(
    ("question", "speaker"),
    [
        ("What did Iran's foreign minister say about the strikes?", "Iran's foreign minister"),
        ("What has the mayor said since May?", "the mayor"),
        ("How did China react to the strikes?", "China"),
        ("How did the United Nations respond?", "the United Nations"),
        ("What was Turkey's reaction to the strikes?", "Turkey"),
        ("What did people say about the price?", None),
    ],
)
def test_a_question_asks_for_a_speaker(question, speaker):
    assert asked_of(question) == Asked(speaker=speaker)


@pytest.mark.parametrize(
    "question",
    ["How many people died?", "Who was criticised for the delay?", "Who was killed in the strike that Iran condemned?", "", "Why?"],
)
def test_other_questions_ask_for_no_table(question):
    assert asked_of(question) is None
    assert said_by(asked_of(question), cited("The mayor condemned the delay.")) == ()


ENDORSES = "The cabinet endorsed the treaty."
CONDEMNS = "Norway condemned the treaty."
DENIES = "Mr. Kakar did not endorse the treaty."


def test_whoever_takes_the_other_side_or_none_stands_below():
    assert rows("Who endorsed the treaty?", CONDEMNS, DENIES, ENDORSES) == [
        ("The cabinet", "support", 3, True),
        ("Norway", "oppose", 1, False),
        ("Mr. Kakar", "neutral", 2, False),
    ]


def test_where_nobody_takes_the_side_that_is_asked_for_it_is_said_who_takes_another():
    asked = asked_of("Who endorsed the treaty?")
    assert missed(asked, said_by(asked, cited(CONDEMNS, DENIES))) == (
        "nobody was found who supports this; Norway condemned [1]; Mr. Kakar did not endorse [2]"
    )
    assert missed(asked, said_by(asked, cited(ENDORSES, CONDEMNS))) is None
    assert missed(asked, said_by(asked, cited("The mayor said it was late."))) is None
    assert missed(asked_of("Who said so?"), said_by(asked_of("Who said so?"), cited(CONDEMNS))) is None


def test_a_further_sentence_about_something_else_is_not_what_was_asked_for():
    question = "Who condemned the treaty with Iran?"
    assert [row[3] for row in rows(question, CONDEMNS, "The mayor condemned the crime.")] == [True, False]


def test_nobody_is_said_to_condemn_what_is_their_own():
    assert rows("Who condemned Iran's strikes?", "Iran's foreign ministry condemned the strikes.") == [
        ("Iran's foreign ministry", "oppose", 1, False)
    ]


def test_a_speaker_stands_once_in_a_sentence_by_the_verb_that_takes_a_stance():
    assert rows("Who said it?", "Norway said it was late and condemned the treaty.") == [("Norway", "oppose", 1, True)]


@pytest.mark.parametrize(
    ("asked", "sentence", "expected"),
    [
        ("Iran", "Iran's foreign ministry said it was calm.", True),
        ("Anwaar ul Haq Kakar", "Mr. Kakar said it was calm.", True),
        ("the NTSB", "The National Transportation Safety Board said it was calm.", True),
        ("China", "Abroad, China's spokeswoman, Mao Ning, said it was calm.", True),
        ("China", "Mao Ning, a spokeswoman of China, said it was calm.", True),
        ("the ministry", "Kerr told them to go, the ministry said.", True),
        ("Iran's defence minister", "Iran said it was calm.", False),
        ("Pakistan's foreign ministry", "Iran's foreign ministry said it was calm.", False),
        ("China", "Mao Ning told China that it was calm.", False),
    ],
)
def test_what_one_speaker_said_is_told_from_what_others_said(asked, sentence, expected):
    assert rows(f"What did {asked} say?", sentence)[0][3] is expected


OTHERS = "Minister Ana Ruiz told Mr. Holm by telephone on Monday that the dams were old and had to be mended, the ministry said."
THEIRS = "Holm said that the dams were sound."


def test_what_others_say_does_not_answer_what_one_speaker_said():
    evidence = cited(OTHERS, THEIRS, "The dams broke on Friday.")
    assert theirs(asked_of("What did Holm say about the dams?"), evidence) == [False, True, True]


@pytest.mark.parametrize(
    "question", ["What did Okafor say about the dams?", "What did people say about the dams?", "Who said that the dams were old?", "Why?"]
)
def test_where_the_speaker_is_not_heard_or_none_is_asked_for_all_may_answer(question):
    assert theirs(asked_of(question), cited(OTHERS, THEIRS)) == [True, True]


def test_another_side_is_worth_a_quotation_when_sides_are_asked_for():
    first, other, apart = cited(ENDORSES, CONDEMNS, "Norway condemned the crime.")
    asked = asked_of("Who endorsed the treaty?")
    assert adds_a_side(asked, other, [first])
    assert not adds_a_side(asked, first, [first])
    assert not adds_a_side(asked, apart, [first])
    assert not adds_a_side(asked_of("Who said so?"), other, [first])


def test_while_nobody_takes_the_side_that_is_asked_for_whoever_takes_it_speaks_of_it():
    asked = asked_of("Who disagreed with the view that the closed port would do little harm?")
    first, leaning, other = cited("Priya Vanterpool argues that the harm will be small.", "Pomeroy disagrees.", "The mayor disagrees too.")
    assert adds_a_side(asked, leaning, [first])
    assert not adds_a_side(asked, other, [first, leaning])
    assert [(row.speech.speaker, row.asked) for row in said_by(asked, [first, leaning, other])] == [
        ("Pomeroy", True),
        ("Priya Vanterpool", False),
        ("The mayor", False),
    ]


def test_days_and_years_of_a_question_are_no_part_of_what_a_side_is_taken_on():
    asked = asked_of("Who condemned Pakistan's attack near Saravan on 18 January 2024?")
    first, other = cited("Mumtaz Zahra Baloch condemned the attack.", "Iran's foreign ministry condemned Pakistan's attack.")
    assert adds_a_side(asked, other, [first])
