"""The answerers: quotations, and a language model whose reply is cut into statements as it arrives."""

import itertools
import time
from dataclasses import replace

import httpx
import numpy as np
import ollama
import openai
import pytest
from builders import chat_model, make_evidence, make_sentences

from rag.answer import (
    MAX_QUOTES,
    MAX_REPLY_CHARS,
    MAX_STATEMENTS,
    ModelAnswerer,
    QuotesAnswerer,
    in_time,
    make_answerer,
    read_reply,
)
from rag.cite import Gate, without_source
from rag.errors import ModelError, OverloadedError
from rag.prompts import REFUSAL, load_prompt
from rag.records import Evidence, Query, Sentence
from rag.settings import Settings

STRIKE = "Iran reported nine deaths after the strike near Saravan."
CABINET = "The cabinet endorsed restoring full diplomatic ties with Iran on Friday."
ENVOYS = "Both ambassadors returned to their posts on 26 January."
REQUEST = httpx.Request("POST", "http://127.0.0.1/v1/chat/completions")


def texts(statements):
    return [(statement.text, statement.marks) for statement in statements]


# Quotations


def ranked(*scores_and_vectors):
    """Make evidence with these scores and directions, named after their places."""
    sentences = make_sentences(*(f"Sentence {n}." for n in range(len(scores_and_vectors))))
    items = []
    for sentence, (score, vector) in zip(sentences, scores_and_vectors, strict=True):
        unit = np.array(vector, dtype=np.float32) / np.linalg.norm(vector)
        items.append(Evidence(Sentence(sentence.article, sentence.ordinal, sentence.span, unit), score))
    return items


def quoted_places(*scores_and_vectors):
    return [statement.marks for statement in QuotesAnswerer().statements(Query("Who?"), ranked(*scores_and_vectors))]


def test_the_best_sentence_is_quoted_word_for_word_with_its_mark():
    statements = QuotesAnswerer().statements(Query("How many people died?"), make_evidence(STRIKE))
    assert texts(statements) == [(STRIKE, (0,))]


def test_a_sentence_that_another_article_repeats_word_for_word_is_quoted_once():
    first, second = ranked((0.9, [1, 0]), (0.9, [0, 1]))
    repeated = replace(second, sentence=replace(second.sentence, span=first.sentence.span))
    assert len(list(QuotesAnswerer().statements(Query("Who?"), [first, second]))) == 2
    assert len(list(QuotesAnswerer().statements(Query("Who?"), [first, repeated]))) == 1


def test_without_evidence_nothing_is_quoted():
    assert list(QuotesAnswerer().statements(Query("How many people died?"), [])) == []


def test_a_sentence_nearly_as_good_that_says_something_else_is_quoted_too():
    assert quoted_places((0.8, (1, 0, 0)), (0.79, (0, 1, 0))) == [(0,), (1,)]


def test_a_clearly_worse_sentence_is_not_quoted():
    assert quoted_places((0.8, (1, 0, 0)), (0.5, (0, 1, 0))) == [(0,)]


def test_a_sentence_that_says_the_same_again_is_passed_over_for_the_next():
    assert quoted_places((0.8, (1, 0, 0)), (0.8, (1, 0.01, 0)), (0.8, (0, 1, 0))) == [(0,), (2,)]


NUMBERS = {
    "another number, less likely": ([("nine", 0.64), ("two", 0.48)], [0, 1]),
    "a number of something else, less likely": ([("nine feet", 0.64), ("two", 0.48)], [0]),
    "another number, unlikely": ([("nine", 0.8), ("two", 0.3)], [0]),
    "the same number, less likely": ([("nine", 0.64), ("9", 0.48)], [0]),
    "no number there, less likely": ([("nine", 0.64), (None, 0.48)], [0]),
    "no number before it": ([(None, 0.64), ("nine", 0.48)], [0]),
}


@pytest.mark.parametrize(("answers", "places"), NUMBERS.values(), ids=NUMBERS)
def test_a_sentence_with_another_number_is_quoted_sooner_so_that_a_disagreement_shows(answers, places):
    # They are worded alike, as two versions of one report are.
    alike = np.array((1, 0), dtype=np.float32)
    sentences = [replace(sentence, vector=alike) for sentence in make_sentences(*(f"They counted {answer}." for answer, _ in answers))]
    items = [Evidence(sentence, score, None, answer) for sentence, (answer, score) in zip(sentences, answers, strict=True)]
    assert [statement.marks for statement in QuotesAnswerer().statements(Query("How many died?"), items)] == [(place,) for place in places]


