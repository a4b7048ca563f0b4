"""Scenario files. Every complaint names file, line and key: whoever mistypes must find the place at once."""

import time
import tracemalloc
from pathlib import Path
from textwrap import dedent

import pytest

from probe.errors import UsageError
from probe.inputs.load_scenario import find_scenario, load_scenario
from probe.inputs.scenario_places import shipped_scenarios
from probe.model.choices import SecondCallMode, Session
from probe.model.outcome import Outcome

HEAD = "name: mine\nsteps:\n"
FIRST = "  - label: call1\n    prompt: Say it\n"
TOML_HEAD = 'name = "mine"\n'
TOML_FIRST = '[[steps]]\nlabel = "call1"\nprompt = "Say it"\n'


def refusal(tmp_path: Path, name: str, text: str) -> UsageError:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_scenario(str(path))
    assert caught.value.path == path
    assert str(caught.value).startswith(f"{path}:")
    return caught.value


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


@pytest.mark.parametrize(
    ("text", "line", "key", "says"),
    [
        (f"{TOML_HEAD}colour = 1\n{TOML_FIRST}", 2, "colour", "Allowed here"),
        (f'{TOML_HEAD}{TOML_FIRST}promt = "x"\n', 5, "steps[0].promt", "Allowed here: label, prompt"),
        (f'{TOML_HEAD}{TOML_FIRST}session = "old"\n', 5, "steps[0].session", "'new'"),
        (f'{TOML_HEAD}{TOML_FIRST}[steps.expect]\noutcome = "fine"\n', 6, "steps[0].expect.outcome", "is no outcome"),
        (f'{TOML_HEAD}{TOML_FIRST}expect.outcome = "fine"\n', 5, "steps[0].expect.outcome", "is no outcome"),
        (f'{TOML_HEAD}{TOML_FIRST}expect = {{outcome = "fine"}}\n', 5, "steps[0].expect.outcome", "is no outcome"),
        (f'{TOML_HEAD}[[steps]]\nlabel = "call1"\n', 2, "steps[0].prompt", "is missing"),
        (f'{TOML_HEAD}{TOML_FIRST}timeout = "soon"\n', 5, "steps[0].timeout", "is not a duration"),
        (f"{TOML_HEAD}{TOML_FIRST}timeout = []\n", 5, "steps[0].timeout", "[] is not a duration"),
        (f"{TOML_HEAD}{TOML_FIRST}timeout = {'9' * 400}\n", 5, None, "holds a number of 400 characters"),
        (f"{TOML_HEAD}{TOML_FIRST}timeout = {'9' * 90}\n", 5, "steps[0].timeout", "999... is longer than 20 days"),
        (f"{TOML_HEAD}{TOML_FIRST}timeout = {'9' * 5000}\n", 5, None, "holds a number of 5,000 characters"),
        (f'{TOML_HEAD}{TOML_FIRST}timeout = "1e308s"\n', 5, "steps[0].timeout", "is not a duration"),
        (f'{TOML_HEAD}{TOML_FIRST}timeout = "{"9" * 9000}s"\n', 5, "steps[0].timeout", "is not a duration"),
        (f'{TOML_HEAD}{TOML_FIRST}timeout = "99999999999999h"\n', 5, "steps[0].timeout", "is longer than 20 days"),
        (f'{TOML_HEAD}description = """\na\n[b]\nc = 1\n"""\ncolour = 1\n{TOML_FIRST}', 7, "colour", "unknown key"),
        (f"{TOML_HEAD}description = '''\n\\\n[[steps]]'''\ncolour = 1\n{TOML_FIRST}", 5, "colour", "unknown key"),
        (f'{TOML_HEAD}fail_on = [\n  "a",  # [b]\n  "]",\n]\ncolour = 1\n{TOML_FIRST}', 6, "colour", "unknown key"),
        (
            'name = "x"\nsteps = [\n  {label = "a", prompt = "b"},\n  {label = "a", promt = "c"},\n]\n',
            4,
            "steps[1].promt",
            "unknown key\nDid you mean prompt? Allowed here: label, prompt",
        ),
        (f'{TOML_HEAD}{TOML_FIRST}"colo\\u0075r" = 1\n', 5, "steps[0].colour", "unknown key"),
        (f"{TOML_HEAD}{TOML_FIRST}timeout = true\n", 5, "steps[0].timeout", "is not a duration"),
        (f"{TOML_HEAD}{TOML_FIRST}{TOML_FIRST}", 6, "steps[1].label", "two steps are called 'call1'"),
        (f'{TOML_HEAD}{TOML_FIRST}[[steps]]\nlabel = "B"\nprompt = "x"\n', 6, "steps[1].label", "'B' is no name"),
        (f'{TOML_HEAD}rounds = "many"\n{TOML_FIRST}', 2, "rounds", "must be a whole number"),
        ("name = \n", 1, None, "is not TOML"),
        (".".join("a" * 99_999) + " = 1\n", 1, None, "is nested more than 50 deep"),
        ("x = " + "[" * 99_999 + "\n", 1, None, "is nested more than 50 deep"),
        ("[" + ".".join("a" * 99_999) + "]\n", 1, None, "is nested more than 50 deep"),
        ("", None, "name", "is missing"),
    ],
)
def test_errors_in_toml(tmp_path: Path, text: str, line: int | None, key: str | None, says: str) -> None:
    error = refusal(tmp_path, "mine.toml", text)
    assert (error.line, error.key) == (line, key)
    assert says in str(error)


