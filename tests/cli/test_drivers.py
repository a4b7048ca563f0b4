"""`probe run --driver`: without a client at all, and side by side with the real one."""

import json
import os
import re
import signal
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from probe.drivers.driver_registry import DRIVERS
from probe.model.run_manifest import Options
from probe.session.check_options import driver_names
from tests.conftest import Probe, calls, journal
from tests.upstream.support import wait_until
from tests.wire.support import answering, ok

PLAIN = ("--driver", "messages", "--driver", "chat-completions")
TOKEN = "sk-a-token-of-nobody-at-all"
FREE = ("--target", "embedded", "--fault", "none")


@pytest.fixture
def bare(tmp_path: Path) -> Probe:
    """`probe` on a machine without a client: to look for one would be an error."""
    return Probe(tmp_path, {"PROBE_CLIENT": "/nowhere/claude", "PATH": "/usr/bin:/bin"})


def arms(group: Path) -> dict[str, list[dict[str, Any]]]:
    return {arm.name: calls(arm) for arm in sorted((group / "arms").iterdir())}


def test_one_plain_driver_needs_no_client_and_keeps_the_target_s_name(
    bare: Probe,
) -> None:  # complexity: assertions on one run
    ran = bare.run("--driver", "messages", "-n", "2", *FREE)
    (run,) = bare.runs()
    assert run.name.endswith("-cold-start-embedded")
    assert "with plain HTTP (messages)" in ran.err
    manifest = json.loads((run / "manifest.json").read_text())
    assert (manifest["driver"], manifest["target"]["name"]) == ("messages", "embedded")
    assert manifest["client"]["program"] == "probe"
    assert manifest["argv_template"] == ["probe", "POST", "/v1/messages", "<prompt>"]
    assert manifest["environment_names"] == []
    assert [(call["diagnosis"]["outcome"], call["return_code"]) for call in calls(run)] == [("ok", None)] * 4
    summary = json.loads(next(run.glob("rounds/0001/summary.json")).read_text())
    assert summary["diagnosis"]["first_call_ok"]
    assert summary["call1"]["stdout_preview"] == "PROBE_OK"
    assert list(Path(bare.env()["TMPDIR"]).iterdir()) == [], "no sandbox is made"


@pytest.mark.parametrize("form", ["absent", "empty", "zero"])
def test_what_nobody_counted_is_unknown_and_limits_that_cannot_act_say_so(
    bare: Probe, form: str
) -> None:  # complexity: assertions on one run
    limits = ("--max-tokens", "10", "--max-cost-usd", "0.0001")
    ran = bare("run", "--driver", "messages", "-n", "3", *limits, "--fault", f"no_usage(form={form})")
    made = calls(bare.runs()[0])
    assert [call["diagnosis"]["flags"] for call in made] == [["usage_missing"]] * 6
    before, after = ran.err.split("round 1/3 call1", 1)
    assert "--max-cost-usd has no effect: plain HTTP (messages) does not know prices" in before
    assert after.count("answered without usage: what it used is unknown, so --max-tokens cannot count it") == 1
    assert "6 of 6 answered calls did not report their usage" in " ".join(after.split())
    text = (bare.runs()[0] / "report.md").read_text()
    assert text.count("| unknown ") == 8
    assert "0.0000" not in text
    cells = bare("export", "--format", "jsonl").out.splitlines()
    assert {json.loads(line)[name] for line in cells for name in ("input_tokens", "cost_usd")} == {None}
    usage = [line for line in bare("export", "--format", "openmetrics").out.splitlines() if "unknown_calls{" in line]
    assert [line.rpartition(" ")[2] for line in usage] == ["3", "3"]


def test_when_it_may_be_tried_again_is_told_everywhere(bare: Probe) -> None:
    ran = bare("run", "--driver", "messages", "-n", "1", "--fault", "status(code=429, retry_after=57600s)", code=3)
    (run,) = bare.runs()
    when = calls(run)[1]["diagnosis"]["retry_at"][:19].replace("T", " ") + " UTC"
    assert f"named a time to try again: {when} (16 h" in " ".join(ran.err.split())
    text = (run / "report.md").read_text()
    assert f"try again: {when} (16 h 00 m after" in text
    assert f"try again at {when}, 16 h 00 m later" in text.partition("## For the operator")[2]
    story = bare("explain", "--step", "call2").out
    assert f"            try again at {when}, 16 h 00 m later" in story
    assert f"Try again: {when}, 16 h 00 m later" in story


