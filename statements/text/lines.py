"""Paragraphs: the blocks of a text between its hard line breaks."""

import re
import unicodedata
from itertools import pairwise

from statements.text.abbreviations import NEVER_FINAL

IGNORABLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"
"""Zero-width marks that carry no text: at the edge of a sentence they are left out, as white space is."""

_EDGE = "".join(chr(code) for code in range(0x3001) if chr(code).isspace()) + IGNORABLE
_LEADING = re.compile(rf"[\s{IGNORABLE}]*+")

_ALWAYS_BREAK = ("\f", "\u2029")
"""A new page and Unicode's paragraph separator part paragraphs, as a blank line does."""

_LIST_MARK = re.compile(
    r"""(?: [•‣◦▪▫●○■□◆◇➢➤►▶✓✔✅⁃∙·*>] \s?
          | [-–—] \s
          | \( (?: \d{1,3} | [A-Za-z] | [ivxIVX]{1,5} ) [).]
          | \d{1,3} (?: \.\d{1,3} ){0,4} [.)°º] [.)]? (?: [\s_-] | $ )
          | \d{1,3} (?: \.\d{1,3} ){1,4} \s
          | [A-Za-z] [.)] \s (?! [A-Z]\. )
          | [ivxIVX]{1,5} [.)] \s
          | §
        )""",
    re.VERBOSE,
)
_NUMBERED_HEADING = re.compile(
    r"""(?: art(?:icle|ículo|igo|icolo|ikel) | chap(?:itre|ter) | capítulo | capitolo | kapitel | hoofdstuk
          | se[ck]tion | sección | seção | sezione | tit(?:re|le|el|olo) | título | part(?:ie|e)?
          | annexe? | schedule ) \s
        (?: \d[\d.-]{0,12} | [IVXLC]{1,7} ) (?: er | bis | ter )? \s? [.:]? $""",
    re.VERBOSE | re.IGNORECASE,
)
_CLOSED = re.compile(r"""[.!?…:;。．！？؟۔।॥][\s"'”’»›)\]}」』】）〉》*_\d¹²³⁰-⁹]{0,6}$""")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+$|[^\s@]{1,64}@[^\s@]{1,255}$")
_CAMEL_CASE = re.compile(r"[a-z]{1,2}[A-Z]")
_LAST_WORD = re.compile(r"([^\s.'’(\[«“\"]{1,12}(?:\.[^\s.]{1,4}){0,3})\.$")

_DANGLING = re.compile(
    r"""(?<![;,])\s (?: le|la|les|un|une|des|du|de|et|ou|à|au|aux|que|dans|par|pour|sur|avec|sans|l['’]article
          | the|an?|of|and|or|to|by|with|from | der|den|dem|und|oder|von | el|los|las|y|con | il|gli|di|e|o
          | os|do|da|em | het|een|van|en )$
        | ^ (?: v|vs|c|and|et|und|y|e|en|contre|against|gegen ) \.? $""",
    re.VERBOSE,
)
"""A line whose last word calls for another was wrapped, and so was the "v." between two parties."""

_SHORT = 40
"""A line of fewer characters than this was not broken for want of room."""

_CLEARLY_SHORTER = 0.6
"""Nor was a line that fills less than this part of the widest line beside it."""


def paragraph_spans(text: str) -> list[tuple[int, int]]:
    """Return the half-open spans of the paragraphs of a text, in order and trimmed.

    A line break inside a sentence that was wrapped to a width stays inside its paragraph; blank lines, list
    marks, headings, closing punctuation and short lines show the breaks that part paragraphs.
    White space and zero-width marks are all that lies outside the spans. Time is linear in the length.
    """
    paragraphs: list[tuple[int, int]] = []
    for block in _blocks(text):
        paragraphs.extend(_paragraphs(text, block))
    return paragraphs


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without white space and zero-width marks at its edges.

    A joiner that belongs to the last visible character stays with it, and a space or a joiner that
    carries a combining mark stays with that mark. Of nothing but white space an empty span is left.
    """
    if start < end and "!" <= text[start] <= "~" and "!" <= text[end - 1] <= "~":
        return start, end  # as most do
    match = _LEADING.match(text, start, end)
    first = match.end() if match else start
    while start < first < end and extends(text[first]) and _carries(text[first - 1]):
        first -= 1
    start = first
    kept = start + len(text[start:end].rstrip(_EDGE))
    while start < kept < end and extends(text[kept]):
        kept += 1
    return start, kept


def extends(character: str) -> bool:
    """Return whether the character is drawn as part of the one before it, so that no cut may come between."""
    if character < "\u0300":
        return False
    return (
        character in "\u200c\u200d"
        or unicodedata.category(character) in ("Mn", "Me", "Mc")
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or "\U000e0020" <= character <= "\U000e007f"
    )


def _carries(character: str) -> bool:
    """Return whether a combining mark after this invisible character is drawn together with it."""
    return extends(character) or unicodedata.category(character) == "Zs"


def _blocks(text: str) -> list[list[tuple[int, int]]]:
    """Group the trimmed spans of the lines that have text, parted at blank lines."""
    blocks: list[list[tuple[int, int]]] = [[]]
    position = 0
    for line in text.splitlines(keepends=True):
        start, end = trim(text, position, position + len(line))
        position += len(line)
        if start < end:
            blocks[-1].append((start, end))
        if blocks[-1] and (start == end or line[-1] in _ALWAYS_BREAK):
            blocks.append([])
    return [block for block in blocks if block]


def _paragraphs(text: str, lines: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join the lines of a block wherever the break between them is soft."""
    if len(lines) == 1:
        return lines
    widest = max(end - start for start, end in lines)
    joined = [lines[0]]
    for (start, end), (next_start, next_end) in pairwise(lines):
        if _is_hard(text[start:end], text[next_start:next_end], widest):
            joined.append((next_start, next_end))
        else:
            joined[-1] = (joined[-1][0], next_end)
    return joined


def _is_hard(line: str, following: str, widest: int) -> bool:
    if _DANGLING.search(line[-24:]):
        return False
    if _LIST_MARK.match(following) or _ADDRESS.match(following) or _ADDRESS.match(line):
        return True
    if _NUMBERED_HEADING.match(following):
        return True
    if following[0].islower() and not _CAMEL_CASE.match(following):
        return line.endswith((":", "："))
    if _CLOSED.search(line[-8:]):
        return not _ends_in_abbreviation(line)
    if line.isupper() and not following.isupper():
        return True
    return len(line) < max(_SHORT, _CLEARLY_SHORTER * widest)


def _ends_in_abbreviation(line: str) -> bool:
    word = _LAST_WORD.search(line[-24:])
    if not word or len(line) < _SHORT:
        return False
    return word[1].lower() in NEVER_FINAL or (len(word[1]) == 1 and word[1].isupper())
