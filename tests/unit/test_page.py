"""HTML for the browser: whatever a file, a model or a user wrote stays text."""

from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from builders import article_info, make_sentences
from safe_html import HOSTILE, safe

from rag import page as page_of
from rag.page import article_html, message_html, parse_link, user_html
from rag.page_products import summary_html
from rag.records import Answer, Article, Citation, Claim, Said, Speech, Summary, Value

TODAY = date(2024, 1, 31)


def answer_html(answer: Answer) -> str:
    return page_of.answer_html(answer, TODAY)


def citation(number=1, quote="The harbour was closed.", start=10, end=33, **about) -> Citation:
    return Citation(number, article_info(**about), start, end, quote)


def answer(**changes) -> Answer:
    claim = Claim("The harbour was closed.", (1,), "verbatim", "the port office")
    whole = Answer(
        question="What was closed?",
        status="answered",
        text="“The harbour was closed.” [1]",
        short_answer="The harbour",
        claims=(claim,),
        citations=(citation(),),
        nearest=(),
        problems=(),
        answerer="quotes",
        prompt_id=None,
        raw_reply=None,
        timings_ms={},
    )
    return replace(whole, **changes)


def summary(**changes) -> Summary:
    given = answer()
    return replace(Summary(given.claims, given.citations, 3, 3, 1, (), "quotes", None), **changes)


# Marks around a quotation


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("The harbour was closed.", "“The harbour was closed.”"),
        ("The mayor's harbour.", "“The mayor's harbour.”"),
        ('"It is closed," she said.', '‘"It is closed," she said.’'),
        ("“It is closed.”", "‘“It is closed.”’"),
        ("He called it “closed” now.", "‘He called it “closed” now.’"),
    ],
)
def test_a_quotation_that_holds_double_marks_stands_between_single_ones(text, shown):
    page = safe(answer_html(answer(claims=(Claim(text, (1,), "verbatim"),))))
    assert f"{shown} " in page.texts


# Nothing of anybody's text becomes markup


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "put",
    [
        lambda text: answer(claims=(Claim(text, (1,), "supported"),)),
        lambda text: answer(claims=(Claim(text, (1,), "verbatim"),)),
        lambda text: answer(claims=(Claim("Closed.", (1,), "supported", speaker=text),)),
        lambda text: answer(claims=(Claim("Closed.", (1,), "partial", reason=text),)),
        lambda text: answer(citations=(citation(quote=text),)),
        lambda text: answer(citations=(citation(outlet=text),)),
        lambda text: answer(citations=(citation(id=text),)),
        lambda text: answer(citations=(citation(published=text),)),
        lambda text: answer(short_answer=text),
        lambda text: answer(problems=(text,)),
        lambda text: answer(answerer=text),
        lambda text: answer(status="not_found", claims=(), text=text),
        lambda text: answer(claims=(), nearest=make_sentences("A.", info=article_info(title=text))),
        lambda text: answer(claims=(), nearest=make_sentences("A.", info=article_info(id=text))),
        lambda text: answer(claims=(), nearest=make_sentences(text)),
        lambda text: answer(said=(said(text),)),
        lambda text: answer(said=(said(verb=text),)),
        lambda text: answer(said=(said(reported_by=text),)),
    ],
    ids=[
        *("claim", "quotation", "speaker", "reason", "quote", "outlet", "id", "published", "short-answer"),
        *("problem", "answerer", "text", "nearest-title", "nearest-id", "nearest-text", "said-speaker", "said-verb", "reporter"),
    ],
)
def test_an_answer_shows_text_as_text(text, put):
    page = safe(answer_html(put(text)))
    assert any(text in shown for shown in [page.text, *page.values("title"), *page.values("href")])


@pytest.mark.parametrize("text", HOSTILE)
def test_a_summary_shows_text_as_text(text):
    hostile = summary(
        sentences=(Claim(text, (1,), "supported", reason=text),),
        citations=(citation(quote=text, outlet=text),),
        problems=(text,),
        answerer=text,
    )
    assert safe(summary_html(hostile)).text.count(text) >= 4


