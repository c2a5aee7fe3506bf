"""Whether a claim exchanges who did something and whom it was done to."""

import pytest
from builders import make_sentences

from rag.roles import exchanged_roles
from rag.support import support_of

FINAL = "Ana Ilves defeated Mira Sandoval in the final, 6-3, 7-5, to win the title at the 2019 Open."
PAID = "Boeing has paid Alaska Airlines about $160 million to make up for lost profits."
# A claim, its source, and what is said of it.
EXCHANGED = {
    "the other one was beaten": (
        "Mira Sandoval won the title, defeating Ana Ilves.",
        FINAL,
        "the source says it of Mira Sandoval, not of Ana Ilves",
    ),
    "whoever was beaten won": ("The winner of the 2019 Open was Mira Sandoval.", FINAL, "the source says that Mira Sandoval was beaten"),
    "won, by the last name": ("Sandoval won the 2019 Open.", FINAL, "the source says that Mira Sandoval was beaten"),
    "whoever lost beat her": (
        "Mira Sandoval won the title, defeating Ana Ilves.",
        "Mira Sandoval lost to Ana Ilves on Saturday.",
        "the source says that Mira Sandoval was beaten",
    ),
    "whoever lost won": ("Sandoval won the title.", "Sandoval lost narrowly to Ilves.", "the source says that Sandoval was beaten"),
    "whoever was paid paid": (
        "The sum paid by Alaska Airlines was $160 million.",
        PAID,
        "in the source it was not done by Alaska Airlines",
    ),
    "the other one was accused": (
        "Iran accused Pakistan of the attack.",
        "Pakistan accused Iran of the attack.",
        "the source says it of Iran, not of Pakistan",
    ),
}
KEPT = {
    "as it stands": ("Ana Ilves defeated Mira Sandoval.", FINAL),
    "by the one who did": ("The sum paid by Boeing was $160 million.", PAID),
    "whoever beat her won": ("Ana Ilves won the 2019 Open, beating Mira Sandoval.", FINAL),
    "lost, by the one who won": ("Ilves won the title.", "Sandoval lost to Ilves."),
    "whoever was beaten did not win": ("Mira Sandoval did not win the title.", FINAL),
    "whoever was beaten had won before": ("Sandoval won in 2018.", f"Sandoval won in 2018. {FINAL}"),
    "told of both": ("Pakistan struck Iran.", "Iran struck Pakistan, and Pakistan struck Iran two days later."),
    "done to each other": ("Iran met Pakistan in Doha.", "Pakistan met Iran in Doha."),
    "the passive of the same": ("The Star was awarded to Mendez.", "Carter awarded Mendez the Star."),
    "passive in the source": ("Carter awarded Mendez the Star.", "For his work, Mendez was awarded the Star by Carter."),
    "of another who is not named before": ("Boeing paid Alaska Airlines.", "The fund paid Maryland in May. Boeing paid Alaska Airlines."),
    "of another sentence": ("The album features Ilves.", "Ilves sang. The album features Barbadian singers."),
    "a title before a name": ("He is former president Robert Mugabe.", "Robert Mugabe has died, said president Emmerson Mnangagwa."),
    "without names": ("the village was struck", "the town was struck"),
    "nothing": ("", ""),
    "what is no prose": ("Mira Sandoval won, defeating Ana Ilves.", f"{FINAL} {'beat A ' * 1000}"),
}


@pytest.mark.parametrize(("claim", "source", "said"), EXCHANGED.values(), ids=EXCHANGED)
def test_a_claim_that_exchanges_who_did_it_is_told(claim, source, said):
    assert exchanged_roles(claim, source) == said


@pytest.mark.parametrize(("claim", "source"), KEPT.values(), ids=KEPT)
def test_what_a_source_says_or_leaves_open_exchanges_nothing(claim, source):
    assert exchanged_roles(claim, source) is None


def test_the_gate_refuses_a_claim_that_exchanges_who_did_it_whatever_the_reader_thinks():
    (sentence,) = make_sentences(FINAL)
    verdict = support_of("Mira Sandoval won the title, defeating Ana Ilves.", [sentence])
    assert (verdict.support, verdict.firm) == ("unverified", True)
