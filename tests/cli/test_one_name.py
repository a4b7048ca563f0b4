"""A call has one name for its outcome, and one for how long it took, wherever it is told of."""

import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from probe.model.call import Call
from probe.model.outcome import Flag, Outcome
from probe.model.wire import Phases, WireSummary
from probe.store import RunWriter
from tests.builders import call, manifest, round_events
from tests.conftest import Probe
from tests.render.html_reader import read

pytestmark = pytest.mark.usefixtures("quick")

RUN_ID = "20261121T073000Z-two-calls-relay"
NAME = "overloaded: 529"


@pytest.fixture
def told(probe: Probe) -> Mapping[str, str]:
    """Return what is told of a call that got errors until its deadline of 10 s, and ended 100 ms after that."""
    stopped = call(
        1, 1, Outcome.OVERLOADED, cause="529", evidence="still retrying at the deadline", timed_out=True,
        timeout_ms=10_000.0, wall_ms=10_100.0, wire=WireSummary(endings=("529 overloaded_error",)),
        phases=Phases(boot_ms=900.0, retries_ms=9200.0),
    )  # fmt: skip
    store(probe, stopped, call(1, 2))
    reports = {form: probe("report", "--format", form).out for form in ("markdown", "html", "json", "junit")}
    probe("bundle", "-o", "sent.zip")
    for form in ("har", "otlp"):
        reports[form] = probe("export", "--format", form).out
    return {
        **reports,
        "explain": probe("explain", "--round", "1", "--step", "call1").out,
        "explain.zh": probe("explain", "--round", "1", "--step", "call1", "--lang", "zh").out,
        **{f"message.{language}": _message(probe.folder / "sent.zip", language) for language in ("en", "zh")},
    }


def _message(file: Path, language: str) -> str:
    with zipfile.ZipFile(file) as archive:
        name = next(each for each in archive.namelist() if each.endswith(f"message.{language}.txt"))
        return archive.read(name).decode()


def test_the_outcome_has_one_name(told: Mapping[str, str]) -> None:
    for place in ("markdown", "explain", "explain.zh", "message.en", "message.zh", "har", "otlp"):
        assert NAME in told[place], place
    assert not [place for place, text in told.items() if "timed out" in text]


def test_the_page_names_it_in_the_list_as_in_the_table_for_the_operator(told: Mapping[str, str]) -> None:
    page = read(told["html"])
    failed = next(each for each in page.with_class("call") if each.attributes["data-kind"] == "failed")
    assert [chip.text for chip in failed.with_class("chip")] == [NAME]
    [sent] = page.with_class("calls-to-send")
    assert [chip.text for chip in sent.with_class("chip")] == [NAME]
    assert "was refused as overloaded (529)" in failed.text


def test_what_was_stopped_took_its_deadline_at_least(told: Mapping[str, str]) -> None:
    assert "| ≥ 10.0 s |" in told["markdown"]
    page = read(told["html"])
    assert {each.text for each in page.with_class("took")} >= {"≥ 10.0 s"}
    assert "stopped at the deadline of 10.0 s (it ended 100 ms later), session" in told["explain"]
    assert "到时限 10.0 s 时终止" in told["explain.zh"]
    assert "round 1, call1, stopped at the deadline of 10.0 s" in told["message.en"]
    assert "call1，到时限 10.0 s 时终止" in told["message.zh"]
    assert not [place for place, text in told.items() if "10.1 s" in text and place != "html"]  # there on an axis
    incident = json.loads(told["json"])["sections"][0]["incidents"][0]
    assert (incident["wall_ms"], incident["deadline_ms"]) == (10_100.0, 10_000.0)


def store(probe: Probe, *calls: Call) -> None:
    with RunWriter.create(probe.folder / "reports" / "runs" / RUN_ID, manifest(run_id=RUN_ID)) as writer:
        for event in round_events(*calls):
            writer.on_event(event)


def test_a_success_that_was_not_retried_is_not_told_as_retried(probe: Probe) -> None:
    store(probe, call(1, 1, flags=(Flag.MODEL_MISMATCH,), wire=WireSummary()), call(1, 2))
    probe("bundle", "-o", "sent.zip")
    said = _message(probe.folder / "sent.zip", "en")
    assert "succeeded, but another model answered than was requested" in said
    assert "retry" not in said


def test_a_missing_model_that_other_calls_found_is_the_relays_in_all_places(probe: Probe) -> None:
    store(probe, call(1, 1, Outcome.MODEL_NOT_FOUND, cause="404"), call(1, 2))
    markdown = probe("report", "--format", "markdown").out
    assert "1 failure: relay 1" in markdown
    assert re.search(r"`model_not_found: 404` .*\| relay \|", markdown)
    assert "Who has to act: relay" in probe("explain").out


def test_an_answer_without_text_is_told_as_that(probe: Probe) -> None:
    store(probe, call(1, 1, Outcome.WRONG_ANSWER, cause="empty"), call(1, 2))
    said = probe("report", "--format", "markdown").out
    assert "1 call got an answer without any text. The relay answers without text" in said
