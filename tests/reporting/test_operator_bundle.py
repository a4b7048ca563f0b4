"""`probe bundle`: unzipped and looked into; nothing private is in it, wherever a run had it."""

import io
import json
import re
import shlex
import socket
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from probe.model.call import Call
from probe.model.events import CallFinished, RoundFinished, RoundStarted, RunStarted
from probe.model.outcome import Flag, Outcome
from probe.model.run_manifest import Options
from probe.model.wire import WireSummary
from probe.store import RunWriter
from tests.builders import START, call, manifest
from tests.conftest import Probe
from tests.reporting.stored_groups import NAME, group
from tests.stats.test_waterfall import exchange
from tests.truth import FEW
from tests.vantages import every, rounds, vantage_group

pytestmark = pytest.mark.usefixtures("quick")

ENV_TOKEN = "tok-of-the-environment-4711"
TOML_TOKEN = "tok-in-a-variable-of-the-target-0815"
SHAPED_TOKEN = "sk-ant-api03-abcdefghijklmnopqrstuvwxyz"
WIRE = WireSummary(attempts=1)
RETRIED = WireSummary(
    attempts=14,
    endings=("529 overloaded_error",) * 14,
    correlation=tuple({"request-id": f"req_{number}"} for number in range(14)),
    requested_at_ms=tuple(number * 12_000.5 for number in range(14)),
)
REPORTS = [f"report.{language}.{form}" for language in ("en", "zh") for form in ("md", "html")]
RUN_ID = "20261121T073000Z-two-calls-relay"


@pytest.fixture
def alice(probe: Probe) -> Probe:
    """Return `probe` of a user whose token and target are known now."""
    (probe.folder / "probe.toml").write_text(
        '[targets.relay]\nbase_url = "https://relay.example"\nmodel = "glm-4.7"\ntoken_env = "RELAY"\n'
        f'env = {{ MY_SECRET_VALUE = "{TOML_TOKEN}" }}\n'
    )
    return replace(probe, environment={**probe.environment, "RELAY": ENV_TOKEN, "USER": "alice"})


def leak(folder: Path) -> str:
    """Return a line with everything that must not be sent."""
    secrets = f"{ENV_TOKEN} {TOML_TOKEN} {SHAPED_TOKEN}"
    return f"{secrets} {folder}/home/.claude.json {folder}/x /home/bob/y /tmp/probe-9/z alice@{socket.gethostname()}"


def write_leaking_run(probe: Probe) -> Path:
    """Write a run with failed, recovered and clean calls, whose records hold what must not be sent."""
    line = leak(probe.folder)
    calls = [
        call(1, 1, Outcome.OVERLOADED, cause="529", evidence=line, wire=WIRE, wall_ms=900.0),
        call(2, 1, Outcome.OVERLOADED, cause="529", evidence="HTTP 529", wire=WIRE),
        call(3, 1, Outcome.AUTH, cause="401", evidence="HTTP 401", wire=RETRIED),
        call(4, 1, Outcome.OK, flags=(Flag.RETRIED,), evidence="2 requests", wire=WIRE),
        call(5, 1),
    ]
    answer = exchange(status=529, error_message=line, correlation={"request-id": "req_42"})
    place = probe.folder / "reports" / "runs" / RUN_ID
    options = manifest().options.model_copy(update={"prepare": line, "config": f"{probe.folder}/probe.toml"})
    with RunWriter.create(place, manifest(run_id=RUN_ID, options=options, argv_template=(line,))) as writer:
        writer.on_event(RunStarted(at=START, rounds_to_do=5))
        for item in calls:
            writer.on_event(RoundStarted(at=START, round=item.round, attempt=1))
            exchanges = (answer,) if item.wire else None
            finished = CallFinished(at=START, call=item, argv=("x",), stdout=b"", stderr=b"", exchanges=exchanges)
            writer.on_event(finished)
            writer.on_event(RoundFinished(at=START + timedelta(minutes=1), round=item.round, attempt=1))
    return place


def with_evidence(calls: list[Call], evidence: str) -> list[Call]:
    update = {"evidence": evidence}
    return [each.model_copy(update={"diagnosis": each.diagnosis.model_copy(update=update)}) for each in calls]


def unzipped(file: Path) -> dict[str, str]:
    """Return the texts of a bundle by their names."""
    with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as archive:
        assert archive.testzip() is None
        return {name.partition("/")[2]: archive.read(name).decode() for name in archive.namelist()}


def test_the_bundle_has_all_that_an_operator_needs(alice: Probe) -> None:
    write_leaking_run(alice)
    ran = alice("bundle")
    assert re.fullmatch(rf"probe-{RUN_ID}\.zip: \d+ kB", ran.out.strip())
    files = unzipped(alice.folder / f"probe-{RUN_ID}.zip")
    assert {name for name in files if "/" not in name} == {
        *("README.txt", "message.en.txt", "message.zh.txt", "provenance.json", "calls.jsonl"),
        *REPORTS,
    }
    assert sorted(name for name in files if "/" in name) == [f"exchanges/r000{n}-call1.jsonl" for n in (1, 2, 3, 4)]
    calls = [json.loads(line) for line in files["calls.jsonl"].splitlines()]
    assert [(each["round"], each["diagnosis"]["outcome"]) for each in calls] == [
        (1, "overloaded"),
        (2, "overloaded"),
        (3, "auth"),
        (4, "ok"),
    ]
    request = json.loads(files["exchanges/r0001-call1.jsonl"])
    assert (request["begun_at"], request["correlation"]) == ("2026-11-21T07:31:30.700Z", {"request-id": "req_42"})
    assert json.loads(files["provenance.json"])["target"]["base_url"] == "https://relay.example"
    assert files["report.en.html"].startswith("<!doctype html>")
    assert 'lang="zh-CN"' in files["report.zh.html"]


