"""`probe check --deep` as a user runs it: costs, choice of cases, formats, exit codes."""

import json
import re
import signal

import jsonschema  # type: ignore[import-untyped]
import pytest

from probe.checks.deep.all_cases import CASES
from probe.upstream import EmbeddedUpstream, parse_fault
from tests.cli.terminal import converse
from tests.conftest import Probe

PLAIN = [case.name for case in CASES if not case.needs_client and not case.opt_in]


def test_the_costs_stand_before_the_cases_begin(probe: Probe) -> None:
    ran = probe("check", "--deep", "--no-client", "--only", "cache")
    assert ran.err.index("About 46,000 tokens") < ran.err.index("embedded: cache: pass")
    assert "All cases pass: cache." in ran.out


def test_cases_are_listed_without_a_request(probe: Probe) -> None:
    ran = probe("check", "--deep", "--list")
    *rows, note = ran.out.splitlines()[1:]
    assert [row.split()[0] for row in rows] == [case.name for case in CASES]
    assert note == "Only where they are named: too_long, long_context"
    assert not ran.err


def test_what_is_printed_follows_its_schema(probe: Probe) -> None:
    schema = json.loads(probe("schema", "deep-check").out)
    jsonschema.validate(probe("check", "--deep", "--no-client", "--only", "cache", "--json").json, schema)


def test_an_upstream_that_does_not_answer_is_asked_twice_at_most(probe: Probe) -> None:
    ran = probe(*("check", "--deep", "--no-client", "--json", "--fault", "hang", "--timeout", "300ms"), code=3)
    cases = ran.json["targets"][0]["cases"]
    assert [case["name"] for case in cases] == PLAIN
    assert {case["result"] for case in cases} == {"cannot_tell"}
    assert sum(len(case["requests"]) for case in cases) <= 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--deep", "--only", "cahce"), "there is no case 'cahce'\nDid you mean cache? Cases: "),
        (("--only", "cache"), "--only: has a meaning with --deep only"),
        (("--target", "embedded", "--target", "other"), "no target 'other'"),
        (("--deep", "--workload", "lean"), "--workload: has no meaning with --deep"),
        (("--deep", "--output", "no/such/x.json", "--json"), "there is no directory no/such"),
    ],
)
def test_bad_usage_is_named(probe: Probe, words: tuple[str, ...], said: str) -> None:
    assert said in probe("check", *words, code=2 if "--output" not in words else 4).err


def test_chinese_has_no_english(probe: Probe) -> None:
    ran = probe("check", "--deep", "--no-client", "--only", "cache", "--lang", "zh", "--fault", "no_cache")
    assert "失败：cache" in ran.out
    assert "token 总共" not in ran.out


def test_a_person_is_asked_before_the_first_request(probe: Probe) -> None:
    with EmbeddedUpstream() as upstream:
        words = ("check", "--deep", "--no-client", "--only", "errors,cache", "--base-url", upstream.base_url)
        code, shown = converse(
            probe, *words, "--model", "m", answers=[("[Y/n]", "n\n")], ANTHROPIC_AUTH_TOKEN="made-up"
        )
        assert code == 0
        assert "Nothing was sent." in shown
        assert upstream.served == []
        code, shown = converse(
            probe, *words, "--model", "m", answers=[("[Y/n]", "\n")], ANTHROPIC_AUTH_TOKEN="made-up", TERM="xterm"
        )
    assert code == 0
    assert "\x1b[32mpass" in shown
    assert "All cases pass: cache, errors." in shown


def test_ctrl_c_shows_the_cases_that_were_made(probe: Probe) -> None:
    fault = "hang(after_calls=3)"  # the cache is asked three times
    words = ("check", "--deep", "--no-client", "--only", "cache,errors", "--fault", fault)
    process = probe.start(*words)
    assert process.stderr is not None
    said = ""
    while "embedded: cache: pass" not in said:
        line = process.stderr.readline()
        assert line, said
        said += line
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Interrupted: the cases below were made before it." in out
    assert re.search(r"^pass +cache", out, re.MULTILINE)
    assert "errors" not in out


def test_several_targets_stand_side_by_side_in_each_format(probe: Probe) -> None:
    with EmbeddedUpstream([parse_fault("no_cache")]) as upstream:
        (probe.folder / "probe.toml").write_text(
            f'[targets.relay]\nbase_url = "{upstream.base_url}"\nmodel = "m"\ntoken_env = "MY_TOKEN"\n'
        )
        words = ("check", "--deep", "--no-client", "--only", "cache", "--target", "embedded", "--target", "relay")
        plain = probe(*words, MY_TOKEN="made-up-token").out
        page = probe(*words, "--format", "html", "-o", "matrix.html", MY_TOKEN="made-up-token")
        markdown = probe(*words, "--format", "markdown", MY_TOKEN="made-up-token").out
    assert re.search(r"^case +embedded +relay\ncache +pass +fail$", plain, re.MULTILINE)
    assert "| `cache` | the prompt cache is written and read | warning  | pass     | **fail** |" in markdown
    assert page.out == ""
    assert "<!doctype html>" in (probe.folder / "matrix.html").read_text()


def test_several_targets_are_for_deep_checks(probe: Probe) -> None:
    (probe.folder / "probe.toml").write_text('[targets.relay]\nbase_url = "http://127.0.0.1:9"\nmodel = "m"\n')
    ran = probe("check", "--target", "embedded", "--target", "relay", code=2, ANTHROPIC_AUTH_TOKEN="made-up")
    assert "--target: several targets" in ran.err
    assert "--deep" in ran.err


def test_what_fails_badly_decides_the_exit_code(probe: Probe) -> None:
    words = ("check", "--deep", "--no-client", "--only")
    probe(*words, "cache", "--fault", "no_cache", code=0)  # a warning
    probe(*words, "firewall", "--fault", "firewall", code=3)
    probe(*words, "cache", "--fault", "status(code=500)", code=3)  # nothing could be told
