"""Articles about a topic in, a brief out: a headline, what there is to know with the latest first, who says what, and what is new."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from rag.answer import ModelAnswerer
from rag.choose import choose, leans, worth_of
from rag.cluster import Cluster
from rag.desk import Desk
from rag.errors import InputError
from rag.past_briefs import PastBrief
from rag.progress import Stop, never
from rag.prompts import load_prompt
from rag.records import ArticleInfo, Brief, Remark, Sentence, Vectors
from rag.speaker import speaker_of
from rag.store import Store
from rag.summarize import Gathered, best, citable, covering, in_time
from rag.words import content_words

if TYPE_CHECKING:
    from rag.reader.model import Reader

MAX_BULLETS = 7
MAX_CHANGES = 5
MAX_REMARKS = 6
# How much more somebody's own words are worth.
OWN_WORDS_WORTH = 0.2
# What stands between quotation marks and is longer than a name or a term is somebody's own words.
_OWN_WORDS = re.compile(r"[“\"][^“”\"]{20,}[”\"]")


@dataclass(frozen=True, slots=True)
class Since:
    """From when on something is new: the day (ISO), whether that is the day of the last brief, and the ids of the articles that are new."""

    day: str
    is_last_brief: bool
    new: frozenset[str]


def write_brief(
    topic: str,
    articles: Sequence[ArticleInfo],
    store: Store,
    answerer: ModelAnswerer | None,
    *,
    near: Vectors,
    since: Since | None = None,
    reader: Reader | None = None,
    stop: Stop = never,
) -> Iterator[tuple[int, Brief | None]]:
    """Write a brief on a topic, whose (dim,) unit vector is `near`; give what `summarize` gives, and stop as it does.

    The headline is what most origins tell in a first sentence, the bullets are what they tell next, with the latest development among
    them. A cluster is new when all who tell it are, and nothing that is old tells much the same.

    Raises:
        InputError: the articles hold no sentence.
    """
    gathered = Gathered()
    for read in gathered.take(articles, store, near, stop):
        yield read, None
    found = gathered.clusters(near)
    if not found:
        raise InputError(f"the articles on {topic!r} hold no sentence: try another topic")
    headline, bullets = headed(found)
    old = [sentence for sentence in gathered.pool if since and sentence.article.id not in since.new]
    changes = _latest_first(best(_new(found, since.new), MAX_CHANGES, told=old)) if since else []
    spoken = remarkable(gathered.pool, near, [cluster.sentences[0] for cluster in (headline, *bullets)])
    differing = gathered.conflicts()
    desk = Desk(chain(citable([headline, *bullets, *changes], differing), spoken), answerer, reader=reader, stop=stop)
    claims = []
    for cluster in (headline, *bullets):
        claims.append(desk.write(cluster, load_prompt("summary_topic")))
        yield gathered.read, None
    told_new = tuple(desk.quote(cluster) for cluster in changes)
    remarks = tuple(Remark(speaker_of(each.span.text) or "", each.span.text, desk.number(each)) for each in spoken)
    summary = covering(articles, claims[1:], desk, differing, read=gathered.read)
    day, is_last = (since.day, since.is_last_brief) if since else (None, False)
    yield gathered.read, Brief(topic, claims[0], summary, remarks, told_new, day, is_last)


def headed(found: Sequence[Cluster]) -> tuple[Cluster, list[Cluster]]:
    """Choose the headline and the bullets, the latest first. News puts what happened into the first sentence."""
    headline = best([cluster for cluster in found if cluster.sentences[0].ordinal == 0] or found, 1)[0]
    others = [cluster for cluster in found if cluster is not headline]
    if not others:
        return headline, []
    day = max(_published(cluster) for cluster in others)
    latest = best([cluster for cluster in others if _published(cluster) == day], 1, told=headline.sentences[:1])
    told = [cluster.sentences[0] for cluster in (headline, *latest)]
    return headline, _latest_first([*latest, *best(others, MAX_BULLETS - len(latest), told=told)])


def whats_new(articles: Sequence[ArticleInfo], since: date | None, last: PastBrief | None) -> Since | None:
    """Tell which articles are new: those published or updated from a day on, or else those that the last brief had not read.

    None when no day is given and there was no brief before.
    """
    if since:
        new = frozenset(each.id for each in articles if max(each.published or "", each.updated or "") >= since.isoformat())
        return Since(since.isoformat(), is_last_brief=False, new=new)
    return Since(last.made, is_last_brief=True, new=frozenset(each.id for each in articles) - last.articles) if last else None


def remarkable(pool: Sequence[Sentence], near: Vectors, taken: Sequence[Sentence]) -> list[Sentence]:
    """Choose sentences in which somebody who is named speaks, one of a speaker; what tells the same as one that is taken is left out."""
    spoken = [each for each in pool if not leans(each.span.text) and _is_named(speaker_of(each.span.text))]
    if not spoken:
        return []
    own_words = np.array([bool(_OWN_WORDS.search(each.span.text)) for each in spoken], dtype=np.float32)
    chosen: dict[frozenset[str], Sentence] = {}
    for sentence in choose(spoken, len(spoken), worth_of(spoken, near) + OWN_WORDS_WORTH * own_words, taken=taken):
        # "Jennifer Homendy" and "Homendy" are one.
        name = frozenset(content_words(speaker_of(sentence.span.text) or ""))
        if not any(name <= other or other <= name for other in chosen):
            chosen[name] = sentence
    return list(chosen.values())[:MAX_REMARKS]


def _published(cluster: Cluster) -> str:
    return cluster.sentences[0].article.published or ""


def _latest_first(groups: Sequence[Cluster]) -> list[Cluster]:
    return sorted(in_time(groups), key=_published, reverse=True)


def _new(found: Sequence[Cluster], new: Set[str]) -> list[Cluster]:
    return [cluster for cluster in found if all(sentence.article.id in new for sentence in cluster.sentences)]


def _is_named(speaker: str | None) -> bool:
    return speaker is not None and any(word[0].isupper() for word in speaker.split() if word not in {"The", "A", "An"})
