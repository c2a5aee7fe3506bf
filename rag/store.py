"""The system of record: articles, sentences, passages and full text, in the home's SQLite file.

An article is `pending` until its vectors are in the index, then `done`; `removing` or `retiring` until they are out of it again.
A retired article is `replaced`: an earlier version, shown when it is asked for and never searched.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from sqlite3 import Connection
from typing import Any, Literal

import numpy as np

from rag.copies import Copies
from rag.database import Database, marks, where
from rag.errors import InputError
from rag.fulltext import FullText
from rag.past_briefs import PastBriefs
from rag.records import Article, ArticleInfo, Filters, Listing, Passage, Sentence, Span, Vectors
from rag.sources import Source, Sources, expect, point

State = Literal["pending", "done", "removing", "retiring", "replaced"]

# No article has as many sentences.
MAX_ORDINAL = 10**9
_INFO = "a.id, a.title, a.outlet, a.authors, a.published, a.url, a.path, a.language, a.published_from, a.updated, a.origin"
_INFO_COLUMNS = len(_INFO.split(", "))


class Store:
    """The articles of one home. Safe to use from several threads; writes are transactions."""

    def __init__(self, path: Path) -> None:
        """Open the file, creating it and its folder when they are not there.

        Raises:
            InputError: it is no database, or a later version of Clippings wrote it.
        """
        self._database = Database(path)
        self.sources = Sources(self._database)
        self.copies = Copies(self._database)
        self.words = FullText(self._database)
        self.briefs = PastBriefs(self._database)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    # Writing

    def put(self, article: Article, source: Source) -> None:
        """Store a new article as pending, expected by its source.

        One that is there stays as it is, unless it is an earlier version, which comes back.
        """
        info = article.info
        row = (
            *(info.id, info.title, info.outlet, json.dumps(info.authors), info.published, info.url, info.path, info.language),
            *(article.text, info.published_from, info.updated),
        )
        with self._database.writing() as database:
            database.execute(
                "INSERT INTO articles (id, title, outlet, authors, published, url, path, language, text, published_from, updated, state)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending') ON CONFLICT (id) DO UPDATE"
                " SET state = 'pending', replaced_by = NULL WHERE state = 'replaced'",
                row,
            )
            expect(database, source)

    def put_split(self, article: ArticleInfo, sentences: Sequence[Span], passages: Sequence[Passage], vectors: Vectors) -> list[int]:
        """Store how an article is split, replacing what was there, with the (n, dim) vectors of its n sentences (as float16).

        Gives the ids of the passages, in order.
        """
        spans = [(article.id, n, span.start, span.end, vectors[n].astype(np.float16).tobytes()) for n, span in enumerate(sentences)]
        with self._database.writing() as database:
            _delete_split(database, article.id)
            database.executemany("INSERT INTO sentences VALUES (?, ?, ?, ?, ?)", spans)
            ids: list[int] = []
            for passage in passages:
                place = (article.id, passage.span.start, passage.span.end, passage.first, passage.last)
                added = database.execute("INSERT INTO passages (article_id, start, end, first, last) VALUES (?, ?, ?, ?, ?)", place)
                ids.append(int(added.lastrowid or 0))
            words = [(row, article.title, passage.span.text) for row, passage in zip(ids, passages, strict=True)]
            database.executemany("INSERT INTO passage_words (rowid, title, text) VALUES (?, ?, ?)", words)
        return ids

    def set_state(self, article_ids: Iterable[str], state: State) -> None:
        """Move articles to another state."""
        with self._database.writing() as database:
            database.executemany("UPDATE articles SET state = ? WHERE id = ?", [(state, article_id) for article_id in article_ids])

    def begin_anew(self) -> None:
        """Let every article wait to be split and indexed again, and drop all that was made of their texts."""
        with self._database.writing() as database:
            database.execute("UPDATE articles SET state = 'pending' WHERE state = 'done'")
            for table in ("passage_words", "passages", "sentences"):
                database.execute(f"DELETE FROM {table}")

    def delete(self, article_id: str) -> None:
        """Delete an article with its sentences, passages, full text and earlier versions. Its sources are remembered as removed."""
        with self._database.writing() as database:
            _delete_split(database, article_id)
            database.execute("DELETE FROM articles WHERE id = ? OR replaced_by = ?", (article_id, article_id))
            database.execute("UPDATE sources SET article_id = NULL WHERE article_id = ?", (article_id,))
        self.copies.remove(article_id)

    def point(self, source: Source) -> bool:
        """Let a source point to its article; True if it held another before.

        What it held becomes an earlier version, with its own earlier versions, unless another source holds it still.
        """
        before = self.sources.of_file(source.path).get(source.member)
        old = before.article_id if before else None
        with self._database.writing() as database:
            point(database, source)
            if old is None or old == source.article_id:
                return False
            if not database.execute("SELECT 1 FROM sources WHERE article_id = ?", (old,)).fetchone():
                database.execute("UPDATE articles SET replaced_by = ? WHERE replaced_by = ?", (source.article_id, old))
                database.execute("UPDATE articles SET replaced_by = ?, state = 'retiring' WHERE id = ?", (source.article_id, old))
        return True

    def retire(self, article_id: str) -> None:
        """Keep an article's text alone, as an earlier version."""
        with self._database.writing() as database:
            _delete_split(database, article_id)
            database.execute("UPDATE articles SET state = 'replaced' WHERE id = ?", (article_id,))
        self.copies.remove(article_id)

    def set_path(self, article_id: str, path: str) -> None:
        """Note where an article's file is now."""
        with self._database.writing() as database:
            database.execute("UPDATE articles SET path = ? WHERE id = ?", (path, article_id))

    def set_fact(self, name: str, value: str) -> None:
        """Keep a small fact about the home, such as the generation."""
        with self._database.writing() as database:
            database.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    # Reading

    def fact(self, name: str) -> str | None:
        """Give a fact, None when it was never set."""
        rows = self._database.all("SELECT value FROM facts WHERE name = ?", (name,))
        return rows[0][0] if rows else None

    def in_state(self, state: State) -> list[str]:
        """List the ids of the articles in a state."""
        return [row[0] for row in self._database.all("SELECT id FROM articles WHERE state = ? ORDER BY id", (state,))]

    def has_done(self, article_id: str) -> bool:
        """Tell whether an article is stored and indexed."""
        return bool(self._database.all("SELECT 1 FROM articles WHERE id = ? AND state = 'done'", (article_id,)))

    def count(self) -> int:
        """Count the articles that are done."""
        return int(self._database.all("SELECT count(*) FROM articles WHERE state = 'done'")[0][0])

    def article(self, article_id: str, *, finished: bool = True) -> Article:
        """Give a whole article or an earlier version of one, by default only when it is done.

        Raises:
            InputError: there is no such article.
        """
        rows = self._database.all(f"SELECT {_INFO}, a.text, a.state FROM articles a WHERE id = ?", (article_id,))
        if not rows or (finished and rows[0][-1] not in {"done", "replaced"}):
            raise InputError(f"there is no article {article_id!r}: `python -m rag articles list` shows those there are")
        return Article(_info(rows[0]), rows[0][-2])

    def versions(self, article_id: str) -> list[ArticleInfo]:
        """List the earlier versions of an article, by date."""
        return [
            _info(row)
            for row in self._database.all(
                f"SELECT {_INFO} FROM articles a WHERE replaced_by = ? AND state = 'replaced' ORDER BY a.updated, a.published, a.id",
                (article_id,),
            )
        ]

    def current(self, article_id: str) -> str | None:
        """Give the id of the article that an earlier version was replaced by; None when the id is no earlier version."""
        rows = self._database.all("SELECT replaced_by FROM articles WHERE id = ?", (article_id,))
        return rows[0][0] if rows else None

    def infos(self, article_ids: Iterable[str]) -> dict[str, ArticleInfo]:
        """Give what is known about several articles at once, by id; unknown ids are left out."""
        ids = tuple(dict.fromkeys(article_ids))
        rows = self._database.all(f"SELECT {_INFO} FROM articles a WHERE id IN ({marks(ids)})", ids)
        return {row[0]: _info(row) for row in rows}

    def outlet(self, name: str) -> str | None:
        """Give an outlet as it is written in the articles, for its name in any case; None when no article is by it."""
        rows = self._database.all("SELECT outlet FROM articles WHERE outlet = ? COLLATE NOCASE AND state = 'done' LIMIT 1", (name,))
        return rows[0][0] if rows else None

    def select(self, filters: Filters) -> list[ArticleInfo]:
        """List the articles that pass the filters, by date."""
        condition, values = where(filters)
        rows = self._database.all(f"SELECT {_INFO} FROM articles a WHERE {condition} ORDER BY a.published, a.id", values)
        return [_info(row) for row in rows]

    def listing(self) -> list[Listing]:
        """List all articles by date, with the number of their passages and of their copies.

        A copy is another source with the same text, or another article of the same origin.
        """
        rows = self._database.all(
            f"SELECT {_INFO}, (SELECT count(*) FROM passages p WHERE p.article_id = a.id),"
            " (SELECT count(*) FROM sources s WHERE s.article_id = a.id),"
            " (SELECT count(*) FROM articles b WHERE b.origin = a.origin AND b.id <> a.id AND b.state = 'done')"
            " FROM articles a WHERE a.state = 'done' ORDER BY a.published, a.id"
        )
        return [Listing(_info(row), row[-3], max(0, row[-2] - 1) + row[-1]) for row in rows]

    def passage_ids(self, article_id: str) -> list[int]:
        """Give the ids of an article's passages, in whatever state it is."""
        return [row[0] for row in self._database.all("SELECT id FROM passages WHERE article_id = ? ORDER BY id", (article_id,))]

    def places(self, passage_ids: Sequence[int]) -> dict[int, tuple[str, int, int]]:
        """Give (article id, first sentence, last sentence) of passages of done articles, by passage id."""
        rows = self._database.all(
            "SELECT p.id, p.article_id, p.first, p.last FROM passages p JOIN articles a ON a.id = p.article_id"
            f" WHERE p.id IN ({marks(passage_ids)}) AND a.state = 'done'",
            passage_ids,
        )
        return {row[0]: (row[1], row[2], row[3]) for row in rows}

    def passing(self, passage_ids: Sequence[int], filters: Filters) -> set[int]:
        """Give those of the passages whose articles are done and pass the filters."""
        condition, values = where(filters)
        # A cross join goes from the passages to their articles; left to itself, SQLite reads all articles of an outlet.
        rows = self._database.all(
            "SELECT p.id FROM passages p CROSS JOIN articles a ON a.id = p.article_id"
            f" WHERE p.id IN ({marks(passage_ids)}) AND {condition}",
            (*passage_ids, *values),
        )
        return {row[0] for row in rows}

    def some_passing(self, filters: Filters, limit: int) -> list[int]:
        """Give up to `limit` passages whose articles are done and pass the filters."""
        condition, values = where(filters)
        # Through the index that holds all that is filtered by: with another one, SQLite reads every article of an outlet for its date.
        rows = self._database.all(
            "SELECT p.id FROM articles a INDEXED BY articles_by_filter CROSS JOIN passages p ON p.article_id = a.id"
            f" WHERE {condition} LIMIT ?",
            (*values, limit),
        )
        return [row[0] for row in rows]

    def passage_texts(self, passage_ids: Sequence[int]) -> dict[int, tuple[str | None, str]]:
        """Give (origin of its article, text) of passages, by passage id."""
        rows = self._database.all(
            "SELECT p.id, a.origin, substr(a.text, p.start + 1, p.end - p.start) FROM passages p JOIN articles a ON a.id = p.article_id"
            f" WHERE p.id IN ({marks(passage_ids)})",
            passage_ids,
        )
        return {row[0]: (row[1], row[2]) for row in rows}

    def all_passage_ids(self) -> set[int]:
        """Give the ids of the passages of all done articles."""
        rows = self._database.all("SELECT p.id FROM passages p JOIN articles a ON a.id = p.article_id WHERE a.state = 'done'")
        return {row[0] for row in rows}

    def whole(self, article_id: str) -> list[Sentence]:
        """Give all sentences of an article, in order."""
        return self.sentences([(article_id, 0, MAX_ORDINAL)])

    def check_known(self, article_ids: Iterable[str]) -> None:
        """Make sure that there are such articles; raises InputError for the first that there is not."""
        for article_id in article_ids:
            self.article(article_id)

    def sentences(self, stretches: Iterable[tuple[str, int, int]]) -> list[Sentence]:
        """Give the sentences of (article id, first, last) stretches, each once, in order of articles and places."""
        rows: dict[tuple[str, int], Any] = {}
        for article_id, first, last in stretches:
            for row in self._database.all(
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


def _info(row: Sequence[Any]) -> ArticleInfo:
    id, title, outlet, authors, *rest = row[:_INFO_COLUMNS]
    return ArticleInfo(id, title, outlet, tuple(json.loads(authors)), *rest)


def _delete_split(database: Connection, article_id: str) -> None:
    database.execute("DELETE FROM passage_words WHERE rowid IN (SELECT id FROM passages WHERE article_id = ?)", (article_id,))
    database.execute("DELETE FROM passages WHERE article_id = ?", (article_id,))
    database.execute("DELETE FROM sentences WHERE article_id = ?", (article_id,))
