"""Does a cited sentence say what a claim says? Deterministic, and strict: what is not plainly there is not supported.

Checked, in this order: quotation marks, that it is a whole statement, numbers and dates, names, what contradicts it, negation, voice and
hedging, and that the claim's content words stand in the sentence in the same order (so that who did what to whom cannot be turned round).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.contradict import contradiction
from rag.figures import DateMention, figures, find_dates
from rag.hedging import difference, lost_hedge, negated
from rag.names import missing_name
from rag.numbers import dates_agree, missing_figure
from rag.records import ArticleInfo, Sentence, Support
from rag.words import STOP_WORDS, stem

# Share of the claim's content words that must stand in the sentence, in order, for partial support; full support wants all:
# in a long claim, the one word that differs may be "opposed" for "endorsed".
PART_COVERAGE = 0.6
RANK: dict[Support, int] = {"verbatim": 3, "supported": 2, "partial": 1, "unverified": 0}

_QUOTED = re.compile(r"[“\"]([^“”\"]+)[”\"]")
# Stop words that say which way, when, or how many: a claim may not put them in.
_TELLING = frozenset(
    """
    against before after until up down above below over under more most all both few some
    """.split()
)
# Stop words that make a statement of two names.
_FINITE = frozenset("is are was were has had have do does did can could will would may might shall should must said say says".split())
# What stands before the last of these is not about what follows: "It did not fly again, and the company paid …".
_CLAUSE_START = re.compile(r"[;:—–(]|,(?!\d)|[.!?]\s|\b(?:and|but|while|although|because|when|after|before)\b")
# How a sentence ends that was not finished: the model was at the end of its reply.
_BROKEN_OFF = re.compile(
    r"(?:[,;:—–(]|\b(?:and|or|but|nor|the|an?|of|to|in|on|at|for|from|with|by|that|which|who|as|than|because|while|when|is|was))\s*$", re.I
)
# "Orla Penhallow, a lecturer in geology": who somebody is, and not what of that.
_APPOSITION = re.compile(r"[A-Z][\w.’'-]*(?:\s+(?:[a-z]{2,3}\s+)?[A-Z][\w.’'-]*)+,\s+an?\s[^,;:]*")
_QUOTE_MARKS = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "«": '"', "»": '"'})


@dataclass(frozen=True, slots=True)
class Verdict:
    """How well a claim is supported; `reason` says why not fully, None when it is.

    `firm`: what is wrong can be pointed at (a number, a name, a quotation, a negation), and no likeness of meaning excuses it.
    """

    support: Support
    reason: str | None = None
    firm: bool = False


def support_of(claim: str, sentences: Sequence[Sentence]) -> Verdict:
    """Judge a claim by the sentences it cites: by the best of them, or by all together, which never gives more than partial."""
    if not sentences:
        return Verdict("unverified", "it cites no sentence", firm=True)
    verdicts = [_judge(claim, sentence.span.text, sentence.article) for sentence in sentences]
    if len(sentences) > 1:
        whole = _judge(claim, " ".join(sentence.span.text for sentence in sentences), sentences[0].article)
        if RANK[whole.support] > RANK["partial"]:
            whole = Verdict("partial", "it joins what several sentences say")
        verdicts.append(whole)
    return max(verdicts, key=lambda verdict: (RANK[verdict.support], not verdict.firm))


def plain(text: str) -> str:
    """Give a text with white space, quotation marks and letter case evened out, for comparing quotations."""
    return " ".join(_straight(text).casefold().split())


def _straight(text: str) -> str:
    """Give a text with straight quotation marks and apostrophes, each at its place."""
    return text.translate(_QUOTE_MARKS)


def brings_in(text: str, source: str) -> str | None:
    """Name the first figure, date or name of a text that its source does not hold; None when it brings in nothing."""
    return missing_figure(text, source) or _missing_name(text, source)


def _judge(claim: str, source: str, article: ArticleInfo) -> Verdict:
    if plain(claim).rstrip(".") == plain(source).rstrip("."):
        return Verdict("verbatim")
    for quoted in _QUOTED.findall(claim):
        if plain(quoted).rstrip(".,") not in plain(source):
            return Verdict("unverified", f"the quotation “{quoted}” does not stand there", firm=True)
    if not _is_statement(claim):
        return Verdict("unverified", "it names something without saying anything of it", firm=True)
    if _BROKEN_OFF.search(claim):
        return Verdict("unverified", "it breaks off", firm=True)
    if missing := missing_figure(claim, source, article):
        return Verdict("unverified", f"the figure {missing} does not stand there", firm=True)
    if name := _missing_name(claim, source, article):
        return Verdict("unverified", f"the name {name} does not stand there", firm=True)
    if contradicted := contradiction(claim, source):
        return Verdict("unverified", contradicted, firm=True)
    said, there = _content(claim, find_dates(source)), _content(source)
    if not said:
        return Verdict("unverified", "it says nothing that could be checked", firm=True)
    matched, window = _in_order(said, there)
    if matched / len(said) < PART_COVERAGE:
        return Verdict("unverified", f"only {matched} of its {len(said)} content words stand there in that order")
    around = source if window is None else source[_clause_start(source, window[0]) : window[1]]
    if negated(claim) != negated(around):
        return Verdict("unverified", "one of the two says not, or against", firm=True)
    if hedge := lost_hedge(claim.casefold(), around.casefold()):
        return Verdict("unverified", f"the source says “{hedge}”, and it says so for certain", firm=True)
    if differs := difference(claim.casefold(), around.casefold()):
        return Verdict("partial", differs)
    if matched < len(said):
        return Verdict("partial", f"{len(said) - matched} of its {len(said)} content words do not stand there in that order")
    return Verdict("supported")


def _is_statement(claim: str) -> bool:
    """Tell whether a claim, which is no question, has a word that is no name, no number and no unit or noun right behind a number.

    "Hal Brandvold" and "127 seconds" stand in many sentences; what they answer is said by the question alone.
    """
    if claim.endswith("?") or _APPOSITION.fullmatch(claim):
        return False
    numbers = [(figure.start, figure.end) for figure in figures(claim)]
    for match in re.finditer(r"\w+(?:[’'-]\w+)*", claim):
        inside = any(start <= match.start() < end for start, end in numbers)
        counted = any(claim[end : match.start()].strip(" -") == "" for _, end in numbers if end <= match.start())
        plain_word = match[0][0].isalpha() and match[0] == match[0].lower()
        if plain_word and not inside and not counted and match[0].casefold() not in STOP_WORDS - _FINITE:
            return True
    return False


def _missing_name(claim: str, source: str, article: ArticleInfo | None = None) -> str | None:
    """Name the first capitalised word of the claim that neither the source nor the article's title or outlet holds."""
    around = f"{article.title} {article.outlet or ''}" if article else ""
    return missing_name(_straight(claim), _straight(f"{source} {around}"))


