"""Web pages pasted as text: the story, its headline, date and writers come out; a text that is no page stays as it is."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.clean import normalise
from rag.formats.dateline import days_in, is_byline, is_dateline
from rag.formats.furniture import role_of
from rag.formats.pasted import read_pasted
from rag.records import NOTHING_STATED, Stated

DAM = (
    "Engineers lowered the water behind the Tarnow dam by two metres on Friday after cracks were found in its northern wall.",
    "“We saw no danger to the town,” said the chief engineer, Mira Olende. “We wanted to be sure.”",
    "The dam was built in 1961 and supplies about 40,000 households with drinking water and light.",
    "Work on the wall will begin in March and is expected to cost six million crowns.",
)
FERRY = (
    "The ferry between the two islands stopped sailing on Monday because no crew could be found for the night watch.",
    "Passengers who had waited since dawn were taken across in fishing boats, the harbour office said.",
    "A spokesman for the company said that sailings would start again before the end of the week.",
)


def page(*parts: str | tuple[str, ...]) -> str:
    """Put a page together as it is copied: a line a row, the story's paragraphs set apart."""
    return normalise("\n".join(part if isinstance(part, str) else "\n" + "\n\n".join(part) + "\n" for part in parts))


def story(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs)


DAM_TITLE = "Cracks force engineers to lower water at Tarnow dam"
FERRY_TITLE = "Island ferry stops as night crews run out"
PAGES: dict[str, tuple[str, str, Stated]] = {
    "a news theme with a breadcrumb, a doubled headline and a comment form": (
        page(
            "Friday, January 19, 2024\n25.4 C Tarnow\nSign in / Join\nHome\nWorld\nNational\nSports\nSubscribe",
            f"HomeWorld News {DAM_TITLE}\n{DAM_TITLE}\nWorld News\n{DAM_TITLE}",
            "By Agencies -\nJanuary 18, 2024\n0\n45\nShare\nFacebook Twitter WhatsApp",
            ("TARNOW —", *DAM),
            "Sources By Agencies\nRelated articles\nRiver towns ask for new flood walls\nThree bridges shut after heavy rain",
            "LEAVE A REPLY Cancel reply\nPlease enter your comment!\nPlease enter your name here",
            "You have entered an incorrect email address!\nStay Connected\n0 Fans Like\n3,912 Followers Follow\nLatest posts",
            "The mayor of the capital will not stand again, his office told reporters late on Thursday evening.",
            "Wheat prices fall for a third week\nJanuary 19, 2024",
            "Copyright © 2024 The Tarnow Courier. All rights reserved.\nPrivacy policy",
        ),
        story("TARNOW —", *DAM),
        Stated(title=DAM_TITLE, outlet="The Tarnow Courier", published="2024-01-18", published_from="text"),
    ),
    "a British paper with a cookie banner, a standfirst and two times": (
        page(
            "Skip to content\nWe use cookies to give you the best experience on our site.\nAccept all\nMenu\nNews\nSport\nWeather\nShop",
            f"Home\nNews\nWorld\n{FERRY_TITLE}\nThe company had warned of a shortage of officers since the spring.",
            "By Anna Marsh and Tom Reid\nPublished: 19 Jan 2024, 10:12\nUpdated: 20 Jan 2024, 08:30\nShare this article\n12 Comments",
            FERRY,
            "You may also like\nHarbour dues to rise by a tenth next year\nMost read\n1\nBaker wins prize for rye loaf of the year\n2",
            "Follow us on\nTerms of use\nPrivacy notice",
        ),
        story("The company had warned of a shortage of officers since the spring.", *FERRY),
        Stated(title=FERRY_TITLE, authors=("Anna Marsh", "Tom Reid"), published="2024-01-19", published_from="text", updated="2024-01-20"),
    ),
    "an American site with boxes between the paragraphs": (
        page(
            "Skip to main content\nSections\nSearch\nSign In\nSubscribe",
            f"U.S. News\n{DAM_TITLE}\nBy Lena Ortiz\nJan. 19, 2024\n3 min read",
            (DAM[0], "Advertisement", DAM[1], "READ MORE: What the last flood taught the town", DAM[2]),
            "Sign up for our newsletter and get the news every morning.\nRelated stories\nOld turbines go to a museum in the capital",
            (DAM[3],),
            "Tags: dams, water\nShare this:\nTweet\nComments (12)\nSomeone wrote that the dam had always been safe in his time.",
        ),
        story(*DAM),
        Stated(title=DAM_TITLE, authors=("Lena Ortiz",), published="2024-01-19", published_from="text"),
    ),
    "an Indian site with the date in words and inputs from agencies": (
        page(
            "Trending\nBreaking news\nE-Paper\nLogin",
            f"News / India / {FERRY_TITLE}\n{FERRY_TITLE}",
            "Written by Ravi Menon | Updated: January 20, 2024 09:15 IST\nListen to this article 3 min\nFollow us on Google News",
            FERRY,
            "(With inputs from agencies)\nAlso Read\nMonsoon diary of a lighthouse keeper\nTopics: ferry, islands\n© 2024 Coast Daily Ltd",
        ),
        story(*FERRY),
        Stated(
            title=FERRY_TITLE,
            outlet="Coast Daily",
            authors=("Ravi Menon",),
            published="2024-01-20",
            published_from="text",
            updated="2024-01-20",
        ),
    ),
    "an African site that shares in one line": (
        page(
            "Monday, 22 January 2024\nHome About us Contact us Advertise",
            f"Home » Politics » {FERRY_TITLE}\n{FERRY_TITLE}\nBy Our Reporter\n21st January 2024\nFacebookTwitterPinterestEmail",
            FERRY,
            "Previous article\nMinister opens grain store in the north\nNext article\nSchools to close early for the harvest",
            "RELATED ARTICLES MORE FROM AUTHOR\nThe price of salt",
        ),
        story(*FERRY),
        Stated(title=FERRY_TITLE, published="2024-01-21", published_from="text"),
    ),
    "only the day of the visit": (
        page(
            "Tuesday, March 5, 2024\nHome\nNews\nSports\nLog in",
            f"{DAM_TITLE}\nShare\nFacebook\nTwitter",
            DAM,
            "Leave a comment\nPost comment",
        ),
        story(*DAM),
        Stated(title=DAM_TITLE, published="2024-03-05", published_from="text"),
    ),
    "no date that can be read in one way": (
        page(
            "Home\nNews\nSports\nLog in",
            f"{DAM_TITLE}\nBy Lena Ortiz\n03/04/2024\nUpdated 2 hours ago",
            DAM,
            "Most popular\nPrivacy policy",
        ),
        story(*DAM),
        Stated(title=DAM_TITLE, authors=("Lena Ortiz",)),
    ),
    "labels on lines of their own": (
        page(
            "Menu\nSign in",
            f"{DAM_TITLE}\nPublished\n19/01/2024\nLast updated:\n2024-01-21\nShare",
            DAM,
            "More on this story\nThe wall, in pictures",
        ),
        story(*DAM),
        Stated(title=DAM_TITLE, published="2024-01-19", published_from="text", updated="2024-01-21"),
    ),
    "a list, a sub-heading, a table and short lines inside the story": (
        page(
            f"Skip to content\nSubscribe\n{DAM_TITLE}\nBy Lena Ortiz\nJanuary 19, 2024",
            (
                DAM[0],
                "What happens next",
                "- Water will be rationed\n- Schools stay open",
                "Year | Level\n2022 | 31\n2023 | 29",
                "Why?",
                "Rust.",
                DAM[3],
            ),
            "Share this:\nFacebook\nTwitter\nRecommended for you\nGlass works may move abroad",
        ),
        story(
            DAM[0],
            "What happens next",
            "- Water will be rationed\n- Schools stay open",
            "Year | Level\n2022 | 31\n2023 | 29",
            "Why?",
            "Rust.",
            DAM[3],
        ),
        Stated(title=DAM_TITLE, authors=("Lena Ortiz",), published="2024-01-19", published_from="text"),
    ),
    "furniture below the story alone": (
        page(FERRY_TITLE, FERRY, "Share on Facebook\nShare on Twitter\nLatest posts\nBakers mark a hundred years of rye"),
        story(*FERRY),
        Stated(title=FERRY_TITLE),
    ),
    "furniture above the story alone": (
        page(f"Home\nWorld\nBusiness\nSign in\n{FERRY_TITLE}\nJanuary 19, 2024\nShare", FERRY),
        story(*FERRY),
        Stated(title=FERRY_TITLE, published="2024-01-19", published_from="text"),
    ),
    "one paragraph, and a long page below it": (
        page(
            f"Home\nWorld\nBusiness\n{FERRY_TITLE}\nBy Agencies\nJanuary 19, 2024",
            (FERRY[0],),
            "LEAVE A REPLY\nPlease enter your name here\nLatest posts",
            DAM[:3],
            "All rights reserved",
        ),
        FERRY[0],
        Stated(title=FERRY_TITLE, published="2024-01-19", published_from="text"),
    ),
    "a story whose last paragraph stands below a box": (
        page(
            f"Menu\nSubscribe\n{FERRY_TITLE}\nBy Tom Reid\n19 January 2024",
            FERRY[:2],
            "Related articles\nHarbour dues to rise by a tenth next year",
            (FERRY[2],),
            "Privacy policy\nTerms of service",
        ),
        story(*FERRY),
        Stated(title=FERRY_TITLE, authors=("Tom Reid",), published="2024-01-19", published_from="text"),
    ),
    "a chronicle in a page keeps its days": (
        page(
            f"Home\nWorld\nBusiness\nSign in\n{DAM_TITLE}\nBy Lena Ortiz\nJanuary 21, 2024",
            (DAM[2], "January 18, 2024", DAM[0], "January 19, 2024", DAM[1], DAM[3]),
            "Stay connected\nPrivacy policy",
        ),
        story(DAM[2], "January 18, 2024", DAM[0], "January 19, 2024", DAM[1], DAM[3]),
        Stated(title=DAM_TITLE, authors=("Lena Ortiz",), published="2024-01-21", published_from="text"),
    ),
}

