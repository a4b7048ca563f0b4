"""`probe init`: on a terminal and with options; what is written, what is not, and never a token."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from probe.inputs.load_config import load_config
from probe.upstream import EmbeddedUpstream
from tests.checks.front import MODEL, Rules, front
from tests.cli.terminal import converse, files_in
from tests.conftest import Probe

TOKEN = "made-up-token-0123456789"
REFUSED = "http://127.0.0.1:9"
ADDRESS, MODEL_NAME, PLACE, NAME = "Base URL", "Model", "Where is the token?", "Name of the target"
WRITE, MEASURE, GO_ON = "Write this to ./probe.toml?", "Measure it now", "or quit (q)?"


@pytest.fixture(scope="module")
def upstream() -> Iterator[str]:
    with EmbeddedUpstream(models=(MODEL,)) as served:
        yield served.base_url


def written(probe: Probe) -> dict[str, object]:
    """Return what is in the file, which is valid and holds no token."""
    path = probe.folder / "probe.toml"
    load_config(path)
    assert TOKEN not in path.read_text()
    return tomllib.loads(path.read_text())


def test_a_dialogue_ends_in_a_file(probe: Probe, upstream: str) -> None:
    answers = [
        (ADDRESS, "relay.example\n"),
        ("'relay.example' is no http:// or https:// address", ""),
        (ADDRESS, f"{upstream}\n"),
        (MODEL_NAME, "\n"),
        ("This is needed.", ""),
        (MODEL_NAME, f"{MODEL}\n"),
        (PLACE, f"{TOKEN}\n"),
        ("That looks like a token", ""),
        (PLACE, "0123abcdef\n"),
        ("No variable and no command. If that was the token", ""),
        (PLACE, "abcdef0123\n"),
        ("No such variable is set. If that was the token", ""),
        (PLACE, "MY_TOKEN\n"),
        (NAME, "My Relay\n"),
        ("A name has lower-case letters", ""),
        (NAME, "relay\n"),
        ("This works", ""),
        (WRITE, "\n"),
        ("Added to ./probe.toml: relay", ""),
        (MEASURE, "\n"),
    ]
    code, shown = converse(probe, "init", answers=answers, MY_TOKEN=TOKEN)
    assert code == 0, shown
    assert written(probe) == {
        "default_target": "relay",
        "targets": {"relay": {"base_url": upstream, "model": MODEL, "token_env": "MY_TOKEN"}},
    }
    text = (probe.folder / "probe.toml").read_text()
    assert text.startswith("# Targets of probe, see docs/targets.md. Tokens do not belong in here.\n")
    added = text.replace("# aliases", "aliases").replace("# env", "env").replace("# fail_on", "fail_on")
    (probe.folder / "probe.toml").write_text(added)
    assert load_config(probe.folder / "probe.toml").targets["relay"].env == {"API_TIMEOUT_MS": "600000"}
    assert "target: relay (real)" in probe("run", "--dry-run", "--driver", "messages", MY_TOKEN="x").out


@pytest.mark.slow
def test_it_goes_on_with_a_run(probe: Probe, upstream: str) -> None:
    given = ("--base-url", upstream, "--model", MODEL, "--token-command", "echo token", "--name", "relay")
    answers = [(WRITE, "y\n"), ("probe run --target relay --rounds 3", "y\n"), ("No call failed", "")]
    code, shown = converse(probe, "init", "--no-check", *given, answers=answers)
    assert code == 0, shown
    (run,) = probe.runs()
    assert run.name.endswith("relay")


SLOW = "printf 'be''gun' >/dev/tty; sleep 30; :"


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([(ADDRESS, f"{REFUSED}\n"), (MODEL_NAME, "m\n"), (PLACE, f"{SLOW}\n"), (NAME, "\n"), ("begun", "\x03")], 130),
        ([(ADDRESS, f"{REFUSED}\n"), (MODEL_NAME, "\x04")], 130),
        ([(ADDRESS, f"{REFUSED}\n"), (MODEL_NAME, "m\n"), (PLACE, "MINE\n"), (NAME, "\n"), (WRITE, "\x03")], 130),
        ([(ADDRESS, f"{REFUSED}\n"), (MODEL_NAME, "m\n"), (PLACE, "MINE\n"), (NAME, "\n"), (WRITE, "n\n")], 0),
        ([(ADDRESS, f"{REFUSED}\n"), (MODEL_NAME, "m\n"), (PLACE, "echo t\n"), (NAME, "\n"), (GO_ON, "q\n")], 3),
    ],
)
def test_given_up_it_leaves_nothing(probe: Probe, answers: list[tuple[str, str]], code: int) -> None:
    ended, shown = converse(probe, "init", answers=answers)
    assert ended == code, shown
    assert "Traceback" not in shown
    assert files_in(probe.folder) == []
    assert list((probe.folder / "tmp").iterdir()) == []


def test_wrong_answers_can_be_changed_or_written_all_the_same(probe: Probe) -> None:
    answers = [
        (ADDRESS, f"{REFUSED}\n"),
        (MODEL_NAME, f"{MODEL}\n"),
        (PLACE, "echo token\n"),
        (NAME, "relay\n"),
        ("nothing listens on 127.0.0.1:9", ""),
        (GO_ON, "?\n"),
        ("Please answer c, w or q.", ""),
        (GO_ON, "\n"),
        (f"{ADDRESS}, as Claude Code has it in ANTHROPIC_BASE_URL [{REFUSED}]", f"{REFUSED}9\n"),
        (f"{MODEL_NAME} [{MODEL}]", "\n"),
        (f"{PLACE} The name of a variable, or a command that prints it (pass show glm) [echo token]", "\n"),
        (f"{NAME} [relay]", "\n"),
        (GO_ON, "w\n"),
        (WRITE, "\n"),
        (MEASURE, "n\n"),
    ]
    code, shown = converse(probe, "init", answers=answers)
    assert code == 0, shown
    assert load_config(probe.folder / "probe.toml").targets["relay"].base_url == f"{REFUSED}9"


def test_a_dialogue_in_chinese(probe: Probe) -> None:
    answers = [("上游地址", "\x03")]
    assert converse(probe, "init", answers=answers, LANG="zh_CN.UTF-8")[0] == 130


def options(base_url: str, **changes: str) -> list[str]:
    given = {"base-url": base_url, "model": MODEL, "token-env": "MY_TOKEN", **changes}
    return [word for name, value in given.items() if value for word in (f"--{name}", value)]


def test_with_options_nothing_is_asked(probe: Probe, upstream: str) -> None:
    ran = probe("init", "--yes", *options(upstream), MY_TOKEN=TOKEN)
    assert "Next: probe run --target at-127-0-0-1" in ran.err
    assert ran.out.startswith("[targets.at-127-0-0-1]\n")
    assert written(probe)["default_target"] == "at-127-0-0-1"


def test_the_header_that_the_upstream_takes_is_found(probe: Probe, upstream: str) -> None:
    with front(Rules(auth=("x-api-key",), models=(MODEL,))) as served:
        ran = probe("init", "--yes", *options(served.url, name="relay"), MY_TOKEN=TOKEN)
    assert 'The upstream takes the token in the other header: auth = "x-api-key". Checking again.' in ran.err
    assert load_config(probe.folder / "probe.toml").targets["relay"].auth == "x-api-key"


def test_what_is_in_the_file_stays(probe: Probe, upstream: str) -> None:
    path = probe.folder / "probe.toml"
    before = b'# mine\n[targets.relay]\nbase_url = "http://x"\nmodel = "m"'
    path.write_bytes(before)
    said = probe("init", "--yes", "--no-check", *options(upstream, name="relay"), code=2).err
    assert "--name: The file has a target relay already, which stays. Choose another name." in said
    assert path.read_bytes() == before
    probe("init", "--yes", "--no-check", *options(upstream, name="second"))
    assert path.read_bytes().startswith(before + b"\n\n[targets.second]\n")
    assert "default_target" not in written(probe)


def test_a_directory_is_made_for_the_users_own_file(probe: Probe, upstream: str) -> None:
    own = Path("home/.config/probe/probe.toml")
    ran = probe("init", "--yes", "--no-check", *options(upstream), "--config", str(own))
    assert "Added to ~/.config/probe/probe.toml" in ran.err
    assert "Before a run: export MY_TOKEN=…" in ran.err
    assert load_config(probe.folder / own).default_target == "at-127-0-0-1"


@pytest.mark.parametrize(
    ("changes", "words", "code", "says"),
    [
        ({}, ["--yes"], 3, "Nothing was written, as something is wrong. --no-check writes it all the same."),
        ({"token-env": "", "token-command": "exit 7; :"}, ["--yes"], 3, "token_command: ended with 7"),
        ({}, [], 2, "probe: standard input or standard error is no terminal, so no question can be asked\nAnswer on"),
        ({"base-url": ""}, ["--yes"], 2, "--base-url: This is needed."),
        ({"model": ""}, ["--yes"], 2, "--model: This is needed."),
        ({"base-url": "relay"}, ["--yes"], 2, "--base-url: 'relay' is no http:// or https:// address"),
        ({"base-url": f"http://x/{TOKEN}"}, ["--yes"], 2, "--base-url: That looks like a token"),
        ({"token-env": TOKEN}, ["--yes"], 2, "--token-env, --token-command: That looks like a token"),
        ({"token-env": "unset"}, ["--yes"], 2, "--token-env, --token-command: No such variable is set."),
        ({"token-command": "echo x"}, ["--yes"], 2, "one place of the token is enough"),
        ({"name": "embedded"}, ["--yes"], 2, "--name: embedded is a name of probe's own."),
        ({"config": "folder"}, ["--yes"], 2, "folder: cannot be read"),
        ({"config": "broken.toml"}, ["--yes"], 2, "broken.toml: is not TOML"),
        ({"config": "large.toml"}, ["--yes"], 2, "large.toml: is larger than 1,048,576 bytes"),
        ({"config": "latin.toml"}, ["--yes"], 2, "latin.toml:1: is not a text file in UTF-8 (byte 6 cannot"),
        ({"config": "file/probe.toml"}, ["--yes", "--no-check"], 4, "file: cannot be made"),
    ],
)
def test_what_cannot_be_used_is_named_and_nothing_is_written(
    probe: Probe, changes: dict[str, str], words: list[str], code: int, says: str
) -> None:
    (probe.folder / "folder").mkdir()
    (probe.folder / "file").write_text("")
    (probe.folder / "broken.toml").write_text("[")
    (probe.folder / "large.toml").write_text("#" * ((1 << 20) + 1))
    (probe.folder / "latin.toml").write_bytes(b"# caf\xe9")
    ran = probe("init", *words, *options(REFUSED, **changes), code=code, MY_TOKEN=TOKEN)
    assert says in ran.err
    assert TOKEN not in ran.out + ran.err
    assert files_in(probe.folder) == ["broken.toml", "file", "large.toml", "latin.toml"]
