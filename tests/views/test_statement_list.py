"""The list of statements: searched, filtered, in order, and what it tells to whom."""

from __future__ import annotations

from datetime import date
from random import Random
from unicodedata import normalize

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from statements.actions.upload import withdraw
from statements.models import Round, Sentence
from statements.reports.progress import Coverage, Part, Progress
from statements.reports.statement import About, statements_where
from statements.reports.statement_list import Snippet
from statements.roles import Role
from tests.make import (
    LATER,
    NOON,
    WITHDRAWN,
    make_corpus,
    make_member,
    make_statement,
    say,
    sentences_of,
    skipped,
    tag,
)
from tests.text.test_search import ODD_SIGNS, slowly
from tests.views.hostile import EVIL, run_by

pytestmark = pytest.mark.django_db
PAGE = "/c/press/statements/"


def titles(response) -> list[str]:
    assert response.status_code == 200, response.text
    return [row.statement.title for row in response.context["rows"]]


def field_errors(response) -> dict[str, int]:
    return {name: len(wrong) for name, wrong in response.context["form"].errors.items()}


@pytest.fixture
def four(corpus):
    """Statements that differ in all that the list can be asked for."""
    return [
        make_statement(
            "Le régulateur a tort. Nous n’avons rien caché !",
            title="Zénith répond",
            language="fr",
            speaker="Zénith",
            published_on=date(2025, 2, 1),
        ),
        make_statement("It was us. We knew. We will pay all.", title="élan", published_on=date(2025, 3, 1)),
        make_statement(
            normalize("NFD", "L’œuvre d’une société. Æther (100%) [sic] a_b."),
            title="Alpha",
            language="fr",
            speaker="Émile",
        ),
        make_statement(
            "The regulator errs again.", title="beta", speaker="Zénith", published_on=date(2025, 1, 1)
        ),
    ]


# --- Search ---


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("regulateur", ["Zénith répond"]),
        ("RÉGULATEUR", ["Zénith répond"]),
        ("regul", ["Zénith répond", "beta"]),
        ("n'avons\u00a0zenith", ["Zénith répond"]),
        ("rien regulator", []),
        ("societe", ["Alpha"]),
        ("SOCIÉTÉ", ["Alpha"]),
        (normalize("NFD", "société"), ["Alpha"]),
        ("l'oeuvre", ["Alpha"]),
        ("L’ŒUVRE", ["Alpha"]),
        ("oeu", ["Alpha"]),
        ("euv", []),
        ("gulateur", []),
        ("uvre", []),
        ("avons rien cach", ["Zénith répond"]),
        ("zenith regul beta", []),
        ("aether", ["Alpha"]),
        ("elan", ["élan"]),
        ("(100%)", ["Alpha"]),
        ("[sic]", ["Alpha"]),
        ("a_b sic", ["Alpha"]),
        ("sic+b", ["Alpha"]),
        ("axb", []),
        ("  ", ["Zénith répond", "élan", "Alpha", "beta"]),
        (".*", []),
        ("***:alpha", ["Alpha"]),
        ("***:", []),
        ("(?i)ALPHA", []),
        ("\\ % _ ' \"", []),
        ("\\w", ["élan"]),
        ("'; DROP TABLE statement; --", []),
        ("a" * 200, []),
        ("e" * 100 + " " + "œ" * 99, []),
        (" ".join("zrlatnc"), ["Zénith répond"]),
    ],
)
def test_all_words_are_found_however_they_are_written(client, four, reza, query, found):
    client.force_login(reza)

    assert titles(client.get(PAGE, {"q": query})) == found


def test_databases_find_what_a_slow_search_finds(corpus):
    chance = Random(7)
    odd = ["".join(chance.choices(ODD_SIGNS, k=12)) for _ in range(60)]
    rows = {
        make_statement(f"{number}. {text}", title=f"-{title}-"): slowly(f"{number}. {text} {title}")
        for number, (text, title) in enumerate(zip(odd[:30], odd[30:], strict=True), start=1000)
    }
    queries = {word[:length] for words in rows.values() for word in words for length in (1, 2, 3, 99)}

    for word in queries | {"***:", "'", "\\", '"'}:
        found = set(statements_where(corpus, About(words=(word,))))
        assert found == {row for row, words in rows.items() if any(w.startswith(word) for w in words)}, word


