"""Which file became which article, so that a sync does only what is new and a kill leaves nothing half done.

A source is a file, or one member of a file that holds several articles. It points to its article; while a new version waits to
be indexed it points to that as its next, and to the old one still.
"""

from __future__ import annotations

from dataclasses import dataclass
from sqlite3 import Connection

from rag.database import Database


@dataclass(frozen=True, slots=True)
class Source:
    """A file (member "") or a member of one, by the SHA-256 of what it held. `article_id` None: the user removed its article."""

    path: str
    member: str
    sha256: str
    article_id: str | None

    @property
    def name(self) -> str:
        """What to call it in a message."""
        return f"{self.path}#{self.member}" if self.member else self.path


def expect(database: Connection, source: Source) -> None:
    """Within a transaction, let a source point to its article once that is indexed; until then it points to what it held before."""
    database.execute(
        "INSERT INTO sources (path, member, sha256, next_sha256, next_id) VALUES (?, ?, '', ?, ?) ON CONFLICT (path, member)"
        " DO UPDATE SET next_sha256 = excluded.next_sha256, next_id = excluded.next_id",
        (source.path, source.member, source.sha256, source.article_id),
    )


def point(database: Connection, source: Source) -> None:
    """Within a transaction, let a source point to its article at once."""
    database.execute(
        "INSERT INTO sources (path, member, sha256, article_id) VALUES (?, ?, ?, ?) ON CONFLICT (path, member) DO UPDATE"
        " SET sha256 = excluded.sha256, article_id = excluded.article_id, next_sha256 = NULL, next_id = NULL",
        (source.path, source.member, source.sha256, source.article_id),
    )


class Sources:
    """The sources of one home. Paths are absolute."""

    def __init__(self, database: Database) -> None:
        """Use the tables of a database."""
        self._database = database

    # Whole files

    def stamp(self, path: str) -> tuple[int, int] | None:
        """Give size and time of change (ns) of a file when all of it had last been taken, None when it was not."""
        rows = self._database.all("SELECT size, mtime_ns FROM files WHERE path = ?", (path,))
        return rows[0] if rows else None

    def set_stamp(self, path: str, stamp: tuple[int, int]) -> None:
        """Note that all of a file has been taken."""
        with self._database.writing() as database:
            database.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", (path, *stamp))

    def of_file(self, path: str) -> dict[str, Source]:
        """Give what is known about a file's members, by member."""
        rows = self._database.all("SELECT path, member, sha256, article_id FROM sources WHERE path = ?", (path,))
        return {row[1]: Source(*row) for row in rows}

    def paths(self) -> list[str]:
        """List the files that hold articles."""
        return [row[0] for row in self._database.all("SELECT DISTINCT path FROM sources WHERE article_id IS NOT NULL ORDER BY path")]

    def forget_file(self, path: str) -> None:
        """Forget a file that is no longer there, with its members."""
        with self._database.writing() as database:
            database.execute("DELETE FROM sources WHERE path = ?", (path,))
            database.execute("DELETE FROM files WHERE path = ?", (path,))

    # Members

    def of_article(self, article_id: str) -> list[Source]:
        """List the sources that hold an article, by path and member."""
        return [
            Source(*row)
            for row in self._database.all(
                "SELECT path, member, sha256, article_id FROM sources WHERE article_id = ? ORDER BY path, member", (article_id,)
            )
        ]

    def arrived(self) -> list[Source]:
        """List the sources whose article they waited for is indexed now, in the order in which they were first seen."""
        return [
            Source(*row)
            for row in self._database.all(
                "SELECT s.path, s.member, s.next_sha256, s.next_id FROM sources s JOIN articles a ON a.id = s.next_id"
                " WHERE s.next_id IS NOT NULL AND a.state = 'done' ORDER BY s.rowid"
            )
        ]
