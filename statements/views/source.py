"""Files of an upload: how each is read, and the file itself."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from statements import jobs
from statements.access import fetch, needs, reader
from statements.actions import upload as acts
from statements.errors import Refused
from statements.forms.upload import SourceForm
from statements.models import Source, Upload
from statements.originals import original_of
from statements.roles import May
from statements.views.upload import page_with


@require_http_methods(["GET", "HEAD", "POST"])
@needs(May.UPLOAD)
def source(request: HttpRequest, slug: str, public_id: str, number: int) -> HttpResponse:
    """Have a file read in another way, or leave it out."""
    found = _source(request, slug, public_id, number)
    if request.method != "POST":
        return redirect("upload-preview", slug, public_id)
    by, at = reader(request), timezone.now()
    try:
        if "out" in request.POST or "in" in request.POST:
            job = acts.leave_file_out(found.upload, found, is_out="out" in request.POST, by=by, at=at)
        else:
            form = SourceForm(request.POST, source=found)
            if not form.is_valid():
                return page_with(request, found.upload, source_form=form, status=422)
            job = acts.read_again(found.upload, found, form.said, by=by, at=at)
    except Refused as refusal:
        return page_with(request, found.upload, refusal=refusal)
    jobs.start(job)
    return redirect("upload-preview", slug, public_id)


@require_safe
@needs(May.UPLOAD)
def original(request: HttpRequest, slug: str, public_id: str, number: int) -> HttpResponseBase:
    """Send a file as it came, to be kept and never to be shown; a 404 once it was discarded."""
    response = original_of(_source(request, slug, public_id, number))
    if response is None:
        raise Http404
    return response


def _source(request: HttpRequest, slug: str, public_id: str, number: int) -> Source:
    among = Upload.objects.filter(corpus__slug=slug)
    upload = fetch(request, among, public_id, May.UPLOAD)
    found = get_object_or_404(Source.objects.select_related("archive"), upload=upload, number=number)
    found.upload = upload
    return found
