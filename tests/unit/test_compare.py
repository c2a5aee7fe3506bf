"""Two runs compared: planted regressions are caught, unchanged runs are not, and noise is called noise."""

import json
import random

import pytest
from builders import result_row

from eval import compare
from eval.compare import as_markdown, differences, flips, read_results, worse, write_baseline
from rag.errors import InputError


def run_of(seed=0, questions=174, absent=35):
    """A run about as good as the real one."""
    rng = random.Random(seed)
    rows = []
    for n in range(questions):
        if n < absent:
            refused = rng.random() < 0.7
            shown = 0 if refused else rng.randint(1, 3)
            rows.append(result_row("unanswerable", refused=refused, shown=shown, right=0, id=f"q{n}"))
            continue
        right = rng.random() < 0.7
        refused = rng.random() < 0.15
        shown = 0 if refused else rng.randint(1, 3)
        values = {"recall@1": 1.0, "recall@3": 1.0, "recall@5": 1.0, "mrr": 1.0, "sentence@1": float(right)}
        values |= {"exact_match": float(right and not refused), "f1": 0.8 * right, "citation_recall": float(right and not refused)}
        rows.append(result_row(refused=refused, shown=shown, right=min(shown, int(right)), id=f"q{n}", **values))
    return rows


def wrong_sentences(rows, share=0.05, seed=0):
    """Choose another sentence in a share of all questions, where there was a right one."""
    rng = random.Random(seed)
    right = [row["id"] for row in rows if row["sentence@1"]]
    hit = set(rng.sample(right, round(share * len(rows))))
    wrong = {"sentence@1": 0.0, "exact_match": 0.0, "f1": 0.0, "citation_recall": 0.0, "citations_right": 0}
    return [row | wrong if row["id"] in hit else row for row in rows]


def shifted_citations(rows):
    """Let every mark lead to the sentence after the right one."""
    return [row | {"citations_right": 0} for row in rows]


def refusing_more(rows, share=0.08, seed=0):
    """Move the threshold: a share of what was answered is refused."""
    rng = random.Random(seed)
    refused = {"refused": True, "citations_shown": 0, "citations_right": 0}
    return [row | refused if not row["refused"] and rng.random() < share else row for row in rows]


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize(
    ("plant", "caught"),
    [(wrong_sentences, "sentence@1"), (shifted_citations, "citation_precision"), (refusing_more, "false_refusals")],
)
def test_a_planted_regression_is_caught_each_time(plant, caught, seed):
    rows = run_of(seed)
    planted = plant(rows) if plant is shifted_citations else plant(rows, seed=seed)
    assert caught in worse(differences(rows, planted))


@pytest.mark.parametrize("seed", range(10))
def test_a_sample_as_small_as_the_quick_one_is_enough_within_the_tolerance_of_ci(seed):
    rows = run_of(seed, questions=80, absent=12)
    assert "sentence@1" in worse(differences(rows, wrong_sentences(rows, seed=seed)), tolerance=0.05)
    assert "citation_precision" in worse(differences(rows, shifted_citations(rows)), tolerance=0.05)


@pytest.mark.parametrize("seed", range(20))
def test_an_unchanged_run_is_the_same_in_everything(seed):
    rows = run_of(seed)
    found = differences(rows, [dict(row) for row in rows])
    assert {each.verdict for each in found} == {"the same"}
    assert flips(rows, rows) == []


def test_two_flips_in_either_direction_are_noise():
    rows = run_of()
    right = [n for n, row in enumerate(rows) if row["sentence@1"]][:2]
    wrong = [n for n, row in enumerate(rows) if row["sentence@1"] == 0.0][:2]
    changed = [row | {"sentence@1": float(n in wrong)} if n in right + wrong else row for n, row in enumerate(rows)]
    (sentence,) = [each for each in differences(rows, changed) if each.name == "sentence@1"]
    assert (sentence.verdict, sentence.after - sentence.before) == ("within noise", 0.0)
    assert worse(differences(rows, changed)) == []


def test_an_improvement_is_called_better_and_fewer_wrong_answers_too():
    rows = run_of()
    fixed = [row | {"sentence@1": 1.0} if row["sentence@1"] == 0.0 else row for row in rows]
    fixed = [row | {"refused": True, "citations_shown": 0} if row["kind"] == "unanswerable" else row for row in fixed]
    verdicts = {each.name: each.verdict for each in differences(rows, fixed)}
    assert (verdicts["sentence@1"], verdicts["wrongly_answered"], verdicts["recall@5"]) == ("better", "better", "the same")


