"""A SQuAD file (v1.1 or v2.0, Rajpurkar et al. 2016, 2018) as a collection of articles and questions about it.

The rows that the reader is trained on do as well. Evidence is the sentence in which an answer was marked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from eval.gold import Question, Quotation, spread
from rag.clean import normalise
from rag.errors import InputError
from rag.reader.examples import title_of
from rag.reader.rows import Row, read_rows
from rag.records import Span
from rag.split import split_sentences


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text with the questions about it, each as SQuAD has it: id, question, answers, and perhaps is_impossible."""

    title: str
    context: str
    questions: Sequence[Row]


def unpack(file: Path, folder: Path, limit: int | None = None) -> list[Question]:
    """Write each paragraph as an article file into `folder`, `limit` of them spread evenly over the file; give the questions.

    Raises:
        InputError: the file cannot be read, or is not of SQuAD's form, nor rows of questions and contexts (rag/reader/rows.py).
    """
    folder.mkdir(parents=True, exist_ok=True)
    questions: list[Question] = []
    try:
        paragraphs = (
            _of_rows(read_rows([file])) if file.suffix in {".jsonl", ".gz"} else _of_squad(json.loads(file.read_text(encoding="utf-8")))
        )
        for number, paragraph in enumerate(spread(paragraphs, limit)):
            name = f"{number:06}.md"
            text = normalise(paragraph.context)
            write_article(folder / name, {"title": paragraph.title or "untitled"}, text)
            questions += [_question(row, name, text) for row in paragraph.questions]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{file}: not a SQuAD file ({type(error).__name__}: {error}); give one with data, paragraphs and qas") from error
    return questions


def _of_squad(content: Row) -> list[Paragraph]:
    return [
        Paragraph(str(group.get("title", "")).replace("_", " "), paragraph["context"], paragraph["qas"])
        for group in content["data"]
        for paragraph in group["paragraphs"]
    ]


def _of_rows(rows: Sequence[Row]) -> list[Paragraph]:
    """Gather the rows of each context."""
    about: dict[str, list[Row]] = {}
    for number, row in enumerate(rows):
        answers = [{"text": row["answer"], "answer_start": row.get("start")}] if row["answer"] else []
        about.setdefault(row["context"], []).append({"id": f"row-{number}", "question": row["question"], "answers": answers})
    titles = {row["context"]: title_of(row) for row in rows}
    return [Paragraph(titles[context], context, questions) for context, questions in about.items()]


def write_article(file: Path, about: Mapping[str, str], text: str) -> None:
    """Write an article as Markdown with front matter, so that its text comes out as it went in."""
    file.write_text(f"---\n{yaml.safe_dump(dict(about), allow_unicode=True)}---\n{as_markdown(text)}\n", encoding="utf-8")


def as_markdown(text: str) -> str:
    """Escape what Markdown would take for marks, line ends among them, so that the text comes out as it went in."""
    escaped = "".join(f"\\{char}" if char in "\\`*_{}[]()<>#+-.!|&~=:" else char for char in text)
    return re.sub(r"(?<!\n)\n(?!\n)", "\\\\\n", escaped)


def _question(row: Row, name: str, text: str) -> Question:
    found = row["answers"] if isinstance(row["answers"], list) else []
    answers = tuple(dict.fromkeys(str(answer["text"]) for answer in found))
    sentences = split_sentences(text) if found else []
    evidence = dict.fromkeys(Quotation(name, sentence.text) for answer in found for sentence in _around(answer, text, sentences))
    answerable = bool(answers) and not row.get("is_impossible", False)
    return Question(
        id=str(row["id"]),
        kind="fact" if answerable else "unanswerable",
        text=str(row["question"]),
        answers=(answers,) if answerable else (),
        evidence=tuple(evidence) if answerable else (),
    )


def _around(answer: Row, text: str, sentences: Sequence[Span]) -> list[Span]:
    """Give the sentences in which a marked answer stands: of the places with its words, the nearest to its mark."""
    words = normalise(str(answer["text"]))
    starts = [match.start() for match in re.finditer(re.escape(words), text)] if words else []
    if not starts:
        return []
    start = min(starts, key=lambda place: abs(place - int(answer.get("answer_start") or 0)))
    return [sentence for sentence in sentences if sentence.start < start + len(words) and start < sentence.end]
