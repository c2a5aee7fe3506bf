"""Files are found, decoded, and refused with a message that names them."""

from pathlib import Path

import pytest

from rag import load as loading
from rag.errors import InputError
from rag.load import find_files, load

FRENCH = "Le président a déclaré jeudi que l’élection aurait lieu à Zürich. Les députés, prévenus très tôt, étaient déjà présents.\n"


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
    raw = next(load(tmp_path / name))
    assert (raw.path, raw.media, raw.text) == (str(tmp_path / name), media, "text")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_is_recognised(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(FRENCH.encode(encoding))
    assert next(load(file)).text == FRENCH


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
    assert next(load(tmp_path / "a.txt")).text == text


def test_latin_1_is_recognised(tmp_path: Path) -> None:
    text = FRENCH.replace("’", "'")
    (tmp_path / "a.txt").write_bytes(text.encode("latin-1"))
    assert next(load(tmp_path / "a.txt")).text == text


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"], ids=["little-endian", "big-endian"])
def test_utf_16_is_read_by_its_mark(tmp_path: Path, mark: bytes) -> None:
    (tmp_path / "a.txt").write_bytes(mark + FRENCH.encode("utf-16-le" if mark == b"\xff\xfe" else "utf-16-be"))
    assert next(load(tmp_path / "a.txt")).text == FRENCH


def test_tabs_and_form_feeds_do_not_make_a_file_binary(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"page\tone\f\r\npage two")
    assert next(load(tmp_path / "a.txt")).text == "page\tone\f\r\npage two"


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("empty.txt", b"", "is empty"),
        ("spaces.txt", b" \t\r\n\n", "is empty"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary"),
        ("wide.txt", "no mark at the start".encode("utf-16-le"), "binary"),
        ("noise.txt", bytes(range(128, 256)) * 3, "no other encoding fits"),
        ("report.pdf", b"%PDF-1.7", r"\.pdf is not a kind that is read; save it as one of \.txt, \.md"),
        ("noending", b"text", "a file without an ending"),
    ],
)
def test_a_file_that_is_no_text_is_refused_by_name(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=message) as caught:
        next(load(tmp_path / name))
    assert str(tmp_path / name) in str(caught.value)


def test_a_folder_named_like_a_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(InputError, match="cannot be read") as caught:
        next(load(tmp_path / "a.txt"))
    assert str(tmp_path / "a.txt") in str(caught.value)


def test_a_file_that_has_gone_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read") as caught:
        next(load(tmp_path / "gone.txt"))
    assert str(tmp_path / "gone.txt") in str(caught.value)


def test_a_file_over_the_limit_is_refused_with_both_sizes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "MAX_FILE_BYTES", 1_000)
    (tmp_path / "fits.txt").write_bytes(b"x" * 1_000)
    (tmp_path / "long.txt").write_bytes(b"x" * 1_001)
    assert len(next(load(tmp_path / "fits.txt")).text) == 1_000
    with pytest.raises(InputError, match=r"long\.txt: 1,001 bytes are over the limit of 1,000"):
        next(load(tmp_path / "long.txt"))
