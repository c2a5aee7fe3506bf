"""Files in, articles stored as pending: what is new, what has changed, what is a copy, and what cannot be used and why."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from rag.ahead import in_order
from rag.clean import clean
from rag.errors import InputError
from rag.indexing import Indexer, Tally, same_text
from rag.load import count, load
from rag.progress import Progress
from rag.records import Article, RawDocument, Refusal
from rag.sources import Source
from rag.split import Split, split
from rag.store import Store


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article as it was made of a document, and how it is split."""

    article: Article
    split: Split


def prepare(document: RawDocument | None) -> Prepared | Refusal | None:
    """Make an article of a document, or say why it is none."""
    if document is None:
        return None
    try:
        article = clean(document)
    except InputError as error:
        return Refusal(str(error))
    except OSError as error:  # of the libraries' own files, such as a model that is unpacked
        return Refusal(f"{document.name}: cannot be read ({error}); see that the disk has space")
    return Prepared(article, split(article.text))


def _lost(document: RawDocument | None) -> Refusal | None:
    reason = "a program that reads it ends at once, so it may be damaged; open it, and save it anew or as text"
    return Refusal(f"{document.name}: {reason}") if document else None


@dataclass(slots=True)
class _File:
    """A file on its way. `size` is how many articles it is likely to hold; `stamp` is None once a part of it was refused."""

    path: Path
    size: int
    stamp: tuple[int, int] | None = None
    taken: int = 0


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a file: an article of this source, a refusal, or `unchanged` articles that there are already; or the file's end."""

    file: _File
    name: str
    source: Source | None = None
    refusal: Refusal | None = None
    unchanged: int = 0
    end: bool = False


class Intake:
    """One sync's way through the files it was given."""

    def __init__(self, store: Store, indexer: Indexer, tally: Tally, progress: Progress) -> None:
        """Nothing is read yet."""
        self._store, self._indexer, self._tally, self._progress = store, indexer, tally, progress

    def take(self, files: Iterable[Path], named: set[Path]) -> None:
        """Read files, and index what they hold. What the user removed comes back only from files that are `named`."""
        opened = [_File(file, count(file)) for file in files]
        done, total = 0, sum(file.size for file in opened)
        parts = (part for file in opened for part in self._parts(file, file.path in named))
        with closing(in_order(prepare, parts, lost=_lost)) as prepared:
            for part, made in prepared:
                self._take(part, made)
                self._progress(done + min(part.file.taken, part.file.size), total)
                done += part.file.size * part.end
        self._indexer.finish()
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

    def _parts(self, file: _File, named: bool) -> Iterator[tuple[_Part, RawDocument | None]]:
        """Read a file: its articles, each with the document it is to be made of unless it is there already, and its end."""
        name, path = str(file.path), str(file.path.resolve())
        known = self._store.sources.of_file(path)
        held = [source for source in known.values() if source.article_id]
        try:
            stat = file.path.stat()
            stamp = (stat.st_size, stat.st_mtime_ns)
            if self._store.sources.stamp(path) == stamp and not (named and len(held) < len(known)):
                yield _Part(file, name, unchanged=len(held), end=True), None
                return
            file.stamp = stamp
            seen: set[str] = set()
            for part in load(file.path):
                if isinstance(part, Refusal):
                    yield _Part(file, name, refusal=part), None
                    continue
                source = _source(part, path, seen)
                seen.add(source.member)
                before = known.get(source.member)
                if before and before.sha256 == source.sha256 and (before.article_id or not named):
                    yield _Part(file, part.name, unchanged=int(bool(before.article_id))), None
                else:
                    yield _Part(file, part.name, source), part
        except InputError as error:
            yield _Part(file, name, refusal=Refusal(str(error))), None
        except OSError as error:
            reason = f"{name}: cannot be read ({error}); see that it is a file that you may open"
            yield _Part(file, name, refusal=Refusal(reason)), None
        yield _Part(file, name, end=True), None

    def _take(self, part: _Part, made: Prepared | Refusal | None) -> None:
        file = part.file
        self._tally.unchanged += part.unchanged
        if refusal := made if isinstance(made, Refusal) else part.refusal:
            self._tally.skipped.append((part.name, refusal.reason))
            file.stamp = None
        elif isinstance(made, Prepared) and part.source:
            self._tally.remarks += [(part.name, remark) for remark in made.article.remarks]
            self._put(file.path, replace(part.source, article_id=made.article.info.id), made)
        if not part.end:
            file.taken += 1
        elif file.stamp:
            self._indexer.then(partial(self._store.sources.set_stamp, str(file.path.resolve()), file.stamp))

    def _put(self, file: Path, source: Source, made: Prepared) -> None:
        """Store an article as pending and let it be indexed, or note another source of one that is there."""
        article = made.article
        if self._store.has_done(article.info.id):
            self._take_copy(file, source)
            return
        self._store.put(article, source)
        stored = self._store.article(article.info.id, finished=False)
        # One that waited already, or comes back, may differ in letter case and white space.
        self._indexer.take(stored, made.split if stored.text == article.text else split(stored.text))

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
