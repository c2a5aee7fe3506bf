"""Summaries: which sentences are chosen, and what a language model's summary has to pass."""

import re

import numpy as np
import pytest
from builders import article_info, chat_model, make_sentences, put_article

from rag.answer import ModelAnswerer
from rag.prompts import load_prompt
from rag.records import Sentence, Span
from rag.settings import Settings
from rag.store import Store
from rag.summarize import MAX_WORDS, SENTENCES_PER_PROMPT, choose, in_order, quote, summarize

STRIKE = (
    "Iran launched missiles at two villages in Balochistan on Tuesday evening.",
    "It was the first such attack in many years.",
    "Officials in Quetta reported that two children died in the village.",
    "Traders along the frontier closed their shops early.",
)
REPLY = (
    "Pakistan answered two days later with drones near Saravan.",
    "Nine people died there, according to the deputy governor.",
    "Both neighbours called their ambassadors home for consultations.",
)
TIES = (
    "The cabinet endorsed restoring full diplomatic ties with Iran on Friday.",
    "Ministers agreed that both ambassadors should return within a week.",
    "Schools near the frontier opened again on Monday morning.",
)


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "clippings.db")
    yield store
    store.close()


@pytest.fixture
def week(store):
    """Three articles about one week."""
    return [
        put_article(store, *texts, info=article_info(id, published=published))
        for id, published, texts in (("c", "2024-01-16", STRIKE), ("b", "2024-01-18", REPLY), ("a", "2024-01-19", TIES))
    ]


def make_writer(reply):
    model = chat_model(reply)
    return ModelAnswerer("fake:model", Settings(), model), model


def last(results):
    *_, (_, summary) = results
    return summary


def evidence_lines(prompt):
    """Give the numbered sentences of a prompt as {number: sentence}."""
    return {int(number): text for number, text in re.findall(r"^\[(\d+)\] [^:\n]*: (.*)$", prompt, re.MULTILINE)}


def copy(*numbers):
    """Reply with the sentences of these numbers, each with its mark."""

    def reply(prompt):
        lines = evidence_lines(prompt)
        return "\n".join(f"{lines[number]} [{number}]" for number in numbers if number in lines)

    return reply


def texts_of(sentences):
    return [sentence.span.text for sentence in sentences]


# Choosing sentences


def directed(*vectors, text="One plain sentence that has enough words to stand."):
    """Make sentences of one article that point in these directions."""
    unit = [np.array(vector, dtype=np.float32) / np.linalg.norm(vector) for vector in vectors]
    return [Sentence(article_info(), n, Span(100 * n, 100 * n + len(text), text), vector) for n, vector in enumerate(unit)]


@pytest.mark.parametrize("count", [0, 1, 3, 4])
def test_as_many_sentences_are_chosen_as_are_wanted(count):
    assert len(choose(directed(*np.eye(4)), count)) == count


def test_no_more_sentences_are_chosen_than_there_are():
    assert len(choose(directed(*np.eye(3)), 9)) == 3


def test_of_no_sentences_none_is_chosen():
    assert choose([], 5) == []


def test_the_same_thing_is_not_chosen_twice():
    chosen = choose(directed((1, 0, 0), (1, 0.05, 0), (0, 1, 0), (0, 1, 0.05)), 4)
    assert len(chosen) == 2
    assert float(chosen[0].vector @ chosen[1].vector) < 0.5


def test_the_sentence_that_says_most_of_what_all_say_comes_first():
    central = (1, 1, 1)
    sentences = directed((1, 0.2, 0), (0.2, 1, 0), central, (0, 0.2, 1))
    assert choose(sentences, 1) == [sentences[2]]


def test_of_equals_the_earlier_comes_first():
    sentences = directed(*np.eye(4))
    assert choose(sentences[::-1], 4) == sentences


@pytest.mark.parametrize(
    "leaning",
    [
        "It was the first such attack there in many years.",
        "But the ministry in Tehran said nothing more about it.",
        "“They came at night and took everything we had here.”",
        "Shops closed early.",
        "word " * (MAX_WORDS + 1),
    ],
    ids=["pronoun", "conjunction", "pronoun in a quotation", "too short", "too long"],
)
def test_a_sentence_that_does_not_stand_alone_comes_last(leaning):
    sentences = make_sentences(leaning.strip(), REPLY[0], TIES[0], STRIKE[2])
    assert choose(sentences, 4)[-1] == sentences[0]


def test_a_name_that_begins_like_a_pronoun_stands_alone():
    sentences = make_sentences("Italy and Theresa Hess offered to host the talks.", "It was the first such attack there in years.")
    assert choose(sentences, 2)[0] == sentences[0]