def test_a_row_shows_the_first_sentence_with_a_word_and_leads_there(client, four, rosa):
    client.force_login(rosa)

    response = client.get(PAGE, {"q": "zenith cache"})

    assert [row.snippet for row in response.context["rows"]] == [
        Snippet(2, "Nous n’avons rien ", "caché", " !")
    ]
    target = f"{PAGE}{four[0].public_id}/"
    assert (
        f'href="{target}?sentence=2#s-2" lang="fr" dir="auto">Nous n’avons rien <mark>caché</mark> !</a>'
        in response.text
    )
    assert 'id="s-2"' in client.get(target).text


def test_a_row_that_was_found_by_its_title_alone_shows_no_sentence(client, four, rosa):
    client.force_login(rosa)

    assert [row.snippet for row in client.get(PAGE, {"q": "alpha"}).context["rows"]] == [None]
    assert [row.snippet for row in client.get(PAGE).context["rows"]] == [None] * 4


def test_a_long_sentence_is_cut_around_what_was_found(client, rosa):
    make_statement(f"{'a ' * 100}needle{' b' * 200}.")
    client.force_login(rosa)

    found = client.get(PAGE, {"q": "needle"}).context["rows"][0].snippet

    assert found == Snippet(1, "…" + "a " * 40, "needle", " b" * 80 + "…")


def test_a_sentence_that_ended_is_not_shown(client, four, rosa):
    first = sentences_of(four[0])[0]
    resplit = four[0].resplits.create(by=rosa, at=LATER)
    Sentence.objects.filter(pk=first.pk).update(ended_by=resplit)
    client.force_login(rosa)

    assert client.get(PAGE, {"q": "regulateur"}).context["rows"][0].snippet is None


def test_what_was_taken_back_or_lies_elsewhere_is_not_found(client, four, rosa, elsewhere):
    withdraw(four[3].upload, by=None, at=LATER)
    make_statement("The regulator errs.", title="elsewhere", speaker="Else", language="de", corpus=elsewhere)
    client.force_login(rosa)

    response = client.get(PAGE, {"q": "regul"})

    assert titles(response) == ["Zénith répond"]
    form = response.context["form"]
    assert [code for code, _ in form.fields["language"].choices] == ["", "en", "fr"]
    assert [name for name, _ in form.fields["speaker"].choices] == ["", "Émile", "Zénith"]


# --- Filters ---


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"language": "fr"}, ["Zénith répond", "Alpha"]),
        ({"speaker": "Zénith"}, ["Zénith répond", "beta"]),
        ({"speaker": "Zénith", "language": "en"}, ["beta"]),
        ({"speaker": "Zénith", "q": "regulateur"}, ["Zénith répond"]),
        ({"language": "", "speaker": "", "q": "", "state": "", "sort": ""}, [None] * 4),
    ],
)
def test_filters_hold_together(client, four, rosa, asked, found):
    client.force_login(rosa)

    shown = titles(client.get(PAGE, asked))

    assert shown == (found if None not in found else ["Zénith répond", "élan", "Alpha", "beta"])


@pytest.fixture
def tagged(four, rosa, ben):
    """For Rosa the first is begun, the second complete; Ben did other ones."""
    tag(sentences_of(four[0])[0], rosa, "rebuttal")
    one, two, three = sentences_of(four[1])
    tag(one, rosa)
    say(two, rosa, skipped())
    tag(three, rosa, "commitment")
    say(sentences_of(four[2])[0], rosa, WITHDRAWN)
    tag(sentences_of(four[3])[0], ben, "rebuttal")
    repeated = tag(sentences_of(four[2])[1], rosa, "rebuttal")
    type(repeated).objects.filter(pk=repeated.pk).update(round=Round.REPEAT)
    return four


