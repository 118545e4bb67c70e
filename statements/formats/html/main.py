"""Which blocks of a web page are its main text: trafilatura tells, mended where it errs for statements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lxml.html import HtmlElement
from trafilatura import bare_extraction

from statements.formats.base import Dropped
from statements.formats.html.blocks import Block, Walk
from statements.formats.html.survey import Survey
from statements.formats.html.words import seen

MOST_ELEMENTS, MOST_CHARACTERS = 10_000, 1_000_000
"""About which trafilatura is asked: lists in lists cost it their square, and it copies a page five times."""
LONGEST_NAME = 200
LONG = 200  # characters
_DIGITS = 240
_FIRST_DIGIT = 0xE0100  # of the selectors of variants, which print nothing and are no letters
_MARK = re.compile(f"[{chr(_FIRST_DIGIT)}-{chr(_FIRST_DIGIT + _DIGITS - 1)}]+")
_PARTS = frozenset(
    {
        "li", "ul", "ol", "dl", "dt", "dd", "tr", "td", "th", "tbody", "thead", "tfoot", "table",
        "blockquote", "figure", "p",
    }
)  # fmt: skip
_PAGE = frozenset({"html", "body"})
_MOSTLY = 0.5


def choose(root: HtmlElement, walk: Walk, survey: Survey, title: Block | None) -> set[int]:
    """Return the numbers of the blocks that are the main text; the tree of the page is spent afterwards."""
    blocks = walk.blocks
    kept = {number for number in _told(root, walk) if not blocks[number].reason}
    if not kept:
        return _by_structure(blocks, survey)
    if title is None or title.reason:
        return _filled(blocks, survey, kept)
    first = blocks.index(title)
    filled = _filled(blocks, survey, kept | {first})
    return {number for number in filled if number >= first or _is_near(blocks[number], title, survey)}


def _told(root: HtmlElement, walk: Walk) -> set[int]:
    """Return the blocks of which trafilatura gives back at least half.

    Every run of words is marked with its number, in signs that nobody sees. By them what comes back is told
    apart, also where the same words stand twice, and none of two same paragraphs goes as a double.
    """
    for element in walk.hidden:
        element.clear(keep_tail=True)  # taken away, thousands of them would cost the square of that
    is_large = sum(len(block.text) for block in walk.blocks) > MOST_CHARACTERS
    if is_large or _simplified(root) > MOST_ELEMENTS:
        return set()
    marked = _mark(walk.blocks)
    told = bare_extraction(root, fast=True, favor_recall=True, include_comments=False)
    body = None if told is None or isinstance(told, dict) else told.body
    if body is None:
        return set()
    found = {_number(mark) for mark in _MARK.findall("".join(body.itertext()))}
    return {place for place, runs in marked.items() if _is_mostly(found, runs)}


def _simplified(root: HtmlElement) -> int:
    """Take away attributes that cost trafilatura much and tell it nothing; returns the number of elements."""
    count = 0
    for element in root.iter():
        count += 1
        for name in ("id", "class"):
            if len(value := element.get(name) or "") > LONGEST_NAME:
                element.set(name, value[:LONGEST_NAME])
        for name in ("colspan", "rowspan"):  # it makes up to a hundred cells of one
            element.attrib.pop(name, None)
    return count


def _mark(blocks: Sequence[Block]) -> dict[int, list[tuple[int, int]]]:
    """Number the runs of words in the tree; returns, by block, their numbers and lengths."""
    marked: dict[int, list[tuple[int, int]]] = {}
    numbers: dict[tuple[int, bool], tuple[int, int]] = {}
    for place, block in enumerate(blocks):
        if block.reason == Dropped.HIDDEN:
            continue
        for element, is_tail in block.runs:
            key = id(element), is_tail  # a text that was parted into paragraphs is one run of all of them
            if key not in numbers:
                numbers[key] = len(numbers) + 1, _marked(element, is_tail, len(numbers) + 1)
            marked.setdefault(place, []).append(numbers[key])
    return marked


def _marked(element: HtmlElement, is_tail: bool, number: int) -> int:
    text = _MARK.sub("", seen((element.tail if is_tail else element.text) or ""))
    bare = text.lstrip()
    digits = ""
    while number:
        number, digit = divmod(number, _DIGITS)
        digits += chr(_FIRST_DIGIT + digit)
    text = text[: len(text) - len(bare)] + digits + bare
    if is_tail:
        element.tail = text
    else:
        element.text = text
    return len(bare)


def _number(mark: str) -> int:
    return sum((ord(digit) - _FIRST_DIGIT) * _DIGITS**power for power, digit in enumerate(mark[:4]))


def _is_mostly(found: set[int], runs: Iterable[tuple[int, int]]) -> bool:
    there = sum(size for number, size in runs if number in found)
    return there > 0 and there >= _MOSTLY * sum(size for _number, size in runs)


def _filled(blocks: Sequence[Block], survey: Survey, kept: set[int]) -> set[int]:
    """Return what is kept with what stands between it, and beside it in the same element.

    Lists, tables, short lines and contacts are what trafilatura leaves out of the middle and the end.
    """
    articles = {blocks[number].article for number in kept}
    first, last = min(kept), max(kept)
    upper, lower = _container(blocks[first], survey), _container(blocks[last], survey)
    return kept | {
        number
        for number, block in enumerate(blocks)
        if not block.reason
        and block.article in articles
        and (
            first < number < last
            or (number < first and _is_beside(block, upper, survey))
            or (number > last and _is_beside(block, lower, survey))
        )
    }


def _is_near(block: Block, title: Block, survey: Survey) -> bool:
    """Whether a block above the title belongs to it: a name of the site in its own corner does not."""
    around = survey.parents[survey.parents[title.element]]
    return around <= block.element < survey.ends[around] or len(block.text) >= LONG


def _container(block: Block, survey: Survey) -> int:
    """Return the place of the element in which a block stands beside others, as lists and tables do too."""
    place = survey.parents[block.element] if block.tag not in _PAGE else block.element
    while survey.tags[place] in _PARTS and place:
        place = survey.parents[place]
    return place


def _is_beside(block: Block, container: int, survey: Survey) -> bool:
    if not container <= block.element < survey.ends[container]:
        return False
    return survey.tags[container] not in _PAGE or not block.is_link


def _by_structure(blocks: Sequence[Block], survey: Survey) -> set[int]:
    """Return what seems to be the main text where trafilatura finds none: nothing where most is furniture."""
    free = [number for number, block in enumerate(blocks) if not block.reason]
    if within := [number for number in free if blocks[number].article >= 0]:
        return set(within)
    size = sum(len(blocks[number].text) for number in free if not blocks[number].is_link)
    return set(free) if size and size >= _MOSTLY * survey.sizes[0] else set()
