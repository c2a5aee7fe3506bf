"""`python -m eval.reader --rows FILE …`: how well the reader alone reads, with the right text given to it.

F1 and exact match of the best span (SQuAD's definitions), whether it stands in the right sentence, and AUROC of its score between
the passages of the text and the same without the sentences that hold the answer (the event is there, the fact is not). And how long
it takes to load, to read as many passages as in use, and to read 20.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from eval.metrics import bootstrap_interval, exact_match, f1
from rag.errors import explained
from rag.pipeline import PASSAGES_READ
from rag.reader.examples import title_of
from rag.reader.model import WEIGHTS, Reader, with_title
from rag.reader.rows import Row, read_rows
from rag.records import Span
from rag.split import PASSAGE_CHARS, split_passages, split_sentences

MEASURES = ("f1", "exact_match", "sentence")
TIMED = 30


def main() -> None:
    """Read the command line, read the rows' texts, and print a line a source."""
    parser = argparse.ArgumentParser(prog="python -m eval.reader", description=__doc__)
    parser.add_argument("--rows", nargs="+", type=Path, required=True, metavar="FILE", help="rows as for rag.reader.train")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, metavar="FILE", help="another reader than the released one")
    parser.add_argument("--limit", type=int, default=200, metavar="N", help="questions of each source")
    options = parser.parse_args()
    begun = time.perf_counter()
    reader = Reader(options.weights)
    loaded = time.perf_counter() - begun
    rows = [row for row in read_rows(options.rows) if row["answer"]]
    random.Random(1).shuffle(rows)
    sources = sorted({str(row.get("source", "")) for row in rows})
    chosen = [row for source in sources for row in [row for row in rows if row.get("source", "") == source][: options.limit]]
    scored = [score(row, reader) for row in tqdm(chosen, unit="question", file=sys.stderr)]
    print(f"{'source':24}{'n':>5}" + "".join(f"{name:>26}" for name in MEASURES) + f"{'AUROC':>8}")
    for source in sources:
        own = [one for one, row in zip(scored, chosen, strict=True) if row.get("source", "") == source]
        cells = []
        for name in MEASURES:
            values = [one[name] for one in own]
            low, high = bootstrap_interval(values)
            cells.append(f"{np.mean(values):8.3f} [{low:.3f}, {high:.3f}]")
        there, absent = [one["score"] for one in own], [one["absent"] for one in own if one["absent"] is not None]
        auroc = roc_auc_score([1] * len(there) + [0] * len(absent), there + absent) if absent else float("nan")
        print(f"{source:24}{len(own):>5}" + "".join(f"{cell:>26}" for cell in cells) + f"{auroc:8.3f}")
    print(f"loaded in {loaded:.2f} s; " + "; ".join(cost(chosen, reader, count) for count in (PASSAGES_READ, 20)))


def cost(rows: Sequence[Row], reader: Reader, count: int) -> str:
    """Say how long `count` passages of full length take to read, over TIMED questions."""
    long = {row["context"]: title_of(row) for row in rows if len(row["context"]) >= PASSAGE_CHARS}
    texts = [with_title(title, context[:PASSAGE_CHARS])[0] for context, title in long.items()][:count]
    inside = [split_sentences(text) for text in texts]
    taken = []
    for row in rows[:TIMED]:
        begun = time.perf_counter()
        reader.mark(row["question"], texts, inside)
        taken.append(1000 * (time.perf_counter() - begun))
    return f"{len(texts)} passages read in {np.median(taken):.0f} ms at the median, {np.percentile(taken, 95):.0f} in 95 of 100"


def score(row: Row, reader: Reader) -> dict[str, Any]:
    """Read a row's text with and without the sentences that hold the answer; "absent" is the score without (None: none is left)."""
    text, answer = row["context"], row["answer"]
    sentences = split_sentences(text)
    best, span = _best(row, text, sentences, reader)
    kept = [sentence.text for sentence in sentences if answer.casefold() not in sentence.text.casefold()]
    rest = " ".join(kept)
    said = text[span.start : span.end]
    right = any(each.start <= span.start < each.end and each.start <= row["start"] < each.end for each in sentences)
    return {
        "f1": f1(said, [answer]),
        "exact_match": exact_match(said, [answer]),
        "sentence": float(right),
        "score": best,
        "absent": _best(row, rest, split_sentences(rest), reader)[0] if kept else None,
    }


def _best(row: Row, text: str, sentences: Sequence[Span], reader: Reader) -> tuple[float, Span]:
    """Give the best span of all passages of a text, as offsets into it, and its score."""
    texts, inside, shifts = [], [], []
    for passage in split_passages(text, list(sentences)):
        whole, at = with_title(title_of(row), passage.span.text)
        shift = at - passage.span.start
        texts.append(whole)
        inside.append([Span(each.start + shift, each.end + shift, each.text) for each in sentences[passage.first : passage.last + 1]])
        shifts.append(shift)
    marks = [
        (mark.score, Span(mark.start - shift, mark.end - shift, ""))
        for shift, found in zip(shifts, reader.mark(row["question"], texts, inside), strict=True)
        for mark in found
        if mark
    ]
    return max(marks, key=lambda each: each[0], default=(0.0, Span(0, 0, "")))


if __name__ == "__main__":
    with explained():
        main()
