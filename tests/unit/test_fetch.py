"""Pages and feeds are fetched from a real server into files, within limits, politely, and from public addresses only."""

from __future__ import annotations

import gzip
import os
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from ipaddress import ip_address
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_server import LOOPBACK, Behaviour, Site, Visit, in_turn, page, redirect, status, web_site

from rag.clean import clean
from rag.errors import InputError
from rag.fetch import FetchLimits, FetchReport, fetch
from rag.formats.decode import decode
from rag.load import load
from rag.web.address import Address, is_public, resolve
from rag.web.request import normal
from rag.web.saved import file_name, marked, save

STORY = " ".join(f"On day {day} the harbour council of Visby met and spoke about the new ferry pier." for day in range(1, 6))
PAGE = f"<html><head><title>The pier</title></head><body><article><h1>The pier</h1><p>{STORY}</p></article></body></html>"
# An address that is public to the check, but that leads nowhere: no test may connect to it.
ELSEWHERE = "93.184.216.34"


@pytest.fixture
def site() -> Iterator[Site]:
    with web_site() as site:
        yield site


@pytest.fixture
def get(site: Site, tmp_path: Path) -> Callable[..., FetchReport]:
    """Fetch paths of the site into tmp_path, without pauses; what is given else goes to the limits."""

    def fetch_it(*paths: str, **limits: object) -> FetchReport:
        urls = [path if "://" in path else site.url(path) for path in paths]
        return fetch(urls, tmp_path, limits=replace(quick(site), **limits), allow=is_loopback)

    return fetch_it


def quick(*sites: Site) -> FetchLimits:
    return FetchLimits(interval_s=0, timeout_s=5, ports=frozenset(site.port for site in sites))


def is_loopback(address: Address) -> bool:
    return address.is_loopback


def named(value: object) -> str:
    return value if isinstance(value, str) else ""


def only_file(report: FetchReport) -> Path:
    assert report.skipped == ()
    (file,) = report.files
    return file


def only_reason(report: FetchReport) -> str:
    assert report.files == ()
    ((url, reason),) = report.skipped
    assert url in reason
    return reason


# What is saved.


def test_a_page_is_saved_with_its_address_and_becomes_an_article(site, get):
    site.pages["/news/2024/the-pier.html"] = page(PAGE)
    file = only_file(get("/news/2024/the-pier.html"))
    url = site.url("/news/2024/the-pier.html")
    assert file.read_text(encoding="utf-8") == f"<!-- saved from url=({len(url):04}){url} -->\n{PAGE}"
    assert file.name.startswith("127.0.0.1-the-pier-")
    article = clean(next(load(file)))
    assert STORY in article.text
    assert article.info.title == "The pier"
    assert site.asked == ["/robots.txt", "/news/2024/the-pier.html"]


def test_the_visitor_says_who_it_is(site, get):
    site.pages["/a"] = page(PAGE)
    get("/a")
    assert all(headers["User-Agent"].startswith("Clippings/") for headers in site.headers)
    assert {headers["Host"] for headers in site.headers} == {f"127.0.0.1:{site.port}"}


def test_a_page_that_has_not_changed_is_left_alone_and_one_that_has_is_replaced(site, get):
    site.pages["/a"] = page(PAGE)
    file = only_file(get("/a"))
    os.utime(file, (1, 1))
    assert only_file(get("/a")) == file
    assert file.stat().st_mtime == 1
    site.pages["/a"] = page(PAGE.replace("pier", "quay"))
    assert only_file(get("/a")) == file
    assert "quay" in file.read_text(encoding="utf-8")
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_what_was_fetched_stays_when_the_page_is_gone(site, get):
    site.pages["/a"] = page(PAGE)
    file = only_file(get("/a"))
    site.pages["/a"] = status(410)
    assert "taken down" in only_reason(get("/a"))
    assert STORY in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("media", "encoding"),
    [
        ("text/html; charset=windows-1252", "cp1252"),
        ("text/html; charset=utf-16", "utf-16"),
        ("text/html", "utf-8"),
        ("text/html; charset=ISO-8859-1", "utf-8"),
        ("text/html; charset=no-such-thing", "utf-8"),
        ("application/xhtml+xml", "cp1252"),
    ],
)
def test_a_page_in_any_encoding_is_saved_in_utf_8(site, get, media, encoding):
    site.pages["/a"] = page(f"<html><p>Les députés étaient présents à Zürich. {STORY}</p></html>".encode(encoding), media)
    assert "Les députés étaient présents à Zürich." in only_file(get("/a")).read_text(encoding="utf-8")


