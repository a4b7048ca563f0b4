"""Make a run for a person at a terminal: say what is to come, show it, act on signals, say what came of it."""

import json
import os
import shlex
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from probe.cli.announce import announce, lost_sentence, same_failure_sentence, say_dry_run
from probe.cli.before_run import asked_first
from probe.cli.common import is_terminal, put
from probe.cli.console import show
from probe.cli.github_actions import tell_of_report
from probe.cli.keep_in_history import keep_in_history
from probe.cli.language import present_texts
from probe.cli.live import Silent, make_view
from probe.cli.run_options import RunOutput
from probe.cli.signals import FROM_OUTSIDE, handled
from probe.drivers.driver_registry import DRIVERS, Drivers
from probe.drivers.process import Cancel
from probe.errors import ExitCode
from probe.fleet.prepare_anywhere import prepared_anywhere
from probe.inputs.load_target import parse_env
from probe.model.choices import EndReason
from probe.model.events import CallStarted, Event
from probe.model.run_spec import RunSpec
from probe.model.verdict import Verdict
from probe.render.terminal_model import TextLine
from probe.render.terminal_result import result_blocks
from probe.reporting.build_report import report_of
from probe.reporting.find_runs import find_run
from probe.reporting.run_headline import keep_headline
from probe.reporting.run_result import RunResult
from probe.reporting.write_reports import write_reports
from probe.session.circuit_breaker import SameFailure
from probe.session.directories import continued_arms, make_directories_of
from probe.session.execute import RunObserver, RunState, execute
from probe.session.resolve_spec import plan_run
from probe.session.resume import ResumedRun, read_resumed, resolve_options
from probe.session.secrets import ArmSecrets, resolve_secrets
from probe.session.usage_watch import COST, TOKENS
from probe.texts import Texts

_LIMIT_OPTIONS = {EndReason.MAX_COST: COST, EndReason.MAX_TOKENS: TOKENS}
_RESUMED_BY = {EndReason.INTERRUPTED: "result.interrupted", EndReason.SAME_FAILURE: "stop.resume"} | dict.fromkeys(
    (EndReason.VANTAGE_LOST, EndReason.FLEET_LOST), "fleet.resume"
)
"""The sentences that name the command which resumes a run, by why it ended."""


def run_given_options(
    given: Mapping[str, object],
    env: list[str] | None,
    output: RunOutput,
    *,
    resume: str | None = None,
    keep_sandbox: bool = False,
) -> tuple[Path | None, ExitCode]:
    """Make the run of a command's options, which have the names of `Options`. Raises ProbeError.

    Return its directory, which a dry run has none of, and the exit code.
    """
    environment = dict(os.environ)
    resumed = read_resumed(find_run(resume, output.out)) if resume is not None else None
    options, variables = resolve_options(given, parse_env(env or []), resumed)
    spec = plan_run(options, variables, environment, keep_sandbox=keep_sandbox)
    path, code = make_run(spec, resolve_secrets(spec, environment, variables), output, resumed)
    if path is not None and code is not ExitCode.INTERRUPTED:
        keep_in_history(path, options.config)
    return path, code


def make_run(
    spec: RunSpec,
    secrets: Sequence[ArmSecrets],
    output: RunOutput,
    resumed: ResumedRun | None = None,
    *,
    drivers: Drivers = DRIVERS,
) -> tuple[Path | None, ExitCode]:
    """Make the run, show it, and report it; `secrets` are those of its arms. Raises ProbeError."""
    with prepared_anywhere(spec, secrets, dict(os.environ), drivers=drivers) as ready:
        if output.dry_run:
            say_dry_run(ready, as_json=output.as_json)
            return None, ExitCode.DONE
        if resumed is not None:
            continued_arms(ready, resumed)  # a run that cannot be resumed is refused before a target is asked
        with _interruptible(ready.cancel, Silent(), lambda: False):
            run = asked_first(ready, quiet=output.quiet)
        directories = make_directories_of(run, output.out, resumed)
        reason = execute(run, directories, [TerminalObserver(quiet=output.quiet, is_verbose=output.verbose)])
    return directories.path, _conclude(directories.path, reason, output)


