"""Summaries to be beaten: the first sentences, TextRank (Mihalcea and Tarau 2004) and LexRank (Erkan and Radev 2004), both by sumy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rag.records import Sentence
from rag.words import STOP_WORDS, stem, tokens

# The sentences of some articles, best article first, and how many to choose.
Baseline = Callable[[Sequence[Sentence], int], list[Sentence]]


def lead(sentences: Sequence[Sentence], count: int) -> list[Sentence]:
    """Choose the first sentence of each article, best article first, then the second of each, and so on."""
    return sorted(sentences, key=lambda sentence: sentence.ordinal)[:count]


def with_sumy() -> Mapping[str, Baseline]:
    """Give sumy's baselines by name; none when it is not installed (requirements-summaries.txt)."""
    try:
        from sumy.summarizers.lex_rank import LexRankSummarizer
        from sumy.summarizers.text_rank import TextRankSummarizer
    except ImportError:
        return {}
    return {"TextRank": _ranked_by(TextRankSummarizer), "LexRank": _ranked_by(LexRankSummarizer)}


class _Words:
    """Our words for sumy, whose own tokenizer needs a download."""

    def to_words(self, text: str) -> list[str]:
        return tokens(text)


def _ranked_by(summarizer: Any) -> Baseline:
    from sumy.models.dom import ObjectDocumentModel, Paragraph
    from sumy.models.dom import Sentence as SumySentence

    rank = summarizer(stem)
    rank.stop_words = STOP_WORDS

    def choose(sentences: Sequence[Sentence], count: int) -> list[Sentence]:
        by_text = {sentence.span.text: sentence for sentence in sentences}
        words = _Words()
        document = ObjectDocumentModel([Paragraph([SumySentence(text, words) for text in by_text])])
        return [by_text[str(chosen)] for chosen in rank(document, count)]

    return choose
