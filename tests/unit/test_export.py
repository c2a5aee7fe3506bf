"""Exports hold every quotation with where it stands, in three formats, and verify finds what no longer does."""

import json
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from builders import article_info, make_evidence, put_article

from rag.cite import Gate
from rag.errors import InputError, StorageError
from rag.export import export, hash_of, render
from rag.records import Answer, Brief, Event, Remark, Statement, Summary, Timeline
from rag.verify import read_export, verify

TODAY = date(2024, 1, 20)
FORMATS = [".md", ".html", ".json"]
TEXTS = (
    "The cabinet endorsed restoring full diplomatic ties with Iran on Friday.",
    'Ministers agreed that "both ambassadors" should return *within* a week [1].',
    "The <b>foreign</b> office said that prices rose 5 % & more.",
)
HOSTILE = '<script>alert(1)</script> ![x](http://x.example/y.png) [^1]: `a` ”) | # "\\'


@pytest.fixture
def info(store):
    return put_article(store, *TEXTS, info=replace(article_info("a1b2"), url="https://courier.example/1"))


def products(info):
    """Make a product of each kind that quotes the three sentences of an article."""
    gate = Gate(make_evidence(*TEXTS, info=info))
    claims = tuple(gate.check(Statement(text, (n,))) for n, text in enumerate(TEXTS))
    summary = Summary(claims, gate.citations, 1, 1, 1, ("a note",), "quotes", None)
    answer = Answer("Who?", "answered", "", None, claims, gate.citations, (), (), "quotes", None, None, {})
    remarks = (Remark("The foreign office", TEXTS[2], 3),)
    brief = Brief("ties", claims[0], replace(summary, sentences=claims[1:]), remarks, claims[2:], "2024-01-19", since_last=False)
    timeline = Timeline((Event("2024-01-19", "day", TEXTS[0], (1,)),), gate.citations, "ties")
    return {"answer": answer, "summary": summary, "brief": brief, "timeline": timeline}


@pytest.mark.parametrize("kind", ["answer", "summary", "brief", "timeline"])
@pytest.mark.parametrize("suffix", FORMATS)
def test_what_is_exported_stands(store, info, tmp_path, kind, suffix):
    file = tmp_path / f"out{suffix}"
    export(products(info)[kind], "Ties", TODAY, file)
    checks = verify(file, store)
    assert [(check.number, check.standing, check.article_id, check.quote) for check in checks] == [
        (n, "stands", "a1b2", text) for n, text in enumerate(TEXTS, 1)
    ]
    exported = read_export(file)
    assert exported.shown
    article = store.article("a1b2")
    for source in exported.sources:
        assert article.text[source.start : source.end] == source.quote
        assert source.sha256 == hash_of(source.quote)


@pytest.mark.parametrize("suffix", FORMATS)
def test_each_quotation_names_its_article(info, suffix):
    text = render(products(info)["summary"], "Ties", TODAY, suffix)
    for part in (info.title, info.outlet, info.published, "courier.example/1", hash_of(TEXTS[0]), "a1b2"):
        assert part in text


@pytest.mark.parametrize("suffix", FORMATS)
def test_an_article_that_is_gone_is_reported(store, info, tmp_path, suffix):
    file = tmp_path / f"out{suffix}"
    export(products(info)["summary"], "Ties", TODAY, file)
    store.delete("a1b2")
    assert {check.standing for check in verify(file, store)} == {"gone"}


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_quotation_that_was_altered_is_reported(store, info, tmp_path, suffix):
    file = tmp_path / f"out{suffix}"
    export(products(info)["summary"], "Ties", TODAY, file)
    file.write_text(file.read_text(encoding="utf-8").replace("endorsed", "rejected"), encoding="utf-8")
    assert [check.standing for check in verify(file, store)] == ["edited", "stands", "stands"]


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_statement_that_its_source_does_not_hold_is_reported(store, info, tmp_path, suffix):
    file = tmp_path / f"out{suffix}"
    export(products(info)["brief"], "Ties", TODAY, file)
    before, altered, after = file.read_text(encoding="utf-8").partition("endorsed")
    file.write_text(before + "rejected" + after, encoding="utf-8")
    assert altered
    failed = [check for check in verify(file, store) if check.standing != "stands"]
    assert [(check.number, check.standing) for check in failed] == [(1, "edited")]
    assert "rejected" in failed[0].quote


