"""What is wrong with a form, for where there is room for one sentence."""

from __future__ import annotations

from django import forms


def first_error(form: forms.Form) -> str:
    """Return the first thing that is wrong, for where only one sentence can be shown."""
    return str(next(iter(form.errors.values()))[0])
