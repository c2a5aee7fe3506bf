"""The part of the Library tab that writes to the index: files, folders and web addresses in, and a check of the index.

Progress and outcome of all of these stand in one place, and on every open page.
"""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Callable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from rag.errors import BusyError, ClippingsError, InputError
from rag.load import KINDS
from rag.page import message_html
from rag.pipeline import Pipeline
from rag.progress import Progress
from rag.records import SyncReport
from ui.markup import health_html, state_html
from ui.private import PRIVATE, QUIET
from ui.watching import Keeper, Watching
from ui.work import State, Stopped, Task, Work

HELP = Path(__file__).parent.parent / "look" / "help.html"
# How often a page looks whether a folder that is kept in step has changed (s).
LOOK_S = 5.0
# What an event gives: the outcome, and whether there is something to stop.
Shown = tuple[str, Any]


class Adding:
    """Adds articles and mends the index. `local` tells that whoever uses the page sits at this machine, and may name its folders."""

    def __init__(self, pipeline: Pipeline, work: Work, *, local: bool) -> None:
        """Lay it out."""
        self._pipeline, self._work = pipeline, work
        self._keeper = Keeper(self._watcher)
        with gr.Tabs(elem_id="adding"):
            with gr.Tab("Add files"):
                self._files = gr.File(label="Files with articles", file_count="multiple", height=150, elem_id="upload")
            with gr.Tab("Add a folder", visible=local):
                self._lay_out_folder()
            with gr.Tab("Add from the web"):
                self._urls = gr.Textbox(
                    label="Web addresses, one a line", lines=2, max_lines=12, placeholder="https://example.org/story", elem_id="urls"
                )
                self._fetch = gr.Button("Add", elem_id="add-urls")
            with gr.Tab("Health"):
                self._check = gr.Button("Check the index", elem_id="check")
                self._health = gr.HTML(elem_id="health", padding=False)
                self._rebuild = gr.Button("Rebuild the index", visible=False, variant="primary", elem_id="rebuild")
        self._outcome = gr.HTML(elem_id="outcome", padding=False)
        self._stop = gr.Button("Stop", visible=False, size="sm", elem_id="stop")
        gr.HTML(HELP.read_text(encoding="utf-8").replace("KINDS", ", ".join(KINDS)), elem_id="help", padding=False)

    def _lay_out_folder(self) -> None:
        self._folder = gr.Textbox(label="Folder on this machine, with all folders inside", placeholder="~/clippings", elem_id="folder")
        with gr.Row():
            self._add = gr.Button("Add", elem_id="add-folder")
            self._keep = gr.Button("Keep in step", elem_id="keep")
        self._kept = gr.HTML(elem_id="kept", padding=False)
        self._timer = gr.Timer(LOOK_S, active=False)
        self._seen = gr.State(None)

    def connect(self, page: gr.Blocks, refresh: Callable[[Any], Any]) -> None:
        """Let its parts answer. `refresh` takes what listens for an event, and lists the articles anew when it happens."""
        shown: dict[str, Any] = {"outputs": [self._outcome, self._stop], **QUIET}
        added = self._files.upload(self._add_files, self._files, **shown)
        added.then(lambda: None, None, self._files, **PRIVATE)
        refresh(added.then)
        refresh(gr.on([self._add.click, self._folder.submit], self._add_folder, self._folder, **shown).then)
        refresh(self._fetch.click(self._add_urls, self._urls, **shown).then)
        # Whoever opens the page while something is going on sees how far it is.
        refresh(page.load(self._follow, None, **shown).then)
        self._stop.click(self._work.stop, None, None, **PRIVATE)
        health = [self._health, self._rebuild]
        self._check.click(self._examine, None, health, **PRIVATE)
        rebuilt = self._rebuild.click(self._index_anew, None, **shown)
        rebuilt.then(self._examine, None, health, **PRIVATE)
        refresh(rebuilt.then)
        kept = [self._kept, self._keep, self._timer]
        self._keep.click(self._toggle, self._folder, kept, **PRIVATE)
        page.load(self._show_kept, None, kept, **QUIET)
        self._timer.tick(self._look, None, [self._kept, self._seen], **QUIET)
        refresh(self._seen.change)

    # Adding

    def _add_files(self, files: list[str] | None) -> Iterator[Shown]:
        try:
            uploads = (self._pipeline.settings.home / "uploads").resolve()
            kept = [keep_upload(Path(file), uploads) for file in files or []]
        except OSError as error:
            yield (
                message_html(f"the files cannot be kept in {uploads} ({error.strerror}): make room there, or let it be written to"),
                gr.skip(),
            )
            return
        yield from self._run("Adding files", dropping(self._pipeline, kept, self._sync(kept)), uploads)

    def _add_folder(self, folder: str) -> Iterator[Shown]:
        try:
            path = folder_of(folder)
        except InputError as error:
            yield message_html(str(error)), gr.skip()
            return
        yield from self._run(f"Adding {path}", self._sync([path]), path)

    def _add_urls(self, text: str) -> Iterator[Shown]:
        urls = [line.strip() for line in text.splitlines() if line.strip()]
        if not urls:
            yield message_html("no address is named: type or paste one a line, such as https://example.org/story"), gr.skip()
            return
        yield from self._run("Adding from the web", fetching(self._pipeline, urls), None)

    def _sync(self, paths: Sequence[Path]) -> Task:
        return finishing(self._pipeline, lambda progress: self._pipeline.library.sync(paths, progress))

    # Health

    def _examine(self) -> tuple[str, Any]:
        if (state := self._work.state) and state.running:
            return message_html(f"{state.name} is still going on: check again when it is done"), gr.Button(visible=False)
        try:
            problems = self._pipeline.library.check()
        except ClippingsError as error:
            return message_html(str(error)), gr.Button(visible=False)
        return health_html(problems), gr.Button("Rebuild the index", visible=bool(problems))

    def _index_anew(self) -> Iterator[Shown]:
        yield from self._run("Rebuilding the index", lambda progress: self._pipeline.library.rebuild(progress), None)

    # Progress

    def _run(self, name: str, task: Task, base: Path | None) -> Iterator[Shown]:
        """Begin a task, and show how it goes; while another one runs, that is shown."""
        try:
            yield _shown(self._work.start(name, task, base))
        except BusyError as error:
            # A warning is shown as HTML.
            gr.Warning(escape(str(error)))
        yield from self._follow()

    def _follow(self) -> Iterator[Shown]:
        yield from map(_shown, self._work.follow())

    # A folder kept in step

    def _watcher(self, folder: Path) -> Watching:
        from rag.watch import Watcher

        return Watcher(self._pipeline.library, [folder])

    def _toggle(self, folder: str) -> tuple[str, Any, Any]:
        try:
            if self._keeper.running:
                self._keeper.stop()
            else:
                self._keeper.start(folder_of(folder))
        except ClippingsError as error:
            return message_html(str(error)), gr.skip(), gr.skip()
        return self._show_kept()

    def _show_kept(self) -> tuple[str, Any, Any]:
        running = self._keeper.running
        return self._keeper.html(), gr.Button("Stop keeping in step" if running else "Keep in step"), gr.Timer(active=running)

    def _look(self) -> tuple[str, int]:
        return self._keeper.html(), hash((self._keeper.report, self._keeper.error))


