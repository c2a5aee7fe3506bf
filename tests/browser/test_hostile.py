"""Fifty payloads in title, text, outlet and file name, through every view: nothing of them runs, and nothing is fetched for them."""

import json

import pytest
from payloads import PAYLOADS
from steps import ask, open_library

ASKED = 12


def write(folder, number: int, payload: str) -> None:
    """Write an article that holds a payload wherever an article can hold one."""
    name = f"{number:02}-{payload.replace('/', '_')}"[:100]
    title, outlet = json.dumps(f"Lantern {number} {payload}"), json.dumps(f"Post {number} {payload}")
    text = f"The lantern number {number} was sold for {number + 200} crowns {payload} on Friday.\n\nAna {payload} Costa said it was lit."
    (folder / f"{name}.md").write_text(
        f"---\ntitle: {title}\noutlet: {outlet}\nauthors: [{outlet}]\npublished: 2024-03-02\n---\n\n{text}\n", encoding="utf-8"
    )


@pytest.fixture(scope="module")
def hostile(start_app, tmp_path_factory):
    """An app over such articles alone."""
    folder = tmp_path_factory.mktemp("hostile")
    for number, payload in enumerate(PAYLOADS):
        write(folder, number, payload)
    app = start_app("--sync", str(folder))
    yield app
    assert "Traceback" not in app.log()


def test_there_are_fifty_payloads():
    assert len(set(PAYLOADS)) == 50


def test_no_payload_runs_in_any_view(open_page, hostile):
    page = open_page(hostile.url)
    page.wait_for_selector("#question textarea")
    page.locator("#limit button", has_text="Limit to dates").click()
    page.locator("#outlet input").click()
    page.locator("[role=option]").nth(1).click()
    page.locator("#limits .limit").wait_for()
    page.locator("#limits button").click()
    for payload in PAYLOADS[:: len(PAYLOADS) // ASKED]:
        number = PAYLOADS.index(payload)
        answer = ask(page, f"For how many crowns was the lantern number {number} sold {payload}?")
        answer.locator("a.cite").first.hover()
    open_library(page)
    page.locator("#plot svg").wait_for()
    rows = page.locator("#table button[name=open]")
    assert rows.count() == len(PAYLOADS)
    for row in range(rows.count()):
        title = rows.nth(row).inner_text()
        rows.nth(row).click()
        # The payload is shown, as text.
        page.locator("#pane h2", has_text=title.strip()).wait_for()
    page.locator("#summarize").click()
    page.locator("#summary a.cite").first.wait_for()
    page.locator("#remove").click()
    page.locator("#confirm strong").wait_for()
    page.get_by_role("tab", name="Summaries", exact=True).click()
    page.get_by_role("button", name="Choose articles").click()
    page.locator("#summary-ticked label").first.wait_for()
    page.locator("#summary-write").click()
    page.locator("#summary-text a.cite").first.wait_for()
    page.get_by_role("tab", name="Timeline", exact=True).click()
    page.locator("#timeline-draw").click()
    page.locator("#timeline svg.plot a").first.wait_for()
    open_library(page)
    page.fill("#filter textarea, #filter input", PAYLOADS[1])
    page.wait_for_timeout(500)
    assert page.evaluate("window.hacked") is None
    assert (
        page.locator("#pane :is(img, script, iframe, svg), #chat .answer :is(img, script, iframe, svg), #table :is(img, iframe)").count()
        == 0
    )
