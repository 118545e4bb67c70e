"""The least that Django can do to save a label: what `benchmarks/desk.py` holds the desk against.

Sessions, CSRF and accounts like the product's, then one UPSERT; no rules, no history, no API framework.
How it talks to its database are the product's own settings, so neither is favoured.
Run as `python -m benchmarks.bare NAME…`, it makes its tables and accounts; standard input is their password.
"""

from __future__ import annotations

import json
import sys

import django
from django.conf import settings
from django.contrib.auth import authenticate, get_user_model, login
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.urls import path
from django.views.decorators.http import require_http_methods, require_safe

from annotator import settings as product

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
def health(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [
    path("healthz", health),
    path("sign-in/", sign_in),
    path("save/", save),
]
application = get_wsgi_application()


def make(names: list[str], password: str) -> None:
    call_command("migrate", interactive=False, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    kind = get_user_model()
    hashed = make_password(password)
    kind.objects.bulk_create([kind(username=name, password=hashed) for name in names])


if __name__ == "__main__":
    make(sys.argv[1:], sys.stdin.readline().rstrip("\n"))