def test_plain_text_keeps_its_paragraphs_and_its_address(site, get):
    site.pages["/a.txt"] = page(f"{STORY}\n\n1 < 2 & that is all.\n", "text/plain")
    file = only_file(get("/a.txt"))
    article = clean(next(load(file)))
    assert article.text == f"{STORY}\n\n1 < 2 & that is all."
    assert article.info.url == site.url("/a.txt")


def test_a_pdf_is_saved_as_it_is(site, get):
    data = b"%PDF-1.4\n\x00\xff binary"
    site.pages["/report"] = page(data, "application/pdf")
    file = only_file(get("/report"))
    assert (file.suffix, file.read_bytes()) == (".pdf", data)


def test_a_packed_page_is_unpacked(site, get):
    site.pages["/a"] = page(gzip.compress(PAGE.encode()), Content_Encoding="gzip")
    assert STORY in only_file(get("/a")).read_text(encoding="utf-8")


def test_progress_counts_what_feeds_add(site, tmp_path):
    site.pages |= {"/feed": page(feed("/1", "/2"), "application/rss+xml"), "/1": page(PAGE), "/2": page(PAGE)}
    seen: list[tuple[int, int]] = []
    fetch(
        [site.url("/feed"), site.url("/gone")],
        tmp_path,
        progress=lambda *counts: seen.append(counts),
        limits=quick(site),
        allow=is_loopback,
    )
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_folder_that_cannot_be_written_to_ends_the_fetch(site, tmp_path):
    site.pages["/a"] = page(PAGE)
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(InputError, match="cannot be written"):
        fetch([site.url("/a")], tmp_path / "taken", limits=quick(site), allow=is_loopback)


def test_an_interrupt_leaves_whole_files_only(site, tmp_path):
    site.pages |= {"/1": page(PAGE), "/2": page(PAGE)}

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch([site.url("/1"), site.url("/2")], tmp_path, progress=stop, limits=quick(site), allow=is_loopback)
    (file,) = tmp_path.iterdir()
    assert file.read_text(encoding="utf-8").endswith(PAGE)


# What goes wrong.


def drip(visit: Visit) -> None:
    visit.send_response(200)
    visit.send_header("Content-Type", "text/html")
    visit.end_headers()
    while True:
        visit.wfile.write(b"a")
        time.sleep(0.05)


def drip_headers(visit: Visit) -> None:
    visit.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        visit.wfile.write(b"a")
        time.sleep(0.05)


def endless(visit: Visit) -> None:
    visit.send_response(200)
    visit.send_header("Content-Type", "text/html")
    visit.end_headers()
    while True:
        visit.wfile.write(b"a" * 65536)


def broken(visit: Visit) -> None:
    visit.send_response(200)
    visit.send_header("Content-Type", "text/html")
    visit.send_header("Content-Length", "1000")
    visit.end_headers()
    visit.wfile.write(b"<p>half")


BOMB = gzip.compress(b"\0" * 10_000_000)


@pytest.mark.parametrize(
    ("behave", "said"),
    [
        (status(404), "no such page"),
        (status(403), "refuses"),
        (status(401), "login"),
        (status(418), "status 418"),
        (status(500), "the site failed"),
        (status(204), "status 204"),
        (status(302), "status 302"),
        (page(b"GIF89a", "image/gif"), "image/gif, not an article"),
        (page(b"{}", "application/json"), "application/json, not an article"),
        (page(b"<html>", "application/pdf"), "calls itself a PDF"),
        (page(b"a\x00b", "text/plain"), "binary file"),
        (page("<urlset><url/></urlset>", "text/xml"), "neither a feed nor a page"),
        (page(" \n"), "empty"),
        (page("a" * 5000), "over the limit of 4,000 bytes"),
        (endless, "over the limit"),
        (page(BOMB, Content_Encoding="gzip"), "over the limit"),
        (page(BOMB[:20], Content_Encoding="gzip"), "breaks off"),
        (page(b"no gzip", Content_Encoding="gzip"), "connection failed"),
        (page(b"abc", Content_Encoding="br"), "packed as 'br'"),
        (broken, "connection failed"),
        (lambda visit: visit.wfile.write(b"SSH-2.0-OpenSSH\r\n"), "connection failed"),
        (lambda visit: None, "connection failed"),
    ],
    ids=named,
)
def test_what_cannot_be_used_is_skipped_with_the_reason(site, get, behave, said):
    site.pages["/a"] = behave
    assert said in only_reason(get("/a", max_bytes=4000))


