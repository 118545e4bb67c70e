"""The admin site itself: who gets in, and what holds for every table."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, reverse
from django.utils.translation import gettext_lazy as _

from statements.models import User

Row = TypeVar("Row", bound=Model)
AnyView = TypeVar("AnyView", bound=Callable[..., HttpResponseBase])

# Of Django's own addresses: signing out and passwords have pages of ours, and rows have no page elsewhere.
LEFT_OUT = {"logout", "password_change", "password_change_done", "view_on_site"}
# What filters put behind the name of a field.
ENDINGS = {"", "__exact", "__id__exact", "__isnull", "__isempty", "__gte", "__gt", "__lt", "__lte"}


class Site(admin.AdminSite):
    """Open to site administrators, who sign in where everybody does; to others there is nothing here."""

    site_header = site_title = "Annotator"
    index_title = _("Accounts and everything that is stored")

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return isinstance(user, User) and user.is_active and user.is_superuser

    def admin_view(self, view: AnyView, cacheable: bool = False) -> AnyView:
        answer = super().admin_view(view, cacheable)

        @wraps(answer)
        def closed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # Any: of each view
            if not self.has_permission(request):
                raise Http404
            return answer(request, *args, **kwargs)

        return cast("AnyView", closed)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [one for one in super().get_urls() if getattr(one, "name", None) not in LEFT_OUT]

    @property
    def urls(self) -> tuple[list[URLPattern | URLResolver], str, str]:
        return self.get_urls(), "admin", self.name

    # Without `method_decorator`: Django's rule looks at the function that stands in the addresses.
    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send to the one page on which people sign in; it follows `next` on this host only."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise Http404
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


site = Site(name="admin")
site.disable_action("delete_selected")


class Kept(admin.ModelAdmin[Row]):
    """Rows to look at: found by search and filters, never added, changed or deleted here."""

    show_full_result_count = False  # counting a large table for every search is slow
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Whether a query parameter may filter: only by what the filters on the page ask.

        Django lets any field of the table itself be asked, so that hashes could be guessed bit by bit.
        """
        filters = [one for one in self.list_filter if isinstance(one, str | tuple)]
        named = [str(one if isinstance(one, str) else one[0]) for one in filters]
        return any(lookup == name + ending for name in named for ending in ENDINGS)
