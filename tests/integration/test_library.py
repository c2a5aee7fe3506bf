"""The life of an article over real files, a real store and a real Chroma folder: nothing is lost, whatever interrupts it."""

import gc
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import filelock
import httpx
import pytest
from builders import HashingEncoder, matching
from chromadb.api.shared_system_client import SharedSystemClient
from homes import CORPUS, ROOT, free_port

import rag.library
from rag.errors import BusyError, EncoderError, IndexMismatchError, InputError
from rag.index import Index
from rag.indexing import BATCH_ARTICLES
from rag.library import Library, stamp_of
from rag.records import NO_FILTERS
from rag.store import Store
from rag.watch import Watcher


class CountingEncoder(HashingEncoder):
    """Counts what it is given; raises at the call numbered `fails_at` (from 1)."""

    def __init__(self, fails_at: int = 0) -> None:
        self.texts = self.calls = 0
        self.fails_at = fails_at

    def encode(self, texts):
        self.calls += 1
        if self.calls == self.fails_at:
            raise EncoderError("the encoder gave up")
        self.texts += len(texts)
        return super().encode(texts)


class OtherEncoder(CountingEncoder):
    name = "other"


class Home:
    """A home with its parts, opened as the pipeline opens them."""

    def __init__(self, folder: Path, encoder: CountingEncoder | None = None, url: str | None = None) -> None:
        self.folder = folder
        self.encoder = encoder or CountingEncoder()
        self.store = Store(folder / "clippings.db")
        self.index = Index(folder / "chroma", url, stamp_of(self.encoder))
        self.library = Library(folder, self.store, self.index, self.encoder)

    def titles(self) -> list[str]:
        return sorted(row.info.title for row in self.store.listing())

    def find(self, text: str) -> str:
        """Give the title of the article that holds the passage nearest to a text."""
        passage, _ = self.index.nearest(self.encoder.encode([text])[0], 1, NO_FILTERS)[0]
        article_id = self.store.places([passage])[passage][0]
        return self.store.article(article_id).info.title

    def close(self) -> None:
        self.index.close()
        self.store.close()


@pytest.fixture
def open_home(tmp_path):
    """Open a home in the test's folder; whatever was opened is closed in the end."""
    opened: list[Home] = []

    def open_it(encoder=None, name="home", url=None):
        opened.append(Home(tmp_path / name, encoder, url))
        return opened[-1]

    yield open_it
    for home in opened:
        home.close()


@pytest.fixture
def home(open_home):
    return open_home()


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    return folder


def write(folder: Path, name: str, text: str | None = None) -> Path:
    """Write an article whose title and words are its own, or `text`."""
    file = folder / f"{name}.md"
    body = text or f"The harbour of {name} was closed on Monday. Officials in {name} gave no reason."
    file.write_text(f"---\ntitle: News from {name}\npublished: 2024-01-19\n---\n\n{body}\n", encoding="utf-8")
    return file


def write_many(folder: Path, count: int) -> list[str]:
    for number in range(count):
        write(folder, f"town{number:02}")
    return [f"News from town{number:02}" for number in range(count)]


def touch_later(file: Path) -> None:
    """Give a file another time of change."""
    stat = file.stat()
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns + 10**9))


# What a sync does with new, changed, renamed, copied and removed files


def test_what_is_unchanged_is_not_encoded_again(home, folder):
    titles = write_many(folder, 3)
    report = home.library.sync([folder])
    assert (len(report.added), report.unchanged, report.skipped) == (3, 0, ())
    assert report.passages == home.index.count() == 3
    encoded = home.encoder.texts
    for file in folder.iterdir():
        touch_later(file)
    again = home.library.sync([folder])
    assert (again.added, again.updated, again.unchanged, again.passages) == ((), (), 3, 0)
    assert home.encoder.texts == encoded
    assert home.titles() == titles


def test_another_process_has_nothing_to_do_either(home, open_home, folder):
    write_many(folder, 3)
    home.library.sync([folder])
    home.close()
    later = open_home()
    assert later.library.sync([folder]).unchanged == 3
    assert later.encoder.texts == 0


