"""Rows of JSON, JSON Lines and CSV become articles; a bad row is refused with its line, and the rest goes on."""

import csv
import io
import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.clean import clean
from rag.errors import InputError
from rag.formats import exports
from rag.load import load
from rag.records import RawDocument, Refusal, Stated

TEXT = "The harbour board closed the eastern quay on Monday."


def read(path: Path, data: str | bytes) -> tuple[list[RawDocument], list[str]]:
    """Write a file and load it: its documents, and the reasons of the refusals."""
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    found = list(load(path))
    return [part for part in found if isinstance(part, RawDocument)], [part.reason for part in found if isinstance(part, Refusal)]


def only(path: Path, data: str | bytes) -> RawDocument:
    (found,), refused = read(path, data)
    assert refused == []
    return found


def one(tmp_path: Path, row: dict[str, object]) -> RawDocument:
    return only(tmp_path / "a.jsonl", json.dumps(row))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jsonl", json.dumps({"headline": "Quay closed", "Body": TEXT, "link": "https://example.org/1", "publish_date": "2024-01-19"})),
        ("a.json", json.dumps([{"name": "Quay closed", "main text": TEXT, "URL": "https://example.org/1", "date": "19 January 2024"}])),
        ("a.csv", f"Title,Content,Url,Published At\nQuay closed,{TEXT},https://example.org/1,2024-01-19T08:00:00Z\n"),
        ("a.tsv", f"title\ttext\turl\tpubDate\nQuay closed\t{TEXT}\thttps://example.org/1\tFri, 19 Jan 2024 08:00:00 GMT\n"),
        ("a.csv", f"title;text;url;date\r\nQuay closed;{TEXT};https://example.org/1;19.01.2024\r\n"),
        ("a.csv", f'\ufefftitle|"text"|url|date\nQuay closed|{TEXT}|https://example.org/1|2024/01/19\n'),
    ],
)
def test_columns_are_recognised_by_well_known_names(tmp_path: Path, name: str, data: str) -> None:
    found = only(tmp_path / name, data)
    assert (found.media, found.text) == ("text", TEXT)
    assert found.stated == Stated("Quay closed", published="2024-01-19", published_from="stated", url="https://example.org/1")


@pytest.mark.parametrize(
    ("row", "field", "expected"),
    [
        ({"source": {"id": 7, "name": "Harbour Weekly"}}, "outlet", "Harbour Weekly"),
        ({"publisher": " Harbour\n Weekly "}, "outlet", "Harbour Weekly"),
        ({"source": "nan"}, "outlet", None),
        ({"authors": ["Sana Mirza", "Olav Lund", "Sana Mirza"]}, "authors", ("Sana Mirza", "Olav Lund")),
        ({"authors": [{"name": "Sana Mirza"}]}, "authors", ("Sana Mirza",)),
        ({"author": "By Sana Mirza and Olav Lund"}, "authors", ("Sana Mirza", "Olav Lund")),
        ({"author": "Sana Mirza, Olav Lund, and Ida Berg"}, "authors", ("Sana Mirza", "Olav Lund", "Ida Berg")),
        ({"author": "Mirza, Sana"}, "authors", ("Mirza, Sana",)),
        ({"author": "Mirza, Sana; Lund, Olav"}, "authors", ("Mirza, Sana", "Lund, Olav")),
        ({"authors": "['Sana Mirza', 'Olav Lund']"}, "authors", ("Sana Mirza", "Olav Lund")),
        ({"authors": "[" * 900}, "authors", ("[" * 900,)),
        ({"authors": "[]"}, "authors", ()),
        ({"authors": 5}, "authors", ()),
        ({"url": "javascript:alert(1)"}, "url", None),
        ({"url": "", "link": "https://example.org"}, "url", "https://example.org"),
        ({"language": "en-GB"}, "language", "en"),
        ({"language": "English"}, "language", None),
        ({"updated_at": "2024-01-20"}, "updated", "2024-01-20"),
        ({"date": "soon"}, "published", None),
        ({"date": "03/04/2024"}, "published", None),
        ({"date": 1705653000}, "published", "2024-01-19"),
        ({"date": {"$date": 1}}, "published", None),
        ({"title": "half a \ud83d character"}, "title", "half a \ufffd character"),
        ({"title": ["a", "list"]}, "title", "a"),
    ],
)
def test_what_a_row_states_is_read_or_left_out(tmp_path: Path, row: dict[str, object], field: str, expected: object) -> None:
    assert getattr(one(tmp_path, {"text": TEXT, **row}).stated, field) == expected


@pytest.mark.parametrize(
    ("row", "media", "text"),
    [
        ({"text": "", "body": TEXT}, "text", TEXT),
        ({"paragraphs": ["One.", "Two."]}, "text", "One.\n\nTwo."),
        ({"html": "<p>One.</p>"}, "html", "<html><body><article><p>One.</p></article></body></html>"),
        ({"content": "<p>One.</p>"}, "html", "<html><body><article><p>One.</p></article></body></html>"),
        ({"html": "<body><p>One.</p></body>"}, "html", "<body><p>One.</p></body>"),
        ({"text": TEXT, "html": "<p>One.</p>"}, "text", TEXT),
        ({"text": "a < b and c > d"}, "text", "a < b and c > d"),
    ],
)
def test_the_text_may_be_a_list_or_a_page(tmp_path: Path, row: dict[str, object], media: str, text: str) -> None:
    found = one(tmp_path, row)
    assert (found.media, found.text) == (media, text)


