"""The index on a real Chroma folder."""

import shutil
import signal
import subprocess
import sys
from datetime import date

import numpy as np
import pytest
from builders import article_info
from homes import ROOT, free_port

from rag.errors import ClippingsError, SettingsError
from rag.index import MAX_BATCH, Graph, Index
from rag.records import NO_FILTERS, Filters

# Three directions; the query lies between the first two, nearer to the first.
EAST, NORTH, UP = np.eye(3, dtype=np.float32)
QUERY = np.array([0.8, 0.6, 0.0], dtype=np.float32)
STRIKE = article_info("strike", outlet="Harbour Wire", published="2024-01-18")
CABINET = article_info("cabinet", outlet="The Margalla Courier", published="2024-01-19")
UNDATED = article_info("undated", outlet=None, published=None)


@pytest.fixture
def index(tmp_path):
    index = Index(tmp_path / "chroma", None, "encoder A")
    yield index
    index.close()


@pytest.fixture
def three(index):
    index.add([1, 2, 3], [STRIKE, CABINET, UNDATED], np.stack([EAST, NORTH, UP]))
    return index


def near(index: Index, filters: Filters = NO_FILTERS, limit: int = 10) -> list[int]:
    return [passage for passage, _ in index.nearest(QUERY, limit, filters)]


def many(count: int) -> np.ndarray:
    vectors = np.random.default_rng(0).normal(size=(count, 3)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_the_nearest_come_first_with_their_cosines(three):
    found = three.nearest(QUERY, 10, NO_FILTERS)
    assert [passage for passage, _ in found] == [1, 2, 3]
    assert [cosine for _, cosine in found] == pytest.approx([0.8, 0.6, 0.0], abs=1e-6)
    assert near(three, limit=1) == [1]


def test_the_nearest_of_some_come_first_with_their_cosines(three):
    assert three.nearest_of([3, 2, 99], QUERY, 10) == [(2, pytest.approx(0.6)), (3, pytest.approx(0.0))]
    assert three.nearest_of([3, 2], QUERY, 1) == [(2, pytest.approx(0.6))]
    assert three.nearest_of([99], QUERY, 10) == three.nearest_of([], QUERY, 10) == []


def test_an_empty_index_finds_nothing(index):
    assert near(index) == []
    assert index.count() == 0
    assert index.ids() == set()


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(since=date(2024, 1, 19)), [2]),
        (Filters(until=date(2024, 1, 18)), [1]),
        (Filters(since=date(2024, 1, 18), until=date(2024, 1, 19)), [1, 2]),
        (Filters(outlet="HARBOUR wire"), [1]),
        (Filters(article_ids=("undated", "cabinet")), [2, 3]),
        (Filters(until=date(2024, 1, 18), outlet="The Margalla Courier"), []),
        (Filters(article_ids=("unknown",)), []),
    ],
    ids=["since", "until", "both-inclusive", "outlet-any-case", "articles", "all-must-hold", "unknown-article"],
)
def test_filters_choose_among_the_passages(three, filters, expected):
    assert near(three, filters) == expected


def test_what_is_removed_is_found_no_more(three):
    three.remove([1, 99])
    assert near(three) == [2, 3]
    assert three.ids() == {2, 3}


def test_removing_nothing_changes_nothing(three):
    three.remove([])
    assert three.count() == 3


def test_adding_a_passage_again_replaces_its_vector(three):
    three.add([3], [UNDATED], QUERY[np.newaxis])
    assert near(three) == [3, 1, 2]
    assert three.count() == 3


