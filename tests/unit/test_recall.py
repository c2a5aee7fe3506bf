"""Rows of summaries and timelines, worked out by hand."""

import numpy as np
import pytest

from eval.gold import Quotation
from eval.key_facts import GoldEvent, Nugget
from eval.matching import FULL, PARTIAL
from eval.measures import value
from eval.recall import SUMMARY_MEASURES, TIMELINE_MEASURES, summary_row, timeline_row
from eval.shown import Quoted, Shown

ARTICLE = "The bridge fell on Tuesday. Six workers died. The ship was refloated in May. It rained."
TEXTS = {"bridge.md": ARTICLE}
FELL, DIED, REFLOATED, RAINED = (f"{part.strip('.')}." for part in ARTICLE.split(". "))


def quoting(text, says=None):
    start = ARTICLE.index(text)
    return Shown(says or text, (Quoted("bridge.md", start, start + len(text), text),))


def nugget(number, fact, quote, importance="vital"):
    return Nugget(f"n{number}", "bridge.md", None, importance, fact, (Quotation("bridge.md", quote),))


def like(*pairs, score=FULL):
    """Make a matcher that gives these (fact, sentence) pairs a score, a text and itself 1, and all others 0."""
    known = set(pairs)

    def match(facts, sentences):
        return np.array([[1.0 if fact == each else score * ((fact, each) in known) for each in sentences] for fact in facts]).reshape(
            len(facts), len(sentences)
        )

    return match


def figures(measures, row):
    return {measure.name: value(measure, [row]) for measure in measures}


NUGGETS = [
    nugget(1, "A bridge collapsed.", FELL),
    nugget(2, "Six people were killed.", DIED),
    nugget(3, "The ship floats again.", REFLOATED, "okay"),
]


def test_nuggets_are_recalled_by_their_evidence_or_by_the_matcher():
    matched = like(("Six people were killed.", RAINED))
    row = summary_row(NUGGETS, [quoting(FELL), quoting(RAINED)], texts=TEXTS, match=matched)
    assert row["missed"] == ["n3"]
    # Vital 2 of 2, all 2 of 3, weighted (2 + 2) / (2 + 3).
    assert figures(SUMMARY_MEASURES, row) == pytest.approx(
        {"vital_recall": 1.0, "nugget_recall": 2 / 3, "weighted_recall": 4 / 5, "supported": 1.0, "repeated": 0.0}
    )


def test_evidence_that_is_cited_but_not_repeated_recalls_only_what_is_said_at_least_in_part():
    both = Shown(FELL, (*quoting(FELL).quotes, *quoting(DIED).quotes))
    assert summary_row(NUGGETS, [both], texts=TEXTS, match=like())["missed"] == ["n2", "n3"]
    matched = like(("Six people were killed.", FELL), score=PARTIAL)
    assert summary_row(NUGGETS, [both], texts=TEXTS, match=matched)["missed"] == ["n3"]


def test_a_part_of_a_fact_does_not_recall_its_nugget():
    matched = like(("Six people were killed.", RAINED), score=FULL - 0.01)
    row = summary_row(NUGGETS, [quoting(RAINED)], texts=TEXTS, match=matched)
    assert row["missed"] == ["n1", "n2", "n3"]


def test_a_sentence_that_an_earlier_one_says_in_full_is_repeated():
    again = quoting(FELL, says="On Tuesday the bridge fell.")
    row = summary_row(NUGGETS, [quoting(FELL), quoting(DIED), again], texts=TEXTS, match=like((again.text, FELL)))
    assert row["repeats"] == [again.text]
    assert figures(SUMMARY_MEASURES, row)["repeated"] == pytest.approx(1 / 3)


def test_a_sentence_that_does_not_say_what_it_quotes_is_not_supported():
    shown = [
        quoting(DIED),
        quoting(DIED, says="Nine workers died."),
        Shown("Six workers died.", ()),
        Shown("It rained.", (Quoted("bridge.md", 0, 10, "It rained."),)),
    ]
    assert summary_row(NUGGETS, shown, texts=TEXTS, match=like())["supported"] == 1


def test_an_empty_summary_recalls_nothing():
    row = summary_row(NUGGETS, [], texts=TEXTS, match=like())
    assert figures(SUMMARY_MEASURES, row) == {
        "vital_recall": 0.0,
        "nugget_recall": 0.0,
        "weighted_recall": 0.0,
        "supported": None,
        "repeated": None,
    }


GOLD = [
    GoldEvent("e1", "bridge", "2024-03-26", "A bridge collapsed.", (Quotation("bridge.md", FELL),)),
    GoldEvent("e2", "bridge", "2024-03-26", "Six people were killed.", (Quotation("bridge.md", DIED),)),
    GoldEvent("e3", "bridge", "2024-05", "The ship floats again.", (Quotation("bridge.md", REFLOATED),)),
]


def timeline(*dated, match=None):
    return timeline_row(GOLD, dated, texts=TEXTS, match=match or like())


def test_events_match_by_date_and_evidence():
    row = timeline(("2024-03-26", quoting(FELL)), ("2024-05-20", quoting(REFLOATED)), ("2024-03-27", quoting(RAINED)))
    assert (row["missed"], row["wrong"]) == (["e2", "e3"], [f"2024-05-20 {REFLOATED}", f"2024-03-27 {RAINED}"])
    assert row["misdated"] == [f"2024-05-20 {REFLOATED}"]
    # One of three shown matches one of three; of the two that quote evidence, one has its date.
    assert figures(TIMELINE_MEASURES, row) == pytest.approx(
        {"event_precision": 1 / 3, "event_recall": 1 / 3, "event_f1": 1 / 3, "date_right": 1 / 2}
    )


def test_an_event_that_quotes_no_evidence_matches_when_it_says_a_part_of_the_fact_on_its_day():
    matched = like(("Six people were killed.", RAINED), score=PARTIAL)
    assert timeline(("2024-03-26", quoting(RAINED)), match=matched)["matched"] == 1
    assert timeline(("2024-03-27", quoting(RAINED)), match=matched)["matched"] == 0


def test_an_event_matches_once_and_as_many_as_possible_are_paired():
    # The first event fits both gold events of the day, the second only the first of them.
    matched = like(("Six people were killed.", FELL))
    row = timeline(("2024-03-26", quoting(FELL)), ("2024-03-26", quoting(FELL, says="It fell.")), match=matched)
    assert row["matched"] == 2
    assert timeline(("2024-03-26", quoting(FELL)), ("2024-03-26", quoting(FELL)))["matched"] == 1


def test_an_empty_timeline_finds_nothing():
    row = timeline()
    assert figures(TIMELINE_MEASURES, row) == {"event_precision": None, "event_recall": 0.0, "event_f1": 0.0, "date_right": None}
