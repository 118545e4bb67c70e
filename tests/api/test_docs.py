"""The reference as a page, whole, and examples that really work."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client

from statements.api.description import openapi
from statements.errors import Refused
from statements.messages import FAULTS, SENTENCES
from statements.problems import status_of
from tests.live import ROOT, Server

pytestmark = pytest.mark.once
DOCS = (ROOT / "docs" / "api.md").read_text("utf-8")
PAGES_ONLY = {
    # Refusals of pages and commands that no endpoint can meet.
    "link_ended",
    "link_not_yours",
    "nothing_to_redo",
    "nothing_to_undo",
    "token_corpus",
    "token_days",
    "token_scopes",
    "link_own",
    "mail_failed",
    "no_address",
    "not_site_admin",
    "own_second_factor",
    "own_standing",
    "wrong_password",
}
WHOLE_FILES = {  # that a file cannot be read as a whole
    "damaged", "disguised", "dtd", "encrypted", "kind", "no_main_text", "no_sheet", "not_a_zip",
    "not_as_named", "old_kind", "old_office", "scanned", "strict", "swollen", "too_many_elements",
    "too_many_pages", "too_much_memory",
    "too_nested", "too_slow", "unusual",
}  # fmt: skip
OF_THE_FRAMEWORK = {
    "not_authenticated": 401,
    "authentication_failed": 401,
    "permission_denied": 403,
    "method_not_allowed": 405,
    "unsupported_media_type": 415,
    "parse_error": 400,
    "invalid": 400,
}


def told_problems() -> dict[str, int]:
    """The kinds of problems in the table of the documentation, with their status."""
    table = DOCS.partition("| type | status | |")[2].partition("\n\n")[0]
    found = {}
    for line in table.splitlines():
        cells = line.split("|")
        if len(cells) > 3 and (kinds := re.findall(r"`([a-z_]+)`", cells[1])):
            found.update(dict.fromkeys(kinds, int(cells[2])))
    return found


def test_the_table_of_problems_is_whole():
    whole = {code for code in FAULTS if code.startswith("zip_") or code in WHOLE_FILES}
    ours = {code: status_of(Refused(code)) for code in {*SENTENCES, *whole} if code not in PAGES_ONLY}

    assert told_problems() == {**ours, **OF_THE_FRAMEWORK}
    assert set(SENTENCES) >= PAGES_ONLY
    assert [code for code in FAULTS if f"`{code}`" not in DOCS] == []


def test_the_documentation_names_every_address_and_filter():
    for path, verbs in openapi()["paths"].items():
        short = path.removeprefix("/api/v1/").replace("{public_id}", "{id}").replace("{pseudonym}", "{r1}")
        assert f"`{short}`" in DOCS or f"/api/v1/{short}`" in DOCS, short
        for one in verbs.get("get", {}).get("parameters", ()):
            if one["in"] == "query" and one["name"] != "cursor":
                assert re.search(rf"`\??{one['name']}[`=]", DOCS), one["name"]


# --- The page ---


@pytest.fixture
def page(client: Client, rosa) -> str:
    client.force_login(rosa)
    response = client.get("/api/v1/docs/")
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_shows_every_operation(page):
    for path, verbs in openapi()["paths"].items():
        for verb, about in verbs.items():
            assert (
                f'<h2 id="{about["operationId"]}"><span class="verb verb-{verb}">{verb.upper()}</span>'
                in page
            )
            assert f'<a href="#{about["operationId"]}">' in page
            assert about["summary"] in unescape(page)
        assert f"<code>{path}</code></h2>" in page
    assert page.count('<section class="operation"') == sum(
        len(verbs) for verbs in openapi()["paths"].values()
    )


def test_the_page_asks_nothing_of_other_hosts_and_holds_no_script(page):
    assert re.findall(r"<script|<style|style=|onclick|javascript:", page) == []
    assert {urlsplit(url).netloc for url in re.findall(r'(?:src|href|action)="([^"]+)"', page)} == {""}


def test_the_page_needs_a_sign_in(client, db):
    response = client.get("/api/v1/docs/")

    assert (response.status_code, response.headers["Location"]) == (302, "/sign-in/?next=/api/v1/docs/")


# --- The examples, taken from the page ---


def examples(page: str) -> dict[str, str]:
    found = re.findall(
        r'<h3 id="quick-start-\d+">(.*?)</h3>\s*<pre[^>]*><code>(.*?)</code></pre>', page, re.DOTALL
    )
    return {name: unescape(text) for name, text in found}


@pytest.fixture(scope="module")
def reader(server: Server) -> str:
    server.add_user("examples", "reviewer")
    return server.add_token("examples", "read", "annotate")


@pytest.fixture(scope="module")
def shown(server: Server, reader: str) -> dict[str, str]:
    """The examples as the running server shows them to somebody."""
    from tests.server.conftest import run_python

    code = (
        "from django.test import Client\nfrom statements.models import User\n"
        "c = Client(headers={'host': 'localhost'}); c.force_login(User.objects.get(username='examples'))\n"
        "print(c.get('/api/v1/docs/').content.decode())"
    )
    return examples(run_python(server, code))


def run(command: list[str], folder, token: str, sent: str = "") -> str:
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TOKEN": token}
    done = subprocess.run(
        command,
        input=sent,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def exported(folder) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "sentences.jsonl").read_text("utf-8").splitlines()]


def test_the_curl_example_works(server, reader, shown, tmp_path):
    if not shutil.which("curl") or not shutil.which("sh"):
        pytest.skip("curl and sh are not installed here, so the curl example cannot be run")
    script = shown["curl"].replace("export TOKEN=annot_…\n", "")

    said = run(["sh", "-e"], tmp_path, reader, script)

    assert "TOKEN=annot_" not in script
    assert '"username":"examples"' in said
    assert '"next":' in said
    rows = exported(tmp_path)
    assert (len(rows), rows[0]["corpus"]) == (29, "seed")


def test_the_python_example_works(reader, shown, tmp_path):
    said = run([sys.executable, "-"], tmp_path, reader, shown["Python"])

    first, second = said.splitlines()
    assert re.fullmatch(r"\d+ sentences to go", first)
    assert re.fullmatch(r"[2-9a-z]{12}\.\d+ none", second)


def addresses_of_curl(text: str) -> set[tuple[str, tuple[tuple[str, str], ...]]]:
    found = (urlsplit(one) for one in re.findall(r'"\$ANNOTATOR/([^"]+)"', text))
    return {(one.path, tuple(parse_qsl(one.query))) for one in found if one.query}


def addresses_of_r(text: str) -> set[tuple[str, tuple[tuple[str, str], ...]]]:
    found = re.findall(r'req_url_path_append\("([^"]+)"\) \|>\s*req_url_query\(([^)]*)\)', text)
    return {(path, tuple(re.findall(r'(\w+) = "?(\w+)"?', query))) for path, query in found}


def test_the_r_example_asks_for_what_the_curl_example_asks_for(server, shown):
    assert addresses_of_r(shown["R (httr2)"]) == addresses_of_curl(shown["curl"])
    assert f'request("{server.url}/api/v1")' in shown["R (httr2)"]


@pytest.mark.elsewhere
@pytest.mark.skipif(not shutil.which("Rscript"), reason="R with httr2 is not installed here")
def test_the_r_example_works(reader, shown, tmp_path):
    said = run(["Rscript", "-"], tmp_path, reader, shown["R (httr2)"])
    assert said.strip() == "10 sentences"
    assert len(exported(tmp_path)) == 29
