"""Homes for tests that use the real encoder: it is exported once in a run, and linked into every home."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from rag.settings import Settings

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "corpus"
# A few articles about three events, among them one that revises the toll of another.
SUBSET = [
    CORPUS / name
    for name in (
        "2024-01-16-iran-strikes-bases-in-balochistan.md",
        "2024-01-18-pakistan-hits-back-near-saravan.md",
        "2024-01-19-cabinet-endorses-full-ties-with-iran.md",
        "2024-01-19-iran-raises-toll-of-saravan-strike.md",
        "2024-02-07-ntsb-four-bolts.md",
        "2024-05-20-dali-refloated.md",
        "2024-06-11-channel-fully-reopened.md",
    )
]
CABINET = SUBSET[2].name
# A question that one sentence answers in its own words, so that no way of ranking can miss it.
PLAIN_QUESTION = "Who endorsed the restoration of full diplomatic relations with Iran?"
UNANSWERABLE = "How much did the Elbphilharmonie concert hall in Hamburg cost to build?"


def exported_encoder(factory) -> Path:
    """Export the packaged encoder as a first run does, unless a test of this run has; give the folder it is in."""
    home = factory.getbasetemp() / "exported"
    if not home.exists():
        done = run_python("-m", "rag", "doctor", home=home)
        assert done.returncode == 0, done.stderr
    return home / "encoder"


def new_home(folder: Path, encoder: Path) -> Path:
    """Make an empty home whose encoder is exported already."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "encoder").symlink_to(encoder, target_is_directory=True)
    return folder


def quotes_settings(home: Path) -> Settings:
    return Settings(home=home, llm="quotes")


def environment(home: Path, **more: str) -> dict[str, str]:
    """Give an environment in which only `home` and the quotes answerer, or what `more` says, are set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RAG_")}
    return {**kept, "RAG_HOME": str(home), "RAG_LLM": "quotes", **more}


def run_python(
    *arguments: str, home: Path, stdin: str | None = None, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run Python in the project's folder until it ends; what it prints is captured."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(home, **(env or {})),
        input=stdin if stdin is not None else "",
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
