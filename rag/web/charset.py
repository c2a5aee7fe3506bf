"""The bytes of a web page or feed in, its text out: in the encoding that the server, the document or the bytes themselves say."""

from __future__ import annotations

import codecs
import re

# How far into a document its own statement is looked for (the HTML standard looks at 1024 bytes).
STATED_WITHIN = 2048
WESTERN = "cp1252"
_STATED = re.compile(rb"""(?:charset|encoding)\s{0,9}=\s{0,9}["']?([\w.:-]{1,40})""", re.IGNORECASE)
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Python knows others, among them some that take minutes over a few megabytes; no page is written in those.
_OF_THE_WEB = ("utf-8", "utf-16", "iso8859", "cp", "koi8", "gb", "big5", "shift_jis", "euc", "iso2022", "mac", "tis")
# What servers state without having looked: they say nothing.
_UNMEANT = {"ascii", "iso8859-1"}


def decode(data: bytes, stated: str = "") -> str:
    """Decode a document; `stated` is the server's word ("" for none). What fits no encoding becomes Windows-1252, as in browsers."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    own = _STATED.search(data[:STATED_WITHIN])
    # A document whose statement could be read byte by byte is not in UTF-16, whatever it states.
    written = own[1].decode("ascii", errors="replace") if own else ""
    for name in (stated, "" if written.lower().startswith("utf-16") else written, "utf-8"):
        try:
            return data.decode(_codec(name))
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode(WESTERN, errors="replace")


def _codec(name: str) -> str:
    codec = codecs.lookup(name).name
    if codec in _UNMEANT or not codec.startswith(_OF_THE_WEB):
        raise LookupError(name)
    return codec