@pytest.mark.parametrize("behave", [drip, drip_headers], ids=["body", "headers"])
def test_an_answer_that_only_drips_runs_out_of_time(site, get, behave):
    site.pages["/a"] = behave
    start = time.monotonic()
    assert "/a: no whole answer came within 1 s" in only_reason(get("/a", timeout_s=1))
    assert time.monotonic() - start < 4
    assert site.hung_up.wait(5)


def test_one_that_fails_does_not_stop_the_others(site, get):
    site.pages["/b"] = page(PAGE)
    report = get("/a", "/b")
    assert len(report.files) == 1
    assert [url for url, _ in report.skipped] == [site.url("/a")]


def test_a_site_that_is_not_there_is_named(get):
    with socket.socket() as unused:
        unused.bind((LOOPBACK, 0))
        port = unused.getsockname()[1]
        assert "the connection failed" in only_reason(get(f"http://{LOOPBACK}:{port}/a", ports=frozenset({port})))


# Redirects.


def test_a_redirect_is_followed_and_the_last_address_kept(site, get):
    site.pages |= {"/old": redirect("new?from=old#part", 301), "/new?from=old": page(PAGE)}
    file = only_file(get("/old"))
    assert site.url("/new?from=old") in file.read_text(encoding="utf-8").splitlines()[0]
    assert file.name == file_name(site.url("/old"), ".html")


def test_a_redirect_loop_ends(site, get):
    site.pages |= {"/a": redirect("/b"), "/b": redirect("/a")}
    assert "more than 5 times" in only_reason(get("/a"))
    assert site.asked == ["/robots.txt", *["/a", "/b"] * 3]


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("file:///etc/passwd", "only addresses that begin with"),
        ("//user:pw@127.0.0.1/", "user name or password"),
        ("http://127.0.0.1:22/", "port 22"),
        ("http://10.0.0.1:PORT/", "10.0.0.1, which is not on the public internet"),
        ("http://[::ffff:10.0.0.1]:PORT/", "not on the public internet"),
        ("http://" + "a" * 5000, "characters"),
        ("http://a:port/", "not an address"),
    ],
)
def test_a_redirect_is_checked_like_the_first_address(site, get, to, said):
    site.pages["/a"] = redirect(to.replace("PORT", str(site.port)))
    assert said in only_reason(get("/a"))
    assert site.asked == ["/robots.txt", "/a"]


# Where nothing is fetched from.


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1/", "not on the public internet"),
        ("http://localhost/", "not on the public internet"),
        ("http://2130706433/", "not on the public internet"),
        ("http://0x7f.1/", "not on the public internet"),
        ("http://0177.0.0.1/", "not an address"),
        ("http://0/", "not on the public internet"),
        ("http://[::1]/", "not on the public internet"),
        ("http://[::ffff:127.0.0.1]/", "not on the public internet"),
        ("http://[fe80::1]/", "not on the public internet"),
        ("http://169.254.169.254/latest/meta-data/", "not on the public internet"),
        ("file:///etc/passwd", "only addresses that begin with"),
        ("ftp://example.org/", "only addresses that begin with"),
        ("javascript:alert(1)", "only addresses that begin with"),
        ("example.org/news", "only addresses that begin with"),
        ("", "only addresses that begin with"),
        ("http://user:pw@host/", "user name or password"),
        ("http://example.org:22/", "port 22 is not fetched from, only 80, 443, 8080, 8443"),
        ("http:///path", "no host"),
        ("http://exa mple.invalid/", "no host"),
        (f"http://{'a' * 70}.org/", "no host"),
        ("http://example.org/\n", "no host"),
        ("http://exa\x00mple.org/", "not an address"),
        (f"http://example.org/{'a' * 5000}", "more than an address may have"),
    ],
)
def test_an_address_that_may_not_be_asked_is_refused(tmp_path, url, said):
    def resolve_numbers(host: str, port: int) -> list[str]:
        """Resolve what needs no name server, as the system does."""
        if host == "localhost":
            return [LOOPBACK]
        if host.startswith("a" * 64):
            return resolve(host, port)
        return list(
            dict.fromkeys(
                str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
            )
        )

    report = fetch([url], tmp_path, limits=FetchLimits(interval_s=0), resolve=resolve_numbers)
    ((skipped, reason),) = report.skipped
    assert (skipped, report.files) == (url, ())
    assert said in reason
    assert reason.startswith(url[:100])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::808:808", True),
        ("2002:808:808::1", True),
        *(
            (address, False)
            for address in """0.0.0.0 0.1.2.3 10.1.2.3 100.64.0.1 127.0.0.1 127.255.0.9 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.8
            192.0.2.1 192.168.0.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 :: ::1 ::7f00:1
            ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 64:ff9b:1::808:808 100::1 2001::1 2001:db8::1 2002:7f00:1:: 2002:a00:1::1
            fc00::1 fd12::1 fe80::1 fe80::1%eth0 fec0::1 ff02::1 4000::1""".split()
        ),
    ],
)
def test_public_is_what_anyone_can_reach(address, public):
    assert is_public(ip_address(address)) is public


