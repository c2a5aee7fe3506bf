"""Summaries: which sentences are chosen, and what a language model's summary has to pass."""

import itertools
import re
from dataclasses import replace

import numpy as np
import pytest
from builders import article_info, chat_model, make_sentences, put_article

from rag.answer import ModelAnswerer
from rag.choose import MAX_WORDS, choose, in_order
from rag.desk import HEARD, SENTENCES_PER_PROMPT
from rag.errors import ModelError
from rag.prompts import load_prompt
from rag.records import Sentence, Span, Statement
from rag.settings import Settings
from rag.summarize import PER_ARTICLE, Gathered, summarize

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


def directed(*vectors, words="Mill{n} in town{n} made{n} steel{n} for{n} ships{n}."):
    """Make sentences of one article that point in these directions; `words` is what they say, where {n} is their place."""
    unit = [np.array(vector, dtype=np.float32) / np.linalg.norm(vector) for vector in vectors]
    texts = [words.format(n=n) for n in range(len(unit))]
    return [
        Sentence(article_info(), n, Span(100 * n, 100 * n + len(text), text), vector)
        for n, (text, vector) in enumerate(zip(texts, unit, strict=True))
    ]


@pytest.mark.parametrize("count", [0, 1, 3, 4])
def test_as_many_sentences_are_chosen_as_are_wanted(count):
    assert len(choose(directed(*np.eye(4)), count)) == count


def test_no_more_sentences_are_chosen_than_there_are():
    assert len(choose(directed(*np.eye(3)), 9)) == 3


def test_of_no_sentences_none_is_chosen():
    assert choose([], 5) == []


def test_the_same_thing_is_not_chosen_twice():
    chosen = choose(directed((1, 0, 0), (1, 0.05, 0), (0, 1, 0), (0, 1, 0.05), words="The mill{n} in the town made steel for ships."), 4)
    assert len(chosen) == 2
    assert float(chosen[0].vector @ chosen[1].vector) < 0.5


def test_sentences_of_one_passage_that_say_different_things_are_both_chosen():
    # Their vectors are alike, since each is encoded with the passage around it.
    assert len(choose(directed((1, 0, 0), (1, 0.05, 0)), 4)) == 2


def test_what_tells_the_same_as_something_taken_is_not_chosen():
    first, second, third = directed((1, 0, 0), (1, 0.05, 0), (0, 1, 0), words="The mill{n} in the town made steel for ships.")
    assert choose([first, second, third], 3, taken=[first]) == [third]


def test_the_sentence_that_says_most_of_what_all_say_comes_first():
    central = (1, 1, 1)
    sentences = directed((1, 0.2, 0), (0.2, 1, 0), central, (0, 0.2, 1))
    assert choose(sentences, 1) == [sentences[2]]


def test_of_equals_the_earlier_comes_first():
    sentences = directed(*np.eye(4))
    assert choose(sentences[::-1], 4) == sentences


# All of the same worth, and none near to another.
HARBOUR = "The harbour opened, and the ferry sailed."
FERRY = "A ferry sailed from the harbour at noon."
STRIKE_ON_QUAY = "Dockers ended their strike over wages there."
WAGES = "The strike over wages had lasted nine days."
SCHOOL = "Pupils painted their school over the summer."


def chosen_of(texts, count, taken=()):
    sentences = make_sentences(*texts)
    unit = np.eye(len(sentences), dtype=np.float32)
    apart = [replace(sentence, vector=vector) for sentence, vector in zip(sentences, unit, strict=True)]
    return texts_of(choose(apart, count, np.zeros(len(apart), dtype=np.float32), taken=[apart[texts.index(text)] for text in taken]))


def test_what_others_speak_of_too_is_chosen_before_what_stands_alone():
    assert chosen_of([SCHOOL, FERRY, HARBOUR], 1) == [FERRY]


