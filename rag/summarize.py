"""Articles in, a cited summary out: their own central sentences, or a language model's, checked like answers.

Map: each article gives its evidence sentences. Reduce: what tells the same is joined, what most independent origins tell comes first,
and each cluster becomes one sentence. A model only words what a cluster says; where it fails, the cluster's own sentence stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, Literal

import numpy as np

from rag.answer import ModelAnswerer
from rag.choose import about, choose, in_order, worth_of
from rag.cluster import Cluster, clusters
from rag.conflicts import KINDS, Conflict, conflicts, counts_of
from rag.desk import CLUSTER_SENTENCES, Desk, as_evidence
from rag.details import key_figures, people
from rag.progress import Stop, never
from rag.prompts import load_prompt
from rag.records import ArticleInfo, Claim, Evidence, Mention, Sentence, Summary, Vectors
from rag.store import Store

if TYPE_CHECKING:
    from rag.reader.model import Reader

Length = Literal["short", "medium", "long"]
# A summary of one article: the share of its sentences, and how many at least and at most.
ONE_ARTICLE: dict[Length, tuple[float, int, int]] = {"short": (0.0, 2, 2), "medium": (1 / 3, 5, 9), "long": (1 / 2, 9, 15)}
# Sentences in a summary of several.
SEVERAL_ARTICLES: dict[Length, int] = {"short": 3, "medium": 12, "long": 20}
# Evidence sentences: of one article at most and at least, and about as many of all together, which bounds the memory.
PER_ARTICLE = (12, 2)
POOL = 6000
# Sentences that count the dead or the missing are looked at for disagreements even where they are not central.
COUNTS_PER_ARTICLE = 6
MAX_DISAGREEMENTS = 5
# What twice as many origins add to the worth of a cluster, and what others add that tell of it without saying the same: later articles go
# back to what mattered.
ORIGIN_WEIGHT = 0.15
RETOLD_WEIGHT = 1.0


@dataclass(slots=True)
class Gathered:
    """The map step: the evidence sentences of the articles that were `read`, and those that count what articles may disagree on."""

    pool: list[Sentence] = field(default_factory=list)
    counts: list[Evidence] = field(default_factory=list)
    read: int = 0

    def take(self, articles: Sequence[ArticleInfo], store: Store, topic: Vectors | None, stop: Stop = never) -> Iterator[int]:
        """Read articles one by one until told to stop; give how many were read, after each.

        `topic` is a (dim,) unit vector to be near to.
        """
        most, least = PER_ARTICLE
        share = max(least, min(most, POOL // len(articles)))
        for self.read, article in enumerate(articles, 1):
            whole = store.whole(article.id)
            self.pool += choose(whole, share, worth_of(whole, topic)) if whole else []
            counting = (item for item in map(as_evidence, whole) if any(count.kind in KINDS for count in counts_of(item)))
            self.counts += list(counting)[:COUNTS_PER_ARTICLE]
            yield self.read
            if stop():
                return

    def clusters(self, topic: Vectors | None) -> list[Cluster]:
        """Join what the sentences about the topic tell alike."""
        pool = about(self.pool, topic) if topic is not None else self.pool
        return clusters(pool, worth_of(pool, topic)) if pool else []

    def conflicts(self) -> list[Conflict]:
        """Find what the articles count differently."""
        return conflicts(self.counts)[:MAX_DISAGREEMENTS]


def summarize(
    articles: Sequence[ArticleInfo],
    length: Length,
    store: Store,
    answerer: ModelAnswerer | None,
    *,
    topic: Vectors | None = None,
    reader: Reader | None = None,
    stop: Stop = never,
) -> Iterator[tuple[int, Summary | None]]:
    """Summarize articles; give (articles read, None) after each and after each sentence, and at last (all of them, the summary).

    With `answerer` None the sentences are the articles' own; they also stand in where a model fails or is not supported. `topic` is
    a (dim,) unit vector that the sentences should be near to; `reader` finds what says the same in other words. Once `stop` says so,
    what was read and written by then is made the summary; whoever stops listening gets none.
    """
    if len(articles) == 1:
        yield 1, None
        yield 1, _of_one(articles[0], length, store, answerer, topic=topic, stop=stop)
        return
    gathered = Gathered()
    for read in gathered.take(articles, store, topic, stop):
        yield read, None
    groups = in_time(best(gathered.clusters(topic), SEVERAL_ARTICLES[length]))
    differing = gathered.conflicts()
    desk = Desk(citable(groups, differing), answerer, reader=reader, stop=stop)
    claims = []
    for group in groups:
        claims.append(desk.write(group, load_prompt("summary_topic")))
        yield gathered.read, None
    yield gathered.read, covering(articles, claims, desk, differing, read=gathered.read)


def _of_one(
    article: ArticleInfo, length: Length, store: Store, answerer: ModelAnswerer | None, *, topic: Vectors | None, stop: Stop
) -> Summary:
    """Summarize one article, with its key figures and people; what matters most in it names them first."""
    whole = store.whole(article.id)
    share, least, most = ONE_ARTICLE[length]
    count = max(least, min(most, round(share * len(whole))))
    desk = Desk(whole, answerer, stop=stop)
    claims = desk.write_whole(whole, load_prompt("summary_article"), count)
    if whole and len(claims) < count:
        taken = [sentence for sentence in whole if desk.cites(sentence)]
        central = choose(whole, count - len(claims), worth_of(whole, topic), taken=taken)
        claims += [desk.stand_in(Cluster((sentence,), 0.0)) for sentence in in_order(central)]
        claims.sort(key=lambda claim: desk.citations[claim.citations[0] - 1].start)
    ranked = [whole[place] for place in np.argsort(-worth_of(whole), kind="stable")] if whole else []
    texts = [sentence.span.text for sentence in ranked]
    figures, named = (
        tuple(Mention(each.text, each.about, desk.number(ranked[each.place])) for each in found(texts)) for found in (key_figures, people)
    )
    return replace(covering([article], claims, desk, read=1), key_figures=figures, people=named)


def best(found: Sequence[Cluster], count: int, *, told: Sequence[Sentence] = ()) -> list[Cluster]:
    """Give up to `count` clusters, best first: what is central, told by many origins, and told again, without what was `told`."""
    by_leader = {cluster.sentences[0].key: cluster for cluster in found}
    worth = [each.worth + ORIGIN_WEIGHT * np.log2(each.origins) + RETOLD_WEIGHT * each.retold for each in found]
    chosen = choose([cluster.sentences[0] for cluster in found], count, np.array(worth, dtype=np.float32), taken=told)
    return [by_leader[leader.key] for leader in chosen]


def in_time(groups: Sequence[Cluster]) -> list[Cluster]:
    """Put clusters into the order of time, in which a summary is read."""
    leaders = {cluster.sentences[0].key: cluster for cluster in groups}
    return [leaders[sentence.key] for sentence in in_order([cluster.sentences[0] for cluster in groups])]


def citable(groups: Sequence[Cluster], differing: Sequence[Conflict]) -> Iterator[Sentence]:
    """List the sentences that a summary of clusters may cite."""
    yield from chain.from_iterable(group.sentences[:CLUSTER_SENTENCES] for group in groups)
    yield from (count.evidence.sentence for conflict in differing for count in conflict.counts)


def covering(
    articles: Sequence[ArticleInfo], claims: Sequence[Claim], desk: Desk, differing: Sequence[Conflict] = (), *, read: int
) -> Summary:
    """Make the summary of what was written, with what it covers of the articles, the first `read` of which were read."""
    known = articles[:read]
    disagreements = tuple(desk.disagreement(conflict) for conflict in differing)
    origins = {citation.article.origin_id for citation in desk.citations}
    name, prompt_id = desk.writer
    return Summary(
        sentences=tuple(claims),
        citations=desk.citations,
        articles=len(articles),
        read=read,
        cited=len({citation.article.id for citation in desk.citations}),
        replaced=desk.replaced,
        problems=(*desk.problems, *_about_unread(articles[read:]), *_about_languages(known)),
        answerer=name,
        prompt_id=prompt_id,
        folded=len(known) - len({article.origin_id for article in known}),
        left_out=tuple(article for article in known if article.origin_id not in origins),
        disagreements=disagreements,
    )


def _about_unread(articles: Sequence[ArticleInfo]) -> list[str]:
    if not articles:
        return []
    return [f"the reading was stopped: {len(articles):,} articles, from {articles[0].published or 'no date'} on, are not in this"]


def _about_languages(articles: Sequence[ArticleInfo]) -> list[str]:
    foreign = [article.language for article in articles if article.language not in {None, "en"}]
    if not foreign:
        return []
    names = ", ".join(sorted(filter(None, set(foreign))))
    return [f"{len(foreign)} of {len(articles)} articles are not in English ({names}): their sentences are chosen less well"]
