"""Links that ask again, and the limit to one article that the source pane sets."""

import re
from urllib.parse import urlencode

import pytest
from homes import PLAIN_QUESTION, SUBSET
from payloads import PAYLOADS
from steps import ask, open_first_source

ENDORSED = "Who endorsed restoring ties?"
KILLED = "How many people did Iran report killed in a border village?"
CHILDREN = "And how many of them were children?"
CABINET = "Cabinet endorses restoring full ties with Iran"


def follow(open_page, url: str, answers: int = 1, **options):
    """Open an address that asks something, wait for the answers, and give the page."""
    page = open_page(url, **options)
    page.locator("#chat a.again").nth(answers - 1).wait_for()
    return page


def linked(answer) -> str:
    """Give the address that the link of the last answer leads to."""
    return answer.page.locator("#chat a.again").last.evaluate("link => link.href")


def only_this(page) -> None:
    page.locator(".pane-bar [name=only]").click()
    page.locator("#limits .limit", has_text=CABINET).wait_for()


def test_a_link_is_copied_and_asks_again_in_a_conversation_of_its_own(open_page, app):
    page = open_page(app.url, permissions=["clipboard-read", "clipboard-write"])
    ask(page, KILLED)
    text = ask(page, ENDORSED).inner_text()
    page.locator("#chat a.again").last.click()
    page.locator("#chat a.again", has_text="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{app.url}?{urlencode({'ask': ENDORSED})}"
    assert page.url == app.url
    other = follow(open_page, copied)
    assert other.locator("#chat .answer").inner_text() == text
    assert other.locator("#chat [data-testid=user]").all_inner_texts() == [ENDORSED]
    # It stays in the address until the conversation goes on.
    assert other.url == copied
    other.locator("#chat a.cite").first.click()
    other.locator("#pane #cited").wait_for()
    assert re.search(r"\?ask=.*&article=[0-9a-f]+&at=\d+-\d+$", other.url)
    shared = follow(open_page, other.url)
    shared.locator("#pane #cited").wait_for()
    ask(other, KILLED)
    assert "ask=" not in other.url
    assert "article=" in other.url


def test_a_link_to_a_follow_up_asks_what_it_leans_on_first(page, open_page):
    ask(page, ENDORSED)
    ask(page, KILLED)
    answer = ask(page, CHILDREN)
    other = follow(open_page, linked(answer), answers=2)
    assert other.locator("#chat [data-testid=user]").all_inner_texts() == [KILLED, CHILDREN]
    assert other.locator("#chat .answer").last.inner_text() == answer.inner_text()


def test_a_link_sets_the_limits_that_the_answer_had(page, open_page):
    open_first_source(page, ask(page, ENDORSED))
    only_this(page)
    page.locator("#limit button", has_text="Limit to dates").click()
    page.locator("#since").locator("input, textarea").fill("2024-01-01")
    page.locator("#limits .limit", has_text="since 2024-01-01").wait_for()
    other = follow(open_page, linked(ask(page, PLAIN_QUESTION)))
    said = ["published since 2024-01-01", f"“{CABINET}”"]
    other.locator("#limits .limit").nth(1).wait_for()
    assert other.locator("#limits .limit").all_inner_texts() == said
    assert f"only articles {', '.join(said)}" in other.locator("#chat [data-testid=user]").inner_text()
    # They hold for what is asked next.
    assert "Not found" in ask(other, "When was the Fort McHenry channel back to its full width?").inner_text()


def test_a_link_leads_on_after_the_password_was_given(open_page, start_app):
    app = start_app("--auth", "reader:secret", "--sync", str(SUBSET[2]))
    page = open_page(f"{app.url}?{urlencode({'ask': PLAIN_QUESTION})}")
    page.get_by_label("username").fill("reader")
    page.get_by_label("password").fill("secret")
    page.get_by_role("button", name="Login").click()
    page.locator("#chat .answer a.cite").first.click()
    page.locator("#pane #cited").wait_for()
    assert "article=" in page.url
    page.reload()
    page.locator("#chat .answer a.cite").first.wait_for()
    page.locator("#pane #cited").wait_for()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"ask": "x" * 20_000}, "20000 characters, more than 2000"),
        ({"ask": ""}, "the question is empty"),
        ({"ask": ENDORSED, "since": PAYLOADS[1]}, "give a day such as"),
        ({"ask": ENDORSED, "outlet": PAYLOADS[1]}, "no article is by"),
        ({"ask": ENDORSED, "only": PAYLOADS[1]}, "there is no article"),
        ({"ask": PAYLOADS[1], "article": PAYLOADS[1], "at": PAYLOADS[1]}, ""),
        ({"ask": [ENDORSED] * 60}, "more than 50 values"),
    ],
    ids=["long", "empty", "day", "outlet", "article", "markup", "many"],
)
def test_a_link_that_somebody_made_up_is_inert(open_page, app, query, said):
    written = {file: file.stat().st_mtime_ns for file in app.home.glob("*") if file.suffix in {".db", ".jsonl"}}
    page = open_page(f"{app.url}?{urlencode(query, doseq=True)}")
    page.locator("#chat .answer").first.wait_for()
    assert said in page.locator("#chat .answer").first.inner_text()
    page.wait_for_timeout(500)
    assert page.evaluate("window.hacked") is None
    assert page.locator("#chat img, #chat iframe, #chat script, #limits img, #pane img").count() == 0
    assert {file: file.stat().st_mtime_ns for file in written} == written
    assert PLAIN_QUESTION not in page.content()
    assert "cabinet" in ask(page, f"{PLAIN_QUESTION}").inner_text() or query.keys() & {"since", "outlet", "only"}


def test_one_article_alone_is_asked_until_the_limit_is_taken_away(page):
    open_first_source(page, ask(page, ENDORSED))
    only_this(page)
    assert page.evaluate("document.activeElement.closest('#question') !== null")
    answer = ask(page, "When was the Fort McHenry channel back to its full width?")
    assert "Not found" in answer.inner_text()
    assert CABINET in ask(page, PLAIN_QUESTION).locator("ol.sources").inner_text()
    page.locator("#limits button").click()
    page.locator("#limits .limit").wait_for(state="detached")
    assert "Not found" not in ask(page, "When was the Fort McHenry channel back to its full width?").inner_text()


def test_on_a_narrow_screen_the_limit_leads_back_to_the_question(open_page, app):
    page = open_page(app.url, 400)
    open_first_source(page, ask(page, ENDORSED))
    only_this(page)
    page.locator("#reading").wait_for(state="hidden")
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
