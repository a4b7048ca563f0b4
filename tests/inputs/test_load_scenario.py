"""Scenario files. Every complaint names file, line and key: whoever mistypes must find the place at once."""

from pathlib import Path
from textwrap import dedent

import pytest

from probe.errors import UsageError
from probe.inputs.load_scenario import find_scenario, load_scenario
from probe.inputs.scenario_places import shipped_scenarios
from probe.model.choices import SecondCallMode, Session
from probe.model.outcome import Outcome
from tests.inputs.scenario_files import FIRST, HEAD, refusal


@pytest.mark.parametrize("name", sorted(shipped_scenarios()))
def test_shipped_scenarios_load_by_name(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.name == name
    assert scenario.description
    assert scenario.steps[0].label == "call1"
    assert (len(scenario.steps) > 1) == (scenario.command is None)


def test_the_documented_scenarios_ship() -> None:
    assert {"cold-start", "same-session", "resume", "fork", "live"} <= set(shipped_scenarios())


@pytest.mark.parametrize(
    ("name", "session", "outcome"),
    [
        ("cold-start", Session.NEW, Outcome.OK),
        ("same-session", Session.SAME_ID, Outcome.SESSION_IN_USE),
        ("resume", Session.RESUME, Outcome.OK),
        ("fork", Session.FORK, Outcome.OK),
        ("live", Session.LIVE, Outcome.OK),
    ],
)
def test_second_steps_of_shipped_scenarios(name: str, session: Session, outcome: Outcome) -> None:
    second = load_scenario(name).steps[1]
    assert (second.session, second.expect.outcome) == (session, outcome)


def test_yaml_and_toml_say_the_same(tmp_path: Path) -> None:
    yaml = tmp_path / "a.yaml"
    yaml.write_text(
        dedent("""\
        name: mine
        gap: 1m
        steps:
          - {label: call1, prompt: Say it, timeout: 90s}
          - {label: call2, prompt: Say it, session: resume, gap: 250ms, expect: {contains: it}}
        """)
    )
    toml = tmp_path / "a.toml"
    toml.write_text(
        dedent("""\
        name = "mine"
        gap = "1m"
        [[steps]]
        label = "call1"
        prompt = "Say it"
        timeout = 90
        [[steps]]
        label = "call2"
        prompt = "Say it"
        session = "resume"
        gap = 0.25
        expect.contains = "it"
        """)
    )
    assert load_scenario(str(yaml)) == load_scenario(str(toml))
    loaded = load_scenario(str(yaml))
    assert (loaded.gap_s, loaded.steps[0].timeout_s, loaded.steps[1].gap_s) == (60, 90, 0.25)
    assert loaded.digest() == load_scenario(str(toml)).digest()


@pytest.mark.parametrize(
    ("text", "line", "key", "says"),
    [
        (f"{HEAD}{FIRST}colour: red\n", 5, "colour", "unknown key\nAllowed here: schema_version, name"),
        (
            f"{HEAD}{FIRST}    promt: x\n",
            5,
            "steps[0].promt",
            "Did you mean prompt? Allowed here: label, prompt, session, timeout, gap",
        ),
        (f"{HEAD}{FIRST}    expect:\n      equal: x\n", 6, "steps[0].expect.equal", "equals, contains, model, outcome"),
        (f"{HEAD}{FIRST}    session: old\n", 5, "steps[0].session", "'new'"),
        (f"{HEAD}{FIRST}    session: resume\n", 5, "steps[0].session", "there is none before it: use 'new'"),
        (f"{HEAD}{FIRST}    expect: {{outcome: fine}}\n", 5, "steps[0].expect.outcome", "'fine' is no outcome; one of"),
        (f"{HEAD}  - label: call1\n", 3, "steps[0].prompt", "is missing"),
        (f"{HEAD}  - label: call1\n    prompt: ''\n", 4, "steps[0].prompt", "must not be empty"),
        (f'{HEAD}  - label: call1\n    prompt: "a\\0b"\n', 4, "steps[0].prompt", "holds a NUL character"),
        (f"{HEAD}{FIRST}    timeout: soon\n", 5, "steps[0].timeout", "'soon' is not a duration"),
        (f"{HEAD}{FIRST}    timeout:\n", 5, "steps[0].timeout", "None is not a duration"),
        (f"{HEAD}{FIRST}    timeout: [90s]\n", 5, "steps[0].timeout", "['90s'] is not a duration"),
        (f"{HEAD}{FIRST}    gap: {'9' * 400}\n", 5, None, "holds a number of 400 characters"),
        (f"{HEAD}{FIRST}gap_upto: {{}}\n", 5, "gap_upto", "is not a duration"),
        (f"{HEAD}{FIRST}    timeout: 0\n", 5, "steps[0].timeout", "must be more than 0"),
        (f"{HEAD}{FIRST}    gap: -1\n", 5, "steps[0].gap", "is not a duration"),
        (f"{HEAD}{FIRST}{FIRST}", 5, "steps[1].label", "two steps are called 'call1'"),
        (f"{HEAD}  - label: Call 1\n    prompt: x\n", 3, "steps[0].label", "'Call 1' is no name"),
        (f"{HEAD}{FIRST}rounds: many\n", 5, "rounds", "must be a whole number"),
        (f"{HEAD}{FIRST}rounds: 0\n", 5, "rounds", "must be 1 or more"),
        (f"{HEAD}{FIRST}schema_version: 2\n", 5, "schema_version", "1"),
        ("name: mine\nsteps: []\n", 2, "steps", "is empty: it must have one entry or more"),
        ("name: mine\nsteps: call1\n", 2, "steps", "must be a list"),
        ("name: mine\n", None, "steps", "is missing"),
        ("name: [mine\n", 2, None, "is not YAML"),
        ("name: mine\nname: other\n", 2, None, "is not YAML"),
        ("name: a\n\tsteps: b\n", 2, None, "is not YAML"),
        ("- a\n- b\n", None, None, "holds no keys; a scenario has at least"),
        ("", None, None, "holds no keys"),
        ("just words", None, None, "holds no keys"),
    ],
)
def test_errors_in_yaml(tmp_path: Path, text: str, line: int | None, key: str | None, says: str) -> None:
    error = refusal(tmp_path, "mine.yaml", text)
    assert (error.line, error.key) == (line, key)
    assert says in str(error)


@pytest.mark.parametrize(("name", "head"), [("a.yaml", ""), ("a.toml", "x = ")])
def test_deep_nesting_is_a_usage_error(tmp_path: Path, name: str, head: str) -> None:
    refusal(tmp_path, name, head + "[" * 400)


def test_an_unknown_name_lists_those_that_ship() -> None:
    with pytest.raises(UsageError, match=r"(?s)no-such: no such scenario.*Shipped: .*cold-start"):
        find_scenario("no-such")


@pytest.mark.parametrize(
    ("mode", "session", "outcome"),
    [
        (SecondCallMode.SAME_SESSION, Session.SAME_ID, Outcome.SESSION_IN_USE),
        (SecondCallMode.NEW_SESSION, Session.NEW, Outcome.OK),
        (SecondCallMode.RESUME, Session.RESUME, Outcome.OK),
        (SecondCallMode.FORK, Session.FORK, Outcome.OK),
    ],
)
def test_the_second_call_mode_changes_what_is_expected(
    mode: SecondCallMode, session: Session, outcome: Outcome
) -> None:
    plain = load_scenario("cold-start")
    changed = plain.with_second_call(mode)
    assert changed.steps[0] == plain.steps[0]
    assert (changed.steps[1].session, changed.steps[1].expect.outcome) == (session, outcome)
    assert changed.steps[1].expect.equals == "PROBE_OK"
    assert (changed.digest() == plain.digest()) == (mode is SecondCallMode.NEW_SESSION)


def test_what_changes_the_measurement_changes_the_digest() -> None:
    plain = load_scenario("cold-start")
    assert plain.with_timeout(5).digest() != plain.digest()
    assert plain.model_copy(update={"rounds": 99, "description": "other words"}).digest() == plain.digest()
