"""Work in other processes: results in order, a crash that costs one job, and no process left behind."""

import os
import subprocess
import sys
import time
from itertools import islice

import pytest
from homes import ROOT

from rag import ahead
from rag.ahead import AHEAD, ALONE, in_order

FATAL = 90


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch):
    monkeypatch.setattr(ahead.loky, "cpu_count", lambda: 2)


def squared(number):
    """Give the square and where it was worked out."""
    if number == FATAL:
        os._exit(1)
    return None if number is None else (number**2, os.getpid())


def refused(number):
    if number == FATAL:
        raise ValueError(f"{number} is too much")
    return number


def lost(number):
    return number, None


def test_results_come_in_order_and_most_from_another_process():
    jobs = [(f"job {number}", number) for number in range(60)]
    done = list(in_order(squared, jobs, lost))
    assert [(context, result[0]) for context, result in done] == [(f"job {number}", number**2) for number in range(60)]
    places = [result[1] for _, result in done]
    assert set(places[:ALONE]) == {os.getpid()}
    assert os.getpid() not in places[ALONE:]


def test_few_jobs_and_none_start_no_process(monkeypatch):
    monkeypatch.setattr(ahead.loky, "ProcessPoolExecutor", None)
    jobs = [(number, None if number % 2 else number) for number in range(2 * ALONE)] + [(number, None) for number in range(1000)]
    assert [result for _, result in in_order(squared, jobs, lost)] == [squared(number) for _, number in jobs]


def test_one_core_does_all_itself(monkeypatch):
    monkeypatch.setattr(ahead.loky, "cpu_count", lambda: 1)
    assert {result[1] for _, result in in_order(squared, [(number, number) for number in range(50)], lost)} == {os.getpid()}


def test_a_job_that_ends_its_process_costs_only_itself():
    jobs = [(number, number if number % 2 == 0 else None) for number in range(FATAL - 60, FATAL + 80)]
    done = dict(in_order(squared, jobs, lost))
    assert list(done) == [context for context, _ in jobs]
    assert done.pop(FATAL) == lost(FATAL)
    assert {context: result and result[0] for context, result in done.items()} == {
        context: None if job is None else job**2 for context, job in jobs if context != FATAL
    }


def test_what_a_job_raises_is_raised_here():
    with pytest.raises(ValueError, match="90 is too much"):
        list(in_order(refused, [(number, number) for number in range(100)], lost))


def test_no_more_is_read_ahead_than_may_wait():
    read = []
    jobs = ((number, read.append(number) or number) for number in range(FATAL + 1, 1000))
    done = in_order(squared, jobs, lost)
    for count, _ in enumerate(islice(done, 100), 1):
        assert len(read) <= count + AHEAD
    done.close()


PROGRAM = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from test_ahead import squared, lost
from rag import ahead
ahead.loky.cpu_count = lambda: 2
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have let it be ignored
for number, (_, place) in ahead.in_order(squared, ((number, number) for number in range(100, 1000)), lost):
    if place != os.getpid():
        print(place, flush=True)
        os.kill(os.getpid(), getattr(signal, sys.argv[2]))
"""


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as POSIX has them")
@pytest.mark.parametrize("signal", ["SIGKILL", "SIGINT"])
def test_a_program_that_ends_takes_its_processes_with_it(signal):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(ROOT / "tests" / "integration"), signal],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    place = int(done.stdout)
    assert done.returncode < 0
    limit = time.monotonic() + 10
    while time.monotonic() < limit:
        try:
            os.kill(place, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    raise AssertionError(f"{place} goes on")
