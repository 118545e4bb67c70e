"""Who loses a race begins again; who loses every race is told to come back."""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep

import pytest
from django.db import IntegrityError, OperationalError

from statements.errors import Refused
from statements.models.writing import TRIES, retrying, turn


class Deadlock(Exception):
    sqlstate = "40P01"


def overtaken(how_often: int, by: Callable[[], Exception]) -> Callable[[], str]:
    tries = iter(range(how_often))

    def work() -> str:
        if next(tries, None) is not None:
            raise by()
        return "done"

    return work


def deadlock() -> OperationalError:
    lost = OperationalError("deadlock detected")
    lost.__cause__ = Deadlock()
    return lost


@pytest.mark.parametrize("by", [IntegrityError, deadlock])
def test_work_that_was_overtaken_begins_again_a_few_times(by):
    assert retrying(overtaken(TRIES - 1, by)) == "done"
    with pytest.raises(Refused, match="busy"):
        retrying(overtaken(TRIES, by))


@pytest.mark.parametrize("wrong", [OperationalError("the disk is full"), ValueError()])
def test_what_is_no_race_is_not_tried_again(wrong):
    with pytest.raises(type(wrong)):
        retrying(overtaken(1, lambda: wrong))


def test_who_waits_for_a_turn_is_not_passed_by_whoever_comes_next(tmp_path):
    name = str(tmp_path / "db")

    def wait() -> str:
        with turn(name):
            return "in"

    def is_queue_held() -> bool:
        with open(f"{name}-queue", "w") as queue:
            try:
                fcntl.flock(queue, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            return False

    with ThreadPoolExecutor(1) as pool:
        with turn(name):
            assert not is_queue_held()
            waiting = pool.submit(wait)
            late = monotonic() + 5
            while not is_queue_held() and monotonic() < late:
                sleep(0.001)
            assert is_queue_held()
            assert not waiting.done()
        assert waiting.result(5) == "in"
    assert not is_queue_held()