@pytest.mark.slow
def test_a_quota_that_ends_is_told_with_its_time(bare: Probe) -> None:
    fault = "status(code=403, message='用户额度不足, 剩余额度: ＄-0.000002', after_calls=3)"
    ran = bare("run", "--driver", "messages", "-n", "4", "--fault", fault)
    found = calls(bare.runs()[0])
    assert [call["diagnosis"]["outcome"] for call in found] == ["ok"] * 3 + ["billing"] * 5
    since = found[3]["started_at"][:19].replace("T", " ") + " UTC"
    told = f"From round 2 on (since {since}) no call succeeded: 5 of 5 failed because credit"
    assert told in " ".join(ran.err.split())
    assert told in (bare.runs()[0] / "report.md").read_text()
    zh = bare("report", "--lang", "zh").out
    assert f"自第 2 轮（{since}）起再没有一次调用成功：5 次中有 5 次因余额不足或达到用量上限而失败。" in zh


@pytest.mark.slow
def test_both_endpoints_side_by_side(bare: Probe) -> None:  # complexity: assertions on one run
    bare("run", *PLAIN, "-n", "6", "--fault", "status(code=529, on=call1, every=2)")
    (group,) = bare.runs()
    kept = json.loads((group / "group.json").read_text())
    assert [arm["name"] for arm in kept["arms"]] == ["embedded-messages", "embedded-chat-completions"]
    for found in arms(group).values():
        outcomes = [call["diagnosis"]["outcome"] for call in found if call["label"] == "call1"]
        assert outcomes == ["ok", "overloaded"] * 3
    begun = sorted((each["at"], arm.name) for arm in (group / "arms").iterdir() for each in journal(arm)[:2])
    assert len({name for _, name in begun}) == 2
    report = bare("report", "--format", "json").json
    assert [section["name"] for section in report["sections"]] == ["embedded-messages", "embedded-chat-completions"]
    (comparison,) = report["comparisons"]
    assert comparison["interleaved"]
    text = (group / "report.md").read_text()
    assert "Measured with different drivers: messages and chat-completions." in text
    assert "probe 0" in text


def test_targets_times_drivers_and_a_resume(bare: Probe) -> None:
    said = {"type": "message", "model": "glm-4.7", "content": [{"type": "text", "text": "PROBE_OK"}]}
    with answering(ok(json.dumps(said).encode()), keep_alive=True) as server:
        config = f'[targets.relay]\nbase_url = "{server.base_url}"\nmodel = "glm-4.7"\ntoken_env = "T1"\n'
        (bare.folder / "probe.toml").write_text(config)
        words = ("--target", "relay", "--target", "embedded", "--driver", "messages", "--driver", "chat-completions")
        ran = bare.run(*words, "-n", "1", code=3, T1=TOKEN)
        (group,) = bare.runs()
        assert {name: len(found) for name, found in arms(group).items()} == {
            "relay-messages": 2, "relay-chat-completions": 2, "embedded-messages": 2, "embedded-chat-completions": 2,
        }  # fmt: skip
        assert "4 rounds of 2 calls with plain HTTP" in ran.err
        assert "about 200 input tokens" in ran.err
        bare.run("--resume", str(group), "-n", "2", code=3, T1=TOKEN)
    assert {len(found) for found in arms(group).values()} == {4}
    assert arms(group)["relay-chat-completions"][0]["diagnosis"]["cause"] == "not a message"
    assert all(b"Bearer " + TOKEN.encode() in request for request in server.received)
    for kept in group.rglob("*"):
        assert kept.is_dir() or TOKEN.encode() not in kept.read_bytes(), kept


def test_a_run_is_not_resumed_with_another_driver(bare: Probe) -> None:
    bare.run("--driver", "messages", "-n", "1", *FREE)
    ran = bare.run("--resume", str(bare.runs()[0]), "--driver", "chat-completions", code=2)
    assert "driver: messages then, chat-completions now" in ran.err


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--workload", "lean"), "--workload"),
        (("--output-format", "json"), "--output-format"),
        (("--client-retries", "0"), "--client-retries"),
        (("--client", "claude"), "--client"),
        (("--control",), "--control"),
        (("--no-prime",), "--no-prime"),
        (("--keep-sandbox",), "--keep-sandbox"),
        (("--env", "MAX_THINKING_TOKENS=0"), "--env"),
        (("--dangerously-skip-permissions",), "--dangerously-skip-permissions"),
        (("--no-recorder",), "--no-recorder"),
        (("--second-call-mode", "same-session"), "session_in_use"),
        (("--concurrency", "513"), "--concurrency"),
        (("--concurrency", "65", "--driver", "claude-print"), "at most 64 run at a time"),
    ],
)
def test_what_says_something_to_a_client_alone_is_refused(bare: Probe, words: tuple[str, ...], named: str) -> None:
    ran = bare("run", *PLAIN, *words, code=2)
    assert named in ran.err
    assert bare.runs() == []


def test_the_one_variable_that_plain_http_understands_is_taken(bare: Probe) -> None:
    bare.run("--driver", "messages", "-n", "1", *FREE, "--env", "ANTHROPIC_CUSTOM_HEADERS=x-team: a")
    assert len(calls(bare.runs()[0])) == 2


