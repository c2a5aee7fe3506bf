"""Settings are read from the environment; a value that cannot be used is refused by the variable's name."""

import dataclasses
from datetime import date
from pathlib import Path

import pytest

from rag.errors import SettingsError
from rag.settings import PACKAGED_ENCODER, Settings


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = Settings.from_env({})
    assert settings == Settings()
    assert (settings.home, settings.llm, settings.chroma_url) == (Path(".clippings"), None, None)
    assert (settings.llm_timeout_s, settings.embedding_model) == (60.0, PACKAGED_ENCODER)


def test_an_empty_value_counts_as_not_set() -> None:
    names = ("HOME", "LLM", "LLM_URL", "LLM_KEY", "LLM_TIMEOUT", "EMBEDDING_MODEL", "CHROMA_URL")
    assert Settings.from_env({f"RAG_{name}": "" for name in names}) == Settings()


def test_every_variable_is_read() -> None:
    settings = Settings.from_env(
        {
            "RAG_HOME": "/srv/clippings",
            "RAG_LLM": "openai:small",
            "RAG_LLM_URL": "http://127.0.0.1:8080/v1",
            "RAG_LLM_KEY": "secret",
            "RAG_LLM_TIMEOUT": "2.5",
            "RAG_EMBEDDING_MODEL": "BAAI/bge-m3",
            "RAG_CHROMA_URL": "https://chroma.example:8000",
        }
    )
    assert settings == Settings(
        home=Path("/srv/clippings"),
        llm="openai:small",
        llm_url="http://127.0.0.1:8080/v1",
        llm_key="secret",
        llm_timeout_s=2.5,
        embedding_model="BAAI/bge-m3",
        chroma_url="https://chroma.example:8000",
    )


def test_what_a_model_can_take_is_a_number_of_tokens() -> None:
    assert Settings.from_env({"RAG_LLM_CONTEXT": "8192"}).llm_context_tokens == 8192
    with pytest.raises(SettingsError, match=r"RAG_LLM_CONTEXT is 'big': give a number of tokens above 0, such as 4096"):
        Settings.from_env({"RAG_LLM_CONTEXT": "big"})


@pytest.mark.parametrize("value", ["soon", "0", "-1", "nan", "inf", "60s"])
def test_a_timeout_that_is_no_positive_number_is_refused(value: str) -> None:
    with pytest.raises(SettingsError, match=f"RAG_LLM_TIMEOUT is '{value}'"):
        Settings.from_env({"RAG_LLM_TIMEOUT": value})


@pytest.mark.parametrize("name", ["RAG_LLM_URL", "RAG_CHROMA_URL"])
@pytest.mark.parametrize("value", ["localhost:8000", "ftp://host", "//host"])
def test_a_url_that_is_none_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is '{value}': give a URL that begins with http:// or https://"):
        Settings.from_env({name: value})


def test_the_key_is_not_shown() -> None:
    assert "secret" not in repr(Settings(llm_key="secret"))


def test_settings_do_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().llm = "other"  # type: ignore[misc]


def test_the_day_from_which_last_week_is_seen_can_be_set() -> None:
    assert Settings.from_env({"RAG_TODAY": "2024-01-19"}).today == date(2024, 1, 19)
    assert Settings.from_env({"RAG_TODAY": ""}).today is None
    with pytest.raises(SettingsError, match=r"RAG_TODAY is 'Friday': give a date such as 2024-01-19"):
        Settings.from_env({"RAG_TODAY": "Friday"})
