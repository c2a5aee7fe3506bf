"""Settings, read once from the environment. A value that cannot be used raises SettingsError and names the variable."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rag.errors import SettingsError

PACKAGED_ENCODER = "all-MiniLM-L6-v2"
HOME = ".clippings"
LLM_TIMEOUT_S = 60.0
LLM_CONTEXT_TOKENS = 4096


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are kept and which models are used.

    llm: "quotes", any `init_chat_model` name such as "ollama:qwen3:4b"; None means a local Ollama if one answers, else quotes.
    llm_url: base URL of an OpenAI-compatible server, used with an "openai:…" name; None means the provider's own.
    llm_timeout_s: seconds a language model may take for one reply before quotes answer instead.
    llm_context_tokens: how much a language model can take at once, prompt and reply together.
    embedding_model: "all-MiniLM-L6-v2" (packaged), a hub name or a folder.
    chroma_url: "http://host:port" of a Chroma server; None means an embedded index under `home`.
    reader: whether the trained reader reads; without it words and vectors alone rank. It is off to measure what it is worth.
    today: the day from which "last week" in a question is seen; None means the day it is.
    """

    home: Path = Path(HOME)
    llm: str | None = None
    llm_url: str | None = None
    llm_key: str | None = field(default=None, repr=False)
    llm_timeout_s: float = LLM_TIMEOUT_S
    llm_context_tokens: int = LLM_CONTEXT_TOKENS
    embedding_model: str = PACKAGED_ENCODER
    chroma_url: str | None = None
    reader: bool = True
    today: date | None = None

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Read RAG_HOME, RAG_EMBEDDING_MODEL, RAG_CHROMA_URL, RAG_TODAY, RAG_LLM, and RAG_LLM_URL, _KEY, _TIMEOUT, _CONTEXT.

        Raises:
            SettingsError: RAG_LLM_TIMEOUT or RAG_LLM_CONTEXT is not a positive number, a URL does not begin with http:// or
                https://, or RAG_TODAY is not a date.
        """
        return cls(
            home=Path(environ.get("RAG_HOME") or HOME),
            llm=environ.get("RAG_LLM") or None,
            llm_url=_url(environ, "RAG_LLM_URL"),
            llm_key=environ.get("RAG_LLM_KEY") or None,
            llm_timeout_s=_positive(environ, "RAG_LLM_TIMEOUT", LLM_TIMEOUT_S, "seconds"),
            llm_context_tokens=int(_positive(environ, "RAG_LLM_CONTEXT", LLM_CONTEXT_TOKENS, "tokens")),
            embedding_model=environ.get("RAG_EMBEDDING_MODEL") or PACKAGED_ENCODER,
            chroma_url=_url(environ, "RAG_CHROMA_URL"),
            today=_day(environ, "RAG_TODAY"),
        )


def _url(environ: Mapping[str, str], name: str) -> str | None:
    value = environ.get(name) or None
    if value and not value.startswith(("http://", "https://")):
        raise SettingsError(f"{name} is {value!r}: give a URL that begins with http:// or https://")
    return value


def _day(environ: Mapping[str, str], name: str) -> date | None:
    value = environ.get(name) or None
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as error:
        raise SettingsError(f"{name} is {value!r}: give a date such as 2024-01-19") from error


def _positive(environ: Mapping[str, str], name: str, default: float, unit: str) -> float:
    text = environ.get(name) or str(default)
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < math.inf:
        raise SettingsError(f"{name} is {text!r}: give a number of {unit} above 0, such as {default:.0f}")
    return value
