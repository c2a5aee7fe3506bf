"""Archives are read in memory, within bounds, and no name in them reaches beyond them."""

import io
import stat
import zipfile
from pathlib import Path

import pytest
from files import STORY, docx, gzipped, mail, zipped

from rag.errors import InputError
from rag.formats import archives
from rag.load import count, load
from rag.records import RawDocument, Refusal

TEXT = STORY[0].encode()


def read(path: Path, data: bytes) -> tuple[dict[str, str], list[str]]:
    """Write a file and load it: the texts by member, and the reasons of the refusals."""
    path.write_bytes(data)
    found = list(load(path))
    texts = {part.member: part.text for part in found if isinstance(part, RawDocument)}
    return texts, [part.reason for part in found if isinstance(part, Refusal)]


def test_members_of_all_kinds_are_read_in_the_order_of_the_archive(tmp_path: Path) -> None:
    rows = b'{"text": "First row."}\n{"text": "Second row."}\n'
    members = {"b/story.txt": TEXT, "rows.jsonl": rows, "packed.txt.gz": gzipped(TEXT), "a.docx": docx(), "m.eml": mail().as_bytes()}
    texts, refused = read(tmp_path / "a.zip", zipped(members))
    assert list(texts) == ["b/story.txt", "rows.jsonl#1", "rows.jsonl#2", "packed.txt.gz", "a.docx", "m.eml"]
    assert texts["rows.jsonl#2"] == "Second row."
    assert refused == []
    assert count(tmp_path / "a.zip") == 5


def test_a_member_is_named_with_its_archive(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"b.txt": TEXT}))
    (found,) = load(tmp_path / "a.zip")
    assert isinstance(found, RawDocument)
    assert (found.path, found.name) == (str(tmp_path / "a.zip"), f"{tmp_path / 'a.zip'}#b.txt")


@pytest.mark.parametrize(
    "name", [".hidden.txt", "__MACOSX/story.txt", "__MACOSX/._story.txt", "photo.jpg", "README.md", "columns.json", "noending"]
)
def test_what_is_no_article_in_an_archive_is_passed_over(tmp_path: Path, name: str) -> None:
    texts, refused = read(tmp_path / "a.zip", zipped({name: TEXT, "story.txt": TEXT}))
    assert (list(texts), refused) == (["story.txt"], [])


@pytest.mark.parametrize(
    "name", ["../out.txt", "a/../../out.txt", "/etc/out.txt", "C:/out.txt", "c:out.txt", "..\\out.txt", "\\\\server\\out.txt"]
)
def test_a_name_that_points_outside_is_refused(tmp_path: Path, name: str) -> None:
    texts, refused = read(tmp_path / "a.zip", zipped({name: TEXT, "story.txt": TEXT}))
    assert list(texts) == ["story.txt"]
    assert refused == [f"{tmp_path / 'a.zip'}#{name}: its name points outside of the archive; it was not read"]
    assert [file.name for file in tmp_path.iterdir()] == ["a.zip"]


def test_a_link_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("story.txt", TEXT)
    found = list(load(tmp_path / "a.zip"))
    assert isinstance(found[0], Refusal)
    assert "link.txt: it is a link" in found[0].reason
    assert isinstance(found[1], RawDocument)


def test_an_encrypted_member_is_refused_and_the_others_are_read(tmp_path: Path) -> None:
    data = bytearray(zipped({"secret.txt": TEXT, "story.txt": TEXT}))
    # The first bit of the flags, in the local header and in the directory, says that the member is encrypted.
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    texts, refused = read(tmp_path / "a.zip", bytes(data))
    assert list(texts) == ["story.txt"]
    assert len(refused) == 1
    assert "secret.txt: it is encrypted" in refused[0]


def test_an_archive_in_an_archive_is_refused(tmp_path: Path) -> None:
    texts, refused = read(tmp_path / "a.zip", zipped({"inner.zip": zipped({"b.txt": TEXT}), "story.txt": TEXT}))
    assert list(texts) == ["story.txt"]
    assert len(refused) == 1
    assert "inner.zip: a file so deep inside others is not opened" in refused[0]


