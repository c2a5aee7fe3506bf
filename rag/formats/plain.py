"""Plain text in, story and facts out: a pasted page without its furniture, a headline in the first line, wrapped lines joined."""

from __future__ import annotations

from dataclasses import replace

from rag.formats.dateline import is_byline, is_dateline
from rag.formats.pasted import read_pasted
from rag.records import Stated

MAX_HEADLINE_CHARS = 200
# The widths at which mail programs and terminals break lines, with room for a long last word.
MIN_WRAPPED_CHARS, MAX_WRAPPED_CHARS = 50, 100


def read_plain(text: str, title: str | None = None) -> tuple[str, Stated]:
    """Give the story and what is stated about it. `title` is one that is known already; the text may repeat it."""
    story, stated = read_pasted(text)
    story = "\n\n".join(_unwrapped(block) for block in story.split("\n\n"))
    head, _, rest = story.partition("\n")
    if title:
        return (rest if rest and head.casefold() == title.casefold() else story), stated
    if not stated.title and rest and _is_headline(head):
        return rest, replace(stated, title=head)
    return story, stated


def _is_headline(line: str) -> bool:
    """Tell a headline by being short and not ending like a sentence."""
    ends = (".", "!", "?", '"', "”", ":", ",")
    return len(line) <= MAX_HEADLINE_CHARS and not line.endswith(ends) and not is_dateline(line) and not is_byline(line)


def _unwrapped(block: str) -> str:
    """Make one line of a paragraph whose lines were all broken at the same width, as mail and terminals do."""
    lines = block.split("\n")
    lengths = [len(line) for line in lines[:-1]]
    wrapped = lengths and min(lengths) >= MIN_WRAPPED_CHARS and max(lengths) <= MAX_WRAPPED_CHARS
    return " ".join(lines) if wrapped else block
