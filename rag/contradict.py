"""What a claim says otherwise than its source: another day, another number of the same thing, a word of the opposite meaning.

Only what can be pointed at; that two texts differ in other ways is for the other checks to tell.
"""

from __future__ import annotations

import re

from rag.figures import figures
from rag.words import STOP_WORDS, stem

# Left out are words that are often both true of one event, of its two sides or of its two ends: won and lost, first and last.
# A line holds two groups: each word of the one is opposite to each of the other. Verbs that do not bend regularly stand in each form.
_OPPOSITES = """
    endorse support favor favour welcome praise approve | oppose reject condemn denounce
    accept agree | refuse reject decline
    allow permit legalize legalise authorize authorise let | ban forbid forbidden prohibit bar block outlaw prevent
    rise rose risen increase grow grew grown gain jump surge soar | fall fell fallen decrease drop decline shrink shrank plunge slump
    raise | lower cut reduce
    higher highest | lower lowest
    more | less fewer
    most | least
    larger largest bigger biggest | smaller smallest
    longer longest | shorter shortest
    better best improve | worse worst worsen
    faster fastest | slower slowest
    stronger strongest strengthen | weaker weakest weaken
    open reopen | close shut
    before | after
    above over | below under
    inside | outside
    closer closest nearer | further farther
    north northern | south southern
    east eastern | west western
    guilty convict | innocent acquit
    hire appoint | dismiss sack
    buy bought acquire | sell sold
    import | export
    confirm admit acknowledge | deny denied
    succeed successful | fail unsuccessful failure
    legal lawful | illegal unlawful
    likely | unlikely
    possible | impossible
    able | unable
    critical | stable
    well | poorly badly
    temporary temporarily | permanent permanently
    voluntary voluntarily | mandatory compulsory
    unanimous unanimously | divided
"""
_WEEKDAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")
_COUNTED = re.compile(r"[\s-]*([a-z]{3,})")


def contradiction(claim: str, source: str) -> str | None:
    """Say what contradicts a claim in its source, None when nothing does."""
    return _other_day(claim, source) or _other_count(claim, source) or _opposite(claim, source)


def _other_day(claim: str, source: str) -> str | None:
    """Find days of the week in both, none of them in both."""
    said, there = ({match[0] for match in _WEEKDAY.finditer(text)} for text in (claim, source))
    return f"it was on {min(there)} there, not on {min(said)}" if said and there and not said & there else None


def _other_count(claim: str, source: str) -> str | None:
    """Find a number of the claim that counts something else in the source, where that gives another number of what the claim counts."""
    there = _counted(source)
    for figure, noun in _counted(claim):
        elsewhere = [other for value, other in there if value == figure]
        if elsewhere and noun not in elsewhere and any(other == noun for _, other in there):
            return f"the figure {figure:g} stands there, but for something else"
    return None


def _counted(text: str) -> list[tuple[float, str]]:
    """List the numbers of a text that a word follows which may be what they count, each with that word's stem."""
    followed = [(figure.value, _COUNTED.match(text, figure.end)) for figure in figures(text)]
    return [(value, stem(match[1])) for value, match in followed if match and match[1] not in STOP_WORDS]


def _opposite(claim: str, source: str) -> str | None:
    """Find a word of the claim that the source lacks, and whose opposite it has."""
    said, there = (set(map(stem, re.findall(r"\w+", text.casefold()))) for text in (claim, source))
    for word in sorted(said - there):
        if found := sorted(_TABLE.get(word, frozenset()) & there):
            return f"it says “{word}”, and the source the opposite, “{found[0]}”"
    return None


def _table() -> dict[str, frozenset[str]]:
    table: dict[str, frozenset[str]] = {}
    for line in _OPPOSITES.strip().splitlines():
        one, other = ({stem(word) for word in side.split()} for side in line.split("|"))
        for words, opposite in ((one, other), (other, one)):
            for word in words:
                table[word] = table.get(word, frozenset()) | opposite
    return table


_TABLE = _table()
