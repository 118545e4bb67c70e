"""What a web page says about itself: its title, its day, its language, its address and its site."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from statements.formats.html.furniture import folded
from statements.formats.html.words import one_line

LONGEST = {"title": 300, "source_url": 500, "site": 200}
LONGEST_DATELINE = 80
LONGEST_SAID = 2_000
MOST_METAS = 500
MOST_NODES = 1_000
LONGEST_SCRIPT = 500_000  # characters
_DATES = (
    "article:published_time", "og:published_time", "og:article:published_time", "datepublished",
    "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date", "dcterms.date", "publication_date",
    "publish-date", "publishdate", "pubdate", "date",
)  # fmt: skip
_MONTHS = {
    name: number
    for names in (
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
        "january february march april may june july august september october november december",
    )
    for number, name in enumerate(names.split(), 1)
}
_MONTH = "|".join(_MONTHS)
_WRITTEN = re.compile(
    rf"""\b (?: (?P<day>[0-9]{{1,2}}) (?:er|st|nd|rd|th)? \s (?P<month>{_MONTH})
             | (?P<month_us>{_MONTH}) \s (?P<day_us>[0-9]{{1,2}}) , ) \s (?P<year>[0-9]{{4}}) \b""",
    re.VERBOSE,
)
_DAY = re.compile(r"\s*([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9])")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8}){0,3}")
_ADDRESS = re.compile(r"https?://[^\s/?#@<>\"\\]+(?:[/?#][^\s<>\"\\]*)?", re.IGNORECASE)
_PARTS_OF_TITLE = re.compile(r"\s+(?:[|·•»–—-]|::)\s+")
_LONGEST_SITE = 40


def details_of(
    root: HtmlElement, *, title: str, times: Iterable[str], lines: Iterable[str], addresses: Iterable[str]
) -> dict[str, str]:
    """Return the details that a page states, by the names of `columns.FIELDS`, and `site`.

    title: its first heading, empty without one; times: of its time elements; lines: those below
    its title, one of which may be its day and hardly more; addresses: from which
    it was saved, the best one first. What is longer than it can be, or not what it is to be, is left out.
    """
    said = _said(root)
    found = {
        "title": title
        or said.get("og:title", "")
        or _without_site(_title(root), said.get("og:site_name", "")),
        "published_on": next(_days(root, said, times), "") or next(_written_days(lines), ""),
        "language": next(_languages(root, said), ""),
        "source_url": next(filter(_is_address, [_canonical(root), said.get("og:url", ""), *addresses]), ""),
        "site": said.get("og:site_name", ""),
    }
    return {
        name: value for name, value in found.items() if value and len(value) <= LONGEST.get(name, len(value))
    }


def title_of(root: HtmlElement) -> str:
    """Return the title that a page tells to browsers and others, which its heading repeats more or less."""
    return _said(root).get("og:title", "") or _title(root)


def _said(root: HtmlElement) -> dict[str, str]:
    """Return what the meta elements say, by names in small letters; the first of a name counts."""
    said: dict[str, str] = {}
    for meta in islice(root.iter("meta"), MOST_METAS):
        for key in ("property", "name", "itemprop", "http-equiv"):
            if name := (meta.get(key) or "")[:100].strip().lower():
                said.setdefault(name, one_line((meta.get("content") or "")[:LONGEST_SAID]))
    return said


def _title(root: HtmlElement) -> str:
    found = next(root.iter("title"), None)
    return one_line(((found.text or "") if found is not None else "")[:LONGEST_SAID])


def _without_site(title: str, site: str) -> str:
    """Return a title without the name of the site, which most sites put behind it."""
    parts = list(_PARTS_OF_TITLE.finditer(title))
    if not parts:
        return title
    first, last = title[: parts[-1].start()], title[parts[-1].end() :]
    is_behind_bar = "|" in parts[-1][0] and len(last) <= min(_LONGEST_SITE, len(first))
    return first if last == site or is_behind_bar else title


def _days(root: HtmlElement, said: Mapping[str, str], times: Iterable[str]) -> Iterator[str]:
    for text in [*(said.get(name, "") for name in _DATES), *_told_to_machines(root), *times]:
        if found := _DAY.match(text):
            yield from _day(int(found[1]), int(found[2]), int(found[3]))


def _written_days(lines: Iterable[str]) -> Iterator[str]:
    """Yield the days that stand in lines such as "Paris, le 12 mars 2026", with the names of their months."""
    for line in lines:
        found = _WRITTEN.search(folded(line)) if len(line) <= LONGEST_DATELINE else None
        if found:
            day, month = found["day"] or found["day_us"], found["month"] or found["month_us"]
            yield from _day(int(found["year"]), _MONTHS[month], int(day))


def _day(year: int, month: int, day: int) -> Iterator[str]:
    try:
        yield date(year, month, day).isoformat()
    except ValueError:  # 30 February
        return


def _told_to_machines(root: HtmlElement) -> Iterator[str]:
    """Yield the days on which, by JSON-LD, what the page is about was published; lists are of other pages."""
    for script in islice(root.iter("script"), MOST_METAS):
        text = script.text or ""
        if "ld+json" not in (script.get("type") or "") or len(text) > LONGEST_SCRIPT:
            continue
        try:
            things = [json.loads(text, strict=False)]
        except (ValueError, RecursionError):  # scripts of pages are often broken
            continue
        yield from _published(things)


def _published(things: list[Any]) -> Iterator[str]:  # Any: JSON values
    for _count in range(MOST_NODES):
        if not things:
            return
        thing = things.pop(0)
        if isinstance(thing, list):
            things = thing[:MOST_NODES] + things
        elif isinstance(thing, dict):
            if isinstance(thing.get("datePublished"), str):
                yield thing["datePublished"]
            things = [thing.get("@graph"), thing.get("mainEntity"), *things]


def _languages(root: HtmlElement, said: Mapping[str, str]) -> Iterator[str]:
    names = (root.get("lang"), root.get("xml:lang"), said.get("content-language"), said.get("og:locale"))
    for name in names:
        plain = (name or "").strip().lower().replace("_", "-")
        if _LANGUAGE.fullmatch(plain):
            yield plain


def _canonical(root: HtmlElement) -> str:
    for link in islice(root.iter("link"), MOST_METAS):
        if (link.get("rel") or "").lower() == "canonical":
            return (link.get("href") or "").strip()
    return ""


def _is_address(text: str) -> bool:
    return len(text) <= LONGEST["source_url"] and bool(_ADDRESS.fullmatch(text))
