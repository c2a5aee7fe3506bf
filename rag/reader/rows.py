"""Rows of training and evaluation data, from .jsonl and .jsonl.gz files."""

from __future__ import annotations

import gzip
import json
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from rag.errors import InputError

Row = dict[str, Any]
QUESTION_FIELDS = ("question", "context", "answer")
CLAIM_FIELDS = ("claim", "evidence", "label")


def read_rows(files: Iterable[Path], fields: Collection[str] = QUESTION_FIELDS) -> list[Row]:
    """Read files of rows that have at least `fields`.

    Raises:
        InputError: a file cannot be read or a line is not such a row; names file and line.
    """
    rows: list[Row] = []
    for file in files:
        number = 0
        try:
            with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
                for line in lines:
                    number += 1
                    row = json.loads(line)
                    if not isinstance(row, dict):
                        raise InputError(f"{file}:{number}: not a row but {line.strip()[:40]}")
                    if missing := [field for field in fields if field not in row]:
                        raise InputError(f"{file}:{number}: a row needs {', '.join(fields)}; there is no {', '.join(missing)}")
                    rows.append(row)
        except (OSError, ValueError) as error:
            place = f"{file}:{number}" if number else str(file)
            raise InputError(f"{place}: cannot be read as rows ({error}); give .jsonl or .jsonl.gz") from error
    return rows
