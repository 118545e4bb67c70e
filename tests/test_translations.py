"""The French catalogue is whole, typeset as French is, and compiled."""

from __future__ import annotations

import ast
import re
import struct
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import django
import pytest
from django.apps import apps
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
MESSAGES = Path("locale", "fr", "LC_MESSAGES")
CATALOGUE = ROOT / "statements" / MESSAGES / "django.po"

# French and English say the same. Whoever adds a word here has looked it up.
SAME = {
    "Archive", "Corpus", "Date", "Format", "Licence", "Pages", "Sessions", "Source", "Versions",
    "annotation", "annotations", "corpus", "date", "licence", "olive", "page %(page)s", "source", "violet",
}  # fmt: skip

Key = tuple[str | None, str, str | None]  # context, words, plural


@dataclass
class Entry:
    context: str | None = None
    words: str = ""
    plural: str | None = None
    french: list[str] = field(default_factory=list)
    is_fuzzy: bool = False

    @property
    def key(self) -> Key:
        return self.context, self.words, self.plural

    @property
    def english(self) -> list[str]:
        """What each of the French forms says, in the same order."""
        return [self.words] if self.plural is None else [self.words, self.plural]


PARTS = {"msgctxt": "context", "msgid": "words", "msgid_plural": "plural"}


def read_po(path: Path) -> list[Entry]:
    """Return the entries of a .po file, the header first. Its strings are written like Python's."""
    entries = []
    for block in re.split(r"\n\s*\n", path.read_text("utf-8").strip()):
        entry = Entry()
        if re.search(r"^#,.*\bfuzzy\b", block, re.MULTILINE):
            entry.is_fuzzy = True
        for name, quoted in re.findall(r'^(msg\S+)((?:\s+".*")+)', block, re.MULTILINE):
            value = "".join(ast.literal_eval(line.strip()) for line in quoted.strip().split("\n"))
            if name.startswith("msgstr"):
                entry.french.append(value)
            else:
                setattr(entry, PARTS[name], value)
        entries.append(entry)
    return entries


def read_mo(path: Path) -> dict[str, str]:
    """Return the raw table of a .mo file."""
    data = path.read_bytes()
    magic, _revision, count, originals, translations = struct.unpack_from("<5I", data)
    assert magic == 0x950412DE

    def text(table: int, number: int) -> str:
        length, offset = struct.unpack_from("<2I", data, table + 8 * number)
        return data[offset : offset + length].decode()

    return {text(originals, number): text(translations, number) for number in range(count)}


def raw(entry: Entry) -> tuple[str, str]:
    """Return an entry as a .mo file holds it."""
    context = "" if entry.context is None else f"{entry.context}\x04"
    return context + "\0".join(entry.english), "\0".join(entry.french)


