"""The value in which two texts differ that are otherwise the same."""

import time

import pytest

from rag.variants import gaps, variants

TOLD = "Iran reported {} deaths in a village near Saravan on Thursday."

# first, other, the two values
EXCHANGED = {
    "a number": (TOLD.format("nine"), TOLD.format("seven"), ("nine", "seven")),
    "a sum": ("Google bought YouTube for $1.65 billion in 2006.", "Google bought YouTube for $10.65 billion in 2006.", ("$1.65", "$10.65")),
    "a day": (
        "The game came out on July 21, 2017 in Japan and Europe.",
        "The game came out on July 1, 2007 in Japan and Europe.",
        ("21, 2017", "1, 2007"),
    ),
    "a name": (
        "Simona Halep won the title in straight sets on Saturday.",
        "Angelique Kerber won the title in straight sets on Saturday.",
        ("Simona Halep", "Angelique Kerber"),
    ),
    "names of other lengths": (
        "The Wall Street bank was sold to Facebook for a dollar.",
        "The Wall Street bank was sold to Warner Bros for a dollar.",
        ("Facebook", "Warner Bros"),
    ),
    "twice the same": (
        "Halep won the title; Halep beat Williams in the final.",
        "Kerber won the title; Kerber beat Williams in the final.",
        ("Halep", "Kerber"),
    ),
    "by punctuation as well": (
        "Iran reported nine deaths, in a village near Saravan.",
        "Iran reported seven deaths in a village near Saravan",
        ("nine", "seven"),
    ),
}
OTHERS = {
    "the same": (TOLD.format("nine"), TOLD.format("nine")),
    "the same number": (TOLD.format("nine"), TOLD.format("9")),
    "the same name, longer": ("On Friday Biden signed the bill in Ohio.", "On Friday Joe Biden signed the bill in Ohio."),
    "part of the name": ("On Friday President Biden signed the bill in Ohio.", "On Friday President Joe Biden signed the bill in Ohio."),
    "a word that is no value": ("The cabinet endorsed the deal with Iran on Friday.", "The cabinet rejected the deal with Iran on Friday."),
    "a word for a number": (TOLD.format("nine"), TOLD.format("several")),
    "two different values": (TOLD.format("nine"), TOLD.format("seven").replace("Iran", "Pakistan")),
    "a word more": (TOLD.format("nine"), TOLD.format("seven").replace("Thursday", "Thursday night")),
    "other words as well": (TOLD.format("nine"), "Pakistan said that seven people had died near Saravan."),
    "too short to be a copy": ("Nine died.", "Seven died."),
    "nothing": ("", ""),
}


@pytest.mark.parametrize(("first", "other", "values"), EXCHANGED.values(), ids=EXCHANGED)
def test_the_value_that_was_exchanged_is_found_at_its_place(first, other, values):
    found = variants(first, other)
    assert tuple(span.text for span in found) == values
    assert [text[span.start : span.end] for text, span in zip((first, other), found, strict=True)] == list(values)
    assert variants(other, first) == found[::-1]


@pytest.mark.parametrize(("first", "other"), OTHERS.values(), ids=OTHERS)
def test_what_says_the_same_or_differs_otherwise_has_no_such_value(first, other):
    assert variants(first, other) is None


@pytest.mark.parametrize("compare", [variants, gaps])
def test_what_repeats_itself_for_ever_takes_no_time(compare):
    begun = time.process_time()
    assert not compare("that it said " * 400, "which he says it was " * 300)
    compare("that it said " * 90, "which he says it was " * 50)
    assert time.process_time() - begun < 2
