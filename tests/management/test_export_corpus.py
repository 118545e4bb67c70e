"""The rows of a corpus, written down from a terminal."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from statements.formats import FORMATS
from statements.models import Sentence
from statements.reports.columns import Layer
from statements.roles import Role
from tests.make import decision, make_member, make_statement, say, sentences_of, tag

pytestmark = pytest.mark.django_db
CASES = [(name, layer) for name, known in FORMATS.items() for layer in known.layers or Layer]


@pytest.fixture
def told(rosa, ben) -> list[Sentence]:
    sentences = sentences_of(make_statement("They hid it. We did not. Été 🤔.", title="One", language="en"))
    say(sentences[0], rosa, decision("allegation", comment="for nobody but admins"), at=None)
    tag(sentences[0], ben, at=None)
    tag(sentences[1], rosa, "rebuttal", at=None)
    return sentences


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]):
    """Run the command; return what stands on standard output, and the moment that it says."""

    def run(*words: str) -> tuple[bytes, str]:
        said = io.StringIO()
        call_command("export_corpus", "press", *words, stderr=said, no_color=True)
        moment = said.getvalue().removeprefix("As of ").removesuffix(".\n")
        return capfdbinary.readouterr().out, moment

    return run


def from_the_api(client: Client, **query: str) -> bytes:
    response = client.get("/api/v1/corpora/press/export/", query)
    assert response.status_code == 200, response.content
    body = b"".join(response)
    response.close()
    return body


@pytest.mark.parametrize(("name", "layer"), CASES)
def test_the_file_is_that_of_the_api_for_an_admin(run, told, ada, name, layer):
    made, as_of = run("--format", name, "--layer", layer)

    client = Client()
    client.force_login(ada)
    assert made == from_the_api(client, format=name, layer=layer, as_of=as_of)


def test_without_options_it_is_every_sentence_with_all_decisions_and_comments(run, told):
    made, _ = run()

    rows = [json.loads(line) for line in made.splitlines()]
    assert [row["text"] for row in rows] == ["They hid it.", "We did not.", "Été 🤔."]
    said = [[(one["reviewer"], one["labels"], one["comment"]) for one in row["annotations"]] for row in rows]
    assert said == [
        [("r1", ["allegation"], "for nobody but admins"), ("r2", [], "")],
        [("r1", ["rebuttal"], "")],
        [],
    ]


def test_it_shows_all_also_where_every_admin_reviews_and_is_blind(run, told):
    make_member("both", {Role.ADMIN, Role.REVIEWER})

    made, _ = run("--layer", "annotations")

    assert len(made.splitlines()) == 3


def test_it_takes_the_filters_of_the_api(run, told):
    made, _ = run("--where", "label=rebuttal", "--where", "q=HID", "--where", "reviewer=r1")

    assert [json.loads(line)["text"] for line in made.splitlines()] == ["We did not."]


def test_it_goes_on_behind_a_row(run, told, rosa):
    whole, as_of = run()
    tag(told[2], rosa, "commitment", at=None)

    rest, _ = run("--where", f"as_of={as_of}", "--where", f"after={told[0].public_id}")

    assert rest == b"".join(whole.splitlines(keepends=True)[1:])


def test_a_file_is_there_once_it_is_whole(run, told, tmp_path, monkeypatch):
    path = tmp_path / "rows.jsonl"
    path.write_text("of yesterday")

    def breaks_off(*_args: object, **_kwargs: object):
        yield b"{}\n"
        assert {entry.name for entry in tmp_path.iterdir()} == {"rows.jsonl", "rows.jsonl.part"}
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr("statements.management.commands.export_corpus.written", breaks_off)
        with pytest.raises(ZeroDivisionError):
            run("--output", str(path))
    assert {entry.name: entry.read_text() for entry in tmp_path.iterdir()} == {"rows.jsonl": "of yesterday"}

    assert run("--output", str(path))[0] == b""
    assert [entry.name for entry in tmp_path.iterdir()] == ["rows.jsonl"]
    assert len(path.read_text().splitlines()) == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--where", "colour=red"], "colour: There is no such field. There is: after, as_of, bad_split, "),
        (["--where", "unsure=perhaps"], "unsure: Must be a valid boolean."),
        (["--where", "label=nonsense"], "There is no label “nonsense” in this corpus."),
        (["--where", "label"], "Say filters as NAME=VALUE"),
        (["--where", "q=one", "--where", "q=two"], "Say filters as NAME=VALUE, each name once"),
        (["--where", "format=csv"], "layer and format have options"),
        (["--where", "after=abc.1"], "as_of: Say of which moment the rows before it were."),
        (["--where", "as_of=2999-01-01T00:00Z"], "has not passed"),
        (["--format", "lewidi", "--layer", "history"], "format: This format holds sentences only."),
        (["--output", "/nowhere/rows.csv"], "/nowhere/rows.csv.part: No such file or directory."),
    ],
)
def test_what_cannot_be_asked_is_said_and_nothing_is_written(run, told, words, said):
    with pytest.raises(CommandError) as refused:
        run(*words)

    assert said in str(refused.value)
    assert run("--where", "q=nothing of the kind")[0] == b""


def test_a_corpus_that_is_not_there_is_said(told):
    with pytest.raises(CommandError, match="There is no corpus “nope”"):
        call_command("export_corpus", "nope")


def test_bytes_are_not_thrown_at_a_terminal(run, told, monkeypatch):
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda _self: True, raising=False)

    with pytest.raises(CommandError, match="xlsx is not for a terminal"):
        run("--format", "xlsx")
    assert run("--format", "csv")[0]


def test_whoever_reads_no_further_ends_it_without_a_traceback(told, monkeypatch):
    reads, writes = os.pipe()
    os.close(reads)
    with os.fdopen(writes, "w") as out, monkeypatch.context() as closed:
        closed.setattr(sys, "stdout", out)
        with pytest.raises(CommandError, match="Nobody reads any more"):
            call_command("export_corpus", "press")


def test_the_help_names_every_filter(capsys):
    with pytest.raises(SystemExit):
        call_command("export_corpus", "--help")

    said = " ".join(capsys.readouterr().out.split())
    assert all(name in said for name in ("after, as_of, bad_split", "published_from", "changed_since"))


def test_the_folder_of_a_file_is_where_it_was_named(run, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run("--format", "csv-zip", "--output", "rows.zip")

    assert [entry.name for entry in Path().iterdir()] == ["rows.zip"]
