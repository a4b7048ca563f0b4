"""`--annotations github`, as a step of a workflow meets it: log, summary, outputs; and an upstream that is hostile."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.conftest import Probe, Ran
from tests.github_runner import Command, obeyed

pytestmark = pytest.mark.usefixtures("quick")
SAID = "no\n::set-output name=health::OK\r::add-mask::e ##[add-mask]a %0A::stop-commands::x\u2028::error::y"
ANNOTATED = ("--annotations", "github")
PLAIN = ("--driver", "messages", "-n", "1", "--no-preflight")


class _Hostile(BaseHTTPRequestHandler):
    """Answers each request with an error whose words are workflow commands."""

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        body = json.dumps({"type": "error", "error": {"type": "::error::t", "message": SAID}}).encode()
        self.send_response(400)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.send_header("request-id", "::error::id")
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hostile() -> Iterator[tuple[str, ...]]:
    """Return the options of an upstream whose errors are workflow commands."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hostile)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield "--base-url", f"http://127.0.0.1:{server.server_port}", "--model", "m"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def job(probe: Probe) -> Probe:
    """Return `probe` in a job."""
    files = {name: str(probe.folder / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    token = {"ANTHROPIC_AUTH_TOKEN": "made-up-token-of-a-test"}
    return Probe(probe.folder, {**probe.environment, **files, **token, "GITHUB_ACTIONS": "true"})


def log_of(ran: Ran) -> list[Command]:
    """Return the commands that the runner obeys, in both streams."""
    return [*obeyed(ran.out), *obeyed(ran.err)]


def outputs(job: Probe) -> dict[str, str]:
    pairs = (line.partition("=") for line in (job.folder / "GITHUB_OUTPUT").read_text().splitlines())
    return {name: value for name, _, value in pairs}


def summary(job: Probe) -> str:
    return (job.folder / "GITHUB_STEP_SUMMARY").read_text()


@pytest.mark.slow
def test_a_run_annotates_health_and_gates(job: Probe) -> None:
    target = ("--target", "embedded", "--fault", "status(code=503)")
    ran = job("run", *PLAIN, *target, "--fail-on", "call1.failed > 0", *ANNOTATED, code=3)
    assert [(command.name, command.properties["title"]) for command in log_of(ran)] == [
        ("error", "probe: embedded is DOWN"),
        ("error", "probe: a gate failed"),
    ]
    (run,) = job.runs()
    assert outputs(job)["health"] == "DOWN"
    assert job.folder / outputs(job)["run"] == run
    assert (job.folder / outputs(job)["report"]).name == "report.html"
    assert summary(job).startswith("# ")
    again = job("report", "--fail-on", "call1.failed > 0", "--output", "report.md", *ANNOTATED, code=3)
    assert log_of(again) == log_of(ran)
    assert outputs(job)["report"] == "report.md"


def test_without_the_option_nothing_is_told(job: Probe) -> None:
    ran = job("check", "--no-client", "--fault", "status(code=503)", "--timeout", "1s", code=3)
    assert (log_of(ran), (job.folder / "GITHUB_OUTPUT").exists()) == ([], False)


def test_a_check_annotates_its_findings(job: Probe) -> None:
    ran = job("check", "--no-client", "--fault", "status(code=503)", "--timeout", "1s", *ANNOTATED, code=3)
    levels = [command.name for command in log_of(ran)]
    assert levels.count("error") == int(outputs(job)["wrong"]) >= 1
    assert summary(job).startswith("```\n")
    assert summary(job).count("```") == 2


def test_a_deep_check_annotates_the_cases_that_failed(job: Probe) -> None:
    words = ("check", "--deep", "--no-client", "--only", "cache", "--fault", "no_cache")
    ran = job(*words, *ANNOTATED, code=None)
    assert [command.properties["title"] for command in log_of(ran)] == ["probe: embedded: cache"]
    assert outputs(job) == {"wrong": "1"}


def test_what_stops_a_command_is_annotated(job: Probe) -> None:
    words = ("run", "--base-url", "http://127.0.0.1:9", "--model", "m", *ANNOTATED)
    (command,) = log_of(job(*words, code=2, ANTHROPIC_AUTH_TOKEN=""))
    assert (command.name, command.properties["title"]) == ("error", "probe: stopped")
    assert "ANTHROPIC_AUTH_TOKEN" in command.message


def test_a_target_that_no_call_can_reach_is_annotated(job: Probe) -> None:
    ran = job("run", "--driver", "messages", "--base-url", "http://127.0.0.1:9", "--model", "m", *ANNOTATED, code=3)
    (command,) = log_of(ran)
    assert "127.0.0.1:9" in command.properties["title"] + command.message
    assert outputs(job) == {"health": "DOWN"}
    assert summary(job).startswith("```\n")


@pytest.mark.slow
def test_a_night_annotates_and_has_one_summary(job: Probe) -> None:
    words = ("nightly", "-n", "1", "--target", "embedded", "--no-prime", "--history", "nights")
    ran = job(*words, "--fault", "status(code=400)", "--timeout", "5s", *ANNOTATED, code=3)
    assert [command.properties["title"] for command in log_of(ran)] == ["probe: embedded is DOWN"]
    assert summary(job).count("## Nights of embedded") == 1
    assert outputs(job)["health"] == "DOWN"


@pytest.mark.slow
def test_no_words_of_an_upstream_are_obeyed(job: Probe, hostile: tuple[str, ...]) -> None:
    run = job("run", *PLAIN, *hostile, "--verbose", *ANNOTATED, code=3)
    check = job("check", "--no-client", "--timeout", "2s", *hostile, *ANNOTATED, code=3)
    told = [job(*words, code=None) for words in (("explain",), ("report",), ("report", "--format", "json"))]
    export = job("export", "--format", "csv")
    assert "set-output" in run.err + check.out + told[0].out
    for ran in (run, check, *told, export):
        assert {command.name for command in log_of(ran)} <= {"error", "warning", "notice"}
        assert all(command.properties["title"].startswith("probe: ") for command in log_of(ran))
    assert set(outputs(job)) <= {"health", "run", "report", "wrong"}
    assert outputs(job)["health"] == "DOWN"


def test_a_file_gets_what_it_would_get_elsewhere(job: Probe, hostile: tuple[str, ...], tmp_path: Path) -> None:
    job("run", *PLAIN, *hostile, code=3)
    job("report", "--format", "json", "--output", "report.json")
    stored = json.loads((tmp_path / "report.json").read_text())
    assert "##[add-mask]a" in json.dumps(stored)
