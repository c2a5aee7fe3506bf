"""Which answerer is used, finding a local Ollama, and what is said when a model cannot be set up."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from chat_server import chat_server, reply

from rag.errors import ModelError
from rag.llm import MAX_PING_CHARS, OLLAMA_URL, choose, load_model, local_ollama, ping
from rag.settings import Settings

TAGS = {"models": [{"name": "qwen3:4b"}, {"name": "llama3.2:1b"}]}


@pytest.fixture
def serve():
    """Start a server on this machine that answers every request for /api/tags alike; give its URL."""
    servers = []

    def start(body, status=200):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                found = self.path == "/api/tags"
                self.send_response(status if found else 404)
                self.end_headers()
                self.wfile.write(body if found else b"")

            def log_message(self, *args):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_first_model_of_a_local_ollama_is_named(serve):
    assert local_ollama(serve(json.dumps(TAGS).encode())) == "ollama:qwen3:4b"


@pytest.mark.parametrize(
    "body",
    [
        b'{"models": []}',
        b'{"models": null}',
        b"{}",
        b"[]",
        b"null",
        b'{"models": "qwen3:4b"}',
        b'{"models": {"name": "qwen3:4b"}}',
        b'{"models": [{}]}',
        b'{"models": [null]}',
        b"",
        b"<html>It works!</html>",
        b"\xff\xfe\x00",
    ],
)
def test_whatever_else_answers_there_is_no_ollama(serve, body):
    assert local_ollama(serve(body)) is None


def test_an_error_page_is_no_ollama(serve):
    assert local_ollama(serve(b"Internal Server Error", status=500)) is None


def test_without_a_server_there_is_no_ollama():
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as closed:
        url = f"http://127.0.0.1:{closed.server_port}"
    assert local_ollama(url) is None


def ollama_here(monkeypatch, respond):
    """Let `respond` answer whatever is asked of the usual address of Ollama."""

    def get(url, **_):
        assert url == f"{OLLAMA_URL}/api/tags"
        return respond()

    monkeypatch.setattr(httpx, "get", get)


def refuse():
    raise httpx.ConnectError("refused")


def test_the_answerer_that_is_set_is_used_and_nothing_is_looked_for(monkeypatch):
    ollama_here(monkeypatch, lambda: pytest.fail("looked for Ollama"))
    assert choose(Settings(llm="openai:gpt-x")) == "openai:gpt-x"
    assert choose(Settings(llm="quotes")) == "quotes"


def test_without_a_setting_a_local_ollama_is_used(monkeypatch):
    ollama_here(monkeypatch, lambda: httpx.Response(200, json=TAGS))
    assert choose(Settings()) == "ollama:qwen3:4b"


def test_without_a_setting_and_without_ollama_quotes_answer(monkeypatch):
    ollama_here(monkeypatch, refuse)
    assert choose(Settings()) == "quotes"


@pytest.mark.parametrize("name", ["gpt-x", "", "openai:", "quotas"])
def test_a_bare_name_is_refused_with_the_form_to_write(name):
    with pytest.raises(ModelError, match="write provider:model") as raised:
        load_model(name, Settings())
    assert repr(name) in str(raised.value)


@pytest.mark.parametrize("name", ["nowhere:model", "qwen3:4b", ":model"])
def test_an_unknown_provider_is_refused_by_name(name):
    with pytest.raises(ModelError, match="cannot be set up") as raised:
        load_model(name, Settings())
    assert repr(name) in str(raised.value)


def test_a_provider_whose_package_is_missing_says_which_one():
    with pytest.raises(ModelError, match=r"'cohere:command'.*not installed.*langchain-cohere"):
        load_model("cohere:command", Settings())


def test_a_missing_key_is_reported_when_the_model_is_set_up(monkeypatch):
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ModelError, match=r"'openai:gpt-x' cannot be set up.*api_key"):
        load_model("openai:gpt-x", Settings())


def test_a_server_of_ones_own_needs_no_key(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    model = load_model("openai:tiny", Settings(llm_url="http://127.0.0.1:9/v1", llm_timeout_s=7.0))
    assert (model.model_name, model.openai_api_base, model.request_timeout) == ("tiny", "http://127.0.0.1:9/v1", 7.0)
    assert model.temperature == 0


def test_a_key_that_is_set_is_handed_on_and_not_shown():
    model = load_model("openai:tiny", Settings(llm_key="sk-secret"))
    assert model.openai_api_key.get_secret_value() == "sk-secret"
    assert "sk-secret" not in repr(model)


@pytest.mark.parametrize(("url", "used"), [(None, OLLAMA_URL), ("http://127.0.0.1:9", "http://127.0.0.1:9")])
def test_an_ollama_model_is_named_with_its_tag(url, used):
    model = load_model("ollama:qwen3:4b", Settings(llm_url=url))
    assert (model.model, model.base_url, model.temperature) == ("qwen3:4b", used, 0)


# Whether a model answers at all


def drip(call):
    call.begin()
    for _ in range(50):
        call.say("a")
        time.sleep(0.1)


def test_a_model_is_asked_for_one_word():
    with chat_server(reply("rea", "dy\n")) as server:
        assert ping("openai:tiny", Settings(llm_url=server.url)) == "ready"
        assert server.calls == 1


def test_a_model_that_talks_on_is_cut_short():
    with chat_server(reply(*["word "] * 500)) as server:
        assert len(ping("openai:tiny", Settings(llm_url=server.url))) <= MAX_PING_CHARS


def test_a_model_that_only_drips_runs_out_of_time():
    with chat_server(drip) as server, pytest.raises(ModelError, match="openai:tiny: no reply in time"):
        ping("openai:tiny", Settings(llm_url=server.url), timeout_s=0.5)


def test_a_server_that_is_not_there_is_reported():
    with pytest.raises(ModelError, match="no server answers"):
        ping("openai:tiny", Settings(llm_url="http://127.0.0.1:9/v1"), timeout_s=2)
