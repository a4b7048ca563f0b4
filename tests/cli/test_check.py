"""`probe check` as a user runs it; with the real client where the client's calls count."""

import os
import re
import signal
import time

import pytest

from probe.model.captured_requests import Capture, CapturedRequest
from probe.model.request_kind import RequestKind
from tests.checks.front import MODEL, Rules, front
from tests.checks.support import TOKEN
from tests.conftest import Probe, Ran
from tests.upstream.support import wait_until

CAPTURE = "capture.json"
_MAIN = CapturedRequest(
    call="call1", kind=RequestKind.MAIN, method="POST", path="/v1/messages", headers=(), body={"messages": []}
)
CAPTURED = Capture(model=MODEL, requests=(_MAIN,)).model_dump_json()


def codes(ran: Ran, *severities: str) -> set[str]:
    """Return the codes of the findings of these severities; without that of a machine that is busy."""
    return {each["code"] for each in ran.json["findings"] if each["severity"] in severities} - {"slow_boot"}


@pytest.mark.real
def test_a_healthy_upstream_gets_a_clean_bill(real_probe: Probe) -> None:
    ran = real_probe("check")
    assert re.search(r"^This works: no problem found", ran.out, re.MULTILINE)
    assert "Claude Code, call2" in ran.out
    assert "2 calls of Claude Code" in ran.err
    assert max(map(len, ran.out.splitlines())) <= 100


@pytest.mark.real
def test_an_upstream_that_admits_claude_code_only(real_probe: Probe) -> None:
    with front(Rules(claude_only=True)) as upstream:
        ran = real_probe("check", "--base-url", upstream.url, "--model", MODEL, "--json", ANTHROPIC_AUTH_TOKEN=TOKEN)
    assert codes(ran, "wrong", "warning") == set()
    assert "claude_code_only" in codes(ran, "note")


@pytest.mark.real
def test_it_admits_claude_code_only_though_the_client_had_to_try_twice(real_probe: Probe) -> None:
    with front(Rules(claude_only=True), faults=["status(code=529, times=1)"]) as upstream:
        ran = real_probe("check", "--base-url", upstream.url, "--model", MODEL, "--json", ANTHROPIC_AUTH_TOKEN=TOKEN)
    assert codes(ran, "wrong", "warning") == {"client_recovered"}
    assert "claude_code_only" in codes(ran, "note")


@pytest.mark.real
@pytest.mark.parametrize("status", [402, 429])
def test_no_client_is_admitted_alone_where_plain_http_came_too_often(real_probe: Probe, status: int) -> None:
    with front(Rules(claude_only=True, claude_only_status=status)) as upstream:
        ran = real_probe("check", "--base-url", upstream.url, "--model", MODEL, "--json", ANTHROPIC_AUTH_TOKEN=TOKEN)
    assert "claude_code_only" not in codes(ran, "note")
    assert codes(ran, "warning") == {"billing" if status == 402 else "rate_limited"}


@pytest.mark.real
def test_a_model_with_a_window_and_an_answer_with_words_around_it_are_fine(real_probe: Probe) -> None:
    with front(Rules(models=("glm-5",), rewrite={b"PROBE_OK": b"Hello! PROBE_OK."})) as upstream:
        words = ("--base-url", upstream.url, "--model", "glm-5[1m]")
        ran = real_probe("check", *words, "--json", ANTHROPIC_AUTH_TOKEN=TOKEN)
    assert codes(ran, "wrong", "warning") == set()
    assert "client_served" in codes(ran, "good")


@pytest.mark.real
def test_a_stream_without_names_is_paid_twice(real_probe: Probe) -> None:
    with front(Rules(rewrite={b"event: ": b": "})) as upstream:
        ran = real_probe(
            "check", "--base-url", upstream.url, "--model", MODEL, "--json", code=3, ANTHROPIC_AUTH_TOKEN=TOKEN
        )
    assert codes(ran, "wrong") == {"nameless_events"}
    assert "client_recovered" in codes(ran, "warning")


@pytest.mark.real
def test_the_client_follows_the_remedy_for_the_other_header(real_probe: Probe) -> None:
    with front(Rules(auth=("x-api-key",))) as upstream:
        table = f'[targets.relay]\nbase_url = "{upstream.url}"\nmodel = "{MODEL}"\nauth = "x-api-key"\n'
        (real_probe.folder / "probe.toml").write_text(table)
        ran = real_probe("check", "--target", "relay", "--json", ANTHROPIC_AUTH_TOKEN=TOKEN)
    assert codes(ran, "wrong", "warning") == set()
    assert [each["outcome"] for each in ran.json["client_calls"]] == ["ok", "ok"]


@pytest.mark.real
def test_what_the_client_makes_good_in_silence_is_said(real_probe: Probe) -> None:
    ran = real_probe("check", "--json", "--fault", "status(code=529, on=call1, request=first)")
    assert codes(ran, "wrong", "warning") == {"client_recovered"}
    assert ran.json["client_calls"][0]["endings"] == ["529 overloaded_error", "good"]


