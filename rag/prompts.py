"""Prompt files into messages. The whole text that is sent stands in `prompts/*.md`; nothing is added here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from string import Template

import yaml

from rag.errors import PromptError

FOLDER = Path(__file__).resolve().parent.parent / "prompts"
# What a model is told to write when the sentences it was given do not answer; prompts/answer.md says the same.
REFUSAL = "NOT IN THE ARTICLES"
_FILE = re.compile(r"\A---\n(.*?)\n---\n## system\n(.*?)\n## user\n(.*)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt of two messages. `id` is "name@version" and is carried by every answer made with it."""

    id: str
    system: str
    user: str
    variables: frozenset[str]

    def render(self, **values: str) -> list[tuple[str, str]]:
        """Fill in the variables; give [("system", text), ("user", text)]. Values are not looked into for variables.

        Raises:
            PromptError: a variable is missing or unknown.
        """
        given = frozenset(values)
        if missing := sorted(self.variables - given):
            raise PromptError(f"the prompt {self.id} needs a value for {', '.join(missing)}")
        if unknown := sorted(given - self.variables):
            raise PromptError(f"the prompt {self.id} has no variable {', '.join(unknown)}; it has {', '.join(sorted(self.variables))}")
        return [("system", Template(self.system).substitute(values)), ("user", Template(self.user).substitute(values))]


def load_prompt(name: str, folder: Path = FOLDER) -> Prompt:
    """Read `name`.md.

    Raises:
        PromptError: there is no such file, it is not of the form that CONTRIBUTING describes, or a variable is not declared.
    """
    path = folder / f"{name}.md"
    if not path.exists():
        raise PromptError(f"there is no prompt {name!r}; there are {', '.join(sorted(file.stem for file in folder.glob('*.md')))}")
    found = _FILE.match(path.read_text(encoding="utf-8"))
    if found is None:
        raise PromptError(f"{path}: a prompt is front matter between --- lines, then '## system' and '## user' with their texts")
    header = _header(path, found[1])
    declared = frozenset(part.strip() for part in str(header.get("variables", "")).split(",") if part.strip())
    text = Template(found[2] + found[3])
    if not text.is_valid():
        raise PromptError(f"{path}: a $ begins a variable; write $$ for the sign itself")
    used = frozenset(text.get_identifiers())
    if declared != used:
        raise PromptError(f"{path}: variables says {sorted(declared)}, the text uses {sorted(used)}")
    return Prompt(f"{header['id']}@{header['version']}", found[2].strip(), found[3].strip(), declared)


def _header(path: Path, text: str) -> dict[str, object]:
    try:
        header = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise PromptError(f"{path}: the front matter is not YAML; put values that hold a colon in quotes") from error
    if not isinstance(header, dict) or not {"id", "version"} <= header.keys():
        raise PromptError(f"{path}: the front matter must give id and version")
    return header


def as_data(text: str) -> str:
    """Make a sentence safe to stand inside a fence: what looks like a mark [3] or a tag becomes plain text."""
    return text.translate(str.maketrans("[]<>【】［］", "()‹›()()"))
