"""`python -m eval.support`: how well the gate tells supported claims from others, by its rules alone and with the reader.

--pairs FILE …     claims with their evidence and label, as for rag.reader.train; an "edit" says what was made wrong
--summaries FILE   documents with a summary that is consistent (label 1) or not (0), as SummEdits has them (Laban et al. 2023)

A claim counts as accepted from partial support on. A summary is accepted when each of its sentences is, by the best of the
document's passages of one to three sentences that share most words with it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from eval.metrics import bootstrap_interval
from eval.record import Task, row_of
from rag.entailment import weigh
from rag.errors import explained
from rag.reader.claims import SUPPORTED
from rag.reader.model import WEIGHTS, Reader
from rag.reader.rows import CLAIM_FIELDS, Row, read_rows
from rag.records import ArticleInfo, Sentence, Span
from rag.split import split_sentences
from rag.support import RANK, Verdict, support_of
from rag.words import stems

KIND = "claim"
PASSAGES_TRIED = 6
SUMMARY_FIELDS = ("doc", "summary", "label", "edit_types")
# A claim, and the passages that may support it.
Claim = tuple[str, list[list[Sentence]]]
Judge = Callable[[str, Sequence[Sentence]], Verdict]


def main() -> None:
    """Read the command line, judge every claim twice, and print a table a file."""
    parser = argparse.ArgumentParser(prog="python -m eval.support", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--pairs", nargs="*", type=Path, default=[], metavar="FILE")
    parser.add_argument("--summaries", nargs="*", type=Path, default=[], metavar="FILE")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, metavar="FILE", help="another reader than the released one")
    options = parser.parse_args()
    reader = Reader(options.weights)
    judges: dict[str, Judge] = {
        "rules": support_of,
        "rules and reader": lambda claim, sentences: weigh(support_of(claim, sentences), claim, sentences, reader),
    }
    for file in options.pairs:
        report(
            file,
            [
                (row["label"] == SUPPORTED, row.get("edit") or "", [(row["claim"], [cited_in(row)])])
                for row in read_rows([file], CLAIM_FIELDS)
            ],
            judges,
        )
    for file in options.summaries:
        report(
            file, [(row["label"] == 1, ", ".join(row["edit_types"]), claims_of(row)) for row in read_rows([file], SUMMARY_FIELDS)], judges
        )


def cited_in(row: Row) -> list[Sentence]:
    """Make stored sentences of a row's evidence, under its title if it has one."""
    return as_sentences(row["evidence"], row.get("title", ""))


def claims_of(row: Row) -> list[Claim]:
    """Give a summary's sentences, each with the passages of the document that may support it."""
    sentences = [span.text for span in split_sentences(row["doc"])]
    passages = [sentences[n : n + size] for size in (1, 2, 3) for n in range(max(1, len(sentences) - size + 1))]
    words = [stems(" ".join(passage)) for passage in passages]
    claims: list[Claim] = []
    for span in split_sentences(row["summary"]):
        asked = stems(span.text)
        # A longer passage shares more words by its length alone: that counts against it a little.
        order = sorted(range(len(passages)), key=lambda n: -len(asked & words[n]) / (1 + 0.02 * len(words[n])))
        claims.append((span.text, [as_sentences(passages[n]) for n in order[:PASSAGES_TRIED]]))
    return claims


def report(file: Path, rows: Sequence[tuple[bool, str, list[Claim]]], judges: dict[str, Judge]) -> None:
    """Print how many of the true and of the false are accepted, and balanced accuracy, the mean of the two rates that are right."""
    print(f"{file.name}: {sum(true for true, _, _ in rows)} supported, {sum(not true for true, _, _ in rows)} not")
    for name, judge in judges.items():
        accepted = [accepts(judge, claims) for _, _, claims in rows]
        right = [yes == true for yes, (true, _, _) in zip(accepted, rows, strict=True)]
        groups = {kind: [ok for ok, (true, _, _) in zip(right, rows, strict=True) if true is kind] for kind in (True, False)}
        print(f"  {name}: balanced accuracy {np.mean([np.mean(group) for group in groups.values()]):.3f}")
        for kind, label in ((True, "supported, accepted"), (False, "others, refused")):
            low, high = bootstrap_interval(groups[kind])
            print(f"    {label}: {np.mean(groups[kind]):.3f} [{low:.3f}, {high:.3f}]")
        edits = sorted({edit for _, edit, _ in rows if edit})
        by_edit = {edit: [ok for ok, (_, of, _) in zip(right, rows, strict=True) if of == edit] for edit in edits}
        print("    refused by what was changed: " + ", ".join(f"{edit} {np.mean(oks):.2f} (n={len(oks)})" for edit, oks in by_edit.items()))


def tasks(rows: Sequence[Row], reader: Reader | None) -> list[Task]:
    """Make a task of each claim, by rules and reader as in use."""
    return [Task(row["id"], partial(measure, row, reader)) for row in rows]


def measure(row: Row, reader: Reader | None) -> Row:
    """Judge a claim; give its row of results."""
    cited = cited_in(row)
    rules = support_of(row["claim"], cited)
    verdict = weigh(rules, row["claim"], cited, reader) if reader else rules
    accepted = RANK[verdict.support] >= RANK["partial"]
    supported = row["label"] == SUPPORTED
    scores = {"claim_accepted": float(accepted)} if supported else {"claim_rejected": float(not accepted)}
    return row_of(row["id"], KIND, row["claim"], expected=[[row["label"]]], quotes=row["evidence"], status=verdict.support, **scores)


def accepts(judge: Judge, claims: Sequence[Claim]) -> bool:
    """Tell whether each claim has at least partial support by one of its passages."""
    return all(any(RANK[judge(claim, passage).support] >= RANK["partial"] for passage in passages) for claim, passages in claims)


def as_sentences(texts: Sequence[str], title: str = "") -> list[Sentence]:
    """Make stored sentences of texts, of one article."""
    info = ArticleInfo("", title, None, (), None, None, "", None)
    return [Sentence(info, n, Span(0, len(text), text), np.zeros(0, dtype=np.float32)) for n, text in enumerate(texts)]


if __name__ == "__main__":
    with explained():
        main()
