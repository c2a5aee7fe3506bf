"""The life of an article: add, change, remove, resume, rebuild, and a check that store and index agree.

A kill at any moment leaves something that the next write completes. One process writes at a time; a lock file in the home sees to
that. Readers are never held up.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import filelock

from rag.embed import Encoder
from rag.errors import BusyError, ClippingsError, IndexMismatchError, SettingsError
from rag.index import Index
from rag.indexing import Indexer, Tally
from rag.intake import Intake
from rag.load import find_files, passed_over
from rag.progress import Progress, no_progress
from rag.records import SyncReport
from rag.split import SPLIT_STAMP
from rag.store import State, Store

LOCK_WAIT_S = 10.0
WAITING: tuple[tuple[State, str], ...] = (("pending", "to be indexed"), ("removing", "to be removed"), ("retiring", "to be replaced"))


def stamp_of(encoder: Encoder) -> str:
    """Say what an index is built with: encoder, dimension, split settings, and how sentences are encoded."""
    return f"{encoder.name} ({encoder.dim}), split {SPLIT_STAMP}, sentences in context"


class Library:
    """Everything that writes to a home: its store and its index stay in step through this class alone."""

    def __init__(self, home: Path, store: Store, index: Index, encoder: Encoder) -> None:
        """Take charge of a home; `store` and `index` are its own."""
        self._store, self._index, self._encoder = store, index, encoder
        self._pages = home / "pages"
        self._lock = filelock.FileLock(home / "write.lock")
        self._seen = store.fact("generation")

    def sync(self, paths: Sequence[Path], progress: Progress = no_progress, *, urls: Sequence[str] = (), prune: bool = False) -> SyncReport:
        """Add or update the articles that files and folders hold; what is unchanged is not encoded again.

        The pages at `urls`, and those that feeds there list, are saved under the home first; nothing else here reaches the network.
        What cannot be used is reported in the result. An article that the user removed comes back only when its
        file is changed or named itself. With `prune`, the articles of files that have gone from the folders are removed;
        otherwise they stay.

        Raises:
            InputError: a path does not exist.
            BusyError: another process is writing.
            IndexMismatchError: the index was built with another encoder or other split settings.
        """
        start = time.perf_counter()
        files = find_files(paths)
        named = {path for path in paths if path.is_file()}
        tally = Tally(remarks=passed_over(paths))
        if urls:
            from rag.fetch import fetch  # loaded only when it is used, as nobody else needs the network

            fetched = fetch(urls, self._pages, progress=progress)
            files += fetched.files
            named |= set(fetched.files)
            tally.skipped += fetched.skipped
        with self._writing(), self._indexer(tally) as indexer:
            indexer.complete()
            intake = Intake(self._store, indexer, tally, progress)
            intake.take(files, named)
            if prune:
                intake.prune(paths)
        return SyncReport(
            added=tuple(tally.added),
            updated=tuple(tally.updated),
            removed=tuple(tally.removed),
            unchanged=tally.unchanged,
            skipped=tuple(tally.skipped),
            passages=tally.passages,
            seconds=time.perf_counter() - start,
            encode_s=tally.encode_s,
            remarks=tuple(tally.remarks),
        )

    def remove(self, article_ids: Sequence[str]) -> None:
        """Remove articles from store and index.

        Raises:
            InputError: an id is unknown; nothing is removed then.
            BusyError: another process is writing.
        """
        for article_id in article_ids:
            self._store.article(article_id)
        with self._writing(), self._indexer(Tally()) as indexer:
            indexer.remove(article_ids)

    def rebuild(self, progress: Progress = no_progress) -> int:
        """Build the index anew from the stored articles, with the encoder and split settings of now; give their number.

        Can be interrupted: the next sync or rebuild goes on.
        """
        with self._locked(), self._indexer(Tally()) as indexer:
            self._store.begin_anew()
            self._index.clear(stamp_of(self._encoder))
            return indexer.complete(progress)

    def check(self) -> list[str]:
        """List every difference between store and index, in words; an empty list means that all is well."""
        if self._index.crashes():
            return ["the index ends every program that reads it, because its files are damaged: run `python -m rag rebuild`"]
        try:
            return self._differences()
        except SettingsError:
            raise
        except ClippingsError as error:
            return [str(error)]

    def _differences(self) -> list[str]:
        problems = []
        if self._index.stamp != stamp_of(self._encoder):
            problems.append(self._mismatch())
        for state, wanted in WAITING:
            if waiting := self._store.in_state(state):
                problems.append(f"{len(waiting)} articles wait {wanted}: run `python -m rag sync`")
        stored, indexed = self._store.all_passage_ids(), self._index.ids()
        if missing := len(stored - indexed):
            problems.append(f"{missing} of {len(stored)} passages have no vector: run `python -m rag rebuild`")
        if stray := len(indexed - stored):
            problems.append(f"{stray} vectors belong to no passage: run `python -m rag rebuild`")
        if stray := self._store.words.stray():
            problems.append(f"{stray} passages are in the full text or in the store alone: run `python -m rag rebuild`")
        if not self._index.searchable():
            problems.append(f"a search does not reach all of the {len(indexed)} vectors: run `python -m rag rebuild`")
        return problems

    def refresh(self) -> None:
        """See what another process has written since this one last looked."""
        generation = self._store.fact("generation")
        if generation != self._seen:
            self._index.close()
            self._seen = generation

    def check_stamp(self) -> None:
        """Raise IndexMismatchError unless the index was built with the encoder and split settings of now."""
        if self._index.stamp != stamp_of(self._encoder):
            raise IndexMismatchError(self._mismatch())

    def _indexer(self, tally: Tally) -> Indexer:
        return Indexer(self._store, self._index, self._encoder, tally)

    def _mismatch(self) -> str:
        return f"the index was built with {self._index.stamp}, now {stamp_of(self._encoder)}: run `python -m rag rebuild`"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self._lock.acquire(timeout=LOCK_WAIT_S)
        except filelock.Timeout as error:
            raise BusyError(
                f"another process has been writing to {Path(self._lock.lock_file).parent} for {LOCK_WAIT_S:.0f} s: "
                "wait until it is done, or stop it; nothing was changed"
            ) from error
        try:
            self.refresh()
            yield
        finally:
            self._seen = str(int(self._store.fact("generation") or 0) + 1)
            self._store.set_fact("generation", self._seen)
            self._lock.release()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._locked():
            self.check_stamp()
            yield
