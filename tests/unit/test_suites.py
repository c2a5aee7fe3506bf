"""The sample of a quick run, and the claims that a full one judges."""

import json
from collections import Counter

from builders import make_evidence
from homes import CORPUS

from eval.gold import Question
from eval.suites import CLAIMS, sample
from eval.support import measure
from rag.clean import clean
from rag.load import load


def questions(**kinds):
    return [Question(f"{kind}-{n}", kind, "?", (), ()) for kind, count in kinds.items() for n in range(count)]


def test_a_sample_holds_of_every_kind_its_share():
    chosen = sample(questions(fact=100, number=60, list=40, conflict=1), 20)
    assert Counter(question.kind for question in chosen) == {"fact": 10, "number": 6, "list": 4, "conflict": 1}


def test_a_sample_is_the_same_each_time_and_hardly_changes_when_the_set_grows():
    before, after = sample(questions(fact=100), 50), sample(questions(fact=104), 52)
    assert before == sample(questions(fact=100), 50)
    assert len(set(before) - set(after)) <= 2
    assert [question.id for question in after] == sorted((question.id for question in after), key=lambda id: int(id.split("-")[1]))


def test_a_sample_larger_than_the_set_is_the_set():
    assert sample(questions(fact=3), 80) == questions(fact=3)


def test_every_claim_is_told_apart_from_another_and_rests_on_its_article():
    rows = [json.loads(line) for line in CLAIMS.read_text(encoding="utf-8").splitlines()]
    texts = {file: clean(*load(CORPUS / file)).text for file in {row["article"] for row in rows}}
    assert len({row["id"] for row in rows}) == len({row["claim"] for row in rows}) == len(rows)
    assert all(quote in texts[row["article"]] for row in rows for quote in row["evidence"])
    assert Counter(row["label"] for row in rows) == {"supported": 30, "not_supported": 30}
    assert all((row["edit"] is None) == (row["label"] == "supported") for row in rows)


def test_a_claim_is_scored_by_what_the_gate_makes_of_it():
    (evidence,) = make_evidence("Nine people died near Saravan.")
    row = {"id": "c", "claim": evidence.sentence.span.text, "evidence": [evidence.sentence.span.text], "label": "supported"}
    wrong = row | {"claim": "Two people died near Saravan.", "label": "not_supported"}
    right, rejected, accepted = measure(row, None), measure(wrong, None), measure(row | {"label": "not_supported"}, None)
    assert (right["claim_accepted"], right["claim_rejected"], right["refused"]) == (1.0, None, None)
    assert (rejected["claim_accepted"], rejected["claim_rejected"]) == (None, 1.0)
    assert accepted["claim_rejected"] == 0.0
