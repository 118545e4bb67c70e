"""Addresses: the pages, the REST API, and the pages that explain errors."""

from django.urls import include, path

from statements.admin import site

urlpatterns = [
    path("", include("statements.urls")),
    path("api/v1/", include("statements.api.urls")),
    path("admin/", site.urls),
]

handler400 = "statements.views.errors.bad_request"
handler403 = "statements.views.errors.forbidden"
handler404 = "statements.views.errors.not_found"
handler429 = "statements.views.errors.too_many"  # asked for by allauth
handler500 = "statements.views.errors.server_error"
