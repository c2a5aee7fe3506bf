"""Exports in (JSON, JSON Lines, CSV), an article a row out; a bad row is refused with its line, and the rest goes on.

JSON Lines and CSV are read row by row: a file of any length takes no more memory than its longest row.
"""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO, TextIO

from rag.errors import InputError
from rag.formats.columns import FIELDS, KNOWN, columns_for, key
from rag.formats.decode import decode, text_stream
from rag.formats.places import MAX_FILE_BYTES, Found, Place
from rag.records import RawDocument, Refusal

# Of one row; whatever is longer is no article.
MAX_ROW_CHARS = MAX_FILE_BYTES
# The columns of an export are those of its first rows; after so many bad rows, the rest is not worth reading.
FIRST_ROWS, MAX_BAD_ROWS = 20, 1_000
# How deep in a JSON file its list of articles may stand.
MAX_DEPTH = 4
DELIMITERS = ",;\t|"
csv.field_size_limit(MAX_ROW_CHARS)

# The number of a row, and what stands in it or why it cannot be read.
_Row = tuple[int, dict[str, object] | Refusal]


def read_json(place: Place, stream: BinaryIO) -> Iterator[Found]:
    """Read a list of objects, an object that holds one such list, or one object that is an article itself."""
    try:
        value = json.loads(decode(place.name, stream.read(), "text"))
    except RecursionError as error:
        raise InputError(f"{place.name}: it is nested too deep to be an export of articles") from error
    except ValueError as error:
        raise InputError(f"{place.name}: this is not JSON ({error}); export it again, or save it as .jsonl, an object a line") from error
    columns = columns_for(Path(place.path))
    if isinstance(value, dict) and (article := columns.article(place, value)):
        yield article
        return
    rows: Iterator[_Row] = (
        (number, row if isinstance(row, dict) else Refusal(f"{place.name}, entry {number}: it is no object with names and values"))
        for number, row in enumerate(_list_in(place.name, value), 1)
    )
    yield from _articles(place, rows, "entry")


def read_json_lines(place: Place, stream: BinaryIO) -> Iterator[Found]:
    """Read a file with one object a line."""
    with text_stream(place.name, stream) as lines:
        yield from _articles(place, _json_rows(place.name, lines), "line")


def read_table(place: Place, stream: BinaryIO) -> Iterator[Found]:
    """Read a table with a line of column names; the mark between columns is whichever makes most sense of that line."""
    with text_stream(place.name, stream) as lines:
        yield from _articles(place, _table_rows(place.name, lines), "line")


def count_lines(head: bytes) -> int:
    """Count the lines at the start of a file of JSON Lines."""
    return sum(1 for line in head.split(b"\n") if line.strip())


def count_rows(head: bytes) -> int:
    """Count the rows of a table at the start of its file."""
    return sum(1 for row in csv.reader(head.decode("latin-1").splitlines(keepends=True)) if row) - 1


def count_objects(head: bytes) -> int:
    """Count how often the name of a text stands at the start of a JSON file."""
    return max(head.count(f'"{name}":'.encode()) for name in FIELDS["text"])


def _articles(place: Place, rows: Iterator[_Row], unit: str) -> Iterator[RawDocument | Refusal]:
    """Make articles of rows.

    Raises:
        InputError: there are none, no column holds a text, one that is named is missing, or too many rows are bad.
    """
    columns = columns_for(Path(place.path))
    first, problem = _first(rows)
    if not first:
        raise problem or InputError(f"{place.name}: it holds no rows")
    there = dict.fromkeys(name for _, row in first if isinstance(row, dict) for name in row)
    if not there and isinstance(first[0][1], Refusal):
        raise InputError(first[0][1].reason)
    columns.check(place.name, there)
    bad = 0
    for number, row in itertools.chain(first, rows):
        article = row if isinstance(row, Refusal) else columns.article(place.part(str(number)), row)
        found = article or Refusal(f"{place.name}, {unit} {number}: there is no text in it")
        bad += isinstance(found, Refusal)
        if bad > MAX_BAD_ROWS:
            raise InputError(f"{place.name}, {unit} {number}: more than {MAX_BAD_ROWS:,} rows cannot be read; the rest was left out")
        yield found
    if problem:
        raise problem


