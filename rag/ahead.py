"""Work done in other processes, somewhat ahead of where its results are needed, and given in order.

For functions that only turn what they are given into what they give: both cross to another process.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from typing import Generic, TypeVar

import loky

# So many jobs are done here: fewer are done before another process has started.
ALONE = 16
# How many wait or are under way at most, which bounds the memory.
AHEAD = 48
MAX_PROCESSES = 8
# How often a process looks whether the program that it works for is still there.
LOOK_S = 0.5

Context = TypeVar("Context")
Job = TypeVar("Job")
Result = TypeVar("Result")


def in_order(
    work: Callable[[Job], Result], jobs: Iterable[tuple[Context, Job]], lost: Callable[[Job], Result]
) -> Generator[tuple[Context, Result], None, None]:
    """Give each context with `work(job)`, in the order of `jobs`. A job that is None is no work, and done here.

    A job that ends the process it is done in, such as a file that makes a parser crash, costs only itself: its result is
    `lost(job)`. What `work` raises is raised here.
    """
    processes = min(loky.cpu_count() - 1, MAX_PROCESSES)
    done_here = 0
    others = _Processes[Context, Job, Result](work, lost, processes)
    try:
        for context, job in jobs:
            if not others.waiting and (job is None or done_here < ALONE or not processes):
                yield context, work(job)
                done_here += job is not None
            else:
                others.add(context, job)
                yield from others.results(leave=AHEAD)
        yield from others.results(leave=0)
    finally:
        others.close()


class _Processes(Generic[Context, Job, Result]):
    """Some processes, started when the first job comes, and the jobs that are with them, in order."""

    def __init__(self, work: Callable[[Job], Result], lost: Callable[[Job], Result], number: int) -> None:
        self._work, self._lost, self._number = work, lost, number
        self._pool: loky.ProcessPoolExecutor | None = None
        self.waiting: deque[tuple[Context, Job, Future[Result]]] = deque()

    def add(self, context: Context, job: Job) -> None:
        self.waiting.append((context, job, _done(self._work(job)) if job is None else self._submit(job)))

    def results(self, leave: int) -> Iterator[tuple[Context, Result]]:
        """Give the results of all but the latest `leave` jobs, waiting for them."""
        while len(self.waiting) > leave:
            context, _, future = self.waiting[0]
            if _is_broken(future):
                self._find_lost()
            else:
                self.waiting.popleft()
                yield context, future.result()

    def close(self) -> None:
        for _, _, future in self.waiting:
            future.cancel()
        if self._pool:
            self._pool.shutdown()
        self._pool = None

    def _submit(self, job: Job) -> Future[Result]:
        if self._pool is None:
            self._pool = loky.ProcessPoolExecutor(self._number, initializer=_follow, initargs=(os.getpid(),))
        submitted: Future[Result] = Future()
        try:
            submitted = self._pool.submit(self._work, job)
        except BrokenProcessPool as error:  # by a job before this one
            submitted.set_exception(error)
        return submitted

    def _find_lost(self) -> None:
        """Do the jobs without a result one by one, each in a process of its own, up to the one that ends it; the rest go on."""
        found = False
        for place, (context, job, future) in enumerate(self.waiting):
            if _is_broken(future):
                if not found:
                    self._pool = None
                again = self._submit(job)
                if not found and _is_broken(again):
                    found, self._pool, again = True, None, _done(self._lost(job))
                self.waiting[place] = context, job, again


def _follow(parent: int) -> None:
    """Let a process leave interrupts to the program that it works for, and end when that was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_S)
        os._exit(1)

    threading.Thread(target=look, daemon=True).start()


def _done(result: Result) -> Future[Result]:
    future: Future[Result] = Future()
    future.set_result(result)
    return future


def _is_broken(future: Future[Result]) -> bool:
    """Wait for a job; True when its process has ended without a result."""
    return isinstance(future.exception(), BrokenProcessPool)
