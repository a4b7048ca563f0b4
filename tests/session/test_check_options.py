"""Options that exclude each other, or that would do nothing."""

from typing import Any

import pytest

from probe.errors import UsageError
from probe.model.choices import MOST_CLIENT_LANES, MOST_LANES
from probe.model.run_manifest import Options
from probe.session.check_options import check_combinations, check_drivers, check_gap_search, driver_names
from tests.builders import scenario, step


def test_each_driver_is_asked_once_and_one_that_keeps_a_client_may_have_its_counterpart() -> None:
    assert driver_names(Options(drivers=("messages", "claude-print", "messages"))) == ("messages", "claude-print")
    assert driver_names(Options(drivers=("claude-live",), isolate=True)) == ("claude-live", "claude-print")
    assert driver_names(Options(drivers=("claude-live", "claude-print"), isolate=True)) == (
        "claude-live",
        "claude-print",
    )
    assert driver_names(Options(drivers=("claude-live",))) == ("claude-live",)


@pytest.mark.parametrize(
    ("options", "key", "says"),
    [
        ({"isolate": True}, "--isolate", "no driver keeps one"),
        ({"prepare": "x", "concurrency": 2}, "--prepare with --concurrency", "cannot be told apart"),
        ({"max_rounds": 5}, "--max-rounds", "--until-sure alone"),
    ],
)
def test_options_that_exclude_each_other_are_refused(options: dict[str, Any], key: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as refused:
        check_combinations(Options(**options))
    assert refused.value.key == key


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"isolate": True, "drivers": ("agent-sdk",)},
        {"prepare": "x"},
        {"concurrency": 5},
        {"max_rounds": 5, "until_sure": True},
    ],
)
def test_options_that_go_together_are_taken(options: dict[str, Any]) -> None:
    check_combinations(Options(**options))


@pytest.mark.parametrize(
    ("options", "key"),
    [({"concurrency": 2}, "--concurrency with --gap-upto"), ({"until_sure": True}, "--until-sure with --gap-upto")],
)
def test_rounds_with_idle_times_of_their_own_are_made_one_by_one_and_have_no_verdict(
    options: dict[str, Any], key: str
) -> None:
    check_gap_search(Options())
    with pytest.raises(UsageError) as refused:
        check_gap_search(Options(**options))
    assert refused.value.key == key


LIVE = scenario(step(), step("call2", session="live"))
REFUSED = scenario(step(), step("call2", session="same-id", expect={"outcome": "session_in_use"}))


@pytest.mark.parametrize(
    ("options", "script", "key", "says"),
    [
        ({"drivers": ("curl",)}, None, "--driver", "no driver 'curl'"),
        ({"concurrency": 10_000, "drivers": ("messages",)}, None, "--concurrency 10000", "at a time"),
        ({"concurrency": 1000}, None, "--concurrency 1000", "claude-print starts clients"),
        ({"recorder": False, "drivers": ("messages",)}, None, "--no-recorder", "from the recorder"),
        ({"recorder": False, "drivers": ("claude-live",)}, None, "--no-recorder", "from the recorder"),
        ({}, LIVE, "steps[1].session", "goes on in the process of the step before"),
        ({"drivers": ("claude-live",), "output_format": "json"}, None, "--output-format json", "stream-json"),
        ({"drivers": ("messages",)}, REFUSED, "--driver messages", "which only a client says"),
        ({"drivers": ("messages", "claude-print")}, REFUSED, "--driver messages", "which only a client says"),
        ({"drivers": ("messages",), "control": True}, None, "--control", "no client is run"),
        ({"drivers": ("messages",), "client": "x"}, None, "--client", "no client is run"),
        ({"drivers": ("messages",), "client_retries": 0}, None, "--client-retries", "no client is run"),
        ({"drivers": ("messages",), "workload": "lean"}, None, "--workload", "no client is run"),
        ({"drivers": ("messages",), "output_format": "json"}, None, "--output-format", "no client is run"),
        ({"drivers": ("messages",), "prime": False}, None, "--no-prime", "no client is run"),
        ({"drivers": ("messages",), "env_names": ("A",)}, None, "--env", "no client is run"),
        (
            {"drivers": ("messages",), "dangerously_skip_permissions": True},
            None,
            "--dangerously-skip-permissions",
            "no client is run",
        ),
    ],
)
def test_what_drivers_cannot_do_is_refused(options: dict[str, Any], script: Any, key: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as refused:
        check_drivers(Options(**options), script or scenario())
    assert refused.value.key == key


@pytest.mark.parametrize(
    ("options", "script"),
    [
        ({}, REFUSED),
        ({"drivers": ("claude-live",)}, LIVE),
        ({"drivers": ("claude-print", "claude-live")}, LIVE),
        ({"drivers": ("messages",), "env_names": ("ANTHROPIC_CUSTOM_HEADERS",)}, None),
        ({"drivers": ("messages", "claude-print"), "control": True, "workload": "lean"}, None),
        ({"recorder": False}, None),
    ],
)
def test_what_drivers_can_do_is_taken(options: dict[str, Any], script: Any) -> None:
    check_drivers(Options(**options), script or scenario())


@pytest.mark.parametrize(("driver", "most"), [("claude-print", MOST_CLIENT_LANES), ("messages", MOST_LANES)])
def test_so_many_rounds_are_made_at_a_time_and_no_more(driver: str, most: int) -> None:
    check_drivers(Options(drivers=(driver,), concurrency=most), scenario())
    with pytest.raises(UsageError, match=f"at most {most}"):
        check_drivers(Options(drivers=(driver,), concurrency=most + 1), scenario())
