"""What a reader does in the browser: ask, open a source, add articles, summarize."""

import json
import threading

import httpx
import pytest
from chat_server import chat_server
from homes import CABINET, PLAIN_QUESTION, SUBSET, UNANSWERABLE
from steps import ask, choose, open_first_source, open_library, upload, wait_until_in_view

ENDORSED = "endorsed the restoration of full diplomatic relations with Iran"
# A sentence at the end of its article, which is far longer than the pane.
AT_THE_END = "How many weeks of overtime had Hank Villareal lost?"


def test_an_answer_leads_to_the_sentence_it_rests_on(page):
    answer = ask(page, "Who endorsed restoring ties?")
    assert "cabinet" in answer.inner_text().lower()
    assert ENDORSED in answer.inner_text()
    quote = open_first_source(page, answer)
    assert page.locator("#pane #cited").inner_text() == quote
    assert page.locator("#pane h2").inner_text() == "Cabinet endorses restoring full ties with Iran"
    wait_until_in_view(page, "#cited")


@pytest.mark.parametrize("width", [1400, 500], ids=["wide", "narrow"])
def test_a_sentence_far_down_an_article_is_scrolled_to(open_page, app, width):
    page = open_page(app.url, width)
    answer = ask(page, AT_THE_END)
    quote = open_first_source(page, answer)
    assert "eleven weeks of overtime" in quote
    wait_until_in_view(page, "#cited")
    # Whoever has scrolled away is brought back by the same mark.
    page.evaluate("document.getElementById('pane').scrollTop = 0")
    if width < 960:
        # There the pane lies over the conversation.
        page.keyboard.press("Escape")
        page.locator("#pane").wait_for(state="hidden")
    answer.locator("a.cite").first.click()
    wait_until_in_view(page, "#cited")


def test_another_mark_shows_another_place(page):
    first = open_first_source(page, ask(page, AT_THE_END))
    second = open_first_source(page, ask(page, "Who endorsed restoring ties?"))
    assert first != second
    assert page.locator("#pane #cited").count() == 1
    wait_until_in_view(page, "#cited")


def test_what_is_not_found_shows_what_comes_nearest_and_it_opens(page):
    answer = ask(page, UNANSWERABLE)
    assert "Not found in the articles" in answer.inner_text()
    links = answer.locator("li a.cite")
    assert 1 <= links.count() <= 3
    near = answer.locator("li .by").first.inner_text()[1:-1]
    links.first.click()
    page.locator("#pane article.source h2", has_text=links.first.inner_text().split(" (")[0]).wait_for()
    assert page.locator("#pane #cited").inner_text() == near


@pytest.mark.parametrize("question", ["   ", "x" * 2500], ids=["empty", "too long"])
def test_a_question_that_cannot_be_asked_gets_a_clear_message(page, question):
    said = ask(page, question).inner_text()
    assert "the question is empty" in said or "2500 characters" in said
    # And the next one is answered.
    assert ENDORSED in ask(page, "Who endorsed restoring ties?").inner_text()


def test_a_follow_up_leans_on_the_question_before(page):
    ask(page, "How many people did Iran report killed in a border village?")
    assert "children" in ask(page, "And how many of them were children?").inner_text()


def test_an_example_can_be_asked(page):
    page.get_by_text("How many bolts were missing when the door plug blew out?").first.click()
    page.wait_for_function("document.querySelector('#question textarea').value.length > 0")
    assert page.locator("#question textarea").input_value() == "How many bolts were missing when the door plug blew out?"


def test_an_uploaded_article_is_listed_and_can_be_asked_about(page, tmp_path):
    file = tmp_path / "lighthouse.md"
    file.write_text(
        "---\ntitle: Lighthouse of Kilmore sold\noutlet: Bannow Bay Post\npublished: 2024-03-02\n---\n\n"
        "The lighthouse of Kilmore was sold on Friday to Bridget Furlong, a retired teacher, for 310,000 euros.\n",
        encoding="utf-8",
    )
    open_library(page)
    assert upload(page, file).startswith("1 added")
    page.locator("#table", has_text="Lighthouse of Kilmore sold").wait_for()
    page.get_by_role("tab", name="Ask").click()
    answer = ask(page, "Who bought the lighthouse of Kilmore that was sold on Friday?")
    assert "Bridget Furlong" in answer.inner_text()
    assert "Bridget Furlong" in open_first_source(page, answer)


def test_a_broken_upload_is_named_and_the_others_are_taken(page, tmp_path):
    empty, good = tmp_path / "broken-upload.txt", tmp_path / "weir.txt"
    empty.write_bytes(b"")
    good.write_text("Weir of Athlone repaired\n\nThe weir of Athlone was repaired by forty workers in nine days.\n", encoding="utf-8")
    open_library(page)
    said = upload(page, empty, good)
    assert "1 added" in said
    assert "1 skipped" in said
    assert "broken-upload.txt: the file is empty" in said


def test_a_summary_of_a_chosen_article_leads_to_its_sentences(page):
    open_library(page)
    choose(page, "Cabinet endorses restoring full ties with Iran")
    page.locator("#pane h2", has_text="Cabinet endorses restoring full ties with Iran").wait_for()
    page.locator("#summarize").click()
    marks = page.locator("#summary a.cite")
    marks.first.wait_for()
    assert "1 of 1 articles read" in page.locator("#summary").inner_text()
    quote = marks.last.get_attribute("title")
    marks.last.click()
    page.locator("#pane #cited", has_text=quote).wait_for()
    assert page.locator("#pane #cited").inner_text() == quote


