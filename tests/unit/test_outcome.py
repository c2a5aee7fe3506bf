"""The four outcomes of a question, and how each of them reads."""

from dataclasses import replace

import pytest
from builders import article_info, make_sentences

from rag.cite import Gate
from rag.outcome import NOT_FOUND, compose
from rag.records import Evidence, Query, Reading, Statement
from rag.speech import speeches_in

TIES = "The cabinet endorsed restoring full diplomatic ties with Iran on Friday."
NINE = "Iran reported nine deaths after the strike near Saravan."
TEN = "Iran reported 10 deaths after the strike near Saravan."
HOW_MANY = Query("How many people died near Saravan?")
WHAT = Query("What did the cabinet do?")


def found(text, answer=None, *, id="a", **about):
    (sentence,) = make_sentences(text, info=article_info(id, **about))
    return Evidence(sentence, 0.5, None, answer, speeches_in(text))


def answer_to(query, evidence, *statements, nearest=()):
    gate = Gate(evidence)
    claims = [gate.check(statement) for statement in statements]
    reading = Reading(tuple(evidence), answerability=0.9, answerable=True, nearest=nearest)
    return compose(query, reading, claims, gate, answerer="fake:model", prompt_id="answer@1")


def test_supported_claims_are_an_answer():
    statement = Statement("The cabinet endorsed restoring ties with Iran.", (0,))
    answer = answer_to(WHAT, [found(TIES, "Friday")], statement, nearest=make_sentences(TIES))
    assert answer.status == "answered"
    assert answer.text == "The cabinet endorsed restoring ties with Iran. [1]"
    assert (answer.question, answer.short_answer, answer.problems, answer.nearest) == (WHAT.text, "Friday", (), ())
    assert (answer.answerer, answer.prompt_id) == ("fake:model", "answer@1")
    assert [citation.quote for citation in answer.citations] == [TIES]


def test_a_quotation_reads_as_one_with_outlet_and_date():
    answer = answer_to(WHAT, [found(TIES)], Statement(TIES, (0,)))
    assert answer.text == f"“{TIES}” (The Margalla Courier, 2024-01-19) [1]"


@pytest.mark.parametrize(
    ("about", "source"),
    [({"published": None}, " (The Margalla Courier)"), ({"outlet": None}, " (2024-01-19)"), ({"outlet": None, "published": None}, "")],
)
def test_a_quotation_names_as_much_of_its_source_as_is_known(about, source):
    answer = answer_to(WHAT, [found(TIES, **about)], Statement(TIES, (0,)))
    assert answer.text == f"“{TIES}”{source} [1]"


def test_every_claim_is_a_line_with_its_own_marks():
    evidence = [found(TIES, id="a"), found(NINE, id="b"), found(TIES, id="c")]
    answer = answer_to(
        WHAT,
        evidence,
        Statement("The cabinet endorsed restoring ties with Iran.", (0, 2)),
        Statement("Iran reported nine deaths.", (1,)),
    )
    assert answer.text.splitlines() == ["The cabinet endorsed restoring ties with Iran. [1][2]", "Iran reported nine deaths. [3]"]


def test_a_partial_claim_makes_a_partial_answer_and_says_so():
    answer = answer_to(WHAT, [found(TIES)], Statement("The cabinet endorsed restoring warm ties with Iran.", (0,)))
    assert answer.status == "partly"
    assert answer.text == "The cabinet endorsed restoring warm ties with Iran. [1] (partly supported)"


def test_a_claim_that_fails_the_check_is_left_out_and_reported():
    answer = answer_to(
        WHAT,
        [found(TIES)],
        Statement("The cabinet endorsed restoring ties with Iran.", (0,)),
        Statement("Ten envoys resigned in Lahore.", (0,)),
    )
    assert answer.status == "partly"
    assert "Lahore" not in answer.text
    assert len(answer.claims) == 1
    (problem,) = answer.problems
    assert problem.startswith("left out, because ")
    assert problem.endswith("Ten envoys resigned in Lahore.")


def test_when_every_claim_fails_nothing_is_found():
    nearest = tuple(make_sentences(NINE))
    answer = answer_to(WHAT, [found(TIES, "Friday")], Statement("Ten envoys resigned in Lahore.", (0,)), nearest=nearest)
    assert (answer.status, answer.text, answer.claims, answer.citations) == ("not_found", NOT_FOUND, (), ())
    assert answer.short_answer is None
    assert answer.nearest == nearest
    assert len(answer.problems) == 1


def test_without_claims_nothing_is_found_and_what_comes_nearest_is_named():
    nearest = tuple(make_sentences(NINE, TEN))
    answer = answer_to(WHAT, [], nearest=nearest)
    assert (answer.status, answer.text, answer.problems) == ("not_found", NOT_FOUND, ())
    assert answer.nearest == nearest


def test_different_numbers_are_conflicting_and_all_of_them_are_shown():
    evidence = [found(NINE, "nine", id="a"), found(TEN, "10", id="b")]
    answer = answer_to(HOW_MANY, evidence, Statement(NINE, (0,)), Statement(TEN, (1,)))
    assert answer.status == "conflicting"
    assert answer.short_answer == "nine / 10"
    assert len(answer.claims) == 2


