"""The table of nights in a row."""

from typing import Any

import pytest

from probe.model.health import HealthWord
from probe.model.night import Night, NightState
from probe.model.verdict import Answer
from probe.render.markdown_tables import write_table
from probe.render.nights_table import night_date, nights_table
from probe.render.sentences import answer_words
from probe.texts import Texts
from tests.render.spoken import BOTH, EN, tables
from tests.reporting.stored_nights import nights


def rows(*of: Night, texts: Texts = EN) -> list[list[str]]:
    (found,) = tables(write_table(nights_table(of, texts), texts))
    return found[2:]


def changed(night: Night, **changes: Any) -> Night:
    return night.model_copy(update=changes)


def test_each_night_has_its_date_its_state_and_counts_of_each_step() -> None:
    (night,) = nights(3)
    (row,) = rows(night)
    assert row[0] == night_date(night) == "2026-11-21 07:30"
    assert row[1] == EN("chart.state.baseline")
    assert "3 of 30" in row
    assert "0 of 30" in row
    assert row[5] == "██▍"


def test_the_client_is_named_where_it_changes() -> None:
    first, second, third = nights(0, 0, 0)
    newer = changed(third, identity=third.identity | {"client": "claude 9.9.9"})
    assert [row[-1] for row in rows(first, second, newer)] == ["claude 2.1.329", "", "claude 9.9.9"]


def test_a_step_that_a_night_has_not_or_without_calls_has_dashes() -> None:
    first, second = nights(1, 1)
    without = changed(second, steps=second.steps[:1])
    empty = changed(second, steps=(second.steps[0].model_copy(update={"n": 0, "failed": 0}), second.steps[1]))
    assert rows(first, without)[1][6:8] == ["–", "–"]
    assert rows(first, empty)[1][3:6] == ["–", "–", ""]


def test_a_median_that_lies_among_failed_calls_is_a_bound() -> None:
    (night,) = nights(0)
    step = night.steps[0].model_copy(update={"median_ms": 60_000.0, "median_censored": True})
    assert rows(changed(night, steps=(step,)))[0][4] == "> 60.0 s"


@BOTH
@pytest.mark.parametrize("state", NightState)
def test_every_state_and_answer_has_a_word(state: NightState, texts: Texts) -> None:
    (night,) = nights(0)
    (row,) = rows(changed(night, state=state, health=HealthWord.OK, verdict=Answer.COLD), texts=texts)
    assert texts(f"chart.state.{state.value}") in row[1]
    assert row[2] == texts("health.OK")
    assert row[-2] == answer_words(Answer.COLD, texts)
    (unknown,) = rows(changed(night, state=state, health=None, verdict=None), texts=texts)
    assert (unknown[2], unknown[-2]) == ("–", "–")


def test_no_client_s_name_breaks_the_table() -> None:
    (night,) = nights(0)
    (row,) = rows(changed(night, identity={"client": "a|b\x1b"}))
    assert "\x1b" not in row[-1]
    assert len(row) == len(rows(night)[0])
