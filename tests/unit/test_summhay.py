"""Summary of a Haystack: its files, and its scores worked out by hand."""

import gzip
import json

import numpy as np
import pytest

from eval.matching import FULL, PARTIAL
from eval.measures import value
from eval.summhay import MEASURES, Insight, score, topic_files, unpack
from rag.clean import clean
from rag.errors import InputError
from rag.load import load

NOTHING, PART, ALL = 0.1, PARTIAL, FULL
FOUR = frozenset(f"{name}.md" for name in "abcd")
TOPIC = {
    "topic": "A bridge: its fall",
    "documents": [
        {"document_id": "d1", "document_text": "The *bridge* fell. Six died.", "insights_included": ["i1", "i2"]},
        {"document_id": "d2", "document_text": "It was rebuilt.", "insights_included": ["i1"]},
    ],
    "subtopics": [
        {
            "subtopic_id": "s1",
            "query": "What fell?",
            "subtopic": "the fall",
            "insights": [{"insight_id": "i1", "insight": "A bridge fell."}, {"insight_id": "i2", "insight": "Six people died."}],
        }
    ],
}


def insight(name="i", documents=FOUR):
    return Insight(name, "A bridge fell.", documents)


def figures(row):
    return {measure.name: value(measure, [row]) for measure in MEASURES}


def test_a_covered_insight_is_cited_by_the_sentence_that_covers_it():
    scores = np.array([[NOTHING, ALL]])
    row = score([insight()], scores, cited=[FOUR, frozenset({"a.md", "z.md"})])
    assert figures(row) == pytest.approx(
        {"coverage": 1.0, "citation_precision": 1 / 2, "citation_recall": 1 / 4, "citation_f1": 1 / 3, "joint": 1 / 3}
    )


def test_coverage_and_joint_are_means_over_all_insights_and_citations_over_the_covered_ones():
    scores = np.array([[ALL], [PART], [NOTHING], [NOTHING]])
    row = score([insight(), insight(documents=frozenset({"a.md"})), insight(), insight()], scores, cited=[frozenset({"a.md"})])
    # F1: 2 · 1 · ¼ / 1¼ = 0.4 for the first, 1 for the second.
    assert figures(row) == pytest.approx(
        {
            "coverage": 1.5 / 4,
            "citation_precision": 1.0,
            "citation_recall": (1 / 4 + 1) / 2,
            "citation_f1": (0.4 + 1) / 2,
            "joint": (0.4 + 0.5) / 4,
        }
    )


def test_a_covered_insight_without_a_right_citation_scores_nothing_for_it():
    for cited in (frozenset(), frozenset({"z.md"})):
        row = score([insight()], np.array([[ALL]]), cited=[cited])
        assert figures(row) == {"coverage": 1.0, "citation_precision": 0.0, "citation_recall": 0.0, "citation_f1": 0.0, "joint": 0.0}


def test_a_summary_without_a_sentence_covers_nothing():
    row = score([insight(), insight()], np.zeros((2, 0)), cited=[])
    assert (row["insights"], row["coverage"], row["covered"], row["joint"]) == (2, 0.0, 0.0, 0.0)
    assert figures(row)["citation_f1"] is None


def write(folder, content):
    file = folder / "news1.json.gz"
    file.write_bytes(gzip.compress(content if isinstance(content, bytes) else json.dumps(content).encode()))
    return file


def test_documents_become_articles_with_the_same_text_and_insights_know_them(tmp_path):
    file = write(tmp_path, TOPIC)
    assert topic_files(tmp_path) == [file]
    (subtopic,) = unpack(file, tmp_path / "articles")
    assert (subtopic.id, subtopic.query) == ("s1", "What fell? the fall")
    assert [each.documents for each in subtopic.insights] == [{"d1.md", "d2.md"}, {"d1.md"}]
    (raw,) = load(tmp_path / "articles" / "d1.md")
    assert clean(raw).text == "The *bridge* fell. Six died."
    assert clean(raw).info.title == "A bridge: its fall"


@pytest.mark.parametrize("content", [b"no json", {"topic": "x"}, [], TOPIC | {"subtopics": [{"query": "?"}]}])
def test_a_file_of_another_form_is_named(tmp_path, content):
    with pytest.raises(InputError, match=r"news1\.json\.gz: not a Summary of a Haystack topic"):
        unpack(write(tmp_path, content), tmp_path / "articles")


def test_a_file_that_is_not_packed_and_a_folder_without_topics_are_named(tmp_path):
    with pytest.raises(InputError, match=r"holds no news\*\.json\.gz"):
        topic_files(tmp_path)
    (tmp_path / "news1.json.gz").write_text("{}")
    with pytest.raises(InputError, match="not a Summary of a Haystack topic"):
        unpack(tmp_path / "news1.json.gz", tmp_path / "articles")
