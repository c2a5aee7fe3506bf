"""A row of an export in, the article in it out: which column holds what, by well-known names or by a file that says so.

That file is `NAME.columns.json` beside NAME, or `columns.json` for all exports of a folder: {"text": "story_text", "day_first": true}.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rag.errors import InputError
from rag.formats.dates import iso_date
from rag.formats.fragments import whole_page
from rag.formats.places import Place, web_address, whole_characters
from rag.records import RawDocument, Stated

SIDECAR = "columns.json"
MAX_SIDECAR_BYTES = 100_000
# Names as they are compared: in small letters, without spaces, hyphens and underscores. The first that holds something is taken.
FIELDS: dict[str, tuple[str, ...]] = {
    "title": tuple("title headline heading webtitle articletitle subject name".split()),
    "text": tuple(
        "text body content article maintext articlebody fulltext bodytext articletext articlecontent story storytext plaintext "
        "cleanedtext paragraphs description summary".split()
    ),
    "html": tuple("html bodyhtml contenthtml rawhtml articlehtml pagehtml".split()),
    "outlet": tuple("outlet source publisher publication newspaper sourcename sitename site sourcetitle sourcedomain domain".split()),
    "authors": tuple("authors author byline creator writer".split()),
    "published": tuple(
        "published publishedat publisheddate publishdate publicationdate datepublished datepublish pubdate webpublicationdate "
        "date datetime timestamp created createdat".split()
    ),
    "updated": tuple(
        "updated updatedat updateddate lastupdated lastmodified modified modifiedat datemodified datemodify dateupdated".split()
    ),
    "url": tuple("url link articleurl sourceurl canonicalurl weburl permalink".split()),
    "language": tuple("language lang sourcelang".split()),
}
DAY_FIRST = "day_first"
_SIGNS = str.maketrans("", "", " -_.")
# Marks that stand in the text of a page and hardly ever in an article about something else.
_PAGE_MARKS = ("</p>", "</div>", "<br>", "<br/>", "<br />")
_BETWEEN_NAMES = re.compile(r"\s*[;|\n]\s*")
_BETWEEN_FULL_NAMES = re.compile(r",\s*(?:and\s)?|\sand\s|\s&\s")
MAX_AUTHORS_CHARS = 1_000
# What programs write where there is nothing.
_NOTHING = {"", "nan", "none", "null", "n/a", "-", "[]"}
_LANGUAGE = re.compile(r"([a-z]{2})(?:[-_][A-Za-z]{2,4})?", re.IGNORECASE)


def key(name: object) -> str:
    """Give the name of a column as it is compared."""
    return str(name).casefold().translate(_SIGNS)


KNOWN = {name: kind for kind, names in FIELDS.items() for name in names}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what. `own` pairs a field with the column that a file names for it; all else goes by well-known names."""

    own: Mapping[str, str] = field(default_factory=dict)
    day_first: bool | None = None
    stated_in: str = ""

    def check(self, name: str, there: Collection[str]) -> None:
        """Raise InputError unless the columns that are there hold a text, and hold every column that is named."""
        listed = ", ".join(map(str, list(there)[:30])) or "none"
        for field_name, column in self.own.items():
            if column not in there:
                raise InputError(f"{self.stated_in}: {field_name} is to be column {column!r}, which {name} does not have; it has {listed}")
        if not {"text", "html"} & {*self.own, *(KNOWN.get(key(column)) for column in there)}:
            raise InputError(
                f'{name}: no column is known to hold the text; it has {listed}: name it in {Path(name).name}.{SIDECAR} as {{"text": "…"}}'
            )

    def article(self, place: Place, row: Mapping[str, object]) -> RawDocument | None:
        """Make the article of a row; None when there is no text in it."""
        found = self._by_field(row)
        text, html = _text(found.get("text")), _text(found.get("html"))
        published = self._date(found.get("published"))
        stated = Stated(
            title=_word(found.get("title")),
            outlet=_word(found.get("outlet")),
            authors=_authors(found.get("authors")),
            published=published,
            published_from="stated" if published else None,
            updated=self._date(found.get("updated")),
            url=web_address(_word(found.get("url"))),
            language=_language(found.get("language")),
        )
        if text and not any(mark in text for mark in _PAGE_MARKS):
            return place.document("text", text, stated)
        return place.document("html", whole_page(text or html), stated) if text or html else None

    def _by_field(self, row: Mapping[str, object]) -> dict[str, object]:
        plain: dict[str, object] = {}
        for column, value in row.items():
            if value:
                plain.setdefault(key(column), value)
        found = {}
        for field_name, names in FIELDS.items():
            own = self.own.get(field_name)
            value = row.get(own) if own else next((plain[name] for name in names if name in plain), None)
            if value:
                found[field_name] = value
        return found

    def _date(self, value: object) -> str | None:
        return iso_date(str(value), self.day_first) if isinstance(value, str | int | float) else None


