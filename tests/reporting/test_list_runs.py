"""The list of stored runs."""

from tests.conftest import Probe


def test_the_list_of_runs_tells_recordings_apart(recorded: Probe) -> None:
    [row] = recorded.inside("ls").out.splitlines()[1:]
    assert row.split()[1:] == ["2026-11-21", "07:30", "(recording)", "relay", "FLAKY", "2/27", "done"]
    [listed] = recorded.inside("ls", "--json").json
    assert (listed["kind"], listed["targets"][0]["failed"]) == ("recorded", 2)
