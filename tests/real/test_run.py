"""`probe run` as a user starts it, with the real client."""

import json
import re
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from probe.upstream import EmbeddedUpstream
from tests.conftest import Probe, calls, exchanges
from tests.drivers.support import at_a_deadline
from tests.upstream.support import requests_of

pytestmark = pytest.mark.real

ORIGINAL = Path(__file__).parents[1] / "golden" / "original-summaries" / "new-session-ok" / "summary.json"


@pytest.mark.slow
def test_a_cold_start_shows(real_probe: Probe) -> None:
    fault = "cold_start(delay=1500ms, on=call1)"
    result = real_probe.run(
        "-n", "4", "--fault", fault, "--fault", "status(code=403, on=call1, every=4)", "--json"
    ).json
    first, second = result["statistics"]["sections"][0]["steps"]
    assert (first["n"], first["failed"], second["n"], second["failed"]) == (4, 1, 4, 0)
    assert first["ttft"]["median_ms"] >= 1500 > second["ttft"]["median_ms"]
    assert {each["outcome"]: each["n"] for each in first["outcomes"]} == {"ok": 3, "forbidden": 1}
    walls = {label: [call["wall_ms"] for call in calls(real_probe.runs()[0]) if call["label"] == label and
                     call["diagnosis"]["outcome"] == "ok"] for label in ("call1", "call2")}  # fmt: skip
    assert median(walls["call1"]) > median(walls["call2"]) + 500


@pytest.mark.slow
def test_second_calls_read_the_prompt_from_the_cache(real_probe: Probe) -> None:
    first, second = real_probe.run("-n", "2", "--json").json["statistics"]["sections"][0]["steps"]
    assert (first["cache"]["expected"], second["cache"]["expected"], second["cache"]["expected_unread"]) == (0, 2, 0)
    assert second["cache"]["read_share"]["value"] > 0.9


def test_summaries_have_the_original_scripts_fields(real_probe: Probe) -> None:
    real_probe.run("--no-prime", "-n", "1", "--fault", "none", "--keep-output")
    ours = json.loads((real_probe.runs()[0] / "rounds/0001/summary.json").read_text())
    theirs = json.loads(ORIGINAL.read_text())
    assert set(theirs) <= set(ours)
    assert set(theirs["meta"]) - set(ours["meta"]) == {"aligned_with_code"}  # that is of the script itself
    for key in ("call1", "call2", "diagnosis"):
        assert set(theirs[key]) <= set(ours[key])
        assert {name: type(value) for name, value in theirs[key].items() if value is not None}.items() <= {
            name: type(value) for name, value in ours[key].items()
        }.items()
    assert Path(ours["call1"]["stdout_path"]).read_text().startswith(ours["call1"]["stdout_preview"][:100])
    assert set(theirs["call1"]["stdout_json"]) <= set(ours["call1"]["stdout_json"])


def test_a_clean_round_is_small(real_probe: Probe) -> None:
    real_probe.run("--no-prime", "-n", "1", "--fault", "none")
    (run,) = real_probe.runs()
    files = list((run / "rounds/0001").iterdir())
    assert [path.name for path in files] == ["summary.json"]
    assert files[0].stat().st_size <= 12_000
    lines = (run / "journal.jsonl").read_bytes().splitlines()
    assert max(len(line) for line in lines) <= 1500


def test_same_session_is_expected_to_be_refused(real_probe: Probe) -> None:
    real_probe.run("--no-prime", "-n", "1", "--scenario", "same-session", "--fault", "none", "--fail-on", "failed > 0")
    assert [call["diagnosis"]["outcome"] for call in calls(real_probe.runs()[0])] == ["ok", "session_in_use"]


@pytest.mark.parametrize("scenario", ["resume", "fork"])
def test_second_calls_of_one_conversation(real_probe: Probe, scenario: str) -> None:
    real_probe.run("--no-prime", "-n", "1", "--scenario", scenario, "--fault", "no_cache", "--fail-on", "failed > 0")
    first, second = calls(real_probe.runs()[0])
    assert (second["served_session_id"] == first["session_id"]) == (scenario == "resume")
    table = [json.loads(line) for line in real_probe("export", "--format", "jsonl").out.splitlines()]
    alone, gone_on = (each["cost_usd"] for each in table)
    assert 0 < alone <= gone_on < 1.1 * alone, "the second costs no more for having gone on with the first"


