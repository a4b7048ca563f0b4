"""A history of three days of calls."""

from datetime import timedelta

from probe.model.choices import Role
from probe.model.client import ModelUsage
from probe.model.outcome import Outcome
from tests.builders import START, call, result, target_info, words
from tests.conftest import Probe
from tests.store.parquet.history_runs import add, write_run

VERSIONS = ("2.1.329", "2.1.329", "2.1.400")


FAILED = (0, 40, 3)
"""Failed calls of 40 on each day: OK, DOWN, FLAKY."""


def duration_ms(number: int) -> float:
    """Return how long a call took, in ms."""
    return 1000.0 + 7 * (number * 37 % 40)


def write_months(probe: Probe) -> Probe:
    """Return `probe` with a history of three days of a target, at 07, 08 and 09 o'clock, and a control arm."""
    for day in range(3):
        at = START + timedelta(days=day, hours=day, minutes=-30)
        usage = ModelUsage(input_tokens=10, output_tokens=3, cache_read_tokens=30, cache_creation_tokens=10 * day)
        calls = [
            call(
                number,
                1,
                Outcome.OVERLOADED if number <= FAILED[day] else Outcome.OK,
                started_at=at + timedelta(minutes=number),
                wall_ms=duration_ms(number),
                client=words(client_version=VERSIONS[day], result=result(usage=usage)),
            )
            for number in range(1, 41)
        ]
        add(probe.folder / "reports" / "history", write_run(probe.folder / "r", calls, run_id=f"d{day}", created_at=at))
    control = target_info(name="control")
    add(
        probe.folder / "reports" / "history",
        write_run(probe.folder / "r", [call()], run_id="c", target=control, role=Role.CONTROL),
    )
    return probe