PLAIN = {
    "an article": story("A headline without a stop", *DAM),
    "one sentence": FERRY[0],
    "a few words": "Ferry stops sailing",
    "nothing": "",
    "a list": story(DAM[0], "- Home\n- World\n- Sports", "1. Privacy policy\n2. Terms of use", DAM[3]),
    "an interview": story(
        "Q: What did you see?",
        "A: Water, and no one to ask.",
        "Q: Did you share this?",
        "A: No. Why would I? It was late, and the lamp was out.",
        "Q: And now?",
    ),
    "a poem": "The river keeps no calendar\nit shares its bread with stone\n\nHome\nis what the water says\nalone",
    "sub-headings that are sections elsewhere": story("World", DAM[0], "Business", DAM[2], "Sports", FERRY[0], "Comments", FERRY[1]),
    "networks as sub-headings": story("How the networks differ", DAM[0], "Facebook", DAM[1], "Twitter", DAM[2], "WhatsApp", FERRY[0]),
    "table rows": story(DAM[0], "Town | Metres | Change\nTarnow | 31.2 | -2\nOlen | 12 | 0", "31\n29\n12", DAM[3]),
    "sentences with the words of furniture": story(
        "The page ended with related articles and a line that asked readers to stay connected with the paper.",
        "“Please enter your comment,” the form said, and nobody did so before the site was shut for good.",
        "Its privacy policy was two lines long, all rights reserved, and the editor liked to share it.",
        "Subscribe, it said. Sign in. Advertisement.",
    ),
    "a chronicle": story("January 18, 2024", DAM[0], "January 19, 2024", DAM[1], "January 20, 2024", DAM[3]),
    "a letter": story("Dear editor,", FERRY[0], FERRY[1], "Yours,", "Anna Marsh", "Tarnow, January 19, 2024"),
    "one-word paragraphs": story("No.", DAM[0], "Never.", "Not once.", DAM[3], "Silence."),
    "wrapped lines": (
        "Engineers lowered the water behind the Tarnow dam by two metres\non Friday after cracks were found in its northern wall,\n"
        "and they said that work would begin in March."
    ),
    "a writer and nothing else of a page": story("Cracks in the wall", "By Lena Ortiz", *DAM),
    "another script": "大坝的水位在星期五下降了两米。\n\n工程师说镇上没有危险。",
}


