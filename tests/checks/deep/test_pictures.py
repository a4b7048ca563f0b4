"""Digits that a model reads in a picture."""

import pytest

from probe.checks.deep.pictures import judge_digits
from probe.model.deep_report import CaseResult
from tests.checks.deep.support import assert_found
from tests.conftest import Probe


@pytest.mark.parametrize(
    ("read", "result"),
    [
        (("123456", "123456"), CaseResult.PASS),
        (("The digits are 123 456.", "1,2,3,4,5,6"), CaseResult.PASS),
        (("123459", "123456"), CaseResult.CANNOT_TELL),
        (("123456", "I see no picture"), CaseResult.FAIL),
        (("654321", "123456"), CaseResult.FAIL),
        (("12345", "123456"), CaseResult.FAIL),
        (("1234567", "123456"), CaseResult.FAIL),
    ],
)
def test_digits_that_a_model_reads(read: tuple[str, str], result: CaseResult) -> None:
    assert judge_digits(*(("123456", text) for text in read)).result is result


@pytest.mark.parametrize(
    ("result", "faults", "said"),
    [
        (CaseResult.FAIL, ["drop_pictures"], "the digits in the picture are not read"),
        (CaseResult.FAIL, ["drop_pictures(in=tool_result)"], "but not in one from a tool"),
        (CaseResult.FAIL, ["refuse_field(name=messages.content.source)"], "a request with a picture is refused"),
        (CaseResult.FAIL, ["refuse_field(name=messages.content.content.source)"], "in the result of a tool is refused"),
        (CaseResult.CANNOT_TELL, ["wrong_text(text=Hello)"], "does not answer with the text"),
    ],
)
def test_what_a_faulty_upstream_comes_to(probe: Probe, result: CaseResult, faults: list[str], said: str) -> None:
    assert_found(probe, "image", result, faults, said)
