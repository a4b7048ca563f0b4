"""Answer a coordinator, at a vantage: with its own `probe.toml`, its own tokens, its own client."""

import os
import platform
from collections.abc import Mapping
from pathlib import Path

from probe import __version__
from probe.checkup.asked_target import AskedTarget
from probe.errors import ProbeError, UsageError
from probe.fleet.vantage_messages import (
    AskedAtVantage,
    AskedReply,
    OpenedReply,
    ReadyArm,
    Refusal,
    TargetState,
    VantageState,
)
from probe.fleet.vantage_service import VantageService
from probe.inputs.find_config import Configuration, find_config
from probe.inputs.load_config import TargetEntry
from probe.inputs.load_target import DEFAULT_TOKEN_ENV
from probe.model.choices import Language, Session
from probe.model.run_spec import ArmSpec, RunSpec
from probe.model.target import mask_url
from probe.session.prepare import PreparedArm
from probe.texts import Texts


def opened_reply(service: VantageService, session: str, spec: str) -> str:
    """Prepare a run and describe its arms. Raises ProbeError."""
    own = own_spec(RunSpec.model_validate_json(spec), service.config, service.environment)
    run = service.open(session, own).run
    return OpenedReply(arms=tuple(map(_ready_arm, run.arms))).model_dump_json()


def refused_reply(error: ProbeError) -> str:
    """Say why something is not done."""
    return OpenedReply(refusal=Refusal.of(error)).model_dump_json()


def asked_reply(service: VantageService, session: str, language: str) -> str:
    """Ask the targets of a run, and say what was found."""
    known = service.session(session)
    asked: tuple[AskedTarget, ...] = known.ask_targets(Texts(Language(language))) if known else ()
    reply = {each.name: AskedAtVantage(name=each.name, record=each.record, findings=each.findings) for each in asked}
    return AskedReply(targets=reply).model_dump_json()


def own_spec(spec: RunSpec, config_file: Path | None, environment: Mapping[str, str]) -> RunSpec:
    """Return a coordinator's specification with the vantage's own tokens. Raises UsageError.

    A target has to stand in the vantage's own file with the same address: its token goes nowhere else.
    """
    config = find_config(str(config_file) if config_file else None, Path.cwd(), environment)
    options = spec.options.model_copy(update={"config": str(config_file) if config_file else None})
    arms = tuple(_own_arm(arm, config) for arm in spec.arms)
    return spec.model_copy(update={"options": options, "arms": arms})


def _own_arm(arm: ArmSpec, config: Configuration) -> ArmSpec:
    if arm.embedded:
        return arm
    name = arm.table or arm.target.name
    entry = config.targets.get(name)
    file = config.file_of(name)
    if entry is None or file is None:
        raise UsageError(
            f"the vantage's probe.toml has no target {name!r}",
            path=config.path,
            key=f"targets.{name}",
            remedy="Add it there, with the same base_url: a vantage sends its token only where its own file says.",
        )
    if entry.base_url != arm.target.base_url:
        raise UsageError(
            f"the vantage's probe.toml has {mask_url(entry.base_url)} for this target, and the run asks for "
            f"{arm.target.masked_url}",
            path=file.path,
            key=f"targets.{name}.base_url",
            remedy="Make them the same: a vantage sends its token only where its own file says.",
        )
    tokens = {"token_env": entry.token_env, "token_command": entry.token_command}
    return arm.model_copy(update={"target": arm.target.model_copy(update=tokens), "config_file": str(file.path)})


def _ready_arm(arm: PreparedArm) -> ReadyArm:
    steps = arm.plan.scenario.steps
    described = arm.driver.describe(steps[0])
    argv = {}
    for step in steps:
        earlier = None if step.session is Session.NEW else "<uuid of the call before>"
        argv[step.label] = arm.driver.argv(step, earlier or "<new uuid>", earlier)
    return ReadyArm(
        manifest=arm.manifest,
        argv_template=described.argv_template,
        environment_names=described.environment_names,
        output_format=described.output_format,
        tokens_a_call=described.tokens_a_call,
        argv=argv,
    )


def state_reply(service: VantageService) -> str:
    """Describe the vantage for a person."""
    targets: tuple[TargetState, ...] = ()
    problem = None
    try:
        targets = _target_states(service)
    except ProbeError as error:
        problem = error.told(error.message, None)
    return VantageState(
        probe_version=__version__,
        python=platform.python_version(),
        client=service.client_version(),
        load=round(os.getloadavg()[0], 2),
        cpus=os.cpu_count() or 1,
        runs=service.runs_under_way,
        targets=targets,
        problem=problem,
        certificate_ends=service.certificate_ends,
    ).model_dump_json()


def _target_states(service: VantageService) -> tuple[TargetState, ...]:
    config = find_config(str(service.config) if service.config else None, Path.cwd(), service.environment)
    return tuple(_target_state(name, entry, service.environment) for name, entry, _ in config.entries())


def _target_state(name: str, entry: TargetEntry, environment: Mapping[str, str]) -> TargetState:
    if entry.token_command:
        token = "command"  # noqa: S105 - no token
    else:
        is_set = bool(environment.get(entry.token_env or DEFAULT_TOKEN_ENV, "").strip())
        token = "set" if is_set else "not set"
    return TargetState(name=name, base_url=mask_url(entry.base_url), token=token)
