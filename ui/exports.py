"""The buttons that save what is shown as a file. It is made when it is asked for, and handed to the browser, which saves it."""

from __future__ import annotations

from functools import partial
from typing import Any

import gradio as gr

from rag.export import render
from rag.pipeline import Pipeline
from rag.sheet import Product
from ui.private import QUIET

# By the label of a button: how the file's name ends, and what a browser calls such a file.
FORMATS = {"Markdown": (".md", "text/markdown"), "HTML": (".html", "text/html"), "JSON": (".json", "application/json")}
SAVE = '<p class="by">Save it with every quotation; <code>python -m rag verify FILE</code> checks that they still stand:</p>'
LOST = "The program was started anew and does not remember what is shown: make it again, then save it."
MAX_NAME_CHARS = 60


class Exports:
    """Buttons, hidden until there is something to save. `outputs` are what `offer` and `nothing` give values for."""

    def __init__(self, pipeline: Pipeline, name: str) -> None:
        """Lay it out, and let the buttons answer. `name` tells it apart on the page."""
        self._pipeline = pipeline
        shown = gr.State(None)
        file = gr.JSON(visible=False)
        with gr.Column(visible=False, elem_id=f"{name}-export") as whole:
            gr.HTML(SAVE, padding=False)
            with gr.Row():
                for label in FORMATS:
                    made = gr.Button(label, size="sm", min_width=90).click(partial(self._make, label), shown, file, **QUIET)
                    # The page's script (look/answer.js) saves it.
                    made.success(None, file, None, js="saveFile", **QUIET)
        self.outputs: list[Any] = [whole, shown]

    def offer(self, product: Product, title: str) -> list[Any]:
        """Show the buttons for a product."""
        return [gr.Column(visible=True), (product, title)]

    def nothing(self) -> list[Any]:
        """Hide the buttons."""
        return [gr.Column(visible=False), None]

    def unchanged(self) -> list[Any]:
        """Leave the buttons as they are."""
        return [gr.skip() for _ in self.outputs]

    def _make(self, label: str, shown: tuple[Product, str] | None) -> dict[str, str]:
        if shown is None:
            raise gr.Error(LOST, print_exception=False)
        product, title = shown
        suffix, kind = FORMATS[label]
        return {"name": f"{_name_of(title)}{suffix}", "type": kind, "text": render(product, title, self._pipeline.today, suffix)}


def _name_of(title: str) -> str:
    """Make a file name of a title: letters and digits of it, joined by dashes."""
    words = "".join(each if each.isalnum() else " " for each in title.casefold()).split()
    return "-".join(words)[:MAX_NAME_CHARS].strip("-") or "export"
