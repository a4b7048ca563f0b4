"""Reports of data sets with a known truth, in every language and format, say what they must and nothing forbidden."""

import csv
import io
import json
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema  # type: ignore[import-untyped]
import pytest

from probe.cli.export import TableFormat, write_table
from probe.model.choices import Language
from probe.model.report_sections import Report
from probe.render.registry import RENDERERS
from probe.reporting.build_report import report_of
from probe.reporting.json_schemas import json_schema
from probe.reporting.write_reports import rendered
from probe.texts import Texts
from tests.conftest import Probe
from tests.parsed_page import ParsedPage
from tests.truth import DATA_SETS, QUANTILES, DataSet, Rate, Run, Step

CSV_COLUMNS = {"run_id", "round", "step", "label", "wall_ms", "outcome", "cause", "client_version"}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """Write the runs of every data set, and return their directories."""
    root = tmp_path_factory.mktemp("truth")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        return {name: [run.write(root / name) for run in data.runs] for name, data in DATA_SETS.items()}


@pytest.fixture(scope="module")
def reports(written: dict[str, list[Path]]) -> dict[str, Report]:
    return {name: report_of(paths, waterfalls=True) for name, paths in written.items()}


@pytest.mark.parametrize("form", [*RENDERERS, "csv"])
@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("name", DATA_SETS)
def test_the_report_tells_the_truth(
    name: str,
    language: Language,
    form: str,
    written: dict[str, list[Path]],
    reports: dict[str, Report],
    tmp_path: Path,
) -> None:
    if form == "csv":
        write_table(written[name], TableFormat.CSV, tmp_path / "calls.csv")
        text = (tmp_path / "calls.csv").read_text()
    else:
        text = rendered(reports[name], form, language)
    CHECKS[form](text, DATA_SETS[name], language)


@pytest.mark.parametrize(
    ("name", "form", "language"),
    [
        ("cold", "markdown", Language.EN),
        ("slow", "html", Language.ZH),
        ("mixed", "json", Language.EN),
        ("corrupt", "csv", Language.ZH),
        ("mixed", "junit", Language.ZH),
    ],
)
def test_the_command_line_says_the_same(
    name: str, form: str, language: Language, written: dict[str, list[Path]], probe: Probe
) -> None:
    ran = probe("report", *map(str, written[name]), "--format", form, "--lang", language.value)
    CHECKS[form](ran.out, DATA_SETS[name], language)
    if form == "csv":  # a table of calls has no room for it
        for part in DATA_SETS[name].corrupt:
            assert f"{DATA_SETS[name].runs[0].manifest.run_id}：无法读取：{part}（1）" in ran.err


def check_markdown(text: str, data: DataSet, language: Language) -> None:
    check_words(re.sub(r"\\(.)", r"\1", text), data, language)
    rows = markdown_rows(text)
    check_counts(rows, data, language)
    for percent in QUANTILES:
        words = quantile_words(percent, language)
        quantiles = [row for row in rows if len(row) > 3 and row[2] == words]
        steps = [step for step in steps_of(data) if step.n > step.failed]
        assert [row[:2] for row in quantiles] == [[step.label, str(step.n - step.failed)] for step in steps]
        check_quantiles([row[3] for row in quantiles], percent, steps)


def markdown_rows(text: str) -> list[list[str]]:
    lines = [line.strip("|") for line in text.splitlines() if line[:1] == "|"]
    return [[cell.strip() for cell in line.split(" | ")] for line in lines]


def check_html(text: str, data: DataSet, language: Language) -> None:
    page = ParsedPage(text)
    assert page.language == {Language.EN: "en", Language.ZH: "zh-CN"}[language]
    assert page.loaded == []
    assert not re.search(r"@import|url\(\s*['\"]?(?!data:|#)", text)
    check_words(page.text, data, language)
    healths = [Texts(language)(f"health.{word}") for word in data.healths]
    assert sorted(badge.split()[-1] for badge in page.badges) == sorted(healths)
    check_counts(page.rows, data, language)
    check_html_quantiles(page.rows, data, language)


def check_html_quantiles(page_rows: list[list[str]], data: DataSet, language: Language) -> None:
    for percent in QUANTILES:
        rows = [row[1:] for row in page_rows if row[0] == quantile_words(percent, language)]
        steps = [steps for _, steps in sorted(zip(data.healths, data.steps, strict=True), key=worst_first)]
        for of_section, cells in zip(steps, rows, strict=True):
            check_quantiles([cell.split("\n")[0] for cell in cells], percent, of_section)


def worst_first(section: tuple[str, object]) -> int:
    return ["DOWN", "FLAKY", "COLD", "UNKNOWN", "OK"].index(section[0])


def check_counts(rows: list[list[str]], data: DataSet, language: Language) -> None:
    """Check the rows that count the calls of a step by outcome, and give its failure rate."""
    counts = [row for row in rows if len(row) == 8 and row[0] in {"call1", "call2"} and row[1].isdecimal()]
    assert counts == [[step.label, *step.counts, Rate(step.failed, step.n).text(language)] for step in steps_of(data)]


def check_quantiles(cells: Sequence[str], percent: str, steps: Sequence[Step]) -> None:
    for step, cell in zip(steps, cells, strict=True):
        assert step.quantile(percent)(cell), (step.label, percent, cell)


def steps_of(data: DataSet) -> list[Step]:
    return [step for section in data.steps for step in section]