@pytest.mark.parametrize("content", [f"<p>{TEXT}</p>", f"{TEXT[:25]}<br>{TEXT[25:]}", f"<div>{TEXT}</div>"])
def test_a_piece_of_a_page_is_all_story(tmp_path: Path, content: str) -> None:
    assert clean(one(tmp_path, {"title": "Quay closed", "content": content})).text.split() == TEXT.split()


def article(number: int) -> dict[str, str]:
    return {"title": str(number), "text": TEXT}


@pytest.mark.parametrize(
    ("value", "members"),
    [
        ([article(1), article(2)], ["1", "2"]),
        ({"status": "ok", "articles": [article(1), article(2)]}, ["1", "2"]),
        ({"response": {"total": 1, "results": [article(1)]}}, ["1"]),
        (article(1), [""]),
    ],
)
def test_a_json_file_is_a_list_an_object_with_one_or_an_article(tmp_path: Path, value: object, members: list[str]) -> None:
    found, refused = read(tmp_path / "a.json", json.dumps(value))
    assert ([part.member for part in found], refused) == (members, [])


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.json", "", "the file is empty"),
        ("a.json", "{", "this is not JSON"),
        ("a.json", "[" * 100_000, "nested too deep"),
        ("a.json", "[]", "it holds no rows"),
        ("a.json", "5", "neither an article with a text nor one list"),
        ("a.json", '{"one": [{}], "two": [{}]}', "nor one list of articles; it has one, two"),
        (
            "a.json",
            '[{"when": 1, "what": 2}]',
            r"known to hold the text; it has when, what: name it in a\.json\.columns\.json",
        ),
        ("a.json", b"\x00\x01", "binary"),
        ("a.jsonl", "", "the file is empty"),
        ("a.jsonl", "\n\n", "the file is empty"),
        ("a.jsonl", "no JSON\n", "line 1: this is not JSON"),
        ("a.jsonl", '{"when": 1}\n', "no column is known to hold the text; it has when"),
        ("a.jsonl", b"\x89PNG\x00", "binary"),
        ("a.csv", "", "the file is empty"),
        ("a.csv", "title,text\n", "it holds no rows"),
        ("a.csv", "when,what\n1,2\n", "no column is known to hold the text; it has when, what"),
    ],
)
def test_a_file_without_articles_is_refused(tmp_path: Path, name: str, data: str | bytes, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read(tmp_path / name, data)
    assert str(tmp_path / name) in str(caught.value)


@pytest.mark.parametrize(
    ("name", "bad", "line", "message"),
    [
        ("a.jsonl", b"{no JSON", 3, "this is not JSON"),
        ("a.jsonl", b"[1, 2]", 3, "no object with names and values"),
        ("a.jsonl", b'{"title": "no text"}', 3, "there is no text in it"),
        ("a.jsonl", b'{"text": "caf\xe9"}', 3, "it is not UTF-8"),
        ("a.jsonl", b"[" * 100_000, 3, "nested too deep"),
        ("a.jsonl", b'{"text": "' + b"x" * 3_000_000 + b'"}', 3, "longer than 2,000,000 characters"),
        ("a.csv", b"title,", 4, "there is no text in it"),
        ("a.csv", b"title,text,more", 4, "it has 3 values for 2 columns"),
        ("a.csv", b"title,caf\xe9", 4, "it is not UTF-8"),
    ],
)
def test_a_bad_row_is_refused_with_its_line_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, bad: bytes, line: int, message: str
) -> None:
    monkeypatch.setattr(exports, "MAX_ROW_CHARS", 2_000_000)
    good = json.dumps(article(1)).encode() if name == "a.jsonl" else f'1,"{TEXT}"'.encode()
    # The head, by which the encoding is recognised, ends before the bad row does harm to it.
    head = [] if name == "a.jsonl" else [b"title,text"]
    padding = good + b" " * 300_000
    found, refused = read(tmp_path / name, b"\n".join([*head, good, padding, bad, good]))
    assert len(found) == 3
    assert len(refused) == 1
    assert f"{tmp_path / name}, line {line}: " in refused[0]
    assert message in refused[0]


def test_a_table_with_an_endless_line_is_read_as_far_as_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "MAX_ROW_CHARS", 1_000)
    found, refused = read(tmp_path / "a.csv", f"title,text\n1,{TEXT}\n2,{'x,' * 5_000}\n")
    assert len(found) == 1
    assert refused == [f"{tmp_path / 'a.csv'}, line 3: it is longer than 1,000 characters; the rest was left out"]


