"""Files in, raw documents out: finding article files, and reading what each one holds, by the ending of its name.

A file that cannot be read at all is an InputError, which names it and says what to do; a part of one is a Refusal, and the rest goes on.
"""

from __future__ import annotations

import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from rag.errors import InputError
from rag.formats import archives, documents, exports, mail, pdf
from rag.formats.columns import is_sidecar
from rag.formats.decode import decode
from rag.formats.feeds import read_feed
from rag.formats.places import MAX_FILE_BYTES, MAX_STREAM_BYTES, Found, Member, Place, Reader
from rag.records import Media, RawDocument, Refusal

# A whole JSON file is in memory while it is read, several times over.
MAX_JSON_BYTES = 100_000_000
# Files that describe a folder; they are not articles.
ABOUT_THE_FOLDER = {"README", "SOURCES", "LICENSE", "CHANGELOG"}
# How much of a file is looked at to say how many articles it holds.
HEAD_BYTES = 4_000_000
GZIP = ".gz"
NO_ENDING = "without an ending"
# What to do with some files that are not read.
ADVICE = {
    **dict.fromkeys((".doc", ".rtf", ".odt", ".pages", ".wpd"), "open it in a word processor and save it as .docx"),
    **dict.fromkeys((".xls", ".xlsx", ".ods", ".numbers"), "open it in a spreadsheet and save it as .csv"),
    **dict.fromkeys((".7z", ".rar", ".tar", ".tgz", ".bz2", ".xz"), "unpack it and add the folder"),
    **dict.fromkeys((".msg", ".pst"), "export it from the mail program as .eml or .mbox"),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of file is read. `count` says how many articles a start of it holds; None means one. `depth`: inside how many files."""

    read: Reader
    max_bytes: int = MAX_FILE_BYTES
    count: Callable[[bytes], int] | None = None
    packed: bool = False
    depth: int = 3


def _read_text(place: Place, stream: BinaryIO, *, media: Media) -> Iterator[Found]:
    yield place.document(media, decode(place.name, stream.read(), media))


def _is_article(name: PurePosixPath) -> bool:
    return not _is_aside(name) and _kind(name.name)[0] is not None


def _is_aside(name: PurePosixPath) -> bool:
    """Tell whether a file is hidden, or describes the folder: nobody expects that one to be read."""
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in name.parts)
    return hidden or name.stem in ABOUT_THE_FOLDER or is_sidecar(name.name)


def _is_wanted(name: str) -> bool:
    # What points outside of the archive is wanted, so that it is refused by name.
    return _is_article(PurePosixPath(*(part for part in PurePosixPath(name.replace("\\", "/")).parts if part != "..")))


def _read_feed(place: Place, stream: BinaryIO) -> Iterator[Found]:
    for entry in read_feed(stream.read(), place.name):
        yield place.part(entry.member).document(entry.media, entry.text, entry.stated)


_TEXT = Kind(partial(_read_text, media="text"), packed=True)
_MARKDOWN = Kind(partial(_read_text, media="markdown"))
_HTML = Kind(partial(_read_text, media="html"), packed=True)
_FEED = Kind(_read_feed)
_LINES = Kind(exports.read_json_lines, MAX_STREAM_BYTES, exports.count_lines, packed=True)
_TABLE = Kind(exports.read_table, MAX_STREAM_BYTES, exports.count_rows, packed=True)
ZIP = ".zip"
KINDS: dict[str, Kind] = {
    ".txt": _TEXT,
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".html": _HTML,
    ".htm": _HTML,
    ".rss": _FEED,
    ".atom": _FEED,
    ".xml": _FEED,
    ".pdf": Kind(pdf.read_pdf),
    ".docx": Kind(documents.read_docx),
    ".eml": Kind(mail.read_mail),
    ".mbox": Kind(mail.read_mailbox, MAX_STREAM_BYTES, mail.count_mails),
    ".json": Kind(exports.read_json, MAX_JSON_BYTES, exports.count_objects, packed=True),
    ".jsonl": _LINES,
    ".ndjson": _LINES,
    ".csv": _TABLE,
    ".tsv": _TABLE,
    ZIP: Kind(partial(archives.read_zip, is_wanted=_is_wanted), MAX_STREAM_BYTES, depth=0),
}


def find_files(paths: Iterable[Path]) -> list[Path]:
    """List the article files that `paths` (files or folders, searched in depth) hold, sorted and without repeats.

    A file that is named itself is always listed, so that an unsuitable one is reported and not silently left out.

    Raises:
        InputError: a path does not exist.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = (file for file in path.rglob("*") if _is_article(PurePosixPath(file.relative_to(path))) and _is_file(file))
            found.update(dict.fromkeys(sorted(inside)))
        elif path.exists():
            found[path] = None
        else:
            raise InputError(f"{path} does not exist: check the spelling, or name another file or folder")
    return list(found)


def passed_over(paths: Iterable[Path]) -> list[tuple[str, str]]:
    """Say for each of the folders among `paths` how many files of kinds that are not read are inside, by their endings."""
    said = []
    for folder in filter(Path.is_dir, paths):
        named = ((file, PurePosixPath(file.relative_to(folder))) for file in folder.rglob("*"))
        others = (name for file, name in named if not _is_aside(name) and _kind(name.name)[0] is None and _is_file(file))
        endings = Counter(name.suffix.lower() or NO_ENDING for name in others)
        if endings:
            advice = {ending: f" ({ADVICE[ending]})" if ending in ADVICE else "" for ending in endings}
            kinds = [f"{number:,} {ending}{advice[ending]}" for ending, number in endings.most_common()]
            said.append((str(folder), f"passed over, as files of these kinds are not read: {', '.join(kinds)}"))
    return said


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # in a folder that may be listed but not entered; loading it says so
        return True


def load(path: Path) -> Iterator[RawDocument | Refusal]:
    """Read one file: a document for each article in it, a refusal for each part that cannot be read.

    Raises:
        InputError: nothing of it can be read (of an unknown kind, unreadable, empty, too large, damaged ...); only ever before
            anything is given.
    """
    begun = False
    try:
        for found in _file(path):
            begun = True
            yield found
    except InputError as error:
        if not begun:
            raise
        yield Refusal(str(error))


def count(path: Path) -> int:
    """Say how many articles a file is likely to hold, from its start; 1 when in doubt."""
    try:
        kind, packed = _kind(path.name)
        if path.suffix.lower() == ZIP:
            with path.open("rb") as file:
                return max(1, archives.count_zip(file, is_wanted=_is_wanted))
        if kind is None or kind.count is None or not path.is_file():
            return 1
        size = path.stat().st_size
        with path.open("rb") as file:
            head = (archives.gunzip(str(path), file, size, HEAD_BYTES + MAX_STREAM_BYTES) if packed else file).read(HEAD_BYTES)
            whole = len(head) < HEAD_BYTES
            return max(1, kind.count(head) if whole else round(kind.count(head) * size / file.tell()))
    except Exception:  # whatever is wrong with it, loading says so; this is for a progress bar
        return 1


def _kind(name: str) -> tuple[Kind | None, bool]:
    """Give how a file is read, and whether it must be expanded first."""
    name = name.lower()
    packed = name.endswith(GZIP)
    kind = KINDS.get(PurePosixPath(name.removesuffix(GZIP)).suffix)
    return (None if packed and kind is not None and not kind.packed else kind), packed


def _file(path: Path) -> Iterator[RawDocument | Refusal]:
    name = _shown(path)
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            what = "a folder" if stat.S_ISDIR(about.st_mode) else "a pipe or device"
            raise InputError(f"{name}: cannot be read (it is {what}); name a file")
        with path.open("rb") as file:
            yield from _read(Place(name), path.name, file, about.st_size)
    except OSError as error:
        raise InputError(f"{name}: cannot be read ({error.strerror}); check that it is a file you may open") from error


def _shown(path: Path) -> str:
    try:
        return str(path).encode().decode()
    except UnicodeEncodeError as error:
        raise InputError(f"{str(path)!a}: the name of the file is not UTF-8; rename it") from error


def _read(place: Place, file_name: str, stream: BinaryIO, size: int) -> Iterator[RawDocument | Refusal]:
    """Read a file, or a file inside one, by what its name says that it is."""
    kind, packed = _kind(file_name)
    if kind is None:
        raise InputError(f"{place.name}: {_advice(file_name)}")
    if place.depth > kind.depth:
        raise InputError(f"{place.name}: a file so deep inside others is not opened; unpack it and add it by itself")
    if size > kind.max_bytes:
        article = " for one article" if kind.max_bytes == MAX_FILE_BYTES else ""
        raise InputError(f"{place.name}: {size:,} bytes are over the limit of {kind.max_bytes:,}{article}; split it up")
    if packed:
        # Of a whole archive of packed files, none may grow as large as one by itself.
        stream = archives.gunzip(place.name, stream, size, kind.max_bytes if place.depth == 0 else MAX_FILE_BYTES)
    for found in kind.read(place, stream):
        if isinstance(found, Member):
            yield from _member(found)
        else:
            yield found


def _member(member: Member) -> Iterator[RawDocument | Refusal]:
    if not _is_wanted(member.file_name):
        return
    try:
        with member.open() as stream:
            yield from _read(member.place, member.file_name, stream, member.size)
    except InputError as error:
        yield Refusal(str(error))


def _advice(file_name: str) -> str:
    suffix = PurePosixPath(file_name).suffix
    kinds = ", ".join([*KINDS, *(f"{suffix}{GZIP}" for suffix, kind in KINDS.items() if kind.packed)])
    advice = ADVICE.get(suffix.lower(), "save it as one that is")
    return f"{suffix or f'a file {NO_ENDING}'} is not a kind that is read; {advice} ({kinds})"