def test_only_questions_of_both_runs_are_compared():
    rows = run_of()
    later = [*rows[10:], result_row(id="new")]
    text = as_markdown(rows, later, differences(rows, later))
    assert text.startswith("164 questions in both runs; 10 only before, 1 only after")
    assert differences(rows, [result_row(id="new")]) == []


def test_flips_name_the_question_and_what_changed():
    (line,) = flips([result_row(id="a", **{"sentence@1": 1.0})], [result_row(id="a", refused=True, **{"sentence@1": 0.0})])
    assert line == "a (fact): sentence@1 1 → 0, refused false → true: Who?"


def test_groups_are_those_of_the_later_run_and_show_before_and_after():
    before = [result_row(id=id, f1=0.0) for id in "ab"]
    after = [result_row(id="a", level="hard", turn=2, f1=1.0), result_row(id="b", level="easy", f1=0.0)]
    lines = as_markdown(before, after, differences(before, after)).splitlines()
    rows = {line.split(" | ")[0].strip("| "): line.split(" | ")[1:] for line in lines if line.startswith(("| kind", "| level", "| turn"))}
    assert list(rows) == ["kind fact", "level easy", "level hard", "turn 2"]
    place = next(line for line in lines if line.startswith("| | n |")).split(" | ").index("f1") - 1
    assert [rows[name][place] for name in rows] == ["0.000 → 0.500", "0.000", "0.000 → 1.000", "0.000 → 1.000"]
    assert not any(line.startswith("| | n |") for line in as_markdown([result_row("search")], [result_row("search")], []).splitlines())


def test_a_long_list_of_flips_is_cut():
    rows = run_of()
    later = [row | {"refused": not row["refused"]} for row in rows][:119]
    assert "- and 79 more" in as_markdown(rows, later, differences(rows, later))


def test_a_baseline_is_enough_for_every_measure(tmp_path):
    rows = run_of()
    write_baseline(rows, tmp_path / "baseline.jsonl")
    kept = read_results(tmp_path / "baseline.jsonl")
    assert "claims" not in kept[0]
    assert differences(kept, rows) == differences(rows, rows)


@pytest.mark.parametrize(("gate", "status"), [((), 0), (("--gate",), 1)])
def test_the_gate_fails_only_when_asked_to(tmp_path, capsys, gate, status):
    rows = run_of()
    write_baseline(rows, tmp_path / "a.jsonl")
    write_baseline(wrong_sentences(rows), tmp_path / "b.jsonl")
    assert compare.main([str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl"), *gate]) == status
    assert compare.main([str(tmp_path / "b.jsonl"), str(tmp_path / "a.jsonl"), *gate]) == 0
    assert "| sentence@1 |" in capsys.readouterr().out


def test_a_tolerance_lets_through_what_is_worse_by_no_more(tmp_path):
    rows = run_of()
    write_baseline(rows, tmp_path / "a.jsonl")
    for other, share in (("b", 0.03), ("c", 0.05), ("d", 0.2)):
        write_baseline(wrong_sentences(rows, share), tmp_path / f"{other}.jsonl")
    gate = ("--gate", "--tolerance", "0.05")
    assert [compare.main([str(tmp_path / "a.jsonl"), str(tmp_path / f"{other}.jsonl"), *gate]) for other in "bcd"] == [0, 1, 1]
    assert compare.main([str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl"), "--gate"]) == 1


def test_more_wrong_answers_are_a_loss_too():
    rows = run_of()
    wrong = [row | {"refused": False, "citations_shown": 1} if row["kind"] == "unanswerable" else row for row in rows]
    (found,) = [each for each in differences(rows, wrong) if each.name == "wrongly_answered"]
    assert found.verdict == "worse"
    assert found.loss == found.after - found.before > 0


def test_rows_of_a_run_before_a_measure_was_there_are_read(tmp_path):
    rows = run_of()
    old = [{name: value for name, value in row.items() if name != "claim_accepted"} for row in rows]
    (tmp_path / "old.jsonl").write_text("".join(json.dumps(row) + "\n" for row in old))
    assert {each.verdict for each in differences(read_results(tmp_path / "old.jsonl"), rows)} == {"the same"}


@pytest.mark.parametrize("content", ["no rows", '{"id": "a"}', '["a"]', "3"])
def test_a_file_that_is_no_run_is_named(tmp_path, content):
    file = tmp_path / "results.jsonl"
    file.write_text(json.dumps(result_row()) + "\n" + content + "\n")
    with pytest.raises(InputError, match=r"results\.jsonl"):
        read_results(file)
