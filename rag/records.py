"""The vocabulary: frozen records that flow from file to answer. They hold data and do no input or output.

Every span is a pair of 0-based character offsets into `Article.text`, end exclusive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
# How many passages hold each of some words.
Frequencies = Mapping[str, int]
Media = Literal["text", "markdown", "html"]
Status = Literal["answered", "partly", "conflicting", "not_found"]
Support = Literal["verbatim", "supported", "partial", "unverified"]
Precision = Literal["day", "month", "year"]
Stance = Literal["support", "oppose", "neutral"]
# What became of a quotation: it stands where it stood, elsewhere in its article, not any more, or its article is gone. "edited": it is
# not what its hash in the export was made of.
Standing = Literal["stands", "moved", "changed", "gone", "edited"]
# Where a date was found: stated by whoever supplied the article (front matter, a column, a mail's header), in the page's metadata,
# in its address, or in its text.
DateSource = Literal["stated", "metadata", "url", "text"]


@dataclass(frozen=True, slots=True)
class Stated:
    """What a file says about its article beside the text; None means that it does not. Dates are ISO, language is ISO 639-1."""

    title: str | None = None
    outlet: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    published_from: DateSource | None = None
    updated: str | None = None
    url: str | None = None
    language: str | None = None


NOTHING_STATED = Stated()


@dataclass(frozen=True, slots=True)
class RawDocument:
    """One article as it was read: decoded, otherwise untouched. `member` names it in a file that holds several ("" else)."""

    path: str
    media: Media
    text: str
    member: str = ""
    stated: Stated = NOTHING_STATED

    @property
    def name(self) -> str:
        """What to call it in a message: the file, and the place in it."""
        return f"{self.path}#{self.member}" if self.member else self.path


@dataclass(frozen=True, slots=True)
class Refusal:
    """A part of a file that could not be read, and why (a whole message that names it)."""

    reason: str


@dataclass(frozen=True, slots=True)
class ArticleInfo:
    """What is known about an article, without its text.

    `published` and `updated` are ISO dates; None means unknown. `origin` is the id of the earliest article that this one is a
    near-duplicate of (its own id when there is none; None before the article is stored).
    """

    id: str
    title: str
    outlet: str | None
    authors: tuple[str, ...]
    published: str | None
    url: str | None
    path: str
    language: str | None
    published_from: DateSource | None = None
    updated: str | None = None
    origin: str | None = None

    @property
    def origin_id(self) -> str:
        """What tells independent sources apart: the id of the earliest article that it is a near-duplicate of, or its own."""
        return self.origin or self.id

    @property
    def source(self) -> str:
        """Where and when it was published, as far as that is known: "Harbour Wire, 2024-01-18"."""
        return ", ".join(part for part in (self.outlet, self.published) if part)

    @property
    def link(self) -> str | None:
        """Its address, when that is one of the web and may stand in a link."""
        return self.url if self.url and self.url.lower().startswith(("http://", "https://")) else None


@dataclass(frozen=True, slots=True)
class Article:
    """A cleaned article. `info.id` is derived from the text alone, so a renamed file stays the same article.

    `remarks` are what is odd about it, for whoever added it: a date in the future, for example.
    """

    info: ArticleInfo
    text: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """An article in a list: `passages` indexed, `copies` = other files with the same text."""

    info: ArticleInfo
    passages: int
    copies: int


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of an article: `text == article.text[start:end]`, always."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """The retrieved unit: consecutive whole sentences `first` to `last` (0-based, inclusive) of one article."""

    span: Span
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """The unit of evidence. `vector` is (dim,) float32, unit length."""

    article: ArticleInfo
    ordinal: int
    span: Span
    vector: Vectors

    @property
    def key(self) -> tuple[str, int]:
        """What identifies the sentence: its article's id and its place in it."""
        return self.article.id, self.ordinal

    @property
    def origin(self) -> str:
        """What tells independent sources apart (`ArticleInfo.origin_id`)."""
        return self.article.origin_id


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles may be used. None means no limit; dates are inclusive."""

    since: date | None = None
    until: date | None = None
    outlet: str | None = None
    article_ids: tuple[str, ...] = ()


NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class Query:
    """A question, and the earlier question that it leans on ("" when it stands alone).

    `reworded` is what it asks when it stands alone, in a language model's words; None means that no model reworded it. `filled` is
    the same by rule, for a question that says nothing itself, such as "When was that?"; None for one that does. `times` are the days
    and months that it asks about (ISO, cut to their precision; "--09-13" is in any year), `bare` is what it asks without these days;
    None when it names none.
    """

    text: str
    context: str = ""
    reworded: str | None = None
    filled: str | None = None
    times: tuple[str, ...] = ()
    bare: str | None = None

    @property
    def own(self) -> str:
        """The question as what is found is read for: reworded, or in its own words, as its context has been answered."""
        return self.bare or self.reworded or self.filled or self.text

    @property
    def leaning(self) -> bool:
        """Whether what is found is read for by a follow-up in its own words, which do not say what it leans on."""
        return bool(self.context) and not (self.reworded or self.filled)

    @property
    def full(self) -> str:
        """The question as it is searched for: reworded, or with its context."""
        return self.reworded or f"{self.text} {self.context}".strip()

    @property
    def terms(self) -> str:
        """The words that it is searched by: articles say "on Wednesday" where it gives a day."""
        return f"{self.bare} {'' if self.reworded else self.context}".strip() if self.bare else self.full


@dataclass(frozen=True, slots=True)
class Scope:
    """The limits that a question's own `words` set: published on or after `since`, by `outlet`; seen from the day `today`."""

    since: date | None
    outlet: str | None
    words: tuple[str, ...]
    today: date


