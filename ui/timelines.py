"""The Timeline tab: what the articles date about a topic, or within limits, as a plot and a list."""

from __future__ import annotations

import gradio as gr

from rag.page_timeline import timeline_html
from rag.pipeline import Pipeline
from rag.progress import Stop
from ui.limits import Limits, filters_of
from ui.making import Made, Making, Steps

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
        self._making = Making(pipeline, "timeline", verb="Draw", shown="timeline", empty=EMPTY)

    def connect(self, page: gr.Blocks, tab: gr.Tab) -> None:
        """Let its parts answer."""
        self._limits.connect(page.load, tab.select)
        self._making.connect([self._making.button.click, self._topic.submit], self._draw, [self._topic, *self._limits.inputs])

    def _draw(self, stop: Stop, topic: str, since: str, until: str, outlet: str) -> Steps:
        topic = topic.strip()
        title = f"Timeline: {topic or 'what the articles date'}"
        for done, total, timeline in self._pipeline.timeline(topic or None, filters_of(since, until, outlet), stop=stop):
            yield done, total, Made(timeline_html(timeline), title, timeline if timeline.events else None) if timeline else None
