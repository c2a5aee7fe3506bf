"""What the Library tab is made of, without a browser: the list, long tasks, reports, and the seams to what fetches and watches."""

import threading
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from builders import article_info

from rag.errors import BusyError, InputError
from rag.records import Listing, SyncReport
from ui.markup import MAX_PROBLEMS, figures_html, health_html, legend_html, question_html, state_html, table_html, watch_html
from ui.shelf import MAX_OUTLETS, OTHER, PAGE_ROWS, View, by_period, outlets_of, page_of, select
from ui.watching import Keeper
from ui.work import State, Stopped, Work

HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'onmouseover='alert(1)", "&lt;b&gt;"]
REPORT = SyncReport(("a.txt",), (), 3, (("/in/b.txt", "/in/b.txt: the file is empty"),), 4, 1.5, 1.0, (("/in/a.txt", "no date"),))


def row(id="a", title="A week on the border", outlet="The Margalla Courier", published="2024-01-19", passages=3, copies=0) -> Listing:
    return Listing(article_info(id, title, outlet, published), passages, copies)


def titles(rows) -> list[str]:
    return [each.info.title for each in rows]


class Page(HTMLParser):
    """The tags, attributes and text of some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes

    def handle_data(self, data):
        self.text += data

    def values(self, name: str) -> list[str | None]:
        return [value for key, value in self.attributes if key == name]


# The list

SHELF = [
    row("a", "zebra crossing", "Post", "2024-01-02", passages=2),
    row("b", "Apple harvest", None, None, passages=10),
    row("c", "Bridge opened", "Courier", "2023-12-31", copies=4),
]


@pytest.mark.parametrize(
    ("column", "descending", "first"),
    [
        ("published", True, ["zebra crossing", "Bridge opened", "Apple harvest"]),
        ("published", False, ["Bridge opened", "zebra crossing", "Apple harvest"]),
        ("title", False, ["Apple harvest", "Bridge opened", "zebra crossing"]),
        ("outlet", False, ["Bridge opened", "zebra crossing", "Apple harvest"]),
        ("outlet", True, ["zebra crossing", "Bridge opened", "Apple harvest"]),
        ("passages", True, ["Apple harvest", "Bridge opened", "zebra crossing"]),
        ("copies", True, ["Bridge opened", "zebra crossing", "Apple harvest"]),
    ],
)
def test_the_list_is_sorted_by_a_column_with_what_is_unknown_last(column, descending, first):
    assert titles(select(SHELF, View(column=column, descending=descending))) == first


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", 3),
        ("BRIDGE", 1),
        ("2024-01", 1),
        ("opened courier", 1),
        ("opened post", 0),
        ("sana", 3),
        (".*", 0),
        ("  harvest  ", 1),
    ],
)
def test_a_row_is_kept_when_it_holds_all_words(words, found):
    assert len(select(SHELF, View(words=words))) == found


@pytest.mark.parametrize(("page", "first", "length"), [(0, 0, PAGE_ROWS), (2, 200, 5), (99, 200, 5)])
def test_a_page_beyond_the_last_is_the_last(page, first, length):
    rows = [row(str(n)) for n in range(2 * PAGE_ROWS + 5)]
    shown = page_of(rows, View(page=page))
    assert (shown[0].info.id, len(shown)) == (str(first), length)
    html = table_html(rows, View(page=page), None, stored=len(rows))
    assert Page(html).tags.count("tr") == 1 + length
    assert f"{first + 1} – {first + length} of 205 articles" in html


def test_no_rows_have_no_page():
    assert list(page_of([], View(page=3))) == []


def test_the_table_says_how_it_is_sorted_and_which_row_is_chosen():
    html = table_html(SHELF, View(column="title", descending=False), "c", stored=3)
    assert Page(html).values("aria-sort") == ["ascending", "none", "none", "none", "none", "none"]
    assert Page(html).values("aria-current") == ["true"]


def test_an_empty_list_says_what_to_do():
    assert "No articles yet" in table_html([], View(), None, stored=0)
    assert "None of 7 articles holds “zzz”" in table_html([], View("zzz"), None, stored=7)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_stays_text_everywhere(text):
    hostile = row(text, text, text, text)
    report = replace(REPORT, skipped=((text, text),), remarks=((text, text),))
    for html in (
        table_html([hostile], View(), text, stored=1),
        table_html([], View(text), None, stored=1),
        question_html(hostile, 2),
        figures_html([hostile]),
        legend_html([(text, 3)], {text: "#000000"}),
        state_html(State(text, done=1, total=2, seconds=1)),
        state_html(State(text, running=False, result=report)),
        state_html(State(text, running=False, problem=text)),
        health_html([text]),
        watch_html(Path(text), None, text, running=True),
    ):
        page = Page(html)
        assert {"script", "img", "b"} & set(page.tags) == set()
        assert not any(name.startswith("on") for name, _ in page.attributes)
        assert text in page.text


# Figures


def test_a_month_without_articles_is_counted_as_none():
    assert by_period([article_info(published="2023-11-30"), article_info(published="2024-01-02"), article_info(published=None)]) == [
        ("2023-11", "The Margalla Courier", 1),
        ("2023-12", "The Margalla Courier", 0),
        ("2024-01", "The Margalla Courier", 1),
    ]


def test_a_long_time_is_counted_by_years():
    counts = by_period([article_info(published="1999-05-01"), article_info(published="2003-01-01")])
    assert [period for period, _, _ in counts] == ["1999", "2000", "2001", "2002", "2003"]


def test_only_the_largest_outlets_have_a_colour_of_their_own():
    articles = [article_info(f"{n}-{k}", outlet=f"Outlet {n:02}") for n in range(12) for k in range(12 - n)]
    outlets = outlets_of(by_period(articles))
    assert len(outlets) == MAX_OUTLETS + 1
    assert outlets[0] == ("Outlet 00", 12)
    assert outlets[-1] == (OTHER, 4 + 3 + 2 + 1)
    assert sum(count for _, count in outlets) == len(articles)


def test_what_has_no_date_is_not_plotted():
    assert by_period([article_info(published=None), article_info(published="soon")]) == []


def test_the_figures_count_copies_and_what_has_no_date():
    rows = [row("a"), row("b", published=None), row("c", outlet=None, published="2024-03-01")]
    rows[1] = replace(rows[1], info=replace(rows[1].info, origin="a"))
    text = Page(figures_html(rows)).text
    assert text == "3 articles · 1 outlet · 2024-01-19 to 2024-03-01 · 1 copy among them · 1 without a date"
    assert figures_html([]) == ""


# Long tasks


def ended(work: Work) -> State:
    *_, last = work.follow()
    return last


def test_a_task_tells_how_far_it_is_and_gives_its_result():
    work, go_on = Work(), threading.Event()

    def task(progress):
        progress(1, 4)
        assert go_on.wait(5)
        return REPORT

    work.start("Adding files", task, Path("/in"))
    states = work.follow()
    while (state := next(states)).done == 0:
        pass
    assert "1 of 4 articles" in state_html(state)
    go_on.set()
    html = state_html(ended(work))
    assert "1 added, 0 updated, 3 unchanged, 1 skipped" in html
    assert "b.txt: the file is empty" in html
    assert "/in/" not in html
    assert "a.txt: no date" in html


def test_a_long_list_of_problems_is_cut():
    report = replace(REPORT, skipped=tuple(("x", f"x: problem {n}") for n in range(MAX_PROBLEMS + 3)))
    page = Page(state_html(State("Adding", running=False, result=report)))
    assert page.tags.count("li") == MAX_PROBLEMS + 1 + len(REPORT.remarks)
    assert "203 not taken" in page.text
    assert "… and 3 more" in page.text


def test_only_one_task_runs_at_a_time_and_it_can_be_stopped():
    work, reached = Work(), threading.Event()

    def task(progress):
        for done in range(10_000):
            reached.set()
            progress(done, 10_000)
            threading.Event().wait(0.01)
        raise AssertionError("it was not stopped")

    work.start("Adding files", task)
    assert reached.wait(5)
    with pytest.raises(BusyError, match="Adding files is still going on"):
        work.start("Rebuilding", task)
    work.stop()
    assert "was stopped" in state_html(ended(work))
    work.start("Adding again", lambda progress: 3)
    assert "3 articles indexed anew" in state_html(ended(work))


@pytest.mark.parametrize(
    ("error", "said"),
    [(InputError("x.txt: does not exist"), "x.txt: does not exist"), (KeyError("k"), "not foreseen (KeyError: 'k')")],
)
def test_a_task_that_fails_says_why(error, said, caplog):
    def task(progress):
        raise error

    work = Work()
    work.start("Adding files", task)
    state = ended(work)
    assert not state.running
    assert said in (state.problem or "")


def test_before_the_first_task_there_is_nothing_to_follow():
    work = Work()
    assert list(work.follow()) == []
    work.close()


# Seams


class StubLibrary:
    """A library that fetches nothing: it counts what it is asked for."""

    def __init__(self) -> None:
        self.fetched: list[str] = []
        self.synced: list[list[Path]] = []

    def sync(self, paths, progress=None, *, urls=()):
        for number, url in enumerate(urls, 1):
            self.fetched.append(url)
            progress(number, len(urls))
        if not urls:
            self.synced.append(list(paths))
        return REPORT


def test_web_addresses_are_fetched_by_the_library():
    from ui.adding import fetching

    library = StubLibrary()
    steps = []
    assert fetching(SimpleNamespace(library=library), ["http://a", "http://b"])(lambda done, total: steps.append((done, total))) is REPORT
    assert library.fetched == ["http://a", "http://b"]
    assert steps == [(1, 2), (2, 2)]
    assert library.synced == []


def test_what_a_stopped_task_has_read_is_indexed():
    from ui.adding import fetching

    def stop(done, total):
        raise Stopped

    library = StubLibrary()
    with pytest.raises(Stopped):
        fetching(SimpleNamespace(library=library), ["http://a", "http://b"])(stop)
    assert library.fetched == ["http://a"]
    assert library.synced == [[]]


class StubWatcher:
    def __init__(self, folder: Path) -> None:
        self.folder, self.running, self.report, self.error = folder, False, None, None

    def start(self) -> None:
        self.running, self.report = True, REPORT

    def stop(self) -> None:
        self.running = False


def test_one_folder_is_kept_in_step_at_a_time(tmp_path):
    made: list[StubWatcher] = []
    keeper = Keeper(lambda folder: made.append(StubWatcher(folder)) or made[-1])
    assert (keeper.running, keeper.report, keeper.html()) == (False, None, "")
    keeper.start(tmp_path)
    assert "is kept in step. Last time: 1 added, 0 updated, 1 skipped" in keeper.html()
    (tmp_path / "other").mkdir()
    keeper.start(tmp_path / "other")
    assert [watcher.running for watcher in made] == [False, True]
    keeper.stop()
    assert not keeper.running
    assert "is no longer kept in step" in keeper.html()
    with pytest.raises(InputError, match="is not a folder"):
        keeper.start(tmp_path / "missing")


@pytest.mark.parametrize("typed", ["", "   ", "~nobody-is-called-so/x", "a\0b"])
def test_what_cannot_be_a_folder_is_refused(typed):
    from ui.adding import folder_of

    with pytest.raises(InputError, match=r"folder"):
        folder_of(typed)


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("127.3.2.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("192.168.1.4", False), ("", False)],
)
def test_folders_are_offered_only_where_the_page_is_for_this_machine(host, local):
    from app import is_local

    assert is_local(host) is local


def test_tools_are_offered_only_where_no_password_is_wanted():
    from app import offers_tools

    assert not offers_tools("reader:secret")


def test_an_upload_never_overwrites_another(tmp_path):
    from ui.adding import keep_upload

    (tmp_path / "in").mkdir()
    file = tmp_path / "in" / "story.txt"
    kept = []
    for text in ("one", "two", "one"):
        file.write_text(text)
        kept.append(keep_upload(file, tmp_path / "uploads").name)
    assert kept == ["story.txt", "story-2.txt", "story.txt"]