def test_however_likely_a_further_sentence_is_passed_over_that_does_not_give_the_place_that_is_asked_for():
    texts = "The ship was bound for Colombo.", "The ship left Seagirt.", "The owner confirmed that it would have called at Colombo."
    items = [
        Evidence(replace(sentence, vector=row), 0.9, None, answer)
        for sentence, row, answer in zip(make_sentences(*texts), np.eye(3, dtype=np.float32), ("Colombo", None, None), strict=True)
    ]
    places = [statement.marks for statement in QuotesAnswerer().statements(Query("Where was the ship going?"), items)]
    assert places == [(0,), (2,)]


def test_three_sentences_are_quoted_at_most():
    assert len(quoted_places(*((0.8, row) for row in np.eye(6)))) == MAX_QUOTES == 3


def test_whatever_is_quoted_passes_the_gate_word_for_word():
    evidence = make_evidence(STRIKE, CABINET, ENVOYS)
    gate = Gate(evidence)
    claims = [gate.check(statement) for statement in QuotesAnswerer().statements(Query("What happened?"), evidence)]
    assert [claim.support for claim in claims] == ["verbatim"] * 3


# Reading a reply

REPLIES = {
    "marks before the full stop": (
        "Iran reported nine deaths [1]. The cabinet endorsed ties [2].",
        [("Iran reported nine deaths.", (0,)), ("The cabinet endorsed ties.", (1,))],
    ),
    "marks behind the full stop": (
        "Iran reported nine deaths. [1] The cabinet endorsed ties. [2][3]",
        [("Iran reported nine deaths.", (0,)), ("The cabinet endorsed ties.", (1, 2))],
    ),
    "lines": (
        "Iran reported nine deaths [1]\n\nThe cabinet endorsed ties [2]\n",
        [("Iran reported nine deaths", (0,)), ("The cabinet endorsed ties", (1,))],
    ),
    "a mark on a line of its own": (
        "Iran reported nine deaths.\n[1]\nThe cabinet endorsed ties.\n[2]",
        [("Iran reported nine deaths.", (0,)), ("The cabinet endorsed ties.", (1,))],
    ),
    "numbered list": (
        "1. Iran reported nine deaths. [1]\n2. The cabinet endorsed ties. [2]",
        [("Iran reported nine deaths.", (0,)), ("The cabinet endorsed ties.", (1,))],
    ),
    "what announces the answer": (
        "The answer is: Iran reported nine deaths. [1]\nSentence: The cabinet endorsed ties. [2]",
        [("Iran reported nine deaths.", (0,)), ("The cabinet endorsed ties.", (1,))],
    ),
    "what frames the answer": (
        "The answer to this question is nine [1].\nThe answer is that the cabinet endorsed ties [2].\nThe sentence is 12 years [3].",
        [("nine.", (0,)), ("the cabinet endorsed ties.", (1,)), ("The sentence is 12 years.", (2,))],
    ),
    "the question again": ("Question: Who endorsed ties?\nAnswer: The cabinet [2].", [("Who endorsed ties?", ()), ("The cabinet.", (1,))]),
    "a quotation that goes over two sentences": (
        'He said: "Nine died [1]. Ten left" [2].\n“Nobody knew. Nobody asked” [3].',
        [("He said: Nine died.", (0,)), ("Ten left.", (1,)), ("Nobody knew.", ()), ("Nobody asked.", (2,))],
    ),
    "names with what stands behind them": (
        "Col. Roland L. Butler Jr. of the police met Acme Inc. officials [1]. Ten left [2].",
        [("Col. Roland L. Butler Jr. of the police met Acme Inc. officials.", (0,)), ("Ten left.", (1,))],
    ),
    "bullets": (
        "- Iran reported nine deaths [1].\n* The cabinet endorsed ties [2].",
        [("Iran reported nine deaths.", (0,)), ("The cabinet endorsed ties.", (1,))],
    ),
    "quotation marks": (
        "“Nine people died.” [1] He asked: “Why?” [2] Nobody knew! [3]",
        [("“Nine people died.”", (0,)), ("He asked: “Why?”", (1,)), ("Nobody knew!", (2,))],
    ),
    "abbreviations and figures": (
        "Lt. Gen. Asim Munir met J. P. Raisi on Jan. 18 at 5 p.m. about 1.5 million dollars [1]. Dr. Khan left [2].",
        [
            ("Lt. Gen. Asim Munir met J. P. Raisi on Jan. 18 at 5 p.m. about 1.5 million dollars.", (0,)),
            ("Dr. Khan left.", (1,)),
        ],
    ),
    "full-width marks": (
        "Iran reported nine deaths.【1】 The cabinet endorsed ties ［2］.",
        [("Iran reported nine deaths.", (0,)), ("The cabinet endorsed ties.", (1,))],
    ),
    "no marks": ("Iran reported nine deaths. So it said.", [("Iran reported nine deaths.", ()), ("So it said.", ())]),
    "repeats": ("Nine died [1]. NINE DIED. [2] Ten left [3].", [("Nine died.", (0,)), ("Ten left.", (2,))]),
    "only marks and dashes": ("[1] — [2]\n***\n", []),
    "empty": ("", []),
    "white space": (" \n\t ", []),
}


