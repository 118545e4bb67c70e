"""Django's admin site: site administrators look at everything, change accounts, and delete nothing."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from statements.actions.user import make_password_link
from statements.admin import site
from statements.models import (
    Annotation,
    Corpus,
    Event,
    Label,
    Member,
    PasswordLink,
    Resplit,
    Scheme,
    SchemeLabel,
    SecondFactor,
    Sentence,
    Statement,
    Token,
    Upload,
    User,
)
from statements.roles import Role, Scope
from tests.make import (
    NOON,
    make_corpus,
    make_member,
    make_reviewer,
    make_statement,
    make_token,
    sentences_of,
    tag,
)

HISTORY = [
    Annotation,
    Event,
    Label,
    Member,
    PasswordLink,
    Resplit,
    Scheme,
    SecondFactor,
    Sentence,
    Statement,
    Token,
    Upload,
]
ALL = [*HISTORY, Corpus, User]


def page_of(model, what: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)


def list_of(model) -> str:
    return page_of(model, "changelist")


def add_rows(number: int) -> None:
    """One more row in every table."""
    root = User.objects.get(username="root")
    corpus = make_corpus(f"corpus-{number}")
    person = make_member(f"person-{number}", {Role.REVIEWER}, corpus=corpus)
    make_token(person, Scope.READ, corpus=corpus)
    make_password_link(person, by=root, at=NOON)
    Authenticator.objects.create(user=person, type="totp", data={"secret": "hidden-data"})
    reviewer = make_reviewer(f"reviewer-{number}")
    statement = make_statement(f"This is text {number}.", title=f"Statement {number}")
    tag(sentences_of(statement)[0], reviewer, "rebuttal")
    Resplit.objects.create(statement=statement, by=root, at=NOON)
    Upload.objects.update(by=root)
    Scheme.objects.update(published_by=root)
    Event.objects.update(actor=root)


# --- Who gets in ---


def test_exactly_these_tables_are_shown():
    assert set(site._registry) == set(ALL)


def test_people_sign_in_where_everybody_does(client, root):
    user = User.objects.get(username="root")
    user.set_password("correct-horse-battery")
    user.save()

    asked = client.get("/admin/statements/user/")
    assert (asked.status_code, asked.headers["Location"]) == (302, "/sign-in/?next=/admin/statements/user/")

    sent = client.post(
        asked.headers["Location"],
        {"username": "root", "password": "correct-horse-battery", "next": "/admin/statements/user/"},
    )
    assert (sent.status_code, sent.headers["Location"]) == (302, "/admin/statements/user/")


def test_the_login_page_of_django_leads_to_ours(client, db):
    response = client.get("/admin/login/?next=/admin/statements/user/")

    assert response.headers["Location"] == "/sign-in/?next=/admin/statements/user/"


def test_there_is_no_second_form_to_sign_in(client, corpus):
    client.force_login(make_member("mia", set(Role)))

    assert [client.get(path).status_code for path in ("/admin/", "/admin/login/")] == [404, 404]


@pytest.mark.parametrize("path", ["logout/", "password_change/", "r/1/1/", "no-such/"])
def test_what_has_a_page_of_ours_has_none_of_djangos(by_root, path):
    assert by_root.get(f"/admin/{path}").status_code == 404


def test_staff_who_do_not_administer_the_site_stay_out(client, stranger):
    User.objects.filter(pk=stranger.pk).update(is_staff=True)
    client.force_login(stranger)

    assert client.get("/admin/").status_code == 404


def test_a_token_opens_no_page_of_it(client, root):
    token = make_token(root, *Scope, at=timezone.now())

    response = client.get("/admin/", headers={"authorization": f"Bearer {token}"})

    assert response.status_code == 302


# --- Looking ---


@pytest.mark.parametrize("model", ALL)
def test_a_list_takes_the_same_queries_for_one_row_and_three(by_root, model):
    counts = []
    add_rows(1)
    for path in (list_of(model), f"{list_of(model)}?q=1"):
        by_root.get(path)
    for number in (0, 2):
        for more in range(number):
            add_rows(2 + more)
        ContentType.objects.get_for_models(*ALL, LogEntry, for_concrete_models=False)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            response = by_root.get(list_of(model))
        assert response.status_code == 200
        counts.append(len(asked))

    assert model.objects.count() >= 3
    assert counts[0] == counts[1] <= 12


@pytest.mark.parametrize("model", ALL)
def test_a_row_takes_the_same_queries_however_many_there_are(by_root, model):
    add_rows(1)
    path = page_of(model, "change", model.objects.order_by("pk").last().pk)
    by_root.get(path)
    counts = []
    for number in (0, 2):
        for more in range(number):
            add_rows(2 + more)
        with CaptureQueriesContext(connection) as asked:
            response = by_root.get(path)
        assert response.status_code == 200
        counts.append(len(asked))

    assert counts[0] == counts[1] <= 18


@pytest.mark.parametrize("model", ALL)
def test_every_list_is_searched_and_filtered(by_root, model):
    add_rows(1)
    options = site._registry[model]

    assert options.search_fields
    assert options.list_filter
    assert by_root.get(list_of(model), {"q": "no such thing, surely"}).status_code == 200
    assert by_root.get(list_of(model), {"q": "\0"}).status_code == 200


def test_a_search_finds_and_a_filter_narrows(by_root, stranger, rosa):
    User.objects.filter(pk=rosa.pk).update(is_active=False)

    found = [
        {user.username for user in by_root.get(list_of(User), asked).context["cl"].queryset}
        for asked in ({"q": "stran"}, {"is_active__exact": "0"}, {"is_superuser__exact": "1"})
    ]

    assert found == [{"stranger"}, {"rosa"}, {"root"}]


@pytest.mark.parametrize(
    ("model", "asked"),
    [
        (User, "password__startswith"),
        (User, "session_salt__startswith"),
        (User, "username__startswith"),
        (User, "tokens__digest__startswith"),
        (Token, "digest__startswith"),
        (Token, "user__password__startswith"),
        (PasswordLink, "digest"),
        (SecondFactor, "data__secret"),
        (Event, "actor__password__startswith"),
        (Label, "corpus__members__user__password__startswith"),
    ],
)
def test_nothing_is_filtered_by_what_the_page_does_not_offer(by_root, model, asked):
    assert by_root.get(list_of(model), {asked: "m"}).status_code == 400


def test_no_secret_is_on_any_page(by_root, root):
    add_rows(1)
    secrets = {
        *User.objects.exclude(session_salt="").values_list("session_salt", flat=True),
        *User.objects.values_list("password", flat=True),
        *Token.objects.values_list("digest", flat=True),
        *PasswordLink.objects.values_list("digest", flat=True),
        "hidden-data",
    }
    assert len(secrets) > 3

    for model in ALL:
        one = page_of(model, "change", model.objects.order_by("pk").last().pk)
        for path in (list_of(model), one, page_of(model, "history", model.objects.order_by("pk").last().pk)):
            text = by_root.get(path).text
            assert [secret for secret in secrets if secret in text] == []


# --- Nothing is deleted, history does not change ---


@pytest.mark.once
@pytest.mark.parametrize("model", ALL)
def test_nothing_can_be_deleted(by_root, model):
    add_rows(1)
    row = model.objects.order_by("pk").last()
    before = model.objects.count()

    answers = [
        by_root.get(page_of(model, "delete", row.pk)).status_code,
        by_root.post(page_of(model, "delete", row.pk), {"post": "yes"}).status_code,
    ]
    by_root.post(list_of(model), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})

    assert answers == [403, 403]
    assert model.objects.count() == before


@pytest.mark.once
@pytest.mark.parametrize("model", HISTORY)
def test_history_is_neither_written_nor_changed(by_root, model):
    add_rows(1)
    row = model.objects.order_by("pk").last()
    before = model.objects.filter(pk=row.pk).values().get()
    page = by_root.get(page_of(model, "change", row.pk))

    answers = [
        by_root.get(page_of(model, "add")).status_code,
        by_root.post(page_of(model, "add"), {}).status_code,
        by_root.post(page_of(model, "change", row.pk), {"name": "Another", "slug": "another"}).status_code,
    ]

    assert answers == [403, 403, 403]
    assert 'name="_save"' not in page.text
    assert model.objects.filter(pk=row.pk).values().get() == before


def test_corpora_are_not_added_here(by_root):
    assert by_root.get(page_of(Corpus, "add")).status_code == 403


# --- In English and in French ---

# What is the same in both, or a name. Whoever adds a word here has looked it up.
SAME = {
    "0 annotations", "1 annotation", "Annotation", "Annotations", "Annotator", "Corpus", "Licence", "Source",
    "WebAuthn", "corpus",
}  # fmt: skip


def texts_of(html: str) -> set[str]:
    """What a person reads or hears of a page."""
    page = re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.DOTALL)
    seen = re.split(r"<[^>]*>", page)
    told = re.findall(r'(?:\b(?:alt|aria-label|placeholder|title)|type="submit" value)="([^"]*)"', page)
    return {" ".join(unescape(text).split()).removeprefix("› ") for text in (*seen, *told)}


def stored(model) -> set[str]:
    """What the rows of a table, and of those it names, hold; not what has words of its own on a page."""
    said = {str(row) for row in model.objects.all()} if model in {Annotation, Event} else set()
    for table in (model, Corpus, Label, SchemeLabel, User):
        names = [field.attname for field in table._meta.concrete_fields if not field.choices]
        for value in (value for row in table.objects.values_list(*names) for value in row):
            is_json = isinstance(value, list | dict)
            said.add(json.dumps(value, ensure_ascii=False) if is_json else str(value))
    said |= {member.pseudonym for member in Member.objects.all()}
    for sentence in Sentence.objects.select_related("statement"):
        said |= {sentence.public_id, sentence.text}
    return said


def left_in_english(client: Client, path: str, model=User) -> set[str]:
    english, french = (
        texts_of(client.get(path, headers={"accept-language": code}).text) for code in ("en", "fr")
    )
    assert len(english) > 10
    both = (english & french) - SAME - stored(model)
    return {text for text in both if len(re.findall(r"[^\W\d_]", text)) > 1}


@pytest.mark.once
@pytest.mark.parametrize("model", ALL)
def test_all_of_a_table_is_said_in_french(by_root, model):
    add_rows(1)
    row = model.objects.order_by("pk").last()
    pages = [
        list_of(model),
        f"{list_of(model)}?q=no+such+thing",
        page_of(model, "change", row.pk),
        page_of(model, "history", row.pk),
    ]

    assert {path: left_in_english(by_root, path, model) for path in pages} == {path: set() for path in pages}


def test_what_stands_between_the_tables_is_said_in_french(by_root, stranger):
    add_rows(1)
    by_root.post(page_of(User, "change", stranger.pk), {"name": "Another name", "is_active": "on"})
    assert LogEntry.objects.count() == 1
    pages = ["/admin/", "/admin/statements/", page_of(User, "add")]

    assert {path: left_in_english(by_root, path) for path in pages} == {path: set() for path in pages}
