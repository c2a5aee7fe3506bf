"""What programs can call, through `gradio_client` or as MCP tools: what the command line prints with --json.

The names, types and descriptions of the arguments are read from here by both.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Literal, ParamSpec

import gradio as gr

from rag.contract import Json, answer_json, article_json, listing_json, summary_json, timeline_json
from rag.errors import ClippingsError
from rag.pipeline import Pipeline
from ui.limits import filters_of

Given = ParamSpec("Given")


def offer(pipeline: Pipeline) -> None:
    """Offer ask, articles, article, summarize and timeline to programs."""

    def ask(question: str, since: str = "", until: str = "", outlet: str = "", article_ids: list[str] | None = None) -> Json:
        """Answer a question from the stored news articles, each sentence with the exact quotation behind it.

        Args:
            question: What to find out, in plain words.
            since: Use only articles published on or after this day, such as 2024-01-18; empty for no limit.
            until: Use only articles published on or before this day; empty for no limit.
            outlet: Use only articles of this outlet, as `articles` names it; empty for all.
            article_ids: Use only these articles, by their ids; empty for all.

        Returns:
            The status (answered, partly, conflicting or not_found), the answer with marks [n], its claims, and each citation in full.
        """
        return answer_json(pipeline.ask(question, filters_of(since, until, outlet, article_ids)))

    def articles(since: str = "", until: str = "", outlet: str = "") -> list[Json]:
        """List the stored news articles, the oldest first.

        Args:
            since: Only those published on or after this day, such as 2024-01-18; empty for no limit.
            until: Only those published on or before this day; empty for no limit.
            outlet: Only those of this outlet; empty for all.

        Returns:
            For each its id, title, outlet, authors, date of publication, address, language, and how many copies there are.
        """
        wanted = {info.id for info in pipeline.store.select(filters_of(since, until, outlet))}
        return [_public(listing_json(row)) for row in pipeline.store.listing() if row.info.id in wanted]

    def article(article_id: str) -> Json:
        """Give one stored news article with its whole text.

        Args:
            article_id: Its id, as `articles` and the citations of `ask` give it.

        Returns:
            What `articles` tells of it, its text, and the ids of its earlier versions. Offsets of citations count characters of the text.
        """
        found = pipeline.store.article(article_id)
        listing = next((row for row in pipeline.store.listing() if row.info.id == article_id), None)
        return _public(article_json(found, listing, pipeline.store.versions(article_id), pipeline.store.current(article_id)))

    def summarize(
        article_ids: list[str] | None = None,
        topic: str = "",
        since: str = "",
        until: str = "",
        outlet: str = "",
        length: Literal["short", "medium", "long"] = "medium",
    ) -> Json:
        """Summarize stored news articles, each sentence with the quotation behind it.

        Args:
            article_ids: The articles to summarize; empty for all that the other arguments let through.
            topic: Summarize what the articles tell about this; empty for everything in them.
            since: Use only articles published on or after this day, such as 2024-01-18; empty for no limit.
            until: Use only articles published on or before this day; empty for no limit.
            outlet: Use only articles of this outlet; empty for all.
            length: How long it shall be.

        Returns:
            The sentences with their citations, and how many articles were read and cited.
        """
        filters = filters_of(since, until, outlet)
        *_, (_, _, summary) = pipeline.summarize(article_ids or (), topic or None, filters, length)
        return summary_json(summary) if summary else {}

    def timeline(topic: str, since: str = "", until: str = "", outlet: str = "") -> Json:
        """Date what the stored news articles tell about a topic.

        Args:
            topic: What to follow through time, in plain words.
            since: Use only articles published on or after this day, such as 2024-01-18; empty for no limit.
            until: Use only articles published on or before this day; empty for no limit.
            outlet: Use only articles of this outlet; empty for all.

        Returns:
            The events in order of their dates, each with its citations.
        """
        *_, (_, _, timeline) = pipeline.timeline(topic, filters_of(since, until, outlet))
        return timeline_json(timeline) if timeline else {}

    for tool in (ask, articles, article, summarize, timeline):
        gr.api(_explained(tool), api_name=tool.__name__)


def _public(told: Json) -> Json:
    """Leave out where the file is: it is nobody's business elsewhere, and gradio_client would try to fetch it."""
    return {name: value for name, value in told.items() if name != "path"}


def _explained(tool: Callable[Given, Any]) -> Callable[Given, Any]:
    """Let an expected failure of a tool reach its caller in plain words."""

    @wraps(tool)
    def run(*arguments: Given.args, **named: Given.kwargs) -> Any:
        try:
            return tool(*arguments, **named)
        except ClippingsError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return run
