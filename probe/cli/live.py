"""Show a run as it goes: a live view on a terminal, plain lines elsewhere."""

import contextlib
import os
import time
from collections import deque

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from probe.cli.common import say
from probe.model.call import Call
from probe.model.events import CallFinished, Event, RoundFinished, RoundPrepared
from probe.model.row import Row
from probe.model.verdict import Answer, Verdict
from probe.render.call_words import first_content_words, outcome_words
from probe.render.sentences import verdict_line
from probe.sanitise import printable
from probe.session.execute import RunState
from probe.session.progress import Progress
from probe.texts import Texts
from probe.units import format_duration

_TEXTS = Texts()
_STOPPING = "Ending the call in flight; press Ctrl-C again to leave at once."


class Silent:
    """A view of a run, with a beginning and an end. This one shows nothing but notes."""

    def __enter__(self) -> "Silent":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def on_event(self, arm: str, event: Event) -> None:
        pass

    def on_verdict(self, arm: str, verdict: Verdict) -> None:
        pass

    def note(self, text: str) -> None:
        say(text)

    def stopping(self) -> None:
        """Say that the run is ending; called in a signal handler, so without locks or buffers."""
        with contextlib.suppress(OSError):
            os.write(2, f"{_STOPPING}\n".encode())


def make_view(state: RunState, *, quiet: bool) -> Silent:
    """Return the view of a run: none when quiet, a live one on a terminal, else lines on standard error."""
    if quiet:
        return Silent()
    console = Console(stderr=True, highlight=False)
    progress = Progress(state.arms, state.finished, state.usage)
    return LiveView(progress, console) if console.is_terminal and not console.is_dumb_terminal else Lines(progress)


class Lines(Silent):
    """Writes a line for each call, for logs and pipes."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._answers: dict[str, Answer] = {}

    def on_event(self, arm: str, event: Event) -> None:
        self._progress.on_event(arm, event)
        match event:
            case RoundPrepared() if event.problem:
                self.note(f"round {event.round}: not primed: {printable(event.problem, 200)}")
            case CallFinished():
                call = event.call
                took = format_duration(call.wall_ms / 1000)
                round_of = self._progress.name(arm, f"round {call.round}/{self._progress.plan.rounds}")
                place = f"{round_of} {call.label}{self._after(call)}"
                self.note(f"{place}: {outcome_words(call)} in {took}{first_content_words(call)}")
            case RoundFinished():
                expected, _ = self._progress.left_s()
                if expected and self._progress.finished % 10 == 0:
                    self.note(f"{self._progress.finished} rounds done, about {format_duration(expected)} to go")
            case _:
                pass

    def _after(self, call: Call) -> str:
        """Return the idle time before a round's first call, where every round has one of its own."""
        if call.step or call.idle_before_ms is None or self._progress.plan.scenario.gap_upto_s is None:
            return ""
        return f" after {format_duration(call.idle_before_ms / 1000)} idle"

    def on_verdict(self, arm: str, verdict: Verdict) -> None:
        """Say the verdict when its answer changes, and every tenth round."""
        before, self._answers[arm] = self._answers.get(arm), verdict.answer
        if verdict.answer is not before or verdict.pairs % 10 == 0:
            self.note(self._progress.name(arm, f"verdict: {verdict_line(verdict, _TEXTS)}"))


class LiveView(Silent):
    """Draws the run anew four times a second."""

    def __init__(self, progress: Progress, console: Console) -> None:
        self._progress = progress
        self._console = console
        self._stopping = False
        self._live = Live(console=console, get_renderable=self._draw, refresh_per_second=4, transient=True)

    def __enter__(self) -> "LiveView":
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def on_event(self, arm: str, event: Event) -> None:
        self._progress.on_event(arm, event)
        if isinstance(event, RoundPrepared) and event.problem:
            self.note(f"round {event.round}: not primed: {printable(event.problem, 200)}")

    def on_verdict(self, arm: str, verdict: Verdict) -> None:
        self._progress.verdicts[arm] = self._progress.name(arm, f"verdict: {verdict_line(verdict, _TEXTS)}")

    def note(self, text: str) -> None:
        self._console.print(Text(text))

    def stopping(self) -> None:
        self._stopping = True

    def _draw(self) -> Group:
        progress = self._progress
        stopping = [Text(_STOPPING, style="bold yellow")] if self._stopping else []
        verdicts = [Text(line) for line in progress.verdicts.values()]
        used = [Text(f"used: {_TEXTS.words(progress.usage.used)}")] if progress.usage.used else []
        return Group(self._bar(progress), self._steps(progress), *used, *verdicts, *self._running(progress), *stopping)

    @staticmethod
    def _bar(progress: Progress) -> Table:
        expected, longest = progress.left_s()
        to_go = ""
        if longest:
            to_go = f"about {format_duration(expected)}" if expected else f"at most {format_duration(longest)}"
        row = Table.grid(padding=(0, 1))
        row.add_row(
            Text(f"{progress.finished}/{progress.rounds} rounds", style="bold"),
            ProgressBar(total=progress.rounds, completed=progress.finished, width=28),
            Text(to_go and f"{to_go} to go", style="dim"),
        )
        return row

    @staticmethod
    def _steps(progress: Progress) -> Table:
        table = Table(box=None, padding=(0, 1), header_style="dim")
        for name in ("", "ok", "recovered", "failed", "timed out"):
            table.add_column(name, justify="right" if name else "left")
        table.add_column("last calls")
        for (arm, label), count in progress.steps.items():
            table.add_row(
                progress.name(arm, label),
                str(count.ok),
                Text(str(count.recovered), style="yellow" if count.recovered else ""),
                Text(str(count.failed), style="red" if count.failed else ""),
                Text(str(count.timed_out), style="red" if count.timed_out else ""),
                _marks(count.last),
            )
        return table

    @staticmethod
    def _running(progress: Progress) -> list[Text]:
        now = time.monotonic()
        lines = []
        for (arm, number), (what, since_s, timeout_s) in sorted(progress.running.items()):
            limit = f" of {format_duration(timeout_s)}" if timeout_s else ""
            place = progress.name(arm, f"round {number}")
            lines.append(Text(f"{place}: {what}, {format_duration(now - since_s)}{limit}", style="dim"))
        return lines


def _marks(calls: deque[Call | Row]) -> Text:
    """Return a sign for each call, then the last call in words.

    `·` is clean, `r` recovered, `T` timed out, `x` failed otherwise.
    """
    text = Text()
    for call in calls:
        if call.clean:
            text.append("·", "green")
        elif call.as_expected:
            text.append("r", "yellow")
        else:
            text.append("T" if call.timed_out else "x", "red")
    if calls:
        last = calls[-1]
        text.append(f"  {outcome_words(last)} in {format_duration(last.wall_ms / 1000)}", "dim")
    return text
