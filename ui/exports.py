"""The buttons that save what is shown as a file: each page gets files of its own, which nobody else is given."""

from __future__ import annotations

import time
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

import gradio as gr

from rag.errors import StorageError
from rag.export import export
from rag.pipeline import Pipeline
from rag.sheet import Product

FORMATS = {"Markdown": ".md", "HTML": ".html", "JSON": ".json"}
SAVE = '<p class="by">Save it with every quotation; <code>python -m rag verify FILE</code> checks that they still stand:</p>'
MAX_NAME_CHARS = 60
# Gradio copies a file at once to where the page is served from.
KEPT_S = 600


class Exports:
    """Buttons, hidden until there is something to save. `outputs` are what `offer` and `nothing` give values for."""

    def __init__(self, pipeline: Pipeline, name: str) -> None:
        """Lay it out; the files last as long as this program runs. `name` tells it apart on the page."""
        self._pipeline = pipeline
        self._folder = TemporaryDirectory(prefix="clippings-")
        with gr.Column(visible=False, elem_id=f"{name}-export") as whole:
            gr.HTML(SAVE, padding=False)
            with gr.Row():
                buttons = [gr.DownloadButton(label, size="sm", min_width=90) for label in FORMATS]
        self.outputs: list[Any] = [whole, *buttons]

    def offer(self, product: Product, title: str) -> list[Any]:
        """Write the files of a product, and show the buttons; where they cannot be written, a passing message says why."""
        try:
            self._drop_old()
            folder = Path(mkdtemp(dir=self._folder.name))
            files = [folder / f"{_name_of(title)}{suffix}" for suffix in FORMATS.values()]
            for file in files:
                export(product, title, self._pipeline.today, file)
        except (OSError, StorageError) as error:
            gr.Warning(f"There is nothing to save: {error}", title="No files")
            return self.nothing()
        return [gr.Column(visible=True), *(gr.DownloadButton(value=str(file)) for file in files)]

    def _drop_old(self) -> None:
        """Delete what the page has taken over into its own files long ago."""
        for folder in Path(self._folder.name).iterdir():
            if time.time() - folder.stat().st_mtime > KEPT_S:
                rmtree(folder, ignore_errors=True)

    def nothing(self) -> list[Any]:
        """Hide the buttons, which lead to no file any more."""
        return [gr.Column(visible=False), *(gr.DownloadButton(value=None) for _ in FORMATS)]

    def unchanged(self) -> list[Any]:
        """Leave the buttons as they are."""
        return [gr.skip() for _ in self.outputs]


def _name_of(title: str) -> str:
    """Make a file name of a title: letters and digits of it, joined by dashes."""
    words = "".join(each if each.isalnum() else " " for each in title.casefold()).split()
    return "-".join(words)[:MAX_NAME_CHARS].strip("-") or "export"
