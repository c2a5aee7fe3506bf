"""Summaries and briefs into HTML for the browser, with the marks, badges and tables of an answer. All text is escaped here or there."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rag.page import article_link, block, claim_html, mark_html, problems_html, quoted_html, source_cells, sources_html, values_html
from rag.records import ArticleInfo, Brief, Citation, Claim, Disagreement, Mention, Remark, Summary
from rag.sheet import coverage, writer


def summary_html(summary: Summary) -> str:
    """Give a summary with its marks as links, what the articles disagree on, its figures and people, and what it covers."""
    parts = [
        _claims(summary.sentences, summary.citations),
        _disagreements(summary.disagreements, summary.citations),
        _mentions("Key figures", summary.key_figures, summary.citations),
        _mentions("People", summary.people, summary.citations),
    ]
    return block("answer product", [*parts, *_grounds(summary)])


def brief_html(brief: Brief) -> str:
    """Give a brief: headline, what is new, bullets with the latest first, who says what, and what the articles disagree on."""
    summary = brief.summary
    parts = [
        f'<div class="headline">{claim_html(brief.headline, summary.citations)}</div>',
        _changes(brief),
        _section("What there is to know", _claims(summary.sentences, summary.citations)),
        _section("Who says what", _remarks(brief.remarks, summary.citations)),
        _section("Open questions", _disagreements(summary.disagreements, summary.citations)),
    ]
    return block("answer product", [*parts, *_grounds(summary)])


def _claims(claims: Sequence[Claim], citations: Sequence[Citation]) -> str:
    return "".join(claim_html(claim, citations) for claim in claims)


def _section(heading: str, content: str) -> str:
    return f"<h3>{escape(heading)}</h3>{content}" if content else ""


def _changes(brief: Brief) -> str:
    """Give what is new since a day; where there was nothing to compare with, nothing."""
    if not brief.since:
        return ""
    heading = f"New since {'the last brief, ' if brief.since_last else ''}{brief.since}"
    return _section(heading, _claims(brief.changes, brief.summary.citations) or '<p class="by">Nothing.</p>')


def _disagreements(found: Sequence[Disagreement], citations: Sequence[Citation]) -> str:
    return "".join(f"<h4>The articles disagree: {escape(each.about)}</h4>{values_html(each.values, citations)}" for each in found)


def _mentions(heading: str, found: Sequence[Mention], citations: Sequence[Citation]) -> str:
    rows = "".join(_mention(each, citations[each.citation - 1]) for each in found)
    return _section(heading, f'<table class="values"><tbody>{rows}</tbody></table>' if rows else "")


def _mention(mention: Mention, citation: Citation) -> str:
    return f'<tr><td class="value">{escape(mention.text)}</td><td>{escape(mention.about or "")}</td><td>{mark_html(citation)}</td></tr>'


def _remarks(remarks: Sequence[Remark], citations: Sequence[Citation]) -> str:
    rows = "".join(_remark(each, citations[each.citation - 1]) for each in remarks)
    head = "<tr><th>Who</th><th>What</th><th>Outlet</th><th>Date</th><td></td></tr>"
    return f'<table class="said"><thead>{head}</thead><tbody>{rows}</tbody></table>' if rows else ""


def _remark(remark: Remark, citation: Citation) -> str:
    said = f'<td class="speaker">{escape(remark.speaker)}</td><td>{quoted_html(remark.text)}</td>'
    return f"<tr>{said}{source_cells(citation)}</tr>"


def _grounds(summary: Summary) -> list[str]:
    """Give what a summary rests on: how much was read, what was left out, what went wrong, and the sources."""
    covered = f'<p class="coverage by">{escape(coverage(summary))}; {escape(writer(summary))}</p>'
    return [covered, _left_out(summary.left_out), problems_html(summary.problems), sources_html(summary.citations)]


def _left_out(articles: Sequence[ArticleInfo]) -> str:
    if not articles:
        return ""
    links = "".join(f"<li>{article_link(article)}</li>" for article in articles)
    count = f"{len(articles):,} article{'' if len(articles) == 1 else 's'} read and not quoted"
    return f'<details class="left-out"><summary>{count}</summary><ul>{links}</ul></details>'
