"""Labels, and the numbered schemes that say what they mean."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from statements.access import fetch, reader
from statements.actions.scheme import LabelText, publish
from statements.api.endpoint import Endpoint, Gives, Takes
from statements.api.inputs import ByLanguage, Input, ListQuery, taken
from statements.api.pagination import Listing, page_of, whole
from statements.api.shapes import LabelShape, SchemeShape
from statements.models import Corpus, Scheme
from statements.models.scheme import PALETTE_SIZE, RESERVED_KEYS, SchemeLabel
from statements.reports.rows import moment
from statements.roles import May

MOST_LABELS, LONGEST_TEXT, LONGEST_GUIDELINE = 20, 2_000, 100_000
FREE_KEYS = "".join(key for key in "abcdefghijklmnopqrstuvwxyz0123456789" if key not in RESERVED_KEYS)
LABEL = {
    "slug": "rebuttal",
    "key": "r",
    "palette": 2,
    "names": {"en": "Rebuttal"},
    "definitions": {"en": "Denies or answers an allegation."},
    "examples": {"en": ["We have hidden nothing."]},
}
GUIDELINE = {"en": "Ask of each sentence what it does."}


def _words(longest: int) -> serializers.CharField:
    return serializers.CharField(max_length=longest, allow_blank=True)


class LabelInput(Input[None]):
    """A label as a scheme shows it."""

    slug = serializers.RegexField(r"\A[a-z0-9][a-z0-9_-]*\Z", max_length=50)
    key = serializers.ChoiceField(choices=list(FREE_KEYS), help_text="Its key on the keyboard.")
    palette = serializers.IntegerField(min_value=1, max_value=PALETTE_SIZE, help_text="Its colour.")
    names = ByLanguage(child=serializers.CharField(max_length=100), allow_empty=False)
    definitions = ByLanguage(child=_words(LONGEST_TEXT), default=dict)
    examples = ByLanguage(
        child=serializers.ListField(child=serializers.CharField(max_length=LONGEST_TEXT), max_length=20),
        default=dict,
    )


class LabelsInput(Input[Any]):
    """Labels and guidelines."""

    labels = serializers.ListField(
        child=LabelInput(), max_length=MOST_LABELS, help_text="All labels, in their order."
    )
    guidelines = ByLanguage(child=_words(LONGEST_GUIDELINE), default=dict, help_text="Markdown, by language.")

    @property
    def label_texts(self) -> list[LabelText]:
        return [LabelText(**about) for about in self.validated_data["labels"]]


class SchemeInput(LabelsInput):
    """The next scheme, whole."""

    based_on = serializers.IntegerField(
        min_value=0, max_value=1_000_000, help_text="Number of the scheme that you changed; 0 for the first."
    )


class SchemeQuery(Input[None]):
    """Which scheme."""

    number = serializers.IntegerField(
        min_value=1,
        max_value=1_000_000,
        required=False,
        help_text="An earlier scheme; without, that in force.",
    )


class Labels(Endpoint):
    """The labels of a corpus."""

    asks_for = {"GET": May.READ}
    reads = ListQuery
    gives = {"GET": Gives(LabelShape, rows=True)}

    def get(self, request: Request, slug: str) -> Response:
        """List the labels of the scheme in force, in their order."""
        corpus = fetch(request, Corpus.objects, slug, May.READ)
        scheme = Scheme.objects.newest_of(corpus)
        if scheme is None:
            return Response(whole([]))
        entries = scheme.entries.select_related("label")
        listing = Listing(
            entries,
            ("position",),
            name=lambda entry: entry.label.slug,
            find=lambda slug: entries.get(label__slug=slug),
        )
        return Response(page_of(request, listing, self.filters).as_json(_label))


class OneScheme(Endpoint):
    """The scheme of a corpus."""

    asks_for = {"GET": May.READ, "PUT": May.MANAGE}
    reads = SchemeQuery
    takes = {"PUT": Takes(SchemeInput, {"based_on": 1, "labels": [LABEL], "guidelines": GUIDELINE})}
    gives = {"GET": Gives(SchemeShape), "PUT": Gives(SchemeShape)}

    def get(self, request: Request, slug: str) -> Response:
        """Show the guidelines and labels in force, or those of an earlier number."""
        corpus = fetch(request, Corpus.objects, slug, May.READ)
        number = self.filters.get("number")
        if number is None:
            return Response(as_json(Scheme.objects.newest_of(corpus)))
        scheme = Scheme.objects.of(corpus).with_labels().filter(number=number).first()
        if scheme is None:
            raise Http404
        return Response(as_json(scheme))

    def put(self, request: Request, slug: str) -> Response:
        """Publish the next scheme, whole; what is in force already is answered as it is.

        `based_on` is the number of the scheme that you changed: a 409 of type `scheme_moved` when another one
        is in force by now. After the first decision labels can be explained anew, but not come or go.
        """
        corpus = fetch(request, Corpus.objects, slug, May.MANAGE)
        given = taken(SchemeInput, request)
        about = given.validated_data
        publish(
            corpus,
            given.label_texts,
            guidelines=about["guidelines"],
            by=reader(request),
            at=timezone.now(),
            based_on=about["based_on"],
        )
        return Response(as_json(Scheme.objects.newest_of(corpus)))


def as_json(scheme: Scheme | None) -> dict[str, Any]:  # Any: JSON
    if scheme is None:
        return {"number": 0, "guidelines": {}, "labels": [], "published_at": None}
    return {
        "number": scheme.number,
        "guidelines": scheme.guidelines,
        "labels": [_label(entry) for entry in scheme.entries.all()],
        "published_at": moment(scheme.published_at),
    }


def _label(entry: SchemeLabel) -> dict[str, Any]:  # Any: JSON
    return {
        "slug": entry.label.slug,
        "key": entry.key,
        "palette": entry.palette,
        "names": entry.names,
        "definitions": entry.definitions,
        "examples": entry.examples,
    }
