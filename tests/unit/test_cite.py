"""The gate: what marks become, and which statements come out as cited claims."""

from dataclasses import replace

import pytest
from builders import article_info, make_evidence
from hypothesis import given
from hypothesis import strategies as st

from rag.cite import BEARING, Gate, cite, parse, repeats
from rag.records import Evidence, Statement

COUNT = 3
OUT_OF_RANGE = "numbered 1 to 3"

# sentence, places, the text that is left, whether something is reported
CITATION_TABLE = {
    "one": ("Nine people died [2].", (1,), "Nine people died.", False),
    "behind the full stop": ("Nine people died. [2]", (1,), "Nine people died.", False),
    "none": ("Nine people died.", (), "Nine people died.", False),
    "zero": ("Nine people died [0].", (), "Nine people died.", True),
    "one too many": ("Nine people died [4].", (), "Nine people died.", True),
    "huge": ("Nine people died [999999].", (), "Nine people died.", True),
    "thousands of digits": (f"Nine people died [{'9' * 5000}].", (), "Nine people died.", True),
    "side by side": ("Nine people died [1][3].", (0, 2), "Nine people died.", False),
    "the same twice": ("Nine people died [1][1].", (0,), "Nine people died.", False),
    "list": ("Nine people died [1, 2].", (0, 1), "Nine people died.", False),
    "list with semicolon": ("Nine people died [1; 2].", (0, 1), "Nine people died.", False),
    "list partly out of range": ("Nine people died [2, 9].", (1,), "Nine people died.", True),
    "range": ("Nine people died [2-3].", (1, 2), "Nine people died.", False),
    "range with en dash": ("Nine people died [1–2].", (0, 1), "Nine people died.", False),
    "range and list": ("Nine people died [1-2, 3].", (0, 1, 2), "Nine people died.", False),
    "range without end": ("Nine people died [1-999999].", (0, 1, 2), "Nine people died.", True),
    "range from zero": ("Nine people died [0-2].", (0, 1), "Nine people died.", True),
    "range that runs backwards": ("Nine people died [3-1].", (0, 1, 2), "Nine people died.", False),
    "nested": ("Nine people died [[1]].", (0,), "Nine people died.", False),
    "full-width brackets": ("Nine people died 【1】 in Saravan ［2］.", (0, 1), "Nine people died in Saravan.", False),
    "spaces inside": ("Nine people died [ 2 ].", (1,), "Nine people died.", False),
    "in the middle": ("Nine people [1] died.", (0,), "Nine people died.", False),
    "in order of appearance": ("Nine people [3] died [1].", (2, 0), "Nine people died.", False),
    "inside a quotation": ("He said “see [1] there” on Friday [2].", (1,), "He said “see there” on Friday.", False),
    "inside straight quotation marks": ('He said "see [1] there" on Friday.', (), 'He said "see there" on Friday.', False),
    "behind a quotation": ("He said “nine people died” [1].", (0,), "He said “nine people died”.", False),
    "nothing but a mark": ("[1]", (0,), "", False),
    "nothing": ("", (), "", False),
}


@pytest.mark.parametrize(("sentence", "places", "text", "reported"), CITATION_TABLE.values(), ids=CITATION_TABLE)
def test_the_citation_table(sentence, places, text, reported):
    statement = parse(sentence, COUNT)
    assert (statement.marks, statement.text, statement.raw) == (places, text, sentence)
    assert [OUT_OF_RANGE in problem for problem in statement.problems] == [True] * reported


@pytest.mark.parametrize("sentence", ["Died [-1].", "Died [1.5].", "Died (1).", "Died [one].", "Died [²]."])
def test_what_is_no_mark_cites_nothing(sentence):
    assert parse(sentence, COUNT).marks == ()


def test_over_no_evidence_every_mark_is_reported():
    statement = parse("Nine people died [1].", 0)
    assert statement.marks == ()
    assert statement.problems


def test_a_report_on_an_endless_number_stays_short():
    (problem,) = parse(f"Nine people died [{'1' * 5000}].", COUNT).problems
    assert len(problem) < 200


@given(
    st.text()
    | st.text(alphabet="[]【】［］()0123456789٣²-–,;，、 \n\"“”'.aÉ")
    | st.from_regex(r"\w* *\[+\d+([-,]\d+)?\]+\.?", fullmatch=True),
    st.integers(min_value=0, max_value=30),
)
def test_no_text_makes_parse_fail_or_point_outside_the_evidence(sentence, count):
    statement = parse(sentence, count)
    assert all(0 <= place < count for place in statement.marks)
    assert len(set(statement.marks)) == len(statement.marks)


