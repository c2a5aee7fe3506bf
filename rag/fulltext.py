"""Full text over the passages (SQLite's FTS5): BM25, and how common a word is. The store writes it; this reads it."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rag.database import Database, marks, where
from rag.records import NO_FILTERS, Filters, Frequencies
from rag.words import stem

# SQLite scores every passage that holds any of the words. This bounds their number, whatever the size of the library.
MAX_ROWS = 10_000
RERANKED = 100
# How many times as many passages are taken as are wanted, as some may belong to an article that is on its way in or out.
MORE = 3
# A word that stands in more passages is counted by estimate.
COUNTED = 10_000
# Counts of so many words are remembered.
REMEMBERED = 50_000
K1, B = 1.2, 0.75


@dataclass(slots=True)
class Counted:
    """What was counted in a version of the library: all passages, and those that hold a word."""

    version: tuple[int, int]
    passages: int | None = None
    holding: dict[str, int] = field(default_factory=dict)


class FullText:
    """The words of the passages in one home."""

    def __init__(self, database: Database) -> None:
        """Use the tables of a database."""
        self._database = database
        self._counted = Counted(database.version())

    def matching(self, words: Frequencies, filters: Filters, limit: int) -> list[tuple[int, float]]:
        """Rank passages by BM25 (Robertson et al. 1994; FTS5's k1 = 1.2, b = 0.75) over words joined by OR.

        Gives (passage id, score), higher is better; the title counts as much as the text. Where the words stand in more than
        MAX_ROWS passages, the commonest only rank what the others find.
        """
        rarest = _rarest(words)
        if len(rarest) == len(words):
            return self._ranked(rarest, filters, limit)
        found = self._ranked(rarest, filters, RERANKED)
        more = self._bm25([passage for passage, _ in found], {word: words[word] for word in words.keys() - rarest})
        return sorted(((passage, score + more[passage]) for passage, score in found), key=lambda each: (-each[1], each[0]))[:limit]

    def _ranked(self, words: Sequence[str], filters: Filters, limit: int) -> list[tuple[int, float]]:
        if not words:
            return []
        query = " OR ".join('"' + word.replace('"', '""') + '"' for word in words)
        condition, values = where(filters)
        if filters == NO_FILTERS:
            # To look up the article of each passage that matches takes longer than to score them.
            rows = self._database.all(
                "SELECT w.rowid, w.score FROM (SELECT rowid, -rank AS score FROM passage_words WHERE passage_words MATCH ?"
                " ORDER BY rank LIMIT ?) w JOIN passages p ON p.id = w.rowid JOIN articles a ON a.id = p.article_id"
                f" WHERE {condition} ORDER BY w.score DESC, w.rowid LIMIT ?",
                (query, MORE * limit, limit),
            )
            if len(rows) == limit:
                return rows
        return self._database.all(
            "SELECT w.rowid, -bm25(passage_words) AS score FROM passage_words w"
            " JOIN passages p ON p.id = w.rowid JOIN articles a ON a.id = p.article_id"
            f" WHERE passage_words MATCH ? AND {condition} ORDER BY score DESC, w.rowid LIMIT ?",
            (query, *values, limit),
        )

    def _bm25(self, passages: Sequence[int], frequency: Frequencies) -> dict[int, float]:
        """Score passages by words of known document frequency, against the mean length of these passages."""
        rows = self._database.all(f"SELECT rowid, title || ' ' || text FROM passage_words WHERE rowid IN ({marks(passages)})", passages)
        mean = sum(len(text.split()) for _, text in rows) / max(1, len(rows))
        idf = {stem(word): weight for word, weight in self._idf(frequency).items()}
        # Every inflection begins with its stem but for the last letter, which may be another: "happi" is the stem of "happy".
        inflected = re.compile(rf"\b(?:{'|'.join(re.escape(root[:-1]) for root in idf)})\w*", re.IGNORECASE)
        scores = {}
        for passage, text in rows:
            length = K1 * (1 - B + B * len(text.split()) / mean)
            counts = Counter(root for word in inflected.findall(text) if (root := stem(word)) in idf)
            scores[passage] = sum(idf[root] * count * (K1 + 1) / (count + length) for root, count in counts.items())
        return scores

    def of_all_words(self, frequency: Frequencies) -> float:
        """Give the BM25 of a passage of mean length that holds every word once."""
        return sum(self._idf(frequency).values())

    def _idf(self, frequency: Frequencies) -> dict[str, float]:
        """Weigh words by inverse document frequency as BM25 does, what stands in more than half of the passages by 0."""
        total = self.passage_count()
        return {word: max(0.0, math.log((total - n + 0.5) / (n + 0.5))) for word, n in frequency.items()}

    def document_frequency(self, words: Iterable[str]) -> Frequencies:
        """Count, for each word, the passages that hold it in any inflection; in a library that has not changed, only once."""
        known = self._known().holding
        found = {word: known[word] if word in known else self._holding(word) for word in words}
        known |= found
        return found

    def _holding(self, word: str) -> int:
        """Count the passages that hold a word.

        Beyond COUNTED by how soon so many are found: a word that has been in 10,000 passages by the 200,000th of a million stands
        in about 50,000.
        """
        ((count, reached),) = self._database.all(
            "SELECT count(*), max(w.rowid) FROM (SELECT rowid FROM passage_words WHERE passage_words MATCH ? LIMIT ?) w",
            ('"' + word.replace('"', '""') + '"', COUNTED),
        )
        if count < COUNTED:
            return int(count)
        first, last = (self._database.all(f"SELECT {end}(id) FROM passages")[0][0] for end in ("min", "max"))
        return round(int(count) * int(last - first + 1) / int(reached - first + 1))

    def passage_count(self) -> int:
        """Count all passages; in a library that has not changed, only once."""
        counted = self._known()
        if counted.passages is None:
            counted.passages = int(self._database.all("SELECT count(*) FROM passages")[0][0])
        return counted.passages

    def _known(self) -> Counted:
        """Give what was counted since the library last changed."""
        version = self._database.version()
        if self._counted.version != version or len(self._counted.holding) > REMEMBERED:
            self._counted = Counted(version)
        return self._counted

    def stray(self) -> int:
        """Count the passages that the full text holds and the store does not, or the other way round."""
        (row,) = self._database.all(
            "SELECT (SELECT count(*) FROM passage_words WHERE rowid NOT IN (SELECT id FROM passages))"
            " + (SELECT count(*) FROM passages WHERE id NOT IN (SELECT rowid FROM passage_words))"
        )
        return int(row[0])


def _rarest(frequency: Frequencies) -> list[str]:
    """Give the rarest words, at least one, that stand in no more than MAX_ROWS passages together."""
    kept: list[str] = []
    rows = 0
    for word in sorted(frequency, key=frequency.__getitem__):
        rows += frequency[word]
        if kept and rows > MAX_ROWS:
            break
        kept.append(word)
    return kept
