"""Drafts of gold questions: one blank each, evidence that stands in the article, and refused until somebody confirms them."""

import json

import pytest
from builders import article_info

from eval import draft
from eval.draft import BLANK, OF_EACH_KIND, drafts
from eval.gold import load_gold
from rag.errors import InputError
from rag.records import Article

SENTENCES = [
    "The first count from the air found 271 structures damaged or destroyed.",
    "The mayor accepted the resignation of the agency's head on 17 August without a word.",
    "Petteri Taalas said that most of the casualties could have been avoided.",
    "Nine people died and two were injured when the wave came down the valley.",
    "It rained 9 cm.",
    "The town lies at the mouth of a dry valley, below two dams of clay and rock.",
]
ARTICLE = Article(article_info(), " ".join(SENTENCES))


def test_a_sentence_with_one_number_date_or_speaker_becomes_a_draft():
    found = list(drafts(ARTICLE, "a.md"))
    assert [(row["kind"], row["answers"]) for row in found] == [
        ("number", [["271"]]),
        ("date", [["17 August"]]),
        ("who-said", [["Petteri Taalas"]]),
        ("number", [["two"]]),
    ]
    for row in found:
        assert row["question"].count(BLANK) == 1
        assert ARTICLE.text.count(row["evidence"][0]["quote"]) == 1
    assert len({row["id"] for row in found}) == 4


def test_no_article_is_asked_about_more_often_than_others():
    text = " ".join(f"The storm of that long winter threw down {n} old trees in the park." for n in range(30, 40))
    assert len(list(drafts(Article(article_info(), text), "a.md"))) == OF_EACH_KIND


def test_a_draft_is_refused_until_it_is_confirmed(tmp_path, capsys):
    article = tmp_path / "a.md"
    article.write_text("# The flood\n\n" + ARTICLE.text)
    assert draft.main([str(article)]) == 0
    lines = capsys.readouterr().out
    gold = tmp_path / "drafts.jsonl"
    gold.write_text(lines)
    with pytest.raises(InputError, match=r"drafts\.jsonl:1: draft-\w+ is a draft; confirm it"):
        load_gold([gold], {"a.md": ARTICLE.text})
    confirmed = [{name: value for name, value in json.loads(line).items() if name not in {"status", "note"}} for line in lines.splitlines()]
    gold.write_text("".join(json.dumps(row) + "\n" for row in confirmed))
    assert len(load_gold([gold], {"a.md": ARTICLE.text})) == 4


def test_a_file_that_cannot_be_read_is_named(tmp_path, capsys):
    (tmp_path / "empty.md").write_text("")
    assert draft.main([str(tmp_path)]) == 0
    said = capsys.readouterr()
    assert (said.out, "empty.md" in said.err) == ("", True)
