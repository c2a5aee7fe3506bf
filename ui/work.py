"""One long task at a time, in a thread of its own: how far it is, how to stop it, and how it ended. Every open page sees the same one."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from rag.errors import BusyError, ClippingsError
from rag.progress import Progress
from rag.records import SyncReport

# How often a page that follows a task is told how far it is.
STEP_S = 0.4

# What a task gives: a report of what was added, or how many articles were indexed anew, or questions asked.
Result = SyncReport | int
Task = Callable[[Progress], Result]


class Stopped(Exception):  # noqa: N818  (not a failure: the user asked for it)
    """Raised inside a task, by the progress it reports, once it shall stop."""


@dataclass(frozen=True, slots=True)
class State:
    """How far a task is: `done` of `total` units after `seconds`. It runs until it has a result or a problem, or was stopped.

    `base` is the folder that its files are in, None when they are in none.
    """

    name: str
    base: Path | None = None
    units: str = "articles"
    done: int = 0
    total: int = 0
    seconds: float = 0.0
    stopping: bool = False
    running: bool = True
    result: Result | None = None
    problem: str | None = None


class Work:
    """Runs the tasks that write to a library, or to the evaluation, of which there can only be one at a time."""

    def __init__(self) -> None:
        """Nothing is under way."""
        self._state: State | None = None
        self._begun = 0.0
        self._starting = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def state(self) -> State | None:
        """The task that runs, or else the last one; None when there was none."""
        state = self._state
        return replace(state, seconds=time.monotonic() - self._begun, stopping=self._stop.is_set()) if state and state.running else state

    def start(self, name: str, task: Task, base: Path | None = None, *, units: str = "articles") -> State:
        """Begin a task, with the name, the folder and the units that its state shall have; give its first state.

        Raises:
            BusyError: another one is running.
        """
        with self._starting:
            if self._state and self._state.running:
                raise BusyError(f"{self._state.name} is still going on: wait until it is done, or stop it")
            self._stop.clear()
            self._begun = time.monotonic()
            begun = self._state = State(name, base, units)
            # A kill in the middle of a task is safe, so the program's end need not wait for one.
            self._thread = threading.Thread(target=self._run, args=(begun, task), daemon=True)
            self._thread.start()
            return begun

    def stop(self) -> None:
        """Ask the task that runs to stop; it does when it next reports how far it is."""
        self._stop.set()

    def follow(self) -> Iterator[State]:
        """Give the state of the task that runs again and again, and in the end how it ended; nothing when there was none."""
        while (state := self.state) and state.running:
            yield state
            time.sleep(STEP_S)
        if state:
            yield state

    def close(self, timeout_s: float = 10.0) -> None:
        """Stop what runs, and wait a while for it."""
        self.stop()
        if self._thread:
            self._thread.join(timeout_s)

    def _run(self, state: State, task: Task) -> None:
        def progress(done: int, total: int) -> None:
            nonlocal state
            self._state = state = replace(state, done=done, total=total)
            if self._stop.is_set():
                raise Stopped

        result, problem = None, None
        try:
            result = task(progress)
        except Stopped:
            pass
        except (ClippingsError, OSError) as error:
            problem = str(error)
        except Exception as error:  # the page must say that it ended, whatever ended it
            logging.getLogger(__name__).exception("%s failed", state.name)
            problem = f"{state.name} failed in a way that was not foreseen ({type(error).__name__}: {error}); the program's log says where"
        seconds = time.monotonic() - self._begun
        self._state = replace(state, seconds=seconds, running=False, stopping=False, result=result, problem=problem)
