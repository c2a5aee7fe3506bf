"""Sentences of articles in, the few that say most of what all say out. Vectors, places and wording decide; nothing is generated."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from itertools import chain

import numpy as np
import numpy.typing as npt

from rag.likeness import SAME, Likeness
from rag.records import Sentence, Vectors

MIN_WORDS, MAX_WORDS = 6, 60
# News puts what matters first: a sentence loses this much of its worth over the length of its article.
POSITION_WEIGHT = 0.34
# A long sentence holds more facts: what one of FULL_WORDS words gains on one of none.
LENGTH_WEIGHT = 0.4
FULL_WORDS = 40
# A sentence with no name and no number in it seldom says who or what.
BARE_COST = 0.3
# What the sentence with most words that others hold too gains by that, while none of them has been told.
COVERAGE_WEIGHT = 0.5
# What a sentence loses for each that was chosen from its article before, where there are several articles.
SAME_ARTICLE_COST = 0.1
# How much nearness to the topic that is asked for counts beside nearness to all sentences.
TOPIC_WEIGHT = 1.0
# A sentence that is less near to the topic than this share of the nearest is not about it.
TOPIC_FLOOR = 0.5
# A sentence that begins so leans on the one before it.
_LEANS = re.compile(
    r"^[“\"'‘(]*(?:(?:He|She|It|They|This|That|These|Those|His|Her|Their|Its|Such|But|And|Or|So|Yet|Both|Neither|Instead|However|Still|Then|"
    r"Later|Also|Nor|Meanwhile|Therefore|Otherwise|Here|There|(?:(?:On|At|In|By|From) )?(?:[Tt]he|[Tt]hat) same|"
    r"(?:In|At|By|On|Since|After|Before|Among|With|For|From) (?:it|them|that|then|this))\b"
    r"|(?:The (?:two|three|latter|former|same|others?)|All|Some|None|One|Two|Most|Many|Each|Another)(?: of (?:them|these|those))?"
    r"(?=,| (?:had|has|have|was|were|is|are|said|did|could|would|will)\b))"
)
# "…," he said: who it was stands in a sentence before.
_PRONOUN_SAYS = re.compile(
    r"(?:^|[”\",;—–] )"
    r"(?:(?:he|she|they|it) (?:said|says|added|wrote|told|warned|noted|found|reported|concluded)|(?:said|added) (?:he|she|they))\b",
    re.IGNORECASE,
)
_ONLY_QUOTED = re.compile(r"^[“\"][^“”\"]*[”\"]$")

Worth = npt.NDArray[np.float32]


def choose(sentences: Sequence[Sentence], count: int, worth: Worth | None = None, *, taken: Sequence[Sentence] = ()) -> list[Sentence]:
    """Choose up to `count` sentences, best first, none of which tells the same as one before it, or one of `taken`.

    The best is the one of most worth, and of most words that others hold too and none before it does (maximum coverage of concepts,
    Gillick and Favre 2009, their weights the number of the others); where there are several articles, also from one that gave fewer
    before. `worth` is (n,) float32; None means that of `worth_of`.
    """
    if not sentences:
        return []
    score = worth_of(sentences) if worth is None else worth
    likeness = Likeness([*sentences, *taken])
    words = likeness.stems[: len(sentences)]
    weight = {word: count - 1 for word, count in Counter(chain.from_iterable(words)).items()}
    most = max(sum(weight[word] for word in own) for own in words) or 1
    told = set(chain.from_iterable(likeness.stems[len(sentences) :]))
    articles = Counter(sentence.article.id for sentence in taken)
    cost = SAME_ARTICLE_COST if len({sentence.article.id for sentence in sentences}) > 1 else 0.0

    def gain(place: int) -> float:
        new = sum(weight[word] for word in words[place] - told) / most
        return float(score[place]) + COVERAGE_WEIGHT * new - cost * articles[sentences[place].article.id]

    chosen: list[int] = []
    kept = list(range(len(sentences), len(sentences) + len(taken)))
    # What a sentence gains only falls, so only the first is ever looked at again (lazy greedy, Minoux 1978).
    waiting = [(-gain(place), place) for place in range(len(sentences))]
    heapify(waiting)
    while waiting and len(chosen) < count:
        _, place = heappop(waiting)
        if waiting and -gain(place) > waiting[0][0]:
            heappush(waiting, (-gain(place), place))
        elif not (likeness.to(place)[kept] >= SAME).any():
            chosen.append(place)
            kept.append(place)
            told |= words[place]
            articles[sentences[place].article.id] += 1
    return [sentences[place] for place in chosen]


def worth_of(sentences: Sequence[Sentence], topic: Vectors | None = None) -> Worth:
    """Say how much each sentence says of what all of them say, (n,) float32.

    Degree centrality over cosines (LexRank, Erkan and Radev 2004), the place in the article, and nearness to `topic`, a (dim,) unit
    vector. Sentences without a name or a number count less; those that are very short, very long or lean on the one before come last.
    """
    vectors = np.stack([sentence.vector for sentence in sentences])
    last: dict[str, int] = {}
    for sentence in sentences:
        last[sentence.article.id] = max(sentence.ordinal, last.get(sentence.article.id, 1))
    worth = vectors @ vectors.mean(axis=0)
    worth -= POSITION_WEIGHT * np.array([sentence.ordinal / last[sentence.article.id] for sentence in sentences], dtype=np.float32)
    worth -= np.array([0.0 if stands_alone(sentence.span.text) else 1.0 for sentence in sentences], dtype=np.float32)
    worth += LENGTH_WEIGHT * np.array([min(1.0, len(sentence.span.text.split()) / FULL_WORDS) for sentence in sentences], dtype=np.float32)
    worth -= BARE_COST * np.array([_is_bare(sentence.span.text) for sentence in sentences], dtype=np.float32)
    if topic is not None:
        worth += TOPIC_WEIGHT * (vectors @ topic)
    return np.asarray(worth, dtype=np.float32)


def about(sentences: Sequence[Sentence], topic: Vectors, floor: float = TOPIC_FLOOR) -> list[Sentence]:
    """Leave out sentences that are not about a topic, a (dim,) unit vector: less near than `floor` of the nearest."""
    near = [float(sentence.vector @ topic) for sentence in sentences]
    least = floor * max(near, default=0.0)
    return [sentence for sentence, cosine in zip(sentences, near, strict=True) if cosine >= least]


def in_order(sentences: Sequence[Sentence]) -> list[Sentence]:
    """Put sentences into the order of their articles' dates and of the text."""
    return sorted(sentences, key=lambda sentence: (sentence.article.published or "", sentence.article.id, sentence.ordinal))


def stands_alone(text: str) -> bool:
    """Tell whether a sentence can be read without the one before it: whole quotations, no question, no opening pronoun, a fit length."""
    return MIN_WORDS <= len(text.split()) <= MAX_WORDS and not leans(text)


def leans(text: str) -> bool:
    """Tell whether a sentence needs the one before it.

    A pronoun opens it or says it, a quotation is cut or names no speaker, or it is a question.
    """
    if _ONLY_QUOTED.match(text):
        return True
    whole = text.count("“") == text.count("”") and text.count('"') % 2 == 0 and "?" not in text
    return not whole or bool(_LEANS.match(text) or _PRONOUN_SAYS.search(text))


def _is_bare(text: str) -> bool:
    """Tell whether a sentence holds neither a name (a capital after its first word) nor a number in digits."""
    return not any(word.lstrip("“\"'‘($€£")[:1].isupper() or any(char.isdigit() for char in word) for word in text.split()[1:])
