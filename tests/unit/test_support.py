"""The check: which claims a sentence supports, and what gives a false one away."""

import pytest
from builders import article_info, make_sentences

from rag.support import RANK, plain, support_of

TIES = "The cabinet, meeting in Islamabad on Friday, endorsed restoring full diplomatic ties with Iran."
# Long enough that one or two other words are a small share of it.
LONG = (
    "On Thursday Pakistan carried out a series of coordinated missile and drone strikes against militant hideouts inside Iran"
    " after two days of tension along the common border in the mountains of Balochistan."
)
TOLL = "Iran reported nine deaths in a village near Saravan on 18 January 2024."

# claim, source, verdict
SUPPORT_TABLE = {
    "verbatim": (TIES, TIES, "verbatim"),
    "verbatim but for the full stop": (TIES.rstrip("."), TIES, "verbatim"),
    "verbatim but for spaces and case": ("iran reported  nine deaths.", "Iran reported nine deaths.", "verbatim"),
    "verbatim but for the shape of quotation marks": ('He called it "a grave error".', "He called it “a grave error”.", "verbatim"),
    "shortened": ("The cabinet endorsed restoring ties with Iran.", TIES, "supported"),
    "inflected": ("The cabinet endorses restored diplomatic ties with Iran.", TIES, "supported"),
    # names and numbers that say nothing by themselves
    "a name": ("Hal Brandvold", "Hal Brandvold, a machinist in Renton, was not impressed.", "unverified"),
    "a question": ("What did the cabinet endorse?", TIES, "unverified"),
    "who somebody is": ("Hal Brandvold, a machinist in Renton", "Hal Brandvold, a machinist in Renton, was not impressed.", "unverified"),
    "a name after and": ("and Kamehameha Schools.", "The others are Maui County and Kamehameha Schools.", "unverified"),
    "a name with a small part": ("Ahmed al-Mismari.", "Ahmed al-Mismari, a spokesman, said that 2,000 were dead.", "unverified"),
    "a date": ("January 26, 2024", "Alaska put its first jet back into service on January 26, 2024.", "unverified"),
    "a hyphenated word": ("Talks were re-opened.", "Talks were re-opened on Monday.", "supported"),
    "a number with its unit": ("127 seconds.", "The unit had worked for 127 seconds.", "unverified"),
    "a counted thing": ("Nine deaths.", TOLL, "unverified"),
    "two names and a verb": ("Modi is Prime Minister.", "Narendra Modi is Prime Minister of India.", "supported"),
    "two words with a verb": ("Rain fell.", "Heavy rain fell on Monday.", "supported"),
    "a counted thing and a verb": ("Nine people died.", "Nine people died in Derna.", "supported"),
    # numbers
    "number changed, in words": ("Iran reported ten deaths near Saravan.", TOLL, "unverified"),
    "number changed, in digits": ("Iran reported 8 deaths near Saravan.", TOLL, "unverified"),
    "number added": ("Iran reported nine deaths and 20 injured near Saravan.", TOLL, "unverified"),
    "number of another size": ("The road cost 1.5 billion rupees.", "The road cost 1.5 million rupees.", "unverified"),
    "word as digit": ("Iran reported 9 deaths near Saravan.", TOLL, "supported"),
    "digit as word": ("The jet carried nine crew.", "The jet carried 9 crew.", "supported"),
    "million spelled out": ("The road cost 1,500,000 rupees.", "The road cost 1.5 million rupees.", "supported"),
    "million abbreviated": ("The road cost 1.5 million rupees.", "The road cost 1,500,000 rupees.", "supported"),
    "half a million": ("Half a million people fled.", "500,000 people fled.", "supported"),
    "percent": ("Prices rose 5% in March.", "Prices rose 5 percent in March.", "supported"),
    # dates
    "date kept": ("Iran reported nine deaths on 18 January 2024.", TOLL, "supported"),
    "date in another order": ("Iran reported nine deaths on January 18, 2024.", TOLL, "supported"),
    "day changed": ("Iran reported nine deaths on 16 January 2024.", TOLL, "unverified"),
    "year changed": ("Iran reported nine deaths on 18 January 2023.", TOLL, "unverified"),
    "date of the article itself": ("The cabinet endorsed restoring ties on 19 January 2024.", TIES, "partial"),
    "date added": ("The cabinet endorsed restoring ties on 20 January 2024.", TIES, "unverified"),
    # names
    "name changed": ("The cabinet, meeting in Lahore, endorsed restoring full diplomatic ties with Iran.", TIES, "unverified"),
    "name invented": ("Foreign minister Jilani endorsed restoring ties with Iran.", TIES, "unverified"),
    "name that begins like a month": ("The cabinet led by Martin endorsed ties.", "The cabinet led by Kakar endorsed ties.", "unverified"),
    "name that ends like a day": ("The cabinet led by Halliday endorsed ties.", "The cabinet led by Kakar endorsed ties.", "unverified"),
    "name of two words": ("Jalil Abbas said the cabinet endorsed restoring full diplomatic ties with Iran.", TIES, "unverified"),
    "name from the title": ("The cabinet of Pakistan endorsed restoring full diplomatic ties with Iran.", TIES, "partial"),
    "name with an apostrophe": ("Beto O'Rourke left the race.", "Beto O’Rourke left the race on Friday.", "supported"),
    "name with an apostrophe changed": ("Beto O'Brien left the race.", "Beto O’Rourke left the race on Friday.", "unverified"),
    "initials of a name": ("The AP counted 27 deaths.", "The Associated Press counted 27 deaths.", "partial"),
    "initials of another name": ("The BP counted 27 deaths.", "The Associated Press counted 27 deaths.", "unverified"),
    "a country by its people": ("He fled by boat to Libya.", "He fled by boat to the Libyan coast.", "partial"),
    "a people by its country": ("British troops left.", "The troops of Britain left.", "partial"),
    "a country in short": ("The US closed its embassy.", "The United States closed its embassy.", "supported"),
    "a country with full stops": ("The U.S. closed its embassy.", "The US closed its embassy.", "supported"),
    "another country of like spelling": ("The Australian embassy closed.", "The embassy of Austria closed.", "unverified"),
    "a person of like spelling": ("The shop of Ali Hassan closed.", "The shop of Ali Hassani closed.", "unverified"),
    # rounded numbers
    "rounded up, and said so": ("Sales of furniture rose to nearly $900 billion.", "Sales of furniture rose to $898 billion.", "partial"),
    "rounded down, and said so": ("In the town more than 1,800 people were hurt.", "In the town 1,846 people were hurt.", "partial"),
    "rounded to the wrong side": ("More than 1,900 people were hurt.", "1,846 people were hurt.", "unverified"),
    "rounded too far": ("About 2,500 people were hurt.", "1,846 people were hurt.", "unverified"),
    "rounded without saying so": ("1,800 people were hurt.", "1,846 people were hurt.", "unverified"),
    "a one that counts nothing": ("One of the divers was hurt at the quay.", "Among the divers hurt at the quay was Kelly.", "partial"),
    "a one that counts": ("Only one person was hurt.", "Only nine persons were hurt.", "unverified"),
    # what is left open
    "a plan told as done": ("The cabinet renamed the monument.", "The cabinet may have renamed the monument.", "unverified"),
    "a charge told as true": ("Kelly burned the house.", "Kelly was accused of having burned the house.", "unverified"),
    "left open in other words": ("The cabinet is likely to rename the monument.", "The cabinet may rename the monument.", "partial"),
    # negation
    "not yet": ("Boeing has not supplied the names.", "Boeing has yet to supply the names.", "supported"),
    "a protest against": ("Kelly led a protest over the law.", "Kelly led a protest against the law.", "partial"),
    # quotation marks
    "quotation kept": ("The minister called it “a grave violation”.", "The minister called it “a grave violation” on Friday.", "supported"),
    "quotation made up": ("The minister called it “a declaration of war”.", "The minister called it a grave violation.", "unverified"),
    "quotation altered": ("He spoke of “a very grave violation”.", "He spoke of “a grave violation”.", "unverified"),
    "straight quotation made up": ('The cabinet endorsed restoring "warm" ties with Iran.', TIES, "unverified"),
    "short quotations kept": ('Asked, he said "no" or "go".', 'Asked on Friday, he said "no", then "go", and left.', "supported"),
    # another way of saying it
    "paraphrase with few shared words": ("Relations between the neighbours were mended.", TIES, "unverified"),
    "a word too many": ("The cabinet endorsed restoring warm diplomatic ties with Iran.", TIES, "partial"),
    "about something else": ("The bridge in Baltimore collapsed.", TIES, "unverified"),
    # nothing
    "empty": ("", TIES, "unverified"),
    "only a full stop": (".", TIES, "unverified"),
    "only function words": ("He said it was so.", TIES, "unverified"),
}


