"""The program is started anew in mid-conversation, or the connection to it is lost: the page says so, and goes on."""

import json
from contextlib import contextmanager

import pytest
from homes import SUBSET
from steps import ask

ENDORSED = "Who endorsed restoring ties?"
KILLED = "How many people did Iran report killed in a border village?"
CHILDREN = "And how many of them were children?"


@pytest.fixture(scope="module")
def served(start_app):
    """An app of its own, which these tests stop and start."""
    return start_app("--sync", *map(str, SUBSET))


@pytest.fixture
def waiting():
    """What a page has asked of the app and has no whole answer to."""
    return set()


@pytest.fixture
def reader(chromium, served, waiting):
    """A page whose failed requests are expected."""
    context = chromium.new_context(viewport={"width": 1400, "height": 900})
    context.on("request", lambda request: waiting.add(request) if "/queue/" in request.url else None)
    context.on("requestfinished", lambda request: waiting.discard(request))
    context.on("requestfailed", lambda request: waiting.discard(request))
    page = context.new_page()
    page.goto(served.url)
    page.wait_for_selector("#question textarea")
    yield page
    context.close()


@contextmanager
def stopped(app):
    app.stop()
    yield
    app.start()


def restart_unnoticed(page, app, waiting) -> None:
    """Start the app anew while the page asks nothing of it."""
    page.wait_for_timeout(1000)
    while waiting:
        page.wait_for_timeout(1000)
    with stopped(app):
        pass


@contextmanager
def offline(page):
    page.context.set_offline(True)
    yield
    page.context.set_offline(False)


@pytest.mark.parametrize("cause", ["the program", "the network"])
def test_a_question_asked_in_vain_is_there_again_and_the_loss_is_told(reader, served, cause):
    ask(reader, ENDORSED)
    with stopped(served) if cause == "the program" else offline(reader):
        reader.fill("#question textarea", KILLED)
        reader.press("#question textarea", "Enter")
        reader.get_by_text("Connection to the server was lost").wait_for()
        # What was answered can still be read.
        assert reader.locator("#chat .answer").count() == 1
    told = reader.locator("#before", has_text="The page was loaded anew, and its conversation is gone")
    told.wait_for(timeout=60_000)
    reader.wait_for_function("asked => document.querySelector('#question textarea').value === asked", arg=KILLED)
    reader.press("#question textarea", "Enter")
    reader.locator("#chat .answer", has_text="nine people").wait_for()
    told.get_by_text(ENDORSED).click()
    reader.wait_for_function("asked => document.querySelector('#question textarea').value === asked", arg=ENDORSED)
    told.get_by_text("Forget these").click()
    assert reader.locator("#before p").count() == 0


def test_a_page_that_noticed_nothing_is_told_what_is_forgotten(reader, served, waiting):
    ask(reader, KILLED)
    restart_unnoticed(reader, served, waiting)
    # The question leans on one that the program knew before.
    second = ask(reader, CHILDREN)
    said = reader.locator("#chat [data-testid=user]").last
    assert "does not remember the questions before this one" in said.inner_text()
    assert second.locator(".status.not_found").count() == 1 or "children" in second.inner_text()
    third = ask(reader, ENDORSED)
    assert "does not remember" not in reader.locator("#chat [data-testid=user]").last.inner_text()
    assert "cabinet" in third.inner_text().lower()
    # A verdict is about the answer that it stands beside.
    reader.locator("#chat button[aria-label=Like]").last.click()
    reader.locator("#rated", has_text="kept as good").wait_for()
    verdict = json.loads((served.home / "feedback" / "verdicts.jsonl").read_text().splitlines()[-1])
    assert verdict["question"] == ENDORSED


def test_what_is_shown_cannot_be_saved_when_it_is_forgotten(reader, served, waiting):
    ask(reader, ENDORSED)
    reader.locator("#answer-export").wait_for()
    restart_unnoticed(reader, served, waiting)
    reader.locator("#answer-export").get_by_role("button", name="Markdown").click()
    reader.get_by_text("make it again, then save it").wait_for()
    ask(reader, ENDORSED)
    with reader.expect_download():
        reader.locator("#answer-export").get_by_role("button", name="Markdown").click()


def test_a_limit_that_is_said_still_holds(reader, served, waiting):
    ask(reader, ENDORSED).locator("a.cite").first.click()
    reader.locator("#pane #cited").wait_for()
    reader.locator(".pane-bar [name=only]").click()
    limit = reader.locator("#limits .limit")
    limit.wait_for()
    restart_unnoticed(reader, served, waiting)
    ask(reader, "When was the Fort McHenry channel back to its full width?")
    assert f"only articles {limit.inner_text()}" in reader.locator("#chat [data-testid=user]").last.inner_text()
    assert reader.locator("#chat .answer.not_found").count() == 1


def test_the_log_holds_no_failure(served):
    assert "Traceback" not in served.log()
