"""What comes in is what was meant: a name that nobody knows is a mistake, not something to pass over."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from statements.forms.languages import named_languages
from statements.models.corpus import MOST_LANGUAGES

T = TypeVar("T")
Kind = TypeVar("Kind", bound="Input[Any]")

LANGUAGE_CODES = [code for code, _name in named_languages()]
LONGEST_METADATA = 20_000  # bytes of JSON
LARGEST_NUMBER = 2**53 - 1  # what every reader of JSON can hold
PAGE, LONGEST_PAGE = 50, 200


class Input(serializers.Serializer[T]):
    """A serializer of input that refuses fields it does not have."""

    def to_internal_value(self, data: Any) -> Any:  # Any: JSON can be anything; this checks it
        unknown = set(data) - set(self.fields) if isinstance(data, Mapping) else set()
        if unknown:
            known = ", ".join(sorted(self.fields))
            sentence = _("There is no such field. There is: %(known)s.") % {"known": known}
            raise serializers.ValidationError({_plain(name): [sentence] for name in unknown})
        return super().to_internal_value(data)


class NoQuery(Input[None]):
    """An address that takes no query parameters."""


class ListQuery(Input[None]):
    """What every list can be asked."""

    limit = serializers.IntegerField(
        min_value=1, max_value=LONGEST_PAGE, default=PAGE, help_text="How many rows a page has at most."
    )
    cursor = serializers.CharField(
        max_length=400, required=False, help_text="Where a page begins: it comes with `next` and `previous`."
    )


class FollowQuery(ListQuery):
    """What a list can be asked that says what has changed."""

    changed_since = serializers.DateTimeField(
        required=False, help_text="Saved at this time or later; best the `next_since` of the answer before."
    )
    next_since = serializers.DateTimeField(required=False, help_text="It comes with `next`; leave it there.")


def taken(kind: type[Kind], request: Request) -> Kind:
    """Return the body of a request, checked. Raises ValidationError."""
    given = kind(data=request.data)
    given.is_valid(raise_exception=True)
    return given


class Key(serializers.RegexField):
    """What a client names a save or a change by, so that it is made once."""

    def __init__(self, **about: Any) -> None:  # Any: what fields take
        super().__init__(r"\A[0-9A-Za-z_-]{8,64}\Z", **about)


class Language(serializers.ChoiceField):
    """One of the languages that the program knows."""

    def __init__(self, **about: Any) -> None:  # Any: what fields take
        super().__init__(choices=LANGUAGE_CODES, **about)


class Languages(serializers.ListField):
    """Languages of a corpus, the most important one first, each once."""

    def __init__(self, **about: Any) -> None:  # Any: what fields take
        super().__init__(child=Language(), min_length=1, max_length=MOST_LANGUAGES, **about)

    def to_internal_value(self, data: Any) -> Any:  # Any: JSON can be anything; this checks it
        codes = super().to_internal_value(data)
        if len(set(codes)) < len(codes):
            raise serializers.ValidationError(_("Name each language once."))
        return codes


class ByLanguage(serializers.DictField):
    """Texts by language."""

    def to_internal_value(self, data: Any) -> Any:  # Any: JSON can be anything; this checks it
        if isinstance(data, Mapping) and (unknown := set(data) - set(LANGUAGE_CODES)):
            known = ", ".join(LANGUAGE_CODES)
            sentence = _("There is no such language. There is: %(known)s.") % {"known": known}
            raise serializers.ValidationError({_plain(str(name)): [sentence] for name in unknown})
        return super().to_internal_value(data)


class Metadata(serializers.DictField):
    """Whatever else is known, in plain values and lists of them: what every format can carry."""

    def to_internal_value(self, data: Any) -> Any:  # Any: JSON can be anything; this checks it
        kept = super().to_internal_value(data)
        for value in kept.values():
            for one in value if isinstance(value, list) else [value]:
                _check_plain(one)
        if any("\0" in name or len(name) > 100 for name in kept):
            raise serializers.ValidationError(_("This is not text that can be stored."))
        try:
            size = len(json.dumps(kept, ensure_ascii=False).encode())
        except UnicodeEncodeError as half:
            raise serializers.ValidationError(_("This is not text that can be stored.")) from half
        if size > LONGEST_METADATA:
            sentence = _("This is more than %(most)s bytes of JSON. Send less.")
            raise serializers.ValidationError(sentence % {"most": LONGEST_METADATA})
        return kept


class AboutInput(Input[None]):
    """What is known about a text: what is not said stays as it is."""

    title = serializers.CharField(max_length=300, required=False)
    language = Language(required=False)
    speaker = serializers.CharField(max_length=200, allow_blank=True, required=False)
    published_on = serializers.DateField(allow_null=True, required=False)
    source_url = serializers.URLField(max_length=500, allow_blank=True, required=False)
    licence = serializers.CharField(max_length=200, allow_blank=True, required=False)
    responds_to = serializers.CharField(max_length=500, allow_blank=True, required=False)
    metadata = Metadata(required=False)


def _check_plain(value: object) -> None:
    if isinstance(value, (list, dict)):
        raise serializers.ValidationError(_("Only texts, numbers, true, false, null and lists of these."))
    if isinstance(value, (int, float)) and abs(value) > LARGEST_NUMBER:
        raise serializers.ValidationError(_("This number is too large. Send it as a text."))
    if isinstance(value, str) and "\0" in value:
        raise serializers.ValidationError(_("This is not text that can be stored."))


def _plain(name: str) -> str:
    """Half a surrogate pair can be read from JSON but not be sent back."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
