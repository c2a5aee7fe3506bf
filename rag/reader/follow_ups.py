"""Follow-ups made of whole questions, for the reader to learn from.

After "How many people were killed in the border village?" the question "Who reported the deaths in the border village?" is "Who
reported the deaths there?": what the question before it named is a pronoun, or goes without saying.
"""

from __future__ import annotations

import random
import re

from rag.figures import CALENDAR
from rag.words import stems

# Subject, object and possessive; "it" is drawn twice as often as each other, as most names are no person's.
_PRONOUNS = (("it", "it", "its"), ("it", "it", "its"), ("he", "him", "his"), ("she", "her", "her"), ("they", "them", "their"))
_NAMED = re.compile(
    r"(?P<where>\b(?:in|at|on|near|to|from) )?"
    r"(?P<name>(?:\b[Tt]he (?:[A-Z][\w-]*|[a-z][\w-]+(?: [a-z][\w-]+)?)|(?<=[\w,] )[A-Z][\w-]*)"
    r"(?: (?:(?:of|de|al|bin|ul|the) )?[A-Z][\w-]*)*)"
    r"(?P<possessive>['’]s?(?!\w))?"
)
# What stands before a subject rather than an object, and what may stand behind a name that is not part of a longer one.
_BEFORE_SUBJECT = re.compile(r"\b(?:did|do|does|is|are|was|were|has|have|had|will|would|can|could|should|may|might|that|if|when|while)$")
_BEHIND = re.compile(
    r"\W*(?:$|[,?]|(?:in|on|at|after|during|for|by|from|of|to|with|before|since|and|or|is|are|was|were|has|have|had|will)\b)"
)
_LAST_PHRASE = re.compile(r",? (?:in|on|at|after|during|for|by|from|of|to|with|before|since|near|over|about)(?: [\w’'-]+){1,4}(?=\?$)")
# Share of the places and of the last phrases that are pronouns or left unsaid, and of the follow-ups that open with "And".
_THERE = 0.5
_UNSAID = 0.5
_AND = 0.4


def as_follow_up(question: str, before: str, rng: random.Random) -> str | None:
    """Ask a question as a follow-up of another one; None where they name nothing together."""
    told = stems(before)
    pronouns = rng.choice(_PRONOUNS)

    def pronoun(named: re.Match[str]) -> str:
        words = stems(named["name"])
        if not words or not words <= told or any(map(CALENDAR.fullmatch, named["name"].split())):
            return named[0]
        preposition = named["where"] or ""
        if named["possessive"]:
            return preposition + pronouns[2]
        subject = not preposition and bool(_BEFORE_SUBJECT.search(named.string[: named.start()].rstrip()))
        if not _BEHIND.match(named.string, named.end()) and (not subject or named["name"][:4].casefold() == "the "):
            return named[0]
        return "there" if preposition and rng.random() < _THERE else preposition + pronouns[not subject]

    last = _LAST_PHRASE.search(question)
    unsaid = last is not None and stems(last[0]) <= told and rng.random() < _UNSAID
    follow_up = _NAMED.sub(pronoun, question[: last.start()] + "?" if last and unsaid else question)
    if follow_up == question:
        return None
    if rng.random() < _AND:
        follow_up = f"And {follow_up[:1].lower()}{follow_up[1:]}"
    return follow_up
