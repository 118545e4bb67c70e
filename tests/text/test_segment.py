"""Where a paragraph falls into sentences: one claim for each thing that misleads a splitter."""

from pathlib import Path

import pytest

from statements.text.segment import SEGMENTER, sentence_spans

SEED = Path(__file__).resolve().parents[2] / "seeds" / "binance-sec-2023-06-05.txt"


def sentences(text: str, language: str = "") -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, language)]


def check(marked: str, language: str = "") -> None:
    """Cut the text without its bars and expect the cuts where the bars stood; a space follows a bar."""
    assert sentences(marked.replace("|", ""), language) == [part.strip() for part in marked.split("|")]


# The seed.


def test_the_seed_statement_has_twenty_nine_sentences():
    found = sentences(SEED.read_text(encoding="utf-8"), "fr")

    assert len(found) == 29
    assert [found[i].split()[0] for i in (0, 4, 14, 22, 28)] == ["Nous", "Nous", "Toute", "Il", "Nous"]
    assert found[15].endswith("enquête.")
    assert found[16].startswith("Tous les actifs")


def test_the_rules_have_a_version():
    assert SEGMENTER == "rules-2"


# Acronyms and abbreviations.


@pytest.mark.parametrize(
    "marked",
    [
        "Le dossier est chez l'ACPR.| Mistral Pay répondra.| La BCE aussi.",
        "The letter came from the SEC.| Orbit Exchange has replied.| So has the IRS.",
        "We filed with the EST.| Closing time was noon.",
    ],
)
def test_an_acronym_in_capitals_ends_a_sentence(marked: str):
    check(marked)


@pytest.mark.parametrize(
    "marked",
    [
        "M. Roche et Mme Prat ont démenti.| MM. Blin et Faye aussi.",
        "Le Dr. Amar et le Pr. Colin témoignent.| Mgr. Petit non.",
        "Dr. Wu, Sen. Hale and Gen. Ortiz met.| Messrs. Pike and Dunn left.",
        "El Sr. Gil y la Dra. Paz niegan todo.| Nadie los cree.",
        "Il sig. Neri e la dott.ssa Riva tacciono.| Il giudice no.",
        "Herr Dr. Vogel und Prof. Lang klagen.| Das Gericht schweigt.",
        "O Sr. Lima e a Dra. Reis negam.| O juiz ouve.",
        "Mr. dr. Bos en prof. Kok tekenden.| De rechter niet.",
    ],
)
def test_a_title_does_not_end_a_sentence(marked: str):
    check(marked)


@pytest.mark.parametrize(
    "marked",
    [
        "Selon l'art. 7 de la loi, c'est nul.| Voir p. 3 et pp. 9-11.",
        "Le no. 18-334 est en cours, cf. vol. 2, chap. 4.| Rien ne presse.",
        "See fig. 2, Exh. C and pp. 8-9.| Cf. vol. 1, ch. 3.",
        "Box No. 7 is full.| Nos. 8 and 9 are not.",
        "Siehe Nr. 4 und Abs. 2 der Akte.| Az. 7 C 3/21 ist offen.",
    ],
)
def test_a_reference_does_not_end_a_sentence(marked: str):
    check(marked)


def test_an_ordinary_word_that_is_also_an_abbreviation_ends_a_sentence():
    check("This is art.| Museums buy it.")
    check("Tout le monde dit non.| Bravo.")
    check("We say no.| Orbit says yes.")
    check("It was years ago.| Courts forget.")
    check("C'est de l'art.| C'est beau.| Pas de l'art.| L'auteur ment.")
    check("She said no.| I left.| See vol. I, ch. A.")


def test_a_law_report_between_its_numbers_goes_on():
    check("The rule of 41 Abcd. 212 applies.| We cite 12 F.3d 34 too.")


@pytest.mark.parametrize(
    "marked",
    [
        "Our work in the U.S. is lawful.| The U.S. Senate knows it.",
        "We left the U.S.| This was in May.",
        "La S.A. Duval et sa filiale S.à r.l. démentent.| La plainte vise Brun S.A.| Nous la lirons.",
        "Acme Inc. and Bolt Ltd. agree.| We wrote to Bolt Ltd.| They replied.",
        "She works for Dunn & Co.| Her lawyer is at Pike & Sons Bros. today.",
        "The Fiat S.p.A. shares fell.| Its Rossi S.r.l. unit did not.",
    ],
)
def test_a_dotted_or_company_abbreviation_ends_a_sentence_only_before_an_opener(marked: str):
    check(marked)


