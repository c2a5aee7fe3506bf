"""`python -m eval` as it is run: on the collection, on a SQuAD file, again, and on files that are wrong."""

import gzip
import json
import shutil
from datetime import date

import pytest
from homes import new_home, quotes_settings, run_python
from hypothesis import example, given, settings
from hypothesis import strategies as st

from eval import realtimeqa, scale
from eval.gold import FOLDER, Question, Quotation
from eval.plot import draw
from eval.run import tasks
from eval.squad import as_markdown, unpack
from rag.clean import article_id, clean, normalise
from rag.errors import InputError
from rag.pipeline import Pipeline
from rag.records import RawDocument

CONTEXTS = [
    "The harbour of Gwadar was closed on Monday after a storm. Officials gave no reason for the long delay.",
    "The Dali (a ship) was refloated at high tide in May. It had been held fast by a *truss* that weighed 5,000 tons.",
]
SQUAD = {
    "version": "v2.0",
    "data": [
        {
            "title": "Harbours_of_the_world",
            "paragraphs": [
                {
                    "context": CONTEXTS[0],
                    "qas": [
                        {
                            "id": "h1",
                            "question": "When was the harbour of Gwadar closed?",
                            "answers": [{"text": "Monday", "answer_start": 34}, {"text": "on Monday", "answer_start": 31}],
                            "is_impossible": False,
                        },
                        {"id": "h2", "question": "Who painted the ceiling of the chapel?", "answers": [], "is_impossible": True},
                    ],
                },
                {
                    "context": CONTEXTS[1],
                    "qas": [
                        {
                            "id": "h3",
                            "question": "What held the Dali fast?",
                            "answers": [{"text": "a *truss*", "answer_start": 72}],
                            "is_impossible": False,
                        },
                    ],
                },
            ],
        }
    ],
}


ARTICLES = [
    {"url": "https://example.org/gwadar", "title": "Port closed", "text": f"Waves rose.\n\n{CONTEXTS[0]}", "published": "2024-01-19"},
    {"url": "https://example.org/dali", "title": "Ship *free*", "text": CONTEXTS[1], "published": None},
    {
        "url": "https://example.org/other",
        "title": "Not asked about",
        "text": "An orchestra played in the park on Monday.",
        "published": None,
    },
]
QUIZ = [
    {
        "id": "q1",
        "date": "2024-01-21",
        "question": "Which harbour was closed after a storm?",
        "answers": ["Gwadar."],
        "urls": [ARTICLES[0]["url"], "https://example.org/x"],
    },
    {"id": "q2", "question": "What held the Dali fast?", "answers": ["a *truss*"], "urls": [ARTICLES[1]["url"]]},
    {"id": "q3", "question": "Who conducted?", "answers": ["Nobody knows"], "urls": [ARTICLES[2]["url"]], "answer_in_articles": False},
]


@pytest.fixture
def quiz(tmp_path):
    folder = tmp_path / "quiz"
    folder.mkdir()
    for name, rows in (("questions", [{"answer_in_articles": True} | row for row in QUIZ]), ("articles", ARTICLES)):
        with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
    return folder


