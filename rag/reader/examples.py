"""Training examples from SQuAD-style rows: a question, a window of text about the length of a passage, and where the answer is.

A row is {"question", "context", "answer" (null = the context does not answer), "start"}, and optionally "article", by
which one-sentence contexts are put back among their neighbours, and "title". As in use, the title stands before the passage:
what a question names often stands only there.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rag.reader.model import with_title
from rag.reader.rows import Row
from rag.words import stems

WINDOW_CHARS = 750
NEIGHBOURS = 3
TITLE_CHARS = 110
# A context of at least this many characters is a story: its first sentence serves as a title where there is none.
STORY_CHARS = 1500
# Share of the examples that have a title before the passage: the reader must do without one too.
TITLED = 0.7
_SENTENCE_END = re.compile(r"(?<=[.!?])[”\"’']?\s+(?=[A-Z“\"])")
NAME = re.compile(r"(?<=[\w,] )[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*|\b\d[\d,.]*\d\b")


@dataclass(frozen=True, slots=True)
class Example:
    """A question about a passage. `start` and `end` are the answer's character offsets, None when it is not there."""

    question: str
    passage: str
    start: int | None = None
    end: int | None = None

    @property
    def answer(self) -> tuple[int, int] | None:
        """The answer's (start, end), None when it is not there."""
        return None if self.start is None or self.end is None else (self.start, self.end)

    @property
    def sentence(self) -> tuple[int, int] | None:
        """(start, end) of the sentence that holds the answer; of all of them when it goes over several."""
        if self.answer is None:
            return None
        start, end = self.answer
        first = max((match.end() for match in _SENTENCE_END.finditer(self.passage) if match.end() <= start), default=0)
        last = _SENTENCE_END.search(self.passage, end)
        return first, last.start() if last else len(self.passage)


def title_of(row: Row) -> str:
    """Give a row's title or what can serve as one: a story's first sentence, a paragraph's most frequent name; "" without any."""
    if "title" in row:
        return str(row["title"])
    if len(row["context"]) >= STORY_CHARS:
        return _shortened(_SENTENCE_END.split(row["context"].strip(), maxsplit=1)[0])
    names = Counter(match[0] for match in NAME.finditer(row["context"]) if not match[0][0].isdigit())
    return max(names, key=lambda name: names[name], default="")


def make_examples(rows: Sequence[Row], negatives: float, rng: random.Random) -> list[Example]:
    """Make an example of each row, and for a share `negatives` of the answerable ones another whose passage does not answer.

    Such a passage is, in turn, one that looks most like the question by BM25 among other contexts; the row's own without
    the sentences that hold the answer; or the row's own, asked about another name or number that stands in it.
    """
    joined = [{"title": title_of(row)} | _among_neighbours(row, siblings, rng) for row, siblings in _with_siblings(rows)]
    examples = [_titled(_window(row, rng), row["title"], rng) for row in joined]
    chosen = [row for row in joined if row["answer"] is not None and rng.random() < negatives]
    makers = (_without_answer, _swapped)
    for n, row in enumerate(row for n, row in enumerate(chosen) if n % 3):
        if example := makers[n % 2](row, rng):
            examples.append(_titled(example, row["title"], rng))
    return examples + _hard_negatives(chosen[::3], {row["context"]: row["title"] for row in joined}, rng)


def _with_siblings(rows: Sequence[Row]) -> list[tuple[Row, list[str]]]:
    """Pair each row with the contexts of its article, in the order in which they come."""
    contexts: dict[str, dict[str, None]] = {}
    for row in rows:
        if "article" in row:
            contexts.setdefault(row["article"], {})[row["context"]] = None
    return [(row, list(contexts[row["article"]]) if "article" in row else []) for row in rows]


def _among_neighbours(row: Row, siblings: list[str], rng: random.Random) -> Row:
    """Put a one-sentence context among up to NEIGHBOURS sentences before and after it."""
    if len(siblings) < 2 or row["answer"] is None:
        return row
    place = siblings.index(row["context"])
    before = siblings[max(0, place - rng.randint(0, NEIGHBOURS)) : place]
    after = siblings[place + 1 : place + 1 + rng.randint(0, NEIGHBOURS)]
    shift = sum(len(sentence) + 1 for sentence in before)
    title = row.get("title", _shortened(siblings[0]))
    return row | {"title": title, "context": " ".join([*before, row["context"], *after]), "start": row["start"] + shift}


