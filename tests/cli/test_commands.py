"""The command line as a user meets it: help, errors, exit codes. The stub client stands in for the real one."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from probe.cli import app
from probe.model.run_manifest import Options
from probe.session.resolve_spec import flag_of
from tests.conftest import Probe, calls
from tests.upstream.support import wait_until

pytestmark = pytest.mark.usefixtures("quick")

EMBEDDED = ("--target", "embedded", "--fault", "none", "--no-prime")


def command_of(*names: str) -> Any:
    """Return a command as Typer has it, with its `params`, or its `commands`."""
    found: Any = get_command(app)
    for name in names:
        found = found.commands[name]
    return found


def test_errors_name_options_as_they_are_written() -> None:
    settings = {param.name: param.opts for param in command_of("run").params if param.name in Options.model_fields}
    assert len(settings) == len(Options.model_fields) - len({"env_names"})
    for name, written in settings.items():
        assert flag_of(name) in written


def test_every_option_with_a_value_says_its_default_or_that_it_may_be_repeated(probe: Probe) -> None:
    """Look at `run`, which has most of them; what is off until it is given needs no default."""
    without = {"--fault", "--env", "--fail-on", "--prepare", "--gap-upto", "--resume"}
    for param in command_of("run").params:
        name, says = max(param.opts, key=len), param.help or ""
        if not param.is_flag and name not in without:
            assert "(default: " in says or param.default is not None, name


def test_help_of_run_has_examples(probe: Probe) -> None:
    said = probe.run("--help", COLUMNS="200").out
    assert "probe run --rounds 30 --base-url" in said
    for option in (
        "--rounds --timeout --gap --second-call-mode --concurrency --client --client-retries --env --prepare --out "
        "--resume --dry-run --quiet --json --workload --max-cost-usd --max-tokens --fail-on --keep-sandbox --token-env"
    ).split():
        assert option in said


def test_version_names_the_client_and_the_platform(probe: Probe) -> None:
    own, client, platform = probe("--version").out.splitlines()
    assert re.fullmatch(r"probe \d+\.\d+\.\d+", own)
    assert client == "Claude Code 9.9.9 (from PROBE_CLIENT)"
    assert re.match(r"Python 3\.\d+\.\d+, \S", platform)


def test_version_without_a_client_says_so_and_is_no_failure(probe: Probe) -> None:
    _, client, *_, platform = probe("--version", PROBE_CLIENT="no-such-program").out.splitlines()
    assert client == "Claude Code: PROBE_CLIENT: 'no-such-program' is no program"
    assert platform.startswith("Python 3")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["frobnicate"], 2, "frobnicate"),
        (["run", "--rounds", "0"], 2, "rounds"),
        (["run", "--timeout", "soon"], 2, "write it as 90s, 2m"),
        (["run", "--timeout", "0"], 2, "--timeout: '0' is no time at all; it must be more than 0"),
        (["nightly", "--timeout", "0s"], 2, "it must be more than 0"),
        (["replay", "capture.json", "--timeout", "0"], 2, "it must be more than 0"),
        (["check", "--timeout", "0ms"], 2, "it must be more than 0"),
        (["run", "--scenario", "warm-start"], 2, "Shipped: cold-start, first-byte-tolerance, fork"),
        (["run", "--target", "glm"], 2, "no target 'glm'"),
        (["run", "--base-url", "ftp://x", "--model", "m"], 2, "http"),
        (["run", "--base-url", "http://127.0.0.1:9"], 2, "--model"),
        (["run", "--base-url", "http://u:hunter2@x", "--model", "m"], 2, "holds no user and no password"),
        (["run", "--base-url", "http://127.0.0.1:9", "--model", "m"], 2, "ANTHROPIC_AUTH_TOKEN is not set"),
        (["run", "--fault", "gremlins"], 2, "gremlins"),
        (["run", "--fault", "hang(", "--rounds", "1"], 2, "hang("),
        (["run", "--fail-on", "call1.sadness > 1"], 2, "Metrics: failure_rate"),
        (["run", "--fail-on", "call7.failed > 1"], 2, "Steps: call1, call2"),
        (["run", "--env", "NOVALUE"], 2, "KEY=VALUE"),
        (["run", "--max-cost-usd", "-1"], 2, "--max-cost-usd: must be more than 0"),
        (["run", "--env", "HOME=/x"], 2, "HOME is set by probe itself"),
        (["run", "--target", "a", "--target", "b", "--token-env", "T"], 2, "a token for one target, and several"),
        (
            ["run", "--base-url", "http://x", "--model", "m", "--fault", "hang"],
            2,
            "only the embedded upstream can be told",
        ),
        (["run", "--prepare", "true", "--concurrency", "2"], 2, "--prepare with --concurrency"),
        (["run", "--client", "no-such-program"], 4, "is no program"),
        (["run", "--client", "true"], 4, "Check --client"),
        (["run", "--max-rounds", "30"], 2, "--max-rounds: is a limit for --until-sure alone"),
        (["run", "--resume", "nothing"], 2, "no such run"),
        (["report"], 2, "no run is stored here"),
        (["report", "nothing"], 2, "no such run"),
        (["export", "--format", "parquet"], 2, "--output"),
        (["scenarios", "show", "binary.yaml"], 2, "binary.yaml:1: is not a text file in UTF-8"),
        (["tolerance", "--wait", "foo"], 2, "'foo' is not one of 'first-byte', 'gap', 'whole-answer'"),
        (["tolerance", "--upto", "1s", "--precision", "2s"], 2, "--precision: must be no more than --upto"),
        (["scenarios", "validate", "/dev/null"], 2, "/dev/null"),
    ],
)
def test_bad_input_gets_one_clear_message(probe: Probe, words: list[str], code: int, said: str) -> None:
    (probe.folder / "binary.yaml").write_bytes(b"name: \xff\n")
    ran = probe(*words, code=code)
    assert said in " ".join((ran.err + ran.out).replace("│", " ").split())
    assert "hunter2" not in ran.err


@pytest.mark.parametrize(
    ("base_url", "environment", "said"),
    [
        ("http://127.0.0.1:99999", {}, "a number from 1 to 65535"),
        ("https://relay.example", {"HTTPS_PROXY": "socks5://127.0.0.1:1080"}, "the HTTPS_PROXY must be http"),
        ("http://relay.example", {"http_proxy": "http://127.0.0.1:99999"}, "the http_proxy is no address"),
        ("https://relay.example", {"NODE_EXTRA_CA_CERTS": "/nowhere"}, "cannot read certificates"),
    ],
)
def test_a_way_that_cannot_be_gone_is_said_before_a_run_is_made(
    probe: Probe, base_url: str, environment: dict[str, Any], said: str
) -> None:
    words = ("run", "--base-url", base_url, "--model", "m", "-n", "1")
    ran = probe(*words, code=2, ANTHROPIC_AUTH_TOKEN="sk-canary-0000000000000000", **environment)
    assert said in ran.err
    assert not (probe.folder / "reports").exists()


def test_no_client_anywhere_ends_with_4(probe: Probe) -> None:
    code = "import sys; sys.modules['claude_agent_sdk'] = None; from probe.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "run"],
        env={**probe.env(PROBE_CLIENT=""), "PATH": str(probe.folder)},
        cwd=probe.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "no claude found" in done.stderr) == (4, True), done.stderr


@pytest.mark.parametrize("words", [("schema",), ("--help",), ("run", "--help"), ("scenarios", "list")])
def test_a_reader_that_goes_away_is_no_defect(probe: Probe, words: tuple[str, ...]) -> None:
    running = probe.start(*words)
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.close()
    assert (running.wait(30), running.stderr.read()) == (0, "")
    running.stderr.close()


@pytest.mark.parametrize("minds", ["", "trap '' INT; "])
def test_ctrl_c_is_said_wherever_it_comes_and_leaves_nothing(probe: Probe, minds: str) -> None:
    table = '[targets.slow]\nbase_url = "http://127.0.0.1:9"\nmodel = "m"\n'
    (probe.folder / "probe.toml").write_text(f'{table}token_command = "{minds}touch begun; sleep 30; :"\n')
    running = probe.start("run", "--target", "slow")
    wait_until((probe.folder / "begun").exists, 20)
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does
    out, err = running.communicate(timeout=20)  # which waits for whoever holds the pipes
    assert (running.returncode, out, err) == (130, "", "probe: interrupted\n")


def test_a_terminal_without_our_letters_gets_the_rest(probe: Probe) -> None:
    probe.run("-n", "2", *EMBEDDED, PYTHONIOENCODING="ascii")
    said = probe.alone("report", PYTHONIOENCODING="ascii").out
    whole = probe("report").out
    assert not whole.isascii()
    assert said == whole.encode("ascii", "replace").decode()


@pytest.mark.slow
def test_the_report_is_made_again_from_the_store_alone(probe: Probe) -> None:
    probe("run", "-n", "2", *EMBEDDED)
    run = probe.runs()[0]
    written = (run / "report.md").read_text()
    assert probe("report").out == written
    assert probe("report", run.name).out == written
    assert probe("report", str(run), "--format", "json").json["sections"][0]["rounds_finished"] == 2


def test_embedded_results_are_marked(probe: Probe) -> None:
    ran = probe.run("-n", "1")
    assert "No target is named, so this run uses the embedded upstream" in ran.err
    assert "so they say nothing about any real upstream" in probe("report").out
    assert json.loads((probe.runs()[0] / "manifest.json").read_text())["target"]["kind"] == "embedded"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("behaviour", "timeout", "outcome", "cause"),
    [
        ("crash", "30s", "client_crashed", "SIGSEGV"),
        ("garbage", "30s", "invalid_output", None),
        ("silent", "30s", "invalid_output", "empty"),
        ("hang_after_result", "4s", "client_hung_after_result", None),
        ("hang", "1s", "timed_out", "no_request"),
        ("complain", "30s", "session_in_use", None),
    ],
)
def test_a_client_that_misbehaves_is_an_outcome(
    probe: Probe, behaviour: str, timeout: str, outcome: str, cause: str | None
) -> None:
    probe.run("-n", "1", *EMBEDDED, "--env", f"STUB={behaviour}", "--timeout", timeout, code=3)
    assert [(call["diagnosis"]["outcome"], call["diagnosis"]["cause"]) for call in calls(probe.runs()[0])] == [
        (outcome, cause)
    ] * 2


@pytest.mark.parametrize(
    ("scenario", "second"), [("resume", "not_continued"), ("fork", "not_continued"), ("cold-start", "tool_use")]
)
def test_a_session_in_which_a_tool_was_asked_for_is_not_gone_on_with(probe: Probe, scenario: str, second: str) -> None:
    ran = probe.run("-n", "1", *EMBEDDED, "--scenario", scenario, "--env", "STUB=tool", code=3)
    found = calls(probe.runs()[0])
    assert [call["diagnosis"]["outcome"] for call in found] == ["tool_use", second]
    if second == "not_continued":
        assert "call2: not_continued in 0 ms" in ran.err
        assert found[1]["phases"] is None
        assert "asked for Bash, and would have been sent the refusal" in probe("explain", "--round", "1").out


@pytest.mark.slow
def test_limits_stop_a_run_and_say_so(probe: Probe) -> None:
    ran = probe.run("-n", "5", *EMBEDDED, "--max-cost-usd", "0.9")
    assert "the limit of --max-cost-usd was reached" in ran.err
    assert len(calls(probe.runs()[0])) == 4  # two rounds of two calls at 0.25 each pass 0.9
    assert "3 of 5" not in probe("report").out
    assert "2 of 5 rounds; --max-cost-usd was reached" in probe("report").out


def test_a_target_of_probe_toml_is_used_and_warned_of(probe: Probe) -> None:
    (probe.folder / "probe.toml").write_text(
        '[targets.glm]\nbase_url = "http://127.0.0.1:9/x"\nmodel = "glm-4.7"\ntoken_env = "GLM_TOKEN"\n'
        'aliases = { sonnet = "claude-opus-4-6" }\nenv = { API_TIMEOUT_MS = "600000" }\n'
    )
    ran = probe.run("--target", "glm", "-n", "1", "--no-preflight", code=3, GLM_TOKEN="sk-canary-0000000000000000")
    assert "the sonnet alias is set to 'claude-opus-4-6', which looks like opus" in ran.err
    manifest = json.loads((probe.runs()[0] / "manifest.json").read_text())
    assert manifest["target"]["env"] == {"API_TIMEOUT_MS": "600000"}
    assert manifest["target"]["token_masked"] == "sk-...0000"


@pytest.mark.slow
def test_prepare_runs_before_each_round_and_its_failure_ends_the_run(probe: Probe) -> None:
    probe.run("-n", "3", *EMBEDDED, "--prepare", "echo x >> prepared")
    assert (probe.folder / "prepared").read_text() == "x\n" * 3
    ran = probe.run("-n", "3", *EMBEDDED, "--prepare", "echo no relay here; exit 7", code=4)
    assert "ended with 7: no relay here" in ran.err


SECRET = "Bearer abcdefghijklmnop"


@pytest.mark.slow
@pytest.mark.parametrize("arms", [1, 2])
def test_what_was_redacted_is_not_run_on_a_resume_but_asked_for(probe: Probe, arms: int) -> None:
    words = ("--prepare", f'echo "{SECRET}" >> prepared')
    probe.run("-n", "1", *EMBEDDED, *words, *(["--control"] if arms == 2 else []))
    (run,) = probe.runs()
    assert not [kept for kept in run.rglob("*.json") if SECRET in kept.read_text()]
    refused = probe.run("--resume", run.name, "-n", "2", code=2)
    assert "--prepare: " in refused.err
    assert "Give --prepare again" in refused.err
    probe.run("--resume", run.name, "-n", "2", *words)
    assert (probe.folder / "prepared").read_text() == f"{SECRET}\n" * 2 * arms


@pytest.mark.slow
def test_a_client_s_command_and_variables_that_were_redacted_are_asked_for(probe: Probe) -> None:
    client = ("--client", f"{probe.environment['PROBE_CLIENT']} --header 'x-api-key: abcdefghijklmnop'")
    env = ("--env", f"CLAUDE_NOTE={SECRET}")
    probe.run("-n", "1", *EMBEDDED, *client, *env)
    run = probe.runs()[0].name
    assert "--client: " in probe.run("--resume", run, *env, "-n", "2", code=2).err
    assert "--env: " in probe.run("--resume", run, *client, "-n", "2", code=2).err
    probe.run("--resume", run, *client, *env, "-n", "2")
    assert len(calls(probe.runs()[0])) == 4


def test_prepare_may_leave_a_relay_running(probe: Probe) -> None:
    probe.run("-n", "2", *EMBEDDED, "--prepare", "sleep 30 & echo $! >> pids")
    pids = (probe.folder / "pids").read_text().split()
    assert len(pids) == 2
    wait_until(lambda: all(Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"sleep") for pid in pids))
    for pid in pids:
        subprocess.run(["kill", pid], check=True)


def test_ctrl_c_ends_a_prepare_that_hangs(probe: Probe) -> None:
    child = probe.start("run", "-n", "2", *EMBEDDED, "--prepare", "echo $$ > pid; sleep 60")
    said = probe.folder / "pid"
    wait_until(lambda: said.exists() and bool(said.read_text()), 30)
    os.kill(child.pid, signal.SIGINT)
    _, err = child.communicate(timeout=30)
    assert (child.returncode, "Traceback" in err) == (130, False)
    assert f"--resume {probe.runs()[0].relative_to(probe.folder)}" in err
    assert not Path(f"/proc/{int(said.read_text())}").exists()


def test_export_has_the_promised_columns(probe: Probe) -> None:
    probe.run("-n", "2", "--no-recorder", *EMBEDDED)
    promised = (
        "run_id round step label session_mode session_id started_at wall_ms timed_out return_code outcome cause flags "
        "ttft_ms model_requested models_served input_tokens output_tokens cache_read_tokens cache_creation_tokens "
        "cost_usd client_version driver upstream_kind"
    ).split()
    header, *lines = probe("export").out.splitlines()
    assert set(promised) <= set(header.split(","))
    assert len(lines) == 4
    rows = [json.loads(line) for line in probe("export", "--format", "jsonl").out.splitlines()]
    assert {row["upstream_kind"] for row in rows} == {"embedded"}
    assert {row["input_tokens"] for row in rows} == {100}
    assert {row["cache_read_tokens"] for row in rows} == {None}  # absent, not zero


@pytest.mark.slow
def test_export_to_parquet_reads_back(probe: Probe) -> None:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    probe.run("-n", "1", *EMBEDDED)
    probe("export", "--format", "parquet", "--output", "calls.parquet")
    frame = pandas.read_parquet(probe.folder / "calls.parquet")
    assert list(frame["outcome"]) == ["ok", "ok"]
    assert str(frame["cache_read_tokens"].dtype) == "Int64"


def test_scenarios_are_listed_shown_and_validated(probe: Probe) -> None:
    assert {line.split()[0] for line in probe("scenarios", "list").out.splitlines()} >= {
        "cold-start",
        "same-session",
        "resume",
        "fork",
    }
    text = probe("scenarios", "show", "cold-start").out
    (probe.folder / "mine.yaml").write_text(text.replace("session: new", "session: newish", 1))
    ran = probe("scenarios", "validate", "mine.yaml", code=2)
    assert re.search(r"mine\.yaml:\d+: steps\[0\]\.session: .*'same-id'", ran.err)


def test_resume_refuses_what_could_not_be_pooled(probe: Probe) -> None:
    probe.run("-n", "1", *EMBEDDED)
    run = str(probe.runs()[0])
    ran = probe.run("--resume", run, "-n", "2", "--timeout", "7s", code=2)
    assert "could not be pooled" in ran.err
    assert "scenario: cold-start" in ran.err
    assert len(calls(probe.runs()[0])) == 2


def test_summaries_of_the_original_script_are_reported(probe: Probe) -> None:
    golden = Path(__file__).parents[1] / "golden" / "original-summaries"
    said = probe("report", str(golden / "both-529-after-retries")).out
    assert "`overloaded: 529`" in said
    assert "`timed_out`" not in said
    assert "`session_in_use`" in probe("report", str(golden / "same-session-in-use" / "summary.json")).out


def test_more_rounds_at_a_time_than_cores_are_warned_of(probe: Probe) -> None:
    import os

    rounds = (os.cpu_count() or 1) + 1
    probe.run("-n", str(rounds), *EMBEDDED, "--concurrency", str(rounds))
    assert "The clients waited for each other" in probe("report").out


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("scenarios", "show", "cold-strat"), "Did you mean cold-start? Shipped: "),
        (("scenarios", "show", "./mien.yaml"), "Did you mean mine.yaml? "),
        (("run", "--scenario", "mine.yaml"), "steps[0].promt: unknown key\nDid you mean prompt? "),
        (("run", "--target", "gml"), "Did you mean glm? Known: "),
        (("run", "--config", "other.toml"), "targets.glm.modle: unknown key\nDid you mean model? "),
        (("run", "--target", "embedded", "--fault", "stal"), "did you mean stall?"),
        (("run", "--target", "embedded", "--fail-on", "failed_rate > 1"), "Metrics: failure_rate, "),
        (("run", "--driver", "mesages"), "Did you mean messages?"),
        (("repotr",), "Did you mean 'report'"),
        (("run", "--ruonds", "3"), "--rounds"),
    ],
)
def test_a_typing_error_gets_what_may_be_meant(probe: Probe, words: tuple[str, ...], meant: str) -> None:
    target = 'base_url = "https://relay.example"\nmodel = "glm-4.7"\n'
    (probe.folder / "probe.toml").write_text(f"[targets.glm]\n{target}")
    (probe.folder / "other.toml").write_text(f"[targets.glm]\n{target.replace('model', 'modle')}")
    (probe.folder / "mine.yaml").write_text("name: mine\nsteps:\n  - label: call1\n    promt: x\n")
    assert meant in probe(*words, code=2).err
