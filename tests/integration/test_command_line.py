"""The commands as a user or a program runs them: one object on standard output, words on standard error, an exit status."""

import json
import shutil
import subprocess
import sys

import pytest
from homes import CABINET, CORPUS, PLAIN_QUESTION, ROOT, SUBSET, UNANSWERABLE, environment, new_home, run_python

from rag.arguments import parse
from rag.store import Store

ENDORSED = "endorsed the restoration of full diplomatic relations with Iran"
CLAIM = {"text", "citations", "support", "speaker", "reason"}
CITATION = {"number", "article_id", "title", "outlet", "published", "url", "start", "end", "quote"}
GROUNDS = {"disagreements", "citations", "coverage", "problems", "answerer", "prompt_id", "replaced"}
LISTED = {
    *("id", "title", "outlet", "authors", "published", "published_from", "updated", "origin", "url", "path", "language"),
    *("passages", "copies"),
}


def rag(home, *arguments: str, **options) -> subprocess.CompletedProcess[str]:
    return run_python("-m", "rag", *arguments, home=home, **options)


def printed(done: subprocess.CompletedProcess[str]):
    """Give the one object that a command printed."""
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    return json.loads(line)


@pytest.fixture(scope="module")
def home(tmp_path_factory, indexed_home):
    """A copy of the indexed home that commands here may write to, as long as they leave the articles alone."""
    return shutil.copytree(indexed_home, tmp_path_factory.mktemp("commands") / "home", symlinks=True)


@pytest.fixture(scope="module")
def cabinet(home):
    """The id of the article about the cabinet."""
    store = Store(home / "clippings.db")
    (found,) = (row.info.id for row in store.listing() if row.info.path.endswith(CABINET))
    store.close()
    return found


# Reading


def test_ask_prints_an_answer(home):
    answer = printed(rag(home, "ask", PLAIN_QUESTION, "--json"))
    assert answer.keys() == {
        *("question", "searched_for", "status", "answer", "short_answer", "claims", "citations", "nearest", "problems", "premise"),
        *("values", "said", "scope", "newest_evidence", "origins", "answerer", "prompt_id", "timings_ms"),
    }
    assert answer["question"] == PLAIN_QUESTION
    assert answer["status"] in {"answered", "partly"}
    assert all(claim.keys() == CLAIM for claim in answer["claims"])
    assert all(citation.keys() == CITATION for citation in answer["citations"])
    assert answer["claims"][0]["citations"] == [1]
    assert ENDORSED in answer["citations"][0]["quote"]
    assert answer["citations"][0]["published"] in {"2024-01-19", "2024-01-20"}
    assert (answer["answerer"], answer["prompt_id"], answer["nearest"]) == ("quotes", None, [])
    assert answer["timings_ms"].keys() == {"search", "read", "answer", "cite", "total"}
    row = answer["said"][0]
    assert row.keys() == {"speaker", "verb", "stance", "direct", "reported_by", "quote", "outlet", "published", "citation", "asked"}
    assert (row["verb"], row["stance"], row["asked"]) == ("endorsed", "support", True)
    assert row["quote"] == answer["citations"][row["citation"] - 1]["quote"]


def test_ask_prints_for_people_without_json(home):
    done = rag(home, "ask", PLAIN_QUESTION)
    assert done.returncode == 0
    assert ENDORSED in done.stdout
    assert "[1] Cabinet endorses restoring full ties with Iran, The Margalla Courier, 2024-01-19" in done.stdout


def test_ask_reads_one_question_a_line_and_a_bad_one_does_not_stop_the_others(home):
    questions = [PLAIN_QUESTION, "x" * 20_000, "", UNANSWERABLE]
    done = rag(home, "ask", "-", "--json", stdin="\n".join(questions) + "\n")
    assert done.returncode == 0, done.stderr
    answered, refused, not_found = (json.loads(line) for line in done.stdout.splitlines())
    assert (answered["question"], answered["status"] != "not_found") == (PLAIN_QUESTION, True)
    assert refused.keys() == {"question", "error"}
    assert "20000 characters" in refused["error"]
    assert (not_found["question"], not_found["status"], not_found["answer"]) == (
        UNANSWERABLE,
        "not_found",
        "No sentence was found that answers this.",
    )
    assert 1 <= len(not_found["nearest"]) <= 3
    assert all(near.keys() == {"article_id", "title", "published", "quote", "start", "end"} for near in not_found["nearest"])