def _first(rows: Iterator[_Row]) -> tuple[list[_Row], InputError | None]:
    """Give the first rows, and what keeps more of them from being read."""
    first: list[_Row] = []
    try:
        for row in itertools.islice(rows, FIRST_ROWS):
            first.append(row)  # noqa: PERF402 - those before a failure are to be kept
    except InputError as error:
        return first, error
    return first, None


def _list_in(name: str, value: object) -> list[object]:
    """Find the list of articles: the value itself, or the only list of objects in it, as in {"response": {"results": [...]}}."""
    for _ in range(MAX_DEPTH):
        if isinstance(value, list):
            return value
        if not isinstance(value, dict):
            break
        inner: list[object] = [part for part in value.values() if isinstance(part, list) and part and isinstance(part[0], dict)]
        inner = inner or [part for part in value.values() if isinstance(part, dict)]
        if len(inner) != 1:
            break
        value = inner[0]
    there = f"; it has {', '.join(list(value)[:30])}" if isinstance(value, dict) else ""
    raise InputError(f"{name}: it holds neither an article with a text nor one list of articles{there}")


def _json_rows(name: str, lines: TextIO) -> Iterator[_Row]:
    number, too_long = 1, False
    for line in iter(partial(lines.readline, MAX_ROW_CHARS), ""):
        if len(line) == MAX_ROW_CHARS and not line.endswith("\n"):
            too_long = True
            continue
        if too_long:
            yield number, Refusal(f"{name}, line {number}: it is longer than {MAX_ROW_CHARS:,} characters")
        elif line.strip():
            yield number, _object(f"{name}, line {number}", line)
        number, too_long = number + 1, False
    if too_long:
        yield number, Refusal(f"{name}, line {number}: it is longer than {MAX_ROW_CHARS:,} characters")


def _object(name: str, line: str) -> dict[str, object] | Refusal:
    if not _is_whole(line):
        return Refusal(f"{name}: it is not UTF-8; save the file as UTF-8")
    try:
        value = json.loads(line)
    except RecursionError:
        return Refusal(f"{name}: it is nested too deep to be an article")
    except ValueError as error:
        return Refusal(f"{name}: this is not JSON ({error})")
    return value if isinstance(value, dict) else Refusal(f"{name}: it is no object with names and values")


def _table_rows(name: str, lines: TextIO) -> Iterator[_Row]:
    header = lines.readline(MAX_ROW_CHARS)
    delimiter = max(DELIMITERS, key=lambda mark: sum(key(column) in KNOWN for column in next(csv.reader([header], delimiter=mark), [])))
    rows = csv.reader(itertools.chain([header], _short_lines(name, lines)), delimiter=delimiter)
    try:
        columns = next(rows)
    except csv.Error as error:
        raise InputError(f"{name}, line 1: the names of the columns cannot be read ({error})") from error
    while True:
        number = rows.line_num + 1
        try:
            values = next(rows, None)
        except csv.Error as error:
            yield number, Refusal(f"{name}, line {number}: it cannot be read ({error}); is a quotation mark left open?")
            continue
        if values is None:
            return
        if any(value.strip() for value in values):
            yield number, _record(f"{name}, line {number}", columns, values)


def _short_lines(name: str, lines: TextIO) -> Iterator[str]:
    for number, line in enumerate(iter(partial(lines.readline, MAX_ROW_CHARS), ""), 2):
        if len(line) == MAX_ROW_CHARS:
            raise InputError(f"{name}, line {number}: it is longer than {MAX_ROW_CHARS:,} characters; the rest was left out")
        yield line


def _record(name: str, columns: list[str], values: list[str]) -> dict[str, object] | Refusal:
    if len(values) > len(columns):
        return Refusal(f"{name}: it has {len(values)} values for {len(columns)} columns; put a text that holds the delimiter in quotes")
    if not all(map(_is_whole, values)):
        return Refusal(f"{name}: it is not UTF-8; save the file as UTF-8")
    return dict(zip(columns, values, strict=False))


def _is_whole(text: str) -> bool:
    """Say whether every byte of a line was UTF-8: one that was not stands in it as half a character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
