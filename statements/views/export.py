"""The export page: what is to be in it, how it begins, and how to get it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from django_htmx.http import replace_url, retarget
from django_stubs_ext import StrOrPromise

from statements.access import fetch, member_of, needs
from statements.errors import Refused
from statements.formats import FORMATS
from statements.formats.base import Column
from statements.formats.workbook import MOST_ROWS
from statements.forms.export import ExportForm
from statements.meanings import FORMATS as ABOUT_FORMATS
from statements.meanings import KINDS, meaning_of
from statements.messages import sentence_for
from statements.models import Corpus, Member, Statement
from statements.programs import curl_line, python_lines
from statements.reports.annotation import pseudonyms
from statements.reports.columns import COLUMNS, Layer
from statements.reports.export import Preview, preview
from statements.reports.rows import Asked
from statements.reports.scheme import scheme_words
from statements.reports.statement_list import languages_in, speakers_in
from statements.roles import May, sees_all
from statements.streams import places

PAGE = "statements/export/page.html"
SHOWN = 5  # rows of a preview
LONGEST = 400  # characters of a text in the row that is shown as JSON
# Rows up to which the page itself downloads, and shows how far it is: it holds them until all are there.
WATCHED, WATCHED_TEXTS = 200_000, 20_000


@dataclass(frozen=True)
class Meaning:
    """A column as the page explains it; `name` has that of its record before it, if it stands in one."""

    name: str
    kind: StrOrPromise
    may_be_null: bool
    meaning: StrOrPromise


@require_safe
@needs(May.EXPORT)
def export(request: HttpRequest, slug: str) -> HttpResponse:
    """A form whose query is that of the API, and what comes of it: rows, their number, how to get them.

    To htmx it sends the result alone; with the form around it when something in that is or was wrong.
    """
    corpus = fetch(request, Corpus.objects, slug, May.EXPORT)
    member = member_of(request)
    form = _form(request, corpus, member)
    is_part = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]  # the middleware adds it
    context: dict[str, object] = {"corpus": corpus, "form": form, "is_part": is_part}
    if not form.is_valid():
        response = render(request, f"{PAGE}#whole" if is_part else PAGE, context, status=422)
        return retarget(response, "#whole") if is_part else response
    here = f"{reverse('export', args=[corpus.slug])}?{urlencode(form.query)}"
    if "" in request.GET.values() and not is_part:
        return redirect(here)  # an address to keep: all that a form leaves empty is gone from it
    context.update(_result(corpus, form, member))
    if not is_part:
        return render(request, PAGE, context)
    part = "whole" if request.htmx.target == "whole" else "result"  # type: ignore[attr-defined]
    return replace_url(render(request, f"{PAGE}#{part}", context), here)


def _form(request: HttpRequest, corpus: Corpus, member: Member) -> ExportForm:
    words = scheme_words(corpus, get_language() or "")
    slugs = corpus.labels.order_by("slug").values_list("slug", flat=True)
    return ExportForm(
        request.GET,
        languages=languages_in(corpus),
        speakers=speakers_in(corpus),
        labels=words.named(list(slugs)),
        reviewers=sorted(pseudonyms(corpus).values(), key=_number) if sees_all(member.roles) else None,
    )


def _number(pseudonym: str) -> int:
    return int(pseudonym.removeprefix("r"))


def _result(corpus: Corpus, form: ExportForm, member: Member) -> dict[str, object]:
    asked, query = form.asked, form.query
    into, path = FORMATS[query["format"]], reverse("api-export", args=[corpus.slug])
    address, name = f"{settings.PUBLIC_URL}{path}", f"{corpus.slug}-{asked.layer}.{into.extension}"
    found = _preview(corpus, asked, member)
    named = query.get("statement")
    first = found.rows[0] if found and found.rows else None
    return {
        "plain": f"?{urlencode({name: query[name] for name in ('layer', 'format')})}",
        "statement": named and Statement.objects.visible().of(corpus).filter(public_id=named).first(),
        "layer": asked.layer.value,
        "found": found,
        "refused": _refusal(into.name, found),
        "format_name": ABOUT_FORMATS[into.name][0],
        "is_watched": found and found.count <= _most_watched(asked.layer),
        "goes_on": into.go_on is not None,
        "download": f"{path}?{urlencode(query)}",
        "first": first and json.dumps(_shortened(first), ensure_ascii=False, indent=2),
        "columns": list(_meanings(COLUMNS[asked.layer], asked.layer)),
        "curl": curl_line(address, query, name=name),
        "python": python_lines(address, query),
    }


def _preview(corpus: Corpus, asked: Asked, member: Member) -> Preview | None:
    """Return what an export would be; None while all places for exports are taken, of which this is one."""
    if not places.acquire(blocking=False):
        return None
    try:
        return preview(corpus, asked, member, most=SHOWN)
    finally:
        places.release()


def _refusal(format_name: str, found: Preview | None) -> str:
    """Return why the file would be refused, as far as that is known beforehand."""
    if format_name == "xlsx" and found and found.count > MOST_ROWS:
        return sentence_for(Refused("too_many_rows", most=MOST_ROWS))
    return ""


def _most_watched(layer: Layer) -> int:
    return WATCHED_TEXTS if layer == Layer.STATEMENTS else WATCHED


def _meanings(columns: tuple[Column, ...], layer: Layer, within: str = "") -> Iterator[Meaning]:
    for column in columns:
        name = f"{within}.{column.name}" if within else column.name
        meaning = meaning_of(column, layer, within=within)
        yield Meaning(name, KINDS[column.kind], column.may_be_null, meaning)
        yield from _meanings(column.columns, layer, within=column.name)


def _shortened(value: Any) -> Any:  # Any: JSON
    """Return a row of which long texts are cut: this is a page, the file has all of them."""
    if isinstance(value, str):
        return value if len(value) <= LONGEST else f"{value[:LONGEST]}…"
    if isinstance(value, Mapping):
        return {name: _shortened(one) for name, one in value.items()}
    return [_shortened(one) for one in value[:SHOWN]] if isinstance(value, list) else value
