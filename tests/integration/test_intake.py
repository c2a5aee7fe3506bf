"""What a sync makes of files that hold several articles, of pages from elsewhere, and of a disk that is full."""

import csv
import gzip
import json
import resource
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from builders import HashingEncoder
from homes import ROOT

from rag.index import Index
from rag.library import Library, stamp_of
from rag.store import Store


class Home:
    """A home with its parts, and short ways to look at it."""

    def __init__(self, folder: Path) -> None:
        encoder = HashingEncoder()
        self.store = Store(folder / "clippings.db")
        self.index = Index(folder / "chroma", None, stamp_of(encoder))
        self.library = Library(folder, self.store, self.index, encoder)

    def titles(self) -> list[str]:
        return sorted(row.info.title for row in self.store.listing())

    def close(self) -> None:
        self.index.close()
        self.store.close()


@pytest.fixture
def home(tmp_path):
    home = Home(tmp_path / "home")
    yield home
    home.close()


def row(town: str, text: str | None = None, url: str | None = None) -> dict[str, str]:
    about = {"title": f"News from {town}", "text": text or f"The harbour of {town} was closed on Monday. Nobody in {town} knows why."}
    return about | ({"url": f"https://news.example/{url}"} if url else {})


def write_rows(file: Path, *rows: dict[str, str] | str) -> Path:
    file.write_text("".join(f"{each if isinstance(each, str) else json.dumps(each)}\n" for each in rows), encoding="utf-8")
    return file


# Exports


@pytest.mark.parametrize("addresses", [True, False], ids=["rows with addresses", "rows without"])
def test_rows_that_are_put_before_others_leave_those_as_they_are(home, tmp_path, addresses):
    rows = [row(town, url=town if addresses else None) for town in ("Derna", "Gwadar", "Tokyo")]
    file = write_rows(tmp_path / "export.jsonl", *rows)
    assert len(home.library.sync([file]).added) == 3
    write_rows(file, row("Bath", url="Bath" if addresses else None), *rows)
    report = home.library.sync([file])
    assert (len(report.added), report.updated, report.unchanged, report.skipped) == (1, (), 3, ())
    assert home.titles() == [f"News from {town}" for town in ("Bath", "Derna", "Gwadar", "Tokyo")]
    assert home.library.sync([file]).unchanged == 4
    assert home.library.check() == []


def test_a_row_that_changes_under_its_address_replaces_its_article(home, tmp_path):
    file = write_rows(tmp_path / "export.jsonl", row("Derna", url="a"), row("Tokyo", url="b"))
    home.library.sync([file])
    write_rows(file, row("Derna", "The harbour of Derna is open again, its master says.", url="a"), row("Tokyo", url="b"))
    report = home.library.sync([file])
    assert [Path(name).name for name in report.updated] == ["a"]
    (current,) = (each.info.id for each in home.store.listing() if each.info.title == "News from Derna")
    assert len(home.store.versions(current)) == 1


def test_two_rows_with_one_address_are_two_articles(home, tmp_path):
    file = write_rows(tmp_path / "export.jsonl", row("Derna", url="a"), row("Tokyo", url="a"))
    for _ in range(2):
        home.library.sync([file])
        file.touch()
        assert home.titles() == ["News from Derna", "News from Tokyo"]


def test_a_bad_row_is_named_by_its_line_and_told_again_until_it_is_mended(home, tmp_path):
    file = write_rows(tmp_path / "export.jsonl", row("Derna"), "{not json", row("Tokyo"), {"title": "Empty", "text": "Too short."})
    for _ in range(2):
        reasons = [reason for _, reason in home.library.sync([file]).skipped]
        assert len(reasons) == 2
        assert any("line 2" in reason or "#2" in reason for reason in reasons)
        assert all("export.jsonl" in reason for reason in reasons)
        assert home.titles() == ["News from Derna", "News from Tokyo"]
    write_rows(file, row("Derna"), row("Gwadar"), row("Tokyo"))
    assert home.library.sync([file]).skipped == ()
    assert home.titles() == ["News from Derna", "News from Gwadar", "News from Tokyo"]


