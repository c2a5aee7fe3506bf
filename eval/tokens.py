"""What a question costs in tokens, counted by LangChain's callbacks, whoever asks the model and however often.

A model that reports its usage is believed. Where it does not, or was stopped before it could, the encoder's tokenizer counts
(rag/embed.py), which differs from the model's own by some percent.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage
from langchain_core.tracers.context import register_configure_hook

from rag.embed import count_tokens

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage, UsageMetadata
    from langchain_core.outputs import LLMResult


@dataclass(slots=True)
class _Call:
    """A request: what was sent, what has come back, and what the model says that both are."""

    prompt: str
    reply: str = ""
    usage: UsageMetadata | None = None


class Meter(BaseCallbackHandler):
    """Counts the requests of one question."""

    # An error here is a fault of this file, and not to be passed over.
    raise_error = True

    def __init__(self) -> None:
        """Begin with nothing spent."""
        self._calls: dict[UUID, _Call] = {}

    def on_chat_model_start(self, serialized: dict[str, Any], messages: list[list[BaseMessage]], *, run_id: UUID, **_: Any) -> None:
        """Note what is sent."""
        self._calls[run_id] = _Call("\n".join(message.text for each in messages for message in each))

    def on_llm_new_token(self, token: str | list[Any], *, run_id: UUID, **_: Any) -> None:
        """Note a piece of the reply."""
        self._calls[run_id].reply += token if isinstance(token, str) else AIMessage(token).text

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **_: Any) -> None:
        """Note what the model says it was."""
        message = getattr(response.generations[0][0], "message", None)
        self._calls[run_id].usage = getattr(message, "usage_metadata", None)

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **_: Any) -> None:
        """Forget a request that was refused: nothing came back, and nothing is paid."""
        if not self._calls[run_id].reply:
            del self._calls[run_id]

    def spent(self) -> dict[str, int]:
        """Give "input_tokens" and "output_tokens", of all requests."""
        calls = self._calls.values()
        return {"input_tokens": sum(map(_sent, calls)), "output_tokens": sum(map(_received, calls))}


def _sent(call: _Call) -> int:
    return call.usage["input_tokens"] if call.usage else count_tokens([call.prompt])[0]


def _received(call: _Call) -> int:
    return call.usage["output_tokens"] if call.usage else count_tokens([call.reply])[0]


_METER: ContextVar[Meter | None] = ContextVar("meter", default=None)
register_configure_hook(_METER, inheritable=True)


@contextmanager
def metered() -> Iterator[Meter]:
    """Count what every LangChain model is sent and replies within this block, in this thread."""
    meter = Meter()
    token = _METER.set(meter)
    try:
        yield meter
    finally:
        _METER.reset(token)
