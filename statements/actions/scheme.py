"""Schemes: publish the next version of what a corpus asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from statements.actions.event import record
from statements.models import Corpus, Label, Scheme, SchemeLabel, User

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
    corpus: Corpus, labels: Sequence[LabelText], *, guidelines: Texts, by: User | None, at: datetime
) -> Scheme:
    """Make the next scheme of `corpus`; labels that it has not seen yet are made with it."""
    Corpus.objects.select_for_update().get(pk=corpus.pk)  # two at once would take the same number
    last = Scheme.objects.filter(corpus=corpus).aggregate(last=Max("number"))["last"] or 0
    scheme = Scheme.objects.create(
        corpus=corpus, number=last + 1, guidelines=dict(guidelines), published_at=at, published_by=by
    )
    for position, text in enumerate(labels, start=1):
        label, _ = Label.objects.get_or_create(corpus=corpus, slug=text.slug)
        entry = SchemeLabel(
            scheme=scheme,
            label=label,
            position=position,
            key=text.key,
            palette=text.palette,
            names=dict(text.names),
            definitions=dict(text.definitions),
            examples={language: list(said) for language, said in text.examples.items()},
        )
        entry.full_clean()
        entry.save()
    slugs = [text.slug for text in labels]
    record("published", "scheme", str(scheme.number), corpus=corpus, by=by, at=at, labels=slugs)
    return scheme
