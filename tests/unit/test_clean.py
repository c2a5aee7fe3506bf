"""Text, Markdown and HTML become articles: the story without what stands around it, and what is known about it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.clean import MAX_TITLE_CHARS, article_id, clean, normalise
from rag.errors import InputError
from rag.records import Article, Media, RawDocument

STORY = "A container ship struck the bridge early on Tuesday."
# What normalising has to get right: line ends of every kind, invisible characters, spaces, marks that combine.
TRICKY = "a e\u0301\u0323\u0344\u200b\u200d\u00ad\ufeff\u2028\u2029\u0085\x0b\x0c\x1c\x1f\x00\r\n\t\u00a0\u3000\u2000\u212b\ufb01"
tricky_text = st.text(max_size=80) | st.text(alphabet=TRICKY, max_size=30)


def made(text: str, media: Media = "text") -> Article:
    return clean(RawDocument("folder/file", media, text))


@given(tricky_text)
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(tricky_text)
def test_normalised_text_is_composed_and_has_no_stray_white_space(text: str) -> None:
    clean_text = normalise(text)
    assert unicodedata.is_normalized("NFC", clean_text)
    assert clean_text == clean_text.strip()
    assert "\n\n\n" not in clean_text
    assert all(line == " ".join(line.split()) for line in clean_text.split("\n"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("one  two\t three ", "one two three"),
        ("one\n \n\n\t\ntwo", "one\n\ntwo"),
        ("soft\u00adhyphen and zero\u200bwidth", "softhyphen and zerowidth"),
        ("cafe\u0301", "café"),
        ("page one\fpage two", "page one\npage two"),
        ("one line\u2028another", "one line\nanother"),
        ("no\u00a0break", "no break"),
    ],
    ids=["line ends", "spaces", "blank lines", "invisible", "composed", "form feed", "line separator", "no-break space"],
)
def test_text_is_put_into_one_form(text: str, expected: str) -> None:
    assert normalise(text) == expected


def test_the_id_is_twelve_hexadecimal_digits() -> None:
    # The start of SHA-256("hello world").
    assert article_id("Hello\n\nWorld") == "b94d27b9934d"


# The dotless ı has no counterpart: its capital is the capital of i.
@given(st.text(alphabet=st.characters(max_codepoint=0x24F, categories=["L", "N", "P", "Zs"], exclude_characters="ı"), max_size=60))
def test_letter_case_does_not_change_the_id(text: str) -> None:
    assert article_id(text.upper()) == article_id(text.lower()) == article_id(text)


@given(st.lists(st.text(alphabet=st.characters(categories=["L", "N", "P"]), min_size=1), min_size=1), st.data())
def test_white_space_does_not_change_the_id(words: list[str], data: st.DataObject) -> None:
    spaces = st.text(alphabet=" \t\n\r\u00a0\u2003", min_size=1, max_size=4)
    assert article_id("".join(data.draw(spaces) + word for word in words)) == article_id(" ".join(words))


@given(st.text(max_size=30), st.text(max_size=30))
def test_another_text_has_another_id(one: str, other: str) -> None:
    same = one.casefold().split() == other.casefold().split()
    assert (article_id(one) == article_id(other)) == same


def test_the_same_text_from_another_file_is_the_same_article() -> None:
    plain = made(f"{STORY}\n\nIt sank.")
    marked = clean(RawDocument("other.md", "markdown", f"---\ntitle: A title\n---\n*{STORY.upper()}*\n\n\nIt   sank."))
    assert marked.info.id == plain.info.id
    assert marked.info.path != plain.info.path


def test_a_short_first_line_of_plain_text_is_its_title() -> None:
    article = made(f"\nShip hits bridge\n\n{STORY}\n")
    assert (article.info.title, article.text) == ("Ship hits bridge", STORY)


@pytest.mark.parametrize("first", ["It fell.", "Did it fall?", "“It fell”", "BALTIMORE:", "word " * 60])
def test_a_first_line_that_reads_like_text_stays_in_the_story(first: str) -> None:
    article = made(f"{first}\n\n{STORY}")
    assert article.text == f"{first.strip()}\n\n{STORY}"
    assert article.info.title == first.strip()[:MAX_TITLE_CHARS]


def test_plain_text_of_one_line_is_a_story() -> None:
    assert made("a single line without any full stop").text == "a single line without any full stop"


def test_front_matter_is_read() -> None:
    info = made(
        "---\ntitle: Ship hits bridge\noutlet: Harbor Post\nauthors: [Dana Holloway, Reuben Stack]\npublished: 2024-03-26\n"
        f"url: https://harbor.example/1\nlanguage: en\n---\n\n{STORY}\n",
        "markdown",
    ).info
    assert (info.title, info.outlet, info.authors) == ("Ship hits bridge", "Harbor Post", ("Dana Holloway", "Reuben Stack"))
    assert (info.published, info.url, info.language) == ("2024-03-26", "https://harbor.example/1", "en")


def test_front_matter_may_be_left_out_or_stand_with_windows_line_ends() -> None:
    assert made(STORY, "markdown").info.outlet is None
    assert made(f"---\r\noutlet: Harbor Post\r\n---\r\n{STORY}\r\n", "markdown").info.outlet == "Harbor Post"


@pytest.mark.parametrize(
    ("stated", "published"),
    [
        ("published: 2024-03-26", "2024-03-26"),
        ("published: '2024-03-26'", "2024-03-26"),
        ("date: 2024-03-26", "2024-03-26"),
        ("published: 2024-03-26T23:30:00", "2024-03-26"),
        ("published: 2024-03-26T23:30:00+09:00", "2024-03-26"),
        ("published: 20240326", "2024-03-26"),
        ("published:", None),
        ("title: x", None),
    ],
)
def test_a_date_is_stored_as_an_iso_date(stated: str, published: str | None) -> None:
    assert made(f"---\n{stated}\n---\n{STORY}", "markdown").info.published == published


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("title: Collapse: the story", "line 2 the front matter is not YAML"),
        ("outlet: Post\ntitle: 'never closed", "the front matter is not YAML"),
        ("- one\n- two", "lines of the form 'name: value'"),
        ("published: last Tuesday", "'last Tuesday' is not understood; write it as 2024-01-19"),
        ("published: 2024", "'2024' is not understood"),
        ("published: 2024-02-30", "a date that does not exist"),
        ("published: 2024-13-01", "a date that does not exist"),
    ],
)
def test_front_matter_that_cannot_be_read_is_refused_by_file(header: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        made(f"---\n{header}\n---\n{STORY}", "markdown")
    assert "folder/file" in str(caught.value)


@pytest.mark.parametrize(
    ("header", "authors"),
    [("author: Dana Holloway", ("Dana Holloway",)), ("authors: []", ()), ("authors:", ()), ("title: x", ())],
)
def test_authors_may_be_one_or_none(header: str, authors: tuple[str, ...]) -> None:
    assert made(f"---\n{header}\n---\n{STORY}", "markdown").info.authors == authors


def test_markdown_marks_and_images_are_taken_out() -> None:
    body = "A **container** ship [struck](https://x.example) the `bridge` ![a photo](p.jpg)early.\n\n- one\n- two\n\n> it fell"
    assert made(body, "markdown").text == "A container ship struck the bridge early.\n\none\n\ntwo\n\nit fell"


def test_the_top_heading_is_the_title_unless_one_is_stated() -> None:
    assert made(f"# Ship hits bridge\n\n{STORY}", "markdown").info.title == "Ship hits bridge"
    assert made(f"# Ship hits bridge\n\n{STORY}", "markdown").text == STORY
    assert made(f"---\ntitle: Stated\n---\n# Ship hits bridge\n\n{STORY}", "markdown").info.title == "Stated"


def test_a_later_heading_stays_in_the_text() -> None:
    assert made(f"{STORY}\n\n# The search", "markdown").text == f"{STORY}\n\nThe search"


def test_a_wrapped_markdown_paragraph_becomes_one_line() -> None:
    assert made("A container ship struck\nthe bridge early\non Tuesday.", "markdown").text == STORY


def test_a_title_is_cut_to_its_limit() -> None:
    assert len(made(f"---\ntitle: {'long ' * 100}\n---\n{STORY}", "markdown").info.title) == MAX_TITLE_CHARS


PAGE = """
<html lang="en"><head><title>Bridge falls | Harbor Post</title>
<meta property="og:site_name" content="Harbor Post"><meta property="og:title" content="Bridge falls">
<meta name="author" content="Dana Holloway"><meta property="article:published_time" content="2024-03-26T06:00:00Z">
<link rel="canonical" href="https://harbor.example/bridge"><style>p { color: red }</style></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/s">Subscribe now</a></li></ul></nav>
<article><h1>Bridge falls</h1>
<p>A container ship struck the bridge early on Tuesday, and most of it fell into the river.</p>
<p>Two people were pulled from the water, the fire chief said, and six were missing.</p>
<p>The port was closed until further notice, state officials said in a statement.</p></article>
<script>var tracking = 1;</script><footer>Copyright Harbor Post. All rights reserved.</footer></body></html>
"""


def test_the_story_is_taken_out_of_a_page() -> None:
    article = made(PAGE, "html")
    assert "A container ship struck the bridge" in article.text
    assert "\n\nTwo people were pulled from the water" in article.text
    for around in ("Subscribe", "tracking", "Copyright", "color", "<"):
        assert around not in article.text


def test_what_a_page_says_about_itself_is_read() -> None:
    info = made(PAGE, "html").info
    assert (info.title, info.outlet, info.authors) == ("Bridge falls", "Harbor Post", ("Dana Holloway",))
    assert (info.published, info.url, info.language) == ("2024-03-26", "https://harbor.example/bridge", "en")


@pytest.mark.parametrize(
    ("media", "text"),
    [
        ("text", "four words are few"),
        ("text", "\u200b \ufeff"),
        ("text", ""),
        ("markdown", "---\ntitle: Only a title here, no story\n---\n"),
        ("markdown", "![only](a.jpg) ![pictures](b.jpg)"),
        ("html", "<html><body></body></html>"),
        ("html", "<html><body><script>var a = 'one two three four five six'</script></body></html>"),
    ],
)
def test_a_document_without_a_story_is_refused_by_file(media: Media, text: str) -> None:
    with pytest.raises(InputError, match=r"folder/file: no (article|story)"):
        made(text, media)


def test_the_language_is_recognised_when_it_is_not_stated() -> None:
    assert made("Le président a déclaré jeudi que les élections auraient lieu au mois de mai.").info.language == "fr"
    assert made("The president said on Thursday that the elections would take place in May.").info.language == "en"
