"""The Summaries tab: choose articles by topic, limits or ticks, and have them summarized, or a brief written on a topic."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import gradio as gr

from rag.errors import InputError
from rag.page_products import brief_html, summary_html
from rag.pipeline import Pipeline
from rag.progress import Stop
from ui.limits import Limits, day_of, filters_of
from ui.making import Made, Making, Steps
from ui.markup import choice
from ui.private import QUIET
from ui.shelf import View, select

BRIEF = "Brief"
KINDS = ["Summary", BRIEF]
# More than these are not looked through in a list of ticks; words and limits find them.
MAX_OFFERED = 100
NO_TOPIC = "a brief is on a topic: say which, such as “the bridge collapse”"
EMPTY = '<p class="empty">What is written stands here, each sentence with a mark that opens the article at the sentence it rests on.</p>'


class Summaries:
    """The tab, over one pipeline."""

    def __init__(self, pipeline: Pipeline) -> None:
        """Lay it out."""
        self._pipeline, self._store = pipeline, pipeline.store
        self._limits = Limits(pipeline.store, "summary-")
        self._topic = gr.Textbox(
            value="",
            label="Topic",
            placeholder="the bridge collapse; empty: all that the articles tell",
            max_lines=1,
            elem_id="summary-topic",
        )
        with gr.Row():
            self._kind = gr.Radio(KINDS, value=KINDS[0], label="What to write", elem_id="summary-kind")
            self._length = gr.Radio(["short", "medium", "long"], value="medium", label="Length", elem_id="summary-length")
            self._changed = gr.Textbox(
                value="",
                label="What changed since (empty: since the last brief)",
                placeholder="2024-01-18",
                max_lines=1,
                visible=False,
                elem_id="summary-changed",
            )
        self._limits.lay_out_inputs()
        with gr.Accordion("Choose articles", open=False, elem_id="summary-articles"):
            self._words = gr.Textbox(
                value="",
                label="Find",
                placeholder="words of a title, an outlet, a date such as 2024-03",
                max_lines=1,
                elem_id="summary-words",
            )
            self._ticked = gr.CheckboxGroup(label="Articles", choices=[], elem_id="summary-ticked")
        self._matching = gr.HTML(elem_id="summary-matching", padding=False)
        self._making = Making(pipeline, "summary", verb="Write", shown="summary-text", empty=EMPTY)

    def connect(self, page: gr.Blocks, tab: gr.Tab) -> None:
        """Let its parts answer."""
        self._limits.connect(page.load, tab.select)
        chosen = [self._words, self._ticked, *self._limits.inputs]
        changes = [tab.select, self._words.change, self._ticked.input, *(each.change for each in self._limits.inputs)]
        # What is typed while the list is being made must not be lost.
        gr.on(changes, self._list, chosen, [self._ticked, self._matching], trigger_mode="always_last", **QUIET)
        self._kind.change(_fit, self._kind, [self._length, self._changed], **QUIET)
        asked = [self._kind, self._topic, self._ticked, *self._limits.inputs, self._length, self._changed]
        self._making.connect([self._making.button.click, self._topic.submit], self._write, asked)

    def _list(self, words: str, ticked: list[str], since: str, until: str, outlet: str) -> tuple[Any, str]:
        """List what can be ticked: what is ticked already, and what the words and limits let through, the latest first."""
        try:
            within = {info.id for info in self._store.select(filters_of(since, until, outlet))}
        except InputError:
            return gr.skip(), ""
        listing = self._store.listing()
        chosen = [row.info for row in listing if row.info.id in ticked]
        found = [row.info for row in select(listing, View(words)) if row.info.id in within and row.info.id not in ticked]
        offered = [(f"{choice(info)} · {info.outlet or 'no outlet'}", info.id) for info in [*chosen, *found[:MAX_OFFERED]]]
        label = f"Articles ({len(chosen) + len(found):,} found, {len(chosen):,} ticked)"
        return gr.CheckboxGroup(choices=offered, value=[info.id for info in chosen], label=label), _matching(len(within), len(chosen))

    def _write(
        self, stop: Stop, kind: str, topic: str, ticked: list[str], since: str, until: str, outlet: str, length: Any, changed: str
    ) -> Steps:
        topic = topic.strip()
        filters = replace(filters_of(since, until, outlet), article_ids=tuple(ticked))
        if kind == BRIEF:
            if not topic:
                raise InputError(NO_TOPIC)
            for done, total, brief in self._pipeline.brief(topic, day_of(changed, "what changed since"), filters, stop=stop):
                yield done, total, Made(brief_html(brief), f"Brief: {topic}", brief) if brief else None
            return
        for done, total, summary in self._pipeline.summarize(topic=topic or None, filters=filters, length=length, stop=stop):
            title = f"Summary: {topic or f'{total} articles'}"
            yield done, total, Made(summary_html(summary), title, summary) if summary else None


def _fit(kind: str) -> tuple[Any, Any]:
    """Show what the kind has: a summary a length, a brief what is new."""
    return gr.Radio(visible=kind != BRIEF), gr.Textbox(visible=kind == BRIEF)


def _matching(within: int, ticked: int) -> str:
    """Say what will be read, but for what is not about the topic."""
    if not within and not ticked:
        return '<p class="by">No article is within these limits: widen them, or add articles in the Library.</p>'
    what = f"the {ticked:,} ticked" if ticked else f"all {within:,} within the limits"
    return f'<p class="by">Chosen from {what}; with a topic, those about it.</p>'
