"""Many write at once, twice, too late, and into a dying worker: what was acknowledged is what is stored."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from statistics import quantiles
from threading import Event
from typing import Any

from tests.live import Server
from tests.server.conftest import REVIEWERS, Client, export_request, head, stored, wait_for

MORE_THAN_BUFFERS_HOLD = 5_000_000  # bytes, of the network


def save_until_answered(client: Client, sentence: str, key: str, base: str) -> tuple[bool, str]:
    """Send a save until there is an answer; return whether it stands, and the key that is current."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            answer = client.decide(sentence, key, based_on=base)
        except (OSError, HTTPException):
            continue
        if answer.status == 200:
            assert answer.json["key"] == key
            return True, key
        if answer.status == 409:
            return False, answer.json["current"]["key"] or ""
        assert answer.status == 503, answer.body
    raise AssertionError("no answer within 30 s")


def write_all(
    server: Server, name: str, token: str, sentences: list[str], seed: int, rounds: int
) -> set[tuple[str, str]]:
    """Decide on all sentences again and again, as one of several tabs; return the acknowledged saves."""
    chance = random.Random(seed)
    client = Client(server, token)
    acknowledged = set()
    current: dict[str, str] = {}
    for round_ in range(rounds):
        for number, sentence in enumerate(sentences):
            key = f"{name}-{seed}-{round_}-{number:03}"
            stands, current[sentence] = save_until_answered(client, sentence, key, current.get(sentence, ""))
            if stands:
                acknowledged.add((name, key))
                if chance.random() < 0.2:  # the answer was lost: the client sends the same again
                    again, _ = save_until_answered(client, sentence, key, current[sentence])
                    assert again
    return acknowledged


def everybody(
    server: Server,
    tokens: dict[str, str],
    sentences: list[str],
    *,
    rounds: int,
    meanwhile: Callable[[], object],
) -> set[tuple[str, str]]:
    """Let every reviewer write from two tabs at once, and return all saves that were acknowledged."""
    jobs = [(name, tab) for name in REVIEWERS for tab in range(2)]
    with ThreadPoolExecutor(len(jobs)) as pool:
        seeds = random.Random().sample(range(10**6), len(jobs))
        running = [
            pool.submit(write_all, server, name, tokens[name], sentences, seed, rounds)
            for (name, _tab), seed in zip(jobs, seeds, strict=True)
        ]
        meanwhile()
        return set().union(*(job.result() for job in running))


def assert_stored_exactly(
    server: Server, before: set[tuple[str, str]], acknowledged: set[tuple[str, str]]
) -> None:
    rows = stored(server)
    keys = [(name, key) for name, key, _sentence, _is_current in rows]
    assert max(Counter(keys).values()) == 1
    assert set(keys) - before == acknowledged
    current = Counter((name, sentence) for name, _key, sentence, is_current in rows if is_current)
    assert set(current.values()) == {1}


def test_what_was_acknowledged_is_what_is_stored(server, tokens, sentences, record_property):
    before = {(name, key) for name, key, *_ in stored(server)}
    began = time.monotonic()

    acknowledged = everybody(server, tokens, sentences, rounds=2, meanwhile=lambda: None)

    record_property("saves_per_second", len(acknowledged) / (time.monotonic() - began))
    assert len(acknowledged) > 2 * len(sentences)
    assert_stored_exactly(server, before, acknowledged)


def test_a_killed_worker_loses_no_save_and_doubles_none(server, tokens, sentences):
    before = {(name, key) for name, key, *_ in stored(server)}
    killed = []

    def kill_twice() -> None:
        for _time in range(2):
            time.sleep(0.5)
            killed.append(server.kill_worker())

    acknowledged = everybody(server, tokens, sentences, rounds=3, meanwhile=kill_twice)

    assert len(set(killed)) == 2
    assert_stored_exactly(server, before, acknowledged)
    wait_for(lambda: len(server.workers()) == 2, within=5)
    server.wait_until_healthy(within=5)


def test_the_same_save_sent_by_many_at_once_is_stored_once(server, tokens, sentences):
    current = Client(server, tokens["wanda"]).get(f"/api/v1/sentences/{sentences[0]}/annotation/").json["key"]

    with ThreadPoolExecutor(12) as pool:
        answers = list(
            pool.map(
                lambda _: Client(server, tokens["wanda"]).decide(
                    sentences[0], "the-same-key", based_on=current or ""
                ),
                range(12),
            )
        )

    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    assert Counter(key for _name, key, *_ in stored(server))["the-same-key"] == 1


