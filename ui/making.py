"""The making of a summary, a brief or a timeline on a page: how far it is, what was made, and a Stop that gives what there is by then."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr

from rag.errors import ClippingsError
from rag.page import message_html
from rag.pipeline import Pipeline
from rag.progress import Stop
from rag.sheet import Product
from ui.exports import Exports
from ui.markup import pace
from ui.private import PRIVATE, QUIET
from ui.work import STEP_S

FINDING = "Finding the articles …"
STOPPING = "Stopping: what there is by now is shown in a moment …"
STOPPED = '<p class="by">Stopped. This is what there was by then; make it again for the whole.</p>'


@dataclass(frozen=True, slots=True)
class Made:
    """A product as it is shown, and what it is called when it is saved; `product` None: there is nothing in it to save."""

    html: str
    title: str
    product: Product | None


# How many articles were read, of how many, and at last what was made.
Steps = Iterator[tuple[int, int, Made | None]]


class Making:
    """The button that begins it, Stop, the progress, what was made, and the buttons that save it."""

    def __init__(self, pipeline: Pipeline, name: str, *, verb: str, shown: str, empty: str) -> None:
        """Lay it out. `name` begins the ids on the page, `shown` is that of what was made, `empty` what stands there before."""
        with gr.Row():
            self.button = gr.Button(verb, variant="primary", elem_id=f"{name}-{verb.casefold()}")
            self._stop = gr.Button("Stop", interactive=False, elem_id=f"{name}-stop")
        self._progress = gr.HTML(elem_id=f"{name}-progress", elem_classes="progress", padding=False)
        self._made = gr.HTML(empty, elem_id=shown, padding=False)
        self._exports = Exports(pipeline, name)
        self._stops = Stops()

    def connect(self, begins: Sequence[Any], make: Callable[..., Steps], given: Sequence[Any]) -> None:
        """Make it when one of `begins` happens: `make` gets what says when to stop, and the values of the components `given`."""

        def run(request: gr.Request, *values: Any) -> Iterator[list[Any]]:
            yield [_progress(FINDING), "", gr.Button(interactive=True), *self._exports.nothing()]
            with self._stops.watching(request.session_hash) as stop:
                for progress, made in telling(make(stop, *values), stop):
                    if made:
                        files = self._exports.offer(made.product, made.title) if made.product else self._exports.nothing()
                        yield [progress, made.html, gr.Button(interactive=False), *files]
                    else:
                        yield [progress, gr.skip(), gr.skip(), *self._exports.unchanged()]

        def stop(request: gr.Request) -> tuple[str, Any]:
            self._stops.stop(request.session_hash)
            return _progress(STOPPING), gr.Button(interactive=False)

        gr.on([*begins], run, [*given], [self._progress, self._made, self._stop, *self._exports.outputs], **QUIET)
        self._stop.click(stop, None, [self._progress, self._stop], **PRIVATE)


class Stops:
    """Which pages want what they began to end."""

    def __init__(self) -> None:
        """Nothing is under way."""
        self._asked: dict[str | None, threading.Event] = {}

    @contextmanager
    def watching(self, page: str | None) -> Iterator[Stop]:
        """Tell whether a page has asked to stop what it begins here."""
        asked = self._asked[page] = threading.Event()
        try:
            yield asked.is_set
        finally:
            self._asked.pop(page, None)

    def stop(self, page: str | None) -> None:
        """Ask what a page began to end with what it has."""
        if asked := self._asked.get(page):
            asked.set()


def telling(steps: Steps, stop: Stop) -> Iterator[tuple[str, Made | None]]:
    """Give what the progress shows, again and again, and at last what was made, or why nothing was, and what it shows then."""
    begun = told = time.monotonic()
    # Once all articles are read, each further step is a sentence that was written.
    written = -1
    try:
        for done, total, made in steps:
            now = time.monotonic()
            written += done == total
            if made:
                yield STOPPED if stop() else "", made
            elif now - told >= STEP_S and not stop():
                told = now
                yield _progress(_how_far(done, total, now - begun, written), done, total), None
    except ClippingsError as error:
        yield "", Made(message_html(str(error)), "", None)


def _how_far(done: int, total: int, seconds: float, written: int) -> str:
    """Say how many articles were read, and then how many sentences were written."""
    read = f"{done:,} of {total:,} articles read"
    if done < total:
        return f"{read} · {pace(done, total, seconds)}"
    return f"{read}; sentences written: {written} …" if written else f"{read}; putting together what they tell …"


def _progress(said: str, done: int = 0, total: int = 0) -> str:
    bar = f' value="{done}" max="{total}"' if total else ""
    return f'<div class="work"><p role="status">{escape(said)}</p><progress{bar} aria-label="articles read"></progress></div>'