def _content(text: str, dates: Sequence[DateMention] | None = None) -> list[tuple[str, int, int]]:
    """List the content words of a text as (stem, start, end), in order, with repeats.

    A number is one word, its value, however it is written. A date is one word too: the first of `dates` that it agrees
    with, or itself when they are None.
    """
    found = [(f"={figure.value}", figure.start, figure.end) for figure in figures(text)]
    for mention in find_dates(text):
        same = mention if dates is None else next((other for other in dates if dates_agree(mention, other)), None)
        found.append((f"={same.year}-{same.month}-{same.day}" if same else "=", mention.start, mention.end))
    taken = [(start, end) for _, start, end in found]
    for match in re.finditer(r"\w+(?:[.,]\d+)*", text):
        word = match[0].casefold()
        counts = len(word) > 1 and (word not in STOP_WORDS or word in _TELLING)
        if counts and not any(start < match.end() and match.start() < end for start, end in taken):
            found.append((stem(word), match.start(), match.end()))
    return sorted(found, key=lambda word: word[1])


def _in_order(said: Sequence[tuple[str, int, int]], there: Sequence[tuple[str, int, int]]) -> tuple[int, tuple[int, int] | None]:
    """Align the claim's content words with the source's (longest common subsequence, as in ROUGE-L, Lin 2004).

    Gives the number matched, and the stretch of the source from the first to the last of them (None when none is).
    """
    best = [[0] * (len(there) + 1) for _ in range(len(said) + 1)]
    for i in range(len(said) - 1, -1, -1):
        for j in range(len(there) - 1, -1, -1):
            same = said[i][0] == there[j][0]
            best[i][j] = best[i + 1][j + 1] + 1 if same else max(best[i + 1][j], best[i][j + 1])
    i = j = 0
    places: list[tuple[int, int]] = []
    while i < len(said) and j < len(there):
        if said[i][0] == there[j][0]:
            places.append(there[j][1:])
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return best[0][0], (places[0][0], places[-1][1]) if places else None


def _clause_start(source: str, place: int) -> int:
    """Find where the clause begins that `place` stands in: "He feared that" is part of what follows it."""
    return max((match.end() for match in _CLAUSE_START.finditer(source, 0, place)), default=0)
