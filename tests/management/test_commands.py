"""The commands for people in a terminal, and for their scripts."""

from __future__ import annotations

import hashlib
import io
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command

from statements.models import Annotation, Corpus, Event, Member, Source, Statement, Token, User
from statements.reports.scheme import scheme_words
from statements.roles import Role, Scope
from statements.text.spans import pieces
from tests.make import make_corpus, make_member, make_reviewer, make_user

pytestmark = pytest.mark.django_db

SEED = Path(settings.BASE_DIR) / "seeds"
PASSWORD = "correct horse battery"


def run(command: str, *words: str, **options: object) -> str:
    out = io.StringIO()
    call_command(command, *words, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch):
    """Say what stands on standard input."""
    return lambda text: monkeypatch.setattr(sys, "stdin", io.StringIO(text))


# --- add_user ---


@pytest.mark.parametrize("line_end", ["\n", "\r\n", ""])
def test_a_person_is_added_with_a_password_from_standard_input(typed, line_end):
    typed(PASSWORD + line_end)

    said = run("add_user", "rosa", "--password-stdin", "--email", "rosa@example.org")

    rosa = User.objects.get()
    assert said == "Added rosa.\n"
    assert (rosa.username, rosa.email, rosa.check_password(PASSWORD)) == ("rosa", "rosa@example.org", True)
    assert rosa.is_superuser is False


def test_a_person_is_added_with_roles(typed):
    corpus = make_corpus()
    typed(PASSWORD)

    said = run(
        "add_user", "rosa", "--password-stdin", "--corpus", "press", "--role", "reviewer", "--role", "admin"
    )

    assert said == "Added rosa.\nIn press, rosa is now admin, reviewer.\n"
    assert Member.objects.get(corpus=corpus).roles == {Role.ADMIN, Role.REVIEWER}


def test_a_site_administrator_is_added(typed):
    typed(PASSWORD)

    run("add_user", "root", "--password-stdin", "--site-admin")

    root = User.objects.get()
    assert (root.is_staff, root.is_superuser) == (True, True)


def test_nobody_who_is_there_becomes_a_site_administrator_without_another():
    make_user("rosa")

    with pytest.raises(CommandError, match="Another site administrator can make them one"):
        run("add_user", "rosa", "--site-admin")

    assert User.objects.get().is_superuser is False


def test_the_last_admin_of_a_corpus_stays_one():
    make_member("ada", {Role.ADMIN})

    with pytest.raises(CommandError, match="A corpus needs an admin"):
        run("add_user", "ada", "--corpus", "press", "--role", "researcher")


def test_of_somebody_who_is_there_only_the_roles_are_set():
    make_corpus()
    make_user("rosa")

    said = run("add_user", "rosa", "--corpus", "press", "--role", "researcher")

    assert said == "In press, rosa is now researcher.\n"
    assert Member.objects.get().roles == {Role.RESEARCHER}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rosa", "--corpus", "press"], "--corpus and --role go together: name both or neither."),
        (["rosa", "--role", "admin"], "--corpus and --role go together: name both or neither."),
        (["rosa", "--corpus", "pres", "--role", "admin"], "There is no corpus “pres”. There is: press."),
        (["there"], "There is already somebody called there."),
        (["THERE", "--password-stdin"], "There is already somebody called “THERE”."),
        (["two words", "--password-stdin"], "Enter a valid username."),
        (["rosa", "--password-stdin", "--email", "nowhere"], "Enter a valid email address."),
    ],
)
def test_a_person_who_cannot_be_added_is_not_and_the_reason_is_said(typed, words, said):
    make_corpus()
    make_user("there")
    before = Event.objects.count()
    typed(PASSWORD)

    with pytest.raises(CommandError) as wrong:
        run("add_user", *words)

    assert str(wrong.value).startswith(said)
    assert (User.objects.count(), Member.objects.count(), Event.objects.count()) == (1, 0, before)


def test_a_weak_password_is_refused_with_all_its_reasons(typed):
    typed("12345\n")

    with pytest.raises(CommandError, match=r"too short.*too common.*entirely numeric"):
        run("add_user", "rosa", "--password-stdin")

    assert User.objects.count() == 0


# --- add_token ---


