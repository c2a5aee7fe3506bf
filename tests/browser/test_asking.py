"""What the Ask tab offers beside an answer: limits, examples, verdicts; and that each reader has a conversation of their own."""

import json

import pytest
from homes import PLAIN_QUESTION
from steps import ask

ENDORSED = "Who endorsed restoring ties?"


def limit(page, **limits: str) -> None:
    """Open the limits, and type some of them."""
    if not page.locator("#since").is_visible():
        page.locator("#limit button", has_text="Limit to dates").click()
    for name, value in limits.items():
        page.locator(f"#{name}").locator("input, textarea").first.fill(value)


def test_limits_hold_and_stay_in_sight_until_they_are_taken_away(page):
    limit(page, since="2024-02-01")
    said = page.locator("#limits .chosen")
    said.wait_for()
    assert "published since 2024-02-01" in said.inner_text()
    assert "Not found" in ask(page, PLAIN_QUESTION).inner_text()
    assert "only articles published since 2024-02-01" in page.locator("#chat [data-testid=user]").last.inner_text()
    assert said.is_visible()
    said.locator("button").click()
    said.wait_for(state="detached")
    assert page.locator("#since").locator("input, textarea").input_value() == ""
    assert "Not found" not in ask(page, PLAIN_QUESTION).inner_text()


def test_a_limit_that_is_no_day_is_explained(page):
    limit(page, until="soon")
    page.locator("#limits .problem").wait_for()
    answer = ask(page, ENDORSED)
    assert "until is 'soon': give a day such as 2024-01-18" in answer.inner_text()
    assert page.locator("#question textarea").input_value() == ENDORSED


def test_what_was_asked_is_kept_in_the_browser_if_that_is_wanted_and_can_be_deleted(page):
    kept = "localStorage.getItem('questions')"
    ask(page, ENDORSED)
    assert page.evaluate(kept) is None
    page.get_by_text("Earlier questions").click()
    wanted = page.get_by_label("Keep what I ask in this browser")
    wanted.check()
    hostile = "<img src=x onerror=alert(1)> Who endorsed it?"
    ask(page, hostile)
    page.locator("#kept button", has_text=hostile).wait_for()
    other = page.context.new_page()
    other.goto("/")
    other.get_by_text("Earlier questions").click()
    assert other.locator("#kept button").all_inner_texts() == [hostile, ENDORSED, "Delete all"]
    other.locator("#kept button", has_text=ENDORSED).click()
    other.wait_for_function("asked => document.querySelector('#question textarea').value === asked", arg=ENDORSED)
    other.get_by_text("Delete all").click()
    page.locator("#kept button").first.wait_for(state="detached")
    assert page.evaluate(kept) == "[]"
    wanted.uncheck()
    assert page.evaluate(kept) is None


def test_an_outlet_of_the_articles_can_be_chosen(page):
    limit(page)
    page.locator("#outlet input").click()
    page.locator("[role=option]", has_text="The Margalla Courier").click()
    page.locator("#limits .limit", has_text="by The Margalla Courier").wait_for()
    answer = ask(page, "How many people were killed in the border village?")
    for line in answer.locator("ol.sources li").all_inner_texts():
        assert "The Margalla Courier" in line


def test_an_outlet_stays_chosen_when_the_list_of_outlets_comes_late(page):
    limit(page)
    page.locator("#outlet input").click()
    page.locator("[role=option]", has_text="The Margalla Courier").wait_for()
    page.get_by_role("tab", name="Library").click()
    late = []
    page.route("**/queue/join*", lambda route: late.append(route) if route.request.post_data_json["data"] == [""] else route.continue_())
    page.get_by_role("tab", name="Ask").click()
    page.locator("#outlet input").click()
    page.locator("[role=option]", has_text="The Margalla Courier").click()
    page.locator("#limits .limit").wait_for()
    assert late
    for route in late:
        route.continue_()
    ask(page, PLAIN_QUESTION)
    assert "only articles by The Margalla Courier" in page.locator("#chat [data-testid=user]").last.inner_text()
    assert page.locator("#limits .limit").inner_text() == "by The Margalla Courier"
    assert page.locator("#outlet input").input_value() == "The Margalla Courier"


def test_verdicts_are_kept_here_and_become_drafts_of_gold_questions(page, app):
    ask(page, ENDORSED)
    page.locator("#chat button[aria-label=Like]").click()
    page.locator("#rated", has_text="kept as good").wait_for()
    rows = [json.loads(line) for line in (app.home / "feedback" / "verdicts.jsonl").read_text().splitlines()]
    assert (rows[-1]["verdict"], rows[-1]["question"]) == ("good", ENDORSED)
    assert rows[-1]["answer"]["citations"]
    page.locator("#draft").click()
    page.locator("#rated", has_text="A draft is in").wait_for()
    draft = json.loads((app.home / "feedback" / "gold-drafts.jsonl").read_text().splitlines()[-1])
    assert draft["question"] == ENDORSED
    assert draft["evidence"]


def test_two_readers_do_not_see_each_others_conversations(open_page, app):
    one, other = open_page(app.url), open_page(app.url)
    ask(one, "How many people did Iran report killed in a border village?")
    ask(other, ENDORSED)
    assert "border village" not in other.locator("#chat").inner_text()
    # A follow-up leans on the reader's own question alone.
    assert "children" in ask(one, "And how many of them were children?").inner_text()
    assert other.locator("#chat .answer").count() == 1
    other.goto(app.url)
    other.wait_for_selector("#question textarea")
    assert other.locator("#chat .answer").count() == 0
    assert one.locator("#chat .answer").count() == 2


def test_a_conversation_is_cleared_by_a_button(page):
    ask(page, "How many people did Iran report killed in a border village?")
    page.locator("#chat button[aria-label=Clear]").click()
    page.locator("#chat .answer").wait_for(state="detached")
    assert page.locator("#chat .welcome").is_visible()


@pytest.mark.parametrize(
    ("question", "outcome"),
    [(ENDORSED, "answered"), ("How many people were killed in the border village?", "conflicting"), ("Who won the regatta?", "not_found")],
)
def test_outcomes_look_different(page, question, outcome):
    answer = ask(page, question)
    assert f"answer {outcome}" == answer.get_attribute("class")
    if outcome == "conflicting":
        assert answer.locator("table.values tbody tr").count() >= 2
        assert answer.locator("table.values").is_visible()
