"""The environment of a call, and whole calls of a stand-in client that is a real process."""

import json
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from probe.diagnose.classify import diagnose
from probe.drivers import sandbox as sandboxes
from probe.drivers.claude_print import ClaudePrint
from probe.drivers.context import MADE_UP_TOKEN
from probe.drivers.locate import Client
from probe.drivers.process import Cancel, Limits
from probe.drivers.sandbox import Sandbox
from probe.errors import ClientTooOldError
from probe.model.choices import OutputFormat, Session, Workload
from probe.model.observation import Observation
from probe.model.run_manifest import ClientInfo
from probe.model.scenario import Expect
from probe.ports import CallOrder
from probe.redact import Redactor
from tests.builders import GOLDEN, step
from tests.drivers.contexts import contexts
from tests.drivers.support import OLDEST, RECENT, Quiet, at_a_deadline
from tests.drivers.test_sandbox import CANARY, POISON


def driver(
    tmp_path: Path,
    cancel: Cancel | None = None,
    *,
    argv: tuple[str, ...] = ("/bin/claude",),
    options: frozenset[str] = RECENT,
    stream_json: bool = True,
    **settings: Any,
) -> ClaudePrint:
    client = Client(argv, ClientInfo(program="claude", version="2.1.329"), options, stream_json)
    fields: dict[str, Any] = {"token": CANARY, "environment": {"PATH": "/bin"}, "redactor": Redactor([CANARY])}
    run, arm = contexts(lambda number, label: f"http://relay/{number}/{label}", cancel or Cancel(), **fields | settings)
    return ClaudePrint(client, tmp_path, run, arm)


@pytest.mark.parametrize("workload", Workload)
@pytest.mark.parametrize("session", Session)
def test_the_token_is_never_on_the_command_line(tmp_path: Path, workload: Workload, session: Session) -> None:
    claude = driver(tmp_path, workload=workload)
    assert CANARY not in " ".join(claude.argv(step(session=session), "id-1", "id-0"))


def test_a_client_that_is_too_old_is_refused_before_any_call(tmp_path: Path) -> None:
    with pytest.raises(ClientTooOldError, match="lacks --fork-session, which"):
        driver(tmp_path, options=OLDEST, sessions={Session.NEW, Session.FORK})


@pytest.mark.parametrize(("stream_json", "form"), [(True, OutputFormat.STREAM_JSON), (False, OutputFormat.JSON)])
def test_the_description_says_what_output_is_asked_for(tmp_path: Path, stream_json: bool, form: OutputFormat) -> None:
    assert driver(tmp_path, stream_json=stream_json).describe(step()).output_format is form


def test_a_poisoned_environment_does_not_get_through(tmp_path: Path) -> None:
    claude = driver(tmp_path, environment=POISON | {"PATH": "/bin", "LC_ALL": "C"})
    environment = claude.environment(Sandbox(Path("/s")), "http://relay", None)
    assert CANARY not in " ".join(environment.values())
    assert (environment["PATH"], environment["LC_ALL"], environment["HOME"]) == ("/bin", "C", "/s/home")
    assert set(POISON) & set(environment) == {"HOME", "CLAUDE_CONFIG_DIR", "XDG_CONFIG_HOME", "ANTHROPIC_BASE_URL"}


def test_the_environment_of_a_call(tmp_path: Path) -> None:
    claude = driver(tmp_path, variables={"DISABLE_TELEMETRY": "0"}, client_retries=3)
    environment = claude.environment(Sandbox(Path("/s")), "http://relay", CANARY)
    assert environment["ANTHROPIC_AUTH_TOKEN"] == CANARY
    assert environment["ANTHROPIC_BASE_URL"] == "http://relay"
    assert environment["ANTHROPIC_MODEL"] == "glm-4.7"
    assert environment["CLAUDE_CODE_MAX_RETRIES"] == "3"
    assert environment["DISABLE_AUTOUPDATER"] == "1"
    assert environment["DISABLE_TELEMETRY"] == "0", "what the target sets wins"
    assert "CLAUDE_CODE_MAX_RETRIES" not in driver(tmp_path).environment(Sandbox(Path("/s")), "x", None)


@pytest.mark.parametrize(("base_url", "proxied"), [("http://relay", True), ("http://127.0.0.1:8080/r/1", False)])
def test_a_client_that_goes_to_loopback_knows_no_proxy(tmp_path: Path, base_url: str, proxied: bool) -> None:
    """Check the user's environment and the target's: the client would use a proxy for loopback as well."""
    proxies = {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "x"}
    claude = driver(tmp_path, environment={"PATH": "/bin", **proxies}, variables={"all_proxy": "http://p:2"})
    environment = claude.environment(Sandbox(Path("/s")), base_url, CANARY)
    named = {name for name in environment if name.lower().endswith("_proxy")}
    assert named == ({"HTTPS_PROXY", "NO_PROXY", "all_proxy"} if proxied else set())