def test_words_that_were_told_count_no_more():
    texts = [FERRY, HARBOUR, STRIKE_ON_QUAY, WAGES]
    first, second = chosen_of(texts, 2)
    assert {first in {FERRY, HARBOUR}, second in {FERRY, HARBOUR}} == {True, False}
    assert chosen_of(texts, 1, taken=[FERRY]) == [STRIKE_ON_QUAY]


def test_several_articles_are_drawn_on_in_turn():
    ours = directed(*np.eye(4)[:2])
    others = [
        replace(each, article=article_info("b"))
        for each in directed(*np.eye(4)[2:], words="Pits{n} by lakes{n} gave{n} coal{n} to boats{n}.")
    ]
    chosen = choose([*ours, *others], 2, np.array([0.3, 0.28, 0.25, 0.0], dtype=np.float32))
    assert [sentence.article.id for sentence in chosen] == [ours[0].article.id, "b"]
    assert choose(ours, 2, np.array([0.3, 0.28], dtype=np.float32)) == ours


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


# Without a model


def test_a_summary_without_a_model_is_made_of_the_articles_own_sentences(store, week):
    summary = last(summarize(week, "short", store, None))
    assert [claim.support for claim in summary.sentences] == ["verbatim"] * 3
    assert {claim.text for claim in summary.sentences} <= {*STRIKE, *REPLY, *TIES}
    assert (summary.answerer, summary.prompt_id, summary.problems) == ("quotes", None, ())


@pytest.mark.parametrize(
    ("length", "of_4", "of_21", "of_60"), [("short", 2, 2, 2), ("medium", 4, 7, 9), ("long", 4, 10, 15)], ids=["short", "medium", "long"]
)
def test_a_summary_of_one_article_is_as_long_as_befits_it(store, length, of_4, of_21, of_60):
    for sentences, expected in ((4, of_4), (21, of_21), (60, of_60)):
        words = [f"Report{n} says that plant{n} made{n} steel{n} for{n} ships{n}." for n in range(sentences)]
        info = put_article(store, *words, info=article_info(str(sentences)))
        assert len(last(summarize([info], length, store, None)).sentences) == expected


@pytest.mark.parametrize(("length", "most"), [("short", 3), ("medium", 12), ("long", 20)])
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
    *steps, (read, summary) = summarize(week, "short", store, None)
    assert [done for done, _ in steps[:3]] == [1, 2, 3]
    assert {(done, step) for done, step in steps[2:]} == {(3, None)}
    assert (read, summary.articles) == (3, 3)


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


def test_a_model_words_each_cluster_in_a_call_of_its_own(store, week):
    writer, model = make_writer(copy(1))
    summary = last(summarize(week, "short", store, writer))
    assert len(model.seen) == len(summary.sentences) == 3
    assert [list(evidence_lines(prompt).values()) for prompt in model.seen] == [[claim.text] for claim in summary.sentences]
    assert (summary.answerer, summary.prompt_id) == ("fake:model", load_prompt("summary_topic").id)


def test_a_mark_leads_to_the_same_sentence_at_every_step(store, week):
    writer, model = make_writer(copy(1))
    summary = last(summarize(week, "short", store, writer))
    assert [claim.citations for claim in summary.sentences] == [(1,), (2,), (3,)]
    for claim, citation, prompt in zip(summary.sentences, summary.citations, model.seen, strict=True):
        assert citation.quote == evidence_lines(prompt)[1]
        assert claim.text == citation.quote == store.article(citation.article.id).text[citation.start : citation.end]


def test_a_model_that_rambles_on_is_not_heard_to_the_end(store, week):
    heard = []

    class Rambling:
        name = "fake:model"

        def write(self, prompt, evidence, **values):
            for n in itertools.count():
                heard.append(n)
                yield Statement(f"Ten tanks rolled into town{n}.", ())

    summary = last(summarize(week, "short", store, Rambling()))
    assert [claim.support for claim in summary.sentences] == ["verbatim"] * 3
    assert len(heard) == HEARD * 3


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


