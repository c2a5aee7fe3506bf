"""Files in, raw documents out: finding article files, and reading one with its encoding recognised.

Every failure names the file and what to do; the caller skips that file and goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from charset_normalizer import from_bytes

from rag.errors import InputError
from rag.records import Media, RawDocument, Refusal

MAX_FILE_BYTES = 20_000_000
MEDIA: dict[str, Media] = {".txt": "text", ".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html"}
WESTERN = "cp1252"
# How much worse than the best guess (0 to 1, charset_normalizer's measure of disorder) the commonest encoding may fit.
CLOSE_CHAOS = 0.05
# Files that describe a folder; they are not articles.
ABOUT_THE_FOLDER = {"README", "SOURCES", "LICENSE", "CHANGELOG"}
# Control characters that no text file holds; tab, line feed, form feed and carriage return are fine.
_CONTROL = bytes(set(range(32)) - {9, 10, 12, 13})


def find_files(paths: Iterable[Path]) -> list[Path]:
    """List the article files that `paths` (files or folders, searched in depth) hold, sorted and without repeats.

    A file that is named itself is always listed, so that an unsuitable one is reported and not silently left out.

    Raises:
        InputError: a path does not exist.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = (file for file in path.rglob("*") if file.is_file() and _is_article(file.relative_to(path)))
            found.update(dict.fromkeys(sorted(inside)))
        elif path.exists():
            found[path] = None
        else:
            raise InputError(f"{path} does not exist: check the spelling, or name another file or folder")
    return list(found)


def _is_article(file: Path) -> bool:
    hidden = any(part.startswith(".") for part in file.parts)
    return not hidden and file.suffix.lower() in MEDIA and file.stem not in ABOUT_THE_FOLDER


def count(path: Path) -> int:
    """Give how many articles a file is likely to hold, for a progress bar."""
    return 1


def load(path: Path) -> Iterator[RawDocument | Refusal]:
    """Read one file; give its articles decoded.

    Raises:
        InputError: of an unknown kind, unreadable, empty, larger than MAX_FILE_BYTES, binary, or in no encoding that fits.
    """
    media = MEDIA.get(path.suffix.lower())
    if media is None:
        kinds = ", ".join(MEDIA)
        raise InputError(f"{path}: {path.suffix or 'a file without an ending'} is not a kind that is read; save it as one of {kinds}")
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise InputError(f"{path}: {size:,} bytes are over the limit of {MAX_FILE_BYTES:,} for one article; split it up")
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check that it is a file you may open") from error
    yield RawDocument(path=str(path), media=media, text=_decode(path, data))


def _decode(path: Path, data: bytes) -> str:
    if not data.strip():
        raise InputError(f"{path}: the file is empty")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif any(byte in _CONTROL for byte in data[:4096]):
        raise InputError(f"{path}: this is a binary file, not text, whatever its name says")
    else:
        encoding = "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        matches = from_bytes(data)
        best = matches.best()
        if best is None:
            raise InputError(f"{path}: byte {error.start} is not {encoding}, and no other encoding fits; save it as UTF-8") from error
        # In a short text, the one-byte encodings of Latin letters look alike; of those that fit, the commonest is meant.
        western = any(WESTERN in match.could_be_from_charset and match.chaos <= best.chaos + CLOSE_CHAOS for match in matches)
        return data.decode(WESTERN) if western else str(best)
