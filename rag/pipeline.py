"""The whole flow, in order. Every other file does one of these steps; this is the only one that calls them all.

file → load → clean → split → store, embed → index            (Library)
question → rewrite → scope → search → read → answer → check → Answer   (ask)
articles → summarize → check → Summary,  topic → Timeline
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from rag.answer import Answerer, ModelAnswerer, QuotesAnswerer, make_answerer
from rag.cite import Gate
from rag.embed import Encoder, load_encoder
from rag.errors import EncoderError, InputError, ModelError
from rag.llm import QUOTES, choose
from rag.outcome import compose
from rag.read import read
from rag.records import NO_FILTERS, Answer, ArticleInfo, Claim, Filters, Hit, Query, Reading, Scope, Sought, Summary, Timeline
from rag.rewrite import rewrite
from rag.scope import scope_of, tell_scope
from rag.search import search
from rag.settings import Settings
from rag.store import Store
from rag.summarize import Length, summarize
from rag.timeline import build_timeline
from rag.words import content_words

if TYPE_CHECKING:
    from rag.index import Index
    from rag.library import Library
    from rag.reader.model import Reader

MAX_QUESTION_CHARS = 2000
PASSAGES_READ = 8
TOPIC_PASSAGES = 30
# A topic covers the articles of passages that score at least this share of the best one.
TOPIC_SHARE = 0.6
# Said, with the model's name, when none of its claims passed the check.
NOTHING_HELD = "nothing that {} wrote passed the check"
INSTEAD = "quotations answer instead"

History = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Found:
    """What search and reading gave for a query, and how long each took (ms).

    `scope` is the limits that the question set itself, None when it set none; `beyond` tells that nothing within them
    answers, and this was found without them.
    """

    query: Query
    hits: tuple[Hit, ...]
    reading: Reading
    timings_ms: dict[str, float]
    scope: Scope | None = None
    beyond: bool = False


class Pipeline:
    """Everything that the interface, the command line and the evaluation call. Parts are opened when first needed."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is opened yet."""
        self.settings = settings
        self._answerers: dict[str, Answerer] = {}

    @cached_property
    def store(self) -> Store:
        """The system of record."""
        return Store(self.settings.home / "clippings.db")

    @cached_property
    def encoder(self) -> Encoder:
        """What turns text into vectors."""
        return load_encoder(self.settings.embedding_model, self.settings.home)

    @cached_property
    def index(self) -> Index:
        """The passage vectors."""
        from rag.index import Index
        from rag.library import stamp_of

        return Index(self.settings.home / "chroma", self.settings.chroma_url, stamp_of(self.encoder))

    @cached_property
    def library(self) -> Library:
        """What adds, changes and removes articles."""
        from rag.library import Library

        return Library(self.settings.home, self.store, self.index, self.encoder)

    @cached_property
    def reader(self) -> Reader | None:
        """The trained reader; None, with a warning in the log, when its weights cannot be used."""
        from rag.reader.model import Reader

        try:
            return Reader()
        except EncoderError as error:
            logging.getLogger(__name__).warning("%s; ranking goes on without the reader", error)
            return None

    @property
    def today(self) -> date:
        """The day from which "last week" and the age of evidence are seen."""
        return self.settings.today or date.today()

    @cached_property
    def answerer_name(self) -> str:
        """The answerer at work when a question names none: "quotes" or a language model."""
        return choose(self.settings)

    def ask(self, question: str, filters: Filters = NO_FILTERS, history: History = (), llm: str | None = None) -> Answer:
        """Answer a question. `history` holds the (question, answer) pairs before it; `llm` overrides the answerer.

        Raises:
            InputError: the question is empty or longer than MAX_QUESTION_CHARS, or an article of the filters is unknown.
            IndexMismatchError: the index was built with another encoder.
        """
        *_, last = self.stream(question, filters, history, llm)
        return last

    def stream(self, question: str, filters: Filters = NO_FILTERS, history: History = (), llm: str | None = None) -> Iterator[Answer]:
        """Answer a question as `ask` does, giving the answer so far each time another claim has passed the check."""
        yield from self.answer(self.find(question, filters, history), llm)

    def answer(self, found: Found, llm: str | None = None) -> Iterator[Answer]:
        """Answer from what was found, giving the answer so far as `stream` does."""
        begun = time.perf_counter()
        finding = sum(found.timings_ms.values())
        for answer in self._answers(found, llm or self.answerer_name):
            articles = self.store.copies.count(each.article.origin or each.article.id for each in answer.citations)
            timings = found.timings_ms | answer.timings_ms | {"total": finding + _ms(begun, time.perf_counter())}
            yield replace(tell_scope(answer, found.scope, beyond=found.beyond), articles=articles, timings_ms=timings)

    def find(self, question: str, filters: Filters = NO_FILTERS, history: History = ()) -> Found:
        """Search and read for a question, without answering it; raises what `ask` raises."""
        begun = time.perf_counter()
        query = rewrite(_usable(question), history)
        self._check_known(filters.article_ids)
        scope = scope_of(query.text, self.today, self.store.outlet)
        sought = self.sought(query)
        timings = {"search": _ms(begun, time.perf_counter()), "read": 0.0}
        if not scope:
            return self._found(sought, filters, timings)
        since = max(filter(None, (filters.since, scope.since)), default=None)
        within = self._found(sought, replace(filters, since=since, outlet=filters.outlet or scope.outlet), timings)
        if within.reading.answerable:
            return replace(within, scope=scope)
        return replace(self._found(sought, filters, within.timings_ms), scope=scope, beyond=True)

    def sought(self, query: Query) -> Sought:
        """Work out what a query is searched by, once for all its searches.

        Raises:
            IndexMismatchError: the index was built with another encoder.
        """
        self.library.refresh()
        self.library.check_stamp()
        words = self.store.words.document_frequency(content_words(query.full))
        return Sought(query, words, self.encoder.encode([query.full])[0])

    def _found(self, sought: Sought, filters: Filters, before_ms: Mapping[str, float]) -> Found:
        """Search and read; what that takes is added to what the stages took before."""
        begun = time.perf_counter()
        hits = search(sought, self.store, self.index, filters, PASSAGES_READ)
        searched = time.perf_counter()
        reading = read(sought, hits, self.store, self.reader)
        stages = {"search": _ms(begun, searched), "read": _ms(searched, time.perf_counter())}
        return Found(sought.query, tuple(hits), reading, {name: before_ms[name] + spent for name, spent in stages.items()})

    def _answers(self, found: Found, name: str) -> Iterator[Answer]:
        """Let the answerer write and check each statement; where a model fails or nothing holds, quotations answer."""
        query, reading = found.query, found.reading
        if not reading.answerable:
            nothing = compose(query, reading, (), Gate(()), answerer=name, prompt_id=None)
            yield replace(nothing, problems=self._why_nothing(), timings_ms={"answer": 0.0, "cite": 0.0})
            return
        try:
            answer: Answer | None = None
            for answer in self._written(query, reading, self._answerer(name)):
                yield answer
            if name == QUOTES or answer is None or answer.citations or not answer.problems:
                return
            failure = f"{NOTHING_HELD.format(name)}; {INSTEAD}"
        except ModelError as error:
            failure = f"{error}; {INSTEAD}"
        raw = answer.raw_reply if answer else None
        before = answer.problems if answer else ()
        for quoted in self._written(query, reading, QuotesAnswerer()):
            yield replace(quoted, problems=(failure, *before), raw_reply=raw)

    def _written(self, query: Query, reading: Reading, answerer: Answerer) -> Iterator[Answer]:
        """Give the answer so far after each statement, and at least once."""
        gate = Gate(reading.evidence, reader=self.reader)
        claims: list[Claim] = []
        raw: list[str] = []
        problems: list[str] = []
        checking = 0.0
        begun = time.perf_counter()

        def so_far() -> Answer:
            answer = compose(query, reading, claims, gate, answerer=answerer.name, prompt_id=answerer.prompt_id)
            spent = _ms(begun, time.perf_counter())
            return replace(
                answer,
                problems=(*answer.problems, *problems),
                raw_reply="\n".join(raw) or None,
                timings_ms={"answer": spent - 1000 * checking, "cite": 1000 * checking},
            )

        for statement in answerer.statements(query.full, reading.evidence):
            start = time.perf_counter()
            claims.append(gate.check(statement))
            checking += time.perf_counter() - start
            problems += statement.problems
            raw += [statement.raw] if statement.raw else []
            yield so_far()
        if not claims:
            yield so_far()

    def _answerer(self, name: str) -> Answerer:
        if name not in self._answerers:
            self._answerers[name] = make_answerer(name, self.settings)
        return self._answerers[name]

    def _why_nothing(self) -> tuple[str, ...]:
        if self.store.words.passage_count() == self.index.count() > 0:
            return ()
        stored = self.store.all_passage_ids()
        if not stored:
            return ("there are no articles yet: run `python -m rag sync FOLDER`, or upload some",)
        if missing := max(0, len(stored) - self.index.count()):
            return (f"{missing} of {len(stored)} passages have no vector, so not everything was searched: run `python -m rag rebuild`",)
        return ()

    def summarize(
        self,
        article_ids: Sequence[str] = (),
        topic: str | None = None,
        filters: Filters = NO_FILTERS,
        length: Length = "medium",
        llm: str | None = None,
    ) -> Iterator[tuple[int, int, Summary | None]]:
        """Summarize articles, or what there is on a topic; give (read, in all, None) as it goes, and the summary at last.

        Raises:
            InputError: an id is unknown, or no article matches.
        """
        articles = self._chosen(article_ids, self.sought(Query(_usable(topic))) if topic else None, filters)
        if not articles:
            raise InputError("no article matches: widen the dates, or try another topic")
        name = llm or self.answerer_name
        problems: tuple[str, ...] = ()
        writer: ModelAnswerer | None = None
        try:
            answerer = self._answerer(name)
            writer = answerer if isinstance(answerer, ModelAnswerer) else None
        except ModelError as error:
            problems = (f"{error}; the sentences are the articles' own",)
        for done, summary in summarize(articles, length, self.store, writer):
            yield done, len(articles), summary and replace(summary, problems=(*problems, *summary.problems))

    def _check_known(self, article_ids: Sequence[str]) -> None:
        for article_id in article_ids:
            self.store.article(article_id)

    def _chosen(self, article_ids: Sequence[str], topic: Sought | None, filters: Filters) -> list[ArticleInfo]:
        self._check_known(article_ids)
        wanted = replace(filters, article_ids=(*filters.article_ids, *article_ids))
        if not topic:
            return self.store.select(wanted)
        hits = search(topic, self.store, self.index, wanted, TOPIC_PASSAGES)
        found = self.store.infos(hit.article_id for hit in hits if hit.score >= TOPIC_SHARE * hits[0].score)
        return sorted(found.values(), key=lambda article: (article.published or "", article.id))

    def timeline(self, topic: str, filters: Filters = NO_FILTERS) -> Timeline:
        """Date what the articles tell about a topic.

        Raises:
            InputError: the topic is empty or too long.
        """
        sought = self.sought(Query(_usable(topic)))
        articles = self._chosen((), sought, filters)
        about = replace(filters, article_ids=tuple(each.id for each in articles))
        hits = search(sought, self.store, self.index, about, TOPIC_PASSAGES)
        return build_timeline(read(sought, hits, self.store, None, limit=60).evidence)

    def close(self) -> None:
        """Let go of the home's files."""
        for part in ("index", "store"):
            if part in self.__dict__:
                getattr(self, part).close()


def _usable(question: str) -> str:
    text = " ".join(question.split())
    if not text:
        raise InputError("the question is empty: type what you want to know")
    if len(text) > MAX_QUESTION_CHARS:
        raise InputError(f"the question has {len(text)} characters, more than {MAX_QUESTION_CHARS}: ask for one thing at a time")
    return text


def _ms(start: float, end: float) -> float:
    return 1000 * (end - start)