@pytest.mark.slow
def test_beside_the_client_its_options_hold_for_the_client(probe: Probe) -> None:
    words = ("--driver", "claude-print", "--driver", "messages", "--no-prime", "--client-retries", "0", "--control")
    probe.run(*words, "-n", "2", *FREE)
    report = probe("report", "--format", "json").json
    names = [section["name"] for section in report["sections"]]
    assert names == ["embedded-claude-print", "embedded-messages", "control"]
    client, plain, _ = report["sections"]
    assert client["verdict"]["control"] is not None
    assert plain["verdict"]["control"] is None, "plain HTTP has no client's cost to be taken off"


def test_names_that_are_cut_alike_are_refused(bare: Probe) -> None:
    entry = 'base_url = "http://127.0.0.1:9"\nmodel = "m"\ntoken_env = "T1"\n'
    first, second = "a" * 20 + "-one", "a" * 20 + "-two"
    (bare.folder / "probe.toml").write_text(f"[targets.{first}]\n{entry}[targets.{second}]\n{entry}")
    ran = bare.run("--target", first, "--target", second, *PLAIN, code=2, T1=TOKEN)
    assert "shorter names" in ran.err


def test_an_unknown_driver_is_refused_with_those_that_are_known(bare: Probe) -> None:
    ran = bare.run("--driver", "curl", code=2)
    assert all(name in ran.err for name in ("claude-print", "messages", "chat-completions"))


def test_the_help_names_every_driver(bare: Probe) -> None:
    shown = "".join(bare("run", "--help").out.split())
    assert f"Whatmakesthecalls:{','.join(DRIVERS)}." in shown


def test_isolate_puts_a_client_a_call_beside_one_that_goes_on(bare: Probe) -> None:
    asked = Options(drivers=("agent-sdk", "claude-live"), isolate=True)
    assert driver_names(asked) == ("agent-sdk", "claude-live", "agent-sdk-isolated", "claude-print")
    ran = bare("run", "--driver", "messages", "--isolate", code=2)
    assert "--isolate: asks for a client process a call" in ran.err
    assert "Add --driver claude-live or --driver agent-sdk." in ran.err


def test_a_dry_run_shows_the_request_line(bare: Probe) -> None:
    shown = bare.run("--driver", "messages", "--dry-run").out
    assert "POST /v1/messages 'Reply with exactly: PROBE_OK'" in shown
    assert "sandbox" not in shown


def test_the_same_driver_twice_is_one(bare: Probe) -> None:
    shown = bare.run("--driver", "messages", "--driver", "messages", "--dry-run", "--json").json
    assert [arm["target"]["name"] for arm in shown["arms"]] == ["embedded"]
    assert shown["sandbox"] == {}


def test_ctrl_c_ends_a_plain_run_at_once(bare: Probe) -> None:
    child = bare.start("run", "--driver", "messages", "-n", "5", "--target", "embedded", "--fault", "hang")
    wait_until(lambda: any(each["event"] == "call_started" for run in bare.runs() for each in begun(run)), 30)
    os.kill(child.pid, signal.SIGINT)
    _, err = child.communicate(timeout=20)
    assert child.returncode == 130, err
    assert "Traceback" not in err


def begun(run: Path) -> list[dict[str, Any]]:
    return journal(run) if (run / "journal.jsonl").exists() else []


@pytest.mark.slow
@pytest.mark.real
def test_the_difference_to_plain_http_is_the_client_s_share(real_probe: Probe) -> None:
    words = ("--driver", "claude-print", "--driver", "messages", "-n", "2", "--target", "embedded")
    real_probe("run", "--no-prime", *words, "--fault", "slow_drip(gap=20ms)")
    found = arms(real_probe.runs()[0])
    client, plain = found["embedded-claude-print"], found["embedded-messages"]
    assert {call["diagnosis"]["outcome"] for call in (*client, *plain)} == {"ok"}

    def typical(of: Callable[[dict[str, Any]], float]) -> tuple[float, float]:
        """Of the client's calls and of plain ones; one of them may be late on a busy machine."""
        return median(map(of, client)), median(map(of, plain))

    boot, plain_boot = typical(lambda call: call["phases"]["boot_ms"])
    assert boot > 5 * plain_boot
    own, _ = typical(lambda call: call["phases"]["boot_ms"] + call["phases"]["exit_ms"])
    wall, plain_wall = typical(lambda call: call["wall_ms"])
    assert wall - plain_wall == pytest.approx(own, abs=max(100, own / 2))
    ttft, plain_ttft = typical(lambda call: call["wire"]["ttft_ms"])
    assert ttft == pytest.approx(plain_ttft, abs=max(100, own / 2))
    report = (real_probe.runs()[0] / "report.md").read_text()
    assert "embedded-messages compared with embedded-claude-print" in report
    assert "## embedded: what each driver took" in report
    assert re.search(r"call2 .+ messages .+ claude-print .*; 2 rounds\)\. A new client process costs", report)