def test_etc_ends_a_sentence_only_before_an_opener():
    check("Les courriels, notes, etc. sont publics.| Les reçus, etc.| Nous les avons.")


def test_a_possessive_after_an_abbreviation_goes_on():
    check("Acme Inc.'s case is weak.| Orbit.US's clients know.")


def test_versus_does_not_end_a_sentence():
    check("Doe v. Roe fut jugé en mai.| Smith vs. Jones aussi.")


def test_latin_and_foreign_abbreviations_do_not_end_a_sentence():
    check("Some of us, e.g. Ms. Hale, i.e. the chair, left.| Others stayed.")
    check("Das gilt z.B. für Banken und u.a. auch hier.| Mehr nicht.")
    check("Le tiers, c.-à-d. Brun, et p. ex. Faye, sont partis.| Bien.")


def test_an_initial_does_not_end_a_sentence():
    check("J. Okoro et T. S. Lamy ont signé.| J.-P. Roux a refusé.")
    check("George W. Hale ran it.| K. B. wept.")


def test_a_letter_that_numbers_a_part_ends_a_sentence():
    check("Voir le titre X.| Section suivante.")
    check("We prefer plan B.| Orbit does not.")


def test_a_unit_of_one_letter_ends_a_sentence_before_an_opener():
    check("Il fait 12 p.| Nous l'avons lu.| Le coût est de 3 M.| Elle paiera M. Roux.")


def test_a_letter_that_means_is_ends_a_sentence():
    check("Quem paga a conta é.| Orvalia, nem pensar.", "pt")
    check("Così è.| Norvane respinge ogni accusa.", "it")


def test_an_unknown_word_without_vowels_is_an_abbreviation():
    check("The sgts. Hale and Pike left.| Nobody else did.")


# Numbers, dates, addresses.


@pytest.mark.parametrize(
    "marked",
    [
        "Le taux passe de 2.5 à 3,7 %.| Il était de 1.250.000 €.",
        "The score is now 4.| It was 2.5 before.| We paid $1.5 million.",
        "Le pilote v. 2.1 est prêt.| Java8.1 aussi.",
    ],
)
def test_a_decimal_point_does_not_end_a_sentence(marked: str):
    check(marked)


@pytest.mark.parametrize(
    "marked",
    [
        "Le 04.03.2022 à 9 h. 15, il neige.| Le 3 févr. 2021 aussi.",
        "It began on Jan. 5 at 9 a.m. EST.| It ran until 6 p.m.| No one left.",
    ],
)
def test_a_date_or_an_hour_goes_on(marked: str):
    check(marked)


def test_a_number_may_open_a_sentence():
    check("L'équipe grandit.| 40 personnes l'ont rejointe.| 1998 fut sa première année.")


def test_a_german_ordinal_goes_on_where_the_language_or_its_article_says_so():
    check("Am 3. Mai sang der 2. Chor.| Das war alles.")
    check("Der Brief vom 9. 11. 2019 liegt vor.| Mehr nicht.")
    check("Es war sein 3. Versuch.| Er gelang.", "de")
    check("Nous étions 3.| Versuch fut son nom.", "fr")


@pytest.mark.parametrize(
    "marked",
    [
        "Orbit.US est sûr.| Nous aimons Orbit.US.| Sa filiale Voiles.fr aussi.",
        "Visit www.orbit.example/a.b?Id=4&c=Non.| See orbit.com/faq for more.",
        "Écrivez à j.roux@orbit.example.| Merci d'avance.",
        "Vue.js and VB.NET are used.| Notion.io is not.",
    ],
)
def test_a_domain_an_address_or_a_program_name_stays_whole(marked: str):
    check(marked)


def test_a_telephone_number_goes_on():
    check("Siège : 4, bd. Carnot, Lille.| Tél. 03.20.00.00.00, ext. 12.")


# Quotations, brackets, closing marks.


