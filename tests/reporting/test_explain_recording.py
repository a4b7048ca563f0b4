"""The requests of a recording that are told of: what went wrong, in order, or the slowest."""

from pathlib import Path

import pytest

from probe.errors import UsageError
from probe.reporting.explain_recording import MOST_TOLD, told_recording, told_request
from tests.builders import GOLDEN
from tests.conftest import Probe
from tests.reporting.recordings import RECORDING, Script, good, refused, silent, write_recording

pytestmark = pytest.mark.usefixtures("quick")


def test_explain_tells_of_what_went_wrong_in_order(recorded: Probe) -> None:
    said = recorded("explain").out
    assert said.startswith("6 requests went wrong, in order:")
    order = [said.index(f"Request {number}: ") for number in (4, 6, 10, 12, 13, 14)]
    assert order == sorted(order)
    assert "Request 15" not in said
    assert "nothing for 3.95 s, then the answer, whole after 4.60 s" in said
    assert "part of an answer, which broke off, then another" in said
    assert "nothing new for 94.0 s" in said
    assert "(20 main requests went well.)" in said
    assert "6 个请求出了问题" in recorded("--lang", "zh", "explain").out


def test_explain_tells_all_of_one_request(recorded: Probe) -> None:
    by_its_number, by_an_attempt = (recorded("explain", RECORDING, number).out for number in ("6", "8"))
    assert by_its_number == by_an_attempt
    assert by_its_number.count("HTTP 529") == 3
    assert "Evidence: 4 requests: 3 x 529 overloaded_error, then good" in by_its_number
    said = recorded("explain", RECORDING, "99", code=2)
    assert "no request 99" in said.err
    assert "1 to 35" in said.err
    assert "--round" in recorded("explain", RECORDING, "--round", "1", code=2).err
    assert "REQUEST" in recorded("explain", str(GOLDEN / "runs" / "plain"), "1", code=2).err


def test_where_all_went_well_the_slowest_request_is_told(probe: Probe) -> None:
    script = Script()
    script.request(0, good())
    script.request(5, good(last_byte_at_ms=2000.0, ended_at_ms=2000.0))
    said = probe("explain", str(write_recording(probe.folder / "fine", script.events))).out
    assert said.startswith("No request failed, was retried or stalled. The slowest one:")
    assert "Request 2: ok" in said


def test_no_more_are_told_than_can_be_read_and_the_others_are_counted(tmp_path: Path) -> None:
    script = Script()
    for number in range(MOST_TOLD + 3):
        script.request(100.0 * number, refused(400, "invalid_request_error"))
    told = told_recording(write_recording(tmp_path / "r", script.events))
    assert [each.request.number for each in told.requests] == list(range(1, MOST_TOLD + 1))
    assert (told.left_out, told.has_incidents) == (3, True)


def test_requests_that_went_well_are_counted_between_those_that_did_not(tmp_path: Path) -> None:
    script = Script()
    for number, answer in enumerate((good(), good(), refused(400, "x"), good(), refused(400, "x"), good(), good())):
        script.request(100.0 * number, answer)
    told = told_recording(write_recording(tmp_path / "r", script.events))
    assert ([each.fine_before for each in told.requests], told.fine_after) == ([2, 1], 2)


def test_neither_an_interruption_nor_a_request_beside_the_work_is_counted_as_fine(tmp_path: Path) -> None:
    script = Script()
    script.request(0, refused(400, "x"))
    script.request(100, silent(2_000.0))
    script.request(200, good(), kind="background")
    script.request(300, good())
    told = told_recording(write_recording(tmp_path / "r", script.events))
    assert (len(told.requests), told.fine_after) == (1, 1)


def test_a_background_request_that_failed_is_told_and_one_that_stalled_is_not(tmp_path: Path) -> None:
    script = Script()
    script.request(0, good())
    script.request(100, good(longest_pause_ms=94_000.0, ended_at_ms=96_000.0), kind="background")
    script.request(300, refused(400, "x"), kind="background")
    told = told_recording(write_recording(tmp_path / "r", script.events))
    assert [each.request.number for each in told.requests] == [3]


def test_the_exchanges_of_a_request_are_told_with_it(tmp_path: Path) -> None:
    script = Script()
    script.request(0, good())
    script.request(10, refused(), refused(), good())
    path = write_recording(tmp_path / "r", script.events)
    for told in (told_request(path, 3), *told_recording(path).requests):
        assert [exchange.sequence for exchange in told.exchanges] == [2, 3, 4]
        assert [exchange.status for exchange in told.exchanges] == [529, 529, 200]


def test_where_nothing_was_asked_there_is_nothing_to_tell(tmp_path: Path) -> None:
    empty = write_recording(tmp_path / "r", [])
    with pytest.raises(UsageError, match="no main request was recorded"):
        told_recording(empty)
    with pytest.raises(UsageError, match="no request 1 in this recording") as told:
        told_request(empty, 1)
    assert told.value.remedy == "It has none."