@pytest.mark.parametrize("text", HOSTILE)
def test_an_article_shows_text_as_text(text):
    info = replace(article_info(title=text, outlet=text), authors=(text,))
    page = safe(article_html(Article(info, f"Before. {text}\n\n{text}")))
    assert page.text.count(text) == 5


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_user_types_and_what_is_reported_are_text(text):
    assert safe(user_html(text)).text == text
    assert safe(message_html(text)).text == text


@pytest.mark.parametrize("text", ["![x](http://127.0.0.1:9/x.png)", "[x](http://127.0.0.1:9/)", "# Heading", "`code`", "$$x$$"])
def test_what_markdown_would_read_stays_inside_one_block(text):
    # Markdown leaves a block of HTML alone up to the first blank line.
    for html in (answer_html(answer(claims=(Claim(f"{text}\n\n{text}", (1,), "supported"),))), user_html(f"{text}\n\n{text}")):
        assert html.startswith("<div")
        assert "\n" not in html
        assert safe(html).text.count(text) == 2


@pytest.mark.parametrize("text", HOSTILE)
def test_versions_and_dates_show_text_as_text(text):
    info = replace(article_info(published=text), published_from="url", updated=f"{text}!")
    page = safe(article_html(Article(info, "The harbour was closed."), versions=[article_info(text, text, text, text)], current=text))
    assert page.text.count(text) == 5
    assert [link for link in page.values("href") if text in link] == [f"#cite:{text}:0:0"] * 2


# Versions and dates of an article


def test_an_earlier_version_says_so_and_leads_to_the_current_one():
    page = safe(article_html(Article(article_info("old"), "The harbour was closed."), current="new"))
    assert page.text.startswith("This is an earlier version. Open the current one.")
    assert [parse_link(link) for link in page.values("href")] == [("new", 0, 0)]


def test_an_article_lists_its_earlier_versions():
    versions = [article_info("v1", "Six hurt"), article_info("v2", "Seven hurt", published=None)]
    page = safe(article_html(Article(article_info("v3"), "Eight were hurt."), versions=versions))
    assert "2 earlier versions" in page.text
    assert [parse_link(link)[0] for link in page.values("href")] == ["v1", "v2"]
    assert "earlier version" not in safe(article_html(Article(article_info(), "Eight were hurt."))).text


@pytest.mark.parametrize(
    ("found", "shown", "why"),
    [
        ("stated", "· 2024-01-19 ·", []),
        ("metadata", "· 2024-01-19 ·", []),
        (None, "· 2024-01-19 ·", []),
        ("url", "· probably 2024-01-19 ·", ["the date is from the article's address"]),
        ("text", "· probably 2024-01-19 ·", ["the date is from the article's text"]),
    ],
)
def test_a_date_that_nobody_stated_is_called_probable(found, shown, why):
    page = safe(article_html(Article(replace(article_info(), published_from=found), "The harbour was closed.")))
    assert shown in page.text
    assert page.values("title") == why


@pytest.mark.parametrize(("updated", "shown"), [("2024-01-20", True), ("2024-01-19", False), (None, False)])
def test_an_update_is_shown_when_it_is_of_another_day(updated, shown):
    page = safe(article_html(Article(replace(article_info(), updated=updated), "The harbour was closed.")))
    assert (f"updated {updated}" in page.text) is shown


# Links


@pytest.mark.parametrize(
    ("url", "links"),
    [
        ("https://example.org/a?b=1&c=2", ["https://example.org/a?b=1&c=2"]),
        ("http://example.org/", ["http://example.org/"]),
        ("javascript:alert(1)", []),
        ("JavaScript:alert(1)", []),
        ("data:text/html,<script>alert(1)</script>", []),
        ("file:///etc/passwd", []),
        ("//example.org/", []),
        ("example.org", []),
        ("", []),
        (None, []),
        ("http://[broken", ["http://[broken"]),
    ],
)
def test_only_a_web_address_becomes_a_link(url, links):
    page = safe(article_html(Article(replace(article_info(), url=url), "The harbour was closed.")))
    assert page.values("href") == links


