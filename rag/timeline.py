"""Articles in, dated events out: what their sentences tell, by the date it happened and not by the date it was published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.choose import about, leans, worth_of
from rag.cite import MAX_CITATIONS, cite
from rag.cluster import Cluster, clusters
from rag.progress import Stop, never
from rag.records import ArticleInfo, Citation, Event, Precision, Sentence, Timeline, Vectors
from rag.store import Store
from rag.when import dates_of, find_when
from rag.words import stems

# Likeness (cosine of vectors plus cosine of words) from which two sentences of one date tell of one event.
SAME_EVENT = 0.7
# The articles are about the topic already, so their sentences need less of its nearness than in a summary.
NEAR_ENOUGH = 0.2
# A big topic keeps the events that most origins tell.
MAX_EVENTS = 60
# "Two days earlier" is counted from a date as many sentences back.
ANCHOR_SENTENCES = 3
# Two dates are given for one thing when the sentences share this much of their other words, and lie so many days apart at most.
SAME_WORDS = 0.6
MAX_DAYS_APART = 31
# Any day will do to see which words of a sentence are a date.
ANY_DAY = "2024-01-01"


@dataclass(frozen=True, slots=True)
class Dated:
    """A sentence and when that happened which it tells (`day` is ISO, cut to its precision)."""

    sentence: Sentence
    day: str
    precision: Precision


def date_articles(
    articles: Sequence[ArticleInfo], store: Store, topic: str | None, *, near: Vectors | None = None, stop: Stop = never
) -> Iterator[tuple[int, Timeline | None]]:
    """Date what articles tell; give (articles read, None) after each, and at last (articles read, the timeline).

    `near` is the topic as a (dim,) unit vector. Once `stop` says so, what was read by then is made the timeline.
    """
    told: list[Dated] = []
    read = 0
    for read, article in enumerate(articles, 1):
        told += dated(store.whole(article.id))
        yield read, None
        if stop():
            break
    yield read, replace(build_timeline(told, topic, near), articles=len(articles), read=read)


@dataclass(frozen=True, slots=True)
class _Happening:
    """A cluster of sentences that date one event alike."""

    day: str
    precision: Precision
    cluster: Cluster


def dated(sentences: Sequence[Sentence]) -> Iterator[Dated]:
    """Give those of an article's sentences, in order, that say when; "two days earlier" is counted from the day before it."""
    anchor, place = None, -ANCHOR_SENTENCES - 1
    for sentence in sentences:
        known = anchor if sentence.ordinal - place <= ANCHOR_SENTENCES else None
        dates = dates_of(sentence.span.text, sentence.article.published, known)
        yield from (Dated(sentence, when.date, when.precision) for when in dates)
        if dates and dates[0].precision == "day":
            anchor, place = dates[0].date, sentence.ordinal


def build_timeline(told: Sequence[Dated], topic: str | None = None, near: Vectors | None = None, limit: int = MAX_EVENTS) -> Timeline:
    """Make events of dated sentences; the same event in several articles becomes one, and the most reported are kept.

    `near` is the topic as a (dim,) unit vector: sentences that are not about it are left out.
    """
    sentences = [item.sentence for item in told]
    wanted = {sentence.key for sentence in (about(sentences, near, NEAR_ENOUGH) if near is not None else sentences)}
    told = [item for item in told if item.sentence.key in wanted]
    found = _happenings(told, near)
    kept = sorted(found, key=lambda each: (-each.cluster.origins, -each.cluster.worth))[:limit]
    events: list[Event] = []
    citations: dict[tuple[str, int], Citation] = {}
    for each in sorted(kept, key=lambda happening: (happening.day, -happening.cluster.origins)):
        cited = each.cluster.sentences[:MAX_CITATIONS]
        for sentence in cited:
            citations.setdefault(sentence.key, cite(len(citations) + 1, sentence))
        numbers = tuple(citations[sentence.key].number for sentence in cited)
        published = min((sentence.article.published for sentence in cited if sentence.article.published), default=None)
        text = cited[0].span.text
        events.append(Event(each.day, each.precision, text, numbers, published, each.cluster.origins, _other_dates(each, found)))
    return Timeline(tuple(events), tuple(citations.values()), topic, len(found) - len(kept))


def _happenings(told: Sequence[Dated], near: Vectors | None) -> list[_Happening]:
    """Join the sentences of one date that tell the same. What only leans on the sentence before it tells no event of its own."""
    by_date: dict[tuple[str, Precision], list[Sentence]] = defaultdict(list)
    for item in told:
        by_date[item.day, item.precision].append(item.sentence)
    return [
        _Happening(day, precision, cluster)
        for (day, precision), sentences in by_date.items()
        for cluster in clusters(sentences, worth_of(sentences, near), SAME_EVENT)
        if not leans(cluster.sentences[0].span.text)
    ]


def _other_dates(happening: _Happening, all_of_them: Sequence[_Happening]) -> tuple[str, ...]:
    """List the days that other origins give for what is told in much the same words."""
    if happening.precision != "day":
        return ()
    mine = happening.cluster.sentences[0]
    others = [
        other.day
        for other in all_of_them
        if other.precision == "day"
        and 0 < _days_apart(other.day, happening.day) <= MAX_DAYS_APART
        and other.cluster.sentences[0].origin != mine.origin
        and _same_but_for_the_date(mine, other.cluster.sentences[0])
    ]
    return tuple(sorted(set(others)))


def _days_apart(first: str, second: str) -> int:
    return abs((date.fromisoformat(first) - date.fromisoformat(second)).days)


def _same_but_for_the_date(first: Sentence, second: Sentence) -> bool:
    mine, theirs = (_undated(sentence.span.text) for sentence in (first, second))
    return len(mine & theirs) >= SAME_WORDS * len(mine | theirs)


def _undated(text: str) -> set[str]:
    """Give the stems of what a sentence says beside its dates."""
    for when in reversed(find_when(text, ANY_DAY, ANY_DAY)):
        text = text[: when.start] + text[when.end :]
    return stems(text)
