"""Addresses: the pages, the REST API, and the pages that explain errors."""

from django.urls import include, path, register_converter

from statements.admin import site
from statements.converters import MemberId, PublicId, SentenceId

register_converter(MemberId, "member")
register_converter(PublicId, "id")
register_converter(SentenceId, "sentence")

urlpatterns = [
    path("api/v1/", include("statements.api.urls")),  # first: every decision comes in here
    path("", include("statements.urls")),
    path("admin/", site.urls),
]

handler400 = "statements.views.errors.bad_request"
handler403 = "statements.views.errors.forbidden"
handler404 = "statements.views.errors.not_found"
handler429 = "statements.views.errors.too_many"  # asked for by allauth
handler500 = "statements.views.errors.server_error"
