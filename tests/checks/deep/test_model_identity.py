"""The case `model`: the name, and the tokens beside those of a reference, which is an indication at most."""

import pytest

from probe.checks.deep.model_identity import SampleTokens, judge_identity
from probe.model.deep_report import CaseResult
from probe.texts import Texts
from tests.checks.deep.support import assert_found, made_case
from tests.conftest import Probe

REFERENCE = SampleTokens("glm-4.7", {"english": 120, "code": 300, "chinese": 90})
WITH_REFERENCE = ("--reference", "embedded")


def test_the_reference_is_asked_the_same(probe: Probe) -> None:
    case = made_case(probe, "model", *WITH_REFERENCE, code=0)
    assert case.result is CaseResult.PASS
    assert "counts tokens as the reference does" in case.summary
    assert "(100 %)" in case.evidence
    assert len(case.requests) == 8


def test_without_a_reference_one_request_is_enough(probe: Probe) -> None:
    case = made_case(probe, "model", code=0)
    assert "--reference" in case.summary
    assert len(case.requests) == 1


def test_another_tokenizer_is_an_indication_and_breaks_nothing(probe: Probe) -> None:
    case = made_case(probe, "model", *WITH_REFERENCE, "--fault", "usage_factor(factor=1.3)", code=0)
    assert case.result is CaseResult.FAIL
    assert "an indication" in case.summary
    assert "no proof" in case.summary
    assert "(130 %)" in case.evidence


@pytest.mark.parametrize("fault", ["no_usage", "no_usage(form=zero)"])
def test_tokens_that_are_not_said_cannot_be_told(probe: Probe, fault: str) -> None:
    case = made_case(probe, "model", *WITH_REFERENCE, "--fault", fault, code=3)
    assert case.result is CaseResult.CANNOT_TELL


def test_a_hidden_prompt_of_the_same_length_each_time_is_no_other_tokenizer(probe: Probe) -> None:
    case = made_case(probe, "model", *WITH_REFERENCE, "--fault", "hidden_prompt")
    assert case.result is CaseResult.PASS


def test_a_reference_that_does_not_answer_cannot_be_told(probe: Probe) -> None:
    (probe.folder / "probe.toml").write_text(
        '[targets.there]\nbase_url = "http://127.0.0.1:9"\nmodel = "m"\ntoken_env = "T"\n'
    )
    case = made_case(probe, "model", "--target", "embedded", "--reference", "there", code=3, T="token")
    assert case.result is CaseResult.CANNOT_TELL
    assert "the reference did not answer" in case.summary


def test_a_reference_that_nobody_knows_is_bad_usage(probe: Probe) -> None:
    ran = probe("check", "--deep", "--only", "model", "--reference", "nowhere", code=2)
    assert "nowhere" in ran.err


@pytest.mark.parametrize(
    ("found", "result", "words"),
    [
        (SampleTokens("glm-4.7", {"english": 121, "code": 300, "chinese": 90}), CaseResult.PASS, "as the reference"),
        (SampleTokens("zai/GLM-4-7", REFERENCE.tokens), CaseResult.PASS, "as the reference"),
        (SampleTokens("glm-4.7", {"english": 120, "code": 300, "chinese": 95}), CaseResult.FAIL, "indication"),
        (SampleTokens("glm-4.5-air", REFERENCE.tokens), CaseResult.FAIL, "glm-4.5-air answers"),
        (SampleTokens(None, REFERENCE.tokens), CaseResult.CANNOT_TELL, "does not say its model"),
        (SampleTokens("glm-4.7", None), CaseResult.CANNOT_TELL, "do not say their tokens"),
    ],
)
def test_names_and_tokens(found: SampleTokens, result: CaseResult, words: str) -> None:
    finding = judge_identity("glm-4.7", found, REFERENCE)
    assert finding.result is result
    assert words in Texts().words(finding.summary)


@pytest.mark.parametrize(
    ("result", "faults", "said"),
    [
        (CaseResult.FAIL, ["wrong_model"], "was asked for, and probe-other-model answers"),
    ],
)
def test_what_a_faulty_upstream_comes_to(probe: Probe, result: CaseResult, faults: list[str], said: str) -> None:
    assert_found(probe, "model", result, faults, said)
