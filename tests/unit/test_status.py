"""What the Status tab says, and what it refuses to look for."""

import pytest
from chat_server import chat_server, reply

from rag.pipeline import Pipeline
from rag.settings import Settings
from ui.status import facts_html, installed, trying

SCRIPT = "<script>alert(1)</script>"


def tried(home, name: str, *, local: bool, **settings) -> list[str]:
    """Give what is said while a model is tested."""
    return list(trying(name, Pipeline(Settings(home=home, **settings)), local=local))


def test_a_reader_elsewhere_tests_only_the_model_at_work(tmp_path):
    (said,) = tried(tmp_path, "gguf:/etc/passwd", local=False, llm="quotes")
    assert "nothing to test" in said
    *_, said = tried(tmp_path, "gguf:/nowhere/model.gguf", local=True, llm="quotes")
    assert "there is no file /nowhere/model.gguf" in said


def test_what_a_model_replies_is_text(tmp_path):
    with chat_server(reply(SCRIPT)) as server:
        waiting, said = tried(tmp_path, "openai:tiny", local=True, llm_url=server.url)
    assert "Asking openai:tiny" in waiting
    assert "openai:tiny answered “&lt;script&gt;" in said


@pytest.mark.parametrize("place", [0, 1])
def test_facts_are_text(place):
    fact = ["Kept in", "here"]
    fact[place] = SCRIPT
    assert "<script" not in facts_html([(fact[0], fact[1])])


def test_a_package_that_is_missing_is_named():
    first, second = installed(["gradio", "no-such-package-anywhere"])
    assert first.startswith("gradio 6.")
    assert second == "no-such-package-anywhere not installed"
