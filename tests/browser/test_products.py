"""Summaries, briefs and timelines as a reader makes them: write, stop, open what is cited, save what is shown."""

import json
import re
import time

import pytest
from chat_server import chat_server, reply
from homes import SUBSET
from steps import ask

from rag.store import Store
from rag.verify import verify

STRIKES = "the strikes on the border between Iran and Pakistan"
ENDORSED = "Who endorsed restoring ties?"


def open_tab(page, name: str):
    page.get_by_role("tab", name=name, exact=True).click()
    return page


@pytest.fixture
def summaries(page):
    return open_tab(page, "Summaries")


@pytest.fixture
def timelines(page):
    return open_tab(page, "Timeline")


def fill(page, name: str, text: str) -> None:
    page.locator(f"#{name} input, #{name} textarea").first.fill(text)


def write(page, topic: str = "", kind: str = "Summary"):
    """Have a summary or brief written; give its element."""
    fill(page, "summary-topic", topic)
    page.locator("#summary-kind").get_by_text(kind).click()
    page.locator("#summary-write").click()
    page.locator("#summary-export").wait_for()
    return page.locator("#summary-text .product")


def draw(page, topic: str):
    """Have a timeline drawn; give its element."""
    fill(page, "timeline-topic", topic)
    page.locator("#timeline-draw").click()
    page.locator("#timeline-export").wait_for()
    return page.locator("#timeline .product")


def saved(page, name: str, folder) -> list:
    """Save what is shown in each format; give the files."""
    files = []
    for label in ("Markdown", "HTML", "JSON"):
        button = page.locator(f"#{name}-export").get_by_role("button", name=label)
        with page.expect_download() as waiting:
            button.click()
        files.append(folder / waiting.value.suggested_filename)
        waiting.value.save_as(files[-1])
    assert [file.suffix for file in files] == [".md", ".html", ".json"]
    return files


def check(app, files) -> None:
    """Make sure that every quotation of the files stands in the store of the app."""
    store = Store(app.home / "clippings.db")
    try:
        for file in files:
            checks = verify(file, store)
            assert checks
            assert {each.standing for each in checks} == {"stands"}
    finally:
        store.close()


# Summaries and briefs


def test_a_topic_is_summarized_and_a_mark_opens_its_source(summaries):
    written = write(summaries, STRIKES)
    assert "articles read" in written.locator(".coverage").inner_text()
    mark = written.locator("a.cite").first
    quote = mark.get_attribute("title")
    mark.click()
    summaries.locator("#pane #cited", has_text=quote).wait_for()


def test_ticked_articles_alone_are_read(summaries, app):
    # Tests before this one may have added articles.
    store = Store(app.home / "clippings.db")
    stored = store.count()
    store.close()
    summaries.locator("#summary-matching", has_text=f"all {stored} within the limits").wait_for()
    summaries.get_by_role("button", name="Choose articles").click()
    fill(summaries, "summary-words", "full ties")
    summaries.locator("#summary-ticked", has_text="1 found").wait_for()
    summaries.locator("#summary-ticked input[type=checkbox]").check()
    summaries.locator("#summary-matching", has_text="the 1 ticked").wait_for()
    # What is ticked stays, whatever is looked for.
    fill(summaries, "summary-words", "")
    summaries.locator("#summary-ticked", has_text=f"{stored} found, 1 ticked").wait_for()
    written = write(summaries)
    assert "1 of 1 articles read" in written.inner_text()
    assert {"Key figures", "People"} & set(written.locator("h3").all_inner_texts())


def test_words_typed_while_the_list_is_made_are_looked_for(page):
    held = []

    def hold_the_first(route):
        is_listing = route.request.post_data_json["data"][:2] == ["", []]
        held.append(route) if is_listing and not held else route.continue_()

    page.route("**/queue/join*", hold_the_first)
    open_tab(page, "Summaries")
    page.get_by_role("button", name="Choose articles").click()
    fill(page, "summary-words", "full ties")
    page.wait_for_timeout(300)
    (listing,) = held
    listing.continue_()
    page.locator("#summary-ticked", has_text="1 found").wait_for()


def test_limits_reach_the_summary(summaries):
    summaries.get_by_role("button", name="Limit to dates").click()
    fill(summaries, "summary-since", "2024-05-01")
    summaries.locator("#summary-matching", has_text="all 2 within the limits").wait_for()
    assert "2 of 2 articles read" in write(summaries).inner_text()


def test_a_brief_says_what_is_new(summaries):
    summaries.locator("#summary-kind").get_by_text("Brief").click()
    fill(summaries, "summary-changed", "2024-01-19")
    written = write(summaries, STRIKES, "Brief")
    assert {"New since 2024-01-19", "What there is to know", "Who says what"} <= set(written.locator("h3").all_inner_texts())
    assert written.locator(".headline a.cite").count() >= 1


