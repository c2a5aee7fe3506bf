"""The life of an article: add, change, remove, resume, rebuild, and a check that store and index agree.

Order of a write: store as pending, encode, write the vectors, mark done. A kill at any moment leaves something
that the next write completes. One process writes at a time; a lock file in the home sees to that.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from dataclasses import replace as changed
from pathlib import Path

import filelock

from rag.clean import clean
from rag.embed import Encoder
from rag.errors import BusyError, IndexMismatchError, InputError
from rag.index import Index
from rag.load import find_files, load
from rag.records import Article, ArticleInfo, Passage, Span, SyncReport
from rag.split import SPLIT_STAMP, split_passages, split_sentences
from rag.store import Source, Store

BATCH_ARTICLES = 16
LOCK_WAIT_S = 10.0

# Called with (done, total) while long work goes on.
Progress = Callable[[int, int], None]


def no_progress(done: int, total: int) -> None:
    """Report nothing."""


def stamp_of(encoder: Encoder) -> str:
    """Say what an index is built with: encoder, dimension, split settings."""
    return f"{encoder.name} ({encoder.dim}), split {SPLIT_STAMP}"


def passage_text(article: ArticleInfo, passage: str) -> str:
    """Give what is encoded for a passage: title and date say what a passage in mid-article is about."""
    return f"{article.title} ({article.published}). {passage}" if article.published else f"{article.title}. {passage}"


@dataclass(slots=True)
class _Batch:
    """What one sync has done so far."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    unchanged: int = 0
    passages: int = 0
    encode_s: float = 0.0


