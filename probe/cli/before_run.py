"""Ask the targets of a run before its first round, and say what is wrong with them."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from probe.checkup.asked_target import LONGEST_S, AskedTarget, PreflightFailed, names_to_ask, party_of_finding
from probe.cli.common import end, put, say
from probe.cli.console import show
from probe.cli.deliver import append_summary
from probe.cli.github_actions import annotate_findings, fenced, set_outputs
from probe.cli.language import present_texts
from probe.fleet.prepare_anywhere import preflight_anywhere
from probe.model.check_report import Area, CheckFinding
from probe.model.health import HealthWord
from probe.render.health_sentences import health_word
from probe.render.phrases import joined_names
from probe.render.terminal_model import BADGE, TextLine, ToneSpan
from probe.sanitise import printable
from probe.session.prepare import PreparedRun
from probe.texts import Texts
from probe.units import format_duration

_SILENT = frozenset({"timed_out", "no_first_byte", "ping_only", "stalled_stream", "slow_stream"})
"""Codes of a call that took all its time."""
_MOST_TEXT = 600


def asked_first(run: PreparedRun, *, quiet: bool) -> PreparedRun:
    """Ask the targets, and return the run with what was found; warn of what may pass. Raises PreflightFailed."""
    texts = present_texts()
    names = names_to_ask(run)
    if names and not quiet:
        show([TextLine.of(texts("preflight.asks", targets=joined_names(names, texts)), "dim")], sys.stderr)
    asked_run, targets = preflight_anywhere(run, dict(os.environ), texts)
    for target in targets:
        for finding in target.findings:
            say(texts("run.warning", text=_warning(target, finding, texts)))
    return asked_run


def _warning(target: AskedTarget, finding: CheckFinding, texts: Texts) -> str:
    if finding.code in _SILENT:
        return texts("preflight.silent", target=target.name, time=format_duration(LONGEST_S))
    key = "preflight.keep_going" if finding in target.sure else "preflight.doubt"
    return texts(key, target=target.name, what=printable(finding.title))


@contextmanager
def ended_by_preflight(*, as_json: bool, summary: Path | None = None) -> Iterator[None]:
    """Say what is wrong with a target, and end the command with 3; append it to a summary in Markdown too."""
    try:
        yield
    except PreflightFailed as failed:
        texts = present_texts()
        lines = list(_lines(failed, texts))
        show(lines, sys.stderr)
        if summary:
            append_summary(summary, fenced("\n".join(map(_plain, lines))))
        _annotate(failed)
        if as_json:
            put(json.dumps(_as_json(failed)))
        end(failed.exit_code)


def _annotate(failed: PreflightFailed) -> None:
    """Annotate what is wrong with each target, of which no call can succeed."""
    for target in failed.targets:
        annotate_findings(target.name, target.sure)
    set_outputs({"health": HealthWord.DOWN.value})


def _lines(failed: PreflightFailed, texts: Texts) -> Iterator[TextLine]:
    """Yield of each target what is wrong, whose it is, what to do, and the evidence."""
    word = ToneSpan(health_word(HealthWord.DOWN, texts), f"{BADGE}DOWN")
    for target in failed.targets:
        # The client's call only confirms what plain HTTP has met.
        of_target = [finding for finding in target.sure if finding.area is not Area.CLIENT]
        for finding in of_target or target.sure:
            what = texts("preflight.failed", target=target.name, what=printable(finding.title))
            yield TextLine((word, ToneSpan(what)))
            party = texts(f"fault.{party_of_finding(finding).value}")
            yield TextLine.of(texts("preflight.party", party=party))
            if finding.remedy:
                yield TextLine.of(printable(finding.remedy, _MOST_TEXT), sign="→ ")
            if finding.evidence:
                yield TextLine.of(texts("finding.seen") + printable(finding.evidence, _MOST_TEXT), "dim")
    yield TextLine.of(texts("preflight.stopped"), "dim")


def _plain(line: TextLine) -> str:
    return line.sign + " ".join(span.text for span in line.spans)


def _as_json(failed: PreflightFailed) -> dict[str, object]:
    return {
        "run": None,
        "end": "preflight",
        "exit_code": int(failed.exit_code),
        "preflight": [_target_as_json(target) for target in failed.targets],
    }


def _target_as_json(target: AskedTarget) -> dict[str, object]:
    return {"target": target.name, "findings": [finding.model_dump(mode="json") for finding in target.findings]}
