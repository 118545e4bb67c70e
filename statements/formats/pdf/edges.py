"""What stands at the edges of the pages of a PDF: headers and footers, page numbers, footnotes."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from statements.formats.base import Dropped
from statements.formats.pdf.lines import RAISED, Line

_ZONE = 0.15  # of the height of a page: headers stand above, footers below
_NUMBER_ZONE = 0.12
_SAME_HEIGHT = 0.012
_MOST_IN_ZONE = 8
_PART = 0.4  # of the pages: those on the left and on the right may have headers of their own
_ALIKE = 3  # pages on which the same words stand at the same height
_SMALL = 0.93  # of the size of the body: notes are smaller

_INTEGER = re.compile(r"\d+")
_NUMBER = re.compile(
    r"[-–—|\s]*(?:(?P<word>pages?|p\.|seite|pág\.?)\s*)?(?P<number>\d{1,4}|[ivxl]{1,7}|[IVXL]{1,7})"
    r"(?P<of>\s*(?:/|\||of|sur|de|von|on)\s*\d{1,4})?[-–—|.\s]*",
    re.IGNORECASE,
)
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50}
_RAISED_DIGITS = "".join(map(chr, RAISED.values()))
_PLAIN_DIGITS = {raised: plain for plain, raised in RAISED.items()}
_NOTE = re.compile(
    rf"(?:([{_RAISED_DIGITS}]{{1,3}})\s*|[(\[](\d{{1,3}})[)\]]\s*|(\d{{1,3}})[.)]?\s*|([*†‡]{{1,3}})\s*)(?=\S)"
)


class Page(NamedTuple):
    """The lines of a page in the order in which they are read."""

    number: int
    height: float
    lines: Sequence[Line]


class Note(NamedTuple):
    number: int  # 0 where it has another mark
    lines: Sequence[Line]


def edges(pages: Sequence[Page]) -> list[list[str]]:
    """Return for each line of each page as what it is dropped, or nothing where it belongs to the text."""
    recurring = _recurring(pages)
    numbers = _offsets(pages)
    return [[_dropped(page, line, recurring, numbers) for line in page.lines] for page in pages]


def body_size(pages: Iterable[Page]) -> float:
    """Return the size in which most letters are set."""
    sizes = Counter[float]()
    for page in pages:
        for line in page.lines:
            sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def notes(lines: Sequence[Line], size: float) -> tuple[list[Line], list[Note]]:
    """Part the footnotes of a page from the lines of its body, which has letters of this size.

    Notes are smaller, stand below the body at the end of a column, and the first of them begins with a mark
    that the body has too.
    """
    top = min((line.y for line in lines if line.size > _SMALL * size), default=math.inf)
    told = " ".join(line.text for line in lines if line.size > _SMALL * size)
    columns: defaultdict[int, list[Line]] = defaultdict(list)
    for line in lines:
        columns[line.column].append(line)
    body: list[Line] = []
    found: list[Note] = []
    for column in columns.values():
        first = _first_note(column, size, told)
        if first < len(column) and column[first].y < top:
            first = len(column)
        body += column[:first]
        found += _parted(column[first:], told)
    return body, found


def without_marks(line: Line, numbers: frozenset[int]) -> Line:
    """Return a line without the marks of these notes; other raised digits become ¹, ² and so on."""
    text = _MARKS.sub(lambda mark: _mark(mark, numbers), line.text)
    return line._replace(text=text.strip(" ")) if text != line.text else line


_SUPERSCRIPTS = dict(zip(RAISED.values(), "⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True))
_MARKS = re.compile(rf"[ \u202f\u00a0]?[{_RAISED_DIGITS}]{{1,3}}(?:,? ?[{_RAISED_DIGITS}]{{1,3}})*")
_ONE_MARK = re.compile(rf"[{_RAISED_DIGITS}]+")


def _mark(mark: re.Match[str], numbers: frozenset[int]) -> str:
    told = {int(one.translate(_PLAIN_DIGITS)) for one in _ONE_MARK.findall(mark[0])}
    return "" if told <= numbers else mark[0].translate(_SUPERSCRIPTS)


def _dropped(page: Page, line: Line, recurring: frozenset[tuple[int, Line]], numbers: frozenset[int]) -> str:
    top, bottom = line.y <= _NUMBER_ZONE * page.height, line.y >= (1 - _NUMBER_ZONE) * page.height
    if (top or bottom) and (found := _NUMBER.fullmatch(line.text)):
        is_told = bool(found["of"]) or (found["word"] and found["number"].isdigit())
        value = _value(found["number"])
        if is_told or (value and (value - page.number in numbers or value == page.number)):
            return Dropped.PAGE_NUMBER
    if (page.number, line) in recurring:
        return Dropped.HEADER if line.y < page.height / 2 else Dropped.FOOTER
    return ""


def _zones(page: Page) -> Iterator[Line]:
    """Yield the lines that stand high or low enough to be headers or footers."""
    above = [line for line in page.lines if line.y <= _ZONE * page.height]
    below = [line for line in page.lines if line.y >= (1 - _ZONE) * page.height]
    yield from sorted(above, key=lambda line: line.y)[:_MOST_IN_ZONE]
    yield from sorted(below, key=lambda line: -line.y)[:_MOST_IN_ZONE]


def _recurring(pages: Sequence[Page]) -> frozenset[tuple[int, Line]]:
    """Return the lines, by their pages, that stand on many pages at the same height."""
    alike: defaultdict[str, list[tuple[Page, Line]]] = defaultdict(list)
    for page in pages:
        for line in _zones(page):
            alike[_INTEGER.sub("#", line.text.casefold())].append((page, line))
    found: set[tuple[int, Line]] = set()
    for places in alike.values():
        for group in _levels(places):
            if _is_edge(group, len(pages)):
                found.update((page.number, line) for page, line in group)
    return frozenset(found)


def _levels(places: Sequence[tuple[Page, Line]]) -> list[list[tuple[Page, Line]]]:
    """Part lines that say the same by the heights at which they stand."""
    groups: list[list[tuple[Page, Line]]] = []
    before = -math.inf
    for page, line in sorted(places, key=lambda place: place[1].y / place[0].height):
        height = line.y / page.height
        if height - before > _SAME_HEIGHT:
            groups.append([])
        groups[-1].append((page, line))
        before = height
    return groups


def _is_edge(group: Sequence[tuple[Page, Line]], pages: int) -> bool:
    count = len({page.number for page, _line in group})
    if count < 2:
        return False
    if len({line.text for _page, line in group}) == 1:
        return count >= min(_ALIKE, max(2, math.ceil(_PART * pages)))
    # Headings such as Annex 1 and Annex 2 may begin pages; what counts the pages rises with them.
    rising = [
        {int(digits[-9:]) - page.number for digits in _INTEGER.findall(line.text)} for page, line in group
    ]
    return count >= max(2, math.ceil(_PART * pages)) and bool(set.intersection(*rising))


def _offsets(pages: Sequence[Page]) -> frozenset[int]:
    """Return by how much the numbers printed alone on at least two pages differ from those of the pages."""
    found = Counter[int]()
    for page in pages:
        values = {_value(match["number"]) for line in _zones(page) if (match := _NUMBER.fullmatch(line.text))}
        found.update(value - page.number for value in values if value)
    return frozenset(offset for offset, count in found.items() if count > 1)


def _value(number: str) -> int:
    """Return what an Arabic or Roman number says, 0 for letters that are none."""
    if number.isdigit():
        return int(number)
    values = [_ROMAN[letter] for letter in number.lower()]
    total = 0
    for value, after in zip(values, [*values[1:], 0], strict=True):
        total += -value if value < after else value
    return total


def _first_note(column: Sequence[Line], size: float, told: str) -> int:
    """Return the place of the first note in a column, or its length where there is none."""
    first = len(column)
    for place in range(len(column) - 1, -1, -1):
        if column[place].size > _SMALL * size:
            break
        if _note_mark(column[place], told):
            first = place
    return first


def _note_mark(line: Line, told: str) -> re.Match[str] | None:
    """Return the mark with which a note begins, if the words of the body have it too."""
    mark = _NOTE.match(line.text)
    if mark is None or mark[1]:
        return mark
    looked_for = mark[3].translate(RAISED) if mark[3] else mark[0].strip()
    return mark if looked_for in told else None


def _parted(lines: Iterable[Line], told: str) -> list[Note]:
    found: list[Note] = []
    for line in lines:
        if mark := _note_mark(line, told):
            number = next((one for one in mark.groups()[:3] if one), "0").translate(_PLAIN_DIGITS)
            text = line.text if mark[4] else line.text[mark.end() :]
            found.append(Note(int(number), [line._replace(text=text)]))
        else:
            found[-1] = Note(found[-1].number, [*found[-1].lines, line])
    return found
