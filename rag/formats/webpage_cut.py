"""A parsed web page in; the same tree without what a reader does not see or would skip, and with whole sentences.

What is furniture is told by the page's own markup: hidden elements, telling class names and ids, lists of links alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import NamedTuple

from lxml.etree import XPath, strip_tags
from lxml.html import HtmlElement

# A page that hides nearly all of itself shows it once its scripts have run.
MAX_HIDDEN_SHARE = 0.9
# Nothing that holds more of the page's text than this, or more characters outside links, is furniture, whatever it is called:
# blogs put a story's own tags into its class ("tag-trending").
MAX_FURNITURE_SHARE, MAX_FURNITURE_CHARS = 0.3, 1500
MAX_LINKED_SHARE_OF_PROSE = 0.6
MAX_SHARE_AROUND_QUOTATION = 1.5
MIN_LINKED_SHARE_OF_LINK_LIST = 0.9

_UNREAD = ("script", "style", "noscript", "template", "iframe", "svg", "button", "select", "textarea")
_PROSE = ("p", "blockquote", "td", "th")
# Their links stay: by them a list of stories is told from a story's list.
_ROWS = ("li", "dt", "dd", "h2", "h3", "h4", "h5", "h6")
_REGULAR = {"re": "http://exslt.org/regular-expressions"}
_HIDDEN = XPath(
    ".//body//*[@hidden or @aria-hidden='true' or re:test(@style, 'display\\s*:\\s*none|visibility\\s*:\\s*hidden', 'i')]",
    namespaces=_REGULAR,
)
_NAMES = "|".join(
    (
        "newsletter|nwletter|subscri(?:be|ption)|sign-?up|promo(?![a-z])|[-_ ]cta[-_ ]",
        "recirc|most-?read|most-?popular|trending|(?:related|recommended)-?(?:posts|articles|links|stories|content)|you-?may-?like",
        "notification-bar|cookie-?(?:bar|banner|consent|notice)|copyright",
        "(?:rollover|tooltip|popover|hover-?card)[-_a-z]*(?:block|box|body|content|text|card)",
    )
)
_FURNITURE = XPath(
    f".//body//*[not(self::article or self::main)][re:test(concat(' ', @class, ' ', @id, ' '), '{_NAMES}', 'i')]", namespaces=_REGULAR
)


class _Size(NamedTuple):
    """How many characters an element holds, white space apart, and how many of them are in links."""

    text: int
    linked: int


def without_scripts(tree: HtmlElement) -> HtmlElement:
    """Give a copy of a tree that has no scripts and styles."""
    copy = deepcopy(tree)
    _drop(copy.iter("script", "style"))
    return copy


def cut_furniture(tree: HtmlElement) -> None:
    """Take out of the tree what is hidden, what its names say is furniture, and lists of links alone."""
    # JSON-LD stays: where a page's story is written by its scripts, it may hold the text.
    _drop(element for element in tree.iter(*_UNREAD) if "ld+json" not in element.get("type", ""))
    sizes = _sizes(tree)
    _drop(element for element in _HIDDEN(tree) if sizes[element].text < MAX_HIDDEN_SHARE * sizes[tree].text)
    limit = MAX_FURNITURE_SHARE * sizes[tree].text
    _drop(element for element in _FURNITURE(tree) if _is_small(sizes[element], limit) and element.find(".//h1") is None)
    _drop(element for element in tree.iter("ul", "ol") if sizes[element].linked > MIN_LINKED_SHARE_OF_LINK_LIST * sizes[element].text)


def mend_sentences(tree: HtmlElement) -> None:
    """Unwrap what would break a sentence, and take names off quotations' surroundings that would have them dropped."""
    sizes = _sizes(tree)
    for quoted in list(tree.iter("q")):
        _write_quotation_marks(quoted)
    for block in list(tree.iter(*_PROSE, *_ROWS)):
        if sizes[block].linked < MAX_LINKED_SHARE_OF_PROSE * sizes[block].text:
            strip_tags(block, "span", "q", *(("a",) if block.tag in _PROSE else ()))
    done = {tree, *tree.iter("body", "article")}
    for quotation in tree.iter("blockquote"):
        around = quotation
        while around not in done and sizes[around].text <= MAX_SHARE_AROUND_QUOTATION * sizes[quotation].text:
            done.add(around)
            for attribute in {"class", "id"} & set(around.attrib):
                del around.attrib[attribute]
            around = around.getparent()


def _is_small(size: _Size, limit: float) -> bool:
    return size.text < limit and size.text - size.linked < MAX_FURNITURE_CHARS


def _write_quotation_marks(quoted: HtmlElement) -> None:
    """Write the marks that a browser shows around an inline quotation."""
    quoted.text = f"“{quoted.text or ''}"
    if len(quoted):
        quoted[-1].tail = f"{quoted[-1].tail or ''}”"
    else:
        quoted.text += "”"


def _drop(elements: Iterable[HtmlElement]) -> None:
    for element in list(elements):
        if element.getparent() is not None:
            element.drop_tree()


def _sizes(tree: HtmlElement) -> dict[HtmlElement, _Size]:
    """Measure every element in one pass from the last to the first, as deep trees would make measuring each quadratic."""
    text: dict[HtmlElement, int] = {}
    linked: dict[HtmlElement, int] = {}
    for element in reversed(list(tree.iter())):
        text[element] = text.get(element, 0) + (_length(element.text) if element.tag != "script" else 0)
        linked[element] = text[element] if element.tag == "a" else linked.get(element, 0)
        parent = element.getparent()
        if parent is not None:
            text[parent] = text.get(parent, 0) + text[element] + _length(element.tail)
            linked[parent] = linked.get(parent, 0) + linked[element]
    return {element: _Size(count, linked[element]) for element, count in text.items()}


def _length(text: str | None) -> int:
    return len("".join(text.split())) if text else 0
