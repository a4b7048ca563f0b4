"""The Grafana dashboard and the alert rules ask for metrics, labels and values that `probe` has."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import promql_parser
import pytest
from ruamel.yaml import YAML

from probe.model.fault_party import FaultParty
from probe.model.health import HealthWord
from probe.model.outcome import Outcome
from probe.model.verdict import Answer
from probe.render.openmetrics import render_openmetrics
from tests.render.sections import cold_section, report, undecided_section
from tests.render.test_openmetrics import parse

FOLDER = Path(__file__).parents[2] / "docs" / "grafana"
DASHBOARD = json.loads((FOLDER / "probe.json").read_text())
RULES = YAML(typ="safe").load(FOLDER / "alerts.yml")["groups"][0]["rules"]
OPTIONAL = {"vantage"}
"""Labels that only some runs have."""
VALUES = {
    "health": {word.value for word in HealthWord},
    "answer": {answer.value for answer in Answer},
    "outcome": {outcome.value for outcome in Outcome},
    "party": {party.value for party in FaultParty},
    "quantile": {"0.5", "0.75", "0.9", "0.95", "0.99"},
}


def panels() -> list[dict[str, Any]]:
    return [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]


def queries() -> list[tuple[str, str, str]]:
    """Return the title, query and legend of all that panels show."""
    return [
        (panel["title"], target["expr"], target["legendFormat"]) for panel in panels() for target in panel["targets"]
    ]


def expressions() -> list[str]:
    asked = [query for _, query, _ in queries()]
    return [*asked, *(rule["expr"] for rule in RULES)]


@cache
def labels_of_metrics() -> dict[str, set[str]]:
    """Return the labels of each metric, by the name of its samples."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for family in parse(render_openmetrics(report(cold_section(), undecided_section()))).values():
        for suffix, labels in family.samples:
            found[f"{family.name}{suffix}"] |= dict(labels).keys()
    return found


def selectors(expression: object) -> Iterator[promql_parser.VectorSelector]:
    """Yield what an expression selects, however deep it stands in it."""
    if isinstance(expression, promql_parser.VectorSelector):
        yield expression
    for name in ("lhs", "rhs", "expr", "vector_selector"):
        if hasattr(expression, name):
            yield from selectors(getattr(expression, name))
    for argument in getattr(expression, "args", None) or ():
        yield from selectors(argument)


@pytest.mark.parametrize("query", expressions())
def test_a_query_asks_for_metrics_labels_and_values_that_there_are(query: str) -> None:
    found = list(selectors(promql_parser.parse(query)))
    assert found
    for selector in found:
        labels = labels_of_metrics()[selector.name or ""]
        assert labels, selector.name
        for matcher in selector.matchers.matchers:
            assert matcher.name in labels | OPTIONAL
            if matcher.name in VALUES:
                assert set(matcher.value.split("|")) <= VALUES[matcher.name]


def test_a_panel_names_no_label_that_its_query_lost() -> None:
    for _, query, legend in queries():
        named = set(re.findall(r"{{(\w+)}}", legend))
        grouped = re.search(r"by \(([\w, ]+)\)", query)
        kept = (
            set(grouped[1].split(", "))
            if grouped
            else {label for s in selectors(promql_parser.parse(query)) for label in labels_of_metrics()[s.name or ""]}
        )
        assert named <= kept | OPTIONAL, query


def test_the_dashboard_can_be_imported_into_any_grafana() -> None:
    assert {panel["datasource"]["uid"] for panel in panels()} == {"${datasource}"}
    variables = {variable["name"]: variable for variable in DASHBOARD["templating"]["list"]}
    assert variables["datasource"]["type"] == "datasource"
    used = set(re.findall(r"\$(\w+)", json.dumps([(title, query) for title, query, _ in queries()])))
    assert used == variables.keys() - {"datasource"}
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(ids)) == len(ids)


def test_variables_are_filled_from_labels_that_there_are() -> None:
    variables = {variable["name"]: variable for variable in DASHBOARD["templating"]["list"]}
    for name in ("target", "vantage", "step"):
        metric, label = re.fullmatch(r"label_values\((\w+), (\w+)\)", variables[name]["definition"]).groups()  # type: ignore[union-attr]
        assert label == name
        assert label in labels_of_metrics()[metric] | OPTIONAL


def test_panels_do_not_overlap_and_each_says_what_it_shows() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        place = panel["gridPos"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24
        assert panel["description"].endswith(".")
        taken |= cells


def test_every_health_word_has_its_colour() -> None:
    (mapping,) = panels()[0]["fieldConfig"]["defaults"]["mappings"]
    assert {option["text"] for option in mapping["options"].values()} == VALUES["health"]


def test_every_alert_has_a_name_a_severity_and_a_word_for_a_person() -> None:
    assert len({rule["alert"] for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule["labels"]["severity"] in {"critical", "warning", "info"}
        assert "{{ $labels.target }}" in rule["annotations"]["summary"]
