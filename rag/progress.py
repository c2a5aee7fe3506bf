"""How long work tells how far it is, and is told to end with what it has by then."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# Called with (done, total) while long work goes on.
Progress = Callable[[int, int], None]
# Asked by long work after each of its steps: shall it end with what it has?
Stop = Callable[[], bool]


def no_progress(done: int, total: int) -> None:
    """Report nothing."""


def never() -> bool:
    """Let work go on to its end."""
    return False


@contextmanager
def stop_on_interrupt(tell: Callable[[], None]) -> Iterator[Stop]:
    """Stop at the first Ctrl+C, and `tell` that; the second one interrupts, as the first does elsewhere."""
    asked = threading.Event()

    def ask(*_: object) -> None:
        asked.set()
        signal.signal(signal.SIGINT, before)
        tell()

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def bar(unit: str) -> Iterator[Progress]:
    """Show progress on standard error with rate and time left, when somebody is watching."""
    from tqdm import tqdm

    with tqdm(unit=f" {unit}", file=sys.stderr, disable=None, leave=False) as shown:

        def show(done: int, total: int) -> None:
            shown.total = total
            shown.update(done - shown.n)

        yield show