@pytest.mark.parametrize(
    ("state", "found"),
    [("not-begun", ["Alpha", "beta"]), ("begun", ["Zénith répond"]), ("complete", ["élan"])],
)
def test_the_state_is_the_readers_own(client, tagged, rosa, state, found):
    client.force_login(rosa)

    assert titles(client.get(PAGE, {"state": state})) == found


def test_another_reviewer_finds_by_their_own_state(client, tagged, ben):
    client.force_login(ben)

    found = {state: titles(client.get(PAGE, {"state": state})) for state in ("begun", "complete")}

    assert found == {"begun": [], "complete": ["beta"]}


def test_a_statement_without_sentences_is_not_complete(client, four, rosa):
    sentences = four[3].sentences.all()
    sentences.update(ended_by=four[3].resplits.create(by=rosa, at=LATER))
    client.force_login(rosa)

    found = {state: titles(client.get(PAGE, {"state": state})) for state in ("not-begun", "complete")}

    assert found == {"not-begun": ["Zénith répond", "élan", "Alpha", "beta"], "complete": []}
    assert titles(client.get(PAGE, {"sort": "length"}))[0] == "beta"
    assert "beta" in titles(client.get(PAGE, {"sort": "progress"}))


def test_those_who_do_not_review_have_no_state_to_filter_by(client, tagged, judith):
    client.force_login(judith)

    response = client.get(PAGE, {"state": "complete"})

    assert titles(response) == ["Zénith répond", "élan", "Alpha", "beta"]
    assert 'name="state"' not in response.text


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"language": "de"}, "language"),
        ({"language": "klingon"}, "language"),
        ({"speaker": "zénith"}, "speaker"),
        ({"speaker": EVIL}, "speaker"),
        ({"state": "done"}, "state"),
        ({"sort": "pk"}, "sort"),
        ({"sort": "--title"}, "sort"),
        ({"sort": "title,pk"}, "sort"),
        ({"q": "a\0b"}, "q"),
        ({"q": "x" * 201}, "q"),
        ({"q": "x" * 10_000}, "q"),
        ({"q": "a b c d e f g h i j k"}, "q"),
    ],
)
def test_what_cannot_be_asked_is_said_at_its_field_and_counts_as_empty(client, four, rosa, asked, wrong):
    client.force_login(rosa)

    response = client.get(PAGE, asked)

    assert (response.status_code, field_errors(response)) == (422, {wrong: 1})
    assert f'id="id_{wrong}_error"' in response.text
    assert len(response.context["rows"]) == 4
    assert run_by(response.text) == []


def test_what_else_was_asked_still_holds(client, four, rosa):
    client.force_login(rosa)

    response = client.get(PAGE, {"language": "xx", "speaker": "Zénith", "sort": "-added"})

    assert [row.statement.title for row in response.context["rows"]] == ["beta", "Zénith répond"]


def test_a_progress_that_one_does_not_have_is_no_order(client, four, judith):
    client.force_login(judith)

    assert client.get(PAGE, {"sort": "progress"}).status_code == 422


def test_hostile_words_are_shown_and_never_run(client, rosa):
    make_statement(f"{EVIL} It is evil.", title=EVIL, speaker=EVIL)
    client.force_login(rosa)

    response = client.get(PAGE, {"q": "<script>alert(1)</script>", "speaker": EVIL})

    assert titles(response) == [EVIL]
    assert run_by(response.text) == []
    assert "&lt;<mark>script</mark>&gt;alert(1)&lt;/script&gt;" in response.text


# --- Order ---

