"""`probe report` and `schema`, on runs that are written by hand."""

import csv
import io
import json
import re
import shutil
import stat
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema  # type: ignore[import-untyped]
import pytest
from ruamel.yaml import YAML

from probe.cli import main
from probe.cli.export import TableFormat, write_table
from probe.cli.schema import Kind
from probe.model.choices import Language
from probe.render.registry import RENDERERS
from probe.reporting.build_report import report_of
from probe.reporting.json_schemas import json_schema
from probe.reporting.write_reports import rendered
from tests.builders import GOLDEN
from tests.conftest import Probe, journal
from tests.reporting.stored_runs import write_runs
from tests.stats.test_waterfall import exchange
from tests.truth import COLD, FEW, HUNG, MIXED, POOLED, SLOW

SCENARIOS = Path(__file__).parents[2] / "scenarios"
ORIGINALS = {
    "both-529-after-retries": ("overloaded", "overloaded"),
    "both-timed-out": ("timed_out", "timed_out"),
    "new-session-ok": ("ok", "ok"),
    "same-session-in-use": ("ok", "session_in_use"),
}


pytestmark = pytest.mark.usefixtures("quick")


def test_without_a_name_the_latest_run_is_reported(probe: Probe) -> None:
    first, latest = write_runs(probe, MIXED)
    said = probe("report").out
    assert said.startswith(f"# probe report: {latest}")
    assert first not in said


def test_output_goes_to_the_file_and_is_the_same(probe: Probe) -> None:
    (run,) = write_runs(probe, FEW)
    ran = probe("report", run, "--output", "out.md", "--lang", "zh")
    assert (ran.out, ran.err.strip()) == ("", "已写入 out.md")
    assert (probe.folder / "out.md").read_text() == probe("report", run, "--lang", "zh").out


def test_every_output_keeps_the_mode_of_the_file_that_is_there(probe: Probe) -> None:
    (run,) = write_runs(probe, FEW)
    for words in (
        ("report", run, "--output"),
        ("report", run, "--charts", "--output"),
        ("report", run, "--format", "csv", "--output"),
        ("export", run, "--output"),
        ("export", run, "--format", "openmetrics", "--output"),
    ):
        place = probe.folder / "out"
        place.write_text("")
        place.chmod(0o664)
        probe(*words, "out")
        assert place.read_text() != "", words
        assert stat.S_IMODE(place.stat().st_mode) == 0o664, words


def test_a_folder_for_charts_that_cannot_be_made_is_said(probe: Probe) -> None:
    write_runs(probe, FEW)
    assert (
        "nowhere/out.md: cannot be written: there is no directory nowhere"
        in probe("report", "--charts", "--output", "nowhere/out.md", code=4).err
    )


def test_charts_are_files_beside_the_report_and_are_linked(probe: Probe) -> None:
    write_runs(probe, FEW)
    probe("report", "--output", "my report.md", "--charts")
    written = (probe.folder / "my report.md").read_text()
    links = re.findall(r"!\[[^\]]*\]\((\S+)\)", written)
    files = sorted(path.relative_to(probe.folder).as_posix() for path in probe.folder.glob("*/*.svg"))
    assert sorted(link.replace("%20", " ") for link in links) == files
    assert {Path(file).stem for file in files} == {"rounds", "ecdf", "outcomes"}  # these calls tell no phases
    for file in files:
        assert ET.parse(probe.folder / file).getroot().tag == "{http://www.w3.org/2000/svg}svg"


def test_charts_without_a_file_to_stand_beside_are_refused(probe: Probe) -> None:
    write_runs(probe, FEW)
    assert "--charts: are files beside a Markdown file" in probe("report", "--charts", code=2).err