def test_sentences_are_put_in_order_of_date_article_and_place():
    old, new, undated = (article_info(id, published=published) for id, published in (("z", "2024-01-16"), ("b", "2024-01-19"), ("c", None)))
    first, second = make_sentences(*STRIKE[:2], info=old)
    (third,) = make_sentences(TIES[0], info=new)
    (fourth,) = make_sentences(REPLY[0], info=undated)
    assert in_order([third, second, fourth, first]) == [fourth, first, second, third]


def test_sentences_quote_themselves():
    claims, gate = quote(make_sentences(*REPLY))
    assert [claim.text for claim in claims] == list(REPLY)
    assert {claim.support for claim in claims} == {"verbatim"}
    assert [claim.citations for claim in claims] == [(1,), (2,), (3,)]
    assert [citation.quote for citation in gate.citations] == list(REPLY)


# Without a model


def test_a_summary_without_a_model_is_made_of_the_articles_own_sentences(store, week):
    summary = last(summarize(week, "short", store, None))
    assert [claim.support for claim in summary.sentences] == ["verbatim"] * 3
    assert {claim.text for claim in summary.sentences} <= {*STRIKE, *REPLY, *TIES}
    assert (summary.answerer, summary.prompt_id, summary.problems) == ("quotes", None, ())


@pytest.mark.parametrize(("length", "most"), [("short", 2), ("medium", 5), ("long", 9)])
def test_the_length_of_a_summary_of_one_article(store, length, most):
    words = [f"Report{n} says that plant{n} made{n} steel{n} for{n} ships{n}." for n in range(20)]
    info = put_article(store, *words, info=article_info())
    assert len(last(summarize([info], length, store, None)).sentences) == most


@pytest.mark.parametrize(("length", "most"), [("short", 3), ("medium", 7), ("long", 12)])
def test_the_length_of_a_summary_of_several_articles(store, length, most):
    infos = [
        put_article(
            store,
            *(f"Report{n}{id} says that plant{n}{id} made{n}{id} steel{n}{id} for{n}{id} ships{n}{id}." for n in range(9)),
            info=article_info(id),
        )
        for id in "abc"
    ]
    assert len(last(summarize(infos, length, store, None)).sentences) == most


def test_a_summary_is_in_order_of_time(store, week):
    summary = last(summarize(week, "medium", store, None))
    dates = [citation.article.published for citation in summary.citations]
    assert dates == sorted(dates)
    assert set(dates) == {"2024-01-16", "2024-01-18", "2024-01-19"}


def test_progress_counts_the_articles_and_the_summary_comes_last(store, week):
    results = list(summarize(week, "short", store, None))
    assert [(read, summary is None) for read, summary in results] == [(1, True), (2, True), (3, True), (3, False)]


def test_a_summary_counts_what_was_asked_read_and_cited(store, week):
    summary = last(summarize(week, "short", store, None))
    cited = {citation.article.id for citation in summary.citations}
    assert (summary.articles, summary.read, summary.cited) == (3, 3, len(cited))


def test_every_quotation_stands_at_its_place_in_its_article(store, week):
    for citation in last(summarize(week, "long", store, None)).citations:
        assert store.article(citation.article.id).text[citation.start : citation.end] == citation.quote


# With a model


def test_a_model_summarizes_one_article_in_one_call(store, week):
    writer, model = make_writer(["Iran launched missiles at two villages [1]. Officials reported that two children died [3]."])
    summary = last(summarize(week[:1], "short", store, writer))
    assert [claim.text for claim in summary.sentences] == [
        "Iran launched missiles at two villages.",
        "Officials reported that two children died.",
    ]
    assert [citation.quote for citation in summary.citations] == [STRIKE[0], STRIKE[2]]
    assert len(model.seen) == 1
    assert (summary.answerer, summary.prompt_id, summary.problems) == ("fake:model", load_prompt("summary_article").id, ())


def test_several_articles_are_condensed_one_by_one_and_then_joined(store, week):
    writer, model = make_writer(copy(1, 2, 3))
    summary = last(summarize(week, "short", store, writer))
    assert len(model.seen) == 4
    for prompt, texts in zip(model.seen, (STRIKE, REPLY, TIES), strict=False):
        assert list(evidence_lines(prompt).values()) == list(texts)
    assert (summary.answerer, summary.prompt_id) == ("fake:model", load_prompt("summary_topic").id)


