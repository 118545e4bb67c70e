"""Sentences: where a paragraph is cut, by rules that need no model and hardly a language."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from statements.text.abbreviations import (
    BEFORE_NUMBERS,
    LOWER_CASE_OPENERS,
    MARKS_IN_NAMES,
    MONTHS_AFTER_ORDINALS,
    NAME_PARTS,
    NEVER_FINAL,
    NUMBERED_PARTS,
    OPENERS,
    ORDINAL_ARTICLES,
    ORDINAL_LANGUAGES,
    PERHAPS_FINAL,
    TOP_LEVEL_DOMAINS,
    WITH_CAPITAL,
    is_acronym,
    is_plain,
    looks_abbreviated,
)
from statements.text.lines import IGNORABLE, extends, paragraph_spans, trim

SEGMENTER = "rules-2"
"""The version of these rules, kept with every statement they cut. A changed rule takes a new number."""

_FULL_WIDTH = "。．！？｡॥।։፧።᠃។၊။"
"""Stops of scripts that leave no space after them, or use them for nothing else."""
_STRONG = "!?؟‼⁇⁈⁉۔‽"
_DOTS = ".…‥"
_STOPS = _FULL_WIDTH + _STRONG + _DOTS
_QUOTES = "\"'”’»›“‘«」』_*"
_CLOSING = _QUOTES + ")]}】）〉》"
_OPENING = "\"'“”‘’„‚«»‹›([{¿¡*_–—-"
_MIDDLE = ",;:)]}%=/\\|»”›،؛，；：、」』）】》〉"
"""What follows a stop only in the middle of a sentence."""
_EMOJI = "\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\ufe0f\u200d\U000e0020-\U000e007f"

_TAIL = f"[{re.escape(_STOPS + _CLOSING)}]*+"
_DASH = "-–—"
_STOP = re.compile(rf"[{_STOPS}]{_TAIL}(?:[ \t\xa0\u202f]{{1,2}}+[»›]{_TAIL})*+(?:(?<=\.)[{_DASH}](?=\s))?+")
"""Stops, what closes with them, and the dash that some write after a full stop: "Único.- Costas"."""
_NOTES = re.compile(
    rf"""(?: [¹²³⁰-⁹†‡]
           | \s?\[ (?: \d{{1,3}} (?:\s?[-–,]\s?\d{{1,3}})*+ | [a-z*] ) \]
           | [ \xa0]?[{_EMOJI}]++ )*+""",
    re.VERBOSE,
)
"""Note marks and emoji after a stop."""
_DIGIT_NOTE = re.compile(r"\d{1,2}(?=\s)|")
_GAP = re.compile(rf"[\s{IGNORABLE}]*+")
_LEAD = re.compile(rf"[\s{re.escape(_OPENING)}{IGNORABLE}]{{0,8}}+")
_WORD = re.compile(r"[^\W\d_]{0,30}")
_SPACED_QUOTE = re.compile(r"\s\"\s")
_DASH_ITEM = re.compile(r"[-–—•]\s")
_BRACKET = re.compile(r"[()\[\]]")
_LIST_MARK = re.compile(r"[\s\"'“‘«(\[•*–—-]{0,3}(?:\d{1,3}(?:\.\d{1,3}){0,3}|[A-Za-z]|[ivxIVX]{1,5})")
_CAPTION_MARK = re.compile(
    r"""(?: tableau | figure | fig | illustration | graphique | carte | encadré | table | tab | graph | chart
          | map | box | abbildung | abb | tabelle | tabla | figura | gráfico | cuadro | ilustración | tabella
          | grafico | illustrazione | tabela | quadro | tabel | figuur | grafiek | afbeelding ) [.]?
        \s \d{1,3} (?: [.-] \d{1,3} ){0,2} [a-z]?""",
    re.VERBOSE | re.IGNORECASE,
)
"""What captions begin with: "Table 2." is the number of what follows, where it begins a paragraph."""
_ROMAN_OR_LETTER = re.compile(r"[IVXLC]{2,6}\b|[^\W\d_](?!\w|['’]|\s[^\W\d_A-ZÀ-Þ])")
"""The number of a part; not the "I" of "I left" nor the "L" of "L'affaire"."""
_NUMBER_SIGN = re.compile(r"[Nn](?:os?)?(?:\.?\s?\d|[°º])")
_ABBREVIATING = re.compile(rf"\.[{re.escape(_CLOSING)}]*+\s?[{re.escape(_CLOSING)}]*+")
"""One full stop, which may belong to an abbreviation, however it is closed."""
_RUN_ON = re.compile(r"\w(?:[^\W\d_A-ZÀ-ÖØ-Þ]|['’])[^\W\d_]*+(?![(@/])")
_ADDRESS_SIGNS = frozenset("@/=#&\\")
_CAMEL_CASE = re.compile(r"[a-z]{1,2}[A-Z]\w")
_DAY = re.compile(r"\d{1,2}\.")
_DATE = re.compile(r"\d{1,2}\.\s{0,2}\d{2,4}\b")
_THREE_LETTERS = re.compile(r"[^\W\d_A-ZÀ-Þ]{3}")
_IDEOGRAPHS = re.compile("[\u3005-\u9fff\uf900-\ufaff\uff66-\uff9d]")
_PARTICLES = ("と", "って")
"""Japanese words that report the speech before them."""
_LONGEST_MARK = 30
_LONGEST_ASIDE = 400
"""Brackets wider apart than this do not keep their text together: the first may never have been closed."""


def sentence_spans(
    text: str, language: str = "", paragraphs: Sequence[tuple[int, int]] | None = None
) -> list[tuple[int, int]]:
    """Return the half-open code-point spans of the sentences of a text, in order and trimmed.

    Each lies in one of `paragraph_spans`; only white space and zero-width marks lie outside them.
    language: a code such as "fr" or "de-AT". It matters only for languages that write ordinals with a full
    stop ("3." for "third"): there one or two digits and a stop end a sentence only before a usual opener.
    paragraphs: its `paragraph_spans`, where they are known already. An empty or unknown code is fine.
    Time is linear in the length of the text.
    """
    ordinals = language.lower().replace("_", "-").split("-")[0] in ORDINAL_LANGUAGES
    spans: list[tuple[int, int]] = []
    for start, end in paragraph_spans(text) if paragraphs is None else paragraphs:
        for first, last in _Paragraph(text[start:end], ordinals).sentences():
            spans.append((start + first, start + last))
    return spans


class _Paragraph:
    """One paragraph while it is cut: `begin` is where its current sentence starts."""

    def __init__(self, text: str, ordinals: bool) -> None:
        self.text = text
        self.begin = 0
        self.ordinals = ordinals
        self.asides = _asides(text) if "(" in text or "[" in text else []
        self.quotes = [found.start() for found in re.finditer('"', text)] if '"' in text else []

    def sentences(self) -> Iterator[tuple[int, int]]:
        """Yield the trimmed spans of the sentences, in order."""
        for stop in _STOP.finditer(self.text):
            end = self._end(stop)
            if end is not None:
                yield trim(self.text, self.begin, end)
                self.begin = end
        yield trim(self.text, self.begin, len(self.text))

    def _end(self, stop: re.Match[str]) -> int | None:
        """Return where the sentence ends that this stop closes, None when it closes none."""
        if stop.end() == len(self.text) or self._in_aside(stop.end() - 1):
            return None
        end = self._tail_end(stop)
        follows = _match_end(_GAP, self.text, end)
        if follows == len(self.text) or extends(self.text[follows]):
            return None
        if stop[0][0] in _FULL_WIDTH:
            return self._full_width_end(end, follows)
        if stop[0][0] == "." and self._is_mark(stop.start()):
            return None
        if follows == end:
            return end if self._runs_on(stop, end) else None
        return end if self._stop_ends(stop, follows) else None

    def _is_mark(self, position: int) -> bool:
        """Return whether the sentence so far is the mark of an entry, or that of a caption."""
        if position - self.begin >= _LONGEST_MARK:
            return False
        mark = _LIST_MARK.fullmatch(self.text, self.begin, position)
        return bool(mark or (self.begin == 0 and _CAPTION_MARK.fullmatch(self.text, 0, position)))

    def _in_aside(self, position: int) -> bool:
        """Return whether the position lies in brackets that were opened in mid-sentence."""
        index = bisect_right(self.asides, (position,)) - 1
        return index >= 0 and position < self.asides[index][1]

    def _tail_end(self, stop: re.Match[str]) -> int:
        """Return the end of the stop with the note marks, emoji and spaced quotation mark that go with it."""
        text, end = self.text, stop.end()
        if text[end].isdigit() and _THREE_LETTERS.match(text, max(0, stop.start() - 3), stop.start()):
            end = _match_end(_DIGIT_NOTE, text, end)
        end = _match_end(_NOTES, text, end)
        if self.quotes and _SPACED_QUOTE.match(text, end) and self._closes(end + 1):
            end += 2
        while end < len(text) and extends(text[end]):
            end += 1
        return end

    def _closes(self, position: int) -> bool:
        """Return whether the straight quotation mark at position closes, by the number before or after it."""
        before = bisect_left(self.quotes, position)
        return before % 2 == 1 or (len(self.quotes) - before) % 2 == 1

    def _full_width_end(self, end: int, follows: int) -> int | None:
        """Return where a sentence of a script without spaces ends; a quotation may open at once after it."""
        text = self.text
        if text[follows] in _MIDDLE or (text[end - 1] in _CLOSING and text.startswith(_PARTICLES, follows)):
            return None
        while text[end - 1] in "“‘«" or (text[end - 1] == '"' and bisect_left(self.quotes, end - 1) % 2 == 0):
            end -= 1
        return end

    def _runs_on(self, stop: re.Match[str], end: int) -> bool:
        """Return whether a stop without white space after it ends a sentence, as in "done.Next"."""
        text = self.text
        if _IDEOGRAPHS.match(text, end):
            return stop[0] != "." and not text.startswith(_PARTICLES, end)
        word = self._word_before(stop.start())
        following = _word_at(text, end)
        if not text[end].isupper() or not _RUN_ON.match(text, end) or not _ADDRESS_SIGNS.isdisjoint(word):
            return False
        if stop[0] != ".":
            return word.lower() not in MARKS_IN_NAMES
        if not word or word[-1] == "%" or (word[0].islower() and is_plain(word)):
            return True
        key = following.lower()
        is_domain = key in TOP_LEVEL_DOMAINS
        return len(word) > 2 and word.lower() not in NEVER_FINAL and key in OPENERS and not is_domain

    def _stop_ends(self, stop: re.Match[str], follows: int) -> bool:
        """Return whether a stop before white space ends a sentence."""
        text = self.text
        head = _match_end(_LEAD, text, follows)
        if (
            text[follows] in _MIDDLE + _STOPS
            or head == len(text)
            or text[max(0, stop.start() - 1) : stop.start()] in ("(", "[")
        ):
            return False
        word = self._word_before(stop.start())
        if _DASH_ITEM.match(text, follows) and stop[0] == "." and is_plain(word):
            return True
        if text[head].islower():
            quoted = stop[0][-1] in _CLOSING
            return head == follows and not quoted and self._lower_case_opens(word, head)
        if stop[0][0] in _STRONG:
            return self._strong_ends(word, stop[0], head)
        if stop[0][-1] in _DASH:
            return self._dash_ends(word, head)
        if _ABBREVIATING.fullmatch(stop[0]):
            return self._dot_ends(word, stop.start(), head)
        return True

    def _lower_case_opens(self, word: str, head: int) -> bool:
        """Return whether a sentence opens in lower case at head: a name such as eBay, a pronoun in a chat."""
        if not is_plain(word):
            return False
        return bool(_CAMEL_CASE.match(self.text, head)) or _word_at(self.text, head) in LOWER_CASE_OPENERS

    def _strong_ends(self, word: str, marks: str, head: int) -> bool:
        """Return whether a question or exclamation mark ends a sentence before the sign at head."""
        if marks == "!" and word.lower() in MARKS_IN_NAMES:
            return False
        # Without letter case, what follows a quoted question may be its "he asked".
        caseless = self.text[head].isalpha() and not self.text[head].isupper()
        return not (caseless and marks[-1] in _QUOTES)

    def _word_before(self, position: int) -> str:
        """Return the word a stop follows, without elided articles and opening marks, in part if very long."""
        window = self.text[max(self.begin, position - 32) : position]
        if not window or window[-1].isspace():
            return ""
        word = _IDEOGRAPHS.split(window.split()[-1])[-1].lstrip(_OPENING).replace("’", "'")
        elided = word.rpartition("'")[2]
        return elided if len(elided) > 1 else word

    def _two_before(self, position: int) -> str:
        """Return the word before the word that ends at position."""
        words = self.text[max(self.begin, position - 24) : position].split()
        return words[-2] if len(words) > 1 else ""

    def _dot_ends(self, word: str, position: int, head: int) -> bool:
        """Return whether a single full stop after word ends a sentence before the sign at head."""
        opens = self._opens(head)
        if not word or not (word[-1].isalnum() or extends(word[-1])):
            return True
        if word[-1].isdigit():
            return opens or self._number_ends(word, position, head)
        if len(word) == 1:
            return self._letter_ends(word, position, head)
        key = word.lower()
        if is_acronym(word):
            return True
        if key in NEVER_FINAL:
            return False
        if key in BEFORE_NUMBERS:
            return not self._is_number(head) and self._two_before(position) != "p."
        if key in PERHAPS_FINAL or (key in WITH_CAPITAL and word[0].isupper()) or looks_abbreviated(word):
            return opens
        return not self._is_citation(word, position, head)

    def _dash_ends(self, word: str, head: int) -> bool:
        """Return whether a full stop and a dash after word end a sentence, unlike "Mon.- Fri." and "50.-"."""
        word = word.rstrip(_CLOSING)
        if word.isdecimal():
            return self._opens(head)
        return is_acronym(word) or (is_plain(word) and word.lower() not in BEFORE_NUMBERS)

    def _opens(self, head: int) -> bool:
        """Return whether the word at head usually opens a sentence; initials, acronyms and "No. 5" do not."""
        word = _word_at(self.text, head)
        initial = len(word) == 1 and self.text[head + 1 : head + 2] == "."
        if initial or (len(word) > 1 and word.isupper()) or _NUMBER_SIGN.match(self.text, head):
            return False
        return word.lower() in OPENERS

    def _letter_ends(self, letter: str, position: int, head: int) -> bool:
        """Return whether a stop after one letter ends a sentence: after "Annex B", not after an initial."""
        if letter in "éè":
            return True  # "is", in Portuguese and Italian
        before = self._two_before(position)
        if letter in "MpPvsn" and not before[-1:].isdigit():
            return False
        if letter.isupper() and before.lower() in NUMBERED_PARTS:
            return True
        return self._opens(head) and _word_at(self.text, head).lower() not in NAME_PARTS

    def _number_ends(self, word: str, position: int, head: int) -> bool:
        """Return whether a stop after a number ends a sentence: ordinals and dates go on."""
        if not word.isdecimal() or len(word) > 2:
            return True
        before = self._two_before(position).lower()
        if _DATE.match(self.text, head) or (_DAY.fullmatch(before) and self.text[head].isdigit()):
            return False
        article = before in ORDINAL_ARTICLES
        return not (self.ordinals or article or _word_at(self.text, head).lower() in MONTHS_AFTER_ORDINALS)

    def _is_number(self, head: int) -> bool:
        """Return whether a number, one letter, a Roman numeral or a section sign stands at head."""
        sign = self.text[head]
        return sign.isdigit() or sign == "§" or bool(_ROMAN_OR_LETTER.match(self.text, head))

    def _is_citation(self, word: str, position: int, head: int) -> bool:
        """Return whether word is a law report between its volume and its page, as in "12 Rep. 34"."""
        reports = self.text[head].isdigit() and word[0].isupper() and len(word) <= 6
        return reports and self._two_before(position).isdigit()


def _asides(text: str) -> list[tuple[int, int]]:
    """Return the spans of outermost brackets that were opened in mid-sentence and closed not too far on."""
    open_at: list[int] = []
    spans: list[tuple[int, int]] = []
    for bracket in _BRACKET.finditer(text):
        if bracket[0] in "([":
            open_at.append(bracket.start())
        elif open_at:
            start = open_at.pop()
            if bracket.start() - start <= _LONGEST_ASIDE and _in_mid_sentence(text, start):
                while spans and spans[-1][0] > start:
                    spans.pop()
                spans.append((start, bracket.start()))
    return spans


def _in_mid_sentence(text: str, position: int) -> bool:
    before = text[max(0, position - 8) : position].rstrip()
    if not before or before[-1] in _STOPS:
        return False
    return before[-1] not in _QUOTES or before[-2:-1] not in _STOPS


def _word_at(text: str, position: int) -> str:
    match = _WORD.match(text, position)
    return match[0] if match else ""


def _match_end(pattern: re.Pattern[str], text: str, position: int) -> int:
    """Return where a pattern that may match nothing ends when matched at position."""
    match = pattern.match(text, position)
    return match.end() if match else position