def test_one_private_address_among_public_ones_is_enough(tmp_path):
    report = fetch(["http://news.example/"], tmp_path, resolve=lambda host, port: [ELSEWHERE, "10.0.0.1"])
    assert "news.example is 10.0.0.1" in only_reason(report)


def test_a_name_that_changes_its_address_gains_nothing(site, tmp_path):
    """The robots.txt is asked for at an allowed address; then the name leads to one that is not."""
    site.pages["/a"] = page(PAGE)
    answers = [[LOOPBACK], ["10.0.0.1"]]
    report = fetch(
        [site.url("/a", "news.example")], tmp_path, limits=quick(site), allow=is_loopback, resolve=lambda host, port: answers.pop(0)
    )
    assert "news.example is 10.0.0.1" in only_reason(report)
    assert site.asked == ["/robots.txt"]


def test_a_connection_goes_to_the_address_that_was_checked(site, tmp_path):
    site.pages["/a"] = page(PAGE)
    resolved: list[str] = []

    def only_once(host: str, port: int) -> list[str]:
        resolved.append(host)
        return [LOOPBACK]

    only_file(fetch([site.url("/a", "news.example")], tmp_path, limits=quick(site), allow=is_loopback, resolve=only_once))
    assert resolved == ["news.example"] * 2
    assert {headers["Host"] for headers in site.headers} == {f"news.example:{site.port}"}


def test_the_next_address_is_tried_when_one_does_not_answer(site, tmp_path):
    site.pages["/a"] = page(PAGE)
    addresses = ["127.0.0.2", LOOPBACK]
    only_file(
        fetch([site.url("/a", "news.example")], tmp_path, limits=quick(site), allow=is_loopback, resolve=lambda host, port: addresses)
    )


def test_a_host_without_addresses_is_no_host(tmp_path):
    assert "has no address" in only_reason(fetch(["http://news.example/"], tmp_path, resolve=lambda host, port: []))


