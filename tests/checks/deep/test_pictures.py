"""Digits that a model reads in a picture."""

import pytest

from probe.checks.deep.pictures import judge_digits
from probe.model.deep_report import CaseResult


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
