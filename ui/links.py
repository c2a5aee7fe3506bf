"""An address that asks again: questions and their limits, as what stands after "?" in it, and back.

An answer is computed from the articles, so a link repeats the question. A follow-up comes with the questions that it leans on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qs, urlencode

from rag.errors import InputError
from rag.records import Filters

# Longer chains of follow-ups begin in the middle; and whoever makes up an address cannot have a hundred questions asked by it.
MAX_QUESTIONS = 5
MAX_FIELDS = 50
TITLE = "copy a link that asks this again, within the same limits; what it answers then rests on the articles there are then"


@dataclass(frozen=True, slots=True)
class Link:
    """What a link asks, in this order, and within which limits: since and until as a reader types them, outlet, ids of articles."""

    questions: tuple[str, ...]
    limits: tuple[str, str, str, tuple[str, ...]]


def link_html(questions: Sequence[str], filters: Filters) -> str:
    """Give a link that asks `questions`; the page's script copies its address when it is clicked."""
    given = [("ask", question) for question in questions[-MAX_QUESTIONS:]]
    given += [(name, str(value)) for name in ("since", "until", "outlet") if (value := getattr(filters, name))]
    given += [("only", article_id) for article_id in filters.article_ids]
    return f'<a class="again" href="{escape(f"?{urlencode(given)}")}" title="{TITLE}">Link</a>'


def read_link(query: str, known_outlet: Callable[[str], str | None]) -> Link:
    """Read what stands after "?" in an address; `known_outlet` gives an outlet as it is stored, None for what is none.

    Raises:
        InputError: it holds more than MAX_FIELDS values, or no article is by its outlet.
    """
    try:
        given = parse_qs(query.removeprefix("?"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise InputError(f"the link holds more than {MAX_FIELDS} values: type the question instead") from error
    since, until, named = (given.get(name, [""])[0] for name in ("since", "until", "outlet"))
    outlet = known_outlet(named) if named else ""
    if outlet is None:
        raise InputError(f"no article is by {named!r}, to which the link limits its question: type the question without it")
    return Link(tuple(given.get("ask", ())[:MAX_QUESTIONS]), (since, until, outlet, tuple(given.get("only", ()))))