def test_more_passages_than_chroma_takes_at_once(index):
    count = MAX_BATCH + 1000
    index.add(list(range(count)), [STRIKE] * count, many(count))
    assert index.count() == count
    assert len(near(index, limit=count // 2)) == count // 2
    index.remove(list(range(count)))
    assert index.count() == 0


def test_it_lasts_and_keeps_the_stamp_it_was_built_with(three, tmp_path):
    three.close()
    again = Index(tmp_path / "chroma", None, "encoder B")
    assert again.stamp == "encoder A"
    assert near(again) == [1, 2, 3]
    again.close()


def test_clearing_drops_every_vector_and_takes_a_new_stamp(three):
    three.clear("encoder B")
    assert three.stamp == "encoder B"
    assert three.count() == 0
    three.add([7], [STRIKE], EAST[np.newaxis])
    assert near(three) == [7]


WRITER = """
import sys
from pathlib import Path
import numpy as np
from builders import article_info
from rag.index import Index
index = Index(Path(sys.argv[1]), None, "encoder A")
index.add([4], [article_info("new")], np.array([[0.8, 0.6, 0.0]], dtype=np.float32))
index.remove([1])
index.close()
"""


def test_opening_afresh_shows_what_another_process_wrote(three, tmp_path):
    assert near(three) == [1, 2, 3]
    subprocess.run(
        [sys.executable, "-c", WRITER, str(tmp_path / "chroma")],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "PATH": ""},
        check=True,
        timeout=120,
    )
    three.close()
    assert near(three) == [4, 2, 3]
    assert three.stamp == "encoder A"


def damage_database(folder):
    (folder / "chroma.sqlite3").write_bytes(b"not a database, whatever its name says" * 500)


def damage_pages(folder):
    """Leave the file's header alone, so that it opens, and ruin what is behind it."""
    file = folder / "chroma.sqlite3"
    data = bytearray(file.read_bytes())
    data[len(data) // 4 : 3 * len(data) // 4] = b"\x55" * (3 * len(data) // 4 - len(data) // 4)
    file.write_bytes(data)


def damage_folder(folder):
    shutil.rmtree(folder)
    folder.write_text("a file where a folder should be")


@pytest.mark.parametrize("damage", [damage_database, damage_pages, damage_folder])
def test_a_damaged_folder_is_reported_and_can_be_cleared(three, tmp_path, damage):
    folder = tmp_path / "chroma"
    three.close()
    damage(folder)
    broken = Index(folder, None, "encoder A")
    with pytest.raises(ClippingsError, match=r"chroma cannot be read.*rebuild"):
        broken.count()
    broken.clear("encoder B")
    assert broken.stamp == "encoder B"
    broken.add([7], [STRIKE], EAST[np.newaxis])
    assert near(broken) == [7]
    broken.close()


def test_it_is_noticed_when_the_graph_is_gone(index, tmp_path):
    count = 2500
    index.add(list(range(count)), [STRIKE] * count, many(count))
    assert index.searchable()
    index.close()
    for graph in (tmp_path / "chroma").iterdir():
        if graph.is_dir():
            shutil.rmtree(graph)
    again = Index(tmp_path / "chroma", None, "encoder A")
    with pytest.raises(ClippingsError, match=r"chroma cannot be read.*rebuild"):
        again.count()
    again.close()


OPENING = "import sys; from pathlib import Path; from rag.index import Index; Index(Path(sys.argv[1]), None, 'encoder A').count()"


def test_an_index_that_ends_the_process_is_told_from_one_that_was_only_interrupted(index, tmp_path):
    count = 2500
    folder, marker = tmp_path / "chroma", tmp_path / "chroma.opening"
    vectors = np.random.default_rng(0).normal(size=(count, 64)).astype(np.float32)
    for start in range(0, count, 100):
        index.add(list(range(start, start + 100)), [STRIKE] * 100, vectors[start : start + 100])
    index.close()
    marker.touch()
    again = Index(folder, None, "encoder A")
    assert again.count() == count
    assert not marker.exists()
    assert not again.crashes()
    again.close()
    for graph in folder.glob("*/data_level0.bin"):
        graph.write_bytes(np.random.default_rng(0).bytes(graph.stat().st_size))
    died = subprocess.run([sys.executable, "-c", OPENING, str(folder)], cwd=ROOT, check=False)
    assert died.returncode == -signal.SIGSEGV
    broken = Index(folder, None, "encoder A")
    assert broken.crashes()
    with pytest.raises(ClippingsError, match=r"chroma cannot be read \(its files are damaged\).*rebuild"):
        broken.count()
    broken.clear("encoder A")
    assert broken.count() == 0
    assert not broken.crashes()
    broken.close()


@pytest.mark.parametrize("count", [0, 1, 30])
def test_a_small_index_is_searchable(index, count):
    index.add(list(range(count)), [STRIKE] * count, many(count))
    assert index.searchable()


def test_many_vectors_alike_are_searchable_though_a_graph_does_not_link_them_all(index):
    count = 400
    alike = np.tile(EAST, (count, 1)) + np.linspace(0, 0.01, count, dtype=np.float32)[:, np.newaxis]
    index.add(list(range(count)), [STRIKE] * count, alike / np.linalg.norm(alike, axis=1, keepdims=True))
    assert index.searchable()


def test_a_chroma_server_that_does_not_answer_is_named(tmp_path):
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(SettingsError, match=f"RAG_CHROMA_URL is {url}"):
        Index(tmp_path / "chroma", url, "encoder A").count()


def test_the_number_of_vectors_follows_what_is_written(three):
    assert three.count() == 3
    three.add([4], [CABINET], NORTH[np.newaxis])
    assert three.count() == 4
    three.remove([1, 2])
    assert three.count() == 2
    three.clear("encoder A")
    assert three.count() == 0


def test_the_settings_of_a_graph_are_those_it_is_created_with(tmp_path):
    """A search that looks at few candidates misses what one that looks at all of them finds, in graphs that are otherwise alike."""
    vectors = np.random.default_rng(0).normal(size=(2000, 100)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    asked = vectors[:100] + 0.9 * vectors[100:200]
    right = {}
    for candidates in (1, len(vectors)):
        index = Index(tmp_path / f"chroma {candidates}", None, "encoder A", Graph(8, 50, candidates))
        index.add(range(len(vectors)), [STRIKE] * len(vectors), vectors)
        index.close()
        found = [index.nearest(vector, 1, NO_FILTERS)[0][0] for vector in asked]
        right[candidates] = np.mean(found == (asked @ vectors.T).argmax(axis=1))
        index.close()
    assert right[1] < 0.8 < 0.99 < right[len(vectors)]


def test_vectors_come_back_as_they_were_given(three):
    assert sorted(three.vectors([1, 3, 99]).tolist()) == sorted([EAST.tolist(), UP.tolist()])
    assert len(three.vectors([99])) == 0
