"""Articles in, a cited summary out: the central sentences as they stand, or a language model's, checked like answers.

With a model it is map and reduce: each article is condensed, and the sentences that this rests on are handed on, so
that a mark leads to the same sentence at every step.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from rag.answer import ModelAnswerer
from rag.cite import Gate
from rag.errors import ModelError
from rag.llm import QUOTES
from rag.prompts import Prompt, load_prompt
from rag.records import ArticleInfo, Claim, Evidence, Sentence, Statement, Summary
from rag.speaker import speaker_of
from rag.store import Store

Length = Literal["short", "medium", "long"]
# Sentences in a summary of one article, and of several.
ONE_ARTICLE: dict[Length, int] = {"short": 2, "medium": 5, "long": 9}
SEVERAL_ARTICLES: dict[Length, int] = {"short": 3, "medium": 7, "long": 12}
MIN_WORDS, MAX_WORDS = 6, 60
# News puts what matters first: a sentence loses this much of its score over the length of its article.
POSITION_WEIGHT = 0.25
# How much likeness to a sentence that is chosen already costs (MMR, Carbonell and Goldstein 1998).
NOVELTY_WEIGHT = 0.6
REPEAT_COSINE = 0.8
SENTENCES_PER_PROMPT = 24
# A model that has failed this often is not asked again: each failure may have cost a whole time-out.
MAX_FAILURES = 2
# A sentence that begins so leans on the one before it.
_LEANS = re.compile(r"^[“\"']?(?:He|She|It|They|This|That|These|Those|But|And|His|Her|Their|Its|Such)\b")


@dataclass(slots=True)
class _Writer:
    """A language model at work on one summary, and what went wrong so far."""

    answerer: ModelAnswerer
    problems: list[str] = field(default_factory=list)
    failures: int = 0

    def write(self, prompt: Prompt, sentences: Sequence[Sentence], count: int) -> tuple[list[Claim], Gate]:
        """Give at most `count` supported claims over at most SENTENCES_PER_PROMPT of the sentences, and their gate."""
        evidence = _evidence(in_order(choose(sentences, SENTENCES_PER_PROMPT)))
        gate = Gate(evidence, least="supported")
        claims: list[Claim] = []
        if self.failures >= MAX_FAILURES:
            return claims, gate
        try:
            for statement in self.answerer.write(prompt, evidence, count=str(count)):
                claim = gate.check(statement)
                if claim.citations:
                    claims.append(claim)
                else:
                    self.problems.append(f"left out, because {claim.reason}: {statement.text[:200]}")
                if len(claims) == count:
                    break
        except ModelError as error:
            self.failures += 1
            self.problems.append(str(error))
        return claims, gate


def summarize(
    articles: Sequence[ArticleInfo], length: Length, store: Store, answerer: ModelAnswerer | None
) -> Iterator[tuple[int, Summary | None]]:
    """Summarize articles; give (articles read, None) after each, and at last (all of them, the summary).

    With `answerer` None the sentences are the articles' own; they also stand in where a model fails or is not supported.
    """
    several = len(articles) > 1
    count = (SEVERAL_ARTICLES if several else ONE_ARTICLE)[length]
    share = max(2, count // 2)
    writer = _Writer(answerer) if answerer else None
    condense = load_prompt("summary_article")
    handed_on: list[Sentence] = []
    for read, article in enumerate(articles, 1):
        whole = store.sentences([(article.id, 0, 10**9)])
        if not several:
            handed_on = whole
        else:
            handed_on += (writer and _rests_on(writer, condense, whole, share)) or choose(whole, share)
        yield read, None
    claims: list[Claim] = []
    if writer:
        prompt = load_prompt("summary_topic") if several else condense
        claims, gate = writer.write(prompt, handed_on, count)
        if not claims:
            writer.problems.append(f"nothing that {writer.answerer.name} wrote passed the check; these are the articles' own sentences")
    if writer and claims:
        name, prompt_id = writer.answerer.name, prompt.id
    else:
        name, prompt_id = QUOTES, None
        claims, gate = quote(in_order(choose(handed_on, count)))
    cited = {citation.article.id for citation in gate.citations}
    problems = tuple(dict.fromkeys(writer.problems)) if writer else ()
    yield len(articles), Summary(tuple(claims), gate.citations, len(articles), len(articles), len(cited), problems, name, prompt_id)


def quote(sentences: Sequence[Sentence]) -> tuple[list[Claim], Gate]:
    """Give sentences as claims that quote themselves."""
    gate = Gate(_evidence(sentences))
    return [gate.check(Statement(sentence.span.text, (n,))) for n, sentence in enumerate(sentences)], gate


def choose(sentences: Sequence[Sentence], count: int) -> list[Sentence]:
    """Choose up to `count` sentences that say most of what all say, without repeats, best first.

    Degree centrality over cosines (LexRank, Erkan and Radev 2004) and the place in the article, then maximal marginal
    relevance. Sentences that are very short, very long or lean on the one before come last.
    """
    if not sentences:
        return []
    vectors = np.stack([sentence.vector for sentence in sentences])
    likeness = vectors @ vectors.T
    length = {sentence.article.id: sentence.ordinal for sentence in sorted(sentences, key=lambda each: each.ordinal)}
    score = likeness.mean(axis=1)
    score -= POSITION_WEIGHT * np.array([sentence.ordinal / (length[sentence.article.id] or 1) for sentence in sentences])
    score -= np.array([0.0 if _stands_alone(sentence.span.text) else 1.0 for sentence in sentences])
    chosen: list[int] = []
    while len(chosen) < count:
        repeat = likeness[:, chosen].max(axis=1) if chosen else np.zeros(len(sentences))
        gain = np.where(repeat < REPEAT_COSINE, score - NOVELTY_WEIGHT * repeat, -np.inf)
        best = int(np.argmax(gain))
        if gain[best] == -np.inf:
            break
        chosen.append(best)
    return [sentences[n] for n in chosen]


def in_order(sentences: Sequence[Sentence]) -> list[Sentence]:
    """Put sentences into the order of their articles' dates and of the text."""
    return sorted(sentences, key=lambda sentence: (sentence.article.published or "", sentence.article.id, sentence.ordinal))


def _rests_on(writer: _Writer, condense: Prompt, whole: Sequence[Sentence], count: int) -> list[Sentence]:
    """Map step: give the sentences of an article that a model's checked summary of it cites."""
    _, gate = writer.write(condense, whole, count)
    starts = {citation.start for citation in gate.citations}
    return [sentence for sentence in whole if sentence.span.start in starts]


def _evidence(sentences: Sequence[Sentence]) -> list[Evidence]:
    return [Evidence(sentence, 0.0, speaker_of(sentence.span.text)) for sentence in sentences]


def _stands_alone(text: str) -> bool:
    return MIN_WORDS <= len(text.split()) <= MAX_WORDS and not _LEANS.match(text)
