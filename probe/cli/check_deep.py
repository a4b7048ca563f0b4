"""`probe check --deep`: say what it costs, make the cases, and write what was found."""

import os
import sys
from collections.abc import Iterator
from typing import NoReturn

from probe.checks.deep.all_cases import CASES
from probe.checks.deep.deep_case import DeepCase
from probe.checkup.deep_check import DeepObserver, DeepPlan, DeepRequest, planned_cases, run_deep_check
from probe.cli.ask import confirm, is_interactive
from probe.cli.check_signals import ended_by_signals
from probe.cli.common import end, is_terminal, put
from probe.cli.console import console_of, show
from probe.cli.deep_options import DeepFormat, DeepOptions
from probe.cli.deliver import deliver, named_file
from probe.cli.github_actions import tell_of_deep_check
from probe.cli.language import present_texts, tell
from probe.errors import ExitCode
from probe.model.deep_report import CaseReport, DeepReport
from probe.render.check_listing import PIPE_COLUMNS
from probe.render.deep_html import render_deep_html
from probe.render.deep_listing import deep_blocks, plan_lines, render_deep
from probe.render.deep_markdown import render_deep_markdown
from probe.render.terminal_model import TextLine
from probe.reporting.write_reports import require_folder
from probe.sanitise import harmless, harmless_json
from probe.texts import Texts

_WIDEST = 120


def list_cases() -> None:
    """Print all cases with their costs."""
    texts = present_texts()
    put("\n".join(plan_lines(planned_cases(CASES, texts), texts, console_of(sys.stdout).width)))


def check_deep(request: DeepRequest, options: DeepOptions, *, as_json: bool) -> NoReturn:
    """Make the cases, write what was found, and end the command."""
    form = DeepFormat.JSON if as_json else options.form
    file = named_file(options.output)
    if file:
        require_folder(file)
    observer = _Terminal(asks=not options.yes)
    with ended_by_signals():
        report = run_deep_check(request, dict(os.environ), observer, texts=present_texts())
    if report is None:
        tell("deep.not_begun")
        end(ExitCode.DONE)
    _write(report, form, options)
    tell_of_deep_check(report)
    if file:
        tell("command.written", path=file)
    if report.interrupted:
        end(ExitCode.INTERRUPTED)
    end(ExitCode.FAILED if report.wrong else ExitCode.DONE)


def _write(report: DeepReport, form: DeepFormat | None, options: DeepOptions) -> None:
    """Write the report in its format; without one as plain text, as wide as a terminal is."""
    texts, file = present_texts(), named_file(options.output)
    match form:
        case DeepFormat.JSON:
            content = harmless_json(report.model_dump_json(indent=2))
        case DeepFormat.HTML:
            content = render_deep_html(report, texts)
        case DeepFormat.MARKDOWN:
            content = render_deep_markdown(report, texts)
        case None:
            if is_terminal(sys.stdout) and not file:
                show(deep_blocks(report, texts, min(console_of(sys.stdout).width, _WIDEST)))
                return
            content = harmless(render_deep(report, texts, PIPE_COLUMNS))
    deliver(content, file)


def _plan_lines(plan: DeepPlan, texts: Texts) -> Iterator[str]:
    """Yield the lines that stand before the first request: targets, cases, costs."""
    for subject in plan.subjects:
        target = subject.target
        yield texts("deep.plan.target", name=target.name, url=target.masked_url, model=target.model)
    if plan.reference:
        target = plan.reference.target
        yield texts("deep.plan.reference", name=target.name, url=target.masked_url, model=target.model)
    if any(subject.embedded for subject in plan.subjects):
        yield texts("deep.plan.embedded")
    yield from plan_lines(planned_cases(plan.cases, texts), texts, console_of(sys.stderr).width)
    tokens = f"{plan.tokens // len(plan.subjects):,}"
    yield texts("deep.plan.cost", tokens=tokens)
    if len(plan.subjects) > 1:
        yield texts("deep.plan.several", targets=len(plan.subjects), tokens=f"{plan.tokens:,}")


class _Terminal(DeepObserver):
    """Tells a person at the terminal what the check costs, and how far it is."""

    def __init__(self, *, asks: bool) -> None:
        self._asks = asks

    def planned(self, plan: DeepPlan) -> bool:
        """Say what it costs; ask where somebody can be asked."""
        show([TextLine.of(line, "dim", whole=True) for line in _plan_lines(plan, present_texts())], sys.stderr)
        costs = not all(subject.embedded for subject in plan.subjects)
        if self._asks and costs and is_interactive():
            return confirm(present_texts()("deep.ask"), default=True)
        return True

    def begun(self, target: str, case: DeepCase) -> None:
        """Say that a case begins, where a person is watching."""
        if is_terminal(sys.stderr):
            tell("deep.begun", target=target, name=case.name)

    def ended(self, target: str, case: CaseReport) -> None:
        """Say the result of a case."""
        result = present_texts()(f"deep.result.{case.result.value}")
        tell("deep.ended", target=target, name=case.name, result=result)