@pytest.mark.parametrize(("pasted", "expected", "stated"), PAGES.values(), ids=PAGES)
def test_of_a_pasted_page_the_story_is_left_and_what_the_page_states(pasted: str, expected: str, stated: Stated) -> None:
    assert read_pasted(pasted) == (expected, stated)


@pytest.mark.parametrize("text", [expected for _, expected, _ in PAGES.values()], ids=PAGES)
def test_a_story_that_was_found_stays_as_it_is(text: str) -> None:
    assert read_pasted(text)[0] == text


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
def test_a_text_that_is_no_page_stays_as_it_is(text: str) -> None:
    assert read_pasted(text)[0] == text


def test_a_text_that_is_no_page_states_its_date_and_writer_if_they_stand_at_its_top() -> None:
    text = story("Cracks in the wall", "By Lena Ortiz", *DAM)
    assert read_pasted(text)[1] == Stated(authors=("Lena Ortiz",))
    assert read_pasted(story("Friday, January 19, 2024", *DAM)) == (
        story("Friday, January 19, 2024", *DAM),
        Stated(published="2024-01-19", published_from="text"),
    )
    assert read_pasted(PLAIN["a chronicle"])[1] == NOTHING_STATED


@pytest.mark.parametrize("label", ["Advertisement", "ALSO READ: The wall, in pictures", "Sign up for our free newsletter today"])
def test_an_advertisement_goes_even_from_a_text_that_is_no_page(label: str) -> None:
    assert read_pasted(story(DAM[0], label, DAM[1])) == (story(DAM[0], DAM[1]), NOTHING_STATED)


