"""`python -m eval draft PATH…`: gold questions about new articles, as drafts that a person rewords and confirms.

A sentence with exactly one number, one date or one named speaker becomes a draft in which that is blanked out, with the sentence as
evidence. Its wording is no question yet, and it may not be the only sentence that answers: so a run refuses a row whose "status" is
"draft". To confirm one, ask for the blank in your own words, add other sentences that answer, and take "status" and "note" out.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from eval.gold import DRAFT
from rag.clean import clean
from rag.errors import InputError
from rag.figures import figures, find_dates
from rag.load import find_files, load
from rag.records import Article, RawDocument
from rag.speaker import speaker_of
from rag.split import split_sentences

BLANK = "____"
# Shorter ones say too little, longer ones too much, to be asked about.
LEAST_CHARS, MOST_CHARS = 50, 300
OF_EACH_KIND = 3
NOTE = "ask for the blank in your own words; add other sentences that answer; then take out status and note"


def main(arguments: Sequence[str]) -> int:
    """Draft questions; print them as lines of a gold file."""
    parser = argparse.ArgumentParser(prog="python -m eval draft", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="articles, or folders of them")
    options = parser.parse_args(arguments)
    for file in find_files(options.paths):
        try:
            for row in _drafts_in(file):
                print(json.dumps(row, ensure_ascii=False))
        except InputError as error:
            print(f"skipped: {error}", file=sys.stderr)
    return 0


def _drafts_in(file: Path) -> Iterator[dict[str, Any]]:
    """Draft questions about a file's articles; raises InputError when it or a part of it cannot be read."""
    for raw in load(file):
        if not isinstance(raw, RawDocument):
            raise InputError(raw.reason)
        yield from drafts(clean(raw), file.name)


def drafts(article: Article, file: str) -> Iterator[dict[str, Any]]:
    """Draft at most OF_EACH_KIND questions of each kind about an article, in the order of its sentences."""
    left = dict.fromkeys(("number", "date", "who-said"), OF_EACH_KIND)
    for span in split_sentences(article.text):
        sentence = " ".join(span.text.split())
        blanked = _blanked(sentence) if LEAST_CHARS <= len(sentence) <= MOST_CHARS and article.text.count(span.text) == 1 else None
        if blanked and left[blanked[0]]:
            kind, answer = blanked
            left[kind] -= 1
            yield {
                "id": f"draft-{hashlib.sha256(f'{article.info.id} {span.start}'.encode()).hexdigest()[:8]}",
                "status": DRAFT,
                "kind": kind,
                "question": f"{article.info.title}: {sentence.replace(answer, BLANK)}",
                "answers": [[answer]],
                "evidence": [{"article": file, "quote": span.text}],
                "note": NOTE,
            }


def _blanked(sentence: str) -> tuple[str, str] | None:
    """Say which kind of question the sentence can be made into, and what it would ask for; None unless there is exactly one thing."""
    # "One" is seldom a number that anybody asks for.
    numbers = [figure for figure in figures(sentence) if figure.value != 1]
    dates, speaker = find_dates(sentence), speaker_of(sentence)
    if len(numbers) + len(dates) == 1:
        only = (numbers or dates)[0]
        return ("number" if numbers else "date"), only.text
    if not numbers and not dates and speaker and speaker[0].isupper() and sentence.count(speaker) == 1:
        return "who-said", speaker
    return None
