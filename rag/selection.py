"""A topic and filters in, the articles that are about it out: what summaries, briefs and timelines are made of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.records import ArticleInfo, Filters, Hit, Sought
from rag.search import search
from rag.store import Store
from rag.words import STOP_WORDS, stem, stems, tokens

if TYPE_CHECKING:
    from rag.index import Index

# The passages that are looked through for a topic's articles.
REACH = 2000
# A topic covers the articles of passages that score at least this share of the best one: precision 0.90 and recall 0.91 over eight
# topics of corpus/.
TOPIC_SHARE = 0.5
# No article is about a topic when no passage is this near to it (cosine), and none of the best holds this share of its words, by
# their rarity.
TOPIC_COSINE = 0.4
TOPIC_WORDS = 0.5
LOOKED_AT = 10


def select(
    store: Store, index: Index, filters: Filters, *, article_ids: Sequence[str] = (), topic: Sought | None = None
) -> list[ArticleInfo]:
    """List the articles that pass the filters, by date: all of them, those of the ids, or those about a topic.

    Raises:
        InputError: an id is unknown.
    """
    store.check_known(article_ids)
    wanted = replace(filters, article_ids=(*filters.article_ids, *article_ids))
    if not topic:
        return store.select(wanted)
    hits = search(topic, store, index, wanted, REACH, candidates=REACH)
    near = any(hit.cosine is not None and hit.cosine >= TOPIC_COSINE for hit in hits)
    if not near and not _holds_words(topic, hits[:LOOKED_AT], store):
        return []
    found = store.infos(hit.article_id for hit in hits if hit.score >= TOPIC_SHARE * hits[0].score).values()
    named = [article for article in found if holds_a_name(article, topic.query.text, store)]
    return sorted(named or found, key=lambda article: (article.published or "", article.id))


def holds_a_name(article: ArticleInfo, topic: str, store: Store) -> bool:
    """Tell whether an article holds one of the names in a topic, if there are any: another collision is not "the one at Haneda"."""
    # The first word has a capital whatever it is.
    names = [word.casefold() for word in tokens(topic)[1:] if word[0].isupper() and word.casefold() not in STOP_WORDS]
    if not names:
        return True
    text = f"{article.title} {store.article(article.id).text}".casefold()
    return any(name in text for name in names)


def _holds_words(topic: Sought, hits: Sequence[Hit], store: Store) -> bool:
    """Tell whether a passage, with its title, holds enough of the topic's words; one that no passage holds counts most."""
    total = store.words.passage_count()
    weights = {stem(word): math.log(1 + total / (count + 0.5)) for word, count in topic.words.items()}
    texts = store.passage_texts([hit.passage_id for hit in hits])
    titles = store.infos(hit.article_id for hit in hits)
    for hit in hits:
        held = stems(f"{titles[hit.article_id].title} {texts[hit.passage_id][1]}")
        if sum(weight for word, weight in weights.items() if word in held) >= TOPIC_WORDS * sum(weights.values()) > 0:
            return True
    return False
