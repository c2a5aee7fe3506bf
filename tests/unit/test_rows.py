import gzip
import json

import pytest

from rag.errors import InputError, explained
from rag.reader.rows import CLAIM_FIELDS, read_rows

ROW = {"question": "How many died?", "context": "Nine died.", "answer": "Nine", "start": 0}


def test_rows_are_read_plain_and_gzipped(tmp_path):
    line = json.dumps(ROW)
    (tmp_path / "a.jsonl").write_text(line + "\n")
    with gzip.open(tmp_path / "b.jsonl.gz", "wt") as file:
        file.write(line + "\n")
    assert read_rows([tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz"]) == [ROW, ROW]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("{", "rows.jsonl:2: cannot be read"),
        ('{"question": "Who?", "answer": null}', "rows.jsonl:2: .*there is no context"),
        ("[1]", "rows.jsonl:2: not a row"),
    ],
    ids=["not JSON", "a field is missing", "no object"],
)
def test_a_broken_row_is_named_with_its_line(tmp_path, line, named):
    file = tmp_path / "rows.jsonl"
    file.write_text(f"{json.dumps(ROW)}\n{line}\n")
    with pytest.raises(InputError, match=named):
        read_rows([file])


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match=r"gone\.jsonl: cannot be read"):
        read_rows([tmp_path / "gone.jsonl"])


def test_other_rows_need_other_fields(tmp_path):
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps(ROW) + "\n")
    with pytest.raises(InputError, match="claim, evidence, label"):
        read_rows([file], CLAIM_FIELDS)


def test_a_command_ends_with_the_message_of_an_expected_failure(tmp_path):
    with pytest.raises(SystemExit, match=r"gone\.jsonl"), explained():
        read_rows([tmp_path / "gone.jsonl"])
