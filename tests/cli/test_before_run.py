"""A target that cannot be measured is named before the first round; what may pass is only warned of."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme
import typer

from probe.checkup.asked_target import AskedTarget, PreflightFailed
from probe.cli.before_run import asked_first, ended_by_preflight
from probe.model.check_report import Area, CheckFinding, Severity
from probe.model.preflight import Preflight
from probe.upstream import EmbeddedUpstream, parse_fault
from tests.checks.front import Rules, front
from tests.conftest import Probe, Ran, calls
from tests.session.prepared import prepared_arm, prepared_run
from tests.upstream.support import requests_of

MODEL = "probe-embedded-1"
PLAIN = ("--driver", "messages", "--token-env", "T", "--no-report")
"""Calls by plain HTTP, with no client to start."""


def measured(probe: Probe, base_url: str, *words: str, code: int, model: str = MODEL) -> Ran:
    return probe.run("--base-url", base_url, "--model", model, *PLAIN, *words, code=code, T="sk-made-up-0000")


def codes(ran: Ran) -> list[str]:
    assert (ran.json["run"], ran.json["end"], ran.json["exit_code"]) == (None, "preflight", 3)
    (target,) = ran.json["preflight"]
    return [finding["code"] for finding in target["findings"]]


@contextmanager
def upstream(*faults: str) -> Iterator[EmbeddedUpstream]:
    with EmbeddedUpstream([parse_fault(fault) for fault in faults], models=(MODEL,)) as running:
        yield running


@contextmanager
def tls_server() -> Iterator[str]:
    """Serve TLS with a certificate of an authority that nobody trusts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield f"https://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        serving.join()


def test_a_host_that_does_not_exist_is_told_before_anything_is_stored(probe: Probe) -> None:
    ran = measured(probe, f"http://{'x' * 64}.invalid", "-n", "30", code=3)
    assert "does not resolve" in " ".join(ran.err.split())
    assert "To act: your set-up" in ran.err
    assert "→ " in ran.err
    assert "--no-preflight" in ran.err
    assert not (probe.folder / "reports").exists()


def test_a_port_where_nothing_listens(probe: Probe) -> None:
    ran = measured(probe, "http://127.0.0.1:9", "-n", "30", "--json", code=3)
    assert codes(ran) == ["connection_refused"]
    assert ran.json["preflight"][0]["findings"][0]["remedy"]


def test_a_certificate_that_nobody_trusts(probe: Probe) -> None:
    with tls_server() as base_url:
        assert codes(measured(probe, base_url, "-n", "30", "--json", code=3)) == ["tls_unknown_authority"]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("status(code=401)", "auth"),
        ("status(code=403)", "forbidden"),
        ("status(code=402)", "billing"),
        ("status(code=503, message='No available channel for model x')", "model_unknown"),
        ("status(code=429, message='[1308][已达到 5 小时的使用上限。]')", "usage_limit"),
    ],
)
def test_a_refusal_that_lasts(probe: Probe, fault: str, code: str) -> None:
    with upstream(fault) as running:
        assert codes(measured(probe, running.base_url, "-n", "30", "--json", code=3)) == [code]


def test_an_unknown_model_gets_the_name_that_may_be_meant(probe: Probe) -> None:
    with front(Rules(models=("glm-4-7",))) as running:
        ran = measured(probe, running.url, "-n", "30", "--json", code=3, model="glm-4.7")
    assert codes(ran) == ["model_unknown"]
    assert "glm-4-7" in ran.json["preflight"][0]["findings"][0]["remedy"]


@pytest.mark.parametrize("fault", ["status(code=429)", "status(code=503)"])
def test_what_may_pass_is_warned_of_and_measured(probe: Probe, fault: str) -> None:
    with upstream(fault) as running:
        ran = measured(probe, running.base_url, "-n", "1", code=3)  # as every call failed
    assert "It may pass, so the run starts." in ran.err
    assert len(calls(probe.runs()[0])) == 2


