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
_SAYS = re.compile(r"\bs(?:aid|ays?)\b", re.IGNORECASE)
# What stands for what was told before, and says nothing of it: "When did that happen?", "Who said so?" "After that" says something.
_EMPTY = frozenset("happen happened occur occurred decide decided do done announce announced exactly so".split())
_ANOTHER_TIME = re.compile(r"\b(?:before|after|since|until)\b", re.IGNORECASE)
_ASKED = re.compile(
    r"^\s*(?:(?:and|but|so)\s+)?(?P<asked>when|where|why|who|how(?:\s+(?:long|many|much))?|what|which(?:\s+\w+)?)\b\s*", re.IGNORECASE
)
_FILLED = {"when", "where", "why", "who", "how"}


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
    return Query(question, " ".join(context), filled=_filled(question, context))


def _filled(question: str, context: Sequence[str]) -> str | None:
    """Put what is asked into the last question that says something: "When?" after "Who endorsed ties?" is "When endorsed ties?".

    It is read for, which takes no grammar, and shown to nobody. None for a question that says something itself, or asks the same.
    """
    before = next((earlier for earlier in reversed(context) if not _is_empty(earlier)), "")
    asks, asked = _ASKED.match(question), _ASKED.match(before)
    if not asks or not asked or not _is_empty(question):
        return None
    word = asks["asked"].casefold()
    if word not in _FILLED or word == asked["asked"].casefold():
        return None
    saying = " said that" if _SAYS.search(question) else ""
    return f"{word.capitalize()}{saying} {before[asked.end() :]}"


def _is_empty(question: str) -> bool:
    return not _ANOTHER_TIME.search(question) and not set(content_words(question)) - _EMPTY


def _leans(question: str) -> bool:
    if len(content_words(question)) <= SHORT_QUESTION_WORDS:
        return True
    found = _LEANING.search(question)
    if found is None:
        return False
    # "When did Iran strike?" opens with such a word too, but names what it is about.
    return found.start() > 0 or not _NAME.search(question)