@pytest.mark.parametrize(
    "marked",
    [
        "« Tout est faux. |Nous le dirons », a promis Mme Roux.| Elle est partie.",
        "“It is false. |We will say so,” said Ms. Hale.| She left.",
        '"It is false. |We will say so," said Ms. Hale.| She left.',
        "Er rief: „Das Tor klemmt. |Wir warten.“| Der Zug fährt.",
    ],
)
def test_a_quotation_is_cut_inside(marked: str):
    check(marked)


@pytest.mark.parametrize(
    "marked",
    [
        "« Tu viens\xa0?\xa0» souffle-t-elle.| Il dort.",
        "« Jamais ! », dit-elle.| Le débat est clos.",
        "“Who pays?” asks the bank.| It will not.",
        "“It is false.” she said.| “Is it?” he asked.",
        "Un « hourra ! » monte du quai.| Le bateau part.",
        "«No firmo.», dijo ella.| Eso fue todo.",
    ],
)
def test_a_quotation_in_mid_sentence_is_not_cut_off(marked: str):
    check(marked)


def test_closing_marks_stay_with_the_sentence():
    check("Elle a noté : « La porte est close.\u202f»| Le gardien dort.")
    check('He wrote: "We deny it."| The board met.')
    check("On y vend de tout (pain, lait, etc.).| Il hurle (« Fermé ! »).| Soit.")
    check("“She called it a ‘small lie’. |It was not small.”| We paid.")


def test_a_spaced_straight_quotation_mark_closes_when_one_is_open():
    check('Il a dit : " Nous démentons. "| Le juge écoute.')


def test_brackets_opened_in_mid_sentence_keep_their_text():
    check("L'avis (voir p. 4. Il est court. Très court) est public.| Bien.")
    check("The notice (see the annex. It is long) is public.| Good.")


def test_a_sentence_in_brackets_is_a_sentence():
    check("Le vote est clos.| (Il fut serré.)| La séance est levée.")
    check("Then she left.| (Laughter.)| The hearing went on.")


def test_an_unclosed_bracket_or_quotation_does_not_swallow_the_text():
    check("Voici (sans fin la suite.| Elle est là.| Elle finit.")
    check("« Voici la suite.| Elle est là.| Elle finit.")


def test_an_elision_in_brackets_goes_on():
    check("The notice [...] is wrong.| We say so.| It (sic!) errs.")


# Other stops.


def test_a_question_and_an_exclamation_end_a_sentence():
    check("Où est la clé\xa0?| Nulle part\xa0!| On attend\xa0: c'est long.")
    check("You mean it?!| That cannot be!!!| Fine.")


def test_a_mark_before_a_small_letter_goes_on():
    check("The boat – hurrah! – sails.| So what? said the chair.| Well.")


def test_a_name_with_an_exclamation_mark_goes_on():
    check("Yahoo! Mail is down.| We use it.")


def test_an_ellipsis_ends_a_sentence_only_before_a_capital():
    check("Elle hésite… puis signe.| Le stylo tombe...| Alors tout le monde rit.")


def test_a_colon_and_a_semicolon_do_not_end_a_sentence():
    check("Voici : Non.| Rien ; Tout au plus ceci.")


def test_a_missing_space_is_seen():
    check("La pluie cesse.|Le ciel s'est ouvert.| On sort ?|Oui.")
    check("It grew by 3%.|Then it rested.| See orbit.com.|We explain it there.")


def test_a_name_in_camel_case_opens_a_sentence():
    check("Two shops are known.| eBay is one.| iRobot is not.")


def test_a_pronoun_in_small_letters_opens_a_sentence():
    check("that was long ago.| i have no idea why.")


def test_footnote_marks_stay_with_the_sentence():
    check("The roof leaks.¹| It rains.[12]| All is wet.3| We know (2).| Good.")


def test_emoji_stay_with_the_sentence():
    check("Le site revient. 🎉🎉| La clé est sûre 🔑.| Bon voyage. 👩\u200d⚖️| Merci.")


@pytest.mark.parametrize(
    "marked",
    [
        "Tableau 1. Prix moyens de l'eau",
        "Figure 2.1. Losses by year.| They fell.",
        "Fig. 3. Ventas por trimestre",
        "Tabelle 12. Preise in Euro.| Quelle: Norvane.",
        "Prices stand in Table 1.| They rose twice.",
        "La baisse se lit au tableau 1.| Elle est nette.",
    ],
)
def test_the_number_of_a_caption_ends_nothing_where_it_begins_a_paragraph(marked: str):
    check(marked)