@pytest.mark.parametrize(("root", "skip", "said"), [(True, True, True), (True, False, False), (False, True, False)])
def test_is_sandbox_is_said_only_where_root_skips_permissions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, root: bool, skip: bool, said: bool
) -> None:
    monkeypatch.setattr(sandboxes, "is_root", lambda: root)
    environment = driver(tmp_path, dangerously_skip_permissions=skip).environment(Sandbox(Path("/s")), "x", None)
    assert ("IS_SANDBOX" in environment) == said


def test_contexts_do_not_print_the_token(tmp_path: Path) -> None:
    secret = {"X": CANARY}
    for context in contexts(lambda *_: "", Cancel(), token=CANARY, variables=secret, environment=secret):
        assert CANARY not in repr(context)


# Whole calls. The stand-in writes down how it was run, then does what the test says.

STAND_IN = """\
import json, os, sys, time
with open({log!r}, "a") as log:
    log.write(json.dumps({{"argv": sys.argv[1:], "env": dict(os.environ), "cwd": os.getcwd(), "stdin": sys.stdin.read(),
                          "files": sorted(os.listdir(os.environ["CLAUDE_CONFIG_DIR"]))}}) + "\\n")
def say(line):
    print(line, flush=True)
capture = open({capture!r}).read().splitlines()
os.makedirs(os.environ["CLAUDE_CONFIG_DIR"] + "/projects", exist_ok=True)
"""


class Bench:
    """A driver whose client is a script, and what that script saw."""

    def __init__(self, tmp_path: Path) -> None:
        self.root = tmp_path / "root"
        self.root.mkdir()
        self._script = tmp_path / "stand_in.py"
        self._log = tmp_path / "log.jsonl"
        self._log.touch()
        self.cancel = Cancel()

    def driver(self, code: str, **settings: Any) -> ClaudePrint:
        capture = GOLDEN / "stream-json" / "2.1.329.jsonl"
        self._script.write_text(STAND_IN.format(log=str(self._log), capture=str(capture)) + dedent(code))
        return driver(self.root, self.cancel, argv=(sys.executable, "-I", str(self._script)), **settings)

    def call(self, code: str, timeout: float = 30, **settings: Any) -> Observation:
        with self.driver(code, **settings).open_round(1) as calls:
            return calls.call(CallOrder(1, step(timeout=timeout), "id-1", None))

    @property
    def invocations(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._log.read_text().splitlines()]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    prepared = Bench(tmp_path)
    yield prepared
    prepared.cancel.close()
    assert list(prepared.root.iterdir()) == [], "no sandbox is left"


ANSWER = "for line in capture: say(line)\n"


def test_a_whole_call(bench: Bench) -> None:
    observation = bench.call(ANSWER)
    assert diagnose(observation, Expect(equals="PROBE_OK"), "served-model").outcome == "ok"
    assert (observation.return_code, observation.timed_out, observation.stderr) == (0, False, b"")
    assert observation.words.client_version == "2.1.329"
    assert observation.cpu_ms is None or observation.cpu_ms > 0
    (run,) = bench.invocations
    assert run["argv"][0] == "--print"
    addressed = (run["env"]["ANTHROPIC_BASE_URL"], run["env"]["ANTHROPIC_AUTH_TOKEN"])
    assert addressed == ("http://relay/1/call1", CANARY)
    assert run["stdin"] == ""
    assert run["cwd"] == str(Path(run["env"]["HOME"]).parent / "work")
    assert run["files"] == ["config.json", "settings.json"]


def test_lines_are_timed_as_they_come(bench: Bench) -> None:
    observation = bench.call("say(capture[0])\ntime.sleep(0.4)\nfor line in capture[1:]: say(line)\n")
    words = observation.words
    assert words.requesting_at_ms is not None
    assert words.result_at_ms is not None
    assert 400 <= words.requesting_at_ms <= words.result_at_ms <= observation.wall_ms + 1


def test_what_was_said_before_the_deadline_is_kept(bench: Bench) -> None:
    code = "say(capture[0]); say(capture[1])\ntime.sleep(60)\n"
    observation = at_a_deadline(
        lambda timeout_s: bench.call(code, timeout=timeout_s), lambda result: result.stdout.count(b"\n") == 2, 1.5
    )
    assert observation.timed_out
    found = diagnose(observation, Expect(), None)
    assert (found.outcome, found.cause) == ("timed_out", "no_first_byte")


def test_a_canary_in_what_the_client_prints_is_redacted(bench: Bench) -> None:
    observation = bench.call(
        """
        token = os.environ["ANTHROPIC_AUTH_TOKEN"]
        say(json.dumps({"type": "result", "is_error": True, "subtype": "success", "result": "bad key " + token}))
        sys.stderr.write("token was " + token + "\\n")
        sys.exit(1)
        """
    )
    assert CANARY not in repr(observation)
    assert observation.words.result is not None
    assert observation.words.result.text == "bad key [redacted]"
    assert b"[redacted]" in observation.stderr


