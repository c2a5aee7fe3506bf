"""`python -m eval.summaries` as it is run on Summary of a Haystack data."""

import gzip
import json

import pytest
from homes import run_python

FALL = "The old bridge over the Patapsco fell on Tuesday after a cargo ship had struck one of its pillars."
COST = "Maryland put the cost of a new bridge over the river at nearly two billion dollars on Thursday."
OTHER = "An orchestra from Vienna played waltzes in the municipal park before several hundred listeners."
TOPIC = {
    "topic": "A bridge in Maryland",
    "documents": [
        {"document_id": "fall", "document_text": f"{FALL} {OTHER}", "insights_included": ["i1"]},
        {"document_id": "cost", "document_text": f"{COST} Nobody was surprised by that number.", "insights_included": ["i2"]},
    ],
    "subtopics": [
        {
            "subtopic_id": "s1",
            "query": "What happened to the bridge?",
            "subtopic": "the fall and the cost of the bridge",
            "insights": [{"insight_id": "i1", "insight": FALL}, {"insight_id": "i2", "insight": COST}],
        }
    ],
}


@pytest.fixture
def haystack(tmp_path):
    folder = tmp_path / "haystack"
    folder.mkdir()
    (folder / "news1.json.gz").write_bytes(gzip.compress(json.dumps(TOPIC).encode()))
    return folder


def measure(home, *arguments):
    return run_python("-m", "eval.summaries", *arguments, home=home)


def test_insights_that_a_summary_quotes_are_covered_and_rightly_cited(haystack, tmp_path, empty_home):
    done = measure(empty_home, "--summhay", str(haystack), "--length", "medium", "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert "medium summaries" in done.stdout
    rows = {row["system"]: row for row in map(json.loads, (tmp_path / "out" / "summhay.jsonl").read_text().splitlines())}
    assert {"ours", "first sentences"} <= rows.keys()
    assert all(row["sentences"] == rows["ours"]["sentences"] for row in rows.values())
    # Four sentences in all, so both that matter are among a summary's seven.
    assert (rows["ours"]["coverage"], rows["ours"]["covered"], rows["ours"]["f1"], rows["ours"]["joint"]) == (2.0, 2.0, 2.0, 2.0)


def test_a_folder_without_topics_is_named(tmp_path, empty_home):
    done = measure(empty_home, "--summhay", str(tmp_path), "--out", str(tmp_path / "out"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "holds no news*.json.gz" in done.stderr
    assert "Traceback" not in done.stderr
