"""The tables: fields, constraints, and the words in which the rest of the program asks for rows."""

from statements.models.annotation import Annotation, Round, SkipReason, State
from statements.models.corpus import Corpus, Member
from statements.models.event import Event
from statements.models.scheme import Label, Scheme, SchemeLabel
from statements.models.sentence import Resplit, Sentence
from statements.models.statement import Statement
from statements.models.upload import Source, Upload, UploadState
from statements.models.user import Token, User

__all__ = [
    "Annotation",
    "Corpus",
    "Event",
    "Label",
    "Member",
    "Resplit",
    "Round",
    "Scheme",
    "SchemeLabel",
    "Sentence",
    "SkipReason",
    "Source",
    "State",
    "Statement",
    "Token",
    "Upload",
    "UploadState",
    "User",
]
