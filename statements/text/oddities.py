"""What is odd about a text, so that somebody looks at it before it is stored."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from statements.text.spans import Span

LONG_SENTENCE = 120  # words
FEW_WORDS = 2
MOSTLY = 0.5  # of the characters

# A sentence has white space between its words: shorter ones need not be counted.
_LONG_ENOUGH = 2 * LONG_SENTENCE
_MOJIBAKE = re.compile("[ÃÂ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œžŸ]|â€[™œ\x9d˜¢“”]|\ufffd")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")
Signs = Sequence[tuple[str, re.Pattern[str]]]
_SIGNS = tuple(
    (hint, re.compile(pattern, re.IGNORECASE))
    for hint, pattern in (
        ("rights reserved", "all rights reserved"),
        ("droits r", "tous droits r[ée]serv[ée]s"),
        ("©", "(?<!Ã)©"),
        ("(c) ", r"\(c\) (?:19|20)\d\d"),
        ("cookie", "cookie"),
        ("privacy policy", "privacy policy"),
        ("confidentialit", "politique de confidentialit[ée]"),
        ("terms of ", "terms of (?:use|service)"),
        ("mentions l", "mentions l[ée]gales"),
        ("conditions g", "conditions g[ée]n[ée]rales"),
        ("service de presse", "service de presse"),
        ("relations ", "relations (?:presse|investisseurs)"),
        ("@", r"[\w.+-]+@[\w-]+\.\w"),
        ("+", r"\+\d{2}[\d\s().-]{7,}"),
        ("looking statement", "forward[- ]looking statement"),
        ("prospectives", "d[ée]clarations prospectives"),
        ("share ", "share (?:this|on)"),
        ("partager ", "partager (?:sur|cet)"),
        ("follow us", "follow us"),
        ("suivez", "suivez[- ]nous"),
        ("subscribe", "subscribe"),
        ("abonner", "s['’]abonner"),
        ("newsletter", "newsletter"),
        ("read more", "read more"),
        ("lire ", "lire (?:la suite|aussi)"),
        ("skip to ", r"skip to (?:main )?content"),
        ("aller au contenu", "aller au contenu"),
        *((f" {sign} ", f" {re.escape(sign)} .* {re.escape(sign)} ") for sign in "|›»"),
    )
)
"""Signs of what surrounds a text on a web page or in a letter: a pattern is tried where its hint stands in
the text in small letters, so that most texts cost no search."""
_OPENING = re.compile(
    r"""(?: about | [àa]\ propos\ d[e'’u] )\s | (?:press|media|investor)s?\ (?:contact|relations|enquir)
      | contacts?\s?(?:presse|m[ée]dias?)?\s?: | (?:t[ée]l|phone|fax)\b""",
    re.VERBOSE | re.IGNORECASE,
)


class Oddity(StrEnum):
    LONG_SENTENCE = "long_sentence"
    BOILERPLATE = "boilerplate"
    OTHER_LANGUAGE = "other_language"
    REPLACEMENT = "replacement"  # signs of a wrong encoding
    BIDI = "bidi"  # characters that turn the direction: the text may read otherwise than it is stored
    CONTROL = "control"
    FEW_WORDS = "few_words"


def signs_in(*texts: str) -> Signs:
    """Return the signs that may stand in some of these texts: most texts hold the hint of none."""
    lower = "\n".join(texts).lower()
    return [(hint, pattern) for hint, pattern in _SIGNS if hint in lower]


def oddities(
    text: str, spans: Sequence[Span], signs: Signs | None = None
) -> list[tuple[Oddity, dict[str, Any]]]:  # Any: JSON
    """Return what is odd about a text and its sentences, with the values of the sentence that tells so.

    `signs` are `signs_in` some texts of which this is one, where that is known already.
    That a text is in another language than was said is for the caller to find. Time is linear in its length.
    """
    found: list[tuple[Oddity, dict[str, Any]]] = []
    if (longest := _longest(text, spans)) is not None:
        found.append((Oddity.LONG_SENTENCE, longest))
    if (furniture := _furniture(text, spans, signs_in(text) if signs is None else signs)) > MOSTLY:
        found.append((Oddity.BOILERPLATE, {"share": round(100 * furniture)}))
    if not text.isascii():
        if wrong := _MOJIBAKE.search(text):
            found.append((Oddity.REPLACEMENT, {"found": wrong[0], "line": _line(text, wrong.start())}))
        if turned := _BIDI.search(text):
            found.append(
                (Oddity.BIDI, {"codepoint": _codepoint(turned), "line": _line(text, turned.start())})
            )
    if control := _CONTROL.search(text):
        values = {"codepoint": _codepoint(control), "line": _line(text, control.start())}
        found.append((Oddity.CONTROL, values))
    if len(text) < 100 and len(text.split()) <= FEW_WORDS:
        found.append((Oddity.FEW_WORDS, {}))
    return found


def _longest(text: str, spans: Sequence[Span]) -> dict[str, int] | None:
    """Return the number of the longest sentence and of its words, if it is very long."""
    words, number = 0, 0
    for place, span in enumerate(spans, start=1):
        if span.end - span.start >= _LONG_ENOUGH:
            count = len(text[span.start : span.end].split())
            if count > words:
                words, number = count, place
    return {"number": number, "words": words} if words > LONG_SENTENCE else None


def _furniture(text: str, spans: Sequence[Span], signs: Signs) -> float:
    """Return the share of characters in sentences that belong to a web page or a letterhead."""
    furniture = [
        span
        for span in spans
        if _OPENING.match(text, span.start)
        or (signs and any(pattern.search(text, span.start, span.end) for _hint, pattern in signs))
    ]
    return _length(furniture) / _length(spans) if furniture else 0.0


def _length(spans: Sequence[Span]) -> int:
    return sum(span.end - span.start for span in spans)


def _codepoint(found: re.Match[str]) -> str:
    return f"U+{ord(found[0]):04X}"


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
