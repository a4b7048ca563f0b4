"""The table that compares two sections: a row for each quantity of each step."""

from typing import Any

import pytest

from probe.model.comparison import Comparison, Difference, Judgement, Unit
from probe.model.statistics import Figure
from probe.render.comparison_table import comparison_table
from probe.render.numbers import NOTHING
from probe.render.table_model import BadgeCell, RankedCell
from tests.render import samples
from tests.render.sections import estimate
from tests.render.spoken import EN, ZH, rows_of


def compared(*differences: Difference) -> Comparison:
    return samples.comparison().model_copy(update={"differences": differences})


def difference(value: float | None, unit: Unit = Unit.SHARE, **changes: Any) -> Difference:
    """Return a difference of this size from a base that is 0."""
    fields: dict[str, Any] = {
        "label": "call1",
        "quantity": "failure_rate",
        "unit": unit,
        "base": estimate(0.0),
        "candidate": None if value is None else estimate(value),
        "difference": None if value is None else estimate(value),
        "judgement": Judgement.NO_DIFFERENCE_SEEN,
    }
    return Difference.model_validate(fields | changes)


def test_each_quantity_stands_beside_its_values_its_difference_and_what_it_comes_to() -> None:
    table = comparison_table(samples.comparison(), EN)
    assert table.title == "relay against embedded: every quantity"
    assert table.columns == ("step", "quantity", "embedded", "relay", "difference", "judgement")
    first, *_, last = rows_of(table)
    assert first == [
        "call1",
        "failure rate",
        "8 % (1 % to 35 %)",
        "30 % (17 % to 48 %)",
        "+22 points (2 to 42)",
        "worse",
    ]
    assert [row[-1] for row in rows_of(table)] == ["worse", "no difference seen", "better", "too few calls"]
    assert last[2:] == [NOTHING, "> 3 m 00 s", NOTHING, "too few calls"]


def test_the_table_is_in_the_language_of_the_reader() -> None:
    assert [row[-1] for row in rows_of(comparison_table(samples.comparison(), ZH))][:2] == ["更差", "未见差别"]


@pytest.mark.parametrize("quantity", ["p50_wall", "p75_wall", "p90_wall", "p95_wall"])
def test_quantiles_that_count_failed_calls_as_their_timeout_are_for_programs_alone(quantity: str) -> None:
    table = comparison_table(compared(difference(0.1, quantity=quantity), difference(0.1, quantity="mean_wall")), EN)
    assert len(table.rows) == 1


@pytest.mark.parametrize(
    ("judgement", "tone"),
    [
        (Judgement.BETTER, "good"),
        (Judgement.WORSE, "bad"),
        (Judgement.NO_DIFFERENCE_SEEN, "mild"),
        (Judgement.TOO_FEW, "mild"),
    ],
)
def test_a_judgement_stands_out_in_its_colour(judgement: Judgement, tone: str) -> None:
    ((*_, badge),) = comparison_table(compared(difference(0.1, judgement=judgement)), EN).rows
    assert badge == BadgeCell(EN(f"judgement.{judgement.value}"), tone)


def ranks(*differences: Difference, column: int) -> list[int | str]:
    rows = comparison_table(compared(*differences), EN).rows
    return [cell.rank for row in rows if isinstance(cell := row[column], RankedCell)]


def test_shares_are_sorted_among_shares_and_durations_among_durations() -> None:
    mixed = (
        difference(90.0, Unit.MS),
        difference(0.3),
        difference(-40.0, Unit.MS),
        difference(-0.2),
        difference(0.3),
    )
    assert ranks(*mixed, column=4) == [3, 1, 2, 0, 1]


def test_each_column_is_sorted_by_its_own_values() -> None:
    rows = (
        difference(0.2, base=estimate(0.7), candidate=estimate(0.9)),
        difference(0.4, base=estimate(0.1), candidate=estimate(0.5)),
    )
    assert [ranks(*rows, column=column) for column in (2, 3, 4)] == [[1, 0], [1, 0], [0, 1]]


def test_what_is_not_known_is_sorted_before_all_else() -> None:
    assert ranks(difference(None), difference(-0.2), column=3) == ["", 0]
    assert ranks(difference(None), difference(-0.2), column=4) == ["", 0]
    no_figure = difference(None, Unit.MS, base=Figure(value_ms=None))
    assert ranks(no_figure, difference(5.0, Unit.MS, base=Figure(value_ms=7.0)), column=2) == ["", 0]
