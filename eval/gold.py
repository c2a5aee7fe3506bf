"""Gold questions: one JSON object a line, checked against the articles before anything is measured."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Protocol, TypeVar, get_args

from rag.errors import InputError
from rag.records import Stance

KINDS = (
    "fact",
    "number",
    "date",
    "who-said",
    "list",
    "several",
    "conflict",
    "paraphrase",
    "follow-up",
    "false-premise",
    "unanswerable",
)
FOLDER = Path(__file__).parent / "gold"
# The status of a row that nobody has confirmed (draft.py).
DRAFT = "draft"
# What a dialogue's history says where the articles do not answer.
UNSAID = "The articles do not say."
Each = TypeVar("Each")


@dataclass(frozen=True, slots=True)
class Quotation:
    """A sentence that answers a question, or a part of it; `article` is a file name in the collection."""

    article: str
    quote: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question with everything that is needed to judge an answer to it.

    answers: one tuple of accepted variants for each part of the answer; empty when the collection does not answer. Of a question with a
        false premise, what the articles say instead.
    evidence: every sentence that answers the question or a part of it.
    history: the (question, answer) pairs that stand before a follow-up; of a turn of a dialogue, those of the turns before it.
    dialogue: what names the dialogue that it is a turn of; "" when it is none.
    near_miss: unanswerable, though the collection tells of the same people and events.
    stance: what the accepted speaker of a who-said question takes by the verb: support, oppose, or neutral.
    without: file names of the articles that are not searched, nor copies of them.
    asked: the day from which "this week" in it is seen; None for the day of the run.
    """

    id: str
    kind: str
    text: str
    answers: tuple[tuple[str, ...], ...]
    evidence: tuple[Quotation, ...]
    history: tuple[tuple[str, str], ...] = ()
    near_miss: bool = False
    stance: str = "neutral"
    without: tuple[str, ...] = ()
    dialogue: str = ""
    asked: date | None = None

    @property
    def answerable(self) -> bool:
        """Whether the collection answers it."""
        return bool(self.answers)

    @property
    def turn(self) -> int | None:
        """Its place in its dialogue, from 1; None when it is in none."""
        return len(self.history) + 1 if self.dialogue else None