@pytest.mark.real
def test_no_token_comes_out_of_the_client_either(real_probe: Probe) -> None:
    with front(Rules(spills=True)) as upstream:
        words = ("--base-url", upstream.url, "--model", MODEL, "--env", "CLAUDE_CODE_MAX_RETRIES=0")
        ran = real_probe("check", *words, code=3, ANTHROPIC_AUTH_TOKEN=TOKEN)
    assert TOKEN[8:] not in ran.out + ran.err
    assert {"[auth]", "[client_auth]"} <= set(re.findall(r"\[client_auth\]|\[auth\]", ran.out))


def test_no_client_is_told_and_the_rest_is_checked(probe: Probe) -> None:
    ran = probe("check", "--json", "--client", "no-such-program", code=4)
    assert codes(ran, "wrong") == {"client_missing"}
    assert "messages" in codes(ran, "good")


def test_a_client_that_does_not_start(probe: Probe) -> None:
    # The stub asks nobody, so the recorder sees no request of it.
    ran = probe("check", "--json", "--env", "STUB=crash", code=3)
    assert codes(ran, "wrong") == {"client_crashed"}


def test_a_host_that_hangs_is_no_fault_of_the_client(probe: Probe) -> None:
    with front(faults=["hang"]) as upstream:
        words = ("--base-url", upstream.url, "--model", MODEL, "--timeout", "1500ms", "--env", "STUB_PRIME=hang")
        ran = probe("check", *words, "--json", code=3, ANTHROPIC_AUTH_TOKEN=TOKEN)
    assert ran.json["findings"][0]["code"] == "no_first_byte", "worst first"
    assert "client_does_not_start" not in codes(ran, "wrong")
    (late,) = (each for each in ran.json["findings"] if each["code"] == "out_of_time")
    assert "Claude Code" in late["title"]


def test_it_takes_about_a_minute_at_most(probe: Probe) -> None:
    assert "At most 20.0 s a step, 60.0 s in all." in probe("check", "--no-client").err


def test_the_table_names_evidence_and_remedy_worst_first(probe: Probe) -> None:
    ran = probe("check", "--no-client", "--fault", "status(code=402)", code=3)
    lines = ran.out.splitlines()
    assert lines[0].startswith("wrong    endpoints   the account has no money left")
    assert any(line.strip().startswith("seen: HTTP 402") for line in lines)
    assert any(line.strip().startswith("do:") for line in lines)
    assert lines[-1].startswith("Something is wrong: 1 wrong")


def test_findings_are_in_the_language_that_is_asked_for(probe: Probe) -> None:
    ran = probe("check", "--no-client", "--fault", "status(code=402)", "--lang", "zh", code=3)
    first = ran.out.splitlines()[0]
    assert re.match(r"错误 +接口 +账号余额不足 +\[billing\]", first)
    assert "有问题：1 个错误" in ran.out
    assert "为 ANTHROPIC_AUTH_TOKEN 中令牌所属的账号充值" in ran.out
    assert "没有指定目标，因此检查内置上游" in ran.err
    in_json = probe("check", "--no-client", "--fault", "status(code=402)", "--json", code=3, PROBE_LANG="zh").json
    assert in_json["findings"][0]["title"] == "账号余额不足"
    assert in_json["findings"][0]["code"] == "billing"


def test_wrong_usage(probe: Probe) -> None:
    assert "no target 'nowhere'" in probe("check", "--target", "nowhere", code=2).err
    assert "ANTHROPIC_AUTH_TOKEN" in probe("check", "--base-url", "http://127.0.0.1:9", "--model", "m", code=2).err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--base-url", ""), "--base-url: is empty"),
        (("--target", ""), "--target: is empty"),
        (("--target", "embedded", "--base-url", "http://127.0.0.1:9"), "--base-url: the embedded upstream"),
    ],
)
@pytest.mark.parametrize("command", [("check", "--no-client"), ("run", "--dry-run"), ("replay", CAPTURE), ("capture",)])
def test_no_other_upstream_is_asked_than_the_one_that_is_named(
    probe: Probe, command: tuple[str, ...], words: tuple[str, ...], said: str
) -> None:
    (probe.folder / CAPTURE).write_text(CAPTURED)
    assert said in probe(*command, *words, code=2).err


@pytest.mark.parametrize("command", [("check", "--no-client"), ("run", "--driver", "messages")])
def test_a_token_that_cannot_be_sent_is_wrong_usage(probe: Probe, command: tuple[str, ...]) -> None:
    address = ("--base-url", "http://127.0.0.1:9", "--model", "m")
    ran = probe(*command, *address, code=2, ANTHROPIC_AUTH_TOKEN="tok\nsecond-line-secret")
    assert "ANTHROPIC_AUTH_TOKEN: the token has a line break" in ran.err
    assert "second-line" not in ran.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_it_at_once_and_leaves_nothing(probe: Probe, number: signal.Signals) -> None:
    with front(faults=["hang"]) as upstream:
        words = ("--base-url", upstream.url, "--model", MODEL, "--no-client")
        running = probe.start("check", *words, ANTHROPIC_AUTH_TOKEN=TOKEN)
        wait_until(lambda: ("POST", "/v1/messages") in upstream.requests)
        time.sleep(0.2)  # nor is it busy with sending any more
        os.kill(running.pid, number)
        out, err = running.communicate(timeout=15)
    assert running.returncode == 130, err
    assert "interrupted" in err
    assert "Traceback" not in err
    assert out == ""
    assert list((probe.folder / "tmp").iterdir()) == []
