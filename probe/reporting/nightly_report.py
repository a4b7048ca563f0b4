"""Conclude a night: compare its run with the nights before, keep it in the history, and write its reports."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from probe.errors import ExitCode
from probe.model.choices import Language
from probe.model.night import Night, NightState
from probe.model.report_sections import Report
from probe.render.health_sentences import actions, fault_line, health_line
from probe.render.junit import render_junit
from probe.render.markup import plain, quoted
from probe.render.nights_markdown import night_sentences, render_nights
from probe.render.terminal_model import Block
from probe.render.terminal_nights import night_blocks
from probe.render.vantage_sentences import vantage_answers
from probe.reporting.build_report import report_of
from probe.reporting.history_extra import require_history_extra
from probe.reporting.run_result import down_targets
from probe.reporting.trend_report import ignored_identity, title, unreadable_blocks, unreadable_lines
from probe.reporting.write_reports import write_reports
from probe.stats.night_baseline import LEAST_NIGHTS, judge_night, night_of, series_key, series_of
from probe.store import write_atomically
from probe.store.nights import History, Keep, append_nights, read_history
from probe.texts import Texts

_NIGHTS_SHOWN = 14


@dataclass(frozen=True, slots=True)
class NightRules:
    """Rules by which nights are compared and kept.

    `keep` is the number of nights that stay of each series, `any_machine` compares nights of different machines, and
    `new_baseline` forgets the nights before. `calls` is a history of calls, whose days are nights where none was kept.
    """

    keep: int | None = None
    any_machine: bool = False
    new_baseline: bool = False
    calls: Path | None = None

    @property
    def ignored(self) -> frozenset[str]:
        """Parts of the identity that may differ within a series, beside those that always may."""
        return ignored_identity(any_machine=self.any_machine)


@dataclass(frozen=True, slots=True)
class NightlyReport:
    """Outcome of a night: a record for each target, the report of its run, and a summary in Markdown.

    `blocks` are that of the summary which a terminal shows after the result of the run.
    """

    folder: Path
    report: Report
    nights: tuple[Night, ...]
    summary: str
    blocks: tuple[Block, ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        """FAILED for an alarm, a failed gate or a target of which every call failed, else DONE."""
        alarm = any(night.state is NightState.ALARM for night in self.nights)
        failed = alarm or self.report.failed_gates or down_targets(self.report)
        return ExitCode.FAILED if failed else ExitCode.DONE

    def as_json(self) -> dict[str, object]:
        """Return what `probe nightly --json` prints."""
        return {
            "run": str(self.folder),
            "exit_code": int(self.exit_code),
            "down": list(down_targets(self.report)),
            "gates_failed": [gate.expression for gate in self.report.failed_gates],
            "nights": [night.model_dump(mode="json") for night in self.nights],
        }


def conclude_night(
    history: Path, folder: Path, rules: NightRules | None = None, language: Language = Language.EN
) -> NightlyReport:
    """Judge the night whose run, or group of runs, is in `folder`, keep it, and write its reports there.

    Raises ProbeError.
    """
    rules = rules or NightRules()
    report = report_of([folder], waterfalls=True)
    nights = _judged_nights(report, _earlier_nights(history, report, rules), rules)
    keep = Keep(rules.keep, partial(series_key, ignoring=rules.ignored)) if rules.keep else None
    append_nights(history, *nights, keep=keep)
    write_reports(folder, report, language)
    junit = render_junit(report, Texts(language))
    write_atomically(folder / "junit.xml", junit.encode("utf-8", "replace"))
    parts = _summary_parts(nights, report, read_history(history), rules, Texts(language))
    summary = "\n\n".join([*parts, Texts(language)("night.report", path=quoted(str(folder)))]) + "\n"
    blocks = tuple(_blocks(nights, read_history(history), rules, Texts(language)))
    return NightlyReport(folder, report, nights, summary, blocks)


def _earlier_nights(history: Path, report: Report, rules: NightRules) -> History:
    """Return the nights before the runs of a report: those that were kept, and the days of a history of calls."""
    kept = read_history(history)
    if rules.calls is None or not any(rules.calls.glob("*/*/*.parquet")):
        return kept
    require_history_extra()
    from probe.reporting.history_nights import nights_of_calls

    tonight = [run.run_id for section in report.targets for run in section.runs]
    return History(tuple(nights_of_calls(rules.calls, kept.nights, tonight, rules.ignored)), kept.corrupt)


def _judged_nights(report: Report, earlier: History, rules: NightRules) -> tuple[Night, ...]:
    """Return the night of each target, compared with the nights before it."""
    measured = [
        night_of(section, section.manifest, begins=rules.new_baseline)
        for section in report.targets
        if section.manifest is not None
    ]
    return tuple(judge_night(night, earlier.nights, ignoring=rules.ignored) for night in measured)


def _summary_parts(
    nights: tuple[Night, ...], report: Report, history: History, rules: NightRules, texts: Texts
) -> Iterator[str]:
    """Yield what each target's night comes to, with the nights before it, and the gates that failed."""
    for night in nights:
        before = _night_before(night, history)
        conclusion, *reasons = night_sentences(night, before, LEAST_NIGHTS, texts)
        yield title(night, texts)
        yield from _health_lines(report, night, texts)
        yield f"**{plain(conclusion)}**"
        if reasons:
            yield "\n".join(f"- {plain(sentence)}" for sentence in reasons)
        series = series_of(night, history.nights, ignoring=rules.ignored)
        yield render_nights(series[-_NIGHTS_SHOWN:], texts)
    yield from (f"**{plain(answer)}**" for answer in vantage_answers(report, texts))
    yield from unreadable_lines(history, texts)
    if report.failed_gates:
        failed = ", ".join(quoted(gate.expression) for gate in report.failed_gates)
        yield texts("night.gates", gates=failed)


def _blocks(nights: tuple[Night, ...], history: History, rules: NightRules, texts: Texts) -> Iterator[Block]:
    """Yield for a terminal what each target's night comes to, with the nights before it."""
    for night in nights:
        series = series_of(night, history.nights, ignoring=rules.ignored)
        yield from night_blocks(night, _night_before(night, history), series[-_NIGHTS_SHOWN:], LEAST_NIGHTS, texts)
    yield from unreadable_blocks(history, texts)


def _health_lines(report: Report, night: Night, texts: Texts) -> Iterator[str]:
    """Yield the health of a night's target, who answers for its failures, and what to do."""
    section = next(section for section in report.targets if night.run_id in {run.run_id for run in section.runs})
    yield f"**{plain(health_line(section.health, texts))}**"
    yield plain(fault_line(section.health, texts))
    if to_do := [plain(action) for action in actions(section, texts)]:
        yield "\n".join(f"- {action}" for action in to_do)


def _night_before(night: Night, history: History) -> Night | None:
    """Return the newest night of the same target and vantage but this one, of whatever series."""
    of_target = (kept for kept in reversed(history.nights) if kept.arm_name == night.arm_name)
    return next((kept for kept in of_target if kept.run_id != night.run_id), None)
