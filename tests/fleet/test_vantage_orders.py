"""The orders of a coordinator, and what a vantage answers."""

import asyncio

import pytest

pytest.importorskip("distributed")

from probe.fleet.vantage_orders import DEFECT, VantageOrder, carry_out
from probe.fleet.vantage_service import VantageService
from tests.fleet.members import TOKENS


class BrokenVantage(VantageService):
    """A vantage with a defect, whose message has a token in it."""

    def __init__(self, token: str) -> None:
        self.environment = {"GLM_TOKEN": token}

    def cancel(self, session: str) -> None:
        raise ValueError(f"no session of {self.environment['GLM_TOKEN']}")


def test_no_token_is_in_an_error_that_a_vantage_answers_with() -> None:
    told = asyncio.run(carry_out(BrokenVantage(TOKENS["fra"]), VantageOrder.CANCEL, ["s"]))
    assert told[0] == DEFECT
    assert told[1].endswith("ValueError: no session of [redacted]\n")