def judge(claim, *sources):
    info = article_info(title="Pakistan’s cabinet meets", published="2024-01-19")
    return support_of(claim, make_sentences(*sources, info=info))


@pytest.mark.parametrize(("claim", "source", "verdict"), SUPPORT_TABLE.values(), ids=SUPPORT_TABLE)
def test_the_support_table(claim, source, verdict):
    found = judge(claim, source)
    assert found.support == verdict
    assert (found.reason is None) == (verdict in {"verbatim", "supported"})


# These say another thing in nearly the same words: claim, source
TURNED = {
    "negation dropped": ("The ministry has confirmed the strike.", "The ministry has not confirmed the strike."),
    "negation dropped, contracted": ("The ministry confirmed the strike.", "The ministry didn’t confirm the strike."),
    "negation dropped, before the words": ("The ministry confirmed the strike.", "Never has the ministry confirmed the strike."),
    "no one": ("The ministry confirmed the strike.", "No one at the ministry confirmed the strike."),
    "denial dropped": ("Iran carried out the strike.", "The ministry denied that Iran carried out the strike."),
    "negation added": ("The ministry has not confirmed the strike.", "The ministry has confirmed the strike."),
    "opposed for endorsed": ("The cabinet opposed restoring ties with Iran.", TIES),
    "opposed for endorsed, long": (LONG.replace("carried out", "called off"), LONG),
    "for and against": ("The senate voted for the deal.", "The senate voted against the deal."),
    "against and for": ("The senate voted against the deal.", "The senate voted for the deal."),
    "rose and fell": ("Prices rose by 5 percent.", "Prices fell by 5 percent."),
    "before and after": ("Iran recalled its envoy before the strike.", "Iran recalled its envoy after the strike."),
    "more than and fewer than": ("More than nine people died.", "Fewer than nine people died."),
    "all and most": ("All passengers escaped.", "Most passengers escaped."),
    "roles swapped": ("Iran struck Pakistan.", "Pakistan struck Iran."),
    "roles swapped, with more words": (
        "Iran struck targets inside Pakistan on Thursday.",
        "Pakistan struck targets inside Iran on Thursday.",
    ),
    "roles swapped, long": (LONG.replace("Pakistan", "X").replace("Iran", "Pakistan").replace("X", "Iran"), LONG),
    "roles swapped, passive": ("Pakistan was struck by Iran.", "Pakistan struck Iran."),
    "roles swapped, active": ("Pakistan struck Iran.", "Pakistan was struck by Iran."),
    "speaker and subject swapped": ("Iran said Pakistan broke the truce.", "Pakistan said Iran broke the truce."),
    "numbers swapped": ("Iran lost 4 soldiers and Pakistan lost 9.", "Iran lost 9 soldiers and Pakistan lost 4."),
    "dates swapped": ("Iran struck on 18 January, Pakistan on 16 January.", "Iran struck on 16 January, Pakistan on 18 January."),
    "weekday changed": ("The cabinet, meeting on Monday, endorsed restoring ties.", TIES),
    "hedge dropped": ("The toll reached 20,000.", "The toll could reach 20,000."),
    "hedge dropped, before the words": ("20,000 people died in Derna.", "He feared that 20,000 people died in Derna."),
    "perhaps": ("Deaths reached 20,000.", "Perhaps deaths reached 20,000."),
    "future as past": ("Iran reopened its embassy.", "Iran will reopen its embassy."),
    "the name that opens the sentence": ("Sharif endorsed restoring ties.", "Kakar endorsed restoring ties."),
}