def test_a_token_is_printed_alone():
    corpus = make_corpus()
    rosa = make_reviewer("rosa", corpus=corpus)

    said = run(
        "add_token", "rosa", "--scope", "read", "--scope", "annotate", "--corpus", "press", "--days", "7"
    )

    token = Token.objects.get()
    assert said == said.strip() + "\n"
    assert hashlib.sha256(said.strip().encode()).hexdigest() == token.digest
    assert (token.user, token.corpus, token.scopes) == (rosa, corpus, {Scope.READ, Scope.ANNOTATE})
    assert (token.expires_at - token.created_at).days == 7


def test_a_token_lasts_ninety_days_and_opens_all_corpora_unless_said():
    make_user("rosa")

    run("add_token", "rosa", "--scope", "read")

    token = Token.objects.get()
    assert ((token.expires_at - token.created_at).days, token.corpus) == (90, None)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ben", "--scope", "read"], "There is nobody called “ben”. Add them with: manage.py add_user ben"),
        (["rosa", "--scope", "read", "--corpus", "x"], "There is no corpus “x”. There is: none yet."),
        (["rosa", "--scope", "read", "--days", "0"], "A token lasts from 1 to 365 days."),
        (["rosa", "--scope", "read", "--days", "366"], "A token lasts from 1 to 365 days."),
        (["rosa", "--scope", "all"], "Error: argument --scope: invalid choice"),
        (["rosa"], "Error: the following arguments are required: --scope"),
    ],
)
def test_a_token_that_cannot_be_made_is_not_and_the_reason_is_said(words, said):
    make_user("rosa")

    with pytest.raises(CommandError) as wrong:
        run("add_token", *words)

    assert str(wrong.value).startswith(said)
    assert Token.objects.count() == 0


# --- load_seed ---


def everything() -> dict[str, list[tuple[object, ...]]]:
    models = apps.get_app_config("statements").get_models(include_auto_created=True)
    return {model._meta.label: list(model._default_manager.order_by("pk").values_list()) for model in models}


def test_the_seed_is_one_statement_of_29_sentences_in_8_paragraphs():
    run("load_seed")

    statement = Statement.objects.get()
    sentences = list(statement.sentences.in_order())
    assert [sentence.number for sentence in sentences] == list(range(1, 30))
    assert sorted({sentence.paragraph for sentence in sentences}) == list(range(1, 9))
    cut = pieces(statement.text, [(one.start, one.end) for one in sentences])
    assert "".join(gap + text for gap, text in cut) == statement.text
    assert (statement.corpus.slug, statement.language, statement.speaker) == ("seed", "fr", "Binance")
    assert (statement.published_on.isoformat(), statement.source_url, statement.licence) == (
        "2023-06-05",
        "",
        "",
    )
    assert "SEC" in statement.responds_to


def test_the_seed_is_kept_byte_for_byte():
    run("load_seed")

    source = Source.objects.get()
    content = (SEED / source.name).read_bytes()
    assert b"".join(bytes(piece.content) for piece in source.pieces.order_by("number")) == content
    assert source.sha256 == hashlib.sha256(content).hexdigest()


def test_the_seed_brings_its_labels_and_guideline_in_two_languages():
    run("load_seed")

    corpus = Corpus.objects.get()
    for language in ("en", "fr"):
        words = scheme_words(corpus, language)
        assert [(one.slug, one.key) for one in words.labels] == [
            ("allegation", "a"),
            ("rebuttal", "r"),
            ("commitment", "c"),
        ]
        assert all(one.name and one.definition for one in words.labels)
        assert words.guideline == (SEED / f"guideline_{language}.md").read_text("utf-8")


def test_loading_twice_changes_nothing():
    make_user("admin")
    run("load_seed", "--admin", "admin")
    before = everything()

    run("load_seed", "--admin", "admin")

    assert everything() == before
    assert {model: len(rows) for model, rows in before.items()}["statements.Sentence"] == 29


def test_the_admin_is_admin_and_reviewer_of_the_seed():
    admin = make_user("admin")

    run("load_seed", "--admin", "admin")

    assert [(one.user, one.roles) for one in Member.objects.all()] == [(admin, {Role.ADMIN, Role.REVIEWER})]
    assert Annotation.objects.count() == 0


def test_an_admin_who_is_not_there_is_named_and_nothing_is_loaded():
    with pytest.raises(CommandError, match="There is nobody called “nobody”"):
        run("load_seed", "--admin", "nobody")

    assert (Corpus.objects.count(), Event.objects.count()) == (0, 0)


@pytest.mark.parametrize("command", ["add_user", "add_token", "load_seed", "rebuild_search", "serve"])
def test_every_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command(command, "--help")

    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("usage:")
