"""Origins in words: where a passage stood in its document, and why it does not belong to the text."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django_stubs_ext import StrOrPromise

from statements.formats.base import Dropped, Passage, What

WHATS: Mapping[str, StrOrPromise] = {
    What.PARAGRAPH: gettext_lazy("Paragraph"),
    What.HEADING: gettext_lazy("Heading"),
    What.ENTRY: gettext_lazy("List item"),
    What.ROW: gettext_lazy("Table %(number)s, row %(row)s"),
    What.CAPTION: gettext_lazy("Caption"),
    What.FOOTNOTE: gettext_lazy("Footnote %(number)s"),
    What.ENDNOTE: gettext_lazy("Endnote %(number)s"),
    What.COMMENT: pgettext_lazy("in a document", "Comment"),
}
WHYS: Mapping[str, StrOrPromise] = {
    Dropped.HEADER: gettext_lazy("left out: on top of pages"),
    Dropped.FOOTER: gettext_lazy("left out: at the bottom of pages"),
    Dropped.PAGE_NUMBER: gettext_lazy("left out: page number"),
    Dropped.NAVIGATION: gettext_lazy("left out: navigation"),
    Dropped.CONSENT: gettext_lazy("left out: cookie notice"),
    Dropped.RELATED: gettext_lazy("left out: links to other texts"),
    Dropped.ASIDE: gettext_lazy("left out: beside the main text"),
    Dropped.COMMENT: gettext_lazy("left out: comment"),
    Dropped.HIDDEN: gettext_lazy("left out: hidden in the file"),
    Dropped.BY_HAND: gettext_lazy("left out by hand"),
}


def origin_of(passage: Passage) -> str:
    """Return where a passage stood, in the language of the moment: "Heading (h2) · page 3 · left out: …"."""
    numbers = {"number": passage.number or "", "row": passage.row}
    what = " ".join((str(WHATS[passage.what]) % numbers).split())
    parts = [f"{what} ({passage.place})" if passage.place else what]
    if passage.until > passage.page:
        parts.append(_("pages %(first)s to %(last)s") % {"first": passage.page, "last": passage.until})
    elif passage.page:
        parts.append(_("page %(page)s") % {"page": passage.page})
    if passage.dropped:
        parts.append(str(WHYS[passage.dropped]))
    return " · ".join(parts)
