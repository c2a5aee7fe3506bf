"""The story comes out of PDFs and Word documents as paragraphs, with what their properties state."""

from pathlib import Path

import pypdf
import pytest
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls
from files import STORY, column, docx, pdf, saved, story_pdf, zipped

from rag.errors import InputError
from rag.formats import pdf as reading
from rag.formats.documents import real_names, real_title
from rag.load import load
from rag.records import RawDocument, Refusal, Stated


def read(path: Path, data: bytes) -> RawDocument:
    path.write_bytes(data)
    (found,) = load(path)
    assert isinstance(found, RawDocument)
    return found


def paragraphs(path: Path, data: bytes) -> list[str]:
    return read(path, data).text.split("\n\n")


LINES = (
    "The harbour board closed the eastern quay on Monday after a",
    "crack was found in its wall, and the ferries now leave from the",
    "fish market. Nobody was hurt, the board said in its statement.",
)
SHORT = "Repairs will take six weeks."


def test_lines_that_the_layout_broke_are_joined(tmp_path: Path) -> None:
    found = read(tmp_path / "a.pdf", pdf([column(LINES)]))
    assert (found.media, found.text) == ("text", " ".join(LINES))


@pytest.mark.parametrize(
    "page",
    [
        [*column(LINES), *column(LINES, top=650)],
        [*column(LINES), *column(LINES[:1], x=70, top=664), *column(LINES[1:], top=652)],
        [*column([*LINES, SHORT]), *column(LINES, top=652)],
    ],
    ids=["gap", "indent", "short last line"],
)
def test_a_paragraph_begins_after_a_gap_an_indent_or_a_short_line(tmp_path: Path, page: list[tuple[float, float, float, str]]) -> None:
    found = paragraphs(tmp_path / "a.pdf", pdf([page]))
    assert found in ([" ".join(LINES)] * 2, [" ".join([*LINES, SHORT]), " ".join(LINES)])


def test_a_headline_in_larger_type_stands_by_itself(tmp_path: Path) -> None:
    page = [*column(["Quay closed after a crack", "is found in its wall"], top=740, size=18, step=21), *column(LINES)]
    assert paragraphs(tmp_path / "a.pdf", pdf([page])) == ["Quay closed after a crack is found in its wall", " ".join(LINES)]


def test_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = [line[:30].rsplit(" ", 1)[0] for line in LINES]
    page = [*column([*left, "and the", "left column goes on"], x=40), *column(["into the right one", "without a break."], x=330)]
    assert paragraphs(tmp_path / "a.pdf", pdf([page])) == [
        " ".join([*left, "and the left column goes on into the right one without a break."])
    ]


def test_a_paragraph_goes_on_over_a_page(tmp_path: Path) -> None:
    pages = [column(LINES[:2], top=100), column(LINES[2:])]
    assert paragraphs(tmp_path / "a.pdf", pdf(pages)) == [" ".join(LINES)]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["The council and its govern-", "ment agreed."], "The council and its government agreed."),
        (["A well-known pilot met a well-", "known engineer."], "A well-known pilot met a well-known engineer."),
        (["The ferries of the Anglo-", "Norwegian line were late."], "The ferries of the Anglo- Norwegian line were late."),
        (["It is a 12-", "page plan."], "It is a 12-page plan."),
        (["They met - or did not -", "again later."], "They met - or did not - again later."),
    ],
)
def test_a_word_that_a_line_end_parted_is_made_whole(tmp_path: Path, lines: list[str], expected: str) -> None:
    assert paragraphs(tmp_path / "a.pdf", pdf([column(lines)])) == [expected]


def test_what_repeats_at_the_edges_of_pages_is_left_out(tmp_path: Path) -> None:
    texts = ["The first page is about the quay.", "The second page is about the ferry.", "The third page is about the money."]
    pages = [
        [(60, 780, 8, f"Harbour Weekly, number {number}"), *column([text]), (300, 20, 8, str(number))]
        for number, text in enumerate(texts, 1)
    ]
    assert paragraphs(tmp_path / "a.pdf", pdf(pages)) == texts


def test_what_repeats_within_pages_is_kept(tmp_path: Path) -> None:
    page = column(["One.", "Two.", "Three.", "The board declined to comment.", "Five.", "Six.", "Seven."], step=40)
    assert read(tmp_path / "a.pdf", pdf([page, page])).text.count("declined to comment") == 2


def test_what_a_browser_prints_around_a_page_is_left_out_and_its_address_kept(tmp_path: Path) -> None:
    page = [(30, 785, 8, "1/19/24, 8:30 AM Quay closed"), *column(LINES), (30, 15, 8, "https://example.org/quay 1/1")]
    found = read(tmp_path / "a.pdf", pdf([page], title="Quay closed"))
    assert found.text == " ".join(LINES)
    assert found.stated == Stated(title="Quay closed", url="https://example.org/quay")


def test_properties_give_title_and_authors_but_no_date(tmp_path: Path) -> None:
    found = read(tmp_path / "a.pdf", story_pdf("Quay closed", "Sana Mirza; Olav Lund"))
    assert found.stated == Stated(title="Quay closed", authors=("Sana Mirza", "Olav Lund"))


def test_a_title_is_not_repeated_in_the_story(tmp_path: Path) -> None:
    page = [*column(["Quay Closed"], top=740, size=18), *column(LINES)]
    assert read(tmp_path / "a.pdf", pdf([page], title="Quay closed")).text == " ".join(LINES)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "  ",
        "Microsoft Word - quay.doc",
        "quay_final_2.docx",
        "QUAY.INDD",
        "Untitled",
        "https://example.org/quay",
        "12345",
        "x" * 400,
    ],
)
def test_what_programs_call_a_document_is_no_title(text: str | None) -> None:
    assert real_title(text) is None


