"""Who says what in a sentence: speaker, verb, stance, own words; and how often that is right on labelled sentences."""

import json
from pathlib import Path

import pytest

from eval.metrics import holds_answer
from rag.speech import attributed_to, speeches_in

# 75 sentences of corpus/, drawn at random among those with a quotation mark or a verb of speech, and labelled by hand before the rules
# had read them.
LABELLED = Path(__file__).parent.parent / "data" / "speeches.jsonl"


def brief(sentence, *before):
    return [(each.speaker, each.verb, each.stance) for each in speeches_in(sentence, before)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The cabinet on Friday endorsed full ties with Iran.", ("The cabinet", "endorsed", "support")),
        ("At its meeting on Friday the cabinet spoke out in favour of full ties.", ("the cabinet", "spoke out in favour of", "support")),
        ("On Monday Turkey welcomed the call.", ("Turkey", "welcomed", "support")),
        ("In 2022 Lena Ortiz, a hydrologist at the university, praised the plan.", ("Lena Ortiz", "praised", "support")),
        ("The union voted against the offer.", ("The union", "voted against", "oppose")),
        ("GENEVA - The mayor condemned the strike.", ("The mayor", "condemned", "oppose")),
        ("Ms. Ortiz was unimpressed.", ("Ms. Ortiz", "was unimpressed", "oppose")),
        ("The organization has since denied giving that figure.", ("The organization", "has since denied", "oppose")),
        ("Divers and crane operators said the water was cold.", ("Divers and crane operators", "said", "neutral")),
        ("The plan was welcomed by the governor on Tuesday.", ("the governor", "was welcomed by", "support")),
        ("A draft, backed by Norway, failed.", ("Norway", "backed", "support")),
    ],
)
def test_speaker_verb_and_stance_are_read(sentence, expected):
    (found,) = brief(sentence)
    speaker, verb, stance = expected
    assert (found[0], found[2]) == (speaker, stance)
    assert found[1] in {verb, verb.removesuffix(" by")}


@pytest.mark.parametrize(
    ("verb", "stance"),
    [
        ("endorsed", "support"),
        ("did not endorse", "neutral"),
        ("has never endorsed", "neutral"),
        ("didn't endorse", "neutral"),
        ("failed to endorse", "neutral"),
        ("refused to endorse", "oppose"),
        ("would not endorse", "oppose"),
        ("won’t endorse", "oppose"),
        ("condemned", "oppose"),
        ("did not condemn", "neutral"),
        ("declined to condemn", "neutral"),
        ("no longer opposes", "neutral"),
        ("also publicly backs", "support"),
    ],
)
def test_what_is_denied_is_no_stance_and_refusing_support_is_opposition(verb, stance):
    assert brief(f"The minister {verb} the treaty.") == [("The minister", verb, stance)]


@pytest.mark.parametrize(
    "sentence",
    [
        "The plan was welcomed.",
        "Whether it binds anyone is disputed.",
        "Independent reports from either village are scarce.",
        "Investigators have not said what broke.",
        "A list of names was thought to be lost.",
        "The confirmed toll stood at 111 on Thursday.",
        "The storm has also claimed lives in the hills.",
        "The figures added to the confusion.",
        "Did he regret it?",
        "",
    ],
)
def test_where_nobody_says_anything_there_is_no_speech(sentence):
    assert brief(sentence) == []


@pytest.mark.timeout(10)
@pytest.mark.parametrize("text", ["Kerr said and ", "slowly not ", "by the ", "“a b” ", "Abc, def, ", "On a b "])
def test_no_text_takes_long(text):
    for count in (50, 20_000):
        speeches_in(text * count, [text * count])


def test_two_verbs_have_one_subject():
    sentence = "Ana Ruiz, the board's chair, condemned the delay and said that rules would follow."
    assert brief(sentence) == [("Ana Ruiz", "condemned", "oppose"), ("Ana Ruiz", "said", "neutral")]


def test_own_words_are_told_from_indirect_speech():
    (first, second) = speeches_in('The mayor said the dam was old, and an engineer called it "a bomb in waiting".')
    assert (first.speaker, first.direct) == ("The mayor", False)
    assert (second.speaker, second.direct) == ("an engineer", True)
    (single,) = speeches_in('He is called "Bo", the mayor said.')
    assert not single.direct


@pytest.mark.parametrize(
    ("sentence", "reports"),
    [
        ("Iran's army condemned the attack, the ministry said.", ("Iran's army", "the ministry")),
        ("According to state media, the army condemned the attack.", ("the army", "state media")),
        ("The ministry said that Iran's army had condemned the attack.", ("Iran's army", "The ministry")),
        ("The ministry said the bill was dear, and Iran's army condemned the attack.", ("Iran's army", None)),
    ],
)
def test_whoever_reports_what_another_says_is_named(sentence, reports):
    (condemning,) = [each for each in speeches_in(sentence) if each.stance == "oppose"]
    assert (condemning.speaker, condemning.reported_by) == reports


