"""What the readers of the kinds of files take and give: a place to name in messages, documents, refusals, members.

A member is a file inside a file; whoever reads the outer one does not need to know how the inner one is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from rag.records import NOTHING_STATED, Media, RawDocument, Refusal, Stated

MAX_FILE_BYTES = 20_000_000
# Of a file that is read row by row, and of everything in an archive together.
MAX_STREAM_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a file, the member of it ("" for the file itself), and how many files it is inside of."""

    path: str
    member: str = ""
    depth: int = 0

    @property
    def name(self) -> str:
        """What to call it in a message."""
        return f"{self.path}#{self.member}" if self.member else self.path

    def part(self, member: str) -> Place:
        """Give the place of a part, such as a row, which is no file of its own."""
        return Place(self.path, f"{self.member}#{member}" if self.member else member, self.depth)

    def inside(self, member: str) -> Place:
        """Give the place of a file inside this one."""
        part = self.part(member)
        return Place(part.path, part.member, self.depth + 1)

    def document(self, media: Media, text: str, stated: Stated = NOTHING_STATED) -> RawDocument:
        """Make the document that stands here."""
        return RawDocument(path=self.path, media=media, text=text, member=self.member, stated=stated)


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside a file: `file_name` says its kind, `size` is in bytes, before any unpacking of its own."""

    place: Place
    file_name: str
    size: int
    open: Callable[[], BinaryIO]


Found = RawDocument | Refusal | Member
# Reads one kind of file; raises InputError when nothing more of it can be read.
Reader = Callable[[Place, BinaryIO], Iterator[Found]]


def whole_characters(text: str) -> str:
    """Put a replacement mark where half a character stands, as escapes in JSON and mail headers can hold; no store takes those."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def web_address(text: str | None) -> str | None:
    """Give an address that can be shown as a link; None for anything else, such as one that would run a script."""
    return text if text and text.lower().startswith(("http://", "https://")) else None