def test_what_a_model_says_without_support_is_reported_and_the_articles_own_sentences_stand_in(store, week):
    writer, _ = make_writer(["Iran launched missiles at two villages [1]. Ten tanks rolled into Lahore [2]."])
    summary = last(summarize(week[:1], "medium", store, writer))
    assert [(claim.text, claim.support) for claim in summary.sentences] == [
        ("Iran launched missiles at two villages.", "supported"),
        *((text, "verbatim") for text in STRIKE[1:]),
    ]
    assert summary.replaced == 3
    (problem,) = summary.problems
    assert "Ten tanks rolled into Lahore." in problem


def test_what_cites_nothing_and_is_not_supported_is_left_out(store, week):
    writer, _ = make_writer(["Iran launched missiles at two villages [1]. Ten tanks rolled into Lahore."])
    assert [claim.text for claim in last(summarize(week[:1], "short", store, writer)).sentences] == [
        "Iran launched missiles at two villages.",
        STRIKE[2],
    ]


def test_what_is_only_partly_supported_is_replaced_in_a_summary(store, week):
    writer, _ = make_writer(
        ["Iran launched cruise missiles at two villages in Balochistan [1]. Officials reported that two children died [3]."]
    )
    summary = last(summarize(week[:1], "medium", store, writer))
    assert [claim.text for claim in summary.sentences] == [*STRIKE[:2], "Officials reported that two children died.", STRIKE[3]]
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


def test_of_one_article_too_what_a_model_wrote_before_it_failed_is_kept(store, week):
    class HalfWay:
        name = "fake:model"

        def write(self, prompt, evidence, **values):
            yield Statement("Iran launched missiles at two villages.", (0,))
            raise ModelError("fake:model: no server answers")

    summary = last(summarize(week[:1], "medium", store, HalfWay()))
    assert [claim.text for claim in summary.sentences] == ["Iran launched missiles at two villages.", *STRIKE[1:]]
    assert (summary.answerer, summary.replaced, summary.problems) == ("fake:model", 3, ("fake:model: no server answers",))


def test_a_model_that_fails_half_way_keeps_what_is_done_and_the_rest_is_quoted(store, week):
    seen = []

    def reply(prompt):
        seen.append(prompt)
        return "The cabinet endorsed full diplomatic ties [1]." if len(seen) == 3 else fail(prompt)

    writer, _ = make_writer(reply)
    claims = last(summarize(week, "short", store, writer)).sentences
    assert len(seen) == 2, "a model that failed twice is not asked again"
    assert {claim.support for claim in claims} == {"verbatim"}

    seen.clear()
    writer, _ = make_writer(lambda prompt: copy(1)(prompt).replace(" on Tuesday evening", "") if STRIKE[0] in prompt else fail(prompt))
    summary = last(summarize(week, "short", store, writer))
    assert [claim.support for claim in summary.sentences] == ["supported", "verbatim", "verbatim"]
    assert summary.answerer == "fake:model"
    assert any("no server answers" in problem for problem in summary.problems)


def test_a_summary_that_is_stopped_holds_what_was_read(store, week):
    *_, (read, summary) = summarize(week, "medium", store, None, stop=lambda: True)
    assert (read, summary.read, summary.articles) == (1, 1, 3)
    assert {claim.text for claim in summary.sentences} <= {*STRIKE}
    assert summary.left_out == ()
    assert summary.problems == ("the reading was stopped: 2 articles, from 2024-01-18 on, are not in this",)


@pytest.mark.parametrize("articles", [1, 3], ids=["one article", "several"])
def test_a_model_that_is_stopped_keeps_what_it_wrote_and_the_rest_is_quoted(store, week, articles):
    writer, model = make_writer(lambda prompt: "Iran launched missiles at two villages [1]. It was the first such attack [2].")
    summary = last(summarize(week[:articles], "short", store, writer, stop=lambda: len(model.seen) > 0))
    assert summary.read == articles
    assert len(model.seen) == 1
    quoted = 1 if articles == 1 else 2
    assert [claim.support for claim in summary.sentences] == ["supported", *["verbatim"] * quoted]
    assert summary.replaced == quoted
    assert summary.answerer == "fake:model"
    assert any("the model was stopped" in problem for problem in summary.problems)


