"""The Timeline tab: what the articles date about a topic, or within limits, as a plot and a list."""

from __future__ import annotations

from typing import Any

import gradio as gr

from rag.errors import ClippingsError
from rag.page import message_html
from rag.page_timeline import timeline_html
from rag.pipeline import Pipeline
from ui.exports import Exports
from ui.limits import Limits, filters_of
from ui.private import PRIVATE

EMPTY = '<p class="empty">Events stand here in the order in which they happened, each with the sentences that tell it.</p>'


class Timelines:
    """The tab, over one pipeline."""

    def __init__(self, pipeline: Pipeline) -> None:
        """Lay it out."""
        self._pipeline = pipeline
        self._limits = Limits(pipeline.store, "timeline-")
        self._topic = gr.Textbox(
            value="",
            label="Topic",
            placeholder="the bridge collapse; empty: all that the articles date",
            max_lines=1,
            elem_id="timeline-topic",
        )
        self._limits.lay_out_inputs()
        self._button = gr.Button("Draw", variant="primary", elem_id="timeline-draw")
        self._drawn = gr.HTML(EMPTY, elem_id="timeline", padding=False, min_height=200)
        self._exports = Exports(pipeline, "timeline")

    def connect(self, page: gr.Blocks, tab: gr.Tab) -> None:
        """Let its parts answer."""
        self._limits.connect(page.load, tab.select)
        gr.on(
            [self._button.click, self._topic.submit],
            self._draw,
            [self._topic, *self._limits.inputs],
            [self._drawn, *self._exports.outputs],
            show_progress_on=self._drawn,
            **PRIVATE,
        )

    def _draw(self, topic: str, since: str, until: str, outlet: str) -> list[Any]:
        topic = topic.strip()
        try:
            timeline = self._pipeline.timeline(topic or None, filters_of(since, until, outlet))
        except ClippingsError as error:
            return [message_html(str(error)), *self._exports.nothing()]
        if not timeline.events:
            return [timeline_html(timeline), *self._exports.nothing()]
        return [timeline_html(timeline), *self._exports.offer(timeline, f"Timeline: {topic or 'what the articles date'}")]
