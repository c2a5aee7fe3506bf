"""The interface served by a real process, and a real Chromium that watches what it does."""

import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest
from homes import ROOT, SUBSET, environment, exported_encoder, free_port, new_home

FLAGS = """
    --headless --no-sandbox --disable-gpu --disable-quic --no-first-run
    --disable-background-networking --disable-component-update --disable-sync
""".split()
START_S = 120


def find_chromium() -> str | None:
    """Give the browser that CHROMIUM names, else one that is installed; None when there is none."""
    named = [os.environ.get("CHROMIUM"), "/usr/bin/chromium", *map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))]
    return next((path for path in named if path and Path(path).exists()), None)


class App:
    """`python app.py` in a process of its own."""

    def __init__(self, home: Path, *arguments: str, **variables: str) -> None:
        port = free_port()
        self.home = home
        self.url = f"http://127.0.0.1:{port}/"
        self._command = [sys.executable, "app.py", "--port", str(port), *arguments]
        self._environment = environment(home, **variables)
        self._log = home / "app.log"

    def start(self) -> None:
        """Start it, and wait until the page is served."""
        with self._log.open("a") as log:
            self._process = subprocess.Popen(self._command, cwd=ROOT, env=self._environment, stdout=log, stderr=log)
        limit = time.monotonic() + START_S
        while time.monotonic() < limit and self._process.poll() is None:
            try:
                httpx.get(self.url, trust_env=False, timeout=5)
                return
            except httpx.HTTPError:
                time.sleep(0.2)
        raise AssertionError(f"the app did not start:\n{self.log()}")

    def log(self) -> str:
        return self._log.read_text()

    def peak_bytes(self) -> int:
        """Give how much memory it has taken at most."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return 1024 * int(re.search(r"VmHWM:\s+(\d+) kB", status)[1])

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def apps(tmp_path_factory):
    """Give what starts the app over a home of its own, with the arguments and environment given; all are stopped in the end."""
    started: list[App] = []
    encoder = exported_encoder(tmp_path_factory)

    def start(*arguments: str, **variables: str) -> App:
        started.append(App(new_home(tmp_path_factory.mktemp("app"), encoder), *arguments, **variables))
        started[-1].start()
        return started[-1]

    try:
        yield start
    finally:
        for app in started:
            app.stop()


@pytest.fixture(scope="module")
def start_app(tmp_path_factory):
    """Start apps that are stopped at the end of the file."""
    with apps(tmp_path_factory) as start:
        yield start


@pytest.fixture(scope="session")
def app(tmp_path_factory):
    """The app over a few articles."""
    with apps(tmp_path_factory) as start:
        app = start("--sync", *map(str, SUBSET))
        yield app
        assert "Traceback" not in app.log()


@pytest.fixture(scope="session")
def chromium():
    path = find_chromium()
    if path is None:
        pytest.skip("there is no Chromium: install one, or name it in CHROMIUM")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium):
    """Open a page; in the end, nothing may have been asked of another host, and nothing may have gone wrong in it."""
    watched = []

    def open_it(url: str, width: int = 1400, **options):
        context = chromium.new_context(viewport={"width": width, "height": 900}, base_url=url, **options)
        page = context.new_page()
        asked: list[str] = []
        wrong: list[str] = []
        context.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        watched.append((url, context, asked, wrong))
        page.goto(url)
        return page

    yield open_it
    for url, context, asked, wrong in watched:
        context.close()
        own = (urljoin(url, "/"), "data:", "blob:")
        assert [address for address in asked if not address.startswith(own)] == []
        assert wrong == []


@pytest.fixture
def page(open_page, app):
    """The page of the app over a few articles."""
    page = open_page(app.url)
    page.wait_for_selector("#question textarea")
    return page
