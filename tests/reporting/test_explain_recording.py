"""The requests of a recording that are told of: what went wrong, in order, or the slowest."""

from tests.builders import GOLDEN
from tests.conftest import Probe
from tests.reporting.recordings import RECORDING, Script, good, write_recording


def test_explain_tells_of_what_went_wrong_in_order(recorded: Probe) -> None:
    said = recorded.inside("explain").out
    assert said.startswith("6 requests went wrong, in order:")
    order = [said.index(f"Request {number}: ") for number in (4, 6, 10, 12, 13, 14)]
    assert order == sorted(order)
    assert "Request 15" not in said
    assert "nothing for 3.95 s, then the answer, whole after 4.60 s" in said
    assert "part of an answer, which broke off, then another" in said
    assert "nothing new for 94.0 s" in said
    assert "(20 main requests went well.)" in said
    assert "6 个请求出了问题" in recorded.inside("--lang", "zh", "explain").out


def test_explain_tells_all_of_one_request(recorded: Probe) -> None:
    by_its_number, by_an_attempt = (recorded.inside("explain", RECORDING, number).out for number in ("6", "8"))
    assert by_its_number == by_an_attempt
    assert by_its_number.count("HTTP 529") == 3
    assert "Evidence: 4 requests: 3 x 529 overloaded_error, then good" in by_its_number
    said = recorded.inside("explain", RECORDING, "99", code=2)
    assert "no request 99" in said.err
    assert "1 to 35" in said.err
    assert "--round" in recorded.inside("explain", RECORDING, "--round", "1", code=2).err
    assert "REQUEST" in recorded.inside("explain", str(GOLDEN / "runs" / "plain"), "1", code=2).err


def test_where_all_went_well_the_slowest_request_is_told(probe: Probe) -> None:
    script = Script()
    script.request(0, good())
    script.request(5, good(last_byte_at_ms=2000.0, ended_at_ms=2000.0))
    said = probe.inside("explain", str(write_recording(probe.folder / "fine", script.events))).out
    assert said.startswith("No request failed, was retried or stalled. The slowest one:")
    assert "Request 2: ok" in said