@pytest.mark.parametrize("word", ["--no-preflight", "--keep-going"])
def test_a_run_that_is_told_to_start_all_the_same(probe: Probe, word: str) -> None:
    with upstream("status(code=401)") as running:
        ran = measured(probe, running.base_url, "-n", "1", word, code=3)
    assert [call["diagnosis"]["outcome"] for call in calls(probe.runs()[0])] == ["auth", "auth"]
    assert ("--keep-going" in ran.err) is (word == "--keep-going")


def test_a_good_target_is_asked_once_and_the_manifest_and_the_report_say_so(probe: Probe) -> None:
    with upstream() as running:
        ran = measured(probe, running.base_url, "-n", "2", code=0)
        assert sum(each.kind == "main" for each in requests_of(running)) == 1 + 4
    assert "First asks at-127-0-0-1" in ran.err
    (folder,) = probe.runs()
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["preflight"]["calls"] == 1
    assert manifest["preflight"]["tokens"] > 0
    assert manifest["preflight"]["codes"] == []
    first = calls(folder)[0]
    assert first["idle_before_ms"] is not None, "the preflight is what the target was idle since"
    assert "The preflight asked the upstream" in probe("report", str(folder)).out


def test_the_first_round_waits_for_its_idle_time_after_the_preflight(probe: Probe) -> None:
    fault = "cold_start(delay=300ms, keep_warm=1s)"
    with upstream(fault) as running:
        measured(probe, running.base_url, "-n", "1", "--gap", "1500ms", code=0)
    first, second = calls(probe.runs()[0])
    assert first["idle_before_ms"] >= 1500
    assert first["wall_ms"] > 300 > second["wall_ms"]


def test_the_tokens_of_the_preflight_count_where_a_budget_does(probe: Probe) -> None:
    with upstream() as running:
        ran = measured(probe, running.base_url, "-n", "5", "--max-tokens", "1", "--json", code=0)
    assert ran.json["end"] == "max_tokens"
    assert calls(probe.runs()[0]) == []


def test_the_embedded_upstream_is_asked_where_that_is_wanted(probe: Probe) -> None:
    words = ("--target", "embedded", "--driver", "messages", "--no-report", "-n", "1", "--fault", "status(code=401)")
    assert "First asks" not in probe.run(*words, code=3).err
    assert codes(probe.run(*words, "--preflight", "--json", code=3)) == ["auth"]


def test_of_several_targets_the_wrong_one_is_named(probe: Probe) -> None:
    with upstream() as running:
        tables = {"good": running.base_url, "gone": "http://127.0.0.1:9"}
        text = "".join(
            f'[targets.{name}]\nbase_url = "{url}"\nmodel = "{MODEL}"\ntoken_env = "T"\n'
            for name, url in tables.items()
        )
        (probe.folder / "probe.toml").write_text(text)
        words = ("--target", "good", "--target", "gone", "--driver", "messages", "-n", "3")
        ran = probe.run(*words, code=3, T="sk-made-up-0000")
    assert "gone cannot be measured, every call would fail: " in ran.err
    assert "good cannot be measured" not in ran.err
    assert not (probe.folder / "reports").exists()


def test_chat_completions_are_no_messages_api_and_no_fault(probe: Probe) -> None:
    with upstream() as running:
        words = ("--base-url", running.base_url, "--model", MODEL, "--token-env", "T", "-n", "1", "--no-report")
        probe.run(*words, "--driver", "chat-completions", code=0, T="sk-made-up-0000")
        assert not any(each.path.endswith("/messages") for each in requests_of(running))


def test_a_night_that_cannot_be_measured_is_an_alarm_and_not_kept(probe: Probe) -> None:
    words = ("nightly", "--base-url", "http://127.0.0.1:9", "--model", "m", "--token-env", "T", "--history", "h")
    ran = probe(*words, "--json", code=3, T="sk-made-up-0000", GITHUB_STEP_SUMMARY="summary.md")
    assert codes(ran) == ["connection_refused"]
    assert "nothing listens" in (probe.folder / "summary.md").read_text()
    assert not list(Path(probe.folder / "h").glob("*.jsonl"))