def test_a_title_that_somebody_wrote_is_kept_on_one_line() -> None:
    assert real_title(" Quay closed\n until May ") == "Quay closed until May"


@pytest.mark.parametrize(("text", "names"), [(None, ()), ("python-docx", ()), ("Administrator; Sana Mirza;Sana Mirza", ("Sana Mirza",))])
def test_what_programs_call_their_users_is_no_name(text: str | None, names: tuple[str, ...]) -> None:
    assert real_names(text) == names


def locked(tmp_path: Path, owner_only: bool) -> bytes:
    (tmp_path / "open.pdf").write_bytes(story_pdf())
    writer = pypdf.PdfWriter(clone_from=tmp_path / "open.pdf")
    writer.encrypt("" if owner_only else "secret", owner_password="owner", algorithm="RC4-128")
    writer.write(tmp_path / "locked.pdf")
    return (tmp_path / "locked.pdf").read_bytes()


def test_an_encrypted_pdf_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.pdf: it is encrypted; save it without a password"):
        read(tmp_path / "a.pdf", locked(tmp_path, owner_only=False))


def test_a_pdf_that_only_must_not_be_changed_is_read(tmp_path: Path) -> None:
    assert read(tmp_path / "a.pdf", locked(tmp_path, owner_only=True)).text.startswith(STORY[0])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b"no PDF at all", "the PDF is damaged"),
        (story_pdf()[:200], "the PDF is damaged"),
        (pdf([[], []]), "2 pages hold pictures and no text; run text recognition"),
        (pdf([]), "the PDF is damaged|hold pictures and no text"),
    ],
)
def test_a_pdf_without_text_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=rf"a\.pdf: ({message})"):
        read(tmp_path / "a.pdf", data)


def test_a_pdf_of_too_many_pages_or_characters_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_PAGES", 2)
    with pytest.raises(InputError, match="3 pages are over the limit of 2"):
        read(tmp_path / "a.pdf", pdf([column(LINES)] * 3))
    monkeypatch.setattr(reading, "MAX_TEXT_CHARS", 300)
    with pytest.raises(InputError, match="over 300 characters of text"):
        read(tmp_path / "a.pdf", pdf([column(LINES)] * 2))


def test_a_damaged_page_is_refused_and_the_others_are_read(tmp_path: Path) -> None:
    data = pdf([column(LINES[:1]), column(LINES[1:2])]).replace(b"/Kids [6 0 R 8 0 R]", b"/Kids [6 0 R 3 0 R]")
    (tmp_path / "a.pdf").write_bytes(data)
    read_part, refused = load(tmp_path / "a.pdf")
    assert isinstance(read_part, RawDocument)
    assert read_part.text == LINES[0]
    assert isinstance(refused, Refusal)
    assert "a.pdf, page 2: the page is damaged" in refused.reason


def test_a_word_document_gives_headings_lists_and_tables_in_order(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("Quay closed until May", style="Title")
    document.add_paragraph(STORY[0])
    document.add_heading("What it costs", 2)
    document.add_paragraph("four million", style="List Bullet")
    table = document.add_table(2, 2)
    for row, texts in zip(table.rows, (("Year", "Ships"), ("2023", "1,204")), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.add_paragraph("The end\tof it\nall.")
    found = read(tmp_path / "a.docx", saved(document))
    assert found.text.split("\n\n") == [STORY[0], "What it costs", "four million", "Year | Ships", "2023 | 1,204", "The end of it all."]
    assert (found.media, found.stated) == ("text", Stated(title="Quay closed until May"))


def test_the_properties_of_a_word_document_come_before_its_headings(tmp_path: Path) -> None:
    found = read(tmp_path / "a.docx", docx(title="Quay closed", author="Sana Mirza"))
    assert found.stated == Stated(title="Quay closed", authors=("Sana Mirza",))


def test_text_that_was_inserted_is_read_and_text_that_was_deleted_is_not(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph()._p.extend(
        parse_xml(xml.format(nsdecls("w")))
        for xml in (
            "<w:r {}><w:t>The quay is </w:t></w:r>",
            "<w:del {}><w:r><w:delText>open</w:delText><w:t>open</w:t></w:r></w:del>",
            "<w:ins {}><w:r><w:t>closed.</w:t></w:r></w:ins>",
        )
    )
    assert read(tmp_path / "a.docx", saved(document)).text == "The quay is closed."


def test_a_cell_as_wide_as_a_bomb_is_read_once(tmp_path: Path) -> None:
    document = Document()
    table = document.add_table(1, 1)
    table.cell(0, 0).text = "wide"
    span = OxmlElement("w:gridSpan")
    span.set(f"{{{span.nsmap['w']}}}val", "1000000000")
    table.cell(0, 0)._tc.get_or_add_tcPr().append(span)
    document.add_paragraph(STORY[0])
    assert read(tmp_path / "a.docx", saved(document)).text == f"wide\n\n{STORY[0]}"


def test_a_document_without_its_usual_styles_is_read(tmp_path: Path) -> None:
    document = Document()
    document.styles.add_style("Custom", WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph(STORY[0], style="Custom")
    document.styles["Custom"].delete()
    assert read(tmp_path / "a.docx", saved(document)).text == STORY[0]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b"no zip at all", "it is damaged or not what its name says"),
        (docx()[:-100], "it is damaged or not what its name says"),
        (docx(()), "there is no text in this document"),
    ],
)
def test_what_is_no_word_document_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=rf"a\.docx: {message}"):
        read(tmp_path / "a.docx", data)


def test_another_archive_is_no_word_document(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.docx: it is damaged or no \.docx document"):
        read(tmp_path / "a.docx", zipped({"a.txt": b"text"}))