def test_proxies_of_the_environment_are_not_used(site, get, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    site.pages["/a"] = page(PAGE)
    only_file(get("/a"))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> tuple[Path, Path]:
    """A certificate for news.example, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    try:
        subprocess.run(
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout key.pem -out cert.pem "
            "-subj /CN=news.example -addext subjectAltName=DNS:news.example".split(),
            cwd=folder,
            check=True,
            capture_output=True,
        )
    except FileNotFoundError:
        pytest.skip("openssl, which makes the certificate, is not installed")
    return folder / "cert.pem", folder / "key.pem"


@pytest.mark.parametrize(
    ("host", "trusted", "said"),
    [
        ("news.example", True, ""),
        ("other.example", True, "CERTIFICATE_VERIFY_FAILED"),
        ("news.example", False, "CERTIFICATE_VERIFY_FAILED"),
    ],
)
def test_a_certificate_is_checked_against_the_name_and_not_the_address(tmp_path, monkeypatch, certificate, host, trusted, said):
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(*certificate)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    with web_site(served) as site:
        site.pages["/a"] = page(PAGE)
        url = site.url("/a", host).replace("http:", "https:")
        report = fetch([url], tmp_path, limits=quick(site), allow=is_loopback, resolve=lambda host, port: [LOOPBACK])
    if said:
        assert said in only_reason(report)
    else:
        assert STORY in only_file(report).read_text(encoding="utf-8")


# Politeness.


@pytest.mark.parametrize(
    ("robots", "allowed"),
    [
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: clippings\nDisallow: /news", False),
        ("User-agent: other\nDisallow: /", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Clippings\nAllow: /", True),
        ("User-agent: *\nDisallow: /\nAllow: /news/", True),
        ("User-agent: *\nAllow: /\nDisallow: /news/a", False),
        ("User-agent: *\nDisallow: /news/a\nAllow: /news/a", True),
        ("User-agent: *\n\n# all of it\n\nDisallow: /", False),
        ("User-agent: *\nDisallow: /*", False),
        ("User-agent: *\nDisallow: *", False),
        ("\ufeffUser-agent: *\nDisallow: /", False),
        ("<html>not a robots.txt</html>", True),
        ("User-agent: *\nCrawl-delay: ²\nDisallow: //[", False),
        ("", True),
    ],
)
def test_robots_txt_is_obeyed(site, get, robots, allowed):
    site.pages |= {"/robots.txt": page(robots, "text/plain"), "/news/a": page(PAGE)}
    report = get("/news/a")
    assert bool(report.files) is allowed
    assert ("/news/a" in site.asked) is allowed
    if not allowed:
        assert "robots.txt" in only_reason(report)


@pytest.mark.parametrize(
    ("behave", "allowed"),
    [
        (status(404), True),
        (status(403), True),
        (status(429), False),
        (status(500), False),
        (status(503), False),
        (redirect("/other.txt"), False),
        (redirect("/robots.txt"), False),
        (endless, False),
        (broken, False),
        (redirect("http://10.0.0.1/robots.txt"), False),
    ],
    ids=named,
)
def test_a_missing_robots_txt_allows_and_one_that_cannot_be_read_forbids(site, get, behave, allowed):
    site.pages |= {"/robots.txt": behave, "/other.txt": page("User-agent: *\nDisallow: /a", "text/plain"), "/a": page(PAGE)}
    report = get("/a")
    assert bool(report.files) is allowed
    assert ("/a" in site.asked) is allowed


def test_robots_txt_is_asked_for_once_a_site(site, get):
    site.pages |= {f"/{place}": page(PAGE) for place in range(3)}
    assert len(get("/0", "/1", "/2").files) == 3
    assert site.asked.count("/robots.txt") == 1


def test_a_redirect_is_followed_only_where_robots_may_go(site, get):
    site.pages |= {"/robots.txt": page("User-agent: *\nDisallow: /b", "text/plain"), "/a": redirect("/b"), "/b": page(PAGE)}
    assert "robots.txt asks" in only_reason(get("/a"))
    assert "/b" not in site.asked


@pytest.mark.parametrize(
    ("robots", "limits", "pause_s"),
    [("", {"interval_s": 0.2}, 0.2), ("User-agent: *\nCrawl-delay: 9", {"max_wait_s": 0.2}, 0.2)],
    ids=["interval", "Crawl-delay up to the longest wait"],
)
def test_requests_to_one_host_keep_their_distance(site, get, robots, limits, pause_s):
    site.pages |= {"/robots.txt": page(robots, "text/plain"), "/a": page(PAGE), "/b": page(PAGE), "/c": page(PAGE)}
    assert len(get("/a", "/b", "/c", **limits).files) == 3
    times = site.times[1:]
    assert all(later - earlier >= pause_s * 0.95 for earlier, later in pairwise(times))
    assert times[-1] - times[0] < 9


@pytest.mark.parametrize("code", [429, 503])
def test_a_short_wait_is_granted_once(site, get, code):
    site.pages["/a"] = in_turn(status(code, Retry_After="0"), page(PAGE))
    only_file(get("/a"))
    site.pages["/b"] = status(code, Retry_After="0")
    assert f"asks to wait (0); fetch it again later (status {code})" in only_reason(get("/b"))
    assert site.asked.count("/b") == 2


@pytest.mark.parametrize("wait", ["3600", "Fri, 01 Jan 2199 00:00:00 GMT", "soon", ""])
def test_a_long_wait_is_left_to_the_user(site, get, wait):
    site.pages["/a"] = status(503, Retry_After=wait)
    assert "too much to do" in only_reason(get("/a"))
    assert site.asked.count("/a") == 1


def test_a_date_that_is_past_is_no_wait(site, get):
    site.pages["/a"] = in_turn(status(503, Retry_After="Fri, 01 Jan 1999 00:00:00 GMT"), page(PAGE))
    only_file(get("/a"))


def test_a_site_that_asks_for_fewer_requests_gets_no_more(site, get):
    site.pages |= {"/a": status(429, Retry_After="3600"), "/b": page(PAGE)}
    report = get("/a", "/b")
    assert [url for url, _ in report.skipped] == [site.url("/a"), site.url("/b")]
    assert "/b" not in site.asked


# Feeds.


def feed(*links: str, content: str = "", title: str = "Harbour News") -> str:
    items = "".join(
        f"<item><title>Entry &lt;script&gt;alert({place})&lt;/script&gt;</title><link>{link}</link>"
        f"<guid isPermaLink='false'>id-{place}</guid>"
        f"<pubDate>Fri, 19 Jan 2024 23:30:00 -0500</pubDate><author>ann@news.example (Ann Berg)</author>"
        f"<content:encoded><![CDATA[{content}]]></content:encoded></item>"
        for place, link in enumerate(links)
    )
    return (
        f'<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{title}</title><language>en-gb</language>{items}</channel></rss>"
    )


@pytest.mark.parametrize("media", ["application/rss+xml", "text/xml", "text/html", "text/plain"])
def test_a_feed_gives_the_pages_of_its_entries(site, get, media):
    site.pages |= {"/feed": page(feed("/1", "2", "/1#again"), media), "/1": page(PAGE), "/2": page(PAGE)}
    report = get("/feed")
    assert report.skipped == ()
    assert [file.name for file in report.files] == [file_name(site.url(path), ".html") for path in ("/1", "/2")]


def test_an_entry_whose_page_is_gone_is_saved_as_the_feed_holds_it(site, get):
    site.pages["/feed"] = page(feed("/gone?a=1&amp;b=--&gt;", content=f"<p>{STORY}</p><script>alert(1)</script>"), "application/rss+xml")
    file = only_file(get("/feed"))
    text = file.read_text(encoding="utf-8")
    assert text.splitlines()[0].count("--") == 2
    assert "<title>Entry &lt;script&gt;alert(0)&lt;/script&gt;</title>" in text
    assert "default-src 'none'" in text
    article = clean(next(load(file)))
    assert article.text == STORY
    assert article.info.title == "Entry <script>alert(0)</script>"
    assert (article.info.published, article.info.authors, article.info.outlet) == ("2024-01-19", ("Ann Berg",), "Harbour News")
    assert article.info.url is not None
    assert article.info.url.startswith(site.url("/gone"))


def test_an_entry_that_is_a_mere_teaser_is_skipped_with_the_reason(site, get):
    site.pages["/feed"] = page(feed("/gone", content="<p>Read on at our site.</p>"), "application/rss+xml")
    ((url, reason),) = get("/feed").skipped
    assert url == site.url("/gone")
    assert "no such page" in reason


@pytest.mark.parametrize("link", ["", "javascript:alert(1)", "mailto:ann@news.example", "http://a:port/", "file:///etc/passwd"])
def test_an_entry_without_an_address_is_saved_under_the_feeds(site, get, link):
    site.pages["/feed"] = page(feed(link, content=STORY), "application/rss+xml")
    file = only_file(get("/feed"))
    assert f"{site.url('/feed')}#id-0 -->" in file.read_text(encoding="utf-8").splitlines()[0]
    assert site.asked == ["/robots.txt", "/feed"]


def test_an_entry_that_leads_to_a_private_address_leads_nowhere(site, get):
    site.pages["/feed"] = page(feed(f"http://10.0.0.1:{site.port}/"), "application/rss+xml")
    assert "10.0.0.1, which is not on the public internet" in only_reason(get("/feed"))


def test_a_page_that_was_fetched_is_not_replaced_by_what_the_feed_holds_of_it(site, get):
    site.pages |= {"/feed": page(feed("/1", content=STORY.replace("pier", "quay")), "application/rss+xml"), "/1": page(PAGE)}
    file = only_file(get("/feed"))
    site.pages["/1"] = status(500)
    assert "the site failed" in only_reason(get("/feed"))
    assert "quay" not in file.read_text(encoding="utf-8")


def test_what_the_feed_holds_is_replaced_by_what_it_holds_later_and_by_the_page(site, get):
    def harbour(word: str) -> Behaviour:
        return page(feed("/1", content=STORY.replace("pier", word)), "application/rss+xml")

    site.pages["/feed"] = harbour("pier")
    file = only_file(get("/feed"))
    site.pages["/feed"] = harbour("quay")
    assert only_file(get("/feed")) == file
    assert "quay" in file.read_text(encoding="utf-8")
    site.pages["/1"] = page(PAGE)
    assert only_file(get("/feed")) == file
    assert file.read_text(encoding="utf-8").endswith(PAGE)


def test_only_so_many_entries_are_taken(site, get):
    site.pages |= {"/feed": page(feed(*(f"/{place}" for place in range(9))), "application/rss+xml")}
    site.pages |= {f"/{place}": page(PAGE) for place in range(9)}
    assert len(get("/feed", max_entries=3).files) == 3


def test_a_feed_that_a_feed_lists_is_not_followed(site, get):
    site.pages |= {"/feed": page(feed("/feed2"), "application/rss+xml"), "/feed2": page(feed("/1"), "application/rss+xml")}
    assert "neither a feed nor a page" in only_reason(get("/feed"))
    assert "/1" not in site.asked


# Names and addresses.


@pytest.mark.parametrize(
    ("url", "start"),
    [
        ("https://www.news.example/2024/01/The%20Pier.html?x=1", "news.example-the-pier-"),
        ("https://news.example/", "news.example-"),
        ("https://news.example/новости/пирс/", "news.example-пирс-"),
        ("https://news.example/..%2f..%2fetc%2fpasswd", "news.example-etc-passwd-"),
        ("https://[2606:4700::1111]/a", "2606-4700--1111-a-"),
        (f"https://{'a.' * 100}example/{'b' * 500}", "a.a."),
    ],
)
def test_a_file_name_is_readable_and_safe(url, start):
    name = file_name(normal(url), ".html")
    assert name.startswith(start)
    assert not set(name) & set('/\\:*?"<>|\0 ')
    assert len(name.encode()) < 200


def test_another_address_has_another_file():
    names = {
        file_name(url, ".html") for url in ("http://a.example/x", "https://a.example/x", "https://a.example/x?y", "https://a.example/X")
    }
    assert len({name.lower() for name in names}) == 4


@given(st.text(max_size=80))
def test_whatever_an_address_holds_its_name_is_a_name_and_its_comment_a_comment(path: str) -> None:
    try:
        url = normal("http://a.example/" + path)
    except InputError:
        return
    assert Path(file_name(url, ".html")).name == file_name(url, ".html")
    first, _, rest = marked(url, "<p>").decode().partition("\n")
    assert rest == "<p>"
    assert first.startswith("<!-- saved from url=(0")
    assert "--" not in first.removeprefix("<!--").removesuffix("-->")


def test_no_address_ends_the_comment_that_holds_it():
    assert marked("http://a.example/-->---", "<p>") == b"<!-- saved from url=(0031)http://a.example/%2D%2D>%2D%2D- -->\n<p>"


def test_saving_leaves_no_part_behind(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(InputError, match="cannot be written"):
        save(tmp_path / "a", b"data")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize(
    ("data", "stated", "text"),
    [
        ("é".encode("cp1252"), "", "é"),
        ("é".encode(), "cp1252", "é"),
        ("é".encode(), "us-ascii", "é"),
        (b'<meta charset="koi8-r">\xc1', "", '<meta charset="koi8-r">а'),
        (b'<?xml version="1.0" encoding="windows-1251"?>\xe0', "", '<?xml version="1.0" encoding="windows-1251"?>а'),
        (b'<meta charset="utf-16">ab', "", '<meta charset="utf-16">ab'),
        ("\ufeffé".encode(), "cp1252", "é"),
        ("é".encode("utf-16"), "", "é"),
        (b"abc-", "punycode", "abc-"),
        (b"+ADw-", "utf-7", "+ADw-"),
    ],
)
def test_text_is_decoded_by_what_it_is_and_what_is_stated(data, stated, text):
    assert decode("page", data, "html", stated or None) == text
