"""Texts and what was decided on them, as site administrators see it: nothing can be changed."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from statements.access import reader
from statements.admin.site import Kept, site
from statements.models import Annotation, Resplit, Sentence, Statement, Upload


@admin.register(Upload, site=site)
class Uploads(Kept[Upload]):
    list_display = ("public_id", "corpus", "by", "state", "created_at", "withdrawn_at")
    list_select_related = ("corpus", "by")
    list_filter = ("state", "created_at", ("withdrawn_at", admin.EmptyFieldListFilter))
    search_fields = ("public_id", "corpus__slug", "by__username")
    ordering = ("-pk",)
    fields = ("public_id", *list_display[1:5], "settled_at", "withdrawn_at", "proposal", "found")


@admin.register(Statement, site=site)
class Statements(Kept[Statement]):
    list_display = ("public_id", "title", "corpus", "language", "speaker", "created_at", "withdrawn_at")
    list_select_related = ("corpus",)
    list_filter = ("corpus", "language", "created_at", ("withdrawn_at", admin.EmptyFieldListFilter))
    search_fields = ("public_id", "title", "speaker", "corpus__slug")
    ordering = ("-pk",)
    fields = (
        *list_display[:5],
        "published_on",
        "source_url",
        "licence",
        "responds_to",
        "metadata",
        "segmenter",
        "created_at",
        "withdrawn_at",
        "text",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Statement]:
        return super().get_queryset(request).defer("text")  # a page of the list would be megabytes


@admin.register(Sentence, site=site)
class Sentences(Kept[Sentence]):
    list_display = ("public_id", "number", "paragraph", "start", "end")
    list_filter = (("ended_by", admin.EmptyFieldListFilter),)
    search_fields = ("statement__public_id__exact", "statement__title")
    ordering = ("-pk",)
    fields = ("public_id", "statement", "text", "paragraph", "start", "end", "made_by", "ended_by")
    readonly_fields = ("public_id", "text")

    @admin.display(description=_("public id"))
    def public_id(self, row: Sentence) -> str:
        return row.public_id

    @admin.display(description=_("text"))
    def text(self, row: Sentence) -> str:
        return row.text

    def get_queryset(self, request: HttpRequest) -> QuerySet[Sentence]:
        return super().get_queryset(request).select_related("statement").defer("statement__text")


@admin.register(Resplit, site=site)
class Resplits(Kept[Resplit]):
    list_display = ("public_id", "statement", "kind", "by", "at")
    list_filter = ("kind", "at")
    search_fields = ("public_id", "statement__public_id__exact", "by__username")
    ordering = ("-pk",)
    fields = (*list_display, "undoes", "segmenter", "by_rules")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Resplit]:
        return super().get_queryset(request).select_related("statement", "by").defer("statement__text")


@admin.register(Annotation, site=site)
class Annotations(Kept[Annotation]):
    list_display = ("key", "of_sentence", "reviewer", "state", "unsure", "decided_at", "superseded_at")
    list_filter = (
        "state",
        "round",
        "unsure",
        "bad_split",
        "decided_at",
        ("superseded_at", admin.EmptyFieldListFilter),
    )
    search_fields = ("key__exact", "reviewer__username", "sentence__statement__public_id__exact")
    ordering = ("-pk",)
    fields = (
        "key",
        "of_sentence",
        "reviewer",
        "round",
        "state",
        "labels",
        "reason",
        "unsure",
        "bad_split",
        "comment",
        "scheme",
        "blind",
        "to_check",
        "act",
        "supersedes",
        "restores",
        "shown_ms",
        "decided_at",
        "saved_at",
        "superseded_at",
    )
    readonly_fields = ("of_sentence",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Annotation]:
        """Whoever reviews works blind here, too."""
        rows = Annotation.objects.not_hidden_from(reader(request))
        return rows.select_related("sentence__statement", "reviewer").defer("sentence__statement__text")

    @admin.display(description=_("sentence"))
    def of_sentence(self, row: Annotation) -> str:
        return row.sentence.public_id
