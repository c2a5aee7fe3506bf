"""The short answer inside a sentence, by rule: what kind of thing a question asks for, and where such a thing stands.

Numbers, dates, names and places are recognised; a question that asks for anything else gets no short answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.figures import figures, find_dates
from rag.records import Query
from rag.words import content_words, stem, stems, tokens

_ASKS = {
    "number": re.compile(
        r"\bhow (?:many|much|long|old|far|high|tall|big|large|fast|deep|strong|wide|heavy|close)\b"
        r"|\b(?:what|which) (?:\w+ )?(?:percentage|number|share|magnitude|sum|toll|price|cost|distance|altitude|figures?)\b",
        re.IGNORECASE,
    ),
    "date": re.compile(r"\bwhen\b|\b(?:what|which) (?:(?:is|was) the )?(?:\w+ )?(?:year|date|day|month)\b", re.IGNORECASE),
    "who": re.compile(r"\bwho(?:m|se)?\b", re.IGNORECASE),
    "where": re.compile(r"\bwhere\b|\b(?:what|which) (?:country|city|state|town|village|place|port|airport)\b", re.IGNORECASE),
}
_ASKS_SPEAKER = re.compile(
    r"\bwho\b.*\b(?:said|say|says|told|warned|warn|claimed|called|described|reported|argued|estimated|denied|confirmed|announced|"
    r"acknowledged|admitted|complained|put|stated|objected|criticised|criticized|praised|predicted|insisted)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"\b[A-Z][\w’'.-]*\w(?:\s+(?:(?:of|the|for|ul|al|bin|de|van|von)\s+)?(?:[A-Z]\.|[A-Z][\w’'-]*\w))*")
_WEEKDAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")
_MEASURE = re.compile(
    r"[\s-](?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|feet|foot|metres?|meters?|kilomet(?:re|er)s?|miles?|tons?|tonnes?|"
    r"dollars?|rupees?|euros?|pounds?|acres?|degrees?)\b"
)
# "nine people, four of them children": the second number counts a part, of those that are named behind it, of what the first does.
_PART = re.compile(r"\s+of\s+(?:them|whom|these|those)\b(?P<named>[^,.;]*)", re.IGNORECASE)


def asked_for(question: str) -> str:
    """Say what kind of thing a question asks for: number, date, who, where or other; what is asked first counts."""
    found = {kind: match.start() for kind, pattern in _ASKS.items() if (match := pattern.search(question))}
    return min(found, key=lambda kind: found[kind]) if found else "other"


def holds_what_is_asked(kind: str, question: str, sentence: str) -> float:
    """Give 1 when a sentence holds something of the kind that the question does not name itself, else 0; 0.5 for other kinds."""
    if kind == "other":
        return 0.5
    if kind == "date" and _WEEKDAY.search(sentence):
        return 1.0
    return float(any(True for _ in _candidates(kind, question, sentence)))


def find_short_answer(query: Query, sentence: str, speaker: str | None) -> str | None:
    """Give the stretch of a sentence that answers the query, None when nothing of the right kind stands there.

    Of several, the one that stands nearest to the words of the question.
    """
    kind = asked_for(query.own)
    if kind == "who" and speaker and _ASKS_SPEAKER.search(query.text):
        return speaker
    wanted = {stem(word) for word in content_words(query.full)}
    words = [(match.start(), stem(match[0])) for match in re.finditer(r"\w+", sentence)]
    places = [at for at, word in words if word in wanted]

    def nearness(span: tuple[int, int]) -> float:
        middle = sum(span) / 2
        return sum(1 / (10 + abs(at - middle)) for at in places)

    spans = list(_candidates(kind, query.full, sentence))
    if not spans:
        return None
    start, end = max(spans, key=nearness)
    return sentence[start:end].strip()


def of_what_is_counted(query: Query, sentence: str, answer: str) -> str:
    """Give an answer, but where it counts something else than the question does the number that does not.

    Of several numbers in it that is the one before a word of the question: "four" of "three women and four [children]". For one that
    counts a part which the question does not name it is the number before that one, of the whole.
    """
    at = sentence.find(answer)
    found = figures(sentence) if asked_for(query.own) == "number" and at >= 0 else []
    places = [place for place, figure in enumerate(found) if at <= figure.start < at + len(answer)]
    if len(places) > 1:
        named = [found[place].text for place in places if stems(" ".join(sentence[found[place].end :].split()[:1])) & stems(query.own)]
        return named[0] if len(named) == 1 else answer
    part = _PART.match(sentence, found[places[0]].end) if places and places[0] > 0 else None
    return found[places[0] - 1].text if part and not stems(part["named"]) & stems(query.own) else answer


def _candidates(kind: str, question: str, sentence: str) -> Iterable[tuple[int, int]]:
    """Find the (start, end) of everything of a kind in a sentence that the question does not hold already."""
    if kind == "number":
        known = {figure.value for figure in figures(question)}
        for figure in figures(sentence):
            if figure.value not in known:
                measure = _MEASURE.match(sentence, figure.end)
                yield figure.start, measure.end() if measure else figure.end
    elif kind == "date":
        for mention in find_dates(sentence):
            if mention.text not in question:
                yield mention.start, mention.end
    elif kind in {"who", "where"}:
        known_stems = stems(question)
        for match in _NAME.finditer(sentence):
            named = stems(match[0])
            # The first word of a sentence has a capital whatever it is; a lone function word is no name.
            if named and not named <= known_stems and not _is_opening_word(match, sentence):
                yield match.start(), match.end()


def _is_opening_word(match: re.Match[str], sentence: str) -> bool:
    return match.start() == 0 and len(tokens(match[0])) == 1 and len(sentence) > match.end() and not sentence[match.end()].isspace()
