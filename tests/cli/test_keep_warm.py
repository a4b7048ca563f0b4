"""`probe run --gap … --gap-upto …`: how long an upstream stays warm, found by trial, without a client to save time."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Probe, calls

WARM_MS = 640
"""Just below an idle time that is tried, 649 ms, and far above the one before: what lateness adds changes no answer."""
SLACK_MS = 50
SEARCH = (
    "run", "--no-report", "--driver", "messages", "--target", "embedded",
    "--fault", f"cold_start(delay=500ms, keep_warm={WARM_MS}ms)",
    "--slower-by", "250ms", "--timeout", "10s", "--gap", "100ms", "--gap-upto", "3s",
)  # fmt: skip


def bounds_hold(warmth: dict[str, Any]) -> bool:
    """Return whether the true time lies within what was found; not where a delay left a bound unknown."""
    bounds = [warmth[name] for name in ("last_warm_ms", "first_cold_ms", "low_ms", "high_ms")]
    return None not in bounds and bool(
        warmth["last_warm_ms"] <= WARM_MS + SLACK_MS
        and warmth["first_cold_ms"] >= WARM_MS - SLACK_MS
        and warmth["low_ms"] - SLACK_MS <= WARM_MS <= warmth["high_ms"] + SLACK_MS
    )


@pytest.mark.slow
def test_the_time_after_which_it_goes_cold_is_found_kept_and_reported(
    probe: Probe,
) -> None:  # complexity: assertions on one run
    for _ in range(4):  # a machine that stood still in between says nothing of the search
        ran = probe(*SEARCH, "-n", "12")
        (section,) = probe("report", "--format", "json").json["sections"]
        if bounds_hold(section["warmth"]):
            break
    assert "Before each round the target is left alone for a time of that round's own, 100 ms to 3.00 s." in ran.err
    assert "The upstream was still warm after" in ran.err
    assert "verdict" not in ran.err
    firsts = [call for call in calls(probe.runs()[-1]) if call["label"] == "call1"]
    idle_s = [call["idle_before_ms"] / 1000 for call in firsts[1:]]
    assert len({round(each, 1) for each in idle_s}) >= 3, "idle times differ"
    assert max(idle_s) < 10

    assert (section["verdict"], section["pairs"]) == (None, None)
    warmth = section["warmth"]
    assert (warmth["n"], warmth["left_out"]) == (11, 0)
    assert bounds_hold(warmth), warmth
    for trial in warmth["trials"]:
        assert trial["cold"] == (trial["first_content_ms"] > 250)

    markdown = probe("report", "--lang", "zh").out
    assert "## 能保持多久不变冷" in markdown
    html = probe("report", "--format", "html").out
    assert "Warm or cold, by idle time" in html


@pytest.mark.slow
def test_a_search_goes_on_where_it_was(probe: Probe) -> None:
    probe(*SEARCH, "-n", "4")
    (run,) = probe.runs()
    probe.run("--resume", str(run), "-n", "8")
    warmth = probe("report", "--format", "json").json["sections"][0]["warmth"]
    assert warmth["n"] == 6, "the first round of each start follows nothing"
    assert json.loads((run / "manifest.json").read_text())["scenario"]["gap_upto_s"] == 3


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--gap-upto", "1m"), "must be more than `gap`"),
        (("--gap", "2m", "--gap-upto", "1m"), "must be more than `gap`, which is 120 s"),
        (("--scenario", "keep-warm", "--concurrency", "2"), "keep the upstream warm for each other"),
        (("--scenario", "keep-warm", "--until-sure"), "no verdict to wait for"),
        (("--scenario", "same-session", "--gap", "1s", "--gap-upto", "1m"), "needs a second step that is answered"),
    ],
)
def test_what_cannot_be_had_is_refused_before_anything_is_sent(
    probe: Probe, options: tuple[str, ...], says: str
) -> None:
    ran = probe("run", "--driver", "messages", "--target", "embedded", *options, code=2)
    assert says in ran.err
    assert probe.runs() == []


def test_a_scenario_file_is_told_the_line(probe: Probe, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("name: mine\ngap: 2m\ngap_upto: 1m\nsteps:\n  - {label: a, prompt: x}\n  - {label: b, prompt: x}\n")
    ran = probe("scenarios", "validate", str(path), code=2)
    assert f"{path}:3: gap_upto: must be more than `gap`" in ran.err
