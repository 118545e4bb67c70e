"""Corpora: those that are open to one, a new one, and what is said about one; and who is asking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from statements.access import SIGNED_IN, SITE_ADMIN, corpora_open_to, fetch, member_of, reader, site_admin
from statements.actions.corpus import begin_corpus, change_corpus, create_corpus
from statements.actions.scheme import publish
from statements.api.endpoint import Endpoint, Gives, Takes
from statements.api.inputs import Input, Languages, ListQuery, taken
from statements.api.pagination import Listing, page_of
from statements.api.scheme import GUIDELINE, LABEL, LabelsInput
from statements.api.shapes import CorpusShape, MeShape
from statements.models import Corpus, Member, Mending, Token
from statements.reports.rows import moment
from statements.roles import May


class CorpusInput(LabelsInput):
    """A new corpus. Without `labels` it begins with the three that every corpus can begin with."""

    slug = serializers.RegexField(
        r"\A[a-z0-9][a-z0-9-]*\Z", max_length=50, help_text="Its address, for good: a-z, 0-9 and -."
    )
    name = serializers.CharField(max_length=200)
    languages = Languages(default=lambda: ["en"])

    def get_fields(self) -> dict[str, Any]:  # Any: fields of all kinds
        fields = super().get_fields()
        fields["labels"].required = False
        return fields


class CorpusChange(Input[None]):
    """What can be said anew of a corpus. What is left out stays."""

    name = serializers.CharField(max_length=200, required=False)
    languages = Languages(required=False)
    mending = serializers.ChoiceField(
        choices=Mending.values,
        required=False,
        help_text="Who may change the boundaries of sentences, beside adjudicators and admins.",
    )


class Corpora(Endpoint):
    """Corpora."""

    asks_for = {"GET": SIGNED_IN, "POST": SITE_ADMIN}
    reads = ListQuery
    takes = {
        "POST": Takes(
            CorpusInput,
            {
                "slug": "press",
                "name": "Press statements",
                "languages": ["en"],
                "labels": [LABEL],
                "guidelines": GUIDELINE,
            },
        )
    }
    gives = {"GET": Gives(CorpusShape, rows=True), "POST": Gives(CorpusShape, 201)}

    def get(self, request: Request) -> Response:
        """List the corpora that are open to you, by their slugs."""
        rows = corpora_open_to(request, May.READ)
        listing = Listing(rows, ("slug",), name=lambda corpus: corpus.slug, find=rows.find)
        page = page_of(request, listing, self.filters)
        mine = memberships(request, page.rows)
        still = replace(page, rows=[corpus for corpus in page.rows if corpus.pk in mine])
        return Response(still.as_json(lambda corpus: as_json(corpus, mine[corpus.pk])))

    def post(self, request: Request) -> Response:
        """Make a corpus, of which you are the first admin.

        Left out, `labels` are the three that every corpus can begin with; an empty list makes it without any.
        """
        by, at = site_admin(request), timezone.now()
        given = taken(CorpusInput, request)
        about = given.validated_data
        said = {name: about[name] for name in ("name", "languages")}
        with transaction.atomic():
            if "labels" not in about:
                corpus = begin_corpus(about["slug"], **said, by=by, at=at)
            else:
                corpus = create_corpus(about["slug"], **said, by=by, at=at)
                if about["labels"]:
                    publish(corpus, given.label_texts, guidelines=about["guidelines"], by=by, at=at)
        mine = memberships(request, [corpus])
        response = Response(as_json(corpus, mine[corpus.pk]), status=201)
        response.headers["Location"] = f"/api/v1/corpora/{corpus.slug}/"
        return response


class OneCorpus(Endpoint):
    """One corpus."""

    asks_for = {"GET": May.READ, "PATCH": May.MANAGE}
    takes = {"PATCH": Takes(CorpusChange, {"name": "Press statements, 2020 to 2025"})}
    gives = {"GET": Gives(CorpusShape), "PATCH": Gives(CorpusShape)}

    def get(self, request: Request, slug: str) -> Response:
        """Show what is said about a corpus."""
        corpus = fetch(request, Corpus.objects, slug, May.READ)
        return Response(as_json(corpus, member_of(request)))

    def patch(self, request: Request, slug: str) -> Response:
        """Give a corpus another name, other languages, or let others mend its split.

        What is left out stays; its slug stays always.
        """
        corpus = fetch(request, Corpus.objects, slug, May.MANAGE)
        about = taken(CorpusChange, request).validated_data
        changed = change_corpus(corpus, **about, by=reader(request), at=timezone.now())
        return Response(as_json(changed, member_of(request)))


class Me(Endpoint):
    """Who is asking."""

    asks_for = {"GET": SIGNED_IN}
    gives = {"GET": Gives(MeShape)}

    def get(self, request: Request) -> Response:
        """Show who you are, where you are a member, and what your token opens."""
        user, token = reader(request), request.auth
        corpora = list(corpora_open_to(request, May.READ))
        mine = memberships(request, corpora)
        return Response(
            {
                "username": user.username,
                "name": user.name,
                "is_site_admin": user.is_superuser,
                "corpora": [as_json(corpus, mine[corpus.pk]) for corpus in corpora if corpus.pk in mine],
                "token": _token(token) if isinstance(token, Token) else None,
            }
        )


def memberships(request: Request, corpora: list[Corpus]) -> Mapping[int, Member]:
    """Return the memberships of who asks in these corpora, by primary key of the corpus.

    One may be missing: whoever asks may have been removed since the corpora were read.
    """
    members = Member.objects.present().filter(user=reader(request), corpus__in=corpora)
    return {member.corpus_id: member for member in members}


def as_json(corpus: Corpus, member: Member) -> dict[str, Any]:  # Any: JSON
    return {
        "slug": corpus.slug,
        "name": corpus.name,
        "languages": corpus.languages,
        "mending": corpus.mending,
        "roles": sorted(member.roles),
        "pseudonym": member.pseudonym,
        "created_at": moment(corpus.created_at),
    }


def _token(token: Token) -> dict[str, Any]:  # Any: JSON
    return {
        "name": token.name,
        "scopes": sorted(token.scopes),
        "corpus": token.corpus.slug if token.corpus else None,
        "expires_at": moment(token.expires_at),
    }
