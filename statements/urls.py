"""Addresses of the pages."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path, register_converter
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from statements.access import public, signed_in
from statements.converters import PublicId, SentenceId
from statements.views import annotation, corpus, health, home, statement, upload

register_converter(PublicId, "id")
register_converter(SentenceId, "sentence")

account = [
    path("sign-in/", public(LoginView.as_view(template_name="account/sign_in.html")), name="sign-in"),
    path("language/", public(set_language), name="language"),
    path("sign-out/", require_POST(signed_in(LogoutView.as_view())), name="sign-out"),
]

# Below /c/<slug>/: everything that lies in one corpus.
in_corpus = [
    path("", corpus.overview, name="corpus"),
    path("statements/", statement.statements, name="statements"),
    path("statements/<id:public_id>/", statement.statement, name="statement"),
    path("statements/<id:public_id>/tag/", annotation.desk, name="desk"),
    path("tag/", annotation.continue_tagging, name="tag"),
    path("undo/", annotation.undo_latest, name="undo-latest"),
    path("upload/", upload.upload, name="upload"),
    path("upload/<id:public_id>/", upload.preview, name="upload-preview"),
    path("upload/<id:public_id>/store/", upload.store, name="upload-store"),
    path("upload/<id:public_id>/discard/", upload.discard, name="upload-discard"),
    path("scheme/", corpus.scheme, name="scheme"),
    path("export/", corpus.export, name="export"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("healthz", health.health, name="health"),
    path("sentences/<sentence:public_id>/annotation/", annotation.save, name="annotation-save"),
    path("sentences/<sentence:public_id>/undo/", annotation.undo, name="annotation-undo"),
    *account,
    *(path(f"c/<slug:slug>/{one.pattern}", one.callback, name=one.name) for one in in_corpus),
]
