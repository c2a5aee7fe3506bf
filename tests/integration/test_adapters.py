"""Other people's data by path: a table of questions, a BEIR folder and RGB, each indexed and asked about for real."""

import gzip
import json

import pytest
from builders import article_info
from homes import run_python

from eval.rgb import altered, noisy, unsourced
from rag.records import Answer, Citation, Claim

FERRY = "The harbour ferry between Wexmoor and Saint Aldan resumed its crossings on Monday after eleven weeks of repairs."
ROOF = "The town council of Ormley approved the replacement of the library roof, which will cost 340,000 pounds."
ORCHARD = "Tobias Renn won the baking contest at the orchard festival in Dunlow with a plum tart."


def evaluate(home, out, *arguments: object):
    return run_python("-m", "eval", *map(str, arguments), "--out", str(out), home=home)


def rows_in(out):
    return {row["id"]: row for row in map(json.loads, (out / "results.jsonl").read_text(encoding="utf-8").splitlines())}


def write_lines(file, *rows):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


# A table of questions


@pytest.fixture
def articles(tmp_path):
    """A folder with a file of its own for one article, and an export that holds two."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "ferry.txt").write_text(f"Ferry is back\n\n{FERRY}\n")
    others = [("https://example.org/roof", "A new roof", ROOF), ("https://example.org/fair", "Plum tart", ORCHARD)]
    write_lines(folder / "others.jsonl", *({"url": url, "title": title, "text": text} for url, title, text in others))
    return folder


def test_a_table_of_questions_about_a_folder(tmp_path, articles, empty_home):
    table = tmp_path / "questions.csv"
    table.write_text(
        "\ufeffQuestion,Answer,Article,Url,Id\n"
        "How long was the harbour ferry out of service?,eleven weeks|11 weeks,ferry.txt,,ferry\n"
        '"What will the library roof in Ormley cost?","340,000 pounds|340,000",,https://example.org/roof,roof\n'
        "Who won the baking contest in Dunlow?,Tobias Renn,,,\n"
        "Who painted the chapel of Kerrin?,,,,\n",
        encoding="utf-8",
    )
    done = evaluate(empty_home, tmp_path / "out", "--csv", table, "--articles", articles)
    assert done.returncode == 0, done.stderr
    rows = rows_in(tmp_path / "out")
    assert list(rows) == ["ferry", "roof", "line-4", "line-5"]
    assert [row["recall@5"] for row in rows.values()] == [1.0, 1.0, 1.0, None]
    assert rows["roof"]["evidence"] == [ROOF]
    assert FERRY in rows["ferry"]["quotes"]
    assert (rows["line-5"]["kind"], rows["line-5"]["status"]) == ("unanswerable", "not_found")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("frage,antwort\na,b\n", ":1: the columns are frage, antwort; question and answer are needed"),
        ("", ":1: the columns are missing"),
        ("question,answer\n,x\n", ":2: there is no question"),
        ("question,answer,article\nWho?,Tobias Renn,nowhere.md\n", ":2: the article nowhere.md is unknown"),
        ("question,answer,article\nWho?,Tobias Renn,ferry.txt\n", ":2: no sentence of ferry.txt holds 'Tobias Renn'"),
    ],
)
def test_a_table_that_is_wrong_is_named_with_its_line(tmp_path, articles, empty_home, content, said):
    table = tmp_path / "questions.csv"
    table.write_text(content)
    done = evaluate(empty_home, tmp_path / "out", "--csv", table, "--articles", articles)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{table}{said}" in done.stderr
    assert "Traceback" not in done.stderr


# BEIR


@pytest.fixture
def beir(tmp_path):
    folder = tmp_path / "beir"
    documents = [("d1", "Ferry", FERRY), ("d2", "Roof", ROOF), ("d3", "", ORCHARD), ("d4", "Nothing but a title", ""), ("d5", "", "")]
    write_lines(folder / "corpus.jsonl", *({"_id": id, "title": title, "text": text} for id, title, text in documents))
    queries = [("q1", "baking contest at the orchard festival"), ("q2", "harbour ferry or library roof"), ("q3", "never judged")]
    write_lines(folder / "queries.jsonl", *({"_id": id, "text": text} for id, text in queries))
    (folder / "qrels").mkdir()
    (folder / "qrels" / "dev.tsv").write_text("query-id\tcorpus-id\tscore\nq3\td1\t1\n")
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td3\t1\nq1\td1\t0\nq2\td1\t1\nq2\td2\t2\n")
    return folder


def test_a_beir_folder_is_searched_by_documents(tmp_path, beir, empty_home):
    done = evaluate(empty_home, tmp_path / "out", "--beir", beir)
    assert done.returncode == 0, done.stderr
    rows = rows_in(tmp_path / "out")
    assert set(rows) == {"q1", "q2"}
    assert (rows["q1"]["recall@1"], rows["q1"]["ndcg@10"], rows["q1"]["mrr"]) == (1.0, 1.0, 1.0)
    assert (rows["q2"]["recall@1"], rows["q2"]["recall@3"]) == (0.5, 1.0)
    assert "ndcg@10" in done.stdout


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("corpus.jsonl", '{"_id": "d1"}\n', "corpus.jsonl:1: a row needs _id, text"),
        ("queries.jsonl", "no\n", "queries.jsonl:1: cannot be read as rows"),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\td3\tgood\n", "test.tsv:2: not query-id, corpus-id and a whole score"),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\td9\t1\n", "the document 'd9' of query 'q1' is not in corpus.jsonl"),
    ],
)
def test_a_beir_folder_that_is_wrong_is_named(tmp_path, beir, empty_home, file, content, said):
    (beir / file).write_text(content)
    done = evaluate(empty_home, tmp_path / "out", "--beir", beir)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


# RGB


def test_rgb_is_asked_under_every_condition(tmp_path, empty_home):
    folder = tmp_path / "rgb"
    folder.mkdir()
    true = "The harbour ferry of Wexmoor was repaired for eleven weeks."
    row = {
        "id": 7,
        "query": "For how long was the harbour ferry of Wexmoor repaired?",
        "answer": [["eleven weeks", "11 weeks"]],
        "fakeanswer": "four weeks",
        "positive": [true, "Repairs to the Wexmoor ferry took eleven weeks in all."],
        "positive_wrong": [true.replace("eleven", "four"), "Repairs to the Wexmoor ferry took four weeks in all."],
        "negative": [ROOF, ORCHARD, "Readers can use the school library.", "Thirty cakes were tasted.", "Too short."],
    }
    with gzip.open(folder / "en_fact.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
    done = evaluate(empty_home, tmp_path / "out", "--rgb", folder)
    assert done.returncode == 0, done.stderr
    rows = {row["kind"]: row for row in rows_in(tmp_path / "out").values()}
    assert len(rows) == 8
    assert [row["kind"] for row in rows.values() if row["right"]] == [f"noise {noise}" for noise in (0.0, 0.2, 0.4, 0.6, 0.8)]
    assert (rows["noise only"]["status"], rows["altered"]["short_answer"]) == ("not_found", "four weeks")
    assert all(row["unsourced"] == 0 for row in rows.values())
    figures = json.loads((tmp_path / "out" / "figures.json").read_text())
    assert figures["conditions"]["noise only"]["rejected"] == 1.0


@pytest.mark.parametrize(
    ("claims", "short", "bad"),
    [
        ([("It took four weeks.", (1,))], "four weeks", False),
        ([("It took four weeks.", (2,))], "four weeks", True),
        ([("It took four weeks.", ())], None, True),
        ([("It took eleven weeks.", (2,))], "four weeks", False),
        ([], "four weeks", False),
        ([("It took eleven weeks.", (2,))], None, False),
    ],
)
def test_altered_words_need_a_quotation_beside_them(claims, short, bad):
    citations = tuple(Citation(n, article_info(), 0, 1, quote) for n, quote in ((1, "It took four weeks."), (2, "It took eleven weeks.")))
    said = tuple(Claim(text, numbers, "supported") for text, numbers in claims)
    answer = Answer("?", "answered", "", short, said, citations, (), (), "fake:model", None, None, {})
    assert unsourced(answer, ["four weeks"]) is bad


ROW = {"positive": ["p1", "p2", "p3"], "positive_wrong": ["w1", "w2", "w3"], "negative": ["n1", "n2", "n3", "n4"]}


@pytest.mark.parametrize(
    ("passages", "chosen"),
    [
        (noisy(ROW, 0.0), ["p1", "p2", "p3", "n1", "n2"]),
        (noisy(ROW, 0.4), ["p1", "p2", "p3", "n1", "n2"]),
        (noisy(ROW, 0.6), ["p1", "p2", "n1", "n2", "n3"]),
        (noisy(ROW, 0.8), ["p1", "n1", "n2", "n3", "n4"]),
        (noisy(ROW, 1), ["n1", "n2", "n3", "n4"]),
        (altered(ROW, 0), ["w1", "w2", "w3"]),
        (altered(ROW | {"positive": list("abcd"), "positive_wrong": list("ABCD")}, 0.4), ["A", "B", "C", "d"]),
    ],
)
def test_the_passages_of_a_condition_are_chosen_as_by_rgb(passages, chosen):
    assert passages == chosen


def test_a_folder_without_rgb_is_named(tmp_path, empty_home):
    done = evaluate(empty_home, tmp_path / "out", "--rgb", tmp_path)
    assert done.returncode == 1
    assert "give a folder of RGB" in done.stderr
