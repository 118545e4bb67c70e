"""Corpora, who is in them, and what they ask, as site administrators see it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from statements.access import reader
from statements.actions.corpus import change_corpus
from statements.admin.site import Kept, site
from statements.models import Corpus, Label, Member, Scheme, SchemeLabel


@admin.register(Corpus, site=site)
class Corpora(Kept[Corpus]):
    list_display = ("slug", "name", "languages", "created_at")
    list_filter = ("created_at",)
    search_fields = ("slug", "name")
    ordering = ("slug",)
    fields = ("slug", "name", "languages", "created_at")
    readonly_fields = ("slug", "languages", "created_at")

    def has_change_permission(self, request: HttpRequest, obj: Corpus | None = None) -> bool:
        return True

    def save_model(
        self,
        request: HttpRequest,
        obj: Corpus,
        form: ModelForm[Corpus],
        change: bool,
    ) -> None:
        change_corpus(obj, name=obj.name, by=reader(request), at=timezone.now())


@admin.register(Member, site=site)
class Members(Kept[Member]):
    list_display = (
        "pseudonym",
        "corpus",
        "user",
        "is_admin",
        "is_adjudicator",
        "is_reviewer",
        "is_researcher",
        "joined_at",
        "left_at",
    )
    list_select_related = ("corpus", "user")
    list_filter = (
        "is_admin",
        "is_adjudicator",
        "is_reviewer",
        "is_researcher",
        ("left_at", admin.EmptyFieldListFilter),
    )
    search_fields = ("user__username", "user__name", "corpus__slug", "corpus__name")
    ordering = ("corpus__slug", "number", "pk")
    fields = (*list_display[:7], "has_watched", "joined_at", "left_at")
    readonly_fields = ("pseudonym",)

    @admin.display(description=_("Pseudonym"))
    def pseudonym(self, row: Member) -> str:
        return row.pseudonym


@admin.register(Label, site=site)
class Labels(Kept[Label]):
    list_display = ("slug", "corpus")
    list_select_related = ("corpus",)
    list_filter = ("corpus",)
    search_fields = ("slug", "corpus__slug")
    ordering = ("corpus__slug", "slug")
    fields = ("slug", "corpus")


class LabelsOfScheme(admin.TabularInline[SchemeLabel, Scheme]):
    model = SchemeLabel
    fields = ("position", "label", "key", "palette", "names", "definitions", "examples")
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # Any: as Django says
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # Any: as Django says
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # Any: as Django says
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[SchemeLabel]:
        return super().get_queryset(request).select_related("label", "scheme")


@admin.register(Scheme, site=site)
class Schemes(Kept[Scheme]):
    list_display = ("corpus", "number", "published_at", "published_by")
    list_select_related = ("corpus", "published_by")
    list_filter = ("corpus", "published_at")
    search_fields = ("corpus__slug", "corpus__name")
    ordering = ("corpus__slug", "-number")
    fields = ("corpus", "number", "published_at", "published_by", "guidelines")
    inlines = (LabelsOfScheme,)
