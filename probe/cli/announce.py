"""Say what a run is about to do, and what came of it."""

import json
import shlex
from collections.abc import Iterator
from dataclasses import asdict
from textwrap import fill

from probe.cli.common import put, say
from probe.cli.language import present_texts
from probe.inputs.find_config import distant_path, shown_path
from probe.model.choices import Role, UpstreamKind
from probe.model.note import NoteCode
from probe.model.report_sections import Report, Section
from probe.model.statistics import StepStatistics
from probe.render.health_sentences import actions, fault_line, health_line
from probe.render.phrases import note_sentence
from probe.render.sentences import failed_gate_line, verdict_paragraph
from probe.sanitise import harmless, printable
from probe.session.dry_run import DryArm, describe_run
from probe.session.early_warnings import early_warnings
from probe.session.execute import RunState
from probe.session.prepare import PreparedArm, PreparedRun
from probe.session.run_forecast import cost_of, longest_s
from probe.texts import Texts
from probe.units import format_duration

_WIDTH = 100
_TOLD = frozenset({NoteCode.QUOTA_ENDED, NoteCode.RETRY_AT, NoteCode.USAGE_UNKNOWN})
"""Remarks that stand on the terminal too, beside those on the verdict."""
_SKIP_WARNING = """\
WARNING: --dangerously-skip-permissions: whatever the upstream asks the client to run is run on this machine, as you,
with your files and your network. The answers go back to the upstream. Do this only with an upstream that you trust."""


def announce(state: RunState, *, quiet: bool) -> None:
    """Say what will be run, on what, and what it costs, before anything is sent. Warnings come also when quiet."""
    for warning in early_warnings(state.arms, present_texts()):
        say(f"warning: {warning}")
    if state.run.spec.options.dangerously_skip_permissions:
        say(_SKIP_WARNING)
    if not quiet:
        for line in dict.fromkeys(_plan_lines(state)):
            say(line)


def _plan_lines(state: RunState) -> Iterator[str]:
    """Yield what is measured, its cost, what makes the calls, and how long it takes."""
    scenario, options = state.run.spec.scenario, state.run.spec.options
    for arm in state.arms:
        yield from _arm_lines(arm, is_named=bool(options.targets))
    cost = cost_of(state)
    if cost:
        calls = _count(cost.calls, "call")
        yield f"This makes {calls} and costs about {cost.input_tokens:,} input tokens, if no call is retried."
    for arm in state.arms:
        yield f"{_driver_words(arm)}, scenario {scenario.name}"
    if scenario.gap_upto_s is not None:
        shortest, upto = format_duration(scenario.gap_s), format_duration(scenario.gap_upto_s)
        yield f"Before each round the target is left alone for a time of that round's own, {shortest} to {upto}."
    size = f"{_count(state.rounds_left, 'round')} of {_count(len(scenario.steps), 'call')}"
    most = "At most " if options.until_sure else ""
    yield f"{most}{size}, {format_duration(longest_s(state))} at the very longest."


def _driver_words(arm: PreparedArm) -> str:
    """Return what makes an arm's calls."""
    client = arm.manifest.client
    if arm.driver.runs_client:
        return f"Client {client.program} {client.version} (from {client.source})"
    return f"Plain HTTP ({arm.manifest.driver}), without a client"


def _arm_lines(arm: PreparedArm, *, is_named: bool) -> Iterator[str]:
    target = arm.manifest.target
    if arm.role is Role.CONTROL:
        yield "Control: the embedded upstream without faults, to measure what the first call costs the client itself."
    elif target.kind is UpstreamKind.EMBEDDED:
        why = "This run" if is_named else "No target is named, so this run"
        yield f"{why} uses the embedded upstream: a stand-in that misbehaves on purpose."
        yield f"It says nothing about any real upstream. Faults: {'; '.join(target.faults) or 'none'}"
    else:
        distant = distant_path(arm.spec.config_file)
        source = f" (from {distant})" if distant else ""
        yield f"Target {target.name}{source}: {target.base_url}, model {target.model}"


def say_dry_run(run: PreparedRun, *, as_json: bool) -> None:
    """Print what would be run: command lines, names of variables, sandbox. No value of a variable is shown."""
    dry_run = describe_run(run)
    if as_json:
        put(json.dumps(asdict(dry_run)))
        return
    lines: list[str] = []
    for arm, description in zip(run.arms, dry_run.arms, strict=True):
        lines += [*_dry_lines(arm, description), ""]
    if dry_run.sandbox:
        lines += ["sandbox of each round, mode 0700:"]
        lines += [f"  {name}={value}" for name, value in dry_run.sandbox.items()]
        lines += ["  working directory: <sandbox>/work, empty"]
    put("\n".join(lines).rstrip())


def _dry_lines(arm: PreparedArm, description: DryArm) -> Iterator[str]:
    manifest, target = arm.manifest, arm.manifest.target
    yield f"target: {target.name} ({target.kind}), {target.base_url}, model {target.model}"
    if description["config_file"]:
        yield f"from: {shown_path(description['config_file'])}"
    yield from (f"fault: {fault}" for fault in target.faults)
    words = _driver_words(arm)
    yield f"client: {words.removeprefix('Client ')}" if arm.driver.runs_client else words[:1].lower() + words[1:]
    yield f"rounds: {manifest.rounds}, {arm.plan.concurrency} at a time"
    yield ""
    for step in description["steps"]:
        yield f"{step['label']} (at most {step['timeout_s']:g} s):"
        yield f"  {harmless(shlex.join(step['argv']))}"
    if manifest.environment_names:
        yield ""
        yield f"environment (names): {' '.join(manifest.environment_names)}"


def say_result(report: Report) -> None:
    """Say what came of a run, in a few lines: the counts, then the verdict in words."""
    texts = Texts()
    for section in report.sections:
        say()
        if len(report.sections) > 1:
            say(f"{section.name}:")
        _say_section(section, texts)


def _say_section(section: Section, texts: Texts) -> None:
    for line in (health_line(section.health, texts), fault_line(section.health, texts), *actions(section, texts)):
        say(fill(line, width=_WIDTH))
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
    for gate in section.failed_gates:
        say(failed_gate_line(gate, texts))


def _say_verdict(section: Section, texts: Texts) -> None:
    """Say the answer, and what it rests on in a list below it."""
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
    for count in step.outcomes:
        if not count.expected:
            cause = f" ({printable(count.cause, 60)})" if count.cause else ""
            say(f"    {count.n} x {count.outcome}{cause}: {count.outcome.words}")


def _count(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"