@pytest.mark.parametrize(("reply", "statements"), REPLIES.values(), ids=REPLIES)
def test_a_reply_becomes_statements(reply, statements):
    assert texts(read_reply([reply], 3)) == statements


@pytest.mark.parametrize("reply", [reply for reply, _ in REPLIES.values()], ids=REPLIES)
def test_wherever_a_stream_is_cut_the_statements_are_the_same(reply):
    whole = list(read_reply([reply], 3))
    for cut in range(len(reply) + 1):
        assert list(read_reply([reply[:cut], reply[cut:]], 3)) == whole
    assert list(read_reply(iter(reply), 3)) == whole


def test_a_statement_is_given_as_soon_as_the_next_has_begun():
    def pieces():
        yield "Iran reported nine deaths [1]. The"
        pytest.fail("the first sentence was complete")

    assert next(read_reply(pieces(), 3)).text == "Iran reported nine deaths."


def test_a_statement_keeps_what_the_model_wrote():
    (statement,) = read_reply(["Nine died [7]."], 3)
    assert statement.raw == "Nine died [7]."
    assert statement.problems


@pytest.mark.parametrize("reply", [REFUSAL, f"{REFUSAL}.", f"Sorry, this is {REFUSAL.lower()}. Nine died [1]."])
def test_a_refusal_gives_no_statement(reply):
    assert list(read_reply(iter(reply), 3)) == []


def test_what_stands_before_a_refusal_is_kept():
    assert texts(read_reply([f"Nine died [1]. {REFUSAL}. Ten left [2]."], 3)) == [("Nine died.", (0,))]


def test_a_model_that_repeats_itself_for_ever_is_read_once():
    assert texts(read_reply(itertools.repeat("Nine people died [1]. "), 3)) == [("Nine people died.", (0,))]


def test_a_model_that_never_ends_a_sentence_is_stopped():
    pieces = itertools.repeat("and then ")
    assert list(read_reply(pieces, 3)) == []


def test_a_ramble_of_ten_thousand_tokens_is_stopped():
    taken = []

    def ramble():
        for n in range(10_000):
            taken.append(n)
            yield f"token{n}{'.' if n % 3 == 0 else ''} "

    assert len(list(read_reply(ramble(), 3))) == MAX_STATEMENTS
    assert len(taken) < 100


def test_a_ramble_of_repeats_is_stopped_by_its_length():
    taken = []

    def ramble():
        for n in range(10_000):
            taken.append(n)
            yield "He said so. "

    assert len(list(read_reply(ramble(), 3))) == 1
    assert len(taken) <= MAX_REPLY_CHARS / len("He said so. ") + 1


@pytest.mark.parametrize(
    "reply",
    [
        "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1><hr>nginx. Please try again.</body></html>",
        "<script>alert(1)</script> Click here [1]. <img src=x onerror=alert(1)> [2]",
        '{"error": "model overloaded. Try later."}',
    ],
    ids=["error page", "script", "JSON"],
)
def test_nothing_of_a_page_of_html_passes_the_gate(reply):
    evidence = make_evidence(STRIKE, CABINET, ENVOYS)
    gate = Gate(evidence)
    statements = list(read_reply([reply], len(evidence)))
    assert statements
    assert all(gate.check(statement).citations == () for statement in statements)


