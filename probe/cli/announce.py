"""What a run says before it begins and when it has ended."""

import json
import shlex
from pathlib import Path

from probe.cli.assemble import TOKENS_A_CALL, Assembly, Request, longest_s
from probe.cli.common import put, say
from probe.drivers.sandbox import Sandbox
from probe.model.choices import Session, UpstreamKind
from probe.model.report import Report
from probe.sanitise import printable
from probe.units import format_duration

_SKIP_WARNING = """\
WARNING: --dangerously-skip-permissions: whatever the upstream asks the client to run is run on this machine, as you,
with your files and your network. The answers go back to the upstream. Do this only with an upstream that you trust."""


def announce(assembly: Assembly, request: Request, *, rounds: int, quiet: bool) -> None:
    """Say what will be run, on what, and what it costs, before anything is sent. Warnings come also when quiet."""
    for warning in assembly.target.warnings():
        say(f"warning: {warning}")
    if request.options.dangerously_skip_permissions:
        say(_SKIP_WARNING)
    if quiet:
        return
    manifest, scenario = assembly.manifest, request.scenario
    calls = rounds * len(scenario.steps)
    if manifest.target.kind is UpstreamKind.EMBEDDED:
        why = "This run" if request.options.target else "No target is named, so this run"
        say(f"{why} uses the embedded upstream: a stand-in that misbehaves on purpose.")
        say(f"It says nothing about any real upstream. Faults: {'; '.join(manifest.target.faults) or 'none'}")
    else:
        tokens = calls * TOKENS_A_CALL[request.options.workload]
        say(f"Target {manifest.target.name}: {manifest.target.base_url}, model {manifest.target.model}")
        say(f"This makes {_count(calls, 'call')} and costs about {tokens:,} input tokens, if no call is retried.")
    client = manifest.client
    say(f"Client {client.program} {client.version} (from {client.source}), scenario {scenario.name}")
    longest = longest_s(request) * rounds / request.rounds
    size = f"{_count(rounds, 'round')} of {_count(len(scenario.steps), 'call')}"
    say(f"{size}, {format_duration(longest)} at the very longest.")


def say_dry_run(assembly: Assembly, *, as_json: bool) -> None:
    """What would be run: command lines, names of variables, sandbox. No value of a variable is shown."""
    manifest, place = assembly.manifest, Sandbox(Path("<sandbox>"))
    steps = []
    for step in assembly.plan.scenario.steps:
        earlier = None if step.session is Session.NEW else "<uuid of the call before>"
        argv = assembly.driver.argv(step, earlier or "<new uuid>", earlier)
        steps.append({"label": step.label, "argv": list(argv), "timeout_s": step.timeout_s})
    sandbox = {name: value for name, value in place.environment().items() if name != "USERPROFILE"}
    if as_json:
        content = {
            "target": manifest.target.model_dump(mode="json"),
            "client": manifest.client.model_dump(mode="json"),
            "rounds": manifest.rounds,
            "steps": steps,
            "environment_names": list(manifest.environment_names),
            "sandbox": sandbox,
        }
        put(json.dumps(content))
        return
    target = manifest.target
    lines = [f"target: {target.name} ({target.kind}), {target.base_url}, model {target.model}"]
    lines += [f"fault: {fault}" for fault in target.faults]
    lines += [f"client: {manifest.client.program} {manifest.client.version} (from {manifest.client.source})"]
    lines += [f"rounds: {manifest.rounds}, {assembly.plan.concurrency} at a time", ""]
    for step_shown in steps:
        argv_shown = shlex.join(step_shown["argv"])  # type: ignore[arg-type]
        lines += [f"{step_shown['label']} (at most {step_shown['timeout_s']:g} s):", f"  {argv_shown}"]
    lines += [
        "",
        f"environment (names): {' '.join(manifest.environment_names)}",
        "",
        "sandbox of each round, mode 0700:",
    ]
    lines += [f"  {name}={value}" for name, value in sandbox.items()]
    lines += ["  working directory: <sandbox>/work, empty"]
    put("\n".join(lines))


def say_result(report: Report) -> None:
    """What came of a run, in a few lines."""
    say()
    for step in report.steps:
        if step.n and step.durations:
            ok = step.durations.success_median_ms
            took = f", median of the good ones {format_duration(ok / 1000)}" if ok is not None else ""
            recovered = f" ({step.recovered} not clean)" if step.recovered else ""
            bad = f"{step.failed} failed, {step.timed_out} of these timed out" if step.failed else "none failed"
            say(f"{step.label}: {step.ok} of {step.n} ok{recovered}, {bad}{took}")
            for each in step.outcomes:
                if not each.expected:
                    cause = f" ({printable(each.cause, 60)})" if each.cause else ""
                    say(f"    {each.n} x {each.outcome}{cause}: {each.outcome.words}")
    for name, count in report.corrupt.items():
        say(f"could not be read: {name}: {count}")


def _count(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"
