"""Small articles and their sentences, an encoder by word hashing, and a chat model that replies as it is told."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

import numpy as np

from rag.embed import Stretch
from rag.records import Article, ArticleInfo, Evidence, Filters, Passage, Sentence, Span, Vectors
from rag.sources import Source
from rag.speaker import speaker_of
from rag.store import Store


class HashingEncoder:
    """Texts that share words have similar vectors; the same text has the same one on every machine."""

    name = "hashing"
    dim = 64

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in text.casefold().split() or [""]:
                row[zlib.crc32(word.strip(".,;:“”\"'").encode()) % self.dim] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def encode_with_parts(self, texts: Sequence[str], parts: Sequence[Sequence[Stretch]]) -> tuple[Vectors, Vectors]:
        inside = [text[start:end] for text, own in zip(texts, parts, strict=True) for start, end in own]
        vectors = self.encode([*texts, *inside])
        return vectors[: len(texts)], vectors[len(texts) :]


def article_info(
    id: str = "a",
    title: str = "A week on the border",
    outlet: str | None = "The Margalla Courier",
    published: str | None = "2024-01-19",
) -> ArticleInfo:
    return ArticleInfo(id, title, outlet, ("Sana Mirza",), published, None, f"{id}.md", "en")


def make_sentences(*texts: str, info: ArticleInfo | None = None) -> list[Sentence]:
    """Make the sentences of one article, which is these texts with a space between them."""
    vectors = HashingEncoder().encode(texts)
    spans = _spans(texts)
    return [Sentence(info or article_info(), n, span, vectors[n]) for n, span in enumerate(spans)]


def make_evidence(*texts: str, info: ArticleInfo | None = None) -> list[Evidence]:
    """Make evidence of the sentences of one article, with whoever they name as their speakers."""
    return [Evidence(sentence, 0.8, speaker_of(sentence.span.text)) for sentence in make_sentences(*texts, info=info)]


def result_row(kind="fact", *, refused=False, shown=1, right=1, supports=("verbatim",), latency_ms=10.0, **values):
    """Make a row of results of an evaluation; a measure that is not given does not apply."""
    names = ("recall@1", "recall@3", "recall@5", "mrr", "sentence@1", "exact_match", "f1", "citation_recall")
    about = {"id": "q", "kind": kind, "question": "Who?", "refused": refused, "latency_ms": latency_ms}
    about |= {"claims": [{"support": support} for support in supports], "citations_shown": shown, "citations_right": right}
    return {**about, **dict.fromkeys((*names, "speaker_named", "said_right", "conflict_shown")), **values}


def put_article(store: Store, *texts: str, info: ArticleInfo) -> ArticleInfo:
    """Store an article of these sentences as one that is done, in a single passage."""
    spans, text = _spans(texts), " ".join(texts)
    store.put(Article(info, text), Source(info.path, "", "sum", info.id))
    passage = Passage(Span(0, len(text), text), 0, len(spans) - 1)
    store.put_split(info, spans, [passage], HashingEncoder().encode(texts))
    store.set_state([info.id], "done")
    return info


def matching(store: Store, words: Iterable[str], filters: Filters, limit: int) -> list[tuple[int, float]]:
    """Find passages by words alone."""
    return store.words.matching(store.words.document_frequency(words), filters, limit)


def _spans(texts: Iterable[str]) -> list[Span]:
    spans: list[Span] = []
    for text in texts:
        start = spans[-1].end + 1 if spans else 0
        spans.append(Span(start, start + len(text), text))
    return spans


def chat_model(reply: Callable[[str], str] | Sequence[str]):
    """Make a LangChain chat model that replies with `reply(prompt)`, or with one text of `reply` a call, word by word.

    The prompts it was sent are in its `seen`.
    """
    replies: Iterator[str] = iter(()) if callable(reply) else iter(reply)
    return _chat_model_class()(messages=iter(()), write=reply if callable(reply) else lambda prompt: next(replies))


@lru_cache(maxsize=1)
def _chat_model_class():
    # Imported when it is needed: most tests need no language model, and langchain takes its time.
    from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
    from langchain_core.messages import AIMessage
    from langchain_core.outputs import ChatGeneration, ChatResult
    from pydantic import Field

    class ScriptedChatModel(GenericFakeChatModel):
        write: Callable[[str], str]
        seen: list[str] = Field(default_factory=list)

        def _generate(self, messages, stop=None, run_manager=None, **kwargs):
            prompt = "\n".join(str(message.content) for message in messages)
            self.seen.append(prompt)
            return ChatResult(generations=[ChatGeneration(message=AIMessage(content=self.write(prompt)))])

    # The annotations above are texts, which pydantic reads in this module.
    ScriptedChatModel.model_rebuild(_types_namespace={"Callable": Callable})
    return ScriptedChatModel
