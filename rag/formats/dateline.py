"""The lines under a headline: a line in; the days it names (ISO), or the people it says wrote the story, out.

Only dates that can be read in one way count: "3/4/2024" is nobody's date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

MAX_CHARS = 160
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY, _YEAR = r"(\d{1,2})(?:st|nd|rd|th)?", r"((?:19|20)\d\d)"
# A way of writing a date, and which of its three groups are the year, the month and the day.
_FORMS: tuple[tuple[str, tuple[int, int, int]], ...] = (
    (rf"{_MONTH} {_DAY},? {_YEAR}", (3, 1, 2)),
    (rf"{_DAY}(?: of)?[ -]{_MONTH},?[ -]{_YEAR}", (3, 2, 1)),
    (rf"{_YEAR}-(\d\d)-(\d\d)(?:T[\d:.]+Z?)?", (1, 2, 3)),
    (rf"{_YEAR}/(\d\d)/(\d\d)", (1, 2, 3)),
    (rf"(1[3-9]|2\d|3[01])[/.](\d{{1,2}})[/.]{_YEAR}", (3, 2, 1)),
    (rf"(\d{{1,2}})[/.](1[3-9]|2\d|3[01])[/.]{_YEAR}", (3, 1, 2)),
)
_DATE = re.compile("|".join(rf"(?<!\w)(?:{form})" for form, _ in _FORMS), re.IGNORECASE)
_UPDATE = re.compile(r"updat|modifi|revis|edited", re.IGNORECASE)
_PUBLISH = re.compile(r"publi|post|creat|first|issued", re.IGNORECASE)
# What else stands on a line with a date and is no story: labels, weekdays, clock times, zones, "2 hours ago", counts.
_LABEL = (
    r"(?:last |first |originally |date )?"
    r"(?:updated?|published?|posted|modified|revised|edited|created|publication date|date)(?: (?:on|at|by))?\b ?:?"
)
_AGO = r"(?<![\d.])(?:\d{1,3}|\ban?|\bone) ?(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|m|h|d) ago\b"
_CLOCK = r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?: ?[ap]\.?m\b\.?)?|\b\d{1,2} ?[ap]\.?m\b\.?"
_WEEKDAY = r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?"
_ZONE = (
    r"\b(?:GMT|UTC|BST|IST|PKT|PST|PDT|PT|EST|EDT|ET|CST|CDT|CT|MST|MDT|WAT|EAT|CAT|SAST|CET|CEST|AEST|AEDT|SGT|HKT|JST)(?![a-z])"
    r"(?: ?[+-]\d\d?:?(?:\d\d)?)?"
)
_READ = r"\b\d{1,2} ?min(?:ute)?s?(?: read)?\b"
_BARE_DAY = rf"(?<!\w)(?:{_MONTH} \d{{1,2}}|\d{{1,2}} {_MONTH})(?!\w)"
_UNCLEAR = r"(?<![\w./])\d{1,2}([/.])\d{1,2}\1(?:\d\d){1,2}(?!\d)"
_AROUND = re.compile("|".join((_UNCLEAR, _LABEL, _AGO, _CLOCK, _WEEKDAY, _ZONE, _READ, _BARE_DAY)), re.IGNORECASE)
_TELLS_TIME = re.compile("|".join((_UNCLEAR, _AGO, _CLOCK, _BARE_DAY)), re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_BARE_LABEL = re.compile(_LABEL, re.IGNORECASE)
_BYLINE = re.compile(r"(?:(?:written|posted|reported|words|story|text|edited) )?by\b:? ?(.*)|(?:von|par) (.*)|@[\w.]{2,30}", re.IGNORECASE)
_NAME_ENDS = re.compile(r" [-–—](?: |$)|[|•·(/@:\d]| ?(?:Published|Updated|Posted)\b| (?:for|in|on|at) ")
_NAMES = re.compile(r",| and | & |;")
_NAME = re.compile(r"(?:[^\W\d_][\w.'’-]*)(?: [^\W\d_][\w.'’-]*){1,4}")
_NOBODY = frozenset(
    """
    agencies agency staff desk news correspondent correspondents reporter reporters editor editors bureau team writer writers service
    services press media wire online admin administrator contributor contributors editorial web our special report reports monitoring
    network newsroom monday tuesday wednesday thursday friday saturday sunday afp reuters bloomberg times
    """.split()
)
_SMALL_WORDS = frozenset("and & for with in of at the on de da du der den van von bin bint al el la le di".split())


@dataclass(frozen=True, slots=True)
class Day:
    """A day that a line names; `update` tells that it is when the story was changed, not when it came out."""

    iso: str
    update: bool


def days_in(line: str) -> Iterator[Day]:
    """Give the days a line names, in order."""
    end = 0
    for found in _DATE.finditer(line[:MAX_CHARS]):
        label = line[end : found.start()]
        end = found.end()
        iso = _iso(found)
        if iso:
            changed = max((mark.start() for mark in _UPDATE.finditer(label)), default=-1)
            came_out = max((mark.start() for mark in _PUBLISH.finditer(label)), default=-1)
            yield Day(iso, changed > came_out)


def is_dateline(line: str) -> bool:
    """Tell whether a line says when a story came out or was changed, with its writer at most, and nothing else."""
    if len(line) > MAX_CHARS:
        return False
    if not (_DIGIT.search(line) or line.endswith(" ago")):  # most lines of most texts: no need to look closer
        return is_bare_label(line)
    undated = _DATE.sub(" ", line)
    if undated == line and not _TELLS_TIME.search(line):
        return is_bare_label(line)
    rest = " ".join(_AROUND.sub(" ", undated).split()).strip(" ,;:|/-–—•·()")
    words = re.findall(r"\w[\w.'’@-]*", rest)
    if not words or is_byline(rest):
        return True
    named = all(word[0].isupper() or word[0].isdigit() or word.casefold() in _SMALL_WORDS for word in words)
    if undated == line:  # a clock time or "January 19" alone: names beside it may be a headline
        return False
    if len(words) <= 6 and re.search(_CLOCK, undated, re.IGNORECASE) and not rest.endswith((".", "!", "?")):
        return True
    if rest.isupper() and len(rest) > 5:  # the place a report was sent from
        return False
    return named and ":" not in rest and not rest.endswith((".", "!", "?")) and len(words) <= (6 if _set_apart(undated) else 3)


def is_bare_label(line: str) -> bool:
    """Tell whether a line is only "Published", "Last updated:" and the like, its date on the line after."""
    return len(line) < 30 and bool(_BARE_LABEL.fullmatch(line))


def is_byline(line: str) -> bool:
    """Tell whether a line says who wrote the story, and nothing else."""
    found = _BYLINE.fullmatch(line) if len(line) <= MAX_CHARS else None
    if not found:
        return False
    names = _NAME_ENDS.split(found[1] or found[2] or "", maxsplit=1)[0].strip()
    words = names.replace(",", " ").split()
    capitals = all(word[0].isupper() or word in _SMALL_WORDS for word in words)
    return capitals and len(words) <= 12 and (not words or words[0][0].isupper()) and not names.endswith(("!", "?", "”", '"'))


def authors_of(line: str) -> tuple[str, ...]:
    """Name the people a byline names; a desk or an agency is nobody."""
    found = _BYLINE.fullmatch(_DATE.sub(" | ", line[:MAX_CHARS]).strip(" |,-"))
    if not found:
        return ()
    parts = _NAMES.split(_NAME_ENDS.split(found[1] or found[2] or "", maxsplit=1)[0])
    names = [" ".join(part.split()).strip(" .-–—") for part in parts]
    return tuple(name for name in names if _NAME.fullmatch(name) and not _NOBODY & set(name.casefold().split()))


def _set_apart(undated: str) -> bool:
    return bool(re.search(r"[|/•·–—-]", undated))


def _iso(found: re.Match[str]) -> str | None:
    values = [value for value in found.groups() if value]
    order = next(order for at, (_, order) in enumerate(_FORMS) if found[3 * at + 1])
    year, month, day = (values[place - 1] for place in order)
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3].casefold()) + 1
    try:
        return date(int(year), number, int(day)).isoformat()
    except ValueError:
        return None
