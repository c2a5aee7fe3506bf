"""What stands on the command line, read and checked. It loads no library, so that --help is quick."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path

CORPUS = Path(__file__).resolve().parent.parent / "corpus"


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read a command line, None for the process's own; `command` is the name of the command. Wrong usage ends with status 2."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command == "timeline" and not (options.topic or options.since or options.until or options.outlet):
        parser.error("timeline needs --topic, --since, --until or --outlet")
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rag", description="Answers and summaries over a folder of news articles, with sources."
    )
    commands = parser.add_subparsers(required=True, dest="command", metavar="COMMAND")

    def command(name: str, text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.add_argument("--json", action="store_true", help="print one JSON object")
        return added

    sync = command("sync", "add or update the articles of files and folders")
    sync.add_argument("paths", nargs="*", metavar="PATH", default=[str(CORPUS)], help="files, folders, web addresses (default: corpus/)")
    sync.add_argument("--prune", action="store_true", help="also remove the articles of files that have gone from the folders")
    sync.add_argument("--watch", action="store_true", help="go on, and follow every change until stopped")
    ask = command("ask", "answer a question")
    ask.add_argument("question", metavar="QUESTION", help="the question, or - to read one a line from standard input")
    _add_filters(ask)
    _add_export(ask)
    ask.add_argument("--article", action="append", default=[], metavar="ID", help="use only this article (may be repeated)")
    ask.add_argument("--llm", metavar="NAME", help="quotes, or a model such as ollama:qwen3:4b (default: RAG_LLM)")
    summarize = command("summarize", "summarize articles, all of them or those on a topic")
    summarize.add_argument("article", nargs="*", metavar="ID", help="articles (default: all)")
    summarize.add_argument("--topic", metavar="TEXT", help="only articles on this topic")
    summarize.add_argument("--length", choices=("short", "medium", "long"), default="medium")
    _add_filters(summarize)
    _add_export(summarize)
    summarize.add_argument("--llm", metavar="NAME", help="quotes, or a model (default: RAG_LLM)")
    brief = command("brief", "brief you on a topic, and say what is new since a day or since the last brief on it")
    brief.add_argument("topic", metavar="TOPIC")
    brief.add_argument("--since", type=_date, metavar="DATE", help="say what is new since this day (default: since the last brief)")
    brief.add_argument("--llm", metavar="NAME", help="quotes, or a model (default: RAG_LLM)")
    _add_export(brief)
    timeline = command("timeline", "date what the articles tell about a topic, or those of a period")
    timeline.add_argument("--topic", metavar="TEXT", help="only what is about this topic (default: all that the articles tell)")
    _add_filters(timeline)
    _add_export(timeline)
    verify = command("verify", "check every quotation of an exported file against the stored articles")
    verify.add_argument("file", type=Path, metavar="FILE")
    articles = command("articles", "list, show or remove articles")
    articles.add_argument("action", nargs="?", choices=("list", "show", "remove"), default="list")
    articles.add_argument("ids", nargs="*", metavar="ID")
    command("rebuild", "build the index anew from the stored articles")
    command("doctor", "check that store and index agree")
    return parser


def _add_filters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", type=_date, metavar="DATE", help="only articles published on or after this day (2024-01-19)")
    parser.add_argument("--until", type=_date, metavar="DATE", help="only articles published on or before this day")
    parser.add_argument("--outlet", metavar="NAME", help="only articles of this outlet")


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--export", type=Path, metavar="FILE", help="also write it to FILE (.md, .html or .json), for `verify`")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date; write it as 2024-01-19") from error
