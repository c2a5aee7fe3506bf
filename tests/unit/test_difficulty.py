"""How hard a question is follows from what it shares with its evidence, and from nothing else."""

import pytest

from eval.difficulty import level_of, overlap
from eval.gold import Question, Quotation

CABINET = "The cabinet endorsed restoring full ties on Friday."
BLESSING = "Mr. Kakar's ministers gave their blessing."


def question(text, *parts, kind="fact", quotes=(CABINET,), **more):
    return Question("q", kind, text, tuple((part,) for part in parts), tuple(Quotation("a.md", quote) for quote in quotes), **more)


@pytest.mark.parametrize(
    ("text", "quotes", "share"),
    [
        ("Who endorsed restoring ties?", (CABINET,), 1.0),
        ("Who endorses restored ties?", (CABINET,), 1.0),
        ("Who endorsed restoring ties?", (BLESSING,), 0.0),
        ("Who endorsed the treaty?", (BLESSING, CABINET), 0.5),
        ("Who?", (CABINET,), 0.0),
        ("Who endorsed restoring ties?", (), 0.0),
    ],
)
def test_the_share_is_that_of_the_best_sentence(text, quotes, share):
    assert overlap(question(text, quotes=quotes)) == pytest.approx(share)


HISTORY = (("What about the ties?", "They were cut."),)


@pytest.mark.parametrize(
    ("asked", "level"),
    [
        (question("Who endorsed restoring ties?", "the cabinet"), "easy"),
        # In so many words, but what it asks about is in the conversation.
        (question("Who endorsed restoring them?", "the cabinet", history=HISTORY), "medium"),
        # One of three words, and none.
        (question("Who endorsed patching relations?", "the cabinet"), "medium"),
        (question("Who approved patching relations?", "the cabinet"), "hard"),
        (question("Who approved patching relations?", "the cabinet", history=HISTORY), "hard"),
        # The answer stands there in other words.
        (question("Who endorsed restoring ties?", "the government"), "medium"),
        # Two parts, in one sentence and in two.
        (question("Who endorsed restoring ties, and when?", "the cabinet", "Friday", kind="several"), "easy"),
        (question("Who endorsed restoring ties?", "the cabinet", "ministers", kind="list", quotes=(CABINET, BLESSING)), "hard"),
        (question("Why were ties cut for ever?", "restoring full ties", kind="false-premise"), "hard"),
        (question("Who opposed it?", kind="unanswerable", quotes=(), near_miss=True), "hard"),
        (question("Who painted the ceiling?", kind="unanswerable", quotes=()), "easy"),
    ],
)
def test_the_level_follows_from_words_and_parts(asked, level):
    assert level_of(asked) == level
