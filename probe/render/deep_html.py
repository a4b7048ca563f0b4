"""The report of a deep check as one HTML file, made of the parts of the page that other reports have."""

from dataclasses import dataclass

from markupsafe import Markup

from probe.model.deep_report import CaseReport, CaseResult, DeepReport, DeepTarget
from probe.render.deep_sentences import conclusion, details_of, facts_of, took, worst_first
from probe.render.deep_tables import TONES, matrix_table, requests_table
from probe.render.html import page_frame
from probe.render.html_tables import drawn_table
from probe.render.templates import template
from probe.texts import Texts


@dataclass(frozen=True)
class CaseView:
    """A case as the template shows it; `details` are names and texts."""

    id: str
    name: str
    title: str
    result: str
    tone: str
    summary: str
    details: list[tuple[str, str]]
    requests: Markup
    passes: bool


@dataclass(frozen=True)
class DeepTargetView:
    """A target as the template shows it; `tone` is the worst of its cases."""

    id: str
    name: str
    facts: str
    conclusion: str
    tone: str
    cases: list[CaseView]


def render_deep_html(report: DeepReport, texts: Texts) -> str:
    """Return the whole report."""
    targets = [_target_view(target, f"t{number}", texts) for number, target in enumerate(report.targets, 1)]
    matrix = drawn_table(matrix_table(report, texts), "matrix-table") if report.targets else Markup()
    return template("deep.html").render(
        **page_frame(texts),
        report=report,
        targets=targets,
        matrix=matrix,
        rule=texts("deep.rule").replace("`", ""),
        took=took(report, texts),
        embedded=any(target.embedded for target in report.targets),
    )


def _target_view(target: DeepTarget, name: str, texts: Texts) -> DeepTargetView:
    cases = worst_first(target)
    return DeepTargetView(
        id=name,
        name=target.name,
        facts=facts_of(target, texts),
        conclusion=conclusion(target, texts),
        tone=TONES[cases[0].result] if cases else "mild",
        cases=[_case_view(case, f"{name}-{case.name}", texts) for case in cases],
    )


def _case_view(case: CaseReport, name: str, texts: Texts) -> CaseView:
    return CaseView(
        id=name,
        name=case.name,
        title=case.title,
        result=texts(f"deep.result.{case.result.value}"),
        tone=TONES[case.result],
        summary=case.summary,
        details=[(texts(f"deep.{key}.label"), text) for key, text in details_of(case)],
        requests=drawn_table(requests_table(case, f"{name}-requests", texts), f"{name}-requests"),
        passes=case.result is CaseResult.PASS,
    )
