"""What the page needs before anything is drawn: its colours, and which of them the reader chose.

Gradio adds the head that `launch` is given only once its own scripts have run; until then a dark page would be a white one.
"""

from __future__ import annotations

from pathlib import Path

from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOK = Path(__file__).parent.parent / "look"
END = b"</head>"


class First:
    """An ASGI middleware that writes colours and theme into the head of the page, and leaves everything else as it is."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        style, script = ((LOOK / name).read_text(encoding="utf-8") for name in ("colours.css", "theme.js"))
        self._app = app
        self._added = f"<style>{style}</style><script>{script}</script>".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        waiting: list[Message] = []

        async def send_with_head(message: Message) -> None:
            # The length is said before the text, which may be without a head.
            if message["type"] == "http.response.start":
                waiting.append(message)
                return
            if waiting and END in message.get("body", b""):
                message["body"] = message["body"].replace(END, self._added + END, 1)
                waiting[0]["headers"] = [self._longer(name, value) for name, value in waiting[0]["headers"]]
            for each in (*waiting, message):
                await send(each)
            waiting.clear()

        is_page = scope["type"] == "http" and scope["path"] == "/"
        await self._app(scope, receive, send_with_head if is_page else send)

    def _longer(self, name: bytes, value: bytes) -> tuple[bytes, bytes]:
        return name, str(int(value) + len(self._added)).encode() if name == b"content-length" else value


# As `launch` takes it.
FIRST = Middleware(First)
