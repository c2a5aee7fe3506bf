"""Who a sentence attributes its content to: "Iran reported", "according to the mayor", "said Homendy, who chairs …".

Rules over the surface of English news prose; what they cannot read gives None.
"""

from __future__ import annotations

import re

from rag.figures import MONTHS
from rag.verbs import REPORTING
from rag.words import STOP_WORDS

_ABBREVIATION = r"\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|Gov|Sen|Rep|Gen|Col|Maj|Capt|Lt|Sgt|Adm|Rev|St|Jr|Sr|Inc|Ltd|Co|Corp)\."
ACCORDING = re.compile(rf"\b(?P<verb>[Aa]ccording to) (?P<name>(?:{_ABBREVIATION}|[^,;:.“”\"]|\.(?=\S))+)")
_INVERTED = re.compile(
    rf"(?:[,?!—][”\"’]?|[”\"’],?)\s(?!told)(?P<verb>{REPORTING})\s+(?:by\s+)?"
    r"(?P<name>(?:the\s+|a\s+|an\s+)?(?:[A-Z][\w.'’-]*|of|the|al-\w+|[a-z]+(?=\s+[A-Z]))"
    r"(?:\s+(?:[A-Z][\w.'’-]*|of|the|for|and|al-\w+|ul|bin))*)"
    r"(?=[,;]|\.(?!\s+[A-Z])|\s+(?:on|in|at|of|who|after|during)\b|$)"
)
# "… ," said the captain: after a quotation, what follows the verb is the speaker without a capital too; of "its manager, Orla
# Penhallow" the name.
_AFTER_QUOTE = re.compile(
    r"[,?!.][”\"]\s(?P<verb>said|says|added)\s+(?:(?:the|a|an|his|her|its|their)\s[^,.;“”\"]+,\s(?=[A-Z][\w.’-]+\s[A-Z][\w’-]+[,.]))?"
    r"(?P<name>(?:(?:the|a|an|his|her|its|their)\s|[A-Z])[^,.;“”\"]+?)(?=[,.;]|\s(?:who|on|in|at|after|during)\b|$)"
)
_DIRECT = re.compile(rf"\b(?:(?:has|had|have|also|later|earlier|since|now|already|repeatedly|publicly)\s+)*\b({REPORTING})\b(?!\s+by\b)")
_CLAUSE_START = re.compile(
    r"(?:[,;“”\"()]|:(?!\d)|—|–|\b(?:and|but|while|which|that|after|because|as|when|though|although|where)\b"
    r"|\b(?:And|But|While|Because|As|When|Though|Although)\b)\s*"
)
PRONOUNS = {"he", "she", "it", "they", "who", "i", "we", "him", "her"}
_NOT_A_SUBJECT = re.compile(
    r"^(?:on|in|at|by|for|from|of|to|with|after|before|during|within|since|if|there|had|has|have|is|are|was|were|be|been|not|no|"
    r"neither|nobody|whoever|what|how|officially|formally|publicly|previously|originally|initially|recently|finally|newly)\b",
    re.IGNORECASE,
)
# Words that no name of a speaker ends with: "the toll was | reported", "the | confirmed dead", "the picture showed one | called".
_NOT_THE_END = STOP_WORDS - {"there", "here", "itself"} | {"one"}
# "the group that Tehran | says it was aiming at", "inspections, which it | said would take hours": beside the point of the sentence.
_RELATIVE = re.compile(r"\b(?:that|which|who|whom|what)\s+(?:\w+\s+){1,4}$")
MAX_RELATIVE_CHARS = 80
_RELATIVE_BEHIND = re.compile(r"\w+\s+(?:it|they|he|she|had|has|have|was|were|is|are|would|will|could)\b")
# "the fund, | announced last November for the dead,": no finite verb, unless what is announced follows.
_PARTICIPLE = re.compile(
    r"(?:announced|claimed|declared|described|estimated|recalled|reported|stated)\s(?:at|by|earlier|in|last|on|this)\b"
)
_CONTENT = re.compile(r"\w+(?:\s[\w’'-]+){0,6}?\s(?:that|it|he|she|they|[“\"])\b")
_TIME_BEHIND = re.compile(r"\s+(?:on|late|early|earlier|last|this)\s+(?:\w+\s+)?\w*day(?:\s+(?:morning|afternoon|evening|night))?$")
# What stands before a subject without a comma: "ISLAMABAD - Pakistan", "On Sunday Roscosmos", "In Tehran her opposite number".
_TIME = rf"(?:\w+day|{'|'.join(MONTHS)}|\d{{4}}|hours|minutes|days|weeks|day|week|month|year|later|earlier)"
_OPENING = re.compile(
    r"^(?:[A-Z][A-Z’'. ]{2,}\s[-–—]\s)?"
    rf"(?:(?:A|About|After|At|By|During|Early|In|Last|Late|On|This|Within|by|in|on)\s(?:[^,]*?\s)?{_TIME}(?:\s(?:\d{{1,4}}|morning|afternoon|evening))?\s"
    r"(?=[A-Z]|(?:an?|he|her|his|it|its|officials|she|the|their|they|two)\b)"
    r"|(?:At|During|In|On)\s(?:an?|her|his|its|the|their)\s(?:\w+\s)?"
    r"(?:address|briefing|broadcast|conference|hearing|interview|letter|message|post|report|speech|statement)\s(?=\w)"
    r"|In\s(?:it|[A-Z]\w+)\s(?=\w))?"
)
# "the mayor", "a retired driver", "Samoa's environment minister"; al-Sour is a name.
_APPOSITION = re.compile(r"(?!al-)[a-z]|[A-Z][\w-]*['’]s?\s(?:[\w-]+\s)*[a-z]+$")
_ENDS_SHORT = re.compile(rf"{_ABBREVIATION}$")
QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")
MAX_SPEAKER_WORDS = 14
MAX_JOINED_WORDS = 4
# A subject stands no farther before its verb; so a text without end takes no time without end.
MAX_HEAD_CHARS = 400
_HOLDS_A_VERB = re.compile(rf"\b(?:{'|'.join(PRONOUNS)}|{REPORTING}|is|are|was|were|has|have|had|that|\w+ed)\b", re.IGNORECASE)


