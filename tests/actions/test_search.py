"""The index of words: always what the statements are, and rebuilt when it is lost."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from statements.actions.search import rebuild
from statements.actions.statement import correct_statement, details_of
from statements.actions.sweep import sweep
from statements.actions.upload import cancel, confirm, withdraw
from statements.models import Corpus, Statement, StatementWords
from statements.models.search import kept_of
from statements.reports.statement import About, statements_where
from statements.text.search import BLOCK, words_of
from tests.make import LATER, NOON, bring, make_statement, make_upload, store, the_corpus

pytestmark = pytest.mark.django_db
LONG = " ".join(f"wörd{number}" for number in range(BLOCK // 8)) + " end."
TABLE = """title,text
Plain,We hid nothing.
Étude,We will pay.
French,"Nous n’avons rien caché."
Longer,"{long}"
"""


def found(query: str, corpus: Corpus | None = None) -> list[str]:
    rows = statements_where(corpus or the_corpus(), About(words=words_of(query)))
    return list(rows.in_order().values_list("title", flat=True))


def all_found() -> dict[str, list[str]]:
    queries = ("plain hid", "etude pay", "avon cache", "longer word6249 end", "hid word")
    return {query: found(query) for query in queries}


FOUND = {
    "plain hid": ["Plain"],
    "etude pay": ["Étude"],
    "avon cache": ["French"],
    "longer word6249 end": ["Longer"],
    "hid word": [],
}
NOTHING = {query: [] for query in FOUND}


@pytest.fixture
def stored(corpus):
    return store(bring({"four.csv": TABLE.format(long=LONG)}))


def test_a_text_that_is_pasted_is_found_by_its_title_and_its_words(corpus):
    make_statement("Rien n’est caché.", title="Réponse")

    assert [found(query) for query in ("repon cach", "n est", "reponses", "ache")] == [
        ["Réponse"], ["Réponse"], [], [],
    ]  # fmt: skip


def test_an_upload_is_found_from_when_it_is_stored(corpus):
    upload = bring({"four.csv": TABLE.format(long=LONG)})
    before = all_found()

    store(upload)

    assert (before, all_found()) == (NOTHING, FOUND)


def test_what_was_left_out_is_not_found(corpus):
    upload = bring({"four.csv": TABLE.format(long=LONG)})
    upload.drafts.filter(title="Plain").update(left_out=True)

    store(upload)

    assert all_found() == {**FOUND, "plain hid": []}


def test_a_withdrawn_upload_is_not_found_and_the_same_texts_are_once_they_came_again(stored):
    withdraw(stored, by=None, at=LATER)
    withdrawn = all_found()

    store(bring({"again.csv": TABLE.format(long=LONG)}))

    assert (withdrawn, all_found()) == (NOTHING, FOUND)


@pytest.mark.parametrize("title", ["Plain", "French", "Longer"])
def test_a_corrected_title_is_found_and_the_old_one_is_not(stored, rosa, title):
    statement = Statement.objects.get(title=title)

    for new in ("Été d’avant", "Later"):
        correct_statement(statement, replace(details_of(statement), title=new), by=rosa, at=LATER)
        statement.refresh_from_db()

    queries = ("later", "avant", title, "later hid", "later avons cache", "later word0", "later word6249 end")
    assert {query: found(query) for query in queries} == {
        "later": ["Later"],
        "avant": [],
        title: [],
        "later hid": ["Later"] if title == "Plain" else [],
        "later avons cache": ["Later"] if title == "French" else [],
        "later word0": ["Later"] if title == "Longer" else [],
        "later word6249 end": ["Later"] if title == "Longer" else [],
    }


def test_a_correction_of_something_else_leaves_the_index_as_it_is(stored, rosa):
    before = list(StatementWords.objects.order_by("pk").values_list())
    statement = Statement.objects.get(title="Plain")

    correct_statement(statement, replace(details_of(statement), speaker="Zénith"), by=rosa, at=LATER)

    assert list(StatementWords.objects.order_by("pk").values_list()) == before


def test_each_corpus_finds_its_own(stored, elsewhere):
    make_statement("They hid the losses.", title="Other", corpus=elsewhere)

    assert (found("hid"), found("hid", elsewhere)) == (["Plain"], ["Other"])


def test_a_text_with_more_words_than_a_row_can_hold_is_found_by_all_of_them(corpus):
    statement = make_statement("Short.")
    words = [f"w{number:07}é" for number in range(130_000)]  # 1.3 MB

    StatementWords.objects.of(statement.pk).delete()
    StatementWords.objects.store(kept_of([(statement.pk, "Giant", " ".join(words))]))

    assert [found(f"giant {words[at]}") for at in (0, 65_000, -1)] == [["An answer"]] * 3
    assert found(f"giant {words[0]} {words[-1]} w0129998") == ["An answer"]
    assert found("w013") == []
    assert StatementWords.objects.count() > 10


def test_words_of_any_length_are_found_by_their_beginnings(corpus):
    for sign in ("z", "é"):
        make_statement(f"See {sign * 500}.", title=f"All {sign}")

    assert [found(sign * count) for sign in ("z", "é") for count in (1, 60, 61, 200)] == [
        *[["All z"]] * 4,
        *[["All é"]] * 4,
    ]


def test_nothing_is_left_of_an_upload_that_was_cancelled(corpus, ada):
    upload = make_upload()
    confirm(upload, by=ada, at=NOON)
    [statement, other] = [make_statement(text, title=text) for text in ("One.", "Two.")]
    Statement.objects.filter(pk=statement.pk).update(upload=upload)

    cancel(upload, by=ada, at=LATER)
    sweep(at=LATER)

    assert [key // 1_024 for key in StatementWords.objects.values_list("key", flat=True)] == [other.pk]


# --- Rebuilding ---


def test_a_lost_index_is_rebuilt(stored):
    StatementWords.objects.all().delete()
    lost = all_found()

    assert (rebuild(), lost, all_found()) == (4, NOTHING, FOUND)


def test_what_is_in_the_index_and_should_not_be_is_gone_afterwards(stored):
    plain = Statement.objects.get(title="Plain")
    before = set(StatementWords.objects.values_list("key", flat=True))
    StatementWords.objects.store([(plain.pk * 1_024 + 7, "stray"), (99_999 * 1_024, "stray")])
    wrong = found("stray")

    rebuild()

    assert (wrong, found("stray"), all_found()) == (["Plain"], [], FOUND)
    assert set(StatementWords.objects.values_list("key", flat=True)) == before


def test_what_is_just_being_stored_is_left_to_who_stores_it(stored):
    type(stored).objects.filter(pk=stored.pk).update(state="storing")
    StatementWords.objects.all().delete()

    assert (rebuild(), StatementWords.objects.count()) == (0, 0)


def test_a_command_rebuilds_one_corpus_or_all_and_says_so(stored, elsewhere):
    make_statement("They hid the losses.", title="Other", corpus=elsewhere)
    said = []
    for words in (["elsewhere"], []):
        StatementWords.objects.all().delete()
        out = StringIO()
        call_command("rebuild_search", *words, stdout=out)
        said.append((out.getvalue(), found("hid"), found("hid", elsewhere)))

    assert said == [
        ("Indexed 1 statement.\n", [], ["Other"]),
        ("Indexed 5 statements.\n", ["Plain"], ["Other"]),
    ]


def test_a_corpus_that_is_not_there_is_named(corpus):
    with pytest.raises(CommandError, match="There is no corpus “nowhere”"):
        call_command("rebuild_search", "nowhere")
