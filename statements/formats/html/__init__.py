"""HTML, also as browsers save it: the main text of a page, and all that stands around it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import IO

from statements.errors import Unreadable
from statements.formats.base import Document, Dropped, Passage, What
from statements.formats.html.around import see_words
from statements.formats.html.blocks import Block, Walk
from statements.formats.html.details import details_of, title_of
from statements.formats.html.main import choose
from statements.formats.html.source import MOST_BYTES, tree_of
from statements.formats.html.survey import survey

LONGEST_MERGED = 2_000  # characters
LINES = 3  # below the title


def read(file: IO[bytes], *, alive: Callable[[int], None] = lambda characters: None) -> Document:
    """Return what is on a page: the passages of its main text, and those around it, dropped with a reason.

    Raises Unreadable: `too_large` (most), `too_many_elements` (most), `too_nested`, `encoding` (encoding),
    `character` (codepoint, line), `empty` where nothing can be read on the page, `no_main_text`.
    """
    return page(file.read(MOST_BYTES + 1), alive=alive)


def page(
    content: bytes,
    *,
    encoding: str = "",
    addresses: Iterable[str] = (),
    alive: Callable[[int], None] = lambda characters: None,
) -> Document:
    """As `read`; encoding, addresses: what is known of the page from outside."""
    root, saved_from = tree_of(content, encoding)
    seen = survey(root)
    walk = Walk(root, seen)
    blocks = walk.blocks
    if not any(block.reason != Dropped.HIDDEN for block in blocks):
        raise Unreadable("empty")
    alive(sum(len(block.text) for block in blocks))
    told = title_of(root)
    see_words(blocks, seen)
    title = _title_of(blocks, told)
    said = details_of(
        root,
        title=title.text.replace("\n", " ") if title else "",
        times=walk.times,
        lines=_below(blocks, title),
        addresses=[saved_from, *addresses],
    )
    kept = choose(root, walk, seen, title)
    if not kept:
        raise Unreadable("no_main_text")
    return Document(_passages(_decided(blocks, kept, title)), said)


def _title_of(blocks: Sequence[Block], told: str) -> Block | None:
    """Return the heading of the text: the first one of the first rank, unless it names the site."""
    firsts = [block for block in blocks if block.tag == "h1" and block.reason != Dropped.HIDDEN]
    free = [block for block in firsts if not block.reason]
    framed = [block for block in firsts if block.reason == Dropped.HEADER]
    told = _squeezed(told)
    for block in [*free, *framed]:
        words = _squeezed(block.text)
        if words and told.startswith(words) and (block in free or 2 * len(words) > len(told)):
            return block
    return free[0] if free else None


def _below(blocks: Sequence[Block], title: Block | None) -> list[str]:
    """Return the first lines below the title, among which a day may stand."""
    begin = blocks.index(title) + 1 if title else 0
    return [block.text for block in blocks[begin:] if not block.reason][:LINES]


def _decided(blocks: Sequence[Block], kept: set[int], title: Block | None) -> Sequence[Block]:
    """Give each block its reason, none to those of the text; the title stands in it once."""
    words = _squeezed(title.text) if title else ""
    for number, block in enumerate(blocks):
        is_again = title is not None and block.what == What.HEADING and _squeezed(block.text) == words
        if block is title:
            block.reason = ""
        elif number not in kept or is_again:
            block.reason = block.reason or Dropped.ASIDE
    return blocks


def _squeezed(text: str) -> str:
    return "".join(sign for sign in text.lower() if sign.isalnum())


def _passages(blocks: Iterable[Block]) -> list[Passage]:
    """Return the blocks as passages; a menu, dropped, is one of them and not one a link."""
    passages: list[Passage] = []
    before: Block | None = None
    for block in blocks:
        is_more = before is not None and _goes_on(before, block)
        if is_more and len(passages[-1].text) + len(block.text) < LONGEST_MERGED:
            passages[-1] = _merged(passages[-1], block)
        else:
            passages.append(_passage(block))
        before = block
    return passages


def _goes_on(before: Block, block: Block) -> bool:
    is_same = (before.reason, before.landmark) == (block.reason, block.landmark)
    return is_same and block.reason not in ("", Dropped.ASIDE)


def _merged(passage: Passage, block: Block) -> Passage:
    place = passage.place if passage.place == _place(block) else block.name or passage.place
    text = f"{passage.text}\n{block.text}"
    return passage._replace(text=text, what=What.PARAGRAPH, place=place, number=0, row=0)


def _passage(block: Block) -> Passage:
    return Passage(block.text, block.what, _place(block), block.number, block.row, dropped=block.reason)


def _place(block: Block) -> str:
    if block.reason and block.name and block.name != block.tag:
        return f"{block.name} › {block.tag}"
    return block.tag
