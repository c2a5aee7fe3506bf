"""What a page shows while a summary or timeline is made, without a browser: how far it is, and a stop that keeps what there is."""

import re
import time

from rag.errors import InputError
from rag.progress import never
from ui.making import Made, Stops, telling
from ui.work import STEP_S


def reading(articles, stop=never, read=lambda done: None):
    """Read articles until told to stop; `read` is called with the number of each."""
    for done in range(1, articles + 1):
        read(done)
        yield done, articles, None
        if stop():
            break
    yield done, articles, Made(f"<p>{done} read</p>", "Timeline", None)


def test_progress_tells_rate_and_time_left():
    *told, (progress, made) = telling(reading(3, read=lambda done: time.sleep(STEP_S)), never)
    first, second, third = (html for html, _ in told)
    assert re.search(r"1 of 3 articles read · \d\.\d a second · \d s left", first)
    assert 'value="2" max="3"' in second
    assert "3 of 3 articles read; putting together" in third
    assert (progress, made.html) == ("", "<p>3 read</p>")


def test_a_stop_keeps_what_there_is():
    stops = Stops()
    with stops.watching("a page") as stop:
        ((progress, made),) = telling(reading(9, stop, lambda done: done == 2 and stops.stop("a page")), stop)
    assert "Stopped" in progress
    assert made.html == "<p>2 read</p>"


def test_a_page_stops_what_it_began_and_nothing_else():
    stops = Stops()
    stops.stop("a page")
    with stops.watching("a page") as stop, stops.watching("another page") as other:
        assert not stop()
        stops.stop("another page")
        assert (stop(), other()) == (False, True)


def test_what_cannot_be_made_is_explained():
    def fail():
        raise InputError("the topic is <b>empty</b>")
        yield

    ((progress, made),) = telling(fail(), never)
    assert (progress, made.product) == ("", None)
    assert "the topic is &lt;b&gt;empty" in made.html