def test_further_problems_are_named(tmp_path: Path) -> None:
    error = refusal(tmp_path, "mine.yaml", f"{HEAD}{FIRST}colour: red\nsize: big\nrounds: 0\n")
    first, colour, size = str(error).splitlines()
    assert first.endswith("mine.yaml:7: rounds: must be 1 or more")
    assert colour.startswith("Also: line 5: colour: unknown key (Allowed here: schema_version, name")
    assert size.startswith("Also: line 6: size: unknown key")


def test_of_many_problems_ten_are_named(tmp_path: Path) -> None:
    error = refusal(tmp_path, "mine.yaml", f"{HEAD}{FIRST}" + "".join(f"key{number}: 1\n" for number in range(5000)))
    assert str(error).count("unknown key") == 10
    assert str(error).endswith("And 4990 more.")


@pytest.mark.parametrize("name", ["a.yaml", "a.toml"])
def test_bytes_that_are_no_text(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"name: \xff\xfe\n")
    with pytest.raises(UsageError, match="is not a text file in UTF-8"):
        load_scenario(str(path))


LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 9)}]\n" for number in range(1, 9)
)
MERGES = "a0: &a0 {x0: 1}\n" + "".join(
    f"a{number}: &a{number} {{<<: [*a{number - 1}, *a{number - 1}], x{number}: 1}}\n" for number in range(1, 60)
)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: &a [*a]\n", 1, "*a stands for what it is a part of itself"),
        ("a: 1\nb: &b {c: {d: *b}}\n", 2, "*b stands for what it is a part of itself"),
        (LAUGHS, 5, "holds more than 20,000 values, with what aliases stand for"),
        (MERGES, 12, "holds more than 20,000 values"),
        ("a: " + "[" * 99_999, 1, "is nested more than 50 deep"),
        ("- " * 99_999, 1, "is nested more than 50 deep"),
        ("a: " + "9" * 99_999, 1, "holds a number of 99,999 characters"),
        ("a: 1\nb: 0x" + "f" * 99_999, 2, "holds a number of 100,001 characters"),
        ("a: *b\n", 1, "undefined alias"),
        ("x: !!python/object/apply:os.system ['true']\n", None, "is missing"),
        ("x: !!timestamp 2026-99-99\n", None, "is not YAML"),
        ("x: !!float y\n", None, "is not YAML"),
        ('a: 1\nb: "\\ud800"\n', 2, "holds half of a letter"),
        ("? [a]\n: b\n", None, "is missing"),
        ("a: \x00\n", None, "is not YAML"),
        ("x" * (1 << 20) + "x", None, "is larger than 1,048,576 bytes"),
    ],
)
def test_hostile_yaml_is_a_usage_error_at_once_and_in_little_memory(
    tmp_path: Path, text: str, line: int | None, says: str
) -> None:
    began = time.process_time()
    tracemalloc.start()
    error = refusal(tmp_path, "a.yaml", text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert says in str(error)
    assert error.line == line
    assert time.process_time() - began < 5
    assert peak < 100 << 20
    assert len(str(error)) < 1000


def test_anchors_and_merge_keys_that_stand_for_little_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(
        "name: mine\nsteps:\n- &first\n  label: call1\n  prompt: &say Say it\n- <<: *first\n  label: call2\n"
        "- label: call3\n  prompt: *say\n"
    )
    assert [(step.label, step.prompt) for step in load_scenario(str(path)).steps] == [
        ("call1", "Say it"),
        ("call2", "Say it"),
        ("call3", "Say it"),
    ]


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


def test_a_misspelt_key_is_said_first_and_nothing_that_only_follows_from_it(tmp_path: Path) -> None:
    text = "name: mine\nsteps:\n  - lable: call1\n    prompt: x\n"
    assert str(refusal(tmp_path, "mine.yaml", text)).splitlines()[0].endswith(":3: steps[0].lable: unknown key")
    assert "steps:" not in str(refusal(tmp_path, "mine.yaml", text))
    both = str(refusal(tmp_path, "mine.yaml", "name: mine\nrouns: 3\nsteps:\n  - label: call1\n    session: old\n"))
    first, _, *further = both.splitlines()
    assert first.endswith(":2: rouns: unknown key")
    assert further == [
        "Also: line 4: steps[0].prompt: is missing",
        "Also: line 5: steps[0].session: must be 'new', 'same-id', 'resume', 'fork', 'continue' or 'live'",
    ]
