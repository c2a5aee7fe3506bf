"""What a reader does on the Library tab: find, open, add, stop, remove, check."""

import re
import sqlite3
from contextlib import closing

import pytest
from homes import SUBSET
from steps import ask, choose, open_library, outcome, upload

TITLE = "Cabinet endorses restoring full ties with Iran"
HOSTILE = '<img src=x onerror="window.hacked=1"> & <b>Airship</b>'


@pytest.fixture(scope="module")
def shelf(start_app):
    """An app of its own, whose articles these tests add to and remove."""
    app = start_app("--sync", *map(str, SUBSET))
    yield app
    assert "Traceback" not in app.log()


@pytest.fixture
def library(open_page, shelf):
    """The Library tab of that app."""
    return open_tab(open_page, shelf)


def open_tab(open_page, app, width: int = 1400):
    page = open_page(app.url, width)
    page.wait_for_selector("#question textarea")
    open_library(page)
    page.locator("#table p").wait_for()
    return page


def write(folder, name: str, title: str, body: str, **about: str):
    """Write an article as a Markdown file."""
    header = "\n".join(f"{key}: '{value}'" for key, value in {"title": title, **about}.items())
    file = folder / name
    file.write_text(f"---\n{header}\n---\n\n{body}\n", encoding="utf-8")
    return file


def titles(page) -> list[str]:
    return page.locator("#table td.title").all_inner_texts()


def open_row(page, title: str) -> None:
    page.locator("#table button[name=open]", has_text=title).click()
    page.locator("#pane h2", has_text=title).wait_for()


# Find and open


def test_the_table_shows_all_articles_and_is_filtered_and_sorted(library):
    assert library.locator("#table .pager").inner_text().endswith(" articles")
    assert TITLE in titles(library)
    dates = library.locator("#table td.published").all_inner_texts()
    assert dates == sorted(dates, reverse=True)
    library.locator("#table button[name=sort]", has_text="Title").click()
    library.locator("#table th[aria-sort=ascending]", has_text="Title").wait_for()
    assert titles(library) == sorted(titles(library), key=str.casefold)
    library.fill("#filter textarea, #filter input", "CABINET iran")
    library.locator("#table .pager", has_text="1 of ").wait_for()
    assert titles(library) == [TITLE]
    library.fill("#filter textarea, #filter input", "no such words anywhere")
    library.locator("#table", has_text="holds “no such words anywhere”").wait_for()


def test_a_row_opens_its_article_which_can_then_be_summarized(library):
    open_row(library, TITLE)
    library.locator("#table tr[aria-current]", has_text=TITLE).wait_for()
    assert TITLE in library.locator("#article input").input_value()
    library.locator("#summarize").click()
    library.locator("#summary a.cite").first.wait_for()
    assert "1 of 1 articles read" in library.locator("#summary").inner_text()


def test_a_click_beside_the_title_opens_the_row_too_and_a_key_does(library):
    row = library.locator("#table tbody tr").nth(1)
    title = row.locator("td.title").inner_text()
    row.locator("td.published").click()
    library.locator("#pane h2", has_text=title).wait_for()
    other = library.locator("#table button[name=open]").nth(2)
    title = other.inner_text()
    other.focus()
    other.press("Enter")
    library.locator("#pane h2", has_text=title).wait_for()


def test_the_figures_and_the_plot_tell_what_there_is(library):
    assert re.match(r"\d+ articles · \d+ outlets? · \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d", library.locator("#figures p").inner_text())
    bars = library.locator("#plot svg .mark-rect path")
    bars.first.wait_for()
    assert bars.count() >= 3
    legend = library.locator("#legend li").all_inner_texts()
    assert len(legend) >= 2
    assert sum(int(text.split()[-1]) for text in legend) >= len(SUBSET)


@pytest.mark.parametrize("width", [400, 1600])
def test_nothing_is_wider_than_the_window(open_page, shelf, width):
    page = open_tab(open_page, shelf, width)
    page.locator("#plot svg").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("#table").scroll_into_view_if_needed()
    box = page.locator("#table td.title").first.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_what_a_reader_cannot_see_has_a_name(library):
    unnamed = """() => [...document.querySelectorAll('input, textarea, select, button, progress')]
        .filter((each) => each.checkVisibility() && !each.textContent.trim() && !each.labels?.length
            && !each.ariaLabel && !each.title && !each.getAttribute('aria-labelledby')).map((each) => each.outerHTML)"""
    assert library.evaluate(unnamed) == []
    assert library.locator("#table table").count() == 1


