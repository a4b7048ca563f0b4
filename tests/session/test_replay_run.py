"""A captured request, sent again: the scenario of a replay, and what it leaves out."""

from pydantic import SecretStr

from probe.capture.placeholders import HIDDEN
from probe.model.run_spec import ArmSpec, RunSpec
from probe.model.target import Target
from probe.session.replay_run import hidden_headers, replay_drivers, replayed
from probe.session.secrets import ArmSecrets
from tests.builders import scenario
from tests.capture.samples import capture, request

SPEC = RunSpec(scenario=scenario(), arms=(ArmSpec(target=Target(name="a", base_url="http://a", model="m")),))


def test_every_call_is_the_captured_request_and_expects_its_answer() -> None:
    spec = replayed(SPEC, capture(expects="PROBE_OK"))
    assert [(step.label, step.expect.equals) for step in spec.scenario.steps] == [
        ("call1", "PROBE_OK"),
        ("call2", "PROBE_OK"),
    ]
    assert (spec.scenario.name, [arm.driver for arm in spec.arms]) == ("replay", ["replay"])


def test_another_capture_is_another_scenario() -> None:
    first, second = (capture(request({"model": name, "messages": []})) for name in ("a", "b"))
    digests = {replayed(SPEC, each).scenario.digest() for each in (first, second, first)}
    assert len(digests) == 2


def test_headers_whose_values_were_secret_are_named_unless_a_target_gives_them() -> None:
    headers = (("X-Tenant", HIDDEN), ("X-Other", f"a {HIDDEN}"), ("Accept", "a"))
    sent = request(headers=headers)
    assert hidden_headers(sent, ()) == ["X-Tenant", "X-Other"]
    given = ArmSecrets(None, {"ANTHROPIC_CUSTOM_HEADERS": SecretStr("x-tenant: t1")})
    assert hidden_headers(sent, (given,)) == ["X-Other"]


def test_the_driver_of_a_replay_runs_no_client() -> None:
    drivers = replay_drivers(capture(), request())
    assert (drivers["replay"].runs_client, drivers["claude-print"].runs_client) == (False, True)
