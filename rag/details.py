"""The sentences of one article in, its key figures and people out, each with the place of the sentence that holds it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from rag.figures import MONTHS, WEEKDAYS, figures
from rag.given import measured
from rag.words import STOP_WORDS

MAX_FIGURES = 6
MAX_PEOPLE = 8
# "Two countries" and "one man" are figures of speech more often than figures.
LEAST_COUNT = 3
ABOUT_WORDS = 6
_NAME = r"[A-Z][\w’'-]*[\w.](?:\s+(?:(?:al|el|bin|ul|de|van|von|der)[\s-])?(?:[A-Z]\.|[A-Z][\w’'-]*\w))+"
_TITLE = (
    r"(?:(?:President|Prime Minister|Foreign Minister|Minister|Secretary|Secretary-General|Ambassador|Gov|Governor|Mayor|Sen|Senator|Rep|"
    r"Judge|Justice|Chief|Gen|General|Adm|Admiral|Col|Capt|Captain|Lt|Maj|Sgt|Dr|Prof|Professor|Mr|Mrs|Ms|Sir|Sheikh|Pope|King|Queen|Prince|Princess)"
    r"\b\.?\s+)"
)
# "Foreign Minister Hakan Fidan": the title says that it is a person, and who.
_TITLED = re.compile(rf"(?P<role>(?:[A-Z][\w’'-]*\s+){{0,3}}?{_TITLE}+)(?P<name>{_NAME})")
# "Rasoul Mousavi, a senior Iranian diplomat," and "Lorna Tibbets, 61, a retired driver,": so does what stands behind.
_APPOSED = re.compile(
    rf"(?P<name>{_NAME}),\s(?:aged?\s)?(?:\d{{1,3}},\s)?(?P<role>(?:who\s|(?:a|an|the|its|his|her|their)\s[a-z]|[a-z]+['’]s\s|[A-Z]\w+['’]s\s[a-z])"
    r"[^,.;:“”\"]{2,80})"
)
# What a name in the text may begin with that is no part of it: "In August Yuri Borisov", "Gov. Josh Green".
_OPENING = re.compile(
    rf"^(?:(?:{_TITLE}|(?:In|On|For|But|And|From|By|With|As|At|The|When|While|After|Before|[A-Z]{{2,}}|"
    rf"{'|'.join((*MONTHS, *WEEKDAYS))})\s+))+"
)
_ORGANISATION = re.compile(
    r"\b(?:Ministry|Office|Board|Agency|Council|Committee|Department|Administration|Company|Corp|Inc|Ltd|Co|University|Institute|Party|Union|"
    r"Army|Navy|Guard|Force|Bank|Group|Court|Airlines?|Bridge|River|Bay|Island|Nations|Federation|Association|Service|Street|Times|Post|Studies|Centre|Center|Forum)\b"
)
# "Flight 1282" and "Interstate 695" are names.
_PART_OF_NAME = re.compile(r"(?<=\S )[A-Z]\w+ $|\b(?i:flight|boeing|airbus|interstate|route) $")
# So are "26B" and "737 MAX".
_GOES_ON = re.compile(r"[A-Za-z]|\s[A-Z]{2,}\b")
# "Jaish al-Adl, the armed group that …".
_GROUP = re.compile(r"^\w+\s(?:[\w-]+\s){0,2}(?:group|company|organi[sz]ation|agency|party|movement|network|charity|newspaper)\b")
_BREAK = re.compile(r"[,.;:()“”\"—–]")
_NOT_COUNTED = STOP_WORDS - {"of"}


@dataclass(frozen=True, slots=True)
class Detail:
    """A figure or a person in the sentence at `place`; `about` says what is counted, or who that is (None: not said)."""

    text: str
    about: str | None
    place: int


def key_figures(sentences: Sequence[str]) -> list[Detail]:
    """List the numbers of sentences, in this order, that measure something or count a few, each value once."""
    found: dict[tuple[float, str], Detail] = {}
    for place, sentence in enumerate(sentences):
        for figure in figures(sentence):
            behind = sentence[figure.end :]
            if _GOES_ON.match(behind) or _PART_OF_NAME.search(sentence[: figure.start]):
                continue
            about, quantity = _counted(behind), measured(figure.text, figure.value, behind)
            if quantity and (about or quantity[0]) and (quantity[0] or figure.value >= LEAST_COUNT):
                found.setdefault((figure.value, (about or "").partition(" ")[0]), Detail(figure.text, about, place))
    return list(found.values())[:MAX_FIGURES]


def people(sentences: Sequence[str]) -> list[Detail]:
    """List the people of sentences whose title or description says that they are people, each once, by their full name."""
    found: dict[str, Detail] = {}
    for place, sentence in enumerate(sentences):
        for match in [*_TITLED.finditer(sentence), *_APPOSED.finditer(sentence)]:
            name = _OPENING.sub("", match["name"])
            if (
                " " in name
                and not _GROUP.search(match["role"])
                and not _ORGANISATION.search(name)
                and not any(name in other or other in name for other in found)
            ):
                found[name] = Detail(name, " ".join(match["role"].split()), place)
    return list(found.values())[:MAX_PEOPLE]


def _counted(behind: str) -> str | None:
    """Give what stands behind a number up to the first word that is not part of it: " people were hurt" is "people"."""
    words = _BREAK.split(behind)[0].lstrip("- ").split()
    counted = list(takewhile(lambda word: word.casefold() not in _NOT_COUNTED, words))[:ABOUT_WORDS]
    while counted and counted[-1] == "of":
        counted.pop()
    return " ".join(counted) or None
