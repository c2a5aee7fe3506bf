"""Records into plain text, as the command line prints them."""

from __future__ import annotations

from collections.abc import Iterable

from rag.records import Answer, ArticleInfo, Citation


def answer_text(answer: Answer) -> str:
    """Write an answer: what is wrong with the question, what the articles disagree on, who said what, the claims, and the sources."""
    premise = [answer.premise[0].upper() + answer.premise[1:], ""] if answer.premise else []
    return "\n".join([*premise, *_value_lines(answer), *_said_lines(answer), answer.text, "", *source_lines(answer.citations)]).rstrip()


def source_lines(citations: Iterable[Citation]) -> list[str]:
    """Write the sources, a line each."""
    return [
        f"[{each.number}] {each.article.title}"
        + "".join(f", {part}" for part in (each.article.outlet, each.article.published) if part)
        + f" ({each.article.id}, {each.start}-{each.end})"
        for each in citations
    ]


def _value_lines(answer: Answer) -> list[str]:
    lines = []
    for value in answer.values:
        source = _joined(value.speaker, answer.citations[value.citation - 1].article)
        lines.append(f"{value.text}: {source} [{value.citation}]{' (replaced later)' if value.replaced else ''}")
    return ["The articles disagree:", *lines, ""] if lines else []


def _said_lines(answer: Answer) -> list[str]:
    """Write who said what, a line each; those who were not asked for are marked as others."""
    lines = []
    for row in answer.said:
        speech = row.speech
        reported = f", according to {speech.reported_by}" if speech.reported_by else ""
        about = f"{speech.stance}, {'own words' if speech.direct else 'indirect'}"
        source = _joined(None, answer.citations[row.citation - 1].article)
        lines.append(f"{'' if row.asked else 'other: '}{speech.speaker} {speech.verb}{reported} ({about}) {source} [{row.citation}]")
    return ["Who said what:", *lines, ""] if lines else []


def _joined(speaker: str | None, article: ArticleInfo) -> str:
    return ", ".join(part for part in (speaker, article.outlet, article.published) if part)