def check_json(text: str, data: DataSet, language: Language) -> None:
    content = json.loads(text, parse_constant=pytest.fail)  # NaN and Infinity are no JSON
    VALIDATOR.validate(content)
    assert [section["verdict"]["answer"] for section in content["sections"]] == list(data.answers)
    for section, steps, indexes in zip(content["sections"], data.steps, data.sections, strict=True):
        assert section["corrupt"] == dict.fromkeys(data.corrupt, 1)
        check_json_section(section, steps, [data.runs[index] for index in indexes])
    refused = [(note["code"], note["values"]["names"]) for note in content["refused"]]
    assert refused == ([("not_pooled", data.differs)] if data.differs else [])


def check_json_section(content: dict[str, Any], steps: Sequence[Step], runs: Sequence[Run]) -> None:
    assert content["rounds_finished"] == steps[0].n == content["pairs"]["n"]
    assert content["rounds_planned"] == sum(len(run.rounds) for run in runs)
    assert [run["run_id"] for run in content["runs"]] == [run.manifest.run_id for run in runs]
    for content_of_step, step in zip(content["steps"], steps, strict=True):
        check_json_step(content_of_step, step)


def check_json_step(content: dict[str, Any], step: Step) -> None:
    names = ("n", "ok", "clean", "recovered", "failed", "timed_out")
    assert [str(content[name]) for name in names] == step.counts
    assert content["failure_rate"]["value"] == pytest.approx(step.failed / step.n)
    assert content["durations"]["censored"] == step.failed
    assert {share["outcome"]: share["n"] for share in content["outcomes"]} == step.outcomes
    for percent, (_, least_n) in QUANTILES.items():
        bound = content["durations"]["quantiles"][f"p{percent}"]["bound"]
        if step.is_censored(percent):
            assert bound == "more_than"
        else:
            assert bound == ("exact" if step.n >= least_n else "too_few")


def check_csv(text: str, data: DataSet, language: Language) -> None:
    rows = list(csv.DictReader(io.StringIO(text)))
    versions = {run.manifest.run_id: run.manifest.client.version for run in data.runs}
    calls = [
        (row["run_id"], int(row["round"]), row["label"], float(row["wall_ms"]), row["outcome"], row["client_version"])
        for row in rows
    ]
    assert calls == [
        (run_id, call.round, call.label, call.wall_ms, call.outcome.value, versions[run_id])
        for run_id, call in data.calls
    ]
    assert {row["ok"] for row in rows if row["outcome"] == "ok"} <= {"true"}
    assert {row["ok"] for row in rows if row["outcome"] != "ok"} <= {"false"}
    assert not {"nan", "None", "inf"} & {cell for row in rows for cell in row.values()}
    assert set(rows[0]) >= CSV_COLUMNS


def check_junit(text: str, data: DataSet, language: Language) -> None:
    root = ET.fromstring(text)
    suites = root.findall("testsuite")
    outputs = [suite.findtext("system-out", "") for suite in suites]
    check_words("\n".join(outputs), data, language)
    properties = [(element.get("name"), element.get("value") or "") for element in root.iter("property")]
    assert [value for name, value in properties if name == "verdict"] == list(data.answers)
    for suite, steps in zip(suites, data.steps, strict=True):
        check_junit_suite(suite, steps, language)
    values = " ".join(value for _, value in properties)
    assert [part for part in data.corrupt if part not in values] == []


def check_junit_suite(suite: ET.Element, steps: Sequence[Step], language: Language) -> None:
    for step in steps:
        check_junit_step(suite, step, language)
    failures = sum(bool(step.outcomes[name]) for step in steps for name in FAILURES)
    assert int(suite.get("failures") or -1) == failures
    assert int(suite.get("tests") or -1) == len(list(suite.iter("testcase")))


def check_junit_step(suite: ET.Element, step: Step, language: Language) -> None:
    """Check that the outcomes of the step are its test cases, and those that are failures fail with their count."""
    cases = executed_cases(suite, step.label)
    assert {outcome for outcome, _ in cases} == set(step.outcomes)
    for outcome, case in cases:
        failure = case.find("failure")
        assert (failure is None) == (outcome == "ok")
        if failure is not None:
            count = {Language.EN: "{} of {}: ", Language.ZH: "{}/{} 次调用："}[language]
            assert (failure.get("message") or "").startswith(count.format(step.outcomes[outcome], step.n))


def executed_cases(suite: ET.Element, label: str) -> list[tuple[str, ET.Element]]:
    """Return the test cases of a step that were not skipped, with their outcome."""
    ending = f".outcomes.{label}"
    cases = [case for case in suite.iter("testcase") if (case.get("classname") or "").endswith(ending)]
    return [(case.get("name") or "", case) for case in cases if case.find("skipped") is None]


CHECKS: dict[str, Callable[[str, DataSet, Language], None]] = {
    "markdown": check_markdown,
    "html": check_html,
    "json": check_json,
    "csv": check_csv,
    "junit": check_junit,
}
FAILURES = ("timed_out", "overloaded")
VALIDATOR: Any = jsonschema.Draft202012Validator(json_schema("report"))


def check_words(text: str, data: DataSet, language: Language) -> None:
    """Check that required phrases occur, and neither forbidden ones nor a programming language's words for no value."""
    text = re.sub(r"\s+", " ", text)
    for words in data.required[language]:
        assert words in text, words
    for words in data.forbidden[language]:
        assert words not in text, words
    assert not re.search(r"\b(?:nan|NaN|inf|Infinity|null|undefined)\b|None(?! of |\.)|\{\w*\}", text)
    bare = re.search(r"(?<![\d.,−+])0 ?%(?! ?[(（]?(?:at most|至多) [\d.]+ ?%)", text)
    assert not bare, text[max(0, bare.start() - 40) : bare.end() + 20]


def quantile_words(percent: str, language: Language) -> str:
    if percent == "50":
        return {Language.EN: "median", Language.ZH: "中位数"}[language]
    return {Language.EN: f"{percent} % quantile", Language.ZH: f"{percent}% 分位数"}[language]
