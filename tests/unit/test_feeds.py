"""Feeds of every dialect become entries; what is hostile in one stays inert, and takes no time."""

from __future__ import annotations

import time
from html import escape
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.clean import clean
from rag.errors import InputError
from rag.formats.feeds import MAX_ELEMENTS, MIN_STORY_WORDS, is_feed, parse_feed, read_feed
from rag.records import Stated

STORY = " ".join(f"On day {day} the harbour council of Visby met and spoke about the new ferry pier." for day in range(1, 6))
CONTENT = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'


def rss(item: str, about: str = "<title>Harbour News</title>") -> str:
    return f'<?xml version="1.0"?>\n<rss version="2.0" {CONTENT}><channel>{about}<item>{item}</item></channel></rss>'


def atom(entry: str) -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de-AT"><title>Hafen</title><entry>{entry}</entry></feed>'


def only(text: str) -> Stated:
    (entry,) = parse_feed(text, "feed.xml")
    return entry.stated


RSS2 = rss(
    f"""<title>The pier</title><link>https://news.example/pier</link><guid>tag:1</guid><dc:creator>Ann Berg</dc:creator>
    <dc:creator>Bo Ek</dc:creator><pubDate>Fri, 19 Jan 2024 23:30:00 -0500</pubDate><description>Read on.</description>
    <content:encoded><![CDATA[<p>{STORY}</p>]]></content:encoded>""",
    "<title>Harbour News</title><language>en-GB</language>",
)
RSS091 = f"""<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">
<rss version="0.91"><channel><title>Harbour News</title><language>en-us</language>
<item><title>The pier</title><link>https://news.example/pier</link><description>{STORY}</description></item></channel></rss>"""
RSS1 = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" {CONTENT}>
<channel rdf:about="https://news.example/"><title>Harbour News</title></channel>
<item rdf:about="https://news.example/pier"><title>The pier</title><link>https://news.example/pier</link><dc:date>2024-01-19</dc:date>
<content:encoded>{escape(f"<p>{STORY}</p>")}</content:encoded></item></rdf:RDF>"""
ATOM = atom(
    f"""<id>tag:1</id><title type="html">The &lt;i&gt;pier&lt;/i&gt; &amp;amp; more</title><link href="https://news.example/pier"/>
    <author><name>Ann Berg</name><email>ann@news.example</email></author><published>2024-01-19T23:30:00-05:00</published>
    <updated>2024-01-21T00:00:00Z</updated>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{STORY}</p></div></content>"""
)
PIER = "https://news.example/pier"
DAY = "2024-01-19"


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        (RSS2, Stated("The pier", "Harbour News", ("Ann Berg", "Bo Ek"), DAY, "stated", None, PIER, "en")),
        (RSS091, Stated("The pier", "Harbour News", url=PIER, language="en")),
        (RSS1, Stated("The pier", "Harbour News", (), DAY, "stated", None, PIER)),
        (ATOM, Stated("The pier & more", "Hafen", ("Ann Berg",), DAY, "stated", "2024-01-21", PIER, "de")),
    ],
    ids=["RSS 2.0", "RSS 0.91", "RSS 1.0", "Atom"],
)
def test_every_dialect_gives_the_article_and_what_is_stated(text, stated):
    assert is_feed(text)
    (document,) = read_feed(text, "feeds/harbour.xml")
    assert document.stated == stated
    assert (document.path, document.media) == ("feeds/harbour.xml", "html")
    assert document.member in {"tag:1", PIER}
    article = clean(document)
    assert article.text == STORY
    assert (article.info.title, article.info.outlet, article.info.url) == (stated.title, stated.outlet, PIER)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1252"])
def test_bytes_are_read_in_the_encoding_that_they_state(encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?>' + rss(f"<title>Dans l’été</title><description>{STORY}</description>")[22:]
    (document,) = read_feed(text.encode(encoding), "feed.xml")
    assert document.stated.title == "Dans l’été"


def test_text_is_not_decoded_again():
    text = rss(f"<title>Été</title><description>{STORY}</description>").replace("?>", ' encoding="utf-16"?>', 1)
    assert read_feed(text, "feed.xml")[0].stated.title == "Été"


@pytest.mark.parametrize(("words", "read"), [(MIN_STORY_WORDS - 1, False), (MIN_STORY_WORDS, True)], ids=["a teaser", "an article"])
def test_an_entry_counts_from_so_many_words(words, read):
    text = rss(f"<title>The pier</title><description>{escape('<p class=intro>' + 'pier ' * words + '</p>')}</description>")
    if read:
        assert len(read_feed(text, "feed.xml")) == 1
    else:
        with pytest.raises(InputError, match=r"feed\.xml: no entry of this feed holds 50 words"):
            read_feed(text, "feed.xml")


def test_entries_with_the_same_key_stay_apart():
    item = f"<guid>1</guid><title>The pier</title><description>{STORY}</description>"
    documents = read_feed(rss(f"{item}</item><item>{item}</item><item><description>{STORY}</description>"), "feed.xml")
    assert [document.member for document in documents] == ["1", "1 (2)", "3"]


def test_the_longest_text_of_an_entry_is_its_story():
    text = rss(f"<description>{STORY}</description><content:encoded>See the film.</content:encoded>")
    assert STORY in read_feed(text, "feed.xml")[0].text


def test_plain_text_keeps_its_paragraphs_and_its_signs():
    text = atom(f'<content type="text">{STORY}\n\n1 &lt; 2 and that is all.</content>')
    assert clean(read_feed(text, "feed.xml")[0]).text == f"{STORY}\n\n1 < 2 and that is all."


@pytest.mark.parametrize(
    ("dates", "published", "updated"),
    [
        ("<pubDate>Tue, 02 Jan 2024 22:00:00 -0500</pubDate>", "2024-01-02", None),
        ("<pubDate>2024-01-02</pubDate>", "2024-01-02", None),
        ("<dc:date>2024-01-02T23:59:00-08:00</dc:date>", "2024-01-02", None),
        ("<pubDate>Thu Jan 04 12:00:00 2024</pubDate>", "2024-01-04", None),
        ("<pubDate>2024-02-30</pubDate>", None, None),
        ("<pubDate>yesterday</pubDate>", None, None),
        ("<pubDate></pubDate>", None, None),
        (f"<pubDate>{'1' * 5000}</pubDate>", None, None),
    ],
)
def test_the_day_is_the_publishers(dates, published, updated):
    stated = only(rss(f"<title>x</title>{dates}"))
    assert (stated.published, stated.updated) == (published, updated)
    assert stated.published_from == ("stated" if published else None)


def test_an_entry_that_states_only_a_change_was_published_then():
    stated = only(atom("<id>1</id><updated>2024-01-21T00:00:00Z</updated>"))
    assert (stated.published, stated.updated) == ("2024-01-21", None)


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("ann@news.example (Ann Berg)", "Ann Berg"),
        ("Ann Berg &lt;ann@news.example&gt;", "Ann Berg"),
        (" Ann\n Berg ", "Ann Berg"),
        ("ann@news.example", None),
        ("", None),
    ],
)
def test_an_author_is_named_without_the_address(author, name):
    assert only(rss(f"<title>x</title><author>{author}</author>")).authors == ((name,) if name else ())


@pytest.mark.parametrize(
    ("language", "known"), [("en-GB", "en"), ("de", "de"), ("DE_at", "de"), ("english", None), ("e1", None), ("", None)]
)
def test_a_language_is_known_by_its_two_letters(language, known):
    assert only(rss("<title>x</title>", f"<language>{language}</language>")).language == known


def test_entities_of_html_are_read_as_browsers_do():
    assert only(rss("<title>Caf&eacute;&nbsp;&bogus; &lt;b&gt; &LT; x</title>")).title == "Café &bogus; <b> < x"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "//", ""])
def test_only_an_address_of_the_web_is_one(link):
    assert only(rss(f"<title>x</title><link>{link}</link>")).url is None


def test_relative_links_start_from_the_feeds_address():
    (entry,) = parse_feed(rss("<title>x</title><link>../pier</link>"), "https://news.example/feeds/all.xml")
    assert entry.stated.url == PIER


def test_nothing_that_a_feed_states_is_markup_on_its_page():
    text = rss(
        f"""<title>{escape(escape('"><script>alert(1)</script>'))}</title><link>https://news.example/?"&gt;&lt;script&gt;</link>
        <dc:creator>{escape('"><script>')}</dc:creator><description>{STORY}</description>""",
        f"<title>{escape(escape('</title><script>'))}</title>",
    )
    page = read_feed(text, "feed.xml")[0].text
    assert "<script" not in page
    assert page.count("<title>") == page.count("</title>") == 1


# What is not a feed, or hostile.

LAUGHS = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(10))


@pytest.mark.parametrize(
    "declared",
    [
        f'<!DOCTYPE rss [<!ENTITY a "ha">{LAUGHS}]>',
        '<!DOCTYPE rss [<!ENTITY k SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
        '<!DOCTYPE rss [<!-- <rss> --><!ENTITY k "ha">]>',
        '<?x ?>\n<!DOCTYPE rss [\n<!ENTITY k "ha">\n]>',
    ],
    ids=["billion laughs", "a file", "a parameter", "behind a comment", "a harmless one"],
)
@pytest.mark.parametrize("encoding", ["", "utf-8", "utf-16"])
def test_a_feed_that_declares_entities_is_refused(declared, encoding):
    text = (
        declared
        + f'<rss version="2.0"><channel><title a="&k;">&k;</title><item><description>{STORY} &k;</description></item></channel></rss>'
    )
    with pytest.raises(InputError, match=r"feed\.xml: this feed declares entities"):
        read_feed(text.encode(encoding) if encoding else text, "feed.xml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not an RSS or Atom feed"),
        ("pier", "not an RSS or Atom feed"),
        ("<html><body><p>pier</p></body></html>", "not an RSS or Atom feed"),
        ("<!doctype html><html><p>pier", "not an RSS or Atom feed"),
        ("http://news.example/feed", "not an RSS or Atom feed"),
        ("/etc/passwd", "not an RSS or Atom feed"),
        ("<rss/>", "no entries"),
        ("<feed xmlns='http://www.w3.org/2005/Atom'/>", "no entries"),
        (rss("<a:b>x</a:b>"), "damaged"),
        (rss("<gml:pos xmlns:gml='http://www.opengis.net/gml'>1</gml:pos>"), "damaged"),
        (rss("<b/>" * MAX_ELEMENTS), "too much for a feed"),
        (rss("<b " + " ".join(f"a{n}='x'" for n in range(20_000)) + "/>"), "too much for a feed"),
    ],
    ids=range(12),
)
def test_what_is_no_feed_is_refused_and_named(text, said):
    with pytest.raises(InputError, match=said) as caught:
        read_feed(text, "feed.xml")
    assert str(caught.value).startswith("feed.xml: ")


@pytest.mark.parametrize(
    "text",
    [
        rss(f"<title>AT&T, R&D and 1 < 2</title><description>{STORY}</description>"),
        rss(f"<title>x</title><description>{STORY}<br></description>"),
        rss(f"<title>x</title><description>{STORY}</description>").removesuffix("</item></channel></rss>"),
        "\ufeff \n" + rss(f"<title>x</title><description>{STORY}</description>"),
        rss(f"<title>x\x00\x0b</title><description>{STORY}</description>"),
    ],
    ids=["bare &", "an open tag", "cut off", "space before it", "control characters"],
)
def test_a_feed_with_small_faults_is_read(text):
    assert STORY in read_feed(text, "feed.xml")[0].text


@pytest.mark.parametrize(
    "inner",
    [
        "<a>" * 20_000,
        escape("<!--" * 20_000),
        escape("<a b='" * 20_000),
        "</description><author>" + "a" * 200_000 + "</author><description>",
        "</description><author>x<b>" + "a" * 200_000 + "</b></author><description>",
        "</description><dc:creator>" + "a." * 100_000 + "</dc:creator><description>",
        "</description><pubDate>" + "1" * 200_000 + "</pubDate><description>",
        "\n" * 100_000,
        escape("<" * 100_000),
        "<" * 200_000,
        "&" * 200_000,
    ],
    ids=range(11),
)
def test_hostile_text_takes_no_time(inner):
    start = time.monotonic()
    parse_feed(rss(f"<title>x</title><description>{inner}</description>"), "feed.xml")
    assert time.monotonic() - start < 3


@settings(max_examples=40)
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_in_an_entry_is_read_or_refused(title, rest):
    try:
        parse_feed(rss(f"<title t={quoteattr(title)}>{escape(title)}</title><description>{rest}</description>"), "feed.xml")
    except InputError as error:
        assert str(error).startswith("feed.xml: ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (RSS2, True),
        (ATOM, True),
        (RSS1, True),
        ("<atom:feed xmlns:atom='x'>", True),
        ("<!-- a comment --><?x?><rss>", True),
        ("<html><rss>", False),
        ("<rssfeed>", False),
        ("rss", False),
        ("", False),
        (" " * 5000 + "<rss>", False),
    ],
    ids=range(10),
)
def test_a_feed_is_known_by_its_first_element(text, expected):
    assert is_feed(text) is expected
