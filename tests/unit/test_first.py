"""What is written into the head of the page, before Gradio draws it."""

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.first import First

PAGE = "<html><head><title>Articles</title></head><body></head></body></html>"


def get(path: str, page: str = PAGE) -> httpx.Response:
    """Ask for `path` where that `page` is served."""
    app = Starlette(routes=[Route("/{any:path}", lambda request: HTMLResponse(page))], middleware=[Middleware(First)])
    return TestClient(app).get(path)


def test_the_head_holds_colours_and_theme_and_nothing_else_changes():
    reply = get("/?ask=Who")
    begin, added, end = reply.text.partition("<style>")
    inside, script, rest = end.partition("</script>")
    assert (begin + rest, added, script) == (PAGE, "<style>", "</script>")
    assert "--paper" in inside
    assert "chosenTheme" in inside
    assert int(reply.headers["content-length"]) == len(reply.content)


def test_other_answers_pass_as_they_are():
    assert get("/file").text == PAGE


def test_a_text_without_a_head_keeps_its_length():
    reply = get("/", "not found")
    assert (reply.text, reply.headers["content-length"]) == ("not found", "9")
