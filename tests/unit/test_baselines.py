"""The baselines: which sentences they choose."""

import pytest
from builders import article_info, make_sentences

from eval.baselines import lead, with_sumy

FIRST = make_sentences("The bridge fell.", "Six men died.", "It rained.", info=article_info("a"))
SECOND = make_sentences("A ship hit the bridge.", "The ship was long.", info=article_info("b"))


def test_lead_takes_the_first_sentence_of_each_article_then_the_second():
    assert lead([*SECOND, *FIRST], 3) == [SECOND[0], FIRST[0], SECOND[1]]
    assert lead(FIRST, 2) == FIRST[:2]
    assert lead(FIRST, 9) == FIRST


@pytest.mark.parametrize("name", ["TextRank", "LexRank"])
def test_sumy_chooses_among_stored_sentences_each_text_once_in_their_order(name):
    pytest.importorskip("sumy", reason="sumy is not installed (requirements-summaries.txt)")
    again = make_sentences("The bridge fell.", info=article_info("c"))
    choose = with_sumy()[name]
    assert [each.span.text for each in choose([*FIRST, *again, *SECOND], 9)] == [each.span.text for each in (*FIRST, *SECOND)]
    chosen = choose([*FIRST, *again, *SECOND], 3)
    assert len(chosen) == 3
    assert all(any(each is stored for stored in (*FIRST, *again, *SECOND)) for each in chosen)
    assert choose([], 3) == []
