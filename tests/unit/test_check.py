import json

from eval import check
from eval.check import remarks
from eval.gold import Question, Quotation

TEXTS = {"ties.md": "The cabinet endorsed full ties.", "rain.md": "It rained in the hills."}


def question(number, text, answer="the cabinet", quote="The cabinet endorsed full ties.", **more):
    return Question(f"q{number}", "fact", text, ((answer,),), (Quotation("ties.md", quote),), **more)


def test_a_sound_question_is_not_worth_a_look_but_an_article_without_one_is():
    assert remarks([question(1, "Who endorsed full ties?")], TEXTS) == ["nobody asks about rain.md"]


def test_an_answer_that_no_quotation_holds_is_named():
    (first, _) = remarks([question(1, "Who endorsed full ties?", answer="the army")], TEXTS)
    assert first.startswith("q1: no quotation holds 'the army'")


def test_questions_that_say_nearly_the_same_are_named_but_follow_ups_are_not():
    twice = [question(1, "Who endorsed full ties with Iran?"), question(2, "Who endorsed the full ties with Iran?")]
    assert "q1 and q2 ask nearly the same" in remarks(twice, TEXTS)
    following = [question(1, "And the other?", history=(("Who?", "He."),)), question(2, "And the other?", history=(("When?", "Then."),))]
    assert remarks(following, TEXTS) == ["nobody asks about rain.md"]


def test_the_balance_tells_kinds_levels_and_dialogues(tmp_path, capsys):
    (tmp_path / "ties.md").write_text(f"# Ties\n\n{TEXTS['ties.md']}")
    line = {"kind": "fact", "answers": [["the cabinet"]], "evidence": [{"article": "ties.md", "quote": TEXTS["ties.md"]}], "dialogue": "d"}
    turns = [line | {"id": "d1", "question": "Who endorsed full ties?"}, line | {"id": "d2", "question": "Who else did?"}]
    (tmp_path / "gold.jsonl").write_text("".join(json.dumps(turn) + "\n" for turn in turns))
    assert check.main(["--gold", str(tmp_path / "gold.jsonl"), "--articles", str(tmp_path / "ties.md")], tmp_path) == 0
    said = capsys.readouterr().out
    assert "fact 2," in said
    assert "easy 1, medium 0, hard 1; 2 of them turns of 1 dialogues" in said
