"""What the database itself refuses, whoever writes and however."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import F, Model, ProtectedError

from statements.actions.upload import withdraw
from statements.actions.user import make_password_link
from statements.models import (
    Annotation,
    Corpus,
    Draft,
    FlagAnswer,
    Gold,
    Job,
    Label,
    Member,
    PasswordLink,
    Piece,
    Release,
    Resplit,
    Round,
    Scheme,
    SchemeLabel,
    Sentence,
    Source,
    State,
    Statement,
    Token,
    Upload,
    UploadState,
    User,
)
from statements.models.scheme import RESERVED_KEYS
from tests.make import (
    LATER,
    NOON,
    THREE,
    bring,
    make_corpus,
    make_gold,
    make_release,
    make_reviewer,
    make_sentence,
    make_statement,
    make_token,
    make_upload,
    make_user,
    merge,
    sentences_of,
    tag,
)

pytestmark = pytest.mark.django_db


def copy(row: Model, **changes: object) -> Model:
    """A second row like `row`, not stored yet, with a public id of its own."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    del values[row._meta.pk.attname]
    values.pop("public_id", None)
    return type(row)(**{**values, **changes})


def refuses(name: str, write) -> bool:
    """Whether the database refuses `write` because of the constraint `name`."""
    try:
        with transaction.atomic():
            write()
    except IntegrityError as refusal:
        known = next(
            one for model in apps.get_models() for one in model._meta.constraints if one.name == name
        )
        # SQLite names the columns of a broken uniqueness in place of the constraint.
        columns = [f".{field}" for field in getattr(known, "fields", ())]
        said = str(refusal)
        assert name in said or (columns and all(column in said for column in columns)), said
        return True
    return False


def insert(row: Model, **changes: object):
    """Write a copy past every check of Python's."""
    return lambda: type(row).objects.bulk_create([copy(row, **changes)])


def change(row: Model, **values: object):
    return lambda: type(row).objects.filter(pk=row.pk).update(**values)


def annotation() -> Annotation:
    return tag(make_sentence(), make_reviewer(), "allegation")


def member() -> Member:
    make_reviewer()
    return Member.objects.get()


def scheme_label() -> SchemeLabel:
    make_corpus()
    return SchemeLabel.objects.get(key="a")


def source() -> Source:
    make_upload()
    return Source.objects.get()


def piece() -> Piece:
    make_upload()
    return Piece.objects.get()


def draft() -> Draft:
    make_upload()
    return Draft.objects.get()


def job() -> Job:
    make_upload()
    return Job.objects.get()


def open_job() -> Job:
    waiting = job()
    waiting.state = "waiting"
    waiting.save()
    return waiting


def keyed() -> Upload:
    return bring({"a.txt": THREE}, by=make_user("rosa"), key="one-upload")


def token() -> Token:
    make_token(make_reviewer())
    return Token.objects.get()


def password_link() -> PasswordLink:
    make_password_link(make_user("rosa"), by=None, at=NOON)
    return PasswordLink.objects.get()


def resplit() -> Resplit:
    return merge(sentences_of(make_statement("One thing. Another."))[0])


def flag_answer() -> FlagAnswer:
    flag = annotation()
    return flag.flag_answers.create(by=flag.reviewer, at=NOON)


def gold() -> Gold:
    return make_gold(make_sentence(), "rebuttal", by=make_reviewer())


def release() -> Release:
    return make_release(by=make_reviewer())


