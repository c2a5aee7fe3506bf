"""A folder that is kept in step with the library while this program runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from rag.errors import InputError
from rag.records import SyncReport
from ui.markup import watch_html


class Watching(Protocol):
    """What watches folders, and adds what changes in them, in a thread of its own. `report` is None before its first look.

    `error` says why the last look could not be taken, None when it could.
    """

    @property
    def report(self) -> SyncReport | None:
        """What the last look at the folders did."""

    @property
    def error(self) -> str | None:
        """Why the last look could not be taken."""

    @property
    def running(self) -> bool:
        """Whether it watches."""

    def start(self) -> None:
        """Begin to watch."""

    def stop(self) -> None:
        """Stop watching."""


class Keeper:
    """Keeps one folder in step at a time."""

    def __init__(self, watch: Callable[[Path], Watching]) -> None:
        """Folders are watched by what `watch` makes for them."""
        self._watch = watch
        self._folder: Path | None = None
        self._watcher: Watching | None = None

    @property
    def running(self) -> bool:
        """Whether a folder is kept in step."""
        return self._watcher is not None and self._watcher.running

    @property
    def report(self) -> SyncReport | None:
        """What the last look at the folder did; None before the first."""
        return self._watcher.report if self._watcher else None

    @property
    def error(self) -> str | None:
        """Why the last look at the folder could not be taken; None when it could."""
        return self._watcher.error if self._watcher else None

    def start(self, folder: Path) -> None:
        """Keep a folder in step, instead of the one before.

        Raises:
            InputError: it is no folder.
        """
        if not folder.is_dir():
            raise InputError(f"{folder} is not a folder: check the spelling, or name another")
        self.stop()
        self._folder, self._watcher = folder, self._watch(folder)
        self._watcher.start()

    def stop(self) -> None:
        """Keep nothing in step any more."""
        if self._watcher:
            self._watcher.stop()

    def html(self) -> str:
        """Say what is kept in step."""
        return watch_html(self._folder, self.report, self.error, running=self.running)
