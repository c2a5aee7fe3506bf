"""What the command line prints for people."""

from dataclasses import replace

from builders import article_info

from rag.records import (
    Answer,
    Brief,
    Citation,
    Claim,
    Disagreement,
    Event,
    Mention,
    QuoteCheck,
    Remark,
    Said,
    Speech,
    Summary,
    Timeline,
    Value,
)
from rag.terminal import as_text, checks_text

QUOTE = "Iran reported nine deaths."
SOURCE = Citation(1, article_info("a"), 0, 26, QUOTE)
CLAIM = Claim(QUOTE, (1,), "verbatim", "Iran")
SUMMARY = Summary(
    (CLAIM,),
    (SOURCE,),
    3,
    3,
    1,
    (),
    "quotes",
    None,
    folded=1,
    disagreements=(Disagreement("dead (Saravan)", (Value("nine", "Iran", 1, replaced=True),)),),
    key_figures=(Mention("nine", "deaths", 1),),
)


def test_a_summary_shows_sentences_disagreements_sources_and_coverage():
    text = as_text(SUMMARY)
    assert f"{QUOTE} [1]" in text
    assert "The articles disagree: dead (Saravan)\nnine  Iran, The Margalla Courier, 2024-01-19 [1] (replaced later)" in text
    assert "Key figures\nnine  deaths [1]" in text
    assert "[1] A week on the border, The Margalla Courier, 2024-01-19 (a, 0-26)" in text
    assert text.endswith("3 of 3 articles read, 1 cited, 1 copy folded; written by quotes")


def test_a_brief_says_who_says_what_and_what_is_new():
    brief = Brief("deaths", CLAIM, replace(SUMMARY, disagreements=()), (Remark("Iran", QUOTE, 1),), (), "2024-01-18", since_last=False)
    text = as_text(brief)
    assert f"Who says what\nIran  {QUOTE} [1]" in text
    assert "New since 2024-01-18\nnothing" in text


def test_a_timeline_shows_dates_and_those_that_others_give():
    event = Event("2024-01-18", "day", QUOTE, (1,), other_dates=("2024-01-17",))
    assert f"2024-01-18  {QUOTE} [1] (other articles say 2024-01-17)" in as_text(Timeline((event,), (SOURCE,)))
    assert as_text(Timeline((), ())) == "No article dates anything."


def test_checks_show_what_fails_and_count_what_stands():
    stands = QuoteCheck(1, "a", "A week", QUOTE, "stands", 0, 26)
    text = checks_text([stands, replace(stands, number=2, standing="gone", start=None, end=None)])
    assert text == f"[2] its article is not stored: “{QUOTE}” (A week, a)\n1 of 2 quotations stand"


def answer(**parts):
    given = {"question": "Who?", "status": "answered", "text": f"{QUOTE} [1]", "short_answer": None, "answerer": "quotes"}
    given |= {"claims": (CLAIM,), "citations": (SOURCE,), "nearest": (), "problems": ()}
    return Answer(**given | {"prompt_id": None, "raw_reply": None, "timings_ms": {}} | parts)


def test_an_answer_is_its_text_and_its_sources():
    assert as_text(answer()).splitlines() == [
        f"{QUOTE} [1]",
        "",
        "[1] A week on the border, The Margalla Courier, 2024-01-19 (a, 0-26)",
        "",
        "answered by quotes",
    ]


def test_who_said_what_stands_before_the_answer_and_others_are_marked():
    said = (
        Said(Speech("Norway", "condemned", "oppose", direct=False, reported_by="the ministry"), 1, asked=True),
        Said(Speech("Kerr", "did not condemn", "neutral", direct=True), 1, asked=False),
    )
    assert as_text(answer(said=said)).splitlines()[:4] == [
        "Who said what",
        "Norway condemned, according to the ministry  The Margalla Courier, 2024-01-19 [1] (oppose, indirect)",
        "other: Kerr did not condemn  The Margalla Courier, 2024-01-19 [1] (neutral, own words)",
        "",
    ]


def test_what_is_wrong_with_the_question_stands_first():
    told = as_text(answer(premise="the question takes “five” for granted"))
    assert told.splitlines()[:3] == ["The question takes “five” for granted", "", f"{QUOTE} [1]"]


def test_values_that_differ_stand_before_the_answer_with_who_gives_them():
    values = (Value("nine", "Iran", 1, replaced=False), Value("seven", None, 1, replaced=True))
    assert as_text(answer(values=values)).splitlines()[:4] == [
        "The articles disagree",
        "nine  Iran, The Margalla Courier, 2024-01-19 [1]",
        "seven  The Margalla Courier, 2024-01-19 [1] (replaced later)",
        "",
    ]