STRIKE = "Iran reported nine deaths after the strike near Saravan."
CABINET = "The cabinet endorsed restoring full diplomatic ties with Iran on Friday."
MAYOR = "“Up to 20,000 people may be dead,” Mayor Ahmed Salem said in Derna."
ENVOYS = "Both ambassadors returned to their posts on 26 January."
TEXTS = (STRIKE, CABINET, MAYOR, ENVOYS)


@pytest.fixture
def gate():
    return Gate(make_evidence(*TEXTS))


def quotes(gate):
    return [citation.quote for citation in gate.citations]


def test_a_supported_claim_cites_the_sentence_as_it_stands_in_its_article(gate):
    claim = gate.check(Statement("The cabinet endorsed restoring ties with Iran.", (1,)))
    assert (claim.support, claim.citations, claim.reason) == ("supported", (1,), None)
    (citation,) = gate.citations
    assert (citation.number, citation.quote) == (1, CABINET)
    assert " ".join(TEXTS)[citation.start : citation.end] == CABINET


def test_citations_are_numbered_in_order_of_appearance(gate):
    numbers = [gate.check(Statement(TEXTS[place], (place,))).citations for place in (3, 0, 1)]
    assert numbers == [(1,), (2,), (3,)]
    assert quotes(gate) == [ENVOYS, STRIKE, CABINET]


def test_a_sentence_that_is_cited_twice_keeps_its_number(gate):
    numbers = [gate.check(Statement(TEXTS[place], (place,))).citations for place in (1, 0, 1)]
    assert numbers == [(1,), (2,), (1,)]
    assert quotes(gate) == [CABINET, STRIKE]


def test_the_same_sentence_in_two_places_of_the_evidence_has_one_number():
    item = make_evidence(CABINET)[0]
    gate = Gate([item, item])
    assert [gate.check(Statement(CABINET, (place,))).citations for place in (0, 1)] == [(1,), (1,)]
    assert len(gate.citations) == 1


def test_sentences_at_the_same_place_of_two_articles_have_two_numbers():
    gate = Gate([*make_evidence(CABINET, info=article_info("a")), *make_evidence(CABINET, info=article_info("b"))])
    assert [gate.check(Statement(CABINET, (place,))).citations for place in (0, 1)] == [(1,), (2,)]
    assert [citation.article.id for citation in gate.citations] == ["a", "b"]


def test_a_missing_mark_is_made_good_by_the_sentence_that_supports_best(gate):
    claim = gate.check(Statement("The cabinet endorsed restoring ties with Iran.", ()))
    assert claim.support == "supported"
    assert quotes(gate) == [CABINET]


def test_a_wrong_mark_is_repaired(gate):
    claim = gate.check(Statement("The cabinet endorsed restoring ties with Iran.", (3,)))
    assert claim.support == "supported"
    assert quotes(gate) == [CABINET]


def test_a_mark_that_supports_in_part_gives_way_to_a_sentence_that_supports_fully():
    gate = Gate(make_evidence("The cabinet endorsed restoring ties.", "The cabinet endorsed restoring ties with Iran at dawn."))
    assert gate.check(Statement("The cabinet endorsed restoring ties with Iran.", (0,))).support == "supported"
    assert quotes(gate) == ["The cabinet endorsed restoring ties with Iran at dawn."]


def test_only_the_sentences_that_support_a_claim_are_cited(gate):
    claim = gate.check(Statement("Both ambassadors returned on 26 January.", (0, 3)))
    assert claim.support == "supported"
    assert quotes(gate) == [ENVOYS]


def test_a_claim_of_two_sentences_cites_both_and_is_partly_supported():
    first, second = "The cabinet met in Islamabad.", "Envoys flew to Tehran."
    gate = Gate(make_evidence(first, second))
    claim = gate.check(Statement("The cabinet met in Islamabad. Envoys flew to Tehran.", (0, 1)))
    assert (claim.support, claim.citations) == ("partial", (1, 2))
    assert quotes(gate) == [first, second]


@pytest.mark.parametrize(
    "text",
    ["The bridge in Baltimore collapsed.", "Iran reported ten deaths after the strike near Saravan.", "He said so.", ""],
    ids=["nothing like it", "wrong number", "no content", "empty"],
)
def test_an_unsupported_claim_has_no_citation_but_a_reason(gate, text):
    claim = gate.check(Statement(text, (0, 1)))
    assert (claim.support, claim.citations) == ("unverified", ())
    assert claim.reason
    assert gate.citations == ()


