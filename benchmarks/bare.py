"""The least that Django can do to save labels and to send them all: what the product is held against.

Sessions, CSRF and accounts like the product's, then one UPSERT (`benchmarks/desk.py`), or one SELECT that is
streamed (`benchmarks/exports.py`); no rules, no history, no API framework.
How it talks to its database are the product's own settings, so neither is favoured.
Run as `python -m benchmarks.bare NAME…`, it makes its tables and accounts; standard input is their password.
With `--items`, so many labelled texts are there to be sent.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from itertools import chain

import django
from django.conf import settings
from django.contrib.auth import authenticate, get_user_model, login
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.urls import path
from django.views.decorators.http import require_http_methods, require_safe

from annotator import settings as product
from benchmarks.texts import made_up

settings.configure(
    DEBUG=False,
    SECRET_KEY=product.SECRET_KEY,
    ALLOWED_HOSTS=product.ALLOWED_HOSTS,
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    DATABASES={"default": product.DATABASES["default"]},
    DEFAULT_AUTO_FIELD=product.DEFAULT_AUTO_FIELD,
    USE_TZ=True,
)
django.setup()

TABLE = """
CREATE TABLE tag (
    item BIGINT NOT NULL,
    reviewer BIGINT NOT NULL,
    label VARCHAR(50) NOT NULL,
    PRIMARY KEY (item, reviewer)
)
"""
UPSERT = """
INSERT INTO tag (item, reviewer, label) VALUES (%s, %s, %s)
ON CONFLICT (item, reviewer) DO UPDATE SET label = excluded.label
"""
# What is sent lies apart, so that saves do not get slower by it. No driver reads a TIMESTAMPTZ of SQLite: it
# comes as the text it is.
TO_SEND = (
    "CREATE TABLE item (id INTEGER PRIMARY KEY, text TEXT NOT NULL)",
    """
    CREATE TABLE opinion (
        item INTEGER NOT NULL REFERENCES item,
        reviewer BIGINT NOT NULL,
        label VARCHAR(50) NOT NULL,
        updated TIMESTAMPTZ NOT NULL,
        PRIMARY KEY (item, reviewer)
    )
    """,
)
SELECT = """
SELECT item.id, item.text, opinion.label, opinion.reviewer, opinion.updated
FROM item JOIN opinion ON opinion.item = item.id ORDER BY item.id
"""
AT_ONCE = 2_000  # rows that are fetched and sent together
LABELS = ("allegation", "commitment", "rebuttal")


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return HttpResponse(get_token(request))
    user = authenticate(request, username=request.POST["username"], password=request.POST["password"])
    if user is None:
        return HttpResponse(status=422)
    login(request, user)
    return HttpResponse(status=204)


@require_http_methods(["PUT", "POST"])
def save(request: HttpRequest) -> HttpResponseBase:
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    given = json.loads(request.body)
    with connection.cursor() as cursor:
        cursor.execute(UPSERT, [given["item"], request.user.pk, given["label"]])
    return JsonResponse({"item": given["item"], "label": given["label"]})


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    return StreamingHttpResponse(_lines(), content_type="application/x-ndjson")


def _lines() -> Iterator[bytes]:
    # PostgreSQL would make the whole answer first if its cursor were to outlive the transaction.
    one_state = transaction.atomic() if connection.vendor == "postgresql" else nullcontext()
    with one_state, connection.chunked_cursor() as cursor:
        cursor.execute(SELECT)
        while rows := cursor.fetchmany(AT_ONCE):
            yield "".join(_line(*row) for row in rows).encode()


def _line(item: int, text: str, label: str, user: int, updated: object) -> str:
    row = {"id": item, "text": text, "label": label, "user": user, "updated": str(updated)}
    return f"{json.dumps(row, ensure_ascii=False)}\n"


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [
    path("healthz", health),
    path("sign-in/", sign_in),
    path("save/", save),
    path("export/", export),
]
application = get_wsgi_application()


def make(names: list[str], password: str, *, items: int) -> None:
    call_command("migrate", interactive=False, verbosity=0)
    kind = get_user_model()
    hashed = make_password(password)
    kind.objects.bulk_create([kind(username=name, password=hashed) for name in names])
    with transaction.atomic(), connection.cursor() as cursor:
        for table in (TABLE, *TO_SEND):
            cursor.execute(table)
        if items:
            _fill(items, kind.objects.values_list("pk", flat=True)[0])


def _fill(items: int, reviewer: int) -> None:
    texts = list(enumerate(chain.from_iterable(made_up(items)), start=1))
    noon = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    said = [
        (item, reviewer, LABELS[item % len(LABELS)], noon + timedelta(milliseconds=4_321 * item))
        for item, _text in texts
    ]
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO item VALUES (%s, %s)", texts)
        rows = [(*row, connection.ops.adapt_datetimefield_value(at)) for *row, at in said]
        cursor.executemany("INSERT INTO opinion VALUES (%s, %s, %s, %s)", rows)
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE item, opinion")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="+", metavar="NAME")
    parser.add_argument("--items", type=int, default=0)
    asked = parser.parse_args()
    make(asked.names, sys.stdin.readline().rstrip("\n"), items=asked.items)
