import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reader.examples import WINDOW_CHARS, Example, make_examples, title_of

WORDS = st.lists(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=9), min_size=1, max_size=600)


def row(context: str, answer: str | None, **more: object) -> dict[str, object]:
    return {
        "question": "How many?",
        "context": context,
        "answer": answer,
        "start": context.find(answer) if answer else None,
        "title": "",
        **more,
    }


@given(WORDS, st.randoms(use_true_random=False))
def test_a_window_holds_the_answer_where_it_says(words, rng):
    context = " ".join(words)
    place = rng.randrange(len(words))
    answer = words[place]
    start = len(" ".join(words[:place])) + (1 if place else 0)
    (example,) = make_examples([row(context, answer) | {"start": start}], 0.0, rng)
    assert example.passage[example.start : example.end] == answer
    assert example.passage in context


def test_a_long_context_is_cut_to_about_the_length_of_a_window():
    context = "word " * 2000 + "nine " + "word " * 2000
    (example,) = make_examples([row(context, "nine")], 0.0, random.Random(0))
    assert WINDOW_CHARS <= len(example.passage) <= WINDOW_CHARS + 20


def test_a_row_without_an_answer_has_no_span():
    (example,) = make_examples([row("Nobody counted.", None)], 0.0, random.Random(0))
    assert (example.start, example.end) == (None, None)


def test_one_sentence_is_put_among_its_neighbours():
    sentences = [f"Sentence {n} of the story." for n in range(6)]
    rows = [row(sentence, sentence.split()[1], article="a") for sentence in sentences]
    examples = make_examples(rows, 0.0, random.Random(3))
    assert any(len(example.passage) > len(sentences[0]) for example in examples)
    assert all(example.passage[example.start : example.end] == str(n) for n, example in enumerate(examples))


def test_a_hard_negative_looks_like_the_question_and_does_not_hold_the_answer():
    alike = [f"Many people died in the flood in Derna, {who} said." for who in ("officials", "doctors", "neighbours")]
    rows = [
        row("Nine people died in the flood in Derna.", "Nine") | {"question": "How many people died in the flood in Derna?"},
        *(row(text, None) for text in [*alike, "The orchestra played in the park.", "Rain fell on the hills."]),
    ]
    examples = make_examples(rows, 1.0, random.Random(0))
    assert len(examples) == len(rows) + 1
    assert examples[-1].passage in alike
    assert examples[-1].start is None


STORY = "Nine people died in Derna, officials said on Monday. The mayor spoke of a thousand. Storm Daniel made landfall in Libya."


def test_most_passages_stand_under_their_title_and_the_answer_is_where_it_says():
    examples = make_examples([row(STORY, "Nine", title="Flood in Libya") for _ in range(40)], 0.0, random.Random(0))
    with_it = [example for example in examples if example.passage.startswith("Flood in Libya. ")]
    assert 20 < len(with_it) < 40
    assert {example.passage[example.start : example.end] for example in examples} == {"Nine"}


@pytest.mark.parametrize(
    ("about", "title"),
    [
        ({"title": "Flood in Libya", "context": STORY}, "Flood in Libya"),
        ({"context": STORY * 20}, "Nine people died in Derna, officials said on Monday."),
        ({"context": "The Dali left. When the Dali struck, the Key Bridge fell."}, "Dali"),
        ({"context": "nobody counted"}, ""),
    ],
    ids=["its own", "a story's first sentence", "a paragraph's name", "none"],
)
def test_a_row_without_a_title_gets_what_can_serve_as_one(about, title):
    assert title_of(about) == title


def test_near_misses_lack_the_answer_or_ask_about_another_name():
    rows = [row(STORY, "a thousand") | {"question": "What did the mayor of Derna speak of?"} for _ in range(60)]
    examples = make_examples(rows, 1.0, random.Random(0))
    near = examples[len(rows) :]
    assert all(example.start is None for example in near)
    lacking = [example for example in near if example.question == rows[0]["question"]]
    swapped = [example for example in near if example.question != rows[0]["question"]]
    assert lacking
    assert all("a thousand" not in example.passage and "Storm Daniel" in example.passage for example in lacking)
    assert {example.question for example in swapped} <= {
        f"What did the mayor of {name} speak of?" for name in ("Libya", "Monday", "Storm Daniel", "Daniel")
    }
    assert swapped


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("Nine", "Nine people died in Derna, officials said on Monday."),
        ("The mayor", "The mayor spoke of a thousand."),
        ("Libya", "Storm Daniel made landfall in Libya."),
        ("Monday. The", "Nine people died in Derna, officials said on Monday. The mayor spoke of a thousand."),
    ],
    ids=["first", "middle", "last", "across two"],
)
def test_the_sentence_of_an_answer_is_the_whole_of_it(answer, sentence):
    start = STORY.index(answer)
    low, high = Example("?", STORY, start, start + len(answer)).sentence
    assert STORY[low:high] == sentence


def test_without_an_answer_there_is_no_sentence():
    assert Example("?", STORY).sentence is None


def test_a_question_without_an_answer_is_asked_of_a_window_that_looks_like_it():
    context = (
        "Rain fell on the hills of the north. " * 40 + "The bridge in Derna was rebuilt by the army. " + "The orchestra played on. " * 40
    )
    rows = [row(context, None) | {"question": "Who paid for the bridge in Derna?"} for _ in range(10)]
    assert all("bridge in Derna" in example.passage for example in make_examples(rows, 0.0, random.Random(0)))
