"""The name of a language model in, a LangChain chat model out; and a model's failures in plain words.

"quotes" is not a model: it names the built-in answerer. Provider packages are imported when they are named. "gguf:FILE" is run in
this process, behind a server of its own on the loopback address, so that it is reached like any other.
"""

from __future__ import annotations

import importlib.util
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from rag.errors import ModelError, OverloadedError
from rag.prompts import load_prompt
from rag.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

QUOTES = "quotes"
OLLAMA_URL = "http://127.0.0.1:11434"
DETECT_TIMEOUT_S = 0.3
PING_TIMEOUT_S = 15.0
MAX_PING_CHARS = 80
MAX_REPLY_TOKENS = 400
# Too many requests; a server that failed, restarts, or is full.
PASSING = {429, 500, 502, 503, 504, 529}


def choose(settings: Settings) -> str:
    """Name the answerer to use: the one that is set, else the first model of a local Ollama, else "quotes"."""
    return settings.llm or local_ollama() or QUOTES


def local_ollama(url: str = OLLAMA_URL) -> str | None:
    """Give "ollama:NAME" for the first model of an Ollama that answers at `url`, None when there is none."""
    try:
        models = httpx.get(f"{url}/api/tags", timeout=DETECT_TIMEOUT_S, trust_env=False).json()["models"]
        return f"ollama:{models[0]['name']}" if models else None
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return None


def load_model(name: str, settings: Settings) -> BaseChatModel:
    """Make the chat model that `name` ("provider:model" or "gguf:FILE") names. Nothing is sent yet.

    Raises:
        ModelError: the name has no provider, the provider or the file is unknown, or its package is not installed.
    """
    provider, _, model = name.partition(":")
    reporting: dict[str, bool] = {}
    if not model:
        raise ModelError(f"{name!r} is not the name of a language model: write provider:model, such as ollama:qwen3:4b, or {QUOTES}")
    if provider == "gguf":
        server, key = _serve_file(Path(model).expanduser().resolve(), settings.llm_context_tokens)
        name, provider = f"openai:{Path(model).stem}", "openai"
        settings = replace(settings, llm_url=f"{server.listening_address.rstrip('/')}/v1", llm_key=key)
        # It reports the tokens of a reply; some other servers refuse a request that asks for that.
        reporting = {"stream_usage": True}
    from langchain.chat_models import init_chat_model

    try:
        chat: BaseChatModel = init_chat_model(name, **_options(provider, settings) | reporting)
    except ImportError as error:
        raise ModelError(f"{name!r} needs a package that is not installed: {error}") from error
    except Exception as error:  # each provider checks its options with its own types
        raise ModelError(
            f"the language model {name!r} cannot be set up ({_first_line(error)}): write provider:model, such as ollama:qwen3:4b"
        ) from error
    return chat


def ping(name: str, settings: Settings, timeout_s: float = PING_TIMEOUT_S) -> str:
    """Ask a model for one word, to see whether it answers at all; give how its reply begins ("" when it is empty).

    Raises:
        ModelError: it cannot be set up or reached, fails, or takes longer than `timeout_s`.
    """
    model = load_model(name, replace(settings, llm_timeout_s=timeout_s))
    ends, reply = time.monotonic() + timeout_s, ""
    with plain_failures(name):
        for piece in model.stream(load_prompt("ping").render(word="ready")):
            reply += str(piece.text)
            if len(reply) > MAX_PING_CHARS:
                break
            if time.monotonic() > ends:
                raise TimeoutError
    return reply.strip()[:MAX_PING_CHARS]


@lru_cache(maxsize=1)
def _serve_file(file: Path, context_tokens: int) -> tuple[Any, str]:
    """Run a GGUF file in this process; give its server, which lasts as long as the process, and the key that it wants."""
    if not file.is_file():
        raise ModelError(f"there is no file {file}: RAG_LLM=gguf:FILE takes the path of a model file in GGUF format")
    if importlib.util.find_spec("xllamacpp") is None:
        raise ModelError(f"{file.name} needs a package that is not installed: run `pip install xllamacpp`")
    import xllamacpp

    options = xllamacpp.CommonParams()
    # A key of its own, so that no page in the user's browser can use the server.
    key = secrets.token_urlsafe()
    options.model.path, options.n_ctx, options.n_parallel = str(file), context_tokens, 1
    options.port, options.api_keys, options.ui, options.verbosity = 0, [key], False, -1
    for threads in (options.cpuparams, options.cpuparams_batch):
        # Beside another busy process, as many threads as cores are 20 times slower than one fewer.
        threads.n_threads = max(1, (os.cpu_count() or 2) - 1)
    try:
        return xllamacpp.Server(options), key
    except Exception as error:  # what it raises for a broken file is not documented
        raise ModelError(f"{file} cannot be run ({_first_line(error)}): give a model file in GGUF format") from error


def _options(provider: str, settings: Settings) -> dict[str, Any]:
    if provider == "ollama":
        return {
            "base_url": settings.llm_url or OLLAMA_URL,
            "temperature": 0,
            "num_predict": MAX_REPLY_TOKENS,
            "client_kwargs": {"timeout": settings.llm_timeout_s},
        }
    options: dict[str, Any] = {
        "temperature": 0,
        "max_tokens": MAX_REPLY_TOKENS,
        "timeout": settings.llm_timeout_s,
        # A client that tries again would take a multiple of the time-out before quotations answer.
        "max_retries": 0,
    }
    if settings.llm_url:
        options |= {"base_url": settings.llm_url}
    if settings.llm_key or settings.llm_url:
        # Servers on one's own machine want no key, but the client wants one to send.
        options |= {"api_key": settings.llm_key or "none"}
    return options


@contextmanager
def plain_failures(name: str) -> Iterator[None]:
    """Turn whatever a provider's client raises into a ModelError that says what to do."""
    try:
        yield
    except ModelError:
        raise
    except Exception as error:  # every provider has its own exception types
        passing = getattr(error, "status_code", None) in PASSING
        raise (OverloadedError if passing else ModelError)(f"{name}: {_in_words(error)}") from error


def _in_words(error: Exception) -> str:
    kinds = " ".join(kind.__name__ for kind in type(error).__mro__)
    status = getattr(error, "status_code", None)
    if "Timeout" in kinds or "timed out" in str(error).casefold():
        return "no reply in time; set RAG_LLM_TIMEOUT to more seconds, or name a smaller model"
    if status in {401, 403} or "Authentication" in kinds:
        return "the key was refused; set RAG_LLM_KEY, or the provider's own variable, to a valid key"
    if status == 404:
        return f"the server does not know this model ({_first_line(error)})"
    if "Connect" in kinds:
        return "no server answers; start it, or correct RAG_LLM_URL"
    return f"the model failed ({type(error).__name__}: {_first_line(error)})"


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:300]
