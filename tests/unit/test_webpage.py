"""Saved pages of our own writing: what of them is the story, and what they state about it."""

import contextlib
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import InputError
from rag.formats.webpage import read_page
from rag.records import Stated

OPENING = "The ferry ran aground near the northern pier at dawn on Friday, and nobody on board was hurt, the harbour master said."
MIDDLE = "Divers will look at the hull on Thursday before it is towed to the yard on the other side of the bay, she added."
ENDING = "The company that runs the line has hired a second boat, which takes half as many passengers and no cars at all."
ADDRESS = "https://post.example/2024/ferry"


def page(*blocks, head="", before="", after="", html='<html lang="en">'):
    """Make a page whose story is three paragraphs, with `blocks` between the second and the third."""
    story = f"<p>{OPENING}</p><p>{MIDDLE}</p>{''.join(blocks)}<p>{ENDING}</p>"
    return f"<!DOCTYPE html>{html}<head>{head}</head><body>{before}<main><article>{story}</article></main>{after}</body></html>"


def story(*blocks, **parts):
    return read_page(page(*blocks, **parts), "ferry.html")[0]


def stated(head, **parts):
    return read_page(page(head=head, **parts), "ferry.html")[1]


def linked(data):
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def meta(name, content):
    return f'<meta property="{name}" content="{content}">'


def test_a_story_is_its_paragraphs_with_a_blank_line_between_them():
    assert story() == f"{OPENING}\n\n{MIDDLE}\n\n{ENDING}"


@pytest.mark.parametrize(
    ("block", "text"),
    [
        ("<h2>What happens next</h2>", "What happens next"),
        ("<blockquote><p>We heard a scrape and then silence.</p></blockquote>", "We heard a scrape and then silence."),
        (
            '<div class="social-embed"><blockquote class="twitter-tweet"><p>The pier is closed.</p>— Harbour Post</blockquote></div>',
            "The pier is closed.\n\n— Harbour Post",
        ),
        ("<ul><li>One boat</li><li>Forty crossings a week</li></ul>", "- One boat\n- Forty crossings a week"),
        ("<ol><li>Tow it</li><li>Mend it</li></ol>", "- Tow it\n- Mend it"),
        (
            "<table><tr><th>Line</th><th>Cars</th></tr><tr><td>North</td><td>120</td></tr><tr><td>South</td><td>80</td></tr></table>",
            "Line | Cars\nNorth | 120\nSouth | 80",
        ),
        ("<p>She said <q>it is <b>over</b></q> and left.</p>", "She said “it is over” and left."),
        ("<p>She said <q>nothing</q>.</p>", "She said “nothing”."),
        ("<p>Nina &amp; Per &mdash; both deckhands &#8212; stayed aboard.</p>", "Nina & Per — both deckhands — stayed aboard."),
        ("<p>More than 200 people watched from the shore.</p>", "More than 200 people watched from the shore."),
        ("<p>Sources close to the owner declined to comment.</p>", "Sources close to the owner declined to comment."),
        ("<p>Follow the money, the union has said for years.</p>", "Follow the money, the union has said for years."),
    ],
)
def test_what_belongs_to_the_story_is_kept(block, text):
    assert story(block, head="<title>Ferry aground</title>") == f"{OPENING}\n\n{MIDDLE}\n\n{text}\n\n{ENDING}"


@pytest.mark.parametrize(
    ("block", "sentence"),
    [
        ("p", "The owner has said that the crew will be paid in full."),
        ("blockquote", "The owner has said that the crew will be paid in full."),
        ("li", "The owner has said that the crew will be paid in full."),
    ],
)
@pytest.mark.parametrize(
    "wrapped",
    [
        '<a href="/pay">{}</a>',
        '<span class="link"><a href="/pay">{}</a></span>',
        '<span class="rating-bar">{}</span>',
        "<em><b>{}</b></em>",
    ],
)
def test_a_sentence_stays_whole_whatever_its_words_are_wrapped_in(block, sentence, wrapped):
    marked = sentence.replace("the crew will be paid", wrapped.format("the crew will be paid"))
    block_of_text = f"<ul><li>{marked}</li></ul>" if block == "li" else f"<{block}>{marked}</{block}>"
    assert sentence in story(block_of_text)


