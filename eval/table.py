"""A plain CSV file of questions about a folder of articles: question, answer, and perhaps id, article or url.

`answer` holds accepted wordings between "|"; empty means that the articles do not say. `article` is a file's name, `url` an
article's address; without either, any article may answer. Nobody marked the evidence: every sentence there that holds the answer's
words counts, as for open-domain retrieval (Karpukhin et al. 2020).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from eval.gold import Question, Quotation
from eval.metrics import holds_answer
from rag.errors import InputError
from rag.records import NO_FILTERS, Sentence
from rag.store import Store


def load_csv(file: Path, store: Store) -> list[Question]:
    """Read the questions, and find their evidence in the stored articles.

    Raises:
        InputError: a column is missing, a line has no question, an article is unknown, or no sentence holds an answer; the message
            lists all of them with file and line.
    """
    articles = store.select(NO_FILTERS)
    named = {name: info.id for info in articles for name in (Path(info.path).name, info.url) if name}
    sentences = {info.id: store.whole(info.id) for info in articles}
    questions: list[Question] = []
    problems: list[str] = []
    for number, row in _rows(file):
        try:
            questions.append(_question(row, number, named, sentences))
        except InputError as error:
            problems.append(f"{file}:{number}: {error}")
    if problems:
        raise InputError("\n".join(problems))
    return questions


def _rows(file: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Give the rows, each with the number of its last line and its columns in lower case."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            columns = [name.strip().lower() for name in reader.fieldnames or ()]
            if not {"question", "answer"} <= set(columns):
                raise InputError(f"{file}:1: the columns are {', '.join(columns) or 'missing'}; question and answer are needed")
            reader.fieldnames = columns
            for row in reader:
                yield reader.line_num, {name: (row[name] or "").strip() for name in columns}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{file}: cannot be read ({error}); give a CSV file in UTF-8 with the columns question and answer") from error


def _question(row: Mapping[str, str], number: int, named: Mapping[str, str], sentences: Mapping[str, list[Sentence]]) -> Question:
    if not row["question"]:
        raise InputError("there is no question")
    place = row.get("article") or row.get("url") or ""
    if place and place not in named:
        raise InputError(f"the article {place} is unknown; name a file or an address of the collection")
    answers = tuple(part.strip() for part in row["answer"].split("|") if part.strip())
    searched = [named[place]] if place else list(sentences)
    evidence = tuple(
        Quotation(article, sentence.span.text)
        for article in searched
        for sentence in sentences[article]
        if holds_answer(sentence.span.text, answers)
    )
    if answers and not evidence:
        raise InputError(
            f"no sentence of {place or 'any article'} holds {' or '.join(map(repr, answers))}; add the wording that stands there"
        )
    kind = "fact" if answers else "unanswerable"
    return Question(row.get("id") or f"line-{number}", kind, row["question"], (answers,) if answers else (), evidence)
