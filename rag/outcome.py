"""Checked claims in, the Answer out: which of the four outcomes it is, and how it reads."""

from __future__ import annotations

from collections.abc import Sequence

from rag.asked_time import other_times
from rag.cite import Gate
from rag.comparable import asks_twice
from rag.disagree import compare
from rag.premise import false_premise
from rag.records import Answer, Citation, Claim, Evidence, Query, Reading, Said, Status, Value
from rag.said import asked_of, missed, said_by

# Behind one of these stands who is spoken of, before it who speaks: "the cabinet led by Mr. Kakar".
_BELONGING = frozenset("at by for from in of to under with".split())
NOT_FOUND = "No sentence was found that answers this."


def compose(query: Query, reading: Reading, claims: Sequence[Claim], gate: Gate, *, answerer: str, prompt_id: str | None) -> Answer:
    """Make an answer of the claims that are worth showing; without any it is "not found", with what comes nearest."""
    shown = tuple(claim for claim in claims if claim.citations)
    dropped = [f"left out, because {claim.reason}: {claim.text[:200]}" for claim in claims if not claim.citations]
    citations = gate.citations
    cited = gate.cited
    values = compare(query, cited)
    asked = asked_of(query.own)
    said = said_by(asked, cited)
    against = [problem for problem in (missed(asked, said), other_times(query, cited)) if problem]
    premise = false_premise(query, reading.evidence)
    status = _status(shown, len(dropped) + len(against) + bool(premise), values)
    return Answer(
        question=query.text,
        status=status,
        text="\n".join(_line(claim, citations) for claim in shown) or NOT_FOUND,
        short_answer=None if against or premise else _short_answer(query, values, said if asked and asked.stance else (), cited),
        claims=shown,
        citations=citations,
        nearest=() if shown else reading.nearest,
        problems=(*against, *dropped),
        answerer=answerer,
        prompt_id=prompt_id,
        raw_reply=None,
        timings_ms={},
        values=values,
        said=said,
        premise=premise,
        searched_for=query.full if query.full != query.text else None,
    )


def _status(shown: Sequence[Claim], missing: int, values: Sequence[Value]) -> Status:
    if not shown:
        return "not_found"
    if values:
        return "conflicting"
    if missing or any(claim.support == "partial" for claim in shown):
        return "partly"
    return "answered"


def _short_answer(query: Query, values: Sequence[Value], said: Sequence[Said], cited: Sequence[Evidence]) -> str | None:
    """Give the first citation's short answer; where two things are asked, or the articles disagree, all of them, those that stand first.

    `said` is who takes the stance that is asked for, if one is: then it is no name from a sentence in which nobody takes it.
    """
    if asks_twice(query.own):
        return " / ".join(dict.fromkeys(item.answer for item in cited if item.answer)) or None
    if values:
        return " / ".join(value.text for value in sorted(values, key=lambda value: value.replaced))
    takes = {row.citation: row.speech.speaker for row in said if row.asked}
    if said and said[0].asked and 1 not in takes:
        return said[0].speech.speaker
    answer = cited[0].answer if cited else None
    speaker = takes.get(1, "")
    belongs = answer and answer in speaker and _BELONGING.intersection(speaker[: speaker.index(answer)].split())
    return speaker if belongs else answer


def _line(claim: Claim, citations: Sequence[Citation]) -> str:
    """Write a claim with its marks; a quotation in quotation marks, with outlet and date."""
    marks = "".join(f"[{number}]" for number in claim.citations)
    if claim.support == "verbatim":
        source = citations[claim.citations[0] - 1].article.source
        return f"“{claim.text}”{f' ({source})' if source else ''} {marks}"
    return f"{claim.text} {marks}{' (partly supported)' if claim.support == 'partial' else ''}"
