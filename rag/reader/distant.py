"""`python -m rag.reader.distant`: training rows from questions whose answers are known, but not where they stand.

Distant supervision (Mintz et al. 2009; Joshi et al. 2017): of the places in a question's own articles where the answer's words
stand, the one with most of the question's words around it is taken. Written for RealTime QA (Kasai et al. 2022): questions
with "question", "answers" and "urls"; articles with "url", "title" and "text".
"""

from __future__ import annotations

import argparse
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rag.errors import explained
from rag.reader.rows import Row, read_rows
from rag.words import stems

AROUND_CHARS = 300
# Share of the question's words, by inverse document frequency, that must stand around the answer or in the title.
LEAST_COVERAGE = 0.5


def find_rows(questions: Iterable[Row], articles: Sequence[Row]) -> list[Row]:
    """Give a row for each question whose answer is found in one of its articles with enough of the question around it."""
    by_url = {article["url"]: article for article in articles}
    frequency = Counter(word for article in articles for word in stems(article["text"]))
    rows = []
    for question in questions:
        weights = {word: math.log(1 + len(articles) / (1 + frequency[word])) for word in stems(question["question"])}
        total = sum(weights.values()) or 1.0
        best, most = None, (LEAST_COVERAGE * total, 0.0)
        for article in (by_url[url] for url in question["urls"] if url in by_url):
            for start, end in (place for answer in question["answers"] for place in _places(answer, article["text"])):
                around = article["text"][max(0, start - AROUND_CHARS) : end + AROUND_CHARS]
                covered = (_weight(weights, f"{article['title']} {around}"), _weight(weights, around))
                if covered > most:
                    best, most = (article, start, end), covered
        if best:
            article, start, end = best
            where = {"title": article["title"], "context": article["text"], "answer": article["text"][start:end], "start": start}
            rows.append({"source": "realtimeqa", "question": question["question"], **where})
    return rows


def _weight(weights: Mapping[str, float], text: str) -> float:
    found = stems(text)
    return sum(weight for word, weight in weights.items() if word in found)


def _places(answer: str, text: str) -> list[tuple[int, int]]:
    """Find where an answer stands as whole words, in any case: (start, end) each."""
    answer = answer.strip(" .“”\"'")
    return [match.span() for match in re.finditer(rf"(?<!\w){re.escape(answer)}(?!\w)", text, re.IGNORECASE)] if answer else []


def main() -> None:
    """Read the command line and write the rows."""
    parser = argparse.ArgumentParser(prog="python -m rag.reader.distant", description=__doc__)
    parser.add_argument("--questions", type=Path, required=True, metavar="FILE", help="questions as .jsonl.gz")
    parser.add_argument("--articles", type=Path, required=True, metavar="FILE", help="articles as .jsonl.gz")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the .jsonl file of rows to write")
    options = parser.parse_args()
    rows = find_rows(
        read_rows([options.questions], ("question", "answers", "urls")), read_rows([options.articles], ("url", "title", "text"))
    )
    options.out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    with explained():
        main()
