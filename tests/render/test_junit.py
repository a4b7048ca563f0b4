"""JUnit XML: what CI servers accept, by a schema and by a parser of others, and what a person reads there."""

import re
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, fromstring, tostring

import junitparser
import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

from probe.model.choices import Language
from probe.model.comparison import Unit
from probe.model.note import Note, NoteCode
from probe.model.outcome import Outcome
from probe.model.report_sections import Gate, Report, RunSource, Section
from probe.render.junit import render_junit
from probe.sanitise import harmless
from probe.texts import Texts
from tests.builders import GOLDEN, START, manifest, scenario, step
from tests.render.sections import cold_section, incident, report, section, statistics, undecided_section

EN = Texts()
TIME = re.compile(r"\d+\.\d{3}")
COUNTS = ("tests", "failures", "errors")
OF_A_SUITE = (*COUNTS, "skipped")
SCHEMA = xmlschema.XMLSchema(GOLDEN / "junit-10.xsd")
RESULTS = {"failure": junitparser.Failure, "error": junitparser.Error, "skipped": junitparser.Skipped}


def parsed(measured: Report | Section, texts: Texts = EN) -> Element:
    """Render a document, hold it against the rules, and return its root."""
    text = render_junit(measured if isinstance(measured, Report) else report(measured), texts).encode()
    SCHEMA.validate(text.decode())
    root = fromstring(text)
    for element in root.iter():
        assert element.get("time") is None or TIME.fullmatch(element.attrib["time"])
    assert_read_alike(junitparser.JUnitXml.fromstring(text), root)
    for suite in root:
        assert_counted(suite)
    for name in COUNTS:
        assert root.attrib[name] == str(sum(int(suite.attrib[name]) for suite in root))
    return root


def assert_counted(suite: Element) -> None:
    """Hold what a suite counts against its cases, none of which stands there twice."""
    cases = suite.findall("testcase")
    assert suite.attrib["tests"] == str(len(cases))
    assert suite.attrib["failures"] == str(sum(case.find("failure") is not None for case in cases))
    names = [(case.get("classname"), case.get("name")) for case in cases]
    assert len(set(names)) == len(names)


def assert_read_alike(read: Any, root: Element) -> None:
    """Hold that another parser finds the same suites and cases, with the same results, and counts them alike."""
    assert [suite.name for suite in read] == [suite.get("name") for suite in root]
    for suite, element in zip(read, root, strict=True):
        for case, expected in zip(suite, element.iter("testcase"), strict=True):
            assert (case.classname, case.name) == (expected.get("classname"), expected.get("name"))
            kinds = [RESULTS[child.tag] for child in expected if child.tag in RESULTS]
            assert [type(result) for result in case.result] == kinds
        told = [int(element.attrib[name]) for name in OF_A_SUITE]  # the parser itself counts where none is written
        suite.update_statistics()
        assert [getattr(suite, name) for name in OF_A_SUITE] == told


def cases(root: Element) -> dict[str, Element]:
    return {f"{case.get('classname')}/{case.get('name')}": case for case in root.iter("testcase")}


@pytest.mark.parametrize("language", Language)
def test_gates_and_outcomes_are_test_cases(language: Language) -> None:
    found = cases(parsed(cold_section(), Texts(language)))
    failed = {name for name, case in found.items() if case.find("failure") is not None}
    assert failed == {
        "relay.gates/call1.failure_rate > 0.1",
        "relay.gates/verdict == COLD",
        "relay.outcomes.call1/timed_out",
        "relay.outcomes.call1/overloaded",
    }
    assert set(found) - failed == {
        "relay.gates/call2.p90_wall > 10s",
        "relay.outcomes.call1/ok",
        "relay.outcomes.call2/ok",
    }


def test_an_outcome_that_failed_says_how_often_what_who_and_shows_evidence() -> None:
    failure = cases(parsed(cold_section()))["relay.outcomes.call1/timed_out"].find("failure")
    assert failure is not None
    assert failure.get("message") == "7 of 30: no complete answer before the deadline; who acts: relay"
    assert failure.text == (
        "cause no_first_byte: 7\n"
        "round 3, 2026-11-21T07:33:00.000Z, session 00000000-0000-4000-8000-000000000003: "
        "request sent after 790 ms, no byte came back."
    )


def test_causes_of_one_outcome_are_one_case() -> None:
    made = section(statistics("call1", 9, (Outcome.API_ERROR, None, 2), (Outcome.API_ERROR, "odd", 3)))
    failure = cases(parsed(made))["relay.outcomes.call1/api_error"].find("failure")
    assert failure is not None
    assert failure.get("message", "").startswith("5 of 9: ")
    assert failure.text == "cause not named: 2\ncause odd: 3"