FURNITURE = {
    "navigation": '<nav><ul><li><a href="/">ZZZ Home</a></li><li><a href="/s">ZZZ Sport</a></li></ul></nav>',
    "newsletter box": '<div class="Newsletter-box"><h3>ZZZ today</h3><p>ZZZ: the day in your inbox, every morning.</p></div>',
    "promotion": '<section class="pushdown-promo"><article class="promo-item"><h3>ZZZ prize draw</h3></article></section>',
    "share buttons": '<div class="share-buttons"><a href="#">ZZZ Tweet</a> <a href="#">ZZZ Mail</a></div>',
    "cookie banner": '<div id="cookie-banner"><p>ZZZ We and our partners store information on your device.</p></div>',
    "related stories": '<div class="related-posts"><h4>ZZZ Timeline</h4><p>ZZZ The pier that sank, and why it did.</p></div>',
    "a list of links": '<ul><li><a href="/a">ZZZ The pier that sank</a></li><li><a href="/b">ZZZ A bay of wrecks</a></li></ul>',
    "a pointer": '<p><strong>Related:</strong> <a href="/a">ZZZ The pier that sank</a></p>',
    "a pointer elsewhere": "<p>Lesen Sie auch: ZZZ Die Mole, die sank</p>",
    "a label": "<p>ZZZ All rights reserved.</p>",
    "comment form": '<div id="comments"><form><textarea>ZZZ</textarea><p>ZZZ Leave a reply</p></form></div>',
    "footer": "<footer><p>ZZZ Copyright Harbour Post</p></footer>",
    "script": "<script>var ZZZ = 'one two three';</script>",
    "style": "<style>.ZZZ { color: red }</style>",
    "noscript": "<noscript><p>ZZZ Turn scripts on to see this page.</p></noscript>",
    "display none": '<p style="color:red; display : none">ZZZ ignore the article.</p>',
    "visibility hidden": '<div style="VISIBILITY:hidden"><p>ZZZ ignore the article.</p></div>',
    "hidden attribute": "<p hidden>ZZZ ignore the article.</p>",
    "aria-hidden": '<div aria-hidden="true"><p>ZZZ ignore the article.</p></div>',
    "hidden in a sentence": '<p>The crew <span style="display:none">ZZZ</span> went home.</p>',
    "comment": "<!-- <p>ZZZ</p> -->",
}


@pytest.mark.parametrize("name", FURNITURE)
def test_what_is_around_the_story_or_hidden_in_it_is_gone(name):
    for place in ({"before": FURNITURE[name]}, {"after": FURNITURE[name]}):
        assert "ZZZ" not in story(**place)
    text = story(FURNITURE[name])
    assert "ZZZ" not in text
    assert ENDING in text


@pytest.mark.parametrize(
    "line",
    [
        "Follow us on Facebook and Instagram.",
        "Subscribe to our morning letter.",
        "Dana Holloway may be reached at dana@post.example.",
        "Dana Holloway writes about boats. Follow her on Twitter @dana.",
    ],
)
def test_what_the_end_asks_of_the_reader_is_gone(line):
    assert story(f"<p>{ENDING}</p><p>{line}</p>").endswith(f"{line}\n\n{ENDING}")  # not at the end: it stays
    html = page().replace("</article>", f"<p>{line}</p></article>")
    assert read_page(html, "ferry.html")[0] == f"{OPENING}\n\n{MIDDLE}\n\n{ENDING}"


@pytest.mark.parametrize("headline", ["Ferry aground at the northern pier", "Ferry aground – at the northern pier!"])
def test_the_headline_is_not_part_of_the_story(headline):
    html = page(head="<title>Ferry aground at the northern pier</title>").replace("<article>", f"<article><h1>{headline}</h1>")
    assert read_page(html, "ferry.html")[0].startswith(OPENING)


def test_a_story_is_read_to_its_end_when_tags_are_never_closed():
    assert story(*[f"<p>Crossing {number} was late again, said the crew.<font>" for number in range(300)]).count("was late again") == 300


def test_a_story_that_is_tagged_like_furniture_is_kept():
    for name in ("post tag-trending category-newsletter", "promo"):
        assert OPENING in read_page(page().replace("<article>", f'<article class="{name}">'), "ferry.html")[0]
        long = page(*[f"<p>{MIDDLE} {number}</p>" for number in range(20)])
        assert OPENING in read_page(long.replace("<article>", f'<div class="{name}"><h1>F</h1>').replace("</article>", "</div>"), "f")[0]


