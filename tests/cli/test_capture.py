"""`probe capture`, its `--diff`, `probe replay` and `probe tolerance`, with a stand-in client that makes requests."""

import json
import re
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Probe, calls
from tests.wire.support import LOOPBACK, RawServer, answering, ok

STUB = Path(__file__).parents[1] / "children" / "asking_client.py"
SECRET = "sk-ant-canary-0123456789-abcdef"
MESSAGE = {"type": "message", "model": "m", "content": [{"type": "text", "text": "PROBE_ONE"}], "usage": {}}


@pytest.fixture
def probe(tmp_path: Path) -> Probe:
    return Probe(tmp_path, {"PROBE_CLIENT": f"{sys.executable} {STUB}"})


@pytest.fixture(scope="module")
def captured(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the path of a capture of the stand-in, made with a header that is secret."""
    probe = Probe(tmp_path_factory.mktemp("captured"), {"PROBE_CLIENT": f"{sys.executable} {STUB}"})
    capture(probe, "captured.json", "--env", "STUB_HEADER_SECRET=hunter2-hunter2")
    return str(probe.folder / "captured.json")


def capture(probe: Probe, name: str, *words: str, token: str = "") -> dict[str, Any]:
    """Make a capture, and return what its file holds."""
    probe("capture", "--output", name, *words, ANTHROPIC_AUTH_TOKEN=token)
    return dict(json.loads((probe.folder / name).read_text()))


def test_two_captures_of_one_client_are_the_same_file(probe: Probe) -> None:
    content = capture(probe, "a.json")
    capture(probe, "b.json")
    text = (probe.folder / "a.json").read_text()
    assert text == (probe.folder / "b.json").read_text()
    assert [(each["call"], each["kind"], each["path"]) for each in content["requests"]] == [
        ("call1", "main", "/v1/messages?beta=true"),
        ("call2", "main", "/v1/messages?beta=true"),
    ]
    assert str(probe.folder) not in text
    assert "You are in <probe:sandbox>/work. Use <uuid> where an id is needed, and say <token>." in text
    assert ["Authorization", "Bearer <token>"] in content["requests"][0]["headers"]
    assert ["User-Agent", "asking-client/9.9.9"] in content["requests"][0]["headers"]
    assert "probe-made-up-token" not in text


def test_a_capture_has_a_place_and_is_shown(probe: Probe) -> None:
    ran = probe("capture")
    (kept,) = (probe.folder / "reports" / "captures").iterdir()
    assert kept.name.startswith("9.9.9-")
    assert str(kept.relative_to(probe.folder)) in ran.err
    for word in (
        "Claude Code 9.9.9, workload full: 2 requests",
        "two-2026-03-04",
        "metadata.user_id, JSON form",
        '{"device_id":"<probe:device-id>","account_uuid":"","session_id":"<probe:session-id>"}',
        "tools: 2",
        "schema 17",
        "messages 1 block 1: ephemeral",
        "max_tokens: 1000",
    ):
        assert word in ran.out


def test_a_capture_as_json(probe: Probe) -> None:
    said = probe("capture", "--json", "--env", "STUB_FORM=old").json
    assert said["client_version"] == "9.9.9"
    assert said["requests"][0]["user_id_form"] == "old"
    assert said["requests"][0]["user_id"] == "user_<probe:device-id>_account__session_<probe:session-id>"
    assert (probe.folder / said["capture"]).is_file()


def test_what_differs_between_two_captures(probe: Probe, captured: str) -> None:
    added = "STUB_TOOLS=Read Edit", "STUB_BETAS=one-2026-01-02,new-2026-05-06", "STUB_HEADER_SECRET=hunter2-hunter2"
    capture(probe, "b.json", *(word for pair in added for word in ("--env", pair)))
    said = probe("capture", "--diff", captured, "b.json").out
    for line in ("- Bash", "+ Edit", "- two-2026-03-04", "+ new-2026-05-06", "+ env STUB_TOOLS"):
        assert line in said
    assert "~ Read" not in said
    found = probe("capture", "--diff", captured, "b.json", "--json").json
    parts = {(each["part"], each["name"]) for each in found["requests"][0]["differences"]}
    assert parts == {("tool", "Bash"), ("tool", "Edit"), ("beta", "two-2026-03-04"), ("beta", "new-2026-05-06")}
    assert probe("capture", "--diff", captured, captured).out == "No difference.\n"
    chinese = probe("--lang", "zh", "capture", "--diff", captured, "b.json").out
    assert re.search(r"^捕获条件\n(?:.*\n)*  工具\n    - Bash: [\d,]+ 字节\n", chinese)


def test_a_capture_of_a_real_target_holds_no_token(probe: Probe) -> None:
    with answering(ok(json.dumps(MESSAGE).encode())) as server:
        words = ("--base-url", f"{server.base_url}/relay", "--model", "m")
        header = ("--env", "STUB_HEADER_SECRET=hunter2-hunter2")
        content = capture(probe, "real.json", *words, *header, token=SECRET)
    assert all(SECRET.encode() in request for request in server.received)
    text = (probe.folder / "real.json").read_text()
    assert SECRET not in text
    assert "hunter2" not in text
    assert ["X-Gate", "[redacted]"] in content["requests"][0]["headers"]
    assert content["requests"][0]["path"] == "/v1/messages?beta=true"
    assert (content["environment"], content["model"]) == ({"STUB_HEADER_SECRET": "[set]"}, "m")


def test_a_client_that_asks_nothing_is_told(probe: Probe) -> None:
    silent = Path(__file__).parents[1] / "children" / "stub_client.py"
    asked = probe("capture", "--client", f"{sys.executable} {silent}", "--env", "STUB_ASKS=no", code=4)
    assert "sent no request" in asked.err


def test_a_capture_without_an_answer_asked_for_cannot_be_sent_again(probe: Probe) -> None:
    (probe.folder / "x.json").write_text('{"file": "capture", "model": "m", "requests": []}')
    assert "nothing to send again" in probe("replay", "x.json", "--target", "embedded", code=2).err


def test_a_replay_is_a_run_like_any_other(probe: Probe, captured: str) -> None:
    fault = "status(code=529, on=call1, every=2)"
    ran = probe("replay", captured, "-n", "2", "--target", "embedded", "--fault", fault, "--model", "mine", "--json")
    (run,) = probe.runs()
    assert (ran.json["end"], run.name.split("-")[1]) == ("completed", "replay")
    replayed = calls(run)
    assert [(each["label"], each["diagnosis"]["outcome"]) for each in replayed] == [
        ("call1", "ok"),
        ("call2", "ok"),
        ("call1", "overloaded"),
        ("call2", "ok"),
    ]
    assert {each["model_requested"] for each in replayed} == {"mine"}
    assert (run / "report.md").read_text().startswith("# probe report")
    manifest = json.loads((run / "manifest.json").read_text())
    assert (manifest["driver"], manifest["client"]["version"]) == ("replay", "9.9.9")
    assert "HTTP 529" in probe("explain", run.name, "--round", "2").out
    assert "could not be pooled" in probe.run("--resume", run.name, code=2).err


def test_a_replay_to_a_real_target_uses_the_users_token_and_shows_it_nowhere(
    probe: Probe, captured: str
) -> None:  # complexity: assertions on one run
    answer = {**MESSAGE, "content": [{"type": "text", "text": f"I saw {SECRET}"}]}
    with answering(ok(json.dumps(answer).encode())) as it:
        words = ("replay", captured, "-n", "1", "--base-url", it.base_url, "--model", "m", "--no-preflight")
        ran = probe(*words, code=3, ANTHROPIC_AUTH_TOKEN=SECRET)
    assert len(it.received) == 2
    assert all(f"uthorization: Bearer {SECRET}".encode() in request for request in it.received)
    assert all(b"say <token>." in request and b'"model":"m"' in request for request in it.received)
    assert "left out, since their values were secret: X-Gate" in ran.err
    assert "input tokens if no call is retried" in ran.err
    (run,) = probe.runs()
    files = [path.read_bytes() for path in run.rglob("*") if path.is_file()]
    assert SECRET not in ran.out + ran.err
    assert not any(SECRET.encode() in data for data in files)
    assert any(b"I saw [redacted]" in data for data in files)


def test_nothing_in_a_capture_drives_the_terminal(probe: Probe, captured: str) -> None:
    evil, end = "\x1b]0;evil\x07\u202e", "\n"
    content = json.loads(Path(captured).read_text())
    first, second = content["requests"]
    first["call"] = second["call"] = evil
    first["headers"] += [["X-Evil", "caf\x9bevil"], ["anthropic-beta", "\x85\x9b2J"]]
    first["body"] |= {evil: evil, "metadata": {"user_id": evil}, "system": [{"text": evil}]}
    first["body"]["tools"].append({"name": evil, "input_schema": {evil: evil}})
    content |= {"client_version": evil, "environment": {evil: evil}, "expects": evil, "model": evil}
    (probe.folder / "evil.json").write_text(json.dumps(content))
    ran = [probe("capture", "--diff", *pair) for pair in ((captured, "evil.json"), ("evil.json", captured))]
    ran.append(probe("replay", "evil.json", "--target", "embedded", "--dry-run"))
    assert all("]0;evil" in each.out for each in ran[:2])
    for each in ran:
        shown = each.out + each.err
        assert [letter for letter in shown if not letter.isprintable() and letter != end] == []


def test_no_file_sends_the_token_elsewhere(probe: Probe, captured: str) -> None:
    content = json.loads(Path(captured).read_text())
    with answering(ok(b"{}")) as target, answering(ok(b"{}")) as thief:
        for path in (f"@{LOOPBACK}:{thief.port}/v1/messages", f":1@{LOOPBACK}:{thief.port}/", "1/v1/messages"):
            content["requests"][0]["path"] = path
            content["requests"][0]["headers"].append(["x-api-key", "<token>"])
            (probe.folder / "evil.json").write_text(json.dumps(content))
            words = ("replay", "evil.json", "-n", "1", "--base-url", target.base_url, "--model", "m")
            ran = probe(*words, code=2, ANTHROPIC_AUTH_TOKEN=SECRET)
            assert "evil.json: requests.0.path: " in ran.err
    assert (target.received, thief.received) == ([], [])
    assert probe.runs() == []


def test_half_a_letter_in_a_captured_body_ends_no_replay(probe: Probe, captured: str) -> None:
    content = json.loads(Path(captured).read_text())
    content["requests"][0]["body"]["x"] = "\ud800"
    (probe.folder / "half.json").write_text(json.dumps(content))
    probe("replay", "half.json", "-n", "1", "--target", "embedded")
    assert [each["diagnosis"]["outcome"] for each in calls(probe.runs()[0])] == ["ok", "ok"]


def test_a_replay_gives_the_token_as_the_target_takes_it(probe: Probe, captured: str) -> None:
    with answering(ok(json.dumps(MESSAGE).encode())) as it:
        target = f'[targets.k]\nbase_url = "{it.base_url}"\nmodel = "m"\nauth = "x-api-key"\n'
        own = 'env = { ANTHROPIC_CUSTOM_HEADERS = "X-Gate: open\\nUser-Agent: mine" }\n'
        (probe.folder / "probe.toml").write_text(target + own)
        ran = probe("replay", captured, "-n", "1", "--target", "k", ANTHROPIC_AUTH_TOKEN=SECRET)
    head = it.received[0].partition(b"\r\n\r\n")[0].lower()
    for line in (f"x-api-key: {SECRET}", "x-gate: open", "user-agent: mine"):
        assert head.count(line.encode()) == 1
    assert b"authorization" not in head
    assert head.count(b"user-agent") == 1
    assert "left out" not in ran.err


def test_a_replay_asks_for_its_token_once(probe: Probe, captured: str) -> None:
    command = f"echo {SECRET} | tee -a asked"
    target = f'[targets.k]\nbase_url = "http://127.0.0.1:9"\nmodel = "m"\ntoken_command = "{command}"\n'
    (probe.folder / "probe.toml").write_text(target)
    probe("replay", captured, "--target", "k", "--dry-run")
    assert (probe.folder / "asked").read_text() == f"{SECRET}\n"


def test_a_replay_can_be_gone_over_before(probe: Probe, captured: str) -> None:
    said = probe("replay", captured, "--target", "embedded", "--dry-run").out
    assert "POST '/v1/messages?beta=true'" in said
    assert probe.runs() == []


def test_how_long_the_client_waits_is_printed_as_json_too(probe: Probe) -> None:
    ran = probe("tolerance", "--upto", "100ms", "--precision", "100ms", "--wait", "gap", "--wait", "gap", "--json")
    assert [(each["wait"], each["stood_s"], each["gave_up_s"]) for each in ran.json["waits"]] == [("gap", 0.1, None)]
    assert "gap: 100 ms: waited" in ran.err


def test_how_long_the_client_waits_is_told_as_a_table(probe: Probe) -> None:
    words = ("--upto", "10s", "--precision", "9s", "--wait", "first-byte")  # the client that gives up ends it
    ran = probe("tolerance", *words, "--env", "STUB_PATIENCE_S=0.5", "--env", "STUB_GIVES_UP=1")
    assert "for the first byte" in ran.out
    assert "ended with an error" in ran.out
    assert "at the longest about 20.0 s" in ran.err
    assert list((probe.folder / "tmp").iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("tolerance", "--wait", "nothing"), "'first-byte', 'gap', 'whole-answer'"),
        (("run", "--scenario", "first-byte-tolerance"), "probe tolerance"),
    ],
)
def test_what_cannot_be_searched_is_refused(probe: Probe, words: tuple[str, ...], said: str) -> None:
    assert said in probe(*words, code=2).err


def test_what_was_sent_is_kept_where_nothing_comes_back_and_that_is_no_success(probe: Probe) -> None:
    words = ("capture", "--model", "m", "--output", "x.json", "--base-url")
    with RawServer(lambda connection: None) as server:
        closed = probe(*words, server.base_url, code=4, ANTHROPIC_AUTH_TOKEN=SECRET)
    with socket.socket() as deaf:
        deaf.bind((LOOPBACK, 0))  # as long as it has the port nobody else listens there
        dead = probe(*words, f"http://{LOOPBACK}:{deaf.getsockname()[1]}", code=4, ANTHROPIC_AUTH_TOKEN=SECRET)
    assert "no request was answered: connection_reset" in closed.err
    assert "no request was answered: connection_refused" in dead.err
    for ran in (closed, dead):
        assert "call1: the client may take up to" in ran.err
        assert "warning: call1 came to" in ran.err
        assert "kept: x.json" in ran.err
    assert json.loads((probe.folder / "x.json").read_text())["requests"][0]["call"] == "call1"


@pytest.mark.parametrize("place", ["/proc/nope/x.json", ".", "file/x.json"])
def test_where_nothing_can_be_written_nothing_is_asked(probe: Probe, place: str) -> None:
    (probe.folder / "file").write_text("")
    with answering(ok(json.dumps(MESSAGE).encode())) as server:
        words = ("capture", "--base-url", server.base_url, "--model", "m", "--output", place)
        ran = probe(*words, code=2, ANTHROPIC_AUTH_TOKEN=SECRET)
    assert server.received == []
    assert "--output" in ran.err


def test_a_comparison_takes_no_options_of_a_capture(probe: Probe, captured: str) -> None:
    ran = probe("capture", "--diff", captured, captured, "--output", "x.json", "--env", "A=b", code=2)
    assert "leave out --env, --output" in ran.err
    assert probe("capture", "--diff", captured, captured, "--json").json["requests"] == []


def test_how_long_the_client_waits_is_found(probe: Probe) -> None:
    words = ("--upto", "5s", "--precision", "2s", "--env", "STUB_PATIENCE_S=3", "--json")
    found = {each["wait"]: each for each in probe("tolerance", *words).json["waits"]}
    for wait in ("first-byte", "gap"):
        limits = found[wait]
        assert 0.5 <= limits["stood_s"] < limits["gave_up_s"] <= 4.5, limits
        assert limits["gave_up_s"] - limits["stood_s"] <= 2.01
        assert (limits["reaction"], limits["outcome"]) == ("asked again without streaming", "ok")
    assert (found["whole-answer"]["stood_s"], found["whole-answer"]["gave_up_s"]) == (5.0, None)