# Where a call has its context, words and plural.
CALLS = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
    "npgettext": (0, 1, 2),
}
STRING = r"""u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
TEMPLATE_CALL = re.compile(rf"\b(_|n?p?gettext)\(({STRING}(?:, {STRING})*)")


def called(name: str, arguments: list[str]) -> Key:
    context, words, plural = (None if place is None else arguments[place] for place in CALLS[name])
    assert words is not None
    return context, words, plural


def in_template(source: str) -> set[Key]:
    return {
        called(name, list(ast.literal_eval(f"({arguments},)")))
        for name, arguments in TEMPLATE_CALL.findall(templatize(source))
    }


def in_python(source: str) -> set[Key]:
    found = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        function = getattr(node.func, "id", getattr(node.func, "attr", "")).removesuffix("_lazy")
        if function in CALLS:
            key = called(function, [getattr(argument, "value", "") for argument in node.args])
            if key[1]:  # else a name: what it holds was marked where it was written
                found.add(key)
    return found


def in_use() -> set[Key]:
    pages = (in_template(path.read_text("utf-8")) for path in (ROOT / "templates").rglob("*.*"))
    modules = (
        in_python(path.read_text("utf-8"))
        for package in ("annotator", "statements")
        for path in (ROOT / package).rglob("*.py")
    )
    return set().union(*pages, *modules)


HEADER, *ENTRIES = read_po(CATALOGUE)
FORMS = [(entry, *pair) for entry in ENTRIES for pair in zip(entry.english, entry.french, strict=False)]

CODE = re.compile(r"https?://\S+|`[^`]*`|%\(\w+\)\w")
PLACEHOLDER = re.compile(r"%\(\w+\)\w|%%?\w*|\{\w+\}")
SPACE = "\u00a0\u202f"
FAULTS = {
    "straight apostrophe": "'",
    "quotation marks that are not French": '["“”‘]',
    "full stops for an ellipsis": r"\.\.\.",
    "no no-break space before a sign": f"(?<![{SPACE}])[:;?!»]",
    "no no-break space after an opening guillemet": f"«(?![{SPACE}])",
    "space at an end": r"\A\s|\s\Z",
}


def test_every_string_in_use_is_in_the_catalogue_and_no_other():
    listed = {entry.key for entry in ENTRIES}
    assert len(listed) == len(ENTRIES)
    assert in_use() == listed


# Names and abbreviations that are written so in every language.
UNTRANSLATED = {"Annotator", "CSV", "JSONL", "TOKEN"}
SHOWN = ("alt", "aria-label", "data-label", "data-text", "data-done", "placeholder", "title")


class Bare(HTMLParser):
    """The words that stand in a template as they are, in texts and in attributes that people read."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.inside: list[str] = []
        # What is not shown as it stands: comments, what is translated, blocks inside a tag, all other tags.
        for part in (
            r"(?s)\{%-? *comment.*?endcomment.*?%\}",
            r"(?s)\{% *blocktranslate.*?endblocktranslate *%\}",
            r"(?s)\{% *block (?:body_class|form_attributes) *%\}.*?\{% *endblock[^%]*%\}",
            r"(?s)\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}",
        ):
            source = re.sub(part, " ", source)
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside.append(tag)
        self.note(" ".join(value or "" for name, value in attrs if name in SHOWN))

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"code", "kbd", "pre", "script", "style"} & set(self.inside):
            self.note(data)

    def note(self, text: str) -> None:
        self.found |= {word for word in re.findall(r"[^\W\d_]{2,}", text) if word not in UNTRANSLATED}


@pytest.mark.parametrize(
    "path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_no_template_has_words_that_are_never_translated(path):
    assert Bare(path.read_text("utf-8")).found == set()


def test_words_of_a_template_would_be_seen():
    source = (
        '<p title="Über">{% translate "a" %} bare {{ x }}<kbd>Esc</kbd></p>{% comment %}no{% endcomment %}'
    )

    assert Bare(source).found == {"Über", "bare"}


def test_every_entry_is_translated():
    forms = int(re.search(r"nplurals=(\d)", HEADER.french[0])[1])
    wanted = {entry.key: 1 if entry.plural is None else forms for entry in ENTRIES}
    assert {entry.key: sum(map(bool, entry.french)) for entry in ENTRIES} == wanted
    assert [entry.words for entry in ENTRIES if entry.is_fuzzy] == []


def test_only_words_that_are_the_same_in_french_are_left_as_they_are():
    assert {words for _entry, words, french in FORMS if words == french} == SAME


def test_placeholders_are_those_of_the_original():
    differing = [
        (words, french)
        for _entry, words, french in FORMS
        if sorted(PLACEHOLDER.findall(words)) != sorted(PLACEHOLDER.findall(french))
    ]
    assert differing == []


@pytest.mark.parametrize("fault", FAULTS)
def test_the_typography_is_french(fault):
    pattern = FAULTS[fault]
    found = [french for _entry, _words, french in FORMS if re.search(pattern, CODE.sub("x", french))]
    assert found == []


def test_the_compiled_catalogue_is_the_one_that_is_read():
    assert read_mo(CATALOGUE.with_suffix(".mo")) == dict(map(raw, [HEADER, *ENTRIES])), "run compilemessages"


def test_what_the_frameworks_say_stays_as_they_say_it():
    """Our catalogue is asked first, so a string of theirs that is in it would change their pages, too.

    Not so allauth's, which has no page of its own here: its words shall be ours.
    """
    ours_to_say = ("statements", "allauth")
    configs = apps.get_app_configs()
    apps_of_others = [Path(app.path) for app in configs if not app.name.startswith(ours_to_say)]
    theirs: dict[str, str] = {}
    for folder in (Path(django.__file__).parent / "conf", *apps_of_others):
        if (path := folder / MESSAGES / "django.mo").exists():
            theirs |= read_mo(path)
    assert theirs
    ours = dict(map(raw, ENTRIES))
    both = ours.keys() & theirs.keys()
    assert {key: ours[key] for key in both} == {key: theirs[key] for key in both}
