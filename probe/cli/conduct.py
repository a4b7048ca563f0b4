"""Conducts a run: resolves what was asked for, says what it costs, runs it, reports."""

import json
import os
import shlex
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType

from probe.cli.announce import announce, say_dry_run, say_result
from probe.cli.common import put, say
from probe.cli.live import View, make_view
from probe.cli.signals import FROM_OUTSIDE, handled
from probe.cli.write import write_reports
from probe.diagnose.examine import examine
from probe.drivers.preparation import LONG_S, run_preparation
from probe.errors import ExitCode, UsageError
from probe.inputs.target import parse_env
from probe.model.choices import DriverKind, EndReason
from probe.model.row import Row
from probe.model.run import Manifest, Options
from probe.model.spending import spent_on
from probe.model.target import Target
from probe.ports import Prepare
from probe.redact import MARK
from probe.reporting.build_report import report_of
from probe.reporting.find_runs import find_run
from probe.sanitise import printable
from probe.session.arm_drivers import AnyDriver, Wiring, plain_driver
from probe.session.directories import Campaign, Earlier, begin, read_earlier
from probe.session.order_check import OrderCheck
from probe.session.plan import Request, flag_of, no_client, read_options, read_request
from probe.session.prepare import Assembly, assembled
from probe.session.runner import Arm, Runner
from probe.session.usage_watch import COST, TOKENS, Account
from probe.session.verdict_watch import VerdictWatch
from probe.session.warmth_search import WarmthSearch
from probe.store import read_run
from probe.units import format_duration

_LIMIT_OPTIONS = {EndReason.MAX_COST: COST, EndReason.MAX_TOKENS: TOKENS}


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line said. `given` holds the options that were given, under the names of Options."""

    given: Mapping[str, object]
    out: Path
    env: tuple[str, ...] = ()
    resume: str | None = None
    dry_run: bool = False
    report: bool = True
    quiet: bool = False
    as_json: bool = False
    keep_sandbox: bool = False


def conduct(wish: Wish) -> ExitCode:
    """Do what was wished. Raises ProbeError."""
    return conduct_runs(wish)[1]


def conduct_runs(wish: Wish) -> tuple[list[Path], ExitCode]:
    """The same, and the directory of the run or group that was made; none for a dry run."""
    earlier = read_earlier(find_run(wish.resume, wish.out)) if wish.resume is not None else None
    options, env = _options(wish, earlier)
    return carry_out(read_request(options, env, dict(os.environ)), wish, earlier)


def carry_out(
    request: Request,
    wish: Wish,
    earlier: Earlier | None = None,
    *,
    plain: Callable[[DriverKind, Target, Wiring], AnyDriver] = plain_driver,
) -> tuple[list[Path], ExitCode]:
    """Make the run that is requested, and its report; `plain` makes the drivers of arms that run no client."""
    environment = dict(os.environ)
    if wish.keep_sandbox and not request.runs_client:
        raise no_client("--keep-sandbox", request.wanted[0].driver)
    with assembled(request, environment, keep_sandbox=wish.keep_sandbox, plain=plain) as assembly:
        if wish.dry_run:
            say_dry_run(assembly, as_json=wish.as_json)
            return [], ExitCode.DONE
        campaign = begin(assembly, wish.out, earlier)
        reason = _measure(campaign, assembly, request, wish)
    return [campaign.path], _conclude(campaign.path, reason, wish)


def _options(wish: Wish, earlier: Earlier | None) -> tuple[Options, dict[str, str]]:
    """The options, those of the earlier run below the ones given now; and the variables of --env with their values."""
    env = parse_env(list(wish.env))
    given = dict(wish.given)
    before = _remembered_options(earlier.options, given) if earlier else {}
    if earlier and not env:
        env = _remembered_env(earlier.first)
    scenario = given.get("scenario")
    if isinstance(scenario, str) and Path(scenario).is_file():
        given["scenario"] = str(Path(scenario).absolute())
    return read_options({**before, **given, "env_names": tuple(env)}), env


def _remembered_options(options: Options, given: Mapping[str, object]) -> dict[str, object]:
    """The earlier run's options but for those that are given anew. Raises UsageError for one that was redacted."""
    kept = {name: value for name, value in options.model_dump().items() if name not in given}
    hidden = [flag_of(name) for name, value in kept.items() if _is_redacted(value)]
    if hidden:
        raise UsageError(
            "the run was made with a value that looked like a secret, so it was not stored whole",
            key=", ".join(hidden),
            remedy=f"Give {' and '.join(hidden)} again, as it was.",
        )
    return kept


def _is_redacted(value: object) -> bool:
    return MARK.decode() in str(value)


def _remembered_env(manifest: Manifest) -> dict[str, str]:
    kept = {name: manifest.target.env.get(name, "") for name in manifest.options.env_names}
    hidden = [name for name, value in kept.items() if value == "[set]" or _is_redacted(value)]
    if hidden:
        raise UsageError(
            f"the run was made with values that are not stored: {', '.join(hidden)}",
            key="--env",
            remedy="Give all --env options again: their values may be secret, so only their names were kept.",
        )
    return kept


