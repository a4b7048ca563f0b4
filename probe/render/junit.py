"""A Report as JUnit XML, so that a CI server shows gates and outcomes as test cases."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from probe.model.base_models import utc_text
from probe.model.chart import Dot
from probe.model.choices import EndReason
from probe.model.note import Note, NoteCode
from probe.model.outcome import Outcome, Party
from probe.model.report_sections import Gate, Report, Section
from probe.model.statistics import OutcomeCount, StepStatistics
from probe.render.health_sentences import actions, fault_line, health_line, who_acts
from probe.render.numbers import NOTHING, count_text
from probe.render.phrases import joined_names, paragraph
from probe.render.sentences import (
    facts,
    gate_observed,
    note_sentence,
    outcome_words,
    verdict_paragraph,
)
from probe.sanitise import harmless
from probe.texts import Texts
from probe.texts.stored_phrase import evidence_text

_MOST_INCIDENTS = 10
_BY_NO_WILL = frozenset({"cut_off", EndReason.INTERRUPTED.value})
"""Reasons why a run is incomplete though no limit that somebody set ended it."""
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 (Fifth Edition, 2.2 Characters) does not allow, escaped or not."""


def render_junit(report: Report, texts: Texts) -> str:
    """Return the document: a suite for each section.

    A section's name begins the class of its cases: `<section>.gates`, `<section>.outcomes.<label>`, and
    `<section>.run` where the run was cut short or has no call.
    """
    root = Element("testsuites", _allowed({"name": f"probe {report.title}"}))
    for section in report.sections:
        root.append(_suite(section, report.refused, texts))
    _count(root)
    times = [suite.get("time") for suite in root]
    if all(times):
        root.set("time", f"{sum(float(time) for time in times if time):.3f}")
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _suite(section: Section, refused: Iterable[Note], texts: Texts) -> Element:
    suite = Element("testsuite", _allowed({"name": section.name}))
    started = next((run.created_at for run in section.runs if run.created_at), None)
    if started:
        suite.set("timestamp", utc_text(started).removesuffix("Z"))
    if _all_shown(section):
        suite.set("time", _seconds(_dots(section)))
    suite.append(_properties(section, texts))
    suite.extend(_cut_short(section, texts))
    suite.extend(_gate(section, gate, texts) for gate in section.gates)
    for step in section.steps:
        suite.extend(_outcomes(section, step, texts))
    _count(suite)
    notes = (note_sentence(note, texts) for note in (*refused, *section.notes))
    health = (health_line(section.health, texts), fault_line(section.health, texts), *actions(section, texts))
    summary = "\n".join((*health, paragraph(verdict_paragraph(section, texts), texts), *notes))
    SubElement(suite, "system-out").text = _allowed_text(summary)
    return suite


def _properties(section: Section, texts: Texts) -> Element:
    properties = Element("properties")
    SubElement(properties, "property", name="health", value=section.health.word.value)
    SubElement(properties, "property", _allowed({"name": "faults", "value": fault_line(section.health, texts)}))
    if section.verdict:
        SubElement(properties, "property", name="verdict", value=section.verdict.answer.value)
    for name, value in facts(section, texts):
        SubElement(properties, "property", _allowed({"name": name, "value": value}))
    return properties


def _count(parent: Element) -> None:
    """Set how many test cases there are below an element, and how many of them failed, broke or were skipped."""
    parent.set("tests", str(len(list(parent.iter("testcase")))))
    parent.set("failures", str(len(list(parent.iter("failure")))))
    parent.set("errors", str(len(list(parent.iter("error")))))
    if parent.tag == "testsuite":
        parent.set("skipped", str(len(list(parent.iter("skipped")))))


def _cut_short(section: Section, texts: Texts) -> Iterator[Element]:
    """Yield a case with an error where there is no call, or where nobody had asked for the run to end."""
    why = [] if section.n else [texts("junit.no_call")]
    why += [
        note_sentence(note, texts)
        for note in section.notes
        if note.code is NoteCode.INCOMPLETE and (note.values.get("reason") in _BY_NO_WILL or not section.n)
    ]
    if why:
        case = _case(section, "run", "complete")
        SubElement(case, "error", _allowed({"type": "incomplete", "message": texts("join.clauses").join(why)}))
        yield case