def test_a_quotation_mark_that_is_left_open_is_refused_where_it_stands(tmp_path: Path) -> None:
    limit = csv.field_size_limit(10_000)
    try:
        found, refused = read(tmp_path / "a.csv", f'title,text\n1,{TEXT}\n2,"{TEXT}\n' + "3,more\n" * 3_000)
    finally:
        csv.field_size_limit(limit)
    assert found[0].text == TEXT
    assert "a.csv, line 3: it cannot be read (field larger than field limit (10000)); is a quotation mark left open?" in refused[0]


def test_rows_are_named_by_their_lines(tmp_path: Path) -> None:
    found, _ = read(tmp_path / "a.csv", 'title,text\na,"two\nlines"\n\nb,one line\n')
    assert [(part.member, part.text) for part in found] == [("2", "two\nlines"), ("5", "one line")]


def test_a_file_of_bad_rows_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "MAX_BAD_ROWS", 50)
    found, refused = read(tmp_path / "a.jsonl", json.dumps(article(1)) + "\n" + "bad\n" * 1_000 + json.dumps(article(2)))
    assert len(found) == 1
    assert len(refused) == 51
    assert "line 52: more than 50 rows cannot be read; the rest was left out" in refused[-1]


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.json"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_of_an_export_is_recognised(tmp_path: Path, name: str, encoding: str) -> None:
    text = "Le président a déclaré jeudi que l’élection aurait lieu à Zürich, où les députés étaient déjà présents."
    row = json.dumps({"text": text}, ensure_ascii=False)
    data = f'title,text\na,"{text}"\n' if name == "a.csv" else row
    assert only(tmp_path / name, data.encode(encoding)).text == text


def test_a_long_export_is_not_held_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes((json.dumps({"text": TEXT * 50}).encode() + b"\n") * 5_000)
    tracemalloc.start()
    try:
        rows = sum(1 for _ in load(path))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert rows == 5_000
    assert peak < path.stat().st_size / 3


@pytest.mark.parametrize("sidecar", ["a.csv.columns.json", "a.columns.json", "columns.json"])
def test_a_file_beside_an_export_may_name_its_columns(tmp_path: Path, sidecar: str) -> None:
    (tmp_path / sidecar).write_text('{"text": "story text", "published": "Day", "day_first": true}', encoding="utf-8")
    found = only(tmp_path / "a.csv", f"title,text,story text,Day\nQuay closed,no,{TEXT},03/04/2024\n")
    assert (found.text, found.stated.title, found.stated.published) == (TEXT, "Quay closed", "2024-04-03")


def test_columns_of_its_own_come_before_those_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "columns.json").write_text('{"text": "nothing"}', encoding="utf-8")
    (tmp_path / "a.csv.columns.json").write_text('{"text": "story"}', encoding="utf-8")
    assert only(tmp_path / "a.csv", f"story\n{TEXT}\n").text == TEXT


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ('{"text": "storey"}', r"columns\.json: text is to be column 'storey', which .*a\.csv does not have; it has title, story"),
        ('{"txt": "story"}', r"columns\.json: 'txt' is nothing that an article has; it has title, text, .*, day_first"),
        ('{"text": 5}', "the column for text must be a name in quotes"),
        ('{"text": "story", "day_first": "yes"}', "day_first must be true .* or false .*, not 'yes'"),
        ("[]", "it must name columns"),
        ("{text: story}", "this is not JSON"),
        ("[" * 90_000, "this is not JSON"),
        (" " * 200_000, "too many for a list of columns"),
    ],
)
def test_wrong_names_of_columns_are_explained(tmp_path: Path, stated: str, message: str) -> None:
    (tmp_path / "columns.json").write_text(stated, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read(tmp_path / "a.csv", f"title,story\na,{TEXT}\n")


# Anything but halves of characters, which no file holds, and white space and control characters alone, which are no text.
NOTHING = {"nan", "none", "null", "n/a", "-", "[]"}
PRINTED = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(
    lambda text: text.strip() and text.strip().casefold() not in NOTHING and "</" not in text and "<br" not in text
)
ROWS = st.lists(st.tuples(PRINTED, PRINTED), min_size=1, max_size=5)
QUICK = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def same(found: list[RawDocument], rows: list[tuple[str, str]]) -> bool:
    return [(part.stated.title, part.text) for part in found] == [(" ".join(title.split()), text.strip()) for title, text in rows]


@QUICK
@given(ROWS)
def test_what_is_written_as_json_lines_is_read_again(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    data = "\n".join(json.dumps({"title": title, "text": text}) for title, text in rows)
    found, refused = read(tmp_path / "a.jsonl", data)
    assert refused == []
    assert same(found, rows)


@QUICK
@given(ROWS, st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n"]))
def test_what_is_written_as_a_table_is_read_again(tmp_path: Path, rows: list[tuple[str, str]], delimiter: str, end: str) -> None:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, lineterminator=end).writerows([("title", "text"), *rows])
    found, refused = read(tmp_path / "a.csv", file.getvalue())
    assert refused == []
    assert same(found, rows)