@pytest.mark.parametrize(
    ("topic", "kind", "said"),
    [("", "Brief", "a brief is on a topic"), ("the price of opera tickets in Vienna", "Summary", "no article matches")],
)
def test_what_cannot_be_written_is_explained(summaries, topic, kind, said):
    fill(summaries, "summary-topic", topic)
    summaries.locator("#summary-kind").get_by_text(kind).click()
    summaries.locator("#summary-write").click()
    summaries.locator("#summary-text .problem", has_text=said).wait_for()
    assert summaries.locator("#summary-stop").is_disabled()


def test_writing_can_be_stopped_and_what_there_is_stays(open_page, start_app):
    def slow(call) -> None:
        time.sleep(1.5)
        reply("The moon is made of cheese. [1]")(call)

    with chat_server(slow) as server:
        app = start_app("--sync", *map(str, SUBSET), RAG_LLM="openai:tiny", RAG_LLM_URL=server.url)
        page = open_tab(open_page(app.url), "Summaries")
        fill(page, "summary-topic", STRIKES)
        page.locator("#summary-write").click()
        page.locator("#summary-progress progress").wait_for()
        page.locator("#summary-stop:not([disabled])").click()
        page.locator("#summary-progress", has_text="Stopped").wait_for()
        calls = server.calls
        written = page.locator("#summary-text .product")
        assert "the model was stopped" in written.text_content()
        assert written.locator("a.cite").count() > 3
        assert page.locator("#summary-stop").is_disabled()
        page.wait_for_timeout(3000)
        assert server.calls == calls < 7


# Timelines


def test_a_dot_of_the_timeline_leads_to_its_event(timelines):
    drawn = draw(timelines, STRIKES)
    dots = drawn.locator("svg.plot a")
    assert dots.count() == drawn.locator("ol.events > li").count() > 2
    dots.last.click()
    last = f"#event-{dots.count()}"
    timelines.wait_for_function("event => document.querySelector(':target')?.matches(event)", arg=last)
    dots.first.focus()
    timelines.keyboard.press("Enter")
    timelines.wait_for_function("document.querySelector(':target')?.id === 'event-1'")
    assert drawn.locator("time").all_inner_texts() == sorted(drawn.locator("time").all_inner_texts())


def test_a_timeline_says_how_much_was_read_and_nothing_is_left_to_stop(timelines):
    drawn = draw(timelines, STRIKES)
    read, total = re.search(r"(\d+) of (\d+) articles read", drawn.locator(".coverage").inner_text()).groups()
    assert read == total
    timelines.locator("#timeline-stop[disabled]").wait_for()
    assert not timelines.locator("#timeline-progress").inner_text().strip()


def test_a_mark_of_the_timeline_opens_its_source(timelines):
    mark = draw(timelines, STRIKES).locator("ol.events a.cite").first
    quote = mark.get_attribute("title")
    mark.click()
    timelines.locator("#pane #cited", has_text=quote).wait_for()


def test_a_topic_that_nothing_dates_says_so(timelines):
    fill(timelines, "timeline-topic", "the price of opera tickets in Vienna")
    timelines.locator("#timeline-draw").click()
    timelines.locator("#timeline", has_text="No article dates anything here").wait_for()


@pytest.mark.parametrize("name", ["Summaries", "Timeline"])
def test_products_fit_a_narrow_screen(open_page, app, name):
    page = open_tab(open_page(app.url, 400), name)
    (write if name == "Summaries" else draw)(page, STRIKES)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    for dot in page.locator("svg.plot a").all():
        box = dot.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 400


# Saving


def test_a_saved_summary_brief_and_timeline_stand(summaries, app, tmp_path):
    write(summaries, STRIKES)
    check(app, saved(summaries, "summary", tmp_path))
    summaries.locator("#summary-kind").get_by_text("Brief").click()
    summaries.locator("#summary-write").click()
    summaries.locator("#summary-text .headline").wait_for()
    summaries.locator("#summary-export").wait_for()
    files = saved(summaries, "summary", tmp_path)
    assert json.loads(files[-1].read_text(encoding="utf-8"))["kind"] == "brief"
    check(app, files)
    draw(open_tab(summaries, "Timeline"), STRIKES)
    check(app, saved(summaries, "timeline", tmp_path))


def test_a_saved_answer_stands(page, app, tmp_path):
    ask(page, ENDORSED)
    page.locator("#answer-export").wait_for()
    files = saved(page, "answer", tmp_path)
    assert json.loads(files[-1].read_text(encoding="utf-8"))["question"] == ENDORSED
    check(app, files)


def test_two_readers_save_what_each_of_them_sees(open_page, app, tmp_path):
    pages = [open_page(app.url) for _ in range(2)]
    for page, question in zip(pages, (ENDORSED, "Who was killed in the border village?"), strict=True):
        page.wait_for_selector("#question textarea")
        ask(page, question)
        page.locator("#answer-export").wait_for()
    asked = [json.loads(saved(page, "answer", tmp_path)[-1].read_text(encoding="utf-8"))["question"] for page in pages]
    assert asked == [ENDORSED, "Who was killed in the border village?"]
