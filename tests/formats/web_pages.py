"""Pages of the web around a few words, and what is read of them."""

from __future__ import annotations

import io

import pytest

from statements.errors import Unreadable
from statements.formats import html
from statements.formats.base import Passage

LONG = "Le groupe Norvane conteste fermement les allégations publiées hier par le journal de la Verdine. "
ARTICLE = f"<article><h1>Norvane répond</h1><p>{LONG * 3}</p><p>{LONG * 2}Fin.</p></article>"


def passages(body: str, *, head: str = "", lang: str = "fr") -> list[Passage]:
    page = (
        f"<!DOCTYPE html><html lang={lang}><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"
    )
    return list(html.read(io.BytesIO(page.encode())).passages)


def kept(body: str, **rest: str) -> list[str]:
    return [passage.text for passage in passages(body, **rest) if not passage.dropped]


def dropped(body: str) -> list[tuple[str, str, str]]:
    """Return reason, place and text of what stands around an article."""
    return [(one.dropped, one.place, one.text) for one in passages(body) if one.dropped]


def details(head: str, body: str = ARTICLE, lang: str = "") -> dict[str, str]:
    page = f"<html{lang}><head>{head}</head><body>{body}</body></html>"
    return dict(html.read(io.BytesIO(page.encode())).details)


def refused(content: bytes) -> tuple[str, dict[str, object]]:
    with pytest.raises(Unreadable) as wrong:
        html.read(io.BytesIO(content))
    return wrong.value.code, wrong.value.values
