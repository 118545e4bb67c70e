"""Why an element of a page, and all in it, is no part of the text: by what it is and what it holds."""

from __future__ import annotations

from lxml.html import HtmlElement

from statements.formats.base import Dropped
from statements.formats.html import furniture
from statements.formats.html.survey import Survey

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
OPENED = HEADINGS | {"summary"}
"""A button in one of these opens what stands below it, and its words are theirs."""

_SPECIFIC = frozenset({Dropped.NAVIGATION, Dropped.CONSENT, Dropped.RELATED})
_WHOLE = frozenset({"html", "body", "main", "article"})
_CONTROLS = frozenset({"button", "select"})
_FEW = 200  # characters, with which a bar of buttons does
_MOSTLY = 0.5

Reason = tuple[str, str]
"""One of Dropped, and the name of the element that gives it; both are empty without one."""


def reason_of(
    place: int, element: HtmlElement, survey: Survey, inherited: Reason, *, above: str, is_within: bool
) -> Reason:
    """Return the reason that holds in an element.

    inherited: that which holds around it; above: the block in which it stands; is_within: it stands in the
    main part of the page. In a sidebar a menu is a menu, but in a menu a sidebar is part of the menu.
    """
    tag = element.tag
    if inherited[0] == Dropped.HIDDEN:
        return inherited
    if furniture.is_hidden(element):
        return Dropped.HIDDEN, tag
    if inherited[0] in _SPECIFIC or not (element.attrib or tag in furniture.TELLING):
        return inherited
    if (inherited[0] and tag in _CONTROLS) or (tag == "button" and above in OPENED):
        return inherited
    if tag in _WHOLE or survey.holds_main[place]:
        return inherited
    own = _own(place, tag, element, survey, is_within)
    return own if own[0] in _SPECIFIC or (own[0] and not inherited[0]) else inherited


def _own(place: int, tag: str, element: HtmlElement, survey: Survey, is_within: bool) -> Reason:
    reason, name = furniture.of_element(tag, element, is_within=is_within)
    if reason or survey.holds_title[place]:
        return reason, name
    reason, name = furniture.of_class(tag, element)
    if reason == Dropped.CONSENT:
        return reason, name
    if tag == "form" and not reason:
        reason, name = Dropped.ASIDE, tag
    size = survey.sizes[place]
    if size > _MOSTLY * survey.sizes[0] or (reason == Dropped.HEADER and is_within):
        return "", ""  # the names of what wraps a page tell of what else is on it
    if reason == Dropped.NAVIGATION and size > _FEW and survey.links[place] < _MOSTLY * size:
        return "", ""
    return (Dropped.ASIDE, name) if reason == Dropped.FOOTER and is_within else (reason, name)