def test_a_removed_row_stays_away_until_its_file_is_named(home, tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    file = write_rows(folder / "export.jsonl", row("Derna"), row("Tokyo"))
    home.library.sync([folder])
    home.library.remove([next(each.info.id for each in home.store.listing() if "Derna" in each.info.title)])
    file.touch()
    home.library.sync([folder])
    assert home.titles() == ["News from Tokyo"]
    home.library.sync([file])
    assert home.titles() == ["News from Derna", "News from Tokyo"]


def test_many_rows_are_indexed_in_batches_with_progress(home, tmp_path):
    file = tmp_path / "export.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, ["title", "text"])
        writer.writeheader()
        writer.writerows(row(f"town{number:02}") for number in range(40))
    told: list[tuple[int, int]] = []
    report = home.library.sync([file], lambda done, total: told.append((done, total)))
    assert len(report.added) == home.store.count() == 40
    assert told == sorted(told)
    assert told[-1] == (40, 40)
    assert (20, 40) in told


def test_the_same_article_in_an_archive_and_beside_it_is_one(home, tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    story = "The harbour of Derna was closed on Monday. Nobody in Derna knows why."
    (folder / "a.txt").write_text(story, encoding="utf-8")
    with zipfile.ZipFile(folder / "b.zip", "w") as archive:
        archive.writestr("inside/a.txt", story)
        archive.writestr("rows.jsonl", json.dumps(row("Tokyo")))
        archive.writestr("../evil.txt", story)
    with gzip.open(folder / "c.html.gz", "wt", encoding="utf-8") as page:
        page.write(f"<html><head><title>Gwadar</title></head><body><article><p>{row('Gwadar')['text']}</p></article></body></html>")
    report = home.library.sync([folder])
    assert len(report.added) == 3
    assert any("same text" in reason for _, reason in report.skipped)
    assert any("evil.txt" in reason for _, reason in report.skipped)
    assert sorted(each.copies for each in home.store.listing()) == [0, 0, 1]


# Dates


@pytest.mark.parametrize(("day", "said"), [("2199-01-01", "in the future"), ("1500-01-01", "before there were newspapers")])
def test_a_date_that_cannot_be_is_left_out_with_a_remark(home, tmp_path, day, said):
    (tmp_path / "a.md").write_text(f"---\npublished: {day}\n---\n\nThe harbour of Derna was closed on Monday.\n", encoding="utf-8")
    ((name, remark),) = home.library.sync([tmp_path / "a.md"]).remarks
    assert Path(name).name == "a.md"
    assert day in remark
    assert said in remark
    assert home.store.listing()[0].info.published is None


# A page that was pasted as text

PASTED = """Friday, January 19, 2024

Home
World
Sports
Sign in

HomeWorld NewsHarbour of Gwadar closed after storm
Harbour of Gwadar closed after storm
Harbour of Gwadar closed after storm
By Agencies -
January 18, 2024
Share
Facebook
Twitter

GWADAR: The harbour of Gwadar was closed on Thursday after a storm had torn two ships from their moorings.

"We have never seen such waves," the harbour master, Amina Baloch, told reporters. Nobody was hurt.

It is to open again on Saturday.

Sources By Agencies
Related articles
Fishermen count their losses
LEAVE A REPLY Cancel reply
Please enter your comment!
Please enter your name here
Stay Connected
1,234 Fans Like
Latest posts
Cricket: a draw on the last day
"""


def test_a_pasted_page_becomes_its_story(home, tmp_path):
    (tmp_path / "pasted.txt").write_text(PASTED, encoding="utf-8")
    home.library.sync([tmp_path / "pasted.txt"])
    (listed,) = home.store.listing()
    article = home.store.article(listed.info.id)
    assert article.info.title == "Harbour of Gwadar closed after storm"
    assert (article.info.published, article.info.published_from) == ("2024-01-18", "text")
    assert article.text.split("\n\n") == [
        "GWADAR: The harbour of Gwadar was closed on Thursday after a storm had torn two ships from their moorings.",
        '"We have never seen such waves," the harbour master, Amina Baloch, told reporters. Nobody was hurt.',
        "It is to open again on Saturday.",
    ]


# The web


def test_a_private_address_is_skipped_and_the_files_beside_it_are_taken(home, tmp_path):
    file = write_rows(tmp_path / "export.jsonl", row("Derna"))
    report = home.library.sync([file], urls=["http://127.0.0.1:8080/admin"])
    ((name, reason),) = report.skipped
    assert name == "http://127.0.0.1:8080/admin"
    assert "127.0.0.1" in reason
    assert home.titles() == ["News from Derna"]


# A disk that is full

LIMITED = """
import resource, sys
from pathlib import Path
import py3langid
from test_intake import Home
from rag.errors import ClippingsError
py3langid.classify("it writes its model to a file when it is first used")
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    Home(Path(sys.argv[1])).library.sync([Path(sys.argv[2])])
except ClippingsError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="this system does not limit the size of files")
@pytest.mark.parametrize("limit", [400_000, 900_000])
def test_a_full_disk_is_told_and_nothing_is_lost(tmp_path, limit):
    rows = [row(f"town{number:03}", " ".join(f"Pier {each} of town{number:03} is closed." for each in range(60))) for number in range(60)]
    file = write_rows(tmp_path / "export.jsonl", *rows)
    command = [sys.executable, "-c", LIMITED, str(tmp_path / "home"), str(file), str(limit)]
    path = f"{ROOT}:{ROOT / 'tests'}:{ROOT / 'tests' / 'integration'}"
    done = subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": path, "PATH": ""}, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(("StorageError", "ClippingsError", "InputError")), done.stdout
    assert "home" in done.stdout
    home = Home(tmp_path / "home")
    if home.library.check():
        home.library.rebuild()
    home.library.sync([file])
    assert len(home.titles()) == 60
    assert home.library.check() == []
    home.close()