def test_a_link_to_the_original_cannot_break_out_and_tells_nothing_about_this_page():
    url = 'https://example.org/"onclick="alert(1)'
    page = safe(article_html(Article(replace(article_info(), url=url), "The harbour was closed.")))
    assert page.values("href") == [url]
    assert page.values("rel") == ["noopener noreferrer"]


def test_a_mark_leads_to_its_place_and_shows_the_quotation():
    page = safe(answer_html(answer(citations=(citation(id="abc123", start=10, end=33),))))
    assert page.values("href") == ["#cite:abc123:10:33"]
    assert "The harbour was closed." in page.values("title")
    assert parse_link(page.values("href")[0]) == ("abc123", 10, 33)


def test_every_claim_shows_its_marks_in_order():
    claims = (Claim("One.", (2, 1), "supported"), Claim("Two.", (1,), "supported"))
    page = safe(answer_html(answer(claims=claims, citations=(citation(1, start=1), citation(2, start=2)))))
    assert [text for text in page.texts if text.startswith("[")] == ["[2]", "[1]", "[1]"]
    assert [parse_link(link)[1] for link in page.values("href")] == [2, 1, 1]


@pytest.mark.parametrize("link", ["", "#cite:a:1", "#cite:a:x:2", "#cite:a:1:2:3", "javascript:alert(1)"])
def test_a_link_of_another_form_is_refused(link):
    with pytest.raises(ValueError, match=r"unpack|invalid literal"):
        parse_link(link)


# What is shown


@pytest.mark.parametrize(
    ("status", "label"),
    [("partly", "Partly answered"), ("conflicting", "The articles disagree"), ("not_found", "Not found in the articles")],
)
def test_an_outcome_other_than_answered_is_named(status, label):
    assert label in safe(answer_html(answer(status=status))).text
    assert label not in safe(answer_html(answer())).text


@pytest.mark.parametrize(
    ("support", "badge"),
    [("verbatim", "quotation"), ("supported", "supported"), ("partial", "partly supported"), ("unverified", "unverified")],
)
def test_every_claim_wears_what_the_check_found(support, badge):
    page = safe(answer_html(answer(claims=(Claim("Closed.", (1,), support),))))
    assert badge in page.texts
    assert f"badge {support}" in page.values("class")


def test_a_claim_names_speaker_outlet_and_date():
    assert "the port office · The Margalla Courier · 2024-01-19" in safe(answer_html(answer())).text


def test_what_the_articles_disagree_on_is_a_table():
    values = (Value("nine", "Iran <b>", 1, False), Value("seven", None, 2, True))
    page = safe(answer_html(answer(status="conflicting", citations=(citation(1), citation(2, start=2)), values=values)))
    assert page.tags.count("tr") == 3
    texts = [text.strip() for text in page.texts]
    assert [text for text in texts if text in {"nine", "seven"}] == ["nine", "seven"]
    assert {"Iran <b>", "the article", "replaced later", "The Margalla Courier"} <= set(texts)


def test_what_was_searched_for_is_shown_where_it_differs():
    assert "searched for: How many <b>children</b> died?" in safe(answer_html(answer(searched_for="How many <b>children</b> died?"))).text
    assert "searched for" not in safe(answer_html(answer())).text


def test_a_false_premise_stands_open_above_the_answer():
    page = safe(answer_html(answer(premise="the question takes <b>five</b> for granted: “Nine died.”", short_answer="nine")))
    assert page.text.index("the question takes <b>five</b> for granted") < page.text.index("nine")
    assert "details" not in page.tags


@pytest.mark.parametrize(
    ("status", "problems", "opened"),
    [("partly", ("no sentence tells of it",), True), ("answered", ("it took long",), False), ("partly", ("left out",) * 3, False)],
)
def test_what_is_missing_from_an_answer_in_part_stands_open(status, problems, opened):
    page = safe(answer_html(answer(status=status, problems=problems)))
    assert page.tags.count("details") == 1
    assert ("open" in dict(page.attributes)) is opened


