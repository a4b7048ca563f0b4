"""The settings that keep some versions of the client from asking other hosts, without changing their requests."""

from pathlib import Path

import pytest

from probe.drivers.quiet_client import quiet_environment, quiet_files
from probe.drivers.sandbox import sandbox


@pytest.mark.parametrize(
    ("version", "more"),
    [("2.0.10", True), ("2.1.100", True), ("2.1.101", False), ("2.1.329", False), ("3.0", False), (None, False)],
)
def test_what_is_not_essential_is_off_where_the_requests_do_not_depend_on_it(version: str | None, more: bool) -> None:
    kept = quiet_environment(version)
    assert kept["DISABLE_TELEMETRY"] == "1"
    assert ("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC" in kept) is more


@pytest.mark.parametrize(("version", "known"), [("2.0.10", True), ("2.0.62", False), ("2.1.329", False), (None, False)])
def test_a_change_log_is_there_for_a_client_that_would_fetch_it(
    tmp_path: Path, version: str | None, known: bool
) -> None:
    with sandbox(tmp_path, 1, guarded=True, keep=False, files=quiet_files(version)) as place:
        change_log = place.config / ".claude.json"
        assert change_log.exists() is known
        assert not known or f'"lastReleaseNotesSeen": "{version}"' in change_log.read_text()