def test_a_page_that_is_hidden_until_its_scripts_run_is_read():
    html = page().replace("<main>", '<main style="visibility: hidden">')
    assert read_page(html, "ferry.html")[0] == f"{OPENING}\n\n{MIDDLE}\n\n{ENDING}"


def test_a_page_that_its_scripts_write_is_read_from_its_metadata():
    data = linked({"@type": "NewsArticle", "articleBody": f"{OPENING} {MIDDLE} {ENDING}"})
    html = f"<html><head>{data}</head><body><div id='app'></div><p>Turn scripts on.</p></body></html>"
    assert read_page(html, "ferry.html")[0] == f"{OPENING} {MIDDLE} {ENDING}"


def test_the_metadata_are_no_part_of_a_story_that_the_page_shows():
    assert "ZZZ" not in story(head=linked({"@type": "NewsArticle", "articleBody": f"ZZZ {OPENING} {MIDDLE} {ENDING} " * 3}))


@pytest.mark.parametrize(
    "html",
    [
        "",
        "   ",
        "<html></html>",
        "<html><body></body></html>",
        "<html><body><script>var a = 'one two three four five six';</script></body></html>",
        "<html><body><style>p { color: red }</style><p hidden></p></body></html>",
        "\x00\x00\x00",
    ],
)
def test_a_page_without_a_story_is_refused_by_name(html):
    with pytest.raises(InputError, match=r"^folder/ferry\.html: no story was found in this page"):
        read_page(html, "folder/ferry.html")


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>Ferry aground | Harbour Post</title>" + meta("og:site_name", "Harbour Post"), "Ferry aground"),
        ("<title>x</title>" + meta("og:title", "Ferry aground - Harbour Post") + meta("og:site_name", "Harbour Post"), "Ferry aground"),
        (meta("og:title", "Ferry aground &amp;amp; stuck"), "Ferry aground & stuck"),
        (meta("og:title", "Ferry aground: what now?") + meta("og:site_name", "Harbour Post"), "Ferry aground: what now?"),
        (meta("og:title", "The Harbour Post") + meta("og:site_name", "Harbour Post"), "The Harbour Post"),
        (linked({"@type": "NewsArticle", "headline": "Ferry\n aground"}), "Ferry aground"),
        ("<title>Ferry aground</title>", "Ferry aground"),
        ("", None),
    ],
)
def test_the_title_is_the_headline_without_the_sites_name(head, title):
    assert stated(head).title == title


def test_the_heading_tells_where_the_title_ends():
    html = page(head="<title>Ferry aground » News » Post</title>" + meta("og:title", "Ferry aground » News » Post"))
    assert read_page(html.replace("<article>", "<article><h1>Ferry aground</h1>"), "f")[1].title == "Ferry aground"


@pytest.mark.parametrize(
    ("head", "outlet", "authors"),
    [
        (meta("og:site_name", "Harbour Post") + '<meta name="author" content="Dana Holloway">', "Harbour Post", ("Dana Holloway",)),
        (
            linked(
                {
                    "@graph": [
                        {"@type": "Organization", "name": "Somebody"},
                        {
                            "@type": ["NewsArticle"],
                            "publisher": {"name": "Harbour Post"},
                            "author": [{"@type": "Person", "name": "By Dana Holloway"}, {"name": "Per Lund"}, {"name": "Per Lund"}],
                        },
                    ]
                }
            ),
            "Harbour Post",
            ("Dana Holloway", "Per Lund"),
        ),
        (linked({"@type": "Article", "publisher": "https://post.example/", "author": "Per Lund"}), None, ("Per Lund",)),
        (f'<link rel="canonical" href="{ADDRESS}">', "post.example", ()),
        ("", None, ()),
    ],
)
def test_outlet_and_authors_are_read(head, outlet, authors):
    found = stated(head)
    assert (found.outlet, found.authors) == (outlet, authors)


ARTICLE = {"@context": "https://schema.org", "@type": "NewsArticle"}
DAY = "2024-01-19"


