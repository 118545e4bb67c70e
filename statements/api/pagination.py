"""Lists by the page: a cursor names the row at the edge of a page by its public id, in a fixed order."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, Q, QuerySet
from django.utils.http import urlencode
from rest_framework.request import Request

from statements.errors import Refused
from statements.models.snapshot import horizon
from statements.reports.rows import moment

M = TypeVar("M", bound=Model)

ONWARD, BACK = "n", "p"
CURSOR = re.compile(r"([np])([0-9A-Za-z_.:+-]{1,200})")


@dataclass(frozen=True)
class Listing(Generic[M]):
    """Rows in an order. `order` names fields that together are unique; all go up, or all go down.

    `name` gives a row the public name that a cursor holds, and `find` finds it again, among all rows that
    could ever have been in such a list of this reader: the row at the edge may have left it meanwhile.
    `backward` names the fields by which one goes back, where those differ; they put rows into the same order.
    """

    rows: QuerySet[M]
    order: tuple[str, ...]
    name: Callable[[M], str]
    find: Callable[[str], M]
    newest_first: bool = False
    backward: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page(Generic[M]):
    """Some rows of a list, and the addresses of the pages around them.

    `next_since` is what to ask for as `changed_since` the next time, where that was asked for: all pages of a
    walk say the one that held when it began.
    """

    rows: list[M]
    next: str | None = field(default=None)
    previous: str | None = field(default=None)
    next_since: str | None = field(default=None)

    def as_json(self, show: Callable[[M], Mapping[str, Any]]) -> dict[str, Any]:
        since = {} if self.next_since is None else {"next_since": self.next_since}
        results = [show(row) for row in self.rows]
        return {"next": self.next, "previous": self.previous, **since, "results": results}


def page_of(request: Request, listing: Listing[M], asked: Mapping[str, Any]) -> Page[M]:
    """Return the page that `asked` (`limit` and `cursor`) means. Raises Refused("cursor").

    Rows that come in while somebody walks are met once or, where they lie behind, not at all; no row is met
    twice or skipped.
    """
    since = _next_since(asked)  # before anything is read
    limit, cursor = asked["limit"], asked.get("cursor")
    way, edge = _edge(listing, cursor) if cursor else (ONWARD, None)
    upward = (way == ONWARD) != listing.newest_first
    order = listing.backward if way == BACK and listing.backward else listing.order
    rows = listing.rows.order_by(*(name if upward else f"-{name}" for name in order))
    if edge is not None:
        rows = rows.filter(_beyond(order, edge, upward=upward))
    some = list(rows[: limit + 1])
    there_is_more = len(some) > limit
    some = some[:limit]
    if way == BACK:
        some.reverse()
    if not some:
        return Page([], next_since=since)
    after = there_is_more if way == ONWARD else True
    before = there_is_more if way == BACK else edge is not None
    return Page(
        some,
        next=_address(request, ONWARD, listing.name(some[-1]), since) if after else None,
        previous=_address(request, BACK, listing.name(some[0]), since) if before else None,
        next_since=since,
    )


def whole(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a list that is always short in the shape that all lists have."""
    return {"next": None, "previous": None, "results": rows}


def _beyond(order: tuple[str, ...], edge: Model, *, upward: bool) -> Q:
    side = "gt" if upward else "lt"
    beyond, same = Q(), Q()
    for name in order:
        value = getattr(edge, name)
        beyond |= same & Q(**{f"{name}__{side}": value})
        same &= Q(**{name: value})
    return beyond


def _edge(listing: Listing[M], cursor: str) -> tuple[str, M]:
    try:
        spelled = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        read = CURSOR.fullmatch(spelled)
        if read is None or _cursor(read[1], read[2]) != cursor:
            raise Refused("cursor")
        edge = listing.find(read[2])
    except (ValueError, OverflowError, ObjectDoesNotExist) as unknown:
        raise Refused("cursor") from unknown
    if listing.name(edge) != read[2]:  # another way to write it: one row has one cursor
        raise Refused("cursor")
    return read[1], edge


def _cursor(way: str, name: str) -> str:
    return urlsafe_b64encode(f"{way}{name}".encode()).decode().rstrip("=")


def _next_since(asked: Mapping[str, Any]) -> str | None:
    if "changed_since" not in asked:
        return None
    return moment(asked["next_since"] if "next_since" in asked else horizon())


def _address(request: Request, way: str, name: str, since: str | None) -> str:
    query = {**request.query_params.dict(), "cursor": _cursor(way, name)}
    if since is not None:
        query["next_since"] = since
    return f"{settings.PUBLIC_URL}{request.path}?{urlencode(query)}"