def test_a_realtime_qa_folder_is_indexed_and_asked_about(quiz, tmp_path, empty_home):
    done = evaluate(empty_home, "--realtimeqa", str(quiz), "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    figures = json.loads((tmp_path / "out" / "figures.json").read_text())
    assert (figures["questions"], figures["failed"], figures["recall@5"]) == (2, 0, 1.0)
    assert "indexing: 100%" not in done.stdout


def test_the_evidence_of_a_quiz_question_is_every_sentence_that_holds_the_answer(quiz, tmp_path):
    gwadar, dali = realtimeqa.unpack(quiz, tmp_path / "articles", None)
    assert [item.quote for item in gwadar.evidence] == [CONTEXTS[0].split(". ")[0] + "."]
    assert [item.quote for item in dali.evidence] == [CONTEXTS[1].split(". ")[1]]
    assert gwadar.answers == (("Gwadar",),)
    assert (gwadar.asked, dali.asked) == (date(2024, 1, 21), None)
    texts = {file.name: clean(RawDocument(file.name, "markdown", file.read_text())) for file in (tmp_path / "articles").iterdir()}
    assert len(texts) == 2
    assert all(item.quote in texts[item.article].text for question in (gwadar, dali) for item in question.evidence)
    assert {article.info.title for article in texts.values()} == {"Port closed", "Ship *free*"}


def test_what_grows_with_a_library_is_measured_at_each_size(quiz, tmp_path, empty_home):
    pipeline = Pipeline(quotes_settings(empty_home))
    small, large = scale.measure(pipeline, [quiz], (1, 3), tmp_path)
    pipeline.close()
    assert (small["articles"], large["articles"]) == (1, 3)
    assert small["passages"] < large["passages"]
    assert all(value > 0 for figures in (small, large) for name, value in figures.items() if "answer" not in name)
    assert small["ask, p50 (ms), with the reader"] > small["ask, p50 (ms), without it"]
    draw(scale.curves([small, large]), tmp_path / "curves.svg", x="articles in the library", y="time (ms)")
    assert "articles in the library" in (tmp_path / "curves.svg").read_text()


def test_a_folder_that_is_no_quiz_is_named(tmp_path, empty_home):
    done = evaluate(empty_home, "--realtimeqa", str(tmp_path), "--out", str(tmp_path / "out"))
    assert done.returncode == 1
    assert "not a RealTime QA folder" in done.stderr
    assert "Traceback" not in done.stderr


def evaluate(home, *arguments: str):
    return run_python("-m", "eval", *arguments, home=home)


@pytest.fixture(scope="module")
def home(tmp_path_factory, exported):
    return new_home(tmp_path_factory.mktemp("evaluation") / "home", exported)


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return tmp_path_factory.mktemp("out") / "deep"


@pytest.fixture(scope="module")
def first(home, out):
    return evaluate(home, "--limit", "5", "--out", str(out))


def test_a_run_prints_and_writes_its_figures(first, out):
    assert first.returncode == 0, first.stderr
    assert "5 questions, 0 failed" in first.stdout
    assert "citation_precision" in first.stdout
    figures = json.loads((out / "figures.json").read_text(encoding="utf-8"))
    assert (figures["questions"], figures["failed"], figures["answerer"]) == (5, 0, "quotes")
    assert 0 <= figures["recall@5"] <= 1
    rows = [json.loads(line) for line in (out / "results.jsonl").read_text(encoding="utf-8").splitlines()]
    asked = {json.loads(line)["id"] for file in FOLDER.glob("*.jsonl") for line in file.read_text(encoding="utf-8").splitlines()}
    assert len({row["id"] for row in rows} & asked) == 5
    for row in rows:
        assert {
            "id",
            "kind",
            "question",
            "expected",
            "status",
            "claims",
            "quotes",
            "problems",
            "recall@5",
            "f1",
            "latency_ms",
        } <= row.keys()


def test_a_run_that_is_resumed_asks_only_what_is_missing_and_is_compared(first, home, out):
    results = out / "results.jsonl"
    before = results.read_text(encoding="utf-8").splitlines(keepends=True)
    baseline = shutil.copy(results, out.parent / "before.jsonl")
    results.write_text("".join(before[:3]), encoding="utf-8")
    saved = out.parent / "baseline.jsonl"
    again = evaluate(
        home, "--limit", "5", "--out", str(out), "--resume", "--baseline", str(baseline), "--gate", "--save-baseline", str(saved)
    )
    assert again.returncode == 0, again.stderr
    after = results.read_text(encoding="utf-8").splitlines(keepends=True)
    assert after[:3] == before[:3]
    assert [json.loads(line)["id"] for line in after] == [json.loads(line)["id"] for line in before]
    assert "5 questions in both runs" in again.stdout
    assert "0 questions flipped" in again.stdout
    compared = evaluate(home, "compare", str(saved), str(results), "--gate")
    assert compared.returncode == 0, compared.stderr
    assert "within noise" not in compared.stdout


def test_another_run_in_another_home_gives_the_same_rows(first, home, out, tmp_path, exported):
    again = evaluate(new_home(tmp_path / "home", exported), "--limit", "5", "--out", str(tmp_path / "out"))
    assert again.returncode == 0, again.stderr
    one, other = (
        [json.loads(line) | {"latency_ms": None} for line in (folder / "results.jsonl").read_text(encoding="utf-8").splitlines()]
        for folder in (out, tmp_path / "out")
    )
    assert one == other


def test_a_squad_file_is_a_collection_of_its_own(home, tmp_path):
    file = tmp_path / "squad.json"
    file.write_text(json.dumps(SQUAD), encoding="utf-8")
    done = evaluate(home, "--squad", str(file), "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert "3 questions, 0 failed" in done.stdout
    rows = {row["id"]: row for row in map(json.loads, (tmp_path / "out" / "results.jsonl").read_text(encoding="utf-8").splitlines())}
    assert {row["kind"] for row in rows.values()} == {"fact", "unanswerable"}
    assert rows["h1"]["recall@5"] == rows["h3"]["recall@5"] == 1.0
    assert rows["h1"]["expected"] == [["Monday", "on Monday"]]
    assert rows["h2"]["status"] == "not_found"
    assert "The harbour of Gwadar was closed on Monday after a storm." in rows["h1"]["quotes"]


def test_questions_are_asked_again_without_what_answers_them_and_without_the_reader(home, tmp_path):
    file = tmp_path / "rows.jsonl"
    rows = [
        {"question": row["question"], "context": context, "answer": row["answers"][0]["text"], "start": row["answers"][0]["answer_start"]}
        for context, row in zip(CONTEXTS, (SQUAD["data"][0]["paragraphs"][n]["qas"][0] for n in (0, 1)), strict=True)
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    out = tmp_path / "out"
    done = evaluate(home, "--squad", str(file), "--near-misses", "--no-reader", "--out", str(out))
    assert done.returncode == 0, done.stderr
    asked = {row["id"]: row for row in map(json.loads, (out / "results.jsonl").read_text(encoding="utf-8").splitlines())}
    assert list(asked) == ["row-0", "row-1", "row-0-near-miss", "row-1-near-miss"]
    for name in ("row-0", "row-1"):
        assert (asked[name]["sentence@1"], asked[name]["sentence@3"]) == (1.0, 1.0)
        again = asked[f"{name}-near-miss"]
        assert (again["kind"], again["near_miss"], again["question"]) == ("unanswerable", True, asked[name]["question"])
        assert again["answerability"] < asked[name]["answerability"]
    figures = json.loads((out / "figures.json").read_text())
    assert (figures["auroc"], figures["auroc_n"], figures["reader"]) == (1.0, 4, "none")


@pytest.mark.parametrize(
    ("option", "content", "said"),
    [
        ("--gold", '{"id": "x"}\n', ":1: not a gold question"),
        ("--squad", '{"data": [{}]}', "not a SQuAD file"),
        ("--baseline", "no rows", "cannot be read as rows"),
    ],
)
def test_a_file_that_is_wrong_is_named(first, home, out, tmp_path, option, content, said):
    file = tmp_path / "given.json"
    file.write_text(content, encoding="utf-8")
    where = shutil.copytree(out, tmp_path / "out") if option == "--gold" else tmp_path / "out"
    done = evaluate(home, option, str(file), "--out", str(where))
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{file}" in done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


WRONG_USAGE = """
    --fast | --gate | slow | --csv a --squad b | quick --squad a | --rgb a --baseline b | compare one.jsonl
    | --rgb a --near-misses | --paragraphs 2
"""


@pytest.mark.parametrize("wrong", [words.split() for words in WRONG_USAGE.split("|")])
def test_an_unknown_option_or_half_a_comparison_is_wrong_usage(home, wrong):
    assert evaluate(home, *wrong).returncode == 2


# SQuAD files


def test_paragraphs_become_articles_with_the_same_text(tmp_path):
    file = tmp_path / "squad.json"
    file.write_text(json.dumps(SQUAD), encoding="utf-8")
    questions = unpack(file, tmp_path / "articles")
    texts = {
        path.name: clean(RawDocument(str(path), "markdown", path.read_text(encoding="utf-8"))).text
        for path in (tmp_path / "articles").iterdir()
    }
    assert sorted(texts.values()) == sorted(CONTEXTS)
    assert [(question.id, question.kind, question.answerable) for question in questions] == [
        ("h1", "fact", True),
        ("h2", "unanswerable", False),
        ("h3", "fact", True),
    ]
    for question in questions:
        assert all(item.quote in texts[item.article] for item in question.evidence)


def test_a_version_1_file_needs_no_word_on_impossible_questions(tmp_path):
    row = {"id": "1", "question": "When?", "answers": [{"text": "on Monday", "answer_start": 31}]}
    file = tmp_path / "squad.json"
    file.write_text(json.dumps({"data": [{"title": "t", "paragraphs": [{"context": CONTEXTS[0], "qas": [row]}]}]}), encoding="utf-8")
    (question,) = unpack(file, tmp_path / "articles")
    assert question.answers == (("on Monday",),)


def test_the_evidence_is_the_sentence_in_which_the_answer_was_marked(tmp_path):
    context = "Two ships left. Storms came. One of the two sank, and two men drowned. Nobody knows why."
    marks = [
        {"text": "two", "answer_start": context.index("two men")},
        {"text": "Two", "answer_start": 0},
        {"text": "ten", "answer_start": 3},
    ]
    qas = [{"id": f"{n}", "question": "How many?", "answers": [mark]} for n, mark in enumerate(marks)]
    file = tmp_path / "squad.json"
    file.write_text(json.dumps({"data": [{"title": "t", "paragraphs": [{"context": context, "qas": qas}]}]}), encoding="utf-8")
    found = [[item.quote for item in question.evidence] for question in unpack(file, tmp_path / "articles")]
    assert found == [["One of the two sank, and two men drowned."], ["Two ships left."], []]


def test_so_many_paragraphs_are_taken_with_their_questions(tmp_path):
    file = tmp_path / "squad.json"
    file.write_text(json.dumps(SQUAD), encoding="utf-8")
    assert [question.id for question in unpack(file, tmp_path / "articles", 1)] == ["h1", "h2"]
    assert len(list((tmp_path / "articles").iterdir())) == 1


def test_rows_of_one_context_are_one_article_under_what_can_serve_as_a_title(tmp_path):
    rows = [{"question": "When?", "context": CONTEXTS[0], "answer": "on Monday", "start": 31}]
    rows += [
        {"question": "Why?", "context": CONTEXTS[0], "answer": None},
        {"question": "What?", "context": CONTEXTS[1], "answer": "Dali", "start": 4},
    ]
    file = tmp_path / "rows.jsonl.gz"
    with gzip.open(file, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
    questions = unpack(file, tmp_path / "articles")
    assert [(question.text, question.answerable) for question in questions] == [("When?", True), ("Why?", False), ("What?", True)]
    titles = [clean(RawDocument(path.name, "markdown", path.read_text())).info.title for path in sorted((tmp_path / "articles").iterdir())]
    assert titles == ["Gwadar", "Dali"]


@pytest.mark.parametrize("content", ["", "[]", '{"data": 3}', '{"data": [{"paragraphs": [{"qas": []}]}]}', '{"data": [{"paragraphs": 5}]}'])
def test_a_file_of_another_form_is_named(tmp_path, content):
    file = tmp_path / "squad.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"squad\.json: not a SQuAD file"):
        unpack(file, tmp_path / "articles")


@settings(max_examples=200)
@given(
    text=st.text(
        alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")) | st.sampled_from("*_#>-+.)1& \\`<[]|=~:"), max_size=60
    )
)
@example("1) one and two")
@example("1. one and two")
@example("# no heading")
@example("    four spaces")
@example("a = b\n===")
@example("&amp; &lt;")
@example("https://example.org/a_b_c")
def test_no_text_is_taken_for_markdown(text):
    plain = normalise(f"{text} and five more words here")
    article = clean(RawDocument("x.md", "markdown", f"---\ntitle: t\n---\n{as_markdown(plain)}\n"))
    assert article.text == plain
    assert article.info.id == article_id(plain)


@pytest.mark.parametrize(("file", "recall"), [("first.md", 1.0), ("copy.md", 1.0), ("not-taken.md", 0.0)])
def test_evidence_is_found_by_each_file_that_holds_its_text(tmp_path, empty_home, file, recall):
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in ("first.md", "copy.md"):
        (folder / name).write_text(f"---\ntitle: The harbour\n---\n{CONTEXTS[0]}\n", encoding="utf-8")
    pipeline = Pipeline(quotes_settings(empty_home))
    pipeline.library.sync([folder])
    quote = "The harbour of Gwadar was closed on Monday after a storm."
    question = Question("q", "date", "When was the harbour of Gwadar closed?", (("Monday",),), (Quotation(file, quote),))
    (task,) = tasks([question], pipeline, "quotes")
    assert task.measure()["recall@5"] == recall
    pipeline.close()
