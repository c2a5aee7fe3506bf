"""`python -P eval/peer_systems.py SYSTEM DATA WORK`: one system over the articles and questions of DATA, by the defaults of its own guides.

It runs in an environment that has the system (requirements-peers.txt; our own for "clippings"), in a process of its own, offline, with
the encoder's folder that DATA names. DATA is {"model", "articles": [{"id", "title", "text"}], "questions": [text]}; what was found is
printed as JSON: for each question the ranked passages, as (article's id, text), and the texts that the system shows beside an answer.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

RANKED = 20
Passages = list[tuple[str, str]]
Article = dict[str, str]


class System(NamedTuple):
    """What a question is put to: its ranked passages, and from them, or in a step of its own, what is shown."""

    search: Callable[[str], Passages]
    show: Callable[[str, Passages], list[str]]


def first(count: int) -> Callable[[str, Passages], list[str]]:
    """Show the first passages, as systems do that hand them to a language model."""
    return lambda question, passages: [text for _, text in passages[:count]]


def langchain(model: str, work: Path) -> Callable[[Sequence[Article]], System]:
    """The recipe of the retrieval tutorial: chunks of 1,000 characters with 200 of overlap, Chroma, the four nearest."""
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    encoder = HuggingFaceEmbeddings(model_name=model)

    def index(articles: Sequence[Article]) -> System:
        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
        chunks = splitter.split_documents([Document(each["text"], metadata={"id": each["id"]}) for each in articles])
        store = Chroma.from_documents(chunks, encoder, persist_directory=str(work / "chroma"))
        return System(
            lambda question: [(each.metadata["id"], each.page_content) for each in store.similarity_search(question, k=RANKED)], first(4)
        )

    return index


def llamaindex(model: str, work: Path) -> Callable[[Sequence[Article]], System]:
    """VectorStoreIndex with CitationQueryEngine's retrieval: the default splitter, the two nearest, cut into sources of 512 tokens."""
    from llama_index.core import Document, Settings, VectorStoreIndex
    from llama_index.core.llms import MockLLM
    from llama_index.core.query_engine import CitationQueryEngine
    from llama_index.core.schema import QueryBundle
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    Settings.embed_model = HuggingFaceEmbedding(model_name=model)
    Settings.llm = MockLLM()

    def index(articles: Sequence[Article]) -> System:
        found = VectorStoreIndex.from_documents([Document(text=each["text"], metadata={"id": each["id"]}) for each in articles])
        retriever = found.as_retriever(similarity_top_k=RANKED)
        engine = CitationQueryEngine.from_args(found)

        def search(question: str) -> Passages:
            return [(each.node.metadata["id"], each.node.get_content()) for each in retriever.retrieve(question)]

        def show(question: str, passages: Passages) -> list[str]:
            return [each.node.get_content() for each in engine.retrieve(QueryBundle(question))]

        return System(search, show)

    return index


def txtai(model: str, work: Path) -> Callable[[Sequence[Article]], System]:
    """Embeddings with content, dense and BM25 together (hybrid), over paragraphs; three results, as by default."""
    from txtai import Embeddings

    embeddings = Embeddings(path=model, content=True, hybrid=True)

    def index(articles: Sequence[Article]) -> System:
        owned = [(each["id"], part.strip()) for each in articles for part in each["text"].split("\n\n") if part.strip()]
        embeddings.index([(place, text, None) for place, (_, text) in enumerate(owned)])

        def search(question: str) -> Passages:
            return [owned[int(each["id"])] for each in embeddings.search(question, RANKED)]

        return System(search, first(3))

    return index


def haystack(model: str, work: Path) -> Callable[[Sequence[Article]], System]:
    """The hybrid tutorial: BM25 and embeddings in memory, joined by reciprocal ranks; DocumentSplitter's defaults; ten documents."""
    from haystack import Document
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.preprocessors import DocumentSplitter
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from sentence_transformers import SentenceTransformer

    # Haystack's own embedder for it is a package apart; this is what it calls.
    encoder = SentenceTransformer(model)
    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    words = InMemoryBM25Retriever(store, top_k=RANKED)
    vectors = InMemoryEmbeddingRetriever(store, top_k=RANKED)
    joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=RANKED)

    def index(articles: Sequence[Article]) -> System:
        splitter = DocumentSplitter()
        splitter.warm_up()
        documents = [Document(content=each["text"], meta={"article": each["id"]}) for each in articles]
        chunks = splitter.run(documents=documents)["documents"]
        for chunk, vector in zip(chunks, encoder.encode([chunk.content for chunk in chunks]), strict=True):
            chunk.embedding = vector.tolist()
        store.write_documents(chunks)

        def search(question: str) -> Passages:
            found = [
                words.run(query=question)["documents"],
                vectors.run(query_embedding=encoder.encode(question).tolist())["documents"],
            ]
            return [(each.meta["article"], each.content) for each in joiner.run(documents=found)["documents"]]

        return System(search, first(10))

    return index


def clippings(model: str, work: Path) -> Callable[[Sequence[Article]], System]:
    """This project by quotations; what it shows are the sentences that it quotes."""
    from eval.squad import write_article
    from rag.pipeline import Pipeline
    from rag.records import NO_FILTERS, Query
    from rag.search import search as find
    from rag.settings import Settings

    pipeline = Pipeline(Settings(home=work / "home", llm="quotes"))
    pipeline.encoder.encode(["It is loaded, and has run once."])

    def index(articles: Sequence[Article]) -> System:
        folder = work / "articles"
        folder.mkdir()
        for each in articles:
            write_article(folder / f"{each['id']}.md", {"title": each["title"]}, each["text"])
        pipeline.library.sync([folder])
        names = {info.id: Path(info.path).stem for info in pipeline.store.select(NO_FILTERS)}

        def search(question: str) -> Passages:
            hits = find(pipeline.sought(Query(question)), pipeline.store, pipeline.index, NO_FILTERS, RANKED)
            spans = [pipeline.store.sentences([(hit.article_id, hit.first, hit.last)]) for hit in hits]
            return [(names[hit.article_id], " ".join(sentence.span.text for sentence in own)) for hit, own in zip(hits, spans, strict=True)]

        return System(search, lambda question, passages: [each.quote for each in pipeline.ask(question).citations])

    return index


SYSTEMS = {each.__name__: each for each in (clippings, langchain, llamaindex, txtai, haystack)}


def main() -> None:
    """Index, ask, and print what was found and what it took."""
    name, data, work = sys.argv[1:]
    given = json.loads(Path(data).read_text(encoding="utf-8"))
    index = SYSTEMS[name](given["model"], Path(work))
    begun = time.perf_counter()
    system = index(given["articles"])
    indexing = time.perf_counter() - begun
    system.show(given["questions"][0], system.search(given["questions"][0]))
    results = [_ask(system, question) for question in given["questions"]]
    json.dump({"indexing_s": indexing, "peak_mb": _peak_mb(), "results": results}, sys.stdout)


def _peak_mb() -> float:
    """Give the most memory that this process held, and what the largest of its worker processes held on top (both in kB on Linux).

    Its own `ru_maxrss` would be that of the process that started it, where that one was larger.
    """
    own = next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return (int(own) + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1000


def _ask(system: System, question: str) -> dict[str, Any]:
    begun = time.perf_counter()
    passages = system.search(question)
    searched = time.perf_counter()
    shown = system.show(question, passages)
    done = time.perf_counter()
    return {"passages": passages, "shown": shown, "search_ms": 1000 * (searched - begun), "show_ms": 1000 * (done - searched)}


if __name__ == "__main__":
    main()
