"""`probe check --deep` as a user runs it: costs, choice of cases, formats, exit codes."""

import json

import jsonschema  # type: ignore[import-untyped]
import pytest

from probe.checks.deep.all_cases import CASES
from tests.conftest import Probe

PLAIN = [case.name for case in CASES if not case.needs_client and not case.opt_in]


def test_the_costs_stand_before_the_cases_begin(probe: Probe) -> None:
    ran = probe.inside("check", "--deep", "--no-client", "--only", "cache")
    assert ran.err.index("About 46,000 tokens") < ran.err.index("embedded: cache: pass")
    assert "All cases pass: cache." in ran.out


def test_cases_are_listed_without_a_request(probe: Probe) -> None:
    ran = probe.inside("check", "--deep", "--list")
    *rows, note = ran.out.splitlines()[1:]
    assert [row.split()[0] for row in rows] == [case.name for case in CASES]
    assert note == "Only where they are named: too_long, long_context"
    assert not ran.err


def test_what_is_printed_follows_its_schema(probe: Probe) -> None:
    schema = json.loads(probe.inside("schema", "deep-check").out)
    jsonschema.validate(probe.inside("check", "--deep", "--no-client", "--only", "cache", "--json").json, schema)


def test_an_upstream_that_does_not_answer_is_asked_twice_at_most(probe: Probe) -> None:
    ran = probe.inside(*("check", "--deep", "--no-client", "--json", "--fault", "hang", "--timeout", "300ms"), code=3)
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
        (("--deep", "--output", "no/such/x.json", "--json"), "there is no directory no/such"),
    ],
)
def test_bad_usage_is_named(probe: Probe, words: tuple[str, ...], said: str) -> None:
    assert said in probe.inside("check", *words, code=2 if "--output" not in words else 4).err


def test_chinese_has_no_english(probe: Probe) -> None:
    ran = probe.inside("check", "--deep", "--no-client", "--only", "cache", "--lang", "zh", "--fault", "no_cache")
    assert "失败：cache" in ran.out
    assert "token 总共" not in ran.out
