"""A follow-up question in, out what it asks when it stands alone, as a language model words it; checked before it is used.

The model may only put together what was said: a name, a number or a date that stands neither in the conversation nor in the
question sends the question back to the rules of rewrite.py, and so does anything that is not one short line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.answer import short_reply
from rag.errors import ModelError
from rag.llm import load_model
from rag.prompts import load_prompt
from rag.settings import Settings
from rag.support import brings_in

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

# A question that waits for its answer cannot wait long for its wording.
TIMEOUT_S = 8.0
MAX_CHARS = 300
TURNS_SHOWN = 4
ANSWER_CHARS_SHOWN = 400
_LABEL = re.compile(r"^(?:(?:the\s+)?(?:rewritten|last|standalone)?\s*question\s*:\s*)+", re.IGNORECASE)


class FollowUps:
    """Asks a language model to reword follow-up questions."""

    def __init__(self, name: str, settings: Settings, model: BaseChatModel | None = None) -> None:
        """Set up the model that `name` names, or take `model`; raises ModelError when that cannot be done."""
        self._name = name
        self._timeout_s = min(TIMEOUT_S, settings.llm_timeout_s)
        self._model = model or load_model(name, replace(settings, llm_timeout_s=self._timeout_s))
        self._prompt = load_prompt("rewrite")

    def reword(self, question: str, history: Sequence[tuple[str, str]]) -> str:
        """Give the question as it stands alone, from the (question, answer) pairs before it, oldest first.

        Raises:
            ModelError: the model fails, takes longer than TIMEOUT_S, or writes what cannot be used; says which.
        """
        from rag.chain import build_plain_chain

        chain = build_plain_chain(self._prompt, self._model)
        turns = "\n".join(f"Question: {asked}\nAnswer: {answer[:ANSWER_CHARS_SHOWN]}" for asked, answer in history[-TURNS_SHOWN:])
        given = {"conversation": turns, "question": question}
        reply = short_reply(lambda: chain.stream(given), self._name, self._timeout_s, max_chars=2 * MAX_CHARS)
        reworded = _LABEL.sub("", reply).strip('"“” ')
        if fault := fault_of(reworded, question, history):
            raise ModelError(f"{self._name} reworded the question, but {fault}")
        return reworded


def fault_of(reworded: str, question: str, history: Sequence[tuple[str, str]]) -> str | None:
    """Say why a rewording cannot be used; None when it can."""
    if not any(char.isalnum() for char in reworded):
        return "the reply is empty"
    if "\n" in reworded:
        return "the reply has more than one line"
    if len(reworded) > MAX_CHARS:
        return f"the reply is longer than {MAX_CHARS} characters"
    said = " ".join([question, *(text for turn in history for text in turn)])
    if new := brings_in(reworded, said):
        return f"{new} stands neither in the conversation nor in the question"
    return None
