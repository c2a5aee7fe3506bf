"""Articles into the index and out of it again, in steps that a kill may interrupt anywhere: what is left is completed by the next run.

Order of a write: the article is stored as pending, encoded, its vectors written, then it is marked done; only then do its sources
point to it and what they held before is retired.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from typing import Self

from rag.ahead import in_order
from rag.embed import Encoder, Stretch
from rag.index import Index
from rag.progress import Progress, no_progress
from rag.records import Article, ArticleInfo, Vectors
from rag.sources import Source
from rag.split import Split, split
from rag.store import Store

BATCH_ARTICLES = 16


def passage_text(article: ArticleInfo, passage: str) -> str:
    """Give what is encoded for a passage: title and date say what a passage in mid-article is about."""
    return f"{article.title} ({article.published}). {passage}" if article.published else f"{article.title}. {passage}"


@dataclass(slots=True)
class Tally:
    """What a run has done so far."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)
    unchanged: int = 0
    passages: int = 0
    encode_s: float = 0.0


@dataclass(frozen=True, slots=True)
class _Encoded:
    """The vectors of a batch's passages and sentences, in their order; `seconds` is how long they took."""

    passages: Vectors
    sentences: Vectors
    seconds: float


@dataclass(slots=True)
class _Batch:
    """Articles that are encoded together, and what is to be done once they are indexed."""

    articles: list[tuple[Article, Split]] = field(default_factory=list)
    then: list[Callable[[], None]] = field(default_factory=list)
    vectors: Future[_Encoded] | None = None


class Indexer:
    """Brings store and index into step, in one run. Only one may be at work in a home at a time.

    A batch is encoded in a thread of its own, while the one before it is written here and the next one is collected.
    """

    def __init__(self, store: Store, index: Index, encoder: Encoder, tally: Tally) -> None:
        """Write to a home's own store and index, and tell `tally` what was done."""
        self._store, self._index, self._encoder, self._tally = store, index, encoder, tally
        self._collected = self._encoding = _Batch()
        self._under_way: set[str] = set()
        self._thread = ThreadPoolExecutor(1, "encode")

    def __enter__(self) -> Self:
        """Begin a run."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the run; what was not finished is left to the next one."""
        self._thread.shutdown(cancel_futures=True)

    def complete(self, progress: Progress = no_progress) -> int:
        """Finish everything that is stored and not yet done, removals first; give the number of articles indexed."""
        self.remove(self._store.in_state("removing"))
        self._retire(self._store.in_state("retiring"))
        pending = self._store.in_state("pending")
        articles = (self._store.article(each, finished=False) for each in pending)
        with closing(in_order(split, ((article, article.text) for article in articles), lost=split)) as done:
            for number, (article, made) in enumerate(done, 1):
                if made:
                    self.take(article, made)
                progress(number, len(pending))
        self.finish()
        return len(pending)

    def take(self, article: Article, made: Split) -> None:
        """Index an article that is stored as pending, sooner or later: at the latest when `finish` is called."""
        if article.info.id in self._under_way:
            return
        self._under_way.add(article.info.id)
        self._collected.articles.append((article, made))
        if len(self._collected.articles) == BATCH_ARTICLES:
            self._pass_on()

    def then(self, act: Callable[[], None]) -> None:
        """Do something once all that was taken before is indexed."""
        self._collected.then.append(act)

    def finish(self) -> None:
        """Index all that was taken."""
        self._pass_on()
        self._pass_on()
        self._settle()

    def point(self, source: Source) -> bool:
        """Let a source point to its article, and take out of the index what it held before. True if it held another."""
        changed = self._store.point(source)
        self._retire(self._store.in_state("retiring"))
        return changed

    def remove(self, article_ids: Sequence[str]) -> None:
        """Take articles out of index and store."""
        self._store.set_state(article_ids, "removing")
        for article_id in article_ids:
            self._index.remove(self._store.passage_ids(article_id))
            self._store.delete(article_id)

    def _retire(self, article_ids: Sequence[str]) -> None:
        for article_id in article_ids:
            self._index.remove(self._store.passage_ids(article_id))
            self._store.retire(article_id)

    def _pass_on(self) -> None:
        """Let the batch that was collected be encoded, and write the one before it."""
        before, self._encoding, self._collected = self._encoding, self._collected, _Batch()
        vectors = before.vectors.result() if before.vectors else None
        if self._encoding.articles:
            self._encoding.vectors = self._thread.submit(self._encode, self._encoding.articles)
        if vectors:
            self._write(before.articles, vectors)
        for act in before.then:
            act()

    def _encode(self, articles: Sequence[tuple[Article, Split]]) -> _Encoded:
        texts: list[str] = []
        parts: list[list[Stretch]] = []
        for article, made in articles:
            done = 0
            for passage in made.passages:
                texts.append(passage_text(article.info, passage.span.text))
                shift = len(texts[-1]) - passage.span.end
                # A sentence that two passages share is taken from the first.
                parts.append([(sentence.start + shift, sentence.end + shift) for sentence in made.sentences[done : passage.last + 1]])
                done = passage.last + 1
        begun = time.perf_counter()
        passages, sentences = self._encoder.encode_with_parts(texts, parts)
        return _Encoded(passages, sentences, time.perf_counter() - begun)

    def _write(self, articles: Sequence[tuple[Article, Split]], vectors: _Encoded) -> None:
        """Write articles to store and index, mark them done, and settle what waited for them."""
        at = 0
        ids: list[int] = []
        owners: list[ArticleInfo] = []
        for article, made in articles:
            # Vectors that were written just before a kill would otherwise be left without a passage.
            self._index.remove(self._store.passage_ids(article.info.id))
            own = vectors.sentences[at : at + len(made.sentences)]
            ids += self._store.put_split(article.info, made.sentences, made.passages, own)
            owners += [article.info] * len(made.passages)
            at += len(made.sentences)
        if ids:
            self._index.add(ids, owners, vectors.passages)
        self._store.set_state([article.info.id for article, _ in articles], "done")
        self._tally.passages += len(ids)
        self._tally.encode_s += vectors.seconds
        self._under_way -= {article.info.id for article, _ in articles}
        self._settle()

    def _settle(self) -> None:
        """Compare what is done with what was there, and let sources point to it."""
        for article_id, text in self._store.copies.unsigned():
            self._store.copies.add(article_id, text)
        first: dict[str | None, str] = {}
        for source in self._store.sources.arrived():
            if source.article_id in first:
                self._tally.skipped.append((source.name, same_text(source.name, first[source.article_id])))
                self.point(source)
            else:
                first[source.article_id] = source.name
                (self._tally.updated if self.point(source) else self._tally.added).append(source.name)


def same_text(name: str, other: str) -> str:
    """Say that a source is a copy of another."""
    return f"{name}: the same text as {other}; it is counted as a copy"
