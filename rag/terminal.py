"""Products into lines of plain text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rag.records import Citation, QuoteCheck
from rag.sheet import Line, Product, sheet_of

STANDING = {
    "stands": "stands",
    "moved": "stands elsewhere in its article",
    "changed": "does not stand in its article",
    "gone": "its article is not stored",
    "edited": "was edited in the file",
}


def as_text(product: Product) -> str:
    """Write a product: its statements with their marks, the sources, and how it was made."""
    sheet = sheet_of(product)
    parts = []
    for section in sheet.sections:
        parts += [section.heading] * bool(section.heading) + [_line(line) for line in section.lines] + [""]
    parts += [*sources(sheet.citations), ""] if sheet.citations else []
    return "\n".join([*parts, *sheet.notes[:1]]).strip()


def sources(citations: Iterable[Citation]) -> list[str]:
    """Write what is cited, a line each."""
    return [
        f"[{each.number}] {', '.join(filter(None, (each.article.title, each.article.source)))} ({each.article.id}, {each.start}-{each.end})"
        for each in citations
    ]


def checks_text(checks: Iterable[QuoteCheck]) -> str:
    """Write which quotations of a file no longer stand, and how many do."""
    every = list(checks)
    failed = [
        f"[{each.number}] {STANDING[each.standing]}: “{each.quote}” ({each.title}, {each.article_id})" for each in every if _fails(each)
    ]
    return "\n".join([*failed, f"{len(every) - len(failed)} of {len(every)} quotations stand"])


def _fails(check: QuoteCheck) -> bool:
    return check.standing != "stands"


def _line(line: Line) -> str:
    lead = f"{line.lead}  " if line.lead else ""
    return f"{lead}{line.text} {''.join(f'[{n}]' for n in line.citations)}{f' ({line.note})' if line.note else ''}".rstrip()
