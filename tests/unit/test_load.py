"""Files are found, decoded, and refused with a message that names them."""

import json
import os
import random
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from files import STORY, docx, gzipped, mail, story_pdf, zipped

from rag import load as loading
from rag.errors import InputError
from rag.load import KINDS, count, find_files, load, passed_over
from rag.records import RawDocument, Refusal

FRENCH = "Le président a déclaré jeudi que l’élection aurait lieu à Zürich. Les députés, prévenus très tôt, étaient déjà présents.\n"


def only(path: Path) -> RawDocument:
    """Read a file that holds one article and nothing else."""
    (found,) = load(path)
    assert isinstance(found, RawDocument)
    return found


def write(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("text", encoding="utf-8")


def test_a_folder_is_searched_in_depth_and_listed_in_order(tmp_path: Path) -> None:
    write(tmp_path, "b.md", "a.txt", "deep/er/c.html", "d.HTM")
    assert find_files([tmp_path]) == sorted(tmp_path / name for name in ("b.md", "a.txt", "deep/er/c.html", "d.HTM"))


@pytest.mark.parametrize("name", [".hidden.txt", ".git/a.txt", "photo.jpg", "README.md", "SOURCES.md", "LICENSE.txt", "CHANGELOG.md"])
def test_what_is_no_article_is_left_out_of_a_folder(tmp_path: Path, name: str) -> None:
    write(tmp_path, "article.txt", name)
    assert find_files([tmp_path]) == [tmp_path / "article.txt"]


def test_what_is_passed_over_in_a_folder_is_counted_by_its_ending(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "b.JPG", "deep/c.jpg", "d.xls", "notes", ".hidden.jpg", ".git/e.jpg", "README.md", "columns.json")
    ((folder, said),) = passed_over([tmp_path, tmp_path / "b.JPG"])
    assert folder == str(tmp_path)
    assert said.endswith("2 .jpg, 1 .xls (open it in a spreadsheet and save it as .csv), 1 without an ending")


def test_nothing_is_said_of_a_folder_in_which_all_is_read(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "deep/b.md", ".hidden.jpg", "SOURCES.md")
    assert passed_over([tmp_path]) == []


def test_a_folder_inside_a_hidden_one_can_be_named(tmp_path: Path) -> None:
    write(tmp_path, ".cache/articles/a.txt")
    assert find_files([tmp_path / ".cache" / "articles"]) == [tmp_path / ".cache" / "articles" / "a.txt"]


def test_a_file_that_is_named_is_listed_whatever_it_is(tmp_path: Path) -> None:
    write(tmp_path, "photo.jpg", "README.md")
    named = [tmp_path / "photo.jpg", tmp_path / "README.md"]
    assert find_files(named) == named


def test_a_file_is_listed_once(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    assert find_files([tmp_path / "a.txt", tmp_path, tmp_path]) == [tmp_path / "a.txt"]


def test_a_folder_with_an_article_ending_is_no_article(tmp_path: Path) -> None:
    write(tmp_path, "folder.txt/a.txt")
    assert find_files([tmp_path]) == [tmp_path / "folder.txt" / "a.txt"]


def test_a_path_that_does_not_exist_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere"
    with pytest.raises(InputError, match="does not exist") as caught:
        find_files([missing])
    assert str(missing) in str(caught.value)


@pytest.mark.parametrize(
    ("name", "media"),
    [("a.txt", "text"), ("a.md", "markdown"), ("a.markdown", "markdown"), ("a.html", "html"), ("a.htm", "html"), ("A.TXT", "text")],
)
def test_the_ending_says_what_kind_of_document_it_is(tmp_path: Path, name: str, media: str) -> None:
    write(tmp_path, name)
    assert only(tmp_path / name) == RawDocument(str(tmp_path / name), media, "text")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_is_recognised(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(FRENCH.encode(encoding))
    assert only(file).text == FRENCH


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("The mayor’s office said “nobody” was hurt.", "cp1252"),
        ("El señor presidente declaró el jueves que la elección sería en Córdoba; los diputados ya estaban allí.", "cp1252"),
        ("Prezydent powiedział w czwartek, że wybory odbędą się w Łodzi. Posłowie, uprzedzeni wcześnie, byli już obecni.", "cp1250"),
        ("Президент заявил в четверг, что выборы состоятся в Киеве. Депутаты уже присутствовали.", "cp1251"),
    ],
    ids=["English", "Spanish", "Polish", "Russian"],
)
def test_older_encodings_of_other_languages_are_recognised(tmp_path: Path, text: str, encoding: str) -> None:
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    assert only(tmp_path / "a.txt").text == text


def test_latin_1_is_recognised(tmp_path: Path) -> None:
    text = FRENCH.replace("’", "'")
    (tmp_path / "a.txt").write_bytes(text.encode("latin-1"))
    assert only(tmp_path / "a.txt").text == text


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"], ids=["little-endian", "big-endian"])
def test_utf_16_is_read_by_its_mark(tmp_path: Path, mark: bytes) -> None:
    (tmp_path / "a.txt").write_bytes(mark + FRENCH.encode("utf-16-le" if mark == b"\xff\xfe" else "utf-16-be"))
    assert only(tmp_path / "a.txt").text == FRENCH


def test_tabs_and_form_feeds_do_not_make_a_file_binary(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"page\tone\f\r\npage two")
    assert only(tmp_path / "a.txt").text == "page\tone\f\r\npage two"


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("empty.txt", b"", "is empty"),
        ("spaces.txt", b" \t\r\n\n", "is empty"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary"),
        ("wide.txt", "no mark at the start".encode("utf-16-le"), "binary"),
        ("noise.txt", bytes(range(128, 256)) * 3, "no other encoding fits"),
        ("report.doc", b"text", r"\.doc is not a kind that is read; open it in a word processor and save it as \.docx \(\.txt, \.md"),
        ("table.XLSX", b"PK", r"save it as \.csv"),
        ("story.md.gz", b"text", r"\.gz is not a kind"),
        ("photo.jpg", b"text", r"save it as one that is \(.*\.html, .*\.pdf, .*\.zip, \.txt\.gz, .*\.json\.gz"),
        ("noending", b"text", "a file without an ending"),
    ],
)
def test_a_file_that_is_no_text_is_refused_by_name(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=message) as caught:
        list(load(tmp_path / name))
    assert str(tmp_path / name) in str(caught.value)