WORDS = "river stone engineer council harbour wall winter price vote school bridge letter train market forest doctor record island".split()
sentence = st.lists(st.sampled_from(WORDS), min_size=10, max_size=25).map(lambda words: f"The {' '.join(words)}.")
ABOVE = (
    "Home|World|Sports|Business|Opinion|Sign in|Subscribe|Skip to content|Accept all|Menu|Search|25 C Tarnow|Friday, January 19, 2024"
    "|Home Tech Health Travel|We use cookies to improve this site.|HomeWorld News The wall|Facebook|Twitter|Log in"
).split("|")
BELOW_TITLE = "By Anna Marsh|January 18, 2024|Share|Facebook Twitter WhatsApp|12 Comments|3 min read|Updated 2 hours ago".split("|")
BETWEEN = (
    "Advertisement|ALSO READ: Old mill to reopen|Read more: The wall|Share this:|Listen to this article 3 min|Story continues below".split(
        "|"
    )
)
MARKS = "Related articles|LEAVE A REPLY Cancel reply|Tags: wall, river|Share this article|You may also like".split("|")
# Who wrote the story does not end it: a list may follow. What ends it may follow, too.
CREDITS = ["Sources By Agencies", ""]
BELOW = (
    "Please enter your comment!|Please enter your name here|Stay Connected|0 Fans Like|Latest posts|Old mill may reopen in the spring"
    "|January 19, 2024|Copyright © 2024 The Courier. All rights reserved.|Privacy policy|Terms of use|Most read|Comments (12)|Contact us"
).split("|")


def some(lines: list[str], least: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(lines), min_size=least, max_size=len(lines), unique=True)


