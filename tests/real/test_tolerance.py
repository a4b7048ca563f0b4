"""The time that the real client waits, where it is told to be impatient."""

import pytest

from tests.conftest import Probe

pytestmark = pytest.mark.real


@pytest.mark.slow
def test_the_limit_of_the_first_byte_is_found_and_no_other(real_probe: Probe) -> None:
    words = ("--upto", "5s", "--precision", "1500ms", "--env", "API_TIMEOUT_MS=3000")
    found = {each["wait"]: each for each in real_probe("tolerance", *words, "--json").json["waits"]}
    first = found["first-byte"]
    assert 0.5 <= first["stood_s"] < first["gave_up_s"] <= 4.0, first
    assert (first["reaction"], first["outcome"]) == ("asked again", "ok")
    assert len(first["trials"]) == 2
    for wait in ("gap", "whole-answer"):
        assert (found[wait]["stood_s"], found[wait]["gave_up_s"]) == (5.0, None)
        assert [each["requests"] for each in found[wait]["trials"]] == [1]
