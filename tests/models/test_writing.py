"""Who loses a race begins again; who loses every race is told to come back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, OperationalError

from statements.errors import Refused
from statements.models.writing import TRIES, retrying


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