# Failures


def test_a_reply_in_time_is_passed_on():
    assert list(in_time(lambda: ["Nine ", "died."], "ollama:tiny", 60.0)) == ["Nine ", "died."]


def test_a_reply_that_takes_too_long_is_given_up():
    def slow():
        for _ in range(1000):
            time.sleep(0.002)
            yield "word "

    with pytest.raises(ModelError, match=r"ollama:tiny.*RAG_LLM_TIMEOUT"):
        list(in_time(slow, "ollama:tiny", 0.001))


def failing(error):
    yield "Nine people "
    raise error


FAILURES = {
    "built-in time-out": (TimeoutError("timed out"), "no reply in time; set RAG_LLM_TIMEOUT"),
    "httpx read time-out": (httpx.ReadTimeout(""), "no reply in time; set RAG_LLM_TIMEOUT"),
    "httpx connect time-out": (httpx.ConnectTimeout(""), "no reply in time; set RAG_LLM_TIMEOUT"),
    "openai time-out": (openai.APITimeoutError(request=REQUEST), "no reply in time; set RAG_LLM_TIMEOUT"),
    "openai key": (
        openai.AuthenticationError("Incorrect API key", response=httpx.Response(401, request=REQUEST), body=None),
        "the key was refused; set RAG_LLM_KEY",
    ),
    "openai forbidden": (
        openai.PermissionDeniedError("Country not supported", response=httpx.Response(403, request=REQUEST), body=None),
        "the key was refused; set RAG_LLM_KEY",
    ),
    "openai model": (
        openai.NotFoundError("no model x", response=httpx.Response(404, request=REQUEST), body=None),
        "the server does not know this model (no model x)",
    ),
    "openai connection": (openai.APIConnectionError(request=REQUEST), "no server answers; start it, or correct RAG_LLM_URL"),
    "openai overloaded": (
        openai.RateLimitError("slow down", response=httpx.Response(429, request=REQUEST), body=None),
        "the model failed (RateLimitError: slow down)",
    ),
    "ollama model": (ollama.ResponseError("model 'x' not found", 404), "the server does not know this model (model 'x' not found"),
    "ollama connection": (ConnectionError("Failed to connect to Ollama."), "no server answers; start it, or correct RAG_LLM_URL"),
    "httpx connection": (httpx.ConnectError("refused"), "no server answers; start it, or correct RAG_LLM_URL"),
    "anything": (ValueError("bad thing\nand more"), "the model failed (ValueError: bad thing)"),
    "anything without words": (RuntimeError(), "the model failed (RuntimeError: RuntimeError)"),
}


@pytest.mark.parametrize(("error", "words"), FAILURES.values(), ids=FAILURES)
def test_a_failure_is_reported_in_plain_words(error, words):
    with pytest.raises(ModelError) as raised:
        list(in_time(lambda: failing(error), "ollama:tiny", 60.0))
    assert str(raised.value).startswith(f"ollama:tiny: {words}")
    assert "\n" not in str(raised.value)
    assert raised.value.__cause__ is error


class ServerFullError(Exception):
    status_code = 503


def test_an_overloaded_server_is_asked_again_until_it_answers(monkeypatch):
    waits = []
    monkeypatch.setattr("rag.answer.time.sleep", waits.append)
    replies = iter([ServerFullError("full"), ServerFullError("full"), ["Nine ", "died."]])

    def ask():
        reply = next(replies)
        if isinstance(reply, Exception):
            raise reply
        return reply

    assert list(in_time(ask, "ollama:tiny", 60.0)) == ["Nine ", "died."]
    assert waits == sorted(waits)
    assert len(waits) == 2


@pytest.mark.parametrize(("timeout_s", "tries"), [(60.0, 3), (0.1, 1)], ids=["as often as waiting helps", "not past the time-out"])
def test_a_server_that_stays_overloaded_is_given_up(monkeypatch, timeout_s, tries):
    monkeypatch.setattr("rag.answer.time.sleep", lambda wait_s: None)
    asked = []

    def ask():
        asked.append(1)
        raise ServerFullError("full")

    with pytest.raises(OverloadedError, match="full"):
        list(in_time(ask, "ollama:tiny", timeout_s))
    assert len(asked) == tries