def test_a_gate_that_fails_ends_with_3_and_is_named_and_the_report_comes_all_the_same(probe: Probe) -> None:
    write_runs(probe, COLD)
    gates = ("--fail-on", "call1.failure_rate > 0.1", "--fail-on", "call2.failed > 50")
    ran = probe("report", *gates, "--format", "junit", code=3)
    assert ran.err.strip() == "gate failed: call1.failure_rate > 0.1 (observed 40 % (31 % to 50 %), 40 of 100)"
    cases = {case.get("name"): case.find("failure") for case in ET.fromstring(ran.out).iter("testcase")}
    assert cases["call1.failure_rate > 0.1"] is not None
    assert cases["call2.failed > 50"] is None
    assert "verdict" in probe("report", "--fail-on", "verdict == COLD", code=3).err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing"], "no such run: nothing"),
        (["--format", "pdf"], "pdf"),
        (["--lang", "tlh"], "tlh"),
        (["empty"], "is no run directory"),
        (["file"], "is not a directory of a run of probe, and not a summary.json of the script that"),
        (["--fail-on", "call1.sadness > 1"], "sadness"),
        (["--delta", "2"], "delta"),
        (["--slower-by", "soon"], "90s"),
        (["--charts", "--format", "html", "--output", "x.html"], "--charts: are files beside a Markdown file"),
    ],
)
def test_what_cannot_be_reported_is_said_in_a_line(
    probe: Probe, words: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_runs(probe, FEW)
    (probe.folder / "empty").mkdir()
    (probe.folder / "file").write_text("nonsense")
    monkeypatch.chdir(probe.folder)
    monkeypatch.setattr("sys.argv", ["probe", "report", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    out, err = capsys.readouterr()
    assert (ended.value.code, out) == (2, "")
    assert said in " ".join(err.replace("│", " ").split())
    assert "Traceback" not in err


def test_runs_that_are_alike_are_pooled(probe: Probe) -> None:
    told = probe("report", *write_runs(probe, POOLED), "--format", "json").json
    (section,) = told["sections"]
    assert [run["rounds_finished"] for run in section["runs"]] == [6, 5]
    assert (section["pairs"]["n"], section["pairs"]["only_first_failed"], told["refused"]) == (11, 2, [])
    assert [each["run_id"] for each in section["incidents"]] == [POOLED.runs[0].manifest.run_id] * 2


def test_the_client_s_version_is_the_one_that_it_names_in_its_calls(probe: Probe) -> None:
    (run,) = write_runs(probe, FEW)
    folder = probe.folder / "reports" / "runs" / run
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["client"]["version"] = "20.11.0"  # of node, which a wrapper printed before it
    (folder / "manifest.json").write_text(json.dumps(manifest))
    calls = (folder / "journal.jsonl").read_text()
    (folder / "journal.jsonl").write_text(calls.replace('"client":{', '"client":{"client_version":"2.1.329",'))
    (section,) = probe("report", "--format", "json").json["sections"]
    assert section["manifest"]["client"]["version"] == "2.1.329"


def test_what_counts_as_worse_is_the_user_s(probe: Probe) -> None:
    """First calls take 3 s longer in each of 30 rounds."""
    write_runs(probe, SLOW)
    assert "First calls are slower than second calls" in probe("report").out
    said = probe("report", "--slower-by", "4s").out
    assert "Undecided after 30 rounds: first calls are slower, but by less than 4.00 s." in said
    assert "slower by more than 4.00 s" in said
    assert "slower by 3.00 s to 3.00 s in 30 of 30 rounds: with --slower-by 2000ms this would be COLD." in said
    said = probe("report", "--slower-by", "2900ms", "--delta", "0.4").out
    assert "slower than second calls, often by more than 2.90 s" in said


def test_gates_and_json_know_health(probe: Probe) -> None:
    """Fail the gate where no call got a first byte; JSON says DOWN and who has to act."""
    write_runs(probe, HUNG)
    down = "health == DOWN"
    said = probe("report", "--fail-on", down, code=3)
    assert f"gate failed: {down} (observed DOWN)" in said.err
    probe("report", "--fail-on", "health == FLAKY")
    content = probe("report", "--format", "json").json
    jsonschema.validate(content, json_schema(Kind.REPORT.value))
    health = content["sections"][0]["health"]
    assert (health["word"], health["n"], health["failed"]) == ("DOWN", 40, 40)
    assert {fault["party"]: fault["n"] for fault in health["faults"]}["relay"] == 40
    assert content["ranking"][0]["health"] == "DOWN"


def test_health_is_in_what_ci_servers_and_monitors_read(probe: Probe) -> None:
    write_runs(probe, HUNG)
    junit = ET.fromstring(probe("report", "--format", "junit").out)
    properties = {each.get("name"): each.get("value") for each in junit.iter("property")}
    assert properties["health"] == "DOWN"
    assert (properties["faults"] or "").startswith("40 failures: relay 40")
    metrics = probe("export", "--format", "openmetrics").out
    assert re.search(r'probe_health\{[^}]*health="DOWN"\} 1', metrics)
    assert re.search(r'probe_faults\{[^}]*party="relay"\} 40', metrics)
    assert re.search(r"probe_failed_call_median_seconds\{[^}]*\} 180", metrics)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_schema_says_what_of_and_is_one(kind: Kind) -> None:
    content = json_schema(kind)
    assert content["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert content["title"] == f"probe {kind.value}"
    jsonschema.Draft202012Validator.check_schema(content)


def test_schemas_are_printed_as_json(probe: Probe) -> None:
    assert probe("schema").json["title"] == "probe report"
    assert probe("schema", "event").json["title"] == "probe event"


@pytest.mark.parametrize("kind", ["manifest", "event", "exchange", "scenario"])
def test_what_probe_writes_is_as_its_schema_says(probe: Probe, kind: str) -> None:
    (run,) = (Path(probe.folder, "reports", "runs", name) for name in write_runs(probe, FEW))
    written: dict[str, list[object]] = {
        "manifest": [json.loads((run / "manifest.json").read_text())],
        "event": [*journal(run)],
        "exchange": [json.loads(exchange().model_dump_json())],
        "scenario": [YAML(typ="safe").load(path) for path in SCENARIOS.glob("*.yaml")],
    }
    validator = jsonschema.Draft202012Validator(json_schema(Kind(kind)))
    assert written[kind]
    for each in written[kind]:
        validator.validate(each)
    assert not validator.is_valid({"name": 1})


@pytest.mark.parametrize(("gap", "valid"), [("90s", True), (90, True), (None, False), ([], False)])
def test_durations_of_a_scenario_are_written_as_people_write_them(gap: object, valid: bool) -> None:
    written = {"name": "mine", "gap": gap, "steps": [{"label": "call1", "prompt": "Say it", "timeout": "2m"}]}
    assert jsonschema.Draft202012Validator(json_schema(Kind.SCENARIO)).is_valid(written) is valid


@pytest.mark.parametrize("name", ORIGINALS)
@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("form", [*RENDERERS, "csv"])
def test_summaries_of_the_original_script(name: str, language: Language, form: str, tmp_path: Path) -> None:
    place = GOLDEN / "original-summaries" / name
    if form == "csv":
        write_table([place], TableFormat.CSV, tmp_path / "calls.csv")
        rows = list(csv.DictReader(io.StringIO((tmp_path / "calls.csv").read_text())))
        assert tuple(row["outcome"] for row in rows) == ORIGINALS[name]
        return
    text = rendered(report_of([place], waterfalls=True), form, language)
    if form == "json":
        (section,) = json.loads(text)["sections"]
        assert tuple(step["outcomes"][0]["outcome"] for step in section["steps"]) == ORIGINALS[name]
        assert [note["code"] for note in section["notes"]] == ["original_script"]
        assert section["manifest"] is None
        return
    words = {
        Language.EN: "These calls come from a summary of the original script",
        Language.ZH: "这些调用来自原始脚本的摘要",
    }
    assert words[language] in text
    for outcome in ORIGINALS[name]:
        assert outcome in text


def test_several_summaries_of_the_original_script_are_rounds_of_one_run(probe: Probe) -> None:
    for number in (1, 2, 3):
        shutil.copytree(GOLDEN / "original-summaries" / "both-timed-out", probe.folder / "old" / f"{number}")
    said = probe("report", "old").out
    assert "All 3 first calls failed, and all 3 second calls" in said