def test_help_says_what_can_be_added(library):
    library.get_by_text("What can I add?").click()
    shown = library.locator("#help").inner_text()
    assert ".html" in shown
    assert "its article stays until you remove it" in shown


# Add


def test_several_uploads_are_reported_with_every_problem_and_stay_reported(library, open_page, shelf, tmp_path):
    good = write(tmp_path, "ferry.md", "Ferry of Rosslare sails again", "The ferry of Rosslare sailed on Monday with 212 passengers.")
    future = write(
        tmp_path, "future.md", "Bridge to be opened", "The bridge over the Slaney will open for cyclists.", published="2091-01-01"
    )
    bad = tmp_path / "empty.txt"
    bad.write_bytes(b"")
    binary = tmp_path / "photo.jpg"
    binary.write_bytes(bytes(range(256)))
    said = upload(library, good, future, bad, binary)
    assert said.startswith("2 added, 0 updated, 0 unchanged, 2 skipped")
    assert "empty.txt: the file is empty" in said
    assert "photo.jpg" in said
    assert "future.md: the date 2091-01-01 is in the future" in said
    assert str(tmp_path) not in said
    assert sorted(file.name for file in (shelf.home / "uploads").iterdir()) == ["ferry.md", "future.md"]
    library.locator("#table", has_text="Ferry of Rosslare sails again").wait_for()
    later = open_tab(open_page, shelf)
    assert "empty.txt: the file is empty" in outcome(later)
    later.locator("#upload input[type=file]").set_input_files(str(good))
    assert outcome(later, "1 unchanged").startswith("0 added, 0 updated, 1 unchanged, 0 skipped")


def test_a_huge_file_is_refused_by_name_within_memory(library, shelf, tmp_path):
    before = shelf.peak_bytes()
    file = tmp_path / "huge.txt"
    file.write_bytes(b"The barrow of Ballyhack was weighed again on Friday, and nobody wrote down what it weighed.\n" * 1_100_000)
    assert file.stat().st_size > 100_000_000
    said = upload(library, file)
    assert said.startswith("0 added, 0 updated, 0 unchanged, 1 skipped")
    assert "huge.txt: 101,200,000 bytes are over the limit of 20,000,000 for one article; split it up" in said
    assert shelf.peak_bytes() - before < 50_000_000


def test_a_folder_is_added_with_the_folders_inside(library, tmp_path):
    (tmp_path / "deep").mkdir()
    write(tmp_path, "mill.md", "Mill of Foulksmills turns", "The mill of Foulksmills turned on Sunday for the first time since 1951.")
    write(tmp_path / "deep", "well.md", "Well of Bree runs dry", "The well of Bree ran dry on Tuesday after nine weeks without rain.")
    (tmp_path / "deep" / "broken.html").write_text("<html></html>")
    (tmp_path / "deep" / "photo.jpg").write_bytes(b"")
    library.get_by_role("tab", name="Add a folder").click()
    library.fill("#folder textarea, #folder input", str(tmp_path))
    library.locator("#add-folder").click()
    said = outcome(library, "2 added")
    assert "1 skipped" in said
    assert "deep/broken.html: " in said
    assert "passed over, as files of these kinds are not read: 1 .jpg" in said
    library.locator("#table", has_text="Well of Bree runs dry").wait_for()
    library.fill("#folder textarea, #folder input", str(tmp_path / "missing"))
    library.locator("#add-folder").click()
    outcome(library, "does not exist: check the spelling")
    library.fill("#folder textarea, #folder input", "  ")
    library.locator("#add-folder").click()
    outcome(library, "no folder is named")


def test_an_address_must_be_named(library):
    library.get_by_role("tab", name="Add from the web").click()
    library.locator("#add-urls").click()
    outcome(library, "no address is named")


