"""Anonymising: which names and paths are taken out of texts before they are sent, and what stays as it is."""

import os
import tempfile
from pathlib import Path

import pytest

from probe.reporting.anonymise import Anonymiser
from tests.builders import call

SUPERUSERS_HOME = "/root"
TOKEN = "tok-of-the-environment-4711"
ENVIRONMENT = {"HOME": "/home/alice", "USER": "alice", "LOGNAME": "alice"}


def anonymised(text: str, host: str = "worker-17", **environment: str) -> str:
    return Anonymiser([TOKEN], ENVIRONMENT | environment, host).text(text)


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("/home/alice/.claude.json", "~/.claude.json"),
        ("/home/alice", "~"),
        ("'/home/alice'", "'~'"),
        ("/home/alice-two/x", "~/x"),
        ("/Users/bob/Library", "~/Library"),
        (f"{SUPERUSERS_HOME}/x", "~/x"),
        (f"cd {SUPERUSERS_HOME}", "cd ~"),
        (f"{SUPERUSERS_HOME}ed/x", f"{SUPERUSERS_HOME}ed/x"),
        ("/tmp/probe-1/y", "[tmp]/probe-1/y"),
        ("/private/var/folders/ab/T", "[tmp]/ab/T"),
        ("/var/tmp/z", "[tmp]/z"),
        ("https://relay.example/home/bob", "https://relay.example/home/bob"),
        ("https://relay.example/var/folders/x", "https://relay.example/var/folders/x"),
        ("file:///home/alice/x", "file://~/x"),
    ],
)
def test_directories_of_users_and_of_the_machine_are_named_by_what_they_are(text: str, sent: str) -> None:
    assert anonymised(text) == sent


def test_the_working_directory_is_a_dot_and_a_directory_beside_it_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    beside = f"{tmp_path}-two/x"
    assert anonymised(f"{tmp_path}/probe.toml") == "./probe.toml"
    assert anonymised(beside) == beside.replace(tempfile.gettempdir(), "[tmp]")


def test_the_longest_directory_that_is_known_decides(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    assert anonymised(f"{work}/a {tmp_path}/b", HOME=str(tmp_path)) == "./a ~/b"


@pytest.mark.parametrize("folder", ["", "/"])
def test_a_home_that_is_no_directory_takes_nothing_out(folder: str) -> None:
    assert anonymised("a / b", HOME=folder) == "a / b"


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("alice@worker-17", "[name]@[name]"),
        ("ssh alice@relay.example", "ssh [name]@relay.example"),
        ("~alice/x", "~[name]/x"),
        ("user=alice", "user=[name]"),
        ("alice in wonderland", "alice in wonderland"),
        ("user=alicent", "user=alicent"),
        ("on worker-17:", "on [name]:"),
        ("worker-170", "worker-170"),
        ("my-worker-17", "my-worker-17"),
    ],
)
def test_users_and_the_host_go_where_they_are_names(text: str, sent: str) -> None:
    assert anonymised(text) == sent


def test_a_host_or_a_user_of_a_common_word_stays_in_prose() -> None:
    assert anonymised("the relay said no, x@relay", host="relay") == "the relay said no, x@[name]"
    assert anonymised("to:bob", USER="bob") == "to:[name]"
    assert anonymised("to:me me@x", USER="me", LOGNAME="me", HOME="/srv/me") == "to:me me@x"


def test_secrets_go_from_texts_from_models_and_from_bytes() -> None:
    anonymiser = Anonymiser([TOKEN], ENVIRONMENT, "worker-17")
    assert TOKEN not in anonymiser.text(f"Bearer {TOKEN}")
    assert TOKEN.encode() not in anonymiser.data(f"Bearer {TOKEN}".encode())
    sent = anonymiser.model(call(evidence=f"{TOKEN} in /home/alice/x"))
    assert TOKEN not in sent.model_dump_json()
    assert sent.diagnosis.evidence.endswith(" in ~/x")


def test_of_json_texts_change_and_numbers_and_keys_do_not() -> None:
    value = {"/home/alice": ["/home/alice/x", 3, None, True, {"n": 1.5}]}
    sent = Anonymiser([], ENVIRONMENT, "").value(value)
    assert sent == {"/home/alice": ["~/x", 3, None, True, {"n": 1.5}]}


def test_without_any_names_texts_stay() -> None:
    assert Anonymiser([], {}, "").text(f"a@b c{os.sep}d") == f"a@b c{os.sep}d"
