"""Who is in a corpus."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from statements.access import fetch, reader
from statements.actions.member import add_person, change_roles, remove
from statements.api.endpoint import Endpoint, Gives, Takes
from statements.api.inputs import Input, ListQuery, taken
from statements.api.pagination import Listing, page_of
from statements.api.shapes import MemberShape, NewMemberShape
from statements.errors import Refused
from statements.mail import link_address
from statements.models import Corpus, Member
from statements.reports.rows import moment
from statements.roles import May, Role

ROLES = [role.value for role in Role]


class RolesInput(Input[None]):
    """What somebody is to be in the corpus, exactly."""

    roles = serializers.ListField(
        child=serializers.ChoiceField(choices=ROLES), min_length=1, max_length=len(ROLES)
    )


class PersonInput(RolesInput):
    """Somebody to let in: with the account that has this username, or with a new one."""

    username = serializers.CharField(max_length=150)
    name = serializers.CharField(max_length=150, allow_blank=True, default="")
    email = serializers.EmailField(max_length=254, allow_blank=True, default="")


class Members(Endpoint):
    """Members."""

    asks_for = {"GET": May.PEOPLE, "POST": May.PEOPLE}
    reads = ListQuery
    takes = {"POST": Takes(PersonInput, {"username": "rosa", "name": "Rosa", "roles": ["reviewer"]})}
    gives = {"GET": Gives(MemberShape, rows=True), "POST": Gives(NewMemberShape, 201)}

    def get(self, request: Request, slug: str) -> Response:
        """List all who are or were in a corpus, in the order in which they joined."""
        corpus = fetch(request, Corpus.objects, slug, May.PEOPLE)
        rows = Member.objects.of(corpus)
        listing = Listing(
            rows,
            ("number",),
            name=lambda member: member.pseudonym,
            find=lambda pseudonym: rows.get(number=int(pseudonym.removeprefix("r")[:9])),
        )
        return Response(page_of(request, listing, self.filters).as_json(as_json))

    def post(self, request: Request, slug: str) -> Response:
        """Let somebody in, with a new account and a link to its first password, or with the one they have.

        Whoever was removed comes back under the same pseudonym. A name and an e-mail address are for a new
        account only: nobody else's is changed.
        """
        corpus = fetch(request, Corpus.objects, slug, May.PEOPLE)
        about = taken(PersonInput, request).validated_data
        joined = add_person(
            corpus,
            about["username"],
            name=about["name"],
            email=about["email"],
            roles=_roles(about),
            by=reader(request),
            at=timezone.now(),
        )
        link = link_address(joined.secret) if joined.secret else None
        response = Response({**as_json(joined.member), "password_link": link}, status=201)
        response.headers["Location"] = f"/api/v1/corpora/{corpus.slug}/members/{joined.member.pseudonym}/"
        return response


class OneMember(Endpoint):
    """One member."""

    asks_for = {"GET": May.PEOPLE, "PATCH": May.PEOPLE, "DELETE": May.PEOPLE}
    takes = {"PATCH": Takes(RolesInput, {"roles": ["adjudicator", "researcher"]})}
    gives = {"GET": Gives(MemberShape), "PATCH": Gives(MemberShape), "DELETE": Gives(status=204)}

    def get(self, request: Request, slug: str, pseudonym: str) -> Response:
        """Show who a member is."""
        return Response(as_json(_find(request, slug, pseudonym)))

    def patch(self, request: Request, slug: str, pseudonym: str) -> Response:
        """Give a member exactly these roles. A corpus always keeps an admin."""
        member = _find(request, slug, pseudonym)
        about = taken(RolesInput, request).validated_data
        if not member.is_present:
            raise Refused("not_a_member", member=member.pseudonym)
        by, at = reader(request), timezone.now()
        return Response(as_json(change_roles(member.corpus, member.user, roles=_roles(about), by=by, at=at)))

    def delete(self, request: Request, slug: str, pseudonym: str) -> Response:
        """Remove a member: their sessions and tokens end at once; what they decided and their number stay."""
        remove(_find(request, slug, pseudonym), by=reader(request), at=timezone.now())
        return Response(status=204)


def _find(request: Request, slug: str, pseudonym: str) -> Member:
    corpus = fetch(request, Corpus.objects, slug, May.PEOPLE)
    return fetch(request, Member.objects.filter(corpus=corpus), pseudonym, May.PEOPLE)


def _roles(about: dict[str, Any]) -> set[Role]:  # Any: what a serializer has checked
    return {Role(role) for role in about["roles"]}


def as_json(member: Member) -> dict[str, Any]:  # Any: JSON
    return {
        "pseudonym": member.pseudonym,
        "username": member.user.username,
        "name": member.user.name,
        # Of an account that was made elsewhere, the address is not this corpus's to tell.
        "email": member.user.email if member.user.made_in_id == member.corpus_id else None,
        "roles": sorted(member.roles),
        "joined_at": moment(member.joined_at),
        "left_at": moment(member.left_at) if member.left_at else None,
        "is_present": member.is_present,
    }
