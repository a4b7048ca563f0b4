"""The live view of a run: how far it is, the last calls, health so far, what goes on now."""

import time
from collections.abc import Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from probe.cli.console import STYLES, badge, one_line
from probe.cli.live import Silent, event_note, stopping_text, to_go_text
from probe.model.call import Call
from probe.model.events import Event
from probe.model.health import HealthWord
from probe.model.row import Row
from probe.model.verdict import Verdict
from probe.render.call_words import outcome_words, took_text
from probe.render.health_sentences import health_word
from probe.render.sentences import verdict_line
from probe.render.terminal_model import BADGE
from probe.session.progress import Progress, RoundStage, RunningRound, StepCount
from probe.texts import Texts
from probe.units import format_duration

_MOST_MARKS, _LEAST_MARKS = 60, 8
_BESIDE_MARKS = 48
"""Columns of a step's line beside the signs of its calls: label and counts."""
_MARKS = {True: ("·", "green"), False: ("r", "yellow")}


class LiveView(Silent):
    """Draws the run anew four times a second."""

    def __init__(self, progress: Progress, console: Console, texts: Texts) -> None:
        self._progress = progress
        self._console = console
        self._texts = texts
        self._verdicts: dict[str, Verdict] = {}
        self._stopping = ""
        self._live = Live(console=console, get_renderable=self._draw, refresh_per_second=4, transient=True)

    def __enter__(self) -> "LiveView":
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def on_event(self, arm: str, event: Event) -> None:
        self._progress.on_event(arm, event)
        if note := event_note(arm, event, self._progress, self._texts):
            self.note(note)

    def on_verdict(self, arm: str, verdict: Verdict) -> None:
        self._verdicts[arm] = verdict

    def note(self, text: str) -> None:
        self._console.print(Text(text))

    def stopping(self, *, has_begun: bool) -> None:
        self._stopping = stopping_text(self._texts, has_begun=has_begun)

    def _draw(self) -> Group:
        return Group(*self._parts(self._progress, self._texts))

    def _parts(self, progress: Progress, texts: Texts) -> Iterator[RenderableType]:
        yield _bar(progress, texts)
        yield self._steps(progress, texts)
        yield from _health_lines(progress, self._console, texts)
        for arm, verdict in self._verdicts.items():
            if progress.counts[arm].failed < progress.counts[arm].n:
                yield one_line(progress.name(arm, texts("live.verdict", verdict=verdict_line(verdict, texts))))
        if used := texts.words(progress.usage.used):
            yield one_line(texts("live.used", used=used))
        for (arm, number), running in sorted(progress.running.items()):
            yield one_line(progress.name(arm, _running_words(number, running, texts)), "dim")
        if self._stopping:
            yield Text(self._stopping, style="bold yellow")

    def _steps(self, progress: Progress, texts: Texts) -> Table:
        """Lay out the last calls of each step as signs, and count them."""
        most = max(_LEAST_MARKS, min(self._console.width - _BESIDE_MARKS, _MOST_MARKS))
        table = Table.grid(padding=(0, 2))
        for (arm, label), count in progress.steps.items():
            table.add_row(progress.name(arm, label), _marks(list(count.last)[-most:]), _counts(count, texts))
        return table


def _bar(progress: Progress, texts: Texts) -> Table:
    row = Table.grid(padding=(0, 1))
    rounds = texts("live.rounds", finished=progress.finished, rounds=progress.rounds)
    bar = ProgressBar(total=progress.rounds, completed=progress.finished, width=20)
    row.add_row(Text(rounds, style="bold"), bar, Text(_to_go(progress, texts), style="dim"))
    return row


def _to_go(progress: Progress, texts: Texts) -> str:
    expected, longest = progress.left_s()
    if expected:
        return to_go_text(expected, progress, texts)
    return texts("live.to_go.at_most", time=format_duration(longest)) if longest else ""


def _marks(calls: Sequence[Call | Row]) -> Text:
    """Return a sign for each call: `·` is clean, `r` recovered, `T` stopped at the deadline, `x` failed otherwise."""
    text = Text()
    for call in calls:
        if call.as_expected:
            text.append(*_MARKS[call.clean])
        else:
            text.append("T" if call.timed_out else "x", "red")
    return text


def _counts(count: StepCount, texts: Texts) -> Text:
    parts = [Text(texts("live.ok", n=count.ok), "green" if count.ok else "dim")]
    if count.recovered:
        parts.append(Text(texts("live.recovered", n=count.recovered), "yellow"))
    if count.failed:
        parts.append(Text(texts("live.failed", n=count.failed), "red"))
    return Text(texts("join.clauses")).join(parts)


def _health_lines(progress: Progress, console: Console, texts: Texts) -> Iterator[Text]:
    """Yield the health of each target so far, then the last call."""
    for arm, counts in progress.counts.items():
        if counts.failed or counts.recovered:
            word = HealthWord.DOWN if counts.failed == counts.n else HealthWord.FLAKY
            tone = STYLES[f"{BADGE}{word.value}"]
            line = badge(health_word(word, texts), tone, console)
            key = "live.health.failed" if counts.failed else "live.health.recovered"
            said = texts(key, n=counts.n, failed=counts.failed, recovered=counts.recovered)
            line.append(f" {progress.name(arm, said)}")
            line.no_wrap, line.overflow = True, "ellipsis"
            yield line
    if progress.last:
        arm, call = progress.last
        took = took_text(call)
        words = texts("live.last", label=call.label, outcome=outcome_words(call), time=took)
        yield one_line(progress.name(arm, words), "dim")


def _running_words(number: int, running: RunningRound, texts: Texts) -> str:
    """Say `round 4: call1, 3.2 s of 4 m 00 s`."""
    is_call = running.stage is RoundStage.CALL
    what = running.label if is_call else texts(f"live.stage.{running.stage.value}")
    took = format_duration(time.monotonic() - running.since_s)
    if running.limit_s:
        took = texts("live.time_of", time=took, limit=format_duration(running.limit_s))
    return texts("live.running", round=number, what=what, time=took)