HOSTILE_TITLE = '<img src="http://127.0.0.1:9/title.png" onerror="window.hacked=1"> & <b>Zeppelin</b>'
HOSTILE = f"""{HOSTILE_TITLE}

The zeppelin of Friedrichshafen <script>window.hacked=1</script> landed with 33 passengers ![x](http://127.0.0.1:9/x.png) on Tuesday.

The crew <img src=x onerror="window.hacked=1"> of the zeppelin said nothing [1] about <iframe src="http://127.0.0.1:9/"></iframe> the storm.
"""


def test_an_article_full_of_markup_runs_nothing_and_fetches_nothing(page, tmp_path):
    file = tmp_path / "hostile.txt"
    file.write_text(HOSTILE, encoding="utf-8")
    open_library(page)
    assert upload(page, file).startswith("1 added")
    choose(page, "Zeppelin")
    page.locator("#pane h2", has_text="Zeppelin").wait_for()
    assert page.locator("#pane h2").inner_text() == HOSTILE_TITLE
    page.locator("#summarize").click()
    page.locator("#summary a.cite").first.wait_for()
    page.get_by_role("tab", name="Ask").click()
    answer = ask(page, "How many passengers landed with the zeppelin of Friedrichshafen on Tuesday?")
    assert "<script>window.hacked=1</script>" in answer.inner_text()
    quote = open_first_source(page, answer)
    assert page.locator("#pane #cited").inner_text() == quote
    ask(page, "<script>window.hacked=1</script> ![x](http://127.0.0.1:9/q.png) <img src=x onerror=window.hacked=1>")
    page.wait_for_timeout(500)
    assert page.evaluate("window.hacked") is None
    assert page.locator("#chat img[src*='127.0.0.1:9'], #pane img, #pane script, #pane iframe, #chat iframe").count() == 0


def test_without_articles_the_first_screen_says_what_to_do(open_page, start_app):
    page = open_page(start_app().url)
    page.wait_for_selector("#question textarea")
    assert "There are no articles yet" in page.locator("#chat").inner_text()
    said = ask(page, "Who endorsed restoring ties?").locator("details")
    assert "there are no articles yet" in said.text_content()
    open_library(page)
    page.locator("#summarize").click()
    page.locator("#summary", has_text="There are no articles yet").wait_for()
    assert upload(page, SUBSET[2]).startswith("1 added")
    page.get_by_role("tab", name="Ask").click()
    assert ENDORSED in ask(page, PLAIN_QUESTION).inner_text()


def test_an_answer_grows_while_a_model_writes_and_can_be_stopped(open_page, start_app):
    go_on = threading.Event()

    def write_and_wait(call):
        call.begin()
        call.say(f"{call.evidence()[0]} [1] The ")
        while not go_on.wait(0.1):
            call.say(" ")
        call.say("parliament of Norway abolished the monarchy [1].")
        call.end()

    with chat_server(write_and_wait) as server:
        app = start_app("--sync", str(SUBSET[2]), RAG_LLM="openai:slow", RAG_LLM_URL=server.url)
        page = open_page(app.url)
        page.wait_for_selector("#question textarea")
        assert "Answers by openai:slow" in page.locator("header").inner_text()
        answer = ask(page, PLAIN_QUESTION)
        assert ENDORSED in answer.inner_text()
        # The reader types on while the model is still writing, and does not lose it.
        page.fill("#question textarea", "What comes next?")
        go_on.set()
        answer.locator("details").wait_for()
        assert "monarchy" in answer.locator("details").text_content()
        assert "monarchy" not in answer.locator(".claim").all_inner_texts()[0]
        assert answer.locator(".claim").count() == 1
        assert page.locator("#question textarea").input_value() == "What comes next?"
        # A reply that is stopped stays as it is, whatever the model writes on, and the next question is answered.
        go_on.clear()
        stopped = ask(page, PLAIN_QUESTION)
        page.locator("#question .stop-button").click()
        page.wait_for_timeout(500)
        go_on.set()
        page.wait_for_timeout(1500)
        assert ENDORSED in stopped.inner_text()
        assert stopped.locator("details").count() == 0
        ask(page, PLAIN_QUESTION).locator("details").wait_for()


def test_a_password_is_asked_for(open_page, start_app):
    app = start_app("--auth", "reader:secret")
    assert httpx.get(f"{app.url}config", trust_env=False).status_code == 401
    page = open_page(app.url)
    page.get_by_label("username").fill("reader")
    page.get_by_label("password").fill("secret")
    page.get_by_role("button", name="Login").click()
    page.wait_for_selector("#question textarea")


# Programs


def test_programs_can_ask_and_find_nothing_else(app):
    calls = httpx.get(f"{app.url}gradio_api/info", trust_env=False).json()["named_endpoints"]
    assert list(calls) == ["/ask", "/articles", "/article", "/summarize", "/timeline"]
    asked = httpx.post(f"{app.url}gradio_api/call/v2/ask", json={"question": "Who endorsed restoring ties?"}, trust_env=False).json()
    stream = httpx.get(f"{app.url}gradio_api/call/ask/{asked['event_id']}", trust_env=False, timeout=60).text
    (data,) = [line.removeprefix("data: ") for line in stream.splitlines() if line.startswith("data: ")]
    (answer,) = json.loads(data)
    assert any(ENDORSED in citation["quote"] for citation in answer["citations"])
    assert any(citation["article_id"] and citation["title"] for citation in answer["citations"])


def test_the_page_keeps_its_files_to_itself(app):
    for path in (SUBSET[2], SUBSET[2].parent.parent / "rag" / "settings.py", "/etc/passwd"):
        assert httpx.get(f"{app.url}gradio_api/file={path}", trust_env=False).status_code in {403, 404}
    assert CABINET not in httpx.get(app.url, trust_env=False).text
