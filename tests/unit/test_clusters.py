import gzip
import json

import pytest

from eval.clusters import FIELDS, unpack
from eval.data import PROJECT
from eval.gold import KINDS, Question, Quotation
from eval.lists import of_question
from rag.clean import clean, normalise
from rag.errors import InputError
from rag.load import load
from rag.reader.rows import read_rows

FOLDER = PROJECT / "eval" / "clusters"
FIRST = "Nine sheep were lost in Ammerau. *Help* came late."
LATER = "The farmers now speak of eleven sheep. Nobody was hurt."


def place(article, words):
    text = (FIRST, LATER)[article]
    return [article, text.index(words), text.index(words) + len(words)]


CLUSTER = {
    "cluster": "flood",
    "articles": [
        {"title": "Flood: sheep lost", "outlet": "The Ammerau Post", "published": "2021-03-04", "text": FIRST},
        {"title": "More sheep lost", "outlet": "Radio Tal", "published": "2021-03-06", "text": LATER},
    ],
    "questions": [
        {
            "kind": "conflict",
            "question": "How many sheep were lost in Ammerau?",
            "before": None,
            "answers": [place(0, "Nine"), place(1, "eleven")],
        },
        {
            "kind": "follow-up",
            "question": "And who says so?",
            "before": "How many sheep were lost in Ammerau?",
            "answers": [place(1, "The farmers")],
        },
        {"kind": "unanswerable", "question": "How many cows were lost in Ammerau?", "before": None, "answers": []},
    ],
}


def write(file, cluster):
    with gzip.open(file, "wt", encoding="utf-8") as lines:
        lines.write(json.dumps(cluster) + "\n")
    return file


def texts(folder):
    return {file.name: clean(raw).text for file in sorted(folder.iterdir()) for raw in load(file)}


def test_a_cluster_becomes_articles_and_questions_with_their_evidence(tmp_path):
    count, teller, cows = unpack(write(tmp_path / "a.jsonl.gz", CLUSTER), tmp_path / "articles")
    assert texts(tmp_path / "articles") == {"flood-1.md": FIRST, "flood-2.md": LATER}
    assert count.answers == (("Nine",), ("eleven",))
    assert count.evidence == (
        Quotation("flood-1.md", "Nine sheep were lost in Ammerau."),
        Quotation("flood-2.md", "The farmers now speak of eleven sheep."),
    )
    assert (teller.answers, teller.history) == ((("The farmers",),), ((count.text, "Nine"),))
    assert (cows.answerable, cows.near_miss, cows.evidence) == (False, True, ())
    assert len({question.id for question in (count, teller, cows)}) == 3


def test_an_answer_is_marked_where_it_stands_whole():
    text = "Rain fell. There the minister said that he would go."
    question = Question("q", "fact", "Who would go?", (("he", "nobody"),), (Quotation("a.md", text.partition(". ")[2]),))
    (place,) = of_question(question, {"a.md": ("id", text)}).answers["id"]
    assert place == (text.index(" he ") + 1, text.index(" he ") + 3)


def test_few_of_the_questions_are_spread_over_the_file(tmp_path):
    file = write(tmp_path / "a.jsonl.gz", CLUSTER)
    assert [question.id for question in unpack(file, tmp_path / "articles", 1)] == ["flood-1"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"questions": [CLUSTER["questions"][0] | {"answers": [[0, 25, 40]]}]}, "stands in no sentence"),
        ({"questions": [{"question": "Who?"}]}, "KeyError"),
        ({"articles": "none"}, "TypeError"),
    ],
    ids=["an answer in two sentences", "a field is missing", "no list"],
)
def test_a_file_of_another_form_is_named(tmp_path, change, named):
    file = write(tmp_path / "a.jsonl.gz", CLUSTER | change)
    with pytest.raises(InputError, match=rf"a\.jsonl\.gz: not a file of clusters .*{named}"):
        unpack(file, tmp_path / "articles")


def test_all_that_is_quoted_of_the_clusters_stands_in_their_articles(tmp_path):
    questions = unpack(FOLDER / "dev.jsonl.gz", tmp_path)
    articles = texts(tmp_path)
    assert len(questions) > 1000
    assert [question.id for question in questions for item in question.evidence if item.quote not in articles[item.article]] == []


def test_what_the_reader_learns_from_is_of_the_same_form_and_of_other_clusters():
    train, dev = (read_rows([FOLDER / f"{name}.jsonl.gz"], FIELDS) for name in ("train", "dev"))
    titles = [{article["title"] for cluster in clusters for article in cluster["articles"]} for clusters in (train, dev)]
    assert not titles[0] & titles[1]
    for cluster in train:
        told = [article["text"] for article in cluster["articles"]]
        assert [normalise(text) for text in told] == told
        asked = [(row["question"], row["before"]) for row in cluster["questions"]]
        assert len(set(asked)) == len(asked)
        for row in cluster["questions"]:
            assert row["kind"] in KINDS
            assert (row["kind"] == "unanswerable") == (not row["answers"])
            assert all(words and words == words.strip() for words in (told[n][start:end] for n, start, end in row["answers"]))
