"""The one SQLite file of a home: its tables, how an older file is brought up to date, and safe use from several threads."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rag.errors import InputError, StorageError
from rag.records import Filters

BUSY_S = 30.0
# Raised with every change of the tables that an older file must be brought up to.
VERSION = 2

_SCHEMA = """
CREATE TABLE IF NOT EXISTS articles (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, outlet TEXT, authors TEXT NOT NULL, published TEXT, url TEXT,
    path TEXT NOT NULL, language TEXT, text TEXT NOT NULL, state TEXT NOT NULL,
    published_from TEXT, updated TEXT, origin TEXT, replaced_by TEXT);
CREATE INDEX IF NOT EXISTS articles_by_date ON articles (published, id);
CREATE INDEX IF NOT EXISTS articles_by_outlet ON articles (outlet COLLATE NOCASE);
CREATE INDEX IF NOT EXISTS articles_by_origin ON articles (origin);
CREATE INDEX IF NOT EXISTS articles_unfinished ON articles (state) WHERE state <> 'done';
CREATE INDEX IF NOT EXISTS articles_replaced ON articles (replaced_by) WHERE replaced_by IS NOT NULL;
CREATE TABLE IF NOT EXISTS sentences (
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE, ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (article_id, ordinal)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    start INTEGER NOT NULL, end INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS passages_by_article ON passages (article_id);
CREATE VIRTUAL TABLE IF NOT EXISTS passage_words USING fts5 (title, text, tokenize = 'porter unicode61 remove_diacritics 2');
CREATE TABLE IF NOT EXISTS signatures (
    article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE, minhash BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS bands (
    band INTEGER NOT NULL, hash INTEGER NOT NULL, article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    PRIMARY KEY (band, hash, article_id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS bands_by_article ON bands (article_id);
CREATE TABLE IF NOT EXISTS files (path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS sources (
    path TEXT NOT NULL, member TEXT NOT NULL, sha256 TEXT NOT NULL, article_id TEXT, next_sha256 TEXT, next_id TEXT,
    PRIMARY KEY (path, member));
CREATE INDEX IF NOT EXISTS sources_by_article ON sources (article_id);
CREATE INDEX IF NOT EXISTS sources_unfinished ON sources (next_id) WHERE next_id IS NOT NULL;
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS briefs (topic TEXT PRIMARY KEY, made TEXT NOT NULL, articles TEXT NOT NULL);
"""
# From version 1 to 2 only the table of briefs is new.
# From version 0 to 1: a file may hold several articles, dates say where they were found, copies and versions are known.
_TO_1 = """
ALTER TABLE articles ADD COLUMN published_from TEXT;
ALTER TABLE articles ADD COLUMN updated TEXT;
ALTER TABLE articles ADD COLUMN origin TEXT;
ALTER TABLE articles ADD COLUMN replaced_by TEXT;
ALTER TABLE sources RENAME TO sources_0;
DROP INDEX sources_by_article;
"""
_FROM_0 = """
INSERT INTO sources (path, member, sha256, article_id) SELECT path, '', sha256, article_id FROM sources_0;
INSERT INTO files SELECT path, size, mtime_ns FROM sources_0;
DROP TABLE sources_0;
"""


class Database:
    """A connection that several threads share; a write is a transaction."""

    def __init__(self, path: Path) -> None:
        """Open the file, creating it and its folder when they are not there.

        Raises:
            InputError: it is no database, or a later version of Clippings wrote it.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path, self._lock = path, threading.RLock()
        try:
            self._connection = sqlite3.connect(path, check_same_thread=False, timeout=BUSY_S)
            self._bring_up_to_date(path)
        except sqlite3.DatabaseError as error:
            raise InputError(
                f"{path} is not a database that can be opened ({error}): restore it, or move it away and sync again"
            ) from error

    def _bring_up_to_date(self, path: Path) -> None:
        run = self._connection.executescript
        run("PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL;")
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise InputError(f"{path} was written by a later version of Clippings ({version}, this one knows {VERSION}): update Clippings")
        if version == VERSION:
            return
        old = version == 0 and bool(self._connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'articles'").fetchone())
        run(f"BEGIN IMMEDIATE;{_TO_1 * old}{_SCHEMA}{_FROM_0 * old}PRAGMA user_version = {VERSION};COMMIT;")

    def close(self) -> None:
        """Close the file, once the statement that is under way in another thread has ended."""
        with self._lock:
            self._connection.close()

    def all(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """Give all rows of a query."""
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def version(self) -> tuple[int, int]:
        """Give what differs once anything was written, by this connection or by another."""
        with self._lock:
            return self._connection.total_changes, self._connection.execute("PRAGMA data_version").fetchone()[0]

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for one transaction: all of it is written, or nothing.

        Raises:
            StorageError: the disk is full, or the file may not be written.
        """
        try:
            with self._lock, self._connection:
                yield self._connection
        except sqlite3.OperationalError as error:
            raise StorageError(
                f"{self._path} cannot be written ({error}): free some space on its disk, or make it writable, and sync again; "
                "what was stored is kept"
            ) from error


def marks(values: Sequence[Any]) -> str:
    """Give a question mark for each value, as SQL lists them."""
    return ", ".join("?" * len(values))


def where(filters: Filters) -> tuple[str, list[Any]]:
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
        conditions.append(f"a.id IN ({marks(filters.article_ids)})")
        values += filters.article_ids
    return " AND ".join(conditions), values