def test_nothing_private_is_in_it(alice: Probe) -> None:
    write_leaking_run(alice)
    alice("bundle", "-o", "b.zip")
    for name, text in unzipped(alice.folder / "b.zip").items():
        for private in (ENV_TOKEN, TOML_TOKEN, SHAPED_TOKEN, str(alice.folder), "/home/", "/tmp/", "alice", "bob"):
            assert private not in text, (name, private)
        assert f"@{socket.gethostname()}" not in text, name


def test_the_message_is_ready_to_send(alice: Probe) -> None:
    write_leaking_run(alice)
    alice("bundle", "-o", "b.zip")
    files = unzipped(alice.folder / "b.zip")
    said = files["message.en.txt"]
    for line in (
        "at https://relay.example: 3 of 5 calls failed",
        "FLAKY. 3 of 5 calls failed",
        "whose they are: your endpoint 3",
        "2026-11-21T07:31:30.000Z, round 1, call1, took 900 ms",
        " (header X-Claude-Code-Session-Id; older clients: metadata.user_id)",
        "curl -isSN https://relay.example/v1/messages",
        "$ANTHROPIC_AUTH_TOKEN",
        "Please find these requests in your logs by time and id",
    ):
        assert line in said, line
    told = re.findall(r"round (\d), call1", said)
    assert told == ["1", "3", "4"]  # of each kind one, in the order in which they happened
    assert "5 次调用中有 3 次失败" in files["message.zh.txt"]
    assert "责任方：贵方接口 3" in files["message.zh.txt"]


def test_the_message_has_a_time_for_each_request(alice: Probe) -> None:
    write_leaking_run(alice)
    alice("bundle", "-o", "b.zip")
    files = unzipped(alice.folder / "b.zip")
    requests = [line.strip() for line in files["message.en.txt"].splitlines() if "request-id: req_" in line]
    assert requests[0] == "2026-11-21T07:33:30.000Z · 529 overloaded_error · request-id: req_0"
    assert requests[11] == "2026-11-21T07:35:42.005Z · 529 overloaded_error · request-id: req_11"
    assert len(requests) == 12
    assert "2 more, in exchanges/" in files["message.en.txt"]
    assert "另有 2 次，见 exchanges/" in files["message.zh.txt"]


def test_it_is_the_same_to_the_byte_each_time(alice: Probe) -> None:
    write_leaking_run(alice)
    written = []
    for _ in range(2):
        alice("bundle", "-o", "b.zip")
        written.append((alice.folder / "b.zip").read_bytes())
    assert written[0] == written[1]


def test_a_run_without_failures_asks_for_nothing(alice: Probe) -> None:
    FEW.runs[0].write(alice.folder / "reports" / "runs")
    alice("bundle", "-o", "b.zip")
    said = unzipped(alice.folder / "b.zip")["message.en.txt"]
    assert "calls measured" in said.splitlines()[0]
    assert "- Nothing: no call failed." in said


def test_targets_with_different_base_urls_have_different_operators(probe: Probe) -> None:
    folder = group(probe.folder / "reports" / "runs", "a", "b")
    of_b = folder / "arms" / "b" / "manifest.json"
    of_b.write_text(of_b.read_text().replace("https://relay.example", "https://another.example"))
    said = probe("bundle", code=2).err
    assert "each has an operator of its own" in said
    commands = said.split("Make a bundle for each:\n")[1].splitlines()
    written = [probe(*shlex.split(command)[1:]).out.partition(":")[0] for command in commands]
    assert written == [f"probe-{NAME}-a.zip", f"probe-{NAME}-b.zip"]


def test_a_group_of_vantages_is_one_bundle(alice: Probe) -> None:
    sin = with_evidence(rounds(8, range(1, 9)), leak(alice.folder))
    folder = vantage_group(alice.folder / "reports" / "runs", {"fra": rounds(8), "sin": sin})
    ran = alice("bundle")
    assert ran.out.startswith(f"probe-{folder.name}.zip: ")
    assert "of one folder" in ran.err
    files = unzipped(alice.folder / f"probe-{folder.name}.zip")
    assert {name.partition("/")[0] for name in files} == {"README.txt", *REPORTS, "glm@fra", "glm@sin"}
    assert "sin fails more often than fra" in files["report.en.md"]
    assert "glm@fra, glm@sin: a folder for each" in files["README.txt"]
    assert "no call failed" in files["glm@fra/message.en.txt"]
    assert "16 of 16 calls failed" in files["glm@sin/message.en.txt"]
    assert len(files["glm@sin/calls.jsonl"].splitlines()) == 16
    assert not re.search("|".join((ENV_TOKEN, TOML_TOKEN, SHAPED_TOKEN, str(alice.folder))), "".join(files.values()))


def test_a_bundle_shows_the_vantage_and_no_address_of_the_fleet(probe: Probe) -> None:
    options = Options(rounds=12, vantages=("fra", "sin"), fleet="tls://scheduler.example:8786")
    group = vantage_group(
        probe.folder / "reports" / "runs", {"fra": rounds(12), "sin": rounds(12, every(3, 12))}, options=options
    )
    probe("bundle", f"{group.name}/glm@sin", "--output", "b.zip")
    contents = unzipped(probe.folder / "b.zip")
    assert json.loads(contents["provenance.json"])["vantage"] == "sin"
    assert "glm@sin" in contents["report.en.md"]
    assert not [name for name, text in contents.items() if "scheduler.example" in text]
