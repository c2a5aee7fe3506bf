"""The Status and Evaluation tabs, the look in light and dark, and what a screen reader would meet on every page."""

import os
from pathlib import Path

import pytest
from chat_server import chat_server, reply
from homes import PLAIN_QUESTION
from steps import ask

TABS = ("Ask", "Summaries", "Timeline", "Library", "Evaluation", "Status")
SERIOUS = {"serious", "critical"}


def open_tab(page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


@pytest.fixture
def status(page):
    """The Status tab."""
    open_tab(page, "Status")
    page.locator("#facts table").wait_for()
    return page


def test_the_status_says_what_is_at_work_and_where_everything_is(status, app):
    facts = status.locator("#facts").inner_text()
    for said in ("no language model", "all-MiniLM-L6-v2, 384 dimensions", str(app.home), "gradio 6.", "passages"):
        assert said in facts
    assert "Nothing leaves this machine" in status.locator("body").inner_text()
    status.locator("#check-index").click()
    status.locator("#index-health", has_text="All is well").wait_for()


def test_a_model_that_cannot_be_reached_is_explained(status):
    model = status.locator("#model textarea, #model input").first
    status.locator("#test-model").click()
    status.locator("#tested", has_text="there is nothing to test").wait_for()
    model.fill("openai")
    status.locator("#test-model").click()
    status.locator("#tested", has_text="write provider:model").wait_for()


def test_a_model_is_tested_by_one_word(open_page, start_app):
    with chat_server(reply("ready")) as server:
        app = start_app(RAG_LLM="openai:tiny", RAG_LLM_URL=server.url)
        page = open_page(app.url)
        open_tab(page, "Status")
        page.locator("#test-model").click()
        page.locator("#tested", has_text="openai:tiny answered “ready” after").wait_for()
        assert server.calls == 1


def test_the_evaluation_asks_gold_questions_and_shows_every_failure(open_page, start_app):
    app = start_app()
    page = open_page(app.url)
    open_tab(page, "Evaluation")
    page.locator("#scores", has_text="Nothing has been measured yet").wait_for()
    page.locator("#run-evaluation").click()
    page.locator("#measuring", has_text="Asking gold questions").wait_for()
    # Whoever comes later sees how far it is, and what it gave.
    later = open_page(app.url)
    open_tab(later, "Evaluation")
    later.locator("#measuring", has_text="Asking gold questions").wait_for()
    for each in (page, later):
        each.locator("#scores table").wait_for(timeout=240_000)
    assert "20 questions, 0 failed, by quotes" in page.locator("#scores").inner_text()
    assert page.locator("#scores tr", has_text="recall@5").locator("td").first.inner_text()[:2] in {"0.", "1."}
    failure = page.locator("#scores details.failure").first
    failure.locator("summary").click()
    assert {"expected", "answered"} <= set(failure.locator("dt").all_inner_texts())


def is_dark(page) -> bool:
    return max(page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")) < 60


def test_a_reader_chooses_light_or_dark_and_the_browser_keeps_it(page):
    theme = page.locator("header [name=theme]")
    assert theme.input_value() == ""
    theme.select_option("dark")
    assert is_dark(page)
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector("#question textarea")
    assert other.locator("header [name=theme]").input_value() == "dark"
    assert is_dark(other)
    # A choice outlasts a change of the system, and is taken back.
    theme.select_option("light")
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(300)
    assert not is_dark(page)
    theme.select_option("")
    assert is_dark(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_other_colour_flashes_up_before_the_page_is_there(open_page, app, scheme):
    page = open_page(app.url, color_scheme=scheme)
    page.wait_for_selector("#question textarea")
    for chosen in ("", "light", "dark"):
        page.evaluate("chosen => localStorage.setItem('theme', chosen)", chosen)
        other = page.context.new_page()
        # Nothing of Gradio runs until these have come.
        other.route("**/assets/*.js", lambda route: None)
        other.goto(app.url, wait_until="commit")
        other.wait_for_selector("gradio-app", state="attached")
        assert other.locator("header").count() == 0
        assert is_dark(other) == ((chosen or scheme) == "dark")
        other.unroute("**/assets/*.js")
        other.wait_for_selector("#question textarea")
        assert is_dark(other) == ((chosen or scheme) == "dark")
        other.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_follows_the_system_in_light_and_dark(open_page, app, scheme):
    page = open_page(app.url, color_scheme=scheme)
    page.wait_for_selector("#question textarea")
    ink = page.evaluate("getComputedStyle(document.querySelector('h1')).color.match(/\\d+/g).map(Number)")
    assert (min(ink) > 200) if scheme == "dark" else (max(ink) < 60)


@pytest.mark.parametrize("width", [400, 1600])
@pytest.mark.parametrize("name", TABS)
def test_no_page_is_wider_than_the_window(open_page, app, name, width):
    page = open_page(app.url, width)
    open_tab(page, name)
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_violation_on_any_page(open_page, app, scheme):
    axe = os.environ.get("AXE")
    if not axe:
        pytest.skip("axe-core is not here: name its axe.min.js in AXE, as .ci/run does")
    page = open_page(app.url, color_scheme=scheme)
    page.wait_for_selector("#question textarea")
    ask(page, PLAIN_QUESTION).locator("a.cite").first.click()
    page.locator("#pane #cited").wait_for()
    page.evaluate(Path(axe).read_text(encoding="utf-8"))
    for name in TABS:
        open_tab(page, name)
        # What fades in has its colours by then.
        page.wait_for_timeout(1000)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        serious = [(each["id"], each["nodes"][0]["html"]) for each in found["violations"] if each["impact"] in SERIOUS]
        assert serious == [], name
