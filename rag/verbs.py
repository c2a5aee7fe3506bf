"""The verbs by which somebody says something, grouped by the stance that they take: a table, as data.

A question ("Who endorsed …?") and a sentence ("spoke out in favour of …") are read by the same table.
"""

from __future__ import annotations

from rag.records import Stance

# They take no side by themselves; finite forms. The first table attributes what a sentence says, the second only tells that somebody spoke.
REPORTING = (
    "said|says|told|reported|reports|announced|announces|stated|added|adds|claimed|claims|denied|denies|confirmed|confirms|warned|warns|"
    "estimated|estimates|acknowledged|argued|argues|insisted|insists|wrote|writes|noted|notes|explained|described|recalled|admitted|"
    "declared|testified|predicted|complained|cautioned|conceded|concedes|maintained|alleged|asserted|remarked|replied|responded|concluded"
)
_SPEAKING = (
    "tells|explains|remarks|declares|predicts|thinks|thought|believes|believed|called|calls|urged|urges|demanded|demands|promised|promises|"
    "pledged|vowed|stressed|spoke of|speaks of|spoken of|expects|hopes|holds that|feared|fears|agreed|agrees|doubted|doubts|asked|"
    r"maintains|puts?\s+(?:the|its|their)\s+(?:\w+\s+)?(?:number|toll|figures?|costs?|loss(?:es)?|count)"
)
# They stand for or against what they speak of; their regular forms are made below.
_SUPPORT = "endorse back welcome praise support approve applaud hail commend defend favour favor champion embrace celebrate congratulate"
_OPPOSE = (
    "oppose condemn criticise criticize reject denounce disapprove decry deplore slam object protest dispute deny disagree accuse blame "
    "complain rebuke contradict fault"
)
_SUPPORT_PHRASES = (
    r"(?:spoke|speaks|spoken|came|comes|come|was|is|were|are)\s+(?:out\s+)?in\s+favou?r\s+of|voted\s+(?:for|in\s+favou?r\s+of)|"
    r"(?:voiced|voices|expressed|expresses|declared|pledged)\s+(?:\w+\s+){0,2}support|"
    r"(?:gave|gives|given)\s+(?:\w+\s+){0,2}(?:blessing|backing)\s+to|threw\s+\w+\s+(?:\w+\s+)?behind"
)
_OPPOSE_PHRASES = (
    r"(?:spoke|speaks|spoken|came|comes)\s+(?:out\s+)?against|voted\s+against|(?:was|is|were|are)\s+(?:against|opposed\s+to|critical\s+of)|"
    r"(?:was|is|were|are)\s+(?:unimpressed|unconvinced|not\s+(?:impressed|convinced))|(?:did|does|do)\s+not\s+agree|"
    r"(?:took|takes)\s+(?:the\s+opposite\s+view|another\s+view|issue\s+with)|saw\s+it\s+differently"
)
_DOUBLED = {"slam"}


def _finite(verbs: str) -> str:
    """Give the past and the third person of regular verbs, as alternatives: "deny" gives "denied|denies"."""
    forms = []
    for verb in verbs.split():
        if verb.endswith("e"):
            forms += [f"{verb}d", f"{verb}s"]
        elif verb.endswith("y"):
            forms += [f"{verb[:-1]}ied", f"{verb[:-1]}ies"]
        else:
            forms += [f"{verb}{verb[-1] if verb in _DOUBLED else ''}ed", f"{verb}s"]
    return "|".join(forms)


# By stance, as alternatives of a pattern: what stands after a subject, and what only stands after "did", "would", "refused to" …
# The stances come in the order in which they are tried: "denied" takes a side, though it also attributes.
FINITE: dict[Stance, str] = {
    "support": f"{_SUPPORT_PHRASES}|{_finite(_SUPPORT)}",
    "oppose": f"{_OPPOSE_PHRASES}|{_finite(_OPPOSE)}",
    "neutral": f"{REPORTING}|{_SPEAKING}",
}
BASE: dict[Stance, str] = {
    "support": "|".join(_SUPPORT.split()),
    "oppose": "|".join(_OPPOSE.split()),
    "neutral": "say|tell|report|announce|state|add|claim|confirm|warn|argue|insist|explain|describe|call|urge|demand|promise|think|believe",
}
# Forms that are often no verb: plural nouns ("independent reports from either village"), participles ("thought to be", "reported missing").
NO_VERB = (
    r"(?:reports|claims|estimates|notes|calls|demands|hopes|promises|fears|doubts|supports|backs|protests|disputes|objects|champions)"
    r"\s+(?:of|from|about|between|in|at|were|are|have|had|came)\b"
    r"|(?:thought|believed|said|feared|reported|estimated)\s+to\b|reported\s+(?:earlier|missing|dead)\b|claimed\s+(?:\w+\s+)?(?:lives|victims)\b|add(?:ed|s)\s+to\b"
)
