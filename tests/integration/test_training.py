"""The reader is taught, from rows to a file that it reads with: what the search finds, how passages are told apart, and the export."""

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from rag.candidates import FEATURES
from rag.reader.model import WEIGHTS, Reader
from rag.records import Span
from rag.split import split_sentences

ROOT = Path(__file__).resolve().parent.parent.parent
TIES = "Iran is a neighbour. Traders waited. On Friday the cabinet endorsed full ties with Iran. Traders thanked the cabinet."
RAIN = "Rain fell on the hills for three days. The river rose by two metres."
ROWS = [
    {
        "source": "own",
        "question": "Who endorsed full ties with Iran?",
        "context": TIES,
        "answer": "the cabinet",
        "start": TIES.index("the cabinet"),
    },
    {
        "source": "own",
        "question": "How far did the river rise?",
        "context": RAIN,
        "answer": "two metres",
        "start": RAIN.index("two metres"),
    },
    {"source": "own", "question": "Who opposed ties with Iran?", "context": TIES, "answer": None, "start": None},
]


def run(*arguments):
    return subprocess.run([sys.executable, "-m", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def lists(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lists")
    rows, others = folder / "rows.jsonl", folder / "others.jsonl"
    rows.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    others.write_text(json.dumps({"title": "Cabinet meets", "text": "The cabinet met on Friday. It spoke of the river."}))
    out = folder / "lists.jsonl.gz"
    done = run("eval.lists", "--rows", rows, "--among", others, "--home", folder / "home", "--out", out)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    return out


def read(lists):
    with gzip.open(lists, "rt") as lines:
        return {row["question"]: row["passages"] for row in map(json.loads, lines)}


def test_a_list_says_which_sentence_answers_and_where_and_which_may(lists):
    passages = read(lists)["Who endorsed full ties with Iran?"]
    assert len(passages) == 3
    best = passages[0]
    (answering,) = [best["text"][start:end] for (start, end), right in zip(best["sentences"], best["right"], strict=True) if right == 1]
    assert answering == "On Friday the cabinet endorsed full ties with Iran."
    start, end = best["answer"]
    assert best["text"][start - 7 : end] == "Friday the cabinet"
    # The same words later in the article, and in another one, may be an answer too.
    assert best["right"] == [0, 0, 1, -1]
    assert {each["text"].partition(".")[0]: each["right"] for each in passages}["Cabinet meets"] == [-1, 0]
    assert {len(features) for each in passages for features in each["features"]} == {6}


def test_a_question_without_an_answer_has_nothing_that_answers(lists):
    passages = read(lists)["Who opposed ties with Iran?"]
    assert {right for each in passages for right in each["right"]} == {0}


def test_a_follow_up_is_in_its_own_words_and_found_with_the_question_before_it(lists, tmp_path):
    out = tmp_path / "follow-ups.jsonl.gz"
    done = run("eval.lists", "--follow-ups", "--rows", lists.parent / "rows.jsonl", "--home", lists.parent / "home", "--out", out)
    assert done.returncode == 0, done.stderr
    with gzip.open(out, "rt") as lines:
        asked = {row["before"]: row for row in map(json.loads, lines)}
    # Those about the river stand alone: there is but one.
    assert set(asked) == {ROWS[0]["question"], ROWS[2]["question"]}
    endorsed = asked["Who opposed ties with Iran?"]
    assert endorsed["question"].endswith("endorsed full ties with it?") or "Iran" not in endorsed["question"]
    assert any(1 in each["right"] for each in endorsed["passages"])


def test_the_questions_of_clusters_are_asked_of_their_articles_and_nothing_but_what_is_marked_answers(tmp_path):
    again = "Full ties it is, the cabinet said. Nobody asked the traders."
    day = {"outlet": "The Gwadar Post", "published": "2024-01-20"}
    articles = [{"title": title, "text": text, **day} for title, text in (("Ties", TIES), ("Rain", RAIN), ("Again", again))]

    def marked(words):
        return [0, TIES.index(words), TIES.index(words) + len(words)]

    endorsed = "Who endorsed full ties with Iran?"
    questions = [
        {"kind": "fact", "question": endorsed, "before": None, "answers": [marked("the cabinet")]},
        {"kind": "follow-up", "question": "When did the cabinet meet for it?", "before": endorsed, "answers": [marked("Friday")]},
        {"kind": "unanswerable", "question": "Who opposed ties with Iran?", "before": None, "answers": []},
    ]
    clusters, out = tmp_path / "clusters.jsonl", tmp_path / "lists.jsonl.gz"
    clusters.write_text(json.dumps({"cluster": "ties", "articles": articles, "questions": questions}))
    done = run("eval.lists", "--clusters", clusters, "--home", tmp_path / "home", "--out", out)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    lists = read(out)
    answering = {
        question: [(each["text"][slice(*each["answer"])], each["right"]) for each in passages if 1 in each["right"]]
        for question, passages in lists.items()
    }
    # Another sentence with the answer's words is known to be none.
    assert answering == {
        endorsed: [("the cabinet", [0, 0, 1, 0])],
        "When did the cabinet meet for it?": [("Friday", [0, 0, 1, 0])],
        "Who opposed ties with Iran?": [],
    }
    assert {right for each in lists["Who opposed ties with Iran?"] for right in each["right"]} == {0}


def test_what_answers_stands_behind_the_hits_when_the_search_does_not_find_it(tmp_path):
    text = "Two metres, the warden of the weir wrote in his book."
    row = {"source": "own", "question": "How far did the river rise?", "context": text, "answer": "Two metres", "start": 0}
    gauges = [{"title": f"River {n}", "text": f"How far the river rises at bridge {n} is read off gauge {n}."} for n in range(40)]
    rows, others, out = tmp_path / "rows.jsonl", tmp_path / "others.jsonl", tmp_path / "lists.jsonl.gz"
    rows.write_text(json.dumps(row) + "\n")
    others.write_text("".join(json.dumps(each) + "\n" for each in gauges))
    done = run("eval.lists", "--rows", rows, "--among", others, "--home", tmp_path / "home", "--out", out)
    assert done.returncode == 0, done.stderr
    *found, last = read(out)[row["question"]]
    assert len(found) == 24
    assert not any(1 in each["right"] for each in found)
    assert (last["text"].endswith(text), last["right"], last["text"][slice(*last["answer"])]) == (True, [1], "Two metres")
    # It is no better hit than those that were found.
    hit = FEATURES.index("passage")
    assert max(features[hit] for features in last["features"]) <= min(features[hit] for each in found for features in each["features"])


def test_lists_are_of_rows_or_of_clusters(tmp_path):
    for arguments in ((), ("--rows", "rows.jsonl", "--clusters", "clusters.jsonl")):
        done = run("eval.lists", *arguments, "--out", tmp_path / "out.jsonl.gz")
        assert (done.returncode, "give either --rows or --clusters" in done.stderr) == (2, True)


def test_a_reader_that_was_taught_by_lists_is_exported_and_reads(lists, tmp_path):
    out = tmp_path / "taught.onnx"
    gently = ("--epochs", 1, "--lr", 1e-6, "--frozen", 6, "--device", "cpu")
    done = run("rag.reader.train", "--lists", lists, "--start", WEIGHTS, *gently, "--out", out)
    assert done.returncode == 0, done.stderr
    sentences = split_sentences(TIES)
    (marked,) = Reader(out).mark("Who endorsed full ties with Iran?", [TIES], [sentences])
    best = max(marked, key=lambda each: each.score)
    assert TIES[best.start : best.end] == "the cabinet"


def test_the_weights_that_weigh_the_reader_are_fitted_on_lists_that_it_did_not_learn_from(tmp_path):
    with gzip.open(ROOT / "eval" / "clusters" / "dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        (tmp_path / "clusters.jsonl").write_text(next(lines), encoding="utf-8")
    lists = tmp_path / "lists.jsonl.gz"
    done = run("eval.lists", "--clusters", tmp_path / "clusters.jsonl", "--home", tmp_path / "home", "--out", lists)
    assert done.returncode == 0, done.stderr
    done = run("eval.calibrate", "--lists", lists)
    assert done.returncode == 0, done.stderr
    without, with_reader = (float(first) for first in re.findall(r"sentence@1 (\S+),", done.stdout)[::2])
    assert 0 < without < with_reader < 1
    assert re.search(r"answerable: \{'cosine': .* bias ", done.stdout)


def test_lists_that_are_too_few_to_fit_on_are_refused(lists):
    done = run("eval.calibrate", "--lists", lists)
    assert (done.returncode, done.stdout) == (1, "")
    assert "3 questions: too few" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def language_model(tmp_path_factory):
    """Give the folder of a tiny decoder that has learnt nothing, with a byte-level tokenizer."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("decoder")
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=["<s>", "</s>"], initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator([TIES, RAIN], trainer)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>").save_pretrained(folder)
    sizes = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2}
    LlamaModel(LlamaConfig(vocab_size=tokenizer.get_vocab_size(), **sizes)).save_pretrained(folder)
    return folder


def test_a_teacher_says_of_every_sentence_what_the_reader_then_learns_from(lists, language_model, tmp_path):
    folder = tmp_path / "taught"
    common = ("--lists", lists, "--epochs", 1, "--device", "cpu")
    done = run("rag.reader.teacher", "--model", language_model, *common, "--label", lists, "--out", folder)
    assert done.returncode == 0, done.stderr
    before, taught = read(lists), read(folder / lists.name)
    assert list(before) == list(taught)
    said = [each for question in taught.values() for passage in question for each in passage["taught"]]
    assert [len(passage["taught"]) for passages in taught.values() for passage in passages] == [
        len(passage["sentences"]) for passages in before.values() for passage in passages
    ]
    assert {len(each) for each in said} == {2}
    done = run(
        "rag.reader.train", "--lists", folder / lists.name, *common[2:], "--start", WEIGHTS, "--frozen", 6, "--out", tmp_path / "one.onnx"
    )
    assert done.returncode == 0, done.stderr
    assert Reader(tmp_path / "one.onnx").mark("Who?", [RAIN], [split_sentences(RAIN)])[0][0] is not None


def test_a_released_reader_says_of_every_sentence_what_it_says_in_use(lists, tmp_path):
    done = run("rag.reader.teacher", "--reader", WEIGHTS, "--label", lists, "--device", "cpu", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    for question, passages in read(tmp_path / lists.name).items():
        texts = [each["text"] for each in passages]
        places = [[Span(start, end, each["text"][start:end]) for start, end in each["sentences"]] for each in passages]
        for each, marks in zip(passages, Reader().mark(question, texts, places), strict=True):
            # In use numbers have 8 bits inside the model too, which moves a logit of -15 by as much as 2.
            assert each["taught"] == [pytest.approx([mark.score, mark.sentence], abs=3) for mark in marks]


@pytest.mark.parametrize("arguments", [("rag.reader.teacher", "--reader"), ("rag.reader.train", "--start")])
def test_a_reader_that_is_not_there_is_named(lists, tmp_path, arguments):
    module, option = arguments
    given = ("--label", lists) if option == "--reader" else ("--lists", lists)
    done = run(module, option, tmp_path / "none.onnx", *given, "--out", tmp_path / "out")
    assert done.returncode == 1
    assert f"{tmp_path / 'none.onnx'}: there is no such file" in done.stderr
    assert "Traceback" not in done.stderr


def test_either_a_language_model_or_a_reader_teaches(lists, tmp_path):
    for teachers in ((), ("--model", "x", "--reader", WEIGHTS)):
        done = run("rag.reader.teacher", *teachers, "--lists", lists, "--label", lists, "--out", tmp_path / "out")
        assert (done.returncode, "give either --model or --reader" in done.stderr) == (2, True)


def test_a_teacher_that_is_not_there_and_lists_of_one_name_are_refused_before_any_training(lists, tmp_path):
    done = run("rag.reader.teacher", "--model", tmp_path / "none", "--lists", lists, "--label", lists, "--out", tmp_path / "out")
    assert done.returncode == 1
    assert f"{tmp_path / 'none'}: no language model can be loaded" in done.stderr
    assert "Traceback" not in done.stderr
    done = run("rag.reader.teacher", "--model", "x", "--lists", lists, "--label", lists, tmp_path / lists.name, "--out", tmp_path / "out")
    assert (done.returncode, "have one name" in done.stderr) == (2, True)
    assert not (tmp_path / "out").exists()


def test_a_decoder_is_read_in_both_directions_and_without_what_pads(language_model):
    import torch

    from rag.reader.teacher import TwoWay

    decoder = TwoWay(str(language_model)).eval()

    def first(*numbers, padded=0):
        ids = torch.tensor([[*numbers, *[0] * padded]])
        mask = torch.tensor([[1] * len(numbers) + [0] * padded])
        with torch.no_grad():
            return decoder(ids, mask, torch.zeros_like(ids)).last_hidden_state[0, 0]

    assert not torch.allclose(first(5, 6, 7), first(5, 6, 8), atol=1e-4)
    assert torch.allclose(first(5, 6, 7), first(5, 6, 7, padded=3), atol=1e-5)


def test_training_from_nothing_is_refused():
    done = run("rag.reader.train")
    assert done.returncode == 2
    assert "give --data, --support or --lists" in done.stderr
