"""Compressed files in, the files inside them out, with bounds that hold before anything is expanded.

Everything is read in memory or as a stream: no name inside an archive ever becomes a path on disk.
"""

from __future__ import annotations

import gzip
import io
import lzma
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, cast

from rag.errors import InputError
from rag.formats.places import MAX_FILE_BYTES, MAX_STREAM_BYTES, Found, Member, Place
from rag.records import Refusal

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_MEMBERS = 50_000
# Text packs to a tenth, a table of the same line over and over to a hundredth; only a bomb packs better.
MAX_RATIO = 200
# What a damaged or unsupported archive makes the standard library raise.
_DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, ValueError, OSError)
_ENCRYPTED = 0x1
_DRIVE = re.compile(r"[A-Za-z]:")


def gunzip(name: str, stream: BinaryIO, size: int, limit: int) -> BinaryIO:
    """Expand a gzip stream of `size` bytes as it is read; reading raises InputError where it is damaged or grows too large."""
    limit = min(limit, max(MAX_FILE_BYTES, size * MAX_RATIO))
    return _buffered(_Unpacked(name, cast(BinaryIO, gzip.GzipFile(fileobj=stream)), limit))


def read_zip(place: Place, stream: BinaryIO, *, is_wanted: Callable[[str], bool]) -> Iterator[Found]:
    """Give the members of a zip whose names are wanted; those that must not be opened are refused by name.

    Raises:
        InputError: it is damaged, or expands beyond bounds.
    """
    with open_zip(place.name, stream) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir() and is_wanted(info.filename)]
        if len(infos) > MAX_MEMBERS:
            raise InputError(f"{place.name}: {len(infos):,} files are in it, over the limit of {MAX_MEMBERS:,}; split it up")
        check_expanded(place.name, infos, stream, MAX_STREAM_BYTES)
        seen: set[str] = set()
        for info in infos:
            member = place.inside(info.filename)
            if problem := _problem(info, seen):
                yield Refusal(f"{member.name}: {problem}")
            else:
                yield Member(member, info.filename, info.file_size, partial(_open, archive, info, member.name))
            seen.add(info.filename)


def count_zip(stream: BinaryIO, *, is_wanted: Callable[[str], bool]) -> int:
    """Count the members whose names are wanted."""
    with zipfile.ZipFile(stream) as archive:
        return sum(1 for info in archive.infolist() if not info.is_dir() and is_wanted(info.filename))


def open_zip(name: str, stream: BinaryIO) -> zipfile.ZipFile:
    """Open a zip; InputError when it is damaged."""
    try:
        return zipfile.ZipFile(stream)
    except _DAMAGE as error:
        raise InputError(f"{name}: it is damaged or not what its name says ({error}); fetch or save it again") from error


def check_expanded(name: str, infos: Iterable[zipfile.ZipInfo], stream: BinaryIO, limit: int) -> None:
    """Raise InputError if the members of a zip expand to more than `limit` bytes, or to too many times the size of the zip."""
    # The sizes that a zip states can be believed here: no more than that is ever read of a member.
    expanded = sum(info.file_size for info in infos)
    packed = stream.seek(0, io.SEEK_END)
    if expanded > limit:
        raise InputError(f"{name}: it expands to {expanded:,} bytes, over the limit of {limit:,}; split it up")
    if expanded > max(MAX_FILE_BYTES, packed * MAX_RATIO):
        raise InputError(f"{name}: its {packed:,} bytes expand to {expanded:,}, as a zip bomb does; it was not opened")


def _problem(info: zipfile.ZipInfo, seen: set[str]) -> str | None:
    parts = re.split(r"[/\\]", info.filename)
    if ".." in parts or parts[0] == "" or _DRIVE.match(parts[0]):
        return "its name points outside of the archive; it was not read"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "it is a link, not a file; it was not followed"
    if info.flag_bits & _ENCRYPTED:
        return "it is encrypted; unpack the archive with its password and add the files"
    if info.filename in seen:
        return "another file in the archive has the same name; the first one was read"
    return None


def _open(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> BinaryIO:
    try:
        return _buffered(_Unpacked(name, cast(BinaryIO, archive.open(info)), info.file_size))
    except (*_DAMAGE, RuntimeError) as error:
        raise InputError(f"{name}: it cannot be unpacked ({error}); make the archive again") from error


class _Unpacked(io.RawIOBase):
    """A stream that stops with an InputError where the packed one is damaged or gives more than `limit` bytes."""

    def __init__(self, name: str, packed: BinaryIO, limit: int) -> None:
        self._name, self._packed, self._limit, self._given = name, packed, limit, 0

    def readable(self) -> bool:
        """Say yes: it can be read."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill the buffer, as far as there is data."""
        view = memoryview(buffer).cast("B")
        try:
            data = self._packed.read(len(view))
        except _DAMAGE as error:
            raise InputError(f"{self._name}: the compressed data is damaged ({error}); fetch it again") from error
        self._given += len(data)
        if self._given > self._limit:
            raise InputError(f"{self._name}: it expands to more than {self._limit:,} bytes, too many for what it is; it was not read on")
        view[: len(data)] = data
        return len(data)


def _buffered(raw: io.RawIOBase) -> BinaryIO:
    return io.BufferedReader(raw, 1 << 18)
