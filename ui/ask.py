"""The Ask tab: a conversation, whose answers grow while they are checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from rag.errors import ClippingsError, InputError
from rag.page import answer_html, message_html, user_html
from rag.pipeline import History, Pipeline
from rag.records import Answer
from ui.examples import Examples
from ui.exports import Exports
from ui.feedback import Feedback, Verdict
from ui.limits import Limits, filters_of
from ui.links import link_html, read_link
from ui.private import PRIVATE, QUIET

WELCOME = Path(__file__).parent.parent / "look" / "welcome.html"
NO_ARTICLES = "There are no articles yet. Open the Library tab and add some; then ask."
# A click on an example puts it into the box; what the page's address asks is asked at once.
EXAMPLE_CLICKS = """element.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (button) trigger('click', {example: button.value});
});
if (new URLSearchParams(location.search).has('ask')) trigger('submit', {query: location.search});"""
# A click on a question that was asked before, on the page as it was (look/before.js) or in this browser (look/kept.js), does so too.
CHOOSE = "(question) => trigger('click', {example: question})"
BEFORE_CLICKS, KEPT_CLICKS = f"showBefore(element, {CHOOSE});", f"showKept(element, {CHOOSE});"
LINKED = "What the link asks"
# Said with a question whose conversation the program has lost.
FORGOTTEN = '<div class="by">The program was started anew and does not remember the questions before this one.</div>'
VERDICTS: dict[Any, Verdict] = {True: "good", False: "bad"}

Messages = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Turn:
    """A question, the answer so far (None when it could not be asked), and the (question, answer) pairs before it."""

    question: str
    answer: Answer | None
    history: History


class Ask:
    """The tab, over one pipeline."""

    def __init__(self, pipeline: Pipeline) -> None:
        """Lay it out."""
        self._pipeline = pipeline
        self._examples = Examples(pipeline)
        self._feedback = Feedback(pipeline.settings.home / "feedback")
        # What the reader of one browser tab has asked; nobody else sees it, and it is gone with the tab.
        self._turns = gr.State([])
        self._chat = gr.Chatbot(
            label="Conversation",
            show_label=False,
            placeholder=self._welcome(),
            layout="panel",
            autoscroll=False,
            latex_delimiters=[],
            buttons=[],
            elem_id="chat",
        )
        with gr.Group(visible=False) as self._rated:
            self._rated_text = gr.HTML(padding=True, elem_id="rated")
            self._rated_turn = gr.State(None)
            self._draft = gr.Button("Turn it into a gold question", size="sm", elem_id="draft")
        self._before = gr.HTML(elem_id="before", padding=False, js_on_load=BEFORE_CLICKS)
        self._limits = Limits(pipeline.store, articles=True)
        self._question = gr.Textbox(
            label="Question",
            placeholder="Who said what, when, how many …",
            submit_btn="Ask",
            stop_btn=True,
            elem_id="question",
        )
        self._offered = gr.HTML(elem_id="examples", padding=False, js_on_load=EXAMPLE_CLICKS)
        self._limits.lay_out_inputs()
        self._kept = gr.HTML(elem_id="kept", padding=False, js_on_load=KEPT_CLICKS)
        self._exports = Exports(pipeline, "answer")

    def connect(self, page: gr.Blocks, tab: gr.Tab) -> None:
        """Let its parts answer."""
        talk = [self._question, self._chat, self._turns]
        asking = self._question.submit(self._converse, [*talk, *self._limits.inputs], talk, **PRIVATE)
        linked = self._offered.submit(self._follow_link, None, [*talk, *self._limits.outputs], **PRIVATE)
        for each in (asking, linked):
            each.then(self._offer, self._turns, self._exports.outputs, **QUIET)
        self._question.stop(None, cancels=[asking, linked], **PRIVATE)
        rated = [self._rated, self._rated_text, self._rated_turn]
        self._chat.clear(lambda: ([], gr.Group(visible=False), "", None), None, [self._turns, *rated], **QUIET)
        self._chat.clear(self._exports.nothing, None, self._exports.outputs, **QUIET)
        self._chat.like(self._rate, self._turns, [*rated, self._draft], **QUIET)
        self._draft.click(self._write_draft, self._rated_turn, [self._rated_text, self._draft], **QUIET)
        gr.on([self._offered.click, self._before.click, self._kept.click], _chosen, None, self._question, **QUIET)
        gr.on([page.load, tab.select], self._greet, None, [self._chat, self._offered], **QUIET)
        self._limits.connect(page.load, tab.select)

    def _welcome(self) -> str:
        return WELCOME.read_text(encoding="utf-8") if self._pipeline.store.count() else NO_ARTICLES

    def _greet(self) -> tuple[Any, str]:
        return gr.Chatbot(placeholder=self._welcome()), self._examples.html()

    def _follow_link(self, event: gr.EventData) -> Iterator[list[Any]]:
        """Ask what the page's address asks, one question after another, in a conversation that begins with it."""
        try:
            link = read_link(str(event._data["query"]), self._pipeline.store.outlet)
        except InputError as error:
            said = [{"role": "user", "content": user_html(LINKED)}, {"role": "assistant", "content": message_html(str(error))}]
            yield ["", said, [Turn("", None, ())], *self._limits.unchanged()]
            return
        widgets = self._limits.values(*link.limits)
        messages: Messages = []
        turns: list[Turn] = []
        for question in link.questions:
            for shown in self._converse(question, messages, turns, *link.limits):
                yield [*shown, *widgets]
                # Set once: whoever changes them meanwhile keeps them so.
                widgets = self._limits.unchanged()
            _, messages, turns = shown

    def _converse(self, question: str, messages: Messages, turns: list[Turn], *limits: Any) -> Iterator[tuple[Any, Messages, list[Turn]]]:
        asked = [*messages, {"role": "user", "content": user_html(question)}]
        # A question and its answer are two messages, which the browser keeps when the program is started anew.
        if (lost := len(messages) // 2 - len(turns)) > 0:
            turns = [*([Turn("", None, ())] * lost), *turns]
            asked[-1]["content"] += FORGOTTEN
        history = tuple((turn.question, turn.answer.text) for turn in turns if turn.answer)
        # The box is emptied once: whoever types the next question meanwhile keeps it.
        box: Any = ""
        try:
            filters = filters_of(*limits)
            if only := self._limits.said(filters):
                asked[-1]["content"] += f'<div class="by">only articles {escape(", ".join(only))}</div>'
            for answer in self._pipeline.stream(question, filters, history):
                so_far = [*turns, Turn(question, answer, history)]
                content = answer_html(answer, self._pipeline.today, link_html(_leant_on(so_far), filters))
                yield box, [*asked, {"role": "assistant", "content": content}], so_far
                box = gr.skip()
        except ClippingsError as error:
            yield question, [*asked, {"role": "assistant", "content": message_html(str(error))}], [*turns, Turn(question, None, history)]

    def _offer(self, turns: list[Turn]) -> list[Any]:
        """Offer the last answer as files."""
        answer = turns[-1].answer if turns else None
        return self._exports.offer(answer, answer.question) if answer else self._exports.nothing()

    # What the reader thinks of an answer

    def _rate(self, turns: list[Turn], rated: gr.LikeData) -> tuple[Any, str, Turn | None, Any]:
        turn = turns[rated.index // 2] if isinstance(rated.index, int) and rated.index // 2 < len(turns) else None
        if turn is None or turn.answer is None:
            return gr.Group(visible=False), "", None, gr.skip()
        verdict = VERDICTS.get(rated.liked, "withdrawn")
        try:
            self._feedback.keep(turn.answer, verdict)
        except OSError as error:
            problem = f"{self._feedback.folder} cannot be written to ({error.strerror}): make room there, or let it be written to"
            return gr.Group(visible=True), message_html(problem), None, gr.Button(visible=False)
        text = f'<p class="by">“{escape(turn.question)}”: kept as {verdict}, on this machine only.</p>'
        return gr.Group(visible=True), text, turn, gr.Button(visible=verdict != "withdrawn")

    def _write_draft(self, turn: Turn | None) -> tuple[str, Any]:
        if turn is None or turn.answer is None:
            return "", gr.skip()
        try:
            file = self._feedback.draft(turn.answer, turn.history)
        except OSError as error:
            return message_html(f"the draft cannot be written ({error.strerror}): make room, or let it be written"), gr.skip()
        text = f"A draft is in {file}: correct it, take its status out, then move it to a file of eval/gold."
        return f'<p class="by">{escape(text)}</p>', gr.Button(visible=False)


def _leant_on(turns: Sequence[Turn]) -> list[str]:
    """Give the question of the last turn, after those that it leans on."""
    questions: list[str] = []
    for turn in reversed(turns):
        if turn.answer:
            questions.insert(0, turn.question)
            if not turn.answer.searched_for:
                break
    return questions


def _chosen(event: gr.EventData) -> str:
    return str(event._data["example"])