def test_over_no_evidence_nothing_is_supported():
    claim = Gate([]).check(Statement(CABINET, ()))
    assert (claim.support, claim.citations) == ("unverified", ())


def test_a_partial_claim_is_cited_with_its_reason(gate):
    claim = gate.check(Statement("The cabinet endorsed restoring warm diplomatic ties with Iran.", (1,)))
    assert (claim.support, claim.citations) == ("partial", (1,))
    assert claim.reason


def test_where_full_support_is_wanted_a_partial_claim_is_unverified_and_cites_nothing():
    gate = Gate(make_evidence(*TEXTS), least="supported")
    claim = gate.check(Statement("The cabinet endorsed restoring warm diplomatic ties with Iran.", (1,)))
    assert (claim.support, claim.citations) == ("unverified", ())
    assert claim.reason
    assert gate.citations == ()


@pytest.mark.parametrize("text", [CABINET, "The cabinet endorsed restoring ties with Iran."], ids=["verbatim", "supported"])
def test_where_full_support_is_wanted_full_support_passes(text):
    gate = Gate(make_evidence(*TEXTS), least="supported")
    assert gate.check(Statement(text, (1,))).citations == (1,)


def test_a_speaker_that_the_claim_leaves_out_is_added(gate):
    claim = gate.check(Statement("Up to 20,000 people may be dead.", (2,)))
    assert claim.text == "Up to 20,000 people may be dead (according to Mayor Ahmed Salem)."
    assert claim.speaker == "Mayor Ahmed Salem"


def test_a_speaker_that_the_claim_names_is_not_added_again(gate):
    claim = gate.check(Statement("Ahmed Salem said up to 20,000 people may be dead.", (2,)))
    assert claim.text == "Ahmed Salem said up to 20,000 people may be dead."


def test_a_speaker_whom_the_claim_names_as_somebody_else_is_added():
    evidence = make_evidence("Iran said on Monday that Pakistan had broken the truce with Iran.")
    claim = Gate(evidence).check(Statement("Pakistan had broken the truce with Iran.", (0,)))
    assert claim.text == "Pakistan had broken the truce with Iran (according to Iran)."


def test_a_quotation_is_left_as_it_stands(gate):
    claim = gate.check(Statement(MAYOR, (2,)))
    assert (claim.text, claim.support, claim.speaker) == (MAYOR, "verbatim", "Mayor Ahmed Salem")


def test_what_the_article_itself_says_has_no_speaker(gate):
    assert gate.check(Statement(ENVOYS, (3,))).speaker is None


def test_what_somebody_says_whom_the_sentence_does_not_name_is_not_told_as_fact():
    told = Gate(make_evidence("In a statement it said that six drones had wrecked two houses in the village."))
    claim = told.check(Statement("Six drones had wrecked two houses in the village.", (0,)))
    assert (claim.text, claim.support) == ("Six drones had wrecked two houses in the village (as somebody is quoted there).", "partial")
    kept = told.check(Statement("It said that six drones had wrecked two houses in the village.", (0,)))
    assert (kept.text, kept.support) == ("It said that six drones had wrecked two houses in the village.", "supported")


def test_the_source_that_a_sentence_was_shown_under_is_no_part_of_the_claim():
    gate = Gate(make_evidence(CABINET, info=article_info(outlet="Harbour Wire", published="2024-01-18")))
    claim = gate.check(Statement(f"Harbour Wire, 2024-01-18: {CABINET}", ()))
    assert (claim.text, claim.citations, claim.support) == (CABINET, (1,), "verbatim")
    assert gate.check(Statement(f"The Courier, 2024-01-18: {CABINET}", (0,))).support == "unverified"


def test_a_sentence_can_be_quoted_by_its_place(gate):
    claim = gate.quote(3)
    assert (claim.text, claim.support) == (ENVOYS, "verbatim")
    assert [item.sentence.span.text for item in gate.cited] == [ENVOYS]


def test_two_speakers_of_one_claim_are_both_added():
    texts = "Nine people died, the governor said.", "Nine people died, a doctor at the clinic said."
    gate = Gate(
        [Evidence(item.sentence, 0.5, speaker) for item, speaker in zip(make_evidence(*texts), ("the governor", "a doctor"), strict=True)]
    )
    claim = gate.check(Statement("Nine people died.", (0, 1)))
    assert claim.citations == (1, 2)
    assert claim.text == "Nine people died (according to the governor and a doctor)."


