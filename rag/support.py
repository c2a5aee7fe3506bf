"""Does a cited sentence say what a claim says? Deterministic, and strict: what is not plainly there is not supported.

Checked, in this order: quotation marks, numbers and dates, names, what contradicts it, negation, voice and hedging, and that the claim's
content words stand in the sentence in the same order (so that who did what to whom cannot be turned round).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.contradict import contradiction
from rag.figures import DateMention, figures, find_dates
from rag.records import ArticleInfo, Sentence, Support
from rag.words import STOP_WORDS, stem, tokens

# Share of the claim's content words that must stand in the sentence, in order, for partial support; full support wants all:
# in a long claim, the one word that differs may be "opposed" for "endorsed".
PART_COVERAGE = 0.6
RANK: dict[Support, int] = {"verbatim": 3, "supported": 2, "partial": 1, "unverified": 0}

_QUOTED = re.compile(r"[“\"]([^“”\"]+)[”\"]")
_NEGATIONS = frozenset(
    """
    not no never none neither nor without against cannot denied denies deny refused refuses rejected rejects failed fails unlikely
    """.split()
)
_HEDGES = frozenset(
    """
    may might could would should will expected feared plans planned possibly perhaps allegedly reportedly suspected about around
    nearly almost over under least estimated likely if whether
    """.split()
)
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
# "struck by Iran", but not "by 5 percent", "by firing" or "by Friday".
_PASSIVE = re.compile(r"\bby\s+(?![\d$€£₹]|\w+ing\b|\w+day\b)")
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
    return _missing_figures(text, source) or _missing_name(text, source)


def _judge(claim: str, source: str, article: ArticleInfo) -> Verdict:
    if plain(claim).rstrip(".") == plain(source).rstrip("."):
        return Verdict("verbatim")
    for quoted in _QUOTED.findall(claim):
        if plain(quoted).rstrip(".,") not in plain(source):
            return Verdict("unverified", f"the quotation “{quoted}” does not stand there", firm=True)
    if not _is_statement(claim):
        return Verdict("unverified", "it names something without saying anything of it", firm=True)
    if missing := _missing_figures(claim, source, article):
        return Verdict("unverified", f"the figure {missing} does not stand there", firm=True)
    if name := _missing_name(claim, source, article):
        return Verdict("unverified", f"the name {name} does not stand there", firm=True)
    if difference := contradiction(claim, source):
        return Verdict("unverified", difference, firm=True)
    said, there = _content(claim, find_dates(source)), _content(source)
    if not said:
        return Verdict("unverified", "it says nothing that could be checked", firm=True)
    matched, window = _in_order(said, there)
    if matched / len(said) < PART_COVERAGE:
        return Verdict("unverified", f"only {matched} of its {len(said)} content words stand there in that order")
    around = source if window is None else source[_clause_start(source, window[0]) : window[1]]
    if _negated(claim) != _negated(around):
        return Verdict("unverified", "one of the two says not, or against", firm=True)
    if difference := _difference(claim.casefold(), around.casefold()):
        return Verdict("partial", difference)
    if matched < len(said):
        return Verdict("partial", f"{len(said) - matched} of its {len(said)} content words do not stand there in that order")
    return Verdict("supported")


def _is_statement(claim: str) -> bool:
    """Tell whether a claim has a word that is no name, no number and no unit or noun right behind a number.

    "Hal Brandvold" and "127 seconds" stand in many sentences; what they answer is said by the question alone.
    """
    numbers = [(figure.start, figure.end) for figure in figures(claim)]
    for match in re.finditer(r"\w+(?:[’'-]\w+)*", claim):
        inside = any(start <= match.start() < end for start, end in numbers)
        counted = any(claim[end : match.start()].strip(" -") == "" for _, end in numbers if end <= match.start())
        plain_word = match[0][0].isalpha() and match[0] == match[0].lower()
        if plain_word and not inside and not counted and match[0].casefold() not in STOP_WORDS - _FINITE:
            return True
    return False


def _missing_figures(claim: str, source: str, article: ArticleInfo | None = None) -> str | None:
    """Name the first number or date of the claim that the source does not hold; the article's own date counts as held."""
    there = {figure.value for figure in figures(source)}
    for figure in figures(claim):
        if figure.value not in there:
            return figure.text
    dates = find_dates(source) + (find_dates(_spelled(article.published)) if article and article.published else [])
    for mention in find_dates(claim):
        if not any(_agrees(mention, other) for other in dates):
            return mention.text
    return None


def _spelled(iso: str) -> str:
    """Spell an ISO date so that it is found: 2024-01-19 is "19 Jan 2024"."""
    year, month, day = iso.split("-")
    months = """
    Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec
    """.split()
    return f"{int(day)} {months[int(month) - 1]} {year}"


def _agrees(said: DateMention, there: DateMention) -> bool:
    """Tell whether a date is the same as far as both state it; a source may leave out the year, not the month or day."""
    same_year = said.year is None or there.year is None or said.year == there.year
    return same_year and (said.month is None or said.month == there.month) and (said.day is None or said.day == there.day)


def _missing_name(claim: str, source: str, article: ArticleInfo | None = None) -> str | None:
    """Name the first capitalised word of the claim that neither the source nor the article's title or outlet holds."""
    around = f"{article.title} {article.outlet or ''}" if article else ""
    text = _straight(f"{source} {around}")
    held = {stem(token) for token in tokens(text)} | {stem(letters) for letters in _initials(text)}
    for match in re.finditer(r"(?<![\w'])(?:[A-Z]'(?=[A-Z]))?[A-Z][\w-]*", _straight(claim)):
        word = match[0]
        opening = not claim[: match.start()].strip(" “\"'(")
        # The first word of a sentence has a capital whatever it is.
        plain_opening = opening and word[1:].islower()
        if word.casefold() in STOP_WORDS or _calendar(word) or plain_opening:
            continue
        if not all(stem(part) in held for part in tokens(word.replace("-", " "))):
            return word
    return None


def _initials(text: str) -> set[str]:
    """List what names of several words may be shortened to: AP for Associated Press."""
    names = re.findall(r"[A-Z]\w+(?: (?:of |the |for |and )*[A-Z]\w+)+", text)
    letters = {"".join(word[0] for word in name.split() if word[0].isupper()) for name in names}
    # "The" opens a sentence as often as it is part of the name.
    return letters | {each[1:] for each in letters}


def _calendar(word: str) -> bool:
    return (
        word.rstrip("s").endswith("day")
        or word[:3]
        in """
    Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec
    """.split()
    )


def _content(text: str, dates: Sequence[DateMention] | None = None) -> list[tuple[str, int, int]]:
    """List the content words of a text as (stem, start, end), in order, with repeats.

    A number is one word, its value, however it is written. A date is one word too: the first of `dates` that it agrees
    with, or itself when they are None.
    """
    found = [(f"={figure.value}", figure.start, figure.end) for figure in figures(text)]
    for mention in find_dates(text):
        same = mention if dates is None else next((other for other in dates if _agrees(mention, other)), None)
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


def _negated(text: str) -> bool:
    return bool(_words(text.casefold()) & _NEGATIONS)


def _difference(claim: str, source: str) -> str | None:
    """Say how voice or hedging differ between a claim and the stretch of the source it follows; None when they do not."""
    if bool(_PASSIVE.search(claim)) != bool(_PASSIVE.search(source)):
        return "one of the two says by whom it was done"
    if lost := sorted((_words(source) & _HEDGES) - _words(claim)):
        return f"the source is less certain ({', '.join(lost)})"
    return None


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", re.sub(r"n['’]t\b", " not", text)))
