"""Briefs: the headline, the bullets with the latest first, who says what, and what is new since when."""

from dataclasses import replace
from datetime import date

import pytest
from builders import HashingEncoder, article_info, chat_model, make_sentences, put_article

from rag.answer import ModelAnswerer
from rag.brief import MAX_BULLETS, Since, headed, remarkable, whats_new, write_brief
from rag.cluster import Cluster
from rag.errors import InputError
from rag.past_briefs import PastBrief
from rag.settings import Settings
from rag.speaker import speaker_of

TOPIC = "ties between Pakistan and Iran after the strikes"
NEAR = HashingEncoder().encode([TOPIC])[0]
STRIKE = (
    "Iran launched missiles at two villages in Pakistan on Tuesday evening.",
    "Officials in Quetta reported that two children died in Pakistan after the strikes.",
)
TIES = (
    "The cabinet of Pakistan endorsed restoring full ties with Iran on Friday.",
    "“We want good ties between Pakistan and Iran again,” said Anwaar Kakar, who leads the cabinet.",
)
ENVOYS = ("The ambassadors of Pakistan and Iran went back to Tehran and Islamabad on 26 January.",)


@pytest.fixture
def articles(store):
    return [
        put_article(store, *texts, info=article_info(id, published=published))
        for id, published, texts in (("c", "2024-01-16", STRIKE), ("b", "2024-01-19", TIES), ("a", "2024-01-26", ENVOYS))
    ]


def brief_of(articles, store, writer=None, since=None):
    *_, (_, brief) = write_brief(TOPIC, articles, store, writer, near=NEAR, since=since)
    return brief


def test_a_brief_has_a_headline_and_bullets_with_the_latest_first(store, articles):
    brief = brief_of(articles, store)
    claims = (brief.headline, *brief.summary.sentences)
    assert len({claim.text for claim in claims}) == len(claims)
    assert {claim.text for claim in claims} <= {*STRIKE, *TIES, *ENVOYS}
    days = [brief.summary.citations[claim.citations[0] - 1].article.published for claim in brief.summary.sentences]
    assert days == sorted(days, reverse=True)
    assert (brief.topic, brief.since, brief.changes) == (TOPIC, None, ())


def clusters_of(published, *told):
    """Make a cluster of each (text, worth), the sentences of one article."""
    sentences = make_sentences(*(text for text, _ in told), info=article_info(published, published=published))
    return [Cluster((sentence,), worth) for sentence, (_, worth) in zip(sentences, told, strict=True)]


def test_the_headline_is_the_first_sentence_of_an_article_whatever_is_more_central():
    first, second = clusters_of("2024-01-19", (TIES[0], 0.5), (STRIKE[1], 0.9))
    assert headed([second, first]) == (first, [second])
    assert headed([second]) == (second, [])


def test_the_latest_development_is_a_bullet_whatever_is_more_central():
    old = clusters_of("2024-01-16", *((f"Mill{n} in town{n} made{n} steel{n} for{n} ships{n}.", 0.9) for n in range(MAX_BULLETS + 3)))
    (late,) = clusters_of("2024-01-26", (ENVOYS[0], 0.1))
    headline, bullets = headed([*old, late])
    assert headline is old[0]
    assert (bullets[0], len(bullets)) == (late, MAX_BULLETS)


def test_every_number_of_a_brief_leads_to_a_citation(store, articles):
    brief = brief_of(articles, store, since=Since("2024-01-20", is_last_brief=False, new=frozenset("a")))
    cited = [n for claim in (brief.headline, *brief.summary.sentences, *brief.changes) for n in claim.citations]
    cited += [remark.citation for remark in brief.remarks]
    assert {citation.number for citation in brief.summary.citations} == set(cited)
    for citation in brief.summary.citations:
        assert store.article(citation.article.id).text[citation.start : citation.end] == citation.quote


def test_who_says_what_names_the_speaker(store, articles):
    speaking = put_article(
        store,
        "“Pakistan and Iran must keep their ties after the strikes,” said Lorna Tibbets, a trader.",
        "“Traders between Pakistan and Iran fear more strikes,” said Omar Hassan, a driver.",
        info=article_info("d"),
    )
    for remark in brief_of([*articles, speaking], store).remarks:
        assert remark.speaker.split()[0] in remark.text
        assert remark.text in {*STRIKE, *TIES, *ENVOYS} or remark.speaker in {"Lorna Tibbets", "Omar Hassan"}


