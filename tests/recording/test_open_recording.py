"""A recording that is put together: where requests go, what is written of it, and what it leaves behind."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from probe.errors import EnvironmentUnusableError, UsageError
from probe.recording.open_recording import OpenRecording, RecordingOptions, open_recording
from probe.store import RUNS, RecordedLog, read_recorded_manifest
from probe.upstream import EmbeddedUpstream
from tests.recording.user import TOML, User

EMPTY: Mapping[str, str] = {}


@contextmanager
def recording(
    user: User, *command: str, variables: Mapping[str, str] = EMPTY, **options: Any
) -> Iterator[OpenRecording]:
    """Record a command of the user's in front of an embedded upstream, and keep it below `out` in his project."""
    with EmbeddedUpstream() as upstream:
        address = {"ANTHROPIC_BASE_URL": f"{upstream.base_url}/api", "PATH": os.environ["PATH"]}
        whole = RecordingOptions(command=command, out=user.folder / "out", **options)
        with open_recording(whole, user.environment(**{**address, **variables}), user.folder) as opened:
            yield opened


def folders(user: User) -> list[Path]:
    return sorted((user.folder / "out" / RUNS).glob("*"))


def test_what_the_command_asks_goes_through_the_recorder_to_its_upstream_until_the_end(user: User) -> None:
    with recording(user, "echo", "hi") as opened:
        assert opened.command
        assert opened.command.environment["ANTHROPIC_BASE_URL"] == opened.base_url
        assert opened.base_url.endswith("/api")
        assert opened.destination.base_url.endswith("/api")
        assert httpx.head(opened.base_url, trust_env=False).status_code == 200
        opened.keeper.end(0)
    with pytest.raises(httpx.ConnectError):
        httpx.head(opened.base_url, trust_env=False)
    (folder,) = folders(user)
    assert sum(event.event == "ended" for event in RecordedLog(folder)) == 1


def test_of_the_command_the_program_and_the_names_of_options_are_kept(user: User) -> None:
    with recording(user, "/bin/echo", "-p", "a prompt", "--key=secret", "--", "-", name="work"):
        pass
    (folder,) = folders(user)
    manifest = read_recorded_manifest(folder)
    assert manifest.command == ("echo", "-p", "--key")
    assert (manifest.name, manifest.listen, manifest.keeps_bodies) == ("work", None, False)
    assert folder.name.endswith("-recorded-work")
    assert manifest.run_id == folder.name


def test_without_a_command_it_listens_and_says_where(user: User) -> None:
    with recording(user, listen="127.0.0.1:0", keep_bodies=True) as opened:
        assert opened.command is None
        place = opened.base_url.removeprefix("http://").removesuffix("/api")
    manifest = read_recorded_manifest(folders(user)[0])
    assert (manifest.listen, manifest.command, manifest.keeps_bodies) == (place, (), True)


def test_a_named_target_names_the_recording(user: User) -> None:
    (user.folder / "probe.toml").write_text(TOML)
    with recording(user, "echo", target="glm", variables={"GLM_TOKEN": "glm-token-000"}):
        pass
    (folder,) = folders(user)
    assert folder.name.endswith("-recorded-glm")
    assert (read_recorded_manifest(folder).target, read_recorded_manifest(folder).base_url) == (
        "glm",
        "https://relay.example/api",
    )
    assert b"glm-token-000" not in b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_settings_that_have_to_be_overridden_are_kept_on_no_disk_and_are_gone_at_the_end(user: User) -> None:
    (user.folder / "claude").write_text("#!/bin/sh\n")
    (user.folder / "claude").chmod(0o755)
    with EmbeddedUpstream() as upstream:
        user.sets(ANTHROPIC_BASE_URL=upstream.base_url)
        with recording(user, "claude", "-p", "hi", variables={"PATH": str(user.folder)}) as opened:
            assert opened.command
            program, option, place, *rest = opened.command.argv
            assert (program, option, rest) == ("claude", "--settings", ["-p", "hi"])
            assert place.startswith("/proc/")
            assert json.loads(Path(place).read_text())["env"]["ANTHROPIC_BASE_URL"] == opened.base_url
    assert not Path(place).exists()


def test_what_cannot_be_started_leaves_nothing(user: User) -> None:
    with pytest.raises(EnvironmentUnusableError, match="no-such-program"), recording(user, "no-such-program"):
        pass
    with (
        pytest.raises(UsageError, match="another cloud"),
        recording(user, "claude", variables={"CLAUDE_CODE_USE_BEDROCK": "1"}),
    ):
        pass
    assert folders(user) == []
