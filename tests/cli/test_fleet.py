"""`probe fleet`: keys that are made, and what is refused before anything listens or connects."""

import signal
import socket
import subprocess
import sys

import pytest

from tests.cli.test_chinese import english
from tests.conftest import Probe

pytest.importorskip("distributed")
pytest.importorskip("cryptography")

WORKER = ("worker", "tcp://127.0.0.1:1", "--vantage", "fra")


def test_each_member_gets_keys_and_the_secret_one_is_named_last(probe: Probe) -> None:
    lines = probe("fleet", "keys", "keys", "--vantage", "fra", "--vantage", "sin").err.splitlines()
    assert [line.partition(",")[0] for line in lines[:-1]] == [
        "scheduler: keys/scheduler",
        "coordinator: keys/coordinator",
        "fra: keys/fra",
        "sin: keys/sin",
    ]
    assert all("copy it to its machine; the certificate ends on 20" in line for line in lines[:-1])
    assert lines[-1].startswith("keys/ca-key.pem stays here")


def test_keys_that_are_there_stay_and_are_said_to(probe: Probe) -> None:
    probe("fleet", "keys", "keys", "--vantage", "fra")
    said = probe("fleet", "keys", "keys", "--vantage", "fra", "--vantage", "sin").err
    assert "fra: keys/fra, was there already; the certificate ends on 20" in said
    assert "sin: keys/sin, copy it to its machine" in said
    assert english(probe("--lang", "zh", "fleet", "keys", "keys", "--vantage", "sin").err) == []


def test_a_name_that_is_none_is_refused_before_a_key_is_made(probe: Probe) -> None:
    said = probe("fleet", "keys", "keys", "--vantage", "fra", "--vantage", "Sin!", code=2).err
    assert "--vantage: 'Sin!' is no name of a vantage" in said
    assert not (probe.folder / "keys").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("scheduler", "--host", "0.0.0.0"), "--host: without certificates only this machine's loopback is used"),
        ((*WORKER, "--host", "0.0.0.0"), "--host: without certificates only this machine's loopback is used"),
        (("worker", "tcp://192.0.2.7:1", "--vantage", "fra"), "ADDRESS: without certificates only this machine's"),
        (("worker", "tcp://127.0.0.1:1", "--vantage", "Fra!"), "--vantage: 'Fra!' is no name of a vantage"),
        (("worker", "127.0.0.1", "--vantage", "fra"), "ADDRESS: '127.0.0.1' is no address of a scheduler or worker"),
        (("worker", "tls://127.0.0.1:1", "--vantage", "fra"), "ADDRESS: a tls:// address, and no directory"),
        ((*WORKER, "--contact-address", "nowhere"), "--contact-address: 'nowhere' is no address"),
        ((*WORKER, "--contact-address", "tcp://192.0.2.7:1"), "--contact-address: without certificates"),
        ((*WORKER, "--tls", "nowhere"), "there is no ca.pem"),
        (("scheduler", "--tls", "nowhere"), "there is no ca.pem"),
        (("status", "tls://127.0.0.1:1"), "ADDRESS: a tls:// address, and no directory"),
        (("status", "tcp://127.0.0.1:1", "--tls", "nowhere"), "there is no ca.pem"),
        ((*WORKER, "--config", "nowhere.toml"), "--config: no such file"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_its_name(probe: Probe, words: tuple[str, ...], says: str) -> None:
    assert says in probe("fleet", *words, code=2).err


def test_certificates_need_an_address_that_uses_them(probe: Probe) -> None:
    probe("fleet", "keys", "keys", "--vantage", "fra")
    said = probe("fleet", *WORKER, "--tls", "keys", code=2).err
    assert "ADDRESS: certificates are given, and the address begins with tcp://" in said


def test_a_member_needs_its_own_certificate(probe: Probe) -> None:
    probe("fleet", "keys", "keys", "--vantage", "fra")
    words = ("worker", "tls://127.0.0.1:1", "--vantage", "sin", "--tls", "keys")
    assert "there is no cert.pem" in probe("fleet", *words, code=2).err


@pytest.mark.parametrize(
    "words", [("keys", "keys", "--vantage", "fra"), ("scheduler",), WORKER, ("status", "tcp://127.0.0.1:1")]
)
def test_without_the_packages_of_a_fleet_what_to_install_is_said(
    probe: Probe, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setitem(sys.modules, "dask", None)
    said = probe("fleet", *words, code=2).err
    assert "the package dask, which a fleet needs, is not installed" in said
    assert "pip install 'claude-probe[fleet]'" in said
    assert not (probe.folder / "keys").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_scheduler_says_its_address_and_ends_well_when_it_is_told_to(probe: Probe, number: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    scheduler = probe.start("fleet", "scheduler", "--port", str(port), stderr=subprocess.STDOUT)
    try:
        assert scheduler.stdout is not None
        assert scheduler.stdout.readline() == f"tcp://127.0.0.1:{port}\n"
        scheduler.send_signal(number)
        rest, _ = scheduler.communicate(timeout=30)
    finally:
        scheduler.kill()
    assert (scheduler.returncode, rest) == (0, "")
