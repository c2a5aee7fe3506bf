"""A claim and its source in, the first name of the claim out that the source does not hold in any form that it may take there."""

from __future__ import annotations

import re

from rag.figures import CALENDAR
from rag.words import STOP_WORDS, stem, tokens

_NAME = re.compile(r"(?<![\w'])(?:[A-Z]'(?=[A-Z]))?[A-Z][\w-]*")
# Written out or with full stops, they are brought to one form first.
_SHORT = {
    "US": re.compile(r"\bUnited States(?: of America)?\b|\bU\.S\.(?:A\.)?(?!\w)|\bUSA\b"),
    "UK": re.compile(r"\bUnited Kingdom\b|\bGreat Britain\b|\bU\.K\.(?!\w)"),
    "UN": re.compile(r"\bUnited Nations\b|\bU\.N\.(?!\w)"),
    "EU": re.compile(r"\bEuropean Union\b|\bE\.U\.(?!\w)"),
}
# The name of a people begins with that of its country, but for a last vowel: Pakistan-i, Libya-n, Canad(a)-ian, Japan-ese.
_PEOPLE = re.compile(r"(?:ian|an|n|i|ese|ish)?s?")
_COUNTRIES = frozenset(
    """
    africa albania algeria america armenia asia australia austria azerbaijan bangladesh belarus bolivia bosnia brazil
    bulgaria cambodia canada chile china colombia croatia cuba cyprus egypt estonia ethiopia europe georgia ghana
    haiti hungary india indonesia iran iraq italy jamaica japan jordan kenya korea kosovo kuwait latvia lebanon libya
    lithuania malaysia mali mexico moldova mongolia morocco myanmar nepal nigeria oman pakistan palestine qatar
    romania russia rwanda samoa saudi serbia singapore slovakia slovenia somalia sudan syria taiwan tanzania tibet
    tunisia uganda venezuela vietnam yemen zambia zimbabwe
    """.split()
)
# Those that are made otherwise, a country a line.
_IRREGULAR = """
    us america american americans
    uk britain british britons
    afghanistan afghan afghans
    argentina argentine argentines argentinian
    belgium belgian belgians
    denmark danish danes
    finland finnish finns
    france french
    germany german germans
    greece greek greeks
    iceland icelandic icelanders
    ireland irish
    israel israeli israelis
    kazakhstan kazakh kazakhs
    netherlands dutch
    norway norwegian norwegians
    peru peruvian peruvians
    philippines philippine filipino filipinos
    poland polish poles
    portugal portuguese
    scotland scottish scots
    spain spanish spaniards
    sweden swedish swedes
    switzerland swiss
    thailand thai thais
    turkey turkish turks
    ukraine ukrainian ukrainians
    uzbekistan uzbek uzbeks
    wales welsh
"""
_ALIKE = [set(line.split()) for line in _IRREGULAR.strip().splitlines()]


def missing_name(claim: str, source: str) -> str | None:
    """Name the first capitalised word of a claim that its source does not hold; apostrophes are straight in both."""
    for short, long in _SHORT.items():
        claim, source = long.sub(short, claim), long.sub(short, source)
    words = tokens(source)
    held = {stem(word) for word in words} | {stem(letters) for letters in _initials(source)}
    plain = {word.casefold() for word in words}
    for match in _NAME.finditer(claim):
        word = match[0]
        opening = not claim[: match.start()].strip(" “\"'(")
        # The first word of a sentence has a capital whatever it is.
        plain_opening = opening and word[1:].islower()
        if word.casefold() in STOP_WORDS or CALENDAR.fullmatch(word) or plain_opening:
            continue
        if not all(stem(part) in held for part in tokens(word.replace("-", " "))) and not _otherwise(word.casefold(), plain):
            return word
    return None


def _initials(text: str) -> set[str]:
    """List what names of several words may be shortened to: AP for Associated Press."""
    names = re.findall(r"[A-Z]\w+(?: (?:of |the |for |and )*[A-Z]\w+)+", text)
    letters = {"".join(word[0] for word in name.split() if word[0].isupper()) for name in names}
    # "The" opens a sentence as often as it is part of the name.
    return letters | {each[1:] for each in letters}


def _otherwise(name: str, held: set[str]) -> bool:
    """Tell whether a country stands there by the name of its people, or a people by that of its country."""
    return any(name in names and names & held for names in _ALIKE) or any(_is_people(name, word) or _is_people(word, name) for word in held)


def _is_people(people: str, country: str) -> bool:
    return country in _COUNTRIES and any(
        people.startswith(root) and _PEOPLE.fullmatch(people[len(root) :]) is not None for root in (country, country.rstrip("aeo"))
    )
