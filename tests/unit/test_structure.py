"""The shape of the code: each library comes in through one module, imports run one way, and a start is light."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
# The library's top-level module, and the files that may import it.
OWNERS = {
    "chromadb": {"rag/index.py"},
    "sentence_transformers": {"rag/embed.py", "rag/onnx_export.py"},
    "onnxruntime": {"rag/embed.py", "rag/onnx_export.py", "rag/reader/"},
    "trafilatura": {"rag/formats/webpage.py"},
    "htmldate": {"rag/formats/webpage_facts.py"},
    "pysbd": {"rag/split.py"},
    "py3langid": {"rag/language.py"},
    "charset_normalizer": {"rag/formats/decode.py"},
    "pypdfium2": {"rag/formats/pdf.py"},
    "docx": {"rag/formats/documents.py"},
    "dateutil": {"rag/formats/dates.py"},
    "dateparser": {"rag/formats/dates.py"},
    "gradio": {"app.py", "ui/"},
    "starlette": {"ui/first.py"},
    "langchain": {"rag/llm.py", "rag/chain.py", "eval/tokens.py"},
    "xllamacpp": {"rag/llm.py"},
    "feedparser": {"rag/formats/feeds.py"},
    "lxml": {"rag/formats/"},
    "datasketch": {"rag/copies.py"},
    "watchfiles": {"rag/watch.py"},
    "loky": {"rag/ahead.py"},
    "httpx": {"rag/llm.py", "rag/web/"},
    "httpcore": {"rag/web/"},
    "sumy": {"eval/baselines.py"},
}
# They measure other ways of doing it, so they import what they are measured against.
EXEMPT = {"eval/bench.py", "eval/extraction.py", "eval/peer_systems.py"}


def sources() -> list[str]:
    files = [ROOT / "app.py", *(file for folder in ("rag", "eval", "ui") for file in (ROOT / folder).rglob("*.py"))]
    return sorted(file.relative_to(ROOT).as_posix() for file in files if file.exists())


def imported(source: str) -> Iterator[str]:
    """Give the full names of the modules that a source imports anywhere, except for type checking alone."""
    for node in _run(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def _run(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            for other in child.orelse:
                yield from [other, *_run(other)]
        else:
            yield from [child, *_run(child)]


def imports_of(file: str) -> set[str]:
    return set(imported((ROOT / file).read_text(encoding="utf-8")))


def library(module: str) -> str:
    """Give the library of a module; langchain_core, langchain_openai and their like are one."""
    top = module.split(".")[0]
    return "langchain" if top.startswith("langchain") else top


def test_imports_are_found_wherever_they_stand() -> None:
    source = "import a.b\nif TYPE_CHECKING:\n    import c\nelse:\n    import d\ndef f():\n    from e.f import g\n    from .h import i"
    assert sorted(imported(source)) == [".h", "a.b", "d", "e.f"]


@pytest.mark.parametrize("name", OWNERS)
def test_a_library_comes_in_through_its_own_module_only(name: str) -> None:
    files = [file for file in sources() if file not in EXEMPT and name in {library(module) for module in imports_of(file)}]
    strangers = [
        file for file in files if not any(file == owner or (owner.endswith("/") and file.startswith(owner)) for owner in OWNERS[name])
    ]
    assert strangers == []


def test_the_package_imports_neither_the_interface_nor_the_evaluation() -> None:
    files = [file for file in sources() if file.startswith("rag/")]
    assert files
    assert {file: found for file in files if (found := {library(module) for module in imports_of(file)} & {"app", "ui", "eval"})} == {}


def test_no_module_of_the_package_imports_itself_in_a_circle() -> None:
    """At import time; what a function imports when it runs is not counted."""
    modules = {file.removesuffix(".py").replace("/", ".").removesuffix(".__init__"): file for file in sources() if file.startswith("rag/")}
    needs = {}
    for module, file in modules.items():
        body = ast.parse((ROOT / file).read_text(encoding="utf-8")).body
        names = set(imported("\n".join(ast.unparse(node) for node in body if isinstance(node, ast.Import | ast.ImportFrom))))
        needs[module] = names & modules.keys()
    done: set[str] = set()
    while ready := {module for module in needs.keys() - done if needs[module] <= done}:
        done |= ready
    assert needs.keys() - done == set()


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    script = "import sys, rag.__main__; print(*sorted({'torch', 'gradio', 'chromadb'} & sys.modules.keys()))"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout.strip(), run.stderr) == (0, "", "")
