"""What statements and decisions can be looked for by, in lists and in exports alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from rest_framework import serializers

from statements.api.inputs import Input, Language
from statements.errors import Refused
from statements.forms.statement_list import too_many_words
from statements.models import Corpus
from statements.reports.annotation import Wanted
from statements.reports.statement import About
from statements.text.search import LONGEST_QUERY, MOST_WORDS, words_of


class StatementFilters(Input[None]):
    """What is known about a statement, and words in it."""

    language = Language(required=False)
    speaker = serializers.CharField(max_length=200, required=False, help_text="Exactly this one.")
    published_from = serializers.DateField(required=False, help_text="Published on this day or later.")
    published_to = serializers.DateField(required=False, help_text="Published on this day or earlier.")
    q = serializers.CharField(
        max_length=LONGEST_QUERY,
        required=False,
        help_text="Words that all occur in the title or the text, whole or as the beginnings of longer ones; "
        f"accents and capitals do not matter. At most {MOST_WORDS}.",
    )
    responds_to = serializers.CharField(max_length=500, required=False, help_text="Exactly this.")
    created_since = serializers.DateTimeField(required=False, help_text="Stored at this time or later.")

    def validate_q(self, query: str) -> str:
        if len(words_of(query)) > MOST_WORDS:
            raise serializers.ValidationError(too_many_words())
        return query


class DecisionFilters(Input[None]):
    """What a decision says: all that is asked holds of one decision."""

    statement = serializers.CharField(max_length=40, required=False, help_text="Public id of a statement.")
    label = serializers.CharField(  # type: ignore[assignment]  # a field may have the name of an option
        max_length=50, required=False, help_text="Slug of a label."
    )
    unsure = serializers.BooleanField(required=False)
    bad_split = serializers.BooleanField(required=False)
    check = serializers.BooleanField(
        required=False, help_text="Whether it was carried over and nobody has looked at it since."
    )
    scheme = serializers.IntegerField(
        min_value=1, max_value=2**31 - 1, required=False, help_text="Number of the scheme it was made under."
    )
    changed_since = serializers.DateTimeField(required=False, help_text="Saved at this time or later.")


class Reviewer(serializers.RegexField):
    """A pseudonym, to look for what this person decided."""

    def __init__(self) -> None:
        words = "A pseudonym. Only for those who watch: else a 403."
        super().__init__(r"\Ar[1-9][0-9]{0,8}\Z", required=False, help_text=words)


def about(asked: Mapping[str, Any]) -> About:  # Any: what a serializer has checked
    """Return what statements are looked for by."""
    said = {one.name: asked[one.name] for one in fields(About) if one.name in asked}
    return About(words=words_of(asked.get("q", "")), **said)


def wanted(asked: Mapping[str, Any]) -> Wanted:  # Any: what a serializer has checked
    """Return what decisions are looked for by."""
    return Wanted(**{one.name: asked[one.name] for one in fields(Wanted) if one.name in asked})


def known_label(corpus: Corpus, asked: Mapping[str, Any]) -> None:  # Any: what a serializer has checked
    """Raise Refused("unknown_label") when a filter names a label that the corpus does not have."""
    slug = asked.get("label")
    if slug is not None and not corpus.labels.filter(slug=slug).exists():
        raise Refused("unknown_label", label=slug)