REFUSED = [
    ("corpus_mending_known", make_corpus, change, {"mending": "nobody"}),
    ("resplit_key_once_per_person", resplit, insert, {}),
    ("resplit_kind_known", resplit, change, {"kind": "join"}),
    ("resplit_undo_undoes", resplit, change, {"kind": "undo"}),
    ("resplit_undo_undoes", resplit, change, {"undoes": F("pk")}),
    ("resplit_rules_are_by_rules", resplit, change, {"kind": "rules"}),
    ("resplit_rules_are_by_rules", resplit, change, {"by_rules": True}),
    ("annotation_to_check_is_not_blind", annotation, change, {"to_check": True}),
    ("flag_answer_once", flag_answer, insert, {}),
    ("gold_one_current_row", gold, insert, {}),
    ("gold_state_known", gold, change, {"state": "skipped"}),
    ("gold_source_known", gold, change, {"source": "guessed"}),
    ("gold_has_an_adjudicator", gold, change, {"by": None}),
    ("release_number_once_per_corpus", release, insert, {}),
    ("release_counts_from_one", release, change, {"number": 0}),
    ("corpus_slug_is_plain", make_corpus, insert, {"slug": "Press"}),
    ("corpus_slug_is_plain", make_corpus, insert, {"slug": "-press"}),
    ("corpus_slug_is_plain", make_corpus, insert, {"slug": ""}),
    ("corpus_slug_is_plain", make_corpus, insert, {"slug": "pré"}),
    ("member_once_per_corpus", member, insert, {"number": 9}),
    ("member_number_once_per_corpus", member, insert, {"user_id": "another"}),
    ("label_slug_once_per_corpus", lambda: scheme_label().label, insert, {}),
    ("label_slug_is_plain", lambda: scheme_label().label, insert, {"slug": "No"}),
    ("label_slug_is_plain", lambda: scheme_label().label, insert, {"slug": "_no"}),
    ("scheme_number_once_per_corpus", lambda: scheme_label().scheme, insert, {}),
    ("scheme_shows_a_label_once", scheme_label, insert, {"key": "x", "position": 9}),
    ("scheme_key_once", scheme_label, insert, {"label_id": "another", "position": 9}),
    ("scheme_position_once", scheme_label, insert, {"label_id": "another", "key": "x"}),
    *(("scheme_key_is_free", scheme_label, change, {"key": key}) for key in sorted(RESERVED_KEYS)),
    ("scheme_key_is_free", scheme_label, change, {"key": ""}),
    ("scheme_key_is_free", scheme_label, change, {"key": "A"}),
    ("scheme_key_is_free", scheme_label, change, {"key": "é"}),
    ("scheme_palette_exists", scheme_label, change, {"palette": 0}),
    ("scheme_palette_exists", scheme_label, change, {"palette": 11}),
    ("upload_state_known", make_upload, change, {"state": "lost"}),
    ("upload_withdrawn_was_stored", make_upload, change, {"withdrawn_at": NOON}),
    ("upload_key_once_per_person", keyed, insert, {}),
    ("source_number_once_per_upload", source, insert, {}),
    ("piece_number_once_per_source", piece, insert, {}),
    ("draft_number_once_per_upload", draft, insert, {}),
    ("draft_has_text", draft, change, {"text": ""}),
    ("job_kind_known", job, change, {"kind": "sweep"}),
    ("job_state_known", job, change, {"state": "lost"}),
    ("job_open_once_per_upload", open_job, insert, {}),
    ("statement_text_once_per_corpus", make_statement, insert, {}),
    ("statement_has_text", make_statement, change, {"text": ""}),
    ("statement_has_title", make_statement, change, {"title": ""}),
    ("sentence_number_once", make_sentence, insert, {"start": 1}),
    ("sentence_start_once", make_sentence, insert, {"number": 9}),
    ("sentence_is_not_empty", make_sentence, change, {"end": F("start")}),
    ("sentence_is_not_empty", make_sentence, change, {"start": 30}),
    ("sentence_counts_from_one", make_sentence, change, {"number": 0}),
    ("sentence_counts_from_one", make_sentence, change, {"paragraph": 0}),
    ("annotation_key_once_per_reviewer", annotation, insert, {"superseded_at": LATER}),
    ("annotation_one_current_row", annotation, insert, {"key": "another"}),
    ("annotation_state_known", annotation, change, {"state": "untouched"}),
    ("annotation_round_known", annotation, change, {"round": "second"}),
    ("annotation_has_key", annotation, change, {"key": ""}),
    ("annotation_act_known", annotation, change, {"act": "undone"}),
    ("annotation_undo_takes_back", annotation, change, {"act": "undo"}),
    ("annotation_reason_if_skipped", annotation, change, {"reason": "other"}),
    ("annotation_reason_if_skipped", annotation, change, {"state": State.SKIPPED}),
    ("annotation_reason_if_skipped", annotation, change, {"state": State.SKIPPED, "reason": "bored"}),
    ("user_name_once_however_written", lambda: make_user("rosa"), insert, {"username": "Rosa"}),
    ("password_link_one_a_person", password_link, insert, {"digest": "another"}),
    ("token_ends_after_it_begins", token, change, {"expires_at": NOON}),
]


