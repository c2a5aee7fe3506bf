"""Two answerers behind one protocol: quotations of the best sentences, or a language model over those sentences.

Both give Statements, one at a time; nothing they write is shown before `cite.Gate` has checked it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from rag.cite import parse
from rag.disagree import OTHER_VALUE, bears_out, share_needed
from rag.errors import ModelError, OverloadedError
from rag.llm import MAX_REPLY_TOKENS, QUOTES, load_model, plain_failures
from rag.prompts import REFUSAL, Prompt, load_prompt
from rag.records import Evidence, Query, Sentence, Statement
from rag.said import adds_a_side, asked_of
from rag.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

MAX_QUOTES = 3
# A further sentence is quoted when it is very likely to answer too (chances are those of a first one: of second sentences with 0.5 to 0.6
# one in ten answers), gives the answer of one before it where a number, a day or a place is asked for, and is no repeat; one that gives
# another value, or in which another speaker takes a side that was asked for, already when it is less likely (disagree.py).
ALSO_ANSWERS = 0.7
SAME_CONTENT_COSINE = 0.9
MAX_STATEMENTS = 12
# How long to wait before an overloaded server is asked again, and again.
BACK_OFF_S = (0.5, 1.5)
MAX_REPLY_CHARS = 6000
# A sentence ends at a full stop with the marks behind it, or at the end of a line, once something else has begun.
_SENTENCE_END = re.compile(
    r"(?<!\b[A-Za-z])(?<!\b(?:Mr|Ms|Dr|Jr|Sr|St|Lt|No|vs))(?<!\b(?:Mrs|Gen|Sen|Rep|Adm|Col|Gov|Maj|Sgt|Inc|Ltd|Jan|Feb|Aug|Sep|Oct|Nov|Dec))(?<!\b(?:Sept|Capt|Prof))(?<!\A\d)(?<!\n\d)[.!?][”\"')]*(?:\s*[\[【［]+[\d\s,;–-]+[\]】］]+)*[.!?]?(?=\s+[^\s\[【［])"
    r"|\n+(?=[^\s\[【［])"
)
# What stands before a sentence and is no part of it: a list's mark, "The answer is:", "The answer to the question is".
_OPENING = re.compile(
    r"^(?:(?:\d[.)]|[-*•–])\s+|(?:the\s+)?(?:short\s+|first\s+)?(?:answer|sentence|summary|briefing|question)(?:\s+is)?\s*:\s*"
    r"|(?:the\s+)?answer(?:\s+to\s+(?:the|this|that|your)\s+question)?\s+is\s*:?\s+(?:that\s+)?)+",
    re.IGNORECASE,
)
# A quotation of several sentences opens in one and ends in another.
_LONE_MARKS = (re.compile(r"^[^\"]*\"[^\"]*$"), re.compile(r"^[^“”]*[“”][^“”]*$"))


# What a reasoning model thinks aloud is no part of its answer.
THINKING = re.compile(r"<think>.*?</think>", re.DOTALL)


class Answerer(Protocol):
    """Writes statements for a question over the evidence it is given."""

    @property
    def name(self) -> str:
        """What the user is shown."""
        ...

    @property
    def prompt_id(self) -> str | None:
        """The prompt it uses, None when it uses none."""
        ...

    def statements(self, query: Query, evidence: Sequence[Evidence]) -> Iterator[Statement]:
        """Give statements one at a time, each with marks into `evidence`; none when the evidence does not answer."""
        ...


class QuotesAnswerer:
    """Quotes the best one to three sentences as they stand. It cannot invent, and asks nobody."""

    name = QUOTES
    prompt_id = None

    def statements(self, query: Query, evidence: Sequence[Evidence]) -> Iterator[Statement]:
        """Give the best sentence, and up to two more that very likely answer too and say something else."""
        chosen: list[Evidence] = []
        asked = asked_of(query.own)
        for place, item in enumerate(evidence):
            fresh = not any(_repeats(item.sentence, other.sentence) for other in chosen)
            needed = share_needed(query, item, chosen)
            if needed is None and asked is not None and adds_a_side(asked, item, chosen):
                needed = OTHER_VALUE
            another = needed is not None and item.score > needed * chosen[0].score
            if not chosen or another or (fresh and item.score > ALSO_ANSWERS and bears_out(query, item, chosen)):
                chosen.append(item)
                yield Statement(item.sentence.span.text, (place,))
            if len(chosen) == MAX_QUOTES:
                return


def _repeats(sentence: Sentence, other: Sentence) -> bool:
    """Tell whether two sentences say the same; the vector of one depends on its passage, too."""
    return sentence.span.text == other.span.text or float(sentence.vector @ other.vector) >= SAME_CONTENT_COSINE


class ModelAnswerer:
    """Asks a language model, through a LangChain runnable, to answer from the numbered evidence."""

    def __init__(self, name: str, settings: Settings, model: BaseChatModel | None = None) -> None:
        """Set up the model that `name` names, or take `model`; raises ModelError when that cannot be done."""
        self.name = name
        self._model = model or load_model(name, settings)
        self._timeout_s = settings.llm_timeout_s
        self._prompt_tokens = settings.llm_context_tokens - MAX_REPLY_TOKENS
        self._prompt = load_prompt("answer")
        self.prompt_id: str | None = self._prompt.id

    def statements(self, query: Query, evidence: Sequence[Evidence]) -> Iterator[Statement]:
        """Give the model's answer as `write` does."""
        yield from self.write(self._prompt, evidence, question=query.full)

    def write(self, prompt: Prompt, evidence: Sequence[Evidence], **values: str) -> Iterator[Statement]:
        """Let the model write over the evidence; give its sentences as they are completed, without repeats.

        Raises:
            ModelError: the model cannot be reached, fails, writes no sentence, or takes longer than the time-out.
        """
        from rag.chain import build_chain

        chain = build_chain(evidence, prompt, self._model, self._prompt_tokens)
        heard: list[str] = []

        def listen(pieces: Iterable[str]) -> Iterator[str]:
            for piece in pieces:
                heard.append(piece)
                yield piece

        written = False
        for statement in read_reply(listen(in_time(lambda: chain.stream(values), self.name, self._timeout_s)), len(evidence)):
            written = True
            yield statement
        reply = " ".join("".join(heard).split())
        if not written and REFUSAL.casefold() not in reply.casefold():
            # Silence is not the refusal that the prompt asks for: something is wrong with the model or its server.
            raise ModelError(f"{self.name}: the reply holds no sentence ({reply[:80] or 'it is empty'})")


