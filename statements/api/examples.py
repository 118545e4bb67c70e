"""A quick start in three languages. The tests take these texts from the page and run them."""

from __future__ import annotations

CURL = """\
export ANNOTATOR={{url}}/api/v1
export TOKEN=annot_…

# Who am I, and in which corpora?
curl --fail --silent -H "Authorization: Bearer $TOKEN" "$ANNOTATOR/me/"

# The first sentences of a corpus on which I have not decided
curl --fail --silent -H "Authorization: Bearer $TOKEN" \\
  "$ANNOTATOR/corpora/seed/sentences/?state=untouched&limit=10"

# All rows, one JSON object a line
curl --fail --silent -H "Authorization: Bearer $TOKEN" \\
  "$ANNOTATOR/corpora/seed/export/?layer=sentences&format=jsonl" --output sentences.jsonl
"""

PYTHON = """\
import json
import os
from urllib.request import Request, urlopen
from uuid import uuid4

API = "{{url}}/api/v1"
TOKEN = os.environ["TOKEN"]


def call(address, method="GET", body=None):
    request = Request(address, method=method, headers={"Authorization": f"Bearer {TOKEN}"})
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    with urlopen(request) as answer:
        return json.load(answer)


def every(address):
    while address:
        page = call(address)
        yield from page["results"]
        address = page["next"]


# Say "no claim" to the first sentence on which I have not decided
waiting = list(every(f"{API}/corpora/seed/sentences/?state=untouched"))
print(len(waiting), "sentences to go")
sentence = waiting[0]
saved = call(
    f"{API}/sentences/{sentence['id']}/annotation/",
    "PUT",
    {"key": uuid4().hex, "based_on": sentence["annotation"]["key"], "state": "none"},
)
print(saved["sentence"], saved["state"])
"""

R = """\
library(httr2)

api <- request("{{url}}/api/v1") |>
  req_auth_bearer_token(Sys.getenv("TOKEN"))

# The first sentences of a corpus on which I have not decided
page <- api |>
  req_url_path_append("corpora/seed/sentences/") |>
  req_url_query(state = "untouched", limit = 10) |>
  req_perform() |>
  resp_body_json()
cat(length(page$results), "sentences\\n")

# All rows, one JSON object a line
api |>
  req_url_path_append("corpora/seed/export/") |>
  req_url_query(layer = "sentences", format = "jsonl") |>
  req_perform(path = "sentences.jsonl")
"""
