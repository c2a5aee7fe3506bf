"""What a summary or a timeline shows, in one form for ours and for the baselines: texts, each with the quotations that it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.gold import Quotation
from eval.support import as_sentences
from rag.records import Citation, Sentence, Summary
from rag.support import plain, support_of


@dataclass(frozen=True, slots=True)
class Quoted:
    """A stretch of an article; `article` is a file name, `end` exclusive."""

    article: str
    start: int
    end: int
    text: str

    def overlaps(self, other: Quoted) -> bool:
        """Tell whether two stretches share a character."""
        return self.article == other.article and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Shown:
    """A text that is shown, and what it quotes."""

    text: str
    quotes: tuple[Quoted, ...]

    @property
    def articles(self) -> frozenset[str]:
        """The files that it cites."""
        return frozenset(quote.article for quote in self.quotes)

    @property
    def repeated(self) -> tuple[Quoted, ...]:
        """The quotations that stand in the text word for word; others are only cited."""
        return tuple(quote for quote in self.quotes if plain(quote.text) in plain(self.text))


def of_summary(summary: Summary) -> list[Shown]:
    """Give the sentences of a summary with what they cite."""
    return [Shown(claim.text, cited(claim.citations, summary.citations)) for claim in summary.sentences]


def of_sentences(sentences: Iterable[Sentence]) -> list[Shown]:
    """Give stored sentences, each quoting itself."""
    return [
        Shown(each.span.text, (Quoted(Path(each.article.path).name, each.span.start, each.span.end, each.span.text),)) for each in sentences
    ]


def cited(numbers: Sequence[int], citations: Sequence[Citation]) -> tuple[Quoted, ...]:
    """Give the stretches that citation numbers stand for."""
    known = {each.number: Quoted(Path(each.article.path).name, each.start, each.end, each.quote) for each in citations}
    return tuple(known[number] for number in numbers)


def located(evidence: Iterable[Quotation], texts: Mapping[str, str]) -> list[Quoted]:
    """Find gold quotations in the articles' texts, by file name."""
    places = ((item, texts[item.article].index(item.quote)) for item in evidence)
    return [Quoted(item.article, start, start + len(item.quote), item.quote) for item, start in places]


def is_supported(shown: Shown, texts: Mapping[str, str]) -> bool:
    """Tell whether all quotations stand in their articles at their offsets, and one of them says the text in full, by the gate's rules."""
    stand = all(texts[quote.article][quote.start : quote.end] == quote.text for quote in shown.quotes)
    return stand and support_of(shown.text, as_sentences([quote.text for quote in shown.quotes])).support in {"verbatim", "supported"}
