"""Who a sentence attributes its content to."""

import pytest

from rag.speaker import speaker_of


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("Iran reported nine deaths.", "Iran"),
        ("Nine died, the ministry said.", "the ministry"),
        ("Nine died, the ministry said on Thursday.", "the ministry"),
        ("The toll, officials said, would rise.", "officials"),
        ("Gov. Wes Moore said the bridge was up to code.", "Gov. Wes Moore"),
        ("The board said on Tuesday that it, too, had warned.", "The board"),
        ("In a statement, the U.N. said it had revised the toll.", "the U.N."),
        ("But Pakistan’s foreign ministry said the strike killed two children.", "Pakistan’s foreign ministry"),
        ("Moore said that the mayor had warned him.", "Moore"),
        ("The organization has since denied giving that figure.", "The organization"),
        ("Nine people died, according to the mayor.", "the mayor"),
        ("According to Iran's state media, nine people died.", "Iran's state media"),
        ("According to the U.S. Coast Guard, the ship lost power.", "the U.S. Coast Guard"),
        ("Nine died, according to Gov. Wes Moore.", "Gov. Wes Moore"),
    ],
)
def test_a_speaker_is_named(sentence: str, speaker: str) -> None:
    assert speaker_of(sentence) == speaker


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("“We had no warning,” the captain said.", "the captain"),
        ("“We had no warning,” said the captain, who survived.", "the captain"),
        ('"We had no warning," said a spokesman for the ministry.', "a spokesman for the ministry"),
        ("“It fell,” said Jennifer Homendy, who chairs the board.", "Jennifer Homendy"),
        ("Nine died, said Kevin Cartwright, a spokesman.", "Kevin Cartwright"),
        ('"Nobody told us anything," Naomi Ishizuka said.', "Naomi Ishizuka"),
        ("He has a name, announced by Prime Minister Narendra Modi on Friday.", "Prime Minister Narendra Modi"),
    ],
)
def test_a_speaker_is_named_beside_a_quotation_or_behind_the_verb(sentence: str, speaker: str) -> None:
    assert speaker_of(sentence) == speaker


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("Jennifer Homendy, who chairs the board, said the bolts were missing.", "Jennifer Homendy"),
        ("The mayor, Abdulmenam al-Ghaithi, said up to 20,000 had died.", "Abdulmenam al-Ghaithi"),
        ("Japan's space agency, JAXA, said the probe woke up.", "JAXA"),
        ("Lorna Tibbets, 61, said she was awake.", "Lorna Tibbets"),
        ("Lorna Tibbets, 61, a retired school-bus driver, said she was awake.", "Lorna Tibbets"),
        ("John Byrd, director at the agency, the unit that helps, said on Friday that it takes time.", "John Byrd"),
        ("In a filing, the county, which is suing, said the utility was at fault.", "the county"),
        ("The space agency (JAXA) said the probe woke up.", "JAXA"),
    ],
)
def test_what_is_added_between_commas_is_not_the_speaker(sentence: str, speaker: str) -> None:
    assert speaker_of(sentence) == speaker


@pytest.mark.parametrize(
    "sentence",
    [
        "Nine people died.",
        "It was said that nine died.",
        "The strike was denied.",
        "Drivers were told to use the tunnels.",
        "Cracks had been reported as far back as 1998.",
        "The confirmed toll stood at 111 on Thursday.",
        "A report was published.",
        "What he said was untrue.",
        '"Nobody told us anything."',
        "Thirty-nine small island states left the room.",
        "",
    ],
)
def test_where_nobody_is_named_there_is_no_speaker(sentence: str) -> None:
    assert speaker_of(sentence) is None


@pytest.mark.parametrize("day", ["on Thursday", "in Geneva", "on Aug. 27", "Tuesday"])
def test_time_and_place_are_not_the_speaker(day: str) -> None:
    assert speaker_of(f"Hawaiian Electric said {day} that its lines had failed.") == "Hawaiian Electric"


@pytest.mark.parametrize("sentence", ["Iran told Pakistan on Thursday that it would act.", "Iran warned Pakistan, and withdrew its envoy."])
def test_whoever_is_spoken_to_is_not_the_speaker(sentence: str) -> None:
    assert speaker_of(sentence) == "Iran"


def test_a_pronoun_names_nobody() -> None:
    assert speaker_of("He said nobody was warned.") is None


@pytest.mark.parametrize(
    "sentence",
    [
        "Jaish al-Adl, the armed group that Tehran says it was aiming at, gave its own version.",
        "The agency grounded the jets until inspections, which the airline said would take hours.",
        "Those who took money from the fund, announced last November for the dead, gave up the right to sue.",
        'The first picture published on Monday showed one called "toy poodle".',
    ],
)
def test_whoever_speaks_beside_the_point_is_not_the_speaker(sentence: str) -> None:
    assert speaker_of(sentence) is None


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("On Sunday Roscosmos announced that it was lost.", "Roscosmos"),
        ("In 2022 Lena Ortiz, a hydrologist at the university, wrote that it could burst.", "Lena Ortiz"),
        ("ISLAMABAD - Pakistan said it would answer.", "Pakistan"),
        ("Within hours Alaska said it had found loose bolts.", "Alaska"),
        ("Foreign ministries and community groups said the men came from Mexico.", "Foreign ministries and community groups"),
        ("On Monday Cedric Schuster, Samoa's environment minister, said they would not sign.", "Cedric Schuster"),
        ("Libya's prosecutor general, al-Siddiq al-Sour, said it was under way.", "al-Siddiq al-Sour"),
        ("“We all watched it,” said its duty manager, Orla Penhallow.", "Orla Penhallow"),
        ("The mayor resigned on Friday, and the county said little.", "the county"),
        ("The army, one of the two groups that Islamabad says it was after, said that some had died.", "The army"),
        ("The airline, a small one, announced on Friday that it would stop.", "The airline"),
        ("At an early briefing Fire Chief James Wallace said seven were missing.", "Fire Chief James Wallace"),
        ("In his letter the mayor said that nobody was warned.", "the mayor"),
        ("About 90 seconds later a voice reports that it fell.", "a voice"),
    ],
)
def test_what_stands_around_a_name_is_told_from_it(sentence: str, speaker: str) -> None:
    assert speaker_of(sentence) == speaker


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", ["it was said and ", "On a b, ", "Abc Def, ", "the the said, "])
def test_no_text_takes_long(text: str) -> None:
    speaker_of(text * 5000)
