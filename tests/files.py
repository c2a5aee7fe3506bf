"""Makes small files of the kinds that are read: PDFs, Word documents, mails, archives."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Mapping, Sequence
from email.message import EmailMessage

STORY = (
    "The harbour board closed the eastern quay on Monday after a crack was found in its wall.",
    "Repairs will take six weeks and cost 4.2 million crowns, the board's engineer said.",
)


def pdf(pages: Sequence[Sequence[tuple[float, float, float, str]]], title: str = "", author: str = "") -> bytes:
    """Write a PDF of pages that are lines (x, y, size of type, text), in points from the lower left corner."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    objects.append(f"<< /Title ({title}) /Author ({author}) /CreationDate (D:20240119120000) >>".encode())
    kids = []
    for lines in pages:
        content = "\n".join(f"BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET" for x, y, size, text in lines).encode("cp1252")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        kids.append(f"{len(objects) + 1} 0 R")
        font = "/Resources << /Font << /F1 3 0 R >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] {font} /Contents {len(objects)} 0 R >>".encode())
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    written, at = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        at.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = "".join(f"{offset:010} 00000 n \n" for offset in at)
    start, size = len(written), len(objects) + 1
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R /Info 4 0 R >>\nstartxref\n{start}\n%%EOF\n"
    written += f"xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}".encode()
    return bytes(written)


def column(
    lines: Sequence[str], x: float = 60, top: float = 700, size: float = 10, step: float = 12
) -> list[tuple[float, float, float, str]]:
    """Set lines one below the other, as `pdf` takes them."""
    return [(x, top - number * step, size, line) for number, line in enumerate(lines)]


def story_pdf(title: str = "", author: str = "") -> bytes:
    """Write a PDF of one page with STORY on it."""
    return pdf([[*column(STORY[:1]), *column(STORY[1:], top=660)]], title, author)


def docx(paragraphs: Sequence[str] = STORY, title: str = "", author: str = "") -> bytes:
    """Write a Word document."""
    import docx as library

    document = library.Document()
    document.core_properties.title, document.core_properties.author = title, author
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return saved(document)


def saved(document) -> bytes:
    """Give a Word document as the bytes of its file."""
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def mail(text: str = "\n\n".join(STORY), html: str | None = None, **headers: str) -> EmailMessage:
    """Make a mail; `headers` replace those it has."""
    message = EmailMessage()
    for name, value in {
        "From": "Harbour Weekly <news@example.org>",
        "Subject": "Quay closed",
        "Date": "Fri, 19 Jan 2024 23:30:00 -0500",
    }.items():
        message[name] = headers.pop(name, value)
    message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html")
    return message


def zipped(members: Mapping[str, bytes]) -> bytes:
    """Pack members into a zip."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def gzipped(data: bytes) -> bytes:
    """Pack data with gzip, the same at any time."""
    return gzip.compress(data, mtime=0)
