"""A word processor's document in, its story out; and what of a document's properties can be believed.

Relies on python-docx.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from rag.errors import InputError
from rag.formats.archives import check_expanded, open_zip
from rag.formats.places import MAX_FILE_BYTES, Found, Place
from rag.records import Stated

if TYPE_CHECKING:
    from docx.document import Document

MAX_EXPANDED_BYTES = 5 * MAX_FILE_BYTES
MAX_TITLE_CHARS = 300
# Names that programs give themselves, their users and new documents.
_NO_TITLES = {
    "untitled",
    "untitled document",
    "document",
    "document1",
    "word document",
    "title",
    "no title",
    "(anonymous)",
    "powerpoint presentation",
}
_NO_NAMES = {
    "",
    "python-docx",
    "user",
    "owner",
    "admin",
    "administrator",
    "author",
    "unknown",
    "(anonymous)",
    "microsoft office user",
    "root",
}
_FILE_NAME = re.compile(
    r"microsoft (word|powerpoint|excel) - .*|\S+://.*|.*\.(docx?|pdf|rtf|odt|txt|html?|indd|qx[dp]|pages|tex|dvi|ps)", re.IGNORECASE
)
_BETWEEN_NAMES = re.compile(r"\s*[;|]\s*")
_HEADINGS = ("Title", "Heading 1")
# Elements of WordprocessingML (Source: ECMA-376, part 1, chapter 17).
_AROUND_BLOCKS = {"tbl", "tc", "sdt", "sdtContent", "ins", "customXml", "moveTo"}
_SPACES = {"tab", "br", "cr"}
# Properties, text that was deleted or moved away, boxes beside the story, and what older programs show instead of them.
_NO_STORY = {
    "pPr",
    "rPr",
    "del",
    "moveFrom",
    "delText",
    "instrText",
    "txbxContent",
    "Fallback",
    "footnoteReference",
    "pict",
    "drawing",
    "object",
}


def read_docx(place: Place, stream: BinaryIO) -> Iterator[Found]:
    """Read the story of a .docx file: paragraphs, headings and lists in order, tables row by row.

    Raises:
        InputError: damaged, not a document, without text, or one that expands beyond bounds.
    """
    data = stream.read()
    if not data.strip():
        raise InputError(f"{place.name}: the file is empty")
    with open_zip(place.name, io.BytesIO(data)) as archive:
        check_expanded(place.name, archive.infolist(), io.BytesIO(data), MAX_EXPANDED_BYTES)
    title, author, blocks = _contents(place.name, data)
    if not blocks:
        raise InputError(f"{place.name}: there is no text in this document")
    yield place.document("text", "\n\n".join(without_title(blocks, title)), Stated(title=title, authors=real_names(author)))


def real_title(text: str | None) -> str | None:
    """Give a title that somebody wrote; None for a file's name, an address, or what programs put there themselves."""
    title = " ".join((text or "").split())
    no_title = title.casefold() in _NO_TITLES or len(title) > MAX_TITLE_CHARS or _FILE_NAME.fullmatch(title)
    return None if no_title or not any(map(str.isalpha, title)) else title


def real_names(text: str | None) -> tuple[str, ...]:
    """Give the authors that a property names, without those that programs put there."""
    names = (" ".join(name.split()) for name in _BETWEEN_NAMES.split((text or "")[:MAX_TITLE_CHARS]))
    return tuple(dict.fromkeys(name for name in names if name.casefold() not in _NO_NAMES))


def without_title(blocks: list[str], title: str | None) -> list[str]:
    """Leave out a first block that is the title over again; it is no part of the story."""
    is_title = title and len(blocks) > 1 and " ".join(blocks[0].split()).casefold() == title.casefold()
    return blocks[1:] if is_title else blocks


def _contents(name: str, data: bytes) -> tuple[str | None, str, list[str]]:
    import docx

    try:
        document = docx.Document(io.BytesIO(data))
        blocks = [block for block in _blocks(document.element.body) if block]
        properties = document.core_properties
        return real_title(properties.title) or _heading(document), properties.author, blocks
    except Exception as error:  # python-docx foresees no damage, and fails in as many ways as there are parts in a document
        raise InputError(f"{name}: it is damaged or no .docx document ({error or type(error).__name__}); save it again") from error


def _heading(document: Document) -> str | None:
    """Give the first paragraph, if it is set as a title."""
    first = next((paragraph for paragraph in document.paragraphs if paragraph.text.strip()), None)
    return real_title(first.text) if first is not None and first.style is not None and first.style.name in _HEADINGS else None


def _blocks(element: Any) -> Iterator[str]:
    """Give paragraphs and rows. The parts are walked as they stand in the XML.

    python-docx itself passes over text that was inserted with changes tracked, and repeats a cell as often as its width says.
    """
    for child in element:
        tag = _tag(child)
        if tag == "p":
            yield _line(child)
        elif tag == "tr":
            yield " | ".join(text for cell in child if (text := " ".join(block for block in _blocks(cell) if block)))
        elif tag in _AROUND_BLOCKS:
            yield from _blocks(child)


def _line(element: Any) -> str:
    return " ".join("".join(_pieces(element)).split())


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        tag = _tag(child)
        if tag == "t":
            yield child.text or ""
        elif tag in _SPACES:
            yield " "
        elif tag not in _NO_STORY:
            yield from _pieces(child)


def _tag(element: Any) -> str:
    """Give the name of an element without its namespace; "" for a comment, which has none."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
