"""`python -m rag.reader.annotations`: training rows from the project's own questions and claims about published articles.

`annotations/*.jsonl.gz` hold what was written about articles of Wikinews (2019 to 2021) and of RealTime QA (2022), by URL and
place; the articles themselves are not in this repository. Claims whose label is not "supported" were made wrong on purpose, in
one point each, as in FEVER (Thorne et al. 2018): they are for training and measuring, and say nothing about anybody.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from rag.errors import explained
from rag.reader.rows import CLAIM_FIELDS, Row, read_rows

FOLDER = Path(__file__).parent / "annotations"
SOURCE = "own"


def question_rows(questions: Iterable[Row], articles: Mapping[str, Row]) -> list[Row]:
    """Join questions to their articles' texts; those whose article is not there are left out."""
    return [
        {"source": SOURCE, "question": each["question"], "answer": each["answer"], "start": each["start"]}
        | {"title": articles[each["url"]]["title"], "context": articles[each["url"]]["text"]}
        for each in questions
        if each["url"] in articles
    ]


def claim_rows(claims: Iterable[Row], articles: Mapping[str, Row]) -> list[Row]:
    """Join claims to the sentences that they are about, likewise."""
    return [
        {"source": SOURCE, "claim": each["claim"], "label": each["label"], "edit": each["edit"]}
        | {"title": articles[each["url"]]["title"]}
        | {"evidence": [" ".join(articles[each["url"]]["text"][start:end].split()) for start, end in each["sentences"]]}
        for each in claims
        if each["url"] in articles
    ]


def main() -> None:
    """Read the command line, and write the rows of each split."""
    parser = argparse.ArgumentParser(prog="python -m rag.reader.annotations", description=__doc__)
    parser.add_argument("--articles", nargs="+", type=Path, required=True, metavar="FILE", help=".jsonl.gz of {url, title, text}")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the four .jsonl.gz files are written")
    options = parser.parse_args()
    articles = {row["url"]: row for row in read_rows(options.articles, ("url", "title", "text"))}
    options.out.mkdir(parents=True, exist_ok=True)
    for name, fields, join in (
        ("questions", ("url", "question", "answer"), question_rows),
        ("claims", ("url", *CLAIM_FIELDS[:1]), claim_rows),
    ):
        rows = read_rows([FOLDER / f"{name}.jsonl.gz"], fields)
        for split in ("train", "dev"):
            wanted = [row for row in rows if row["split"] == split]
            joined = join(wanted, articles)
            with gzip.open(options.out / f"{name}-{split}.jsonl.gz", "wt", encoding="utf-8") as file:
                file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in joined)
            sys.stderr.write(f"{name}-{split}.jsonl.gz: {len(joined)} of {len(wanted)} rows\n")


if __name__ == "__main__":
    with explained():
        main()
