"""What commands share: finding what was named on the command line, or saying that it is not there."""

from __future__ import annotations

from django.core.management.base import CommandError

from statements.models import Corpus, User


def corpus_called(slug: str) -> Corpus:
    corpus = Corpus.objects.filter(slug=slug).first()
    if corpus is None:
        known = ", ".join(Corpus.objects.order_by("slug").values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"There is no corpus “{slug}”. There is: {known}.")
    return corpus


def user_called(name: str) -> User:
    user = User.objects.filter(username=name).first()
    if user is None:
        raise CommandError(f"There is nobody called “{name}”. Add them with: manage.py add_user {name}")
    return user