def test_a_reply_that_has_begun_is_not_asked_for_again():
    asked = []

    def ask():
        asked.append(1)
        yield from failing(ServerFullError("full"))

    with pytest.raises(OverloadedError):
        list(in_time(ask, "ollama:tiny", 60.0))
    assert len(asked) == 1


def test_an_error_already_in_plain_words_is_passed_on_as_it_is():
    error = ModelError("start it first")
    with pytest.raises(ModelError) as raised:
        list(in_time(lambda: failing(error), "ollama:tiny", 60.0))
    assert raised.value is error


def test_an_interrupt_by_the_user_is_no_failure_of_the_model():
    with pytest.raises(KeyboardInterrupt):
        list(in_time(lambda: failing(KeyboardInterrupt()), "ollama:tiny", 60.0))


# A language model


def test_a_model_answers_from_the_numbered_evidence():
    model = chat_model(["The cabinet endorsed restoring ties [2]."])
    answerer = ModelAnswerer("fake:model", Settings(), model)
    assert texts(answerer.statements(Query("What did the cabinet do?"), make_evidence(STRIKE, CABINET))) == [
        ("The cabinet endorsed restoring ties.", (1,))
    ]
    (prompt,) = model.seen
    assert f"[2] The Margalla Courier, 2024-01-19: {CABINET}" in prompt
    assert "What did the cabinet do?" in prompt
    assert (answerer.name, answerer.prompt_id) == ("fake:model", load_prompt("answer").id)


def test_a_model_that_fails_raises_in_plain_words():
    def reply(prompt):
        raise ConnectionError("Failed to connect to Ollama.")

    answerer = ModelAnswerer("fake:model", Settings(), chat_model(reply))
    with pytest.raises(ModelError, match="fake:model: no server answers"):
        list(answerer.statements(Query("What did the cabinet do?"), make_evidence(CABINET)))


def test_quotes_are_named_without_loading_a_model():
    answerer = make_answerer("quotes", Settings())
    assert isinstance(answerer, QuotesAnswerer)
    assert (answerer.name, answerer.prompt_id) == ("quotes", None)


def test_an_answerer_that_is_no_model_is_an_error():
    with pytest.raises(ModelError, match="quotas"):
        make_answerer("quotas", Settings())


@pytest.mark.parametrize("cut", range(1, 40, 3))
def test_what_a_model_thinks_aloud_is_no_statement(cut):
    reply = "<think>\nIs it nine? NOT IN THE ARTICLES. Hm.\n</think>\nNine people died [1]."
    found = list(read_reply([reply[:cut], reply[cut:]], 2))
    assert [statement.text for statement in found] == ["Nine people died."]


def test_thinking_that_never_ends_is_no_statement():
    assert list(read_reply(["<think> Nine people died [1]. ", "Or ten [2]."], 2)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"The Margalla Courier, 2024-01-19: {STRIKE}", STRIKE),
        (f"Harbour Wire, 2024-01-19: {STRIKE}", f"Harbour Wire, 2024-01-19: {STRIKE}"),
        ("The Margalla Courier, 2024-01-19:", "The Margalla Courier, 2024-01-19:"),
        (STRIKE, STRIKE),
    ],
    ids=["its own label", "a label that was not shown", "nothing but the label", "no label"],
)
def test_the_label_of_the_evidence_is_no_part_of_what_a_model_says(text, expected):
    assert without_source(text, {"The Margalla Courier, 2024-01-19"}) == expected


def test_a_sentence_that_a_model_copied_with_its_label_is_verbatim():
    evidence = make_evidence(STRIKE)
    model = ModelAnswerer("fake:model", Settings(), chat_model([f"{evidence[0].sentence.article.source}: {STRIKE} [1]"]))
    (statement,) = model.statements(Query("How many died?"), evidence)
    assert Gate(evidence).check(statement).support == "verbatim"


def test_a_rank_does_not_end_a_sentence():
    said = ["Rear Adm. Shannon Gilreath and Col. Roland L. Butler spoke [1].", "Capt. Tolliver and Gov. Moore did not [1]."]
    assert [statement.text for statement in read_reply([" ".join(said)], 1)] == [
        "Rear Adm. Shannon Gilreath and Col. Roland L. Butler spoke.",
        "Capt. Tolliver and Gov. Moore did not.",
    ]
