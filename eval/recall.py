"""How much of the gold a summary or a timeline shows, as one row each whose sums the measures divide."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from eval.key_facts import GoldEvent, Nugget
from eval.matching import FULL, PARTIAL, Scores
from eval.measures import Measure
from eval.record import Row
from eval.shown import Quoted, Shown, is_supported, located

# Facts and sentences to the matcher's scores.
Match = Callable[[Sequence[str], Sequence[str]], Scores]

# Nugget recall: share of the nuggets that a summary recalls, of the vital ones (Voorhees 2003), of all, and with an okay one counting
# half (TREC RAG 2024). supported: sentences whose quotations stand and say them. repeated: sentences that an earlier one says in full.
SUMMARY_MEASURES = (
    Measure("vital_recall", lambda row: row["vital_recalled"], lambda row: row["vital"]),
    Measure("nugget_recall", lambda row: row["recalled"], lambda row: row["nuggets"]),
    Measure("weighted_recall", lambda row: row["vital_recalled"] + row["recalled"], lambda row: row["vital"] + row["nuggets"]),
    Measure("supported", lambda row: row["supported"], lambda row: row["sentences"]),
    Measure("repeated", lambda row: row["repeated"], lambda row: row["sentences"], good=-1),
)
# replaced: sentences that a model should have worded and that are the articles' own. seconds: that writing a summary took.
WRITING_MEASURES = (
    Measure("replaced", lambda row: row["replaced"], lambda row: row["sentences"], good=-1),
    Measure("seconds", lambda row: row["seconds"], lambda row: 1, good=-1),
)
# Precision, recall and F1 of events. date_right: of the events shown that quote a gold event's evidence, those with one of its dates.
TIMELINE_MEASURES = (
    Measure("event_precision", lambda row: row["matched"], lambda row: row["shown"]),
    Measure("event_recall", lambda row: row["matched"], lambda row: row["gold"]),
    Measure("event_f1", lambda row: 2 * row["matched"], lambda row: row["shown"] + row["gold"]),
    Measure("date_right", lambda row: row["dates_right"], lambda row: row["told"]),
)


def summary_row(nuggets: Sequence[Nugget], shown: Sequence[Shown], *, texts: Mapping[str, str], match: Match) -> Row:
    """Score a summary against its nuggets; "missed" and "repeats" say which. `texts` are the articles', by file name."""
    sentences = [each.text for each in shown]
    said = match([nugget.fact for nugget in nuggets], sentences)
    recalled = [_recalls(shown, located(nugget.evidence, texts), scores) for nugget, scores in zip(nuggets, said, strict=True)]
    vital = [nugget.importance == "vital" for nugget in nuggets]
    likeness = match(sentences, sentences)
    repeats = [text for n, text in enumerate(sentences) if (likeness[n, :n] >= FULL).any()]
    return {
        "nuggets": len(nuggets),
        "recalled": sum(recalled),
        "vital": sum(vital),
        "vital_recalled": sum(is_recalled for is_recalled, is_vital in zip(recalled, vital, strict=True) if is_vital),
        "sentences": len(shown),
        "supported": sum(is_supported(each, texts) for each in shown),
        "repeated": len(repeats),
        "missed": [nugget.id for nugget, found in zip(nuggets, recalled, strict=True) if not found],
        "repeats": repeats,
    }


def timeline_row(gold: Sequence[GoldEvent], dated: Sequence[tuple[str, Shown]], *, texts: Mapping[str, str], match: Match) -> Row:
    """Score a timeline, its texts with their dates, against the gold events of its topic; "missed", "wrong" and "misdated" say which.

    An event matches a gold event of the same date and precision when it quotes a part of its evidence, or says at least a part of
    the fact by the matcher. Each matches one at most; as many as possible are paired.
    """
    evidence = [located(each.evidence, texts) for each in gold]
    rows = [[_among(shown.quotes, places) for _, shown in dated] for places in evidence]
    quoted = np.array(rows, dtype=bool).reshape(len(gold), len(dated))
    same_date = np.array([[each.date == date for date, _ in dated] for each in gold], dtype=bool).reshape(quoted.shape)
    alike = match([each.fact for each in gold], [shown.text for _, shown in dated]) >= PARTIAL
    pairs = _paired(same_date & (quoted | alike))
    told, right = quoted.any(axis=0), (quoted & same_date).any(axis=0)
    lines = [f"{date} {shown.text}" for date, shown in dated]
    return {
        "gold": len(gold),
        "shown": len(dated),
        "matched": len(pairs),
        "told": int(told.sum()),
        "dates_right": int(right.sum()),
        "missed": [each.id for n, each in enumerate(gold) if n not in pairs],
        "wrong": [line for n, line in enumerate(lines) if n not in pairs.values()],
        "misdated": [lines[n] for n in np.flatnonzero(told & ~right)],
    }


def _recalls(shown: Sequence[Shown], evidence: Sequence[Quoted], scores: npt.NDArray[np.float64]) -> bool:
    """Tell whether a nugget is recalled, from the matcher's scores of its fact.

    A sentence has to say it in full, or to repeat a part of its evidence, or to cite such a part and to say a part of the fact.
    """
    return any(
        score >= FULL or _among(each.repeated, evidence) or (score >= PARTIAL and _among(each.quotes, evidence))
        for each, score in zip(shown, scores, strict=True)
    )


def _among(quotes: Sequence[Quoted], evidence: Sequence[Quoted]) -> bool:
    return any(quote.overlaps(place) for quote in quotes for place in evidence)


def _paired(fits: npt.NDArray[np.bool_]) -> dict[int, int]:
    """Pair rows with columns that they fit, each once, as many as possible."""
    rows, columns = linear_sum_assignment(fits, maximize=True)
    return {int(row): int(column) for row, column in zip(rows, columns, strict=True) if fits[row, column]}
