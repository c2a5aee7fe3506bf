"""The gold questions stand on the collection, and a line that does not is reported with its place."""

import json
from collections import Counter
from pathlib import Path

import pytest
from homes import CORPUS

from eval.gold import FOLDER, KINDS, Quotation, load_gold
from rag.clean import clean
from rag.errors import InputError
from rag.load import find_files, load


@pytest.fixture(scope="module")
def texts():
    """The text of every article of the collection, by file name."""
    return {file.name: clean(raw).text for file in find_files([CORPUS]) for raw in load(file)}


@pytest.fixture(scope="module")
def gold(texts):
    # Loading checks every quotation against its article, and every id, kind and article name.
    return load_gold(sorted(FOLDER.glob("*.jsonl")), texts)


def test_there_are_questions_enough_of_every_kind(gold):
    kinds = Counter(question.kind for question in gold)
    assert len(gold) >= 250
    assert set(kinds) == set(KINDS)
    assert kinds["unanswerable"] >= 40
    assert min(kinds.values()) >= 5


def test_half_of_the_unanswerable_questions_are_near_misses(gold):
    near = [question.near_miss for question in gold if question.kind == "unanswerable"]
    assert 2 * sum(near) >= len(near)
    assert not any(question.near_miss for question in gold if question.answerable)


def test_every_quotation_stands_in_its_article_once(gold, texts):
    for question in gold:
        for item in question.evidence:
            assert texts[item.article].count(item.quote) == 1, question.id


def test_ids_are_unique(gold):
    assert len({question.id for question in gold}) == len(gold)


def test_every_follow_up_has_something_to_follow(gold):
    assert all(question.history for question in gold if question.kind == "follow-up")


def test_there_are_dialogues_of_three_to_five_turns_of_many_kinds(gold):
    turns = Counter(question.dialogue for question in gold if question.dialogue)
    assert len(turns) >= 10
    assert set(turns.values()) <= {3, 4, 5}
    assert len({question.kind for question in gold if question.dialogue}) >= 6


def test_a_turn_knows_what_was_said_before_it(gold):
    for question in gold:
        if question.dialogue:
            before = [other for other in gold if other.dialogue == question.dialogue and other.turn < question.turn]
            assert [asked for asked, _ in question.history] == [other.text for other in before], question.id
            assert question.turn == len(before) + 1


def test_a_list_or_several_parts_have_several_answers(gold):
    assert all(len(question.answers) > 1 for question in gold if question.kind in {"list", "several", "conflict"})


def test_every_article_is_asked_about(gold, texts):
    asked = {item.article for question in gold for item in question.evidence}
    assert not set(texts) - asked


def test_no_question_stands_twice(gold):
    repeated = [text for text, count in Counter(question.text.casefold() for question in gold).items() if count > 1]
    assert repeated == []


# Lines that are wrong

TEXTS = {"harbour.md": "The harbour of Gwadar was closed on Monday."}
GOOD = {
    "id": "q1",
    "kind": "fact",
    "question": "What was closed?",
    "answers": [["the harbour", "harbour"]],
    "evidence": [{"article": "harbour.md", "quote": "The harbour of Gwadar was closed"}],
}


def write(file: Path, *rows: object) -> Path:
    file.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return file