def test_a_changed_file_replaces_its_article(home, folder):
    file = write(folder, "Gwadar")
    write(folder, "Derna")
    home.library.sync([folder])
    write(folder, "Gwadar", "The market of Gwadar has opened again after a week of storms.")
    report = home.library.sync([folder])
    assert (report.added, report.updated, report.unchanged) == ((), (str(file.resolve()),), 1)
    assert home.store.count() == 2
    assert matching(home.store, ["harbour", "gwadar"], NO_FILTERS, 9)[0] != []
    assert home.find("The market of Gwadar has opened again") == "News from Gwadar"
    texts = [home.store.article(info.id).text for info in home.store.select(NO_FILTERS)]
    assert not any("harbour of Gwadar" in text for text in texts)
    assert home.library.check() == []


def test_the_text_before_a_change_is_kept_as_an_earlier_version(home, folder):
    write(folder, "Gwadar")
    home.library.sync([folder])
    (first,) = home.store.select(NO_FILTERS)
    for text in ("The market of Gwadar has opened again after a week of storms.", "The market of Gwadar is open, and so is its port."):
        write(folder, "Gwadar", text)
        home.library.sync([folder])
    (row,) = home.store.listing()
    versions = {version.id for version in home.store.versions(row.info.id)}
    assert first.id in versions
    assert len(versions) == 2
    assert home.store.current(first.id) == row.info.id
    assert "harbour of Gwadar" in home.store.article(first.id).text
    assert home.find("The harbour of Gwadar was closed") == "News from Gwadar"
    assert home.index.count() == 1
    home.library.remove([row.info.id])
    with pytest.raises(InputError):
        home.store.article(first.id)
    assert home.library.check() == []


def test_a_change_that_is_undone_brings_the_earlier_version_back(home, folder):
    write(folder, "Gwadar")
    home.library.sync([folder])
    (first,) = home.store.select(NO_FILTERS)
    write(folder, "Gwadar", "The market of Gwadar has opened again after a week of storms.")
    home.library.sync([folder])
    (second,) = home.store.select(NO_FILTERS)
    write(folder, "Gwadar")
    home.library.sync([folder])
    assert [info.id for info in home.store.select(NO_FILTERS)] == [first.id]
    assert [info.id for info in home.store.versions(first.id)] == [second.id]
    assert home.store.current(first.id) is None
    assert home.library.check() == []


def test_an_article_whose_file_has_gone_stays_until_it_is_pruned(home, folder, tmp_path):
    gone, copied = write(folder, "Gwadar"), write(folder, "Derna")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copyfile(copied, elsewhere / "copy.md")
    outside = write(elsewhere, "Tokyo")
    home.library.sync([folder, elsewhere])
    for file in (gone, copied, outside):
        file.unlink()
    assert home.library.sync([folder]).removed == ()
    assert len(home.titles()) == 3
    assert home.library.sync([folder], prune=True).removed == (str(copied.resolve()), str(gone.resolve()))
    assert home.titles() == ["News from Derna", "News from Tokyo"]
    assert home.library.check() == []


def test_a_renamed_file_is_not_pruned(home, folder):
    write(folder, "Gwadar").rename(folder / "before.md")
    home.library.sync([folder])
    (folder / "before.md").rename(folder / "after.md")
    assert home.library.sync([folder], prune=True).removed == ()
    assert home.titles() == ["News from Gwadar"]


def test_copies_of_one_report_have_one_origin(home, folder):
    report = " ".join(f"Pier {number} of the harbour was closed by order of inspector number {number * 7}." for number in range(20))
    write(folder, "wire", report)
    write(folder, "other", report.replace("closed", "shut").replace("Pier 3 ", "Quay 3 ") + " More is to follow.")
    write(folder, "own", "The fishermen of the old town met in the evening to talk about what the closing of the piers means for them.")
    home.library.sync([folder])
    copies = {row.info.title: row.copies for row in home.store.listing()}
    assert copies == {"News from wire": 1, "News from other": 1, "News from own": 0}
    assert len({row.info.origin for row in home.store.listing()}) == 2


