"""What the reader's opinion changes in a verdict, and what it never does; the reader is one that thinks what it is told to."""

import pytest
from builders import article_info, make_sentences

from rag.cite import Gate
from rag.entailment import ENTAILED, weigh
from rag.records import Evidence, Statement
from rag.support import Verdict, support_of

SOURCE = "The cabinet endorsed restoring full diplomatic ties with Iran on Friday."
SURE, AGAINST = ENTAILED + 0.1, ENTAILED - 0.1


class OpinionatedReader:
    def __init__(self, logit):
        self.logit, self.asked = logit, []

    def entailment(self, claim, source):
        self.asked.append((claim, source))
        return self.logit


@pytest.mark.parametrize(
    ("rules", "logit", "support"),
    [
        (Verdict("unverified", "few words"), SURE, "partial"),
        (Verdict("unverified", "few words"), AGAINST, "unverified"),
        (Verdict("unverified", "a number", firm=True), SURE, "unverified"),
        (Verdict("partial", "hedged"), SURE, "partial"),
        (Verdict("partial", "hedged"), AGAINST, "unverified"),
        (Verdict("supported"), SURE, "supported"),
        (Verdict("supported"), AGAINST, "partial"),
        (Verdict("verbatim"), AGAINST, "verbatim"),
    ],
)
def test_the_table_of_verdicts(rules, logit, support):
    assert weigh(rules, "Ties are backed.", make_sentences(SOURCE), OpinionatedReader(logit)).support == support


@pytest.mark.parametrize(
    "claim",
    [
        "The cabinet backed bonds with nine neighbours.",
        "Ministers in Lahore were in favour of it.",
        "The cabinet did not endorse restoring full ties with Iran.",
        "The ministers were for it, calling it “a new dawn”.",
    ],
    ids=["a number", "a name", "a negation", "a quotation"],
)
def test_no_likeness_of_meaning_excuses_what_can_be_pointed_at(claim):
    sentences = make_sentences(SOURCE)
    assert weigh(support_of(claim, sentences), claim, sentences, OpinionatedReader(SURE)).support == "unverified"


def test_the_reader_sees_the_sentences_under_their_title():
    reader = OpinionatedReader(SURE)
    weigh(
        Verdict("unverified"), "Ties are backed.", make_sentences(SOURCE, "Traders waited.", info=article_info(title="Full ties")), reader
    )
    assert reader.asked == [("Ties are backed.", f"Full ties. {SOURCE} Traders waited.")]


def test_the_gate_lets_a_paraphrase_out_in_part_with_its_reason():
    evidence = [Evidence(sentence, 1.0, None) for sentence in make_sentences(SOURCE)]
    statement = Statement("Ministers were in favour of normal relations.", (0,))
    alone = Gate(evidence).check(statement)
    assert (alone.support, alone.citations) == ("unverified", ())
    claim = Gate(evidence, reader=OpinionatedReader(SURE)).check(statement)
    assert (claim.support, claim.citations, claim.reason) == ("partial", (1,), "it is said in other words")
