"""What the page offers to ask of the sample articles is answered by them."""

import pytest

from ui.examples import SAMPLES


@pytest.mark.parametrize("question", SAMPLES.values())
def test_a_question_that_is_offered_is_answered(reading, question):
    assert reading.ask(question).status != "not_found"
