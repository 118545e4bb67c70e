"""Markdown → plain text that is split into sentences, and what its front matter says."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import MutableMapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

MOST_LINES = 50
"""Lines of front matter."""

_MOST_NESTED = 30
_EMPTIED = re.compile(r"\n[ \t\n]*\n")  # lines of a paragraph on which a comment stood
_LINE = re.compile(r"([\w][\w .-]{0,60}?)\s*:(?:\s+(.*))?", re.DOTALL)


def read(text: str) -> tuple[dict[str, str], str]:
    """Return the front matter, its keys in lower case, and the plain text of the rest.

    Paragraphs and rows of a table are parted by blank lines, entries of a list stand one a line. Code stays
    as it is, and so do tags of HTML; comments go. What looks like front matter but holds another line than
    `key: value` is text. What is nested too deeply to be parsed stays as it is.
    """
    details, rest = _front_matter(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    try:
        tokens = _parser.parse(rest)
    except RecursionError:  # pictures in the words of pictures, hundreds deep
        return details, rest
    if any(token.level >= _MOST_NESTED - 1 for token in tokens):
        return details, rest  # beyond, the library leaves words out
    return details, _Plain().of(tokens)


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    first, _end, rest = text.partition("\n")
    if first.rstrip() != "---":
        return {}, text
    details: dict[str, str] = {}
    for _number in range(MOST_LINES + 1):
        line, end, rest = rest.partition("\n")
        if line.rstrip() == "---":
            return details, rest
        found = _LINE.fullmatch(line.rstrip())
        if not found or not end:
            return {}, text
        details[found[1].lower()] = _unquoted((found[2] or "").strip())
    return {}, text


def _unquoted(value: str) -> str:
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if is_quoted else value


class _Plain:
    """The text of the blocks so far."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.marks = ""  # of the entries that have begun and have no text yet
        self.numbers: list[int | None] = []  # the next one of each list around, None where entries have dots
        self.cells: list[str] | None = None  # of the row that is being read
        self.is_close = False  # the next block comes on the next line, without a blank one

    def of(self, tokens: Sequence[Token]) -> str:
        for token in tokens:
            self._take(token)
        return "".join(self.text)

    def _take(self, token: Token) -> None:
        match token.type:
            case "inline":
                self._add_inline(_inline(token.children or []))
            case "fence" | "code_block":
                self._add(token.content.removesuffix("\n"))
            case "bullet_list_open" | "ordered_list_open":
                self._begin_list(token)
            case "bullet_list_close" | "ordered_list_close":
                self.numbers.pop()
                self.is_close = False
            case "list_item_open":
                self._begin_entry()
            case "list_item_close":
                self._end_entry()
            case "tr_open":
                self.cells = []
            case "tr_close":
                self._end_row()

    def _add_inline(self, words: str) -> None:
        if self.cells is None:
            self._add(_EMPTIED.sub("\n", words).strip(" \n"))
        else:
            self.cells.append(words)

    def _begin_list(self, token: Token) -> None:
        self.is_close = bool(self.numbers)
        start = token.attrs.get("start", 1)
        self.numbers.append(int(start) if token.tag == "ol" else None)

    def _begin_entry(self) -> None:
        number = self.numbers[-1]
        self.marks += "- " if number is None else f"{number}. "
        self.numbers[-1] = None if number is None else number + 1

    def _end_entry(self) -> None:
        self._add("")  # where an entry has no text of its own, its mark is left
        self.is_close = True

    def _end_row(self) -> None:
        cells, self.cells = self.cells or [], None
        self._add(" | ".join(cells))

    def _add(self, text: str) -> None:
        if not text and not self.marks:
            return
        if self.text:
            self.text.append("\n" if self.is_close else "\n\n")
        self.text.append((self.marks + text) if text else self.marks.rstrip())
        self.marks, self.is_close = "", False


def _inline(tokens: Sequence[Token]) -> str:
    words = []
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
            words.append("\n")
        elif token.type == "image":
            words.append(_inline(token.children or []))
        else:
            words.append(token.content)
    return "".join(words)


def _comment_block(state: StateBlock, first: int, end_line: int, silent: bool) -> bool:
    """Take away a comment that begins a line, blank lines in it or not."""
    start = state.bMarks[first] + state.tShift[first]
    if state.is_code_block(first) or not state.src.startswith("<!--", start):
        return False
    end = _end_of_comment(state.env, state.src, start)
    if not 0 <= end <= state.eMarks[end_line - 1]:
        return False
    last = bisect_left(state.eMarks, end, first, end_line)
    rest = state.src[end : state.eMarks[last]].strip()
    if rest and last == first:
        return False  # a paragraph that begins with a comment, and may go on below
    if not silent:
        state.line = last + 1
        if rest:
            state.push("paragraph_open", "p", 1)
            words = state.push("inline", "", 0)
            words.content, words.children = rest, []
            state.push("paragraph_close", "p", -1)
    return True


def _comment(state: StateInline, silent: bool) -> bool:
    """Take away a comment inside of a paragraph."""
    if not state.src.startswith("<!--", state.pos):
        return False
    end = _end_of_comment(state.env, state.src, state.pos)
    if not 0 <= end <= state.posMax:
        return False
    state.pos = end
    return True


def _end_of_comment(env: MutableMapping[str, Any], text: str, start: int) -> int:  # Any: the library's own
    """Return where a comment ends, or -1; remember it, or a thousand beginnings look for one end each."""
    found: tuple[str, int, int] | None = env.get("comment")
    if found and found[0] is text and found[1] <= start and (start + 4 <= found[2] - 3 or found[2] < 0):
        return found[2]
    place = text.find("-->", start + 4)
    end = place + 3 if place >= 0 else -1
    env["comment"] = (text, start, end)
    return end


_parser = MarkdownIt("commonmark", {"html": False, "maxNesting": _MOST_NESTED}).enable("table")
# A comment does not end the paragraph above it: there it is one inside of a paragraph.
_parser.block.ruler.before("fence", "comment", _comment_block)
_parser.inline.ruler.before("autolink", "comment", _comment)