def test_only_the_sentences_that_a_condensed_article_rests_on_are_handed_on(store, week):
    writer, model = make_writer(copy(1, 3))
    last(summarize(week, "short", store, writer))
    handed_on = list(evidence_lines(model.seen[-1]).values())
    assert handed_on == [STRIKE[0], STRIKE[2], REPLY[0], REPLY[2], TIES[0], TIES[2]]


def test_a_mark_leads_to_the_same_sentence_at_every_step(store, week):
    writer, model = make_writer(copy(2, 1, 4))
    summary = last(summarize(week, "short", store, writer))
    shown = evidence_lines(model.seen[-1])
    assert [citation.quote for citation in summary.citations] == [shown[2], shown[1], shown[4]]
    assert [claim.citations for claim in summary.sentences] == [(1,), (2,), (3,)]
    for claim, citation in zip(summary.sentences, summary.citations, strict=True):
        assert claim.text == citation.quote == store.article(citation.article.id).text[citation.start : citation.end]


def test_a_model_is_held_to_the_length(store, week):
    writer, _ = make_writer(copy(1, 2, 3, 4))
    assert len(last(summarize(week[:1], "short", store, writer)).sentences) == 2


def test_a_long_article_is_cut_down_to_what_a_prompt_holds(store):
    words = [f"Report{n} says that plant{n} made{n} steel{n} for{n} ships{n}." for n in range(60)]
    info = put_article(store, *words, info=article_info())
    writer, model = make_writer(copy(1))
    last(summarize([info], "short", store, writer))
    lines = list(evidence_lines(model.seen[0]).values())
    assert len(lines) == SENTENCES_PER_PROMPT
    assert lines == sorted(lines, key=words.index)


def test_what_a_model_says_without_support_is_left_out_and_reported(store, week):
    writer, _ = make_writer(["Iran launched missiles at two villages [1]. Ten tanks rolled into Lahore [2]."])
    summary = last(summarize(week[:1], "medium", store, writer))
    assert [claim.text for claim in summary.sentences] == ["Iran launched missiles at two villages."]
    (problem,) = summary.problems
    assert "Ten tanks rolled into Lahore." in problem


def test_what_is_only_partly_supported_is_left_out_of_a_summary(store, week):
    writer, _ = make_writer(
        ["Iran launched cruise missiles at two villages in Balochistan [1]. Officials reported that two children died [3]."]
    )
    summary = last(summarize(week[:1], "medium", store, writer))
    assert [claim.text for claim in summary.sentences] == ["Officials reported that two children died."]
    assert len(summary.problems) == 1


def fail(prompt):
    raise ConnectionError("Failed to connect to Ollama.")


@pytest.mark.parametrize("articles", [1, 3], ids=["one article", "several"])
def test_when_the_model_fails_the_articles_own_sentences_stand_in(store, week, articles):
    writer, _ = make_writer(fail)
    summary = last(summarize(week[:articles], "short", store, writer))
    plain = last(summarize(week[:articles], "short", store, None))
    assert summary.sentences == plain.sentences
    assert summary.citations == plain.citations
    assert (summary.answerer, summary.prompt_id) == ("quotes", None)
    assert any("no server answers" in problem for problem in summary.problems)


def test_the_same_problem_is_reported_once(store, week):
    writer, _ = make_writer(fail)
    problems = last(summarize(week, "short", store, writer)).problems
    assert len(problems) == len(set(problems))
    assert sum("no server answers" in problem for problem in problems) == 1


@pytest.mark.parametrize("reply", ["", "Lahore fell to ten tanks [1].", "<html>502</html>"], ids=["nothing", "invented", "HTML"])
def test_when_nothing_passes_the_check_the_articles_own_sentences_stand_in(store, week, reply):
    writer, _ = make_writer(lambda prompt: reply)
    summary = last(summarize(week, "short", store, writer))
    assert {claim.text for claim in summary.sentences} <= {*STRIKE, *REPLY, *TIES}
    assert len(summary.sentences) == 3
    assert summary.answerer == "quotes"
    assert any("nothing that fake:model wrote passed the check" in problem for problem in summary.problems)


def test_when_one_article_cannot_be_condensed_its_own_sentences_are_handed_on(store, week):
    def reply(prompt):
        return fail(prompt) if REPLY[0] in prompt and TIES[0] not in prompt else copy(1)(prompt)

    writer, model = make_writer(reply)
    summary = last(summarize(week, "short", store, writer))
    handed_on = set(evidence_lines(model.seen[-1]).values())
    assert {STRIKE[0], TIES[0]} < handed_on
    assert handed_on & set(REPLY)
    assert summary.answerer == "fake:model"
    assert any("no server answers" in problem for problem in summary.problems)