def test_ask_keeps_to_the_filters(home, cabinet):
    (filtered,) = (
        json.loads(line)
        for line in rag(
            *(home, "ask", "-", "--json", "--since", "2024-01-19", "--until", "2024-01-19"),
            *("--outlet", "the margalla courier", "--article", cabinet),
            stdin=f"{PLAIN_QUESTION}\n",
        ).stdout.splitlines()
    )
    assert {citation["article_id"] for citation in filtered["citations"]} == {cabinet}


def test_summarize_prints_sentences_and_coverage(home):
    summary = printed(rag(home, "summarize", "--topic", "Pakistan and Iran", "--until", "2024-01-19", "--length", "short", "--json"))
    assert summary.keys() == {"sentences", "key_figures", "people", *GROUNDS}
    assert summary["sentences"]
    assert all(sentence.keys() == {*CLAIM, "origins"} and sentence["citations"] for sentence in summary["sentences"])
    assert all(citation.keys() == CITATION and citation["published"] <= "2024-01-19" for citation in summary["citations"])
    assert summary["coverage"].keys() == {"articles", "read", "cited", "folded", "left_out"}
    assert summary["coverage"]["read"] == summary["coverage"]["articles"] >= summary["coverage"]["cited"] > 0


def test_summarize_takes_articles_by_id(home, cabinet):
    summary = printed(rag(home, "summarize", cabinet, "--json"))
    assert {citation["article_id"] for citation in summary["citations"]} == {cabinet}
    assert summary["coverage"] == {"articles": 1, "read": 1, "cited": 1, "folded": 0, "left_out": []}


def test_timeline_prints_dated_events(home):
    timeline = printed(rag(home, "timeline", "--topic", "the Dali and the Key Bridge", "--json"))
    assert timeline.keys() == {"topic", "events", "left_out", "coverage", "citations"}
    assert timeline["events"]
    numbers = {citation["number"] for citation in timeline["citations"]}
    for event in timeline["events"]:
        assert event.keys() == {"date", "precision", "text", "citations", "published", "articles", "other_dates"}
        assert event["precision"] in {"day", "month", "year"}
        assert set(event["citations"]) <= numbers


def test_timeline_takes_a_period(home):
    timeline = printed(rag(home, "timeline", "--since", "2024-02-01", "--until", "2024-02-29", "--json"))
    assert timeline["topic"] is None
    assert {citation["published"] for citation in timeline["citations"]} == {"2024-02-07"}


def test_brief_prints_what_there_is_and_then_what_is_new(home):
    brief = printed(rag(home, "brief", "Pakistan and Iran", "--since", "2024-01-19", "--json"))
    assert brief.keys() == {"topic", "headline", "bullets", "remarks", "since", "since_last_brief", "changes", *GROUNDS}
    told = [brief["headline"], *brief["bullets"], *brief["changes"]]
    assert brief["bullets"]
    assert brief["changes"]
    assert all(claim.keys() == {*CLAIM, "origins"} and claim["citations"] for claim in told)
    assert (brief["since"], brief["since_last_brief"]) == ("2024-01-19", False)
    again = printed(rag(home, "brief", "Iran and Pakistan", "--json", env={"RAG_TODAY": "2024-02-01"}))
    assert (again["since_last_brief"], again["changes"]) == (True, [])


