"""The parts of a run, started from its specification, and gone with the context."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from probe.errors import UsageError
from probe.model.choices import Role, UpstreamKind
from probe.model.run_manifest import Options
from probe.model.run_spec import ArmSpec, RunSpec
from probe.model.target import Target
from probe.session.prepare import call_url, plan_of, prepared
from probe.session.secrets import ArmSecrets
from tests.builders import scenario, step

SECRET = "tok-4711-of-nobody"


def arm(name: str = "relay", **changes: Any) -> ArmSpec:
    target = {"name": name, "base_url": "http://127.0.0.1:9", "model": "m", **changes.pop("target", {})}
    return ArmSpec(target=Target.model_validate(target), driver="messages", **changes)


def embedded(name: str = "embedded", **changes: Any) -> ArmSpec:
    return arm(name, target={"kind": UpstreamKind.EMBEDDED, "name": name}, **changes)


def spec_of(*arms: ArmSpec, script: Any = None, **options: Any) -> RunSpec:
    return RunSpec(scenario=script or scenario(), arms=arms, options=Options(drivers=("messages",), **options))


def secrets(token: str | None = None, **variables: str) -> ArmSecrets:
    values: Mapping[str, SecretStr] = {name: SecretStr(value) for name, value in variables.items()}
    return ArmSecrets(SecretStr(token) if token else None, values)


def test_each_embedded_arm_has_an_upstream_of_its_own_while_the_context_lasts() -> None:
    arms = embedded("a"), embedded("b", faults=("status(code=529)",))
    with prepared(spec_of(*arms), [secrets(), secrets()], {}) as run:
        first, second = (each.target.base_url for each in run.arms)
        assert first != second
        assert httpx.get(first).json() == {"ok": True}
        assert [each.manifest.target.faults for each in run.arms] == [(), ("status(code=529)",)]
    with pytest.raises(httpx.ConnectError):
        httpx.get(first)


def test_no_secret_stands_in_the_manifest_wherever_it_was_given() -> None:
    made = arm(target={"base_url": f"http://127.0.0.1:9/{SECRET}"})
    spec = spec_of(made, prepare=f"login {SECRET}", fail_on=("n < 3",))
    with prepared(spec, [secrets(SECRET, MY_KEY=SECRET, API_TIMEOUT_MS="600")], {}) as run:
        (ready,) = run.arms
    assert SECRET not in ready.manifest.model_dump_json()
    assert ready.manifest.target.env == {"MY_KEY": "[set]", "API_TIMEOUT_MS": "600"}
    assert ready.manifest.target.token_masked is not None
    assert ready.target.base_url.endswith(SECRET), "calls go there all the same"


def test_a_call_of_an_embedded_upstream_says_its_round_and_step() -> None:
    assert call_url(embedded(), 3, "call1") == "http://127.0.0.1:9/r/0003/call1"
    assert call_url(arm(), 3, "call1") == "http://127.0.0.1:9"


def test_the_plan_is_that_of_the_options_and_the_target_s_model() -> None:
    made = plan_of(spec_of(arm(), rounds=7, max_tokens=9, concurrency=3), arm().target)
    assert (made.model, made.rounds, made.max_tokens, made.concurrency) == ("m", 7, 9, 3)
    assert plan_of(spec_of(arm(), until_sure=True), arm().target).rounds == 200


@pytest.mark.parametrize(
    ("checked", "script", "options", "checks"),
    [
        (arm(), None, {}, True),
        (arm(), None, {"concurrency": 2}, False),
        (arm(role=Role.CONTROL), None, {}, False),
        (arm(), scenario(step()), {}, False),
        (arm(), None, {"vantages": ("local",)}, True),
    ],
)
def test_the_order_of_requests_is_checked_where_one_lane_makes_all_of_them(
    checked: ArmSpec, script: Any, options: dict[str, Any], checks: bool
) -> None:
    with prepared(spec_of(checked, script=script, **options), [secrets()], {}) as run:
        assert run.arms[0].manifest.checks_order is checks


@pytest.mark.parametrize(
    ("environment", "variables", "way"),
    [
        ({}, {}, "direct"),
        ({"http_proxy": "http://user:pass@proxy.example:3128"}, {}, "proxy proxy.example:3128"),
        ({"http_proxy": "http://proxy.example:3128"}, {"http_proxy": "http://own.example:1"}, "proxy own.example:1"),
    ],
)
def test_the_way_is_told_and_what_the_target_sets_wins(
    environment: dict[str, str], variables: dict[str, str], way: str
) -> None:
    made = arm(target={"base_url": "http://relay.example"})
    with prepared(spec_of(made), [secrets(**variables)], environment) as run:
        assert run.arms[0].manifest.way == way


def test_a_proxy_that_cannot_be_used_is_refused_before_any_call() -> None:
    made = arm(target={"base_url": "http://relay.example"})
    with pytest.raises(UsageError), prepared(spec_of(made), [secrets()], {"http_proxy": "gopher://x:1"}):
        pass