def test_a_speaker_who_stood_at_the_start_of_a_sentence_is_written_small():
    evidence = make_evidence("The transport department said that the bridge would cost $1.9 billion.")
    claim = Gate(evidence).check(Statement("The bridge would cost $1.9 billion.", (0,)))
    assert claim.text == "The bridge would cost $1.9 billion (according to the transport department)."


def test_a_claim_cites_three_sentences_at_most():
    gate = Gate([item for name in "abcde" for item in make_evidence(CABINET, info=article_info(name))])
    claim = gate.check(Statement(CABINET, (0, 1, 2, 3, 4)))
    assert claim.citations == (1, 2, 3)
    assert len(gate.citations) == 3


def test_cite_quotes_the_span_of_the_sentence():
    sentence = make_evidence(*TEXTS)[2].sentence
    citation = cite(7, sentence)
    assert (citation.number, citation.quote, citation.article) == (7, MAYOR, sentence.article)
    assert (citation.start, citation.end) == (sentence.span.start, sentence.span.end)


@pytest.mark.parametrize("sentence", ["Died [^1].", "Died 【1†source】."])
def test_a_decorated_mark_is_a_mark(sentence):
    statement = parse(sentence, COUNT)
    assert (statement.text, statement.marks) == ("Died.", (0,))


def test_a_negative_mark_is_reported_and_does_not_stay_in_the_text():
    statement = parse("Died [-1].", COUNT)
    assert statement.text == "Died."
    assert "-1" in statement.problems[0]


# A question, what is said, and whether that repeats the question.
REPEATED = {
    "without what is asked for": ("Who struck the village near Saravan?", "The village near Saravan was struck.", True),
    "without a statement": ("What is the village near Saravan called that Pakistan struck?", "The village near Saravan.", True),
    "with the answer": ("Who struck the village near Saravan?", "Pakistan struck the village near Saravan.", False),
    "with a number": ("How many people died near Saravan?", "Nine people died near Saravan.", False),
    "of yes or no": ("Did the cabinet endorse restoring ties?", "The cabinet endorsed restoring ties.", False),
    "of one of two": ("Who struck first, Iran or Pakistan?", "Iran struck first.", False),
    "of whether": ("What is known of whether the cabinet endorsed ties?", "The cabinet endorsed ties.", False),
    "of nothing": ("", "The cabinet endorsed ties.", False),
}


@pytest.mark.parametrize(("question", "text", "repeated"), REPEATED.values(), ids=REPEATED)
def test_what_only_repeats_the_question_is_told_from_an_answer(question, text, repeated):
    assert repeats(text, question) is repeated


def test_a_claim_that_only_repeats_the_question_is_no_answer_but_a_quotation_is_shown_whatever_it_says():
    asked = "Who endorsed the restoration of ties on Friday?"
    gate = Gate(make_evidence("The restoration of ties was endorsed on Friday."), question=asked)
    claim = gate.check(Statement("The restoration of ties was endorsed.", (0,)))
    assert (claim.support, claim.citations, claim.reason) == ("unverified", (), "it says nothing that the question does not")
    assert gate.quote(0).support == "verbatim"


@pytest.mark.parametrize(
    ("question", "support"), [("Who said that ties were restored?", "supported"), ("When were ties restored?", "unverified")]
)
def test_what_repeats_the_question_answers_who_said_it_by_the_speaker_that_is_added(question, support):
    evidence = make_evidence("Ties were restored, Iran's ministry said.")
    gate = Gate([replace(evidence[0], speaker="Iran's ministry")], question=question)
    assert gate.check(Statement("Ties were restored.", (0,))).support == support


@pytest.mark.parametrize(
    ("share", "question", "raw", "support"),
    [
        (BEARING / 2, "What did the cabinet do?", "a reply", "unverified"),
        (BEARING * 2, "What did the cabinet do?", "a reply", "supported"),
        (BEARING / 2, "What did the cabinet do?", None, "supported"),
        (BEARING / 2, "", "a reply", "supported"),
    ],
)
def test_what_a_model_says_of_a_sentence_that_hardly_bears_on_the_question_is_not_shown(share, question, raw, support):
    best, other = make_evidence("The cabinet lifted the blockade.", CABINET)
    evidence = [replace(best, score=0.5), replace(other, score=0.5 * share)]
    claim = Gate(evidence, question=question).check(Statement(CABINET.replace(" on Friday", ""), (1,), raw))
    assert (claim.support, bool(claim.citations)) == (support, support != "unverified")