@pytest.mark.parametrize("suffix", ["md", "html", "json"])
def test_what_is_exported_is_verified_and_what_is_altered_is_reported_with_status_1(home, tmp_path, suffix):
    file = tmp_path / f"toll.{suffix}"
    done = rag(home, "summarize", "--topic", "Pakistan and Iran", "--export", str(file))
    assert done.returncode == 0, done.stderr
    assert "articles read" in done.stdout
    checked = printed(rag(home, "verify", str(file), "--json"))
    assert checked["failed"] == 0
    assert {quotation["standing"] for quotation in checked["quotations"]} == {"stands"}
    file.write_text(file.read_text(encoding="utf-8").replace("Iran", "Iraq"), encoding="utf-8")
    altered = rag(home, "verify", str(file))
    assert altered.returncode == 1
    assert "was edited in the file" in altered.stdout
    assert "Traceback" not in altered.stderr


def test_articles_lists_and_shows(home, cabinet):
    listing = printed(rag(home, "articles", "list", "--json"))
    assert len(listing) == len(SUBSET)
    assert all(article.keys() == LISTED and article["passages"] > 0 for article in listing)
    (listed,) = (article for article in listing if article["id"] == cabinet)
    assert (listed["outlet"], listed["published"], listed["language"], listed["copies"]) == ("The Margalla Courier", "2024-01-19", "en", 0)
    shown = printed(rag(home, "articles", "show", cabinet, "--json"))
    assert shown.items() >= listed.items()
    assert shown.keys() == LISTED | {"text", "versions", "replaced_by"}
    assert (shown["versions"], shown["replaced_by"]) == ([], None)
    assert ENDORSED in shown["text"]


def test_doctor_finds_nothing_wrong(home):
    assert printed(rag(home, "doctor", "--json")) == {"problems": [], "articles": len(SUBSET)}


# Writing


@pytest.fixture(scope="module")
def life(tmp_path_factory, exported):
    """One home through its life: what each command printed, by a name for the step."""
    folder = tmp_path_factory.mktemp("life")
    home, articles = new_home(folder / "home", exported), folder / "articles"
    articles.mkdir()
    shutil.copy(SUBSET[0], articles)
    shutil.copy(SUBSET[1], articles)
    (articles / "empty.md").write_bytes(b"")
    steps = {"first": rag(home, "sync", str(articles), "--json")}
    steps["again"] = rag(home, "sync", str(articles), "--json")
    gone = json.loads(rag(home, "articles", "--json").stdout)[0]
    steps["remove"] = rag(home, "articles", "remove", gone["id"], "--json")
    steps["listed"] = rag(home, "articles", "list", "--json")
    shutil.rmtree(home / "chroma")
    steps["ill"] = rag(home, "doctor", "--json")
    steps["rebuild"] = rag(home, "rebuild", "--json")
    steps["well"] = rag(home, "doctor", "--json")
    return {"gone": gone, "steps": steps, "articles": articles}


def test_sync_reports_what_it_did_and_what_it_left_out(life):
    done = life["steps"]["first"]
    report = printed(done)
    assert report.keys() == {"added", "updated", "removed", "unchanged", "skipped", "remarks", "passages", "seconds", "encode_seconds"}
    assert [path.rsplit("/", 1)[-1] for path in report["added"]] == [file.name for file in SUBSET[:2]]
    ((skipped),) = report["skipped"]
    assert skipped["path"].endswith("empty.md")
    assert "empty.md: the file is empty" in skipped["reason"]
    assert "empty.md: the file is empty" in done.stderr
    assert report["passages"] > 0


def test_a_second_sync_encodes_nothing(life):
    report = printed(life["steps"]["again"])
    assert (report["added"], report["updated"], report["unchanged"], report["passages"]) == ([], [], 2, 0)
    assert report["encode_seconds"] == 0


def test_a_removed_article_is_listed_no_more(life):
    gone = life["gone"]["id"]
    assert printed(life["steps"]["remove"]) == {"removed": [gone]}
    assert [article["id"] == gone for article in printed(life["steps"]["listed"])] == [False]


def test_doctor_finds_a_lost_index_and_rebuild_mends_it(life):
    ill = printed(life["steps"]["ill"])
    assert ill["articles"] == 1
    assert ["have no vector" in problem and "rebuild" in problem for problem in ill["problems"]] == [True]
    assert printed(life["steps"]["rebuild"]) == {"articles": 1}
    assert printed(life["steps"]["well"]) == {"problems": [], "articles": 1}


