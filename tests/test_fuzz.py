"""Fuzzing: every command that reads a damaged file ends with a documented exit code, soon, and in little memory.

Few examples in the normal profile, the same each time; `pytest --hypothesis-profile explore tests/test_fuzz.py` tries
thousands.
"""

import resource
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from probe.sanitise import harmless
from tests import hostile_files
from tests.builders import GOLDEN
from tests.conftest import STUB_CLIENT, Probe
from tests.hostile_files import Mutation, mutations
from tests.inputs.test_load_capture import written

_DEEP = settings().max_examples > 100
FEW = settings(max_examples=settings().max_examples if _DEEP else 15, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=settings().max_examples if _DEEP else 60, suppress_health_check=list(HealthCheck))
ENDINGS = {0, 2, 3, 4}
MOST_S, MOST_GROWTH_KB = 30, 400_000
SCENARIOS = Path(__file__).parents[1] / "scenarios"
CONFIG = b"""\
default_target = "relay"
fail_on = ["call1.failure_rate > 10%", "verdict == COLD"]

[targets.relay]
base_url = "http://127.0.0.1:9/api"
model = "glm-4.7"  # a comment
token_env = "RELAY_TOKEN"
auth = "x-api-key"
env = { API_TIMEOUT_MS = "600000", NOTE = \"\"\"
two lines
[targets.none]\"\"\" }
fail_on = [
  "call2.p90_wall > 30s",
]

[targets.relay.aliases]
opus = "glm-4.7"
"""
GATES = ("call1.failure_rate > 10%", "call2.p90_wall > 1h30m surely", "verdict == COLD", "model_mismatch > 0", "n < 3")
FAULTS = (
    "cold_start(delay=8s, keep_warm=60s, on=call1)",
    "status(code=529, retry_after=2s, on=call1, request=first, every=4)",
    'tool_use(name=Bash, input={"command": "id", "n": [1, 2.5]})',
    "hang(on=call2, probability=0.5, seed=7, after_idle=250ms)",
    'wrong_text(text="it\\u0027s, (not) so")',
)


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Probe:
    """Write a night, a run and a capture with the commands, and copy the original script's summaries."""
    folder = tmp_path_factory.mktemp("fuzz")
    probe = Probe(folder, {"PROBE_CLIENT": f"{sys.executable} {STUB_CLIENT}", "RELAY_TOKEN": "made-up"})
    faults = ("--fault", "status(code=529, on=call1, request=first)")
    shared = ("-n", "2", "--no-prime", "--quiet", "--target", "embedded", *faults)
    probe("nightly", *shared, code=None)
    probe.run(*shared)
    shutil.copytree(GOLDEN / "original-summaries", folder / "originals")
    written(folder / "capture.json", body={"model": "m", "stream": True, "n": [1, 2.5, "x"]})
    return probe


@contextmanager
def bounds() -> Iterator[None]:
    """Fail where the body takes too long or too much memory."""

    def late(number: int, frame: FrameType | None) -> None:
        raise AssertionError(f"not done after {MOST_S} s")

    before = signal.signal(signal.SIGALRM, late)
    grown, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    signal.alarm(4 * MOST_S)  # seconds of the wall, of which others may take most
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    assert time.process_time() - began < MOST_S
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - grown < MOST_GROWTH_KB


def ends_as_documented(probe: Probe, words: Sequence[str], **env: str) -> str:
    """Run a command, check its exit code and that its output controls no terminal, and return that output."""
    with bounds():
        ran = probe(*words, code=None, **env)
    assert ran.code in ENDINGS, f"{words}: {ran.code}\n{ran.err}"
    assert ran.code or ran.out or "--output" in words
    output = ran.out + ran.err
    assert harmless(output) == output
    return ran.out


@contextmanager
def changed(file: Path, change: list[Mutation]) -> Iterator[None]:
    """Mutate the file, and restore it afterwards."""
    before = file.read_bytes()
    file.write_bytes(hostile_files.apply(before, change))
    try:
        yield
    finally:
        file.write_bytes(before)


def nights(probe: Probe) -> tuple[Path, Path]:
    first, second = probe.runs()
    return first, second


READERS = (
    *(("report", "RUN", "--format", form) for form in ("markdown", "html", "json", "junit", "csv")),
    *(("report", "RUN", "--lang", "zh"), ("report", "RUN", "OTHER", "--format", "json"), ("explain", "RUN")),
    *(("explain", "RUN", "--round", "1"), ("compare", "OTHER", "RUN"), ("compare", "RUN", "OTHER", "--format", "json")),
    *(("export", "RUN", "--format", form) for form in ("csv", "jsonl", "openmetrics", "otlp")),
    ("report", "RUN", "--fail-on", "call1.p50_wall > 1s"),
)
ORIGINALS = sorted(path.parent.name for path in GOLDEN.glob("original-summaries/*/summary.json"))
OF_A_RUN = (
    "journal.jsonl",
    "journal.jsonl",
    "manifest.json",
    "rounds/0001/summary.json",
    "rounds/0001/summary.json",
)


