"""Near-duplicates: agency copy and light rewrites of one story, found among any number of articles and joined under one origin.

Texts are compared by MinHash (Broder 1997) over shingles of words; bands of the signature (locality-sensitive hashing, Indyk and
Motwani 1998) find the few articles worth comparing, so that a new article costs the same in a large library as in a small one.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from rag.database import Database, marks
from rag.words import tokens

SHINGLE_WORDS = 3
# 42 bands of 3 rows: two texts that share 3 in 10 shingles meet in a band with a chance of 0.68, 4 in 10 with 0.94.
BANDS, ROWS = 42, 3
# Share of common shingles (Jaccard, 0 to 1) from which two articles are one story. Chosen on real news (eval/LOG.md).
SAME_STORY = 0.4
MIN_SHINGLES = 20

Signature = npt.NDArray[np.uint64]


def signature(text: str) -> Signature | None:
    """Give the MinHash of a text, (BANDS x ROWS,) uint64; None when the text is too short to tell copies by."""
    from datasketch import MinHash  # costs more than all else that the package imports here

    words = tokens(text.casefold())
    shingles = {" ".join(words[start : start + SHINGLE_WORDS]) for start in range(len(words) - SHINGLE_WORDS + 1)}
    if len(shingles) < MIN_SHINGLES:
        return None
    minhash = MinHash(num_perm=BANDS * ROWS)
    minhash.update_batch(shingle.encode() for shingle in shingles)
    return np.asarray(minhash.hashvalues, dtype=np.uint64)


def similarity(first: Signature, second: Signature) -> float:
    """Estimate the Jaccard similarity (0 to 1) of what two signatures were made of."""
    return float(np.mean(first == second))


class Copies:
    """The origins of the articles in one home. `origin` in the store is the earliest article that tells the same story."""

    def __init__(self, database: Database) -> None:
        """Use the tables of a database."""
        self._database = database

    def unsigned(self) -> list[tuple[str, str]]:
        """List (id, text) of the articles that have not been compared yet."""
        return self._database.all("SELECT id, text FROM articles WHERE state = 'done' AND origin IS NULL ORDER BY id")

    def add(self, article_id: str, text: str) -> None:
        """Compare an article with all others, and join those that tell the same story under the earliest of them."""
        made = signature(text)
        joined = {article_id}
        if made is not None:
            bands = [(band, _hash(rows.tobytes()), article_id) for band, rows in enumerate(made.reshape(BANDS, ROWS))]
            for other, theirs in self._candidates(bands):
                if similarity(made, theirs) >= SAME_STORY:
                    joined.add(other)
            with self._database.writing() as database:
                database.execute("INSERT OR REPLACE INTO signatures VALUES (?, ?)", (article_id, made.tobytes()))
                database.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?, ?)", bands)
        self._join(joined)

    def remove(self, article_id: str) -> None:
        """Take an article out of the comparison; what it was the origin of gets the next earliest."""
        with self._database.writing() as database:
            database.execute("DELETE FROM bands WHERE article_id = ?", (article_id,))
            database.execute("DELETE FROM signatures WHERE article_id = ?", (article_id,))
            database.execute("UPDATE articles SET origin = NULL WHERE id = ?", (article_id,))
        left = [row[0] for row in self._database.all("SELECT id FROM articles WHERE origin = ? AND state = 'done'", (article_id,))]
        if left:
            self._join(left)

    def count(self, origins: Iterable[str]) -> int:
        """Count the articles of several origins."""
        wanted = tuple(set(origins))
        if not wanted:
            return 0
        return int(self._database.all(f"SELECT count(*) FROM articles WHERE origin IN ({marks(wanted)}) AND state = 'done'", wanted)[0][0])

    def _candidates(self, bands: list[tuple[int, int, str]]) -> list[tuple[str, Signature]]:
        """Give the articles that share a band, with their signatures, those that share the most first."""
        shared: Counter[str] = Counter()
        for band, value, own in bands:
            rows = self._database.all("SELECT article_id FROM bands WHERE band = ? AND hash = ? AND article_id <> ?", (band, value, own))
            shared.update(row[0] for row in rows)
        found = []
        for other, _ in shared.most_common():
            rows = self._database.all("SELECT minhash FROM signatures WHERE article_id = ?", (other,))
            found += [(other, np.frombuffer(row[0], dtype=np.uint64)) for row in rows]
        return found

    def _join(self, article_ids: Iterable[str]) -> None:
        ids = tuple(article_ids)
        with self._database.writing() as database:
            database.execute(f"UPDATE articles SET origin = id WHERE id IN ({marks(ids)}) AND origin IS NULL", ids)
            rows = database.execute(
                f"SELECT id, origin FROM articles WHERE origin IN (SELECT origin FROM articles WHERE id IN ({marks(ids)}))"
                " ORDER BY coalesce(published, '9999'), id",
                ids,
            ).fetchall()
            database.executemany("UPDATE articles SET origin = ? WHERE id = ?", [(rows[0][0], row[0]) for row in rows])


def _hash(band: bytes) -> int:
    """Give 63 bits of a band, which SQLite keeps as an integer."""
    return int.from_bytes(hashlib.blake2b(band, digest_size=8).digest(), "big") >> 1
