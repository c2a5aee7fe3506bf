"""What programs find on the page: the same five products, through gradio_client and as MCP tools."""

import ast
import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

QUESTION = "Who endorsed restoring ties?"
ENDORSED = "endorsed the restoration of full diplomatic relations with Iran"
NAMES = {"ask", "articles", "article", "summarize", "timeline"}


@pytest.fixture(scope="module")
def client(app):
    client = Client(app.url, verbose=False)
    yield client
    client.close()


def test_a_client_asks_and_opens_what_is_cited(client):
    answer = client.predict(question=QUESTION, api_name="/ask")
    (citation, *_) = answer["citations"]
    assert ENDORSED in citation["quote"]
    article = client.predict(article_id=citation["article_id"], api_name="/article")
    assert article["text"][citation["start"] : citation["end"]] == citation["quote"]


def test_limits_reach_the_answer_and_the_list(client):
    assert client.predict(question=QUESTION, since="2024-05-01", api_name="/ask")["status"] == "not_found"
    everything = client.predict(api_name="/articles")
    late = client.predict(since="2024-05-01", api_name="/articles")
    assert {row["published"] for row in late} == {row["published"] for row in everything if (row["published"] or "") >= "2024-05-01"}
    assert len(late) < len(everything)


def test_a_client_summarizes_and_dates(client):
    chosen = client.predict(outlet="The Margalla Courier", api_name="/articles")
    summary = client.predict(article_ids=[row["id"] for row in chosen], length="short", api_name="/summarize")
    assert summary["coverage"]["read"] == len(chosen)
    assert all(sentence["citations"] for sentence in summary["sentences"])
    events = client.predict(topic="the strikes on the border", api_name="/timeline")["events"]
    assert [event["date"] for event in events] == sorted(event["date"] for event in events)


def test_one_article_alone_can_be_asked(client):
    (chosen, *_) = client.predict(until="2024-01-16", api_name="/articles")
    answer = client.predict(question=QUESTION, article_ids=[chosen["id"]], api_name="/ask")
    assert {citation["article_id"] for citation in answer["citations"]} <= {chosen["id"]}
    assert all(ENDORSED not in citation["quote"] for citation in answer["citations"])


def test_twenty_readers_who_ask_at_once_are_all_answered(app):
    questions = {QUESTION: ENDORSED, "How many people did Iran report killed in a border village?": "nine people"}
    clients = [Client(app.url, verbose=False) for _ in range(20)]
    asked = list(questions) * 10
    with ThreadPoolExecutor(len(clients)) as threads:
        answers = list(threads.map(lambda client, question: client.predict(question=question, api_name="/ask"), clients, asked))
    for question, answer in zip(asked, answers, strict=True):
        assert answer["question"] == question
        assert any(questions[question] in citation["quote"] for citation in answer["citations"])
    for client in clients:
        client.close()


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("/ask", {"question": " "}, "the question is empty"),
        ("/ask", {"question": QUESTION, "until": "soon"}, "give a day such as"),
        ("/article", {"article_id": "none"}, "there is no article 'none'"),
        ("/summarize", {"outlet": "Nobody"}, "no article matches"),
    ],
)
def test_a_client_is_told_what_is_wrong(client, name, arguments, message):
    with pytest.raises(AppError, match=message):
        client.predict(**arguments, api_name=name)


@pytest.fixture
def tools(app):
    """Call what is given with a session of an MCP client; give what it gives."""
    pytest.importorskip("mcp", reason="the package mcp is not installed: install requirements.txt")
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async def use(call):
        async with streamable_http_client(f"{app.url}gradio_api/mcp/") as (read, write, _), ClientSession(read, write) as session:
            await session.initialize()
            return await call(session)

    # The browser of the other tests has a loop in this thread already.
    with ThreadPoolExecutor() as threads:
        yield lambda call: threads.submit(asyncio.run, use(call)).result()


def test_tools_are_typed_and_documented(tools):
    offered = tools(lambda session: session.list_tools()).tools
    assert {tool.name for tool in offered} == NAMES
    for tool in offered:
        assert tool.description
        assert all(about["description"] for about in tool.inputSchema["properties"].values())
    (ask,) = [tool for tool in offered if tool.name == "ask"]
    assert ask.inputSchema["required"] == ["question"]


def test_a_tool_answers_with_its_citations(tools):
    reply = tools(lambda session: session.call_tool("ask", {"question": QUESTION}))
    assert not reply.isError
    # Gradio writes what a tool gives as Python does.
    answer = ast.literal_eval(reply.content[0].text)
    assert ENDORSED in answer["citations"][0]["quote"]


def test_a_tool_says_what_is_wrong(tools):
    reply = tools(lambda session: session.call_tool("article", {"article_id": "none"}))
    assert reply.isError
    assert "there is no article 'none'" in reply.content[0].text
