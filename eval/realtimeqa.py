"""RealTime QA (Kasai et al. 2022): news quiz questions with the articles that a web search returned, as a collection.

A folder holds questions.jsonl.gz ("id", "question", "answers", "urls", "answer_in_articles", and the "date" as of which it is asked)
and articles.jsonl.gz ("url", "title", "text", "published"). Nobody marked the evidence: every sentence of a question's own articles in
which the answer's words stand counts, as for open-domain retrieval (Karpukhin et al. 2020). Questions whose answer stands nowhere in
them are left out, since it may still be said in other words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from eval.gold import Question, Quotation, spread
from eval.metrics import holds_answer
from eval.squad import write_article
from rag.clean import normalise
from rag.errors import InputError
from rag.reader.rows import Row, read_rows
from rag.split import split_sentences

QUESTION_FIELDS = ("id", "question", "answers", "urls", "answer_in_articles")
ARTICLE_FIELDS = ("url", "title", "text", "published")


def unpack(source: Path, folder: Path, limit: int | None) -> list[Question]:
    """Write the articles of at most `limit` questions, spread evenly over the set, into `folder`; give the questions.

    Raises:
        InputError: a file is missing or is not of the form above.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        asked = [row for row in read_rows([source / "questions.jsonl.gz"], QUESTION_FIELDS) if row["answer_in_articles"]]
        articles = {row["url"]: row for row in read_rows([source / "articles.jsonl.gz"], ARTICLE_FIELDS)}
        asked = spread(asked, limit)
        names = {url: _write(articles[url], folder) for row in asked for url in row["urls"] if url in articles}
        return [_question(row, articles, names) for row in asked]
    except (InputError, OSError, KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{source}: not a RealTime QA folder ({type(error).__name__}: {error}); give one with questions.jsonl.gz and articles.jsonl.gz"
        ) from error


def _write(row: Row, folder: Path) -> str:
    """Write an article as a Markdown file; give its name."""
    name = hashlib.sha256(row["url"].encode()).hexdigest()[:16] + ".md"
    about = {"title": row["title"] or "untitled", "url": row["url"]} | ({"published": row["published"]} if row["published"] else {})
    write_article(folder / name, about, normalise(row["text"]))
    return name


def _question(row: Row, articles: Mapping[str, Row], names: Mapping[str, str]) -> Question:
    answers = tuple(str(answer).strip(" .“”\"'") for answer in row["answers"])
    evidence = [
        Quotation(names[url], sentence.text)
        for url in row["urls"]
        if url in names
        for sentence in split_sentences(normalise(articles[url]["text"]))
        if holds_answer(sentence.text, answers)
    ]
    asked = date.fromisoformat(row["date"]) if row.get("date") else None
    return Question(str(row["id"]), "fact", str(row["question"]), (answers,), tuple(evidence), asked=asked)
