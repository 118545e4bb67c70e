"""Spans of a text: where its sentences lie, in which paragraph, and what stands between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from statements.text.lines import paragraph_spans
from statements.text.segment import sentence_spans


@dataclass(frozen=True)
class Span:
    """The half-open span [start, end) of a text, in code points; paragraphs count from 1."""

    start: int
    end: int
    paragraph: int


def split(text: str, language: str = "") -> list[Span]:
    """Return the sentences of `text` in order, each with the number of its paragraph."""
    paragraphs = paragraph_spans(text)
    spans = []
    number = 0
    for start, end in sentence_spans(text, language, paragraphs):
        while paragraphs[number][1] < end:
            number += 1
        spans.append(Span(start, end, number + 1))
    return spans


def pieces(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[str, str]]:
    """Yield (gap before, sentence) for each span, then (the rest, ""): joined, they are `text` again.

    Raises ValueError when the spans overlap, are empty or leave the text.
    """
    at = 0
    for start, end in spans:
        if not at <= start < end <= len(text):
            raise ValueError(f"span [{start}, {end}) does not fit after {at} in a text of {len(text)}")
        yield text[at:start], text[start:end]
        at = end
    yield text[at:], ""


def by_paragraph(spans: Iterable[Span]) -> list[list[Span]]:
    """Return the spans grouped by paragraph, in order."""
    groups: list[list[Span]] = []
    for span in spans:
        if not groups or groups[-1][0].paragraph != span.paragraph:
            groups.append([])
        groups[-1].append(span)
    return groups
