"""A PDF in, its story out, one line a paragraph.

Relies on pypdfium2 for characters and where they stand.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from statistics import median_low
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from rag.errors import InputError
from rag.formats.documents import real_names, real_title, without_title
from rag.formats.layout import Line, page_address, paragraphs, without_margins
from rag.formats.places import Found, Place, web_address, whole_characters
from rag.records import Refusal, Stated

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfTextPage

MAX_PAGES = 2_000
MAX_TEXT_CHARS = 5_000_000
# A gap between characters of this much of the height of the type is a space (a space is about 0.25, closed up in narrow lines).
SPACE = 0.12
# What stands where a line ends within a word, besides a plain hyphen: PDFium's own marks, and one of Unicode's.
_HYPHENS = {0x02: "-", 0xFFFE: "-", 0x2010: "-"}
_SOFT_HYPHEN = "\u00ad"
_LAST_CONTROL = 0x1F
# PDFium may be used by one thread at a time.
_one_at_a_time = threading.Lock()
_PASSWORD_NEEDED = 4


class _Char(NamedTuple):
    text: str
    left: float
    right: float
    bottom: float
    top: float


def read_pdf(place: Place, stream: BinaryIO) -> Iterator[Found]:
    """Read the story of a PDF. The date in its properties is that of the file, not of the story, and is left alone.

    Raises:
        InputError: damaged, encrypted, without text (a scan), or too long.
    """
    data = stream.read()
    if not data.strip():
        raise InputError(f"{place.name}: the file is empty")
    with _one_at_a_time:
        title, author, lines, problems = _printed(place.name, data)
    text = whole_characters("\n\n".join(without_title(paragraphs(without_margins(lines, title)), title)))
    yield place.document("text", text, Stated(title=title, authors=real_names(author), url=web_address(page_address(lines))))
    yield from problems


def _printed(name: str, data: bytes) -> tuple[str | None, str, list[Line], list[Refusal]]:
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(data) as document:
            lines, problems = _lines_of(name, document)
            return real_title(document.get_metadata_value("Title")), document.get_metadata_value("Author"), lines, problems
    except pypdfium2.PdfiumError as error:
        if error.err_code == _PASSWORD_NEEDED:
            raise InputError(f"{name}: it is encrypted; save it without a password") from error
        raise InputError(f"{name}: the PDF is damaged ({error}); fetch or save it again") from error


def _lines_of(name: str, document: PdfDocument) -> tuple[list[Line], list[Refusal]]:
    from pypdfium2 import PdfiumError

    if len(document) > MAX_PAGES:
        raise InputError(f"{name}: {len(document):,} pages are over the limit of {MAX_PAGES:,}; split it up")
    lines: list[Line] = []
    problems: list[Refusal] = []
    left = MAX_TEXT_CHARS
    for number in range(len(document)):
        try:
            with closing(document[number]) as page, closing(page.get_textpage()) as text_page:
                left -= text_page.count_chars()
                if left < 0:
                    raise InputError(f"{name}: over {MAX_TEXT_CHARS:,} characters of text are too many for one article; split it up")
                lines += _page_lines(number, text_page)
        except PdfiumError as error:
            problems.append(Refusal(f"{name}, page {number + 1}: the page is damaged ({error}); it was left out"))
    if not lines and not problems:
        raise InputError(f"{name}: {len(document)} pages hold pictures and no text; run text recognition (OCR) on it and save it again")
    if not lines:
        raise InputError(f"{name}: the PDF is damaged: none of {len(document)} pages can be read; fetch or save it again")
    return lines, problems


def _page_lines(number: int, text_page: PdfTextPage) -> Iterator[Line]:
    chars: list[_Char] = []
    for char in _chars(text_page):
        if chars and not _is_beside(chars[-1], char):
            yield from _line(number, chars)
            chars = []
        chars.append(char)
    yield from _line(number, chars)


def _chars(text_page: PdfTextPage) -> Iterator[_Char]:
    """Give the printed characters. The spaces and line ends that PDFium adds are left out.

    It takes some pages for vertical writing, and then adds one at every letter.
    """
    from pypdfium2 import raw

    box, handle = raw.FS_RECTF(), text_page.raw
    for at in range(text_page.count_chars()):
        code = raw.FPDFText_GetUnicode(handle, at)
        is_printed = (code > _LAST_CONTROL or code in _HYPHENS) and not raw.FPDFText_IsGenerated(handle, at)
        if is_printed and raw.FPDFText_GetLooseCharBox(handle, at, box):
            yield _Char(_HYPHENS.get(code) or chr(code), box.left, box.right, box.bottom, box.top)


def _is_beside(before: _Char, char: _Char) -> bool:
    """Say whether a character stands on the line of the one before it, to the right of it."""
    shared = min(before.top, char.top) - max(before.bottom, char.bottom)
    height = min(before.top - before.bottom, char.top - char.bottom)
    return shared >= height / 2 and char.left > before.left - height


def _line(number: int, chars: list[_Char]) -> Iterator[Line]:
    """Make a line of its characters, with a space also where there is but a gap; none if nothing is to be seen on it."""
    seen = [char for char in chars if not char.text.isspace()]
    if not seen:
        return
    # Some characters, such as ligatures, have boxes of their own height.
    height = median_low(char.top - char.bottom for char in seen)
    words: list[list[_Char]] = []
    for before, char in pairwise([chars[0], *chars]):
        if not char.text.isspace():
            if not words or before.text.isspace() or char.left - before.right > SPACE * height:
                words.append([])
            words[-1].append(char)
    text = " ".join("".join(char.text for char in word) for word in words)
    yield Line(
        page=number,
        text=f"{text[:-1].replace(_SOFT_HYPHEN, '')}{text[-1].replace(_SOFT_HYPHEN, '-')}",
        left=seen[0].left,
        right=seen[-1].right,
        bottom=median_low(char.bottom for char in seen),
        height=height,
        word=words[0][-1].right - seen[0].left,
    )
