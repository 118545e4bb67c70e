"""What stands around the text of a web page: by elements, roles and names of classes, and by words."""

from __future__ import annotations

import re
import unicodedata

from lxml.html import HtmlElement

from statements.formats.base import Dropped

LONGEST_NAME = 200  # of the classes that are looked at
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.IGNORECASE)
_UNDISPLAYED = frozenset(
    {
        "noscript", "template", "iframe", "noframes", "noembed", "object", "video", "audio", "canvas",
        "datalist", "rp",
    }
)  # fmt: skip
_UNSEEN_CLASSES = frozenset(
    {
        "hidden", "sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "screen-reader-only",
        "d-none",
    }
)  # fmt: skip

BY_ELEMENT = {
    "nav": Dropped.NAVIGATION,
    "menu": Dropped.NAVIGATION,
    "search": Dropped.NAVIGATION,
    "select": Dropped.NAVIGATION,
    "button": Dropped.NAVIGATION,
    "aside": Dropped.ASIDE,
    "textarea": Dropped.ASIDE,
}
BY_ROLE = {
    "navigation": Dropped.NAVIGATION,
    "menu": Dropped.NAVIGATION,
    "menubar": Dropped.NAVIGATION,
    "toolbar": Dropped.NAVIGATION,
    "search": Dropped.NAVIGATION,
    "button": Dropped.NAVIGATION,
    "complementary": Dropped.ASIDE,
}
OF_PAGE = {
    "header": Dropped.HEADER,
    "banner": Dropped.HEADER,
    "footer": Dropped.FOOTER,
    "contentinfo": Dropped.FOOTER,
}
"""Elements and roles that frame the page, unless they stand inside of its main part."""

TELLING = frozenset(BY_ELEMENT) | frozenset(OF_PAGE) | {"form"}
"""Elements that tell what they are without any name."""


def _named(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|[\s_/-])({words})(?:$|[\s_/-])", re.IGNORECASE)


