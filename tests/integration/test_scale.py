"""What is measured as a library grows: a graph that has passed a size, and a home that is filled without an encoder."""

import json

import numpy as np
import pytest
from homes import PLAIN_QUESTION, new_home, quotes_settings

from eval import bench, grown
from eval.synthetic import Collection
from eval.vectors import fill, main
from rag.index import Graph
from rag.pipeline import Pipeline
from rag.records import NO_FILTERS


def test_a_graph_is_grown_on_and_a_size_that_it_has_passed_is_left_out(indexed_home, tmp_path, capsys):
    vectors = np.eye(384, dtype=np.float32)
    work, out = tmp_path / "graphs", tmp_path / "figures.json"
    assert fill(work / "synthetic-8-20", Graph(8, 20), Collection("synthetic", lambda _: vectors, 300))["from"] == 0
    arguments = ["--home", indexed_home, "--work", work, "--out", out, "--graphs", "8:20", "--ef", "10", "--sizes", "320"]
    assert main(list(map(str, arguments))) == 0
    found = json.loads(out.read_text())
    real = found["asked"][0]["size"]
    assert real < 300
    assert f"holds 300 vectors already: {real} are left out" in capsys.readouterr().err
    assert [(row["vectors"], row["size"]) for row in found["asked"]] == [("real", real), ("synthetic", 320)]
    assert [(row["size"], row["from"]) for row in found["built"]] == [(real, 0), (320, 300)]
    assert found["asked"][0]["recall@10"] > 0.9


@pytest.fixture(scope="module")
def filled(reading, tmp_path_factory, exported):
    """A home that was filled from another one in two steps, and the figures at each."""
    pipeline = Pipeline(quotes_settings(new_home(tmp_path_factory.mktemp("filled") / "home", exported)))
    yield pipeline, grown.measure(reading, pipeline, [90, 30], [PLAIN_QUESTION, "Who shut the port of Gwadar?"])
    pipeline.close()


def test_a_home_is_filled_to_each_size_and_asked_there(reading, filled):
    pipeline, (small, large) = filled
    assert 30 <= small["passages"] < 90 <= large["passages"]
    assert pipeline.index.ids() == pipeline.store.all_passage_ids()
    first, *_ = pipeline.store.select(NO_FILTERS)
    assert len({sentence.vector.tobytes() for sentence in pipeline.store.whole(first.id)}) == len(pipeline.store.passage_ids(first.id))
    assert {info.outlet for info in pipeline.store.select(NO_FILTERS)} == {info.outlet for info in reading.store.select(NO_FILTERS)}
    for way in ("with the reader", "without it", "newest half", "newest hundredth", "largest outlet"):
        assert all(0 < each[f"  search, p50 (ms), {way}"] <= each[f"ask, p95 (ms), {way}"] for each in (small, large))


def test_a_home_that_has_passed_all_sizes_is_asked_as_it_is(reading, filled):
    pipeline, (_, large) = filled
    (again,) = grown.measure(reading, pipeline, [30], [PLAIN_QUESTION])
    assert (again["articles"], again["passages"]) == (large["articles"], large["passages"])


def test_the_report_of_speed_holds_its_figures_and_the_curves(filled, tmp_path, capsys):
    _, found = filled
    bench.write(tmp_path, {"cold <start> (s)": 1.25}, found)
    assert {file.name for file in tmp_path.iterdir()} == {"figures.json", "report.html", bench.PLOT}
    assert json.loads((tmp_path / "figures.json").read_text()) == {"once": {"cold <start> (s)": 1.25}, "by size": found}
    page = (tmp_path / "report.html").read_text()
    assert f'<img src="{bench.PLOT}"' in page
    assert "<th>cold &lt;start&gt; (s)</th><td>1.25</td>" in page
    assert "ask, p95 (ms), newest half" in page
    assert "articles in the library" in (tmp_path / bench.PLOT).read_text()
    assert "cold <start> (s)" in capsys.readouterr().out
