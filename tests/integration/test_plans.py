"""What SQLite does while a question is answered: it looks things up, and never reads a whole table."""

import re
from datetime import date

import pytest
from homes import PLAIN_QUESTION, UNANSWERABLE

from rag.records import NO_FILTERS, Filters

# The full text by its own index, and the few passages that it found.
FULL_TEXT = re.compile(r"SCAN (?:\w+ VIRTUAL TABLE|w$)")


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        (PLAIN_QUESTION, NO_FILTERS),
        (PLAIN_QUESTION, Filters(since=date(2024, 1, 1), until=date(2024, 12, 31), outlet="The Margalla Courier")),
        ("What has the cabinet endorsed since January 2024?", NO_FILTERS),
        ("What was refloated, according to the Harbour Wire?", NO_FILTERS),
        (UNANSWERABLE, NO_FILTERS),
    ],
)
def test_no_question_reads_a_whole_table(reading, question, filters):
    reading.ask(question, filters)
    connection = reading.store._database._connection
    ran: list[str] = []
    connection.set_trace_callback(ran.append)
    reading.ask(question, filters)
    connection.set_trace_callback(None)
    queries = [sql for sql in dict.fromkeys(ran) if sql.startswith("SELECT")]
    assert len(queries) >= 5
    steps = [(step[3], sql) for sql in queries for step in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
    assert [(step, sql) for step, sql in steps if step.startswith("SCAN") and not FULL_TEXT.match(step)] == []
    of_passages = [(step, "MATCH" in sql) for step, sql in steps if "passages p" in sql and step.startswith("SEARCH a ")]
    assert any(matched for _, matched in of_passages)
    assert [step for step, _ in of_passages if "(id=?" not in step] == []
    assert [step for step, matched in of_passages if matched and "COVERING INDEX articles_by_filter" not in step] == []


def test_what_passes_is_listed_from_an_index_that_holds_all_that_is_asked(reading):
    ran: list[str] = []
    connection = reading.store._database._connection
    connection.set_trace_callback(ran.append)
    reading.store.some_passing(Filters(since=date(2024, 1, 1), outlet="The Margalla Courier"), 10)
    connection.set_trace_callback(None)
    steps = [step[3] for step in connection.execute(f"EXPLAIN QUERY PLAN {ran[0]}")]
    assert steps[0] == "SCAN a USING COVERING INDEX articles_by_filter"
    assert steps[1].startswith("SEARCH p USING COVERING INDEX passages_by_article")