def test_a_folder_named_like_a_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(InputError, match="cannot be read") as caught:
        list(load(tmp_path / "a.txt"))
    assert str(tmp_path / "a.txt") in str(caught.value)


def test_a_file_that_has_gone_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read") as caught:
        list(load(tmp_path / "gone.txt"))
    assert str(tmp_path / "gone.txt") in str(caught.value)


def test_a_file_over_the_limit_is_refused_with_both_sizes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "MAX_FILE_BYTES", 1_000)
    monkeypatch.setitem(KINDS, ".txt", replace(KINDS[".txt"], max_bytes=1_000))
    (tmp_path / "fits.txt").write_bytes(b"x" * 1_000)
    (tmp_path / "long.txt").write_bytes(b"x" * 1_001)
    assert len(only(tmp_path / "fits.txt").text) == 1_000
    with pytest.raises(InputError, match=r"long\.txt: 1,001 bytes are over the limit of 1,000 for one article"):
        list(load(tmp_path / "long.txt"))


@pytest.mark.parametrize(
    ("name", "size", "limit"),
    [("a.jsonl", 1_000_000_001, "1,000,000,000"), ("a.zip", 1_000_000_001, "1,000,000,000"), ("a.json", 100_000_001, "100,000,000")],
)
def test_a_large_export_is_refused_before_it_is_opened(tmp_path: Path, name: str, size: int, limit: str) -> None:
    with (tmp_path / name).open("wb") as file:
        file.truncate(size)
    with pytest.raises(InputError, match=rf"{size:,} bytes are over the limit of {limit}; split it up"):
        list(load(tmp_path / name))


