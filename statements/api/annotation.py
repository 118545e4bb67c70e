"""One's own decision on a sentence."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from statements.access import fetch, reader
from statements.actions.annotation import LONGEST_COMMENT, Decision, Save, annotate, plausible
from statements.api.endpoint import Endpoint
from statements.api.errors import answer
from statements.api.inputs import Input
from statements.errors import Stale
from statements.messages import sentence_for
from statements.models import Annotation, Round, Sentence, SkipReason, State
from statements.reports.rows import moment
from statements.roles import May


class DecisionInput(Input[Decision]):
    """A decision as it comes in; see `Decision` and `Save`."""

    key = serializers.RegexField(r"\A[0-9A-Za-z_-]{8,64}\Z")
    based_on = serializers.CharField(max_length=64, allow_blank=True, allow_null=True, default="")
    state = serializers.ChoiceField(choices=State.choices)
    labels = serializers.ListField(child=serializers.CharField(max_length=50), default=list, max_length=50)
    reason = serializers.ChoiceField(
        choices=SkipReason.choices, allow_null=True, allow_blank=True, default=None
    )
    unsure = serializers.BooleanField(default=False)
    bad_split = serializers.BooleanField(default=False)
    comment = serializers.CharField(max_length=LONGEST_COMMENT, allow_blank=True, default="")
    shown_ms = serializers.IntegerField(min_value=0, max_value=86_400_000, allow_null=True, default=None)
    decided_at = serializers.DateTimeField(allow_null=True, default=None)

    def validate_decided_at(self, at: datetime | None) -> datetime | None:
        if at is not None and not plausible(at, timezone.now()):
            raise serializers.ValidationError(_("This time lies before the year 2000 or in the future."))
        return at

    @property
    def decision(self) -> Decision:
        given = self.validated_data
        return Decision(
            state=State(given["state"]),
            labels=frozenset(given["labels"]),
            reason=SkipReason(given["reason"]) if given["reason"] else None,
            unsure=given["unsure"],
            bad_split=given["bad_split"],
            comment=given["comment"],
        )

    @property
    def save_as(self) -> Save:
        given = self.validated_data
        return Save(
            key=given["key"],
            based_on=given["based_on"] or "",
            decided_at=given["decided_at"],
            shown_ms=given["shown_ms"],
        )


class OwnAnnotation(Endpoint):
    """GET and PUT what one has decided on a sentence oneself."""

    asks_for = {"GET": May.READ, "PUT": May.ANNOTATE}

    def get(self, request: Request, public_id: str) -> Response:
        sentence = fetch(request, Sentence.objects, public_id, May.READ)
        mine = Annotation.objects.by(reader(request)).current().in_round(Round.FIRST)
        row = mine.filter(sentence=sentence).select_related("scheme").prefetch_related("labels").first()
        return Response(as_json(sentence, row))

    def put(self, request: Request, public_id: str) -> Response:
        sentence = fetch(request, Sentence.objects, public_id, May.ANNOTATE)
        given = DecisionInput(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            row = annotate(
                sentence, given.decision, reviewer=reader(request), save=given.save_as, at=timezone.now()
            )
        except Stale as stale:
            return answer(409, sentence_for(stale), code=stale.code, current=as_json(sentence, stale.current))
        return Response(as_json(sentence, row))


def as_json(sentence: Sentence, row: Annotation | None) -> dict[str, Any]:
    """Return a decision as the API shows it to the one who made it."""
    if row is None:
        return {"sentence": sentence.public_id, "state": "untouched", "key": None}
    return {
        "sentence": sentence.public_id,
        "state": "untouched" if row.state == State.WITHDRAWN else row.state,
        "key": row.key,
        "labels": sorted(label.slug for label in row.labels.all()),
        "reason": row.reason or None,
        "unsure": row.unsure,
        "bad_split": row.bad_split,
        "comment": row.comment,
        "scheme": row.scheme.number,
        "round": row.round,
        "blind": row.blind,
        "decided_at": moment(row.decided_at),
        "saved_at": moment(row.saved_at),
    }
