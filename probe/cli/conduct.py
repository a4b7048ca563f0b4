"""Conducts a run: resolves what was asked for, says what it costs, runs it, reports."""

import json
import os
import shlex
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

from pydantic import ValidationError

from probe.cli.announce import announce, say_dry_run, say_result
from probe.cli.assemble import Assembly, assembled, read_request
from probe.cli.common import RUNS, put, say
from probe.cli.live import View, make_view
from probe.cli.stored import find_run, load
from probe.diagnose.examine import examine
from probe.errors import ExitCode, ResumeRefused, UsageError
from probe.load.target import parse_env
from probe.model.call import Call
from probe.model.choices import EndReason
from probe.model.client import tokens_of
from probe.model.run import Manifest, Options
from probe.render.markdown import render_markdown
from probe.runner import Runner
from probe.stats.gates import parse_gate
from probe.store import REPORT, RunWriter, StoredRun, read_run, write_atomically

_LIMIT_OPTIONS = {EndReason.MAX_COST: "--max-cost-usd", EndReason.MAX_TOKENS: "--max-tokens"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line said. `given` holds the options that were given, under the names of Options."""

    given: Mapping[str, object]
    env: tuple[str, ...]
    out: Path
    resume: str | None
    dry_run: bool
    quiet: bool
    as_json: bool
    keep_sandbox: bool


def conduct(wish: Wish) -> ExitCode:
    """Do what was wished. Raises ProbeError."""
    stored = _stored(wish)
    options, env = _options(wish, stored)
    environment = dict(os.environ)
    request = read_request(options, env, environment)
    steps = tuple(step.label for step in request.scenario.steps)
    for gate in options.fail_on:
        parse_gate(gate, steps)
    with assembled(request, environment, keep_sandbox=wish.keep_sandbox) as assembly:
        if wish.dry_run:
            say_dry_run(assembly, as_json=wish.as_json)
            return ExitCode.DONE
        ready = _continued(assembly, stored) if stored else assembly
        rounds = len(stored.to_do(ready.plan.rounds)) if stored else ready.plan.rounds
        announce(ready, request, rounds=rounds, quiet=wish.quiet)
        return _measure(ready, wish, stored)


def _stored(wish: Wish) -> StoredRun | None:
    if wish.resume is None:
        return None
    stored = read_run(find_run(wish.resume, wish.out))
    if stored.manifest is None:
        raise ResumeRefused("its manifest cannot be read, so nobody knows what to go on with", path=stored.path)
    return stored


def _options(wish: Wish, stored: StoredRun | None) -> tuple[Options, dict[str, str]]:
    """The options, those of the stored run below the ones given now; and the variables of --env with their values."""
    env = parse_env(list(wish.env))
    before: dict[str, object] = {}
    if stored and stored.manifest:
        before = stored.manifest.options.model_dump()
        if not env:
            env = _remembered_env(stored.manifest)
    given = dict(wish.given)
    scenario = given.get("scenario")
    if isinstance(scenario, str) and Path(scenario).is_file():
        given["scenario"] = str(Path(scenario).absolute())
    try:
        return Options.model_validate({**before, **given, "env_names": tuple(env)}), env
    except ValidationError as error:
        first = error.errors()[0]
        option = "--" + "-".join(map(str, first["loc"])).replace("_", "-")
        raise UsageError(str(first["msg"]), key=option) from None


def _remembered_env(manifest: Manifest) -> dict[str, str]:
    kept = {name: manifest.target.env.get(name, "") for name in manifest.options.env_names}
    hidden = [name for name, value in kept.items() if value == "[set]"]
    if hidden:
        raise UsageError(
            f"the run was made with values that are not stored: {', '.join(hidden)}",
            key="--env",
            remedy="Give all --env options again: their values may be secret, so only their names were kept.",
        )
    return kept


def _continued(assembly: Assembly, stored: StoredRun) -> Assembly:
    """The assembly under the stored run's id. Raises ResumeRefused where what would be measured has changed."""
    before, now = stored.manifest, assembly.manifest
    if before is None:
        raise ResumeRefused("its manifest cannot be read", path=stored.path)
    was, is_now = before.identity(), now.identity()
    changed = [f"{name}: {was.get(name)} then, {value} now" for name, value in is_now.items() if was.get(name) != value]
    if changed:
        raise ResumeRefused(
            "its calls and new ones could not be pooled; " + "; ".join(changed),
            path=stored.path,
            remedy="Run it as it was, or start a new run.",
        )
    manifest = before.model_copy(update={"rounds": max(now.rounds, len(stored.finished)), "options": now.options})
    return replace(assembly, plan=assembly.plan.model_copy(update={"rounds": manifest.rounds}), manifest=manifest)


def _measure(assembly: Assembly, wish: Wish, stored: StoredRun | None) -> ExitCode:
    """Run the rounds, then report."""
    manifest, plan = assembly.manifest, assembly.plan
    path = stored.path if stored else _free(wish.out / RUNS / manifest.run_id)
    manifest = manifest if stored else manifest.model_copy(update={"run_id": path.name})
    opened = RunWriter.reopen(path, manifest) if stored else RunWriter.create(path, manifest)
    with opened as writer:
        # Read again under the lock: the run's own writer may have gone on until now.
        so_far = read_run(path)
        earlier = so_far.counted_calls()
        view = make_view(plan, [call for call in earlier if call.round in so_far.finished], quiet=wish.quiet)
        runner = Runner(plan, assembly.driver, examine, assembly.cancel, spent=_spent(earlier))
        reason = EndReason.COMPLETED
        with _interruptible(assembly, view), view, closing(runner.run(so_far.to_do(plan.rounds))) as events:
            for event in events:
                writer.on_event(event)
                view.on_event(event)
                if event.event == "run_finished":
                    reason = event.reason
    return _conclude(path, reason, wish)


def _conclude(path: Path, reason: EndReason, wish: Wish) -> ExitCode:
    loaded = load(path)
    report_path = path / REPORT
    write_atomically(report_path, render_markdown(loaded.report).encode())
    failed = [gate for gate in loaded.report.gates if gate.failed]
    code = (
        ExitCode.INTERRUPTED if reason is EndReason.INTERRUPTED else (ExitCode.GATE_FAILED if failed else ExitCode.DONE)
    )
    if wish.as_json:
        result = {
            "run": str(path),
            "report": str(report_path),
            "end": reason.value,
            "exit_code": int(code),
            "gates_failed": [gate.expression for gate in failed],
            "statistics": loaded.report.model_dump(mode="json"),
        }
        put(json.dumps(result))
    else:
        say_result(loaded.report)
        for gate in failed:
            say(f"gate failed: {gate.expression} (observed {gate.observed})")
        if reason in _LIMIT_OPTIONS:
            say(f"Stopped early: the limit of {_LIMIT_OPTIONS[reason]} was reached.")
        put(f"run:    {path}\nreport: {report_path}")
    if reason is EndReason.INTERRUPTED:
        say(f"Interrupted. What is there is kept; go on with:\n  probe run --resume {shlex.quote(str(path))}")
    return code


def _spent(calls: list[Call]) -> tuple[float, int]:
    results = [call.client.result for call in calls if call.client.result]
    return sum(result.cost_usd or 0.0 for result in results), sum(tokens_of(result.usage) for result in results)


def _free(path: Path) -> Path:
    """This path, or the first of `…-2`, `…-3` that is not taken: two runs may begin in one second."""
    candidate, number = path, 2
    while candidate.exists():
        candidate = path.with_name(f"{path.name}-{number}")
        number += 1
    return candidate


@contextmanager
def _interruptible(assembly: Assembly, view: View) -> Iterator[None]:
    """Ctrl-C once ends the call in flight and the run; twice ends at once, and the guardian clears up behind us."""

    def on_signal(number: int, frame: FrameType | None) -> None:
        if assembly.cancel.cancelled:
            if sys.stderr.isatty():
                os.write(2, b"\x1b[?25h\n")  # the live view had hidden the cursor
            os._exit(ExitCode.INTERRUPTED)
        assembly.cancel.cancel()
        view.stopping()

    numbers = [signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
    before = {number: signal.signal(number, on_signal) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