@pytest.mark.parametrize("name", ["pipe.txt", "loop.txt", "gone.txt"])
def test_what_is_no_file_in_a_folder_is_never_opened(tmp_path: Path, name: str) -> None:
    write(tmp_path, "article.txt")
    if name == "pipe.txt":
        os.mkfifo(tmp_path / name)
    else:
        (tmp_path / name).symlink_to(tmp_path / ("loop.txt" if name == "loop.txt" else "nowhere"))
    (tmp_path / "folder").symlink_to(tmp_path, target_is_directory=True)
    assert find_files([tmp_path]) == [tmp_path / "article.txt"]


@pytest.mark.parametrize(("name", "message"), [("pipe.txt", "a pipe or device"), ("zero.txt", "a pipe or device")])
def test_a_pipe_or_device_that_is_named_is_refused_at_once(tmp_path: Path, name: str, message: str) -> None:
    if name == "pipe.txt":
        os.mkfifo(tmp_path / name)
    else:
        (tmp_path / name).symlink_to("/dev/zero")
    with pytest.raises(InputError, match=message):
        list(load(tmp_path / name))
    assert count(tmp_path / name) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may read everything")
def test_a_file_that_may_not_be_read_is_refused_by_name(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    (tmp_path / "a.txt").chmod(0)
    with pytest.raises(InputError, match=r"a\.txt: cannot be read \(Permission denied\)"):
        list(load(tmp_path / "a.txt"))


def test_a_name_that_no_store_can_hold_is_refused(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    path.write_text("text", encoding="utf-8")
    with pytest.raises(InputError, match=r"caf\\udce9\.txt': the name of the file is not UTF-8"):
        list(load(path))


def page(declaration: str, text: str) -> str:
    return f"<html><head>{declaration}</head><body><p>{text}</p></body></html>"


RUSSIAN, JAPANESE = "Мэр закрыл мост.", "市長は橋を閉鎖した。"


@pytest.mark.parametrize(
    ("html", "encoding"),
    [
        (page('<meta charset="koi8-r">', RUSSIAN), "koi8-r"),
        (page("<META http-equiv=Content-Type content='text/html; charset=Shift_JIS'>", JAPANESE), "cp932"),
        (page('<meta charset="iso-2022-jp">', JAPANESE), "iso2022_jp"),
        (page("<meta charset=ISO-8859-1>", "It cost 5 € – “too much”."), "cp1252"),
        ('<?xml version="1.0" encoding="windows-1251"?>' + page("", RUSSIAN), "cp1251"),
        (page('<meta charset="koi8-r">', RUSSIAN), "utf-8"),
        (page('<meta charset="no-such-thing">', FRENCH), "cp1252"),
        (page('<meta charset="punycode">', FRENCH), "cp1252"),
        (page('<meta charset="utf-8">', FRENCH), "cp1252"),
    ],
)
def test_a_page_is_read_in_the_encoding_it_states_unless_that_does_not_fit(tmp_path: Path, html: str, encoding: str) -> None:
    (tmp_path / "a.html").write_bytes(html.encode(encoding))
    assert only(tmp_path / "a.html").text == html


EXAMPLES: dict[str, bytes] = {
    ".txt": "\n\n".join(STORY).encode(),
    ".md": b"# Quay closed\n\n" + STORY[0].encode(),
    ".html": page("<meta charset=utf-8>", STORY[0]).encode(),
    ".pdf": story_pdf("Quay closed", "Sana Mirza"),
    ".docx": docx(title="Quay closed"),
    ".eml": mail(html=page("", STORY[0])).as_bytes(),
    ".mbox": b"".join(b"From x\n" + mail().as_bytes() + b"\n" for _ in range(3)),
    ".json": json.dumps([{"title": "a", "text": STORY[0], "date": "2024-01-19"}, {"title": "b", "text": STORY[1]}]).encode(),
    ".jsonl": b"".join(json.dumps({"title": str(n), "text": STORY[0]}).encode() + b"\n" for n in range(4)),
    ".csv": f'title,text,date\na,"{STORY[0]}",2024-01-19\nb,"{STORY[1]}",19 Jan 2024\n'.encode(),
}
EXAMPLES[".zip"] = zipped({f"story{suffix}": data for suffix, data in EXAMPLES.items()})
EXAMPLES |= {f"{suffix}.gz": gzipped(EXAMPLES[suffix]) for suffix in (".html", ".jsonl")}


@pytest.mark.parametrize(
    ("suffix", "articles"),
    [
        (".txt", 1),
        (".pdf", 1),
        (".docx", 1),
        (".eml", 1),
        (".mbox", 3),
        (".json", 2),
        (".jsonl", 4),
        (".csv", 2),
        (".html.gz", 1),
        (".jsonl.gz", 4),
    ],
)
def test_every_kind_is_found_counted_and_read(tmp_path: Path, suffix: str, articles: int) -> None:
    path = tmp_path / f"Story{suffix.upper()}"
    path.write_bytes(EXAMPLES[suffix])
    assert find_files([tmp_path]) == [path]
    found = list(load(path))
    assert [type(part) for part in found] == [RawDocument] * articles
    assert len({part.member for part in found}) == articles
    assert count(path) == articles


def test_columns_named_for_a_folder_are_no_article(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "columns.json", "a.csv.columns.json")
    assert find_files([tmp_path]) == [tmp_path / "a.csv"]


def test_a_large_file_is_counted_from_its_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "HEAD_BYTES", 10_000)
    line = json.dumps({"title": "Quay closed", "text": STORY[0]}).encode() + b"\n"
    (tmp_path / "a.jsonl").write_bytes(line * 5_000)
    assert 4_500 < count(tmp_path / "a.jsonl") < 5_500


@pytest.mark.parametrize("suffix", [".zip", ".jsonl.gz", ".csv", ".txt", ".unknown"])
def test_counting_never_fails(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    assert count(path) == 1
    path.write_bytes(b"\x00\x01")
    assert count(path) == 1


def _flipped(data: bytearray, at: int, chance: random.Random) -> bytearray:
    data[at] ^= 1 << chance.randrange(8)
    return data


def _inserted(data: bytearray, at: int, chance: random.Random) -> bytearray:
    return data[:at] + chance.randbytes(chance.randint(1, 40)) + data[at:]


def _deleted(data: bytearray, at: int, chance: random.Random) -> bytearray:
    return data[:at] + data[at + chance.randint(1, 40) :]


def _repeated(data: bytearray, at: int, chance: random.Random) -> bytearray:
    return data[:at] + data[at : at + 30] * chance.randint(2, 200) + data[at:]


def _cut(data: bytearray, at: int, chance: random.Random) -> bytearray:
    return data[:at]


MUTATIONS: tuple[Callable[[bytearray, int, random.Random], bytearray], ...] = (_flipped, _flipped, _inserted, _deleted, _repeated, _cut)


@pytest.mark.parametrize("suffix", EXAMPLES)
def test_a_damaged_file_raises_nothing_but_an_input_error_and_soon_ends(tmp_path: Path, suffix: str) -> None:
    chance = random.Random(f"damage {suffix}")
    path = tmp_path / f"story{suffix}"
    for number in range(int(os.environ.get("CLIPPINGS_FUZZ", "40"))):
        data = bytearray(EXAMPLES[suffix])
        for _ in range(chance.randint(1, 4)):
            data = chance.choice(MUTATIONS)(data, chance.randrange(len(data) or 1), chance) if data else data
        path.write_bytes(data)
        begun = time.perf_counter()
        try:
            found = list(load(path))
        except InputError as error:
            assert str(path) in str(error), number
        else:
            for part in found:
                reason = part.reason if isinstance(part, Refusal) else part.text + str(part.stated)
                assert reason.encode(), number
        assert count(path) >= 1, number
        assert time.perf_counter() - begun < 5, number
