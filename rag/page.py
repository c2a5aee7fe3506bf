"""Records into HTML for the browser. Everything that comes from a file, a model or a user is escaped here.

A citation is a link "#cite:ARTICLE:START:END"; the page's script opens the source pane for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

from rag.records import Answer, Article, ArticleInfo, Citation, Claim, Said, Sentence, Span, Stance, Status, Value
from rag.scope import limits

# Each outcome but "answered" is named, with what it means.
STATUS: dict[Status, tuple[str, str]] = {
    "answered": ("", ""),
    "partly": ("Partly answered", "some of this did not pass the check in full: compare it with the sentences it cites"),
    "conflicting": ("The articles disagree", "different articles give different answers; each stands with whoever gives it"),
    "not_found": ("Not found in the articles", "nothing is made up instead: this is what comes nearest"),
}
# A date that nobody stated, by where it was found.
INFERRED: dict[str | None, str] = {"url": "the date is from the article's address", "text": "the date is from the article's text"}
SUPPORT = {
    "verbatim": ("quotation", "word for word as it stands in the article"),
    "supported": ("supported", "checked: the cited sentence says this"),
    "partial": ("partly supported", "the cited sentence says part of this; open it and compare"),
    "unverified": ("unverified", "nothing in the articles was found to say this"),
}
STANCES: dict[Stance, str] = {"support": "for", "oppose": "against", "neutral": "neutral"}
NOWHERE = Span(0, 0, "")
# So many notes on what is missing from an answer in part are read with it.
FEW_PROBLEMS = 2
OTHERS = "Not what was asked for, but in what was found:"


def answer_html(answer: Answer, today: date, link: str = "") -> str:
    """Give an answer with its marks, its outcome, how old its evidence is on the day `today`, what went wrong, and `link` to it (HTML)."""
    label, meaning = STATUS[answer.status]
    parts = [f'<p class="status {answer.status}" title="{meaning}">{label}</p>'] if label else []
    if answer.premise:
        parts.append(f'<p class="problem">{escape(answer.premise)}</p>')
    if answer.values:
        parts.append(values_html(answer.values, answer.citations))
    elif answer.short_answer:
        parts.append(f'<p class="short-answer">{escape(answer.short_answer)}</p>')
    if answer.said:
        parts.append(_said(answer.said, answer.citations))
    parts += [claim_html(claim, answer.citations) for claim in answer.claims]
    if answer.status == "not_found":
        parts.append(f"<p>{escape(answer.text)}</p>")
    if answer.nearest:
        parts.append(f"<p>What comes nearest, and may be about something else:</p><ul>{''.join(map(_near, answer.nearest))}</ul>")
    if answer.searched_for:
        parts.append(f'<p class="by">searched for: {escape(answer.searched_for)}</p>')
    if answer.scope:
        parts.append(f'<p class="by">only articles {escape(limits(answer.scope))} were searched</p>')
    opened = answer.status == "partly" and len(answer.problems) <= FEW_PROBLEMS
    parts += [problems_html(answer.problems, opened=opened), sources_html(answer.citations), link]
    parts.append(f'<p class="by">answered by {escape(answer.answerer)}{_origins(answer)}{_age(answer.newest, today)}</p>')
    return block(f"answer {answer.status}", parts)


def article_html(
    article: Article, marked: tuple[int, int] | None = None, *, versions: Sequence[ArticleInfo] = (), current: str | None = None
) -> str:
    """Give a whole article; the stretch `marked` (start, end) is highlighted and begins with the id "cited".

    `versions` are its earlier versions; `current` is the id of the article that replaced it, None when it is no earlier version.
    """
    header = f"{_banner(current)}<h2>{escape(article.info.title)}</h2>{_about(article.info)}{_versions(versions)}"
    return f'<article class="source" id="article-{escape(article.info.id)}">{header}{_paragraphs(article.text, marked or (0, 0))}</article>'


def _banner(current: str | None) -> str:
    if not current:
        return ""
    return f'<p class="banner">This is an earlier version. <a class="cite" href="{_link(current)}">Open the current one.</a></p>'


def _about(info: ArticleInfo) -> str:
    """Give where an article comes from. A date that was only inferred says so: old news must not pass for new."""
    published = escape(info.published or "")
    if info.published and info.published_from in INFERRED:
        published = f'<span class="inferred" title="{INFERRED[info.published_from]}">probably {published}</span>'
    parts = [escape(info.outlet or ""), published]
    if info.updated and info.updated != info.published:
        parts.append(f"updated {escape(info.updated)}")
    parts.append(escape(", ".join(info.authors)))
    if info.link:
        parts.append(f'<a href="{escape(info.link)}" target="_blank" rel="noopener noreferrer">open original</a>')
    return f'<p class="about">{" · ".join(part for part in parts if part)}</p>'


def _versions(versions: Sequence[ArticleInfo]) -> str:
    if not versions:
        return ""
    links = "".join(f"<li>{article_link(version)}</li>" for version in versions)
    count = f"{len(versions)} earlier version{'s' if len(versions) > 1 else ''}"
    return f'<details class="versions"><summary>{count}</summary><ul>{links}</ul></details>'


def _paragraphs(text: str, marked: tuple[int, int]) -> str:
    start, end = marked
    pieces: list[str] = []
    place = ' id="cited"'
    at = 0
    for paragraph in text.split("\n\n"):
        low, high = max(start, at), min(end, at + len(paragraph))
        if low < high:
            before, inside, after = paragraph[: low - at], paragraph[low - at : high - at], paragraph[high - at :]
            pieces.append(f"<p>{escape(before)}<mark{place}>{escape(inside)}</mark>{escape(after)}</p>")
            place = ""
        else:
            pieces.append(f"<p>{escape(paragraph)}</p>")
        at += len(paragraph) + 2
    return "".join(pieces)


def user_html(question: str) -> str:
    """Give what a user typed, as plain text."""
    return f"<div>{escape(' '.join(question.split()))}</div>"


def message_html(text: str) -> str:
    """Give a message to the user, such as an error that is explained."""
    return f'<div class="answer"><p class="problem">{escape(text)}</p></div>'


def _link(article_id: str, start: int = 0, end: int = 0) -> str:
    return escape(f"#cite:{article_id}:{start}:{end}")


def parse_link(link: str) -> tuple[str, int, int]:
    """Read "#cite:ARTICLE:START:END" as (article id, start, end).

    Raises:
        ValueError: it is not of that form.
    """
    _, article, start, end = link.split(":")
    return article, int(start), int(end)


def quoted_html(text: str) -> str:
    """Give a quotation between marks, single ones where it holds double ones itself."""
    return f"‘{escape(text)}’" if set(text) & set('“”"') else f"“{escape(text)}”"


def claim_html(claim: Claim, citations: Sequence[Citation]) -> str:
    """Give a claim with its marks, who says it and where, and what the check found."""
    text = quoted_html(claim.text) if claim.support == "verbatim" else escape(claim.text)
    said = f'<span class="said">{text} {"".join(mark_html(citations[number - 1]) for number in claim.citations)}</span>'
    label, meaning = SUPPORT[claim.support]
    source = ""
    if claim.citations:
        article = citations[claim.citations[0] - 1].article
        origins = f"{claim.origins} origins" if (claim.origins or 0) > 1 else ""
        source = " · ".join(part for part in (claim.speaker, article.outlet, article.published, origins) if part)
    badge = f'<span class="badge {claim.support}" title="{escape(claim.reason or meaning)}">{label}</span>'
    return f'<p class="claim {claim.support}">{said}<br><span class="by">{escape(source)}</span> {badge}</p>'


def _near(sentence: Sentence) -> str:
    return f'<li>{article_link(sentence.article, sentence.span)}<br><span class="by">{quoted_html(sentence.span.text)}</span></li>'


def _origins(answer: Answer) -> str:
    """Say how many articles tell what is cited, and on how many origins they rest: copies of one report are no agreement."""
    if answer.articles < 2:
        return ""
    return f" · {answer.articles} articles, {answer.origins} origin{'' if answer.origins == 1 else 's'}"


def _age(newest: str | None, today: date) -> str:
    """Say how old the newest evidence is: old news must not pass for current."""
    try:
        days = (today - date.fromisoformat(newest or "")).days
    except ValueError:
        # No date, or one that no reader of files would have let in: the page shows what it can.
        return ""
    return f" · newest evidence {newest}, {days} day{'' if days == 1 else 's'} old"


def values_html(values: Sequence[Value], citations: Sequence[Citation]) -> str:
    """Give what the articles disagree on as a table: the value, who says so, where and when."""
    rows = []
    for value in values:
        citation = citations[value.citation - 1]
        note = ' <span class="badge">replaced later</span>' if value.replaced else ""
        speaker = f"<td>{escape(value.speaker or 'the article')}</td>"
        rows.append(f'<tr><td class="value">{escape(value.text)}{note}</td>{speaker}{source_cells(citation)}</tr>')
    head = "<tr><th>What</th><th>Who says so</th><th>Outlet</th><th>Date</th><td></td></tr>"
    return f'<table class="values"><thead>{head}</thead><tbody>{"".join(rows)}</tbody></table>'


def _said(said: Sequence[Said], citations: Sequence[Citation]) -> str:
    """Give who said what as a table; those who were not asked for stand in another below."""
    head = "".join(f"<th>{name}</th>" for name in ("Who", "", "Stance", "What", "Outlet", "Date", ""))
    tables = {}
    for asked in (True, False):
        rows = "".join(_said_row(row, citations[row.citation - 1]) for row in said if row.asked == asked)
        tables[asked] = f'<table class="said"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>' if rows else ""
    return tables[True] + (f'<p class="by">{OTHERS}</p>{tables[False]}' if tables[False] else "")


def _said_row(row: Said, citation: Citation) -> str:
    speech = row.speech
    reported = f'<br><span class="by">according to {escape(speech.reported_by)}</span>' if speech.reported_by else ""
    cells = [
        f'<td class="speaker">{escape(speech.speaker)}{reported}</td><td>{escape(speech.verb)}</td>',
        f'<td><span class="badge {speech.stance}">{STANCES[speech.stance]}</span></td>',
        f'<td>{quoted_html(citation.quote)} <span class="by">{"own words" if speech.direct else "indirect"}</span></td>',
        source_cells(citation),
    ]
    return f"<tr>{''.join(cells)}</tr>"


def source_cells(citation: Citation) -> str:
    """Give the last cells of a table's row: outlet, date, and the mark that opens what is cited."""
    article = citation.article
    return f"<td>{escape(article.outlet or '')}</td><td>{escape(article.published or '')}</td><td>{mark_html(citation)}</td>"


