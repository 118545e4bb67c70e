"""Roles in words: what each is called, and what a person with it may do."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from statements.roles import Role

NAMES: Mapping[Role, StrOrPromise] = {
    Role.ADMIN: pgettext_lazy("role", "admin"),
    Role.ADJUDICATOR: pgettext_lazy("role", "adjudicator"),
    Role.REVIEWER: pgettext_lazy("role", "reviewer"),
    Role.RESEARCHER: pgettext_lazy("role", "researcher"),
}
SENTENCES: Mapping[Role, StrOrPromise] = {
    Role.ADMIN: _("Adds statements and people, changes labels and guideline, reads the history."),
    Role.ADJUDICATOR: _("Reads what every reviewer chose, to settle where they differ; exports it."),
    Role.REVIEWER: _(
        "Tags sentences, blind: whoever reviews sees only their own decisions, whatever else they are."
    ),
    Role.RESEARCHER: _("Reads statements and what every reviewer chose; exports it."),
}


def names_of(roles: Collection[Role]) -> list[str]:
    """Return the names of these roles, in the order in which they are always shown."""
    return [str(NAMES[role]) for role in Role if role in roles]


def role_choices() -> list[tuple[str, StrOrPromise]]:
    """Return each role with its name."""
    return [(role.value, name) for role, name in NAMES.items()]