def test_a_client_that_asks_another_upstream_is_no_success_of_this_one(real_probe: Probe, real_client: str) -> None:
    wrapper = real_probe.folder / "claude"
    with EmbeddedUpstream() as other:
        wrapper.write_text(f'#!/bin/sh\nexport ANTHROPIC_BASE_URL={other.base_url}\nexec {real_client} "$@"\n')
        wrapper.chmod(0o755)
        real_probe.run("--no-prime", "-n", "1", "--fault", "status(code=503)", "--client", str(wrapper), code=3)
        assert any(request.kind == "main" for request in requests_of(other)), "it did ask the other one"
    first, second = calls(real_probe.runs()[0])
    assert first["diagnosis"]["outcome"] == second["diagnosis"]["outcome"] == "recorder_bypassed"
    assert "ANTHROPIC_BASE_URL" in first["diagnosis"]["evidence"]


@pytest.mark.slow
def test_rounds_side_by_side(real_probe: Probe) -> None:
    real_probe.run("--no-prime", "-n", "4", "--concurrency", "2", "--fault", "none", "--fail-on", "failed > 0")
    made = calls(real_probe.runs()[0])
    assert sorted((call["round"], call["label"]) for call in made) == [
        (number, label) for number in (1, 2, 3, 4) for label in ("call1", "call2")
    ]
    assert any(
        one["started_at"] < other["ended_at"] and other["started_at"] < one["ended_at"]
        for one in made
        for other in made
        if one["round"] < other["round"]
    )


@pytest.mark.slow
def test_idle_time_before_a_round(real_probe: Probe) -> None:
    fault = "cold_start(delay=1s, keep_warm=6s)"  # so long that no start of the client lets it go cold
    real_probe.run("--no-prime", "-n", "2", "--gap", "6500ms", "--fault", fault)
    waits = [call["client"]["wait_ms"] for call in calls(real_probe.runs()[0])]
    assert [wait >= 1000 for wait in waits] == [True, False, True, False]
    idle = [call["idle_before_ms"] for call in calls(real_probe.runs()[0])]
    assert idle[0] is None
    assert idle[2] >= 6500


def test_the_wire_is_kept_and_told(real_probe: Probe) -> None:  # complexity: assertions on one result
    ran = real_probe.run("--no-prime", "-n", "1", "--fault", "status(code=529, on=call1, request=1)", "--record-bodies")
    assert re.search(r"call1: ok \(retried\) in .*, first content \S+ m?s after the last request", ran.err)
    place = real_probe.runs()[0] / "rounds/0001"
    main = [each for each in exchanges(real_probe.runs()[0], 1, "call1") if each["kind"] == "main"]
    assert b"PROBE_OK" in (place / "call1.stdout.txt").read_bytes()
    assert not (place / "call2.stdout.txt").exists()
    assert [each["status"] for each in main] == [529, 200]
    assert all(each["correlation"]["request-id"].startswith("req_") for each in main)
    request = json.loads((place / f"call1.{main[1]['sequence']:03d}.request").read_bytes())
    assert request["messages"]
    assert b"message_stop" in (place / f"call1.{main[1]['sequence']:03d}.response").read_bytes()
    said = real_probe("explain").out
    for words in ("HTTP 529", "overloaded_error", main[0]["correlation"]["request-id"], "retries", "Flags: retried"):
        assert words in said
    call = calls(real_probe.runs()[0])[0]
    assert call["wire"]["requested_at_ms"] == [each["request_begun_at_ms"] for each in main]
    phases = call["phases"]
    assert phases["source"] == "wire"
    assert abs(sum(value for name, value in phases.items() if name.endswith("_ms")) - call["wall_ms"]) < 1
    assert phases["retries_ms"] > 300


@pytest.mark.slow
@pytest.mark.parametrize("recorder", ["--recorder", "--no-recorder"])
@pytest.mark.parametrize("fault", ["none", "hang", "status(code=529, request=1)", "stall(after=1)"])
def test_phases_add_up(real_probe: Probe, recorder: str, fault: str) -> None:
    words = ("--no-prime", "-n", "1", "--target", "embedded", "--fault", fault, recorder)

    def made(timeout_s: float) -> list[dict[str, Any]]:
        real_probe.run(*words, "--timeout", f"{timeout_s}s", code=3 if fault in {"hang", "stall(after=1)"} else 0)
        return calls(real_probe.runs()[-1])

    def begun(made: list[dict[str, Any]]) -> bool:
        return all(call["phases"]["boot_ms"] + call["phases"]["unsplit_ms"] < 1500 for call in made)

    for call in at_a_deadline(made, begun, 4.0):
        parts = {name: value for name, value in call["phases"].items() if name.endswith("_ms")}
        assert abs(sum(parts.values()) - call["wall_ms"]) < 1
        longest = max(parts, key=lambda name: parts[name])
        assert {"hang": "wait_ms", "stall(after=1)": "stream_ms"}.get(fault, longest) == longest
