"""The browser interface: `python app.py`, then http://127.0.0.1:7860. Its tabs are in `ui`; what they show comes from `rag`."""

from __future__ import annotations

import argparse
import importlib.util
import ipaddress
import os
import sys
from collections.abc import Sequence
from html import escape
from pathlib import Path

from rag.errors import ClippingsError
from rag.llm import QUOTES
from rag.pipeline import Pipeline
from rag.progress import bar
from rag.settings import Settings
from ui.ask import Ask
from ui.evaluation import Evaluation
from ui.first import FIRST
from ui.library import Library
from ui.programs import offer
from ui.source import build_pane
from ui.status import Status
from ui.summaries import Summaries
from ui.theme import build_theme
from ui.timelines import Timelines
from ui.work import Work

import gradio as gr  # isort: skip  (rag switches its telemetry off first)

LOOK = Path(__file__).parent / "look"
SCRIPTS = ("source.js", "answer.js", "before.js", "kept.js")
# The switch shows what was chosen (look/theme.js).
THEME = "element.querySelector('[name=theme]').value = chosenTheme();"
# Archives and mailboxes are read piece by piece; what is too large in them is named by the readers.
UPLOAD_LIMIT = "500mb"
# What is left of uploads is looked through once an hour, and gone after a day.
CACHE_S = (3600, 86400)
# How often the queue is looked at while nobody asks. Gradio looks every millisecond, which takes 5 % of a core day and night.
QUEUE_REST_S = 0.01


def build(pipeline: Pipeline, work: Work, *, measuring: Work, local: bool) -> gr.Blocks:
    """Lay out the page and connect it to the pipeline. A library is written to by `work`, the evaluation runs by `measuring`.

    `local`: whoever sees it sits at this machine, and may name its folders.
    """
    with gr.Blocks(title="Clippings", analytics_enabled=False, fill_width=True, delete_cache=CACHE_S) as page:
        header = (LOOK / "header.html").read_text(encoding="utf-8").replace("ANSWERER", escape(_describe(pipeline.answerer_name)))
        gr.HTML(header, js_on_load=THEME)
        with gr.Row(elem_id="desk"):
            with gr.Column(scale=3, min_width=320, elem_id="tools"), gr.Tabs():
                with gr.Tab("Ask") as asking:
                    ask = Ask(pipeline)
                with gr.Tab("Summaries") as writing:
                    summaries = Summaries(pipeline)
                with gr.Tab("Timeline") as dating:
                    timelines = Timelines(pipeline)
                with gr.Tab("Library") as shelf:
                    library = Library(pipeline, work, local=local)
                with gr.Tab("Evaluation") as scores:
                    evaluation = Evaluation(pipeline, measuring)
                with gr.Tab("Status") as state:
                    status = Status(pipeline, local=local)
            with gr.Column(scale=2, min_width=320, elem_id="reading"):
                pane = build_pane(pipeline.store)
        ask.connect(page, asking)
        summaries.connect(page, writing)
        timelines.connect(page, dating)
        library.connect(page, shelf, pane)
        evaluation.connect(page, scores)
        status.connect(state)
        offer(pipeline)
    return page


def is_local(host: str) -> bool:
    """Tell whether an address to serve on can be reached from this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def offers_tools(auth: str | None) -> bool:
    """Tell whether the page serves MCP tools: where the package is installed, and no password is wanted, which tools cannot give."""
    return not auth and importlib.util.find_spec("mcp") is not None


def _describe(answerer: str) -> str:
    return "quotation (no language model)" if answerer == QUOTES else answerer


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the page until interrupted; give the exit status."""
    parser = argparse.ArgumentParser(description="Serve the browser interface.")
    parser.add_argument("--host", default="127.0.0.1", help="address to serve on (default: this machine only)")
    parser.add_argument("--port", type=int, default=7860)
    parser.add_argument("--auth", metavar="USER:PASSWORD", help="ask for this name and password")
    parser.add_argument("--sync", nargs="*", type=Path, default=[], metavar="PATH", help="add these files and folders first")
    options = parser.parse_args(arguments)
    if options.auth and ":" not in options.auth:
        parser.error("--auth wants USER:PASSWORD")
    pipeline, work, measuring = None, Work(), Work()
    try:
        pipeline = Pipeline(Settings.from_env(os.environ))
        if options.sync:
            with bar("articles") as progress:
                report = pipeline.library.sync(options.sync, progress)
            for _, reason in report.skipped:
                sys.stderr.write(f"skipped: {reason}\n")
        _serve(build(pipeline, work, measuring=measuring, local=is_local(options.host)), options)
    except ClippingsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"cannot serve on {options.host}:{options.port} ({error}): choose another with --port\n")
        return 1
    finally:
        work.close()
        measuring.close()
        if pipeline:
            pipeline.close()
    return 0


def _serve(page: gr.Blocks, options: argparse.Namespace) -> None:
    """Serve the page until interrupted, and say where. Gradio's own words are about sharing it with the world."""
    page.queue(default_concurrency_limit=4, max_size=64)
    page._queue.sleep_when_free = QUEUE_REST_S
    _, address, _ = page.launch(
        server_name=options.host,
        server_port=options.port,
        auth=tuple(options.auth.split(":", 1)) if options.auth else None,
        css_paths=LOOK / "style.css",
        head="".join(f"<script>{(LOOK / name).read_text(encoding='utf-8')}</script>" for name in SCRIPTS),
        theme=build_theme(),
        max_file_size=UPLOAD_LIMIT,
        footer_links=[],
        mcp_server=offers_tools(options.auth),
        run_history=False,
        ssr_mode=False,
        app_kwargs={"middleware": [FIRST]},
        quiet=True,
        prevent_thread_lock=True,
    )
    sys.stdout.write(f"Clippings is at {address} until you press Ctrl+C\n")
    sys.stdout.flush()
    page.block_thread()


if __name__ == "__main__":
    sys.exit(main())
