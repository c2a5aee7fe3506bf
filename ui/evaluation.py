"""The Evaluation tab: asks the gold questions about the sample articles, and shows how the answers score."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

import gradio as gr

from rag.errors import BusyError, ClippingsError
from rag.page import message_html
from rag.pipeline import Pipeline
from ui.markup import state_html
from ui.measuring import measuring, outcome
from ui.private import QUIET
from ui.work import State, Work

ALL = 10_000
SIZES = [("20 questions", 20), ("50", 50), ("100", 100), ("all", ALL)]
ABOUT = (
    "<p>Questions with known answers about the sample articles are asked, and every answer is scored. The sample articles are indexed "
    "apart from yours, which takes a moment the first time. Do it before and after you change a model, a prompt or the code.</p>"
)
NOTHING_YET = '<p class="empty">Nothing has been measured yet: choose how many questions to ask, and run them.</p>'
Shown = tuple[str, Any]


class Evaluation:
    """The tab, over one pipeline; it has work of its own, as it writes to no library."""

    def __init__(self, pipeline: Pipeline, work: Work) -> None:
        """Lay it out."""
        self._pipeline, self._work = pipeline, work
        gr.HTML(f'<section class="page">{ABOUT}</section>', padding=False)
        with gr.Row():
            self._size = gr.Radio(SIZES, value=SIZES[0][1], label="How many questions", elem_id="sample", scale=3, min_width=300)
            self._run = gr.Button("Run", variant="primary", elem_id="run-evaluation", scale=0, min_width=120)
        self._progress = gr.HTML(elem_id="measuring", padding=False)
        self._stop = gr.Button("Stop", visible=False, size="sm", elem_id="stop-evaluation")
        self._scores = gr.HTML(elem_id="scores", padding=False)

    def connect(self, page: gr.Blocks, tab: gr.Tab) -> None:
        """Let its parts answer."""
        going = [self._progress, self._stop]
        ran = self._run.click(self._begin, self._size, going, **QUIET)
        # Whoever opens the page while it is running sees how far it is.
        joined = page.load(self._follow, None, going, **QUIET)
        self._stop.click(self._work.stop, None, None, **QUIET)
        joined.then(self._show_if_run, None, self._scores, **QUIET)
        for shown in (tab.select, ran.then):
            shown(self._show, None, self._scores, **QUIET)

    def _begin(self, questions: int) -> Iterator[Shown]:
        asked = min(questions, count_gold())
        task = measuring(self._pipeline.settings.home, self._pipeline.answerer_name, asked)
        try:
            yield _shown(self._work.start("Asking gold questions", task, units="questions"))
        except BusyError as error:
            # A warning is shown as HTML.
            gr.Warning(escape(str(error)))
        yield from self._follow()

    def _follow(self) -> Iterator[Shown]:
        yield from map(_shown, self._work.follow())

    def _show_if_run(self) -> Any:
        # The figures of an earlier day are worked out when the tab is chosen, not for everybody who opens the page.
        return self._show() if self._work.state else gr.skip()

    def _show(self) -> str:
        from ui.scores import outcome_html  # loaded only when it is used, with the evaluation

        try:
            found = outcome(self._pipeline.settings.home)
        except ClippingsError as error:
            return message_html(str(error))
        return outcome_html(found) if found else NOTHING_YET


def count_gold() -> int:
    """Count the gold questions there are."""
    from eval.gold import FOLDER

    return sum(file.read_bytes().count(b"\n") for file in FOLDER.glob("*.jsonl"))


def _shown(state: State) -> Shown:
    done = not state.running and state.result is not None
    return "" if done else state_html(state), gr.Button("Stop", visible=state.running)
