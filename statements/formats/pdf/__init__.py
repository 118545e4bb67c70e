"""PDF → the text that its pages show, in paragraphs as they were before they were set in lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, NamedTuple

from pypdf import Configuration, PageObject, PasswordType, PdfReader, apply_configuration
from pypdf.errors import DependencyError, LimitReachedError, PyPdfError

from statements.errors import Unreadable
from statements.formats.base import Document, Dropped, Passage, What, plain
from statements.formats.kinds import Kind, check_head
from statements.formats.pdf.edges import Note, Page, body_size, edges, notes, without_marks
from statements.formats.pdf.joins import joined, words_of
from statements.formats.pdf.layout import layout_of
from statements.formats.pdf.letters import UNKNOWN, Letters
from statements.formats.pdf.lines import Line, lines_of
from statements.formats.pdf.paragraphs import Flow, text_of, what_of
from statements.formats.pdf.runs import Run, painted

MOST_PAGES = 1_000
MOST_CHARACTERS = 10_000_000
_MOST_UNPACKED = 20_000_000  # bytes of one stream
_LIMITS = Configuration(
    maximum_declared_stream_length=_MOST_UNPACKED,
    array_based_stream_maximum_output_length=_MOST_UNPACKED,
    lzw_maximum_output_length=_MOST_UNPACKED,
    run_length_maximum_output_length=_MOST_UNPACKED,
    zlib_maximum_output_length=_MOST_UNPACKED,
    zlib_maximum_recovery_input_length=1_000_000,
    brotli_maximum_output_length=_MOST_UNPACKED,
    stream_decoding_work_maximum_length=3 * _MOST_UNPACKED,
    stream_parsing_work_maximum_count=400_000,  # signs in the content of one page, which take 50 MB
    page_tree_maximum_entries=4 * MOST_PAGES,
    jbig2dec_binary=None,  # no picture is looked at, by another program least of all
)
_KEPT_PAGES = 50  # of which the library may keep what it unpacked

# What the library lets through where bytes were changed at random; the rest is refused as unusual.
_BROKEN = (
    PyPdfError, ArithmeticError, AssertionError, AttributeError, DependencyError, LookupError,
    NotImplementedError, TypeError, ValueError,
)  # fmt: skip


class _Seen(NamedTuple):
    """A page as it was read; aside: passages that are no part of its text; is_bare: only pictures show."""

    page: Page
    aside: Sequence[Passage]
    has_columns: bool
    is_bare: bool


def read(file: IO[bytes], *, alive: Callable[[int], None] = lambda characters: None) -> Document:
    """Return the passages of a PDF, page by page, its footnotes last; headers, footers and page numbers are
    dropped in their places.

    `alive` is called after each page with the letters on it. Raises Unreadable: `not_as_named`, `encrypted`,
    `damaged` (name), `swollen`, `too_many_pages` (most), `too_large` (most), `scanned` when only pictures
    show the text, `empty` when nothing does.
    """
    check_head(Kind.PDF, file.read(200))
    file.seek(0)
    with apply_configuration(_LIMITS):
        return _document(file, alive)


@contextmanager
def _trusted_in_nothing() -> Iterator[None]:
    """Turn what the library raises over broken bytes into refusals; what is ours stays what it is."""
    try:
        yield
    except LimitReachedError as wrong:
        raise Unreadable("swollen") from wrong
    except _BROKEN as wrong:
        raise Unreadable("damaged", name="PDF") from wrong


def _document(file: IO[bytes], alive: Callable[[int], None]) -> Document:
    with _trusted_in_nothing():
        reader = PdfReader(file)
        if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
            raise Unreadable("encrypted")
        details = _details(reader)
    seen = _seen(reader, alive)
    bare = [one.page.number for one in seen if one.is_bare]
    if not any(one.page.lines for one in seen):
        raise Unreadable("scanned" if bare else "empty")
    warnings = [
        (code, {"pages": ", ".join(map(str, pages))})
        for code, pages in (
            ("columns", [one.page.number for one in seen if one.has_columns]),
            ("pages_without_text", bare),
        )
        if pages
    ]
    return Document(_passages(seen), details, warnings)


def _details(reader: PdfReader) -> dict[str, str]:
    language = reader.root_object.get("/Lang")
    code = str(language).replace("_", "-").partition("-")[0].strip().lower() if language else ""
    return {"language": code} if code.isalpha() and len(code) in (2, 3) else {}


def _seen(reader: PdfReader, alive: Callable[[int], None]) -> list[_Seen]:
    with _trusted_in_nothing():
        try:
            count = len(reader.pages)
        except LimitReachedError as wrong:
            raise Unreadable("too_many_pages", most=MOST_PAGES) from wrong
    if count > MOST_PAGES:
        raise Unreadable("too_many_pages", most=MOST_PAGES)
    known: dict[int, Letters] = {}
    seen: list[_Seen] = []
    characters = columns = 0
    for number in range(1, count + 1):
        with _trusted_in_nothing():
            page = reader.pages[number - 1]
            runs, pictures = painted(page, known)
            size = _size(page)
        one = _page(runs, pictures, size, number, columns)
        columns = 1 + max((line.column for line in one.page.lines), default=columns)
        length = sum(len(line.text) for line in one.page.lines)
        characters += length
        if characters > MOST_CHARACTERS:
            raise Unreadable("too_large", most=MOST_CHARACTERS)
        seen.append(one)
        alive(length)
        if number % _KEPT_PAGES == 0:
            reader.resolved_objects.clear()
    return seen


def _size(page: PageObject) -> tuple[float, float]:
    """Return how wide and how high a page is as it is read."""
    width, height = max(1.0, float(page.cropbox.width)), max(1.0, float(page.cropbox.height))
    return (height, width) if page.rotation % 180 else (width, height)


def _page(runs: Sequence[Run], pictures: int, size: tuple[float, float], number: int, columns: int) -> _Seen:
    width, height = size
    shown = [run for run in runs if _is_shown(run, width, height)]
    outside = [run for run in runs if not _is_shown(run, width, height)]
    if _is_unknown(shown):
        return _Seen(Page(number, height, []), [], False, True)
    found = lines_of(shown, page=number, first_column=columns)
    hidden = lines_of(outside, page=number, first_column=0).lines
    aside = [_dropped(line, Dropped.ASIDE) for line in found.beside]
    aside += [_dropped(line, Dropped.HIDDEN) for line in hidden]
    return _Seen(
        Page(number, height, found.lines), aside, found.has_columns, not found.lines and pictures > 0
    )


def _is_shown(run: Run, width: float, height: float) -> bool:
    """Whether a run stands on the page; for those that are turned it is not asked."""
    return run.turn != 0 or (0 <= run.y <= height and run.x < width and run.end > 0)


def _is_unknown(runs: Iterable[Run]) -> bool:
    """Whether most letters are shapes of which nothing says what they stand for."""
    letters = "".join(run.text for run in runs)
    return letters.count(UNKNOWN) > len(letters) / 2


def _dropped(line: Line, why: str) -> Passage:
    shown = without_marks(line, frozenset())
    return _passage([shown], shown.text)._replace(dropped=why)


def _passages(seen: Sequence[_Seen]) -> list[Passage]:
    pages = [one.page for one in seen]
    words = words_of(line.text for page in pages for line in page.lines)
    size = body_size(pages)
    placed: list[tuple[int, Passage]] = []  # what is dropped, and behind how many lines of the body it stood
    body: list[Line] = []
    below: list[Note] = []
    for one, dropped in zip(seen, edges(pages), strict=True):
        kept = [line for line, why in zip(one.page.lines, dropped, strict=True) if not why]
        lines, found = notes(kept, size)
        below += found
        numbers = frozenset(note.number for note in found)
        start = len(body)
        told = {line: without_marks(line, numbers) for line in lines}
        body += [line for line in told.values() if line.text]
        before = 0
        for line, why in zip(one.page.lines, dropped, strict=True):
            if why:
                placed.append((start + before, _dropped(line, why)))
            before += line in told and bool(told[line].text)
        placed += [(len(body), passage) for passage in one.aside]
    return [*_merged(placed, body, size, words), *_notes(below, words)]


def _merged(
    placed: Sequence[tuple[int, Passage]], body: Sequence[Line], size: float, words: frozenset[str]
) -> list[Passage]:
    """Return the paragraphs of the body with what was dropped between them, or within one of them."""
    flow = Flow(layout_of(body, size))
    all_placed = list(placed)
    start = 0
    for place, paragraph in enumerate(flow.add(body)):
        passage = _passage(paragraph.lines, text_of(paragraph, words), what_of(flow, place))
        # What stood before the first line of a paragraph comes first.
        all_placed.append((start, passage))
        start += len(paragraph.lines)
    return [passage for _place, passage in sorted(all_placed, key=lambda one: one[0])]


def _notes(found: Iterable[Note], words: frozenset[str]) -> list[Passage]:
    passages = []
    for note in found:
        lines = [without_marks(line, frozenset()) for line in note.lines]
        text = joined([line.text for line in lines], words)
        passages.append(_passage(lines, text, What.FOOTNOTE, note.number))
    return passages


def _passage(lines: Sequence[Line], text: str, what: What = What.PARAGRAPH, number: int = 0) -> Passage:
    return Passage(plain(text).strip(), what, number=number, page=lines[0].page, until=lines[-1].page)
