"""Answers as the command line prints them."""

from builders import article_info

from rag.records import Answer, Citation, Claim, Said, Speech, Value
from rag.text import answer_text, source_lines

QUOTE = "Norway condemned the treaty."
CITATION = Citation(1, article_info(), 10, 38, QUOTE)


def answer(**parts):
    given = {"question": "Who?", "status": "answered", "text": "It was Norway. [1]", "short_answer": None, "answerer": "quotes"}
    given |= {"claims": (Claim(QUOTE, (1,), "verbatim"),), "citations": (CITATION,), "nearest": (), "problems": ()}
    return Answer(**given | {"prompt_id": None, "raw_reply": None, "timings_ms": {}} | parts)


def test_an_answer_is_its_text_and_its_sources():
    assert answer_text(answer()) == "It was Norway. [1]\n\n[1] A week on the border, The Margalla Courier, 2024-01-19 (a, 10-38)"


def test_a_source_without_outlet_or_date_is_its_title():
    assert source_lines([Citation(2, article_info("b", outlet=None, published=None), 0, 5, "x")]) == ["[2] A week on the border (b, 0-5)"]


def test_who_said_what_stands_before_the_answer_and_others_are_marked():
    said = (
        Said(Speech("Norway", "condemned", "oppose", direct=False, reported_by="the ministry"), 1, asked=True),
        Said(Speech("Kerr", "did not condemn", "neutral", direct=True), 1, asked=False),
    )
    assert answer_text(answer(said=said)).splitlines()[:4] == [
        "Who said what:",
        "Norway condemned, according to the ministry (oppose, indirect) The Margalla Courier, 2024-01-19 [1]",
        "other: Kerr did not condemn (neutral, own words) The Margalla Courier, 2024-01-19 [1]",
        "",
    ]


def test_what_is_wrong_with_the_question_stands_first():
    told = answer_text(answer(premise="the question takes “five” for granted"))
    assert told.splitlines()[:3] == ["The question takes “five” for granted", "", "It was Norway. [1]"]


def test_values_that_differ_stand_first_with_who_gives_them():
    values = (Value("nine", "Iran", 1, replaced=False), Value("seven", None, 1, replaced=True))
    assert answer_text(answer(values=values)).splitlines()[:4] == [
        "The articles disagree:",
        "nine: Iran, The Margalla Courier, 2024-01-19 [1]",
        "seven: The Margalla Courier, 2024-01-19 [1] (replaced later)",
        "",
    ]
