"""What the last brief on each topic had read, so that the next one can say what is new."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from rag.database import Database
from rag.words import stems


@dataclass(frozen=True, slots=True)
class PastBrief:
    """When a brief was made (ISO date), and the ids of the articles it had read."""

    made: str
    articles: frozenset[str]


class PastBriefs:
    """The last brief on each topic in one home. A topic is known by its words, whatever their order and inflection."""

    def __init__(self, database: Database) -> None:
        """Use the tables of a database."""
        self._database = database

    def last(self, topic: str) -> PastBrief | None:
        """Give the last brief on a topic, None when there was none."""
        rows = self._database.all("SELECT made, articles FROM briefs WHERE topic = ?", (_key(topic),))
        return PastBrief(rows[0][0], frozenset(json.loads(rows[0][1]))) if rows else None

    def keep(self, topic: str, made: str, articles: Iterable[str]) -> None:
        """Note that a brief on a topic was made, in the place of the one before.

        Raises:
            StorageError: the disk is full, or the file may not be written.
        """
        with self._database.writing() as database:
            database.execute("INSERT OR REPLACE INTO briefs VALUES (?, ?, ?)", (_key(topic), made, json.dumps(sorted(articles))))


def _key(topic: str) -> str:
    return " ".join(sorted(stems(topic))) or topic.casefold()
