"""Tables of times."""

from probe.render.table_model import (
    WordsCell,
)
from probe.render.time_tables import phases_by_step
from tests.render.sections import phases, section, statistics
from tests.render.spoken import EN


def test_phases_stand_in_order_of_time_though_the_first_step_had_none_of_them() -> None:
    steps = (
        statistics("call1", 3, success_phases=phases(boot=1, retries=0, wait=2)),
        statistics("call2", 3, success_phases=phases(retries=3)),
    )
    table = phases_by_step(section(*steps), EN)
    assert [cell.text for cell, *_ in table.rows if isinstance(cell, WordsCell)] == ["boot", "retries", "wait"]
