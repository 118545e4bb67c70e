"""The tables: fields, constraints, and the words in which the rest of the program asks for rows."""

from statements.models.annotation import (
    UNTOUCHED,
    Act,
    Annotation,
    AnnotationQuerySet,
    FlagAnswer,
    Round,
    SkipReason,
    State,
)
from statements.models.corpus import Corpus, CorpusQuerySet, Member, Mending, Operator
from statements.models.draft import Draft, DraftQuerySet, Fault
from statements.models.event import Event
from statements.models.gold import Gold, GoldSource
from statements.models.job import Job, JobKind, JobState, Worker
from statements.models.release import Release
from statements.models.scheme import Label, Scheme, SchemeLabel
from statements.models.search import StatementWords
from statements.models.sentence import Resplit, ResplitKind, Sentence, SentenceQuerySet
from statements.models.statement import Statement, StatementQuerySet
from statements.models.upload import Piece, Source, Unseen, Upload, UploadState
from statements.models.user import PasswordLink, SecondFactor, Theme, Token, User

__all__ = [
    "UNTOUCHED",
    "Act",
    "Annotation",
    "AnnotationQuerySet",
    "Corpus",
    "CorpusQuerySet",
    "Draft",
    "DraftQuerySet",
    "Event",
    "Fault",
    "FlagAnswer",
    "Gold",
    "GoldSource",
    "Job",
    "JobKind",
    "JobState",
    "Label",
    "Member",
    "Mending",
    "Operator",
    "PasswordLink",
    "Piece",
    "Release",
    "Resplit",
    "ResplitKind",
    "Round",
    "Scheme",
    "SchemeLabel",
    "SecondFactor",
    "Sentence",
    "SentenceQuerySet",
    "SkipReason",
    "Source",
    "State",
    "Statement",
    "StatementQuerySet",
    "StatementWords",
    "Theme",
    "Token",
    "Unseen",
    "Upload",
    "UploadState",
    "User",
    "Worker",
]
