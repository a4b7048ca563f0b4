"""The `probe.toml` that a command uses: found above the working directory or in the user's directory, and named."""

from pathlib import Path

import pytest

from tests.conftest import Probe

TABLE = '[targets.{name}]\nbase_url = "http://127.0.0.1:9"\nmodel = "m"\ntoken_command = "{command}"\n'
DRY = ("run", "--dry-run", "--driver", "messages")


@pytest.fixture
def nested(probe: Probe) -> Probe:
    """Return `probe` below a project's directory in its HOME, with a file in the project and one of the user's."""
    folder = probe.folder / "home/project/deep"
    folder.mkdir(parents=True)
    write(folder.parent / "probe.toml", "near")
    write(probe.folder / "home/.config/probe/probe.toml", "own", 'default_target = "own"\n')
    return Probe(folder, {"HOME": str(probe.folder / "home")})


def write(path: Path, name: str, before: str = "", command: str = "echo token") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(before + TABLE.format(name=name, command=command))


def test_a_dry_run_says_which_file_a_target_came_from(nested: Probe) -> None:
    assert "from: ~/project/probe.toml" in nested(*DRY, "--target", "near").out
    assert "from: ~/.config/probe/probe.toml" in nested(*DRY).out  # its default target
    arm = nested(*DRY, "--target", "near", "--json").json["arms"][0]
    assert arm["config_file"] == str(nested.folder.parent / "probe.toml")


def test_the_announcement_names_a_file_that_does_not_lie_here(nested: Probe) -> None:
    assert "Target near (from ~/project/probe.toml): http" in nested("run", "-n", "1", *DRY[2:], "--target",
        "near", "--no-report", "--no-preflight", code=None).err  # fmt: skip
    said = nested("check", "--target", "near", "--no-client", code=3).err
    assert "Checks target near (from ~/project/probe.toml): http" in said
    write(nested.folder / "probe.toml", "here")
    assert "Checks target here: http" in nested("check", "--target", "here", "--no-client", code=3).err


def test_an_unknown_target_names_all_files_that_were_read(nested: Probe) -> None:
    said = nested(*DRY, "--target", "nope", code=2).err
    assert f"{nested.folder.parent}/probe.toml: --target: no target 'nope'\nKnown: near, own, embedded." in said
    assert ".config/probe/probe.toml too" in said


def test_an_error_names_the_file_that_it_is_in(nested: Probe) -> None:
    path = nested.folder.parent.parent / ".config/probe/probe.toml"
    path.write_text("[targets.own]\nmodel = 3\n")
    assert f"{path}:1: targets.own.base_url: is missing" in nested(*DRY, code=2).err
    nested(*DRY, "--config", str(nested.folder.parent / "probe.toml"), "--target", "near")


def test_no_command_of_a_file_is_run_that_another_user_can_have_written(nested: Probe) -> None:
    path = nested.folder.parent / "probe.toml"
    write(path, "near", command=f"touch {nested.folder}/ran; echo token")
    path.chmod(0o646)
    said = nested(*DRY, "--target", "near", code=2).err
    assert f"{path}: is not read: it can be changed by every user" in said
    assert not (nested.folder / "ran").exists()
    nested(*DRY, "--target", "near", "--config", "../probe.toml")
    assert (nested.folder / "ran").exists()


def test_a_file_that_is_no_text_is_called_so_in_both_languages(probe: Probe) -> None:
    (probe.folder / "bin.toml").write_bytes(b"# a\n\xff\n")
    words = ("check", "--config", "bin.toml")
    said = probe(*words, code=2).err
    assert "bin.toml:2: is not a text file in UTF-8 (byte 5 cannot be decoded)\nSave it as UTF-8" in said
    assert "不是 UTF-8 文本文件（第 5 个字节无法解码）\n请把它保存为 UTF-8" in probe(*words, "--lang", "zh", code=2).err


def test_a_directory_that_is_no_configuration_is_called_so_in_chinese(probe: Probe) -> None:
    (probe.folder / "probe.toml").mkdir()
    said = probe("run", "--target", "glm", "--lang", "zh", code=2).err
    assert "probe.toml：是目录，而 probe.toml 应是文件" in said.replace(": ", "：")


def test_several_errors_of_a_file_are_all_told_in_chinese(probe: Probe) -> None:
    table = '[targets.glm]\nbase_ulr = "http://x"\nmodel = 5\ntoken_env = "GLM TOKEN"\n'
    (probe.folder / "probe.toml").write_text(table)
    first, allowed, *further = probe("check", "--lang", "zh", code=2).err.splitlines()
    assert first.endswith("probe.toml:2: targets.glm.base_ulr: 未知的键")
    assert allowed.startswith("是否指 base_url？这里可用：base_url, model")
    assert further == [
        "另外，第 3 行：targets.glm.model：应为文本",
        "另外，第 4 行：targets.glm.token_env：不是变量名（例如 GLM_TOKEN）；可能就是令牌本身，因此不显示",
    ]