@st.composite
def pasted_pages(draw: st.DrawFn) -> tuple[str, list[str]]:
    paragraphs = draw(st.lists(sentence, min_size=4, max_size=8, unique=True))
    boxes = draw(st.lists(st.sampled_from([None, *BETWEEN]), min_size=len(paragraphs), max_size=len(paragraphs)))
    body = [line for paragraph, box in zip(paragraphs, boxes, strict=True) for line in (paragraph, box) if line]
    lines = [*draw(some(ABOVE, 3)), "Council votes to mend the river wall", *draw(some(BELOW_TITLE, 1)), *body]
    lines += [draw(st.sampled_from(CREDITS)), draw(st.sampled_from(MARKS)), *draw(some(BELOW, 1))]
    return normalise(draw(st.sampled_from(["\n", "\n\n"])).join(lines)), paragraphs


@given(pasted_pages())
def test_every_paragraph_stays_in_order_and_no_furniture_does(example: tuple[str, list[str]]) -> None:
    pasted, paragraphs = example
    text, stated = read_pasted(pasted)
    assert [line for line in text.split("\n") if line] == paragraphs
    assert stated.title == "Council votes to mend the river wall"


any_line = (
    st.sampled_from([*ABOVE, *BELOW_TITLE, *BETWEEN, *CREDITS, *MARKS, *BELOW, "", "“Yes,” she said.", "Why?", "Old walls"])
    | sentence
    | st.text(max_size=30)
)


@given(st.lists(any_line, max_size=25))
def test_reading_twice_changes_nothing_and_no_line_is_made_up(lines: list[str]) -> None:
    text = normalise("\n".join(lines))
    once = read_pasted(text)[0]
    assert read_pasted(once)[0] == once
    rest = iter(text.split("\n"))
    assert all(line in rest for line in once.split("\n") if line)


@given(st.lists(sentence | st.sampled_from(["“No,” he said.", "Old walls", "TARNOW —", "- a list's entry", "Why?"]), max_size=12))
def test_prose_without_furniture_stays_as_it_is(paragraphs: list[str]) -> None:
    text = normalise("\n\n".join(paragraphs))
    assert read_pasted(text) == (text, NOTHING_STATED)


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("Friday, January 19, 2024", ["2024-01-19"]),
        ("19 January 2024", ["2024-01-19"]),
        ("19-Jan-2024", ["2024-01-19"]),
        ("Jan. 19th, 2024 4:10 pm", ["2024-01-19"]),
        ("2024-01-19T10:12:00Z", ["2024-01-19"]),
        ("19/01/2024", ["2024-01-19"]),
        ("01/19/2024", ["2024-01-19"]),
        ("03/04/2024", []),
        ("February 30, 2024", []),
        ("Published Wed, Nov 20 20194:29 AM", ["2019-11-20"]),
        ("Posted 18 Jan 2024 | Updated 19 Jan 2024", ["2024-01-18", "2024-01-19 update"]),
    ],
)
def test_days_are_read_only_where_they_can_be_read_in_one_way(line: str, days: list[str]) -> None:
    assert is_dateline(line)
    assert [day.iso + " update" * day.update for day in days_in(line)] == days


@pytest.mark.parametrize(
    "line",
    [
        "He died on January 19, 2024.",
        "Live updates for January 19, 2024",
        "By then it was too late",
        "January 19 attack",
        "By the river, a wall",
    ],
)
def test_a_sentence_or_a_headline_is_neither_a_dateline_nor_a_byline(line: str) -> None:
    assert not is_dateline(line)
    assert not is_byline(line)


@pytest.mark.parametrize(
    "line",
    [
        "Home Depot sales miss",
        "World Health",
        "Sports.",
        "- Privacy policy",
        "12 F-16 jets shot down",
        "© Getty Images",
        "Read more books",
        "Google 2",
    ],
)
def test_what_only_looks_like_furniture_has_no_role(line: str) -> None:
    assert role_of(line) is None


@pytest.mark.parametrize(
    "line", ["home" * 60, "share " * 45, "Home > " * 40, "19 Jan 2024 " * 12, "by " * 90, "copyright 2024 a. " * 15, "1" * 280]
)
def test_lines_made_to_be_slow_are_read_at_once(line: str) -> None:
    text = "\n".join([line] * 300)
    began = time.perf_counter()
    read_pasted(text)
    assert time.perf_counter() - began < 2
