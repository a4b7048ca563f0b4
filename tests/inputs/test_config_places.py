"""The places where a `probe.toml` may lie."""

from pathlib import Path

from probe.inputs.config_places import user_config
from probe.inputs.find_config import find_config
from tests.inputs.config_files import found, write_config


def test_the_nearest_file_upwards_is_used(home: Path) -> None:
    write_config(home / "probe.toml", "far")
    assert set(found(home, "project/deep").targets) == {"far"}
    near = write_config(home / "project/probe.toml", "near")
    config = found(home, "project/deep")
    assert (config.path, set(config.targets)) == (near, {"near"})


def test_nothing_above_the_home_directory_is_used(home: Path) -> None:
    above = write_config(home.parent / "probe.toml", "above")
    assert found(home, "project").path is None
    assert find_config(None, home / "project", {}).path == above  # without a home directory, up to the root


def test_a_home_directory_behind_a_link_ends_the_search_too(home: Path) -> None:
    write_config(home.parent / "probe.toml", "above")
    (home.parent / "link").symlink_to(home)
    assert find_config(None, home / "project", {"HOME": str(home.parent / "link")}).path is None


def test_the_users_file_is_where_xdg_says(home: Path) -> None:
    assert user_config({"HOME": "/h"}) == Path("/h/.config/probe/probe.toml")
    assert user_config({"HOME": "/h", "XDG_CONFIG_HOME": "/x"}) == Path("/x/probe/probe.toml")
    assert user_config({"HOME": "/h", "XDG_CONFIG_HOME": "relative"}) == Path("/h/.config/probe/probe.toml")
    assert user_config({}) is None


def test_in_the_directory_of_the_users_file_it_is_read_once(home: Path) -> None:
    path = write_config(home / ".config/probe/probe.toml", "own")
    assert [file.path for file in found(home, ".config/probe").files] == [path]


def test_what_is_no_file_is_passed_over(home: Path) -> None:
    (home / "project/probe.toml").mkdir()
    path = write_config(home / "probe.toml", "far")
    assert found(home, "project").path == path
