"""Find the `probe.toml` that holds: the nearest one and the user's own, and none that another user can have written."""

import os
from pathlib import Path

import pytest

from probe.errors import UsageError
from probe.inputs.find_config import Configuration, distant_path, find_config, shown_path
from tests.inputs.config_files import found, write_config


def test_nothing_is_found_where_there_is_nothing(home: Path) -> None:
    assert found(home, "project/deep") == Configuration()
    assert find_config(None, home, {}) == Configuration()


def test_targets_of_the_users_own_file_can_be_used_too_and_the_nearer_wins(home: Path) -> None:
    project = write_config(home / "project/probe.toml", "shared", "mine", before='fail_on = ["of project"]\n')
    write_config(
        home / ".config/probe/probe.toml", "shared", "own", before='default_target = "own"\nfail_on = ["of user"]\n'
    )
    config = found(home, "project")
    assert {name: entry.model for name, entry in config.targets.items()} == {
        "shared": "project",
        "mine": "project",
        "own": "probe",
    }
    assert config.path == project
    assert config.default
    assert config.default.content.default_target == "own"


def test_the_gates_of_a_file_hold_for_its_targets_and_the_nearest_for_all_others(home: Path) -> None:
    write_config(home / "project/probe.toml", "mine", before='fail_on = ["of project"]\n')
    write_config(home / ".config/probe/probe.toml", "own", before='fail_on = ["of user"]\n')
    config = found(home, "project")
    assert config.gates_of("mine") == ("of project", "own")
    assert config.gates_of("own") == ("of user", "own")
    assert config.gates_of("relay-example") == ("of project",)
    assert Configuration().gates_of("mine") == ()


def test_a_named_file_is_the_only_one(home: Path) -> None:
    write_config(home / "probe.toml", "near")
    write_config(home / ".config/probe/probe.toml", "own")
    named = write_config(home.parent / "other.toml", "named")
    named.chmod(0o666)  # who names a file trusts it
    config = find_config(str(named), home, {"HOME": str(home)})
    assert (config.path, set(config.targets)) == (named, {"named"})


def test_a_named_file_must_exist(home: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        find_config(str(home / "none.toml"), home, {})


@pytest.mark.parametrize("place", ["probe.toml", ".config/probe/probe.toml"])
def test_a_file_that_every_user_can_change_is_refused_unless_it_lies_here(home: Path, place: str) -> None:
    path = write_config(home / place, "far")
    path.chmod(0o666)
    with pytest.raises(UsageError, match=r"is not read: it can be changed by every user") as caught:
        found(home, "project")
    assert (caught.value.path, f"--config {path}" in str(caught.value)) == (path, True)
    path.chmod(0o664)
    assert set(found(home, "project").targets) == {"far"}


def test_a_file_of_another_user_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_config(home / "probe.toml", "far")
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    monkeypatch.setattr("probe.inputs.find_config._ROOT_UID", path.stat().st_uid + 2)
    with pytest.raises(UsageError, match=r"is not read: it belongs to another user \(uid \d+\)"):
        found(home, "project")
    assert set(found(home).targets) == {"far"}  # whoever works in that user's directory has chosen to


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_file_that_another_user_put_into_a_directory_of_ours_is_refused(home: Path) -> None:
    path = write_config(home / "probe.toml", "planted")
    os.chown(path, 1234, 1234)
    for folder in ("", "project"):
        with pytest.raises(UsageError, match="belongs to another user \\(uid 1234\\)"):
            found(home, folder)
    path.rename(home / "theirs.toml")
    path.symlink_to(home / "theirs.toml")
    with pytest.raises(UsageError, match="belongs to another user \\(uid 1234\\)"):
        found(home)


def test_paths_are_shown_as_people_write_them(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(home / "project")
    assert shown_path(home / "project/probe.toml") == "./probe.toml"
    assert shown_path("probe.toml") == "./probe.toml"
    assert shown_path(home / ".config/probe/probe.toml") == "~/.config/probe/probe.toml"
    assert shown_path("/etc/probe.toml") == "/etc/probe.toml"
    assert distant_path("probe.toml") is None
    assert distant_path(None) is None
    assert distant_path("other.toml") == "./other.toml"


@pytest.mark.parametrize("named", [True, False])
def test_a_directory_in_the_place_of_the_file_is_called_so(home: Path, *, named: bool) -> None:
    path = home / "probe.toml"
    path.mkdir()
    with pytest.raises(UsageError, match=r"is a directory; a probe\.toml is a file\nName the file") as caught:
        find_config(str(path) if named else None, home / "project", {"HOME": str(home)})
    assert (caught.value.path, caught.value.key) == (path, "--config" if named else None)
