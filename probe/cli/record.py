"""`probe record`: the user's own command, or any program, through the recorder."""

import contextlib
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.common import put, say
from probe.cli.completion import complete_target
from probe.cli.language import present_texts, tell
from probe.cli.options import DEFAULT_OUT, OUTPUT, TARGET, ConfigOption, OutOption
from probe.cli.signals import FROM_KEYS, FROM_OUTSIDE, Handler, die_of, handled
from probe.cli.streams import StandardStream
from probe.errors import StoreError, UsageError

if TYPE_CHECKING:
    from probe.drivers.foreground_command import ForegroundCommand
    from probe.recording.open_recording import RecordingOptions
    from probe.recording.recorder_keeper import KeptRecording

EXAMPLES = """\b
Examples:
  probe record -- claude
  probe record --name refactoring -- claude --continue
  echo "What is new?" | probe record -- claude -p > answer.txt
  probe record --listen 127.0.0.1:8080 --target glm
  probe record --watch"""
_SENT = (*FROM_OUTSIDE, signal.SIGUSR1, signal.SIGUSR2)
CONTEXT_SETTINGS = {"allow_interspersed_args": False}
"""The command's own options are not ours, also where no `--` stands before it."""


def record(
    command: Annotated[
        list[str] | None, typer.Argument(metavar="COMMAND", help="The command, with its options.")
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="A name for the recording. (default: the target's)")
    ] = None,
    listen: Annotated[
        str | None,
        typer.Option(
            "--listen", metavar="HOST:PORT", help="Start nothing; listen for programs that are started elsewhere."
        ),
    ] = None,
    expose: Annotated[
        bool, typer.Option("--expose", help="Let other machines use --listen, if its HOST is one that they reach.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Show what is in flight in a recording that goes on; the latest, or RUN.")
    ] = False,
    target: Annotated[
        str | None,
        typer.Option(
            "--target",
            autocompletion=complete_target,
            help="A target of probe.toml. (default: the upstream that the command would use)",
            rich_help_panel=TARGET,
        ),
    ] = None,
    config: ConfigOption = None,
    bodies: Annotated[
        bool, typer.Option("--bodies", help="Keep requests and answers too, without secrets.", rich_help_panel=OUTPUT)
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Say nothing at the end.", rich_help_panel=OUTPUT)
    ] = False,
    out: OutOption = DEFAULT_OUT,
) -> None:
    """Record the requests of a command of your own, as you work.

    The command has your terminal, your configuration and your directory; only the base URL leads through the recorder.
    Requests are kept as they end, without prompts and answers. Ends as the command ends.
    """
    words = tuple(command or ())
    if watch:
        _watch(words, listen, out)
        return
    from probe.recording.open_recording import RecordingOptions

    _check(words, listen, expose=expose)
    options = RecordingOptions(
        words, listen, expose, target, str(config) if config else None, _label(name), out, keep_bodies=bodies
    )
    if listen is None:
        _run(options, quiet=quiet)
    else:
        _serve(options, quiet=quiet)


def _watch(words: tuple[str, ...], listen: str | None, out: Path) -> None:
    """Show a recording that goes on elsewhere. Raises UsageError."""
    from probe.cli.record_watch import watch

    if listen is not None or len(words) > 1:
        raise UsageError(
            "records nothing", key="--watch", remedy="Name one recording at most: probe record --watch RUN"
        )
    watch(words[0] if words else None, out)


def _check(words: tuple[str, ...], listen: str | None, *, expose: bool) -> None:
    if listen is None and not words:
        raise UsageError(
            "there is no command to run, and no address to listen on",
            remedy="probe record -- claude, or probe record --listen 127.0.0.1:8080",
        )
    if listen is not None and words:
        raise UsageError("starts nothing, and a command is given", key="--listen", remedy="Leave out one of the two.")
    if expose and listen is None:
        raise UsageError("is for --listen, which is not given", key="--expose", remedy="Leave it out.")
    if words and not words[0]:
        raise UsageError("is empty", key="COMMAND", remedy="A variable in it may not be set.")


def _label(name: str | None) -> str | None:
    """Return a name that can be part of a directory's. Raises UsageError."""
    from probe.inputs.labels import as_label

    if name is None:
        return None
    label = as_label(name)
    if not label:
        raise UsageError(f"{name!r} has no letter or digit", key="--name", remedy="For example: --name refactoring")
    return label


