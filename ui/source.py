"""The source pane: an article beside the conversation and the library, opened by every mark and link on the page."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from rag.errors import ClippingsError
from rag.page import article_html, message_html, parse_link
from rag.store import Store

EMPTY = (
    '<p class="hint">Click a mark such as [1] in an answer, or a title in the library: '
    "the article opens here, at the sentence that is cited.</p>"
)


BAR = Path(__file__).parent.parent / "look" / "pane.html"
# The page's script (look/source.js) opens links through this.
READY = "window.openSource = (link) => trigger('click', {link: link}); window.sourceIsReady();"


def build_pane(store: Store) -> gr.HTML:
    """Lay the pane out, and let it open what is clicked."""

    def open_link(event: gr.EventData) -> str:
        try:
            article_id, start, end = parse_link(str(event._data["link"]))
        except (KeyError, ValueError) as error:
            return message_html(str(error))
        return source_html(store, article_id, (start, end))

    gr.HTML(BAR.read_text(encoding="utf-8"), padding=False)
    pane = gr.HTML(EMPTY, elem_id="pane", js_on_load=READY)
    pane.click(open_link, None, pane, show_progress="hidden", api_visibility="private")
    return pane


def source_html(store: Store, article_id: str, marked: tuple[int, int] | None = None) -> str:
    """Give an article with its earlier versions, or the one that it is an earlier version of; or say why it cannot be shown."""
    try:
        article = store.article(article_id)
    except ClippingsError as error:
        return message_html(str(error))
    return article_html(article, marked, versions=store.versions(article_id), current=store.current(article_id))