def said(speaker="the mayor", verb="condemned", stance="oppose", *, asked=True, reported_by=None, direct=False):
    return Said(Speech(speaker, verb, stance, direct, reported_by), 1, asked)


def test_who_said_what_is_a_table_and_others_stand_in_one_below():
    rows = (said(reported_by="his office"), said("Norway", "did not condemn", "neutral", asked=False, direct=True))
    page = safe(answer_html(answer(said=rows)))
    assert page.tags.count("table") == 2
    assert page.tags.count("tr") == 4
    texts = [text.strip() for text in page.texts]
    places = [
        texts.index(text)
        for text in ("the mayor", "according to his office", "condemned", "against", "Norway", "did not condemn", "neutral")
    ]
    assert places == sorted(places)
    assert texts.index("the mayor") < texts.index("Not what was asked for, but in what was found:") < texts.index("Norway")
    assert {"indirect", "own words", "The Margalla Courier", "2024-01-19"} <= set(texts)
    assert len([link for link in page.values("href") if parse_link(link)[0]]) == 3
    assert safe(answer_html(answer(said=rows[:1]))).tags.count("table") == 1


@pytest.mark.parametrize(
    ("published", "said"),
    [
        (["2024-01-18", "2024-01-19"], "newest evidence 2024-01-19, 12 days old"),
        (["2024-01-30", None], "newest evidence 2024-01-30, 1 day old"),
        ([None], None),
        ([], None),
    ],
)
def test_an_answer_says_how_old_its_newest_evidence_is(published, said):
    cited = tuple(replace(citation(n), article=article_info(published=day)) for n, day in enumerate(published, 1))
    text = safe(answer_html(answer(claims=(), citations=cited))).text
    assert said in text if said else "newest evidence" not in text


def test_what_was_not_found_shows_what_comes_nearest_as_links():
    nearest = [make_sentences("It rained.", "It snowed.", info=article_info(id, title))[1] for id, title in (("a", "One"), ("b", "Two"))]
    page = safe(answer_html(answer(status="not_found", text="Nothing.", short_answer=None, claims=(), citations=(), nearest=nearest)))
    assert "Nothing." in page.text
    assert "One" in page.text
    assert "“It snowed.”" in page.text
    assert [parse_link(link) for link in page.values("href")] == [("a", 11, 21), ("b", 11, 21)]


def test_a_summary_says_what_it_covers():
    assert "3 of 3 articles read, 1 cited" in safe(summary_html(summary())).text


# The cited sentence in the article

TEXT = "First sentence. Second one.\n\nThird & last."


def marked(start: int, end: int) -> list[str]:
    """Give what is highlighted in TEXT."""
    page = safe(article_html(Article(article_info(), TEXT), (start, end)))
    assert page.text.endswith(TEXT.replace("\n\n", ""))
    found = Marks(article_html(Article(article_info(), TEXT), (start, end)))
    assert found.ids == ["cited"][: len(found.marked)]
    return found.marked


class Marks(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.marked: list[str] = []
        self.ids: list[str | None] = []
        self.inside = False
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        if tag == "mark":
            self.inside = True
            self.ids += [value for name, value in attributes if name == "id"]
            self.marked.append("")

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "mark"

    def handle_data(self, data):
        if self.inside:
            self.marked[-1] += data


@pytest.mark.parametrize("quote", ["First sentence.", "Second one.", "Third & last.", "First sentence. Second one."])
def test_exactly_the_cited_sentence_is_highlighted(quote):
    start = TEXT.index(quote)
    assert marked(start, start + len(quote)) == [quote]


@pytest.mark.parametrize(("start", "end"), [(0, 0), (999, 1005), (5, 3), (-10, -5)])
def test_a_place_outside_the_article_highlights_nothing(start, end):
    assert marked(start, end) == []


def test_the_place_scrolled_to_has_one_id_even_across_paragraphs():
    assert marked(16, len(TEXT)) == ["Second one.", "Third & last."]


def test_without_a_place_nothing_is_highlighted():
    assert "<mark" not in article_html(Article(article_info(), TEXT))
