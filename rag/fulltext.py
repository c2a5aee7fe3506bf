"""Full text over the passages (SQLite's FTS5): BM25, and how common a word is. The store writes it; this reads it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag.database import Database, where
from rag.records import Filters


class FullText:
    """The words of the passages in one home."""

    def __init__(self, database: Database) -> None:
        """Use the tables of a database."""
        self._database = database

    def matching(self, words: Sequence[str], filters: Filters, limit: int) -> list[tuple[int, float]]:
        """Rank passages by BM25 (Robertson et al. 1994; FTS5's k1 = 1.2, b = 0.75) over words joined by OR.

        Gives (passage id, score), higher is better; the title counts as much as the text.
        """
        if not words:
            return []
        query = " OR ".join('"' + word.replace('"', '""') + '"' for word in words)
        condition, values = where(filters)
        rows = self._database.all(
            "SELECT w.rowid, -bm25(passage_words) AS score FROM passage_words w"
            " JOIN passages p ON p.id = w.rowid JOIN articles a ON a.id = p.article_id"
            f" WHERE passage_words MATCH ? AND {condition} ORDER BY score DESC, w.rowid LIMIT ?",
            (query, *values, limit),
        )
        return [(row[0], row[1]) for row in rows]

    def document_frequency(self, words: Iterable[str]) -> dict[str, int]:
        """Count, for each word, the passages that hold it in any inflection."""
        found: dict[str, int] = {}
        for word in words:
            query = '"' + word.replace('"', '""') + '"'
            found[word] = int(self._database.all("SELECT count(*) FROM passage_words WHERE passage_words MATCH ?", (query,))[0][0])
        return found

    def passage_count(self) -> int:
        """Count all passages."""
        return int(self._database.all("SELECT count(*) FROM passages")[0][0])

    def stray(self) -> int:
        """Count the passages that the full text holds and the store does not, or the other way round."""
        (row,) = self._database.all(
            "SELECT (SELECT count(*) FROM passage_words WHERE rowid NOT IN (SELECT id FROM passages))"
            " + (SELECT count(*) FROM passages WHERE id NOT IN (SELECT rowid FROM passage_words))"
        )
        return int(row[0])
