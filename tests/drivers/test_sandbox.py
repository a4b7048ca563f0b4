"""The private place of a round: nothing of the user gets in, and nothing is left."""

import json
import os
import stat
from pathlib import Path

import pytest

from probe.drivers.sandbox import Sandbox, inherited_environment, make_root, sandbox
from probe.errors import EnvironmentUnusableError

CANARY = "canary-0123456789"
POISON = {
    "ANTHROPIC_API_KEY": CANARY,
    "ANTHROPIC_AUTH_TOKEN": CANARY,
    "ANTHROPIC_BASE_URL": CANARY,
    "CLAUDECODE": CANARY,
    "CLAUDE_CODE_ENTRYPOINT": CANARY,
    "CLAUDE_CODE_OAUTH_TOKEN": CANARY,
    "CLAUDE_CONFIG_DIR": CANARY,
    "AWS_SECRET_ACCESS_KEY": CANARY,
    "GITHUB_TOKEN": CANARY,
    "HOME": CANARY,
    "XDG_CONFIG_HOME": CANARY,
    "NODE_OPTIONS": CANARY,
    "LD_PRELOAD": CANARY,
    "LCX": CANARY,
    "SSH_AUTH_SOCK": CANARY,
}


def test_only_what_is_allowed_is_inherited() -> None:
    kept = {"PATH": "/bin", "LANG": "C.UTF-8", "LC_ALL": "C", "HTTPS_PROXY": "http://p", "SSL_CERT_FILE": "/c"}
    assert inherited_environment(POISON | kept) == kept


def test_all_directories_are_private_and_inside(tmp_path: Path) -> None:
    with sandbox(tmp_path, 7, guarded=True, keep=False) as place:
        assert place.path.is_relative_to(tmp_path)
        assert place.path.parent.name.startswith("r0007-")
        for value in place.environment().values():
            path = Path(value)
            assert path.is_dir()
            assert path.is_relative_to(place.path)
            assert stat.S_IMODE(path.stat().st_mode) == 0o700
        assert list(place.work.iterdir()) == []
        assert list(place.home.iterdir()) == []
    assert list(tmp_path.iterdir()) == []


def test_the_client_is_told_of_the_sandbox_by_every_name_it_reads() -> None:
    environment = Sandbox(Path("/s")).environment()
    assert environment["HOME"] == "/s/home"
    assert environment["CLAUDE_CONFIG_DIR"] == environment["CLAUDE_HOME"] == "/s/config"
    assert environment["TMPDIR"] == "/s/tmp"


@pytest.mark.parametrize("guarded", [True, False])
def test_settings_refuse_every_tool_unless_the_user_said_otherwise(tmp_path: Path, guarded: bool) -> None:
    with sandbox(tmp_path, 1, guarded=guarded, keep=False) as place:
        settings = json.loads((place.config / "settings.json").read_text())
    if guarded:
        (hook,) = settings["hooks"]["PreToolUse"]
        assert hook["matcher"] == "*"
        assert hook["hooks"] == [{"type": "command", "command": "exit 2"}]
        assert settings["permissions"]["deny"]
    else:
        assert settings == {}


def test_a_sandbox_is_removed_also_after_a_defect(tmp_path: Path) -> None:
    def fail() -> None:
        with sandbox(tmp_path, 1, guarded=True, keep=False) as place:
            (place.work / "left").write_text("x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_a_sandbox_can_be_kept(tmp_path: Path) -> None:
    with sandbox(tmp_path, 1, guarded=True, keep=True) as place:
        pass
    assert place.config.is_dir()


def test_rounds_have_sandboxes_of_their_own(tmp_path: Path) -> None:
    with sandbox(tmp_path, 1, guarded=True, keep=False) as one, sandbox(tmp_path, 1, guarded=True, keep=False) as two:
        assert one.path != two.path


def test_transcripts_are_forgotten_after_priming(tmp_path: Path) -> None:
    with sandbox(tmp_path, 1, guarded=True, keep=False) as place:
        (place.config / "projects" / "x").mkdir(parents=True)
        (place.config / "projects" / "x" / "session.jsonl").write_text("{}")
        place.forget_sessions()
        assert not (place.config / "projects").exists()
        assert (place.config / "settings.json").exists()
        place.forget_sessions()


def test_no_room_for_a_sandbox_is_an_error_of_the_environment(tmp_path: Path) -> None:
    with (
        pytest.raises(EnvironmentUnusableError, match="cannot make"),
        sandbox(tmp_path / "none", 1, guarded=True, keep=False),
    ):
        pass
    with pytest.raises(EnvironmentUnusableError, match=r"(?s)cannot make a directory.*TMPDIR"):
        make_root(tmp_path / "none")


@pytest.mark.parametrize("name", ["CLAUDE.md", "CLAUDE.local.md", ".claude", ".mcp.json"])
def test_a_project_file_above_is_refused_by_name(tmp_path: Path, name: str) -> None:
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    (tmp_path / name).write_text("be rude")
    with pytest.raises(EnvironmentUnusableError, match="the client would read") as caught:
        make_root(below)
    assert str(tmp_path / name) in str(caught.value)
    assert list(below.iterdir()) == []


def test_the_root_is_private_and_has_no_link_in_its_path(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    root = make_root(tmp_path / "link")
    assert root.parent == tmp_path.resolve() / "real"
    if os.name == "posix":
        assert stat.S_IMODE(root.stat().st_mode) == 0o700
