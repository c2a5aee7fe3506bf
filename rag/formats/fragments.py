"""HTML that is no web page in, HTML that reads like one out: what mails and exports hold is all story, and not laid out as pages are.

Extraction looks for the story among menus and advertisements; an `article` around all of it says that it is all wanted.
"""

from __future__ import annotations

import re

_BODY = re.compile(r"<(/?)body\b[^<>]{0,2000}>", re.IGNORECASE)
_TABLE = re.compile(r"<(/?)(?:table|tbody|thead|tfoot|tr|td|th)\b", re.IGNORECASE)


def whole_page(html: str) -> str:
    """Make a page of a piece of one; a whole page stays as it is."""
    return html if _BODY.search(html) else f"<html><body><article>{html}</article></body></html>"


def mail_page(html: str) -> str:
    """Make a page of a mail. Its tables are there for the layout: a cell is a block, not a value in a row."""
    blocks = _TABLE.sub(r"<\1div", html)
    if not _BODY.search(blocks):
        return whole_page(blocks)
    return _BODY.sub(lambda tag: "</article></body>" if tag[1] else "<body><article>", blocks)