def _titled(example: Example, title: str, rng: random.Random) -> Example:
    """Put the title before most passages."""
    text, shift = with_title(title if rng.random() < TITLED else "", example.passage)
    if example.start is None or example.end is None:
        return Example(example.question, text)
    return Example(example.question, text, example.start + shift, example.end + shift)


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= TITLE_CHARS else text[: text.rfind(" ", 0, TITLE_CHARS)]


def _without_answer(row: Row, rng: random.Random) -> Example | None:
    """Take the sentences that hold the answer out of a window around it: the event is there, the fact is not."""
    passage = _window(row, rng).passage
    kept = [sentence for sentence in _SENTENCE_END.split(passage) if row["answer"].casefold() not in sentence.casefold()]
    return Example(row["question"], " ".join(kept)) if kept else None


def _swapped(row: Row, rng: random.Random) -> Example | None:
    """Ask about another name or number of the window than the question does; None when there is no other of its kind."""
    window = _window(row, rng)
    question, answer = row["question"], row["answer"]
    asked = [match for match in NAME.finditer(question) if match[0] in window.passage]
    if not asked:
        return None
    old = rng.choice(asked)
    others = {match[0] for match in NAME.finditer(window.passage) if match[0][0].isdigit() == old[0][0].isdigit()}
    others = {name for name in others if name not in question and name not in answer and answer not in name}
    if not others:
        return None
    return Example(question[: old.start()] + rng.choice(sorted(others)) + question[old.end() :], window.passage)


def _window(row: Row, rng: random.Random) -> Example:
    """Cut a long context to a window of whole words that holds the answer at a random place."""
    context: str = row["context"]
    if row["answer"] is None:
        return Example(row["question"], _likely(row["question"], context, rng))
    start, end = row["start"], row["start"] + len(row["answer"])
    room = max(0, WINDOW_CHARS - (end - start))
    first = max(0, min(start - rng.randint(0, room), len(context) - WINDOW_CHARS))
    first = context.rfind(" ", 0, first) + 1 if first and context[first - 1] != " " else first
    last = context.find(" ", max(end, first + WINDOW_CHARS))
    passage = context[first : last if last > 0 else len(context)]
    return Example(row["question"], passage, start - first, end - first)


def _likely(question: str, context: str, rng: random.Random) -> str:
    """Cut one of the two windows out of a context without an answer that hold most of the question's words."""
    asked = stems(question)
    windows = [_cut(context, first) for first in range(0, max(1, len(context) - WINDOW_CHARS // 2), WINDOW_CHARS // 2)]
    return rng.choice(sorted(windows, key=lambda window: -len(asked & stems(window)))[:2])


def _cut(text: str, first: int) -> str:
    first = text.rfind(" ", 0, first) + 1
    last = text.find(" ", first + WINDOW_CHARS)
    return text[first : last if last > 0 else len(text)]


def _hard_negatives(rows: Sequence[Row], titles: dict[str, str], rng: random.Random) -> list[Example]:
    """Give each question the window that looks most like it by BM25 and does not hold the answer; `titles` is by context."""
    if not rows:
        return []
    import bm25s

    windows = [(_cut(text, first), title) for text, title in sorted(titles.items()) for first in range(0, len(text), WINDOW_CHARS)]
    retriever = bm25s.BM25()
    retriever.index(bm25s.tokenize([text for text, _ in windows], stopwords="en", show_progress=False), show_progress=False)
    questions = bm25s.tokenize([row["question"] for row in rows], stopwords="en", show_progress=False)
    found, _ = retriever.retrieve(questions, k=min(10, len(windows)), show_progress=False, backend_selection="numpy")
    examples = []
    for row, near in zip(rows, found, strict=True):
        answer = row["answer"].casefold()
        useful = [windows[n] for n in near if answer not in windows[n][0].casefold()]
        if useful:
            text, title = rng.choice(useful[:3])
            examples.append(_titled(Example(row["question"], text), title, rng))
    return examples