def test_a_dash_of_a_list_on_one_line_opens_a_sentence():
    check("Prévenez-nous sans délai.| - si vous avez un doute.| - si vous n'en avez pas.")


def test_a_full_stop_with_a_dash_ends_a_sentence():
    check("PRIMERO.-| Orvalia niega los hechos.-| SEGUNDO.-| Pide el archivo.", "es")
    check("Ramos habló de «fraude».-| Orvalia acudió a la SEC.-| Ramos calla.", "es")
    check("«Único.-| Ramos pagó la multa», dice Orvalia.–| Nadie responde.", "es")
    check("A multa é de CHF 50.-| Nós pagamos.| Nada mais.", "pt")


@pytest.mark.parametrize(
    "marked",
    [
        "Los hechos son dos.| 1.- Orvalia niega.| 2.- Ramos calla.",
        "We answer calls Mon.- Fri. and on Dec.- days.| Nobody calls.",
        "Das Billett kostet CHF 50.- Kinder fahren gratis.",
        "Herr Dr.- Ing. Vogel klagt.| Niemand sonst.",
        "Le prix de CHF 1200.- reste le même.",
    ],
)
def test_an_abbreviation_a_price_or_a_number_with_a_dash_goes_on(marked: str):
    check(marked)


def test_numbered_points_on_one_line_are_cut_before_their_number():
    check("Deux remarques.| 1) Rien n'est dû.| 2) Tout est payé.")
    check("1. Nothing is owed.| 2. All is paid.| 3. Fine.")


def test_a_roman_numeral_before_a_small_letter_goes_on():
    check("La partie IV. du récit plaît.| Jean XXIII y prie.")


def test_a_dateline_belongs_to_its_sentence():
    check("LILLE, 4 mai 2022 (Agence) – Le pont rouvre.| Il était fermé.")


# Lines.


def test_headings_lists_and_signatures_are_sentences():
    text = (
        "COMMUNIQUÉ\n\nNotre lecture\nTout est à revoir, à commencer par la compétence du juge.\n"
        "Nos promesses :\n- publier les comptes ;\n- répondre.\n\nPour le groupe,\nMme Roux\nPrésidente"
    )

    assert sentences(text) == [line for line in text.split("\n") if line]


def test_a_dialogue_is_cut_at_its_lines():
    text = "— Qui parle ?\n— Moi.\n— Depuis quand ?\n— Hier."

    assert sentences(text) == text.split("\n")


def test_a_sentence_may_run_over_wrapped_lines():
    text = "Le train de nuit roule sans le moindre bruit depuis le\npremier jour de l'hiver. Il arrive."

    assert sentences(text) == [
        "Le train de nuit roule sans le moindre bruit depuis le\npremier jour de l'hiver.",
        "Il arrive.",
    ]


def test_odd_spaces_part_sentences():
    assert sentences("One.\xa0 Two.\u2003Three.\u200b Four.\tFive.\u2028Six.\r\nSeven.") == [
        "One.", "Two.", "Three.", "Four.", "Five.", "Six.", "Seven.",
    ]  # fmt: skip


def test_decomposed_accents_are_letters():
    check("L'e\u0301quipe a nié.| E\u0301tant donné les faits, elle a raison.")


# Other languages and scripts.


@pytest.mark.parametrize(
    "marked",
    [
        "银行已经关门。|明天再来！|几点？|上午九点，票价1.5元。",
        "朝の便は以上です。|店長は「満席だ。」と答えた。|雨は続く。",
        "部屋はNo. 12-Aです。|以上です。",
        "बैंक बंद है।| कल खुलेगा॥| कब?| सुबह।",
        "डॉ. राव ने आरोप नकारा।| बी.सी. में बैंक चुप है.| प्रो. सेन भी।",
        "أين المفتاح؟| لا أدري.| انتظر قليلا.",
        "«من هنا؟» قال الحارس.| ساد الصمت.",
        "¿Quién firma?| ¡El banco!| Bien.",
    ],
)
def test_other_scripts_have_their_stops(marked: str):
    check(marked)


def test_an_unknown_language_is_read_as_none():
    text = "M. Roux dément. Acme Inc. aussi. Le 3. Senat tagt."

    assert sentences(text, "tlh") == sentences(text, "") == sentences(text, "fr")