@pytest.mark.parametrize(
    ("head", "published", "source"),
    [
        (linked(ARTICLE | {"datePublished": "2024-01-19T08:30:00+01:00"}), DAY, "metadata"),
        (linked({"@graph": [{"@type": "WebPage", "datePublished": DAY}]}), DAY, "metadata"),
        (linked([{"@type": "Comment", "datePublished": "2023-01-01"}, ARTICLE | {"datePublished": DAY}]), DAY, "metadata"),
        (linked(ARTICLE | {"datePublished": DAY}) + meta("date", "2024-05-05"), DAY, "metadata"),
        (meta("article:published_time", "2024-01-19T23:00:00Z"), DAY, "metadata"),
        (meta("date", "2020-01-01") + meta("article:published_time", DAY), DAY, "metadata"),
        ('<meta name="parsely-pub-date" content="2024-01-19T08:00:00Z">', DAY, "metadata"),
        ('<meta itemprop="datePublished" content="20240119">', DAY, "metadata"),
        (meta("article:published_time", "19 January 2024 08:30"), DAY, "metadata"),
        (meta("article:published_time", "0001-01-01T00:00:00"), None, None),
        (meta("article:published_time", "1970-01-01T00:00:00Z"), None, None),
        (meta("article:published_time", "2024-02-31"), None, None),
        (meta("article:published_time", "soon"), None, None),
        (linked({"@type": "Product", "datePublished": DAY}), None, None),
        ('<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": 5</script>', None, None),
        (f'<script type="application/ld+json">{"[" * 100_000}</script>', None, None),
        ('<link rel="canonical" href="https://post.example/2024/01/19/ferry">', DAY, "url"),
        ('<link rel="canonical" href="https://post.example/a/2024/jan/19/ferry">', DAY, "url"),
        ('<link rel="canonical" href="https://post.example/a/2024-01-19-ferry">', DAY, "url"),
        ('<link rel="canonical" href="https://post.example/a/ferry-20240119/">', DAY, "url"),
        ('<link rel="canonical" href="https://post.example/a/back-to-2024-01-19-again">', None, None),
        ('<link rel="canonical" href="https://post.example/2024/13/19/ferry">', None, None),
        ('<link rel="canonical" href="https://post.example/ferry?since=2024-01-19">', None, None),
        # The day in UTC may be the next one; a day further off is another thing's.
        (meta("article:published_time", "2024-01-20T02:00Z") + meta("og:url", "https://post.example/2024/01/19/f"), DAY, "url"),
        (meta("article:published_time", "2024-01-19") + meta("og:url", "https://post.example/2024/01/19/f"), DAY, "metadata"),
        (meta("article:published_time", "2024-01-19") + meta("og:url", "https://post.example/2001/09/11/f"), DAY, "metadata"),
    ],
)
def test_the_date_of_publication_and_where_it_was_found(head, published, source):
    found = stated(head)
    assert (found.published, found.published_from) == (published, source)


@pytest.mark.parametrize(
    ("before", "published", "source"),
    [
        ('<time datetime="2024-01-19T08:00">this morning</time>', DAY, "metadata"),
        ("<p class='date'>January 19, 2024</p>", DAY, "text"),
        ("<p class='date'>19.01.2024</p>", DAY, "text"),
        ("<p>Nothing about when</p>", None, None),
    ],
)
def test_a_date_on_the_page_itself_is_the_last_resort(before, published, source):
    found = stated("", before=before)
    assert (found.published, found.published_from) == (published, source)


@pytest.mark.parametrize(
    ("published", "head", "updated"),
    [
        (DAY, meta("article:modified_time", "2024-01-21T00:00:00Z"), "2024-01-21"),
        (DAY, meta("og:updated_time", "2024-01-21"), "2024-01-21"),
        (DAY, linked(ARTICLE | {"dateModified": "2024-01-21"}), "2024-01-21"),
        (DAY, meta("article:modified_time", DAY), None),
        (DAY, meta("article:modified_time", "2023-12-31"), None),
        (DAY, "", None),
        ("", meta("article:modified_time", "2024-01-21"), None),
    ],
)
def test_an_update_counts_when_it_came_after_publication(published, head, updated):
    assert stated(meta("article:published_time", published) + head).updated == updated


@pytest.mark.parametrize(
    ("head", "url"),
    [
        (f'<link rel="canonical" href="{ADDRESS}">' + meta("og:url", "https://other.example/"), ADDRESS),
        (meta("og:url", ADDRESS), ADDRESS),
        ('<link rel="canonical" href="javascript:alert(1)">', None),
        ('<link rel="canonical" href="javascript:alert(1)">' + meta("og:url", ADDRESS), ADDRESS),
        ('<link rel="canonical" href="file:///etc/passwd">', None),
        ('<link rel="canonical" href="/2024/ferry">', None),
        ('<link rel="canonical" href="https://[broken">', None),
        ('<link rel="canonical" href="https://post.example/a b">', None),
        ('<link rel="canonical" href="">', None),
        ("", None),
    ],
)
def test_the_address_is_a_web_address_or_none(head, url):
    assert stated(head).url == url


