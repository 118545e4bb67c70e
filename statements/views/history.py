"""The history of a corpus: every event in a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext, pgettext
from django.views.decorators.http import require_safe

from statements.access import fetch, needs
from statements.forms.languages import named_languages
from statements.forms.roles import names_of
from statements.messages import number
from statements.models import Corpus, Event, Member, Mending, Statement
from statements.reports.history import history as events_of
from statements.reports.history import people_by_pseudonym, titles_of
from statements.roles import May, Role

PAGE_LENGTH = 50


@dataclass(frozen=True)
class Known:
    """What sentences need beside the event itself."""

    people: Mapping[str, Member]
    titles: Mapping[str, str]


def _same(event: Event, known: Known) -> dict[str, object]:
    return {}


def _corpus_change(event: Event, known: Known) -> dict[str, object]:
    after = event.detail.get("after", {})
    names = dict(named_languages())
    languages = ", ".join(names.get(code, code) for code in after.get("languages", []))
    menders = Mending(after.get("mending", Mending.REVIEWERS)).label
    return {"name": after.get("name", ""), "languages": languages, "menders": menders}


def _roles(event: Event, known: Known) -> dict[str, object]:
    roles = [Role(name) for name in event.detail.get("roles", [])]
    return {**_member(event, known), "roles": ", ".join(names_of(roles)) or pgettext("roles", "none")}


def _member(event: Event, known: Known) -> dict[str, object]:
    member = known.people.get(event.public_id)
    return {"member": f"{member.user} ({event.public_id})" if member else event.public_id}


def _account(event: Event, known: Known) -> dict[str, object]:
    """Events of accounts name them by their user name; here they are people of the corpus."""
    named = [member for member in known.people.values() if member.user.username == event.public_id]
    return {"what": f"{named[0].user} ({named[0].pseudonym})"} if named else {}


def _files(event: Event, known: Known) -> dict[str, object]:
    """The first files of an upload, and how many there are; earlier uploads had one."""
    detail = event.detail
    names = [file["name"] or _("pasted text") for file in detail.get("files", [])] or [detail.get("file", "")]
    more = detail.get("count", len(names)) - 3
    shown = ", ".join(names[:3])
    return {"files": f"{shown} (+{number(more)})" if more > 0 else shown}


def _stored(event: Event, known: Known) -> dict[str, object]:
    """One statement by its title, many by their number."""
    if "statement" in event.detail:
        return {"texts": f"“{_title(event, known)['title']}”"}
    count = event.detail.get("statements", 0)
    words = ngettext("%(count)s statement", "%(count)s statements", count)
    return {"texts": words % {"count": number(count)}}


def _said(event: Event, known: Known) -> dict[str, object]:
    return {"title": event.detail.get("title", ""), "file": event.detail.get("file", "") or _("pasted text")}


def _parts(event: Event, known: Known) -> dict[str, object]:
    """The first parts of a text that were left out or taken in, by how they begin."""
    parts = list(event.detail.get("parts", {}).values())
    shown = "; ".join(parts[:3])
    more = f" (+{number(len(parts) - 3)})" if len(parts) > 3 else ""
    return {"title": event.detail.get("title", ""), "parts": shown + more}


def _corrected(event: Event, known: Known) -> dict[str, object]:
    changed = {_name_of(name): value for name, value in event.detail.get("after", {}).items()}
    title = event.detail.get("title") or known.titles.get(event.public_id, event.public_id)
    return {"title": title, "changes": "; ".join(f"{name}: {_value(one)}" for name, one in changed.items())}


def _name_of(name: str) -> str:
    words = {field.name: field.verbose_name for field in Statement._meta.concrete_fields}
    return str(words.get(name, name))


def _value(value: object) -> str:
    return str(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _title(event: Event, known: Known) -> dict[str, object]:
    public_id = event.detail.get("statement", "")
    return {"title": known.titles.get(public_id, public_id)}


def _mend(event: Event, known: Known) -> dict[str, object]:
    numbers = {name: ", ".join(map(str, event.detail.get(name, []))) for name in ("ended", "made")}
    return {"title": known.titles.get(event.public_id, event.public_id), **numbers}


def _sentence(event: Event, known: Known) -> dict[str, object]:
    return {**_title(event, known), "number": event.detail.get("number", "")}


def _scopes(event: Event, known: Known) -> dict[str, object]:
    return {"scopes": ", ".join(event.detail.get("scopes", []))}


# (verb, noun) → the sentence, and the values that it shows beside `who` and `what`, the public id.
SENTENCES: Mapping[tuple[str, str], tuple[str, Callable[[Event, Known], dict[str, object]]]] = {
    ("created", "corpus"): (gettext_noop("{who} made this corpus."), _same),
    ("changed", "corpus"): (
        gettext_noop(
            "{who} changed the corpus: it is called “{name}”, in {languages}. "
            "The split is mended by: {menders}."
        ),
        _corpus_change,
    ),
    ("set roles of", "member"): (gettext_noop("{who} gave {member} these roles: {roles}."), _roles),
    ("removed", "member"): (gettext_noop("{who} removed {member}."), _member),
    ("mended", "statement"): (
        gettext_noop("{who} cut “{title}” differently: of {ended} became {made}."),
        _mend,
    ),
    ("left", "sentence"): (
        gettext_noop("{who} looked at the split of sentence {number} of “{title}” and left it as it is."),
        _sentence,
    ),
    ("listed", "sentence"): (
        gettext_noop("{who} wants the split of sentence {number} of “{title}” to be looked at again."),
        _sentence,
    ),
    ("published", "scheme"): (gettext_noop("{who} published version {what} of labels and guideline."), _same),
    ("staged", "upload"): (gettext_noop("{who} brought in files to look at: {files}."), _files),
    ("read again", "upload"): (gettext_noop("{who} had {file} read in another way."), _said),
    ("left out a file of", "upload"): (gettext_noop("{who} left {file} out of an upload."), _said),
    ("took in a file of", "upload"): (gettext_noop("{who} took {file} into an upload again."), _said),
    ("cancelled", "upload"): (gettext_noop("{who} cancelled an upload."), _same),
    ("stored", "upload"): (gettext_noop("{who} added {texts}."), _stored),
    ("discarded", "upload"): (gettext_noop("{who} discarded an upload before anything was stored."), _same),
    ("withdrew", "upload"): (gettext_noop("{who} took back an upload."), _same),
    ("corrected", "draft"): (
        gettext_noop("{who} said about “{title}”, before it was stored: {changes}."),
        _corrected,
    ),
    ("left out", "draft"): (gettext_noop("{who} left “{title}” out of an upload."), _said),
    ("took in", "draft"): (gettext_noop("{who} took “{title}” into an upload again."), _said),
    ("left out parts of", "draft"): (
        gettext_noop("{who} left parts out of “{title}” before it was stored: {parts}."),
        _parts,
    ),
    ("took in parts of", "draft"): (
        gettext_noop("{who} took parts into “{title}” before it was stored: {parts}."),
        _parts,
    ),
    ("corrected", "statement"): (
        gettext_noop("{who} corrected what is known about “{title}”: {changes}."),
        _corrected,
    ),
    ("made a password link for", "user"): (gettext_noop("{who} made a password link for {what}."), _account),
    ("issued", "token"): (gettext_noop("{who} made a token for this corpus: {scopes}."), _scopes),
    ("revoked", "token"): (gettext_noop("{who} revoked a token for this corpus."), _same),
}
PLAIN = gettext_noop("{who} {verb} {noun} {what}.")


@require_safe
@needs(May.HISTORY)
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """Who changed what, the latest change first."""
    corpus = fetch(request, Corpus.objects, slug, May.HISTORY)
    page = Paginator(events_of(corpus), PAGE_LENGTH).get_page(request.GET.get("page"))
    known = Known(people_by_pseudonym(corpus), titles_of(corpus, page.object_list))
    rows = [(event, sentence_about(event, known)) for event in page]
    return render(request, "statements/history/page.html", {"corpus": corpus, "page": page, "rows": rows})


def sentence_about(event: Event, known: Known) -> SafeString:
    """Return an event in words; what people wrote stands in them escaped, and keeps to itself."""
    sentence, values_of = SENTENCES.get((event.verb, event.noun), (PLAIN, _words))
    who = str(event.actor) if event.actor else _("The program")
    values = {"who": who, "what": event.public_id, **values_of(event, known)}
    shown = {name: format_html("<bdi>{}</bdi>", value) for name, value in values.items()}
    return format_html(_(sentence), **shown)


def _words(event: Event, known: Known) -> dict[str, object]:
    return {"verb": event.verb, "noun": event.noun}
