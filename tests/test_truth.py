"""Data sets with a known truth, reported in every language and format: what must be said is, nothing else."""

import csv
import io
import json
import os
import re
from collections.abc import Callable
from html.parser import HTMLParser
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
from tests.conftest import Probe
from tests.truth import CENSORED, DATA_SETS, QUANTILES, DataSet, Rate

CSV_COLUMNS = {"run_id", "round", "step", "label", "wall_ms", "outcome", "cause", "client_version"}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """Every data set as run directories."""
    root = tmp_path_factory.mktemp("truth")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        return {name: [run.write(root / name) for run in made.runs] for name, made in DATA_SETS.items()}


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
    ran = probe.inside("report", *map(str, written[name]), "--format", form, "--lang", language.value)
    CHECKS[form](ran.out, DATA_SETS[name], language)
    if form == "csv":  # a table of calls has no room for it
        for what in DATA_SETS[name].corrupt:
            assert f"{DATA_SETS[name].runs[0].manifest.run_id}: could not be read: {what} (1)" in ran.err


def check_markdown(text: str, made: DataSet, language: Language) -> None:
    check_words(re.sub(r"\\(.)", r"\1", text), made, language)
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if line[:1] == "|"]
    counts = [row for row in cells if len(row) == 8 and row[0] in {"call1", "call2"} and row[1].isdecimal()]
    steps = [step for section in made.steps for step in section]
    assert counts == [[step.label, *step.counts, Rate(step.failed, step.n).text(language)] for step in steps]
    for percent in QUANTILES:
        words = quantile_words(percent, language)
        found = [(row[0], row[1], row[3]) for row in cells if len(row) > 3 and row[2] == words]
        assert [(label, n) for label, n, _ in found] == [(step.label, str(step.n)) for step in steps]
        for step, (_, _, value) in zip(steps, found, strict=True):
            assert step.quantile(percent)(value), (step.label, percent, value)


def check_html(text: str, made: DataSet, language: Language) -> None:
    page = Page(text)
    assert page.language == {Language.EN: "en", Language.ZH: "zh-CN"}[language]
    assert page.loaded == []
    assert not re.search(r"@import|url\(\s*['\"]?(?!data:|#)", text)
    check_words(page.text, made, language)
    badges = {
        "COLD": ("COLD", "存在冷启动效应"),
        "NO_COLD_EFFECT": ("NO COLD EFFECT", "无冷启动效应"),
        "UNDECIDED": ("UNDECIDED", "尚无定论"),
    }
    assert page.badges == [badges[answer][language is Language.ZH] for answer in made.answers]
    counts = [row for row in page.rows if len(row) == 8 and row[0] in {"call1", "call2"} and row[1].isdecimal()]
    steps = [step for section in made.steps for step in section]
    assert counts == [[step.label, *step.counts, Rate(step.failed, step.n).text(language)] for step in steps]
    for percent in QUANTILES:
        found = [row[1:] for row in page.rows if row[0] == quantile_words(percent, language)]
        assert len(found) == len(made.steps)
        for section, values in zip(made.steps, found, strict=True):
            for step, value in zip(section, values, strict=True):
                assert step.quantile(percent)(value.split("\n")[0]), (step.label, percent, value)


def check_json(text: str, made: DataSet, language: Language) -> None:
    content = json.loads(text, parse_constant=pytest.fail)  # NaN and Infinity are no JSON
    VALIDATOR.validate(content)
    assert [section["verdict"]["answer"] for section in content["sections"]] == list(made.answers)
    for section, steps, runs in zip(content["sections"], made.steps, made.sections, strict=True):
        assert section["corrupt"] == dict.fromkeys(made.corrupt, 1)
        assert section["rounds_finished"] == steps[0].n == section["pairs"]["n"]
        assert section["rounds_planned"] == sum(len(made.runs[run].rounds) for run in runs)
        assert [each["run_id"] for each in section["runs"]] == [made.runs[run].manifest.run_id for run in runs]
        for told, step in zip(section["steps"], steps, strict=True):
            names = ("n", "ok", "clean", "recovered", "failed", "timed_out")
            assert [str(told[name]) for name in names] == step.counts
            assert told["failure_rate"]["value"] == pytest.approx(step.failed / step.n)
            assert told["durations"]["censored"] == step.failed
            outcomes = {each["outcome"]: each["n"] for each in told["outcomes"]}
            assert outcomes == step.outcomes
            for percent, (_, least_n) in QUANTILES.items():
                bound = told["durations"]["quantiles"][f"p{percent}"]["bound"]
                if step.quantile(percent)(CENSORED):
                    assert bound == "more_than"
                else:
                    assert bound == ("exact" if step.n >= least_n else "too_few")
    refused = [(note["code"], note["values"]["names"]) for note in content["refused"]]
    assert refused == ([("not_pooled", made.differs)] if made.differs else [])