class TerminalObserver(RunObserver):
    """Announces a run, and shows it as it goes."""

    def __init__(self, *, quiet: bool, is_verbose: bool) -> None:
        self.shows_forecast = not quiet
        self.texts = present_texts()
        self._quiet = quiet
        self._is_verbose = is_verbose
        self._view = Silent()
        self._has_begun = False

    @contextmanager
    def watching(self, state: RunState) -> Iterator[None]:
        self._has_begun = any(state.finished.values())
        announce(state, quiet=self._quiet, is_verbose=self._is_verbose)
        self._view = make_view(state, quiet=self._quiet)
        with _interruptible(state.run.cancel, self._view, lambda: self._has_begun), self._view:
            yield

    def on_event(self, arm: str, event: Event) -> None:
        self._has_begun = self._has_begun or isinstance(event, CallStarted)
        self._view.on_event(arm, event)

    def on_verdict(self, arm: str, verdict: Verdict) -> None:
        self._view.on_verdict(arm, verdict)

    def on_same_failure(self, arm: str, failure: SameFailure) -> None:
        self._view.note(same_failure_sentence(arm, failure))

    def on_vantage_lost(self, vantage: str | None, why: str) -> None:
        self._view.note(lost_sentence(vantage, why))

    def on_warning(self, text: str) -> None:
        self._view.note(present_texts()("run.warning", text=text))

    def on_note(self, text: str) -> None:
        if not self._quiet:
            self._view.note(text)


@contextmanager
def _interruptible(cancel: Cancel, view: Silent, has_begun: Callable[[], bool]) -> Iterator[None]:
    """End the call in flight and the run on Ctrl-C; on a second one end at once, and the guardian clears up.

    Either is said at once, and whether a call had begun.
    """

    def on_signal(number: int, frame: FrameType | None) -> None:
        if cancel.cancelled:
            _say_left(has_begun=has_begun())
            os._exit(ExitCode.INTERRUPTED)
        cancel.cancel()
        view.stopping(has_begun=has_begun())

    with handled(dict.fromkeys((signal.SIGINT, *FROM_OUTSIDE), on_signal)):
        yield


def _say_left(*, has_begun: bool) -> None:
    """Say that the command ends at once; called in a signal handler, so without locks or buffers."""
    shows_cursor = "\x1b[?25h\n" if sys.stderr.isatty() else ""  # the live view had hidden it
    text = present_texts()("live.left" if has_begun else "live.left.nothing")
    with suppress(OSError):
        os.write(2, f"{shows_cursor}{text}\n".encode())


def _conclude(path: Path, reason: EndReason, output: RunOutput) -> ExitCode:
    """Report the run, say what came of it, and return the exit code."""
    report = report_of([path], waterfalls=True)
    keep_headline(path, report)
    files = write_reports(path, report, present_texts().language) if output.report else ()
    result = RunResult(path, report, files, reason)
    if output.annotations:
        tell_of_report(report, path, files[-1] if files else None)
    if output.as_json:
        put(json.dumps(result.as_json()))
    else:
        _show_result(result, present_texts(), is_verbose=output.verbose)
    if reason in _RESUMED_BY:
        command = f"  probe run --resume {shlex.quote(str(path))}"
        show([TextLine.of(present_texts()(_RESUMED_BY[reason])), TextLine.of(command, whole=True)], sys.stderr)
    return result.exit_code


def _show_result(result: RunResult, texts: Texts, *, is_verbose: bool) -> None:
    """Say what came of the run on standard error, and where it is on standard output."""
    show([TextLine.of("")], sys.stderr)
    show(result_blocks(result.report, texts, is_verbose=is_verbose), sys.stderr)
    if result.end in _LIMIT_OPTIONS:
        show([TextLine.of(texts("result.limit", option=_LIMIT_OPTIONS[result.end]))], sys.stderr)
    if not is_terminal(sys.stdout):
        put(texts("result.place.run", path=result.path))
        if result.files:
            put(texts("result.place.report", paths="\n        ".join(map(str, result.files))))
    elif result.files:
        show([TextLine.of(texts("result.report", path=result.files[-1]), whole=True)])
    else:
        show([TextLine.of(texts("result.run", path=result.path), whole=True)])
