"""What a run says before it begins and when it has ended."""

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from textwrap import fill
from typing import TypedDict

from probe.cli.common import put, say
from probe.drivers.sandbox import Sandbox
from probe.model.choices import Role, Session, UpstreamKind
from probe.model.note import NoteCode
from probe.model.report_sections import Report, Section
from probe.model.statistics import StepStatistics
from probe.render.phrases import note_sentence
from probe.render.sentences import gate_observed, verdict_paragraph
from probe.render.texts import Texts
from probe.sanitise import harmless, printable
from probe.session.early_warnings import early_warnings
from probe.session.execute import RunState
from probe.session.prepare import PreparedArm, PreparedRun
from probe.units import format_duration

_WIDTH = 100
_TOLD = frozenset({NoteCode.QUOTA_ENDED, NoteCode.RETRY_AT, NoteCode.USAGE_UNKNOWN})
"""Remarks that stand on the terminal too, beside those on the verdict."""
_SKIP_WARNING = """\
WARNING: --dangerously-skip-permissions: whatever the upstream asks the client to run is run on this machine, as you,
with your files and your network. The answers go back to the upstream. Do this only with an upstream that you trust."""


def announce(state: RunState, *, quiet: bool) -> None:
    """Say what will be run, on what, and what it costs, before anything is sent. Warnings come also when quiet."""
    arms, spec, rounds = state.arms, state.run.spec, state.rounds_left
    for warning in early_warnings(arms):
        say(f"warning: {warning}")
    if spec.options.dangerously_skip_permissions:
        say(_SKIP_WARNING)
    if quiet:
        return
    scenario, options = spec.scenario, spec.options
    for line in dict.fromkeys(line for arm in arms for line in _arm_words(arm, named=bool(options.targets))):
        say(line)
    real = [arm for arm in arms if arm.manifest.target.kind is UpstreamKind.REAL]
    if real:
        calls = rounds // len(arms) * len(scenario.steps)
        tokens = calls * sum(arm.driver.describe(scenario.steps[0]).tokens_a_call for arm in real)
        count = _count(calls * len(real), "call")
        say(f"This makes {count} and costs about {tokens:,} input tokens, if no call is retried.")
    for driver in dict.fromkeys(map(_driver_words, arms)):
        say(f"{driver}, scenario {scenario.name}")
    if scenario.gap_upto_s is not None:
        shortest, upto = format_duration(scenario.gap_s), format_duration(scenario.gap_upto_s)
        say(f"Before each round the target is left alone for a time of that round's own, {shortest} to {upto}.")
    longest = rounds * scenario.longest_round_s / options.concurrency
    size = f"{_count(rounds, 'round')} of {_count(len(scenario.steps), 'call')}"
    most = "At most " if options.until_sure else ""
    say(f"{most}{size}, {format_duration(longest)} at the very longest.")


def _driver_words(arm: PreparedArm) -> str:
    """What makes an arm's calls."""
    client = arm.manifest.client
    if arm.driver.runs_client:
        return f"Client {client.program} {client.version} (from {client.source})"
    return f"Plain HTTP ({arm.manifest.driver}), without a client"


def _arm_words(arm: PreparedArm, *, named: bool) -> Iterator[str]:
    target = arm.manifest.target
    if arm.role is Role.CONTROL:
        yield "Control: the embedded upstream without faults, to measure what the first call costs the client itself."
    elif target.kind is UpstreamKind.EMBEDDED:
        why = "This run" if named else "No target is named, so this run"
        yield f"{why} uses the embedded upstream: a stand-in that misbehaves on purpose."
        yield f"It says nothing about any real upstream. Faults: {'; '.join(target.faults) or 'none'}"
    else:
        yield f"Target {target.name}: {target.base_url}, model {target.model}"


def say_dry_run(run: PreparedRun, *, as_json: bool) -> None:
    """What would be run: command lines, names of variables, sandbox. No value of a variable is shown."""
    arms = [_dry_arm(arm) for arm in run.arms]
    place = Sandbox(Path("<sandbox>"))
    sandboxed = any(arm.driver.runs_client for arm in run.arms)
    sandbox = place.environment() if sandboxed else {}
    if as_json:
        put(json.dumps({"arms": arms, "sandbox": sandbox}))
        return
    lines: list[str] = []
    for arm, shown in zip(run.arms, arms, strict=True):
        lines += [*_dry_lines(arm, shown), ""]
    if sandboxed:
        lines += ["sandbox of each round, mode 0700:"]
        lines += [f"  {name}={value}" for name, value in sandbox.items()]
        lines += ["  working directory: <sandbox>/work, empty"]
    put("\n".join(lines).rstrip())