@FEW
@given(st.sampled_from(READERS), st.sampled_from(OF_A_RUN), mutations, st.booleans())
def test_a_run(measured: Probe, words: Sequence[str], name: str, change: list[Mutation], lost: bool) -> None:
    run, other = nights(measured)
    named = [{"RUN": str(run), "OTHER": str(other)}.get(word, word) for word in words]
    journal = run / "journal.jsonl"
    whole = journal.read_bytes()
    if lost and name != "journal.jsonl":  # so that the summaries are asked
        journal.write_bytes(whole[: len(whole) // 3])
    try:
        with changed(run / name, change):
            ends_as_documented(measured, named)
    finally:
        journal.write_bytes(whole)


@FEW
@given(mutations, st.sampled_from([("trend",), ("trend", "--format", "json"), ("trend", "--chart", "chart.svg")]))
def test_a_history(measured: Probe, change: list[Mutation], words: Sequence[str]) -> None:
    with changed(measured.folder / "reports/history/nights.jsonl", change):
        ends_as_documented(measured, words)


@FEW
@given(mutations, st.sampled_from(ORIGINALS), st.sampled_from(READERS))
def test_an_original_summary(measured: Probe, change: list[Mutation], name: str, words: Sequence[str]) -> None:
    folder = measured.folder / "originals"
    other = str(folder / name / "summary.json")
    with changed(folder / name / "summary.json", change):
        ends_as_documented(measured, [{"RUN": str(folder), "OTHER": other}.get(word, word) for word in words])


@FEW
@given(mutations, st.sampled_from(["diff", "replay"]))
def test_a_capture(measured: Probe, change: list[Mutation], use: str) -> None:
    file = measured.folder / "capture.json"
    with changed(file, change):
        if use == "diff":
            ends_as_documented(measured, ["capture", "--diff", str(file), str(file)])
        else:
            ends_as_documented(measured, ["replay", str(file), "--target", "embedded", "--dry-run"])


@FEW
@given(mutations, st.sampled_from(sorted(SCENARIOS.glob("*.yaml"))))
def test_a_scenario(measured: Probe, change: list[Mutation], shipped: Path) -> None:
    file = measured.folder / "scenario.yaml"
    file.write_bytes(hostile_files.apply(shipped.read_bytes(), change))
    if ends_as_documented(measured, ["scenarios", "validate", str(file)]):
        ends_as_documented(
            measured, ["run", "--driver", "messages", "--dry-run", "--scenario", str(file), "--target", "embedded"]
        )


def test_the_files_are_good_to_begin_with(measured: Probe) -> None:
    (measured.folder / "good.toml").write_bytes(CONFIG)
    run = str(nights(measured)[0])
    for words in (
        ("run", "--driver", "messages", "--dry-run", "--config", "good.toml"),
        ("capture", "--diff", "capture.json", "capture.json"),
        ("report", run, *(f"--fail-on={gate}" for gate in GATES[:2])),
        ("run", "--driver", "messages", "--dry-run", "--target", "embedded", *(f"--fault={fault}" for fault in FAULTS)),
        ("report", "originals"),
        ("trend",),
    ):
        measured(*words)


@FEW
@given(mutations)
def test_a_configuration(measured: Probe, change: list[Mutation]) -> None:
    file = measured.folder / "fuzzed.toml"
    file.write_bytes(hostile_files.apply(CONFIG, change))
    words = ["run", "--driver", "messages", "--dry-run", "--config", str(file)]
    ends_as_documented(measured, words)


def as_argument(data: bytes) -> str:
    """Decode bytes to text that a command line can hold."""
    return data.replace(b"\0", b"").decode("utf-8", "surrogateescape")


arguments = st.tuples(st.sampled_from([*GATES, *FAULTS]), mutations).map(
    lambda pair: as_argument(hostile_files.apply(pair[0].encode(), pair[1]))
) | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)


@MANY
@given(
    arguments,
    st.sampled_from(["--fault", "--fail-on", "--prepare", "--timeout", "--gap", "--model", "--scenario", "--env"]),
)
def test_an_argument(measured: Probe, argument: str, option: str) -> None:
    words = ["run", "--driver", "messages", "--dry-run", "--target", "embedded", f"{option}={argument}"]
    ends_as_documented(measured, words)


@MANY
@given(arguments)
def test_a_gate_of_a_report(measured: Probe, gate: str) -> None:
    ends_as_documented(measured, ["report", str(nights(measured)[0]), "--format", "json", f"--fail-on={gate}"])