def test_a_renamed_file_is_the_same_article(home, folder):
    file = write(folder, "Gwadar")
    home.library.sync([folder])
    encoded = home.encoder.texts
    moved = file.rename(folder / "renamed.md")
    report = home.library.sync([folder])
    assert (report.added, report.updated, report.skipped, report.unchanged) == ((), (), (), 1)
    assert home.encoder.texts == encoded
    (row,) = home.store.listing()
    assert (row.info.path, row.copies) == (str(moved), 0)


def test_a_file_with_the_same_text_is_counted_as_a_copy(home, folder):
    first = write(folder, "Gwadar")
    copy = folder / "later.md"
    shutil.copyfile(first, copy)
    report = home.library.sync([folder])
    assert report.added == (str(first.resolve()),)
    ((path, reason),) = report.skipped
    assert Path(path).name == "later.md"
    assert "the same text as" in reason
    assert "Gwadar.md" in reason
    (row,) = home.store.listing()
    assert row.copies == 1
    # A copy that comes later is no different, and white space and letter case do not make another text.
    write(folder, "Upper", "THE HARBOUR OF   GWADAR was closed on Monday. Officials in Gwadar gave no reason.")
    report = home.library.sync([folder])
    assert report.added == ()
    assert [Path(path).name for path, _ in report.skipped] == ["Upper.md"]
    assert home.store.listing()[0].copies == 2
    assert home.library.sync([folder]).unchanged == 3


def test_an_article_stays_while_one_of_its_copies_changes(home, folder):
    first = write(folder, "Gwadar")
    shutil.copyfile(first, folder / "copy.md")
    home.library.sync([folder])
    write(folder, "Gwadar", "The market of Gwadar has opened again after a week of storms.")
    home.library.sync([folder])
    assert home.store.count() == 2
    assert home.library.check() == []


def test_a_removed_article_stays_away_until_its_file_is_named(home, folder):
    file = write(folder, "Gwadar")
    write(folder, "Derna")
    home.library.sync([folder])
    (gone,) = (row.info.id for row in home.store.listing() if row.info.title == "News from Gwadar")
    home.library.remove([gone])
    assert home.titles() == ["News from Derna"]
    assert home.index.count() == 1
    assert home.library.check() == []
    assert home.library.sync([folder]).added == ()
    touch_later(file)
    assert home.library.sync([folder]).added == ()
    assert home.titles() == ["News from Derna"]
    assert home.library.sync([file]).added == (str(file.resolve()),)
    assert home.titles() == ["News from Derna", "News from Gwadar"]


def test_a_removed_article_comes_back_when_its_file_is_changed(home, folder):
    write(folder, "Gwadar")
    home.library.sync([folder])
    home.library.remove([home.store.listing()[0].info.id])
    write(folder, "Gwadar", "The market of Gwadar has opened again after a week of storms.")
    home.library.sync([folder])
    assert home.titles() == ["News from Gwadar"]


def test_removing_an_unknown_article_removes_nothing(home, folder):
    write(folder, "Gwadar")
    home.library.sync([folder])
    known = home.store.listing()[0].info.id
    with pytest.raises(InputError, match="'nobody'"):
        home.library.remove([known, "nobody"])
    assert home.titles() == ["News from Gwadar"]


def test_a_path_that_does_not_exist_is_named(home, folder):
    with pytest.raises(InputError, match=r"nowhere does not exist"):
        home.library.sync([folder / "nowhere"])


def test_progress_is_told_to_the_end(home, folder):
    write_many(folder, BATCH_ARTICLES + 2)
    told: list[tuple[int, int]] = []
    home.library.sync([folder], lambda done, total: told.append((done, total)))
    assert told[-1] == (BATCH_ARTICLES + 2, BATCH_ARTICLES + 2)
    assert told == sorted(told)
    assert len(told) > 1


# Files that cannot be used


def sparse(file: Path) -> None:
    file.touch()
    os.truncate(file, 50_000_000)


def unreadable(file: Path) -> None:
    """Make a file that stats as a plain one and cannot be read, whoever asks (chmod does not stop root)."""
    file.symlink_to("/proc/self/mem")


