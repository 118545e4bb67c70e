"""A view or an endpoint that forgets to ask does not answer."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from rest_framework.test import APIRequestFactory, force_authenticate

from statements.access import fetch, needs
from statements.api.endpoint import Endpoint
from statements.models import Corpus
from statements.roles import May


def request_of(user) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = user
    return request


def test_a_page_that_fetched_nothing_is_not_shown():
    @needs(May.READ)
    def careless(request: HttpRequest) -> HttpResponse:
        return HttpResponse("all the secrets")

    with pytest.raises(RuntimeError, match="careless answered without fetching anything for the right read"):
        careless(request_of(AnonymousUser()))


def test_a_page_that_fetched_with_another_right_is_not_shown(corpus, rosa):
    @needs(May.ANNOTATE)
    def careless(request: HttpRequest) -> HttpResponse:
        fetch(request, Corpus.objects, corpus.slug, May.READ)
        return HttpResponse("all the secrets")

    with pytest.raises(RuntimeError, match="for the right annotate"):
        careless(request_of(rosa))


def test_a_page_that_fetched_with_its_right_is_shown(corpus, rosa):
    @needs(May.READ)
    def careful(request: HttpRequest) -> HttpResponse:
        return HttpResponse(fetch(request, Corpus.objects, corpus.slug, May.READ).name)

    assert careful(request_of(rosa)).content == b"Press"


def endpoint_that_fetches(right: May | None) -> type[Endpoint]:
    class Some(Endpoint):
        asks_for = {"GET": May.ANNOTATE}
        authentication_classes = ()

        def get(self, request, slug):
            if right:
                fetch(request, Corpus.objects, slug, right)
            return HttpResponse("answered")

    return Some


@pytest.mark.parametrize("right", [None, May.READ])
def test_an_endpoint_that_did_not_fetch_with_its_right_does_not_answer(corpus, rosa, right):
    request = APIRequestFactory().get("/")
    force_authenticate(request, rosa)

    with pytest.raises(RuntimeError, match="Some answered without fetching for the right annotate"):
        endpoint_that_fetches(right).as_view()(request, slug=corpus.slug)


def test_an_endpoint_that_fetched_with_its_right_answers(corpus, rosa):
    request = APIRequestFactory().get("/")
    force_authenticate(request, rosa)

    assert endpoint_that_fetches(May.ANNOTATE).as_view()(request, slug=corpus.slug).content == b"answered"
