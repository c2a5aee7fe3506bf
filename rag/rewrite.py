"""A follow-up question made searchable: "And how many of them were children?" leans on the question before it.

By rule, and before anything is searched; a question that stands on its own is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.records import Query
from rag.words import content_words

_LEANING = re.compile(
    r"^\s*(?:and|but|so|or|what about|how about|what else|who else|why|when|where|how so|which one|anyone else)\b"
    r"|\b(?:he|she|it|its|they|them|their|theirs|him|his|her|hers|this|these|those|there|that|the (?:other|others|same|former|latter))\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<!^)\b[A-Z][a-z]+")
SHORT_QUESTION_WORDS = 2


def rewrite(question: str, history: Sequence[tuple[str, str]]) -> Query:
    """Make a query of a question and the (question, answer) pairs before it, oldest first.

    A question that leans on the conversation by a pronoun, by "and …", or by saying almost nothing itself, is searched
    for together with the question before it, and with the one that that one leans on in turn.
    """
    context: list[str] = []
    leaning = question
    for earlier, _ in reversed(history):
        if not _leans(leaning):
            break
        context.insert(0, earlier)
        leaning = earlier
    return Query(question, " ".join(context))


def _leans(question: str) -> bool:
    if len(content_words(question)) <= SHORT_QUESTION_WORDS:
        return True
    found = _LEANING.search(question)
    if found is None:
        return False
    # "When did Iran strike?" opens with such a word too, but names what it is about.
    return found.start() > 0 or not _NAME.search(question)