# What a summary covers


def test_copies_are_folded_and_what_is_not_quoted_is_listed(store, week):
    again = put_article(store, *STRIKE, "It was said again.", info=replace(article_info("d", published="2024-01-17")))
    copied = [replace(info, origin="c" if info.id in {"c", "d"} else info.id) for info in [*week, again]]
    summary = last(summarize(copied, "short", store, None))
    assert (summary.articles, summary.folded) == (4, 1)
    cited = {citation.article.id for citation in summary.citations}
    assert {info.id for info in summary.left_out} == {"a", "b"} - cited


def test_articles_in_another_language_are_summarized_and_it_is_said(store, week):
    french = put_article(store, "Le gouvernement de Paris a condamné les frappes.", info=replace(article_info("f"), language="fr"))
    summary = last(summarize([*week, french], "long", store, None))
    assert any("1 of 4 articles are not in English (fr)" in problem for problem in summary.problems)


def test_an_article_of_one_sentence_is_its_own_summary(store):
    info = put_article(store, "The port reopened.", info=article_info())
    summary = last(summarize([info], "long", store, None))
    assert [claim.text for claim in summary.sentences] == ["The port reopened."]


def test_what_two_origins_tell_is_said_once_and_cites_both(store, week):
    again = put_article(store, "The cabinet endorsed restoring full diplomatic ties with Iran on Friday.", info=article_info("e"))
    summary = last(summarize([*week, again], "long", store, None))
    (told,) = [claim for claim in summary.sentences if "endorsed" in claim.text]
    assert (told.origins, len(told.citations)) == (2, 2)


def test_a_copy_is_no_second_origin(store, week):
    again = put_article(store, *TIES, info=article_info("e"))
    store.copies.add("a", " ".join(TIES * 3))
    store.copies.add("e", " ".join(TIES * 3))
    summary = last(summarize(list(store.infos([*(info.id for info in week), again.id]).values()), "long", store, None))
    (told,) = [claim for claim in summary.sentences if "endorsed" in claim.text]
    assert (told.origins, len(told.citations), summary.folded) == (1, 1, 1)


def test_figures_that_articles_disagree_on_stay_visible(store):
    first = put_article(
        store, "Seven people were killed in the village near Saravan, an official said.", info=article_info("a", published="2024-01-18")
    )
    second = put_article(
        store, "Nine people were killed in the village near Saravan, the ministry said.", info=article_info("b", published="2024-01-19")
    )
    summary = last(summarize([first, second], "short", store, None))
    (difference,) = summary.disagreements
    assert [(value.text, value.speaker) for value in difference.values] == [
        ("Seven people", "an official"),
        ("Nine people", "the ministry"),
    ]
    assert [summary.citations[value.citation - 1].article.id for value in difference.values] == ["a", "b"]


def test_a_summary_of_one_article_names_its_figures_and_people(store):
    info = put_article(
        store,
        "The state will pay $60 million for the bridge, Governor Wes Moore said on Thursday.",
        "Lorna Tibbets, a retired driver, said that 35,000 vehicles crossed it every day.",
        info=article_info(),
    )
    summary = last(summarize([info], "short", store, None))
    assert {(figure.text, figure.about) for figure in summary.key_figures} == {("$60 million", None), ("35,000", "vehicles crossed")}
    assert {(person.text, person.about) for person in summary.people} == {("Wes Moore", "Governor"), ("Lorna Tibbets", "a retired driver")}
    for mention in (*summary.key_figures, *summary.people):
        assert mention.text in summary.citations[mention.citation - 1].quote


def test_thousands_of_articles_keep_to_the_pool(store):
    gathered = Gathered()
    infos = [
        put_article(
            store, *(f"Report{n} of plant{place} made steel for Ship{n} and Port{place}." for place in range(9)), info=article_info(str(n))
        )
        for n in range(40)
    ]
    assert list(gathered.take(infos * 100, store, None))[-1] == 4000
    assert len(gathered.pool) <= 4000 * PER_ARTICLE[1]