def test_a_canary_that_comes_back_in_pieces_is_redacted(bench: Bench) -> None:
    observation = bench.call(
        """
        token = os.environ["ANTHROPIC_AUTH_TOKEN"]
        def event(**fields):
            say(json.dumps({"type": "stream_event", "event": fields}))
        event(type="message_start", message={"model": "m"})
        for piece in ("so: ", token[:5], token[5:9], token[9:] + ".", " bye"):
            event(type="content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
        """
    )
    texts = [json.loads(line)["event"].get("delta", {}).get("text", "") for line in observation.stdout.splitlines()]
    said = "".join(texts)
    assert said.startswith("so: [redacted]")
    assert said.endswith(". bye")
    assert not any(CANARY[start : start + 3] in said for start in range(len(CANARY) - 2))
    assert observation.words.content_events == 5


@pytest.mark.parametrize("kept", [1, 5, 30])
def test_output_that_is_cut_off_ends_with_a_whole_line(bench: Bench, kept: int) -> None:
    """Of a secret that the cap falls into nothing is left, however little of it was kept."""
    observation = bench.call(
        f"""
        token = os.environ["ANTHROPIC_AUTH_TOKEN"]
        room = {Limits(timeout_s=1).max_output_bytes} - len("a whole line\\n") - {kept}
        for stream in (sys.stdout, sys.stderr):
            stream.write("a whole line\\n" + "x" * room + token + "y" * 99)
            stream.flush()
        """
    )
    assert observation.output_truncated
    assert observation.stdout == observation.stderr == b"a whole line\n"


def test_a_canary_in_lines_of_standard_error_is_redacted(bench: Bench) -> None:
    code = "token = os.environ['ANTHROPIC_AUTH_TOKEN']\nsys.stderr.write(token[:6] + '\\n' + token[6:])\n"
    observation = bench.call(code)
    assert observation.stderr == b"[redacted]\n[redacted]"


def test_a_signal_is_named(bench: Bench) -> None:
    observation = bench.call("os.kill(os.getpid(), 9)\n")
    assert (observation.signal, observation.return_code) == ("SIGKILL", -9)


def test_a_client_that_vanished_is_an_outcome(tmp_path: Path) -> None:
    with driver(tmp_path, argv=(str(tmp_path / "gone"),)).open_round(1) as calls:
        observation = calls.call(CallOrder(1, step(), "id-1", None))
    assert diagnose(observation, Expect(), None).outcome == "client_missing"


def test_a_cancelled_call_is_interrupted(bench: Bench) -> None:
    bench.cancel.cancel()
    observation = bench.call("time.sleep(60)\n")
    assert diagnose(observation, Expect(), None).outcome == "interrupted"


def test_priming_never_shows_the_token_and_leaves_no_transcript(bench: Bench) -> None:
    with bench.driver(ANSWER, prime_url="http://primer").open_round(1) as calls:
        assert (calls.priming.primed, calls.priming.problem) == (True, None)
        assert calls.priming.prime_ms is not None
        assert not (Path(str(calls.config_dir)) / "projects").exists()
        calls.call(CallOrder(1, step(), "id-1", None))
    prime, call = bench.invocations
    addressed = (prime["env"]["ANTHROPIC_BASE_URL"], prime["env"]["ANTHROPIC_AUTH_TOKEN"])
    assert addressed == ("http://primer", MADE_UP_TOKEN)
    assert CANARY not in json.dumps(prime)
    assert "--no-session-persistence" in prime["argv"]
    assert "--no-session-persistence" not in call["argv"]
    assert prime["env"]["HOME"] == call["env"]["HOME"]
    assert prime["argv"][prime["argv"].index("--session-id") + 1] != "id-1"


def test_priming_that_fails_is_told(bench: Bench) -> None:
    with bench.driver("sys.exit('no room')\n", prime_url="http://primer").open_round(1) as calls:
        assert not calls.priming.primed
        assert calls.priming.problem == "the client ended with 1: no room"


def test_without_a_primer_nothing_is_primed(bench: Bench) -> None:
    with bench.driver(ANSWER).open_round(1) as calls:
        assert (calls.priming.primed, calls.priming.prime_ms) == (False, None)
    assert bench.invocations == []


def test_the_steps_of_a_round_share_a_sandbox_and_rounds_do_not(bench: Bench) -> None:
    claude = bench.driver(ANSWER)
    for number in (1, 2):
        with claude.open_round(number) as calls:
            for label in ("call1", "call2"):
                calls.call(CallOrder(number, step(label), "id", None))
    homes = [run["env"]["HOME"] for run in bench.invocations]
    assert homes[0] == homes[1] != homes[2] == homes[3]


def test_behind_a_recorder_the_client_knows_no_proxy(bench: Bench) -> None:
    claude = bench.driver(ANSWER, environment={"HTTPS_PROXY": "http://p:1"}, open_call=lambda _: nullcontext(Quiet()))
    with claude.open_round(1) as calls:
        calls.call(CallOrder(1, step(), "id-1", None))
    assert "HTTPS_PROXY" not in bench.invocations[0]["env"]
