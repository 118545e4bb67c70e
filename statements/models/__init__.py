"""The tables: fields, constraints, and the words in which the rest of the program asks for rows."""

from statements.models.annotation import UNTOUCHED, Annotation, AnnotationQuerySet, Round, SkipReason, State
from statements.models.corpus import Corpus, CorpusQuerySet, Member
from statements.models.event import Event
from statements.models.scheme import Label, Scheme, SchemeLabel
from statements.models.sentence import Resplit, Sentence
from statements.models.statement import Statement, StatementQuerySet
from statements.models.upload import Source, Upload, UploadState
from statements.models.user import PasswordLink, SecondFactor, Theme, Token, User

__all__ = [
    "UNTOUCHED",
    "Annotation",
    "AnnotationQuerySet",
    "Corpus",
    "CorpusQuerySet",
    "Event",
    "Label",
    "Member",
    "PasswordLink",
    "Resplit",
    "Round",
    "Scheme",
    "SchemeLabel",
    "SecondFactor",
    "Sentence",
    "SkipReason",
    "Source",
    "State",
    "Statement",
    "StatementQuerySet",
    "Theme",
    "Token",
    "Upload",
    "UploadState",
    "User",
]