def speaker_of(sentence: str) -> str | None:
    """Name whoever a sentence attributes its content to; None when it names nobody, or only by a pronoun (speech.attributed_to)."""
    found = _speaker(sentence)
    return None if found is None or found.casefold() in PRONOUNS else found


def is_attributed(sentence: str) -> bool:
    """Tell whether a sentence attributes its content to somebody, by name or by pronoun."""
    return _speaker(sentence) is not None


def _speaker(sentence: str) -> str | None:
    return _according(sentence) or _inverted(sentence) or _direct(sentence)


def _according(sentence: str) -> str | None:
    found = ACCORDING.search(sentence)
    return as_speaker(found["name"]) if found else None


def _inverted(sentence: str) -> str | None:
    found = find_inverted(sentence)
    return as_speaker(found["name"]) if found else None


def find_inverted(sentence: str) -> re.Match[str] | None:
    """Find a verb with its speaker behind it, as the groups `verb` and `name`: "…," said the captain."""
    return _INVERTED.search(sentence) or _AFTER_QUOTE.search(sentence)


def _direct(sentence: str) -> str | None:
    """Find the subject before a reporting verb."""
    sentence = without_quotations(sentence)
    heads = ((sentence[: verb.start()], sentence[verb.start(1) :]) for verb in _DIRECT.finditer(sentence))
    return next((subject for head, behind in heads if not is_aside(head, behind) and (subject := subject_of(head))), None)


def is_aside(head: str, behind: str) -> bool:
    """Tell whether a verb that follows on `head`, and begins `behind`, speaks beside what its sentence tells, or is a participle."""
    relative = _RELATIVE_BEHIND.match(behind) and _RELATIVE.search(head[-MAX_RELATIVE_CHARS:])
    return bool(relative or (head[-2:].rstrip().endswith(",") and _PARTICIPLE.match(behind) and not _CONTENT.match(behind)))


def without_quotations(sentence: str) -> str:
    """Blank what stands between quotation marks, which has its own subjects and verbs; every other character keeps its place."""
    return QUOTED.sub(lambda found: found[0][0] + " " * (len(found[0]) - 2) + found[0][-1], sentence)


def subject_of(head: str) -> str | None:
    """Name the subject of the verb that follows on `head`; None when what stands there cannot name a speaker."""
    head = _TIME_BEHIND.sub("", _OPENING.sub("", head.rstrip()[-MAX_HEAD_CHARS:], count=1))
    if head.endswith(","):
        # "Jennifer Homendy, who chairs the board, said": the name stands before the apposition.
        subject = _before_appositions([part.strip() for part in head[:-1].split(",")])
        starts = [match.end() for match in _CLAUSE_START.finditer(subject)]
        subject = subject[starts[-1] :] if starts and starts[-1] < len(subject) else subject
    else:
        starts = [match.end() for match in _CLAUSE_START.finditer(head) if not _joins(head[: match.start()], match[0])]
        subject = head[starts[-1] :] if starts else head
        if not subject.strip() and len(starts) > 1:
            subject = head[starts[-2] :].rstrip("()")
    return as_speaker(subject)


def _joins(before: str, separator: str) -> bool:
    """Tell whether an "and" stands inside a subject, as in "Foreign ministries and community groups"."""
    words = re.split(r"[,;:“”\"()—–]", before)[-1].split()
    return separator.strip() == "and" and 0 < len(words) <= MAX_JOINED_WORDS and not _HOLDS_A_VERB.search(" ".join(words))


def _before_appositions(parts: list[str]) -> str:
    """Of the parts between commas, give the one that names: of "Lorna Tibbets, 61, a retired driver" the first."""
    parts = [re.split(r"[;“”\"—–]|:\s", part)[-1].strip() for part in parts if part and not part.isdigit()] or [""]
    while len(parts) > 1 and _APPOSITION.match(parts[-1]) and not _NOT_A_SUBJECT.match(parts[-2]):
        parts.pop()
    return parts[-1]


def as_speaker(text: str) -> str | None:
    """Give what is left without marks around it; the pronoun it ends with, if any; None when it cannot name a speaker."""
    text = _TIME_BEHIND.sub("", text.lstrip(".").strip(" ,;:—–-“”\"'"))
    words = (text if _ENDS_SHORT.search(text) else text.rstrip(".")).split()
    if not 0 < len(words) <= MAX_SPEAKER_WORDS or _NOT_A_SUBJECT.match(words[0]):
        return None
    if words[-1].casefold() in PRONOUNS:
        return words[-1]
    return None if words[-1].casefold() in _NOT_THE_END else " ".join(words)
