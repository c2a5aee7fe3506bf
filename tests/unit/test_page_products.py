"""Summaries, briefs and timelines as HTML: whatever somebody wrote stays text, and everything cited leads to its place."""

from dataclasses import replace
from itertools import pairwise

import pytest
from builders import article_info
from safe_html import HOSTILE, safe

from rag.page import parse_link
from rag.page_products import brief_html, summary_html
from rag.page_timeline import APART, LABEL, lanes_of, places_of, plot_svg, ticks_of, timeline_html
from rag.records import Brief, Citation, Claim, Disagreement, Event, Mention, Remark, Summary, Timeline, Value


def cited(text="The harbour was closed.", outlet="The Margalla Courier") -> tuple[Citation, ...]:
    return tuple(Citation(number, article_info(f"a{number}", outlet=outlet), 10 * number, 10 * number + 5, text) for number in (1, 2))


def summary(text="The harbour was closed.", **changes) -> Summary:
    values = (Value(text, text, 1, replaced=False), Value("seven", None, 2, replaced=True))
    whole = Summary(
        (Claim(text, (1, 2), "supported", reason=text, origins=3),),
        cited(text, text),
        3,
        3,
        2,
        (text,),
        text,
        None,
        folded=1,
        left_out=(article_info(title=text),),
        disagreements=(Disagreement(text, values),),
        key_figures=(Mention(text, text, 1),),
        people=(Mention(text, None, 2),),
    )
    return replace(whole, **changes)


def brief(text="The harbour was closed.", **changes) -> Brief:
    claim = Claim(text, (1,), "verbatim", text)
    whole = Brief(text, claim, summary(text), (Remark(text, text, 2),), (claim,), "2024-01-19", since_last=False)
    return replace(whole, **changes)


def event(date: str, articles: int = 1, text="The harbour was closed.", **about) -> Event:
    return Event(date, ("year", "month", "day")[date.count("-")], text, (1, 2), articles=articles, **about)


def timeline(*events: Event, text="The harbour was closed.", left_out=0) -> Timeline:
    return Timeline(events, cited(text, text), text, left_out)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    ("shown", "times"),
    [
        (lambda text: summary_html(summary(text)), 10),
        (lambda text: brief_html(brief(text)), 10),
        (lambda text: timeline_html(timeline(event("2024-01-19", text=text, published=text, other_dates=(text,)), text=text)), 5),
    ],
    ids=["summary", "brief", "timeline"],
)
def test_a_product_shows_text_as_text(text, shown, times):
    html = shown(text)
    assert safe(html).text.count(text) >= times
    # Markdown and Gradio leave a block of HTML alone that holds no line break.
    assert "\n" not in html


# Summaries and briefs


def test_a_summary_says_what_it_covers_and_lists_what_it_leaves_out():
    page = safe(summary_html(summary()))
    assert "3 of 3 articles read, 2 cited, 1 copy folded" in page.text
    assert "1 article read and not quoted" in page.text
    assert ("a", 0, 0) in [parse_link(link) for link in page.values("href")]
    assert "left-out" not in summary_html(summary(left_out=()))


def test_a_summary_shows_disagreements_figures_and_people_with_their_marks():
    page = safe(summary_html(summary(key_figures=(Mention("nine", "people killed", 1),), people=(Mention("Ana Costa", None, 2),))))
    texts = [text.strip() for text in page.texts]
    places = [texts.index(text) for text in ("Key figures", "nine", "people killed", "People", "Ana Costa")]
    assert places == sorted(places)
    assert {"seven", "replaced later", "the article"} <= set(texts)
    assert texts[places[1] + 2] == "[1]"
    assert texts[places[4] + 1] == "[2]"


def test_a_claim_says_how_many_origins_tell_it():
    assert "3 origins" in safe(summary_html(summary())).text
    assert "origins" not in safe(summary_html(summary(sentences=(Claim("Closed.", (1,), "verbatim", origins=1),)))).text


def test_a_summary_without_tables_has_no_headings():
    assert "h3" not in safe(summary_html(summary(disagreements=(), key_figures=(), people=()))).tags


@pytest.mark.parametrize(
    ("changes", "heading"),
    [
        ({"since": "2024-01-19"}, "New since 2024-01-19"),
        ({"since": "2024-01-19", "since_last": True}, "New since the last brief, 2024-01-19"),
        ({"since": None}, None),
    ],
)
def test_a_brief_says_what_is_new_since_when(changes, heading):
    texts = safe(brief_html(brief(**changes))).texts
    assert [text for text in texts if text.startswith("New since")] == ([heading] if heading else [])


def test_a_brief_in_which_nothing_is_new_says_so():
    assert "Nothing." in safe(brief_html(brief(changes=()))).text


def test_a_brief_names_who_says_what():
    page = safe(brief_html(brief(remarks=(Remark("the mayor", "The mayor said so.", 2),))))
    assert page.texts.index("the mayor") < page.texts.index("“The mayor said so.”")
    assert page.values("href").count("#cite:a2:20:25") >= 1


# Timelines


def test_every_dot_leads_to_its_event():
    page = safe(timeline_html(timeline(event("2024-01"), event("2024-01-18"), event("2024-01-19", articles=4))))
    dots = [link for link in page.values("href") if link.startswith("#event-")]
    assert [dot.removeprefix("#") for dot in dots] == [name for name in page.values("id") if name.startswith("event-")]
    assert [name for name in page.values("class") if name in {"day", "month", "year"}] == ["month", "day", "day"]
    small, _, large = (float(radius) for radius in page.values("r"))
    assert large > small


def test_an_event_says_how_exact_its_date_is_and_what_others_say():
    page = safe(timeline_html(timeline(event("2024", articles=2, published="2024-03-01", other_dates=("2024-01-20",)))))
    assert "the month is not given · 2 origins · first published 2024-03-01 · other articles say 2024-01-20" in page.text


def test_a_timeline_without_events_says_what_to_do():
    assert "Try another topic" in safe(timeline_html(timeline())).text


def test_events_that_are_left_out_are_counted():
    assert "1,234 events" in safe(timeline_html(timeline(event("2024"), left_out=1234))).text


def test_places_keep_the_order_and_an_early_event_leaves_room_for_the_others():
    places = places_of([event("1977"), event("2024-03-26"), event("2024-03-27"), event("2024-04")])
    assert places == sorted(places)
    assert (places[0], places[-1]) == (10, 90)
    # On an even scale the last three would share a hundredth of the width.
    assert places[-1] - places[1] > 15
    assert places_of([event("2024"), event("2024")]) == [50, 50]


def test_dots_of_one_lane_do_not_touch_and_dates_have_room():
    events = [event(f"2024-01-{day:02}") for day in range(1, 31)]
    places = places_of(events)
    lanes = lanes_of(places)
    for lane in set(lanes):
        mine = [place for place, own in zip(places, lanes, strict=True) if own == lane]
        assert all(after - before >= APART for before, after in pairwise(mine))
    ticks = [place for place, _ in ticks_of(events, places)]
    assert len(ticks) > 2
    assert all(after - before >= LABEL for before, after in pairwise(ticks))


def test_sixty_events_of_one_day_stay_within_the_plot():
    page = safe(plot_svg([event("2024-01-19")] * 60))
    height = float(page.values("height")[0])
    assert height < 400
    assert all(0 < float(y) < height for y in page.values("cy"))
