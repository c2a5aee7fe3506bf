"""Who did something to whom, in a claim and in its source: whoever was paid did not pay, and whoever was beaten did not win.

Only what stands side by side is read, "defeated Williams", "paid by Boeing"; that one sentence is worded otherwise is no contradiction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.hedging import negated
from rag.words import STOP_WORDS, stem, stems

# What is longer is no sentence or three of prose, and would take long to compare.
MAX_CHARS = 3000
_NAME = r"[A-Z][\w’'-]*(?:\s+(?:(?:al|bin|de|of|ul|van|von)\s+)?[A-Z][\w’'-]*)*"
# No title, as "president" is before a name, and nothing passive: "was awarded the Star".
_VERB = (
    r"(?<!\bwas )(?<!\bwere )(?<!\bbeen )(?<!\bis )(?<!\bare )\b"
    r"(?P<verb>[a-z]+(?:ed|ing)|beats?|beaten|bought|defeats?|gave|held|hit|led|paid|shot|sold|struck|told|took)"
)
_DONE_TO = re.compile(rf"{_VERB}\s+(?:the\s+)?(?P<name>{_NAME})")
_DONE_BY = re.compile(rf"\b(?P<verb>[a-z]{{3,}})\s+by\s+(?:the\s+)?(?P<name>{_NAME})")
# Whoever meets somebody is met, too; what becomes something is it.
_MUTUAL = stems("meet met join face play marry wed fight fought become became")
_SENTENCE_END = re.compile(r"[.!?]\s")
_BEATEN = stems("beat beaten beating defeat oust outpoll")
_LOST = re.compile(rf"(?P<loser>{_NAME})\s+(?:has\s+|had\s+)?lost\s+(?:\w+\s+){{0,2}}to\s+(?P<winner>{_NAME})")
_WON = re.compile(r"\b(?:champions?|victor|victory|win|winners?|winning|wins|won)\b", re.IGNORECASE)


def exchanged_roles(claim: str, source: str) -> str | None:
    """Say that a claim exchanges who did something and whom it was done to; None where it does not, or where the texts are no prose."""
    if max(len(claim), len(source)) > MAX_CHARS:
        return None
    return _other_object(claim, source) or _other_agent(claim, source) or _other_winner(claim, source)


def _other_object(claim: str, source: str) -> str | None:
    """Find somebody to whom the claim says it was done, where the source says so of another one, behind that name and the verb."""
    there = [(verb, name, at) for verb, name, at in _pairs(_DONE_TO, source) if verb not in _MUTUAL]
    for verb, name, _ in _pairs(_DONE_TO, claim):
        others = [(other, at) for same, other, at in there if same == verb]
        if others and not any(stems(name) & stems(other) for other, _ in others):
            other, at = others[0]
            if stems(name) & stems(_SENTENCE_END.split(source[:at])[-1]):
                return f"the source says it of {other}, not of {name}"
    return None


def _other_agent(claim: str, source: str) -> str | None:
    """Find somebody by whom the claim says it was done, where the source says that it was done to that one."""
    by = [name for _, name, _ in _pairs(_DONE_BY, source)]
    for verb, name, _ in _pairs(_DONE_BY, claim):
        done_to = any(same == verb and stems(name) <= stems(other) for same, other, _ in _pairs(_DONE_TO, source))
        if done_to and not any(stems(name) & stems(other) for other in by):
            return f"in the source it was not done by {name}"
    return None


def _other_winner(claim: str, source: str) -> str | None:
    """Find the one who was beaten in the source, where the claim tells of winning and does not name who beat that one."""
    told = list(_contests(claim))
    for winner, loser in _contests(source):
        beat_the_winner = any(stems(beaten) & stems(winner) and not stems(beaten) & stems(loser) for _, beaten in told)
        won = not told and _WON.search(claim) and not negated(claim) and stems(loser) & stems(claim) and not stems(winner) & stems(claim)
        if beat_the_winner or (won and not _won(loser, source)):
            return f"the source says that {loser} was beaten"
    return None


def _contests(text: str) -> Iterator[tuple[str, str]]:
    """Give who won and who was beaten: "Ilves defeated Sandoval", "Sandoval lost to Ilves"."""
    for verb, beaten, at in _pairs(_DONE_TO, text):
        winner = re.findall(_NAME, text[:at])[-1:] if verb in _BEATEN else []
        if winner:
            yield winner[0], beaten
    for match in _LOST.finditer(text):
        yield match["winner"], match["loser"]


def _won(name: str, source: str) -> bool:
    """Tell whether a source says of a name that it won: "Sandoval won", "Sandoval had won"."""
    words, last = re.findall(r"\w+", source), re.findall(r"\w+", name)[-1]
    return any(word == last and "won" in words[place + 1 : place + 3] for place, word in enumerate(words))


def _pairs(pattern: re.Pattern[str], text: str) -> Iterator[tuple[str, str, int]]:
    """Give verbs, by their stems, with the name beside each, and where that begins."""
    for match in pattern.finditer(text):
        if match["verb"] not in STOP_WORDS:
            yield stem(match["verb"]), match["name"], match.start()
