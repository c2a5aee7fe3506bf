"""The browser interface: `python app.py`, then http://127.0.0.1:7860. Widgets only; what they show comes from `rag`."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rag.errors import ClippingsError
from rag.llm import QUOTES
from rag.page import answer_html, article_html, message_html, parse_link, summary_html, user_html
from rag.pipeline import Pipeline
from rag.settings import Settings

import gradio as gr  # isort: skip  (rag switches its telemetry off first)

LOOK = Path(__file__).parent / "look"
UPLOAD_LIMIT = "25mb"
EMPTY_PANE = '<p class="hint">Click a mark such as [1] in an answer: the article opens here at the sentence that is cited.</p>'
WELCOME = "Ask about the articles. Every sentence of an answer leads to the one it rests on."
NO_ARTICLES = "There are no articles yet. Open the Articles tab and add some; then ask."
EXAMPLES = [
    "Who endorsed restoring ties?",
    "How many people were killed in the border village?",
    "What did the NTSB find about the door plug?",
    "When did the Fort McHenry channel reopen?",
]
Messages = list[dict[str, str]]
History = list[tuple[str, str]]


def build(pipeline: Pipeline) -> gr.Blocks:
    """Lay out the page and connect it to the pipeline."""

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

    def open_source(event: gr.EventData) -> str:
        try:
            article_id, start, end = parse_link(str(event._data["link"]))
            return article_html(pipeline.store.article(article_id), (start, end))
        except (ClippingsError, KeyError, ValueError) as error:
            return message_html(str(error))

    def list_articles(current: str | None) -> tuple[list[list[Any]], Any]:
        listing = pipeline.store.listing()
        rows = [[row.info.published, row.info.outlet, row.info.title, row.passages, row.copies] for row in listing]
        choices = [(f"{row.info.published or 'no date'}  {row.info.title}", row.info.id) for row in listing]
        ids = [row.info.id for row in listing]
        return rows, gr.Dropdown(choices=choices, value=current if current in ids else next(iter(ids), None))

    def add(files: list[str] | None, progress: gr.Progress = gr.Progress()) -> str:  # noqa: B008
        try:
            kept = [keep_upload(Path(file), pipeline.settings.home / "uploads") for file in files or []]
            report = pipeline.library.sync(kept, lambda done, total: progress((done, total), unit="articles"))
        except (ClippingsError, OSError) as error:
            return message_html(str(error))
        counts = f"{len(report.added)} added, {len(report.updated)} updated, {report.unchanged} unchanged, {len(report.skipped)} skipped."
        return message_html(" ".join([counts, *(reason for _, reason in report.skipped)]))

    def show(article_id: str | None) -> str:
        try:
            return article_html(pipeline.store.article(article_id)) if article_id else EMPTY_PANE
        except ClippingsError as error:
            return message_html(str(error))

    def summarize(article_id: str | None, length: Any, progress: gr.Progress = gr.Progress()) -> str:  # noqa: B008
        if not article_id:
            return message_html(NO_ARTICLES)
        shown = ""
        try:
            for done, total, summary in pipeline.summarize([article_id], length=length):
                progress((done, total), unit="articles")
                shown = summary_html(summary) if summary else shown
        except ClippingsError as error:
            return message_html(str(error))
        return shown

    with gr.Blocks(title="Clippings", analytics_enabled=False, fill_width=True) as page:
        gr.HTML(f'<header><h1>Clippings</h1><p class="answerer">Answers by {_describe(pipeline.answerer_name)}</p></header>')
        with gr.Row():
            with gr.Column(scale=3, min_width=360), gr.Tabs():
                with gr.Tab("Ask"):
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
                with gr.Tab("Articles") as tab:
                    files = gr.File(label="Add articles (.txt, .md, .html)", file_count="multiple", height=120, elem_id="upload")
                    outcome = gr.HTML()
                    chosen = gr.Dropdown(label="Article", choices=[], elem_id="article")
                    with gr.Row():
                        length = gr.Radio(["short", "medium", "long"], value="medium", label="Length", scale=2)
                        summarize_button = gr.Button("Summarize", variant="primary", elem_id="summarize")
                    summary = gr.HTML(elem_id="summary")
                    table = gr.Dataframe(
                        headers=["Published", "Outlet", "Title", "Passages", "Copies"], interactive=False, wrap=True, label="All articles"
                    )
            with gr.Column(scale=2, min_width=320):
                pane = gr.HTML(
                    EMPTY_PANE,
                    elem_id="pane",
                    js_on_load="window.openSource = (link) => trigger('click', {link: link});",
                )
        private = {"api_visibility": "private"}
        asking = question.submit(converse, [question, chat, history], [question, chat, history], **private)
        question.stop(None, cancels=[asking], **private)
        chat.clear(lambda: [], None, history, **private)
        pane.click(open_source, None, pane, show_progress="hidden", **private)
        gr.on([page.load, tab.select], list_articles, chosen, [table, chosen], **private)
        files.upload(add, files, outcome, **private).then(list_articles, chosen, [table, chosen], **private).then(
            lambda: None, None, files, **private
        )
        chosen.input(show, chosen, pane, **private)
        summarize_button.click(summarize, [chosen, length], summary, **private)
        gr.api(ask_for_programs, api_name="ask")
    return page


def keep_upload(file: Path, folder: Path) -> Path:
    """Move an uploaded file into the home, under a name that no other upload has."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / file.name
    number = 2
    while target.exists() and target.read_bytes() != file.read_bytes():
        target = folder / f"{file.stem}-{number}{file.suffix}"
        number += 1
    shutil.copyfile(file, target)
    return target


def _describe(answerer: str) -> str:
    return "quotation (no language model)" if answerer == QUOTES else answerer


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the page until interrupted; give the exit status."""
    parser = argparse.ArgumentParser(description="Serve the browser interface.")
    parser.add_argument("--host", default="127.0.0.1", help="address to serve on (default: this machine only)")
    parser.add_argument("--port", type=int, default=7860)
    parser.add_argument("--auth", metavar="USER:PASSWORD", help="ask for this name and password")
    parser.add_argument("--sync", nargs="*", type=Path, default=[], metavar="PATH", help="add these files and folders first")
    options = parser.parse_args(arguments)
    if options.auth and ":" not in options.auth:
        parser.error("--auth wants USER:PASSWORD")
    pipeline = None
    try:
        pipeline = Pipeline(Settings.from_env(os.environ))
        if options.sync:
            report = pipeline.library.sync(options.sync, _show_progress)
            for _, reason in report.skipped:
                sys.stderr.write(f"skipped: {reason}\n")
        build(pipeline).queue(default_concurrency_limit=4, max_size=64).launch(
            server_name=options.host,
            server_port=options.port,
            auth=tuple(options.auth.split(":", 1)) if options.auth else None,
            css_paths=LOOK / "style.css",
            head=f"<script>{(LOOK / 'page.js').read_text(encoding='utf-8')}</script>",
            theme=gr.themes.Default(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
            max_file_size=UPLOAD_LIMIT,
            footer_links=[],
            run_history=False,
            ssr_mode=False,
        )
    except ClippingsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"cannot serve on {options.host}:{options.port} ({error}): choose another with --port\n")
        return 1
    finally:
        if pipeline:
            pipeline.close()
    return 0


def _show_progress(done: int, total: int) -> None:
    sys.stderr.write(f"\rindexing: {done} of {total} articles{' ' * 8}{chr(10) if done == total else ''}")


if __name__ == "__main__":
    sys.exit(main())