def check_csv(text: str, made: DataSet, language: Language) -> None:
    rows = list(csv.DictReader(io.StringIO(text)))
    versions = {run.manifest.run_id: run.manifest.client.version for run in made.runs}
    told = [
        (row["run_id"], int(row["round"]), row["label"], float(row["wall_ms"]), row["outcome"], row["client_version"])
        for row in rows
    ]
    assert told == [
        (run_id, call.round, call.label, call.wall_ms, call.outcome.value, versions[run_id])
        for run_id, call in made.calls
    ]
    assert {row["ok"] for row in rows if row["outcome"] == "ok"} <= {"true"}
    assert {row["ok"] for row in rows if row["outcome"] != "ok"} <= {"false"}
    assert not {"nan", "None", "inf"} & {cell for row in rows for cell in row.values()}
    assert set(rows[0]) >= CSV_COLUMNS


def check_junit(text: str, made: DataSet, language: Language) -> None:
    root = ET.fromstring(text)
    suites = root.findall("testsuite")
    told = [suite.findtext("system-out") or "" for suite in suites]
    check_words("\n".join(told), made, language)
    verdicts = [each.get("value") for each in root.iter("property") if each.get("name") == "verdict"]
    assert verdicts == list(made.answers)
    for suite, steps in zip(suites, made.steps, strict=True):
        for step in steps:
            cases = [
                case
                for case in suite.iter("testcase")
                if (case.get("classname") or "").endswith(f".outcomes.{step.label}")
            ]
            ran = [case for case in cases if case.find("skipped") is None]
            assert {case.get("name") for case in ran} == set(step.outcomes)
            for case in ran:
                outcome, failure = case.get("name") or "", case.find("failure")
                assert (failure is None) == (outcome == "ok")
                if failure is not None:
                    count = {Language.EN: "{} of {}: ", Language.ZH: "{}/{} 次调用："}[language]
                    assert (failure.get("message") or "").startswith(count.format(step.outcomes[outcome], step.n))
        assert int(suite.get("failures") or -1) == sum(bool(step.outcomes[name]) for step in steps for name in FAILURES)
        assert int(suite.get("tests") or -1) == len(list(suite.iter("testcase")))
    properties = " ".join(each.get("value") or "" for each in root.iter("property"))
    for what in made.corrupt:
        assert what in properties


CHECKS: dict[str, Callable[[str, DataSet, Language], None]] = {
    "markdown": check_markdown,
    "html": check_html,
    "json": check_json,
    "csv": check_csv,
    "junit": check_junit,
}
FAILURES = ("timed_out", "overloaded")
VALIDATOR: Any = jsonschema.Draft202012Validator(json_schema("report"))


def check_words(text: str, made: DataSet, language: Language) -> None:
    """What must be said is said, what must not is not, and no figure is a word of a programming language."""
    text = re.sub(r"\s+", " ", text)
    for words in made.said[language]:
        assert words in text, words
    for words in made.unsaid[language]:
        assert words not in text, words
    assert not re.search(r"\b(?:nan|NaN|inf|Infinity|null|undefined)\b|None(?! of |\.)|\{\w*\}", text)
    bare = re.search(r"(?<![\d.,−+])0 ?%(?! ?[(（]?(?:at most|至多) [\d.]+ ?%)", text)
    assert not bare, text[max(0, bare.start() - 40) : bare.end() + 20]


def quantile_words(percent: str, language: Language) -> str:
    return {Language.EN: f"{percent} % quantile", Language.ZH: f"{percent}% 分位数"}[language]


class Page(HTMLParser):
    """A page as a reader sees it, charts apart; and what it would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.language: str | None = None
        self.loaded: list[str] = []
        self.rows: list[list[str]] = []
        self.badges: list[str] = []
        self._said: list[str] = []
        self._hidden = 0
        self._into: list[str] | None = None
        self.feed(text)
        self.close()
        assert not self._hidden
        self.rows = [["".join(cell).strip() for cell in row] for row in self.rows]
        self.badges = ["".join(each) for each in self.badges]

    @property
    def text(self) -> str:
        return "".join(self._said)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "html":
            self.language = given.get("lang")
        for name in ("src", "href", "xlink:href", "srcset", "action", "data", "poster", "background"):
            value = given.get(name) or ""
            if re.match(r"\s*(?:\w+:)?//", value):
                self.loaded.append(f"{tag} {name}={value}")
        if tag in {"style", "script", "svg", "title"}:
            self._hidden += 1
        elif tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self._begin(self.rows[-1])
        elif given.get("class") == "badge":
            self._begin(self.badges)
        elif tag == "br" and self._into is not None:
            self._into[-1] += "\n"
        if tag not in {"b", "i", "em", "code", "a"}:
            self._said.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"style", "script", "svg", "title"}:
            self._hidden -= 1
        if tag in {"td", "th", "h3"}:
            self._into = None

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        self._said.append(data)
        if self._into is not None:
            self._into[-1] += data

    def _begin(self, into: list[str]) -> None:
        into.append("")
        self._into = into
