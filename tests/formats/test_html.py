"""Pages are read as people see them: the text word for word, and what stands around it with a reason."""

from __future__ import annotations

import io

import pytest

from statements.formats import html
from statements.formats.base import Dropped, Passage, What
from statements.formats.kinds import Kind
from tests.formats.apart import document, expected, read
from tests.formats.web_pages import (
    ARTICLE,
    LONG,
    dropped,
    kept,
    passages,
)

pytestmark = pytest.mark.once

# Pages that programs saved


@pytest.mark.parametrize(
    "name",
    [
        "norvane-communique.html", "clean-rivers-blog.html", "norvane-ancien.html", "helios-declaration.html",
        "brightwater-note.html",
    ],
)  # fmt: skip
def test_a_saved_page_gives_the_text_that_people_read_on_it(name):
    assert read(Kind.HTML, document(name)).text == expected(name)


def test_what_stands_around_a_statement_is_there_with_its_reason():
    page = read(Kind.HTML, document("norvane-communique.html"))

    assert page.dropped == [
        (Dropped.NAVIGATION, "Aller au contenu principal"),
        (Dropped.HEADER, "Norvane"),
        (
            Dropped.NAVIGATION,
            "- Le groupe\n- Notre histoire\n- Gouvernance\n- Activités\n- Engagements\n- Presse",
        ),
        (Dropped.NAVIGATION, "Rechercher sur le site\nRechercher"),
        (Dropped.NAVIGATION, "1. Accueil\n2. Presse\n3. Communiqués"),
        (Dropped.NAVIGATION, "- Facebook\n- LinkedIn\n- Copier le lien"),
        (Dropped.RELATED, "Lire aussi\xa0: Le bilan environnemental 2025 de Norvane"),
        (
            Dropped.RELATED,
            "À lire aussi\n- Norvane publie ses résultats 2025\nUn chiffre d’affaires en hausse de 3\xa0%.\n"
            "- Nomination à la direction de Norvane\nHélène Duvernois prend ses fonctions.",
        ),
        (Dropped.ASIDE, "Recevez nos communiqués"),
        (Dropped.ASIDE, "Votre adresse"),
        (Dropped.ASIDE, "S’abonner"),
        (Dropped.ASIDE, "Vous pouvez vous désinscrire à tout moment."),
        (
            Dropped.CONSENT,
            "Nous et nos partenaires utilisons des cookies pour mesurer l’audience de ce site.\n"
            "Tout accepter\nContinuer sans accepter",
        ),
        (
            Dropped.FOOTER,
            "- Mentions légales\n- Politique de confidentialité\n- Plan du site\n"
            "© 2026 Norvane. Tous droits réservés.",
        ),
        (Dropped.HIDDEN, "Activez JavaScript."),
    ]
    assert page.details == {
        "title": "Norvane conteste les allégations de pollution de l’usine de Sarlande",
        "published_on": "2026-03-12",
        "language": "fr-fr",
        "source_url": "https://www.norvane.example/presse/2026/03/norvane-conteste-les-allegations",
        "site": "Norvane",
    }


def test_a_note_of_an_office_document_is_a_footnote_with_its_number():
    *_rest, last = read(Kind.HTML, document("helios-declaration.html")).passages

    note = "¹ Avis de l’Autorité du 20\xa0janvier 2026, point\xa04."
    assert last == Passage(note, What.FOOTNOTE, "p", number=1)


