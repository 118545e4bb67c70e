"""The people of a corpus: who is in it, as what, how they get in and out."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from statements.access import fetch, needs, reader
from statements.actions.member import add_person, change_roles, is_last_admin, renew_link
from statements.actions.member import remove as let_go
from statements.actions.user import may_renew
from statements.errors import Refused
from statements.forms.member import PersonForm, RolesForm
from statements.forms.roles import names_of
from statements.mail import can_mail, link_address, send_password_link
from statements.messages import sentence_for
from statements.models import Corpus, Member, User
from statements.problems import status_of_page
from statements.roles import May, Role

PAGE, PERSON = "statements/member/page.html", "statements/member/person.html"


@require_http_methods(["GET", "HEAD", "POST"])
@needs(May.PEOPLE)
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is in the corpus; and the form with which somebody is let in."""
    corpus = fetch(request, Corpus.objects, slug, May.PEOPLE)
    if request.method != "POST":
        return _people(request, corpus, PersonForm(initial={"roles": ["reviewer"]}))
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _people(request, corpus, form, status=422)
    given = form.cleaned_data
    try:
        joined = add_person(
            corpus,
            given["username"],
            name=given["name"],
            email=given["email"],
            roles=given["roles"],
            by=reader(request),
            at=timezone.now(),
        )
    except Refused as refusal:
        form.add_error("username", sentence_for(refusal))
        return _people(request, corpus, form, status=status_of_page(refusal))
    except ValidationError as wrong:  # what only the table knows, as two who add the same name at once
        form.add_error(None, ValidationError(wrong.messages))
        return _people(request, corpus, form, status=422)
    who = joined.member.user
    if not joined.secret:
        said = _("%(name)s is in the corpus now, with the account they already have.")
        messages.success(request, said % {"name": who})
        return redirect("people", corpus.slug)
    return _show_link(request, joined.member, joined.secret, send=given["send"])


@require_http_methods(["GET", "HEAD", "POST"])
@needs(May.PEOPLE)
def person(request: HttpRequest, slug: str, pseudonym: str) -> HttpResponse:
    """One of them: what they may do here, which also lets somebody in again who left."""
    member = fetch(request, Member.objects.filter(corpus__slug=slug), pseudonym, May.PEOPLE)
    form = RolesForm(request.POST if request.method == "POST" else None, initial=_begun(member))
    if not form.is_valid():
        return _person(request, member, form, status=422 if form.is_bound else 200)
    try:
        if not member.is_present and "again" not in request.POST:
            raise Refused("not_a_member", member=pseudonym)  # removed while this page was open
        change_roles(
            member.corpus,
            member.user,
            roles=form.cleaned_data["roles"],
            by=reader(request),
            at=timezone.now(),
        )
    except Refused as refusal:
        form.add_error("roles", sentence_for(refusal))
        return _person(request, member, form, status=status_of_page(refusal))
    roles = ", ".join(names_of(form.cleaned_data["roles"]))
    messages.success(
        request, _("%(name)s has these roles now: %(roles)s.") % {"name": member.user, "roles": roles}
    )
    if member.user == reader(request):
        return redirect("corpus", slug)  # who is no admin any more would not be shown the list
    return redirect("people", slug)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(May.PEOPLE)
def new_link(request: HttpRequest, slug: str, pseudonym: str) -> HttpResponse:
    """Make a link with which they set a password anew; shown on this answer and never again."""
    member = fetch(request, Member.objects.filter(corpus__slug=slug), pseudonym, May.PEOPLE)
    if request.method != "POST":
        return redirect("person", slug, pseudonym)
    try:
        secret = renew_link(member, by=reader(request), at=timezone.now())
    except Refused as refusal:
        form = RolesForm(initial=_begun(member))
        return _person(request, member, form, error=sentence_for(refusal), status=status_of_page(refusal))
    return _show_link(request, member, secret, send="send" in request.POST)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(May.PEOPLE)
def remove(request: HttpRequest, slug: str, pseudonym: str) -> HttpResponse:
    """Say what happens; then let them go."""
    member = fetch(request, Member.objects.filter(corpus__slug=slug), pseudonym, May.PEOPLE)
    is_own = member.user == reader(request)
    context = {
        "corpus": member.corpus,
        "member": member,
        "is_own": is_own,
        "is_last_admin": is_last_admin(member),
    }
    if request.method != "POST":
        return render(request, "statements/member/remove.html", context)
    try:
        gone = let_go(member, by=reader(request), at=timezone.now())
    except Refused as refusal:
        context["error"] = sentence_for(refusal)
        return render(request, "statements/member/remove.html", context, status=status_of_page(refusal))
    if is_own:
        update_session_auth_hash(request, gone.user)  # where their sessions end, this one does not
        messages.success(request, _("You left “%(corpus)s”.") % {"corpus": member.corpus})
        return redirect("home")
    messages.success(request, _("%(name)s was removed. What they decided stays.") % {"name": member.user})
    return redirect("people", slug)


def _begun(member: Member) -> dict[str, list[Role]]:
    return {"roles": sorted(member.roles)}


def _people(request: HttpRequest, corpus: Corpus, form: PersonForm, *, status: int = 200) -> HttpResponse:
    rows = [(member, names_of(member.roles)) for member in Member.objects.of(corpus)]
    context = {"corpus": corpus, "form": form, "rows": rows, "can_mail": can_mail()}
    return render(request, PAGE, context, status=status)


def _person(
    request: HttpRequest, member: Member, form: RolesForm, *, error: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "corpus": member.corpus,
        "member": member,
        "form": form,
        "error": error,
        "is_last_admin": is_last_admin(member),
        "may_renew": member.is_present and may_renew(member.user, by=reader(request)),
        "can_mail": can_mail(),
    }
    return render(request, PERSON, context, status=status)


def _show_link(request: HttpRequest, member: Member, secret: str, *, send: bool) -> HttpResponse:
    """Answer with the link; by mail where that was asked for, and on the page when the mail cannot go."""
    error = ""
    if send and can_mail() and member.user.email:
        error = _sent(member.user, secret)
        if not error:
            said = _("The link is on its way to %(email)s. It works once, within 7 days.")
            messages.success(request, said % {"email": member.user.email})
            return redirect("people", member.corpus.slug)
    context = {"corpus": member.corpus, "member": member, "link": link_address(secret), "error": error}
    return render(request, "statements/member/link.html", context)


def _sent(user: User, secret: str) -> str:
    """Send the link; return why it could not go, if so."""
    try:
        send_password_link(user, secret)
    except Refused as refusal:
        return sentence_for(refusal)
    return ""
