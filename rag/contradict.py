"""What a claim says otherwise than its source: another day, duration, name or number in its place, a wider scope, the opposite.

Only what can be pointed at; that two texts differ in other ways is for the other checks to tell.
"""

from __future__ import annotations

import re

from rag.figures import MONTHS, figures
from rag.hedging import negated
from rag.roles import exchanged_roles
from rag.variants import exchanged, gaps
from rag.words import STOP_WORDS, stem

# Left out are words that are often both true of one event, of its two sides or of its two ends: won and lost, first and last.
# A line holds two groups: each word of the one is opposite to each of the other. Verbs that do not bend regularly stand in each form.
_OPPOSITES = """
    endorse support favor favour welcome praise approve | oppose reject condemn denounce
    accept agree | refuse reject decline
    allow permit legalize legalise authorize authorise let | ban forbid forbidden prohibit bar block outlaw prevent
    rise rose risen increase grow grew grown gain jump surge soar | fall fell fallen decrease drop decline shrink shrank plunge slump
    raise | lower cut reduce
    high higher highest | low lower lowest
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
# Where claim and source have some of these each, they must have one in common.
_ONE_OF = {
    re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"): "it was on {} there, not on {}",
    re.compile(rf"\b(?:{'|'.join(MONTHS)})\b"): "it was in {} there, not in {}",
    re.compile(
        r"\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d+(?:st|nd|rd|th))\b"
    ): "it is the {} there, not the {}",
    re.compile(r"\b(?:last|next|coming|this) (?:week|month|decade|century)\b"): "it was {} there, not {}",
    re.compile(r"\b(?:once|twice|thrice)\b"): "it was {} there, not {}",
}
# How many days a unit of time has.
_DAYS = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1, "night": 1, "week": 7, "month": 30.4, "year": 365, "decade": 3650, "century": 36500}
_UNIT = re.compile(rf"[\s-]+({'|'.join(_DAYS)})s?\b", re.IGNORECASE)
_ONE_UNIT = re.compile(rf"\b(?P<half>half\s+)?(?:an?|one)\s+(?P<unit>{'|'.join(_DAYS)})\b(?!\s+and\b)", re.IGNORECASE)
# Durations that differ by no more than this share of the longer may be the same one, rounded.
SAME_DURATION = 0.2
# What a claim says of all, of most or of one alone, and what a source must hold to say so.
_SCOPES = (
    (
        r"all|every|everyone|everybody|everything|always",
        r"all|every\w*|entire\w*|always|full\w*|complete\w*|whole|each|both|any\w*|total\w*|no|none|nobody|never|throughout|across|100"
        r"|the (?:two|three|four|five)|rest|sweep\w*|constant\w*|nationwide|\w+-wide|9\d",
    ),
    (
        r"most of|most \w+s|most people|majority",
        r"most\w*|major\w*|half|bulk|largely|main\w*|percent|cent|predominant\w*|many|[\w-]*quarters|%",
    ),
    (
        r"only|alone|solely|exclusively",
        r"only|alone|sole\w*|exclusiv\w+|just|single|lone|other|rather|merely|but|unique|first|one|except|limited",
    ),
)
# A "not" stands alone or with a word beside it: "not yet", "has never".
MAX_TURNING_WORDS = 2
_COUNTED = re.compile(r"[\s-]*([a-z]{3,})")


def contradiction(claim: str, source: str) -> str | None:
    """Say what contradicts a claim in its source, None when nothing does."""
    return (
        _other_of_a_few(claim, source)
        or _other_duration(claim, source)
        or _other_count(claim, source)
        or _other_value(claim, source)
        or _turned(claim, source)
        or _wider(claim, source)
        or _opposite(claim, source)
        or exchanged_roles(claim, source)
    )


def _other_of_a_few(claim: str, source: str) -> str | None:
    """Find days of the week, months, ordinals … in both, none of them in both."""
    for pattern, told in _ONE_OF.items():
        said, there = (set(pattern.findall(text)) for text in (claim, source))
        if said and there and not said & there:
            return told.format(min(there), min(said))
    return None


def _other_duration(claim: str, source: str) -> str | None:
    """Find durations in both, none of which may be the same one."""
    said, there = _durations(claim), _durations(source)
    alike = any(abs(one - other) <= SAME_DURATION * max(one, other) for one in said for other in there)
    return "it speaks of another length of time than the source" if said and there and not alike else None


def _durations(text: str) -> list[float]:
    """List the durations of a text in days: "a week" is 7, "half an hour" 1/48."""
    counted = [(figure.value, _UNIT.match(text, figure.end)) for figure in figures(text) if figure.text.casefold() != "one"]
    single = [_DAYS[match["unit"].casefold()] * (0.5 if match["half"] else 1) for match in _ONE_UNIT.finditer(text)]
    return single + [value * _DAYS[unit[1].casefold()] for value, unit in counted if unit]


def _other_value(claim: str, source: str) -> str | None:
    found = exchanged(claim, source)
    return f"it says “{found[0]}” where the source says “{found[1]}”" if found else None


def _turned(claim: str, source: str) -> str | None:
    """Find a "not" that only one of them has between the same words."""
    short = [gap for gap in gaps(claim, source) if max(len(text.split()) for text in gap) <= MAX_TURNING_WORDS]
    return "one of the two says not" if any(negated(said) != negated(there) for said, there in short) else None


def _wider(claim: str, source: str) -> str | None:
    """Find a word by which a claim speaks of all, of most or of one alone, where the source has no such word."""
    for said, there in _SCOPES:
        found = re.search(rf"\b(?:{said})\b", claim, re.IGNORECASE)
        if found and not re.search(rf"\b(?:{there})(?!\w)|(?<!\w)%", source, re.IGNORECASE):
            return f"it says “{found[0]}”, and the source does not"
    return None


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
