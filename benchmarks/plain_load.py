"""Plain HTTP calls, 64 at a time, by `probe run` and by a public load tool: CPU a call, rate, error of the TTFT.

Both make the same calls of chat completions against the same upstream, which is a process of its own and answers after
50 ms. aiperf is found on PATH or by AIPERF=/path/to/aiperf. It and `probe` run in turns. CPU is that of all their
processes; their start and reports are in it, and beside it stands what a further call costs, from runs of two lengths.
The error of a TTFT is what a tool says less what the upstream's clock says, which is the machine's.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import probe

FEW, MANY = 200, 2000
AT_ONCE = 64
TURNS = 5
SCENARIO = (
    'name: one\nrounds: 1\nsteps:\n  - label: call1\n    prompt: "Reply with exactly: PROBE_OK"\n    timeout: 60s\n'
)
TOKENIZER: dict[str, object] = {
    "version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
    "pre_tokenizer": {"type": "Whitespace"}, "post_processor": None, "decoder": None,
    "model": {"type": "WordLevel", "vocab": {"?": 0}, "unk_token": "?"},
}  # fmt: skip
"""aiperf wants a tokenizer, though it takes the upstream's usage; this one need not be downloaded."""

SaidMs = dict[str, float]
"""The TTFT that a tool says, by the id of the request."""
Tool = Callable[[str, int, Path], tuple[SaidMs, float]]
"""Makes so many calls of a base URL, keeps its files in a folder, and returns what it says and its calls a second."""


@dataclass(frozen=True)
class Load:
    """The result of a run of a tool."""

    cpu_s: float
    upstream_cpu_s: float
    calls_a_second: float
    errors_ms: list[float]


def measure() -> None:
    """Print what calls cost by each tool."""
    tools: dict[str, Tool] = {"probe": _by_probe}
    aiperf = os.environ.get("AIPERF") or shutil.which("aiperf")
    if aiperf is None:
        print("  aiperf (a public load tool) is not here, so nothing stands beside these figures")
    else:
        tools |= {
            "aiperf": lambda url, calls, folder: _by_aiperf(aiperf, "pooled", url, calls, folder),
            "aiperf, a connection each": lambda url, calls, folder: _by_aiperf(aiperf, "never", url, calls, folder),
        }
    loads: dict[str, list[tuple[Load, Load]]] = {name: [] for name in tools}
    for _ in range(TURNS):
        for name, tool in tools.items():
            loads[name].append((_load(tool, FEW), _load(tool, MANY)))
    for name, pairs in loads.items():
        _say(name, pairs)
    if aiperf is not None:
        ratios = [
            _further_ms(ours) / _further_ms(theirs)
            for ours, theirs in zip(loads["probe"], loads["aiperf, a connection each"], strict=True)
        ]
        print(f"  CPU of a further call, probe against aiperf with a connection each: ratio {_quartiles(ratios)}")