class _DryStep(TypedDict):
    label: str
    argv: list[str]
    timeout_s: float


class _DryArm(TypedDict):
    target: dict[str, object]
    client: dict[str, object]
    rounds: int
    steps: list[_DryStep]
    environment_names: list[str]


def _dry_arm(arm: PreparedArm) -> _DryArm:
    steps: list[_DryStep] = []
    for step in arm.plan.scenario.steps:
        earlier = None if step.session is Session.NEW else "<uuid of the call before>"
        argv = arm.driver.argv(step, earlier or "<new uuid>", earlier)
        steps.append({"label": step.label, "argv": list(argv), "timeout_s": step.timeout_s})
    manifest = arm.manifest
    return {
        "target": manifest.target.model_dump(mode="json"),
        "client": manifest.client.model_dump(mode="json"),
        "rounds": manifest.rounds,
        "steps": steps,
        "environment_names": list(manifest.environment_names),
    }


def _dry_lines(arm: PreparedArm, shown: _DryArm) -> Iterator[str]:
    manifest, target = arm.manifest, arm.manifest.target
    yield f"target: {target.name} ({target.kind}), {target.base_url}, model {target.model}"
    yield from (f"fault: {fault}" for fault in target.faults)
    words = _driver_words(arm)
    yield words[:1].lower() + words[1:] if not arm.driver.runs_client else f"client: {words.removeprefix('Client ')}"
    yield f"rounds: {manifest.rounds}, {arm.plan.concurrency} at a time"
    yield ""
    for step in shown["steps"]:
        yield f"{step['label']} (at most {step['timeout_s']:g} s):"
        yield f"  {harmless(shlex.join(step['argv']))}"
    if manifest.environment_names:
        yield ""
        yield f"environment (names): {' '.join(manifest.environment_names)}"


def say_result(report: Report) -> None:
    """What came of a run, in a few lines: the counts, then the verdict in words."""
    texts = Texts()
    for section in report.sections:
        say()
        if len(report.sections) > 1:
            say(f"{section.name}:")
        for step in section.steps:
            _say_step(step)
        for note in section.notes:
            if note.code in _TOLD:
                say(fill(note_sentence(note, texts), width=_WIDTH))
        for name, count in section.corrupt.items():
            say(f"could not be read: {name}: {count}")
        if (section.verdict and section.verdict.pairs) or section.warmth:
            say()
            _say_verdict(section, texts)
        for gate in section.gates:
            if gate.failed:
                say(f"gate failed: {gate.expression} (observed {gate_observed(gate, texts)})")


def _say_verdict(section: Section, texts: Texts) -> None:
    """The answer by itself, and what it rests on in a list below it."""
    sentences = verdict_paragraph(section, texts)
    leads = 2 if section.embedded else 1  # of the embedded upstream it is said first that it is one
    for sentence in sentences[:leads]:
        say(fill(sentence, width=_WIDTH))
    for sentence in sentences[leads:]:
        say(fill(sentence, width=_WIDTH, initial_indent="  - ", subsequent_indent="    "))


def _say_step(step: StepStatistics) -> None:
    if not step.n or not step.durations:
        return
    ok = step.durations.successes.median_ms
    took = f", median of the good ones {format_duration(ok / 1000)}" if ok is not None else ""
    recovered = f" ({step.recovered} not clean)" if step.recovered else ""
    bad = f"{step.failed} failed, {step.timed_out} of these timed out" if step.failed else "none failed"
    say(f"{step.label}: {step.ok} of {step.n} ok{recovered}, {bad}{took}")
    for each in step.outcomes:
        if not each.expected:
            cause = f" ({printable(each.cause, 60)})" if each.cause else ""
            say(f"    {each.n} x {each.outcome}{cause}: {each.outcome.words}")


def _count(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"
