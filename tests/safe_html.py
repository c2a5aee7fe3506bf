"""HTML as a browser reads it, and texts that would become markup where they are not escaped."""

from html.parser import HTMLParser

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<iframe src='http://127.0.0.1:9/'></iframe>",
    "</p></div><style>*{display:none}</style>",
    '" onmouseover="alert(1)',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]
SAFE_TAGS = set("div p span a br button ol ul li mark article h2 h3 h4 details summary table thead tbody tr th td time".split())
SAFE_TAGS |= {"svg", "line", "circle", "text", "title"}
SAFE_ATTRIBUTES = set("class href title id target rel role aria-label width height x y x1 x2 y1 y2 cx cy r open".split())


class Page(HTMLParser):
    """What a browser would make of some HTML: its tags, attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self) -> str:
        return "".join(self.texts)

    def values(self, name: str) -> list[str]:
        return [value or "" for key, value in self.attributes if key == name]


def safe(html: str) -> Page:
    """Read HTML, and make sure that it holds nothing that runs, loads or leaves a tag open."""
    page = Page(html)
    assert set(page.tags) <= SAFE_TAGS
    assert {name for name, _ in page.attributes} <= SAFE_ATTRIBUTES
    assert page.open == []
    return page
