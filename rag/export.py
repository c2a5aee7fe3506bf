"""A product in, a file out that stands on its own: Markdown with footnotes, HTML, or JSON, every quotation with where it stands.

Each quotation carries article, outlet, date, address, offsets and a SHA-256 of its words, by which `verify` finds what was altered.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import date
from html import escape
from pathlib import Path

from rag.contract import answer_json, brief_json, summary_json, timeline_json
from rag.errors import InputError, StorageError
from rag.records import Answer, Brief, Citation, Summary
from rag.sheet import Line, Product, Sheet, sheet_of

VERSION = 1
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_STYLE = (
    "body{font:16px/1.5 Georgia,serif;max-width:44em;margin:2em auto;padding:0 1em;color:#1a1a1a;background:#fff}"
    "h1,h2{line-height:1.2}h2{font-size:1.1em;margin-top:2em}.lead{font-weight:bold}.note,.about,footer{color:#555;font-size:.9em}"
    "sup a{text-decoration:none}li{margin:.4em 0}@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}"
    ".note,.about,footer{color:#aaa}a{color:#9cf}}"
)


def export(product: Product, title: str, made: date, file: Path) -> None:
    """Write a product to a file in the format that its suffix names: .md, .html or .json.

    Raises:
        InputError: the suffix names another format.
        StorageError: the file cannot be written.
    """
    text = render(product, title, made, file.suffix)
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{file} cannot be written ({error.strerror}): choose another folder") from error


def render(product: Product, title: str, made: date, suffix: str) -> str:
    """Give the text of an exported file; raises InputError when the suffix is not one of FORMATS."""
    if suffix.lower() not in FORMATS:
        raise InputError(f"{suffix or 'a file without a suffix'} is no format of an export: end the name with {', '.join(FORMATS)}")
    return FORMATS[suffix.lower()](product, title, made)


def hash_of(quote: str) -> str:
    """Give the SHA-256 of a quotation's words, in hexadecimal; white space counts as one space, as formats change it."""
    return hashlib.sha256(" ".join(quote.split()).encode()).hexdigest()


def as_json(product: Product, title: str, made: date) -> str:
    """Give the object of the command line, with a hash beside every quotation."""
    sheet = sheet_of(product)
    if isinstance(product, Answer):
        content = answer_json(product)
    elif isinstance(product, Brief):
        content = brief_json(product)
    else:
        content = summary_json(product) if isinstance(product, Summary) else timeline_json(product)
    cited = [citation | {"sha256": hash_of(citation["quote"])} for citation in content["citations"]]
    head = {"clippings_export": VERSION, "kind": sheet.kind, "title": title, "made": made.isoformat()}
    return json.dumps(head | content | {"citations": cited}, ensure_ascii=False, indent=1) + "\n"


def as_markdown(product: Product, title: str, made: date) -> str:
    """Give Markdown in which each quotation is a footnote."""
    sheet = sheet_of(product)
    parts = [f"# {_md(title)}", f"*{_md(_head(sheet, made))}*"]
    for section in sheet.sections:
        parts += [f"## {_md(section.heading)}"] * bool(section.heading)
        parts.append("\n".join(f"- {_md_line(line)}" for line in section.lines))
    parts += ["## Notes", "\n".join(f"- {_md(note)}" for note in sheet.notes)] * bool(sheet.notes)
    parts += ["\n".join(_footnote(citation) for citation in sheet.citations)] * bool(sheet.citations)
    return "\n\n".join(parts) + "\n"


def as_html(product: Product, title: str, made: date) -> str:
    """Give a page that needs nothing else: no script, no picture, no font is fetched."""
    sheet = sheet_of(product)
    body = [f"<h1>{escape(title)}</h1>", f'<p class="about">{escape(_head(sheet, made))}</p>']
    for section in sheet.sections:
        body += [f"<h2>{escape(section.heading)}</h2>"] * bool(section.heading)
        body.append(f"<ul>{''.join(f'<li>{_html_line(line)}</li>' for line in section.lines)}</ul>")
    body += [f"<h2>Sources</h2><ol>{''.join(map(_source, sheet.citations))}</ol>"] * bool(sheet.citations)
    body += [f"<footer>{'<br>'.join(map(escape, sheet.notes))}</footer>"] * bool(sheet.notes)
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="generator" content="Clippings export {VERSION}">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n<body>\n" + "\n".join(body) + "\n</body></html>\n"
    )


def _head(sheet: Sheet, made: date) -> str:
    return f"Clippings export {VERSION}: {sheet.kind}, {made.isoformat()}"


def _md(text: str) -> str:
    """Make text stand in one line of Markdown as it is."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _md_line(line: Line) -> str:
    text = f"“{_md(line.text)}”" if line.quoted else _md(line.text)
    lead = f"**{_md(line.lead)}** " if line.lead else ""
    return f"{lead}{text}{''.join(f'[^{n}]' for n in line.citations)}{f' ({_md(line.note)})' if line.note else ''}"


def _footnote(citation: Citation) -> str:
    place = f"(`{citation.article.id}` {citation.start}-{citation.end}, SHA-256 `{hash_of(citation.quote)}`)"
    return f"[^{citation.number}]: {_md(_about(citation))} {place}: “{_md(citation.quote)}”"


def _html_line(line: Line) -> str:
    cited = " ".join(map(str, line.citations))
    text = f'<q data-cites="{cited}">{escape(line.text)}</q>' if line.quoted else escape(line.text)
    lead = f'<span class="lead">{escape(line.lead)}</span> ' if line.lead else ""
    marks = "".join(f'<sup><a href="#source-{n}">[{n}]</a></sup>' for n in line.citations)
    return f"{lead}{text}{marks}" + (f' <span class="note">({escape(line.note)})</span>' if line.note else "")


def _source(citation: Citation) -> str:
    article = citation.article
    place = f'data-article="{escape(article.id)}" data-start="{citation.start}" data-end="{citation.end}"'
    about = escape(_about(citation))
    if article.link:
        about += f' <a href="{escape(article.link)}" rel="noopener noreferrer">original</a>'
    return (
        f'<li id="source-{citation.number}" value="{citation.number}" {place} data-sha256="{hash_of(citation.quote)}">'
        f'<q>{escape(citation.quote)}</q> <span class="about">{about}</span></li>'
    )


def _about(citation: Citation) -> str:
    article = citation.article
    return ", ".join(part for part in (article.title, article.source, article.url) if part)


FORMATS: dict[str, Callable[[Product, str, date], str]] = {".md": as_markdown, ".html": as_html, ".json": as_json}
