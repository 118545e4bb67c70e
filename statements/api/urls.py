"""Addresses of the API."""

from django.urls import path

from statements.api.annotation import OwnAnnotation
from statements.api.export import Export

urlpatterns = [
    path("corpora/<slug:slug>/export/", Export.as_view(), name="api-export"),
    path("sentences/<sentence:public_id>/annotation/", OwnAnnotation.as_view(), name="api-annotation"),
]