def _gate(section: Section, gate: Gate, texts: Texts) -> Element:
    case = _case(section, "gates", gate.expression)
    if gate.failed:
        words = texts("junit.gate", expression=gate.expression, observed=gate_observed(gate, texts))
        SubElement(case, "failure", _allowed({"type": "gate", "message": words}))
    return case


def _outcomes(section: Section, step: StepStatistics, texts: Texts) -> Iterator[Element]:
    """Yield a case for each outcome that calls came to, and one for the expected outcome where none came to it."""
    by_outcome = sorted(step.outcomes, key=lambda count: (not count.expected, count.outcome.value))
    for (outcome, expected), group in groupby(by_outcome, key=lambda count: (count.outcome, count.expected)):
        case = _case(section, f"outcomes.{step.label}", outcome.value)
        if _all_shown(section):
            dots = (dot for dot in _dots(section) if (dot.label, dot.outcome) == (step.label, outcome))
            case.set("time", _seconds(dots))
        if not expected:
            case.append(_failure(section, step, list(group), texts))
        yield case
    for outcome in _expected_in_vain(section, step):
        case = _case(section, f"outcomes.{step.label}", outcome.value)
        SubElement(case, "skipped", message=texts("junit.never"))
        yield case


def _expected_in_vain(section: Section, step: StepStatistics) -> Iterator[Outcome]:
    """Yield what the script expects of a step where no call came to it."""
    outcomes = {count.outcome for count in step.outcomes}
    for scripted in section.manifest.scenario.steps if section.manifest else ():
        if scripted.label == step.label and scripted.expect.outcome not in outcomes:
            yield scripted.expect.outcome


def _case(section: Section, kind: str, name: str) -> Element:
    return Element("testcase", _allowed({"classname": f"{section.name}.{kind}", "name": name}))


def _failure(section: Section, step: StepStatistics, causes: list[OutcomeCount], texts: Texts) -> Element:
    outcome = causes[0].outcome
    count = texts("count_of", count=count_text(sum(each.n for each in causes)), n=count_text(step.n))
    words = outcome_words(outcome, texts)
    key = "junit.unexpected" if outcome.party is Party.NOBODY else "junit.outcome"
    parties = dict.fromkeys(who_acts(section.health, outcome, each.cause, texts) for each in causes)
    message = texts(key, count=count, words=words, party=joined_names([*parties], texts))
    failure = Element("failure", _allowed({"type": outcome.value, "message": message}))
    lines = [texts("junit.cause", cause=each.cause or texts("junit.unnamed"), n=count_text(each.n)) for each in causes]
    lines += islice(_incidents(section, step, outcome, texts), _MOST_INCIDENTS)
    failure.text = _allowed_text("\n".join(lines))
    return failure


def _incidents(section: Section, step: StepStatistics, outcome: Outcome, texts: Texts) -> Iterator[str]:
    """Yield a line for each call of the step that failed with this outcome; of several runs, with its own."""
    for incident in section.incidents:
        if incident.failed and (incident.label, incident.outcome) == (step.label, outcome):
            at, session = utc_text(incident.started_at), incident.session_id or NOTHING
            evidence = evidence_text(incident, texts)
            line = texts("junit.incident", round=incident.round, at=at, session=session, evidence=evidence)
            yield f"{incident.run_id}: {line}" if len(section.runs) > 1 else line


def _all_shown(section: Section) -> bool:
    """Return True where the duration of every call is known here."""
    return len(section.charts.rounds) == section.charts.rounds_total > 0


def _dots(section: Section) -> Iterator[Dot]:
    return (dot for of_round in section.charts.rounds for dot in of_round.dots)


def _seconds(dots: Iterable[Dot]) -> str:
    return f"{sum(dot.wall_ms for dot in dots) / 1000:.3f}"


def _allowed(attributes: dict[str, str]) -> dict[str, str]:
    return {name: _allowed_text(value) for name, value in attributes.items()}


def _allowed_text(value: str) -> str:
    return harmless(_FORBIDDEN.sub("", value))
