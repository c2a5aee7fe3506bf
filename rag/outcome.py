"""Checked claims in, the Answer out: which of the four outcomes it is, and how it reads."""

from __future__ import annotations

from collections.abc import Sequence

from rag.cite import Gate
from rag.figures import figures
from rag.records import Answer, Citation, Claim, Evidence, Query, Reading, Status
from rag.short_answer import asked_for

NOT_FOUND = "The articles do not answer this."


def compose(query: Query, reading: Reading, claims: Sequence[Claim], gate: Gate, *, answerer: str, prompt_id: str | None) -> Answer:
    """Make an answer of the claims that are worth showing; without any it is "not found", with the nearest articles."""
    shown = tuple(claim for claim in claims if claim.citations)
    dropped = [f"left out, because {claim.reason}: {claim.text[:200]}" for claim in claims if not claim.citations]
    citations = gate.citations
    cited = _cited_evidence(reading.evidence, citations)
    status = _status(query, shown, len(dropped), cited)
    return Answer(
        question=query.text,
        status=status,
        text="\n".join(_line(claim, citations) for claim in shown) or NOT_FOUND,
        short_answer=_short_answer(status, cited),
        claims=shown,
        citations=citations,
        nearest=() if shown else reading.nearest,
        problems=tuple(dropped),
        answerer=answerer,
        prompt_id=prompt_id,
        raw_reply=None,
        timings_ms={},
    )


def _cited_evidence(evidence: Sequence[Evidence], citations: Sequence[Citation]) -> list[Evidence]:
    """Give the evidence behind the citations, in their order."""
    by_place = {(item.sentence.article.id, item.sentence.span.start): item for item in evidence}
    return [by_place[citation.article.id, citation.start] for citation in citations]


def _status(query: Query, shown: Sequence[Claim], dropped: int, cited: Sequence[Evidence]) -> Status:
    if not shown:
        return "not_found"
    if disagree(query, cited):
        return "conflicting"
    if dropped or any(claim.support == "partial" for claim in shown):
        return "partly"
    return "answered"


def _short_answer(status: Status, cited: Sequence[Evidence]) -> str | None:
    """Give the first citation's short answer; where the articles disagree, one for each value."""
    if status != "conflicting":
        return cited[0].answer if cited else None
    found: dict[float, str] = {}
    for item in cited:
        for figure in figures(item.answer or "")[:1]:
            found.setdefault(figure.value, item.answer or "")
    return " / ".join(found.values())


def disagree(query: Query, cited: Sequence[Evidence]) -> bool:
    """Tell whether the cited sentences answer a question for a number with different numbers."""
    if asked_for(query.text) != "number":
        return False
    values = {figures(item.answer)[0].value for item in cited if item.answer and figures(item.answer)}
    return len(values) > 1


def _line(claim: Claim, citations: Sequence[Citation]) -> str:
    """Write a claim with its marks; a quotation in quotation marks, with outlet and date."""
    marks = "".join(f"[{number}]" for number in claim.citations)
    if claim.support == "verbatim":
        article = citations[claim.citations[0] - 1].article
        source = ", ".join(part for part in (article.outlet, article.published) if part)
        return f"“{claim.text}”{f' ({source})' if source else ''} {marks}"
    return f"{claim.text} {marks}{' (partly supported)' if claim.support == 'partial' else ''}"
