"""The nuggets and events stand on the collection, and a line that does not is reported with its place."""

import json
import re
from collections import Counter
from datetime import date

import pytest
from homes import CORPUS

from eval.check import key_facts
from eval.gold import Quotation
from eval.key_facts import load_events, load_nuggets
from rag.clean import clean
from rag.errors import InputError
from rag.load import find_files, load

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@pytest.fixture(scope="module")
def texts():
    """The text of every article of the collection, by file name."""
    return {file.name: clean(raw).text for file in find_files([CORPUS]) for raw in load(file)}


@pytest.fixture(scope="module")
def nuggets(texts):
    # Loading checks every quotation against its article.
    return load_nuggets(texts)


@pytest.fixture(scope="module")
def events(texts):
    return load_events(texts)


def test_there_are_nuggets_enough_of_articles_and_topics(nuggets):
    assert len({nugget.article for nugget in nuggets} - {None}) >= 10
    assert len({nugget.topic for nugget in nuggets} - {None}) >= 6
    vital = Counter(nugget.subject for nugget in nuggets if nugget.importance == "vital")
    assert vital.keys() == {nugget.subject for nugget in nuggets}
    assert min(vital.values()) >= 4


def test_every_quotation_stands_in_its_article_once(nuggets, events, texts):
    for entry in (*nuggets, *events):
        for item in entry.evidence:
            assert texts[item.article].count(item.quote) == 1, entry.id


def test_a_day_that_its_evidence_names_alone_is_that_weekday(events):
    """Relative words ("a day after", "the evening before") move a date away from the weekday that is named."""
    moved = re.compile(r"\b(?:day after|day before|evening before|two days|dated)\b")
    for event in events:
        for item in event.evidence:
            named = {day for day in WEEKDAYS if re.search(rf"\b{day}\b", item.quote)}
            if len(event.date) == 10 and named and not moved.search(item.quote):
                assert WEEKDAYS[date.fromisoformat(event.date).weekday()] in named, event.id


def test_no_fact_stands_twice_about_one_thing(nuggets, events):
    assert max(Counter((nugget.subject, nugget.fact) for nugget in nuggets).values()) == 1
    assert max(Counter((event.topic, event.date, event.fact) for event in events).values()) == 1


def test_the_check_counts_them(nuggets, events, texts):
    vital = sum(nugget.importance == "vital" for nugget in nuggets)
    assert key_facts(texts).startswith(
        f"{len(nuggets)} nuggets, {vital} of them vital, about 12 articles and 7 topics; {len(events)} events"
    )


# Lines that are wrong

TEXTS = {"harbour.md": "The harbour of Gwadar was closed on Monday.", "rain.md": "It rained."}
EVIDENCE = [{"article": "harbour.md", "quote": "The harbour of Gwadar was closed"}]
NUGGET = {"id": "n1", "article": "harbour.md", "importance": "vital", "fact": "A harbour was closed.", "evidence": EVIDENCE}
EVENT = {"id": "e1", "topic": "Gwadar", "date": "2024-01-22", "fact": "A harbour was closed.", "evidence": EVIDENCE}


def write(file, *rows):
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return file


def test_good_lines_are_read(tmp_path):
    (nugget,) = load_nuggets(TEXTS, [write(tmp_path / "nuggets.jsonl", NUGGET)])
    assert (nugget.subject, nugget.topic, nugget.importance, nugget.fact) == ("harbour.md", None, "vital", "A harbour was closed.")
    assert nugget.evidence == (Quotation("harbour.md", "The harbour of Gwadar was closed"),)
    (event,) = load_events(TEXTS, [write(tmp_path / "events.jsonl", EVENT)])
    assert (event.topic, event.date, event.evidence) == ("Gwadar", "2024-01-22", nugget.evidence)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"fact": None}, "not a gold nugget (KeyError: 'fact')"),
        ({"importance": "so-so"}, "the importance 'so-so' is unknown; there are vital, okay"),
        ({"topic": "harbours"}, "about an article or about a topic"),
        ({"article": None}, "about an article or about a topic"),
        ({"article": "rain.md"}, "the evidence of a nugget about rain.md stands in harbour.md"),
        ({"evidence": []}, "there is no evidence"),
        ({"evidence": [{"article": "harbour.md", "quote": "The port"}]}, "does not stand in harbour.md"),
        ({"id": "n1"}, "the id n1 is taken by"),
    ],
)
def test_a_broken_nugget_is_reported_with_its_file_and_line(tmp_path, change, said):
    row = {key: value for key, value in (NUGGET | {"id": "n2"} | change).items() if value is not None}
    with pytest.raises(InputError) as raised:
        load_nuggets(TEXTS, [write(tmp_path / "nuggets.jsonl", NUGGET, row)])
    (line,) = [line for line in str(raised.value).splitlines() if said in line]
    assert line.startswith(f"{tmp_path / 'nuggets.jsonl'}:2: ")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"date": "18 January"}, "the date '18 January' is not ISO"),
        ({"date": "2024-02-30"}, "the date '2024-02-30' is not ISO"),
        ({"date": "20240118"}, "the date '20240118' is not ISO"),
        ({"topic": None}, "not a gold event (KeyError: 'topic')"),
        ({"evidence": []}, "there is no evidence"),
    ],
)
def test_a_broken_event_is_reported(tmp_path, change, said):
    with pytest.raises(InputError) as raised:
        load_events(TEXTS, [write(tmp_path / "events.jsonl", {key: value for key, value in (EVENT | change).items() if value is not None})])
    assert said in str(raised.value)