def altered(tmp_path, info, **changes):
    """Export a summary as JSON, and change its first citation."""
    file = tmp_path / "out.json"
    export(products(info)["summary"], "Ties", TODAY, file)
    content = json.loads(file.read_text(encoding="utf-8"))
    content["citations"][0] |= changes
    content["sentences"] = []
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def test_a_quotation_that_stands_elsewhere_has_moved(store, info, tmp_path):
    check = verify(altered(tmp_path, info, start=5, end=40), store)[0]
    assert (check.standing, check.start, check.end) == ("moved", 0, len(TEXTS[0]))


def test_a_quotation_whose_hash_was_altered_with_it_has_changed(store, info, tmp_path):
    other = "The cabinet rejected restoring full diplomatic ties."
    check = verify(altered(tmp_path, info, quote=other, sha256=hash_of(other)), store)[0]
    assert (check.standing, check.start, check.quote) == ("changed", None, other)


def test_white_space_is_no_difference(store, info, tmp_path):
    spaced = TEXTS[0].replace(" ", "\n ")
    check = verify(altered(tmp_path, info, quote=spaced, start=5), store)[0]
    assert (check.standing, check.start, check.end) == ("moved", 0, len(TEXTS[0]))


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.links = set(), set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links |= {value for name, value in attrs if name in {"href", "src"}}


def test_hostile_text_stays_text(store, tmp_path):
    hostile = replace(article_info("a1b2", title=HOSTILE, outlet=HOSTILE), url="javascript:alert(1)")
    put_article(store, *TEXTS, HOSTILE, info=hostile)
    gate = Gate(make_evidence(*TEXTS, HOSTILE, info=hostile))
    claims = (gate.check(Statement(HOSTILE, (3,))),)
    summary = Summary(claims, gate.citations, 1, 1, 1, (HOSTILE,), "quotes", None)
    page = Tags()
    page.feed(render(summary, HOSTILE, TODAY, ".html"))
    assert page.tags <= set("html head meta title style body h1 h2 p ul ol li q span sup a footer br".split())
    assert page.links <= {"#source-1"}
    for suffix in FORMATS:
        file = tmp_path / f"out{suffix}"
        export(summary, HOSTILE, TODAY, file)
        assert [(check.standing, check.quote) for check in verify(file, store)] == [("stands", " ".join(HOSTILE.split()))]


def test_another_format_is_refused(info, tmp_path):
    with pytest.raises(InputError, match=r"\.docx is no format of an export"):
        export(products(info)["summary"], "Ties", TODAY, tmp_path / "out.docx")


def test_a_folder_that_cannot_be_written_is_named(info, tmp_path):
    with pytest.raises(StorageError, match="nowhere"):
        export(products(info)["summary"], "Ties", TODAY, tmp_path / "nowhere" / "out.md")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", b"", "one ends with"),
        ("a.json", b"{", "damaged"),
        ("a.json", b"[]", "clippings_export"),
        ("a.json", b'{"clippings_export": 1}', "citations"),
        ("a.json", b'{"clippings_export": 1, "citations": [{"number": 1}]}', "article_id"),
        (
            "a.json",
            b'{"clippings_export": 1, "citations": [{"number": 1, "article_id": "a", "start": 9, "end": 3, "quote": "", "sha256": ""}]}',
            "cannot stand",
        ),
        (
            "a.json",
            b'{"clippings_export": 1, "citations": [{"number": 1, "article_id": 7, "start": 0, "end": 3, "quote": "", "sha256": ""}]}',
            "wrong kind",
        ),
        ("a.json", b"[" * 100_000, "damaged"),
        ("a.md", b"# A note", "is missing"),
        ("a.md", b"*Clippings export 1: brief, 2024-01-20*\n\n[^1]: cut off", "cannot be read"),
        ("a.md", b"\xff\xfe\x00", "not UTF-8"),
        ("a.html", b"<p>A page</p>", "does not say"),
        ("a.html", b'<meta name="generator" content="Clippings export 1"><li data-article="a"><q>x</q>', "damaged"),
    ],
)
def test_what_is_no_export_is_refused_with_its_name(store, tmp_path, name, content, said):
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(InputError, match=said) as caught:
        verify(file, store)
    assert name in str(caught.value)


def test_a_file_that_is_not_there_is_named(store, tmp_path):
    with pytest.raises(InputError, match=r"nothing\.md cannot be read"):
        verify(tmp_path / "nothing.md", store)
