"""The project's own clusters as a collection: invented events, each told by six articles, with questions whose answers are all marked.

`eval/clusters/{train,dev}.jsonl.gz` hold one cluster a line: "cluster", "articles" ("title", "outlet", "published", "text"), and
"questions" ("kind", "question", "before": the question before a follow-up or null, and "answers": [article, start, end] of the words in
each sentence that answers). What has no answer is a near miss: the articles tell of the same people and things, but not that. The reader
learns from `train`; `dev` is kept from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from eval.gold import Question, Quotation, spread
from eval.squad import write_article
from rag.errors import InputError
from rag.reader.rows import Row, read_rows
from rag.records import Span
from rag.split import split_sentences

FIELDS = ("cluster", "articles", "questions")


def unpack(file: Path, folder: Path, limit: int | None = None) -> list[Question]:
    """Write the articles into `folder`, a Markdown file each; give the questions, at most `limit`, spread evenly over the file.

    Raises:
        InputError: the file cannot be read, or is not of the form above.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        questions = [question for cluster in read_rows([file], FIELDS) for question in _unpacked(cluster, folder)]
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise InputError(
            f"{file}: not a file of clusters ({type(error).__name__}: {error}); eval/clusters.py says what it holds"
        ) from error
    return spread(questions, limit)


def _unpacked(cluster: Row, folder: Path) -> list[Question]:
    articles = cluster["articles"]
    names = [f"{cluster['cluster']}-{number}.md" for number in range(1, len(articles) + 1)]
    for name, article in zip(names, articles, strict=True):
        write_article(folder / name, {key: article[key] for key in ("title", "outlet", "published")}, article["text"])
    first = {row["question"]: _words(row, articles)[0] for row in cluster["questions"] if row["answers"]}
    sentences = [split_sentences(article["text"]) for article in articles]
    questions = []
    for number, row in enumerate(cluster["questions"], 1):
        evidence = [Quotation(names[article], _holding(sentences[article], start, end)) for article, start, end in row["answers"]]
        questions.append(_question(f"{cluster['cluster']}-{number}", row, _words(row, articles), evidence, first))
    return questions


def _question(number: str, row: Row, words: Sequence[str], evidence: Sequence[Quotation], first: Mapping[str, str]) -> Question:
    wordings = tuple(dict.fromkeys(words))
    return Question(
        id=number,
        kind=str(row["kind"]),
        text=str(row["question"]),
        # What the articles disagree on has as many answers, all else one in several wordings.
        answers=tuple((each,) for each in wordings) if row["kind"] == "conflict" else (wordings,) if wordings else (),
        evidence=tuple(dict.fromkeys(evidence)),
        history=((row["before"], first.get(row["before"], "")),) if row["before"] else (),
        near_miss=not row["answers"],
    )


def _words(row: Row, articles: Sequence[Row]) -> list[str]:
    return [articles[article]["text"][start:end] for article, start, end in row["answers"]]


def _holding(sentences: Sequence[Span], start: int, end: int) -> str:
    """Give the sentence in which [start, end) of a text stands; raises ValueError if none holds all of it."""
    for sentence in sentences:
        if sentence.start <= start < end <= sentence.end:
            return sentence.text
    raise ValueError(f"what is marked at {start} to {end} stands in no sentence")
