"""The sentences of a deep check: which cases fail, what was tried on, and what it took."""

import pytest

from probe.model.deep_report import CaseReport, CaseResult
from probe.model.run_manifest import ClientInfo
from probe.render.deep_sentences import PLAIN, conclusion, details_of, facts_of, took, way_of, worst_first
from tests.render.deep_samples import PLANNED, case, deep_report, deep_target
from tests.render.spoken import EN, ZH

PASS, FAIL, CANNOT_TELL = CaseResult.PASS, CaseResult.FAIL, CaseResult.CANNOT_TELL


@pytest.mark.parametrize(
    ("results", "words"),
    [
        ([], "No case was made."),
        ([PASS, PASS, PASS], "All cases pass: tools, cache, image."),
        ([FAIL, FAIL], "Fails: tools, cache."),
        ([CANNOT_TELL], "Cannot be told: tools."),
        ([PASS, CANNOT_TELL], "Cannot be told: cache; passes: tools."),
        ([PASS, FAIL, PASS], "Fails: cache; passes: tools, image."),
        ([PASS, CANNOT_TELL, FAIL], "Fails: image; cannot be told: cache; passes: tools."),
    ],
)
def test_what_fails_is_said_before_what_cannot_be_told_and_what_passes(results: list[CaseResult], words: str) -> None:
    assert conclusion(deep_target("relay", *results), EN) == words


def test_the_conclusion_is_said_in_chinese_too() -> None:
    target = deep_target("relay", PASS, CANNOT_TELL, FAIL)
    assert conclusion(target, ZH) == "失败：image；无法判断：cache；通过：tools。"


def test_the_time_and_the_tokens_are_those_of_all_targets() -> None:
    report = deep_report(deep_target("one", PASS, FAIL), deep_target("two", *[PASS] * 3))
    assert took(report, EN) == "Took 65.0 s; 525 tokens, as far as answers say."
    assert took(deep_report(), EN) == "Took 65.0 s; 0 tokens, as far as answers say."


@pytest.mark.parametrize(
    ("client", "words"),
    [
        (ClientInfo(program="claude", version="2.1.329", source="PATH"), "Claude Code 2.1.329"),
        (ClientInfo(program="claude", version=None, source="PATH"), "no call of Claude Code"),
        (None, "no call of Claude Code"),
    ],
)
def test_a_target_is_told_with_its_address_its_model_and_the_client_that_called_it(
    client: ClientInfo | None, words: str
) -> None:
    target = deep_target("relay").model_copy(update={"client": client})
    assert facts_of(target, EN) == f"https://relay.example · model glm-4.7 · {words}"


def test_the_way_of_a_request_is_translated_and_the_name_of_a_program_is_not() -> None:
    assert (way_of(PLAIN, EN), way_of(PLAIN, ZH)) == ("plain HTTP", "普通 HTTP")
    assert way_of("Claude Code", ZH) == "Claude Code"


def test_below_a_case_stands_what_was_seen_what_breaks_and_what_to_do() -> None:
    full: CaseReport = case(PLANNED[0], FAIL).model_copy(
        update={"evidence": "it was seen", "breaks": "tools do not run", "remedy": "ask the operator"}
    )
    assert list(details_of(full)) == [
        ("seen", "it was seen"),
        ("breaks", "tools do not run"),
        ("do", "ask the operator"),
    ]
    assert list(details_of(full.model_copy(update={"evidence": "", "breaks": None, "remedy": None}))) == []


def test_cases_that_fail_come_first_and_alike_ones_keep_their_order() -> None:
    target = deep_target("relay", PASS, CANNOT_TELL, FAIL)
    assert [each.name for each in worst_first(target)] == ["image", "cache", "tools"]
    assert [each.name for each in worst_first(deep_target("relay", PASS, FAIL, FAIL))] == ["cache", "image", "tools"]