def test_the_second_member_of_a_name_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("story.txt", "first")
        archive.writestr("story.txt", "second")
    first, second = load(tmp_path / "a.zip")
    assert isinstance(first, RawDocument)
    assert first.text == "first"
    assert isinstance(second, Refusal)
    assert "same name" in second.reason


def test_a_damaged_member_is_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    data = bytearray(zipped({"bad.txt": TEXT, "story.txt": TEXT}))
    data[30 + len("bad.txt") + 5] ^= 0xFF
    texts, refused = read(tmp_path / "a.zip", bytes(data))
    assert list(texts) == ["story.txt"]
    assert len(refused) == 1
    assert "bad.txt: the compressed data is damaged" in refused[0]


def test_a_zip_bomb_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"zeros.txt": bytes(21_000_000)}))
    with pytest.raises(InputError, match=r"a\.zip: its [\d,]+ bytes expand to 21,000,000, as a zip bomb does"):
        list(load(tmp_path / "a.zip"))


def test_a_bomb_inside_a_word_document_is_not_opened(tmp_path: Path) -> None:
    file = io.BytesIO(docx())
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/image1.bin", bytes(21_000_000))
    (tmp_path / "a.docx").write_bytes(file.getvalue())
    with pytest.raises(InputError, match=r"a\.docx: .*zip bomb"):
        list(load(tmp_path / "a.docx"))


def test_an_archive_that_expands_beyond_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_STREAM_BYTES", 100)
    (tmp_path / "a.zip").write_bytes(zipped({"a.txt": TEXT, "b.txt": TEXT}))
    with pytest.raises(InputError, match=rf"it expands to {2 * len(TEXT)} bytes, over the limit of 100"):
        list(load(tmp_path / "a.zip"))


def test_an_archive_of_too_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 2)
    (tmp_path / "a.zip").write_bytes(zipped({f"{number}.txt": TEXT for number in range(3)}))
    with pytest.raises(InputError, match="3 files are in it, over the limit of 2"):
        list(load(tmp_path / "a.zip"))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 and no more", zipped({"a.txt": TEXT})[:-30]])
def test_a_damaged_archive_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(InputError, match=r"a\.zip: it is damaged or not what its name says"):
        list(load(tmp_path / "a.zip"))


def test_a_gzip_bomb_is_read_no_further_than_the_limit(tmp_path: Path) -> None:
    (tmp_path / "a.txt.gz").write_bytes(gzipped(b"a" * 21_000_000))
    with pytest.raises(InputError, match=r"a\.txt\.gz: it expands to more than 20,000,000 bytes"):
        list(load(tmp_path / "a.txt.gz"))


def test_an_export_that_packs_like_a_bomb_is_read_no_further_whatever_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_FILE_BYTES", 1_000_000)
    monkeypatch.setattr(archives, "MAX_RATIO", 2)
    texts, refused = read(tmp_path / "a.jsonl.gz", gzipped(b'{"text": "The quay is closed."}\n' * 50_000))
    assert 10_000 < len(texts) < 50_000
    assert len(refused) == 1
    assert "expands to more than 1,000,000 bytes" in refused[0]


@pytest.mark.parametrize(
    "data", [b"", b"no gzip", gzipped(TEXT)[:-12], gzipped(TEXT)[:12] + b"\xff" * 20], ids=["empty", "text", "cut", "garbled"]
)
def test_a_damaged_gzip_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.txt.gz").write_bytes(data)
    with pytest.raises(InputError, match=r"a\.txt\.gz: (the compressed data is damaged|the file is empty)"):
        list(load(tmp_path / "a.txt.gz"))


def test_what_came_before_the_damage_of_an_export_is_read(tmp_path: Path) -> None:
    rows = b"".join(b'{"text": "Row %d of many."}\n' % number for number in range(20_000))
    texts, refused = read(tmp_path / "a.jsonl.gz", gzipped(rows)[:-2_000])
    assert 1_000 < len(texts) < 20_000
    assert len(refused) == 1
    assert "the compressed data is damaged" in refused[0]
