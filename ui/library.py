"""The Library tab: add articles, see what there is, open one, summarize it or remove it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import gradio as gr
import pandas as pd

from rag.errors import ClippingsError, InputError
from rag.page import message_html
from rag.page_products import summary_html
from rag.pipeline import Pipeline
from rag.records import Listing
from ui.adding import Adding
from ui.markup import choice, figures_html, legend_html, question_html, table_html
from ui.private import PRIVATE, QUIET
from ui.shelf import COLUMNS, OTHER, View, by_period, outlets_of, select
from ui.source import EMPTY, source_html
from ui.work import Work

# More than these are not looked through in a list that drops down; the table finds them.
MAX_CHOICES = 500
# Eight that can be told apart on light and dark, by colour-blind readers too (after Wong, Nature Methods 2011), and one for the rest.
COLORS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8a800", "#8867c0")
REST = "#8b8b93"
NO_ARTICLES = "There are no articles yet: add some first."
NONE_CHOSEN = "Choose an article first: click its title in the table."
REMOVED = "This article is no longer in the library: it was removed or replaced meanwhile."
# A click on a heading, a title or a page of the table; a click anywhere in a row is one on its title.
TABLE_CLICKS = """element.addEventListener('click', (event) => {
    const button = event.target.closest('button') || event.target.closest('tr')?.querySelector('button[name=open]');
    if (button && !button.disabled) trigger('click', {[button.name]: button.value});
});"""


class Library:
    """The tab, over one pipeline; `pane` shows what is opened in it."""

    def __init__(self, pipeline: Pipeline, work: Work, *, local: bool) -> None:
        """Lay it out."""
        self._pipeline, self._store = pipeline, pipeline.store
        self._adding = Adding(pipeline, work, local=local)
        self._figures = gr.HTML(elem_id="figures", padding=False)
        self._view = gr.State(View())
        self._words = gr.Textbox(
            label="Filter", placeholder="words of a title, an outlet, a date such as 2024-03", elem_id="filter", max_lines=1
        )
        self._table = gr.HTML(elem_id="table", padding=False, js_on_load=TABLE_CLICKS)
        self._chosen = gr.Dropdown(label="Article", choices=[], elem_id="article")
        with gr.Row():
            self._length = gr.Radio(["short", "medium", "long"], value="medium", label="Length of a summary", scale=2)
            self._summarize_button = gr.Button("Summarize", variant="primary", elem_id="summarize")
            self._remove = gr.Button("Remove …", elem_id="remove")
        with gr.Group(visible=False, elem_id="confirm") as self._confirm:
            self._asked = gr.State(None)
            self._question = gr.HTML(padding=True)
            with gr.Row():
                self._yes = gr.Button("Remove", variant="stop", elem_id="remove-yes")
                self._no = gr.Button("Keep", elem_id="remove-no")
        self._said = gr.HTML(elem_id="said", padding=False)
        self._summary = gr.HTML(elem_id="summary", padding=False)
        self._plot = gr.BarPlot(
            x="when",
            y="articles",
            color="outlet",
            # Its own legend does not break into lines, and cuts off what is too wide.
            colors_in_legend=[],
            label="Articles by date",
            x_title=" ",
            x_label_angle=-90,
            tooltip="all",
            height=240,
            elem_id="plot",
            # Hidden, not taken away: a plot that goes while the page changes its width fails in the browser.
            visible="hidden",
        )
        self._legend = gr.HTML(elem_id="legend", padding=False)

    def connect(self, page: gr.Blocks, tab: gr.Tab, pane: gr.HTML) -> None:
        """Let its parts answer, and open articles in the pane."""
        listed = [self._table, self._chosen]
        viewed = [self._view, *listed]

        def refresh(listen: Any) -> None:
            # What the reader looks for stays as it is, or is by now: the view is no output.
            listen(self._list, [self._view, self._chosen], listed, **QUIET)
            listen(self._count, None, [self._figures, self._plot, self._legend], **QUIET)

        self._adding.connect(page, refresh)
        refresh(tab.select)
        self._words.change(self._filter, [self._words, self._view, self._chosen], viewed, **QUIET)
        opened = [*viewed, pane]
        self._table.click(self._click, [self._view, self._chosen], opened, **QUIET)
        self._chosen.input(self._choose, [self._view, self._chosen], opened, **QUIET)
        self._summarize_button.click(self._summarize, [self._chosen, self._length], self._summary, **PRIVATE)
        asked = [self._confirm, self._question, self._asked, self._said]
        self._remove.click(self._ask, self._chosen, asked, **PRIVATE)
        self._no.click(lambda: (gr.Group(visible=False), "", None, ""), None, asked, **PRIVATE)
        removed = self._yes.click(self._remove_asked, self._asked, [*asked, pane, self._summary], **PRIVATE)
        refresh(removed.then)

    # The list

    def _list(self, view: View, chosen: str | None) -> tuple[str, Any]:
        """Show the list as the view wants it; the first article is chosen when the one before is not there."""
        listing = self._store.listing()
        rows = select(listing, view)
        known = {row.info.id: row for row in listing}
        if chosen not in known:
            chosen = next((row.info.id for row in rows), None)
        offered = rows[:MAX_CHOICES]
        if chosen and chosen not in {row.info.id for row in offered}:
            offered = [known[chosen], *offered]
        choices = [(choice(row.info), row.info.id) for row in offered]
        return table_html(rows, view, chosen, stored=len(listing)), gr.Dropdown(choices=choices, value=chosen)

    def _filter(self, words: str, view: View, chosen: str | None) -> tuple[View, str, Any]:
        view = replace(view, words=words, page=0)
        return view, *self._list(view, chosen)

    def _click(self, view: View, chosen: str | None, event: gr.EventData) -> tuple[Any, ...]:
        clicked = {name: str(value) for name, value in event._data.items()}
        column, page = clicked.get("sort"), clicked.get("page", "")
        if "open" in clicked:
            return self._choose(view, clicked["open"])
        if column in COLUMNS:
            descending = not view.descending if column == view.column else column in {"published", "passages", "copies"}
            view = replace(view, column=column, descending=descending, page=0)
        elif page.isdecimal():
            view = replace(view, page=int(page))
        return view, *self._list(view, chosen), gr.skip()

    def _choose(self, view: View, chosen: str | None) -> tuple[Any, ...]:
        return view, *self._list(view, chosen), source_html(self._store, chosen) if chosen else EMPTY

    # Figures

    def _count(self) -> tuple[str, Any, str]:
        listing = self._store.listing()
        counts = by_period(row.info for row in listing)
        outlets = outlets_of(counts)
        colors = {outlet: REST if outlet == OTHER else color for (outlet, _), color in zip(outlets, [*COLORS, REST], strict=False)}
        plotted = pd.DataFrame(counts, columns=["when", "outlet", "articles"])
        return figures_html(listing), gr.BarPlot(plotted, color_map=colors, visible=bool(counts) or "hidden"), legend_html(outlets, colors)

    # The chosen article

    def _summarize(self, chosen: str | None, length: Any, progress: gr.Progress = gr.Progress()) -> Iterator[str]:  # noqa: B008
        if not chosen:
            yield message_html(NONE_CHOSEN if self._store.count() else NO_ARTICLES)
            return
        try:
            for done, total, summary in self._pipeline.summarize([chosen], length=length):
                progress((done, total), unit="articles")
                if summary:
                    yield summary_html(summary)
        except ClippingsError as error:
            yield message_html(str(error))

    def _ask(self, chosen: str | None) -> tuple[Any, ...]:
        row = self._row(chosen)
        if row is None:
            return gr.Group(visible=False), "", None, message_html(REMOVED if chosen else NONE_CHOSEN)
        return gr.Group(visible=True), question_html(row, len(self._store.versions(row.info.id))), row.info.id, ""

    def _remove_asked(self, asked: str) -> tuple[Any, ...]:
        row = self._row(asked)
        pane, summary = gr.skip(), gr.skip()
        try:
            if row is None:
                raise InputError(REMOVED)
            self._pipeline.library.remove([asked])
            said, pane, summary = f"“{row.info.title}” was removed.", EMPTY, ""
        except ClippingsError as error:
            said = str(error)
        return gr.Group(visible=False), "", None, message_html(said), pane, summary

    def _row(self, article_id: str | None) -> Listing | None:
        return next((row for row in self._store.listing() if row.info.id == article_id), None)
