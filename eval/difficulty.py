"""How hard a gold question is: worked out from the question and its evidence alone, not from anybody's feeling or from what was answered.

easy    one sentence of the evidence holds the whole answer in so many words, and two fifths of the question's content words or more;
        unanswerable questions about what the articles do not touch
hard    no sentence holds a fifth of them, or the answer is put together from several; near misses; false premises
medium  everything else, and every follow-up that would be easy: what it asks about must come from the conversation

A fifth and two fifths are near the tertiles of the questions about corpus/ that stand alone (0.18 and 0.41, n = 221). Shared words are
what both ways of searching go by, and what makes a question of reading comprehension easy (Sugawara et al. 2018).
"""

from __future__ import annotations

from eval.gold import Question
from eval.metrics import holds_answer
from rag.words import stems

LEVELS = ("easy", "medium", "hard")
EASY_SHARE, HARD_SHARE = 0.4, 0.2


def level_of(question: Question) -> str:
    """Give the level of a question."""
    if question.near_miss or question.kind == "false-premise":
        return "hard"
    if not question.answerable:
        return "easy"
    whole = any(all(holds_answer(item.quote, part) for part in question.answers) for item in question.evidence)
    share = overlap(question)
    if share < HARD_SHARE or (len(question.answers) > 1 and not whole):
        return "hard"
    return "easy" if whole and share >= EASY_SHARE and not question.history else "medium"


def overlap(question: Question) -> float:
    """Give the largest share of the question's stems that one sentence of its evidence holds; 0 without evidence, or content words.

    "Who endorsed restoring ties?" (endors, restor, tie) and "The cabinet endorsed the restoration of ties": 1.
    """
    asked = stems(question.text)
    return max((len(asked & stems(item.quote)) / max(1, len(asked)) for item in question.evidence), default=0.0)