@pytest.mark.parametrize("rest", [", and", " with", ",", " –", " because", " and the"])
def test_a_claim_that_breaks_off_is_not_supported(rest):
    found = judge(f"Fires burned in the Kula district{rest}", "Fires burned in the Kula district, in the island's Upcountry.")
    assert (found.support, found.reason, found.firm) == ("unverified", "it breaks off", True)
    assert (
        judge("Fires burned in the Kula district", "Fires burned in the Kula district, in the island's Upcountry.").support == "supported"
    )


@pytest.mark.parametrize(("claim", "source"), TURNED.values(), ids=TURNED)
def test_a_claim_that_is_turned_round_is_never_supported(claim, source):
    found = judge(claim, source)
    assert RANK[found.support] <= RANK["partial"]
    assert found.reason


@pytest.mark.parametrize(
    "source",
    [
        "The cabinet endorsed restoring ties with Iran, but did not set a date.",
        "The talks had failed, and the cabinet endorsed restoring ties with Iran.",
        "Critics may object; the cabinet endorsed restoring ties with Iran.",
    ],
)
def test_a_negation_or_hedge_of_another_clause_takes_nothing_away(source):
    assert judge("The cabinet endorsed restoring ties with Iran.", source).support == "supported"


@pytest.mark.parametrize(
    ("claim", "named"),
    [
        ("Iran reported 12 deaths near Saravan.", "12"),
        ("Iran reported nine deaths on 3 March 2021.", "3 March 2021"),
        ("Iran reported nine deaths in Karachi.", "Karachi"),
        ("Iran reported “many more” deaths.", "many more"),
    ],
)
def test_the_reason_names_what_does_not_stand_there(claim, named):
    assert named in judge(claim, TOLL).reason


