"""A saved web page in, the story's text and what the page states about it out.

trafilatura finds the story in what rag.formats.webpage_cut leaves of the page; afterwards the labels and closing lines go that look like
paragraphs. Each step is there because it was measured to help (eval/extraction.py).
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from copy import deepcopy
from itertools import groupby

import trafilatura
from lxml.etree import LxmlError, iterwalk
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from trafilatura.settings import Document

from rag.errors import InputError
from rag.formats.webpage_cut import cut_furniture, mend_sentences, without_scripts
from rag.formats.webpage_facts import page_facts
from rag.records import Stated

# A story found with the strict settings that is shorter than this is looked for once more with the usual ones.
MIN_STORY_CHARS = 200
# Deeper pages are made by accident or to harm; justext, to which trafilatura compares its result, takes depth times length.
MAX_USUAL_DEPTH = 256
MAX_LABEL_CHARS, MAX_CLOSING_CHARS = 150, 300
# The headline stands among the first of a story's lines, if it does.
HEAD_LINES = 4
# Below this many letters a line may be a name that happens to stand in the headline.
MIN_HEADLINE_LETTERS = 10

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
# Lines that lead to something else: nothing, or a mark, follows the words. A sentence of the story goes on.
_LABEL = re.compile(
    r"(?:[-•|] ?)?(?:"
    r"(?:related|recommended)(?: (?:news|articles?|stor(?:y|ies)|topics|coverage|content|links|posts|videos?))?|"
    r"(?:read|see|watch)(?: (?:more|also|next))|more|sources?|filed under|don['’]t miss|most (?:read|popular)|you (?:may|might) also like|"
    r"advertisement|share this|tags|"
    r"lesen sie auch|mehr zum thema|lire aussi|à lire aussi|lea también|lee también|leia também|leggi anche|lees ook"
    r")\s*(?::|\.\.\.|…|\||$)|(?:copyright|©|\(c\))\s|.{0,80}\ball rights reserved\.?$",
    re.IGNORECASE,
)
# Lines after the end of a story that ask the reader for something.
_CLOSING = re.compile(
    r"(?:subscribe|sign up|follow|get (?:the latest|the day|access)|click here|have a (?:news )?tip|join us|listen to)\b|"
    r".{0,200}\b(?:follow (?:\w+ ){1,4}on (?:twitter|facebook|instagram|x|bluesky)|(?:can|may) be reached at)\b",
    re.IGNORECASE,
)


def read_page(html: str, name: str) -> tuple[str, Stated]:
    """Give the story of a page, a paragraph a block, and what the page states; the headline is in the latter alone.

    Rows of a list or a table follow one another as lines. `name` is the page's file, for messages.

    Raises:
        InputError: there is no story in it.
    """
    tree = _parsed(_CONTROL.sub(" ", html))
    lines: list[str] = []
    stated = Stated()
    if tree is not None:
        stated = page_facts(tree, html, _guessed(tree))
        headlines = {_letters(text) for text in (stated.title or "", *(heading.text_content() for heading in tree.iter("h1")))}
        cut_furniture(tree)
        mend_sentences(tree)
        lines = _story_lines(_found(tree).split("\n"), headlines)
    if not lines:
        raise InputError(f"{name}: no story was found in this page; save the article itself, or its text as .txt")
    return _blocks(lines), stated


def _parsed(html: str) -> HtmlElement | None:
    """Give the page's tree; its root is an html element, whatever the page begins with.

    Pages with many tags that are never closed are hundreds deep: without huge_tree, the parser leaves out what is below the 256th level.
    """
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        tree = document_fromstring(html.encode(), parser=parser)
    except LxmlError:
        return None
    for element in tree.iter():  # character references bring back what lxml takes from no one
        element.text, element.tail = _without_controls(element.text), _without_controls(element.tail)
    return tree


def _without_controls(text: str | None) -> str | None:
    return _CONTROL.sub(" ", text) if text else text


def _guessed(tree: HtmlElement) -> Stated:
    """Give what trafilatura makes of headings, bylines and addresses. It need not read JSON-LD, which page_facts does."""
    about = trafilatura.extract_metadata(without_scripts(tree), date_config={"extensive_search": False})
    authors = tuple(author.strip() for author in (about.author or "").split(";") if author.strip())
    return Stated(title=about.title, outlet=about.sitename or about.hostname, authors=authors)


def _found(tree: HtmlElement) -> str:
    """Give what trafilatura takes for the story, a line a paragraph; its strict settings rarely lose a whole story, but may."""
    text = ""
    fast = _depth(tree) > MAX_USUAL_DEPTH
    for strict in (True, False):
        page = trafilatura.bare_extraction(deepcopy(tree), include_comments=False, favor_precision=strict, fast=fast)
        if isinstance(page, Document) and len(page.text or "") > len(text):
            text = page.text or ""
        if len(text) >= MIN_STORY_CHARS:
            break
    return text


def _depth(tree: HtmlElement) -> int:
    depth = deepest = 0
    for event, _ in iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def _story_lines(lines: Iterable[str], headlines: Container[str]) -> list[str]:
    """Keep the lines that belong to the story: no headline, no labels, no requests at the end, no rule under a table's head."""
    kept = [line.strip() for line in lines if set(line) - set("|-: ")]
    kept = [line for place, line in enumerate(kept) if not (place < HEAD_LINES and _letters(line) in headlines)]
    kept = [line for line in kept if not (len(line) <= MAX_LABEL_CHARS and _LABEL.match(line))]
    while kept and len(kept[-1]) <= MAX_CLOSING_CHARS and _CLOSING.match(kept[-1]):
        kept.pop()
    return kept


def _blocks(lines: list[str]) -> str:
    """Put a blank line between paragraphs, but not between the rows of a list or a table."""
    runs = groupby(lines, key=lambda line: line[:2] if line.startswith(("- ", "| ")) else "")
    return "\n\n".join(("\n" if mark else "\n\n").join(row.strip("| ") if mark == "| " else row for row in rows) for mark, rows in runs)


def _letters(text: str) -> str:
    """Reduce a line to what it is compared by."""
    return "".join(filter(str.isalnum, text)).casefold()
