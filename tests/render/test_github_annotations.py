"""Annotations of GitHub Actions: one line each, which a runner reads as it was meant, whatever it quotes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.model.check_report import Area, CheckFinding, Severity
from probe.model.choices import Language
from probe.model.health import Health, HealthWord
from probe.model.report_sections import Report
from probe.render.github_annotations import (
    Annotation,
    AnnotationLevel,
    finding_annotations,
    report_annotations,
    workflow_command,
)
from probe.stats.gate_expressions import parse_gate
from probe.stats.gates import evaluate
from probe.texts import Texts
from tests.github_runner import Command, obeyed
from tests.stats.sections import section, step

TEXTS = Texts(Language.EN)


@given(st.text(max_size=80), st.lists(st.text(max_size=80), min_size=1, max_size=3))
def test_an_annotation_is_one_command_whatever_it_quotes(title: str, lines: list[str]) -> None:
    line = workflow_command(Annotation(AnnotationLevel.WARNING, title, tuple(lines)))
    assert "\n" not in line
    assert [command.name for command in obeyed(line)] == ["warning"]


@pytest.mark.parametrize(
    "said",
    [
        "x\n::set-output name=health::OK",
        "x%0A::set-output name=health::OK",
        "x\r::add-mask::e",
        "::stop-commands::x",
        "a,file=/etc/passwd,line=1::b",
        "100 % of calls: a, b",
        "50%25",
    ],
)
def test_hostile_words_are_quoted_and_no_more(said: str) -> None:
    annotation = Annotation(AnnotationLevel.ERROR, said, (said, "next line"))
    (command,) = obeyed(workflow_command(annotation))
    words = " ".join(said.split())
    assert command == Command("error", f"{words}\nnext line", {"title": f"probe: {words}"})


def annotated(report: Report, language: Language = Language.EN) -> list[Annotation]:
    return list(report_annotations(report, Texts(language)))


def test_a_target_that_is_not_well_and_a_gate_that_failed() -> None:
    health_of_six = Health(word=HealthWord.FLAKY, n=60, failed=6, recovered=0)
    flaky = section(step(n=30, failed=6), step("call2", n=30), health=health_of_six)
    gate = evaluate(parse_gate("call1.failed > 5", ("call1", "call2")), flaky)
    report = Report(probe_version="0", sections=(flaky.model_copy(update={"gates": (gate,)}),))
    health, failed = annotated(report)
    assert (health.level, health.title) == (AnnotationLevel.WARNING, "relay is FLAKY")
    assert health.lines[0].startswith("6 of 60 calls failed")
    assert (failed.level, failed.lines) == (
        AnnotationLevel.ERROR,
        ("gate failed: call1.failed > 5 (observed 6 of 30)",),
    )
    assert annotated(report, Language.ZH)[0].title.startswith("relay：")


@pytest.mark.parametrize(
    ("word", "levels"),
    [
        (HealthWord.OK, []),
        (HealthWord.DOWN, ["error"]),
        (HealthWord.COLD, ["warning"]),
        (HealthWord.UNKNOWN, ["notice"]),
    ],
)
def test_the_level_follows_from_the_health(word: HealthWord, levels: list[str]) -> None:
    well = section(step(n=30), step("call2", n=30))
    ill = well.model_copy(update={"health": well.health.model_copy(update={"word": word})})
    assert [each.level for each in annotated(Report(probe_version="0", sections=(ill,)))] == levels


def test_findings_that_are_good_are_no_annotation() -> None:
    def finding(severity: Severity) -> CheckFinding:
        return CheckFinding(
            area=Area.WAY, severity=severity, code="x", title=severity.value, evidence="e", remedy="do it"
        )

    found = list(finding_annotations("glm", map(finding, Severity), TEXTS))
    assert [(each.level.value, each.title) for each in found] == [
        ("error", "glm: wrong"),
        ("warning", "glm: warning"),
        ("notice", "glm: note"),
    ]
    assert found[0].lines == ("seen: e", "do it")
