"""How long work is told to end: by Ctrl+C on the command line."""

import os
import signal

import pytest

from rag.progress import stop_on_interrupt


@pytest.fixture(autouse=True)
def interrupting():
    """Let SIGINT raise, as it does unless a shell has it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_the_first_interrupt_asks_to_stop_and_the_second_interrupts():
    told: list[str] = []
    with pytest.raises(KeyboardInterrupt), stop_on_interrupt(lambda: told.append("stopping")) as stop:
        assert not stop()
        interrupt()
        assert stop()
        interrupt()
    assert told == ["stopping"]


def test_afterwards_an_interrupt_is_one_again():
    with stop_on_interrupt(lambda: None):
        pass
    with pytest.raises(KeyboardInterrupt):
        interrupt()