FIRST, SECOND, THIRD, FOURTH = "Zénith répond", "élan", "Alpha", "beta"


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("", [FIRST, SECOND, THIRD, FOURTH]),
        ("added", [FIRST, SECOND, THIRD, FOURTH]),
        ("-added", [FOURTH, THIRD, SECOND, FIRST]),
        ("title", [THIRD, FOURTH, SECOND, FIRST]),
        ("-title", [FIRST, SECOND, FOURTH, THIRD]),
        ("date", [FOURTH, FIRST, SECOND, THIRD]),
        ("-date", [SECOND, FIRST, FOURTH, THIRD]),
        ("length", [FOURTH, FIRST, THIRD, SECOND]),
        ("-length", [SECOND, FIRST, THIRD, FOURTH]),
        ("progress", [THIRD, FOURTH, FIRST, SECOND]),
        ("-progress", [SECOND, FIRST, THIRD, FOURTH]),
    ],
)
def test_rows_come_in_the_order_that_was_asked_for(client, tagged, rosa, sort, order):
    client.force_login(rosa)

    assert titles(client.get(PAGE, {"sort": sort})) == order
    assert titles(client.get(PAGE, {"sort": sort, "q": "a"})) == order


def test_a_heading_sorts_and_turns_the_order_around_and_keeps_what_was_asked(client, four, rosa):
    client.force_login(rosa)

    response = client.get(PAGE, {"q": "à", "language": "fr", "sort": "title", "page": "1"})

    kept = "?q=%C3%A0&language=fr"
    assert [(column.name, column.address, column.direction) for column in response.context["columns"]] == [
        ("Title", f"{kept}&sort=-title", "ascending"),
        ("Speaker", "", ""),
        ("Date", f"{kept}&sort=date", ""),
        ("Length", f"{kept}&sort=length", ""),
        ("Your tagging", f"{kept}&sort=progress", ""),
    ]
    assert response.text.count("aria-sort=") == 1
    assert '<th scope="col" aria-sort="ascending">' in response.text


# --- Pages and counts ---


def test_pages_keep_what_was_asked(client, reza):
    for at in range(60):
        make_statement(f"This is text {at}.", title=f"Text {at}", speaker="A & B", language="en")
    client.force_login(reza)

    asked = {"q": "text", "speaker": "A & B", "sort": "-added"}
    first, second = (client.get(PAGE, {**asked, "page": page}) for page in (1, 2))

    kept = "?q=text&amp;speaker=A+%26+B&amp;sort=-added&amp;page="
    assert (f'rel="next" href="{kept}2"' in first.text, f'rel="prev" href="{kept}1"' in second.text) == (
        True,
        True,
    )
    assert titles(first) + titles(second) == [f"Text {at}" for at in reversed(range(60))]


def test_a_line_says_how_many_there_are(client, four, rosa):
    client.force_login(rosa)

    assert "4 statements</span>" in client.get(PAGE).text.replace("\n", "")
    assert "Statements found: 1 of 4</span>" in client.get(PAGE, {"q": "regulateur"}).text
    assert "Statements found: 1 of 4</span>" in client.get(PAGE, {"q": "regulateur", "sort": "-title"}).text


def test_a_search_that_finds_nothing_leads_back_to_all(client, four, ada):
    client.force_login(ada)

    text = client.get(PAGE, {"q": "nowhere"}).text

    assert f'No statement is like this. <a href="{PAGE}">Show all statements</a>' in text
    assert ('<input type="search" name="q" value="nowhere"' in text, "Add the first one." in text) == (
        True,
        False,
    )


@pytest.mark.parametrize("asked", [{}, {"q": "x"}])
def test_an_empty_corpus_offers_no_search(client, ada, asked):
    client.force_login(ada)

    text = client.get(PAGE, asked).text

    assert ("Add the first one." in text, 'role="search"' in text) == (True, False)


# --- States ---


def test_a_reviewer_sees_own_states_in_words_and_as_a_bar(client, tagged, rosa):
    client.force_login(rosa)

    response = client.get(PAGE)

    assert [row.progress for row in response.context["rows"]] == [
        Progress(total=2, labelled=1),
        Progress(total=3, labelled=1, none=1, skipped=1),
        Progress(total=2),
        Progress(total=1),
    ]
    assert 'role="img" aria-label="1 with labels, 1 no claim, 1 skipped, 0 untouched"' in response.text
    assert "<span>3 of 3</span>" in response.text
    assert '<rect class="part labelled" x="0" width="50" height="8"/>' in response.text