def _shown(state: State) -> Shown:
    return state_html(state), gr.Button("Stop", visible=state.running)


def fetching(pipeline: Pipeline, urls: Sequence[str]) -> Task:
    """Give the task of adding articles from the web."""
    return finishing(pipeline, lambda progress: pipeline.library.sync((), progress, urls=urls))


def finishing(pipeline: Pipeline, task: Callable[[Progress], SyncReport]) -> Task:
    """Let a task that is stopped finish what it has read already, so that nothing waits for the next one."""

    def run(progress: Progress) -> SyncReport:
        try:
            return task(progress)
        except Stopped:
            pipeline.library.sync([])
            raise

    return run


def dropping(pipeline: Pipeline, uploads: Sequence[Path], task: Task) -> Task:
    """Let a task that adds uploads delete those of which no article was made, however it ends."""

    def run(progress: Progress) -> SyncReport | int:
        try:
            return task(progress)
        finally:
            for file in uploads:
                if not any(source.article_id for source in pipeline.store.sources.of_file(str(file)).values()):
                    file.unlink(missing_ok=True)

    return run


def keep_upload(file: Path, folder: Path) -> Path:
    """Copy an uploaded file into a folder, under a name that no other upload has."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / file.name
    number = 2
    while target.exists() and not filecmp.cmp(target, file, shallow=False):
        target = folder / f"{file.stem}-{number}{file.suffix}"
        number += 1
    shutil.copyfile(file, target)
    return target


def folder_of(typed: str) -> Path:
    """Give the path that a user typed.

    Raises:
        InputError: nothing was typed, or no path can be like that.
    """
    if not typed.strip():
        raise InputError("no folder is named: type where the articles are, such as ~/clippings")
    try:
        return Path(typed.strip()).expanduser().resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError(f"{typed.strip()!r} cannot be a folder ({error}): check the spelling") from error
