"""`probe nightly`: one command for a scheduler."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.common import end, put, say
from probe.cli.options import (
    DEFAULT_OUT,
    OUTPUT,
    BaseUrlOption,
    ClientOption,
    ClientRetriesOption,
    ConfigOption,
    EnvOption,
    FailOnOption,
    FaultsOption,
    GapOption,
    JsonOption,
    MaxCostOption,
    MaxTokensOption,
    ModelOption,
    OutOption,
    PrimeOption,
    QuietOption,
    RecorderOption,
    RoundsOption,
    ScenarioOption,
    SecondCallModeOption,
    TargetsOption,
    TimeoutOption,
    TokenEnvOption,
    WorkloadOption,
    given,
)
from probe.cli.trend import DEFAULT_HISTORY, AnyMachineOption, HistoryOption, ignored
from probe.errors import ExitCode
from probe.model.choices import Language

if TYPE_CHECKING:
    from probe.model.night import Night
    from probe.model.report_sections import Report

EXAMPLES = "\n\n".join(
    (
        "Examples:",
        "  probe nightly --target glm --rounds 30 --history /var/lib/probe",
        "  probe nightly --target glm --rounds 30 --fail-on 'call1.failure_rate > 50%' --any-machine",
    )
)
_SUMMARY_VARIABLE = "GITHUB_STEP_SUMMARY"
_NIGHTS_SHOWN = 14


def nightly(
    history: HistoryOption = DEFAULT_HISTORY,
    keep: Annotated[
        int | None,
        typer.Option(min=10, metavar="N", help="Keep the last N nights of each series; the rule looks back 67."),
    ] = None,
    any_machine: AnyMachineOption = False,
    new_baseline: Annotated[
        bool, typer.Option("--new-baseline", help="Forget the nights before: what changed is meant to stay.")
    ] = False,
    scenario: ScenarioOption = None,
    rounds: RoundsOption = None,
    timeout_s: TimeoutOption = None,
    gap_s: GapOption = None,
    second_call_mode: SecondCallModeOption = None,
    targets: TargetsOption = None,
    base_url: BaseUrlOption = None,
    model: ModelOption = None,
    token_env: TokenEnvOption = None,
    env: EnvOption = None,
    config: ConfigOption = None,
    client: ClientOption = None,
    client_retries: ClientRetriesOption = None,
    workload: WorkloadOption = None,
    prime: PrimeOption = None,
    recorder: RecorderOption = None,
    faults: FaultsOption = None,
    fail_on: FailOnOption = None,
    max_cost_usd: MaxCostOption = None,
    max_tokens: MaxTokensOption = None,
    summary: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help=f"Append a Markdown summary. (default: ${_SUMMARY_VARIABLE})", rich_help_panel=OUTPUT
        ),
    ] = None,
    lang: Annotated[Language, typer.Option(help="The language of reports.", rich_help_panel=OUTPUT)] = Language.EN,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
    out: OutOption = DEFAULT_OUT,
) -> None:
    """Run, hold the night against the nights before, report, keep the night.

    One night that is worse is a watch; two running are an alarm. Ends with 0 when quiet or on watch, 3 on an alarm or
    a failed gate, 4 when this machine lacks something, 130 when interrupted: then the night is not kept.
    """
    options = given(locals())
    from probe.cli.make_run import RunOutput, run_given_options
    from probe.store.history import prepare_history, read_history

    prepare_history(history)
    read_history(history)  # what cannot be used is said before a night is spent on it
    with redirect_stdout(sys.stderr):  # standard output is for what the night comes to
        path, code = run_given_options(options, env, RunOutput(out, quiet=quiet))
    if path is None or code not in {ExitCode.DONE, ExitCode.GATE_FAILED}:
        say("The night is not kept.")
        end(code)
    night = Nightly(history, path, lang, keep=keep, any_machine=any_machine, new_baseline=new_baseline)
    end(night.conclude(summary_file(summary, os.environ), as_json=as_json))


def summary_file(named: Path | None, environment: Mapping[str, str]) -> Path | None:
    """Where the summary goes: the file that is named, else the one that the CI offers."""
    offered = environment.get(_SUMMARY_VARIABLE)
    return named or (Path(offered) if offered else None)


@dataclass(frozen=True, slots=True)
class Nightly:
    """What is done with a night's run once it has ended. `folder` is the directory of the run, or of the group."""

    history: Path
    folder: Path
    language: Language = Language.EN
    keep: int | None = None
    any_machine: bool = False
    new_baseline: bool = False

    def conclude(self, summary: Path | None, *, as_json: bool) -> ExitCode:
        """Judge, keep and report the night. Raises ProbeError."""
        from probe.model.night import NightState
        from probe.reporting.build_report import report_of
        from probe.stats.night_baseline import series_key
        from probe.store.history import Keep, append_nights

        report = report_of([self.folder], waterfalls=True)
        nights = self._judged(report)
        series = partial(series_key, ignoring=ignored(any_machine=self.any_machine))
        append_nights(self.history, *nights, keep=Keep(self.keep, series) if self.keep else None)
        self._write(report)
        text = self._summary(nights, report)
        if summary:
            _append(summary, text)
        alarm = any(night.state is NightState.ALARM for night in nights)
        code = ExitCode.GATE_FAILED if alarm or report.failed_gates else ExitCode.DONE
        put(self._json(nights, report, code) if as_json else text)
        return code

    def _judged(self, report: "Report") -> "list[Night]":
        from probe.model.choices import Role
        from probe.stats.night_baseline import judge_night, night_of
        from probe.store.history import read_history

        earlier = read_history(self.history).nights
        return [
            judge_night(
                night_of(section, section.manifest, begins=self.new_baseline),
                earlier,
                ignoring=ignored(any_machine=self.any_machine),
            )
            for section in report.sections
            if section.role is Role.TARGET and section.manifest is not None
        ]

    def _write(self, report: "Report") -> None:
        from probe.render.junit import render_junit
        from probe.render.texts import Texts
        from probe.reporting.write_reports import write_reports
        from probe.store import write_atomically

        write_reports(self.folder, report, self.language)
        junit = render_junit(report, Texts(self.language))
        write_atomically(self.folder / "junit.xml", junit.encode("utf-8", "replace"))

    def _summary(self, nights: "Sequence[Night]", report: "Report") -> str:
        """What each target's night comes to, with the nights before it."""
        from probe.render.markup import plain, quoted
        from probe.render.nights_markdown import night_sentences, render_nights
        from probe.render.texts import Texts
        from probe.stats.night_baseline import LEAST_NIGHTS, series_of
        from probe.store.history import read_history

        texts = Texts(self.language)
        kept = read_history(self.history)
        parts = []
        for night in nights:
            of_target = [each for each in kept.nights if each.target == night.target]
            before = next((each for each in reversed(of_target) if each.run_id != night.run_id), None)
            first, *others = night_sentences(night, before, LEAST_NIGHTS, texts)
            parts += [f"## {texts('nights.title', target=plain(night.target))}", f"**{plain(first)}**"]
            parts += ["\n".join(f"- {plain(sentence)}" for sentence in others)] if others else []
            series = series_of(night, kept.nights, ignoring=ignored(any_machine=self.any_machine))
            parts.append(render_nights(series[-_NIGHTS_SHOWN:], texts))
        if kept.corrupt:
            key = "nights.corrupt.one" if kept.corrupt == 1 else "nights.corrupt"
            parts.append(f"> {texts(key, count=kept.corrupt)}")
        if report.failed_gates:
            failed = ", ".join(quoted(gate.expression) for gate in report.failed_gates)
            parts.append(texts("night.gates", gates=failed))
        parts.append(texts("night.report", path=quoted(str(self.folder))))
        return "\n\n".join(parts) + "\n"

    def _json(self, nights: "Sequence[Night]", report: "Report", code: ExitCode) -> str:
        return json.dumps(
            {
                "run": str(self.folder),
                "exit_code": int(code),
                "gates_failed": [gate.expression for gate in report.failed_gates],
                "nights": [night.model_dump(mode="json") for night in nights],
            }
        )


def _append(path: Path, text: str) -> None:
    """Add to the summary. That it cannot be written is said, and spoils nothing else."""
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        say(f"warning: the summary could not be written to {path}: {error.strerror}")
