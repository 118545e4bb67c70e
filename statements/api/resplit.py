"""Resplits: changes of the boundaries of sentences, those there were and a new one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from statements.access import fetch, member_of
from statements.actions.resplit import merge_with_next, split_anew, split_sentence, undo_resplit
from statements.api.endpoint import Endpoint, Gives, Takes
from statements.api.inputs import LARGEST_NUMBER, FollowQuery, Input, Key, taken
from statements.api.pagination import Listing, page_of
from statements.api.shapes import ResplitShape
from statements.models import Corpus, Resplit, Sentence, Statement
from statements.reports.annotation import pseudonyms
from statements.reports.rows import moment
from statements.roles import May

KINDS = (
    {"sentence", "cut"},
    {"sentence", "merge"},
    {"sentence", "merge", "across_paragraphs"},
    {"undoes"},
    {"statement", "rules"},
)


class ResplitInput(Input[None]):
    """A change of boundaries as it comes in: a split, a merge, an undo, or a statement cut anew."""

    key = Key(help_text="Names this change: 8 to 64 letters, digits, - and _.")
    sentence = serializers.CharField(
        max_length=40, required=False, help_text="Public id of the sentence to split or to merge."
    )
    cut = serializers.IntegerField(
        min_value=0,
        max_value=LARGEST_NUMBER,
        required=False,
        help_text="Split: where the second part begins, in Unicode code points of the statement's text.",
    )
    merge = serializers.BooleanField(
        required=False, help_text="Merge: the sentence is joined with the one behind it."
    )
    across_paragraphs = serializers.BooleanField(
        required=False, help_text="Also when the next sentence begins another paragraph."
    )
    undoes = serializers.CharField(
        max_length=40, required=False, help_text="Public id of a resplit: undo. Of an undo: redo."
    )
    statement = serializers.CharField(
        max_length=40,
        required=False,
        help_text="Public id of a statement to cut anew; nobody touched it yet.",
    )
    rules = serializers.BooleanField(required=False, help_text="Cut anew: by the rules of today.")

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
        said = {name: value for name, value in given.items() if value is not False}
        if set(said) - {"key"} not in KINDS:
            raise serializers.ValidationError(
                _(
                    "Say one of these: `sentence` and `cut`, `sentence` and `merge`, `undoes`, "
                    "`statement` and `rules`."
                )
            )
        return said


class ResplitQuery(FollowQuery):
    """What resplits can be looked for by."""

    statement = serializers.CharField(max_length=40, required=False, help_text="Public id of a statement.")


class Resplits(Endpoint):
    """Changes of boundaries in a corpus."""

    asks_for = {"GET": May.READ, "POST": May.MEND}
    reads = ResplitQuery
    takes = {
        "POST": Takes(ResplitInput, {"key": "c41d7be09a5f4e22", "sentence": "2a3b4c5d6e7f.1", "cut": 27})
    }
    gives = {"GET": Gives(ResplitShape, rows=True, follows=True), "POST": Gives(ResplitShape, 201)}

    def get(self, request: Request, slug: str) -> Response:
        """List how the boundaries of sentences were changed, in the order in which that was done."""
        corpus = fetch(request, Corpus.objects, slug, May.READ)
        among = Resplit.objects.visible().of(corpus)
        rows = among
        if "statement" in self.filters:
            rows = rows.filter(statement__public_id=self.filters["statement"])
        if "changed_since" in self.filters:
            rows = rows.filter(at__gte=self.filters["changed_since"])
        listing = Listing(
            rows.with_sentences(),
            ("pk",),
            name=lambda resplit: resplit.public_id,
            find=lambda public_id: among.get(public_id=public_id),
        )
        names = pseudonyms(corpus)
        return Response(page_of(request, listing, self.filters).as_json(lambda row: as_json(row, names)))

    def post(self, request: Request, slug: str) -> Response:
        """Split a sentence, merge it with the next one, undo a resplit, or cut a statement anew.

        Say `sentence` and `cut`; `sentence` and `merge`; `undoes`; or `statement` and `rules`. Every decision
        is carried to the sentences that are made. `key` names the change: sent again it answers the same
        resplit and changes nothing more; on another statement it is a 409 of type `key_reused`.
        """
        corpus = fetch(request, Corpus.objects, slug, May.MEND)
        given = taken(ResplitInput, request).validated_data
        made = _mend(request, corpus, given)
        stored = Resplit.objects.with_sentences().get(pk=made.pk)
        return Response(as_json(stored, pseudonyms(corpus)), status=201)


def _mend(request: Request, corpus: Corpus, given: Mapping[str, Any]) -> Resplit:
    """Do what a checked input says. Raises Http404 for what does not lie in the corpus, and Refused."""
    by, key = member_of(request), given["key"]
    if "undoes" in given:
        undone = fetch(request, Resplit.objects.of(corpus), given["undoes"], May.MEND)
        return undo_resplit(undone, by=by, key=key)
    if "rules" in given:
        statement = fetch(request, Statement.objects.of(corpus), given["statement"], May.MEND)
        return split_anew(statement, by=by, key=key)
    sentence = fetch(request, Sentence.objects.of(corpus), given["sentence"], May.MEND)
    if "cut" in given:
        return split_sentence(sentence, given["cut"], by=by, key=key)
    across = "across_paragraphs" in given
    return merge_with_next(sentence, by=by, key=key, across_paragraphs=across)


def as_json(resplit: Resplit, names: Mapping[int, str]) -> dict[str, Any]:  # Any: JSON
    """Return a resplit as the API shows it; `names` are the pseudonyms in its corpus."""
    statement = resplit.statement.public_id
    return {
        "id": resplit.public_id,
        "statement": statement,
        "kind": resplit.kind,
        "undoes": resplit.undoes.public_id if resplit.undoes else None,
        "segmenter": resplit.segmenter,
        "reviewer": names[resplit.by_id],
        "at": moment(resplit.at),
        "ended": [_span(statement, sentence) for sentence in resplit.ended.all()],
        "made": [_span(statement, sentence) for sentence in resplit.made.all()],
    }


def _span(statement: str, sentence: Sentence) -> dict[str, Any]:  # Any: JSON
    return {
        "id": f"{statement}.{sentence.number}",
        "start": sentence.start,
        "end": sentence.end,
        "paragraph": sentence.paragraph,
    }
