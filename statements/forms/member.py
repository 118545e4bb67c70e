"""Forms for the people of a corpus."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from statements.forms.names import runs_straight
from statements.forms.roles import SENTENCES, role_choices
from statements.roles import Role


class RolesForm(forms.Form):
    """What a person is in a corpus."""

    roles = forms.MultipleChoiceField(
        label=_("What they may do here"),
        choices=role_choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one role.")},
    )

    def clean_roles(self) -> frozenset[Role]:
        return frozenset(Role(name) for name in self.cleaned_data["roles"])

    @property
    def role_boxes(self) -> Iterator[tuple[BoundWidget, StrOrPromise]]:
        """The boxes to tick, each with what the role may do."""
        return zip(self["roles"], SENTENCES.values(), strict=True)


class PersonForm(RolesForm):
    """Somebody to let in. `send` says that the link goes to them by mail."""

    username = UsernameField(
        label=_("User name"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        help_text=_("With this they sign in."),
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    name = forms.CharField(
        label=_("Full name"),
        max_length=150,
        required=False,
        validators=[runs_straight],
        help_text=_("For the people of the corpus; exports show a pseudonym."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    send = forms.BooleanField(required=False)

    field_order = ["username", "name", "email", "roles"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("send") and "email" in given and not given["email"]:
            self.add_error(
                "email", _("Without an address the link cannot be sent. Add one, or show the link.")
            )
        return given
