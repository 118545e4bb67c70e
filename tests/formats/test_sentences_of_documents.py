"""What is cut out of a document is as good as out of plain text: no line of a page ends a sentence."""

from __future__ import annotations

import pytest

from statements.formats.base import BETWEEN, What
from statements.formats.kinds import APART, EXTENSIONS, Kind
from statements.text.segment import sentence_spans
from tests.formats.apart import DOCUMENTS, document, read

pytestmark = pytest.mark.once

WHOLE = sorted(
    path.name for path in DOCUMENTS.iterdir() if EXTENSIONS.get(path.suffix) in APART - {Kind.XLSX}
)


def sentences_of(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize("name", WHOLE)
def test_headings_entries_and_captions_are_sentences_of_their_own_and_lines_are_not(name):
    found = read(EXTENSIONS[f".{name.rpartition('.')[2]}"], document(name))

    kept = [passage for passage in found.passages if not passage.dropped]
    together = sentences_of(BETWEEN.join(passage.text for passage in kept))
    assert together == [sentence for passage in kept for sentence in sentences_of(passage.text)]
    alone = {passage.text for passage in kept if passage.what in (What.HEADING, What.CAPTION, What.ROW)}
    assert alone <= set(together)
    if name.endswith(".pdf"):
        assert [passage.text for passage in kept if "\n" in passage.text] == []


BEGINNINGS = """
Norvane répond aux
Lyon, le 14
Norvane conteste fermement
« Aucun dépassement
« Nous comprenons
Ce qui nous
Le rapport de
Il affirme d’abord
Il soutient ensuite
Il reproche enfin
Ces griefs ne
L’association n’apporte aucun
Les faits
Les analyses indépendantes
Les bassins n’ont
Norvane reconnaît en
Cette défaillance administrative,
Peut-être aurions-nous dû
Nos engagements
Sans attendre les
- installer, avant
- financer une
- réduire de
Le calendrier de
1. publication des
2. réunion publique
3. bilan intermédiaire
L’entreprise se réserve
Elle préfère toutefois
À propos de
Fondée en 1961,
Le groupe emploie
Son chiffre d’affaires
Contact presse :
Rapport « Le
Les relevés complets
"""


def test_the_sentences_of_a_press_release_in_pdf_are_those_that_were_written():
    text = read(Kind.PDF, document("communique-norvane.pdf")).text

    assert [" ".join(one.split()[:3]) for one in sentences_of(text)] == BEGINNINGS.strip().split("\n")