def test_bars_are_written_with_points_in_french_too(client, tagged, rosa):
    client.force_login(rosa)

    text = client.get(PAGE, headers={"Accept-Language": "fr"}).text

    assert '<rect class="part none" x="33.3333" width="33.3333" height="8"/>' in text


def test_whoever_reviews_learns_nothing_of_what_others_did(client, tagged, rosa, ben):
    mixed = make_member("mia", {Role.REVIEWER, Role.ADMIN, Role.ADJUDICATOR})
    for person in (rosa, mixed):
        client.force_login(person)
        before = [client.get(PAGE, {"sort": sort}).context["rows"] for sort in ("added", "progress")]
        for sentence in sentences_of(tagged[2]):
            tag(sentence, ben, "allegation")

        after = [client.get(PAGE, {"sort": sort}) for sort in ("added", "progress")]

        assert [response.context["rows"] for response in after] == before
        assert [row.states for row in before[0]] == [None] * 4
        assert "two or more" not in after[0].text


def test_those_who_watch_see_by_how_many_sentences_were_decided_on(
    client, tagged, rosa, ben, judith, ada, reza
):
    tag(sentences_of(tagged[1])[0], ben, "rebuttal", at=LATER)
    tag(sentences_of(tagged[1])[0], make_member("carl", {Role.REVIEWER}), at=LATER)
    for person in (judith, ada, reza):
        client.force_login(person)

        response = client.get(PAGE)

        assert [row.states for row in response.context["rows"]] == [
            Coverage(nobody=1, one=1),
            Coverage(one=2, several=1),
            Coverage(nobody=2),
            Coverage(one=1),
        ]
        assert 'aria-label="Decided on by nobody: 0, by one reviewer: 2, by two or more: 1"' in response.text
        assert "<span>3 of 3, 1 by two or more</span>" in response.text
        assert [row.length for row in response.context["rows"]] == [2, 3, 2, 1]


def test_parts_of_a_bar_fill_it_and_leave_out_what_is_not_there():
    assert Progress(total=8, labelled=1, skipped=2).parts == [
        Part("labelled", "0", "12.5"),
        Part("skipped", "12.5", "25"),
        Part("untouched", "37.5", "62.5"),
    ]
    assert Coverage(nobody=3, one=1).parts == [Part("one", "0", "25"), Part("nobody", "25", "75")]
    assert (Progress().parts, Coverage().parts) == ([], [])


# --- What it costs ---


@pytest.mark.parametrize("who", ["rosa", "judith"])
def test_queries_and_texts_do_not_grow_with_rows(client, rosa, judith, who):
    client.force_login({"rosa": rosa, "judith": judith}[who])
    sorts = ("added", "title", "date", "length", *(["progress"] if who == "rosa" else []))
    asked = [{"sort": sort, **more} for sort in sorts for more in ({}, {"q": "text", "language": "en"})]
    costs = []
    for texts in (["One text. Two."], ["Text three. Text four.", "Text five. Six."]):
        for text in texts:
            for sentence in sentences_of(make_statement(text)):
                tag(sentence, rosa, "rebuttal", at=NOON)
        costs.append([])
        for each in asked:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(PAGE, each).status_code == 200
            costs[-1].append(len(queries))
            if "q" not in each:
                assert [query["sql"] for query in queries if '"statement"."text"' in query["sql"]] == []

    assert costs[0] == costs[1]
    assert max(costs[0]) == {"rosa": 12, "judith": 11}[who]


def test_another_corpus_is_a_404_for_strangers(client, stranger):
    make_corpus()
    client.force_login(stranger)

    assert client.get(PAGE, {"q": "a"}).status_code == 404
