"""What a question costs in tokens: what the model reports, else a count, over all that was asked for it."""

from typing import Any

import pytest
from builders import chat_model, result_row
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk

from eval.compare import differences, worse
from eval.report import as_text, figures
from eval.tokens import metered
from rag.chain import build_plain_chain
from rag.embed import count_tokens
from rag.prompts import load_prompt

REPLY = "The cabinet endorsed restoring ties on Friday."
USAGE = {"input_tokens": 411, "output_tokens": 23, "total_tokens": 434}


class Reporting(BaseChatModel):
    """A model that says at the end of a reply what it took; one that is `full` refuses."""

    full: bool = False

    @property
    def _llm_type(self) -> str:
        return "reporting"

    def _generate(self, *_: Any, **__: Any):
        raise NotImplementedError

    def _stream(self, messages, stop=None, run_manager=None, **_):
        if self.full:
            raise ConnectionError("too many requests")
        for word in REPLY.split():
            yield ChatGenerationChunk(message=AIMessageChunk(f"{word} "))
        yield ChatGenerationChunk(message=AIMessageChunk("", usage_metadata=USAGE))


def ask(model):
    return build_plain_chain(load_prompt("ping"), model).stream({"word": "ready"})


def sent():
    return count_tokens(["\n".join(text for _, text in load_prompt("ping").render(word="ready"))])[0]


def test_what_a_model_reports_is_believed():
    with metered() as meter:
        assert "".join(ask(Reporting())).split() == REPLY.split()
    assert meter.spent() == {"input_tokens": 411, "output_tokens": 23}


def test_a_model_that_reports_nothing_is_counted():
    with metered() as meter:
        assert "".join(ask(chat_model([REPLY]))) == REPLY
    assert meter.spent() == {"input_tokens": sent(), "output_tokens": count_tokens([REPLY])[0]}


def test_a_reply_that_was_cut_off_counts_as_far_as_it_came():
    with metered() as meter:
        pieces = ask(Reporting())
        heard = next(pieces) + next(pieces)
        pieces.close()
    assert heard.split() == ["The", "cabinet"]
    assert meter.spent() == {"input_tokens": sent(), "output_tokens": 2}


def test_all_requests_add_up_and_one_that_was_refused_costs_nothing():
    with metered() as meter:
        list(ask(Reporting()))
        with pytest.raises(ConnectionError):
            list(ask(Reporting(full=True)))
        list(ask(Reporting()))
    assert meter.spent() == {"input_tokens": 822, "output_tokens": 46}


def test_nothing_is_counted_outside():
    with metered() as meter:
        pass
    list(ask(Reporting()))
    assert meter.spent() == {"input_tokens": 0, "output_tokens": 0}


def test_a_question_costs_its_mean_and_quotations_cost_none():
    rows = [result_row(input_tokens=400, output_tokens=20), result_row(input_tokens=600, output_tokens=0)]
    result = figures([*rows, result_row()])
    assert (result["input_tokens"], result["output_tokens"], result["input_tokens_n"]) == (500.0, 10.0, 2)
    assert "input_tokens          500.000" in as_text(result)
    assert figures([result_row()])["input_tokens"] is None


def test_a_cost_that_rises_is_told_and_does_not_close_the_gate():
    before, after = ([result_row(id=str(n), input_tokens=100 * times + n) for n in range(40)] for times in (1, 2))
    (cost,) = [each for each in differences(before, after) if each.name == "input_tokens"]
    assert (cost.after - cost.before, cost.verdict) == (pytest.approx(100.0), "worse")
    assert worse(differences(before, after)) == []