def test_an_expected_outcome_that_never_came_is_skipped_not_passed() -> None:
    wanted = scenario(step(), step("call2", expect={"outcome": "session_in_use"}))
    made = section(statistics("call1", 3), statistics("call2", 3, (Outcome.OK, None, 3)), manifest=manifest(wanted))
    (suite,) = parsed(made)
    found = cases(suite)
    assert suite.get("skipped") == "1"
    assert found["relay.outcomes.call2/session_in_use"].find("skipped") is not None
    assert found["relay.outcomes.call2/ok"].find("failure") is not None


def test_times_are_sums_where_all_durations_are_known_and_else_omitted() -> None:
    root = parsed(cold_section())
    assert root[0].get("time") == "114.600"
    assert cases(root)["relay.outcomes.call1/timed_out"].get("time") == "23.800"
    thinned = cold_section().charts.model_copy(update={"rounds_total": 31})
    assert not [each for each in parsed(cold_section(charts=thinned)).iter() if each.get("time")]


def test_provenance_and_verdict_stand_in_the_suite() -> None:
    (suite,) = parsed(cold_section())
    properties = {each.get("name"): each.get("value") for each in suite.iter("property")}
    assert properties["verdict"] == "COLD"
    assert properties["token"] == "sk-...wxyz"
    assert suite.get("timestamp") == "2026-11-21T07:30:00.000"
    first, faults, *others = (suite.findtext("system-out") or "").splitlines()
    assert first.startswith("FLAKY. 9 of 60 calls failed")
    assert faults == properties["faults"] == "9 failures: relay 9 · account 0 · network 0 · your set-up 0 · client 0"
    assert properties["health"] == "FLAKY"
    assert any(line.startswith("First calls are worse") for line in others)


@pytest.mark.parametrize(("times", "timestamp"), [([None], None), ([None, START], "2026-11-21T07:30:00.000")])
def test_a_suite_begins_when_the_first_run_does_whose_time_is_known(
    times: list[datetime | None], timestamp: str | None
) -> None:
    runs = [
        RunSource(run_id=f"run{place}", created_at=at, rounds_finished=30, end=None) for place, at in enumerate(times)
    ]
    (suite,) = parsed(cold_section(runs=tuple(runs)))
    assert suite.get("timestamp") == timestamp


def test_a_run_without_a_call_is_an_error_not_a_row_of_skipped_cases() -> None:
    made = section(statistics("call1", 0), statistics("call2", 0), manifest=manifest())
    english, chinese = (parsed(made, Texts(language)) for language in Language)
    error = cases(english)["relay.run/complete"].find("error")
    assert (english.attrib["errors"], english.attrib["failures"]) == ("1", "0")
    assert error is not None
    assert error.get("message") == "no call counts"
    assert "没有可计入统计的调用" in tostring(chinese, encoding="unicode")


@pytest.mark.parametrize(("reason", "errors"), [("cut_off", "1"), ("interrupted", "1"), ("max_cost", "0")])
def test_a_run_that_was_cut_short_is_an_error_and_one_that_met_its_limit_is_none(reason: str, errors: str) -> None:
    note = Note(code=NoteCode.INCOMPLETE, values={"finished": 7, "planned": 10, "reason": reason})
    root = parsed(cold_section(notes=(note,)))
    assert root.attrib["errors"] == errors
    if errors == "1":
        assert "Incomplete: 7 of 10 rounds" in tostring(root, encoding="unicode")


@pytest.mark.parametrize("language", Language)
def test_nobody_has_to_act_on_an_answer_that_was_not_expected(language: Language) -> None:
    wanted = scenario(step(), step("call2", expect={"outcome": "session_in_use"}))
    made = section(statistics("call1", 3), statistics("call2", 3, (Outcome.OK, None, 3)), manifest=manifest(wanted))
    failure = cases(parsed(made, Texts(language)))["relay.outcomes.call2/ok"].find("failure")
    assert failure is not None
    words = {Language.EN: "which the scenario does not expect", Language.ZH: "，与预期不符"}
    assert (failure.get("message") or "").endswith(words[language])


def test_cases_of_two_targets_have_names_of_their_own() -> None:
    root = parsed(report(cold_section(), cold_section(name="other")))
    named = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(set(named)) == len(named)
    assert root.get("time") == f"{sum(float(suite.attrib['time']) for suite in root):.3f}"


def test_a_suite_for_each_section() -> None:
    root = parsed(report(cold_section(), undecided_section()))
    assert [suite.get("name") for suite in root] == ["relay", "other"]


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("\x00\x0b\x1b\ufffe\uffff\ud800\udfff]]><&\"'\n\r\t")))
def test_what_xml_forbids_is_left_out_and_the_rest_arrives(text: str) -> None:
    hostile = section(
        statistics("call1", 1, (Outcome.API_ERROR, "x" + text, 1)),
        name="n" + text,
        incidents=(incident(evidence=text, outcome=Outcome.API_ERROR),),
        gates=(Gate(expression="g" + text, failed=True, unit=Unit.WORD, word=text),),
    )
    root = parsed(hostile)
    allowed = harmless(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text))
    assert root[0].get("name") == "n" + allowed
