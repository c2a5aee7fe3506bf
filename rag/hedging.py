"""A claim and the stretch of a source that it follows in, how they differ out: one says not, is less certain, or tells who did it."""

from __future__ import annotations

import re

_NEGATIONS = frozenset(
    """
    not no never none neither nor without cannot denied denies deny refused refuses rejected rejects failed fails unlikely
    """.split()
)
# "Against" says not of what is voted on, and nothing in "a protest against" or "against the wall".
_NOT = re.compile(
    r"\byet to\b(?! be seen)"
    r"|\b(?:vot\w+|spoke|speaks?|spoken|c[ao]mes?(?: out)?|decid\w+|rul\w+|argu\w+|stands?|stood|is|are|was|were|been?) against\b"
)
_HEDGES = frozenset(
    """
    may might could would should will expected feared plans planned possibly perhaps allegedly reportedly suspected about around
    nearly almost over under least estimated likely if whether
    """.split()
)
# What plainly leaves open whether something is so, and anything by which a claim may do as much.
_LEFT_OPEN = re.compile(
    r"\b(?:may|might|could|possibly|perhaps|potentially|alleged(?:ly)?|accused|suspected|plans?|planned|intends?|intended|considering|"
    r"promised|proposed|vowed|pledged|threatened)\b"
)
_OPEN_IN_CLAIM = re.compile(
    r"\b(?:may|might|could|can|possib\w+|perhaps|potential\w*|alleg\w+|accus\w+|suspect\w*|suspicion|plan\w*|propos\w+|expect\w*|likely|"
    r"promis\w+|inten[dt]\w*|consider\w*|aim\w*|hop(?:e|es|ed|ing)|would|will|should|seek\w*|sought|want\w*|tr(?:y|ied|ies|ying)|if|whether|"
    r"believ\w+|fear\w*|threat\w*|suggest\w*|urg\w+|ask\w*|to|set|due|estimat\w*|report\w*|claim\w*|appear\w*|seem\w*|signs?|candidate\w*|"
    r"warn\w*|predict\w*|forecast\w*|project\w*|charg\w+|vow\w*|pledg\w+|sa(?:ys?|id)|told|tells?|argu\w+|think\w*|thought|according|offer\w*|"
    r"ready|unclear|risk\w*|chance\w*|maybe|probabl\w+|apparent\w*|presum\w+|supposed\w*|soon|meant|theor\w+|idea\w*|hypothes\w+|unless)\b"
)
# "struck by Iran", but not "by 5 percent", "by firing" or "by Friday".
_PASSIVE = re.compile(r"\bby\s+(?![\d$€£₹]|\w+ing\b|\w+day\b)")


def negated(text: str) -> bool:
    """Tell whether a text says not."""
    return bool(_words(text.casefold()) & _NEGATIONS or _NOT.search(text.casefold()))


def difference(claim: str, source: str) -> str | None:
    """Say how voice or hedging differ between a claim and the stretch of the source it follows; None when they do not."""
    if bool(_PASSIVE.search(claim)) != bool(_PASSIVE.search(source)):
        return "one of the two says by whom it was done"
    if lost := sorted((_words(source) & _HEDGES) - _words(claim)):
        return f"the source is less certain ({', '.join(lost)})"
    return None


def lost_hedge(claim: str, source: str) -> str | None:
    """Give the word by which the source leaves open what a claim tells for certain."""
    found = _LEFT_OPEN.search(source)
    return found[0] if found and not _OPEN_IN_CLAIM.search(claim) else None


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", re.sub(r"n['’]t\b", " not", text)))
