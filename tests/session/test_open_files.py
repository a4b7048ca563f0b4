"""Tests that a limit of open files which is too low for the rounds at a time is said before, and never measured."""

import resource

import pytest

from probe.errors import EnvironmentUnusableError
from probe.inputs.load_target import embedded_target
from probe.model.choices import UpstreamKind
from probe.model.run_manifest import Options
from probe.model.run_spec import ArmSpec, RunSpec
from probe.model.scenario import Scenario, Step
from probe.session.open_files import require_open_files

STEP = Step(label="call1", prompt="hello", timeout_s=30)


def spec_of(concurrency: int, *, embedded: bool = False) -> RunSpec:
    target = embedded_target("http://relay", None, {})
    arm = ArmSpec(target=target if embedded else target.model_copy(update={"kind": UpstreamKind.REAL}))
    return RunSpec(scenario=Scenario(name="test", steps=(STEP,)), arms=(arm,), options=Options(concurrency=concurrency))


def allow(monkeypatch: pytest.MonkeyPatch, soft_limit: int) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft_limit, resource.RLIM_INFINITY))


@pytest.mark.parametrize(
    ("concurrency", "embedded", "runs_client", "needed", "fits"),
    [(512, False, False, 576, 192), (512, True, False, 1088, 96), (64, True, True, 576, 24)],
)
def test_too_low_a_limit_is_refused_with_what_would_do(
    monkeypatch: pytest.MonkeyPatch, concurrency: int, embedded: bool, runs_client: bool, needed: int, fits: int
) -> None:
    allow(monkeypatch, 256)
    with pytest.raises(EnvironmentUnusableError) as refused:
        require_open_files(spec_of(concurrency, embedded=embedded), runs_client=runs_client)
    assert refused.value.key == f"--concurrency {concurrency}"
    assert refused.value.remedy == f"Run `ulimit -n {needed}` first, or use --concurrency {fits}."
    for enough in (needed, resource.RLIM_INFINITY):
        allow(monkeypatch, enough)
        require_open_files(spec_of(concurrency, embedded=embedded), runs_client=runs_client)
    allow(monkeypatch, 256)
    require_open_files(spec_of(fits, embedded=embedded), runs_client=runs_client)
