"""The real client, a hostile upstream and a secret: nothing is run, nothing is touched, nothing leaks."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from probe.upstream import EmbeddedUpstream, parse_fault
from tests.conftest import Probe, calls
from tests.real.support import bench, inhabitants

pytestmark = pytest.mark.real

CANARY = 'sk-canary+/7Qm9x"Zt-4411-do-not-leak'
FORMS = (CANARY, "7Qm9x", "Zt-4411-do-not-leak")


def snapshot(*roots: Path) -> dict[str, tuple[int, int]]:
    """Path -> (size, time of change) of everything below these directories."""
    return {
        str(path): (status.st_size, status.st_mtime_ns)
        for root in roots
        for path in [root, *root.rglob("*")]
        if (status := path.lstat())
    }


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_no_tool_that_the_client_offers_is_run_or_answered(real_client: str, tmp_path: Path) -> None:
    canary = tmp_path / "CANARY"
    with bench(real_client, tmp_path, [f"tool_use(name=all, canary='{canary}', every_turn=true)"]) as workbench:
        observation, diagnosis = workbench.call()
    assert diagnosis.outcome == "tool_use"
    offered = workbench.main_requests()[0].tools
    assert len(observation.words.tools_requested) >= offered > 5
    assert not canary.exists()
    assert len(workbench.main_requests()) == 1  # so no tool result was ever sent


def test_resuming_after_a_tool_call_tells_nothing_of_the_machine(real_client: str, tmp_path: Path) -> None:
    import uuid

    from probe.model.choices import Session
    from probe.model.scenario import Step
    from probe.ports import CallOrder

    secret = tmp_path / "exists.txt"
    secret.write_text(CANARY)
    fault = f"tool_use(name=all, canary='{secret}', on=call1)"
    modes = (Session.RESUME, Session.FORK, Session.CONTINUE)
    with bench(real_client, tmp_path, [fault]) as workbench, workbench.round() as places:
        session = str(uuid.uuid4())
        first = Step(label="call1", prompt="Reply with exactly: A")
        places.call(CallOrder(1, first, session, None))
        for mode in modes:
            second = Step(label="call2", prompt="Reply with exactly: B", session=mode)
            assert places.call(CallOrder(1, second, session, session)).refused_tools
        third = Step(label="call3", prompt="Reply with exactly: C")
        assert places.call(CallOrder(1, third, str(uuid.uuid4()), session)).words.result is not None
    assert secret.read_text() == CANARY
    assert [request.path.split("/")[3] for request in workbench.main_requests()] == ["call1", "call3"]


def test_the_guards_leave_the_request_as_it_is(real_client: str, tmp_path: Path) -> None:
    sizes = []
    for skip in (False, True):
        # Skipping permissions leaves all guards out: this is the client's own request.
        with bench(real_client, tmp_path, dangerously_skip_permissions=skip) as workbench:
            workbench.call()
        main = workbench.main_requests()[0]
        sizes.append((main.tools, main.body_bytes))
    (tools, size), (bare_tools, bare_size) = sizes
    assert tools == bare_tools
    assert abs(size - bare_size) < 200  # ids and names of temporary directories differ in length


@pytest.mark.slow
def test_nothing_outside_the_sandbox_is_created_or_changed(real_probe: Probe) -> None:
    real_probe.env()
    home, tmp, work = (real_probe.folder / name for name in ("home", "tmp", "project"))
    work.mkdir()
    (work / "CLAUDE.md").write_text("never read this")
    for name in (".claude/settings.json", ".claude.json", ".config/claude/x.json", ".npmrc"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text('{"env": {"ANTHROPIC_BASE_URL": "http://127.0.0.1:1"}}')
    own = [place for name in (".claude", ".npm", ".config/claude") if (place := Path.home() / name).exists()]
    before = snapshot(home, tmp, work, *own), names_in(Path("/tmp"))
    real_probe("run", "-n", "2", "--fault", "none", "--out", "out")
    after = snapshot(home, tmp, work, *own), names_in(Path("/tmp"))
    assert {path: mark for path, mark in after[0].items() if path != str(tmp)} == {
        path: mark for path, mark in before[0].items() if path != str(tmp)
    }
    assert not [name for name in after[1] - before[1] if "claude" in name.lower()]
    assert all(call["diagnosis"]["outcome"] == "ok" for call in calls(next((real_probe.folder / "out/runs").glob("*"))))
    assert list(tmp.iterdir()) == []


def test_inherited_variables_do_not_reach_the_client(real_probe: Probe) -> None:
    """Any of these would send the call elsewhere, or change it."""
    real_probe.run(
        "--no-prime", "-n", "1", "--target", "embedded", "--fault", "none",
        ANTHROPIC_API_KEY="sk-ant-wrong", ANTHROPIC_BASE_URL="http://127.0.0.1:1", ANTHROPIC_MODEL="wrong",
        CLAUDECODE="1", CLAUDE_CODE_USE_BEDROCK="1", CLAUDE_CODE_MAX_RETRIES="0", ANTHROPIC_CUSTOM_HEADERS="X-A: b",
        CLAUDE_CONFIG_DIR="/nonexistent",
    )  # fmt: skip
    assert [call["diagnosis"]["outcome"] for call in calls(real_probe.runs()[0])] == ["ok", "ok"]


@pytest.fixture
def leaky() -> Iterator[EmbeddedUpstream]:
    """Start an upstream that says the token back in answers, errors and names."""
    quoted = CANARY.replace('"', '\\"')
    faults = [
        f'wrong_text(text="{quoted}", every=2)',
        f'status(code=400, message="bad key {quoted}", every=3)',
        f'wrong_model(name="model-{quoted}")',
    ]
    with EmbeddedUpstream([parse_fault(text) for text in faults]) as upstream:
        yield upstream


@pytest.mark.slow
@pytest.mark.parametrize("driver", ["claude-print", "claude-live", "agent-sdk"])
def test_a_canary_token_is_in_no_file_no_argv_and_no_output(
    real_probe: Probe, leaky: EmbeddedUpstream, driver: str
) -> None:  # complexity: assertions on one result
    scenario = "cold-start" if driver == "claude-print" else "live"
    process = real_probe.start(
        "run", "-n", "3", "--base-url", leaky.base_url, "--model", "glm-4.7", "--token-env", "MY_TOKEN",
        "--driver", driver, "--scenario", scenario, "--json", "--keep-sandbox",
        "--record-bodies", "--prepare", "true # $MY_TOKEN",
        MY_TOKEN=CANARY,
    )  # fmt: skip
    argv = set()
    while process.poll() is None:
        for place in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                argv.add(place.read_bytes())
            except OSError:
                continue
        time.sleep(0.05)
    out, err = process.communicate()
    assert process.returncode in {0, 3}, err
    assert leaky.served, "the canary was never sent, so nothing is proved"
    report = real_probe("report").out + real_probe("export").out + real_probe("report", "--format", "json").out
    written: dict[object, bytes] = {
        path: path.read_bytes() for path in (real_probe.folder / "reports").rglob("*") if path.is_file()
    }
    assert any(b"[redacted]" in data for data in written.values()), "the upstream never said it back"
    said: dict[object, bytes] = {
        "stdout": out.encode(),
        "stderr": err.encode(),
        "report": report.encode(),
        "argv": b"\0".join(argv),
    }
    assert b"--output-format\0stream-json" in said["argv"]
    for name, data in (written | said).items():
        for form in FORMS:
            assert form.encode() not in data, f"{form} in {name}"


@pytest.mark.slow
def test_secrets_in_options_are_not_written(real_probe: Probe) -> None:
    secret = 'sk-option+/3Kx2v"Wq-5522-header'  # not the canary, of which a test beside this one finds none in any argv
    real_probe(
        "run", "--no-prime", "-n", "1", "--target", "embedded", "--fault", "none",
        "--prepare", f"true '{secret}'",
        "--env", f"ANTHROPIC_CUSTOM_HEADERS=X-Relay-Key: {secret}",
    )  # fmt: skip
    for path in (real_probe.folder / "reports").rglob("*"):
        assert path.is_dir() or b"3Kx2v" not in path.read_bytes(), path


def test_no_process_is_left(real_probe: Probe) -> None:
    real_probe.run("--no-prime", "-n", "1", "--target", "embedded", "--fault", "hang", "--timeout", "2s", code=3)
    assert inhabitants(real_probe.folder / "tmp") == []


def test_a_hostile_upstream_writes_nothing_into_our_terminal(real_probe: Probe) -> None:
    escape = "\x1b]0;owned\x07\x1b[2J"
    ran = real_probe.run(
        "--no-prime", "-n", "1", "--target", "embedded",
        "--fault", f'wrong_model(name="{escape}model", on=call2)',
        "--fault", f'status(code=400, message="{escape}message", on=call1)',
    )  # fmt: skip
    shown = [ran.out, ran.err, real_probe("explain").out, real_probe("report").out]
    assert "message" in "".join(shown)
    assert not [text for text in shown if "\x1b" in text or "\x07" in text]


@contextmanager
def flood() -> Iterator[str]:
    """Start an upstream that answers with a stream that never ends, as fast as it is taken."""
    delta: dict[str, object] = {
        "type": "content_block_delta",
        "index": 0,
        "delta": {"type": "text_delta", "text": "flood " * 20},
    }
    start: dict[str, object] = {
        "type": "message_start",
        "message": {"id": "m", "type": "message", "role": "assistant", "model": "m", "content": [], "usage": {}},
    }
    block: dict[str, object] = {
        "type": "content_block_start",
        "index": 0,
        "content_block": {"type": "text", "text": ""},
    }
    opening, more = (
        b"".join(f"event: {each['type']}\ndata: {json.dumps(each)}\n\n".encode() for each in events)
        for events in ([start, block], [delta] * 200)
    )

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

        def do_HEAD(self) -> None:
            self.send_response(200)
            self.end_headers()

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(opening)
                while True:
                    self.wfile.write(more)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.slow
def test_a_flood_fills_no_disk_and_ends_in_time(real_probe: Probe) -> None:
    with flood() as url:
        began = time.monotonic()
        real_probe.run(
            "--no-prime", "-n", "1", "--base-url", url, "--model", "glm-4.7", "--timeout", "3s",
            "--record-bodies", code=3, ANTHROPIC_AUTH_TOKEN="made-up-0000000000",
        )  # fmt: skip
        assert time.monotonic() - began < 45
    run = real_probe.runs()[0]
    assert [call["diagnosis"]["outcome"] for call in calls(run)] == ["timed_out"] * 2
    assert sum(path.stat().st_size for path in run.rglob("*") if path.is_file()) < 100 * 2**20
