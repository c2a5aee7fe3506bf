"""Bytes in, text out: the encoding is recognised by its mark, by being valid UTF-8, by what the page or mail states, or by what fits best.

Relies on charset_normalizer for files that state nothing and are not UTF-8.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, TextIO

from charset_normalizer import from_bytes

from rag.errors import InputError
from rag.records import Media

WESTERN = "cp1252"
# How much worse than the best guess (0 to 1, charset_normalizer's measure of disorder) the commonest encoding may fit.
CLOSE_CHAOS = 0.05
# How much of a stream is looked at to recognise its encoding.
HEAD_BYTES = 1 << 18
# Control characters that no text file holds; tab, line feed, form feed and carriage return are fine.
_CONTROL = bytes(set(range(32)) - {9, 10, 12, 13})
# What browsers read under these names (Source: the labels of encoding.spec.whatwg.org).
_MEANT = {
    "ascii": WESTERN,
    "iso8859-1": WESTERN,
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
# It has the form of UTF-8 whatever it says, and holds control characters.
SEVEN_BITS = "iso2022_jp"
# Others that Python knows are no encodings of pages (hex, rot13), or slow on purpose-made input (punycode).
_TRUSTED = {
    *("gb18030", "big5", "big5hkscs", "cp932", "cp949", "euc_jp", SEVEN_BITS),
    *("koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "cp866", "cp874", *(f"cp125{digit}" for digit in range(9))),
    *(f"iso8859-{part}" for part in range(2, 17)),
}
_STATED = re.compile(
    rb"""(?:<meta[^>]{0,200}?charset|<\?xml[^>]{0,200}?encoding)\s{0,9}=\s{0,9}["']?\s{0,9}([\w.:-]{1,40})""", re.IGNORECASE
)
_STATED_WITHIN_BYTES = 4096


def decode(name: str, data: bytes, media: Media, charset: str | None = None) -> str:
    """Decode the bytes of one article; `charset` is the encoding that stands beside them, as a mail's header states it.

    Raises:
        InputError: empty, binary, or in no encoding that fits.
    """
    if not data.strip():
        raise InputError(f"{name}: the file is empty")
    stated = _known(charset or (_stated(data) if media == "html" else None))
    if stated == SEVEN_BITS and (text := _try(data, stated)) is not None:
        return text
    encoding = _marked(name, data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if stated is not None and (text := _try(data, stated)) is not None:
            return text
        guessed = _guess(data)
        if guessed is None:
            marked = encoding.removesuffix("-sig").upper()
            raise InputError(f"{name}: byte {error.start} is not {marked}, and no other encoding fits; save it as UTF-8") from error
        return data.decode(guessed, "replace")


@contextmanager
def text_stream(name: str, stream: BinaryIO) -> Iterator[TextIO]:
    """Decode a stream by what its start shows, line ends untouched. A byte that does not fit UTF-8 becomes a lone surrogate.

    Raises:
        InputError: empty, binary, or in no encoding that fits.
    """
    buffered = io.BufferedReader(_as_raw(stream), HEAD_BYTES)
    head = buffered.peek(HEAD_BYTES)
    if not head.strip():
        raise InputError(f"{name}: the file is empty")
    encoding: str | None = _marked(name, head)
    if encoding == "utf-8-sig":
        try:
            codecs.getincrementaldecoder("utf-8")().decode(head)
        except UnicodeDecodeError as error:
            encoding = _guess(head)
            if encoding is None:
                raise InputError(f"{name}: byte {error.start} is not UTF-8, and no other encoding fits; save it as UTF-8") from error
    errors = "surrogateescape" if encoding == "utf-8-sig" else "replace"
    text = io.TextIOWrapper(buffered, encoding=encoding, errors=errors, newline="")
    try:
        yield text
    finally:
        # Whoever opened the stream closes it.
        text.detach()
        buffered.detach()


def _as_raw(stream: BinaryIO) -> io.RawIOBase:
    # A buffer fills itself from whatever has readinto; only the annotations ask for a raw stream.
    return stream  # type: ignore[return-value]


def _marked(name: str, data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if any(byte in _CONTROL for byte in data[:4096]):
        raise InputError(f"{name}: this is a binary file, not text, whatever its name says")
    return "utf-8-sig"


def _stated(data: bytes) -> str | None:
    found = _STATED.search(data[:_STATED_WITHIN_BYTES])
    return found[1].decode("ascii", "replace") if found else None


def _known(charset: str | None) -> str | None:
    try:
        encoding = codecs.lookup(charset or "").name
    except (LookupError, ValueError):
        return None
    encoding = _MEANT.get(encoding, encoding)
    return encoding if encoding in _TRUSTED else None


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _guess(data: bytes) -> str | None:
    matches = from_bytes(data)
    best = matches.best()
    if best is None:
        return None
    # In a short text, the one-byte encodings of Latin letters look alike; of those that fit, the commonest is meant.
    western = any(WESTERN in match.could_be_from_charset and match.chaos <= best.chaos + CLOSE_CHAOS for match in matches)
    return WESTERN if western else best.encoding
