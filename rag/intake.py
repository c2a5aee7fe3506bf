"""Files in, articles stored as pending: what is new, what has changed, what is a copy, and what cannot be used and why."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from rag.clean import clean
from rag.errors import InputError
from rag.indexing import BATCH_ARTICLES, Indexer, Tally, same_text
from rag.load import count, load
from rag.progress import Progress
from rag.records import RawDocument
from rag.sources import Source
from rag.store import Store


class Intake:
    """One sync's way through the files it was given."""

    def __init__(self, store: Store, indexer: Indexer, tally: Tally, progress: Progress) -> None:
        """Nothing is read yet."""
        self._store, self._indexer, self._tally, self._progress = store, indexer, tally, progress
        self._waiting = 0
        # Files that are read to their end; they are noted as taken once all of their articles are indexed.
        self._read: list[tuple[str, tuple[int, int]]] = []

    def take(self, files: Iterable[Path], named: set[Path]) -> None:
        """Read files, and index what they hold. What the user removed comes back only from files that are `named`."""
        sizes = {file: count(file) for file in files}
        done, total = 0, sum(sizes.values())
        for file, size in sizes.items():
            for number, _ in enumerate(self._take_file(file, file in named), 1):
                if self._waiting >= BATCH_ARTICLES:
                    self._complete()
                self._progress(done + min(number, size), total)
            done += size
        self._complete()
        self._progress(total, total)

    def prune(self, paths: Sequence[Path]) -> None:
        """Remove the articles of files that were in these folders and have gone, unless another file holds them too."""
        folders = [path.resolve() for path in paths]
        for path in self._store.sources.paths():
            if any(Path(path).is_relative_to(folder) for folder in folders) and not Path(path).exists():
                held = [source.article_id for source in self._store.sources.of_file(path).values() if source.article_id]
                self._store.sources.forget_file(path)
                self._indexer.remove([article for article in dict.fromkeys(held) if not self._store.sources.of_article(article)])
                self._tally.removed.append(path)

    def _complete(self) -> None:
        self._indexer.complete(self._tally)
        self._waiting = 0
        for path, stamp in self._read:
            self._store.sources.set_stamp(path, stamp)
        self._read.clear()

    def _take_file(self, file: Path, named: bool) -> Iterable[None]:
        """Take the articles of one file, giving way after each."""
        path = str(file.resolve())
        known = self._store.sources.of_file(path)
        whole = True
        try:
            stat = file.stat()
            stamp = (stat.st_size, stat.st_mtime_ns)
            held = [source for source in known.values() if source.article_id]
            if self._store.sources.stamp(path) == stamp and not (named and len(held) < len(known)):
                self._tally.unchanged += len(held)
                return
            seen: set[str] = set()
            for part in load(file):
                if isinstance(part, RawDocument):
                    source = _source(part, path, seen)
                    seen.add(source.member)
                    whole &= self._take(part, file, source, known.get(source.member), named)
                else:
                    self._tally.skipped.append((str(file), part.reason))
                    whole = False
                yield
        except InputError as error:
            self._tally.skipped.append((str(file), str(error)))
            return
        except OSError as error:
            self._tally.skipped.append((str(file), f"{file}: cannot be read ({error}); see that it is a file and that the disk has space"))
            return
        if whole:
            self._read.append((path, stamp))

    def _take(self, raw: RawDocument, file: Path, source: Source, before: Source | None, named: bool) -> bool:
        """Store one article as pending unless it is known, or say why it cannot be used; False then."""
        if before and before.sha256 == source.sha256 and (before.article_id or not named):
            self._tally.unchanged += bool(before.article_id)
            return True
        try:
            article = clean(raw)
        except InputError as error:
            self._tally.skipped.append((raw.name, str(error)))
            return False
        source = replace(source, article_id=article.info.id)
        self._tally.remarks += [(raw.name, remark) for remark in article.remarks]
        if self._store.has_done(article.info.id):
            self._take_copy(file, source)
        else:
            self._store.put(article, source)
            self._waiting += 1
        return True

    def _take_copy(self, file: Path, source: Source) -> None:
        """Note a source whose text is an article already: a copy, or the same file under a new name."""
        article_id = source.article_id or ""
        others = [other for other in self._store.sources.of_article(article_id) if other.name != source.name]
        kept = [other for other in others if Path(other.path).exists()]
        for path in {other.path for other in others} - {other.path for other in kept}:
            self._store.sources.forget_file(path)
        self._indexer.point(source)
        if kept:
            self._tally.skipped.append((str(file), same_text(source.name, kept[0].name)))
        else:
            self._store.set_path(article_id, str(file))
            self._tally.unchanged += 1


def _source(raw: RawDocument, path: str, seen: set[str]) -> Source:
    """Say where an article stands, by what stays the same when rows are added before it: its address, else its text."""
    digest = hashlib.sha256(f"{raw.stated!r}{raw.text}".encode(errors="replace")).hexdigest()
    member = raw.member
    inside, _, last = member.rpartition("#")
    if last.isdigit():
        # Of two rows with one address, the second goes by its text.
        by_address, by_text = (f"{inside}#{name}".removeprefix("#") for name in (raw.stated.url, digest[:16]))
        member = by_address if raw.stated.url and by_address not in seen else by_text
    return Source(path, member, digest, None)
