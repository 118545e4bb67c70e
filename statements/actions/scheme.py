"""Schemes: publish the next version of what a corpus asks."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction

from statements.actions.event import record
from statements.errors import Refused
from statements.models import Annotation, Corpus, Label, Scheme, SchemeLabel, User

T = TypeVar("T")
Texts = Mapping[str, str]  # language → words


@dataclass(frozen=True)
class LabelText:
    """A label as a scheme shows it; its place in the list is its order."""

    slug: str
    key: str
    palette: int
    names: Texts
    definitions: Texts = field(default_factory=dict)
    examples: Mapping[str, Sequence[str]] = field(default_factory=dict)


@transaction.atomic
def publish(
    corpus: Corpus,
    labels: Sequence[LabelText],
    *,
    guidelines: Texts,
    by: User | None,
    at: datetime,
    based_on: int | None = None,
) -> Scheme:
    """Make the next scheme of `corpus`; labels that it has not seen yet are made with it.

    What is in force already is answered as it is; white space around a text makes no other text.
    `based_on` is the number of the scheme that was changed: Refused("scheme_moved") when another one is in
    force by now. Raises Refused("labels_fixed") when labels come or go after the first decision,
    Refused("no_labels"), Refused("label_twice"), Refused("key_twice"), and ValidationError for a label that
    cannot be.
    """
    _possible(labels)
    Corpus.objects.select_for_update().get(pk=corpus.pk)  # two at once would take the same number
    last = Scheme.objects.newest_of(corpus)
    if based_on is not None and based_on != (last.number if last else 0):
        raise Refused("scheme_moved")
    if last is not None:
        if _content(texts_of(last), last.guidelines) == _content(labels, guidelines):
            return last
        if {text.slug for text in labels} != {entry.label.slug for entry in last.entries.all()}:
            _no_decision_yet(corpus)
    scheme = Scheme.objects.create(
        corpus=corpus,
        number=last.number + 1 if last else 1,
        guidelines=dict(guidelines),
        published_at=at,
        published_by=by,
    )
    known = {label.slug: label for label in corpus.labels.all()}
    entries = [
        SchemeLabel(
            scheme=scheme,
            label=known.get(text.slug) or Label.objects.create(corpus=corpus, slug=text.slug),
            position=position,
            key=text.key,
            palette=text.palette,
            names=dict(text.names),
            definitions=dict(text.definitions),
            examples={language: list(said) for language, said in text.examples.items()},
        )
        for position, text in enumerate(labels, start=1)
    ]
    for entry in entries:
        entry.full_clean(exclude=["scheme", "label"])  # just made or read, and each of them once
    SchemeLabel.objects.bulk_create(entries)
    slugs = [text.slug for text in labels]
    record("published", "scheme", str(scheme.number), corpus=corpus, by=by, at=at, labels=slugs)
    return scheme


def has_decisions(corpus: Corpus) -> bool:
    """Whether anybody has decided on anything: from then on the set of labels is fixed."""
    return Annotation.objects.of(corpus).exists()


def texts_of(scheme: Scheme) -> list[LabelText]:
    """Return the labels of a scheme as `publish` takes them."""
    return [
        LabelText(
            slug=entry.label.slug,
            key=entry.key,
            palette=entry.palette,
            names=entry.names,
            definitions=entry.definitions,
            examples=entry.examples,
        )
        for entry in scheme.entries.all()
    ]


def default_labels(languages: Sequence[str]) -> list[LabelText]:
    """Return the labels that a corpus begins with, in those of its languages in which they are written."""
    return [
        LabelText(
            slug=about["slug"],
            key=about["key"],
            palette=about["palette"],
            names=_written(about["name"], languages),
            definitions=_written(about["definition"], languages),
            examples=_written(about["examples"], languages),
        )
        for about in _starter()["label"]
    ]


def default_guidelines(languages: Sequence[str]) -> dict[str, str]:
    """Return the guideline that a corpus begins with, in those of its languages in which it is written."""
    return _written(_starter()["guideline"], languages)


def _starter() -> dict[str, Any]:  # Any: what TOML can say
    return tomllib.loads((settings.BASE_DIR / "seeds" / "starter.toml").read_text("utf-8"))


def _written(texts: Mapping[str, T], languages: Sequence[str]) -> dict[str, T]:
    """The texts in these languages; the English one where there is none."""
    return {code: texts[code] for code in languages if code in texts} or {"en": texts["en"]}


def _possible(labels: Sequence[LabelText]) -> None:
    if not labels:
        raise Refused("no_labels")
    if slug := _first_twice([text.slug for text in labels]):
        raise Refused("label_twice", label=slug)
    if key := _first_twice([text.key for text in labels]):
        raise Refused("key_twice", key=key)


def _first_twice(words: Sequence[str]) -> str:
    return next((word for at, word in enumerate(words) if word in words[:at]), "")


def _no_decision_yet(corpus: Corpus) -> None:
    if has_decisions(corpus):
        raise Refused("labels_fixed")


def _content(labels: Sequence[LabelText], guidelines: Texts) -> tuple[object, ...]:
    """What a scheme says, in a form that can be compared: without empty texts and white space around them."""
    said = [
        (
            text.slug,
            text.key,
            text.palette,
            _trimmed(text.names),
            _trimmed(text.definitions),
            {code: list(words) for code, words in text.examples.items() if words},
        )
        for text in labels
    ]
    return said, _trimmed(guidelines)


def _trimmed(texts: Texts) -> dict[str, str]:
    return {code: words.strip() for code, words in texts.items() if words.strip()}
