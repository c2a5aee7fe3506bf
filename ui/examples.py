"""Questions to begin with, about the user's own articles: who is quoted there, and what the articles answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import islice
from pathlib import Path

from rag.errors import ClippingsError
from rag.pipeline import Pipeline
from rag.records import NO_FILTERS, ArticleInfo
from rag.speaker import speaker_of
from rag.store import Store

SHOWN = 4
# Asking takes a fifth of a second each, and more than these are not looked into.
TRIED = 8
ARTICLES = 30
SENTENCES = 12
# Questions that suit the sample articles better than any rule; each is shown where its article is.
SAMPLES = {
    "2024-01-19-cabinet-endorses-full-ties-with-iran.md": "Who endorsed restoring ties?",
    "2024-01-19-iran-raises-toll-of-saravan-strike.md": "How many people were killed in the border village?",
    "2024-02-07-ntsb-four-bolts.md": "How many bolts were missing when the door plug blew out?",
    "2024-06-11-channel-fully-reopened.md": "When was the Fort McHenry channel back to its full width?",
}
# A speaker to ask about: names alone, so that the question reads well whatever the articles are about.
_NAMED = re.compile(r"(?:[Tt]he )?[A-Z][\w.’'-]+(?: (?:of|for|the|and|al|ul|bin|de|van|[A-Z][\w.’'-]*)){0,5}")
_WITHOUT_NAME = re.compile(r"(?:The|A|An|One|Some|Many|Most|Several|Others?|Mr\.|Mrs\.|Ms\.|Dr\.)")


class Examples:
    """The examples of one library. They are found again when something was written to it."""

    def __init__(self, pipeline: Pipeline) -> None:
        """Nothing is looked into yet."""
        self._pipeline = pipeline
        self._found: tuple[str | None, str] | None = None

    def html(self) -> str:
        """Give the examples as buttons, whose values are the questions; nothing when there are no articles."""
        generation = self._pipeline.store.fact("generation")
        if self._found is None or self._found[0] != generation:
            try:
                questions = find_examples(self._pipeline)
            except ClippingsError:
                # Whatever stands in the way is said when something is asked.
                return ""
            self._found = generation, examples_html(questions)
        return self._found[1]


def find_examples(pipeline: Pipeline) -> list[str]:
    """Find up to SHOWN questions that the articles answer, those about the newest articles first."""
    articles = pipeline.store.select(NO_FILTERS)[::-1]
    names = {Path(info.path).name for info in articles}
    samples = [question for name, question in SAMPLES.items() if name in names]
    answered = (each for each in islice(about_speakers(pipeline.store, articles), TRIED) if pipeline.find(each).reading.answerable)
    return list(islice((*samples, *islice(answered, SHOWN - len(samples))), SHOWN))


def about_speakers(store: Store, articles: Sequence[ArticleInfo]) -> Iterator[str]:
    """Ask what a speaker said whom an article names: one of each article, and nobody twice."""
    asked: set[str] = set()
    for info in articles[:ARTICLES]:
        for sentence in store.sentences([(info.id, 0, SENTENCES - 1)]):
            speaker = speaker_of(sentence.span.text) or ""
            name = re.sub(r"^The\b", "the", speaker)
            if _NAMED.fullmatch(speaker) and not _WITHOUT_NAME.fullmatch(speaker) and name.casefold() not in asked:
                asked.add(name.casefold())
                yield f"What did {name} say?"
                break


def examples_html(questions: Sequence[str]) -> str:
    """Give questions as buttons."""
    buttons = "".join(f'<button name="example" value="{escape(question)}">{escape(question)}</button>' for question in questions)
    return f'<p class="examples"><span class="by">For example</span>{buttons}</p>' if questions else ""