def mark_html(citation: Citation) -> str:
    """Give the mark [n] of a citation, a link that opens it."""
    link = _link(citation.article.id, citation.start, citation.end)
    return f'<a class="cite" href="{link}" title="{escape(citation.quote)}">[{citation.number}]</a>'


def sources_html(citations: Sequence[Citation]) -> str:
    """List what is cited, by number; the page's script takes from here what it shows of a mark, and what it copies."""
    if not citations:
        return ""
    items = "".join(
        f'<li>{escape(each.article.title)} <span class="by">{escape(_about_source(each.article))}</span></li>' for each in citations
    )
    copy = '<button class="copy" title="copy this text with the quotations behind it">Copy with footnotes</button>'
    return f'<ol class="sources">{items}</ol>{copy}'


def _about_source(article: ArticleInfo) -> str:
    return " · ".join(part for part in (article.outlet, article.published) if part)


def article_link(article: ArticleInfo, at: Span = NOWHERE) -> str:
    """Give the title of an article as a link that opens it at a place, with outlet and date."""
    return f'<a class="cite" href="{_link(article.id, at.start, at.end)}">{escape(article.title)}</a> {escape(article.source)}'


def problems_html(problems: Sequence[str], *, opened: bool = False) -> str:
    """Give what went wrong, closed until it is wanted unless `opened`."""
    if not problems:
        return ""
    items = "".join(f"<li>{escape(problem)}</li>" for problem in problems)
    summary = f"<summary>{len(problems)} note{'s' if len(problems) > 1 else ''}</summary>"
    return f'<details class="problem"{" open" if opened else ""}>{summary}<ul>{items}</ul></details>'


def block(kind: str, parts: Sequence[str]) -> str:
    """Wrap parts in one HTML block without a line break, so that Markdown leaves what is inside alone."""
    return " ".join(f'<div class="{kind}">{"".join(parts)}</div>'.split("\n"))
