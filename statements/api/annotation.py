"""Decisions: one's own on a sentence, many of them at once, and all that one may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from statements.access import fetch, member_of, reader
from statements.actions.annotation import annotate, annotate_all
from statements.actions.decision import LONGEST_COMMENT, Attempt, Decision, Save, TakeBack, plausible
from statements.api.endpoint import Endpoint, Gives, Takes
from statements.api.errors import answer, problem
from statements.api.filters import DecisionFilters, Reviewer, known_label, wanted
from statements.api.inputs import FollowQuery, Input, Key, ListQuery, taken
from statements.api.pagination import Listing, page_of
from statements.api.shapes import AnnotationShape, BatchShape, OwnDecisionShape
from statements.errors import Refused, Stale
from statements.messages import sentence_for
from statements.models import UNTOUCHED, Annotation, Corpus, Member, Round, Sentence, SkipReason, State, User
from statements.models.prepared import sentences_named
from statements.reports.annotation import annotations_where, pseudonyms, visible_rows
from statements.reports.rows import moment
from statements.roles import May, sees_all, sees_comments

MOST_ROWS = 500  # of a batch
DECISION = {
    "key": "9b1f0c52d1de4a6f",
    "based_on": "",
    "state": "labelled",
    "labels": ["rebuttal"],
    "comment": "Answers the complaint.",
}


class DecisionInput(Input[None]):
    """A decision as it comes in, or the name of one to take back; see `Decision`, `TakeBack` and `Save`."""

    key = Key(help_text="Names this save: 8 to 64 letters, digits, - and _.")
    based_on = serializers.CharField(
        max_length=64,
        allow_blank=True,
        allow_null=True,
        default="",
        help_text="`key` of the decision that it replaces; empty for the first.",
    )
    state = serializers.ChoiceField(
        choices=State.choices, required=False, help_text="Left out only with `takes_back`."
    )
    takes_back = serializers.CharField(
        max_length=64,
        required=False,
        help_text="Instead of a decision, `key` of your latest one on the sentence: undo. Of an undo: redo.",
    )
    labels = serializers.ListField(
        child=serializers.CharField(max_length=50),
        default=list,
        max_length=50,
        help_text="Slugs; at least one with `labelled`, none otherwise.",
    )
    reason = serializers.ChoiceField(
        choices=SkipReason.choices, allow_null=True, allow_blank=True, default=None, help_text="Of a skip."
    )
    unsure = serializers.BooleanField(default=False)
    bad_split = serializers.BooleanField(default=False)
    comment = serializers.CharField(max_length=LONGEST_COMMENT, allow_blank=True, default="")
    shown_ms = serializers.IntegerField(min_value=0, max_value=86_400_000, allow_null=True, default=None)
    decided_at = serializers.DateTimeField(allow_null=True, default=None)
    username = serializers.CharField(
        max_length=150,
        required=False,
        help_text="The name you sign in with, where a decision waits before it is sent: "
        "refused when somebody else is signed in by then.",
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
        if ("state" in given) == ("takes_back" in given):
            raise serializers.ValidationError({"state": [_("Say either `state` or `takes_back`.")]})
        return given

    def validate_decided_at(self, at: datetime | None) -> datetime | None:
        if at is not None and not plausible(at, timezone.now()):
            raise serializers.ValidationError(_("This time lies before the year 2000 or in the future."))
        return at


def says(given: Mapping[str, Any]) -> Decision | TakeBack:  # Any: what DecisionInput has checked
    """Return what a checked input says."""
    if "takes_back" in given:
        return TakeBack(given["takes_back"])
    return Decision(
        state=State(given["state"]),
        labels=frozenset(given["labels"]),
        reason=SkipReason(given["reason"]) if given["reason"] else None,
        unsure=given["unsure"],
        bad_split=given["bad_split"],
        comment=given["comment"],
    )


def save_as(given: Mapping[str, Any], reviewer: User) -> Save:  # Any: what DecisionInput has checked
    """Return how a checked input is to be saved. Raises Refused when it was decided by somebody else."""
    username = reviewer.get_username()
    if given.get("username", username) != username:
        raise Refused("other_person", username=username)
    return Save(
        key=given["key"],
        based_on=given["based_on"] or "",
        decided_at=given["decided_at"],
        shown_ms=given["shown_ms"],
    )


class BatchRow(DecisionInput):
    """A decision of a batch, with its sentence."""

    sentence = serializers.CharField(max_length=40, help_text="Public id of the sentence.")


CHECKS = BatchRow()  # one for all rows, as lists of serializers do it: making one costs more than checking


class AnnotationQuery(FollowQuery, DecisionFilters):
    """What rows can be looked for by."""

    state = serializers.ChoiceField(choices=State.values, required=False)
    reviewer = Reviewer()
    history = serializers.BooleanField(
        default=False, help_text="Whether superseded rows are listed too, and those on ended sentences."
    )


class OwnAnnotation(Endpoint):
    """GET and PUT what one has decided on a sentence oneself."""

    asks_for = {"GET": May.READ, "PUT": May.ANNOTATE}
    takes = {"PUT": Takes(DecisionInput, DECISION)}
    gives = {"GET": Gives(OwnDecisionShape), "PUT": Gives(OwnDecisionShape)}

    def get(self, request: Request, public_id: str) -> Response:
        """Show your own decision on a sentence."""
        sentence = fetch(request, Sentence.objects, public_id, May.READ)
        mine = Annotation.objects.by(reader(request)).current().in_round(Round.FIRST)
        row = mine.filter(sentence=sentence).select_related("scheme").prefetch_related("labels").first()
        return Response(own_json(sentence, row))

    def put(self, request: Request, public_id: str) -> Response:
        """Decide on a sentence, wholly: what is left out is not so.

        `key` names this save: sent again with the same content it answers the stored row, with other content
        it is a 409 of type `key_reused`. `based_on` is the key of the decision that it replaces, empty for
        the first; when that does not stand any more, the answer is a 409 of type `stale` with what stands now
        as `current`. `withdrawn` leaves the sentence untouched again. With `takes_back` in place of a
        decision, your latest one on the sentence is undone, or an undo is: what stood before stands again.

        When the sentence was cut differently meanwhile, the decision is stored on it all the same, and
        carried to the sentences in its place: `is_current` is then false.
        """
        sentence = fetch(request, Sentence.objects, public_id, May.ANNOTATE)
        given, reviewer = taken(DecisionInput, request).validated_data, reader(request)
        try:
            save = save_as(given, reviewer)
            row = annotate(sentence, says(given), reviewer=reviewer, save=save)
        except Stale as stale:
            return _stale(sentence, stale)
        return Response(own_json(sentence, row))


class Annotations(Endpoint):
    """Decisions in a corpus."""

    asks_for = {"GET": May.READ, "PUT": May.ANNOTATE}
    reads = AnnotationQuery
    takes = {"PUT": Takes(BatchRow, {"sentence": "2a3b4c5d6e7f.1", **DECISION}, rows=True)}
    gives = {"GET": Gives(AnnotationShape, rows=True, follows=True), "PUT": Gives(BatchShape)}

    def get(self, request: Request, slug: str) -> Response:
        """List the decisions that you may see, in the order in which they were saved.

        Whoever reviews sees their own. A decision that was taken back is the row `withdrawn`. To follow what
        changes, ask with `changed_since`: the answer says as `next_since` what to ask with the next time.
        Rows may then come again, and none is missed.
        """
        corpus = fetch(request, Corpus.objects, slug, May.READ)
        asked, member = self.filters, member_of(request)
        if "reviewer" in asked and not sees_all(member.roles):
            raise PermissionDenied
        known_label(corpus, asked)
        rows = annotations_where(corpus, member.user, wanted(asked), history=asked["history"])
        return Response(_page(request, rows, member, corpus, asked))

    def put(self, request: Request, slug: str) -> Response:
        """Decide on up to 500 sentences: a list of decisions, each with its sentence.

        Each row succeeds or fails by itself, as if it had been sent alone; the answer says of each what
        became of it. The whole batch can be sent again: rows that were stored answer as they are. It has to
        be for a row of type `busy` (503), which met others who were faster again and again.
        """
        fetch(request, Corpus.objects, slug, May.ANNOTATE)
        rows = request.data
        if not isinstance(rows, list):
            raise serializers.ValidationError({"non_field_errors": [_("Send a list of decisions.")]})
        if len(rows) > MOST_ROWS:
            sentence = _("Send at most %(most)s decisions at once.") % {"most": MOST_ROWS}
            raise serializers.ValidationError({"non_field_errors": [sentence]})
        return Response({"results": _save_all(member_of(request), rows)})


class SentenceHistory(Endpoint):
    """What was decided on a sentence over time."""

    asks_for = {"GET": May.READ}
    reads = ListQuery
    gives = {"GET": Gives(AnnotationShape, rows=True)}

    def get(self, request: Request, public_id: str) -> Response:
        """List all rows on a sentence that you may see, superseded ones too, in the order of saving."""
        sentence = fetch(request, Sentence.objects, public_id, May.READ)
        rows = visible_rows(sentence.corpus, reader(request)).filter(sentence=sentence)
        return Response(_page(request, rows, member_of(request), sentence.corpus, self.filters))


def _page(
    request: Request,
    rows: QuerySet[Annotation],
    member: Member,
    corpus: Corpus,
    asked: Mapping[str, Any],  # Any: what a serializer has checked
) -> dict[str, Any]:  # Any: JSON
    numbers = {name: key for key, name in pseudonyms(corpus).items()}
    names = {key: name for name, key in numbers.items()}

    def find(name: str) -> Annotation:
        reviewer, _dash, key = name.partition(":")
        return visible_rows(corpus, member.user).get(reviewer=numbers.get(reviewer), key=key)

    listing = Listing(
        rows.select_related("sentence__statement", "scheme", "supersedes", "takes_back")
        .defer("sentence__statement__text")
        .prefetch_related("labels"),
        ("pk",),
        name=lambda row: f"{names[row.reviewer_id]}:{row.key}",
        find=find,
    )
    shows_all = sees_comments(member.roles)
    return page_of(request, listing, asked).as_json(
        lambda row: as_json(
            row, names[row.reviewer_id], shows_comment=shows_all or row.reviewer_id == member.user_id
        )
    )


def _save_all(member: Member, rows: Sequence[Any]) -> list[dict[str, Any]]:  # Any: JSON
    """Save the rows of a batch and return what became of each."""
    corpus, reviewer = member.corpus, member.user
    checked = [_checked(row) for row in rows]
    given = [one for one in checked if not isinstance(one, Exception)]
    sentences = sentences_named(corpus, (one["sentence"] for one in given))
    attempts: dict[int, Attempt] = {}
    refused: dict[int, Exception] = {}
    for at, one in enumerate(checked):
        if isinstance(one, Exception):
            refused[at] = one
        elif one["sentence"] not in sentences:
            refused[at] = Http404()
        else:
            try:
                attempts[at] = Attempt(sentences[one["sentence"]], says(one), save_as(one, reviewer))
            except Refused as refusal:
                refused[at] = refusal
    outcomes = annotate_all(corpus, list(attempts.values()), reviewer=reviewer, member=member)
    became = {**refused, **dict(zip(attempts, outcomes, strict=True))}
    return [
        _result(row, became[at], attempts[at].sentence if at in attempts else None)
        for at, row in enumerate(rows)
    ]


def _checked(row: Any) -> dict[str, Any] | serializers.ValidationError:  # Any: JSON
    try:
        checked: dict[str, Any] = CHECKS.run_validation(row)
    except serializers.ValidationError as wrong:
        return wrong
    return checked


def _result(row: Any, became: Annotation | Exception, sentence: Sentence | None) -> dict[str, Any]:
    """Return the answer to one row of a batch, which may be anything that JSON can say."""
    named = row.get("sentence") if isinstance(row, Mapping) else None
    result: dict[str, Any] = {"sentence": _readable(named) if isinstance(named, str) else None}
    if isinstance(became, Annotation) and sentence is not None:
        return {**result, "status": 200, "annotation": own_json(sentence, became)}
    assert isinstance(became, Exception)  # noqa: S101  (what was stored has a sentence)
    refused = _stale(sentence, became) if sentence and isinstance(became, Stale) else problem(became, {})
    assert refused is not None  # noqa: S101  (all of these have an answer)
    return {**result, "status": refused.status_code, "problem": refused.data}


def _readable(name: str) -> str:
    """Half a surrogate pair can be read from JSON but not be sent back."""
    return name[:40].encode("utf-8", "backslashreplace").decode("utf-8")


def _stale(sentence: Sentence, stale: Stale) -> Response:
    current = own_json(sentence, stale.current)
    return answer(409, sentence_for(stale), code=stale.code, current=current)


def own_json(sentence: Sentence, row: Annotation | None) -> dict[str, Any]:  # Any: JSON
    """Return a decision as the API shows it to the one who made it."""
    place = {"sentence": sentence.public_id, "is_current": sentence.ended_by_id is None}
    if row is None:
        return {**place, "state": UNTOUCHED, "key": None}
    state = UNTOUCHED if row.state == State.WITHDRAWN else row.state
    return {**place, "state": state, "key": row.key, **_content(row)}


def as_json(row: Annotation, pseudonym: str, *, shows_comment: bool) -> dict[str, Any]:  # Any: JSON
    """Return a row as the API lists it."""
    return {
        "sentence": row.sentence.public_id,
        "reviewer": pseudonym,
        "state": row.state,
        "key": row.key,
        "based_on": row.supersedes.key if row.supersedes else None,
        "act": row.act,
        "takes_back": row.takes_back.key if row.takes_back else None,
        **_content(row),
        "comment": row.comment if shows_comment else None,
        "superseded_at": moment(row.superseded_at) if row.superseded_at else None,
    }


def _content(row: Annotation) -> dict[str, Any]:  # Any: JSON
    return {
        "labels": sorted(label.slug for label in row.labels.all()),
        "reason": row.reason or None,
        "unsure": row.unsure,
        "bad_split": row.bad_split,
        "comment": row.comment,
        "scheme": row.scheme.number,
        "round": row.round,
        "blind": row.blind,
        "check": row.to_check,
        "decided_at": moment(row.decided_at),
        "saved_at": moment(row.saved_at),
    }