class Library:
    """Everything that writes to a home: its store and its index stay in step through this class alone."""

    def __init__(self, home: Path, store: Store, index: Index, encoder: Encoder) -> None:
        """Take charge of a home; `store` and `index` are its own."""
        self._store, self._index, self._encoder = store, index, encoder
        self._lock = filelock.FileLock(home / "write.lock")
        self._seen = store.fact("generation")

    def sync(self, paths: Sequence[Path], progress: Progress = no_progress) -> SyncReport:
        """Add or update the articles that files and folders hold; what is unchanged is not encoded again.

        A file that cannot be used is reported in the result and passed over. An article that the user removed comes
        back only when its file is changed or named itself.

        Raises:
            InputError: a path does not exist.
            BusyError: another process is writing.
            IndexMismatchError: the index was built with another encoder or other split settings.
        """
        start = time.perf_counter()
        files = find_files(paths)
        named = {path for path in paths if path.is_file()}
        run = _Batch()
        with self._writing():
            self._finish_interrupted(run)
            waiting: dict[str, list[Source]] = {}
            for number, file in enumerate(files, 1):
                self._take(file, file in named, run, waiting)
                if len(waiting) >= BATCH_ARTICLES:
                    self._complete(run, waiting)
                    progress(number, len(files))
            self._complete(run, waiting)
            progress(len(files), len(files))
        seconds = time.perf_counter() - start
        return SyncReport(tuple(run.added), tuple(run.updated), run.unchanged, tuple(run.skipped), run.passages, seconds, run.encode_s)

    def remove(self, article_ids: Sequence[str]) -> None:
        """Remove articles from store and index.

        Raises:
            InputError: an id is unknown; nothing is removed then.
            BusyError: another process is writing.
        """
        for article_id in article_ids:
            self._store.article(article_id)
        with self._writing():
            self._remove(article_ids)

    def rebuild(self, progress: Progress = no_progress) -> int:
        """Build the index anew from the stored articles, with the encoder and split settings of now; give their number.

        Can be interrupted: the next sync or rebuild goes on.
        """
        with self._locked():
            self._store.set_state(self._store.in_state("done"), "pending")
            self._index.clear(stamp_of(self._encoder))
            return self._finish_interrupted(_Batch(), progress)

    def check(self) -> list[str]:
        """List every difference between store and index, in words; an empty list means that all is well."""
        problems = []
        if self._index.stamp != stamp_of(self._encoder):
            problems.append(self._mismatch())
        for state, wanted in (("pending", "to be indexed"), ("removing", "to be removed")):
            if waiting := self._store.in_state(state):  # type: ignore[arg-type]
                problems.append(f"{len(waiting)} articles wait {wanted}: run `python -m rag sync`")
        stored, indexed = self._store.all_passage_ids(), self._index.ids()
        if missing := len(stored - indexed):
            problems.append(f"{missing} of {len(stored)} passages have no vector: run `python -m rag rebuild`")
        if stray := len(indexed - stored):
            problems.append(f"{stray} vectors belong to no passage: run `python -m rag rebuild`")
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

    def _take(self, file: Path, named: bool, run: _Batch, waiting: dict[str, list[Source]]) -> None:
        """Read one file; store its article as pending and put it among `waiting`, or say in `run` why not."""
        path = str(file.resolve())
        known = self._store.source(path)
        try:
            stat = file.stat()
            if known and (known.size, known.mtime_ns) == (stat.st_size, stat.st_mtime_ns) and (known.article_id or not named):
                run.unchanged += 1
                return
            raw, data = load(file)
            source = Source(path, stat.st_size, stat.st_mtime_ns, hashlib.sha256(data).hexdigest(), None)
            if known and known.sha256 == source.sha256 and (known.article_id or not named):
                self._store.put_source(changed(source, article_id=known.article_id))
                run.unchanged += 1
                return
            article = clean(raw)
        except (InputError, OSError) as error:
            run.skipped.append((str(file), str(error)))
            return
        source = changed(source, article_id=article.info.id)
        if article.info.id in waiting:
            waiting[article.info.id].append(source)
        elif not self._store.has_done(article.info.id):
            self._store.put(article)
            waiting[article.info.id] = [source]
        else:
            self._take_copy(file, source, run)

    def _take_copy(self, file: Path, source: Source, run: _Batch) -> None:
        """Note a file whose text is an article already: a copy, or the same file under a new name."""
        article_id = source.article_id or ""
        others = [other for other in self._store.files(article_id) if other != source.path]
        kept = [other for other in others if Path(other).exists()]
        for gone in set(others) - set(kept):
            self._store.forget_source(gone)
        self._swap(source)
        if kept:
            run.skipped.append((str(file), f"{file}: the same text as {kept[0]}; it is counted as a copy"))
        else:
            self._store.set_path(article_id, str(file))
            run.unchanged += 1

    def _complete(self, run: _Batch, waiting: dict[str, list[Source]]) -> None:
        """Index the waiting articles, then let their files point to them."""
        self._index_articles([self._store.article(article_id, finished=False) for article_id in waiting], run)
        for sources in waiting.values():
            first, *copies = sources
            (run.updated if self._swap(first) else run.added).append(first.path)
            for source in copies:
                self._swap(source)
                run.skipped.append((source.path, f"{source.path}: the same text as {first.path}; it is counted as a copy"))
        waiting.clear()

    def _swap(self, source: Source) -> bool:
        """Let a file point to its article; remove the one it held before when no other file holds it. True if there was one."""
        before = self._store.source(source.path)
        self._store.put_source(source)
        old = before.article_id if before else None
        if old is None or old == source.article_id:
            return False
        if not self._store.files(old):
            self._remove([old])
        return True

    def _index_articles(self, articles: Sequence[Article], run: _Batch) -> None:
        """Split, encode and index pending articles, and mark them done."""
        splits: list[tuple[Article, list[Span], list[Passage]]] = []
        texts: list[str] = []
        for article in articles:
            sentences = split_sentences(article.text)
            passages = split_passages(article.text, sentences)
            splits.append((article, sentences, passages))
            texts += [sentence.text for sentence in sentences]
            texts += [passage_text(article.info, passage.span.text) for passage in passages]
        begun = time.perf_counter()
        vectors = self._encoder.encode(texts)
        run.encode_s += time.perf_counter() - begun
        at = 0
        ids: list[int] = []
        owners: list[ArticleInfo] = []
        rows: list[int] = []
        for article, sentences, passages in splits:
            middle, end = at + len(sentences), at + len(sentences) + len(passages)
            ids += self._store.put_split(article.info, sentences, passages, vectors[at:middle])
            owners += [article.info] * len(passages)
            rows += range(middle, end)
            at = end
        if ids:
            self._index.add(ids, owners, vectors[rows])
        self._store.set_state([article.info.id for article in articles], "done")
        run.passages += len(ids)

    def _remove(self, article_ids: Sequence[str]) -> None:
        self._store.set_state(article_ids, "removing")
        for article_id in article_ids:
            self._index.remove(self._store.passage_ids(article_id))
            self._store.delete(article_id)

    def _finish_interrupted(self, run: _Batch, progress: Progress = no_progress) -> int:
        """Complete what a killed process left behind: removals first, then pending articles. Give the number indexed."""
        self._remove(self._store.in_state("removing"))
        pending = self._store.in_state("pending")
        for start in range(0, len(pending), BATCH_ARTICLES):
            part = pending[start : start + BATCH_ARTICLES]
            # Vectors that were written just before the kill would otherwise be left without a passage.
            for article_id in part:
                self._index.remove(self._store.passage_ids(article_id))
            articles = [self._store.article(article_id, finished=False) for article_id in part]
            self._index_articles(articles, run)
            for article in articles:
                if not self._store.files(article.info.id):
                    # What the file holds now is not known: no file is of this size, so it is read again.
                    self._swap(Source(str(Path(article.info.path).resolve()), -1, -1, "", article.info.id))
            progress(min(start + BATCH_ARTICLES, len(pending)), len(pending))
        return len(pending)
