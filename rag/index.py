"""Chroma: passage vectors by passage id, with the few fields that a search filters by.

Everything in it can be rebuilt from the store. It carries a stamp of encoder and split settings.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import chromadb
import numpy as np
from chromadb.config import Settings as ChromaSettings

from rag.errors import ClippingsError, SettingsError
from rag.records import ArticleInfo, Filters, Vectors

COLLECTION = "passages"
MAX_BATCH = 5000
EF_SEARCH = 200


class Index:
    """The vectors of one home: embedded under `folder`, or in the Chroma server at `url` when one is given."""

    def __init__(self, folder: Path, url: str | None, stamp: str) -> None:
        """Open the collection, creating it with `stamp` when it is not there."""
        self._folder, self._url = folder, url
        self._open(stamp)

    def _open(self, stamp: str) -> None:
        settings = ChromaSettings(anonymized_telemetry=False)
        try:
            if self._url:
                place = urlparse(self._url)
                self._client: Any = chromadb.HttpClient(
                    host=place.hostname or "", port=place.port or 8000, ssl=place.scheme == "https", settings=settings
                )
            else:
                self._client = chromadb.PersistentClient(str(self._folder), settings=settings)
            self._collection = self._client.get_or_create_collection(
                COLLECTION,
                metadata={"stamp": stamp},
                configuration={"hnsw": {"space": "cosine", "ef_search": EF_SEARCH}},
                embedding_function=None,
            )
        except Exception as error:  # chromadb raises many types, and ValueError when no server answers
            if self._url:
                raise SettingsError(
                    f"RAG_CHROMA_URL is {self._url}: no Chroma server answers there ({error}); start it, or leave it unset"
                ) from error
            raise ClippingsError(f"the index in {self._folder} cannot be opened ({error}): run `python -m rag rebuild`") from error

    def reopen(self) -> None:
        """Open the folder afresh, to see what another process has written since."""
        stamp = self.stamp
        self.close()
        self._open(stamp)

    def close(self) -> None:
        """Let go of the folder."""
        if not self._url:
            self._client.close()

    @property
    def stamp(self) -> str:
        """What the collection was built with."""
        return str((self._collection.metadata or {}).get("stamp", ""))

    def count(self) -> int:
        """Count the vectors."""
        return int(self._collection.count())

    def ids(self) -> set[int]:
        """Give the passage ids of all vectors."""
        return {int(name) for name in self._collection.get(include=[])["ids"]}

    def add(self, ids: Sequence[int], articles: Sequence[ArticleInfo], vectors: Vectors) -> None:
        """Add or replace the vectors (n, dim) of n passages."""
        for start in range(0, len(ids), MAX_BATCH):
            part = slice(start, start + MAX_BATCH)
            self._collection.upsert(
                ids=[str(passage) for passage in ids[part]],
                embeddings=vectors[part],
                metadatas=[_metadata(article) for article in articles[part]],
            )

    def remove(self, ids: Sequence[int]) -> None:
        """Remove vectors; ids that are not there are passed over."""
        for start in range(0, len(ids), MAX_BATCH):
            self._collection.delete(ids=[str(passage) for passage in ids[start : start + MAX_BATCH]])

    def nearest(self, vector: Vectors, limit: int, filters: Filters) -> list[tuple[int, float]]:
        """Give the `limit` passages nearest to a (dim,) unit vector as (passage id, cosine), best first."""
        found = self._collection.query(query_embeddings=vector[np.newaxis], n_results=limit, where=_where(filters), include=["distances"])
        return [(int(name), 1.0 - distance) for name, distance in zip(found["ids"][0], found["distances"][0], strict=True)]

    def clear(self, stamp: str) -> None:
        """Drop every vector and begin anew with `stamp`."""
        self._client.delete_collection(COLLECTION)
        self._open(stamp)


def discard(folder: Path) -> None:
    """Delete an embedded index that no process has open, whatever state it is in."""
    shutil.rmtree(folder, ignore_errors=True)


def _metadata(article: ArticleInfo) -> dict[str, str | int]:
    """Give the fields to filter by; Chroma compares dates as numbers (2024-01-19 is 20240119), and keeps no None."""
    fields: dict[str, str | int] = {"article": article.id}
    if article.published:
        fields["published"] = int(article.published.replace("-", ""))
    if article.outlet:
        fields["outlet"] = article.outlet.casefold()
    return fields


def _where(filters: Filters) -> dict[str, Any] | None:
    conditions: list[dict[str, Any]] = []
    if filters.since:
        conditions.append({"published": {"$gte": int(f"{filters.since:%Y%m%d}")}})
    if filters.until:
        conditions.append({"published": {"$lte": int(f"{filters.until:%Y%m%d}")}})
    if filters.outlet:
        conditions.append({"outlet": filters.outlet.casefold()})
    if filters.article_ids:
        conditions.append({"article": {"$in": list(filters.article_ids)}})
    return {"$and": conditions} if len(conditions) > 1 else conditions[0] if conditions else None
