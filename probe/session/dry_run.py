"""Describe what a prepared run would do, without the value of any variable."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from probe.drivers.sandbox import Sandbox
from probe.model.choices import Session
from probe.session.prepare import PreparedArm, PreparedRun


class DryStep(TypedDict):
    """The command line of a step; for plain HTTP words that stand for the request."""

    label: str
    argv: list[str]
    timeout_s: float


class DryArm(TypedDict):
    """The calls of an arm, as JSON."""

    target: dict[str, object]
    config_file: str | None
    client: dict[str, object]
    rounds: int
    steps: list[DryStep]
    environment_names: list[str]


@dataclass(frozen=True, slots=True)
class DryRun:
    """The arms of a run, and the environment of a sandbox, which is empty where no client is run."""

    arms: list[DryArm]
    sandbox: dict[str, str]


def describe_run(run: PreparedRun) -> DryRun:
    """Return what a run would do. Ids and directories that are not known yet stand in angle brackets."""
    sandboxed = any(arm.driver.runs_client for arm in run.arms)
    environment = Sandbox(Path("<sandbox>")).environment() if sandboxed else {}
    return DryRun([_describe_arm(arm) for arm in run.arms], environment)


def _describe_arm(arm: PreparedArm) -> DryArm:
    steps: list[DryStep] = []
    for step in arm.plan.scenario.steps:
        earlier = None if step.session is Session.NEW else "<uuid of the call before>"
        argv = arm.driver.argv(step, earlier or "<new uuid>", earlier)
        steps.append({"label": step.label, "argv": list(argv), "timeout_s": step.timeout_s})
    manifest = arm.manifest
    return {
        "target": manifest.target.model_dump(mode="json"),
        "config_file": arm.spec.config_file,
        "client": manifest.client.model_dump(mode="json"),
        "rounds": manifest.rounds,
        "steps": steps,
        "environment_names": list(manifest.environment_names),
    }
