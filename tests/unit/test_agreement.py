"""Agreement between the matcher and its references, worked out by hand."""

from builders import HashingEncoder

from eval.agreement import Graded, judged_by_model, labelled, told

INSIGHTS = [{"insight_id": "i1", "insight": "Six workers died."}, {"insight_id": "i2", "insight": "Rain fell for hours."}]


def test_a_labelled_pair_is_found_by_ids_and_offsets():
    topic = {
        "subtopics": [{"insights": INSIGHTS}],
        "documents": [{"document_id": "d", "document_text": "The bridge fell. Six workers died."}],
    }
    rows = [{"insight": insight, "document": "d", "start": 17, "end": 34, "label": label} for insight, label in (("i1", 0.5), ("i2", 0))]
    assert labelled(rows, topic, HashingEncoder()) == [Graded(0.5, 1.0), Graded(0, 0.0)]


def test_a_judged_summary_is_graded_by_its_best_bullet_without_marks():
    subtopic = {
        "insights": INSIGHTS,
        "summaries": {"x": ["Here it is:", "* Six workers **died**. [3][1, 2]"]},
        "eval_summaries": {
            "x": [
                {"insight_id": "i1", "coverage": "PARTIAL_COVERAGE", "bullet_id": 2},
                {"insight_id": "i2", "coverage": "NO_COVERAGE", "bullet_id": "NA"},
            ]
        },
    }
    assert judged_by_model(subtopic, HashingEncoder()) == [Graded(0.5, 1.0, "x"), Graded(0.0, 0.0, "x")]


def test_agreement_is_told_as_shares_and_kappa():
    grades = [Graded(1.0, 1.0), Graded(0.0, 0.0), Graded(0.5, 1.0), Graded(0.0, 0.0)]
    # Observed weighted disagreement 0.5 / 4 = 0.125; by chance, with means (½, ¼, ¼) and (½, 0, ½): 0.5 · 0.5 · 1 + 0.25 · 0.5 · 0.5
    # + 0.25 · 0.5 · 0.5 + 0.25 · 0.5 · 1 = 0.5; kappa 1 - 0.125 / 0.5 = 0.75.
    said = told(grades)
    assert said.startswith("n=4, same grade 0.750 [")
    assert said.endswith("same on covered or not 1.000, kappa 0.750")
    assert told([Graded(0.0, 0.5), Graded(1.0, 1.0)]).startswith("n=2, same grade 0.500")