def _load(tool: Tool, calls: int) -> Load:
    """Have a tool make its calls of an upstream of their own."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        log = folder / "upstream.jsonl"
        upstream = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.timed_upstream", str(log)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert upstream.stdout is not None
        url = upstream.stdout.readline().strip()
        before = os.times()
        said, calls_a_second = tool(url, calls, folder)
        after = os.times()
        upstream.communicate()
        *answers, last = [json.loads(line) for line in log.read_text().splitlines()]
    truth_ms = {answer["id"]: (answer["first_byte"] - answer["received"]) * 1000 for answer in answers}
    errors = [said_ms - truth_ms[name] for name, said_ms in said.items() if name in truth_ms]
    if len(errors) < calls:
        raise RuntimeError(f"only {len(errors)} of {calls} calls were answered")
    cpu_s = after.children_user + after.children_system - before.children_user - before.children_system
    return Load(cpu_s, last["cpu_s"], calls_a_second, errors)


def _by_probe(url: str, calls: int, folder: Path) -> tuple[SaidMs, float]:
    scenario, out = folder / "one.yaml", folder / "out"
    scenario.write_text(SCENARIO)
    words = ["--scenario", str(scenario), "--driver", "chat-completions", "--concurrency", str(AT_ONCE)]
    target = ["--base-url", url, "--model", "m", "--token-env", "T", "--out", str(out)]
    subprocess.run(
        [sys.executable, "-m", "probe", "run", "-n", str(calls), *words, *target, "--quiet"],
        env={**os.environ, "T": "probe-made-up-token"},
        check=True,
        capture_output=True,
    )
    (run,) = (out / "runs").iterdir()
    frame = probe.load(run).exchanges
    ids = (text.rpartition(": ")[2] for text in frame["correlation"])
    events = [json.loads(line) for line in (run / "journal.jsonl").read_text().splitlines()]
    moments = [
        datetime.fromisoformat(event["at"]).timestamp()
        for event in events
        if event["event"] in {"round_started", "round_finished"}
    ]
    return dict(zip(ids, map(float, frame["ttft_ms"]), strict=True)), calls / (max(moments) - min(moments))


def _by_aiperf(aiperf: str, reuse: str, url: str, calls: int, folder: Path) -> tuple[SaidMs, float]:
    (folder / "tokenizer.json").write_text(json.dumps(TOKENIZER))
    (folder / "tokenizer_config.json").write_text('{"tokenizer_class": "PreTrainedTokenizerFast", "unk_token": "?"}')
    (folder / "prompts.jsonl").write_text('{"text": "Reply with exactly: PROBE_OK"}\n')
    words = ["--model", "m", "--url", url, "--endpoint-type", "chat", "--streaming", "--use-server-token-count"]
    words += ["--tokenizer", str(folder), "--input-file", "prompts.jsonl", "--custom-dataset-type", "single_turn"]
    words += ["--request-count", str(calls), "--concurrency", str(AT_ONCE), "--connection-reuse-strategy", reuse]
    words += ["--ui", "none", "--no-server-metrics", "--no-gpu-telemetry", "--artifact-dir", "artifacts"]
    done = subprocess.run([aiperf, "profile", *words], cwd=folder, capture_output=True, text=True, check=False)
    records = folder / "artifacts" / "profile_export.jsonl"
    if done.returncode or not records.exists():
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
    lines = [json.loads(line) for line in records.read_text().splitlines()]
    begun = min(line["metadata"]["request_start_ns"] for line in lines)
    ended = max(line["metadata"]["request_end_ns"] for line in lines)
    said = {
        line["metadata"]["x_request_id"]: line["metrics"]["time_to_first_token"]["value"]
        for line in lines
        if "time_to_first_token" in line["metrics"]
    }
    return said, len(lines) / ((ended - begun) / 1e9)


def _further_ms(pair: tuple[Load, Load]) -> float:
    """Return the CPU of a call beyond those of the shorter run, in ms."""
    few, many = pair
    return (many.cpu_s - few.cpu_s) / (MANY - FEW) * 1000


def _say(name: str, pairs: list[tuple[Load, Load]]) -> None:
    many = [pair[1] for pair in pairs]
    errors = sorted(abs(error) for load in many for error in load.errors_ms)
    print(
        f"  {name}: CPU of a further call {_quartiles([_further_ms(pair) for pair in pairs])} ms, "
        f"start included {_quartiles([load.cpu_s / MANY * 1000 for load in many])} ms; "
        f"{_quartiles([load.calls_a_second for load in many], 0)} calls a second; "
        f"TTFT error median {statistics.median(errors):.2f} ms, p99 {errors[int(0.99 * len(errors))]:.2f} ms "
        f"(n={len(errors)}); upstream {statistics.median(load.upstream_cpu_s for load in many) / MANY * 1000:.2f} ms "
        "of CPU a call",
        flush=True,
    )


def _quartiles(values: list[float], digits: int = 2) -> str:
    low, middle, high = statistics.quantiles(values, n=4)
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"
