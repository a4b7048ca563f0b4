"""Say what a run is about to do."""

import json
import shlex
import sys
from collections.abc import Iterator
from dataclasses import asdict

from probe.cli.common import put, say
from probe.cli.console import show
from probe.cli.language import present_texts
from probe.inputs.find_config import distant_path, shown_path
from probe.model.choices import Role, UpstreamKind
from probe.render.numbers import count_text
from probe.render.phrases import counted, failed_words, joined_names
from probe.render.terminal_model import TextLine
from probe.sanitise import harmless, printable
from probe.session.circuit_breaker import SameFailure
from probe.session.dry_run import DryArm, describe_run
from probe.session.early_warnings import early_warnings
from probe.session.execute import RunState
from probe.session.prepare import PreparedArm, PreparedRun
from probe.session.run_forecast import cost_of, longest_s
from probe.texts import Texts
from probe.texts.translations import translated
from probe.units import format_duration

_LONGEST_WHY = 500
"""Characters of what a vantage says of itself."""


def announce(state: RunState, *, quiet: bool, is_verbose: bool) -> None:
    """Say what will be run, on what, and what it costs, before anything is sent. Warnings come also when quiet."""
    texts = present_texts()
    for warning in early_warnings(state.arms, texts):
        say(texts("run.warning", text=warning))
    if state.run.spec.options.dangerously_skip_permissions:
        show([TextLine.of(texts("run.skip_permissions"), "bad")], sys.stderr)
    if not quiet:
        show(dict.fromkeys(_plan_lines(state, texts, is_verbose=is_verbose)), sys.stderr)


def _plan_lines(state: RunState, texts: Texts, *, is_verbose: bool) -> Iterator[TextLine]:
    """Yield what is measured, then how much of it, with which client, for which cost, in how long."""
    scenario, options = state.run.spec.scenario, state.run.spec.options
    for arm in state.arms:
        if arm.role is Role.TARGET:
            yield _target_line(arm, texts, is_named=bool(options.targets))
    yield TextLine.of(_plan_sentence(state, texts))
    if scenario.gap_upto_s is not None:
        shortest, longest = format_duration(scenario.gap_s), format_duration(scenario.gap_upto_s)
        yield TextLine.of(texts("run.gap", shortest=shortest, longest=longest))
    if is_verbose:
        yield from _further_lines(state, texts)


def _further_lines(state: RunState, texts: Texts) -> Iterator[TextLine]:
    if any(arm.role is Role.CONTROL for arm in state.arms):
        yield TextLine.of(texts("run.control"))
    for arm in state.arms:
        client = arm.manifest.client
        if arm.driver.runs_client:
            values = {"program": client.program, "version": client.version, "source": client.source}
            yield TextLine.of(texts("run.client.from", **values))


def _target_line(arm: PreparedArm, texts: Texts, *, is_named: bool) -> TextLine:
    target = arm.manifest.target
    if target.kind is UpstreamKind.EMBEDDED:
        faults = texts("join.parts").join(target.faults) or texts("fact.none")
        return TextLine.of(texts("run.embedded" if is_named else "run.embedded.unnamed", faults=faults), "dim")
    distant = distant_path(arm.spec.config_file)
    source = texts("run.source", path=distant) if distant else ""
    values = {"name": target.name, "source": source, "base_url": target.base_url, "model": target.model}
    return TextLine.of(texts("run.target", **values))


def _plan_sentence(state: RunState, texts: Texts) -> str:
    """Say `cold-start: 30 rounds of 2 calls with Claude Code 2.1.329; about 1,200,000 input tokens …; at most …`."""
    scenario = state.run.spec.scenario
    rounds = counted("rounds", state.rounds_left, texts)
    size = texts("run.size", rounds=rounds, calls=counted("run.calls", len(scenario.steps), texts))
    if state.run.spec.options.until_sure:
        size = texts("run.size.at_most", size=size)
    cost = cost_of(state)
    limits = [texts("run.cost", tokens=count_text(cost.input_tokens))] if cost else []
    limits.append(texts("run.longest", time=format_duration(longest_s(state))))
    makers = joined_names(list(dict.fromkeys(_maker_words(arm, texts) for arm in state.arms)), texts)
    parts = texts("join.parts").join(limits)
    return texts("run.plan", scenario=printable(scenario.name), size=size, makers=makers, limits=parts)


def _maker_words(arm: PreparedArm, texts: Texts) -> str:
    """Return what makes an arm's calls."""
    if arm.driver.runs_client:
        return f"Claude Code {arm.manifest.client.version}"
    return texts("run.plain_http", driver=arm.manifest.driver)


def same_failure_sentence(arm: str, failure: SameFailure) -> str:
    """Say that no further round of an arm is made, and why."""
    texts = present_texts()
    what = failed_words(failure.outcome, failure.cause, 1, texts)
    return texts("stop.same_failure", target=arm, rounds=failure.rounds, what=what)


def lost_sentence(vantage: str | None, why: str) -> str:
    """Say that no further round is made at a vantage, or at none of them, and why."""
    texts = present_texts()
    told = printable(translated(why, texts), _LONGEST_WHY)
    return texts("fleet.given_up", vantage=vantage, why=told) if vantage else texts("fleet.ended", why=told)


def say_dry_run(run: PreparedRun, *, as_json: bool) -> None:
    """Print what would be run: command lines, names of variables, sandbox. No value of a variable is shown."""
    dry_run = describe_run(run)
    if as_json:
        put(json.dumps(asdict(dry_run)))
        return
    texts = present_texts()
    lines: list[str] = []
    for arm, description in zip(run.arms, dry_run.arms, strict=True):
        lines += [*_dry_lines(arm, description, texts), ""]
    if dry_run.sandbox:
        lines += [texts("dry.sandbox")]
        lines += [f"  {name}={value}" for name, value in dry_run.sandbox.items()]
        lines += [f"  {texts('dry.working_directory')}"]
    put("\n".join(lines).rstrip())


def _dry_lines(arm: PreparedArm, description: DryArm, texts: Texts) -> Iterator[str]:
    manifest, target = arm.manifest, arm.manifest.target
    place = {"name": target.name, "kind": target.kind, "base_url": target.base_url, "model": target.model}
    yield texts("dry.target", **place)
    if description["config_file"]:
        yield texts("dry.from", path=shown_path(description["config_file"]))
    yield from (texts("dry.fault", fault=fault) for fault in target.faults)
    yield _client_line(arm, texts)
    yield texts("dry.rounds", n=manifest.rounds, at_a_time=arm.plan.concurrency)
    yield ""
    for step in description["steps"]:
        yield texts("dry.step", label=step["label"], time=f"{step['timeout_s']:g} s")
        yield f"  {harmless(shlex.join(step['argv']))}"
    if manifest.environment_names:
        yield ""
        yield texts("dry.environment", names=" ".join(manifest.environment_names))


def _client_line(arm: PreparedArm, texts: Texts) -> str:
    client = arm.manifest.client
    if arm.driver.runs_client:
        return texts("dry.client", program=client.program, version=client.version, source=client.source)
    return texts("dry.plain_http", driver=arm.manifest.driver)
