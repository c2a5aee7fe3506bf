"""A timeline into HTML for the browser: a plot, drawn as SVG, whose dots lead to the events in the list below it.

Places on the axis are shares of its width, so the same drawing fits any window and its letters keep their size.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from itertools import accumulate, pairwise
from math import log1p, sqrt

from rag.page import block, mark_html, quoted_html, sources_html
from rag.records import Citation, Event, Timeline
from rag.sheet import read_of

NOTHING = "No article dates anything here. Try another topic, or wider dates."
PRECISION = {"day": "", "month": "the day is not given", "year": "the month is not given"}
LEGEND = "The larger a dot, the more origins tell it; the day of a hollow one is not given. Long gaps in time are drawn shortened."
# Places on the axis (% of the width): where it begins and ends, and how far apart dots of one lane, and written dates, must be at least
# in a window of 400 px.
FIRST, LAST, APART, LABEL = 10.0, 90.0, 8.0, 24.0
# Sizes in px: the radius of a dot told by one origin and of the largest, a lane, all lanes, and the room for the dates.
SMALL, LARGE, LANE, ALL_LANES, AXIS = 10.0, 15.0, 26.0, 286.0, 30.0


def timeline_html(timeline: Timeline) -> str:
    """Give the plot and the list of events with their marks, what others date otherwise, and how many events were left out."""
    if not timeline.events:
        return f'<p class="empty">{NOTHING}</p>'
    items = "".join(_event(number, event, timeline.citations) for number, event in enumerate(timeline.events, 1))
    left = f"; {timeline.left_out:,} events that fewer articles tell are left out" if timeline.left_out else ""
    covered = f'<p class="coverage by">{read_of(timeline)}{left}</p>'
    events = f'<ol class="events">{items}</ol>{covered}'
    return block("answer product", [plot_svg(timeline.events), events, sources_html(timeline.citations)])


def _event(number: int, event: Event, citations: Sequence[Citation]) -> str:
    marks = "".join(mark_html(citations[place - 1]) for place in event.citations)
    notes = [
        PRECISION[event.precision],
        _origins(event) if event.articles > 1 else "",
        f"first published {event.published}" if event.published else "",
        f"other articles say {', '.join(event.other_dates)}" if event.other_dates else "",
    ]
    about = escape(" · ".join(note for note in notes if note))
    return (
        f'<li id="event-{number}" class="claim verbatim"><span class="said"><time>{escape(event.date)}</time> '
        f'{quoted_html(event.text)} {marks}</span><br><span class="by">{about}</span></li>'
    )


def _origins(event: Event) -> str:
    return f"{event.articles} origin{'' if event.articles == 1 else 's'}"


# The plot


def plot_svg(events: Sequence[Event]) -> str:
    """Draw events, in order, on an axis of time: a numbered dot for each, the larger the more origins tell it, as a link to it."""
    places = places_of(events)
    lanes = lanes_of(places)
    step = min(LANE, ALL_LANES / max(1, *lanes))
    base = 2 * LARGE + step * max(lanes)
    drawn = zip(events, places, lanes, strict=True)
    dots = "".join(_dot(number, event, place, base - LARGE - step * lane) for number, (event, place, lane) in enumerate(drawn, 1))
    ticks = "".join(_tick(place, label, base) for place, label in ticks_of(events, places))
    name = escape(f"{len(events)} events from {events[0].date} to {events[-1].date}; each leads to its place in the list")
    axis = f'<line class="axis" x1="0" x2="100%" y1="{base:g}" y2="{base:g}"></line>'
    return (
        f'<svg class="plot" role="group" aria-label="{name}" width="100%" height="{base + AXIS:g}">{axis}{ticks}{dots}</svg>'
        f'<p class="by">{LEGEND}</p>'
    )


def places_of(events: Sequence[Event]) -> list[float]:
    """Give where each event stands on the axis (% of its width), by the first day on which it can have happened.

    A gap of n days is as wide as log(1 + n): one early event must not press all others together.
    """
    days = [_first_day(event) for event in events]
    way = [0.0, *accumulate(log1p((after - before).days) for before, after in pairwise(days))]
    return [FIRST + (LAST - FIRST) * (far / way[-1] if way[-1] else 0.5) for far in way]


def _first_day(event: Event) -> date:
    year, month, day = (*map(int, event.date.split("-")), 1, 1)[:3]
    return date(year, month, day)


def lanes_of(places: Sequence[float]) -> list[int]:
    """Give each place (%, in order) the lowest lane, from 0, whose last dot is at least APART before it."""
    ends: list[float] = []
    chosen = []
    for place in places:
        lane = next((n for n, end in enumerate(ends) if place - end >= APART), len(ends))
        ends[lane : lane + 1] = [place]
        chosen.append(lane)
    return chosen


def ticks_of(events: Sequence[Event], places: Sequence[float]) -> list[tuple[float, str]]:
    """Choose the events whose dates are written at the axis, as (place, date): as many as there is room for, from the left."""
    chosen: list[tuple[float, str]] = []
    for event, place in zip(events, places, strict=True):
        if not chosen or place - chosen[-1][0] >= LABEL:
            chosen.append((place, event.date))
    return chosen


def _tick(place: float, label: str, base: float) -> str:
    line = f'<line class="axis" x1="{place:.2f}%" x2="{place:.2f}%" y1="{base:g}" y2="{base + 6:g}"></line>'
    return f'{line}<text class="tick" x="{place:.2f}%" y="{base + 22:g}">{escape(label)}</text>'


def _dot(number: int, event: Event, place: float, y: float) -> str:
    """Draw an event; one whose day is not known is hollow."""
    radius = min(LARGE, SMALL + 2 * sqrt(event.articles - 1))
    label = escape(f"{number}: {event.date}, {_origins(event)}: {event.text}")
    return (
        f'<a href="#event-{number}" class="{event.precision}" aria-label="{label}"><title>{label}</title>'
        f'<circle cx="{place:.2f}%" cy="{y:g}" r="{radius:.1f}"></circle><text x="{place:.2f}%" y="{y + 4:g}">{number}</text></a>'
    )