@pytest.mark.parametrize(("name", "make", "write", "values"), REFUSED)
def test_the_database_refuses(name, make, write, values):
    row = make()
    if values.get("user_id") == "another":
        values = {"user_id": User.objects.create(username="another").pk}
    if values.get("label_id") == "another":
        values = {**values, "label_id": Label.objects.create(corpus=row.label.corpus, slug="another").pk}

    assert refuses(name, write(row, **values))


def test_every_named_constraint_is_tried_here():
    ours = [model for model in apps.get_app_config("statements").get_models() if not model._meta.auto_created]
    named = {one.name for model in ours for one in model._meta.constraints}

    assert named == {name for name, *_ in REFUSED}


def test_columns_that_are_unique_by_themselves_are_so():
    statement, upload = make_statement(), Upload.objects.get()
    for row in (statement, upload, token()):
        with pytest.raises(IntegrityError), transaction.atomic():
            insert(row, public_id=row.public_id, **({"fold": "other"} if row == statement else {}))()
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Token.objects.get())()  # the digest
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Corpus.objects.get())()  # the slug


# --- And what it lets pass ---


def test_each_round_has_its_own_current_row():
    row = annotation()

    insert(row, key="second", round=Round.REPEAT)()

    assert Annotation.objects.current().count() == 2
    assert refuses("annotation_one_current_row", insert(row, key="third", round=Round.REPEAT))


def test_superseded_rows_may_be_many():
    row = annotation()

    for number in range(3):
        insert(row, key=f"old-{number}", superseded_at=LATER)()

    assert Annotation.objects.count() == 4


def test_one_row_is_superseded_by_one_row():
    row = annotation()
    insert(row, key="second", superseded_at=LATER, supersedes_id=row.pk)()

    with pytest.raises(IntegrityError), transaction.atomic():
        insert(row, key="third", superseded_at=LATER, supersedes_id=row.pk)()


def test_an_ended_sentence_leaves_its_place_to_another():
    sentence, rosa = make_sentence(), make_reviewer()
    change(sentence, ended_by=sentence.statement.resplits.create(by=rosa, at=LATER))()

    insert(sentence, number=9)()

    assert [row.number for row in Sentence.objects.current()] == [9]


def test_the_text_of_a_withdrawn_statement_may_come_again_and_in_other_corpora():
    statement = make_statement()
    insert(statement, corpus_id=make_corpus("elsewhere").pk)()
    change(statement, withdrawn_at=LATER)()

    insert(statement, withdrawn_at=None)()

    assert Statement.objects.filter(fold=statement.fold).count() == 3


def test_an_upload_can_be_withdrawn_once_it_is_stored():
    statement = make_statement()

    withdraw(statement.upload, by=None, at=LATER)

    assert [Statement.objects.visible().count(), Sentence.objects.visible().count()] == [0, 0]
    assert Upload.objects.get().state == UploadState.STORED


@pytest.mark.parametrize("model", [User, Corpus, Label, Scheme, Sentence, Statement, Upload, Source])
def test_what_others_stand_on_cannot_be_deleted(model):
    annotation()

    with pytest.raises(ProtectedError):
        model.objects.order_by("pk").first().delete()


def test_sentences_and_statements_are_found_only_while_they_are_visible():
    one, two, three = sentences_of(make_statement(THREE))
    statement = one.statement
    assert Sentence.objects.find(two.public_id) == two
    assert Statement.objects.find(statement.public_id) == statement
    withdraw(statement.upload, by=None, at=LATER)

    with pytest.raises(Sentence.DoesNotExist):
        Sentence.objects.find(three.public_id)
    with pytest.raises(Statement.DoesNotExist):
        Statement.objects.find(statement.public_id)


@pytest.mark.parametrize("number", ["", ".", ".x", ".-1", ".²", ".1.1", ".١", f".{10**9}", ".99"])
def test_a_crooked_sentence_id_is_not_there(number):
    statement = make_statement()

    with pytest.raises(Sentence.DoesNotExist):
        Sentence.objects.find(statement.public_id + number)


def test_a_token_opens_between_its_days_unless_revoked_or_its_owner_is_out():
    row = token()

    def opens(at=NOON):
        return Token.objects.get().opens(at)

    assert [opens(NOON - timedelta(seconds=1)), opens(NOON), opens(row.expires_at)] == [False, True, False]
    change(row, revoked_at=NOON)()
    assert opens() is False
    change(row, revoked_at=None)()
    User.objects.update(is_active=False)
    assert opens() is False