# Words


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>un <b>deux</b>, <i>tr</i>ois\n\t quatre</p>", ["un deux, trois quatre"]),
        ("<p>«&nbsp;oui&#8239;!&nbsp;»  l’œuvre…</p>", ["«\xa0oui\u202f!\xa0» l’œuvre…"]),
        ("<p>ef&shy;fort o&#xfb03;ce<wbr>x</p>", ["effort officex"]),
        ("<p>un<br> deux <br/>trois</p>", ["un\ndeux\ntrois"]),
        ("<div>un<br><br>deux<br>\n&nbsp;<br>trois</div>", ["un", "deux", "trois"]),
        ("<div>un<p>deux</p>trois<div>quatre</div></div>", ["un", "deux", "trois", "quatre"]),
        ("<pre>un\n  deux\n\ntrois</pre>", ["un\ndeux", "trois"]),
        ("<p>profits<sup>1</sup> en 2025<sup>(2)</sup>, 1<sup>er</sup> m<sup>2</sup></p>",
         ["profits¹ en 2025⁽²⁾, 1er m²"]),
        ("<p>faits<a role=doc-noteref href=#n>12</a>.</p>", ["faits¹²."]),
        ("<p>il dit <q>non</q></p>", ["il dit «non»"]),
        ("<p>a<!-- rien -->b<script>x</script>c<style>y</style>d</p>", ["abcd"]),
        ("<p>a<svg><title>icône</title></svg>b</p>", ["ab"]),
        ("<p>A &lt;b&gt; &amp; &unknown; &#0;c&#xFFFE;d</p>", ["A <b> & &unknown; \ufffdcd"]),
        ("<p>a&#12;b&#11;c&#1;d</p>", ["a b cd"]),
        ("<p>e\u0301t\u00e9 \U000e0101x</p>", ["e\u0301t\u00e9 \U000e0101x"]),
        ("<dl><dt>un<dd>deux</dl>", ["un", "deux"]),
        ("<p>&nbsp;</p><p>un</p>", ["un"]),
    ],
)  # fmt: skip
def test_words_stay_as_a_browser_shows_them(source, text):
    assert kept(f"<main><div>{source}</div></main>") == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<ul><li>un<li><p>deux</p><p>suite</p></ul>", ["- un", "- deux", "suite"]),
        ("<ul><li>un<ul><li>deux</ul>trois</ul>", ["- un", "- deux", "trois"]),
        ("<ol><li>un<li>deux</ol>", ["1. un", "2. deux"]),
        ("<ol start=3><li>un<li value=7>deux<li>trois</ol>", ["3. un", "7. deux", "8. trois"]),
        ("<ol reversed><li>un<li>deux</ol>", ["2. un", "1. deux"]),
        ("<ol type=a start=26><li>un<li>deux</ol>", ["z. un", "aa. deux"]),
        ("<ol type=I start=4><li>un<li>deux</ol>", ["IV. un", "V. deux"]),
        ("<ol style='list-style-type: lower-roman'><li>un</ol>", ["i. un"]),
        ("<ol style='list-style: none'><li>un</ol>", ["- un"]),
        ("<ol start=-1 type=a><li>un<li>deux</ol>", ["-1. un", "0. deux"]),
        ("<ol start=99999999999999999999999><li>un</ol>", ["999999999. un"]),
        ("<ol><li hidden>zéro<li>un</ol>", ["1. un"]),
        ("<ul><li><b hidden>zéro</b>un</ul>", ["- un"]),
        ("<li>un", ["- un"]),
    ],
)
def test_entries_begin_with_the_mark_that_their_list_shows(source, text):
    assert kept(f"<main><div>{source}</div></main>") == text


def test_a_table_gives_its_rows_with_their_numbers():
    table = (
        "<table><caption>Faits</caption><tr><th>An<th>Lieu<tr><td>2025<td><p>Sarlande</p><p>Nord</p>"
        "<tr><td><td></table><table><tr><td>a<td>b<tr><td>c<td></table>"
    )

    assert passages(f"<main>{table}</main>") == [
        Passage("Faits", What.CAPTION, "caption"),
        Passage("An | Lieu", What.ROW, "tr", 1, 1),
        Passage("2025 | Sarlande Nord", What.ROW, "tr", 1, 2),
        Passage("a | b", What.ROW, "tr", 2, 1),
        Passage("c |", What.ROW, "tr", 2, 2),
    ]


@pytest.mark.parametrize(
    "table",
    [
        "<table><tr><td>un<tr><td>deux</table>",
        "<table><tr><td><p>un</p><td><ul style=x><p>deux</p></ul></table>",
        "<table><tr><td>un<td><div>deux</div><table></table></table>",
    ],
)
def test_a_table_that_only_puts_things_in_their_places_has_no_rows(table):
    assert kept(f"<main>{table}</main>") == ["un", "deux"]