def test_of_many_saves_on_the_same_base_one_stands(server, tokens, sentences):
    current = Client(server, tokens["will"]).get(f"/api/v1/sentences/{sentences[1]}/annotation/").json["key"]

    with ThreadPoolExecutor(12) as pool:
        answers = list(
            pool.map(
                lambda number: Client(server, tokens["will"]).decide(
                    sentences[1], f"rival-{number:04}", based_on=current or ""
                ),
                range(12),
            )
        )

    assert Counter(answer.status for answer in answers) == {200: 1, 409: 11}
    winner = next(answer.json["key"] for answer in answers if answer.status == 200)
    assert {answer.json["current"]["key"] for answer in answers if answer.status == 409} == {winner}


def saves_in(rows: list[dict[str, Any]]) -> dict[str, set[int]]:
    """Return for each reviewer the numbers of the saves that an export holds."""
    numbers: dict[str, set[int]] = {}
    for said in (said for row in rows for said in row["annotations"]):
        if (said["comment"] or "").startswith("save "):
            numbers.setdefault(said["reviewer"], set()).add(int(said["comment"].split()[1]))
    return numbers


def test_exports_during_writes_are_snapshots(server, tokens, sentences, many_statements):
    # Two: SQLite lets the fastest of many writers go first, so with more they wait for each other.
    writers = REVIEWERS[:2]
    sent = dict.fromkeys(writers, 0)
    saved = dict.fromkeys(writers, 0)
    stop = Event()

    def write(name: str) -> None:
        """Go through the sentences in order, over and over; the comment says which save it is."""
        client = Client(server, tokens[name])
        keys = {}
        for sentence in sentences:
            found = client.get(f"/api/v1/sentences/{sentence}/annotation/").json
            keys[sentence] = found["key"] or ""
        while not stop.is_set():
            number = sent[name] = sent[name] + 1
            sentence = sentences[(number - 1) % len(sentences)]
            key = f"{name}-export-{number:05}"
            answer = client.decide(sentence, key, based_on=keys[sentence], comment=f"save {number}")
            assert answer.status == 200, answer.body
            keys[sentence], saved[name] = key, number

    exports = []
    with ThreadPoolExecutor(len(writers)) as pool:
        writing = [pool.submit(write, name) for name in writers]
        reader = Client(server, tokens["walter"])
        try:
            while min(saved.values()) == 0 and not any(job.done() for job in writing):
                time.sleep(0.05)
            for _time in range(4):
                least = dict(saved)
                rows = reader.export("sentences")
                exports.append((least, rows, dict(sent)))
        finally:
            stop.set()
        for job in writing:
            job.result()

    for least, rows, most in exports:
        assert len(rows) >= (many_statements + 1) * len(sentences)
        numbers = saves_in(rows)
        assert len(numbers) == len(writers)
        for seen in numbers.values():
            # All of a reviewer's saves up to one of them, and none after it.
            assert seen == {n for n in range(1, max(seen) + 1) if n > max(seen) - len(sentences)}
        assert sum(least.values()) <= sum(max(seen) for seen in numbers.values()) <= sum(most.values())


def test_no_save_waits_for_an_export(
    server, tokens, sentences, many_statements, slow_client, record_property
):
    """Whoever waited for these exports would wait for good: they are read on when all saves are answered."""
    readers = [slow_client(export_request(tokens["walter"])) for _number in range(2)]
    assert all(head(reader).startswith(b"HTTP/1.1 200") for reader in readers)
    client = Client(server, tokens["wes"])
    waits = []

    for number, sentence in enumerate(sentences):
        current = client.get(f"/api/v1/sentences/{sentence}/annotation/").json["key"] or ""
        began = time.monotonic()
        answer = client.decide(sentence, f"beside-an-export-{number}", based_on=current)
        waits.append(time.monotonic() - began)
        assert answer.status == 200, answer.body

    for reader in readers:
        assert sum(map(len, iter(lambda end=reader: end.recv(1 << 20), b""))) > MORE_THAN_BUFFERS_HOLD
    record_property("p99_of_saves", quantiles(waits, n=100, method="inclusive")[-1])