BAD_FILES = {
    "empty.md": lambda file: file.write_bytes(b""),
    "blank.txt": lambda file: file.write_bytes(b" \n\t\n"),
    "binary.txt": lambda file: file.write_bytes(bytes(range(256)) * 40),
    "huge.html": sparse,
    "half-utf16.txt": lambda file: file.write_bytes(b"\xff\xfeA\x00B\x00C"),
    "front-matter.md": lambda file: file.write_text("---\ntitle: a: b: c\n---\n\nThe harbour was closed on Monday.\n"),
    "date.md": lambda file: file.write_text("---\npublished: some day\n---\n\nThe harbour was closed on Monday.\n"),
    "menu.html": lambda file: file.write_text("<html><body><nav><a href='/'>Home</a></nav></body></html>"),
    "words.txt": lambda file: file.write_text("Too few words."),
    "unreadable.md": unreadable,
}


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="there is no /proc to make an unreadable file with")
def test_files_that_cannot_be_used_are_named_and_the_rest_is_indexed(home, folder):
    for name, make in BAD_FILES.items():
        make(folder / name)
    titles = write_many(folder, 3)
    # Western letters in an old encoding are no reason to leave a file out.
    text = "Überschrift aus Köln\n\nDer Bürgermeister von Köln hat am Montag die Brücke über den Rhein eröffnet.\n"
    (folder / "latin.txt").write_bytes(text.encode("cp1252"))
    report = home.library.sync([folder])
    reasons = {Path(path).name: reason for path, reason in report.skipped}
    assert set(reasons) == set(BAD_FILES)
    assert all(name in reason for name, reason in reasons.items())
    assert home.titles() == sorted([*titles, "Überschrift aus Köln"])
    assert home.library.check() == []


def test_a_bad_file_that_is_mended_is_taken(home, folder):
    (folder / "Gwadar.md").write_bytes(b"")
    assert len(home.library.sync([folder]).skipped) == 1
    write(folder, "Gwadar")
    assert len(home.library.sync([folder]).added) == 1


def test_a_file_of_an_unknown_kind_is_reported_when_it_is_named(home, folder):
    file = folder / "story.odt"
    file.write_bytes(b"PK")
    ((path, reason),) = home.library.sync([file]).skipped
    assert path == str(file)
    assert ".odt" in reason
    assert home.library.sync([folder]).skipped == ()


# Folders that are watched


def until(condition) -> None:
    limit = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.05)


@pytest.fixture
def watcher(home, folder):
    """A watch of the folder that keeps what each sync told; it is stopped before the home is closed."""
    told = []
    watcher = Watcher(home.library, [folder], prune=True, told=lambda watcher: told.append(watcher.report))
    watcher.all_told = told
    yield watcher
    if watcher.running:
        watcher.stop()


def test_a_watched_folder_is_kept_in_step(home, folder, watcher):
    def changes():
        # A sync that finds nothing may come between, where a change is told after it was taken.
        return [len(report.added) + len(report.removed) for report in watcher.all_told if report.added or report.removed]

    file = write(folder, "Gwadar")
    assert not watcher.running
    watcher.start()
    # An article is there before its sync has ended, which would take the next change too.
    until(lambda: home.titles() == ["News from Gwadar"] and changes() == [1])
    write(folder, "Derna")
    until(lambda: home.titles() == ["News from Derna", "News from Gwadar"] and changes() == [1, 1])
    file.unlink()
    until(lambda: home.titles() == ["News from Derna"])
    watcher.stop()
    assert not watcher.running
    assert changes() == [1, 1, 1]
    write(folder, "Tokyo")
    time.sleep(0.5)
    assert home.titles() == ["News from Derna"]


def test_a_watch_says_why_it_cannot_sync_and_goes_on(home, folder, watcher, monkeypatch):
    monkeypatch.setattr(rag.library, "LOCK_WAIT_S", 0.1)
    write(folder, "Gwadar")
    with filelock.FileLock(home.folder / "write.lock"):
        watcher.start()
        until(lambda: watcher.error)
    assert "another process" in watcher.error
    write(folder, "Derna")
    until(lambda: home.titles() == ["News from Derna", "News from Gwadar"])
    until(lambda: watcher.error is None)