def test_each_passage_says_what_it_is_and_where_it_stood():
    body = (
        "<h2>Titre</h2><div role=heading>Autre</div><p>Mots</p><figure><figcaption>Vue</figcaption></figure>"
    )

    assert passages(f"<main>{body}</main>") == [
        Passage("Titre", What.HEADING, "h2"),
        Passage("Autre", What.HEADING, "div"),
        Passage("Mots", What.PARAGRAPH, "p"),
        Passage("Vue", What.CAPTION, "figcaption"),
    ]


# What is not the text


@pytest.mark.parametrize(
    ("source", "one"),
    [
        ("<nav><ul><li><a>Un</a><li><a>Deux</a></ul></nav>", ("navigation", "nav › li", "- Un\n- Deux")),
        ("<nav><a>Un</a><a>Deux</a></nav>", ("navigation", "nav", "Un Deux")),
        ("<div role=navigation><p>Un</p></div>", ("navigation", "navigation › p", "Un")),
        ("<div class='c-breadcrumb x'><a>Un</a></div>", ("navigation", "div.c-breadcrumb › div", "Un")),
        ("<p><a href=#c>Skip to content</a></p>", ("navigation", "p", "Skip to content")),
        ("<div class=pagination>1 2</div>", ("navigation", "div.pagination › div", "1 2")),
        ("<div id=cookieBanner><p>Un</p><p>Deux</p></div>", ("consent", "div#cookie-Banner › p", "Un\nDeux")),
        ("<div><p>Nos cookies.</p><button>OK</button></div>", ("consent", "p", "Nos cookies.\nOK")),
        ("<div class=related-news><p>Un</p></div>", ("related", "div.related-news › p", "Un")),
        ("<div><h2>À lire aussi</h2><p>Un</p></div>", ("related", "h2", "À lire aussi\nUn")),
        ("<footer><p>Un</p></footer>", ("footer", "footer › p", "Un")),
        ("<header><p>Un</p></header>", ("header", "header › p", "Un")),
        ("<div class=site-footer>Un</div>", ("footer", "div.site-footer › div", "Un")),
        ("<aside><p>Un</p></aside>", ("aside", "aside › p", "Un")),
        ("<form><label>Un</label></form>", ("aside", "form", "Un")),
        ("<div class=newsletter><p>Un</p></div>", ("aside", "div.newsletter › p", "Un")),
        ("<p hidden>Un</p>", ("hidden", "p", "Un")),
        ("<p style='color:red; display : none'>Un</p>", ("hidden", "p", "Un")),
        ("<p aria-hidden=true>Un</p>", ("hidden", "p", "Un")),
        ("<span class='b sr-only'>Un</span>", ("hidden", "span", "Un")),
        ("<template><p>Un</p></template>", ("hidden", "template › p", "Un")),
        ("<noscript><p>Un</p></noscript>", ("hidden", "noscript › p", "Un")),
        ("<dialog><p>Un</p></dialog>", ("hidden", "dialog › p", "Un")),
        ("<p>Un</p>", ("aside", "p", "Un")),
    ],
)
def test_what_stands_around_is_dropped_for_what_it_is(source, one):
    assert dropped(ARTICLE + source) == [one]


def test_what_is_hidden_in_the_middle_of_a_sentence_does_not_part_it():
    source = (
        "<main><p>Le <span hidden>un</span>groupe <b>nie<i class=sr-only>deux</i></b>.</p><p>Fin.</p></main>"
    )

    assert [(one.text, one.dropped) for one in passages(source)] == [
        ("Le groupe nie.", ""),
        ("un", Dropped.HIDDEN),
        ("deux", Dropped.HIDDEN),
        ("Fin.", ""),
    ]


def test_a_menu_is_one_passage_up_to_its_bound_and_paragraphs_beside_the_text_stay_apart():
    menu = "".join(f"<li><a>Rubrique {number:03}</a>" for number in range(200))

    found = dropped(f"<nav><ul>{menu}</ul></nav>{ARTICLE}<aside><p>Un</p><p>Deux</p></aside>")

    assert [(reason, text.count("\n") + 1) for reason, _place, text in found] == [
        ("navigation", 133), ("navigation", 67), ("aside", 1), ("aside", 1),
    ]  # fmt: skip
    assert max(len(text) for _reason, _place, text in found) <= html.LONGEST_MERGED


