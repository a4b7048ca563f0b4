"""The OpenMetrics exposition, read by the parsers of prometheus_client: of OpenMetrics and of the older text format."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import Metric
from prometheus_client import parser as older_parser
from prometheus_client.openmetrics import parser as openmetrics_parser

from probe.model.report_sections import Report
from probe.model.verdict import Answer
from probe.render.openmetrics import render_openmetrics
from tests.builders import START, manifest, target_info
from tests.render.sections import cold_section, report, section, statistics, undecided_section

SUFFIXES = {"gauge": {""}, "summary": {"", "_count", "_sum"}}
"""By type; `info` and `stateset` are of OpenMetrics alone, and node_exporter refuses a file with one of them."""
Labels = frozenset[tuple[str, str]]


@dataclass
class Family:
    """A metric family as it was read."""

    name: str
    type: str
    unit: str = ""
    help: str = ""
    samples: dict[tuple[str, Labels], float] = field(default_factory=dict)

    def value(self, suffix: str = "", **labels: str) -> float:
        """Return the value of the only sample that has these labels."""
        (found,) = (
            value for (end, has), value in self.samples.items() if end == suffix and set(labels.items()) <= set(has)
        )
        return found


def read(parser: Any, text: str) -> list[Metric]:
    return list(parser.text_string_to_metric_families(text))


def parse(text: str) -> dict[str, Family]:
    """Families by name. AssertionError or ValueError where the text breaks one of the formats."""
    found = {}
    for metric in read(openmetrics_parser, text):
        assert metric.type in SUFFIXES
        assert metric.documentation
        assert not metric.unit or metric.name.endswith(f"_{metric.unit}")
        assert metric.samples
        family = found[metric.name] = Family(metric.name, metric.type, metric.unit, metric.documentation)
        for sample in metric.samples:
            suffix = sample.name.removeprefix(metric.name)
            assert suffix in SUFFIXES[metric.type]
            family.samples[suffix, frozenset(sample.labels.items())] = sample.value
        assert len(family.samples) == len(metric.samples)
    assert sorted(samples_of(read(older_parser, text))) == sorted(samples_of(read(openmetrics_parser, text)))
    return found


def samples_of(metrics: Iterable[Metric]) -> list[tuple[str, list[tuple[str, str]], float]]:
    return [
        (sample.name, sorted(sample.labels.items()), sample.value) for metric in metrics for sample in metric.samples
    ]


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


def test_the_verdict_is_one_state_of_all() -> None:
    states = families(report(undecided_section()))["probe_verdict"]
    assert states.value(answer="UNDECIDED") == 1
    assert sum(states.samples.values()) == 1
    assert len(states.samples) == len(Answer)


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
