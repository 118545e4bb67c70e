"""A scheme in the words of one reader."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeVar

from statements.models import Corpus, Scheme

T = TypeVar("T")


@dataclass(frozen=True)
class LabelWords:
    """A label as one reader sees it."""

    slug: str
    key: str
    palette: int
    name: str
    definition: str
    examples: list[str]

    @property
    def letter(self) -> str:
        return self.key.upper()


@dataclass(frozen=True)
class SchemeWords:
    """A scheme as one reader sees it; `number` is 0 while nothing is published."""

    number: int
    guideline: str
    labels: list[LabelWords]

    def find(self, slug: str) -> LabelWords | None:
        return next((label for label in self.labels if label.slug == slug), None)

    def named(self, slugs: Collection[str]) -> list[LabelWords]:
        """Return these labels in order; those that are not in force any more come last, by their slugs."""
        known = [label for label in self.labels if label.slug in slugs]
        gone = sorted(set(slugs) - {label.slug for label in known})
        return known + [LabelWords(slug, slug[:1], 0, slug, "", []) for slug in gone]


def scheme_words(corpus: Corpus, language: str) -> SchemeWords:
    """Return the scheme in force, in `language` where it has been written in it."""
    scheme: Scheme | None = Scheme.objects.newest_of(corpus)
    return SchemeWords(0, "", []) if scheme is None else words_of(scheme, language)


def words_of(scheme: Scheme, language: str) -> SchemeWords:
    """Return a scheme, fetched with its labels, in `language` where it has been written in it."""
    labels = [
        LabelWords(
            slug=entry.label.slug,
            key=entry.key,
            palette=entry.palette,
            name=said(entry.names, language) or entry.label.slug,
            definition=said(entry.definitions, language) or "",
            examples=said(entry.examples, language) or [],
        )
        for entry in scheme.entries.all()
    ]
    return SchemeWords(scheme.number, said(scheme.guidelines, language) or "", labels)


def said(texts: Mapping[str, T], language: str) -> T | None:
    """Return the text in `language`, else in English, else in whatever language there is."""
    for wanted in (language, language.partition("-")[0], "en", *texts):
        if texts.get(wanted):
            return texts[wanted]
    return None
