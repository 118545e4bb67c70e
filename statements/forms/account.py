"""Forms with which people look after their own account."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from statements.actions.user import LONGEST_TOKEN_DAYS
from statements.forms.names import runs_straight
from statements.forms.sign_in import NAME_ATTRIBUTES, NewPasswordForm, password_field
from statements.models import Corpus, Theme
from statements.roles import Scope

USUAL_TOKEN_DAYS = 90
LANGUAGES = [code for code, _name in settings.LANGUAGES]  # in which the pages are written

SCOPES: Mapping[Scope, StrOrPromise] = {
    Scope.READ: _("Read and export"),
    Scope.ANNOTATE: _("Decide"),
    Scope.MANAGE: _("Administer"),
}
SENTENCES: Mapping[Scope, StrOrPromise] = {
    Scope.READ: _("Reads statements, labels and the decisions that you may see, and exports them."),
    Scope.ANNOTATE: _("Reads, and decides on sentences in your name where you are a reviewer."),
    Scope.MANAGE: _("Reads, adds statements, changes labels and people where you are an admin."),
}


def scopes_in_words(scopes: Collection[Scope]) -> list[str]:
    """Return the names of these scopes, in the order in which they are always shown."""
    return [str(SCOPES[scope]) for scope in Scope if scope in scopes]


class ProfileForm(forms.Form):
    """What somebody is called, and how pages look for them."""

    name = forms.CharField(
        label=_("Full name"),
        max_length=150,
        required=False,
        validators=[runs_straight],
        help_text=_("For the people of your corpora; exports show a pseudonym."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Language of the pages"),
        choices=lambda: [(code, str(LANG_INFO[code]["name_local"]).capitalize()) for code in LANGUAGES],
    )
    theme = forms.ChoiceField(label=_("Theme"), choices=Theme.choices, required=False)
    shortcuts = forms.BooleanField(
        label=_("Single keys decide and move"),
        required=False,
        help_text=_("On the desk. Turn it off where a screen reader or speech input needs the letters."),
    )


class PasswordForm(NewPasswordForm):
    """A new password, from who knows the old one."""

    old = password_field(_("Current password"), autocomplete="current-password")

    field_order = ["old", "password", "again"]


class TokenForm(forms.Form):
    """A token for a program. `corpora` are those that it can be bound to."""

    name = forms.CharField(
        label=_("What it is for"),
        max_length=100,
        validators=[runs_straight],
        help_text=_("So that you know it again, like “notebook at the office”."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=[(scope.value, name) for scope, name in SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )
    corpus = forms.ChoiceField(label=_("Where"), required=False)
    days = forms.IntegerField(
        label=_("For how many days"),
        min_value=1,
        max_value=LONGEST_TOKEN_DAYS,
        help_text=_("365 at most."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, sent: Any = None, *, corpora: Iterable[Corpus]) -> None:  # Any: a QueryDict, or none
        started = {"scopes": [Scope.READ], "days": USUAL_TOKEN_DAYS}
        super().__init__(sent, initial=started, auto_id="id_token_%s")
        self.corpora = {corpus.slug: corpus for corpus in corpora}
        field = self.fields["corpus"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (for the type checker)
        field.choices = [
            ("", _("In all your corpora")),
            *((slug, corpus.name) for slug, corpus in self.corpora.items()),
        ]

    def clean_scopes(self) -> frozenset[Scope]:
        return frozenset(Scope(name) for name in self.cleaned_data["scopes"])

    def clean_corpus(self) -> Corpus | None:
        return self.corpora.get(self.cleaned_data["corpus"])

    @property
    def scope_boxes(self) -> Iterator[tuple[BoundWidget, StrOrPromise]]:
        """The boxes to tick, each with what the scope is good for."""
        return zip(self["scopes"], SENTENCES.values(), strict=True)


class ForgottenForm(forms.Form):
    """Who forgot their password."""

    who = forms.CharField(
        label=_("User name or e-mail address"),
        max_length=254,
        widget=forms.TextInput(attrs={**NAME_ATTRIBUTES, "autofocus": True}),
    )
