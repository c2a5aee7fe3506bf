"""Files and folders kept in step: each change of theirs starts a sync, in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from watchfiles import watch

from rag.errors import ClippingsError
from rag.library import Library
from rag.records import SyncReport

# Changes that come in quick succession, such as a folder being copied, are one.
SETTLE_MS = 1600
# How often the watch looks whether it is to stop.
WAKE_MS = 300


class Watcher:
    """Watches paths until it is stopped. `report` is what the latest sync did, `error` why it could not be done."""

    def __init__(
        self, library: Library, paths: Sequence[Path], *, prune: bool = False, told: Callable[[Watcher], None] = lambda watcher: None
    ) -> None:
        """Nothing is watched yet; `prune` is as in `Library.sync`, `told` is called after each sync, in the watching thread."""
        self._library, self._paths, self._prune, self._told = library, paths, prune, told
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
        self.report: SyncReport | None = None
        self.error: str | None = None

    @property
    def running(self) -> bool:
        """Tell whether changes are being waited for."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Sync once, and begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Stop watching; a sync that is under way is finished first."""
        self._stop.set()
        self._thread.join()

    def wait(self) -> None:
        """Wait until somebody stops it."""
        self._thread.join()

    def _run(self) -> None:
        # The first sync comes when the watch is on, so that no change falls between them.
        synced = False
        for changes in watch(
            *self._paths, stop_event=self._stop, debounce=SETTLE_MS, rust_timeout=WAKE_MS, yield_on_timeout=True, raise_interrupt=False
        ):
            if changes or not synced:
                self._sync()
                synced = True

    def _sync(self) -> None:
        try:
            self.report, self.error = self._library.sync(self._paths, prune=self._prune), None
        except ClippingsError as error:
            # Another process may be writing just now; the next change tries again.
            self.error = str(error)
        self._told(self)