def test_the_date_of_an_article_without_date_is_not_guessed():
    claim, source = "The cabinet endorsed restoring ties on 19 January 2024.", TIES
    assert support_of(claim, make_sentences(source, info=article_info(published=None))).support == "unverified"


def test_without_a_sentence_nothing_is_supported():
    assert judge(TIES).support == "unverified"


def test_of_several_sentences_the_best_counts():
    assert judge(TIES, TOLL, TIES).support == "verbatim"
    assert judge("The cabinet endorsed restoring ties.", TOLL, TIES).support == "supported"


@pytest.mark.parametrize(
    "claim",
    [
        "The cabinet met in Islamabad and the envoys flew to Tehran.",
        "The cabinet met in Islamabad. The envoys flew to Tehran.",
    ],
    ids=["in one sentence", "word for word"],
)
def test_what_only_two_sentences_together_say_is_partly_supported(claim):
    found = judge(claim, "The cabinet met in Islamabad.", "The envoys flew to Tehran.")
    assert found.support == "partial"
    assert found.reason


def test_two_sentences_together_do_not_excuse_a_wrong_number():
    assert judge("Iran reported ten deaths, and the cabinet met in Islamabad.", TOLL, TIES).support == "unverified"


def test_plain_evens_out_quotation_marks_spaces_and_case():
    assert plain("He  said:\n“It’s «over»”") == plain('he said: "it\'s "OVER""')
