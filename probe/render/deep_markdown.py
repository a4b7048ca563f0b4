"""The report of a deep check as Markdown: the matrix, then what does not pass at each target."""

from collections.abc import Iterator

from probe.model.deep_report import CaseReport, CaseResult, DeepReport, DeepTarget
from probe.render.deep_sentences import conclusion, details_of, facts_of, took, worst_first
from probe.render.deep_tables import matrix_table, requests_table
from probe.render.markdown_tables import write_table
from probe.render.markup import plain
from probe.texts import Texts


def render_deep_markdown(report: DeepReport, texts: Texts) -> str:
    """Return the whole report."""
    return "\n\n".join(_parts(report, texts)) + "\n"


def _parts(report: DeepReport, texts: Texts) -> Iterator[str]:
    yield f"# {texts('deep.title')}"
    if report.interrupted:
        yield f"> {texts('deep.interrupted')}"
    if any(target.embedded for target in report.targets):
        yield f"> {texts('deep.plan.embedded')}"
    if report.targets:
        yield write_table(matrix_table(report, texts), texts)
    yield texts("deep.rule")
    yield took(report, texts)
    for target in report.targets:
        yield from _target_parts(target, texts)


def _target_parts(target: DeepTarget, texts: Texts) -> Iterator[str]:
    yield f"## {plain(target.name)}"
    yield plain(facts_of(target, texts))
    yield f"**{plain(conclusion(target, texts))}**"
    for case in worst_first(target):
        if case.result is not CaseResult.PASS:
            yield from _case_parts(case, texts)


def _case_parts(case: CaseReport, texts: Texts) -> Iterator[str]:
    result = texts(f"deep.result.{case.result.value}")
    yield f"### `{case.name}`: {result}"
    yield plain(case.summary)
    details = [f"- {texts(f'deep.{key}.label')}: {plain(text)}" for key, text in details_of(case)]
    if details:
        yield "\n".join(details)
    if case.requests:
        yield write_table(requests_table(case, "requests", texts), texts)
