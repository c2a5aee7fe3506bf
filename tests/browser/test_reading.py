"""How a reader gets from an answer to its sources: by pointer, by keys alone, by a link, on a narrow screen."""

import re

import pytest
from homes import CABINET
from steps import ask, open_library, wait_until_in_view

DISAGREED = "How many people were killed in the border village?"
ENDORSED = "Who endorsed restoring ties?"


def quotes(answer) -> list[str]:
    """Give the quotation of each citation of an answer, in the order of their marks."""
    marks = answer.locator("a.cite[title]")
    each = [(marks.nth(n).get_attribute("href"), marks.nth(n).get_attribute("title")) for n in range(marks.count())]
    return [quote for _, quote in dict.fromkeys(each)]


def cited(page, quote: str) -> None:
    page.locator("#pane #cited", has_text=quote).wait_for()


def test_a_mark_shows_its_quotation_with_outlet_and_date(page):
    answer = ask(page, ENDORSED)
    mark = answer.locator("a.cite").first
    quote = mark.get_attribute("title")
    mark.hover()
    card = page.locator("#card.shown")
    card.wait_for()
    assert quote in card.inner_text()
    assert "The Margalla Courier · 2024-01-19" in card.inner_text()
    page.locator("header").hover()
    page.locator("#card.shown").wait_for(state="detached")
    assert mark.get_attribute("title") == quote
    mark.focus()
    card.wait_for()


def test_citations_are_walked_through_by_buttons_and_by_keys(page):
    answer = ask(page, DISAGREED)
    first, second, *_ = found = quotes(answer)
    answer.locator("a.cite").first.click()
    cited(page, first)
    place = page.locator(".pane-bar .place")
    assert place.inner_text() == f"1 of {len(found)}"
    assert page.locator(".pane-bar [name=previous]").is_disabled()
    page.locator(".pane-bar [name=next]").click()
    cited(page, second)
    page.locator("#pane").click()
    page.keyboard.press("ArrowLeft")
    cited(page, first)
    for key in ["n"] * len(found):
        page.keyboard.press(key)
    cited(page, found[-1])
    assert place.inner_text() == f"{len(found)} of {len(found)}"
    assert page.locator(".pane-bar [name=next]").is_disabled()
    page.keyboard.press("p")
    cited(page, found[-2])


def test_a_reader_without_a_pointer_asks_opens_walks_and_closes(page):
    page.locator("body").press("/")
    page.wait_for_function("document.activeElement.closest('#question') !== null")
    page.keyboard.type(DISAGREED)
    page.keyboard.press("Enter")
    page.locator("#chat .answer ol.sources").wait_for()
    page.wait_for_timeout(500)
    found = quotes(page.locator("#chat .answer"))
    while not page.evaluate("document.activeElement.matches('.answer a.cite')"):
        page.keyboard.press("Shift+Tab")
    focused = page.evaluate("document.activeElement.getAttribute('title') ?? document.getElementById('card').textContent")
    page.keyboard.press("Enter")
    page.locator("#pane #cited").wait_for()
    assert page.locator("#pane #cited").inner_text() in focused
    page.keyboard.press("p")
    cited(page, found[-2])
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.locator("#pane").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.matches('.answer a.cite')")


def test_keys_that_are_typed_are_only_typed(page):
    ask(page, DISAGREED).locator("a.cite").first.click()
    page.locator("#pane #cited").wait_for()
    shown = page.locator("#pane #cited").inner_text()
    page.locator("#question textarea").click()
    page.keyboard.type("n/p")
    assert page.locator("#question textarea").input_value() == "n/p"
    assert page.locator("#pane #cited").inner_text() == shown


def test_a_link_opens_the_article_at_its_place(page, open_page):
    answer = ask(page, ENDORSED)
    answer.locator("a.cite").first.click()
    quote = quotes(answer)[0]
    cited(page, quote)
    assert re.search(r"\?article=[0-9a-f]+&at=\d+-\d+$", page.url)
    other = open_page(page.url)
    cited(other, quote)
    wait_until_in_view(other, "#cited")
    # Closed, it is out of the address too.
    other.locator(".pane-bar [name=close]").click()
    other.locator("#pane").wait_for(state="hidden")
    assert "article" not in other.url


@pytest.mark.parametrize(
    "query", ["?article=none&at=1-2", "?article=<img+src=x+onerror=window.hacked=1>", "?at=1-2", "?article=a:b:c&at=x"]
)
def test_a_link_that_leads_nowhere_says_so_or_shows_the_page(open_page, app, query):
    page = open_page(f"{app.url}{query}")
    page.wait_for_selector("#question textarea")
    page.wait_for_timeout(500)
    if "article" in query:
        assert re.search("there is no article|invalid literal|unpack", page.locator("#pane").inner_text())
    assert page.evaluate("window.hacked") is None


def test_the_link_and_the_answer_with_footnotes_are_copied(open_page, app):
    page = open_page(app.url, permissions=["clipboard-read", "clipboard-write"])
    answer = ask(page, ENDORSED)
    quote = quotes(answer)[0]
    answer.locator("button.copy").click()
    answer.locator("button.copy", has_text="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert f"“{quote}” [1]" in copied
    assert re.search(rf"^\[1\] Cabinet endorses .*The Margalla Courier · 2024-01-19: “{re.escape(quote)}”$", copied, re.MULTILINE)
    answer.locator("a.cite").first.click()
    cited(page, quote)
    page.locator(".pane-bar [name=share]").click()
    page.locator(".pane-bar [name=share]", has_text="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_on_a_narrow_screen_the_source_lies_over_the_conversation(open_page, app):
    page = open_page(app.url, 400)
    answer = ask(page, DISAGREED)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    answer.locator("a.cite").first.click()
    page.locator("#pane #cited").wait_for()
    wait_until_in_view(page, "#cited")
    for part in ("#reading", "#pane"):
        box = page.locator(part).bounding_box()
        assert (box["x"], box["width"]) == (0, 400)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    page.keyboard.press("Escape")
    page.locator("#reading").wait_for(state="hidden")


def test_an_article_of_the_library_opens_in_the_same_pane(page):
    open_library(page)
    page.locator("#table button[name=open]", has_text="Cabinet endorses").click()
    page.locator("#pane h2", has_text="Cabinet endorses").wait_for()
    assert page.locator(".pane-bar [name=next]").is_disabled()
    assert re.search(r"\?article=[0-9a-f]+$", page.url)
    page.keyboard.press("Escape")
    page.locator("#pane").wait_for(state="hidden")


def test_nothing_that_is_read_moves_while_a_further_question_is_answered(page):
    first = ask(page, ENDORSED)
    second = ask(page, DISAGREED)
    top = page.locator("#chat [data-testid=user]").last.bounding_box()["y"]
    log = page.locator("#chat [role=log]").bounding_box()["y"]
    # The new question stands at the top, with its answer below.
    assert 0 <= top - log < 60
    assert second.bounding_box()["y"] > top
    assert first.inner_text()
    assert CABINET not in page.content()