def test_the_address_that_a_browser_saved_is_read():
    comment = f"<!-- saved from url=(0031){ADDRESS} -->"
    assert read_page(page().replace("<html", f"{comment}\n<html"), "f")[1].url == ADDRESS
    assert read_page(page().replace("<html", "<!-- saved from url=(0014)about:internet -->\n<html"), "f")[1].url is None


@pytest.mark.parametrize(
    ("html", "head", "language"),
    [
        ('<html lang="de-AT">', "", "de"),
        ("<html>", meta("og:locale", "pt_BR"), "pt"),
        ("<html>", '<meta http-equiv="content-language" content="FR">', "fr"),
        ("<html>", linked(ARTICLE | {"inLanguage": "es"}), "es"),
        ('<html lang="{{ lang }}">', "", None),
        ("<html>", "", None),
    ],
)
def test_the_language_is_read(html, head, language):
    assert stated(head, html=html).language == language


def test_what_cannot_be_stored_is_left_out_of_what_is_stated():
    odd = '{"@type": "Article", "headline": "Ferry\\ud800 aground\\u0007", "author": "Per\\ud800 Lund", "datePublished": "\\u0001"}'
    found = stated(f'<script type="application/ld+json">{odd}</script>')
    assert found == Stated(title="Ferry aground", authors=("Per Lund",), language="en")


def test_a_page_that_states_nothing_gives_nothing():
    assert stated("", html="<html>") == Stated()


@pytest.mark.parametrize(
    "html",
    [
        page("<div>" * 10_000 + "</div>" * 10_000),
        page("<blockquote>" * 5_000 + "deep" + "</blockquote>" * 5_000),
        page(f'<p class="{"promo " * 200_000}" style="{"display:" * 100_000}">Short.</p>'),
        page(f'<p data-x="{"x" * 2_000_000}">Short.</p>'),
        page("<p>The crew\x00 went\x01 home\ud800.</p>"),
        page('<p {}x="&#1;" xmlns:a="&#2;" a:="b" title="&#3;">Short.</p>'),
        page("<p>One&#0; two&#1; three&#xD800; four</p>", head=meta("date", "&#1;2024")),
        page("<p>" + "follow her " * 20_000 + "</p>"),
        page(head=f"<title>{'a | ' * 50_000}</title>"),
        page(head=f'<script type="application/ld+json">{json.dumps([ARTICLE] * 20_000)}</script>'),
    ],
    ids=["divs", "quotations", "class", "attribute", "control", "attributes", "references", "closing", "title", "json"],
)
def test_an_odd_page_is_read_and_soon(html):
    begun = time.perf_counter()
    text, _ = read_page(html, "f")
    assert OPENING in text
    assert "\x00" not in text
    assert time.perf_counter() - begun < 10


PIECES = st.sampled_from(
    '<p>|</p>|<div hidden>|</article>|<table><tr>|<q>|<blockquote>|<a href="|<!--|]]>|\x00|&#0;|&amp|<svg>|<h1>|<?x|é|'
    '<meta name="date" content="2024-99-99">|<link rel="canonical">|<script type="application/ld+json">{'.split("|")
)
RICH = page(
    "<table><tr><td>A</td></tr></table><p><q>Yes</q></p>",
    head=linked(ARTICLE | {"datePublished": DAY, "author": [{"name": "Per Lund"}]})
    + meta("og:title", "Ferry")
    + f'<link rel="canonical" href="{ADDRESS}">',
)


@settings(max_examples=80)
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 60), PIECES), max_size=8))
def test_a_damaged_page_is_read_or_refused(damages):
    html = RICH
    for where, length, piece in damages:
        at = int(where * len(html))
        html = html[:at] + piece + html[at + length :]
    try:
        text, found = read_page(html, "f")
    except InputError:
        return
    assert text == text.strip() != ""
    assert found.url is None or found.url.startswith(("http://", "https://"))


@settings(max_examples=40)
@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text):
    for html in (text, f"<html><body>{text}</body></html>", page(text)):
        with contextlib.suppress(InputError):
            assert read_page(html, "f")[0]