@dataclass(frozen=True, slots=True)
class Sought:
    """What a query is searched by: its (dim,) unit vector, and its content words with the number of passages that hold each."""

    query: Query
    words: Frequencies
    vector: Vectors


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage: sentences `first` to `last` of an article. `score` is fused (0 to 1, higher is better).

    `cosine` is that to what is sought (-1 to 1); None when only the words found the passage.
    """

    passage_id: int
    article_id: str
    first: int
    last: int
    score: float
    cosine: float | None = None


@dataclass(frozen=True, slots=True)
class Speech:
    """What a sentence tells of somebody who says something: `verb` as it stands, with what denies it ("did not endorse").

    `direct` tells that the speaker's own words stand there between quotation marks; `reported_by` is whoever says that the
    speaker says so, None means the article itself.
    """

    speaker: str
    verb: str
    stance: Stance
    direct: bool
    reported_by: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that bears on the question. `score` orders evidence (0 to 1, higher is better).

    `speaker` is whoever the sentence attributes its content to; None means the article itself says it.
    `answer` is the short answer inside the sentence, None when no part of it stands out. `speeches` are who says what in it.
    `timely` tells that it may tell of the time that is asked about.
    """

    sentence: Sentence
    score: float
    speaker: str | None = None
    answer: str | None = None
    speeches: tuple[Speech, ...] = ()
    timely: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """What the articles offer for a question: ranked evidence, and the probability (0 to 1) that it holds the answer.

    `nearest` are the best sentences of the articles that come nearest, one of each.
    """

    evidence: tuple[Evidence, ...]
    answerability: float
    answerable: bool
    nearest: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence that an answerer wrote, before the check. `marks` are 0-based places in the evidence it was given.

    `raw` is the text it was parsed from (None for a quotation), `problems` what was wrong with its marks.
    """

    text: str
    marks: tuple[int, ...]
    raw: str | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A quotation rendered from the store. `number` is what [n] in the answer refers to, counted from 1."""

    number: int
    article: ArticleInfo
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of an answer. `citations` are citation numbers; `reason` says why support is not full.

    `origins` is how many independent origins tell it, cited or not; None where that was not counted.
    """

    text: str
    citations: tuple[int, ...]
    support: Support
    speaker: str | None = None
    reason: str | None = None
    origins: int | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """One of several different values that the articles give: `text` as it stands in citation number `citation`.

    `speaker` is whoever gives it, None means the article itself; `replaced` tells that a later article gives another.
    """

    text: str
    speaker: str | None
    citation: int
    replaced: bool


@dataclass(frozen=True, slots=True)
class Said:
    """A row of the table of who said what: a speech in the sentence of citation number `citation`.

    `asked` tells that it is the stance, or the speaker, that was asked for; the others are shown apart from those.
    """

    speech: Speech
    citation: int
    asked: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """A checked answer. `text` carries the marks [n]; `raw_reply` is the model's own text (None for quotes).

    `values` are what the articles disagree on; empty unless the status is "conflicting". `said` is who said what, for a question
    that asks for it; those that are asked for first. `searched_for` is the question as it was searched for, None when that is as
    it was asked. `premise` tells what the question takes for granted and the evidence contradicts, with the sentence that does.
    `scope` is how the question itself limited what was searched; None means that it did not, or that only articles beyond its
    limits answer. `articles` is how many stored articles tell what is cited, with their copies.
    """

    question: str
    status: Status
    text: str
    short_answer: str | None
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    nearest: tuple[Sentence, ...]
    problems: tuple[str, ...]
    answerer: str
    prompt_id: str | None
    raw_reply: str | None
    timings_ms: dict[str, float]
    values: tuple[Value, ...] = ()
    said: tuple[Said, ...] = ()
    searched_for: str | None = None
    premise: str | None = None
    scope: Scope | None = None
    articles: int = 0

    @property
    def origins(self) -> int:
        """Count the independent origins of what is cited; an article and its copies are one."""
        return len({citation.article.origin_id for citation in self.citations})

    @property
    def newest(self) -> str | None:
        """The latest publication date (ISO) among what is cited; None when nothing with a date is."""
        return max((citation.article.published for citation in self.citations if citation.article.published), default=None)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Different values that articles give for one thing. `about` is that thing in an article's own words: "people killed"."""

    about: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """A figure or a person as it stands in citation number `citation`; `about` says what is counted, or who that is (None: not said)."""

    text: str
    about: str | None
    citation: int


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody said: `text` is the sentence in citation number `citation`."""

    speaker: str
    text: str
    citation: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A checked summary. `articles` were asked for, `read` of them were read, `cited` of them are quoted.

    `folded` of the articles are copies of others among them; `left_out` were read and neither they nor a copy of them is quoted.
    `key_figures` and `people` are given for one article. `replaced` is how many of its sentences, a brief's headline among them, are
    articles' own in place of a model's that failed the check, or did not come.
    """

    sentences: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    articles: int
    read: int
    cited: int
    problems: tuple[str, ...]
    answerer: str
    prompt_id: str | None
    folded: int = 0
    left_out: tuple[ArticleInfo, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    key_figures: tuple[Mention, ...] = ()
    people: tuple[Mention, ...] = ()
    replaced: int = 0


@dataclass(frozen=True, slots=True)
class Brief:
    """What there is on a topic. The sentences of `summary` are its bullets, the latest development first; its citations are all.

    `changes` are what is new since `since` (an ISO date); `since_last` tells that this is the day of the last brief on the topic.
    `since` None: no day was asked for, and there was no brief before.
    """

    topic: str
    headline: Claim
    summary: Summary
    remarks: tuple[Remark, ...]
    changes: tuple[Claim, ...]
    since: str | None
    since_last: bool


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `date` is ISO, cut to its precision: 2024-01-18, 2024-01 or 2024.

    `published` is when the earliest article it cites came out (None: unknown), `articles` how many independent origins tell it,
    and `other_dates` the days that other articles give for the same thing.
    """

    date: str
    precision: Precision
    text: str
    citations: tuple[int, ...]
    published: str | None = None
    articles: int = 1
    other_dates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    """Events in order of their dates. `topic` None: all of the articles that were asked for; `left_out` are less reported events.

    `articles` were asked for, and `read` of them were read.
    """

    events: tuple[Event, ...]
    citations: tuple[Citation, ...]
    topic: str | None = None
    left_out: int = 0
    articles: int = 0
    read: int = 0


@dataclass(frozen=True, slots=True)
class QuoteCheck:
    """Whether a quotation of an exported file still stands in the store.

    `start` and `end` are where it stands now; None when it stands nowhere in its article, or the article is gone.
    """

    number: int
    article_id: str
    title: str
    quote: str
    standing: Standing
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did. `skipped` pairs a file with the reason it was left out, `remarks` a file or folder with what is odd about it.

    `encode_s` is time inside the encoder (s).
    """

    added: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: int
    skipped: tuple[tuple[str, str], ...]
    passages: int
    seconds: float
    encode_s: float
    remarks: tuple[tuple[str, str], ...] = ()
    removed: tuple[str, ...] = ()
