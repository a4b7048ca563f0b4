"""Show a run as it goes: a live view on a terminal, plain lines elsewhere."""

import contextlib
import os
import sys

from probe.cli.common import say
from probe.cli.console import live_console
from probe.cli.language import present_texts
from probe.model.call import Call
from probe.model.events import CallFinished, Event, RoundFinished, RoundPrepared
from probe.model.verdict import Answer, Verdict
from probe.render.call_words import first_content_words, outcome_words, took_text, took_words
from probe.render.sentences import verdict_line
from probe.sanitise import printable
from probe.session.execute import RunState
from probe.session.progress import Progress
from probe.texts import Texts
from probe.units import format_duration


def stopping_text(texts: Texts, *, has_begun: bool) -> str:
    """Say that the run is ending, and how to end it at once; `has_begun`: whether a call had."""
    return texts("live.stopping" if has_begun else "live.stopping.nothing")


def event_note(arm: str, event: Event, progress: Progress, texts: Texts) -> str | None:
    """Say that a round's client could not be started beforehand, and why; at the first extra call, what it is for."""
    match event:
        case RoundPrepared() if event.problem:
            return texts("live.unprimed", round=event.round, problem=printable(event.problem, 200))
        case CallFinished() if progress.is_first_extra(arm, event.call):
            return progress.name(arm, texts("live.extra", label=event.call.label))
        case _:
            return None


def to_go_text(seconds: float, progress: Progress, texts: Texts) -> str:
    """Say how long the rounds to go take; with `--until-sure` fewer of them may be enough."""
    key = "live.to_go.until_sure" if progress.until_sure else "live.to_go"
    return texts(key, time=format_duration(seconds), rounds=progress.rounds)


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

    def stopping(self, *, has_begun: bool) -> None:
        """Say that the run is ending; called in a signal handler, so without locks or buffers."""
        with contextlib.suppress(OSError):
            os.write(2, f"{stopping_text(present_texts(), has_begun=has_begun)}\n".encode())


def make_view(state: RunState, *, quiet: bool) -> Silent:
    """Return the view of a run: none when quiet, a live one on a terminal, else lines on standard error."""
    if quiet:
        return Silent()
    texts = present_texts()
    progress = Progress(state.arms, state.finished, state.usage)
    console = live_console(sys.stderr)
    if console is None:
        return Lines(progress, texts)
    from probe.cli.live_view import LiveView

    return LiveView(progress, console, texts)


class Lines(Silent):
    """Writes a line for each call, for logs and pipes."""

    def __init__(self, progress: Progress, texts: Texts) -> None:
        self._progress = progress
        self._texts = texts
        self._answers: dict[str, Answer] = {}

    def on_event(self, arm: str, event: Event) -> None:
        self._progress.on_event(arm, event)
        if note := event_note(arm, event, self._progress, self._texts):
            self.note(note)
        match event:
            case CallFinished():
                self.note(self._progress.name(arm, self._call_line(event.call)))
            case RoundFinished():
                expected, _ = self._progress.left_s()
                if expected and self._progress.finished % 10 == 0:
                    to_go = to_go_text(expected, self._progress, self._texts)
                    self.note(self._texts("live.line.progress", rounds=self._progress.finished, to_go=to_go))
            case _:
                pass

    def _call_line(self, call: Call) -> str:
        texts, is_stopped = self._texts, call.deadline_ms is not None
        place = texts("live.line.place", round=call.round, rounds=self._progress.plan.rounds, label=call.label)
        values = {"place": place, "after": self._after(call), "outcome": outcome_words(call)}
        key = "live.line.call.stopped" if is_stopped else "live.line.call"
        time = took_words(call, texts) if is_stopped else took_text(call)
        return texts(key, **values, time=time, content=first_content_words(call, texts))

    def _after(self, call: Call) -> str:
        """Return the idle time before a round's first call, where every round has one of its own."""
        if call.step or call.idle_before_ms is None or self._progress.plan.scenario.gap_upto_s is None:
            return ""
        return self._texts("live.line.idle", time=format_duration(call.idle_before_ms / 1000))

    def on_verdict(self, arm: str, verdict: Verdict) -> None:
        """Say the verdict when its answer changes, and every tenth round; not while all calls have failed."""
        counts = self._progress.counts[arm]
        if counts.failed == counts.n:
            return
        before, self._answers[arm] = self._answers.get(arm), verdict.answer
        if verdict.answer is not before or verdict.pairs % 10 == 0:
            line = self._texts("live.verdict", verdict=verdict_line(verdict, self._texts))
            self.note(self._progress.name(arm, line))
