"""Lines that a run says before it sends anything: what is measured, how much of it, with what, for which cost."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from probe.cli.announce import announce, lost_sentence, same_failure_sentence, say_dry_run
from probe.cli.language import choose_language
from probe.model.choices import Role, UpstreamKind
from probe.model.outcome import Outcome
from probe.ports import DriverDescription
from probe.session.circuit_breaker import SameFailure
from probe.session.execute import RunState
from probe.session.prepare import PreparedArm
from probe.session.usage_watch import UsageWatch
from tests.builders import ScriptedDriver, scenario, step, target_info
from tests.conftest import Probe
from tests.session.prepared import no_rows, prepared_arm, prepared_run

TWO_CALLS = scenario(step(timeout=10), step("call2", timeout=10))


class CostlyDriver(ScriptedDriver):
    """A driver each of whose calls takes 20,000 tokens."""

    def describe(self, step: Any) -> DriverDescription:
        return replace(super().describe(step), tokens_a_call=20_000)


def arm(name: str = "relay", **changes: Any) -> PreparedArm:
    built = prepared_arm(name, **{"script": TWO_CALLS, **changes})
    return replace(built, driver=CostlyDriver(runs_client=built.driver.runs_client))


def embedded(*faults: str, role: Role = Role.TARGET) -> PreparedArm:
    """Return an arm that calls the embedded upstream."""
    built = arm("embedded")
    info = target_info(name="embedded", kind=UpstreamKind.EMBEDDED, faults=faults)
    spec = built.spec.model_copy(update={"role": role})
    return replace(built, spec=spec, manifest=built.manifest.model_copy(update={"target": info}))


def state_of(*arms: PreparedArm, rounds_left: int = 3, **options: Any) -> RunState:
    rows = no_rows(*arms)
    return RunState(prepared_run(*arms, **options), arms, rows, UsageWatch(arms, rows), rounds_left)


def announced(
    capsys: pytest.CaptureFixture[str], state: RunState, *, quiet: bool = False, verbose: bool = False
) -> list[str]:
    announce(state, quiet=quiet, is_verbose=verbose)
    shown = capsys.readouterr()
    assert shown.out == "", "standard output is for results"
    return shown.err.splitlines()


def test_the_target_comes_first_and_then_rounds_client_cost_and_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert announced(capsys, state_of(arm())) == [
        "Target relay: https://relay.example, model glm-4.7",
        (
            "two-calls: 3 rounds of 2 calls with Claude Code 2.1.329; "
            "about 120,000 input tokens if no call is retried; at most 60.0 s."
        ),
    ]


def test_of_a_resumed_run_only_what_is_left_is_announced(capsys: pytest.CaptureFixture[str]) -> None:
    (_, plan) = announced(capsys, state_of(arm(), rounds_left=1))
    assert "1 round of 2 calls" in plan
    assert "40,000 input tokens" in plan


def test_with_until_sure_the_rounds_are_the_most_that_are_made(capsys: pytest.CaptureFixture[str]) -> None:
    (_, plan) = announced(capsys, state_of(arm(), until_sure=True))
    assert "two-calls: at most 3 rounds of 2 calls" in plan


def test_plain_http_is_named_with_its_driver_and_each_maker_once(capsys: pytest.CaptureFixture[str]) -> None:
    plain = arm("b", runs_client=False, of_manifest={"driver": "messages"})
    lines = announced(capsys, state_of(arm("a"), plain, arm("c")))
    assert [line.partition(":")[0] for line in lines[:3]] == ["Target a", "Target b", "Target c"]
    assert "with Claude Code 2.1.329 and plain HTTP (messages);" in lines[3]


def test_arms_of_one_target_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    lines = announced(capsys, state_of(arm("relay", vantage="fra"), arm("relay", vantage="sin")))
    assert [line for line in lines if line.startswith("Target")] == [
        "Target relay: https://relay.example, model glm-4.7"
    ]


@pytest.mark.parametrize(
    ("named", "faults", "says"),
    [
        (("embedded",), ("hang", "stall"), "This run uses the embedded upstream, which says nothing about a real one."),
        ((), (), "No target is named, so this run uses the embedded upstream"),
    ],
)
def test_the_embedded_upstream_is_never_taken_for_a_real_one(
    capsys: pytest.CaptureFixture[str], named: Sequence[str], faults: tuple[str, ...], says: str
) -> None:
    first, plan = announced(capsys, state_of(embedded(*faults), targets=named))
    assert first.startswith(says)
    assert first.endswith("Faults: hang; stall" if faults else "Faults: none")
    assert "input tokens" not in plan, "it costs nothing"
    assert plan.endswith("with Claude Code 2.1.329; at most 60.0 s.")


@pytest.mark.parametrize(
    ("file", "shown"),
    [("other/probe.toml", "Target relay (from ~/other/probe.toml): "), ("probe.toml", "relay: "), (None, "relay: ")],
)
def test_a_target_of_another_file_is_told_with_its_place(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: str | None, shown: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    built = arm()
    place = str(tmp_path / file) if file else None
    built = replace(built, spec=built.spec.model_copy(update={"config_file": place}))
    first, *_ = announced(capsys, state_of(built))
    assert shown in first
    assert ("from" in first) is (file == "other/probe.toml")


def test_idle_times_that_differ_are_told_with_their_limits(capsys: pytest.CaptureFixture[str]) -> None:
    script = scenario(step(), step("call2"), gap=60, gap_upto=900)
    *_, last = announced(capsys, state_of(arm(script=script)))
    assert last.startswith("Before each round the target is left alone for a time of that round's own, 60.0 s to 15 m")


def test_the_control_and_where_the_client_is_from_are_said_when_verbose(capsys: pytest.CaptureFixture[str]) -> None:
    state = state_of(arm(), embedded(role=Role.CONTROL), arm("plain", runs_client=False))
    further = announced(capsys, state, verbose=True)[len(announced(capsys, state)) :]
    assert [line.partition(":")[0] for line in further] == ["Control", "claude 2.1.329 is from PATH."]


def test_a_control_is_no_target(capsys: pytest.CaptureFixture[str]) -> None:
    lines = announced(capsys, state_of(arm(), embedded(role=Role.CONTROL)))
    assert [line.split()[0] for line in lines] == ["Target", "two-calls:"]


def test_quiet_hides_the_plan_and_no_warning(capsys: pytest.CaptureFixture[str]) -> None:
    odd = arm(target={"aliases": {"opus": "claude-haiku-4-5"}})
    alias, permissions = announced(capsys, state_of(odd, dangerously_skip_permissions=True), quiet=True)
    assert alias.startswith("warning: ")
    assert "the opus alias" in alias
    assert permissions.startswith("WARNING: --dangerously-skip-permissions")
    assert announced(capsys, state_of(arm()), quiet=True) == []


@pytest.mark.parametrize(
    ("cause", "what"),
    [("403", "was refused access (403)"), (None, "was refused access")],
)
def test_an_arm_that_goes_on_failing_is_stopped_with_the_failure(cause: str | None, what: str) -> None:
    said = same_failure_sentence("glm", SameFailure(Outcome.FORBIDDEN, cause, 5))
    assert said == f"glm: every call of 5 rounds failed, each {what}. No further round is made."


def test_what_ends_the_rounds_at_a_vantage_is_said_without_what_drives_a_terminal() -> None:
    assert lost_sentence("fra", "gone\x1b[2J") == "The vantage fra makes no further rounds: gone\ufffd[2J"
    assert lost_sentence(None, "gone") == "No further rounds are made: gone"
    assert len(lost_sentence("fra", "x" * 5000)) < 600
    choose_language(["--lang", "zh"], {})
    assert lost_sentence("fra", "gone").startswith("观测点 fra 不再运行后续轮次")


def test_a_dry_run_tells_of_each_arm_and_then_of_the_sandbox(capsys: pytest.CaptureFixture[str]) -> None:
    client = arm("a", of_manifest={"environment_names": ("MY_SECRET", "TOKEN")}, concurrency=2)
    plain = arm("b", runs_client=False, of_manifest={"driver": "messages"})
    say_dry_run(prepared_run(client, plain), as_json=False)
    first, _, second = capsys.readouterr().out.partition("\n\ntarget: b")
    assert first.splitlines() == [
        "target: a (real), https://relay.example, model glm-4.7",
        "client: claude 2.1.329 (from PATH)",
        "rounds: 2, 2 at a time",
        "",
        "call1 (at most 10 s):",
        "  scripted 'Say it'",
        "call2 (at most 10 s):",
        "  scripted 'Say it'",
        "",
        "environment (names): MY_SECRET TOKEN",
    ]
    assert "plain HTTP (messages), without a client" in second
    assert "environment (names)" not in second
    assert "\nsandbox of each round, mode 0700:\n  HOME=<sandbox>" in second


def test_a_dry_run_without_a_client_has_no_sandbox_and_tells_faults_and_files(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    built = embedded("hang", "stall")
    spec = built.spec.model_copy(update={"config_file": str(tmp_path / "probe.toml")})
    built = replace(built, spec=spec, driver=ScriptedDriver(runs_client=False))
    say_dry_run(prepared_run(built), as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("target: embedded (embedded)")
    assert lines[1:4] == ["from: ./probe.toml", "fault: hang", "fault: stall"]
    assert not [line for line in lines if "sandbox" in line]


def test_a_dry_run_as_json_has_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    say_dry_run(prepared_run(arm("a"), arm("b")), as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert [each["target"]["name"] for each in told["arms"]] == ["a", "b"]
    assert told["sandbox"]["HOME"].startswith("<sandbox>")


def test_a_command_line_in_a_dry_run_drives_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    say_dry_run(prepared_run(arm(script=scenario(step(prompt="a\x1b[2Jb")))), as_json=False)
    assert "\x1b" not in capsys.readouterr().out


def test_cost_is_said_before_a_run_on_a_real_target(probe: Probe) -> None:
    ran = probe.run(
        "-n", "3", "--base-url", "http://127.0.0.1:9", "--model", "glm-4.7", "--timeout", "20s", "--no-preflight",
        code=3, ANTHROPIC_AUTH_TOKEN="canary-token-000000",
    )  # fmt: skip
    said = ran.err.splitlines()[:2]
    assert said[0] == "Target at-127-0-0-1: http://127.0.0.1:9, model glm-4.7"
    assert said[1].endswith("about 120,000 input tokens if no call is retried; at most 2 m 00 s.")
    assert said[1].startswith("cold-start: 3 rounds of 2 calls with Claude Code ")


def test_dry_run_runs_nothing_and_shows_names_not_values(probe: Probe) -> None:
    ran = probe.run(
        "--dry-run", "--base-url", "http://127.0.0.1:9", "--model", "glm-4.7", "--env", "MY_SECRET=hush-hush",
        ANTHROPIC_AUTH_TOKEN="canary-token-000000",
    )  # fmt: skip
    for word in ("--print", "--session-id", "--max-turns 1", "ANTHROPIC_AUTH_TOKEN", "MY_SECRET", "<sandbox>/config"):
        assert word in ran.out
    assert "canary" not in ran.out + ran.err
    assert "hush" not in ran.out + ran.err
    assert not (probe.folder / "reports").exists()


def test_skip_permissions_warns(probe: Probe) -> None:
    ran = probe.run("-n", "1", "--target", "embedded", "--no-prime", "--dangerously-skip-permissions")
    assert "WARNING: --dangerously-skip-permissions" in ran.err
    assert "--dangerously-skip-permissions" in (probe.runs()[0] / "manifest.json").read_text()