# Interruptions


def test_a_failing_encoder_loses_nothing(open_home, folder):
    titles = write_many(folder, BATCH_ARTICLES + 4)
    home = open_home(CountingEncoder(fails_at=2))
    with pytest.raises(EncoderError):
        home.library.sync([folder])
    assert home.store.count() == BATCH_ARTICLES
    assert home.library.check() == ["4 articles wait to be indexed: run `python -m rag sync`"]
    home.library.sync([folder])
    assert home.titles() == titles
    assert home.library.check() == []
    assert home.library.sync([folder]).unchanged == len(titles)


KILLED = """
import os, signal, sys
from pathlib import Path
from builders import HashingEncoder
from rag.index import Index
from rag.library import Library, stamp_of
from rag.store import Store

home, articles, moment, call = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
encoder = HashingEncoder()
store, index = Store(home / "clippings.db"), Index(home / "chroma", None, stamp_of(encoder))
owner, name = {"encoder": encoder, "store": store, "index": index}[moment.split(".")[0]], moment.split(".")[1]
real = getattr(owner, name)
calls = 0

def last_act(*values):
    global calls
    calls += 1
    given = real(*values)
    if calls == call:
        os.kill(os.getpid(), signal.SIGKILL)
    return given

setattr(owner, name, last_act)
Library(home, store, index, encoder).sync([articles])
"""


def kill_in_sync(home: Path, articles: Path, moment: str, call: int) -> None:
    """Sync in another process that is killed once `moment`, a function of a part, has done its work for the nth time."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(home), str(articles), moment, str(call)],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "PATH": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == -9, done.stderr


MOMENTS = [
    pytest.param("store.put", 5, id="stored"),
    pytest.param("encoder.encode", 2, id="encoded"),
    pytest.param("index.add", 1, id="vectors-written"),
    pytest.param("store.set_state", 1, id="marked-done"),
    pytest.param("store.point", 7, id="some-files-noted"),
]


@pytest.mark.parametrize(("moment", "call"), MOMENTS)
def test_the_next_sync_completes_what_a_kill_left(open_home, folder, tmp_path, moment, call):
    titles = write_many(folder, BATCH_ARTICLES + 4)
    kill_in_sync(tmp_path / "home", folder, moment, call)
    home = open_home()
    home.library.sync([folder])
    assert home.titles() == titles
    assert home.index.count() == len(titles)
    assert home.library.check() == []
    assert home.library.sync([folder]).unchanged == len(titles)


@pytest.mark.parametrize(
    ("moment", "call"),
    [
        pytest.param("index.add", 1, id="new-version-written"),
        pytest.param("index.remove", 2, id="old-vectors-removed"),
        pytest.param("store.retire", 1, id="old-version-kept"),
        pytest.param("store.point", 1, id="file-noted"),
    ],
)
def test_a_kill_while_an_article_is_replaced_leaves_only_the_new_version(open_home, folder, tmp_path, moment, call):
    write_many(folder, 3)
    home = open_home()
    home.library.sync([folder])
    home.close()
    write(folder, "town01", "The market of town01 has opened again after a week of storms.")
    kill_in_sync(tmp_path / "home", folder, moment, call)
    later = open_home()
    later.library.sync([folder])
    assert later.titles() == ["News from town00", "News from town01", "News from town02"]
    assert later.find("The market of town01 has opened again") == "News from town01"
    assert later.library.check() == []


KILLS = int(os.environ.get("CLIPPINGS_KILLS", "4"))
SYNC_ONCE = """
import sys
from pathlib import Path
from builders import HashingEncoder
from rag.index import Index
from rag.library import Library, stamp_of
from rag.store import Store

