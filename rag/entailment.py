"""What the reader makes of a claim, beside the rules: it lifts what says the same in other words, and doubts what only sounds alike.

It never overrules a firm verdict, and never makes a claim fully supported.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.reader.model import with_title
from rag.records import Sentence
from rag.support import Verdict

if TYPE_CHECKING:
    from rag.reader.model import Reader

# The logit above which a claim counts as entailed; chosen on claims about other articles than those it was trained on (eval/LOG.md).
ENTAILED = 0.05


def weigh(rules: Verdict, claim: str, sentences: Sequence[Sentence], reader: Reader) -> Verdict:
    """Give the rules' verdict on a claim, lifted or lowered by a level where the reader thinks otherwise."""
    if rules.firm or rules.support == "verbatim":
        return rules
    source, _ = with_title(sentences[0].article.title, " ".join(sentence.span.text for sentence in sentences))
    entailed = reader.entailment(claim, source) > ENTAILED
    if rules.support == "unverified":
        return Verdict("partial", "it is said in other words") if entailed else rules
    if entailed:
        return rules
    return Verdict("partial" if rules.support == "supported" else "unverified", "its words stand there, but may not say the same")
