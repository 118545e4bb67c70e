"""What happened, as site administrators see it."""

from django.contrib import admin

from statements.admin.site import Kept, site
from statements.models import Event


@admin.register(Event, site=site)
class Events(Kept[Event]):
    list_display = ("at", "actor", "verb", "noun", "public_id", "corpus")
    list_select_related = ("actor", "corpus")
    list_filter = ("verb", "noun", "at")
    search_fields = ("public_id", "actor__username", "corpus__slug")
    ordering = ("-pk",)
    fields = ("at", "actor", "verb", "noun", "public_id", "corpus", "detail")