home, encoder = Path(sys.argv[1]), HashingEncoder()
store, index = Store(home / "clippings.db"), Index(home / "chroma", None, stamp_of(encoder))
print("ready", flush=True)
Library(home, store, index, encoder).sync([Path(sys.argv[2])], prune=True)
"""


def test_no_kill_at_a_random_moment_loses_or_doubles_an_article(open_home, folder, tmp_path):
    """Files are added, changed and deleted between the kills. CLIPPINGS_KILLS sets their number."""
    random = Random(7)
    texts: dict[str, str] = {}
    environment = {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "PATH": ""}
    for kill in range(KILLS):
        for name in random.sample([f"town{number:03}" for number in range(150)], 40):
            if name in texts and random.random() < 0.2:
                (folder / f"{name}.md").unlink()
                del texts[name]
            else:
                texts[name] = f"Report {kill} of {name}: the harbour was closed by order number {random.random()}."
                write(folder, name, texts[name])
        command = [sys.executable, "-c", SYNC_ONCE, str(tmp_path / "home"), str(folder)]
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as sync:
            assert sync.stdout.readline() == "ready\n", sync.stderr.read()
            time.sleep(random.uniform(0, 0.6))
            sync.kill()
        home = open_home()
        home.library.sync([folder], prune=True)
        assert sorted(home.store.article(row.info.id).text for row in home.store.listing()) == sorted(texts.values())
        assert home.library.check() == []
        assert home.index.count() == len(texts)
        home.close()


def test_a_version_that_was_never_finished_goes_when_its_file_has_changed_since(open_home, folder, tmp_path):
    write(folder, "Gwadar")
    kill_in_sync(tmp_path / "home", folder, "store.put", 1)
    write(folder, "Gwadar", "The market of Gwadar has opened again after a week of storms.")
    home = open_home()
    home.library.sync([folder])
    (row,) = home.store.listing()
    assert "market" in home.store.article(row.info.id).text
    assert home.library.check() == []


# One writer at a time, and readers that notice

HOLDER = """
import sys
import filelock
with filelock.FileLock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_writer_is_told_who_it_waits_for(home, folder, monkeypatch):
    write_many(folder, 2)
    monkeypatch.setattr(rag.library, "LOCK_WAIT_S", 0.2)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(home.folder / "write.lock")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(BusyError, match=f"another process has been writing to {home.folder}.*nothing was changed"):
            home.library.sync([folder])
        assert home.store.count() == 0
        holder.kill()
    # A lock dies with its process.
    assert len(home.library.sync([folder]).added) == 2


def test_a_reader_sees_what_another_process_has_written(open_home, folder):
    write(folder, "Gwadar")
    reader = open_home()
    assert reader.index.count() == 0
    writer = subprocess.run(
        [sys.executable, "-c", KILLED, str(reader.folder), str(folder), "store.fact", "99"],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "PATH": ""},
        timeout=120,
        check=True,
    )
    assert writer.returncode == 0
    reader.library.refresh()
    assert reader.find("The harbour of Gwadar was closed") == "News from Gwadar"


# The index can always be made anew


def test_an_index_whose_folder_was_deleted_is_rebuilt(home, open_home, folder):
    titles = write_many(folder, 3)
    home.library.sync([folder])
    home.close()
    shutil.rmtree(home.folder / "chroma")
    later = open_home()
    assert later.library.check() == ["3 of 3 passages have no vector: run `python -m rag rebuild`"]
    assert later.library.rebuild() == 3
    assert later.library.check() == []
    assert later.titles() == titles
    assert later.find("The harbour of town01 was closed") == "News from town01"


def test_a_damaged_index_is_rebuilt(home, open_home, folder):
    write_many(folder, 3)
    home.library.sync([folder])
    home.close()
    (home.folder / "chroma" / "chroma.sqlite3").write_bytes(b"not a database at all" * 1000)
    later = open_home()
    assert later.library.rebuild() == 3
    assert later.library.check() == []


@pytest.mark.parametrize("size", [0, None], ids=["emptied", "filled with garbage"])
def test_an_index_whose_every_file_is_damaged_is_noticed_and_rebuilt(home, open_home, folder, size):
    titles = write_many(folder, 3)
    home.library.sync([folder])
    home.close()
    for file in (home.folder / "chroma").rglob("*"):
        if file.is_file():
            file.write_bytes(Random(7).randbytes(file.stat().st_size if size is None else size))
    later = open_home()
    (problem,) = later.library.check()
    assert "rebuild" in problem
    assert later.library.rebuild() == 3
    assert later.library.check() == []
    assert later.titles() == titles
    assert later.find("The harbour of town01 was closed") == "News from town01"


