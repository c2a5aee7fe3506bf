"""The LangChain side of an answer: retriever | prompt | model | parser, a runnable like any other.

Callbacks, tracing and streaming work on it as LangChain users expect.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda, RunnablePassthrough

from rag.embed import count_tokens
from rag.errors import ModelError
from rag.prompts import Prompt, as_data
from rag.records import Evidence

# The packaged tokenizer counts for all; a model's own may find this much more in the same text.
TOKEN_MARGIN = 1.3
# What the number and the source before a sentence take.
LABEL_TOKENS = 20


class EvidenceRetriever(BaseRetriever):
    """Gives the sentences that were found for one question as LangChain documents, in order of their numbers.

    Evidence is taken best first, and whole sentences only, as far as `max_tokens` goes; what is left out keeps its number.
    """

    evidence: Any
    max_tokens: float = math.inf

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        asked, *tokens = count_tokens([query, *(item.sentence.span.text for item in self.evidence)])
        documents, left = [], self.max_tokens - TOKEN_MARGIN * asked
        for number, (item, count) in enumerate(zip(self.evidence, tokens, strict=True), 1):
            if (needed := TOKEN_MARGIN * (count + LABEL_TOKENS)) <= left:
                left -= needed
                documents.append(as_document(number, item))
        if self.evidence and not documents:
            raise ModelError("no sentence of the articles fits into what the model can take; set RAG_LLM_CONTEXT to more tokens")
        return documents


class ReplyText(StrOutputParser):
    """StrOutputParser that lets go of the model when its reader stops; the original reads the reply to its end first."""

    def transform(self, input: Iterator[str | BaseMessage], config: RunnableConfig | None = None, **kwargs: Any) -> Iterator[str]:
        """Give the reply's text in pieces."""
        yield from self._transform(input)


def as_document(number: int, item: Evidence) -> Document:
    """Make a document of a sentence; what it is and where it stands goes into the metadata."""
    article = item.sentence.article
    return Document(
        page_content=item.sentence.span.text,
        metadata={
            "number": number,
            "article_id": article.id,
            "title": article.title,
            "outlet": article.outlet,
            "published": article.published,
            "start": item.sentence.span.start,
            "end": item.sentence.span.end,
        },
    )


def build_chain(
    evidence: Sequence[Evidence], prompt: Prompt, model: BaseChatModel, max_tokens: float = math.inf
) -> Runnable[dict[str, str], str]:
    """Build `retriever | prompt | model | parser`.

    It takes the prompt's variables other than `evidence`, and gives the reply's text, in pieces when it is streamed.
    `max_tokens` is what the prompt may hold; evidence that goes beyond it is left out.
    """
    room = max_tokens - TOKEN_MARGIN * sum(count_tokens([prompt.system, prompt.user]))
    retriever = (
        RunnableLambda(lambda values: values.get("question", "")) | EvidenceRetriever(evidence=tuple(evidence), max_tokens=room) | numbered
    )
    return RunnablePassthrough.assign(evidence=retriever) | build_plain_chain(prompt, model)


def build_plain_chain(prompt: Prompt, model: BaseChatModel) -> Runnable[dict[str, str], str]:
    """Build `prompt | model | parser`. It takes all of the prompt's variables; all but `evidence` are made safe to stand in it."""

    def messages(values: dict[str, str]) -> list[tuple[str, str]]:
        return prompt.render(**{name: value if name == "evidence" else as_data(value) for name, value in values.items()})

    return RunnableLambda(messages) | model | ReplyText()


def numbered(documents: Sequence[Document]) -> str:
    """Write documents as the numbered, dated, attributed lines that a model is shown."""
    lines = []
    for document in documents:
        about = document.metadata
        source = ", ".join(part for part in (about["outlet"], about["published"]) if part)
        lines.append(f"[{about['number']}] {as_data(source)}{': ' if source else ''}{as_data(document.page_content)}")
    return "\n".join(lines)