def test_sync_takes_the_collection_by_default():
    assert parse(["sync"]).paths == [str(CORPUS)]


# What goes wrong


@pytest.mark.parametrize(
    ("arguments", "env", "said"),
    [
        (["ask", " ", "--json"], {}, "the question is empty"),
        (["ask", "x" * 20_000, "--json"], {}, "20000 characters"),
        (["ask", "Who?", "--article", "nobody", "--json"], {}, "no article 'nobody'"),
        (["summarize", "nobody", "--json"], {}, "no article 'nobody'"),
        (["summarize", "--topic", "the chess championship in Oslo", "--json"], {}, "no article matches"),
        (["brief", "the chess championship in Oslo", "--json"], {}, "no article matches"),
        (["verify", "/no/such/file.md", "--json"], {}, "/no/such/file.md cannot be read"),
        (["verify", str(SUBSET[0]), "--json"], {}, "is no export"),
        (["ask", "-", "--export", "answers.md"], {}, "--export writes one answer"),
        (["articles", "show", "nobody", "--json"], {}, "no article 'nobody'"),
        (["articles", "remove", "--json"], {}, "needs the id of an article"),
        (["sync", "/no/such/folder", "--json"], {}, "/no/such/folder does not exist"),
        (["articles", "--json"], {"RAG_LLM_TIMEOUT": "soon"}, "RAG_LLM_TIMEOUT is 'soon'"),
        (["doctor", "--json"], {"RAG_CHROMA_URL": "http://127.0.0.1:9"}, "RAG_CHROMA_URL is http://127.0.0.1:9"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_an_error_is_explained_on_standard_error_with_status_1(home, arguments, env, said):
    done = rag(home, *arguments, env=env)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "COMMAND"),
        (["fly"], "fly"),
        (["ask"], "QUESTION"),
        (["ask", "Who?", "--since", "yesterday"], "'yesterday' is not a date; write it as 2024-01-19"),
        (["summarize", "--length", "endless"], "endless"),
        (["timeline"], "--topic"),
        (["articles", "burn"], "burn"),
    ],
    ids=["no-command", "unknown-command", "no-question", "date", "length", "no-topic", "unknown-action"],
)
def test_wrong_usage_has_status_2(tmp_path, arguments, said):
    done = rag(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_model_that_is_not_there_leaves_the_object_alone_on_standard_output(home):
    answer = printed(rag(home, "ask", PLAIN_QUESTION, "--llm", "gpt", "--json"))
    assert answer["answerer"] == "quotes"
    assert any("'gpt' is not the name of a language model" in problem for problem in answer["problems"])


@pytest.mark.parametrize("arguments", [["--help"], ["ask", "--help"]], ids=" ".join)
def test_help_is_quick_because_it_loads_no_library(tmp_path, arguments):
    done = run_python("-X", "importtime", "-m", "rag", *arguments, home=tmp_path)
    assert done.returncode == 0
    assert "usage: python -m rag" in done.stdout
    imported = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert "rag.errors" in imported
    assert not imported & {"torch", "numpy", "chromadb", "onnxruntime", "langchain_core", "transformers", "sentence_transformers"}


def test_asking_does_not_load_what_it_does_not_need(home):
    done = run_python("-X", "importtime", "-m", "rag", "ask", PLAIN_QUESTION, "--json", home=home)
    printed(done)
    imported = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert "onnxruntime" in imported
    assert not imported & {"torch", "sentence_transformers", "langchain", "gradio"}


def test_a_reader_that_goes_away_is_no_traceback(home):
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen(
        [sys.executable, "-m", "rag", "ask", "-", "--json"], cwd=ROOT, env=environment(home), text=True, **pipes
    ) as asking:
        asking.stdin.write(f"{PLAIN_QUESTION}\n")
        asking.stdin.flush()
        assert json.loads(asking.stdout.readline())["question"] == PLAIN_QUESTION
        asking.stdout.close()
        asking.stdin.write(f"{PLAIN_QUESTION}\n")
        asking.stdin.close()
        assert "Traceback" not in asking.stderr.read()
        assert asking.wait(60) == 1