def test_the_token_is_not_shown(probe: Probe) -> None:
    with upstream("status(code=401, message='bad key sk-made-up-0000')") as running:
        ran = measured(probe, running.base_url, "-n", "3", "--json", code=3)
    assert "sk-made-up-0000" not in ran.out + ran.err


def finding_titles(ran: Ran) -> list[Any]:
    return [finding["title"] for target in ran.json["preflight"] for finding in target["findings"]]


def test_findings_speak_the_readers_language(probe: Probe) -> None:
    ran = measured(probe, "http://127.0.0.1:9", "--json", "--lang", "zh", code=3)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in finding_titles(ran)[0])


def found(code: str, **changes: Any) -> CheckFinding:
    fields = {"area": Area.ENDPOINTS, "severity": Severity.WRONG, "code": code, "title": f"title of {code}"}
    return CheckFinding.model_validate(fields | changes)


def told_of(*findings: CheckFinding, capsys: pytest.CaptureFixture[str], summary: Path | None = None) -> list[str]:
    """Return the lines in which a command ends whose target has these findings."""
    target = AskedTarget("relay", Preflight(took_ms=5.0), findings, None)
    with pytest.raises(typer.Exit) as ended, ended_by_preflight(as_json=False, summary=summary):
        raise PreflightFailed([target])
    assert ended.value.exit_code == 3
    shown = capsys.readouterr()
    assert shown.out == ""
    return shown.err.splitlines()


def test_each_finding_says_what_is_wrong_whose_it_is_what_to_do_and_how_it_was_seen(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    refused = found("auth", remedy="Look at the token.", evidence="HTTP 401")
    summary = tmp_path / "summary.md"
    lines = told_of(refused, found("rate_limited"), found("dns"), capsys=capsys, summary=summary)
    assert lines == [
        "DOWN. relay cannot be measured, every call would fail: title of auth.",
        "To act: account",
        "→ Look at the token.",
        "seen: HTTP 401",
        "DOWN. relay cannot be measured, every call would fail: title of dns.",
        "To act: your set-up",
        "No round was made and nothing was stored. --no-preflight starts anyway.",
    ]
    assert "→ Look at the token.\nseen: HTTP 401" in summary.read_text()


@pytest.mark.parametrize(
    ("codes", "told"),
    [(("auth", "client_auth"), ["title of auth"]), (("client_auth",), ["title of client_auth"])],
)
def test_the_clients_call_is_told_only_where_plain_http_met_nothing(
    capsys: pytest.CaptureFixture[str], codes: tuple[str, ...], told: list[str]
) -> None:
    areas = {True: Area.CLIENT, False: Area.ENDPOINTS}
    findings = [found(code, area=areas[code.startswith("client_")]) for code in codes]
    lines = told_of(*findings, capsys=capsys)
    assert [line.rpartition(": ")[2].rstrip(".") for line in lines if line.startswith("DOWN")] == told


def test_what_a_stranger_says_is_harmless_and_cut(capsys: pytest.CaptureFixture[str]) -> None:
    lines = told_of(found("auth", evidence="\x1b[31m" + "no " * 1000, title="a\x07b"), capsys=capsys)
    assert "\x1b" not in "".join(lines)
    assert "\x07" not in "".join(lines)
    (seen,) = (line for line in lines if line.startswith("seen: "))
    assert len(seen) <= 606


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("no_first_byte", "relay did not answer a tiny call within 8.00 s. It may be slow only, so the run starts."),
        ("rate_limited", "relay: title of rate_limited. It may pass, so the run starts."),
        ("auth", "relay: title of auth. The run starts all the same (--keep-going)."),
    ],
)
def test_what_does_not_stop_a_run_is_a_warning(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: str, says: str
) -> None:
    """Give what asking a target found, which would take eight seconds of one that is silent."""
    run, target = prepared_run(prepared_arm()), AskedTarget("relay", Preflight(took_ms=5.0), (found(code),), None)
    monkeypatch.setattr("probe.cli.before_run.preflight_anywhere", lambda run, *_: (run, (target,)))
    assert asked_first(run, quiet=True) is run
    assert capsys.readouterr().err == f"warning: {says}\n"
