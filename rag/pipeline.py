"""The whole flow, in order. Every other file does one of these steps; this is the only one that calls them all.

file → load → clean → split → store, embed → index            (Library)
question → rewrite → scope → search → read → answer → check → Answer   (ask)
articles → select → summarize → check → Summary;  topic → Brief, Timeline
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.answer import Answerer, ModelAnswerer, QuotesAnswerer
from rag.asked_time import news_of, with_times
from rag.brief import whats_new, write_brief
from rag.cite import Gate
from rag.disagree import otherwise
from rag.errors import InputError, ModelError, StorageError
from rag.follow_up import FollowUps
from rag.language import foreign_language
from rag.llm import QUOTES
from rag.outcome import compose
from rag.parts import Parts
from rag.progress import Stop, never
from rag.read import read
from rag.records import NO_FILTERS, Answer, ArticleInfo, Brief, Claim, Filters, Hit, Query, Reading, Scope, Sought, Summary, Timeline
from rag.rewrite import rewrite
from rag.scope import scope_of, tell_scope
from rag.search import BESIDE, search
from rag.selection import select
from rag.summarize import Length, summarize
from rag.timeline import date_articles
from rag.words import content_words

MAX_QUESTION_CHARS = 2000
PASSAGES_READ = 12
# Said, with the model's name, when none of its claims passed the check.
NOTHING_HELD = "nothing that {} wrote passed the check"
INSTEAD = "quotations answer instead"
FOREIGN = "the search and the reader know English only, so they may have missed what answers: ask in English if you can"

History = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Found:
    """What search and reading gave for a query, and how long each took (ms).

    `scope` is the limits that the question set itself, None when it set none; `beyond` tells that nothing within them answers, and this
    was found without them, as the library does not reach into the time asked for, or this has no date. `remarks` are what the user is
    told about the question.
    """

    query: Query
    hits: tuple[Hit, ...]
    reading: Reading
    timings_ms: dict[str, float]
    scope: Scope | None = None
    beyond: bool = False
    remarks: tuple[str, ...] = ()


class Pipeline(Parts):
    """Everything that the interface, the command line and the evaluation call."""

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
        yield from self.answer(self.find(question, filters, history, llm), llm)

    def answer(self, found: Found, llm: str | None = None) -> Iterator[Answer]:
        """Answer from what was found, giving the answer so far as `stream` does."""
        begun = time.perf_counter()
        finding = sum(found.timings_ms.values())
        for answer in self._answers(found, llm or self.answerer_name):
            articles = self.store.copies.count(each.article.origin_id for each in answer.citations)
            timings = found.timings_ms | answer.timings_ms | {"total": finding + _ms(begun, time.perf_counter())}
            told = replace(answer, articles=articles, timings_ms=timings, problems=(*found.remarks, *answer.problems))
            yield tell_scope(told, found.scope, beyond=found.beyond)

    def find(
        self, question: str, filters: Filters = NO_FILTERS, history: History = (), llm: str | None = None, *, asked: date | None = None
    ) -> Found:
        """Search and read for a question, without answering it; raises what `ask` raises. It may be `asked` as on another day."""
        begun = time.perf_counter()
        query, remarks = self._rewritten(_usable(question), history, llm)
        if language := foreign_language(query.text):
            remarks = (*remarks, f"the question seems to be in {language}; {FOREIGN}")
        self.store.check_known(filters.article_ids)
        scope = scope_of(query.text, asked or self.today, self.store.outlet)
        sought = self.sought(with_times(query))
        timings = {"search": _ms(begun, time.perf_counter()), "read": 0.0}
        if not scope:
            found = self._found(sought, filters, timings)
            return replace(self._of_its_time(found, sought, filters), remarks=remarks)
        since = max(filter(None, (filters.since, scope.since)), default=None)
        within = self._found(sought, replace(filters, since=since, outlet=filters.outlet or scope.outlet), timings)
        if within.reading.answerable:
            return replace(within, scope=scope, remarks=remarks)
        beyond = self._found(sought, filters, within.timings_ms)
        if within.hits and since and _is_older(beyond.reading, since):
            # There is news of the time that is asked for: what is older tells of something else.
            return replace(within, timings_ms=beyond.timings_ms, scope=scope, remarks=remarks)
        return replace(beyond, scope=scope, beyond=True, remarks=remarks)

    def _rewritten(self, question: str, history: History, llm: str | None) -> tuple[Query, tuple[str, ...]]:
        """Make a follow-up searchable: by the model that is named, else and where that fails by rule; and say where it failed."""
        query = rewrite(question, history)
        if not query.context or (name := llm or self.answerer_name) == QUOTES:
            return query, ()
        try:
            return replace(query, reworded=FollowUps(name, self.settings).reword(question, history)), ()
        except ModelError as error:
            return query, (f"{error}; the question before it was searched for too",)

    def sought(self, query: Query) -> Sought:
        """Work out what a query is searched by, once for all its searches.

        Raises:
            IndexMismatchError: the index was built with another encoder.
        """
        self.library.refresh()
        self.library.check_stamp()
        vectors = BESIDE.submit(self.encoder.encode, [query.full])
        words = self.store.words.document_frequency(content_words(query.terms))
        return Sought(query, words, vectors.result()[0])

    def _found(self, sought: Sought, filters: Filters, before_ms: Mapping[str, float]) -> Found:
        """Search and read; what that takes is added to what the stages took before."""
        begun = time.perf_counter()
        hits = search(sought, self.store, self.index, filters, PASSAGES_READ)
        searched = time.perf_counter()
        reading = read(sought, hits, self.store, self.reader)
        stages = {"search": _ms(begun, searched), "read": _ms(searched, time.perf_counter())}
        return Found(sought.query, tuple(hits), reading, {name: before_ms[name] + spent for name, spent in stages.items()})

    def _of_its_time(self, found: Found, sought: Sought, filters: Filters) -> Found:
        """Search the news of the time that is asked about alone, where the best of what was found tells of another one."""
        days = news_of(sought.query.times)
        if days is None or any(item.timely for item in found.reading.evidence[:1]):
            return found
        since, until = max(days[0], filters.since or date.min), min(days[1], filters.until or date.max)
        news = self._found(sought, replace(filters, since=since, until=until), found.timings_ms)
        timely = news.reading.answerable and news.reading.evidence[0].timely
        return news if timely else replace(found, timings_ms=news.timings_ms)

    def _answers(self, found: Found, name: str) -> Iterator[Answer]:
        """Let the answerer write and check each statement; where a model fails or nothing holds, quotations answer."""
        query, reading = found.query, found.reading
        if not reading.answerable:
            nothing = compose(query, reading, (), Gate(()), answerer=name, prompt_id=None)
            yield replace(nothing, problems=(*nothing.problems, *self._why_nothing()), timings_ms={"answer": 0.0, "cite": 0.0})
            return
        try:
            answer: Answer | None = None
            for answer in self._written(query, reading, self.answerer(name)):
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
        gate = Gate(reading.evidence, reader=self.reader, question=query.full)
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

        for statement in answerer.statements(query, reading.evidence):
            start = time.perf_counter()
            claims.append(gate.check(statement))
            checking += time.perf_counter() - start
            problems += statement.problems
            raw += [statement.raw] if statement.raw else []
            yield so_far()
        # Whoever wrote, the value that another article gives in the stead of a cited one is quoted too.
        for place in otherwise(query, reading.evidence, gate.cited):
            claims.append(gate.quote(place))
            yield so_far()
        if not claims:
            yield so_far()

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
        *,
        stop: Stop = never,
    ) -> Iterator[tuple[int, int, Summary | None]]:
        """Summarize articles, or what there is on a topic; give (read, in all, None) as it goes, and the summary at last.

        Once `stop` says so, that is a summary of what was read by then.

        Raises:
            InputError: an id is unknown, or no article matches.
        """
        sought = self.sought(Query(_usable(topic))) if topic else None
        articles = self._articles(filters, article_ids, sought)
        writer, problems = self._writer(llm)
        near = sought.vector if sought else None
        for done, summary in summarize(articles, length, self.store, writer, topic=near, reader=self.reader, stop=stop):
            yield done, len(articles), summary and replace(summary, problems=(*problems, *summary.problems))

    def brief(
        self, topic: str, since: date | None = None, filters: Filters = NO_FILTERS, llm: str | None = None, *, stop: Stop = never
    ) -> Iterator[tuple[int, int, Brief | None]]:
        """Write a brief on a topic, as `summarize` gives a summary. What is new is so since a day, or else since the last brief on it.

        Raises:
            InputError: the topic is empty or too long, or no article matches.
        """
        sought = self.sought(Query(_usable(topic)))
        articles = self._articles(filters, (), sought)
        writer, problems = self._writer(llm)
        new = whats_new(articles, since, self.store.briefs.last(topic))
        asked = sought.query.text
        steps = write_brief(asked, articles, self.store, writer, near=sought.vector, since=new, reader=self.reader, stop=stop)
        for done, brief in steps:
            if brief:
                problems += self._kept(topic, articles[:done])
                brief = replace(brief, summary=replace(brief.summary, problems=(*problems, *brief.summary.problems)))
            yield done, len(articles), brief

    def _kept(self, topic: str, articles: Sequence[ArticleInfo]) -> tuple[str, ...]:
        """Remember what a brief had read; give what went wrong with that."""
        try:
            self.store.briefs.keep(topic, self.today.isoformat(), [article.id for article in articles])
        except StorageError as error:
            return (f"the next brief cannot say what is new: {error}",)
        return ()

    def _writer(self, llm: str | None) -> tuple[ModelAnswerer | None, tuple[str, ...]]:
        """Give the model that writes summaries, None for the articles' own sentences; and why it cannot be used."""
        try:
            answerer = self.answerer(llm or self.answerer_name)
        except ModelError as error:
            return None, (f"{error}; the sentences are the articles' own",)
        return (answerer if isinstance(answerer, ModelAnswerer) else None), ()

    def _articles(self, filters: Filters, article_ids: Sequence[str], topic: Sought | None) -> list[ArticleInfo]:
        articles = select(self.store, self.index, filters, article_ids=article_ids, topic=topic)
        if not articles:
            raise InputError("no article matches: widen the dates, or try another topic")
        return articles

    def timeline(
        self, topic: str | None, filters: Filters = NO_FILTERS, *, stop: Stop = never
    ) -> Iterator[tuple[int, int, Timeline | None]]:
        """Date what the articles tell about a topic, or without one (None) whatever those of the filters tell, as `summarize` goes.

        Raises:
            InputError: the topic is empty or too long.
        """
        sought = None if topic is None else self.sought(Query(_usable(topic)))
        articles = select(self.store, self.index, filters, topic=sought)
        near = sought.vector if sought else None
        for done, timeline in date_articles(articles, self.store, topic, near=near, stop=stop):
            yield done, len(articles), timeline


def _usable(question: str) -> str:
    text = " ".join(question.split())
    if not text:
        raise InputError("the question is empty: type what you want to know")
    if len(text) > MAX_QUESTION_CHARS:
        raise InputError(f"the question has {len(text)} characters, more than {MAX_QUESTION_CHARS}: ask for one thing at a time")
    return text


def _is_older(reading: Reading, since: date) -> bool:
    """Tell whether what answers best was published before a day; what has no date may not have been."""
    published = reading.evidence[0].sentence.article.published if reading.evidence else None
    return bool(published and published < since.isoformat())


def _ms(start: float, end: float) -> float:
    return 1000 * (end - start)
