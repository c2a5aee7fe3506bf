"""What the Library tab shows, as HTML: the list, progress, reports, questions. Everything that comes from a file or a user is escaped here.

A button in it tells the page's script what it is for by its name and its value.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from rag.records import ArticleInfo, Listing, SyncReport
from ui.shelf import COLUMNS, PAGE_ROWS, View, page_of
from ui.work import State

# Longer lists of problems are cut: nobody reads them on a page.
MAX_PROBLEMS = 200
NUMBERS = {"passages", "copies"}


def table_html(rows: Sequence[Listing], view: View, chosen: str | None, *, stored: int) -> str:
    """Give one page of the list; `rows` are all that the view selects of the articles that are `stored`."""
    if not stored:
        return '<p class="empty">No articles yet. Add some: drop files into the box above, or name a folder or web addresses there.</p>'
    if not rows:
        return (
            f'<p class="empty">None of {_count(stored, "article")} holds “{escape(view.words)}” in its title, outlet, date or authors.</p>'
        )
    shown = page_of(rows, view)
    head = "".join(_heading(column, view) for column in COLUMNS)
    body = "".join(_row(row, chosen) for row in shown)
    table = f'<table class="articles"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return f"{table}{_pager(rows, view, stored)}"


def _heading(column: str, view: View) -> str:
    order, arrow = "none", ""
    if column == view.column:
        order, arrow = ("descending", " ↓") if view.descending else ("ascending", " ↑")
    label = f'<button name="sort" value="{column}">{COLUMNS[column][0]}<span aria-hidden="true">{arrow}</span></button>'
    return f'<th scope="col" aria-sort="{order}"{_numeric(column)}>{label}</th>'


def _row(row: Listing, chosen: str | None) -> str:
    info = row.info
    current = ' aria-current="true"' if info.id == chosen else ""
    cells = {
        "title": f'<button name="open" value="{escape(info.id)}">{escape(info.title)}</button>',
        "outlet": escape(info.outlet or ""),
        "published": escape(info.published or ""),
        "language": escape(info.language or ""),
        "passages": f"{row.passages:,}",
        "copies": f"{row.copies:,}" if row.copies else "",
    }
    columns = "".join(f'<td class="{column}"{_numeric(column)}>{cells[column]}</td>' for column in COLUMNS)
    return f"<tr{current}>{columns}</tr>"


def _numeric(column: str) -> str:
    return ' align="right"' if column in NUMBERS else ""


def _pager(rows: Sequence[Listing], view: View, stored: int) -> str:
    first = min(view.page, (len(rows) - 1) // PAGE_ROWS) * PAGE_ROWS
    last = min(first + PAGE_ROWS, len(rows))
    found = _count(stored, "article") if len(rows) == stored else f"{len(rows):,} of {_count(stored, 'article')}"
    if len(rows) <= PAGE_ROWS:
        return f'<p class="pager">{found}</p>'
    page = first // PAGE_ROWS
    back = f'<button name="page" value="{page - 1}"{"" if page else " disabled"}>Previous</button>'
    on = f'<button name="page" value="{page + 1}"{"" if last < len(rows) else " disabled"}>Next</button>'
    return f'<p class="pager">{back} {first + 1:,} – {last:,} of {found} {on}</p>'


def figures_html(listing: Sequence[Listing]) -> str:
    """Give one line about all articles: how many, of how many outlets, from when to when, how many are copies of others."""
    if not listing:
        return ""
    infos = [row.info for row in listing]
    days = sorted(info.published for info in infos if info.published)
    copies = len(infos) - len({info.origin_id for info in infos})
    outlets = len({info.outlet for info in infos if info.outlet})
    parts = [
        _count(len(infos), "article"),
        _count(outlets, "outlet"),
        f"{days[0]} to {days[-1]}" if days else "",
        f"{_count(copies, 'copy', 'copies')} among them" if copies else "",
        f"{len(infos) - len(days):,} without a date" if len(days) < len(infos) else "",
    ]
    return f'<p class="figures">{escape(" · ".join(part for part in parts if part))}</p>'


def legend_html(outlets: Sequence[tuple[str, int]], colors: Mapping[str, str]) -> str:
    """Say which colour in the plot stands for which outlet, with the number of its articles."""
    items = [
        f'<li><span class="swatch" style="background:{colors[outlet]}"></span>{escape(outlet)} <span class="by">{count:,}</span></li>'
        for outlet, count in outlets
    ]
    return f'<ul class="legend">{"".join(items)}</ul>' if items else ""


def state_html(state: State) -> str:
    """Give how far a task is, or how it ended; names of files are shown without the folder they are in."""
    if state.running:
        return _progress(state)
    if state.problem:
        return f'<div class="work" role="status"><p class="problem">{escape(_short(state.problem, state.base))}</p></div>'
    if isinstance(state.result, SyncReport):
        return _report(state.result, state.base)
    if state.result is not None:
        return f'<div class="work" role="status"><p>{_count(state.result, "article")} indexed anew.</p></div>'
    far = f"{state.name} was stopped at {state.done:,} of {state.total:,} {state.units}" if state.total else f"{state.name} was stopped"
    return f'<div class="work" role="status"><p>{escape(far)}. What was done is kept; do the same again to go on.</p></div>'


def _progress(state: State) -> str:
    if state.stopping:
        said = "stopping after this batch …"
    elif not state.done:
        said = "beginning …"
    else:
        said = f"{state.done:,} of {state.total:,} {state.units} · {pace(state.done, state.total, state.seconds)}"
    bar = f' value="{state.done}" max="{state.total}"' if state.total else ""
    return f'<div class="work"><p>{escape(state.name)}: {said}</p><progress{bar} aria-label="{escape(state.name)}"></progress></div>'


def pace(done: int, total: int, seconds: float) -> str:
    """Say how fast work goes that has done some of its units, and how long the others will take."""
    rate = done / max(seconds, 0.001)
    return f"{rate:,.1f} a second · {_duration((total - done) / rate)} left"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _report(report: SyncReport, base: Path | None) -> str:
    counts = (
        f"{len(report.added):,} added, {len(report.updated):,} updated, {report.unchanged:,} unchanged, {len(report.skipped):,} skipped "
        f"in {_duration(report.seconds)}."
    )
    lists = [
        _problems("not taken", [reason for _, reason in report.skipped], base),
        _problems("worth a look", [f"{name}: {remark}" for name, remark in report.remarks], base),
    ]
    return f'<div class="work" role="status"><p>{counts}</p>{"".join(lists)}</div>'


def _problems(title: str, reasons: Sequence[str], base: Path | None) -> str:
    if not reasons:
        return ""
    items = [f"<li>{escape(_short(reason, base))}</li>" for reason in reasons[:MAX_PROBLEMS]]
    if len(reasons) > MAX_PROBLEMS:
        items.append(f"<li>… and {len(reasons) - MAX_PROBLEMS:,} more</li>")
    return f'<details class="problem" open><summary>{len(reasons):,} {title}</summary><ul>{"".join(items)}</ul></details>'


def _short(text: str, base: Path | None) -> str:
    return text.replace(f"{base}{os.sep}", "") if base else text


def question_html(row: Listing, versions: int) -> str:
    """Ask whether an article shall be removed, saying what goes with it."""
    info = row.info
    about = escape(
        " · ".join(
            [info.outlet or "no outlet", info.published or "no date", _count(row.copies, "copy", "copies") if row.copies else "no copies"]
        )
    )
    more = f" Its {_count(versions, 'earlier version')} will go with it." if versions else ""
    return (
        f'<p class="question">Remove this article from the library?</p><p><strong>{escape(info.title)}</strong><br>'
        f'<span class="by">{about}</span></p><p class="by">Its file stays where it is.{more} It comes back only when its file '
        "is changed, or added by name.</p>"
    )


def health_html(problems: Sequence[str]) -> str:
    """Say that all is well, or list what is not."""
    if not problems:
        return '<div class="work" role="status"><p>All is well: every article is in the index, and a search reaches it.</p></div>'
    items = "".join(f"<li>{escape(problem)}</li>" for problem in problems)
    remedy = "Rebuild the index to mend this: it is made anew from the stored articles, and nothing of them is lost."
    return f'<div class="work" role="status"><ul class="problem">{items}</ul><p>{remedy}</p></div>'


def watch_html(folder: Path | None, report: SyncReport | None, error: str | None, *, running: bool) -> str:
    """Say which folder is kept in step, and what the last look at it gave, or why it could not be taken."""
    if not folder:
        return ""
    said = "is kept in step" if running else "is no longer kept in step"
    counts = f" {error}" if error else ""
    if report and not error:
        counts = f" Last time: {len(report.added):,} added, {len(report.updated):,} updated, {len(report.skipped):,} skipped."
    return f'<div class="work"><p>{escape(str(folder))} {said}.{escape(counts)}</p></div>'


def choice(article: ArticleInfo) -> str:
    """Name an article in a list to choose from."""
    return f"{article.published or 'no date'}  {article.title}"


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
