"""A SQuAD file (v1.1 or v2.0, Rajpurkar et al. 2016, 2018) as a collection of articles and questions about it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import yaml

from eval.gold import Question, Quotation
from rag.clean import normalise
from rag.errors import InputError


def unpack(file: Path, folder: Path) -> list[Question]:
    """Write each paragraph as an article file into `folder`; give the questions.

    Raises:
        InputError: the file cannot be read, or is not of SQuAD's form.
    """
    folder.mkdir(parents=True, exist_ok=True)
    questions: list[Question] = []
    try:
        for topic, group in enumerate(json.loads(file.read_text(encoding="utf-8"))["data"]):
            for number, paragraph in enumerate(group["paragraphs"]):
                name = f"{topic:04}-{number:04}.md"
                text = normalise(paragraph["context"])
                write_article(folder / name, {"title": str(group.get("title", "")).replace("_", " ") or "untitled"}, text)
                questions += [_question(row, name, text) for row in paragraph["qas"]]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{file}: not a SQuAD file ({type(error).__name__}: {error}); give one with data, paragraphs and qas") from error
    return questions


def write_article(file: Path, about: Mapping[str, str], text: str) -> None:
    """Write an article as Markdown with front matter, so that its text comes out as it went in."""
    file.write_text(f"---\n{yaml.safe_dump(dict(about), allow_unicode=True)}---\n{as_markdown(text)}\n", encoding="utf-8")


def as_markdown(text: str) -> str:
    """Escape what Markdown would take for marks, line ends among them, so that the text comes out as it went in."""
    escaped = "".join(f"\\{char}" if char in "\\`*_{}[]()<>#+-.!|&~=:" else char for char in text)
    return re.sub(r"(?<!\n)\n(?!\n)", "\\\\\n", escaped)


def _question(row: dict[str, object], name: str, text: str) -> Question:
    found = row["answers"] if isinstance(row["answers"], list) else []
    answers = tuple(dict.fromkeys(str(answer["text"]) for answer in found))
    evidence = tuple(Quotation(name, normalise(answer)) for answer in answers if normalise(answer) in text)
    answerable = bool(answers) and not row.get("is_impossible", False)
    return Question(
        id=str(row["id"]),
        kind="fact" if answerable else "unanswerable",
        text=str(row["question"]),
        answers=(answers,) if answerable else (),
        evidence=evidence if answerable else (),
    )