_BY_CLASS = (
    (
        Dropped.CONSENT,
        _named(
            r"cookies?\w*|cookieconsent|consent\w*|gdpr\w*|rgpd|ccpa|cmp|tarteaucitron\w*|didomi|onetrust"
            r"|axeptio\w*|cookiebot|usercentrics|qc-cmp\w*|truste|trustarc|osano|iubenda|klaro|sp_message"
        ),
    ),
    (
        Dropped.RELATED,
        _named(
            r"related\w*|read-(?:also|next|more)|(?:a-)?lire-aussi|lire-egalement|recommend\w*|similar|similaires"
            r"|see-also|voir-aussi|(?:latest|more|other)-(?:news|stories|articles|posts)|articles?-lies"
            r"|autres-(?:actualites|articles|communiques)|up-next|taboola|outbrain"
        ),
    ),
    (
        Dropped.NAVIGATION,
        _named(
            r"nav|navbar|navigation|menus?|submenu|breadcrumbs?|ariane|pagination|pager|skip(?:-to\w*|link)?"
            r"|skip-?links?|evitement|share|sharing|share-?bar|social\w*|partage|partager|addtoany|addthis|sharethis"
            r"|toolbar|lang(?:uage)?-(?:switch\w*|select\w*|menu)|search|recherche"
        ),
    ),
    (Dropped.FOOTER, _named(r"(?:site|page|main|global)-footer|footer|colophon|pied-de-page|bas-de-page")),
    (Dropped.HEADER, _named(r"(?:site|main|global)-header|masthead|topbar|top-bar")),
    (
        Dropped.ASIDE,
        _named(
            r"sidebar|aside|newsletter|subscri\w+|abonnement|inscription|sign-?up|advert\w*|ads?|publicite|promo"
            r"|sponsored|popup|pop-in|modal|overlay|comments?|comment-list|tags|tag-list"
        ),
    ),
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")

RELATED = re.compile(
    r"""(?: (?:a\ )?(?:lire|voir|decouvrir)\ (?:aussi|egalement)
          | (?:sur\ le|dans\ la)\ meme\ (?:sujet|theme|rubrique|thematique)
          | (?:(?:nos|les)\ )?(?:autres|derniers|dernieres)\ (?:actualites|actus|communiques|articles)
          | articles?\ (?:lies|similaires|associes)
          | (?:read|see)\ (?:also|next|more) | also\ read | you\ (?:may|might)\ also
          | related(?:\ (?:articles|news|stories|posts|content|links|reading|topics)|\Z)
          | recommended\ (?:for\ you|reading) | more\ (?:news|stories|on\ this|from)
          | (?:latest|other|recent)\ (?:news|stories|press\ releases|articles)
        )(?!\w)""",
    re.VERBOSE,
)
"""Begins lists of other texts, in folded words."""
CONSENT = re.compile(r"\b(?:cookies?|traceurs|consent(?:ement)?)\b")
CHOICE = re.compile(
    r"""(?:tout\ |j')?(?:accepte[rz]?|refuser)\b | continuer\ sans\ accepter
      | (?:personnaliser|parametrer|gerer|manage)\b | cookie\ (?:settings|preferences)
      | (?:i\ )?(?:accept|agree|allow|reject|decline|refuse)\b | ok\Z""",
    re.VERBOSE,
)
"""Begins what the buttons say by which people consent."""
WAYS = re.compile(
    r"""aller\ au\ (?:contenu|menu)\b | (?:passer|acceder)\ (?:directement\ )?au\ contenu
      | (?:skip|jump)\ to\b | (?:partager|share|imprimer|print|retour|back|previous|next)\b
      | copier\ le\ lien | copy\ (?:the\ )?link | haut\ de\ (?:la\ )?page
      | (?:(?:page|article|communique)\ )?(?:precedente?|suivante?)\Z
      | (?:facebook|twitter|x|linkedin|whatsapp|e-?mail)\Z""",
    re.VERBOSE,
)
"""Begins what links say that lead about the site."""


def folded(text: str) -> str:
    """Return the beginning of a text in small letters without accents."""
    plain = unicodedata.normalize("NFKD", text[:LONGEST_NAME].replace("’", "'")).lower()
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


def is_hidden(element: HtmlElement) -> bool:
    """Whether no reader sees what is in an element."""
    tag = element.tag
    if tag in _UNDISPLAYED or (tag == "dialog" and element.get("open") is None):
        return True
    if not element.attrib:
        return False
    if element.get("hidden") is not None or (element.get("aria-hidden") or "").lower() == "true":
        return True
    style, names = element.get("style"), element.get("class")
    return bool(style and _HIDING.search(style, 0, 2_000)) or bool(
        names and not _UNSEEN_CLASSES.isdisjoint(names[:LONGEST_NAME].lower().split())
    )


def of_element(tag: str, element: HtmlElement, *, is_within: bool) -> tuple[str, str]:
    """Return the reason for which an element and all in it is no part of the text, and how it is called.

    is_within: it stands in the main part of the page. Both are empty where its element and role do not tell.
    """
    role = (element.get("role") or "").strip().lower()
    if reason := BY_ROLE.get(role) or BY_ELEMENT.get(tag):
        return reason, tag if tag in BY_ELEMENT else role
    name = tag if tag in OF_PAGE else role
    if name not in OF_PAGE:
        return "", ""
    if not is_within:
        return OF_PAGE[name], name
    return (Dropped.ASIDE, name) if OF_PAGE[name] is Dropped.FOOTER else ("", "")


def of_class(tag: str, element: HtmlElement) -> tuple[str, str]:
    """Return the reason that the names of an element give, and the name; both are empty without one."""
    for key, sign in (("id", "#"), ("class", "."), ("aria-label", " ")):
        names = (element.get(key) or "")[:LONGEST_NAME]
        if not names:
            continue
        plain = _CAMEL.sub("-", names)
        for reason, pattern in _BY_CLASS:
            if found := pattern.search(plain):
                return reason, f"{tag}{sign}{_whole(plain, found.start(1))}"
    return "", ""


def _whole(names: str, place: int) -> str:
    """Return the one of several names in which the place is."""
    return names[: place + 1].split()[-1][:-1] + names[place:].split()[0]
