"""A real language model answers over HTTP. It is a small one: what matters is that the check holds, whatever it writes."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from homes import CABINET, PLAIN_QUESTION, ROOT, free_port, quotes_settings

from eval.tokens import metered
from rag.embed import count_tokens
from rag.figures import figures
from rag.llm import MAX_REPLY_TOKENS
from rag.pipeline import Pipeline
from rag.records import NO_FILTERS

NAME = "openai:smollm2"


@pytest.fixture(scope="module")
def pipeline(home, model_url):
    pipeline = Pipeline(replace(quotes_settings(home), llm=NAME, llm_url=model_url, llm_timeout_s=240))
    yield pipeline
    pipeline.close()


@pytest.fixture(scope="module")
def answers(pipeline):
    """The answers that one question gave while the model was writing."""
    return list(pipeline.stream(PLAIN_QUESTION))


@pytest.fixture(scope="module")
def summary(pipeline):
    (cabinet,) = (info.id for info in pipeline.store.select(NO_FILTERS) if info.path.endswith(CABINET))
    *_, (_, _, summary) = pipeline.summarize([cabinet], length="short")
    return summary


def holds(pipeline, claims, citations):
    """Check that what is shown as supported is: quotations word for word, and every number of a claim in what it cites."""
    for citation in citations:
        assert pipeline.store.article(citation.article.id).text[citation.start : citation.end] == citation.quote
    for claim in claims:
        quoted = " ".join(citations[number - 1].quote for number in claim.citations)
        said, there = ({figure.value for figure in figures(text)} for text in (claim.text, quoted))
        assert claim.support in {"verbatim", "supported", "partial"}
        assert claim.citations
        assert said <= there
    return True


def test_an_answer_holds_only_what_its_sentences_say(pipeline, answers):
    answer = answers[-1]
    assert answer.status in {"answered", "partly", "conflicting", "not_found"}
    assert bool(answer.citations) == (answer.status != "not_found")
    assert holds(pipeline, answer.claims, answer.citations)
    marks = {int(mark) for mark in re.findall(r"\[(\d+)\]", answer.text)}
    assert marks == {citation.number for citation in answer.citations}


def test_an_answer_says_who_wrote_it(answers):
    answer = answers[-1]
    if answer.answerer == "quotes":
        assert any("quotations answer instead" in problem for problem in answer.problems)
        assert answer.prompt_id is None
    else:
        assert (answer.answerer, answer.prompt_id.split("@")[0]) == (NAME, "answer")
    # The model did write, and its reply is kept as it came.
    assert answer.raw_reply


def test_answers_grow_as_the_model_writes(answers):
    written = [answer for answer in answers if answer.answerer == NAME]
    assert written
    for before, after in pairwise(written):
        assert after.claims[: len(before.claims)] == before.claims
        assert after.raw_reply.startswith(before.raw_reply)


def test_a_summary_holds_only_what_its_sentences_say(pipeline, summary):
    assert summary.sentences
    assert holds(pipeline, summary.sentences, summary.citations)
    assert (summary.articles, summary.read, summary.cited) == (1, 1, 1)
    assert {citation.article.path.rsplit("/", 1)[-1] for citation in summary.citations} == {CABINET}
    if summary.answerer == "quotes":
        assert any("passed the check" in problem for problem in summary.problems)
    else:
        assert (summary.answerer, summary.prompt_id.split("@")[0]) == (NAME, "summary_article")


@pytest.mark.parametrize(
    ("change", "said"),
    [({"llm_url": f"http://127.0.0.1:{free_port()}/v1"}, "no server answers"), ({"llm_timeout_s": 0.01}, "RAG_LLM_TIMEOUT")],
    ids=["wrong port", "time-out"],
)
def test_when_the_model_does_not_answer_quotations_do(pipeline, change, said):
    other = Pipeline(replace(pipeline.settings, **change))
    answer = other.ask(PLAIN_QUESTION)
    assert (answer.answerer, answer.status in {"answered", "partly"}) == ("quotes", True)
    assert said in answer.problems[0]
    assert "quotations answer instead" in answer.problems[0]
    other.close()


def test_a_model_file_is_run_in_this_process(home, model_file):
    name = f"gguf:{model_file}"
    pipeline = Pipeline(replace(quotes_settings(home), llm=name, llm_timeout_s=240))
    with metered() as meter:
        answer = pipeline.ask(PLAIN_QUESTION)
    assert answer.raw_reply
    assert answer.answerer in {name, "quotes"}
    # It says itself what it read and wrote; the count of another tokenizer is not far from that.
    spent, counted = meter.spent()["output_tokens"], count_tokens([answer.raw_reply])[0]
    assert counted / 2 < spent <= MAX_REPLY_TOKENS
    assert spent < meter.spent()["input_tokens"]
    assert holds(pipeline, answer.claims, answer.citations)
    pipeline.close()


@pytest.mark.parametrize(("file", "said"), [("nowhere.gguf", "there is no file"), ("README.md", "give a model file in GGUF format")])
def test_a_file_that_holds_no_model_is_named_and_quotations_answer(home, model_file, file, said):
    pipeline = Pipeline(replace(quotes_settings(home), llm=f"gguf:{ROOT / file}"))
    answer = pipeline.ask(PLAIN_QUESTION)
    pipeline.close()
    assert answer.answerer == "quotes"
    assert file in answer.problems[0]
    assert said in answer.problems[0]
