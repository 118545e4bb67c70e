"""The one way in: fetch by public id with the right it takes; and the marks that views wear."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from statements.models import Corpus, CorpusQuerySet, Member, Token, User
from statements.models.prepared import membership
from statements.roles import May, Scope, rights_in, rights_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
AnyView = TypeVar("AnyView", bound=Callable[..., HttpResponseBase])

USED = "annotator.rights_used"
MEMBER = "annotator.member"
MARK = "asks_for"
SIGNED_IN, SITE_ADMIN, PUBLIC = "signed in", "site administrator", "public"


class Scoped(Protocol):
    """Something that lies in a corpus."""

    @property
    def corpus(self) -> Corpus: ...


T = TypeVar("T", bound=Scoped, covariant=True)


class Among(Protocol[T]):
    """A set of rows in which something is found by its public id."""

    def find(self, public_id: str, /) -> T: ...


class Asking(Protocol):
    """A request of Django or of the REST framework."""

    @property
    def user(self) -> Any: ...  # a User; the two kinds of request declare it differently

    @property
    def META(self) -> dict[str, Any]: ...  # noqa: N802  (Django's name)


def fetch(request: Asking, among: Among[T], public_id: str, right: May) -> T:
    """Return what has this public id, if whoever asks has `right` in its corpus.

    Raises Http404 when there is no such thing or they are a stranger to its corpus, PermissionDenied when
    they are a member without the right, or come with a token that does not carry it.
    """
    try:
        found = among.find(public_id)
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    member = membership(found.corpus, reader(request))
    token: Token | None = getattr(request, "auth", None)
    if member is None or (token and token.corpus_id not in {None, found.corpus.pk}):
        raise Http404
    rights = rights_of(member.roles)
    if right not in (rights & rights_in(token.scopes) if token else rights):
        raise PermissionDenied
    request.META.setdefault(USED, set()).add(right)
    request.META[MEMBER] = member
    return found


def corpora_open_to(request: Asking, right: May) -> CorpusQuerySet:
    """Return the corpora in which whoever asks has `right`, within what their token carries."""
    token: Token | None = getattr(request, "auth", None)
    rows = Corpus.objects.where(reader(request), right)
    if token is None:
        return rows
    if right not in rights_in(token.scopes):
        raise PermissionDenied
    return rows.filter(pk=token.corpus_id) if token.corpus_id else rows


def site_admin(request: Asking) -> User:
    """Return who asks, if they administer the site: who makes corpora. Raises PermissionDenied.

    A token has to carry the scope `manage` for all corpora: one that is bound to a corpus makes no others.
    """
    token: Token | None = getattr(request, "auth", None)
    user = reader(request)
    if not user.is_superuser or (token and (token.corpus_id or Scope.MANAGE not in token.scopes)):
        raise PermissionDenied
    request.META.setdefault(USED, set()).add(SITE_ADMIN)
    return user


def member_of(request: Asking) -> Member:
    """Return the membership with which the last thing was fetched."""
    member: Member = request.META[MEMBER]
    return member


def rights_here(request: Asking) -> frozenset[May]:
    """Return all that whoever asks may do in the corpus of the last thing that was fetched."""
    return rights_of(member_of(request).roles)


def rights_if_any(request: Asking) -> frozenset[May]:
    """As `rights_here`, or none where nothing of a corpus was fetched."""
    return rights_here(request) if MEMBER in request.META else frozenset()


def reader(request: Asking) -> User:
    """Return who asks; the login rule lets nobody else through."""
    assert isinstance(request.user, User)  # noqa: S101  (for the type checker, and true by that rule)
    return request.user


def used(request: Asking) -> frozenset[str]:
    """Return the rights with which this request has fetched something; SITE_ADMIN is one."""
    return frozenset(request.META.get(USED, ()))


def needs(right: str) -> Callable[[View[P]], View[P]]:
    """Mark a view with the right it takes, and see that it fetched with it before it answers.

    SITE_ADMIN stands for a right that lies in no corpus.
    """

    def mark(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            response = view(request, *args, **kwargs)
            if right not in used(request):
                raise RuntimeError(
                    f"{view.__name__} answered without fetching anything for the right {right}"
                )
            return response

        setattr(guarded, MARK, right)
        return guarded

    return mark


def signed_in(view: AnyView) -> AnyView:
    """Mark a view that shows people only what is their own."""
    setattr(view, MARK, SIGNED_IN)
    return view


def public(view: AnyView) -> AnyView:
    """Mark a view that anybody may see without signing in."""
    setattr(view, MARK, PUBLIC)
    return login_not_required(view)