def make_answerer(name: str, settings: Settings) -> Answerer:
    """Make the answerer that `name` names: "quotes" or a language model.

    Raises:
        ModelError: there is no such model, or its package is missing.
    """
    return QuotesAnswerer() if name == QUOTES else ModelAnswerer(name, settings)


def in_time(ask: Callable[[], Iterable[str]], name: str, timeout_s: float) -> Iterator[str]:
    """Ask, and pass the reply on in pieces; a server that is overloaded is asked again while nothing of a reply has come.

    Raises:
        ModelError: any failure, or the reply takes longer than `timeout_s` in all.
    """
    limit = time.monotonic() + timeout_s
    for wait_s in (*BACK_OFF_S, 0.0):
        begun = False
        try:
            with plain_failures(name):
                for piece in ask():
                    begun = True
                    if time.monotonic() > limit:
                        raise ModelError(
                            f"{name}: no complete reply in {timeout_s:.0f} s; set RAG_LLM_TIMEOUT to more, or name a smaller model"
                        )
                    yield piece
            return
        except OverloadedError:
            if begun or not wait_s or time.monotonic() + wait_s > limit:
                raise
            time.sleep(wait_s)


def short_reply(ask: Callable[[], Iterable[str]], name: str, timeout_s: float, *, max_chars: int) -> str:
    """Ask for a reply of a line or so; give it without what the model thinks aloud. One that grows longer than `max_chars` is cut off.

    Raises:
        ModelError: as for `in_time`.
    """
    reply = ""
    for piece in in_time(ask, name, timeout_s):
        reply += piece
        if len(THINKING.sub("", reply)) > max_chars and "<think>" not in reply:
            break
    return THINKING.sub("", reply).strip()


def read_reply(pieces: Iterable[str], count: int) -> Iterator[Statement]:
    """Cut a reply into sentences as it arrives; parse their marks over `count` sentences of evidence; drop repeats.

    Stops at the refusal, after MAX_STATEMENTS sentences, or after MAX_REPLY_CHARS characters.
    """
    seen: set[str] = set()
    for sentence in _sentences(pieces):
        if REFUSAL.casefold() in sentence.casefold():
            return
        statement = parse(sentence, count)
        statement = replace(statement, text=_without_lone_mark(_OPENING.sub("", statement.text)))
        if any(char.isalnum() for char in statement.text) and statement.text.casefold() not in seen:
            seen.add(statement.text.casefold())
            yield statement
        if len(seen) == MAX_STATEMENTS:
            return


def _without_lone_mark(text: str) -> str:
    for pattern in _LONE_MARKS:
        if pattern.match(text):
            text = re.sub(r"[\"“”]", "", text)
    return text


def _sentences(pieces: Iterable[str]) -> Iterator[str]:
    waiting, length = "", 0
    for piece in pieces:
        waiting, length = THINKING.sub("", waiting + piece), length + len(piece)
        if length > MAX_REPLY_CHARS:
            return
        if "<think>" in waiting:
            continue
        while end := _SENTENCE_END.search(waiting):
            sentence, waiting = waiting[: end.end()], waiting[end.end() :]
            yield sentence.strip()
    yield waiting.partition("<think>")[0].strip()
