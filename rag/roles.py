"""Who did something to whom, in a claim and in its source: whoever was paid did not pay, and whoever was beaten did not win.

Only what stands side by side is read, "defeated Williams", "paid by Boeing"; that one sentence is worded otherwise is no contradiction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.hedging import negated
from rag.words import STOP_WORDS, stem, stems

_NAME = r"(?:[A-Z][\w’'-]*\w)(?:\s+(?:(?:al|bin|de|of|ul|van|von)\s+)?[A-Z][\w’'-]*\w)*"
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
_WON = re.compile(r"\b(?:champions?|victor|victory|win|winners?|winning|wins|won)\b", re.IGNORECASE)


def exchanged_roles(claim: str, source: str) -> str | None:
    """Say that a claim exchanges who did something and whom it was done to; None where it does not."""
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
    if not _WON.search(claim) or negated(claim) or any(verb in _BEATEN for verb, _, _ in _pairs(_DONE_TO, claim)):
        return None
    for verb, beaten, at in _pairs(_DONE_TO, source):
        winner = re.findall(_NAME, source[:at])
        also_won = re.search(rf"\b{re.escape(beaten.split()[-1])}\W+(?:\w+\W+)?won\b", source)
        if verb in _BEATEN and winner and not also_won and stems(beaten) & stems(claim) and not stems(winner[-1]) & stems(claim):
            return f"the source says that {beaten} was beaten"
    return None


def _pairs(pattern: re.Pattern[str], text: str) -> Iterator[tuple[str, str, int]]:
    """Give verbs, by their stems, with the name beside each, and where that begins."""
    for match in pattern.finditer(text):
        if match["verb"] not in STOP_WORDS:
            yield stem(match["verb"]), match["name"], match.start()