def _run(options: "RecordingOptions", *, quiet: bool) -> None:
    """Run the command, and end as it ended."""
    from probe.drivers.foreground_command import ForegroundCommand, reset_screen, terminal_kept
    from probe.recording.open_recording import open_recording

    with open_recording(options, os.environ, Path.cwd()) as recording, terminal_kept():
        led = recording.command
        assert led is not None  # noqa: S101 - a command was given
        for warning in led.warnings:
            tell("command.warning", what=warning)
        forwarder = _Forwarder()
        with handled(forwarder.handlers()):
            command = ForegroundCommand(led.argv, led.environment)
            forwarder.started(command)
            recording.keeper.command_started(command.pid)
            ended = command.wait()
        kept = recording.keeper.end(ended.exit_code)
    if ended.signal is not None:
        reset_screen()
    if not quiet:
        _tell_end(kept)
    if ended.signal is not None:
        die_of(ended.signal)
    raise typer.Exit(128 + ended.signal if ended.signal is not None else ended.exit_code or 0)


class _Forwarder:
    """Passes on the signals that reach us alone. Those that a key sends reach the command without us."""

    def __init__(self) -> None:
        self._command: ForegroundCommand | None = None
        self._early: list[int] = []

    def handlers(self) -> dict[signal.Signals, Handler]:
        """Return the handlers for signals that are not ignored; what is ignored is so for the command, too."""
        own: dict[signal.Signals, Handler] = dict.fromkeys(FROM_KEYS, self._key) | dict.fromkeys(_SENT, self._sent)
        return {number: handler for number, handler in own.items() if signal.getsignal(number) != signal.SIG_IGN}

    def started(self, command: "ForegroundCommand") -> None:
        """Send it all that came while it was being started."""
        self._command = command
        for number in self._early:
            command.send(number)

    def _key(self, number: int, frame: FrameType | None) -> None:
        from probe.drivers.foreground_command import is_in_foreground

        if not is_in_foreground():
            self._sent(number, frame)

    def _sent(self, number: int, _frame: FrameType | None) -> None:
        if self._command is None:
            self._early.append(number)
        else:
            self._command.send(number)


def _serve(options: "RecordingOptions", *, quiet: bool) -> None:
    """Listen until a signal comes."""
    from probe.model.target import mask_url
    from probe.recording.open_recording import open_recording

    stopped = threading.Event()
    ending = dict.fromkeys((signal.SIGINT, *FROM_OUTSIDE), lambda *_: stopped.set())
    with open_recording(options, os.environ, Path.cwd()) as recording, handled(ending):
        put(recording.base_url)
        if not quiet:
            tell("record.listening", upstream=mask_url(recording.destination.base_url))
            tell("record.use", base_url=recording.base_url)
            if recording.destination.target is not None:
                tell("record.token", target=recording.destination.target.name)
        stopped.wait()
        kept = recording.keeper.end(None)
    if not quiet:
        _tell_end(kept)


def _tell_end(kept: "KeptRecording") -> None:
    """Say where the recording is. What cannot be said is no failure of the command, whose exit code is ours."""
    from probe.render.phrases import counted

    with contextlib.redirect_stderr(StandardStream(sys.__stderr__, "stderr")):
        if kept.deaths:
            say(counted("record.died", kept.deaths, present_texts()))
        if kept.passes_only:
            tell("record.passed_only")
        _tell_tally(kept)
        for folder in kept.folders:
            tell("record.kept", path=folder)
        tell("record.hint")


def _tell_tally(kept: "KeptRecording") -> None:
    """Say what the recording came to, in a line."""
    from probe.recording.tally_sink import stored_tally
    from probe.render.phrases import counted
    from probe.render.recorded_sentences import tally_line

    texts = present_texts()
    with contextlib.suppress(StoreError):
        tally = kept.tally or stored_tally(kept.folders)
        say(tally_line(tally, texts))
        if not (tally.exchanges or kept.lost_exchanges or kept.passes_only):
            tell("record.nothing")
    if kept.lost_exchanges:
        say(counted("recorded.lost", kept.lost_exchanges, texts))
