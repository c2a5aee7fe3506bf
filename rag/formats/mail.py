"""A mail in, the newsletter in it out; and a mailbox in, its mails out, one after the other.

Relies on the standard library's email package. What is attached becomes a member.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import EmailPolicy
from functools import partial
from typing import BinaryIO, cast

from rag.errors import InputError
from rag.formats.decode import decode
from rag.formats.fragments import mail_page
from rag.formats.places import MAX_FILE_BYTES, Found, Member, Place, whole_characters
from rag.records import Media, RawDocument, Refusal, Stated

# Longer headers are cut: none that is read here needs more, and the standard library takes a square of the length for some.
MAX_HEADER_CHARS = 2_000
MAX_MAIL_BYTES = MAX_FILE_BYTES
MAX_ATTACHMENTS = 100
# The email package takes a square of the number of parts, too.
MAX_PARTS = 5_000
# After so many damaged mails, the rest of a mailbox is not worth reading.
MAX_BAD_MAILS = 1_000
_HEADERS = ("From", "Subject", "Date", "To", "Received", "Message-ID")
_MEDIA: dict[str, Media] = {"text/html": "html", "text/plain": "text"}


class _ShortHeaders(EmailPolicy):
    """The modern policy of the email package, for headers of a length that people write."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:MAX_HEADER_CHARS]


def read_mail(place: Place, stream: BinaryIO) -> Iterator[Found]:
    """Read one mail: its text, and its attachments as members."""
    data = stream.read()
    if not data.strip():
        raise InputError(f"{place.name}: the file is empty")
    if data.count(b"\n--") > MAX_PARTS:
        raise InputError(f"{place.name}: it has over {MAX_PARTS:,} parts, more than any mail that is meant to be read")
    try:
        yield from list(_parts(place, data))
    except InputError:
        raise
    except Exception as error:  # a mail can be wrong in more ways than the email package foresees
        raise InputError(f"{place.name}: the mail is damaged ({error or type(error).__name__}); export it again") from error


def read_mailbox(place: Place, stream: BinaryIO) -> Iterator[Found]:
    """Read the mails of a mailbox; a damaged one is refused, and the rest goes on.

    Raises:
        InputError: it does not begin as a mailbox does.
    """
    bad = 0
    for number, data in enumerate(_mails(place.name, stream), 1):
        mail = place.part(str(number))
        if len(data) > MAX_MAIL_BYTES:
            yield Refusal(f"{mail.name}: over the limit of {MAX_MAIL_BYTES:,} bytes for one mail")
            continue
        try:
            yield from read_mail(mail, io.BytesIO(data))
        except InputError as error:
            yield Refusal(str(error))
            bad += 1
        if bad > MAX_BAD_MAILS:
            raise InputError(f"{mail.name}: more than {MAX_BAD_MAILS:,} mails cannot be read; the rest was left out")


def count_mails(head: bytes) -> int:
    """Count the mails at the start of a mailbox."""
    return head.count(b"\nFrom ") + head.startswith(b"From ")


def _mails(name: str, stream: BinaryIO) -> Iterator[bytes]:
    """Give the mails of a mailbox one by one; of one that is too long, a little more than the limit."""
    lines = iter(partial(stream.readline, MAX_MAIL_BYTES), b"")
    first = next(lines, b"")
    if not first.strip():
        raise InputError(f"{name}: the file is empty")
    if not first.startswith(b"From "):
        raise InputError(f"{name}: a mailbox begins with a line 'From …', this does not; save a single mail as .eml")
    kept: list[bytes] = []
    size, after_blank = 0, False
    for line in lines:
        if after_blank and line.startswith(b"From "):
            yield b"".join(kept)
            kept, size, after_blank = [], 0, False
            continue
        after_blank = not line.strip()
        if size <= MAX_MAIL_BYTES:
            # A mailbox marks a line of a mail that would look like the start of another.
            kept.append(line[1:] if line.startswith(b">From ") else line)
            size += len(line)
    yield b"".join(kept)


def _parts(place: Place, data: bytes) -> Iterator[RawDocument | Refusal | Member]:
    message = cast(EmailMessage, message_from_bytes(data, policy=_ShortHeaders()))
    if not any(name in message for name in _HEADERS):
        raise InputError(f"{place.name}: this is not a mail: it has none of the headers that mails have")
    attached = list(_attached(place, message))
    document = _document(place, message)
    if document is None and not attached:
        raise InputError(f"{place.name}: there is no text in this mail")
    if document is not None:
        yield document
    yield from attached


def _document(place: Place, message: EmailMessage) -> RawDocument | None:
    for kind in ("html", "plain"):
        part = message.get_body(preferencelist=(kind,))
        content = part.get_payload(decode=True) if part is not None else None
        if part is not None and isinstance(content, bytes) and content.strip():
            media = _MEDIA.get(part.get_content_type(), "text")
            text = decode(place.name, content, media, part.get_content_charset())
            return place.document(media, mail_page(text) if media == "html" else text, _stated(message))
    return None


def _stated(message: EmailMessage) -> Stated:
    sender = getattr(_header(message, "From"), "addresses", ())
    sent = getattr(_header(message, "Date"), "datetime", None)
    published = sent.date().isoformat() if sent else None
    return Stated(
        title=_line(_header(message, "Subject")),
        outlet=_line(sender[0].display_name) if sender else None,
        published=published,
        published_from="stated" if published else None,
    )


def _header(message: EmailMessage, name: str) -> object:
    try:
        return message[name]
    except Exception:  # the email package fails on some headers that are made to be odd; the mail is read without them
        return None


def _attached(place: Place, message: EmailMessage) -> Iterator[Refusal | Member]:
    names: set[str] = set()
    for number, part in enumerate(message.iter_attachments(), 1):
        if number > MAX_ATTACHMENTS:
            yield Refusal(f"{place.name}: more than {MAX_ATTACHMENTS} files are attached; the rest was left out")
            return
        name, content = _line(part.get_filename()), part.get_payload(decode=True)
        if part.get_content_type() == "message/rfc822":
            name, content = f"{(name or 'forwarded').removesuffix('.eml')}.eml", part.get_content().as_bytes()
        if name and isinstance(content, bytes):
            member = name if name not in names else f"{number} {name}"
            names.add(name)
            yield Member(place.inside(member), name, len(content), partial(io.BytesIO, content))


def _line(value: object) -> str | None:
    return " ".join(whole_characters(str(value)).split()) or None if value is not None else None
