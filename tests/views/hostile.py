"""Texts that people could send to make a page do something, and what must not come of them."""

from __future__ import annotations

from html.parser import HTMLParser

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}</textarea>"
EVIL_MARKDOWN = f"{EVIL}\n\n[a](javascript:alert(1)) ![b](https://elsewhere.example/b.png)\n\n<iframe src=x>"


class Found(HTMLParser):
    """What runs or is fetched on a page: scripts in it, handlers, styles, and addresses elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[tuple[str, str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag in {"iframe", "img", "style", "object"} or (tag == "script" and "src" not in names):
            self.wrong.append((tag, "", None))
        for name, value in attrs:
            is_address = name in {"href", "src", "action", "formaction"}
            is_link = tag == "a" and (value or "").startswith(
                "https://"
            )  # followed only by whoever clicks it
            if (
                name.startswith("on")
                or name == "style"
                or (is_address and not is_link and not is_local(value or ""))
            ):
                self.wrong.append((tag, name, value))


def is_local(address: str) -> bool:
    return not address or (address.startswith(("#", "?", "/")) and not address.startswith("//"))


def run_by(html: str) -> list[tuple[str, str, str | None]]:
    """Return what a browser would run or fetch from elsewhere on this page."""
    found = Found()
    found.feed(html)
    return found.wrong
