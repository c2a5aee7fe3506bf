"""What a question takes for granted though the evidence says otherwise; and what only looks so."""

import pytest
from builders import article_info, make_sentences

from rag.premise import false_premise
from rag.records import Evidence, Query
from rag.speech import speeches_in

ENDORSED = "The cabinet led by Prime Minister Kakar endorsed restoring ties with Iran."
NINE = "Iran reported nine deaths in the village near Saravan."


def premise(question, *texts):
    sentences = [make_sentences(text, info=article_info(str(n), title="News"))[0] for n, text in enumerate(texts)]
    return false_premise(Query(question), [Evidence(each, 0.8, speeches=speeches_in(each.span.text)) for each in sentences])


def test_a_side_that_nobody_took_is_told_with_the_sentence_that_shows_it():
    assert premise("Why did Kakar reject restoring ties with Iran?", ENDORSED) == (
        f"the question takes “Kakar reject” for granted, the articles say “endorsed”: “{ENDORSED}” (The Margalla Courier, 2024-01-19)"
    )


def test_a_number_that_nobody_gave_is_told_with_the_sentence_that_shows_it():
    assert premise("Who were the five people killed in the village near Saravan?", NINE) == (
        f"the question takes “five” for granted, the articles say “nine”: “{NINE}” (The Margalla Courier, 2024-01-19)"
    )


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("When did Kakar's cabinet oppose restoring ties with Iran?", ENDORSED),
        ("Why has Kakar condemned restoring ties with Iran?", ENDORSED),
        ("Why did Kakar not endorse restoring ties with Iran?", ENDORSED),
        ("Why did Kakar refuse to endorse restoring ties with Iran?", ENDORSED),
        ("Why did Kakar endorse restoring ties with Iran?", "Mr. Kakar did not endorse restoring ties with Iran."),
        ("Why did Norway endorse the treaty?", "Norway opposed the treaty."),
    ],
)
def test_sides_contradict(question, text):
    assert text in premise(question, text)


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        ("Why did Kakar endorse restoring ties with Iran?", [ENDORSED]),
        ("Why did Kakar not oppose restoring ties with Iran?", [ENDORSED]),
        # Somebody else, or about something else, or not told.
        ("Why did Norway reject restoring ties with Iran?", [ENDORSED]),
        ("Why did Kakar reject the budget of the navy?", [ENDORSED]),
        ("Why did Kakar reject restoring ties with Iran?", ["It rained in Saravan."]),
        ("Who rejected restoring ties with Iran?", [ENDORSED]),
        # The number stands somewhere, counts something else, or is what is asked for.
        ("Who were the nine people killed in the village near Saravan?", [NINE]),
        ("Who were the two people killed in the village near Saravan?", [NINE, "Two people died in the village, Pakistan said."]),
        ("Why did the five envoys leave the village near Saravan?", [NINE]),
        ("Who were the more than five people killed in the village near Saravan?", [NINE]),
        ("How many of the five people killed in the village near Saravan were children?", [NINE]),
        ("Who were the five people killed in Tripoli by the storm of September?", [NINE]),
        ("Why did it happen?", [NINE]),
        ("Why?", []),
    ],
)
def test_what_is_told_or_not_told_is_no_false_premise(question, texts):
    assert premise(question, *texts) is None