def _measure(campaign: Campaign, assembly: Assembly, request: Request, wish: Wish) -> EndReason:
    """Run the rounds that are left."""
    names = [arm.name for arm in campaign.arms]
    with ExitStack() as stack:
        writers = dict(zip(names, [stack.enter_context(writer) for writer in campaign.writers()], strict=True))
        # Read again under the lock: the run's own writer may have gone on until now.
        so_far = [read_run(place) for place in campaign.places]
        todo = list(campaign.to_do(so_far))
        announce(campaign.arms, request, rounds=len(todo), quiet=wish.quiet)
        rows = {name: run.rows for name, run in zip(names, so_far, strict=True)}
        done = {name: run.finished for name, run in zip(names, so_far, strict=True)}
        finished = {name: [row for row in rows[name] if row.round in done[name]] for name in names}
        account = Account(campaign.arms, rows)
        view = make_view(campaign.arms, finished, account, quiet=wish.quiet)
        manifests = {arm.name: arm.manifest for arm in campaign.arms}
        watch = VerdictWatch(manifests, finished, forecast=not wish.quiet)
        arms = [Arm(arm.name, arm.plan, arm.driver, arm.target.base_url) for arm in campaign.arms]
        spent = spent_on(row for run in so_far for row in run.rows)
        prepare = _prepare(request.options.prepare, assembly, None if wish.quiet else view)
        idle = _idle(campaign, request, finished)
        extra = OrderCheck(manifests, finished)
        runner = Runner(arms, examine, assembly.cancel, spent=spent, prepare=prepare, idle=idle, extra=extra)
        reason = EndReason.COMPLETED
        if request.options.until_sure and watch.settled:
            runner.enough()
        with _interruptible(assembly, view), view, closing(runner.run(todo)) as events:
            for name, event in events:
                writers[name].on_event(event)
                view.on_event(name, event)
                if warning := account.on_event(name, event):
                    view.note(warning)
                if watch.on_event(name, event):
                    view.on_verdict(name, watch.verdicts[name])
                    if request.options.until_sure and watch.settled:
                        runner.enough()
                if event.event == "run_finished":
                    reason = event.reason
    return reason


def _prepare(command: str | None, assembly: Assembly, view: View | None) -> Prepare | None:
    """The command of --prepare, and what a person is told who waits for it."""
    if command is None:
        return None
    shown = printable(assembly.arms[0].manifest.options.prepare or "", 200)  # which has no secrets

    def is_long() -> None:
        if view:
            waited = format_duration(LONG_S)
            view.note(f"Waiting for the command of --prepare, {waited} so far (Ctrl-C ends it): {shown}")

    return partial(run_preparation, command, assembly.cancel, is_long, assembly.redactor)


def _idle(campaign: Campaign, request: Request, rows: Mapping[str, Sequence[Row]]) -> WarmthSearch | None:
    """What chooses idle times, where the scenario does not say one for all rounds."""
    if request.scenario.gap_upto_s is None:
        return None
    return WarmthSearch(request.scenario, request.options.question, rows, campaign.order_seed)


def _conclude(path: Path, reason: EndReason, wish: Wish) -> ExitCode:
    report = report_of([path], waterfalls=True)
    places = [str(place) for place in write_reports(path, report)] if wish.report else []
    failed = report.failed_gates
    code = (
        ExitCode.INTERRUPTED if reason is EndReason.INTERRUPTED else (ExitCode.GATE_FAILED if failed else ExitCode.DONE)
    )
    if wish.as_json:
        result = {
            "run": str(path),
            **({"report": places[0], "report_html": places[1]} if places else {}),
            "end": reason.value,
            "exit_code": int(code),
            "gates_failed": [gate.expression for gate in failed],
            "statistics": report.model_dump(mode="json"),
        }
        put(json.dumps(result))
    else:
        say_result(report)
        if reason in _LIMIT_OPTIONS:
            say(f"Stopped early: the limit of {_LIMIT_OPTIONS[reason]} was reached.")
        put(f"run:    {path}")
        if places:
            put("report: " + "\n        ".join(places))
    if reason is EndReason.INTERRUPTED:
        say(f"Interrupted. What is there is kept; go on with:\n  probe run --resume {shlex.quote(str(path))}")
    return code


def _interruptible(assembly: Assembly, view: View) -> AbstractContextManager[None]:
    """Ctrl-C once ends the call in flight and the run; twice ends at once, and the guardian clears up behind us."""

    def on_signal(number: int, frame: FrameType | None) -> None:
        if assembly.cancel.cancelled:
            if sys.stderr.isatty():
                os.write(2, b"\x1b[?25h\n")  # the live view had hidden the cursor
            os._exit(ExitCode.INTERRUPTED)
        assembly.cancel.cancel()
        view.stopping()

    return handled(dict.fromkeys((signal.SIGINT, *FROM_OUTSIDE), on_signal))
