"""Answers, summaries, briefs and timelines into one shape: headed lines with the numbers of what they cite, for terminal and export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.records import Answer, Brief, Citation, Claim, Disagreement, Said, Summary, Timeline, Value

Product = Answer | Summary | Brief | Timeline
Kind = Literal["answer", "summary", "brief", "timeline"]


@dataclass(frozen=True, slots=True)
class Line:
    """One statement. `lead` stands before it (a date, a speaker), `note` behind it; "" for none. `quoted`: it is word for word."""

    text: str
    citations: tuple[int, ...]
    quoted: bool = False
    lead: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a heading, "" for the first ones."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole product: its sections that hold something, what they cite, and remarks on how it was made."""

    kind: Kind
    sections: tuple[Section, ...]
    citations: tuple[Citation, ...]
    notes: tuple[str, ...]


def sheet_of(product: Product) -> Sheet:
    """Lay out a product."""
    if isinstance(product, Answer):
        return _answer(product)
    if isinstance(product, Timeline):
        return _timeline(product)
    if isinstance(product, Brief):
        return _brief(product)
    differing = _disagreements(product.disagreements, product.citations)
    mentions = [
        Section(heading, tuple(Line(each.about or "", (each.citation,), lead=each.text) for each in found))
        for heading, found in (("Key figures", product.key_figures), ("People", product.people))
    ]
    return _sheet("summary", [Section("", _claims(product.sentences)), *differing, *mentions], product.citations, _coverage(product))


def _answer(answer: Answer) -> Sheet:
    sections = [
        Section("", (Line(answer.premise[0].upper() + answer.premise[1:], ()),) if answer.premise else ()),
        Section("The articles disagree", _values(answer.values, answer.citations)),
        Section("Who said what", _said(answer.said, answer.citations)),
        Section("", _claims(answer.claims) or (Line(answer.text, ()),)),
    ]
    return _sheet("answer", sections, answer.citations, (f"answered by {answer.answerer}", *answer.problems))


def _brief(brief: Brief) -> Sheet:
    summary = brief.summary
    changes = _claims(brief.changes) or (Line("nothing", ()),)
    return _sheet(
        "brief",
        [
            Section("", _claims((brief.headline,))),
            Section("What there is to know", _claims(summary.sentences)),
            Section("Who says what", tuple(Line(each.text, (each.citation,), quoted=True, lead=each.speaker) for each in brief.remarks)),
            *_disagreements(summary.disagreements, summary.citations),
            *([Section(f"New since {brief.since}", changes)] if brief.since else []),
        ],
        summary.citations,
        _coverage(summary),
    )


def _timeline(timeline: Timeline) -> Sheet:
    lines = tuple(
        Line(
            event.text,
            event.citations,
            quoted=True,
            lead=event.date,
            note=f"other articles say {', '.join(event.other_dates)}" if event.other_dates else "",
        )
        for event in timeline.events
    )
    left = (f"{timeline.left_out} events that fewer articles tell are left out",) if timeline.left_out else ()
    read = (read_of(timeline),) if timeline.articles else ()
    return _sheet("timeline", [Section("", lines or (Line("No article dates anything.", ()),))], timeline.citations, (*read, *left))


def _sheet(kind: Kind, sections: Sequence[Section], citations: tuple[Citation, ...], notes: tuple[str, ...]) -> Sheet:
    return Sheet(kind, tuple(section for section in sections if section.lines), citations, notes)


def _claims(claims: Sequence[Claim]) -> tuple[Line, ...]:
    notes = {"partial": "partly supported", "unverified": "unverified"}
    return tuple(Line(each.text, each.citations, each.support == "verbatim", note=notes.get(each.support, "")) for each in claims)


def _disagreements(found: Sequence[Disagreement], citations: Sequence[Citation]) -> list[Section]:
    return [Section(f"The articles disagree: {each.about}", _values(each.values, citations)) for each in found]


def _values(values: Sequence[Value], citations: Sequence[Citation]) -> tuple[Line, ...]:
    lines = []
    for value in values:
        source = _source(value.speaker, citations[value.citation - 1])
        lines.append(Line(source, (value.citation,), lead=value.text, note="replaced later" if value.replaced else ""))
    return tuple(lines)


def _said(said: Sequence[Said], citations: Sequence[Citation]) -> tuple[Line, ...]:
    """Write who said what, a line each; those who were not asked for are marked as others."""
    lines = []
    for row in said:
        speech = row.speech
        reported = f", according to {speech.reported_by}" if speech.reported_by else ""
        lead = f"{'' if row.asked else 'other: '}{speech.speaker} {speech.verb}{reported}"
        note = f"{speech.stance}, {'own words' if speech.direct else 'indirect'}"
        lines.append(Line(_source(None, citations[row.citation - 1]), (row.citation,), lead=lead, note=note))
    return tuple(lines)


def _source(speaker: str | None, citation: Citation) -> str:
    return ", ".join(part for part in (speaker, citation.article.source) if part)


def read_of(product: Summary | Timeline) -> str:
    """Say how much was read for a product: "42 of 42 articles read"."""
    return f"{product.read:,} of {product.articles:,} articles read"


def coverage(summary: Summary) -> str:
    """Say how much a summary rests on: "42 of 42 articles read, 31 cited, 6 copies folded"."""
    folded = f", {summary.folded} {'copies' if summary.folded > 1 else 'copy'} folded" if summary.folded else ""
    return f"{read_of(summary)}, {summary.cited:,} cited{folded}"


def writer(summary: Summary) -> str:
    """Say who wrote a summary: "written by ollama:qwen3:4b, 2 sentences the articles' own"."""
    own = f", {summary.replaced} {'sentences' if summary.replaced > 1 else 'sentence'} the articles' own" if summary.replaced else ""
    return f"written by {summary.answerer}{own if summary.prompt_id else ''}"


def _coverage(summary: Summary) -> tuple[str, ...]:
    return (f"{coverage(summary)}; {writer(summary)}", *summary.problems)
