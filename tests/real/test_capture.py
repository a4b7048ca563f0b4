"""Requests of the real client, captured, and sent again."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Probe, calls, exchanges

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def captured(tmp_path_factory: pytest.TempPathFactory, real_client: str) -> Path:
    """Make a capture of the real client."""
    probe = Probe(tmp_path_factory.mktemp("captured"), {"PROBE_CLIENT": real_client})
    probe("capture", "--output", "a.json")
    return probe.folder / "a.json"


def main_request(path: Path) -> dict[str, Any]:
    made = json.loads(path.read_text())
    return dict(next(each for each in made["requests"] if each["kind"] == "main"))


def test_a_capture_is_the_same_twice(real_probe: Probe, captured: Path) -> None:
    ran = real_probe("capture", "--output", "b.json")
    text = (real_probe.folder / "b.json").read_text()
    assert text == captured.read_text()
    for leak in (str(real_probe.folder), "probe-made-up-token", "127.0.0.1"):
        assert leak not in text
    request = main_request(captured)
    assert request["path"] == "/v1/messages?beta=true"
    assert 40_000 < request["body_bytes"] < 60_000
    assert len(request["body"]["tools"]) == 12
    user_id = json.loads(request["body"]["metadata"]["user_id"])
    assert user_id == {"device_id": "<probe:device-id>", "account_uuid": "", "session_id": "<probe:session-id>"}
    for word in ("claude-code-20250219", "metadata.user_id, JSON form", "Bash", "cache_control", "thinking"):
        assert word in ran.out


def test_a_comparison_shows_what_a_setting_changes(real_probe: Probe, captured: Path) -> None:
    real_probe("capture", "--output", "c.json", "--env", "MAX_THINKING_TOKENS=0")
    diff = real_probe("capture", "--diff", str(captured), "c.json", "--json").json
    main = next(each for each in diff["requests"] if each["request"] == "call1 main")
    changed = {(each["part"], each["name"]) for each in main["differences"]}
    assert ("body", "thinking") in changed
    assert {part for part, _ in changed} <= {"request", "beta", "body"}


def test_a_replay_sends_what_the_client_sent(real_probe: Probe, captured: Path) -> None:
    ran = real_probe("replay", str(captured), "-n", "1", "--target", "embedded", "--fault", "none", "--json")
    assert ran.json["end"] == "completed"
    (run,) = real_probe.runs()
    assert [(each["diagnosis"]["outcome"], each["wire"]["attempts"]) for each in calls(run)] == [("ok", 1)] * 2
    (exchange,) = exchanges(run, 1, "call1")
    assert exchange["kind"] == "main"
    assert exchange["tools"] == 12
    assert abs(exchange["request_bytes"] - main_request(captured)["body_bytes"]) < 500  # the placeholders
