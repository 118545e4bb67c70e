"""The rooms of a corpus, as the row of links on top of its pages shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from statements.access import rights_if_any
from statements.roles import May


@dataclass(frozen=True)
class Room:
    """A page that the row links to, the right it takes, and the names of the pages behind it."""

    page: str
    words: StrOrPromise
    right: May
    behind: frozenset[str] = frozenset()


UPLOADING = frozenset(
    f"upload{page}"
    for page in (
        "",
        "-preview",
        "-store",
        "-discard",
        "-cancel",
        "-take-back",
        "-source",
        "-draft",
        "-choose",
    )
)
ROOMS = (
    Room("corpus", _("Overview"), May.READ),
    Room(
        "statements",
        _("Statements"),
        May.READ,
        frozenset({"statement", "statement-edit", "sentence", "tag", "desk", *UPLOADING}),
    ),
    Room("my-work", _("My work"), May.ANNOTATE),
    Room(
        "splits",
        pgettext_lazy("of statements", "Split"),
        May.MEND_SETTLED,
        frozenset({"splits-statements", "splits-mend", "split-anew"}),
    ),
    Room("scheme", _("Labels and guideline"), May.READ, frozenset({"scheme-version", "scheme-edit"})),
    Room("people", _("People"), May.PEOPLE, frozenset({"person", "person-link", "person-remove"})),
    Room("export", _("Export"), May.EXPORT),
    Room("history", _("History"), May.HISTORY),
    Room("corpus-edit", _("Settings"), May.MANAGE),
)


def place(request: HttpRequest) -> Mapping[str, object]:
    """Tell every page what its reader may do in the corpus it shows, and which rooms are open to them.

    `rooms` are pairs of a room and what `aria-current` says of it: "page", "true" on a page behind it, "".
    """
    rights = SimpleLazyObject(lambda: rights_if_any(request))
    return {"rights": rights, "rooms": SimpleLazyObject(lambda: list(_open_rooms(request)))}


def _open_rooms(request: HttpRequest) -> Iterator[tuple[Room, str]]:
    here = request.resolver_match.url_name if request.resolver_match else ""
    rights = rights_if_any(request)
    for room in ROOMS:
        if room.right in rights:
            yield room, "page" if room.page == here else "true" if here in room.behind else ""
