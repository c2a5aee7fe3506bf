"""The system of record, one SQLite file: articles, sentences, passages, full text, and which file became which article.

An article is `pending` until its vectors are in the index, then `done`; `removing` until they are out of it again.
Only done articles are ever shown or searched.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from rag.errors import InputError
from rag.records import Article, ArticleInfo, Filters, Listing, Passage, Sentence, Span, Vectors

State = Literal["pending", "done", "removing"]

_SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA foreign_keys = ON;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS articles (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, outlet TEXT, authors TEXT NOT NULL, published TEXT, url TEXT,
    path TEXT NOT NULL, language TEXT, text TEXT NOT NULL, state TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS articles_by_date ON articles (published, id);
CREATE INDEX IF NOT EXISTS articles_by_outlet ON articles (outlet COLLATE NOCASE);
CREATE INDEX IF NOT EXISTS articles_unfinished ON articles (state) WHERE state <> 'done';
CREATE TABLE IF NOT EXISTS sentences (
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE, ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (article_id, ordinal)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    start INTEGER NOT NULL, end INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS passages_by_article ON passages (article_id);
CREATE VIRTUAL TABLE IF NOT EXISTS passage_words USING fts5 (title, text, tokenize = 'porter unicode61 remove_diacritics 2');
CREATE TABLE IF NOT EXISTS sources (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, sha256 TEXT NOT NULL, article_id TEXT);
CREATE INDEX IF NOT EXISTS sources_by_article ON sources (article_id);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_INFO = "a.id, a.title, a.outlet, a.authors, a.published, a.url, a.path, a.language"


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was when it was last read. `article_id` None means that the user removed its article."""

    path: str
    size: int
    mtime_ns: int
    sha256: str
    article_id: str | None


