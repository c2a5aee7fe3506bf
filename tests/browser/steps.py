"""What a reader does on the page, in steps that several tests take."""


def ask(page, question: str):
    """Ask a question, wait for the whole answer, and give its element."""
    answers = page.locator("#chat .answer")
    before = answers.count()
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_function("n => document.querySelectorAll('#chat .answer').length > n", arg=before)
    # Answers grow; this one is whole when it has not changed for a while.
    text = ""
    while text != (text := answers.last.inner_text()):
        page.wait_for_timeout(300)
    return answers.last


def open_first_source(page, answer) -> str:
    """Click the first mark of an answer; give the quotation that it stands for."""
    mark = answer.locator("a.cite").first
    quote = mark.get_attribute("title")
    mark.click()
    page.locator("#pane #cited", has_text=quote).wait_for()
    return quote


def wait_until_in_view(page, selector: str) -> None:
    """Wait until an element can be seen whole, inside the window and the pane."""
    page.wait_for_function(
        """selector => {
            const box = document.querySelector(selector).getBoundingClientRect();
            const pane = document.getElementById("pane").getBoundingClientRect();
            const inside = (frame) => box.top >= frame.top && box.bottom <= frame.bottom;
            return inside({top: 0, bottom: innerHeight}) && inside(pane) && box.height > 0;
        }""",
        arg=selector,
        timeout=10_000,
    )


def open_library(page) -> None:
    page.get_by_role("tab", name="Library").click()
    page.locator("#upload").wait_for()


def upload(page, *files) -> str:
    """Upload files on the Library tab; give what is said about it."""
    # What is said about the upload before stays until this one has begun, and how far a short one is may never be seen.
    page.evaluate("document.querySelectorAll('#outcome .work').forEach(said => said.dataset.before = 'yes')")
    page.locator("#upload input[type=file]").set_input_files([str(file) for file in files])
    said = page.locator("#outcome .work:not([data-before])", has_text="added, ")
    said.wait_for()
    return said.inner_text()


def outcome(page, said: str = "added, ") -> str:
    """Wait until what is under way has ended; give what is said about it."""
    place = page.locator("#outcome .prose", has_text=said)
    place.wait_for()
    return place.inner_text()


def choose(page, title: str) -> None:
    """Choose an article by its title on the Library tab."""
    # Until the table above it is drawn it moves down, and its list would stay open beyond the window.
    page.locator("#table td.title").first.wait_for()
    page.locator("#article input").click()
    page.locator("[role=option]", has_text=title).click()
