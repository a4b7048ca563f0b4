"""Annotations of GitHub Actions: the health of targets, failed gates, alarms and findings, as workflow commands."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from probe.model.check_report import CheckFinding, Severity
from probe.model.deep_report import CaseResult, DeepReport
from probe.model.health import HealthWord
from probe.model.night import Night, NightState
from probe.model.report_sections import Report, Section
from probe.render.health_sentences import actions, fault_line, health_sentence, health_word
from probe.render.nights_markdown import night_sentences
from probe.render.sentences import failed_gate_line
from probe.sanitise import printable
from probe.texts import Texts

_MOST_LINE = 600
_MOST_TITLE = 120


class AnnotationLevel(StrEnum):
    """The level of an annotation, by the name of its workflow command."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


_OF_HEALTH = {
    HealthWord.DOWN: AnnotationLevel.ERROR,
    HealthWord.FLAKY: AnnotationLevel.WARNING,
    HealthWord.COLD: AnnotationLevel.WARNING,
    HealthWord.SLOW: AnnotationLevel.WARNING,
    HealthWord.UNKNOWN: AnnotationLevel.NOTICE,
}
"""The level of a health; one that is not here needs no annotation."""
_OF_SEVERITY = {
    Severity.WRONG: AnnotationLevel.ERROR,
    Severity.WARNING: AnnotationLevel.WARNING,
    Severity.NOTE: AnnotationLevel.NOTICE,
}
_OF_NIGHT = {NightState.ALARM: AnnotationLevel.ERROR, NightState.WATCH: AnnotationLevel.WARNING}


@dataclass(frozen=True, slots=True)
class Annotation:
    """An annotation. Its lines may quote strangers: `workflow_command` makes them harmless."""

    level: AnnotationLevel
    title: str
    lines: tuple[str, ...]


def workflow_command(annotation: Annotation) -> str:
    """Return the annotation as one line that a runner reads.

    The runner undoes %25, %0D and %0A in messages, and %3A and %2C in properties too; whatever it would take for
    the end of the line, of the property or of the title is written so.
    """
    title = f"probe: {printable(annotation.title, _MOST_TITLE)}"
    message = "\n".join(printable(line, _MOST_LINE) for line in annotation.lines if line)
    return f"::{annotation.level} title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def report_annotations(report: Report, texts: Texts) -> Iterator[Annotation]:
    """Yield the targets that are not well, the worst first, then the gates that failed."""
    for section in report.worst_first:
        level = _OF_HEALTH.get(section.health.word)
        if level is not None and section in report.targets:
            yield _of_health(section, level, texts)
    for gate in report.failed_gates:
        yield Annotation(AnnotationLevel.ERROR, texts("annotation.gate"), (failed_gate_line(gate, texts),))


def _of_health(section: Section, level: AnnotationLevel, texts: Texts) -> Annotation:
    """Say of a target what it is, whose the failures are, and what to do."""
    health = section.health
    title = texts("annotation.health", target=section.name, word=health_word(health.word, texts))
    lines = [health_sentence(health, texts)]
    if health.failed or health.recovered:
        lines.append(fault_line(health, texts))
    return Annotation(level, title, (*lines, *actions(section, texts)))


def finding_annotations(target: str, findings: Iterable[CheckFinding], texts: Texts) -> Iterator[Annotation]:
    """Yield the findings on a target that are not good, in their order."""
    for finding in findings:
        if finding.severity in _OF_SEVERITY:
            evidence = texts("finding.seen") + finding.evidence if finding.evidence else finding.title
            title = texts("annotation.finding", target=target, what=finding.title)
            yield Annotation(_OF_SEVERITY[finding.severity], title, (evidence, finding.remedy or ""))


def deep_annotations(report: DeepReport, texts: Texts) -> Iterator[Annotation]:
    """Yield the cases of a deep check that failed."""
    for target in report.targets:
        for case in target.cases:
            if case.result is CaseResult.FAIL:
                title = texts("annotation.finding", target=target.name, what=case.name)
                lines = (case.summary, case.breaks or "", case.remedy or "")
                yield Annotation(_OF_SEVERITY[case.severity], title, lines)


def night_annotations(nights: Iterable[Night], least: int, texts: Texts) -> Iterator[Annotation]:
    """Yield the nights that are an alarm or a watch; `least` nights make a baseline."""
    for night in nights:
        if night.state in _OF_NIGHT:
            title = texts("annotation.night", target=night.target)
            yield Annotation(_OF_NIGHT[night.state], title, tuple(night_sentences(night, None, least, texts)))
