"""Who a sentence attributes its content to: "Iran reported", "according to the mayor", "said Homendy, who chairs …".

Rules over the surface of English news prose; what they cannot read gives None.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.words import STOP_WORDS

REPORTING = (
    "said|says|told|reported|reports|announced|announces|stated|added|adds|claimed|claims|denied|denies|confirmed|confirms|warned|warns|"
    "estimated|estimates|acknowledged|argued|argues|insisted|insists|wrote|writes|noted|notes|explained|described|recalled|admitted|"
    "declared|testified|predicted|complained|cautioned|conceded|concedes|maintained|alleged|asserted|remarked|replied|responded|concluded"
)
_ABBREVIATION = r"\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|Gov|Sen|Rep|Gen|Col|Maj|Capt|Lt|Sgt|Adm|Rev|St|Jr|Sr|Inc|Ltd|Co|Corp)\."
_ACCORDING = re.compile(rf"\b[Aa]ccording to ((?:{_ABBREVIATION}|[^,;:.“”\"]|\.(?=\S))+)")
_INVERTED = re.compile(
    rf"(?:[,?!—][”\"’]?|[”\"’],?)\s(?!told)(?:{REPORTING})\s+(?:by\s+)?"
    r"((?:the\s+|a\s+|an\s+)?(?:[A-Z][\w.'’-]*|of|the|al-\w+|[a-z]+(?=\s+[A-Z]))"
    r"(?:\s+(?:[A-Z][\w.'’-]*|of|the|for|and|al-\w+|ul|bin))*)"
    r"(?=[,;]|\.(?!\s+[A-Z])|\s+(?:on|in|at|of|who|after|during)\b|$)"
)
# "… ," said the captain: after a quotation, what follows the verb is the speaker without a capital too.
_AFTER_QUOTE = re.compile(
    r"[,?!.][”\"]\s(?:said|says|added)\s+((?:the|a|an|his|her|its|their)\s[^,.;“”\"]+?)(?=[,.;]|\s(?:who|on|in|at|after|during)\b|$)"
)
_DIRECT = re.compile(rf"\b(?:(?:has|had|have|also|later|earlier|since|now|already|repeatedly|publicly)\s+)*\b({REPORTING})\b(?!\s+by\b)")
_CLAUSE_START = re.compile(
    r"(?:[,;:“”\"()]|—|–|\b(?:and|but|while|which|that|after|because|as|when|though|although|where)\b"
    r"|\b(?:And|But|While|Because|As|When|Though|Although)\b)\s*"
)
_PRONOUNS = {"he", "she", "it", "they", "who", "i", "we", "him", "her"}
_NOT_A_SUBJECT = re.compile(
    r"^(?:on|in|at|by|for|from|of|to|with|after|before|during|within|since|if|there|had|has|have|is|are|was|were|be|been|not|no|"
    r"neither|nobody|whoever|what|how)\b",
    re.IGNORECASE,
)
# Words that no name of a speaker ends with: "the toll was | reported", "the | confirmed dead".
_NOT_THE_END = STOP_WORDS - {"there", "here", "itself"}
_ENDS_SHORT = re.compile(rf"{_ABBREVIATION}$")
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")
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
    found = _INVERTED.search(sentence) or _AFTER_QUOTE.search(sentence)
    return _tidy(found[1]) if found else None


def _direct(sentence: str) -> str | None:
    """Find the subject before a reporting verb: the clause up to it, or the name before an apposition between commas."""
    # What is said between quotation marks has its own subjects.
    sentence = _QUOTED.sub(lambda found: found[0][0] + " " * (len(found[0]) - 2) + found[0][-1], sentence)
    for verb in _DIRECT.finditer(sentence):
        head = sentence[: verb.start()].rstrip()
        if head.endswith(","):
            # "Jennifer Homendy, who chairs the board, said": the name stands before the apposition.
            subject = _before_appositions([part.strip() for part in head[:-1].split(",")])
            starts = [match.end() for match in _CLAUSE_START.finditer(subject)]
            subject = subject[starts[-1] :] if starts and starts[-1] < len(subject) else subject
        else:
            starts = [match.end() for match in _CLAUSE_START.finditer(head)]
            subject = head[starts[-1] :] if starts else head
            if not subject.strip() and len(starts) > 1:
                subject = head[starts[-2] :].rstrip("()")
        if tidy := _tidy(subject):
            return tidy
    return None


def _before_appositions(parts: list[str]) -> str:
    """Of the parts between commas, give the one that names: of "Lorna Tibbets, 61, a retired driver" the first."""
    parts = [re.split(r"[;“”\"—–]|:\s", part)[-1].strip() for part in parts if part and not part.isdigit()] or [""]
    while len(parts) > 1 and parts[-1][:1].islower() and not _NOT_A_SUBJECT.match(parts[-2]):
        parts.pop()
    return parts[-1]


def _tidy(text: str) -> str | None:
    """Give what is left without marks around it; the pronoun it ends with, if any; None when it cannot name a speaker."""
    text = text.lstrip(".").strip(" ,;:—–-“”\"'")
    words = (text if _ENDS_SHORT.search(text) else text.rstrip(".")).split()
    if not 0 < len(words) <= MAX_SPEAKER_WORDS or _NOT_A_SUBJECT.match(words[0]):
        return None
    if words[-1].casefold() in _PRONOUNS:
        return words[-1]
    return None if words[-1].casefold() in _NOT_THE_END else " ".join(words)
