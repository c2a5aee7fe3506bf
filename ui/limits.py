"""Limits of a question: since and until when, by which outlet, which article. They stay on the page, as it says them, until taken away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Any

import gradio as gr

from rag.errors import InputError
from rag.page import message_html
from rag.records import NO_FILTERS, Filters
from rag.store import Store
from ui.private import QUIET

CLEARED = """element.addEventListener('click', (event) => { if (event.target.closest('button')) trigger('click'); });"""
# The source pane (look/source.js) sets the article by this.
ONLY = "window.askOnly = (article) => trigger('input', {article: article});"


class Limits:
    """The widgets, over the articles of one store. `inputs` are what `filters_of` takes, `outputs` what `values` gives values for.

    `articles` tells that single articles can be a limit too, as they are where the source pane's "Ask only this" leads.
    """

    def __init__(self, store: Store, prefix: str = "", *, articles: bool = False) -> None:
        """Lay out what says the limits that are set; `lay_out_inputs` lays out what sets them. `prefix` begins their ids on the page."""
        self._store, self._prefix = store, prefix
        # Kept in the browser, as the others are: a limit that is said must hold, also when the program was started anew meanwhile.
        self._only = [gr.JSON(visible=False)] if articles else []
        # The outlets there were after the last write to the library: a large one is not looked through for every reader.
        self._known: tuple[str | None, list[str]] | None = None
        self._said = gr.HTML(elem_id=f"{prefix}limits", padding=False, js_on_load=CLEARED + (ONLY if articles else ""))

    def lay_out_inputs(self) -> None:
        """Lay out what sets the limits, closed until it is wanted."""
        ids = self._prefix
        with gr.Accordion("Limit to dates or an outlet", open=False, elem_id=f"{ids}limit"), gr.Row():
            since = gr.Textbox(label="Published since", placeholder="2024-01-18", max_lines=1, min_width=120, elem_id=f"{ids}since")
            until = gr.Textbox(label="Published until", placeholder="2024-06-30", max_lines=1, min_width=120, elem_id=f"{ids}until")
            outlet = gr.Dropdown(label="Outlet", choices=[("any", "")], value="", min_width=160, elem_id=f"{ids}outlet")
        self.inputs = [since, until, outlet, *self._only]
        # The articles come first: whatever changes after them makes the page say the limits, and these must be known by then.
        self.outputs = [*self._only, since, until, outlet, self._said]

    def connect(self, *shown: Any) -> None:
        """Let the widgets answer; when one of `shown` happens, the outlets there are now can be chosen."""
        typed, outlet = self.inputs[:3], self.inputs[2]
        # One event, the last one last: of several at once the first may be answered last, and what it says is old then.
        gr.on([each.change for each in typed], self._html, self.inputs, self._said, trigger_mode="always_last", **QUIET)
        self._said.click(lambda: self.values("", "", ""), None, self.outputs, **QUIET)
        gr.on(list(shown), self._outlets, outlet, outlet, **QUIET)
        if self._only:
            self._said.input(self._limit_to, typed, [*self._only, self._said], **QUIET)

    def values(self, since: str, until: str, outlet: str, article_ids: Sequence[str] = ()) -> list[Any]:
        """Give what sets the widgets to these limits."""
        only = [list(article_ids) for _ in self._only]
        return [*only, since, until, gr.Dropdown(choices=self._choices(), value=outlet), self._html(since, until, outlet, *only)]

    def unchanged(self) -> list[Any]:
        """Leave the widgets as they are."""
        return [gr.skip() for _ in self.outputs]

    def said(self, filters: Filters) -> list[str]:
        """Say each limit in a few words."""
        infos = self._store.infos(filters.article_ids)
        titles = [f"“{infos[each].title}”" if each in infos else "an article that is not there any more" for each in filters.article_ids]
        return [*said(filters), *titles]

    def _html(self, *limits: Any) -> str:
        try:
            return limits_html(self.said(filters_of(*limits)))
        except InputError as error:
            return message_html(str(error))

    def _limit_to(self, since: str, until: str, outlet: str, event: gr.EventData) -> tuple[list[str], str]:
        """Limit to the article that is read, or to the one that replaced it: earlier versions are not searched."""
        article_id = str(event._data["article"])
        only = [self._store.current(article_id) or article_id]
        return only, self._html(since, until, outlet, only)

    def _outlets(self, chosen: str | None) -> Any:
        choices = self._choices()
        if not chosen or chosen in choices:
            # No value is sent back: by now another may have been chosen.
            return gr.Dropdown(choices=choices)
        return gr.Dropdown(choices=choices, value="")

    def _choices(self) -> list[Any]:
        generation = self._store.fact("generation")
        if self._known is None or self._known[0] != generation:
            outlets = {info.outlet for info in self._store.select(NO_FILTERS) if info.outlet}
            self._known = generation, sorted(outlets, key=str.casefold)
        return [("any", ""), *self._known[1]]


def filters_of(since: str | None, until: str | None, outlet: str | None, article_ids: Sequence[Any] | None = None) -> Filters:
    """Make filters of what was typed and chosen; "" and None mean no limit.

    Raises:
        InputError: what should be a day is none, or the first day is after the last.
    """
    first, last = day_of(since, "since"), day_of(until, "until")
    if first and last and first > last:
        raise InputError(f"no day is since {first} and until {last}: change one of them")
    return Filters(since=first, until=last, outlet=outlet or None, article_ids=tuple(map(str, article_ids or ())))


def day_of(typed: str | None, name: str) -> date | None:
    """Read a day that was typed, None for none; raises InputError when it is no day."""
    try:
        return date.fromisoformat(typed.strip()) if typed and typed.strip() else None
    except ValueError as error:
        raise InputError(f"{name} is {typed!r}: give a day such as 2024-01-18") from error


def said(filters: Filters) -> list[str]:
    """Say the limits on day and outlet, each in a few words."""
    parts = [f"published since {filters.since}"] if filters.since else []
    parts += [f"published until {filters.until}"] if filters.until else []
    return parts + ([f"by {filters.outlet}"] if filters.outlet else [])


def limits_html(parts: Sequence[str]) -> str:
    """Show the limits that are set, as they are said, with a button that takes them away; nothing without any."""
    if not parts:
        return ""
    chips = "".join(f'<span class="limit">{escape(part)}</span>' for part in parts)
    return f'<p class="chosen"><span class="by">Only articles</span>{chips}<button name="clear">Clear</button></p>'
