"""The Ask tab: a conversation, whose answers grow while they are checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from rag.errors import ClippingsError
from rag.page import answer_html, message_html, user_html
from rag.pipeline import Pipeline

WELCOME = "Ask about the articles. Every sentence of an answer leads to the one it rests on."
NO_ARTICLES = "There are no articles yet. Open the Library tab and add some; then ask."
EXAMPLES = [
    "Who endorsed restoring ties?",
    "How many people were killed in the border village?",
    "What did the NTSB find about the door plug?",
    "When did the Fort McHenry channel reopen?",
]
Messages = list[dict[str, str]]
History = list[tuple[str, str]]


def build_ask(pipeline: Pipeline) -> None:
    """Lay the tab out, and let it answer."""

    def converse(question: str, messages: Messages, history: History) -> Iterator[tuple[str, Messages, History]]:
        asked = [*messages, {"role": "user", "content": user_html(question)}]
        # The box is emptied once: whoever types the next question meanwhile keeps it.
        box: Any = ""
        try:
            for answer in pipeline.stream(question, history=history):
                shown = [*asked, {"role": "assistant", "content": answer_html(answer, pipeline.today)}]
                yield box, shown, [*history, (question, answer.text)]
                box = gr.skip()
        except ClippingsError as error:
            yield question, [*asked, {"role": "assistant", "content": message_html(str(error))}], history

    def ask_for_programs(question: str) -> dict[str, Any]:
        """Answer a question; gives what `python -m rag ask --json` prints."""
        from rag.contract import answer_json

        try:
            return answer_json(pipeline.ask(question))
        except ClippingsError as error:
            raise gr.Error(str(error)) from error

    history = gr.State([])
    chat = gr.Chatbot(
        label="Conversation",
        placeholder=WELCOME if pipeline.store.count() else NO_ARTICLES,
        height=520,
        latex_delimiters=[],
        buttons=["copy"],
        elem_id="chat",
    )
    question = gr.Textbox(
        label="Question", placeholder="Who said what, when, how many …", submit_btn="Ask", stop_btn=True, elem_id="question"
    )
    gr.Examples(EXAMPLES, question, label="For example", api_visibility="private")
    private: dict[str, Any] = {"api_visibility": "private"}
    asking = question.submit(converse, [question, chat, history], [question, chat, history], **private)
    question.stop(None, cancels=[asking], **private)
    chat.clear(lambda: [], None, history, **private)
    gr.api(ask_for_programs, api_name="ask")
