"""Targets asked before a run, in one process: what is asked of whom, and what the run takes along."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from probe.checkup.ask_targets import run_preflight
from probe.checkup.asked_target import AskedTarget, PreflightFailed, names_to_ask
from probe.model.run_manifest import Options
from probe.session.prepare import PreparedRun, prepared
from probe.session.resolve_spec import plan_run
from probe.session.secrets import resolve_secrets
from probe.texts import Texts


@contextmanager
def planned(fault: str = "none", **options: Any) -> Iterator[PreparedRun]:
    """Prepare a run by plain HTTP whose embedded upstream is asked first."""
    wanted = {"targets": ("embedded",), "drivers": ("messages",), "faults": (fault,), "preflight": True}
    spec = plan_run(Options.model_validate(wanted | options), {}, {})
    with prepared(spec, resolve_secrets(spec, {}), {}) as run:
        yield run


def ask(run: PreparedRun) -> tuple[PreparedRun, tuple[AskedTarget, ...]]:
    return run_preflight(run, {}, Texts())


def test_arms_of_one_upstream_ask_it_once_and_each_takes_the_record_along() -> None:
    with planned(drivers=("messages", "chat-completions")) as run:
        shared = run.arms[0].target
        of_one = replace(run, arms=tuple(replace(arm, target=shared) for arm in run.arms))
        assert len(names_to_ask(of_one)) == 1
        asked_run, (target,) = ask(of_one)
    assert (target.findings, target.record.calls, target.record.codes) == ((), 1, ())
    assert target.record.tokens > 0
    assert target.asked_s is not None
    assert [(arm.manifest.preflight, arm.asked_s) for arm in asked_run.arms] == [(target.record, target.asked_s)] * 2


@pytest.mark.parametrize("fault", ["status(code=429)", "status(code=529)", "status(code=500)", "truncate(clean=false)"])
def test_what_may_pass_is_looked_at_no_closer(fault: str) -> None:
    with planned(fault) as run:
        asked_run, (target,) = ask(run)
    assert target.record.calls == 1
    assert target.record.codes
    assert target.sure == ()
    assert asked_run.arms[0].manifest.preflight == target.record


def test_a_refusal_that_lasts_is_looked_at_closer_and_ends_the_run() -> None:
    with planned("status(code=401)") as run, pytest.raises(PreflightFailed) as failed:
        ask(run)
    (target,) = failed.value.targets
    assert [finding.code for finding in target.sure] == ["auth"]
    assert target.record.calls > 1


def test_a_run_that_keeps_going_takes_what_was_found_along() -> None:
    with planned("status(code=401)", keep_going=True) as run:
        asked_run, (target,) = ask(run)
    assert asked_run.arms[0].manifest.preflight == target.record
    assert target.record.codes == ("auth",)


def test_a_run_that_is_stopped_meanwhile_is_told_nothing() -> None:
    with planned("status(code=401)") as run:
        run.cancel.cancel()
        assert ask(run) == (run, ())


def test_nobody_is_asked_where_that_is_not_wanted() -> None:
    with planned("status(code=401)", preflight=False) as run:
        assert names_to_ask(run) == []
        assert ask(run) == (run, ())
