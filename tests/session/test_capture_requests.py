"""The plan of a capture: two calls of one arm, whose bodies are recorded."""

from typing import Any

import pytest

from probe.errors import UsageError
from probe.session.capture_requests import plan_capture


@pytest.mark.parametrize(
    ("given", "embedded"),
    [({}, True), ({"targets": ("embedded",)}, True), ({"base_url": "http://a", "model": "m"}, False)],
)
def test_the_plan_is_two_calls_of_which_the_second_goes_on(given: dict[str, Any], embedded: bool) -> None:
    spec = plan_capture(given, {}, {})
    assert [step.session for step in spec.scenario.steps] == ["new", "resume"]
    assert (spec.arms[0].embedded, spec.arms[0].faults, spec.options.record_bodies) == (embedded, (), True)


def test_what_is_given_goes_before() -> None:
    spec = plan_capture({"workload": "lean", "model": "m"}, {"API_TIMEOUT_MS": "5"}, {})
    assert (spec.options.workload, spec.arms[0].target.model, spec.arms[0].target.env) == (
        "lean",
        "m",
        {"API_TIMEOUT_MS": "5"},
    )


def test_a_target_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UsageError, match="no-such"):
        plan_capture({"targets": ("no-such",)}, {}, {})
