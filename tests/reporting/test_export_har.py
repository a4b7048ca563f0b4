"""`probe export --format har`: the requests of a run, as HAR viewers read them."""

import json
import shutil
from pathlib import Path

from tests.builders import GOLDEN
from tests.conftest import Probe
from tests.render.test_har import SCHEMA

FAULTS = ("--fault", "status(code=529, retry_after=3s, on=call1)", "--fault", "stall(after=2, pause=300ms, on=call2)")
RUN = ("--driver", "messages", "--target", "embedded", "--scenario", "cold-start", "--rounds", "1", *FAULTS)


def test_a_run_as_har_tells_what_the_upstream_did(probe: Probe) -> None:
    probe.run(*RUN, "--gap", "0s", "--record-bodies")
    said = probe("export", "--format", "har", "--output", "run.har")
    assert said.err == "2 requests written to run.har\n"
    read = json.loads((probe.folder / "run.har").read_text())
    SCHEMA.validate(read)
    refused, stalled = read["log"]["entries"]
    assert (refused["response"]["status"], refused["_probe"]["call_outcome"]) == (529, "overloaded")
    assert refused["_probe"]["request_id"].startswith("req_")
    assert "overloaded_error" in refused["response"]["content"]["text"]
    assert "PROBE_OK" in refused["request"]["postData"]["text"]
    assert (stalled["response"]["status"], stalled["_probe"]["ended_as"]) == (200, "good")
    assert stalled["timings"]["receive"] >= 300
    assert [page["id"] for page in read["log"]["pages"]] == [refused["pageref"], stalled["pageref"]]
    chinese = probe("--lang", "zh", "export", "--format", "har", "--output", "run.har")
    assert chinese.err == "2 个请求已写入 run.har\n"


def test_several_runs_stand_in_one_archive_and_without_bodies_there_are_sizes(probe: Probe) -> None:
    runs = [str(GOLDEN / "runs" / name) for name in ("plain", "faults")]
    read = probe("export", *runs, "--format", "har").json
    SCHEMA.validate(read)
    pages = [page["id"] for page in read["log"]["pages"]]
    assert len({page.partition("/")[0] for page in pages}) == 2
    assert {entry["pageref"] for entry in read["log"]["entries"]} <= set(pages)
    assert len(set(pages)) == len(pages)
    assert not any("postData" in entry["request"] for entry in read["log"]["entries"])
    assert any(entry["request"]["bodySize"] > 0 for entry in read["log"]["entries"])


def test_a_request_beside_the_answer_ended_as_its_status(probe: Probe) -> None:
    read = probe("export", str(GOLDEN / "runs" / "faults"), "--format", "har").json
    opened = [entry["_probe"]["ended_as"] for entry in read["log"]["entries"] if entry["request"]["method"] == "HEAD"]
    assert set(opened) == {"200"}


def test_a_damaged_record_of_exchanges_is_named_and_the_rest_is_written(probe: Probe) -> None:
    run = Path(shutil.copytree(GOLDEN / "runs" / "faults", probe.folder / "faults"))
    whole = len(probe("export", str(run), "--format", "har").json["log"]["entries"])
    damaged = next(run.glob("rounds/0001/call1.exchanges.jsonl"))
    lost = len(damaged.read_text().splitlines())
    damaged.write_text("no exchange\n")
    said = probe("export", str(run), "--format", "har")
    assert len(said.json["log"]["entries"]) == whole - lost
    assert "call1.exchanges.jsonl" in said.err


def test_where_nothing_was_recorded_there_is_nothing_to_export(probe: Probe) -> None:
    original = str(GOLDEN / "original-summaries")
    said = probe("export", original, "--format", "har", "--output", "run.har", code=2)
    assert "no request is stored" in said.err
    assert not (probe.folder / "run.har").exists()