class Store:
    """The SQLite file of one home. Safe to use from several threads; writes are transactions."""

    def __init__(self, path: Path) -> None:
        """Open the file, creating it and its folder when they are not there."""
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._db = sqlite3.connect(path, check_same_thread=False, timeout=30.0)
            self._db.executescript(_SCHEMA)
        except sqlite3.DatabaseError as error:
            raise InputError(
                f"{path} is not a database that can be opened ({error}): restore it, or move it away and sync again"
            ) from error
        self._lock = threading.RLock()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _all(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    # Writing

    def put(self, article: Article) -> None:
        """Store a new article as pending; one that is there already stays as it is."""
        info = article.info
        row = (info.id, info.title, info.outlet, json.dumps(info.authors), info.published, info.url, info.path, info.language, article.text)
        with self._lock, self._db:
            self._db.execute("INSERT OR IGNORE INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending')", row)

    def put_split(self, article: ArticleInfo, sentences: Sequence[Span], passages: Sequence[Passage], vectors: Vectors) -> list[int]:
        """Store how an article is split, replacing what was there, with the (n, dim) vectors of its n sentences (as float16).

        Gives the ids of the passages, in order.
        """
        spans = [(article.id, n, span.start, span.end, vectors[n].astype(np.float16).tobytes()) for n, span in enumerate(sentences)]
        with self._lock, self._db:
            self._delete_split(article.id)
            self._db.executemany("INSERT INTO sentences VALUES (?, ?, ?, ?, ?)", spans)
            ids: list[int] = []
            for passage in passages:
                place = (article.id, passage.span.start, passage.span.end, passage.first, passage.last)
                added = self._db.execute("INSERT INTO passages (article_id, start, end, first, last) VALUES (?, ?, ?, ?, ?)", place)
                ids.append(int(added.lastrowid or 0))
            words = [(row, article.title, passage.span.text) for row, passage in zip(ids, passages, strict=True)]
            self._db.executemany("INSERT INTO passage_words (rowid, title, text) VALUES (?, ?, ?)", words)
        return ids

    def _delete_split(self, article_id: str) -> None:
        self._db.execute("DELETE FROM passage_words WHERE rowid IN (SELECT id FROM passages WHERE article_id = ?)", (article_id,))
        self._db.execute("DELETE FROM passages WHERE article_id = ?", (article_id,))
        self._db.execute("DELETE FROM sentences WHERE article_id = ?", (article_id,))

    def set_state(self, article_ids: Iterable[str], state: State) -> None:
        """Move articles to another state."""
        with self._lock, self._db:
            self._db.executemany("UPDATE articles SET state = ? WHERE id = ?", [(state, article_id) for article_id in article_ids])

    def delete(self, article_id: str) -> None:
        """Delete an article with its sentences, passages and full text. Its files are remembered as removed."""
        with self._lock, self._db:
            self._delete_split(article_id)
            self._db.execute("DELETE FROM articles WHERE id = ?", (article_id,))
            self._db.execute("UPDATE sources SET article_id = NULL WHERE article_id = ?", (article_id,))

    def put_source(self, source: Source) -> None:
        """Remember which article a file holds."""
        row = (source.path, source.size, source.mtime_ns, source.sha256, source.article_id)
        with self._lock, self._db:
            self._db.execute("INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?, ?)", row)

    def forget_source(self, path: str) -> None:
        """Forget a file that is no longer there."""
        with self._lock, self._db:
            self._db.execute("DELETE FROM sources WHERE path = ?", (path,))

    def set_path(self, article_id: str, path: str) -> None:
        """Note where an article's file is now."""
        with self._lock, self._db:
            self._db.execute("UPDATE articles SET path = ? WHERE id = ?", (path, article_id))

    def set_fact(self, name: str, value: str) -> None:
        """Keep a small fact about the home, such as the generation."""
        with self._lock, self._db:
            self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    # Reading

    def fact(self, name: str) -> str | None:
        """Give a fact, None when it was never set."""
        rows = self._all("SELECT value FROM facts WHERE name = ?", (name,))
        return rows[0][0] if rows else None

    def source(self, path: str) -> Source | None:
        """Give what is known about a file, None when it was never read."""
        rows = self._all("SELECT path, size, mtime_ns, sha256, article_id FROM sources WHERE path = ?", (path,))
        return Source(*rows[0]) if rows else None

    def files(self, article_id: str) -> list[str]:
        """List the files that hold an article."""
        return [row[0] for row in self._all("SELECT path FROM sources WHERE article_id = ? ORDER BY path", (article_id,))]

    def in_state(self, state: State) -> list[str]:
        """List the ids of the articles in a state."""
        return [row[0] for row in self._all("SELECT id FROM articles WHERE state = ? ORDER BY id", (state,))]

    def has_done(self, article_id: str) -> bool:
        """Tell whether an article is stored and indexed."""
        return bool(self._all("SELECT 1 FROM articles WHERE id = ? AND state = 'done'", (article_id,)))

    def count(self) -> int:
        """Count the articles that are done."""
        return int(self._all("SELECT count(*) FROM articles WHERE state = 'done'")[0][0])

    def article(self, article_id: str, *, finished: bool = True) -> Article:
        """Give a whole article, by default only one that is done.

        Raises:
            InputError: there is no such article.
        """
        rows = self._all(f"SELECT {_INFO}, a.text, a.state FROM articles a WHERE id = ?", (article_id,))
        if not rows or (finished and rows[0][9] != "done"):
            raise InputError(f"there is no article {article_id!r}: `python -m rag articles list` shows those there are")
        return Article(_info(rows[0][:8]), rows[0][8])

    def infos(self, article_ids: Iterable[str]) -> dict[str, ArticleInfo]:
        """Give what is known about several articles at once, by id; unknown ids are left out."""
        ids = tuple(dict.fromkeys(article_ids))
        rows = self._all(f"SELECT {_INFO} FROM articles a WHERE id IN ({_marks(ids)})", ids)
        return {row[0]: _info(row) for row in rows}

    def outlet(self, name: str) -> str | None:
        """Give an outlet as it is written in the articles, for its name in any case; None when no article is by it."""
        rows = self._all("SELECT outlet FROM articles WHERE outlet = ? COLLATE NOCASE AND state = 'done' LIMIT 1", (name,))
        return rows[0][0] if rows else None

    def select(self, filters: Filters) -> list[ArticleInfo]:
        """List the articles that pass the filters, by date."""
        where, values = _where(filters)
        return [_info(row) for row in self._all(f"SELECT {_INFO} FROM articles a WHERE {where} ORDER BY a.published, a.id", values)]

    def listing(self) -> list[Listing]:
        """List all articles by date, with the number of their passages and of other files with the same text."""
        rows = self._all(
            f"SELECT {_INFO}, (SELECT count(*) FROM passages p WHERE p.article_id = a.id),"
            " (SELECT count(*) FROM sources s WHERE s.article_id = a.id)"
            " FROM articles a WHERE a.state = 'done' ORDER BY a.published, a.id"
        )
        return [Listing(_info(row[:8]), row[8], max(0, row[9] - 1)) for row in rows]

    def passage_ids(self, article_id: str) -> list[int]:
        """Give the ids of an article's passages, in whatever state it is."""
        return [row[0] for row in self._all("SELECT id FROM passages WHERE article_id = ? ORDER BY id", (article_id,))]

    def places(self, passage_ids: Sequence[int]) -> dict[int, tuple[str, int, int]]:
        """Give (article id, first sentence, last sentence) of passages of done articles, by passage id."""
        rows = self._all(
            "SELECT p.id, p.article_id, p.first, p.last FROM passages p JOIN articles a ON a.id = p.article_id"
            f" WHERE p.id IN ({_marks(passage_ids)}) AND a.state = 'done'",
            passage_ids,
        )
        return {row[0]: (row[1], row[2], row[3]) for row in rows}

    def all_passage_ids(self) -> set[int]:
        """Give the ids of the passages of all done articles."""
        return {row[0] for row in self._all("SELECT p.id FROM passages p JOIN articles a ON a.id = p.article_id WHERE a.state = 'done'")}

    def sentences(self, stretches: Iterable[tuple[str, int, int]]) -> list[Sentence]:
        """Give the sentences of (article id, first, last) stretches, each once, in order of articles and places."""
        rows: dict[tuple[str, int], Any] = {}
        for article_id, first, last in stretches:
            for row in self._all(
                "SELECT s.article_id, s.ordinal, s.start, s.end, substr(a.text, s.start + 1, s.end - s.start), s.vector"
                " FROM sentences s JOIN articles a ON a.id = s.article_id"
                " WHERE s.article_id = ? AND s.ordinal BETWEEN ? AND ? AND a.state = 'done'",
                (article_id, first, last),
            ):
                rows[row[0], row[1]] = row
        infos = self.infos(key[0] for key in rows)
        return [
            Sentence(infos[row[0]], row[1], Span(row[2], row[3], row[4]), np.frombuffer(row[5], dtype=np.float16).astype(np.float32))
            for _, row in sorted(rows.items())
        ]

    def matching(self, words: Sequence[str], filters: Filters, limit: int) -> list[tuple[int, float]]:
        """Rank passages by BM25 (Robertson et al. 1994; FTS5's k1 = 1.2, b = 0.75) over words joined by OR.

        Gives (passage id, score), higher is better; the title counts as much as the text.
        """
        if not words:
            return []
        query = " OR ".join('"' + word.replace('"', '""') + '"' for word in words)
        where, values = _where(filters)
        rows = self._all(
            "SELECT w.rowid, -bm25(passage_words) AS score FROM passage_words w"
            " JOIN passages p ON p.id = w.rowid JOIN articles a ON a.id = p.article_id"
            f" WHERE passage_words MATCH ? AND {where} ORDER BY score DESC, w.rowid LIMIT ?",
            (query, *values, limit),
        )
        return [(row[0], row[1]) for row in rows]

    def document_frequency(self, words: Iterable[str]) -> dict[str, int]:
        """Count, for each word, the passages that hold it in any inflection."""
        found: dict[str, int] = {}
        for word in words:
            query = '"' + word.replace('"', '""') + '"'
            found[word] = int(self._all("SELECT count(*) FROM passage_words WHERE passage_words MATCH ?", (query,))[0][0])
        return found

    def passage_count(self) -> int:
        """Count all passages."""
        return int(self._all("SELECT count(*) FROM passages")[0][0])


def _info(row: Sequence[Any]) -> ArticleInfo:
    return ArticleInfo(row[0], row[1], row[2], tuple(json.loads(row[3])), row[4], row[5], row[6], row[7])


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))


def _where(filters: Filters) -> tuple[str, list[Any]]:
    """Turn filters into an SQL condition on `articles a` and its values. An article without a date passes no date filter."""
    conditions, values = ["a.state = 'done'"], list[Any]()
    if filters.since:
        conditions.append("a.published >= ?")
        values.append(filters.since.isoformat())
    if filters.until:
        conditions.append("a.published <= ?")
        values.append(filters.until.isoformat())
    if filters.outlet:
        conditions.append("a.outlet = ? COLLATE NOCASE")
        values.append(filters.outlet)
    if filters.article_ids:
        conditions.append(f"a.id IN ({_marks(filters.article_ids)})")
        values += filters.article_ids
    return " AND ".join(conditions), values