def columns_for(path: Path) -> Columns:
    """Give the columns that a file beside an export names.

    Raises:
        InputError: that file cannot be read, or is not as it should be.
    """
    for sidecar in (path.with_name(f"{path.name}.{SIDECAR}"), path.with_name(f"{path.stem}.{SIDECAR}"), path.with_name(SIDECAR)):
        if sidecar.is_file():
            return _columns_of(sidecar)
    return Columns()


def is_sidecar(name: str) -> bool:
    """Say whether a file names columns, and so is no export itself."""
    return name.lower() == SIDECAR or name.lower().endswith(f".{SIDECAR}")


def _columns_of(sidecar: Path) -> Columns:
    try:
        if sidecar.stat().st_size > MAX_SIDECAR_BYTES:
            raise InputError(f"{sidecar}: over {MAX_SIDECAR_BYTES:,} bytes are too many for a list of columns")
        stated = json.loads(sidecar.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"{sidecar}: cannot be read ({error.strerror}); check that you may open it") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f'{sidecar}: this is not JSON ({error}); write it as {{"text": "name of the column"}}') from error
    if not isinstance(stated, dict):
        raise InputError(f'{sidecar}: it must name columns, as {{"text": "name of the column"}} does')
    day_first = stated.pop(DAY_FIRST, None)
    if unknown := [name for name in stated if name not in FIELDS]:
        raise InputError(f"{sidecar}: {unknown[0]!r} is nothing that an article has; it has {', '.join([*FIELDS, DAY_FIRST])}")
    if wrong := [name for name, column in stated.items() if not isinstance(column, str)]:
        raise InputError(f"{sidecar}: the column for {wrong[0]} must be a name in quotes")
    if day_first is not None and not isinstance(day_first, bool):
        raise InputError(f"{sidecar}: {DAY_FIRST} must be true (19/01/2024) or false (01/19/2024), not {day_first!r}")
    return Columns(stated, day_first, str(sidecar))


def _text(value: object) -> str:
    """Give a text, or the paragraphs of a list with a blank line between them."""
    if isinstance(value, list):
        value = "\n\n".join(paragraph for paragraph in value if isinstance(paragraph, str))
    return whole_characters(value).strip() if isinstance(value, str) else ""


def _word(value: object) -> str | None:
    """Give one line; of an object such as {"id": 7, "name": "The Courier"}, its name."""
    if isinstance(value, dict):
        value = value.get("name") or value.get("title")
    if isinstance(value, list) and value:
        return _word(value[0])
    if not isinstance(value, str):
        return None
    line = " ".join(whole_characters(value).split())
    return None if line.casefold() in _NOTHING else line


def _authors(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        value = _listed(value[:MAX_AUTHORS_CHARS])
    if not isinstance(value, list):
        value = [value]
    return tuple(dict.fromkeys(name for name in map(_word, value[:100]) if name))


def _listed(text: str) -> list[object]:
    """Give the names in a text: a list as JSON or Python writes it, or names with marks or words between them."""
    text = text.strip()
    if text.startswith("["):
        try:
            names = ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            names = None
        if isinstance(names, list):
            return names
    if text[:3].casefold() == "by ":
        text = text[3:]
    parts = _BETWEEN_NAMES.split(text)
    if len(parts) == 1:
        # "Mirza, Sana" is one name: only what has a space on both sides of the comma is two.
        full = [part.strip() for part in _BETWEEN_FULL_NAMES.split(text)]
        parts = full if all(" " in part for part in full if part) else parts
    return list(parts)


def _language(value: object) -> str | None:
    found = _LANGUAGE.fullmatch(_word(value) or "")
    return found[1].lower() if found else None