def spread(rows: Sequence[Each], limit: int | None) -> list[Each]:
    """Take at most `limit` of the rows, spread evenly over all; None takes all."""
    return list(rows[:: max(1, len(rows) // limit)][:limit] if limit else rows)


def near_misses(questions: Iterable[Question]) -> list[Question]:
    """Make each question one that is not answered: asked of the same collection without the articles that hold its evidence."""
    return [
        replace(
            question,
            id=f"{question.id}-near-miss",
            kind="unanswerable",
            answers=(),
            evidence=(),
            near_miss=True,
            without=tuple(dict.fromkeys(item.article for item in question.evidence)),
        )
        for question in questions
        if question.answerable and question.evidence
    ]


class Entry(Protocol):
    """Anything that gold files hold: it has an id, and evidence that stands in the articles."""

    @property
    def id(self) -> str:
        """What names it; no two have the same."""
        ...

    @property
    def evidence(self) -> tuple[Quotation, ...]:
        """What it rests on."""
        ...


E = TypeVar("E", bound=Entry)


def load_gold(files: Iterable[Path], texts: Mapping[str, str]) -> list[Question]:
    """Read gold questions and check them against the articles' texts, by file name.

    Raises:
        InputError: see `read_gold`; also an unknown kind, or answers where there must be none or the other way round.
    """
    return _with_turns(read_gold(files, texts, _question, _check, what="question"))


def _with_turns(questions: Iterable[Question]) -> list[Question]:
    """Give each turn of a dialogue those before it, in the order of the lines, as its history; their answers in the first wording."""
    said: dict[str, list[tuple[str, str]]] = {}
    told = []
    for question in questions:
        if question.dialogue:
            turns = said.setdefault(question.dialogue, [])
            question = replace(question, history=tuple(turns))
            turns.append((question.text, "; ".join(part[0] for part in question.answers) or UNSAID))
        told.append(question)
    return told


def read_gold(
    files: Iterable[Path],
    texts: Mapping[str, str],
    parse: Callable[[Mapping[str, Any]], E],
    check: Callable[[E], list[str]],
    *,
    what: str,
) -> list[E]:
    """Read gold files, one JSON object a line, and check them against the articles' texts, by file name.

    Raises:
        InputError: a line that `parse` cannot read or `check` finds fault with, a draft, a repeated id, an unknown article, or a quotation
            that does not stand in its article; the message lists all of them with file and line.
    """
    entries: list[E] = []
    problems: list[str] = []
    seen: dict[str, str] = {}
    for file in files:
        for number, line in _lines(file):
            place = f"{file}:{number}"
            try:
                row = json.loads(line)
                entry = parse(row)
            except (json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
                problems.append(f"{place}: not a gold {what} ({type(error).__name__}: {error}); CONTRIBUTING shows the form")
                continue
            problems += [f"{place}: {problem}" for problem in (*check(entry), *_misquoted(entry.evidence, texts))]
            if row.get("status") == DRAFT:
                problems.append(f"{place}: {entry.id} is a draft; confirm it as the top of eval/draft.py says, or take it out")
            if entry.id in seen:
                problems.append(f"{place}: the id {entry.id} is taken by {seen[entry.id]}; give each {what} its own")
            seen[entry.id] = place
            entries.append(entry)
    if problems:
        raise InputError("\n".join(problems))
    return entries


def quotations(row: Mapping[str, Any]) -> tuple[Quotation, ...]:
    """Give the evidence of a line."""
    return tuple(Quotation(item["article"], item["quote"]) for item in row["evidence"])


def _lines(file: Path) -> list[tuple[int, str]]:
    """Give the lines that are not blank, each with its number."""
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: cannot be read ({error}); name a .jsonl file of gold lines") from error
    return [(number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _question(row: Mapping[str, Any]) -> Question:
    if not all(isinstance(part, list) for part in row["answers"]):
        raise TypeError("each part of answers is a list of accepted variants")
    return Question(
        id=str(row["id"]),
        kind=str(row["kind"]),
        text=str(row["question"]),
        answers=tuple(tuple(map(str, part)) for part in row["answers"]),
        evidence=quotations(row),
        history=tuple((turn["question"], turn["answer"]) for turn in row.get("history", ())),
        near_miss=bool(row.get("near_miss", False)),
        stance=str(row.get("stance", "neutral")),
        dialogue=str(row.get("dialogue", "")),
    )


def _check(question: Question) -> list[str]:
    problems = []
    if question.kind not in KINDS:
        problems.append(f"the kind {question.kind!r} is unknown; there are {', '.join(KINDS)}")
    if question.stance not in get_args(Stance):
        problems.append(f"the stance {question.stance!r} is unknown; there are {', '.join(get_args(Stance))}")
    if (question.kind == "unanswerable") == question.answerable:
        problems.append("answers must be empty for kind unanswerable, and only for it")
    if not all(question.answers):
        problems.append("a part of answers has no accepted wording")
    if question.answerable and not question.evidence:
        problems.append("there is no evidence; quote the sentences that answer")
    if question.dialogue and question.history:
        problems.append("a turn of a dialogue takes its history from the lines before it; leave history out")
    return problems


def _misquoted(evidence: Iterable[Quotation], texts: Mapping[str, str]) -> list[str]:
    problems = []
    for item in evidence:
        if item.article not in texts:
            problems.append(f"the article {item.article} is unknown; name a file of the collection")
        elif item.quote not in texts[item.article]:
            problems.append(f"the quotation {item.quote[:60]!r}… does not stand in {item.article}; copy it word for word")
    return problems