def test_a_speaker_has_one_line_however_the_name_is_given():
    said = make_sentences(
        "“Pakistan and Iran must keep their ties after the strikes,” said Lorna Tibbets, a trader.",
        "Tibbets said that the border markets between Pakistan and Iran had opened again.",
        "Omar Hassan told reporters that the road to Quetta was closed.",
    )
    assert {speaker_of(sentence.span.text) for sentence in remarkable(said, NEAR, [])} == {"Lorna Tibbets", "Omar Hassan"}


def test_what_is_said_in_a_bullet_is_not_said_again(store, articles):
    brief = brief_of(articles, store)
    shown = {claim.text for claim in (brief.headline, *brief.summary.sentences)}
    assert not shown & {remark.text for remark in brief.remarks}


def test_what_is_new_is_told_by_new_articles_alone(store, articles):
    brief = brief_of(articles, store, since=Since("2024-01-20", is_last_brief=True, new=frozenset("a")))
    assert [claim.text for claim in brief.changes] == list(ENVOYS)
    assert (brief.since, brief.since_last) == ("2024-01-20", True)


def test_what_an_old_article_told_before_is_not_new(store, articles):
    again = put_article(store, TIES[0], info=article_info("e", published="2024-02-01"))
    brief = brief_of([*articles, again], store, since=Since("2024-01-30", is_last_brief=False, new=frozenset("e")))
    assert brief.changes == ()
    reworded = "On Friday the cabinet of Pakistan endorsed restoring full ties with Iran."
    later = put_article(store, reworded, info=article_info("f", published="2024-02-01"))
    brief = brief_of([*articles, later], store, since=Since("2024-01-30", is_last_brief=False, new=frozenset("f")))
    assert brief.changes == ()


def test_a_model_that_fails_leaves_a_brief_of_quotations(store, articles):
    def fail(prompt):
        raise ConnectionError("Failed to connect to Ollama.")

    brief = brief_of(articles, store, ModelAnswerer("fake:model", Settings(), chat_model(fail)))
    assert {claim.support for claim in (brief.headline, *brief.summary.sentences)} == {"verbatim"}
    assert any("no server answers" in problem for problem in brief.summary.problems)


def test_progress_counts_the_articles(store, articles):
    steps = [read for read, _ in write_brief(TOPIC, articles, store, None, near=NEAR)]
    assert steps[:3] == [1, 2, 3]
    assert set(steps[3:]) == {3}


def test_a_brief_that_is_stopped_tells_of_what_was_read(store, articles):
    *_, (read, brief) = write_brief(TOPIC, articles, store, None, near=NEAR, stop=lambda: True)
    assert (read, brief.summary.read, brief.summary.articles) == (1, 1, 3)
    assert {citation.article.id for citation in brief.summary.citations} == {"c"}


def test_whoever_stops_listening_stops_the_work(store, articles):
    steps = write_brief(TOPIC, articles, store, None, near=NEAR)
    assert next(steps) == (1, None)
    steps.close()
    assert list(steps) == []


def test_articles_without_a_sentence_cannot_be_briefed(store):
    with pytest.raises(InputError, match="hold no sentence"):
        list(write_brief(TOPIC, [article_info("nobody")], store, None, near=NEAR))


# Since when


OLD, UPDATED, NEW, UNDATED = (
    article_info("old", published="2024-01-10"),
    replace(article_info("updated", published="2024-01-10"), updated="2024-01-25"),
    article_info("new", published="2024-01-20"),
    article_info("undated", published=None),
)


def test_since_a_day_what_came_out_or_was_updated_from_then_on_is_new():
    since = whats_new([OLD, UPDATED, NEW, UNDATED], date(2024, 1, 20), PastBrief("2024-01-15", frozenset({"new"})))
    assert since == Since("2024-01-20", is_last_brief=False, new=frozenset({"updated", "new"}))


def test_since_the_last_brief_what_that_had_not_read_is_new():
    since = whats_new([OLD, NEW, UNDATED], None, PastBrief("2024-01-15", frozenset({"old", "gone"})))
    assert since == Since("2024-01-15", is_last_brief=True, new=frozenset({"new", "undated"}))


def test_a_first_brief_has_nothing_to_compare_with():
    assert whats_new([OLD], None, None) is None


def test_the_last_brief_on_a_topic_is_kept_whatever_the_order_of_its_words(store):
    assert store.briefs.last("the strikes in Iran") is None
    store.briefs.keep("the strikes in Iran", "2024-01-15", ["b", "a"])
    store.briefs.keep("Iran: strike", "2024-01-16", ["c"])
    store.briefs.keep("floods in Derna", "2024-01-17", [])
    assert store.briefs.last("Strikes, Iran") == PastBrief("2024-01-16", frozenset({"c"}))
    assert store.briefs.last("flood, Derna") == PastBrief("2024-01-17", frozenset())
