"""Articles into the index and out of it again, in steps that a kill may interrupt anywhere: what is left is completed by the next run.

Order of a write: the article is stored as pending, encoded, its vectors written, then it is marked done; only then do its sources
point to it and what they held before is retired.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.embed import Encoder, Stretch
from rag.index import Index
from rag.progress import Progress, no_progress
from rag.records import Article, ArticleInfo, Passage, Span
from rag.sources import Source
from rag.split import split_passages, split_sentences
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


class Indexer:
    """Brings store and index into step. Only one may be at work in a home at a time."""

    def __init__(self, store: Store, index: Index, encoder: Encoder) -> None:
        """Write to a home's own store and index."""
        self._store, self._index, self._encoder = store, index, encoder

    def complete(self, tally: Tally, progress: Progress = no_progress) -> int:
        """Finish everything that is stored and not yet done, removals first; give the number of articles indexed."""
        self.remove(self._store.in_state("removing"))
        self._retire(self._store.in_state("retiring"))
        pending = self._store.in_state("pending")
        for start in range(0, len(pending), BATCH_ARTICLES):
            self._index_articles([self._store.article(each, finished=False) for each in pending[start : start + BATCH_ARTICLES]], tally)
            progress(min(start + BATCH_ARTICLES, len(pending)), len(pending))
        for article_id, text in self._store.copies.unsigned():
            self._store.copies.add(article_id, text)
        first: dict[str | None, str] = {}
        for source in self._store.sources.expected():
            if source.article_id in first:
                tally.skipped.append((source.name, same_text(source.name, first[source.article_id])))
                self.point(source)
            else:
                first[source.article_id] = source.name
                (tally.updated if self.point(source) else tally.added).append(source.name)
        return len(pending)

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

    def _index_articles(self, articles: Sequence[Article], tally: Tally) -> None:
        """Split, encode and index pending articles, and mark them done."""
        splits: list[tuple[Article, list[Span], list[Passage]]] = []
        texts: list[str] = []
        parts: list[list[Stretch]] = []
        for article in articles:
            # Vectors that were written just before a kill would otherwise be left without a passage.
            self._index.remove(self._store.passage_ids(article.info.id))
            sentences = split_sentences(article.text)
            passages = split_passages(article.text, sentences)
            splits.append((article, sentences, passages))
            done = 0
            for passage in passages:
                texts.append(passage_text(article.info, passage.span.text))
                shift = len(texts[-1]) - passage.span.end
                # A sentence that two passages share is taken from the first.
                parts.append([(sentence.start + shift, sentence.end + shift) for sentence in sentences[done : passage.last + 1]])
                done = passage.last + 1
        begun = time.perf_counter()
        vectors, of_sentences = self._encoder.encode_with_parts(texts, parts)
        tally.encode_s += time.perf_counter() - begun
        at = 0
        ids: list[int] = []
        owners: list[ArticleInfo] = []
        for article, sentences, passages in splits:
            ids += self._store.put_split(article.info, sentences, passages, of_sentences[at : at + len(sentences)])
            owners += [article.info] * len(passages)
            at += len(sentences)
        if ids:
            self._index.add(ids, owners, vectors)
        self._store.set_state([article.info.id for article in articles], "done")
        tally.passages += len(ids)


def same_text(name: str, other: str) -> str:
    """Say that a source is a copy of another."""
    return f"{name}: the same text as {other}; it is counted as a copy"