def test_vectors_without_a_passage_are_noticed_and_rebuilt(home, folder):
    write_many(folder, 2)
    home.library.sync([folder])
    (row, other) = home.store.listing()
    home.index.add([999], [row.info], home.encoder.encode(["stray"]))
    assert home.library.check() == ["1 vectors belong to no passage: run `python -m rag rebuild`"]
    home.library.rebuild()
    assert home.library.check() == []
    assert {row.info.id, other.info.id} == {each.info.id for each in home.store.listing()}


def test_a_full_text_that_differs_from_the_store_is_noticed_and_rebuilt(home, folder):
    write_many(folder, 3)
    home.library.sync([folder])
    database = sqlite3.connect(home.folder / "clippings.db")
    database.execute("INSERT INTO passage_words (rowid, title, text) VALUES (9999, 'gone', 'an article that was removed')")
    database.execute("DELETE FROM passage_words WHERE rowid = 1")
    database.commit()
    database.close()
    assert home.library.check() == ["2 passages are in the full text or in the store alone: run `python -m rag rebuild`"]
    home.library.rebuild()
    assert home.library.check() == []
    assert matching(home.store, ["removed"], NO_FILTERS, 9) == []
    assert len(matching(home.store, ["harbour"], NO_FILTERS, 9)) == 3


def test_another_encoder_is_refused_by_name_until_the_index_is_rebuilt(home, open_home, folder):
    write_many(folder, 2)
    home.library.sync([folder])
    home.close()
    other = open_home(OtherEncoder())
    for attempt in (other.library.check_stamp, lambda: other.library.sync([folder])):
        with pytest.raises(IndexMismatchError, match=r"built with hashing \(64\).*now other \(64\).*rebuild"):
            attempt()
    assert len(other.library.check()) == 1
    assert other.library.rebuild() == 2
    other.library.check_stamp()
    assert other.library.check() == []
    assert other.library.sync([folder]).unchanged == 2


def test_a_rebuild_that_fails_is_completed_by_the_next_sync(open_home, folder):
    titles = write_many(folder, BATCH_ARTICLES + 4)
    home = open_home(CountingEncoder(fails_at=4))
    home.library.sync([folder])
    with pytest.raises(EncoderError):
        home.library.rebuild()
    home.library.sync([folder])
    assert home.titles() == titles
    assert home.library.check() == []


# Chroma's client never closes its connections; they are found and reported when they are collected.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_an_index_in_a_chroma_server(open_home, folder, tmp_path):
    titles = write_many(folder, 3)
    port = free_port()
    server = subprocess.Popen(
        [Path(sys.executable).with_name("chroma"), "run", "--path", tmp_path / "served", "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "ANONYMIZED_TELEMETRY": "False"},
    )
    try:
        wait_for_chroma(port)
        home = open_home(url=f"http://127.0.0.1:{port}")
        home.library.sync([folder])
        assert home.titles() == titles
        assert home.find("The harbour of town02 was closed") == "News from town02"
        home.library.remove([home.store.listing()[0].info.id])
        assert home.index.count() == 2
        home.library.rebuild()
        assert home.library.check() == []
        assert not (home.folder / "chroma").exists()
        home.close()
    finally:
        server.kill()
        server.wait()
        SharedSystemClient.clear_system_cache()
        gc.collect()


def wait_for_chroma(port: int) -> None:
    for _ in range(300):
        try:
            if httpx.get(f"http://127.0.0.1:{port}/api/v2/heartbeat", trust_env=False).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError("chroma run did not answer in 30 s")


def test_the_whole_collection_is_taken_without_a_word_of_complaint(home):
    report = home.library.sync([CORPUS])
    files = {file.name for file in CORPUS.glob("*.md")} - {"SOURCES.md"}
    assert {Path(path).name for path in report.added} == files
    assert report.skipped == ()
    assert home.library.check() == []