def test_a_good_line_is_read(tmp_path):
    history = [{"question": "Where?", "answer": "In Gwadar."}]
    (question,) = load_gold([write(tmp_path / "gold.jsonl", GOOD | {"history": history, "stance": "oppose"})], TEXTS)
    assert (question.id, question.kind, question.text, question.answerable) == ("q1", "fact", "What was closed?", True)
    assert question.answers == (("the harbour", "harbour"),)
    assert question.evidence == (Quotation("harbour.md", "The harbour of Gwadar was closed"),)
    assert question.history == (("Where?", "In Gwadar."),)
    assert question.stance == "oppose"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{not json", "not a gold question (JSONDecodeError"),
        ("[]", "not a gold question (TypeError"),
        ({key: value for key, value in GOOD.items() if key != "question"}, "not a gold question (KeyError: 'question')"),
        (GOOD | {"answers": 5}, "not a gold question (TypeError"),
        (GOOD | {"answers": ["the harbour"]}, "each part of answers is a list"),
        (GOOD | {"answers": [["the harbour"], []]}, "a part of answers has no accepted wording"),
        (GOOD | {"evidence": [{"article": "harbour.md"}]}, "not a gold question (KeyError: 'quote')"),
        (GOOD | {"kind": "riddle"}, "the kind 'riddle' is unknown; there are fact, number"),
        (GOOD | {"kind": "unanswerable"}, "answers must be empty for kind unanswerable"),
        (GOOD | {"stance": "angry"}, "the stance 'angry' is unknown; there are support, oppose, neutral"),
        (GOOD | {"answers": []}, "answers must be empty for kind unanswerable, and only for it"),
        (GOOD | {"evidence": []}, "there is no evidence"),
        (GOOD | {"evidence": [{"article": "ship.md", "quote": "The"}]}, "the article ship.md is unknown"),
        (GOOD | {"evidence": [{"article": "harbour.md", "quote": "the harbour of gwadar"}]}, "does not stand in harbour.md"),
        (GOOD | {"dialogue": "d", "history": [{"question": "Where?", "answer": "There."}]}, "takes its history from the lines before it"),
        (GOOD, "the id q1 is taken by"),
    ],
    ids=[
        *(
            "not-json",
            "not-an-object",
            "no-question",
            "answers-not-a-list",
            "part-not-a-list",
            "part-empty",
            "no-quote",
            "unknown-kind",
            "unanswerable-with-answers",
            "unknown-stance",
        ),
        *("answerable-without-answers", "no-evidence", "unknown-article", "changed-quotation", "history-twice", "repeated-id"),
    ],
)
def test_a_broken_line_is_reported_with_its_file_and_line(tmp_path, row, said):
    file = write(tmp_path / "gold.jsonl", GOOD, row)
    with pytest.raises(InputError) as raised:
        load_gold([file], TEXTS)
    (line,) = [line for line in str(raised.value).splitlines() if said in line]
    assert line.startswith(f"{file}:2: ")


def test_turns_of_a_dialogue_have_those_before_them_as_their_history(tmp_path):
    def turn(id, dialogue, **more):
        return GOOD | {"id": id, "dialogue": dialogue, "question": f"What is {id}?"} | more

    nothing = {"kind": "unanswerable", "answers": [], "evidence": []}
    lines = [turn("a1", "a"), turn("b1", "b"), turn("a2", "a", **nothing), GOOD | {"id": "alone"}, turn("a3", "a")]
    a1, b1, a2, alone, a3 = load_gold([write(tmp_path / "gold.jsonl", *lines)], TEXTS)
    assert [question.turn for question in (a1, b1, a2, alone, a3)] == [1, 1, 2, None, 3]
    assert (a1.history, b1.history, alone.history) == ((), (), ())
    assert a3.history == (("What is a1?", "the harbour"), ("What is a2?", "The articles do not say."))


def test_a_blank_line_counts_as_a_line(tmp_path):
    file = write(tmp_path / "gold.jsonl", GOOD, "", "{not json")
    with pytest.raises(InputError, match=r"gold\.jsonl:3: "):
        load_gold([file], TEXTS)


def test_all_broken_lines_are_reported_at_once(tmp_path):
    file = write(tmp_path / "gold.jsonl", "{", GOOD | {"kind": "riddle"}, GOOD | {"id": "q2", "evidence": []})
    with pytest.raises(InputError) as raised:
        load_gold([file], TEXTS)
    assert [line.split(": ", 1)[0] for line in str(raised.value).splitlines()] == [f"{file}:1", f"{file}:2", f"{file}:3"]


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match=r"missing\.jsonl: cannot be read \(.*No such file"):
        load_gold([tmp_path / "missing.jsonl"], TEXTS)


def test_a_file_that_is_not_text_is_named(tmp_path):
    file = tmp_path / "gold.jsonl"
    file.write_bytes(b"\xff\xfe\xfa{}")
    with pytest.raises(InputError, match=r"gold\.jsonl"):
        load_gold([file], TEXTS)