def test_adding_can_be_stopped_and_keeps_what_was_done(open_page, start_app, tmp_path):
    for number in range(240):
        story = " ".join(f"Sentence {n} of report {number} counts {number * n} boats in the harbour of Duncannon." for n in range(12))
        write(tmp_path, f"report-{number:03}.md", f"Report {number:03}", story)
    app = start_app()
    page = open_tab(open_page, app)
    page.get_by_role("tab", name="Add a folder").click()
    page.fill("#folder textarea, #folder input", str(tmp_path))
    page.locator("#add-folder").click()
    page.locator("#outcome progress").wait_for()
    page.locator("#outcome", has_text=re.compile(r"\d+ of 240 articles · .* a second · .* left")).wait_for()
    # Another page sees it too, and cannot begin something beside it.
    other = open_tab(open_page, app)
    other.locator("#outcome", has_text="of 240 articles").wait_for()
    other.locator("#upload input[type=file]").set_input_files(str(SUBSET[0]))
    other.get_by_text(f"Adding {tmp_path} is still going on").wait_for()
    page.locator("#stop", has_text="Stop").click()
    said = outcome(page, "was stopped at")
    outcome(other, "was stopped at")
    assert not page.locator("#stop").is_visible()
    stopped = int(re.search(r"at (\d+) of 240", said)[1])
    assert 0 < stopped < 240
    page.locator("#table .pager", has_text=re.compile(r"\d+ articles|of")).wait_for()
    kept = int(re.match(r"(\d+) articles", page.locator("#figures p").inner_text())[1])
    assert 0 < kept <= stopped
    page.get_by_role("tab", name="Health").click()
    page.locator("#check").click()
    page.locator("#health", has_text="All is well").wait_for()
    assert not page.locator("#rebuild").is_visible()
    assert "Traceback" not in app.log()


def test_folders_are_not_offered_to_other_machines(open_page, start_app):
    app = start_app("--host", "0.0.0.0")
    page = open_page(app.url)
    page.wait_for_selector("#question textarea")
    open_library(page)
    assert "Add a folder" not in page.get_by_role("tab").all_inner_texts()
    assert page.locator("#folder").count() == 0


# Remove


def test_removing_asks_first(library, tmp_path):
    file = write(
        tmp_path, "lock.md", "Lock of Carnew jams", "The lock of Carnew jammed on Friday.", outlet="Slaney Post", published="2024-05-03"
    )
    upload(library, file)
    library.locator("#table", has_text="Lock of Carnew jams").wait_for()
    open_row(library, "Lock of Carnew jams")
    library.locator("#remove").click()
    question = library.locator("#confirm", has_text="Lock of Carnew jams").first
    question.wait_for()
    assert "Slaney Post · 2024-05-03 · no copies" in question.inner_text()
    library.locator("#remove-no").click()
    library.locator("#remove-yes").wait_for(state="hidden")
    assert "Lock of Carnew jams" in titles(library)
    library.locator("#remove").click()
    library.locator("#remove-yes").click()
    library.locator("#said", has_text="“Lock of Carnew jams” was removed").wait_for()
    library.locator("#table td.title", has_text="Lock of Carnew jams").wait_for(state="detached")
    assert "Lock of Carnew jams" not in library.locator("#article input").input_value()
    assert library.locator("#pane h2").count() == 0
    assert not library.locator("#remove-yes").is_visible()


def test_a_second_page_that_removes_the_same_article_is_told(open_page, shelf, tmp_path):
    first = open_tab(open_page, shelf)
    upload(first, write(tmp_path, "weir.md", "Weir of Clohamon mended", "The weir of Clohamon was mended on Monday by nine workers."))
    first.locator("#table", has_text="Weir of Clohamon mended").wait_for()
    second = open_tab(open_page, shelf)
    for page in (first, second):
        open_row(page, "Weir of Clohamon mended")
        page.locator("#remove").click()
        page.locator("#remove-yes").wait_for()
    first.locator("#remove-yes").click()
    first.locator("#said", has_text="was removed").wait_for()
    second.locator("#remove-yes").click()
    second.locator("#said", has_text="no longer in the library").wait_for()
    second.locator("#table td.title", has_text="Weir of Clohamon mended").wait_for(state="detached")


# Versions


