"""A folder of articles, indexed in a home of its own: what every run of the evaluation begins with."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from rag.pipeline import Pipeline
from rag.settings import Settings


def indexed(settings: Settings, home: Path, folder: Path) -> Pipeline:
    """Index a folder in a home of its own; the encoder's export is shared with the user's home."""
    encoder = settings.home / "encoder"
    if encoder.exists() and not (home / "encoder").exists():
        shutil.copytree(encoder, home / "encoder")
    pipeline = Pipeline(replace(settings, home=home))
    with tqdm(desc="indexing", unit="article", file=sys.stderr, disable=None) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        report = pipeline.library.sync([folder], show)
    for file, reason in report.skipped:
        print(f"skipped {file}: {reason}", file=sys.stderr)
    return pipeline
