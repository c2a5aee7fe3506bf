"""Chroma: passage vectors by passage id, with the few fields that a search filters by.

Everything in it can be rebuilt from the store. It carries a stamp of encoder and split settings.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import chromadb
import chromadb.errors
import numpy as np
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings as ChromaSettings

from rag.errors import ClippingsError, SettingsError
from rag.records import ArticleInfo, Filters, Vectors

COLLECTION = "passages"
MAX_BATCH = 5000
# How many vectors a health check looks up, what it takes for the same vector (cosine distance), and the share it must find again.
SAMPLE = 100
SAME_DISTANCE = 1e-4
REACHED_SHARE = 0.5
# Opens an index and searches it.
PROBE = """
import os, sys
from pathlib import Path
from rag.index import Index
Index(Path(sys.argv[1]), None, sys.argv[2]).searchable()
os._exit(0)
"""


@dataclass(frozen=True, slots=True)
class Graph:
    """Settings of the graph that a search walks (HNSW, Malkov and Yashunin 2018), chosen from the curves of `python -m eval.vectors`.

    More neighbours, and more candidates in construction, cost memory and time to index; more in search, time to ask. An index keeps
    what it was created with until it is rebuilt.
    """

    max_neighbors: int = 16
    ef_construction: int = 100
    ef_search: int = 2400


class Index:
    """The vectors of one home: embedded under `folder`, or in the Chroma server at `url` when one is given.

    Whatever Chroma raises comes out as a ClippingsError that says what to do. Safe to use from several threads.
    """

    def __init__(self, folder: Path, url: str | None, stamp: str, graph: Graph = Graph()) -> None:
        """Nothing is opened yet, so that a damaged index can be cleared; one that is not there is created with `stamp`."""
        self._folder, self._url, self._stamp, self._graph = folder, url, stamp, graph
        # There while the index is being opened.
        self._opening = folder.with_name(f"{folder.name}.opening")
        self._client: Any = None
        self._collection: Any = None
        self._counted: int | None = None
        self._lock = threading.RLock()

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        """Give the collection, opened or created when it was not."""
        with self._lock:
            try:
                if self._collection is None:
                    self._open()
                yield self._collection
            except (KeyboardInterrupt, SystemExit):
                raise
            except BaseException as error:  # chromadb raises many types; what its Rust core raises is not even an Exception
                if self._url:
                    raise SettingsError(
                        f"RAG_CHROMA_URL is {self._url}: no Chroma server answers there ({error}); start it, or leave it unset"
                    ) from error
                raise ClippingsError(f"the index in {self._folder} cannot be read ({error}): run `python -m rag rebuild`") from error

    def _open(self) -> None:
        settings = ChromaSettings(anonymized_telemetry=False)
        if self._url:
            place = urlparse(self._url)
            self._client = chromadb.HttpClient(
                host=place.hostname or "", port=place.port or 8000, ssl=place.scheme == "https", settings=settings
            )
            self._collection = self._get_or_create()
            return
        # Some damage makes Chroma end the whole process. What was left by one that did not come back is tried in another first.
        if self._opening.exists() and self.crashes():
            raise ClippingsError("its files are damaged")
        self._opening.parent.mkdir(parents=True, exist_ok=True)
        self._opening.touch()
        try:
            self._client = chromadb.PersistentClient(str(self._folder), settings=settings)
            self._collection = self._get_or_create()
            self._read_one()
        except BaseException:
            # Chroma would go on giving out the client that failed, though the folder is mended.
            SharedSystemClient.clear_system_cache()
            self._client = self._collection = None
            raise
        finally:
            self._opening.unlink(missing_ok=True)

    def _get_or_create(self) -> Any:
        return self._client.get_or_create_collection(
            COLLECTION,
            metadata={"stamp": self._stamp},
            configuration={"hnsw": {"space": "cosine", **asdict(self._graph)}},
            embedding_function=None,
        )

    def _read_one(self) -> None:
        """Walk the graph once: what is damaged shows here and not at somebody's question."""
        one = self._collection.get(limit=1, include=["embeddings"])["embeddings"]
        if len(one):
            self._collection.query(query_embeddings=one, n_results=1, include=[])

    def crashes(self) -> bool:
        """Tell whether an embedded index ends the process that reads it, by letting another process try."""
        if self._url or not self._folder.exists():
            return False
        self._opening.unlink(missing_ok=True)
        tried = subprocess.run(  # noqa: S603 (our own interpreter and code)
            [sys.executable, "-c", PROBE, str(self._folder), self._stamp],
            cwd=Path(__file__).parent.parent,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        return tried.returncode < 0

    def close(self) -> None:
        """Let go of the folder; what is used next opens it afresh, and sees what another process has written since."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = self._collection = self._counted = None

    @property
    def stamp(self) -> str:
        """What the collection was built with."""
        with self._opened() as collection:
            return str((collection.metadata or {}).get("stamp", ""))

    def count(self) -> int:
        """Count the vectors: once, as long as none are written, since Chroma reads a whole table for it."""
        with self._opened() as collection:
            if self._counted is None:
                self._counted = int(collection.count())
            return self._counted

    def ids(self) -> set[int]:
        """Give the passage ids of all vectors."""
        with self._opened() as collection:
            return {int(name) for name in collection.get(include=[])["ids"]}

    def vectors(self, ids: Sequence[int]) -> Vectors:
        """Give the vectors (n, dim) of passages; ids that are not there are passed over, and the order is Chroma's."""
        return self._get(ids)[1]

    def _get(self, ids: Sequence[int]) -> tuple[list[int], Vectors]:
        """Give the passages that are there, and their vectors (n, dim)."""
        with self._opened() as collection:
            parts = [ids[start : start + MAX_BATCH] for start in range(0, len(ids), MAX_BATCH)]
            got = [collection.get(ids=[str(each) for each in part], include=["embeddings"]) for part in parts]
        found = [each for each in got if each["ids"]]
        vectors = np.concatenate([each["embeddings"] for each in found]).astype(np.float32) if found else np.empty((0, 0), dtype=np.float32)
        return [int(name) for each in found for name in each["ids"]], vectors

    def searchable(self) -> bool:
        """Tell whether a search reaches the vectors, by looking up a sample of them by their own values.

        With its graph lost, Chroma still counts all vectors, and finds the latest few alone. A whole graph is approximate, and misses
        some where many vectors are alike.
        """
        with self._opened() as collection:
            names = collection.get(include=[])["ids"]
            if not names:
                return True
            sample = names[:: max(1, len(names) // SAMPLE)]
            try:
                vectors = collection.get(ids=sample, include=["embeddings"])["embeddings"]
            except chromadb.errors.InternalError:
                return False
            found = collection.query(query_embeddings=vectors, n_results=1, include=["distances"])["distances"]
        reached = sum(bool(distances) and distances[0] < SAME_DISTANCE for distances in found)
        return bool(reached >= REACHED_SHARE * len(sample))

    def add(self, ids: Sequence[int], articles: Sequence[ArticleInfo], vectors: Vectors) -> None:
        """Add or replace the vectors (n, dim) of n passages."""
        with self._opened() as collection:
            self._counted = None
            for start in range(0, len(ids), MAX_BATCH):
                part = slice(start, start + MAX_BATCH)
                collection.upsert(
                    ids=[str(passage) for passage in ids[part]],
                    embeddings=vectors[part],
                    metadatas=[_metadata(article) for article in articles[part]],
                )

    def remove(self, ids: Sequence[int]) -> None:
        """Remove vectors; ids that are not there are passed over."""
        with self._opened() as collection:
            self._counted = None
            for start in range(0, len(ids), MAX_BATCH):
                collection.delete(ids=[str(passage) for passage in ids[start : start + MAX_BATCH]])

    def nearest(self, vector: Vectors, limit: int, filters: Filters) -> list[tuple[int, float]]:
        """Give the `limit` passages nearest to a (dim,) unit vector as (passage id, cosine), best first."""
        with self._opened() as collection:
            found = collection.query(query_embeddings=vector[np.newaxis], n_results=limit, where=_where(filters), include=["distances"])
        return [(int(name), 1.0 - distance) for name, distance in zip(found["ids"][0], found["distances"][0], strict=True)]

    def nearest_of(self, ids: Sequence[int], vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """Give the `limit` nearest of some passages, as `nearest` does, by looking at every one: 25 of them take a millisecond."""
        there, vectors = self._get(ids)
        cosines = (vectors @ vector).tolist() if there else []
        return sorted(zip(there, cosines, strict=True), key=lambda each: -each[1])[:limit]

    def clear(self, stamp: str) -> None:
        """Drop every vector and begin anew with `stamp`. An embedded index goes with its folder, unopened, as it may be damaged."""
        with self._lock:
            if self._url:
                with self._opened():
                    self._client.delete_collection(COLLECTION)
            else:
                self.close()
                SharedSystemClient.clear_system_cache()
                _delete(self._folder)
                _delete(self._opening)
            self._collection, self._counted, self._stamp = None, None, stamp
            with self._opened():
                pass


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


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
