"""Training examples from SQuAD-style rows: a question, a window of text about the length of a passage, and where the answer is.

A row is {"question", "context", "answer" (null = the context does not answer), "start"}, and optionally "article", by
which one-sentence contexts are put back among their neighbours.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import InputError

WINDOW_CHARS = 750
NEIGHBOURS = 3
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Example:
    """A question about a passage. `start` and `end` are the answer's character offsets, None when it is not there."""

    question: str
    passage: str
    start: int | None
    end: int | None


def read_rows(files: Iterable[Path]) -> list[Row]:
    """Read .jsonl or .jsonl.gz files of rows.

    Raises:
        InputError: a file cannot be read or a line is not such a row; names file and line.
    """
    rows: list[Row] = []
    for file in files:
        try:
            with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
                for number, line in enumerate(lines, 1):
                    row = json.loads(line)
                    if not {"question", "context", "answer"} <= row.keys():
                        raise InputError(f"{file}:{number}: a row needs question, context and answer")
                    rows.append(row)
        except (OSError, ValueError) as error:
            raise InputError(f"{file}: cannot be read as rows ({error}); give .jsonl or .jsonl.gz") from error
    return rows


def make_examples(rows: Sequence[Row], negatives: float, rng: random.Random) -> list[Example]:
    """Make an example of each row, and for a share `negatives` of the answerable ones another whose passage does not answer.

    A passage that does not answer is the one that looks most like the question by BM25 among other contexts, or another
    window of the same long context.
    """
    joined = [_among_neighbours(row, siblings, rng) for row, siblings in _with_siblings(rows)]
    examples = [_window(row, rng) for row in joined]
    chosen = [row for row in joined if row["answer"] is not None and rng.random() < negatives]
    return examples + _hard_negatives(chosen, sorted({row["context"] for row in joined}), rng)


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
    return row | {"context": " ".join([*before, row["context"], *after]), "start": row["start"] + shift}


def _window(row: Row, rng: random.Random) -> Example:
    """Cut a long context to a window of whole words that holds the answer at a random place."""
    context: str = row["context"]
    if row["answer"] is None:
        return Example(row["question"], _cut(context, rng.randint(0, max(0, len(context) - WINDOW_CHARS))), None, None)
    start, end = row["start"], row["start"] + len(row["answer"])
    room = max(0, WINDOW_CHARS - (end - start))
    first = max(0, min(start - rng.randint(0, room), len(context) - WINDOW_CHARS))
    first = context.rfind(" ", 0, first) + 1 if first and context[first - 1] != " " else first
    last = context.find(" ", max(end, first + WINDOW_CHARS))
    passage = context[first : last if last > 0 else len(context)]
    return Example(row["question"], passage, start - first, end - first)


def _cut(text: str, first: int) -> str:
    first = text.rfind(" ", 0, first) + 1
    last = text.find(" ", first + WINDOW_CHARS)
    return text[first : last if last > 0 else len(text)]


def _hard_negatives(rows: Sequence[Row], contexts: Sequence[str], rng: random.Random) -> list[Example]:
    if not rows:
        return []
    import bm25s

    windows = [_cut(text, first) for text in contexts for first in range(0, len(text), WINDOW_CHARS)]
    retriever = bm25s.BM25()
    retriever.index(bm25s.tokenize(windows, stopwords="en", show_progress=False), show_progress=False)
    questions = bm25s.tokenize([row["question"] for row in rows], stopwords="en", show_progress=False)
    found, _ = retriever.retrieve(questions, k=min(10, len(windows)), show_progress=False)
    examples = []
    for row, near in zip(rows, found, strict=True):
        answer = row["answer"].casefold()
        useful = [windows[n] for n in near if answer not in windows[n].casefold()]
        if useful:
            examples.append(Example(row["question"], rng.choice(useful[:3]), None, None))
    return examples
