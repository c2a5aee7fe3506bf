"""Who a sentence attributes its content to: "Iran reported", "according to the mayor", "said Homendy, who chairs …".

Rules over the surface of English news prose; what they cannot read gives None.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

REPORTING = (
    "said|says|told|reported|reports|announced|announces|stated|states|added|adds|claimed|claims|denied|denies|confirmed|confirms|warned|warns|"
    "estimated|estimates|acknowledged|argued|argues|insisted|insists|wrote|writes|noted|notes|explained|described|recalled|admitted|"
    "declared|testified|predicted|complained|cautioned|conceded|maintained|alleged|asserted|remarked|replied|responded|concluded"
)
_ACCORDING = re.compile(r"\b[Aa]ccording to ((?:[^,;:.“”\"]|\.(?=\S)|(?<=\b[A-Z])\.)+)")
_INVERTED = re.compile(
    rf"[,?!]?[”\"’]?,?\s(?:{REPORTING})\s+"
    r"((?:the\s+|a\s+|an\s+)?(?:[A-Z][\w.'’-]*|of|the|al-\w+|[a-z]+(?=\s+[A-Z]))"
    r"(?:\s+(?:[A-Z][\w.'’-]*|of|the|for|and|al-\w+|ul|bin))*)"
    r"(?=[,.;]|\s+(?:on|in|at|of|who|after|during)\b|$)"
)
_DIRECT = re.compile(rf"\b(?:has |had |have |also |later |repeatedly |publicly )*\b({REPORTING})\b")
_CLAUSE_START = re.compile(r"(?:[,;:“”\"()]|—|–|\b(?:and|but|while|which|that|after|because|as|when|though|although|where)\b)\s*")
_PRONOUNS = {"he", "she", "it", "they", "who", "i", "we", "him", "her"}
_NOT_A_SUBJECT = re.compile(r"^(?:on|in|at|by|for|from|of|to|with|is|was|be|been|not|no|what|how)\b", re.IGNORECASE)
MAX_SPEAKER_WORDS = 14


def speaker_of(sentence: str, before: Sequence[str] = ()) -> str | None:
    """Name whoever a sentence attributes its content to; None when nobody is named.

    `before` are the sentences that stand before it, nearest last: "he said" is resolved to the last speaker there.
    """
    found = _according(sentence) or _inverted(sentence) or _direct(sentence)
    if found is None or found.casefold() not in _PRONOUNS:
        return found
    for earlier in reversed(before):
        named = _according(earlier) or _inverted(earlier) or _direct(earlier)
        if named and named.casefold() not in _PRONOUNS:
            return named
    return None


def _according(sentence: str) -> str | None:
    found = _ACCORDING.search(sentence)
    return _tidy(found[1]) if found else None


def _inverted(sentence: str) -> str | None:
    found = _INVERTED.search(sentence)
    return _tidy(found[1]) if found else None


def _direct(sentence: str) -> str | None:
    """Find the subject before a reporting verb: the clause up to it, or the name before an apposition between commas."""
    for verb in _DIRECT.finditer(sentence):
        head = sentence[: verb.start()].rstrip()
        if head.endswith(","):
            # "Jennifer Homendy, who chairs the board, said": the name stands before the apposition.
            parts = [part.strip() for part in head[:-1].split(",")]
            subject = parts[-2] if len(parts) >= 2 and parts[-1][:1].islower() else parts[-1]
            starts = [match.end() for match in _CLAUSE_START.finditer(subject)]
            subject = subject[starts[-1] :] if starts and starts[-1] < len(subject) else subject
        else:
            starts = [match.end() for match in _CLAUSE_START.finditer(head)]
            subject = head[starts[-1] :] if starts else head
            if not subject.strip() and len(starts) > 1:
                subject = head[starts[-2] :]
        tidy = _tidy(subject)
        if tidy and not _NOT_A_SUBJECT.match(tidy):
            return tidy
    return None


def _tidy(text: str) -> str | None:
    words = text.strip(" ,;:.—–-“”\"'").split()
    return " ".join(words) if 0 < len(words) <= MAX_SPEAKER_WORDS else None