def test_short_lines_lists_and_contacts_of_the_article_are_kept():
    inner = (
        "<p>Non.</p><ul><li>Un</li></ul><table><tr><td>a<td>b</table><h3>Note aux rédactions</h3>"
        "<p><a href=mailto:x>presse@norvane.example</a></p>"
    )

    assert kept(f"<div><h1>Titre</h1><p>{LONG * 4}</p>{inner}</div><p><a>Ailleurs</a></p>") == [
        "Titre", (LONG * 4).strip(), "Non.", "- Un", "a | b", "Note aux rédactions", "presse@norvane.example",
    ]  # fmt: skip


def test_a_repeated_paragraph_is_kept_as_often_as_it_stands():
    assert kept(f"<article><p>{LONG * 2}</p><p>{LONG * 2}</p><p>Fin.</p></article>") == [
        (LONG * 2).strip(),
        (LONG * 2).strip(),
        "Fin.",
    ]


@pytest.mark.parametrize(
    "source",
    [
        f"<header><h1>Norvane répond</h1></header><main><p>{LONG * 4}</p></main>",
        f"<header><p>N.</p></header><main>{2 * '<h1>Norvane répond</h1>'}<p>{LONG * 4}</p></main>",
        f"<div><h1>Norvane répond</h1></div><div><p>{LONG * 4}</p></div>",
    ],
)
def test_the_title_is_kept_once_wherever_it_stands(source):
    assert kept(source, head="<title>Norvane répond | Norvane</title>") == [
        "Norvane répond",
        (LONG * 4).strip(),
    ]


def test_the_name_of_the_site_is_no_title_though_it_is_a_heading():
    page = f"<header><h1>Norvane</h1></header><main><h2>Nous répondons</h2><p>{LONG * 4}</p></main>"

    assert kept(page, head="<title>Nous répondons à la presse</title>") == [
        "Nous répondons",
        (LONG * 4).strip(),
    ]


@pytest.mark.parametrize(
    "source",
    [
        "<p>Non.</p>",
        "Non.",
        "<nav><a>Accueil</a></nav><main><p>Non.</p></main><footer>©</footer>",
        "<div class=social-page><p>Non.</p></div>",
        "<form action=x><div><p>Non.</p></div></form>",
        "<div class='with-sidebar'><p>Non.</p></div><footer>©</footer>",
    ],
)
def test_the_shortest_statement_is_found(source):
    assert kept(source) == ["Non."]


@pytest.mark.parametrize(
    "page",
    [
        "<title>T</title><main><h1>Norvane répond.</h1><p>Non.</p></main>",
        "<meta charset=utf-8><title>T</title><article><h1>Norvane répond.</h1></article><p>Non.</p>",
        "<title>T</title><header><h1>Norvane répond.</h1></header><section><p>Non.</p></section>",
    ],
)
def test_a_page_that_opens_no_body_has_one(page):
    read = html.read(io.BytesIO(page.encode()))

    assert [one.text for one in read.passages] == ["Norvane répond.", "Non."]


def test_a_text_that_is_told_to_machines_alone_does_not_hide_the_one_on_the_page():
    told = f'<script type="application/ld+json">{{"articleBody": "{LONG * 9}"}}</script>'
    menu = "".join(f"<li><a>Rubrique {number}</a>" for number in range(40))

    assert kept(f"<nav><ul>{menu}</ul></nav><div><p>Non, rien.</p></div>", head=told) == ["Non, rien."]


def test_a_question_that_opens_its_answer_is_a_heading_and_no_button():
    assert kept("<main><h3><button>Pourquoi ?</button></h3><p>Non.</p></main>") == ["Pourquoi ?", "Non."]


def test_what_a_page_in_a_page_shows_is_not_followed():
    head = "<meta http-equiv=refresh content='0;url=x'><base href=https://x.example/>"

    found = passages("<p>Non.</p><iframe src=x>Un</iframe>", head=head)

    assert [(one.text, one.dropped) for one in found] == [("Non.", ""), ("Un", Dropped.HIDDEN)]
