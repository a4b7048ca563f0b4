"""The facts of a recording."""

import pytest

from probe.model.recorded_report import RecordedReport
from probe.render.recorded_facts import recorded_facts
from tests.render.recorded_samples import made
from tests.render.spoken import EN
from tests.reporting.recordings import eventful


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> RecordedReport:
    return made(tmp_path_factory.mktemp("recording"), eventful())


def test_a_recorder_on_an_address_of_its_own_names_it_and_no_command(report: RecordedReport) -> None:
    changes = {"command": (), "listen": "127.0.0.1:8080", "way": None}
    listening = report.model_copy(update={"manifest": report.manifest.model_copy(update=changes)})
    facts = dict(recorded_facts(listening, EN))
    assert "127.0.0.1:8080" in facts.values()
    assert {EN("fact.command"), EN("fact.way")}.isdisjoint(facts)
    assert {EN("fact.command"), EN("fact.way")} <= dict(recorded_facts(report, EN)).keys()