def test_conflict_is_told_even_where_a_claim_was_left_out():
    evidence = [found(NINE, "nine", id="a"), found(TEN, "10", id="b")]
    answer = answer_to(HOW_MANY, evidence, Statement(NINE, (0,)), Statement(TEN, (1,)), Statement("Lahore fell.", ()))
    assert answer.status == "conflicting"


def test_the_short_answer_is_that_of_the_sentence_cited_first():
    evidence = [found(NINE, "nine", id="a"), found(TIES, "Friday", id="b")]
    assert answer_to(WHAT, evidence, Statement(TIES, (1,)), Statement(NINE, (0,))).short_answer == "Friday"


def test_where_the_articles_disagree_the_value_that_still_stands_comes_first():
    seven = found("Iran spoke of seven deaths.", "seven", id="a", published="2024-01-18")
    evidence = [seven, found(f"{NINE} It had spoken of seven at first.", "nine", id="b")]
    answer = answer_to(HOW_MANY, evidence, *(Statement(item.sentence.span.text, (n,)) for n, item in enumerate(evidence)))
    assert answer.short_answer == "nine / seven"
    assert [(value.text, value.citation, value.replaced) for value in answer.values] == [("seven", 1, True), ("nine", 2, False)]


def test_a_wrong_number_that_is_not_cited_does_not_make_a_conflict():
    evidence = [found(NINE, "nine", id="a"), found(TEN, "10", id="b")]
    assert answer_to(HOW_MANY, evidence, Statement(NINE, (0,))).status == "answered"


OPPOSED = "Norway opposed restoring full diplomatic ties with Iran."


def quoted(question, *evidence):
    return answer_to(Query(question), list(evidence), *(Statement(item.sentence.span.text, (n,)) for n, item in enumerate(evidence)))


def test_who_took_a_stance_is_told_apart_from_who_took_the_other():
    answer = quoted("Who endorsed restoring ties with Iran?", found(OPPOSED, "Norway", id="a"), found(TIES, "Friday", id="b"))
    assert [(row.speech.speaker, row.speech.stance, row.citation, row.asked) for row in answer.said] == [
        ("The cabinet", "support", 2, True),
        ("Norway", "oppose", 1, False),
    ]
    assert (answer.status, answer.short_answer) == ("answered", "The cabinet")


@pytest.mark.parametrize(
    ("who", "marked", "told"),
    [
        ("The cabinet led by Mr. Kakar", "Mr. Kakar", "The cabinet led by Mr. Kakar"),
        ("The traders of Gwadar", "traders", "traders"),
        ("Prime Minister Kakar", "Kakar", "Kakar"),
    ],
)
def test_who_leads_those_that_endorsed_is_not_who_endorsed(who, marked, told):
    evidence = found(f"{who} endorsed restoring ties with Iran on Friday.", marked)
    answer = answer_to(Query("Who endorsed restoring ties?"), [evidence], Statement(evidence.sentence.span.text, (0,)))
    assert (answer.status, answer.short_answer) == ("answered", told)


def test_whoever_opposed_is_not_the_short_answer_to_who_endorsed():
    answer = quoted("Who endorsed restoring ties with Iran?", found(OPPOSED, "Norway"))
    assert (answer.status, answer.short_answer) == ("partly", None)
    assert answer.problems == ("nobody was found who supports this; Norway opposed [1]",)
    assert [row.asked for row in answer.said] == [False]


def test_a_question_that_asks_for_no_speaker_has_no_table():
    assert quoted("What did the cabinet do?", found(TIES)).said == ()


def test_a_false_premise_makes_a_partial_answer_without_a_short_one():
    answer = quoted("Why did the cabinet reject restoring ties with Iran?", found(TIES, "Friday"))
    assert (answer.status, answer.short_answer) == ("partly", None)
    assert (
        answer.premise
        == f"the question takes “the cabinet reject” for granted, the articles say “endorsed”: “{TIES}” (The Margalla Courier, 2024-01-19)"
    )


def test_the_short_answer_to_two_questions_in_one_has_both():
    query = Query("How many people died near Saravan by Monday, and how many by Friday?")
    answer = answer_to(query, [found(NINE, "nine", id="a"), found(TEN, "10", id="b")], Statement(NINE, (0,)), Statement(TEN, (1,)))
    assert (answer.status, answer.short_answer, answer.values) == ("answered", "nine / 10", ())


def test_an_answer_says_that_it_tells_of_another_time_than_the_one_that_was_asked_about_and_gives_no_short_answer():
    query = replace(HOW_MANY, times=("2024-01-18",))
    late = replace(found(NINE, "nine"), timely=False)
    answer = answer_to(query, [late], Statement(NINE, (0,)))
    assert (answer.status, answer.short_answer) == ("partly", None)
    (problem,) = answer.problems
    assert problem.startswith("no sentence was found that tells of 18 January 2024")
    assert answer_to(query, [late, found(TEN, "10")], Statement(TEN, (1,))).problems == ()