def test_an_earlier_version_leads_to_the_current_one(open_page, start_app, tmp_path):
    folder = tmp_path / "news"
    folder.mkdir()
    write(
        folder,
        "fire.md",
        "Fire at Enniscorthy mill",
        "Six people were hurt in the fire at the mill of Enniscorthy.",
        published="2024-02-01",
    )
    app = start_app("--sync", str(folder))
    page = open_tab(open_page, app)
    text = "The fire at the mill of Enniscorthy hurt eight people, the council said on Friday, and was out by noon."
    write(folder, "fire.md", "Fire at Enniscorthy mill: eight hurt", text, published="2024-02-02")
    page.get_by_role("tab", name="Add a folder").click()
    page.fill("#folder textarea, #folder input", str(folder))
    page.locator("#add-folder").click()
    assert "1 updated" in outcome(page)
    page.locator("#table", has_text="eight hurt").wait_for()
    open_row(page, "eight hurt")
    page.locator("#pane summary", has_text="1 earlier version").click()
    page.locator("#pane .versions a.cite").click()
    page.locator("#pane .banner", has_text="This is an earlier version").wait_for()
    assert "Six people were hurt" in page.locator("#pane").inner_text()
    page.locator("#pane .banner a.cite").click()
    page.locator("#pane h2", has_text="eight hurt").wait_for()
    assert page.locator("#pane .banner").count() == 0


# Health


def test_an_index_that_is_not_whole_is_found_and_rebuilt(open_page, start_app):
    app = start_app("--sync", *map(str, SUBSET[:3]))
    page = open_tab(open_page, app)
    # Somebody marks an article as not indexed, behind the app's back.
    with closing(sqlite3.connect(app.home / "clippings.db")) as database:
        database.execute("UPDATE articles SET state = 'pending' WHERE rowid = 1")
        database.commit()
    page.get_by_role("tab", name="Health").click()
    page.locator("#check").click()
    page.locator("#health", has_text="wait to be indexed").wait_for()
    page.locator("#rebuild", has_text="Rebuild the index").click()
    outcome(page, "3 articles indexed anew")
    page.locator("#health", has_text="All is well").wait_for()
    page.locator("#rebuild").wait_for(state="hidden")


# Markup


def test_markup_in_titles_outlets_and_names_is_inert_everywhere(open_page, start_app, tmp_path):
    app = start_app()
    page = open_tab(open_page, app)
    assert "No articles yet" in page.locator("#table").inner_text()
    name = "<img src=x onerror=window.hacked=1>.md"
    file = write(
        tmp_path, name, HOSTILE, "The airship of Wexford landed with 33 passengers on Tuesday.", outlet=HOSTILE, published="2024-03-05"
    )
    odd = write(
        tmp_path, "<svg onload=window.hacked=1>.md", HOSTILE, "The airship of Wexford left again on Friday.", published="2091-01-01"
    )
    bad = tmp_path / "<b onmouseover=window.hacked=1>bad.txt"
    bad.write_bytes(b"")
    page.get_by_role("tab", name="Add a folder").click()
    page.fill("#folder textarea, #folder input", str(tmp_path))
    page.locator("#add-folder").click()
    said = outcome(page)
    assert {bad.name, odd.name} <= {part.split(": ")[0].strip() for part in said.splitlines()}
    page.locator("#table td.title", has_text="Airship").first.wait_for()
    assert titles(page) == [HOSTILE, HOSTILE]
    assert page.locator("#table td.outlet").first.inner_text() == HOSTILE
    page.locator("#plot svg .mark-rect path").first.hover()
    page.wait_for_timeout(500)
    assert HOSTILE in page.locator("#legend").inner_text()
    choose(page, "2024-03-05")
    page.locator("#pane h2", has_text="Airship").wait_for()
    page.locator("#remove").click()
    page.locator("#confirm", has_text="Airship").first.wait_for()
    page.locator("#remove-yes").click()
    page.locator("#said", has_text=f"“{HOSTILE}” was removed").wait_for()
    page.locator("#table .pager", has_text="1 article").wait_for()
    page.fill("#filter textarea, #filter input", HOSTILE + "x")
    page.locator("#table", has_text="holds “<img").wait_for()
    page.get_by_role("tab", name="Ask").click()
    ask(page, "Who landed with the airship of Wexford?")
    assert file.exists()
    assert page.evaluate("window.hacked") is None
    inside = ", ".join(
        f"#{part} {tag}" for part in ("table", "outcome", "said", "legend", "pane", "confirm") for tag in ("img", "svg", "b")
    )
    assert page.locator(inside).count() == 0