def test_a_sentence_between_quotation_marks_goes_on_with_the_speaker_before():
    before = ["“We had no warning,” said Ana Ruiz, who farms there.", "“Nobody rang.”"]
    (found,) = speeches_in("“They never do.”", before)
    assert (found.speaker, found.verb, found.direct) == ("Ana Ruiz", "said", True)
    assert speeches_in("“They never do.”", ["It rained."]) == ()
    assert speeches_in("“They never do.”") == ()


@pytest.mark.parametrize(
    ("sentence", "before", "speaker"),
    [
        ("He condemned it.", ["Tom Kerr, a driver, was awake.", "The road was wet."], "Tom Kerr"),
        ("She condemned it.", ["Outside a church, Yesenia Arrieta, who cleans offices, had brought bread."], "Yesenia Arrieta"),
        ("He condemned it.", ["Ana Ruiz said it rained.", "She condemned the delay."], None),
        ("He condemned it.", ["At noon reporters asked for names.", "The agency, known as OCHA, said so."], None),
        ("It condemned the delay.", ["The board said it rained."], "The board"),
        ("It condemned the delay.", ["Ana Ruiz said it rained."], None),
        ("Tehran hit what it described as bases.", ["Pakistan said it was calm."], None),
        ("He condemned it.", [], None),
    ],
)
def test_a_pronoun_is_resolved_only_where_it_fits(sentence, before, speaker):
    assert [each.speaker for each in speeches_in(sentence, before)] == ([speaker] if speaker else [])


# sentence, whoever it attributes its content to, the sentences before it
ATTRIBUTED = {
    "named": ("Iran reported nine deaths.", "Iran"),
    "nobody": ("Nine people died.", None, "The mayor said the dams had burst."),
    "a pronoun": ("He said nobody was warned.", "The mayor", "The mayor said the dams had burst.", "It rained."),
    "a pronoun behind": ("“Nobody was warned,” he said.", "The mayor", "The mayor said the dams had burst."),
    "a pronoun that somebody else stands before": ("He said so.", None, "The mayor said the dams had burst.", "She said it was a lie."),
    "a pronoun for the nearer of two": (
        "“My bank asked for a plan,” he said.", "Bogdan Iliescu", "Ana Quintal says so.", "Bogdan Iliescu runs a shop."
    ),
    "a pronoun, and nobody before": ("He said nobody was warned.", None, "It rained."),
    "an agency's statement, and another's name before": (
        "In a statement it said that drones had hit two houses.", None, "The group that Tehran says it was aiming at gave its version."
    ),
    "condemned first, and said then": ("Miller condemned the strikes and said that Iran had broken the law.", "Miller"),
    "welcomed, saying": ("Mr. Borisov blamed the break, saying that engineers had to learn it again.", "Mr. Borisov"),
    "put the toll": ("The minister, Othman Abduljaleel, put the number of dead at 3,283.", "Othman Abduljaleel"),
    "only condemned": ("The foreign ministry condemned the attack.", None),
    "spoke of": ("On the same day Lt. Tariq al-Kharraz, a spokesman, spoke of 3,840 deaths.", "Lt. Tariq al-Kharraz"),
    "beside the point": ("The group that Tehran says it was aiming at gave its own version.", None),
    "an announcement": ("It undid the recall announced by Islamabad on 17 January.", None),
    "a quotation as a whole": ("“Nobody warned us.”", "the mayor", "“It fell,” the mayor said."),
}  # fmt: skip


@pytest.mark.parametrize("case", ATTRIBUTED.values(), ids=ATTRIBUTED)
def test_content_is_attributed_to_whoever_says_it_or_to_nobody(case):
    sentence, speaker, *before = case
    assert attributed_to(sentence, speeches_in(sentence, before)) == speaker


def test_speakers_and_verbs_of_labelled_sentences():
    rows = [json.loads(line) for line in LABELLED.read_text(encoding="utf-8").splitlines()]
    found = right = wanted = stances = direct = 0
    for row in rows:
        left = list(row["speeches"])
        wanted += len(left)
        for speech in speeches_in(row["sentence"], row["before"]):
            found += 1
            same = [each for each in left if holds_answer(speech.speaker, [each["speaker"]]) and each["verb"] in speech.verb.split()]
            if same:
                left.remove(same[0])
                right += 1
                stances += speech.stance == same[0]["stance"]
                direct += speech.direct == same[0]["direct"]
    assert len(rows) == 75
    assert right / found >= 0.95
    assert right / wanted >= 0.92
    assert stances / right >= 0.98
    assert direct == right
