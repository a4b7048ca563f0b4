"""The OpenMetrics exposition, read by a small strict parser of what text format 1.0 and the older one both allow."""

import re
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from probe.model.report import Report
from probe.render.openmetrics import render_openmetrics
from tests.builders import START, manifest, target_info
from tests.render.sections import cold_section, report, section, statistics, undecided_section

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
SAMPLE = re.compile(rf"({NAME})(?:\{{(.*)\}})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)')
SUFFIXES = {"gauge": {""}, "summary": {"", "_count", "_sum"}}
"""By type; `info` and `stateset` are of OpenMetrics alone, and node_exporter refuses a file with one of them."""
Labels = frozenset[tuple[str, str]]


@dataclass
class Family:
    name: str
    type: str
    unit: str = ""
    help: str = ""
    samples: dict[tuple[str, Labels], float] = field(default_factory=dict)

    def value(self, suffix: str = "", **labels: str) -> float:
        """The one sample with these labels, among others."""
        (found,) = (
            value for (end, has), value in self.samples.items() if end == suffix and set(labels.items()) <= set(has)
        )
        return found


def labels_of(text: str) -> Labels:
    found, position = [], 0
    while position < len(text):
        match = LABEL.match(text, position)
        assert match, text
        value = re.sub(r"\\(.)", lambda escape: "\n" if escape[1] == "n" else escape[1], match[2])
        found.append((match[1], value))
        position = match.end()
    assert len({name for name, _ in found}) == len(found)
    return frozenset(found)


def parse(text: str) -> dict[str, Family]:
    """Families by name. AssertionError where the text breaks the format."""
    assert text.endswith("# EOF\n")
    lines = text.split("\n")[:-2]
    families: dict[str, Family] = {}
    current: Family | None = None
    for line in lines:
        if line.startswith("# TYPE "):
            name, kind = line.removeprefix("# TYPE ").split(" ")
            assert re.fullmatch(NAME, name)
            assert name not in families
            assert kind in SUFFIXES, f"unknown metric type {kind}"
            assert current is None or current.samples, "a family without samples"
            current = families[name] = Family(name, kind)
            continue
        assert current, line
        if line.startswith("# "):
            keyword, name, words = line.removeprefix("# ").split(" ", 2)
            assert name == current.name
            assert not current.samples, "metadata after samples"
            assert not getattr(current, keyword.lower())
            assert keyword in {"UNIT", "HELP"}
            setattr(current, keyword.lower(), words)
            continue
        match = SAMPLE.fullmatch(line)
        assert match, line
        assert match[1].startswith(current.name)
        suffix, labels = match[1].removeprefix(current.name), labels_of(match[2] or "")
        assert suffix in SUFFIXES[current.type]
        assert (suffix, labels) not in current.samples
        current.samples[suffix, labels] = float(match[3])
    for each in families.values():
        check(each)
    return families


def check(family: Family) -> None:
    assert family.help
    assert not family.unit or family.name.endswith(f"_{family.unit}")
    if family.type == "summary":
        quantiles = [dict(labels).get("quantile") for end, labels in family.samples if not end]
        assert all(quantile is not None and 0 <= float(quantile) <= 1 for quantile in quantiles)


def families(made: Report) -> dict[str, Family]:
    return parse(render_openmetrics(made))


def test_counts_and_rates_are_the_model_s() -> None:
    found = families(report(cold_section()))
    assert found["probe_calls"].value(step="call1", outcome="timed_out") == 7
    assert found["probe_calls"].value(step="call1", outcome="ok") == 21
    counts = {name: found[f"probe_calls_{name}"].value(step="call1") for name in ("ok", "clean", "recovered", "failed")}
    assert counts == {"ok": 21, "clean": 18, "recovered": 3, "failed": 9}
    assert found["probe_failure_ratio"].value(step="call1") == 0.3
    assert found["probe_failure_high_ratio"].value(step="call2") == 0.095
    assert found["probe_gates_failed"].value() == 2
    assert found["probe_cost_usd"].value(step="call2") == 1.836
    assert found["probe_input_tokens"].value(step="call2") == 630_000


def test_only_exact_quantiles_are_given_and_in_seconds() -> None:
    durations = families(report(cold_section()))["probe_call_duration_seconds"]
    assert durations.unit == "seconds"
    assert durations.value(step="call1", quantile="0.5") == 3.43
    given_ones = {dict(labels).get("quantile") for _, labels in durations.samples if ("step", "call1") in labels}
    assert given_ones == {"0.5", "0.75", None}
    assert durations.value("_count", step="call1") == 30


def test_times_are_seconds() -> None:
    found = families(report(cold_section()))
    assert found["probe_call_restricted_mean_seconds"].value(step="call1") == 45.2
    assert found["probe_ttft_median_seconds"].value(step="call2") == 0.04


def test_the_verdict_is_one_state_of_three() -> None:
    states = families(report(undecided_section()))["probe_verdict"]
    assert states.value(answer="UNDECIDED") == 1
    assert sum(states.samples.values()) == 1
    assert len(states.samples) == 3


def test_sections_are_told_apart_by_their_target() -> None:
    found = families(report(cold_section(), undecided_section()))
    assert found["probe_rounds"].value(target="relay") == 30
    assert found["probe_calls_failed"].value(target="other", step="call1") == 1
    assert found["probe_run_info"].value(target="other", model="glm-4.7", role="target") == 1


def test_a_run_begins_no_new_series_but_its_own_and_says_when_it_was() -> None:
    found = families(report(cold_section()))
    named = {name for name, family in found.items() for _, labels in family.samples if "run" in dict(labels)}
    assert named == {"probe_run_info"}
    assert found["probe_run_info"].value(run="20261121T073000Z-two-calls-relay") == 1
    assert found["probe_run_timestamp_seconds"].value(target="relay") == START.timestamp()


def test_what_is_not_known_is_absent_not_zero() -> None:
    found = families(report(section(statistics("call1", 0), manifest=None)))
    assert not {"probe_failure_ratio", "probe_cost_usd", "probe_verdict", "probe_call_duration_seconds"} & set(found)
    assert found["probe_calls_failed"].value() == 0


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text('"\\\n{},= #', max_size=8))
def test_labels_keep_the_format_whatever_they_hold(one: str, two: str) -> None:
    made = section(statistics("call1", 1), name=one + two, manifest=manifest(target=target_info(model=two or "m")))
    found = families(report(made))
    ((_, labels),) = found["probe_rounds"].samples
    assert {name for name, _ in labels} == {"target", "model"}
    if re.fullmatch(r"[!-~]+", two):
        assert ("model", two) in labels
