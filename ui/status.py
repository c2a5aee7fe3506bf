"""The Status tab: what answers, what reads, whether store and index agree, where everything is kept."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator, Sequence
from html import escape
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import gradio as gr

from rag.errors import ClippingsError
from rag.llm import QUOTES, ping
from rag.page import message_html
from rag.pipeline import Pipeline
from ui.markup import health_html
from ui.private import QUIET

LOOK = Path(__file__).parent.parent / "look"
# What the behaviour of the program depends on most.
PACKAGES = ("gradio", "chromadb", "langchain", "sentence-transformers", "onnxruntime", "torch")


class Status:
    """The tab, over one pipeline. `local`: whoever sees it sits at this machine, and may test models that are not at work."""

    def __init__(self, pipeline: Pipeline, *, local: bool) -> None:
        """Lay it out."""
        self._pipeline, self._local = pipeline, local
        self._facts = gr.HTML(elem_id="facts", padding=False)
        self._check = gr.Button("Check the index", elem_id="check-index")
        self._health = gr.HTML(elem_id="index-health", padding=False)
        gr.HTML(f'<section class="page">{(LOOK / "connect.html").read_text(encoding="utf-8")}</section>', padding=False)
        with gr.Row():
            self._model = gr.Textbox(
                label="Model to test", value=pipeline.answerer_name, max_lines=1, interactive=local, scale=3, min_width=280, elem_id="model"
            )
            self._test = gr.Button("Test it", elem_id="test-model", scale=0, min_width=120)
        self._tested = gr.HTML(elem_id="tested", padding=False)
        gr.HTML(f'<section class="page">{(LOOK / "privacy.html").read_text(encoding="utf-8")}</section>', padding=False)

    def connect(self, tab: gr.Tab) -> None:
        """Let its parts answer."""
        tab.select(self._tell, None, self._facts, **QUIET)
        self._check.click(self._examine, None, self._health, **QUIET)
        gr.on([self._test.click, self._model.submit], self._try, self._model, self._tested, **QUIET)

    def _tell(self) -> str:
        try:
            return facts_html(self._found())
        except ClippingsError as error:
            return message_html(str(error))

    def _found(self) -> list[tuple[str, str]]:
        pipeline, settings = self._pipeline, self._pipeline.settings
        answerer = "quotations, word for word; no language model" if pipeline.answerer_name == QUOTES else pipeline.answerer_name
        encoder = f"{pipeline.encoder.name}, {pipeline.encoder.dim} dimensions"
        index = f"Chroma server at {settings.chroma_url}" if settings.chroma_url else "Chroma, in the home"
        return [
            ("Answers by", answerer),
            ("Reader", "built in" if pipeline.reader else "its weights cannot be used: ranking goes on without it"),
            ("Encoder", encoder),
            ("Articles", f"{pipeline.store.count():,} in {pipeline.store.words.passage_count():,} passages"),
            ("Index", f"{index}; {pipeline.index.count():,} vectors"),
            ("Kept in", str(settings.home.resolve())),
            ("Versions", ", ".join([f"Python {platform.python_version()}", *installed(PACKAGES)])),
        ]

    def _examine(self) -> Iterator[str]:
        yield waiting_html("Checking …")
        try:
            yield health_html(self._pipeline.library.check())
        except ClippingsError as error:
            yield message_html(str(error))

    def _try(self, name: str) -> Iterator[str]:
        yield from trying(name, self._pipeline, local=self._local)


def trying(name: str, pipeline: Pipeline, *, local: bool) -> Iterator[str]:
    """Test a model, saying what is under way and then how it went.

    Whoever is elsewhere tests the model at work, whatever the name: nobody else looks for files and servers of this machine.
    """
    name = name.strip() if local else pipeline.answerer_name
    if name in {"", QUOTES}:
        yield waiting_html("Quotations need no model: there is nothing to test. Type a name such as ollama:qwen3:4b.")
        return
    yield waiting_html(f"Asking {name} …")
    begun = time.perf_counter()
    try:
        reply = ping(name, pipeline.settings)
    except ClippingsError as error:
        yield message_html(str(error))
        return
    yield waiting_html(f"{name} answered “{reply}” after {time.perf_counter() - begun:.1f} s. To use it, start again with RAG_LLM={name}.")


def installed(packages: Sequence[str]) -> Iterator[str]:
    """Give each package with its version, as far as it is installed."""
    for name in packages:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            yield f"{name} not installed"


def facts_html(facts: Sequence[tuple[str, str]]) -> str:
    """Give names and values as a table of two columns."""
    rows = "".join(f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>' for name, value in facts)
    return f'<table class="facts"><tbody>{rows}</tbody></table>'


def waiting_html(text: str) -> str:
    """Say what is under way, or how it ended well."""
    return f'<div class="work" role="status"><p>{escape(text)}</p></div>'
