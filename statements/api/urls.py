"""Addresses of the API."""

from django.urls import path

from statements.api.annotation import Annotations, OwnAnnotation, SentenceHistory
from statements.api.corpus import Corpora, Me, OneCorpus
from statements.api.description import Description, reference
from statements.api.draft import Drafts, OneDraft, OneSource
from statements.api.export import Export
from statements.api.history import History
from statements.api.member import Members, OneMember
from statements.api.progress import CorpusProgress
from statements.api.resplit import Resplits
from statements.api.scheme import Labels, OneScheme
from statements.api.sentence import OneSentence, Sentences, StatementSentences
from statements.api.statement import OneStatement, Statements
from statements.api.upload import OneUpload, Uploads

# Below corpora/<slug>/: everything that lies in one corpus.
in_corpus = [
    path("", OneCorpus.as_view(), name="api-corpus"),
    path("members/", Members.as_view(), name="api-members"),
    path("members/<member:pseudonym>/", OneMember.as_view(), name="api-member"),
    path("statements/", Statements.as_view(), name="api-statements"),
    path("uploads/", Uploads.as_view(), name="api-uploads"),
    path("uploads/<id:public_id>/", OneUpload.as_view(), name="api-upload"),
    path("uploads/<id:public_id>/statements/", Drafts.as_view(), name="api-drafts"),
    path("uploads/<id:public_id>/statements/<int:number>/", OneDraft.as_view(), name="api-draft"),
    path("uploads/<id:public_id>/files/<int:number>/", OneSource.as_view(), name="api-source"),
    path("sentences/", Sentences.as_view(), name="api-sentences"),
    path("annotations/", Annotations.as_view(), name="api-annotations"),
    path("resplits/", Resplits.as_view(), name="api-resplits"),
    path("labels/", Labels.as_view(), name="api-labels"),
    path("scheme/", OneScheme.as_view(), name="api-scheme"),
    path("progress/", CorpusProgress.as_view(), name="api-progress"),
    path("history/", History.as_view(), name="api-history"),
    path("export/", Export.as_view(), name="api-export"),
]

urlpatterns = [
    path("me/", Me.as_view(), name="api-me"),
    path("corpora/", Corpora.as_view(), name="api-corpora"),
    *(path(f"corpora/<slug:slug>/{one.pattern}", one.callback, name=one.name) for one in in_corpus),
    path("statements/<id:public_id>/", OneStatement.as_view(), name="api-statement"),
    path(
        "statements/<id:public_id>/sentences/", StatementSentences.as_view(), name="api-statement-sentences"
    ),
    path("sentences/<sentence:public_id>/", OneSentence.as_view(), name="api-sentence"),
    path("sentences/<sentence:public_id>/annotation/", OwnAnnotation.as_view(), name="api-annotation"),
    path("sentences/<sentence:public_id>/history/", SentenceHistory.as_view(), name="api-sentence-history"),
    path("schema/", Description.as_view(), name="api-schema"),
    path("docs/", reference, name="api-docs"),
]
