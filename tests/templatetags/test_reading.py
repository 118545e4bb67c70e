"""Numbers, dates and times as each language writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from django.template import Context, Template
from django.utils.translation import override

from statements.errors import Refused
from statements.messages import number, sentence_for

AT = datetime(2026, 3, 5, 9, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "shown"),
    [("en", ["0", "999", "1,000", "1,234,567"]), ("fr", ["0", "999", "1\u00a0000", "1\u00a0234\u00a0567"])],
)
def test_numbers_are_grouped_as_the_language_groups_them(language, shown):
    with override(language):
        assert [number(value) for value in (0, 999, 1000, 1234567)] == shown


@pytest.mark.parametrize(
    ("language", "shown"), [("en", "at most 5,000. Cut"), ("fr", "au plus\u00a05\u00a0000. Rép")]
)
def test_numbers_in_refusals_are_grouped_too(language, shown):
    with override(language):
        assert shown in sentence_for(Refused("too_many_sentences", count=12_345, most=5_000))


@pytest.mark.parametrize(
    ("language", "shown"), [("en", "5 March 2026, 09:01 UTC"), ("fr", "5 mars 2026 09:01 UTC")]
)
@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=2))])
def test_a_time_names_its_zone_and_can_be_read_by_programs(language, shown, zone):
    template = Template("{% load reading %}{% moment at %}")

    with override(language):
        html = template.render(Context({"at": AT.astimezone(zone)}))

    assert html == f'<time datetime="2026-03-05T09:01:30+00:00">{shown}</time>'


@pytest.mark.parametrize(("language", "shown"), [("en", "5 March 2026"), ("fr", "5 mars 2026")])
def test_dates_put_the_day_before_the_month(language, shown):
    with override(language):
        html = Template('{{ day|date:"DATE_FORMAT" }}').render(Context({"day": date(2026, 3, 5)}))

    assert html == shown
