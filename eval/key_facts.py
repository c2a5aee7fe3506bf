"""What summaries and timelines should say: nuggets and dated events in our own words, each with the sentences it rests on.

A nugget is about one article or one topic, and vital or okay (Voorhees 2003): a summary must say what is vital, and may say what is
okay. An event belongs to a topic; its date is ISO, cut to what the articles say: 2024-01-18, 2024-01 or 2024.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from eval.gold import FOLDER, Quotation, quotations, read_gold

NUGGETS = FOLDER / "summaries" / "nuggets.jsonl"
EVENTS = FOLDER / "timelines" / "events.jsonl"
IMPORTANCE = ("vital", "okay")
_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


@dataclass(frozen=True, slots=True)
class Nugget:
    """A fact that a summary should say. One of `article` (a file name) and `topic` tells what the summary is of, the other is None."""

    id: str
    article: str | None
    topic: str | None
    importance: str
    fact: str
    evidence: tuple[Quotation, ...]

    @property
    def subject(self) -> str:
        """What the summary is of."""
        return self.article or self.topic or ""


@dataclass(frozen=True, slots=True)
class GoldEvent:
    """Something that the articles date."""

    id: str
    topic: str
    date: str
    fact: str
    evidence: tuple[Quotation, ...]


def load_nuggets(texts: Mapping[str, str], files: Iterable[Path] = (NUGGETS,)) -> list[Nugget]:
    """Read nuggets and check them against the articles' texts, by file name; raises InputError as `read_gold` does."""
    return read_gold(files, texts, _nugget, _check_nugget, what="nugget")


def load_events(texts: Mapping[str, str], files: Iterable[Path] = (EVENTS,)) -> list[GoldEvent]:
    """Read events and check them against the articles' texts, by file name; raises InputError as `read_gold` does."""
    return read_gold(files, texts, _event, _check_event, what="event")


def _nugget(row: Mapping[str, Any]) -> Nugget:
    return Nugget(row["id"], row.get("article"), row.get("topic"), row["importance"], row["fact"], quotations(row))


def _event(row: Mapping[str, Any]) -> GoldEvent:
    return GoldEvent(row["id"], row["topic"], str(row["date"]), row["fact"], quotations(row))


def _check_nugget(nugget: Nugget) -> list[str]:
    problems = [] if nugget.evidence else ["there is no evidence; quote the sentences that say it"]
    if bool(nugget.article) == bool(nugget.topic):
        problems.append("a nugget is about an article or about a topic; give one of them")
    if nugget.importance not in IMPORTANCE:
        problems.append(f"the importance {nugget.importance!r} is unknown; there are {', '.join(IMPORTANCE)}")
    elsewhere = {item.article for item in nugget.evidence} - {nugget.article}
    if nugget.article and elsewhere:
        problems.append(f"the evidence of a nugget about {nugget.article} stands in {', '.join(sorted(elsewhere))}; quote that article")
    return problems


def _check_event(event: GoldEvent) -> list[str]:
    problems = [] if event.evidence else ["there is no evidence; quote the sentences that date it"]
    if not _is_date(event.date):
        problems.append(f"the date {event.date!r} is not ISO; write 2024-01-18, 2024-01 or 2024")
    return problems


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(f"{text}-01-01"[:10])
    except ValueError:
        return False
    return True
