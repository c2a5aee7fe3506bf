"""Newsletters come out of mails and mailboxes with their title, outlet and date."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from files import STORY, mail, story_pdf, zipped

from rag.clean import clean
from rag.errors import InputError
from rag.formats import mail as mailing
from rag.load import load
from rag.records import RawDocument, Refusal, Stated

TEXT = "\n\n".join(STORY)


def documents(path: Path, data: bytes) -> list[RawDocument]:
    path.write_bytes(data)
    found = list(load(path))
    assert all(isinstance(part, RawDocument) for part in found), found
    return found  # type: ignore[return-value]


def test_the_headers_say_title_outlet_and_day(tmp_path: Path) -> None:
    (found,) = documents(tmp_path / "a.eml", mail().as_bytes())
    assert found.stated == Stated(title="Quay closed", outlet="Harbour Weekly", published="2024-01-19", published_from="stated")
    assert (found.media, found.text.strip(), found.member) == ("text", TEXT, "")


@pytest.mark.parametrize(
    ("header", "value", "field", "expected"),
    [
        ("Subject", "=?utf-8?q?Br=C3=BCcke_gesperrt?=", "title", "Brücke gesperrt"),
        ("Subject", "=?koi8-r?B?7cXS?=", "title", "Мер"),
        ("Subject", "Two\n lines", "title", "Two lines"),
        ("Subject", "x" * 100_000, "title", "x" * 2_000),
        ("From", "news@example.org", "outlet", None),
        ("From", '"Weekly, Harbour" <news@example.org>', "outlet", "Weekly, Harbour"),
        ("From", "<<<>>,;:", "outlet", None),
        ("From", "(" * 1_900, "outlet", None),
        ("Date", "yesterday", "published", None),
        ("Date", "19 Jan 2024 12:00", "published", "2024-01-19"),
    ],
)
def test_a_header_that_is_odd_is_read_or_left_out(tmp_path: Path, header: str, value: str, field: str, expected: str | None) -> None:
    lines = {
        "From": "Harbour Weekly <news@example.org>",
        "Subject": "Quay closed",
        "Date": "Fri, 19 Jan 2024 12:00:00 +0000",
        header: value,
    }
    head = "".join(f"{name}: {line}\n" for name, line in lines.items())
    (found,) = documents(tmp_path / "a.eml", f"{head}\n{TEXT}".encode())
    assert getattr(found.stated, field) == expected


def test_the_page_of_a_mail_is_preferred_to_its_plain_text(tmp_path: Path) -> None:
    (found,) = documents(tmp_path / "a.eml", mail(html="<html><body><p>The quay is closed.</p></body></html>").as_bytes())
    assert (found.media, found.text.strip()) == ("html", "<html><body><article><p>The quay is closed.</p></article></body></html>")


def test_every_item_of_a_newsletter_that_is_laid_out_in_tables_is_story(tmp_path: Path) -> None:
    inner = "<table><tr><td>The ferries leave from the fish market.</td></tr></table>"
    items = [f"<h2>Item</h2><p>{STORY[0]}</p>", f"<div>{STORY[1]}</div>", inner]
    rows = "".join(f"<tr><td>{item}</td></tr>" for item in items)
    (found,) = documents(tmp_path / "a.eml", mail(html=f"<html><body><table>{rows}</table></body></html>").as_bytes())
    text = clean(found).text
    assert [part in text for part in (*STORY, "fish market", "|")] == [True, True, True, False]


@pytest.mark.parametrize("encoding", ["7bit", "quoted-printable", "base64", "8bit"])
@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252"])
def test_text_is_decoded(tmp_path: Path, encoding: str, charset: str) -> None:
    text = "Der Kai wurde gesperrt" if encoding == "7bit" else "Der Kai wurde früh gesperrt"
    message = mail()
    message.set_content(f"{text}\n", charset=charset, cte=encoding)
    assert documents(tmp_path / "a.eml", message.as_bytes())[0].text.strip() == text


@pytest.mark.parametrize("charset", ["no-such-charset", "us-ascii", "unicode-1-1-utf-7"])
def test_a_wrong_charset_does_not_matter(tmp_path: Path, charset: str) -> None:
    data = f"Subject: Quay\nContent-Type: text/plain; charset={charset}\n\nDer Kai wurde früh gesperrt.".encode()
    assert documents(tmp_path / "a.eml", data)[0].text == "Der Kai wurde früh gesperrt."


def test_a_japanese_mail_of_seven_bits_is_decoded(tmp_path: Path) -> None:
    data = b"Subject: Quay\nContent-Type: text/plain; charset=iso-2022-jp\n\n" + "市長は橋を閉鎖した。".encode("iso2022_jp")
    assert documents(tmp_path / "a.eml", data)[0].text == "市長は橋を閉鎖した。"


def with_files(*files: tuple[str, str, bytes]) -> EmailMessage:
    message = mail()
    for name, kind, data in files:
        main, sub = kind.split("/")
        message.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return message


def test_attached_articles_are_members(tmp_path: Path) -> None:
    message = with_files(
        ("report.pdf", "application/pdf", story_pdf()),
        ("photo.jpg", "image/jpeg", b"\xff\xd8"),
        ("report.pdf", "application/pdf", story_pdf()),
    )
    found = documents(tmp_path / "a.eml", message.as_bytes())
    assert [part.member for part in found] == ["", "report.pdf", "3 report.pdf"]
    assert found[1].text.startswith(STORY[0])


def test_a_forwarded_mail_is_a_member(tmp_path: Path) -> None:
    outer = mail("See below.", Subject="Fwd: quay")
    outer.add_attachment(mail(Subject="The quay again"))
    found = documents(tmp_path / "a.eml", outer.as_bytes())
    assert [(part.member, part.stated.title) for part in found] == [("", "Fwd: quay"), ("forwarded.eml", "The quay again")]


def test_mails_are_opened_only_so_deep(tmp_path: Path) -> None:
    message = mail(Subject="0")
    for depth in range(1, 6):
        outer = mail(Subject=str(depth))
        outer.add_attachment(message)
        message = outer
    (tmp_path / "a.eml").write_bytes(message.as_bytes())
    *read, refused = load(tmp_path / "a.eml")
    assert [part.stated.title for part in read if isinstance(part, RawDocument)] == ["5", "4", "3", "2"]
    assert isinstance(refused, Refusal)
    assert "so deep inside others" in refused.reason


def test_an_attached_archive_is_refused_and_the_mail_is_read(tmp_path: Path) -> None:
    message = with_files(("a.zip", "application/zip", zipped({"a.txt": b"text"})))
    (tmp_path / "a.eml").write_bytes(message.as_bytes())
    read, refused = load(tmp_path / "a.eml")
    assert isinstance(read, RawDocument)
    assert isinstance(refused, Refusal)
    assert f"{tmp_path / 'a.eml'}#a.zip: " in refused.reason


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b"Subject: x\nContent-Type: multipart/mixed; boundary=a\n" + b"\n--a\n" * 6_000, "it has over 5,000 parts"),
        (b"Subject: x\n" + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2_000)), "damaged"),
        (b"no headers at all\n\njust text", "this is not a mail"),
        (b"Subject: nothing\n\n  \n", "there is no text in this mail"),
        (b"Subject: x\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\nAAAA", "there is no text in this mail"),
    ],
)
def test_what_is_no_mail_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "a.eml").write_bytes(data)
    with pytest.raises(InputError, match=rf"a\.eml: .*{message}"):
        list(load(tmp_path / "a.eml"))


def mailbox(*mails: bytes) -> bytes:
    return b"".join(b"From news@example.org Fri Jan 19 12:00:00 2024\n" + data.rstrip(b"\n") + b"\n\n" for data in mails)


def test_a_mailbox_is_read_mail_by_mail_and_a_bad_one_is_refused(tmp_path: Path) -> None:
    data = mailbox(mail(Subject="One").as_bytes(), b"Subject: empty\n\n", mail(Subject="Three").as_bytes())
    (tmp_path / "a.mbox").write_bytes(data)
    first, second, third = load(tmp_path / "a.mbox")
    assert isinstance(first, RawDocument)
    assert isinstance(third, RawDocument)
    assert [(part.member, part.stated.title) for part in (first, third)] == [("1", "One"), ("3", "Three")]
    assert second == Refusal(f"{tmp_path / 'a.mbox'}#2: there is no text in this mail")


def test_a_line_of_a_mail_that_begins_like_a_mail_is_kept(tmp_path: Path) -> None:
    (found,) = documents(tmp_path / "a.mbox", mailbox(mail("A line.\n\n>From the quay came smoke.").as_bytes()))
    assert found.text.strip() == "A line.\n\nFrom the quay came smoke."


def test_a_mail_over_the_limit_is_refused_and_the_rest_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailing, "MAX_MAIL_BYTES", 2_000)
    (tmp_path / "a.mbox").write_bytes(mailbox(mail("long line\n" * 500).as_bytes(), mail().as_bytes()))
    refused, read = load(tmp_path / "a.mbox")
    assert isinstance(refused, Refusal)
    assert "#1: over the limit of 2,000 bytes" in refused.reason
    assert isinstance(read, RawDocument)


def test_a_mailbox_of_bad_mails_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailing, "MAX_BAD_MAILS", 10)
    (tmp_path / "a.mbox").write_bytes(mailbox(mail().as_bytes(), *[b"no mail"] * 50, mail().as_bytes()))
    read, *refused = load(tmp_path / "a.mbox")
    assert isinstance(read, RawDocument)
    assert len(refused) == 12
    assert isinstance(refused[-1], Refusal)
    assert "more than 10 mails cannot be read; the rest was left out" in refused[-1].reason


@pytest.mark.parametrize(("data", "message"), [(b"", "the file is empty"), (b"Subject: x\n\ntext", "a mailbox begins with a line 'From")])
def test_what_is_no_mailbox_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "a.mbox").write_bytes(data)
    with pytest.raises(InputError, match=message):
        list(load(tmp_path / "a.mbox"))
